package terminal

import (
	"fmt"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

func (p *printer) finding(f report.Finding) {
	s := render.SeverityOf(f.Severity)
	width := min(p.opt.Width, maxProse)
	head := render.Of(s.Role, s.Mark+" "+s.Word+" "+f.Rule+" ")
	p.lines(render.Fill(render.Words(render.Sentence(f.Title), render.Strong), width, head, plain("  ")))
	p.affected(f.Subject)
	if c := render.Confidence(f); c != "" {
		p.text(c, render.Dim, "  ", "  ")
	}
	if f.ExplainedBy != "" {
		p.text("A symptom of "+f.ExplainedBy+".", render.Dim, "  ", "  ")
	} else if s := render.Symptoms(f, p.findings); len(s) > 0 {
		p.text("Symptoms of it: "+strings.Join(s, ", ")+".", render.Dim, "  ", "  ")
	}
	if f.Cause != "" {
		p.blank()
		p.prose(f.Cause, "  ")
	}
	p.evidence(f.Evidence)
	p.remediation(f.Remediation)
	if len(f.Verification) > 0 {
		p.part("How to check")
		p.verbatim(f.Verification, "    ")
	}
	p.references(f.References)
}

// part opens a part of a finding.
func (p *printer) part(title string) {
	p.blank()
	p.line(render.Join(plain("  "), render.Of(render.Heading, title)))
}

func (p *printer) affected(s report.Subject) {
	names := render.Affected(s)
	guests, more := render.Head(s.Guests, p.limit(guestFold))
	words := p.nameWords(names)
	if len(guests) > 0 {
		words = append(words, dim("guests:"))
		if len(names) > 0 {
			words[len(words)-2] = render.Join(words[len(words)-2], dim(";"))
		}
		words = append(words, p.nameWords(guests)...)
	}
	if more > 0 {
		words = append(words, dim(fmt.Sprintf("and %d more", more)))
	}
	if len(words) > 0 {
		p.lines(render.Fill(words, min(p.opt.Width, maxProse), dim("  on "), plain("     ")))
	}
}

// nameWords returns names as words, a comma after each but the last.
func (p *printer) nameWords(names []string) []render.Text {
	var words []render.Text
	for i, n := range names {
		if !p.opt.All {
			n = render.Shorten(n, p.opt.Width-len("     ,"))
		}
		if i < len(names)-1 {
			n += ","
		}
		words = append(words, dim(n))
	}
	return words
}

func (p *printer) evidence(list []report.Evidence) {
	if len(list) == 0 {
		return
	}
	p.part("Evidence")
	shown, more := render.Head(list, p.limit(evidenceFold))
	last := ""
	for _, e := range shown {
		if at := render.Location(e); at != last {
			shown := at
			if !p.opt.All {
				shown = render.Shorten(at, p.opt.Width-len("    "))
			}
			p.line(render.Join(plain("    "), dim(shown)))
			last = at
		}
		p.evidenceLine(e)
	}
	if more > 0 {
		p.line(dim(fmt.Sprintf("    … and %d more lines", more)))
	}
}

func (p *printer) evidenceLine(e report.Evidence) {
	const indent = "      "
	if text := strings.TrimLeft(e.Text, " "); text != "" {
		for _, l := range p.quoted(text, p.opt.Width-render.Width(indent)) {
			p.line(plain(indent + l))
		}
	}
	if e.Note != "" {
		p.text(e.Note, render.Dim, indent+"↳ ", indent+"  ")
	}
}

// quoted returns a line of evidence in at most two lines, the second one cut: what matters in `ip -d link` stands beyond column 80.
func (p *printer) quoted(text string, width int) []string {
	if p.opt.All || render.Width(text) <= width {
		return []string{text}
	}
	end := strings.LastIndexByte(render.Cut(text, width), ' ')
	if end <= 0 {
		return []string{render.Cut(text, width)}
	}
	return []string{text[:end], "  " + render.Cut(text[end+1:], width-2)}
}

func (p *printer) remediation(list []report.Remediation) {
	if len(list) == 0 {
		return
	}
	p.part("What to do")
	for i, r := range list {
		if i > 0 {
			p.blank()
		}
		number := fmt.Sprintf("    %d. ", i+1)
		below := strings.Repeat(" ", len(number))
		p.text(r.Title, render.Strong, number, below)
		if r.Note != "" {
			p.prose(r.Note, below)
		}
		p.verbatim(r.Commands, below+"  ")
	}
}

func (p *printer) references(list []report.Reference) {
	if len(list) == 0 {
		return
	}
	p.part("References")
	for _, r := range list {
		p.text(r.Title, render.Plain, "    ", "    ")
		if r.URL != "" {
			p.line(render.Join(plain("      "), render.Of(render.Code, r.URL)))
		}
	}
}

// folded writes a line for each finding that needs no action.
func (p *printer) folded(list []report.Finding) {
	if len(list) == 0 {
		return
	}
	p.blank()
	for _, f := range list {
		s := render.SeverityOf(f.Severity)
		head := render.Join(render.Of(s.Role, s.Mark+" "+f.Rule), plain("  "))
		p.line(render.Join(head, plain(render.Cut(f.Title, p.opt.Width-head.Width()))))
	}
}
