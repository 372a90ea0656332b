package form

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/summary"
	"github.com/sosbond/sosbond/report/terminal"
)

const (
	defaultWidth = 80
	minWidth     = 40
	maxProse     = 100 // sentences do not get wider than this: the eye loses the line
	maxBar       = 40
	minSource    = 24 // columns worth showing of a report's name
	minTitle     = 24 // of a fault, beside its rule
	minName      = 20
	maxName      = 36
	minBonds     = 20
	minRules     = 9 // one with how many there are more
)

func writeTerminal(w io.Writer, s summary.Summary, opt Options) error {
	if opt.Width <= 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	p := &printer{out: out, painter: terminal.NewPainter(w, opt.Color), opt: opt}
	p.page(newPage(s, shownRows, opt))
	return out.Flush()
}

// printer writes lines.
type printer struct {
	out     *bufio.Writer
	painter terminal.Painter
	opt     Options
}

func (p *printer) line(t render.Text) { _, _ = p.out.WriteString(p.painter.Paint(t) + "\n") }

func (p *printer) lines(list []render.Text) {
	for _, l := range list {
		p.line(l)
	}
}

// text wraps words.
func (p *printer) text(s string, role render.Role, first, rest render.Text) {
	p.lines(render.Fill(render.Words(inline(s), role), min(p.opt.Width, maxProse), first, rest))
}

// inline is a text as it stands.
func inline(s string) []render.Inline { return []render.Inline{{Text: s}} }

func (p *printer) heading(s string) {
	p.line(nil)
	p.line(render.Of(render.Heading, s))
}

func plain(s string) render.Text { return render.Of(render.Plain, s) }

func dim(s string) render.Text { return render.Of(render.Dim, s) }

func (p *printer) page(g page) {
	p.text(g.head.text, render.Strong, render.Of(g.head.role, g.head.mark+" "), plain("  "))
	for _, n := range g.notes {
		if n.mark == "" {
			p.text(n.text, n.role, plain("  "), plain("  "))
			continue
		}
		mark := render.Of(n.role, fmt.Sprintf("  %s ", n.mark))
		p.text(n.text, render.Plain, mark, plain(strings.Repeat(" ", mark.Width())))
	}
	if g.manyHosts {
		p.verdicts(g.verdicts)
	}
	p.faults(g)
	p.unread(g.unread)
	p.table(g)
}

// verdicts draws a bar for each verdict; a verdict that a host has is never without a bar.
func (p *printer) verdicts(list []verdictLine) {
	if len(list) == 0 {
		return
	}
	p.heading("Hosts by verdict")
	most, number := 0, 0
	for _, v := range list {
		most, number = max(most, v.hosts), max(number, len(humanize.Comma(int64(v.hosts))))
	}
	var rows [][]render.Text
	for _, v := range list {
		rows = append(rows, []render.Text{
			render.Join(plain("  "), v.Text()), plain(fmt.Sprintf("%*s", number, humanize.Comma(int64(v.hosts)))),
		})
	}
	for i, row := range render.Columns(rows) {
		head := render.Join(row[0], plain("  "), row[1], plain("  "))
		room := min(max(p.opt.Width-head.Width(), 1), maxBar)
		head = render.Join(head, render.Of(list[i].Role, strings.Repeat("█", max(list[i].hosts*room/most, 1))))
		note := dim(list[i].note)
		if len(list[i].note) > 0 && head.Width()+2+note.Width() <= p.opt.Width {
			head = render.Join(head, plain("  "), note)
			note = nil
		}
		p.line(head)
		if len(list[i].note) > 0 && note != nil {
			p.text(list[i].note, render.Dim, plain("    "), plain("    "))
		}
	}
}

func (p *printer) faults(g page) {
	if len(g.faults) == 0 {
		return
	}
	p.heading("Faults")
	var rows [][]render.Text
	number := 0
	for _, f := range g.faults {
		number = max(number, len(humanize.Comma(int64(f.Hosts))))
	}
	for _, f := range g.faults {
		hosts := fmt.Sprintf("%*s %s", number, humanize.Comma(int64(f.Hosts)), plural(f.Hosts, "host", "hosts"))
		if !g.manyHosts {
			hosts = ""
		}
		rows = append(rows, []render.Text{
			render.Of(f.shown.Role, "  "+f.shown.Mark+" "+f.shown.Word), render.Of(f.shown.Role, f.Rule), plain(hosts),
		})
	}
	for i, row := range render.Columns(rows) {
		var head render.Text
		for _, cell := range row {
			head = render.Join(head, cell, plain("  "))
		}
		f := g.faults[i]
		below := plain(strings.Repeat(" ", head.Width()))
		if head.Width()+minTitle > p.opt.Width {
			p.line(head)
			head, below = plain("    "), plain("    ")
		}
		p.lines(render.Fill(render.Words(inline(f.Title), render.Strong), p.opt.Width, head, below))
		p.where(f, g.manyHosts)
	}
	if g.moreFaults > 0 {
		p.text("… and faults of "+count(g.moreFaults, "more rule")+"; --all shows them", render.Dim, plain("  "), plain("    "))
	}
}

// where names the hosts of a fault, or, where there is one host alone, says what was found on it.
func (p *printer) where(f faultLine, manyHosts bool) {
	const indent = "      "
	text := f.where
	if f.note != "" {
		text = f.note + ": " + text
	}
	room := p.opt.Width
	if manyHosts {
		room = p.opt.Width / 2
	}
	p.words(text, plain(indent), room)
}

