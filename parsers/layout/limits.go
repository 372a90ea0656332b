package layout

import (
	"fmt"

	"github.com/sosbond/sosbond/parsers/archive"
)

// The command line's flags that set the limits. Error texts name them, so they are named here and nowhere else.
const (
	FlagKeep    = "--max-host"
	FlagKeepAll = "--max-kept"
	FlagFile    = "--max-file"
	FlagHosts   = "--max-hosts"
)

// The default limits. The files that are wanted of a real host take 0.5 to 5 MB.
const (
	// Hundreds of guests with a file each make some MB, and single files are cut at DefaultMax.
	DefaultKeep = 64 << 20
	// 500 hosts of a usual size, or a must-gather of as many nodes. What is made of the files takes several times as much memory.
	DefaultKeepAll = 512 << 20
	// No bundle comes near it.
	DefaultHosts = 4096
)

// maxProblems and maxNotes bound what one hostile or unreadable input can fill a report with, maxFailed what is remembered of files that
// could not be read.
const (
	maxProblems = 200
	maxNotes    = 50
	maxFailed   = 1000
	maxNote     = 1000 // bytes of one note
)

func (o Options) withDefaults() Options {
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	if o.KeepAll <= 0 {
		o.KeepAll = DefaultKeepAll
	}
	if o.Hosts <= 0 {
		o.Hosts = DefaultHosts
	}
	return o
}

// overhead is about what it takes in memory to list a file, a directory or a link.
const overhead = 512

// room is memory that several share.
type room struct{ size, used int64 }

func (r *room) left() int64 { return max(0, r.size-r.used) }

// take takes n bytes, if there are so many.
func (r *room) take(n int64) bool {
	if r.used+n > r.size {
		return false
	}
	r.used += n
	return true
}

func (r *room) give(n int64) { r.used -= n }

// tooMuch says that a room is full.
func tooMuch(of string, r *room, flag string) string {
	return fmt.Sprintf("the wanted files of %s take more than %s (raise the limit with %s if you trust it)", of, archive.Bytes(r.size), flag)
}

// charge takes room for n bytes of the tree. why is a clause that names the limit where there is no such room.
func (t *Tree) charge(n int64) (why string) {
	switch {
	case t.room == nil: // made by hand
		return ""
	case !t.room.take(n):
		return tooMuch("the report", t.room, FlagKeep)
	case !t.all.take(n):
		t.room.give(n)
		return tooMuch("all reports", t.all, FlagKeepAll)
	}
	return ""
}

// refund gives back what was charged.
func (t *Tree) refund(n int64) {
	if t.room != nil {
		t.room.give(n)
		t.all.give(n)
	}
}

// left is the room for another file.
func (t *Tree) left() int64 { return min(t.room.left(), t.all.left()) }

// exceed notes that a limit took something of the report. Each limit is told once, with what it took first.
func (t *Tree) exceed(flag, name, text string) {
	t.lose(name, text)
	if t.exceeded == nil {
		t.exceeded = map[string]string{}
	}
	if t.exceeded[flag] == "" {
		t.exceeded[flag] = text
	}
}
