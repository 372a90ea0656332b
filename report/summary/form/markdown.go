package form

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/summary"
)

// writeMarkdown writes a summary to paste in a ticket, without HTML.
func writeMarkdown(w io.Writer, s summary.Summary, opt Options) error {
	m := &mdWriter{out: bufio.NewWriter(w)} // it keeps the first error for Flush
	m.page(newPage(s, shownRows, opt))
	return m.out.Flush()
}

// mdWriter writes blocks, an empty line between them.
type mdWriter struct {
	out     *bufio.Writer
	started bool
}

func (m *mdWriter) block(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if m.started {
		_, _ = m.out.WriteString("\n")
	}
	m.started = true
	_, _ = m.out.WriteString(strings.Join(lines, "\n") + "\n")
}

// table writes a table of cells that are escaped already.
func (m *mdWriter) table(head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	lines := []string{mdRow(head), "|" + strings.Repeat(" --- |", len(head))}
	for _, r := range rows {
		lines = append(lines, mdRow(r))
	}
	m.block(lines...)
}

func mdRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

func (m *mdWriter) page(g page) {
	m.block("# sosbond scan")
	m.block("**" + g.head.mark + " " + markdown.Text(g.head.text) + "**")
	var lines []string
	for _, n := range g.notes {
		text := markdown.Text(n.text)
		if n.mark != "" {
			text = n.mark + " " + text
		}
		lines = append(lines, "- "+text)
	}
	m.block(lines...)
	m.verdicts(g)
	m.faults(g)
	m.unread(g.unread)
	m.hosts(g)
	if g.tool != "" {
		m.block("---")
		m.block("Written by " + markdown.Text(g.tool) + ".")
	}
}

func (m *mdWriter) verdicts(g page) {
	if !g.manyHosts {
		return
	}
	m.block("## Hosts by verdict")
	var rows [][]string
	for _, v := range g.verdicts {
		rows = append(rows, []string{mdVerdict(v.Verdict), humanize.Comma(int64(v.hosts)), orDash(markdown.CellText(v.note))})
	}
	m.table([]string{"Verdict", "Hosts", "Of them"}, rows)
}

func mdVerdict(v render.Verdict) string { return v.Mark + " " + markdown.CellText(v.Short) }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (m *mdWriter) faults(g page) {
	if len(g.faults) == 0 {
		return
	}
	m.block("## Faults")
	var rows [][]string
	for _, f := range g.faults {
		title := markdown.CellText(f.Title)
		if f.note != "" {
			title += " (" + markdown.CellText(f.note) + ")"
		}
		rows = append(rows, []string{f.shown.Mark + " " + markdown.CellText(f.shown.Word), markdown.CellText(f.Rule), humanize.Comma(int64(f.Hosts)), title, mdWhere(f, g.manyHosts)})
	}
	where := "For example on"
	if !g.manyHosts {
		where = "Found"
	}
	m.table([]string{"Severity", "Rule", "Hosts", "Fault", where}, rows)
	if g.moreFaults > 0 {
		m.block("… and faults of " + count(g.moreFaults, "more rule") + "; `--all` shows them.")
	}
}

// mdWhere names a few of a fault's hosts, as code; of a single host it says what was found.
func mdWhere(f faultLine, manyHosts bool) string {
	if !manyHosts {
		return orDash(markdown.CellText(f.where))
	}
	var names []string
	for _, e := range f.Examples {
		names = append(names, markdown.Cell(e.Host))
	}
	text := strings.Join(names, ", ")
	if more := f.Names - len(names); more > 0 {
		text += fmt.Sprintf(" and %s more", humanize.Comma(int64(more)))
	}
	return orDash(text)
}

func (m *mdWriter) unread(list []unreadLine) {
	if len(list) == 0 {
		return
	}
	m.block("## Not read, or not wholly")
	var lines []string
	for _, u := range list {
		var names []string
		for _, e := range u.examples {
			names = append(names, markdown.Code(e))
		}
		text := fmt.Sprintf("- %s: %s: %s", count(u.inputs, "input"), markdown.Text(u.why), strings.Join(names, ", "))
		if u.more > 0 {
			text += fmt.Sprintf(" and %s more", humanize.Comma(int64(u.more)))
		}
		lines = append(lines, text)
	}
	m.block(lines...)
}

func (m *mdWriter) hosts(g page) {
	if len(g.rows) == 0 {
		return
	}
	m.block("## " + plural(len(g.rows), "Host", "Hosts, the worst first"))
	var rows [][]string
	for _, r := range g.rows {
		name := markdown.Cell(r.Name)
		if r.Name == "" {
			name = unnamed
		}
		name += r.part
		rules := "-"
		if len(r.rules) > 0 {
			rules = r.worst.Mark + " " + markdown.CellText(strings.Join(r.rules, " "))
		}
		rows = append(rows, []string{name, mdVerdict(r.verdict), orDash(mdBonds(r.bonds)), rules, markdown.Cell(r.Source)})
	}
	m.table([]string{"Host", "Verdict", "Bonds", "Faults", "Report"}, rows)
	if g.moreRows > 0 {
		m.block("… and " + count(g.moreRows, "more host") + "; `--all` shows them.")
	}
}

func mdBonds(bonds []string) string {
	var list []string
	for _, b := range bonds {
		list = append(list, markdown.Cell(b))
	}
	return strings.Join(list, ", ")
}
