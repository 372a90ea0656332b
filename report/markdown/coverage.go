package markdown

import (
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// coverage says for what is missing which command brings it, and what was read.
func (p *printer) coverage(list []report.Coverage) {
	if len(list) == 0 {
		return
	}
	there, gaps := render.Coverage(list)
	p.heading(3, "Coverage")
	var lines []string
	for _, g := range gaps {
		line := "- " + guardStart(escape(strings.Join(g.Data, ", "))) + ": **" + escape(g.Status) + "**"
		if g.Note != "" {
			line += " (" + sentence(g.Note) + ")"
		}
		if g.Ask != "" {
			line += "; ask for " + code(g.Ask)
		}
		lines = append(lines, line)
	}
	var names []string
	for _, c := range there {
		names = append(names, escape(render.DatumName(c)))
	}
	if len(names) > 0 {
		lines = append(lines, "- read: "+strings.Join(names, ", "))
	}
	p.block(lines...)
}
