package render

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Told remembers what a report has said already, host by host.
type Told struct {
	commands, causes map[string]place
	references       map[report.Reference]bool
}

// place is where something was said first.
type place struct{ host, rule string }

// NewTold remembers nothing yet.
func NewTold() *Told {
	return &Told{commands: map[string]place{}, causes: map[string]place{}, references: map[report.Reference]bool{}}
}

// Unrepeat returns the findings of a host without what the report has said before word for word: commands that were printed already, and causes
// that another host shares, are referred to; checks and references are listed once. Findings of one fault share their ways out, and so do the
// nodes of a cluster.
func (t *Told) Unrepeat(host string, findings []report.Finding) []report.Finding {
	checks := map[string]bool{}
	out := slices.Clone(findings)
	for i := range out {
		f := &out[i]
		here := place{host, f.Rule}
		cause, subject := f.Rule+"\n"+f.Cause, strings.Join([]string{host, f.Rule, f.Subject.Bond}, "\n")
		if first, told := t.causes[cause]; told && first.host != host {
			f.Cause, f.Verification = "The reason is the same as in "+first.rule+" on "+first.host+" above.", nil
		} else if _, told := t.causes[subject]; told && f.Cause != "" && f.Subject.Bond != "" {
			// on another bridge of the bond: one fault, with the same reason and the same ways out
			f.Cause, f.Evidence, f.Remediation, f.Verification, f.References = "All else is as in "+f.Rule+" above.", nil, nil, nil, nil
			continue
		} else if f.Cause != "" {
			t.causes[cause], t.causes[subject] = here, here
		}
		f.Remediation = slices.Clone(f.Remediation)
		for j := range f.Remediation {
			r := &f.Remediation[j]
			key := strings.Join(r.Commands, "\n")
			if first, told := t.commands[key]; told {
				r.Note, r.Commands = first.above(host), nil
			} else if key != "" {
				t.commands[key] = here
			}
		}
		f.Verification = newChecks(f.Verification, checks)
		f.References = slices.DeleteFunc(slices.Clone(f.References), func(r report.Reference) bool {
			seen := t.references[r]
			t.references[r] = true
			return seen
		})
	}
	return out
}

// above refers to commands that were printed already.
func (p place) above(host string) string {
	if p.host != host {
		return "As in " + p.rule + " on " + p.host + " above."
	}
	return "As in " + p.rule + " above."
}

// newChecks leaves out commands that were listed before, with the comments that lead to them.
func newChecks(lines []string, seen map[string]bool) (left []string) {
	var comments []string
	for _, l := range lines {
		if strings.HasPrefix(l, "#") {
			comments = append(comments, l)
			continue
		}
		key := strings.Join(append(slices.Clone(comments), l), "\n")
		if !seen[key] {
			left = append(append(left, comments...), l)
		}
		seen[key], comments = true, nil
	}
	if key := strings.Join(comments, "\n"); key != "" && !seen[key] { // comments that end the list stand for themselves
		seen[key] = true
		left = append(left, comments...)
	}
	return left
}