// words wraps dim words that are no longer than room.
func (p *printer) words(text string, indent render.Text, room int) {
	var words []render.Text
	for _, w := range strings.Fields(text) {
		if !p.opt.All {
			w = render.Shorten(w, min(room, p.opt.Width-indent.Width()))
		}
		words = append(words, dim(w))
	}
	if len(words) > 0 {
		p.lines(render.Fill(words, min(p.opt.Width, maxProse), indent, indent))
	}
}

func (p *printer) unread(list []unreadLine) {
	if len(list) == 0 {
		return
	}
	p.heading("Not read, or not wholly")
	number := 0
	for _, u := range list {
		number = max(number, len(humanize.Comma(int64(u.inputs))))
	}
	for _, u := range list {
		head := fmt.Sprintf("  %*s  ", number, humanize.Comma(int64(u.inputs)))
		below := plain(strings.Repeat(" ", len(head)))
		p.text(u.why, render.Plain, render.Of(render.Bad, head), below)
		for _, e := range u.examples {
			if u.said {
				p.words(e, below, p.opt.Width)
				continue
			}
			if !p.opt.All {
				e = render.Shorten(e, p.opt.Width-len(head))
			}
			p.line(render.Join(below, dim(e)))
		}
		if u.more > 0 {
			p.line(render.Join(below, dim(fmt.Sprintf("… and %s more", humanize.Comma(int64(u.more))))))
		}
	}
}

func (p *printer) table(g page) {
	if len(g.rows) == 0 {
		return
	}
	p.heading(plural(len(g.rows), "Host", "Hosts, the worst first"))
	rows := [][]render.Text{{dim("  host"), dim("verdict"), dim("bonds"), dim("faults")}}
	for _, r := range g.rows {
		rows = append(rows, []render.Text{
			render.Join(render.Of(r.verdict.Role, r.verdict.Mark+" "), render.Of(render.Strong, p.name(r)), dim(r.part)),
			render.Of(r.verdict.Role, r.verdict.Short), plain(p.list(r.bonds, ", ", max(p.opt.Width/5, minBonds))), p.rules(r),
		})
	}
	if !slices.ContainsFunc(g.rows, func(r rowLine) bool { return len(r.rules) > 0 }) {
		rows[0][3] = nil
	}
	rows = render.Columns(rows)
	room := p.room(rows)
	for i, row := range rows {
		if i == 0 {
			p.row(row, dim("report"), room, false)
			continue
		}
		r := g.rows[i-1]
		p.row(row, dim(r.Source), room, r.twin)
	}
	if g.moreRows > 0 {
		p.text("… and "+count(g.moreRows, "more host")+"; --all shows them, --format csv lists them", render.Dim, plain("  "), plain("    "))
	}
}

// room is how many columns a table leaves for one more.
func (p *printer) room(rows [][]render.Text) int {
	used := 0
	for _, cell := range rows[0] {
		used += cell.Width() + len("  ")
	}
	last := len(rows[0]) - 1
	for _, row := range rows[1:] {
		used = max(used, used-rows[0][last].Width()+row[last].Width())
	}
	return p.opt.Width - used
}

// row writes a row; the report's name stands behind it where there is room, else below it where the host's name does not tell which report it is.
func (p *printer) row(cells []render.Text, source render.Text, room int, twin bool) {
	below := plain("    ")
	switch {
	case p.opt.All:
		p.lines(render.Flow(append(cells, source), math.MaxInt, nil, below))
		return
	case room >= minSource:
		cells = append(cells, dim(render.Shorten(source.String(), room)))
	}
	p.lines(render.Flow(cells, p.opt.Width, nil, below))
	if twin && room < minSource {
		p.line(render.Join(below, dim(render.Shorten(source.String(), p.opt.Width-below.Width()))))
	}
}

// name shortens the name of a host to a part of the width: its domain first, which tells less.
func (p *printer) name(r rowLine) string {
	if p.opt.All {
		return r.name
	}
	room := min(max(p.opt.Width*3/10, minName), maxName) - len(r.part)
	if label, _, _ := strings.Cut(r.name, "."); render.Width(label) < room {
		return render.Cut(r.name, room)
	}
	return render.Shorten(r.name, room)
}

// list returns as many items as fit, and how many do not.
func (p *printer) list(items []string, between string, room int) string {
	if p.opt.All {
		return strings.Join(items, between)
	}
	out := ""
	for i, item := range items {
		next := out + item
		if i > 0 {
			next = out + between + item
		}
		if more := len(items) - i - 1; more > 0 && render.Width(next)+len(fmt.Sprintf(" +%d", more)) > room || render.Width(next) > room {
			if i > 0 {
				return fmt.Sprintf("%s +%d", out, len(items)-i)
			}
			rest := ""
			if more > 0 {
				rest = fmt.Sprintf(" +%d", more)
			}
			return render.Shorten(item, room-len(rest)) + rest
		}
		out = next
	}
	return out
}

func (p *printer) rules(r rowLine) render.Text {
	if len(r.rules) == 0 {
		return nil
	}
	return render.Of(r.worst.Role, r.worst.Mark+" "+p.list(r.rules, " ", max(p.opt.Width/7, minRules)))
}
