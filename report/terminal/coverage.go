package terminal

import (
	"fmt"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// coverage says what was read, and for what is missing which command brings it.
func (p *printer) coverage(list []report.Coverage) {
	if len(list) == 0 {
		return
	}
	there, gaps := render.Coverage(list)
	p.blank()
	for _, g := range gaps {
		p.gap(g)
	}
	if p.opt.All {
		p.files(there)
		return
	}
	names := make([]string, len(there))
	for i, c := range there {
		names[i] = render.DatumName(c)
	}
	if len(names) > 0 {
		head := fmt.Sprintf("read: %s: ", render.Count(len(names), "kind")+" of data")
		p.line(dim(render.Cut(head+strings.Join(names, ", "), p.opt.Width)))
	}
}

func (p *printer) gap(g render.Gap) {
	words := render.Words([]render.Inline{{Text: strings.Join(g.Data, ", ") + ": " + g.Status}}, render.Plain)
	if g.Note != "" {
		words = append(words, render.Words([]render.Inline{{Text: "(" + g.Note + ")"}}, render.Dim)...)
	}
	width := min(p.opt.Width, maxProse)
	lines := render.Fill(words, width, render.Of(render.Unsure, "? "), plain("  "))
	ask := render.Join(dim("ask for: "), render.Of(render.Code, g.Ask))
	switch last := lines[len(lines)-1]; {
	case g.Ask == "":
	case last.Width()+2+ask.Width() <= p.opt.Width:
		lines[len(lines)-1] = render.Join(last, plain("; "), ask)
	default:
		lines = append(lines, render.Join(plain("    "), ask))
	}
	p.lines(lines)
	if p.opt.All {
		p.fileLines(g.Files)
	}
}

func (p *printer) files(there []report.Coverage) {
	for _, c := range there {
		p.line(dim(render.StatusWords(c.Status) + ": " + c.Datum))
		p.fileLines(c.Files)
	}
}

func (p *printer) fileLines(files []string) {
	for _, f := range files {
		p.line(dim("    " + f))
	}
}
