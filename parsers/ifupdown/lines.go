package ifupdown

import (
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// stanza is a definition with its options: "iface NAME ...", or a template for such.
type stanza struct {
	line     int
	keyword  string // iface or template
	name     string
	words    []string // what follows the name: family and method
	inherits []string // names of the stanzas whose options it takes over
	options  []option
}

// option is one line of a stanza. The name is in lower case with "-" for "_": ifupdown hands options to its scripts in variables such as
// IF_BOND_SLAVES, so that they differ in neither.
type option struct {
	line  int
	name  string
	value string
	text  string // the line
}

// splitter takes a file apart into stanzas.
type splitter struct {
	stanzas  []stanza
	ignoring bool // in a stanza that tells nothing of devices
	open     bool // in one that does
	sources  []Source
	problems text.Problems
}

func split(data []byte) (s splitter) {
	var whole strings.Builder
	start := 0
	for n, line := range text.Lines(data) {
		if start == 0 {
			if line = strings.TrimLeft(line, " \t\r\f\v"); line == "" || line[0] == '#' {
				continue
			}
			start = n
		}
		if rest, more := strings.CutSuffix(line, `\`); more {
			whole.WriteString(rest)
			continue
		}
		whole.WriteString(line)
		s.line(start, whole.String())
		whole.Reset()
		start = 0
	}
	if start > 0 {
		s.line(start, whole.String())
	}
	return s
}

func (s *splitter) problem(n int, line, why string) {
	s.problems.Add(n, strings.TrimSpace(line), why)
}

// line reads one line, put together of those that it continues on.
func (s *splitter) line(n int, line string) {
	words := strings.Fields(line)
	if len(words) == 0 {
		return
	}
	if strings.HasPrefix(words[0], "%") || strings.HasPrefix(words[0], "<%") {
		s.problem(n, line, "a template of Mako, which is not evaluated")
		return
	}
	switch keyword := words[0]; {
	case keyword == "iface" || keyword == "template":
		s.begin(n, line, words)
	case keyword == "mapping" || keyword == "vlan": // ifupdown2's "vlan" has options of a VLAN on a bridge
		s.open, s.ignoring = false, true
	case selects(keyword):
		s.open, s.ignoring = false, false
		s.source(n, words)
	case s.open:
		line = strings.TrimSpace(line)
		last := &s.stanzas[len(s.stanzas)-1]
		last.options = append(last.options, option{
			line: n, name: normalize(keyword), value: strings.TrimSpace(line[len(keyword):]), text: line,
		})
	case !s.ignoring:
		s.problem(n, line, "not in any stanza")
	}
}

func normalize(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// selects reports whether a line of that keyword chooses interfaces or files, which ends a stanza.
func selects(keyword string) bool {
	switch keyword {
	case "auto", "no-auto-down", "no-scripts", "rename", "source", "source-directory", "source-dir":
		return true
	}
	return strings.HasPrefix(keyword, "allow-")
}

func (s *splitter) begin(n int, line string, words []string) {
	s.open, s.ignoring = len(words) > 1, len(words) == 1
	if !s.open {
		s.problem(n, line, "a stanza without a name")
		return
	}
	next := stanza{line: n, keyword: words[0], name: words[1]}
	for i := 2; i < len(words); i++ {
		if words[i] == "inherits" && i+1 < len(words) {
			i++
			next.inherits = append(next.inherits, words[i])
			continue
		}
		next.words = append(next.words, words[i])
	}
	s.stanzas = append(s.stanzas, next)
}
