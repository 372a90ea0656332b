package render

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Unrepeat returns the findings of a host without what an earlier one has said word for word: commands that were printed already are referred
// to, checks and references are listed once. Findings of one fault share their ways out.
func Unrepeat(findings []report.Finding) []report.Finding {
	commands, checks, references := map[string]string{}, map[string]bool{}, map[report.Reference]bool{}
	out := slices.Clone(findings)
	for i := range out {
		f := &out[i]
		f.Remediation = slices.Clone(f.Remediation)
		for j := range f.Remediation {
			r := &f.Remediation[j]
			key := strings.Join(r.Commands, "\n")
			if first := commands[key]; first != "" {
				r.Note, r.Commands = "As in "+first+" above.", nil
			} else if key != "" {
				commands[key] = f.Rule
			}
		}
		f.Verification = newChecks(f.Verification, checks)
		f.References = slices.DeleteFunc(slices.Clone(f.References), func(r report.Reference) bool {
			seen := references[r]
			references[r] = true
			return seen
		})
	}
	return out
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
