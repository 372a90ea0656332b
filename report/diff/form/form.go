// Package form writes the difference of two inputs in each of its forms: the answer first, then for each host the verdicts, what changed, and what
// became of the findings.
package form

import (
	"fmt"
	"io"

	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/jira"
	"github.com/sosbond/sosbond/report/jsonout"
)

// Options of a form. JSON ignores them.
type Options struct {
	Width int  // columns of the terminal form; 0 for 80, never less than 40
	Color bool // of the terminal form
	All   bool // every finding, nothing folded or cut
}

// forms lists every form, the default first.
func forms() []struct {
	name  string
	write func(io.Writer, diff.Diff, Options) error
} {
	return []struct {
		name  string
		write func(io.Writer, diff.Diff, Options) error
	}{
		{"terminal", writeTerminal},
		{"markdown", writeMarkdown},
		{"json", func(w io.Writer, d diff.Diff, _ Options) error { return jsonout.WriteValue(w, d) }},
		{"jira", func(w io.Writer, d diff.Diff, o Options) error {
			return jira.Convert(w, func(w io.Writer) error { return writeMarkdown(w, d, o) })
		}},
	}
}

// Names returns the names of the forms, the default first.
func Names() (names []string) {
	for _, f := range forms() {
		names = append(names, f.name)
	}
	return names
}

// Write writes a difference in the form of that name.
func Write(w io.Writer, name string, d diff.Diff, opt Options) error {
	for _, f := range forms() {
		if f.name == name {
			return f.write(w, d, opt)
		}
	}
	return fmt.Errorf("unknown format %q", name)
}
