// Package form writes the summary of a scan in each of its forms: the answer first, then the verdicts, the faults, what could not be read, and
// the hosts, the worst first.
package form

import (
	"fmt"
	"io"

	"github.com/sosbond/sosbond/report/jira"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/summary"
)

// Options of a form. JSON and CSV are for programs and ignore them.
type Options struct {
	Width int  // columns of the terminal form; 0 for 80, never less than 40
	Color bool // of the terminal form
	All   bool // every fault and every host, nothing cut
}

type form struct {
	name  string
	write func(io.Writer, summary.Summary, Options) error
}

// forms lists every form, the default first.
func forms() []form {
	return []form{
		{"terminal", writeTerminal},
		{"markdown", writeMarkdown},
		{"json", func(w io.Writer, s summary.Summary, _ Options) error {
			rows := s.Table
			s.Table = nil
			return jsonout.WriteLong(w, s, "table", rows)
		}},
		{"csv", func(w io.Writer, s summary.Summary, _ Options) error { return writeCSV(w, s) }},
		{"html", writeHTML},
		{"jira", func(w io.Writer, s summary.Summary, o Options) error {
			return jira.Convert(w, func(w io.Writer) error { return writeMarkdown(w, s, o) })
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

// Write writes a summary in the form of that name.
func Write(w io.Writer, name string, s summary.Summary, opt Options) error {
	for _, f := range forms() {
		if f.name == name {
			return f.write(w, s, opt)
		}
	}
	return fmt.Errorf("unknown format %q", name)
}
