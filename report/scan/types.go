// Package scan analyzes every report of an archive of reports: it finds the inputs, leaves out those whose result is known, and analyzes the
// others on several processors, one bad one never stopping the rest.
package scan

import (
	"context"
	"time"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/store"
)

// Analyze makes the report of one input. The error is that ctx ended; what else goes wrong stands in the document's errors, or is a panic.
type Analyze func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error)

// Options of a run.
type Options struct {
	Jobs    int           // inputs analyzed at once; 0: the processors
	Timeout time.Duration // of one input; 0: none
	Version string        // of sosbond, for Entry.Version
	Options string        // for Entry.Options
	Again   bool          // analyze what is known too
	Verify  bool          // read all of an input to tell whether it is the same
	Store   store.Store   // nil without a database
	Watch   Watcher       // nil for none
}

// Watcher is told how a run goes, by several goroutines.
type Watcher interface {
	Found(inputs int, bytes int64, more bool) // so far; more: the search goes on
	Start(worker int, in entry.Input)
	Progress(worker int, read, size int64)
	Done(worker int, e entry.Entry, reused bool)
}
