// Package form writes the pictures of hosts in each of their forms: as text for a terminal, and as Mermaid, DOT, SVG and JSON for other programs.
package form

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/terminal"
)

// Options of a form. Width and Color are those of the tree.
type Options struct {
	Width int  // columns; 0 for 80, never less than 40
	Color bool // with colors
	All   bool // nothing folded or cut
}

const (
	defaultWidth = 80
	minWidth     = 40
	maxRule      = 160
)

type form struct {
	name  string
	write func(io.Writer, []report.Host, Options) error
	one   bool // draws one host
}

// forms lists every form, the default first.
func forms() []form {
	return []form{
		{name: "tree", write: tree},
		{name: "mermaid", write: mermaid},
		{name: "dot", write: func(w io.Writer, hosts []report.Host, o Options) error {
			return picture.DOT(w, pictures(hosts, picture.Options{All: o.All})...)
		}},
		{name: "svg", write: svg, one: true},
		{name: "json", write: func(w io.Writer, hosts []report.Host, _ Options) error {
			return picture.JSON(w, pictures(hosts, picture.Options{All: true})...)
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

// DrawsOne reports whether a form has room for one host alone.
func DrawsOne(name string) bool {
	return slices.ContainsFunc(forms(), func(f form) bool { return f.name == name && f.one })
}

// Write writes hosts in the form of that name.
func Write(w io.Writer, name string, hosts []report.Host, opt Options) error {
	for _, f := range forms() {
		if f.name == name {
			return f.write(w, hosts, opt)
		}
	}
	return fmt.Errorf("unknown format %q", name)
}

// OfBonds limits hosts to the bonds of these names, and to the hosts that have one of them.
func OfBonds(hosts []report.Host, names []string) (list []report.Host) {
	for _, h := range hosts {
		h.Bonds = slices.DeleteFunc(slices.Clone(h.Bonds), func(b report.Bond) bool { return !slices.Contains(names, b.Name) })
		if len(h.Bonds) > 0 {
			list = append(list, h)
		}
	}
	return list
}

func pictures(hosts []report.Host, opt picture.Options) (list []picture.Picture) {
	for _, h := range hosts {
		list = append(list, picture.New(h, opt))
	}
	return list
}

var errTooLarge = errors.New("it is more than Mermaid draws; choose with --host or --bond, or take another format")

func mermaid(w io.Writer, hosts []report.Host, o Options) error {
	if o.All {
		return picture.Mermaid(w, pictures(hosts, picture.Options{All: true})...)
	}
	text, ok := picture.MermaidOf(hosts, picture.Options{})
	if !ok {
		return errTooLarge
	}
	_, err := io.WriteString(w, text)
	return err
}

func svg(w io.Writer, hosts []report.Host, o Options) error {
	if len(hosts) != 1 {
		return fmt.Errorf("a picture in SVG is of one host, not of %d", len(hosts))
	}
	return picture.SVG(w, picture.New(hosts[0], picture.Options{All: o.All}), picture.SVGOptions{})
}

// tree writes below the name of each host its bonds.
func tree(w io.Writer, hosts []report.Host, o Options) error {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	o.Width = max(o.Width, minWidth)
	out, paint := bufio.NewWriter(w), terminal.NewPainter(w, o.Color) // out keeps the first error for Flush
	for i, h := range render.Sanitize(report.Document{Hosts: hosts}).Hosts {
		if i > 0 {
			_ = out.WriteByte('\n')
		}
		lines := []render.Text{heading(h, o)}
		p := picture.New(h, picture.Options{All: o.All})
		if p.Note != "" {
			lines = append(lines, render.Fill(render.Words(render.Sentence(p.Note), render.Plain), o.Width, nil, nil)...)
		}
		for _, l := range append(lines, picture.Tree(p, picture.TreeOptions{Width: o.Width, All: o.All, Verdicts: true})...) {
			_, _ = out.WriteString(paint.Paint(l) + "\n")
		}
	}
	return out.Flush()
}

func heading(h report.Host, o Options) render.Text {
	v, name := render.HostVerdict(h), render.HostName(h)
	if !o.All {
		name = render.Shorten(name, o.Width-8)
	}
	title := render.Join(render.Of(render.Dim, "── "), render.Of(v.Role, v.Mark+" "), render.Of(render.Strong, name), render.Of(render.Plain, " "))
	return render.Join(title, render.Of(render.Dim, strings.Repeat("─", max(min(o.Width, maxRule)-title.Width(), 0))))
}
