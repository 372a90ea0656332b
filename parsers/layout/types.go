// Package layout finds the hosts in an input: where the root of each report is, what kind it is, and which of the wanted files it has.
//
// It reads the input once. A report's root is a directory that holds sos_commands/, or a version.txt that sos wrote, or a manifest.json of
// sos report; until a root shows up, files that could be wanted below any directory near the top are kept as candidates. Where an archive
// has no such root, directories with proc/net/bonding/* (or proc/PID/net/bonding/*) are taken for one. The directory of an image of a
// must-gather is a root too: it holds cluster-scoped-resources/ or namespaces/. It is no single host's, and reports of hosts may lie in it.
//
// Since the input is read once, links are resolved after the pass, among the files that were kept: a link's target is there only if a
// Want names it where it really is. Exceptions are sos's own: sos_strings/PLUGIN/NAME.tailed is collected as what it stands for, a
// command's output or a log file that was too long to be kept whole, because sos puts a link to it in their place.
package layout

import (
	"io"

	"github.com/spf13/afero"
)

// Kind of a tree.
type Kind string

// The kinds of tree. Unknown has files of a host and nothing that says who collected them. A MustGather is what one image of `oc adm
// must-gather` wrote about a cluster.
const (
	SosReport  Kind = "sosreport"
	MustGather Kind = "must-gather"
	Unknown    Kind = "unknown"
)

// Want is one kind of file to collect from each host.
type Want struct {
	Name  string
	Kind  Kind     // of the trees that have such files; "": SosReport, and Unknown
	Globs []string // relative to the host's root; "*" within a component, "**" for any number of components
	Max   int64    // bytes that are kept of one file; the rest is cut and noted. 0: DefaultMax
	// Scan, when set, makes a Scanner for each file; it reads the content as it streams by, and the file is not kept (unless another Want
	// keeps it).
	Scan func() Scanner
	// Unless, when set, is asked when the walk reaches such a file: true skips it (a fallback that is not needed). The tree holds what the
	// walk met so far. It is not asked for files that come before their report can be told.
	Unless func(t *Tree) bool
	// Await, when set, is asked when nothing else is wanted of a sorted archive: false stops there without waiting for such a file.
	Await func(t *Tree) bool
}

// DefaultMax is the default of Want.Max.
const DefaultMax = 8 << 20

// Scanner reads a stream and remembers what it found.
type Scanner interface {
	Scan(r io.Reader) error
}

// Sized is a Scanner that tells how many bytes of memory it takes once it has read its file.
type Sized interface {
	Size() int64
}

// Tree is one host's report, or a must-gather.
type Tree struct {
	Kind     Kind
	Archive  string            // the nested archives that lead to it, "" when it is in the input itself
	Root     string            // path of the root in its archive, "" when the archive (or directory) is the root
	Complete bool              // nothing of it was lost to damage or to a limit
	Suspect  bool              // its data are corrupt: what was read of it may be wrong
	Intact   []string          // where it is not complete, the names of the Wants of which nothing was lost nevertheless, sorted
	Notes    []string          // what was lost, refused or cut, as sentences
	Files    afero.Fs          // the wanted files, by path relative to the root
	Links    map[string]string // symbolic links by path relative to the root, with their targets as stored
	Scans    []Scanned         // in the order of the archive
	Cut      map[string]int64  // files of which only that many bytes were kept
	Failed   map[string]string // wanted files that could not be read, with the reason

	scanned map[string]bool   // paths in Scans
	hard    map[string]string // hard links, with what they are links to
	index   *index            // of Files; nil when it has to be made
	room    *room             // for what is in it; nil when it was made by hand
	all     *room             // for all trees of the input
	noted   map[string]bool   // notes that are not repeated
	globs   *matcher          // of what is wanted of it; nil when it was made by hand
	missed  map[int]bool      // wants of which files may have been lost
	lostAny bool              // files of any may have been
	dirs    map[string]bool   // that Files has

	exceeded map[string]string // what the limits took, by their flags
}

// Scanned is a file that was read as a stream.
type Scanned struct {
	Path    string
	Want    string // Want.Name
	Scanner Scanner
}
