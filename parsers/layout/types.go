// Package layout finds the hosts in an input: where the root of each report is, what kind it is, and which of the wanted files it has.
package layout

import (
	"io"

	"github.com/spf13/afero"
)

// Kind of a tree.
type Kind string

// The kinds of tree.
const (
	SosReport Kind = "sosreport"
	Unknown   Kind = "unknown"
)

// Want is one kind of file to collect from each host.
type Want struct {
	Name  string
	Globs []string // relative to the host's root; "*" within a component, "**" for any number of components
	Max   int64    // bytes that are kept of one file; the rest is cut and noted. 0: DefaultMax
	// Scan, when set, makes a Scanner for each file; it reads the content as it streams by, and the file is not kept.
	Scan func() Scanner
	// Unless, when set, is asked when the walk reaches such a file: true skips it (a fallback that is not needed).
	Unless func(t *Tree) bool
}

// DefaultMax is the default of Want.Max.
const DefaultMax = 8 << 20

// Scanner reads a stream and remembers what it found.
type Scanner interface {
	Scan(r io.Reader) error
}

// Tree is one host's report.
type Tree struct {
	Kind     Kind
	Archive  string            // the nested archives that lead to it, "" when it is in the input itself
	Root     string            // path of the root in its archive, "" when the archive (or directory) is the root
	Complete bool              // nothing of it was lost to damage or to a limit
	Notes    []string          // what was lost, refused or cut, as sentences
	Files    afero.Fs          // the wanted files, by path relative to the root
	Links    map[string]string // symbolic links by path relative to the root, with their targets as stored
	Scans    []Scanned         // in the order of the archive
	Cut      map[string]int64  // files of which only that many bytes were kept
	Failed   map[string]string // wanted files that could not be read, with the reason
}

// Scanned is a file that was read as a stream.
type Scanned struct {
	Path    string
	Want    string // Want.Name
	Scanner Scanner
}
