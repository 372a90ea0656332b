package markdown

import (
	"fmt"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

func (p *printer) finding(f report.Finding) {
	s := render.SeverityOf(f.Severity)
	p.heading(4, strings.TrimSpace(fmt.Sprintf("%s %s %s: %s", s.Mark, escape(s.Word), escape(f.Rule), sentence(f.Title))))
	p.affected(f.Subject)
	if c := render.Confidence(f); c != "" {
		p.block(escape(c))
	}
	if s := render.Symptoms(f, p.findings); len(s) > 0 {
		p.block("Symptoms of it: " + strings.Join(codes(s), ", ") + ".")
	}
	p.prose(f.Cause)
	p.evidence(f.Evidence)
	p.remediation(f.Remediation)
	if len(f.Verification) > 0 {
		p.block("**How to check**")
		p.commands(f.Verification)
	}
	p.references(f.References)
}

func (p *printer) affected(s report.Subject) {
	guests, more := render.Head(s.Guests, guestFold)
	parts := codes(render.Affected(s))
	if len(guests) > 0 {
		list := "guests " + strings.Join(codes(guests), ", ")
		if more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, list)
	}
	if len(parts) > 0 {
		p.block("On " + strings.Join(parts, ", ") + ".")
	}
}

func codes(names []string) []string {
	var out []string
	for _, n := range names {
		out = append(out, code(n))
	}
	return out
}

func (p *printer) evidence(list []report.Evidence) {
	if len(list) == 0 {
		return
	}
	p.block("**Evidence**")
	shown, more := render.Head(list, evidenceFold)
	var lines []string
	last := ""
	for _, e := range shown {
		if at := render.Location(e); at != last {
			lines = append(lines, at)
			last = at
		}
		if text := strings.TrimLeft(e.Text, " "); text != "" {
			lines = append(lines, "    "+render.Cut(text, evidenceCut))
		}
		if e.Note != "" {
			lines = append(lines, "    ↳ "+e.Note)
		}
	}
	if more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more lines", more))
	}
	p.block(fence("text", lines))
}

func (p *printer) remediation(list []report.Remediation) {
	if len(list) == 0 {
		return
	}
	p.block("**What to do**")
	for i, r := range list {
		p.block(fmt.Sprintf("**%d.** %s", i+1, sentence(r.Title)))
		p.prose(r.Note)
		p.commands(r.Commands)
	}
}

// commands writes commands to paste.
func (p *printer) commands(list []string) {
	if len(list) > 0 {
		p.block(fence("sh", list))
	}
}

func (p *printer) references(list []report.Reference) {
	if len(list) == 0 {
		return
	}
	var lines []string
	for _, r := range list {
		lines = append(lines, "- "+sentence(r.Title))
		switch {
		case r.URL == "":
		case render.IsWebAddress(r.URL):
			lines = append(lines, "  "+r.URL)
		default:
			lines = append(lines, "  "+code(r.URL))
		}
	}
	p.block("**References**")
	p.block(lines...)
}
