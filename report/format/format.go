// Package format is the list of the forms that a report can take.
package format

import (
	"fmt"
	"io"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/html"
	"github.com/sosbond/sosbond/report/jira"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/short"
	"github.com/sosbond/sosbond/report/terminal"
)

// Options of a form; those that print no terminal text ignore them.
type Options struct {
	Width int  // columns, 0 for the default
	Color bool // with colors
	All   bool // nothing folded or cut
	Short bool // the answer alone, in the forms that have it; they do not look at All
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
			if o.Short {
				return short.Terminal(w, d, o.Width, o.Color)
			}
			return terminal.Write(w, d, terminal.Options{Width: o.Width, Color: o.Color, All: o.All})
		}},
		{"markdown", writeMarkdown},
		{"json", func(w io.Writer, d report.Document, _ Options) error { return jsonout.Write(w, d) }},
		{"html", func(w io.Writer, d report.Document, _ Options) error { return html.Write(w, d) }},
		{"jira", func(w io.Writer, d report.Document, o Options) error {
			return jira.Convert(w, func(w io.Writer) error { return writeMarkdown(w, d, o) })
		}},
	}
}

func writeMarkdown(w io.Writer, d report.Document, o Options) error {
	if o.Short {
		return short.Markdown(w, d)
	}
	return markdown.Write(w, d)
}

// Short returns the names of the forms that have a short one.
func Short() []string { return []string{"terminal", "markdown", "jira"} }

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
