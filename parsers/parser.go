// Package parsers turns the files of a report into facts: the one list of all parsers (list.go) says which files are wanted and which format
// package reads each of them, and Collect and Read run it.
package parsers

import (
	"bytes"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parser reads one datum from the files that hold it.
type Parser struct {
	Datum Datum
	Kind  layout.Kind // of the trees that have it; "": a host's report
	Title string      // the datum for people
	Globs []string    // relative to the root of the report, newest form first
	Max   int64       // bytes kept of one file, 0 for layout.DefaultMax
	Ask   string      // the command to ask the customer for when the datum is missing
	// Optional data belong to software that most hosts do not run: that they are missing, or that their commands found nothing to ask, is nothing
	// to tell. Where a verdict hangs on them, a rule asks for them.
	Optional bool
	// Needed data decide verdicts: where a must-gather has none of them, its report says how to get them.
	Needed bool
	// Parse reads one file and adds what it holds to the facts.
	Parse func(*Facts, File) Outcome
	// Groups, when set, says which of the files count, and in which order. Those of one group are read as one file, the first of which names it.
	Groups func(t *layout.Tree, paths []string) [][]string
	// Scan, in place of Parse, reads a file as a stream while it flows by; Scanned adds what it found to the facts.
	Scan    func() layout.Scanner
	Scanned func(*Facts, File, layout.Scanner) Outcome
	// Node, of a must-gather, tells the node that a file is about; nil for files about the cluster.
	Node func(cluster *Facts, path string) string
	// Unless, when set, says that the file is a fallback that need not be read.
	Unless func(*layout.Tree) bool
	// Await, when set, says whether a sorted archive is read on for such a file when nothing else is wanted of it.
	Await func(*layout.Tree) bool
}

// File is one file of a report.
type File struct {
	Path  string // relative to the root
	Data  []byte
	Cut   bool   // it breaks off: the report lacks the rest
	marks []mark // sorted
	parts []part // of a file that was put together: those behind the first
}

// mark is where a line begins. A list of all lines would take many times the memory of a file of short ones.
type mark struct{ line, at int32 }

// apart is how many bytes are between marks at least.
const apart = 1 << 10

// part is a file within another one.
type part struct {
	path   string
	before int // lines of the other that stand before it
}

func newFile(path string, data []byte) File {
	f := File{Path: path, Data: data}
	line, at, next := 1, 0, 0
	for at < len(data) && at < math.MaxInt32 {
		if at >= next {
			f.marks = append(f.marks, mark{int32(line), int32(at)})
			next = at + apart
		}
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			break
		}
		line, at = line+1, at+end+1
	}
	return f
}

// maxSourceText is how much of a line a Source quotes. A file of one line may hold thousands of facts.
const maxSourceText = 4 << 10

// text is a line of the file without its line ending, "" for one that it does not have.
func (f File) text(line int) string {
	i := sort.Search(len(f.marks), func(i int) bool { return int(f.marks[i].line) > line }) - 1
	if i < 0 {
		return ""
	}
	rest := f.Data[f.marks[i].at:]
	for n := int(f.marks[i].line); n < line; n++ {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return ""
		}
		rest = rest[end+1:]
	}
	if end := bytes.IndexByte(rest[:min(len(rest), maxSourceText)], '\n'); end >= 0 {
		rest = bytes.TrimSuffix(rest[:end], []byte{'\r'})
	} else if len(rest) <= maxSourceText {
		rest = bytes.TrimSuffix(rest, []byte{'\r'})
	} else {
		rest = wholeRunes(rest[:maxSourceText])
	}
	return strings.ToValidUTF8(string(rest), "\uFFFD")
}

// wholeRunes drops a character that is cut at the end.
func wholeRunes(s []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(s); n++ {
		if last := s[len(s)-n:]; utf8.RuneStart(last[0]) {
			if !utf8.FullRune(last) {
				return s[:len(s)-n]
			}
			break
		}
	}
	return s
}

// At returns the source for a line of the file, Source{} for line 0.
func (f File) At(line int) Source {
	if line <= 0 {
		return Source{}
	}
	s := Source{}
	s.File, s.Line = f.place(line)
	s.Text = f.text(line)
	return s
}

// place is the file and the line in it that a line stands in.
func (f File) place(line int) (path string, n int) {
	for _, p := range slices.Backward(f.parts) {
		if line > p.before {
			return p.path, line - p.before
		}
	}
	return f.Path, line
}

// together makes one file of several. A blank line after each ends what it leaves open.
func together(files []File) File {
	if len(files) == 1 {
		return files[0]
	}
	var data []byte
	var parts []part
	lines := 0
	for i, f := range files {
		if i > 0 {
			parts = append(parts, part{path: f.Path, before: lines})
		}
		own := slices.Concat(bytes.TrimPrefix(f.Data, []byte("\ufeff")), []byte("\n\n"))
		lines += bytes.Count(own, []byte{'\n'})
		data = append(data, own...)
	}
	whole := newFile(files[0].Path, data)
	whole.Cut = slices.ContainsFunc(files, func(f File) bool { return f.Cut })
	whole.parts = parts
	return whole
}

// Whole is the source of a fact that the file tells by being there.
func (f File) Whole() Source { return Source{File: f.Path} }

// Outcome is what a parser made of one file.
type Outcome struct {
	Records  int  // 0: the file told nothing
	Unlisted bool // one of thousands of files of its kind that tell nothing: that they were read is told, not each of them
	Problems text.Problems
}

// Read is a record with the file that it was read from.
type Read[T any] struct {
	File
	Value T
}

// Named is a record whose file name carries a name: the bond of /proc/net/bonding/bond0, the namespace of a command.
type Named[T any] struct {
	Read[T]
	Name string
}

// base returns the last element of a path.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
