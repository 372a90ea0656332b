package ifupdown

import "strings"

// Source is a line that includes other files.
type Source struct {
	Line      int
	Patterns  []string // of the shell, of files or directories
	Directory bool     // source-directory: of the files in the directories those count whose names are as run-parts wants them
}

// Sources are the lines of a file that include others: "source PATTERN" and "source-directory PATTERN", in their order.
func Sources(data []byte) (list []Source) {
	s := split(data)
	return s.sources
}

// source notes such a line.
func (s *splitter) source(n int, words []string) {
	if len(words) > 1 && strings.HasPrefix(words[0], "source") {
		s.sources = append(s.sources, Source{Line: n, Patterns: words[1:], Directory: words[0] != "source"})
	}
}
