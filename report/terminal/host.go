package terminal

import (
	"fmt"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

func (p *printer) host(h report.Host) {
	p.hostHeader(h)
	p.answers(h)
	if tree := picture.Tree(picture.New(h, picture.Options{All: p.opt.All}), picture.TreeOptions{Width: p.opt.Width - 2, All: p.opt.All}); len(tree) > 0 {
		p.blank()
		p.lines(indent(tree))
	}
	p.findings = h.Findings
	full, folded := render.Split(h.Findings)
	full = p.told.Unrepeat(render.HostName(h), full)
	if p.opt.All {
		full, folded = h.Findings, nil
	}
	for _, f := range full {
		p.blank()
		p.finding(f)
	}
	p.folded(folded)
	p.coverage(h.Coverage)
}

// hostHeader names the host and what was read. An input that is not whole is said before anything else.
func (p *printer) hostHeader(h report.Host) {
	v := render.HostVerdict(h)
	name := render.HostName(h)
	if !p.opt.All {
		name = render.Shorten(name, p.opt.Width-8)
	}
	title := render.Join(dim("── "), render.Of(v.Role, v.Mark+" "), render.Of(render.Strong, name), plain(" "))
	p.line(render.Join(title, dim(strings.Repeat("─", max(min(p.opt.Width, maxRule)-title.Width(), 0)))))
	if !h.Source.Complete {
		p.text(render.Incomplete, render.Bad, "!! ", "!! ")
	}
	for _, n := range h.Source.Notes {
		p.note(n, h.Source.Complete)
	}
	var facts []render.Text
	for _, f := range render.HostFacts(h) {
		facts = append(facts, plain(f.String()))
	}
	if len(facts) > 0 {
		p.lines(render.Flow(facts, p.opt.Width, nil, nil))
	}
	p.lines(render.Flow(p.source(h.Source), p.opt.Width, nil, nil))
}

func (p *printer) note(s string, complete bool) {
	words := render.Words([]render.Inline{{Text: s}}, render.Plain)
	first := render.Of(render.Bad, "!! ")
	if complete {
		first = dim("note: ")
	}
	p.lines(render.Fill(words, min(p.opt.Width, maxProse), first, plain("   ")))
}

func (p *printer) source(s report.Source) []render.Text {
	cells := []render.Text{dim(s.Path)}
	if s.Kind != "" {
		cells = append(cells, dim("("+s.Kind+")"))
	}
	for _, also := range s.Also {
		cells = append(cells, dim("and "+also))
	}
	if s.Root != "" && !strings.HasPrefix(s.Path, s.Root) {
		cells = append(cells, dim("in "+s.Root))
	}
	return cells
}

// answers is the verdict on each bond.
func (p *printer) answers(h report.Host) {
	p.blank()
	if len(h.Bonds) == 0 {
		v := render.VerdictOf(h.Verdict)
		p.lines(render.Fill(render.Words(render.Sentence(render.NoBond(h)), render.Strong), min(p.opt.Width, maxProse),
			render.Of(v.Role, v.Mark+" "), plain("  ")))
	}
	for _, b := range h.Bonds {
		p.answer(h, b)
	}
}

func (p *printer) answer(h report.Host, b report.Bond) {
	v := render.BondVerdict(h, b)
	cells := []render.Text{
		render.Join(render.Of(v.Role, v.Mark+" "), render.Of(render.Strong, b.Name)),
		plain(render.Mode(b)),
		render.Of(v.Role, v.Words),
		plain(render.LinksUp(b)),
	}
	if f, bad := render.Despite(h, b); bad {
		s := render.SeverityOf(f.Severity)
		cells = append(cells, render.Of(s.Role, s.Mark+" "+f.Rule+" "+s.Word))
	}
	p.lines(render.Flow(cells, p.opt.Width, nil, plain("  ")))
	if b.Summary != "" {
		p.text(b.Summary, render.Plain, "  ", "  ")
	}
	conditions, more := render.Head(render.Conditions(b), p.limit(provisoFold))
	for _, c := range conditions {
		p.text("needs: "+c, render.Fair, "  ", "    ")
	}
	if more > 0 {
		p.line(dim(fmt.Sprintf("  … and %d more conditions", more)))
	}
}

func indent(lines []render.Text) []render.Text {
	for i, l := range lines {
		lines[i] = render.Join(plain("  "), l)
	}
	return lines
}
