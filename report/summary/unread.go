package summary

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report/entry"
)

// kindCrashed is of inputs whose analysis ended the program.
const kindCrashed = "crashed"

// whys says what each kind of error means, of one input or of many.
var whys = map[string]string{
	"missing":      "not there any more",
	"unreadable":   "the system refuses to read it: check the rights of the file and the disk",
	"encrypted":    "encrypted, or with something encrypted in it: decrypt that first, with gpg --decrypt",
	"empty":        "empty: copy or download it again",
	"not-a-report": "neither a sosreport nor a must-gather",
	"damaged":      "damaged or cut off: copy or download it again",
	"limit":        "beyond a limit for hostile input: sosbond analyze names the limit and the flag that raises it",
	"no-xz":        "compressed with xz, and the xz program that was asked for is not there",
	"left-out":     "with parts that were left out, such as names that lead out of the archive: sosbond analyze names them",
	"no-network":   "without network data, so whether there is a bond cannot be told: ask for a sosreport with the networking plugin",
	"no-nodes":     "a must-gather that names no node: ask for the whole of it, or for a sosreport of each node",
	"changed":      "changed while it was read, as during an upload: scan it again when it is whole",
	"timeout":      "not finished in the time that --timeout gives",
	"defect":       "a defect of sosbond: it failed on them; please report it",
	kindCrashed:    "the analysis ended the program more than once: --again tries once more",
}

const whyOther = "for another reason"

// reason counts the inputs that have a kind of error.
type reason struct {
	inputs, failed int
	examples       []string
}

// readErrors counts an input once for each kind of its errors.
func (a *accumulator) readErrors(e entry.Entry) {
	if e.Status == entry.Analyzed && len(e.Errors) == 0 {
		return
	}
	first := map[string]string{} // what was said, by kind
	switch {
	case e.Status == entry.Crashed:
		first[kindCrashed] = said(e.Errors)
	case len(e.Errors) == 0:
		first[""] = ""
	}
	for i, text := range e.Errors {
		kind := kindOf(e, i)
		if _, ok := first[kind]; !ok && e.Status != entry.Crashed {
			first[kind] = text
		}
	}
	for kind, text := range first {
		r := a.unread[kind]
		if r == nil {
			r = &reason{}
			a.unread[a.words.one(kind)] = r
		}
		r.add(e, example(e.Path, kind, text))
	}
}

func said(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// kindOf returns the kind of an entry's error, "" for one that is not known.
func kindOf(e entry.Entry, i int) string {
	kind := ""
	switch {
	case i < len(e.Kinds):
		kind = e.Kinds[i]
	case e.Document != nil && i < len(e.Document.Errors):
		kind = e.Document.Errors[i].Kind
	}
	if _, known := whys[kind]; !known {
		return ""
	}
	return kind
}

// example names an input, with what was said of it where the kind does not tell.
func example(path, kind, text string) string {
	if text == "" || kind != "" && kind != kindCrashed {
		return path
	}
	return path + ": " + text
}

func (r *reason) add(e entry.Entry, example string) {
	r.inputs++
	if e.Status == entry.Failed || e.Status == entry.Crashed {
		r.failed++
	}
	at, known := slices.BinarySearch(r.examples, example)
	if !known && at < shownExamples {
		r.examples = slices.Insert(r.examples, at, strings.Clone(example))
		r.examples = r.examples[:min(len(r.examples), shownExamples)]
	}
}

func (r *reason) sum(kind string) Unread {
	return Unread{Kind: kind, Why: cmp.Or(whys[kind], whyOther), Inputs: r.inputs, Failed: r.failed, Examples: slices.Clone(r.examples)}
}
