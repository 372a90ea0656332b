// Package entry says what a scan knows of one input: which file it is, what was done with it, and the report that came of it.
package entry

import (
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Input is an archive, or a directory that holds an unpacked report, as a scan found it.
type Input struct {
	Path     string `json:"path"`     // absolute and clean
	Size     int64  `json:"size"`     // bytes of a file; of a directory those of its entries that identify it
	Modified int64  `json:"modified"` // nanoseconds since 1970, UTC
	Sum      string `json:"sum"`      // SHA-256 in hex of its first and last megabyte; of a directory of names, sizes and times of its entries
	Whole    bool   `json:"whole"`    // another one of all its content follows, unless the first is of all of it
	Dir      bool   `json:"dir"`
}

// Same reports whether a later look at the path saw the same content, as far as size, time and sum tell. One at the whole of it is not content with
// less of the earlier one.
func (in Input) Same(later Input) bool {
	switch {
	case in.Size != later.Size || in.Dir != later.Dir || in.Sum == "":
		return false
	case later.Whole:
		return in.Whole && in.Sum == later.Sum
	}
	return in.Modified == later.Modified && strings.HasPrefix(in.Sum, later.Sum)
}

// Status says how the analysis of an input ended.
type Status string

// The statuses. A Partial input was analyzed as far as it could be read; of a Failed one nothing could be; the analysis of a Crashed one ended
// the whole program more than once.
const (
	Analyzed Status = "analyzed"
	Partial  Status = "partial"
	Failed   Status = "failed"
	Crashed  Status = "crashed"
)

// Statuses lists them, the best first.
func Statuses() []Status { return []Status{Analyzed, Partial, Failed, Crashed} }

// Entry is what a scan made of an input.
type Entry struct {
	Input
	Status   Status           `json:"status"`
	Errors   []string         `json:"errors"`   // why not, or not wholly; fit for a line each
	Kinds    []string         `json:"kinds"`    // of the errors, in their order: see report.Error; Errors without them are only shown one by one
	Version  string           `json:"version"`  // of sosbond
	Options  string           `json:"options"`  // what changes results, in a canonical form: "deep", "whole", limits; "" for the defaults
	Millis   int64            `json:"millis"`   // how long it took
	Document *report.Document `json:"document"` // nil when Failed or Crashed
}

// SetErrors sets the errors and their kinds.
func (e *Entry) SetErrors(list []report.Error) {
	e.Errors, e.Kinds = make([]string, 0, len(list)), make([]string, 0, len(list))
	for _, x := range list {
		e.Errors, e.Kinds = append(e.Errors, x.Message), append(e.Kinds, x.Kind)
	}
}

// Fail notes that nothing came of the input. The kinds beside those of report.Error are timeout, defect and crashed.
func (e *Entry) Fail(s Status, kind, text string) {
	e.Status, e.Document = s, nil
	e.Errors, e.Kinds = []string{text}, []string{kind}
}

// Add notes one more error.
func (e *Entry) Add(kind, text string) {
	e.Errors, e.Kinds = append(e.Errors, text), append(e.Kinds, kind)
}
