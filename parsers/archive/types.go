// Package archive walks whatever a report comes in once, from the first member to the last, and never writes any of it to disk: a
// directory, a tar file plain or compressed, a zip file, standard input, and archives inside archives. It is the only importer of archiver.
package archive

import (
	"context"
	"io"
)

// Kind of a member.
type Kind int

// The kinds; everything else (devices, FIFOs, sockets) is Other and never opened.
const (
	File Kind = iota
	Dir
	Symlink
	Hardlink
	Other
)

// Member is one member of an archive or one entry of a directory.
type Member struct {
	Archive string // the nested archives that lead to it, each by its path in the one around it, joined by "/"; "" in the input itself
	Path    string // clean, slash separated, relative, "." for the top; names that are absolute or climb out with ".." are refused before
	Kind    Kind
	Size    int64  // of a File in bytes, -1 when unknown
	Link    string // target of a Symlink as stored; of a Hardlink the member's clean path
}

// Action is what a Visitor wants done with a File.
type Action int

// Skip goes on; Read calls Visitor.Read; Descend opens the file as an archive if its content is one, and skips it if not; Stop ends the walk
// of this archive (the archive around it goes on). Prune is for a Dir of a directory input: what is below it is not looked at.
const (
	Skip Action = iota
	Read
	Descend
	Stop
	Prune
)

// Visitor is called for each member in the order of the archive, by one goroutine.
type Visitor interface {
	Visit(m Member) Action
	// Read gets the content. Whatever it leaves unread is skipped. r fails where the archive is damaged. An error of Read that is not r's
	// ends the walk, and Walk returns it.
	Read(m Member, r io.Reader) error
	// Problem is told what was refused or went wrong and did not end the walk: names outside the root, a damaged nested archive, a limit.
	Problem(p Problem)
}

// Lister is a Visitor that is told what a directory of a directory input holds, sorted, before its entries are visited: it can then tell
// what the directory is before it has to decide on what is in it. Only m.Path and m.Kind are set.
type Lister interface {
	List(m Member, names []string)
}

// Problem is one such fact. Text is a sentence fit for a report.
type Problem struct {
	Archive string
	Path    string
	Text    string
	Lost    bool  // part of the content was not seen
	Suspect bool  // what was read of the archive before may be wrong
	Around  bool  // the fault is that of the archive around this one, and is told of that too
	Fault   Fault // "" for FaultLeftOut
}

// Input names what to open.
type Input struct {
	Path  string    // a file or directory; "-" for Stdin
	Stdin io.Reader // for "-"; a Read of it that blocks when the walk ends is not waited for
}

// Name is how messages name the input.
func (in Input) Name() string {
	if in.Path == "-" {
		return "standard input"
	}
	return Shown(in.Path)
}

// XZ says who decompresses xz.
type XZ string

// XZAuto takes the system's xz where it is installed, else the Go decoder.
const (
	XZAuto   XZ = "auto"
	XZSystem XZ = "system"
	XZGo     XZ = "go"
)

// Limits bound what an input can cost. Zero means the default.
type Limits struct {
	Members int64 // members of all archives together
	Total   int64 // bytes that are decompressed, read from standard input or from files of a directory, all together
	Ratio   int64 // decompressed bytes for a compressed one, of each archive and of all together, checked past the first 64 MiB
	Depth   int   // archives inside archives
	Zip     int64 // bytes of a zip file that must be held in memory because it is nested or comes from standard input
	Window  int64 // bytes that a decompressor must look back at (the dictionary of xz, the window of zstd)
}

// Options of a walk.
type Options struct {
	Limits   Limits
	XZ       XZ
	Progress func(read, size int64) // bytes of the input consumed so far and its size, -1 when unknown; may be nil; never called twice at once
}

// Walk goes through the input. The error is nil when everything was seen, *Damaged when the input ended early, is corrupt or exceeds a
// limit (what came before was visited; Err is a *LimitError then), *Refused when it is nothing that can be read (no such file, encrypted,
// no archive, empty), the visitor's own error, or ctx's.
func Walk(ctx context.Context, in Input, v Visitor, opt Options) error {
	return walk(ctx, in, v, opt)
}
