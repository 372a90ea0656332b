// Package format is the list of the forms that a report can take.
package format

import (
	"fmt"
	"io"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/html"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/terminal"
)

// Options of a form; those that print no terminal text ignore them.
type Options struct {
	Width int  // columns, 0 for the default
	Color bool // with colors
	All   bool // nothing folded or cut
}

// Format is one form.
type Format struct {
	Name  string
	Write func(io.Writer, report.Document, Options) error
}

// List returns every form, the default first.
func List() []Format {
	return []Format{
		{"terminal", func(w io.Writer, d report.Document, o Options) error {
			return terminal.Write(w, d, terminal.Options{Width: o.Width, Color: o.Color, All: o.All})
		}},
		{"markdown", func(w io.Writer, d report.Document, _ Options) error { return markdown.Write(w, d) }},
		{"json", func(w io.Writer, d report.Document, _ Options) error { return jsonout.Write(w, d) }},
		{"html", func(w io.Writer, d report.Document, _ Options) error { return html.Write(w, d) }},
	}
}

// Names returns the names of the forms.
func Names() (names []string) {
	for _, f := range List() {
		names = append(names, f.Name)
	}
	return names
}

// Write writes a document in the form of that name.
func Write(w io.Writer, name string, d report.Document, o Options) error {
	for _, f := range List() {
		if f.Name == name {
			return f.Write(w, d, o)
		}
	}
	return fmt.Errorf("unknown format %q", name)
}
