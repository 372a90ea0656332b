// Package store keeps what scans found in a database, so that a run that was killed goes on where it stopped and reports can be printed again
// without the archives: SQLite in a file, or PostgreSQL, under the same schema.
package store

import (
	"context"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/summary"
)

// Store is an open database. Its methods may be called by several goroutines.
type Store interface {
	// Begin notes that the analysis of an input starts, and returns how many times it had been started before without an end (the program or the
	// machine died): an input that kills the program must not do so at each run.
	Begin(ctx context.Context, in entry.Input) (crashes int, err error)
	// Abandon takes a Begin back: the analysis was stopped from outside, which says nothing about the input.
	Abandon(ctx context.Context, path string) error
	// Save replaces all that is known of the input with e, in one transaction.
	Save(ctx context.Context, e entry.Entry) error
	// Known returns what is known of the input of that path; Document is nil. ok is false when nothing is, or only that it was started.
	Known(ctx context.Context, path string) (e entry.Entry, ok bool, err error)
	// Documents calls f with the report of each host that the selection lets through, ordered by host name, then by input. Each document holds one
	// host and the errors of its input.
	Documents(ctx context.Context, sel Selection, f func(in entry.Entry, doc report.Document) error) error
	// Fill adds the inputs below the given paths (all without one) and their hosts to the accumulator, from the rows, without the reports.
	Fill(ctx context.Context, paths []string, to summary.Accumulator) error
	// Forget drops the inputs that are not there any more (below the given paths), and returns how many.
	Forget(ctx context.Context, gone func(path string) bool) (int, error)
	Close() error
}

// Selection says which reports are wanted. Empty fields let everything through.
type Selection struct {
	Hosts    []string // names, in any case, with or without the domain
	Inputs   []string // paths, absolute and clean; a folder stands for all below it
	Verdicts []string
	Rules    []string // hosts with a finding of one of these
}
