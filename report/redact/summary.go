package redact

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report/summary"
)

// Summary returns a redacted copy of a summary. Names of guests stand in titles of findings, and a summary does not tell which they are: examples
// have the title of their rule, which names nothing. Of an input nothing but the kind of file is left, for folders tell whose it is too.
func (r *Redactor) Summary(s summary.Summary) summary.Summary {
	p := r.pass()
	out := s
	out.Redacted = true
	out.Faults = slices.Clone(s.Faults)
	for i, f := range out.Faults {
		f.Examples = slices.Clone(f.Examples)
		for j, e := range f.Examples {
			f.Examples[j] = summary.Example{Host: p.host(e.Host), Input: p.input(e.Input), Bond: e.Bond, Title: f.Title}
		}
		out.Faults[i] = f
	}
	out.Table = slices.Clone(s.Table)
	for i := range out.Table {
		row := &out.Table[i]
		row.Source = p.source(row.Host)
		row.Name, row.Input = p.host(row.Name), p.input(row.Input)
	}
	out.Unread = slices.Clone(s.Unread)
	for i := range out.Unread {
		out.Unread[i].Examples = slices.Clone(s.Unread[i].Examples)
		for j, e := range out.Unread[i].Examples {
			out.Unread[i].Examples[j] = p.unread(e)
		}
	}
	out.Filter.Hosts = slices.Clone(s.Filter.Hosts)
	for i, name := range out.Filter.Hosts {
		out.Filter.Hosts[i] = p.host(name)
	}
	return out
}

// input replaces the path of an input by its number.
func (p *pass) input(path string) string {
	if path == "" {
		return ""
	}
	return p.names.name(Input, path) + archiveEnds.FindString(path)
}

// source replaces the name of an input that a host was read from, and of the archives in it.
func (p *pass) source(h summary.Host) string {
	outer, inner, nested := strings.Cut(h.Source, "/")
	if h.Source == "" || outer != filepath.Base(h.Input) {
		return p.input(h.Source)
	}
	if !nested {
		return p.input(h.Input)
	}
	return p.input(h.Input) + "/" + p.input(inner)
}

// unread replaces an input that could not be read. What was said of it, which may quote it, is left out.
func (p *pass) unread(example string) string {
	path, _, _ := strings.Cut(example, ": ")
	return p.input(path)
}
