package terminal

import (
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// minTitle is the least number of columns worth showing of a finding's title.
const minTitle = 24

// overview is the table over all hosts that opens a report on several.
func (p *printer) overview(doc report.Document) {
	rows := [][]render.Text{{dim("  host"), dim("bond"), dim("mode"), dim("verdict"), dim("finding")}}
	var titles []render.Text // beside each row, where there is room
	titles = append(titles, nil)
	for _, h := range doc.Hosts {
		r, t := p.overviewRows(h)
		rows, titles = append(rows, r...), append(titles, t...)
	}
	for i, row := range render.Columns(rows) {
		line := render.Flow(row, p.opt.Width, nil, plain("    "))
		p.lines(line[:len(line)-1])
		p.line(p.withTitle(line[len(line)-1], titles[i]))
	}
}

// withTitle adds the title of a finding to its row as far as there is room for it.
func (p *printer) withTitle(line, title render.Text) render.Text {
	room := p.opt.Width - line.Width() - 1
	if len(title) == 0 || room < minTitle && !p.opt.All {
		return line
	}
	s := title.String()
	if !p.opt.All {
		s = render.Cut(s, room)
	}
	return render.Join(line, plain(" "+s))
}

func (p *printer) overviewRows(h report.Host) (rows [][]render.Text, titles []render.Text) {
	name := p.name(render.HostName(h), 4)
	if !h.Source.Complete {
		name += " (incomplete)"
	}
	if len(h.Bonds) == 0 {
		v := render.VerdictOf(h.Verdict)
		return [][]render.Text{{head(v, name), dim("none"), dim("–"), render.Of(v.Role, v.Short), nil}}, []render.Text{nil}
	}
	for _, b := range h.Bonds {
		v := render.BondVerdict(h, b)
		mode := b.Mode
		if mode == "" {
			mode = "unknown"
		}
		rule, title := worst(h, b)
		rows = append(rows, []render.Text{
			head(v, name), plain(p.name(b.Name, 6)), plain(p.name(mode, 6)), render.Of(v.Role, v.Short), rule,
		})
		titles = append(titles, title)
	}
	return rows, titles
}

// name shortens a name to a part of the width.
func (p *printer) name(s string, part int) string {
	if p.opt.All {
		return s
	}
	return render.Shorten(s, p.opt.Width/part)
}

func head(v render.Verdict, name string) render.Text {
	return render.Join(render.Of(v.Role, v.Mark+" "), render.Of(render.Strong, name))
}

// worst returns the rule and the title of the worst finding about a bond that calls for action.
func worst(h report.Host, b report.Bond) (rule, title render.Text) {
	f, ok := render.Worst(h, b.Name)
	if !ok {
		return nil, nil
	}
	s := render.SeverityOf(f.Severity)
	return render.Of(s.Role, s.Mark+" "+f.Rule), plain(f.Title)
}
