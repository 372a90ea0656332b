// Package markdown writes a report to paste in a ticket: headings, short tables, lists and fenced text that GitHub, GitLab and Jira show well
// and that can be read as plain text; a fence of Mermaid is drawn by the first two. It writes no HTML, and what comes from the input is always escaped.
package markdown

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

const (
	treeWidth    = 80  // ticket systems wrap or scroll beyond
	evidenceCut  = 400 // columns of a line of evidence
	evidenceFold = 12  // lines of a finding
	guestFold    = 12  // names of a finding
)

// Write writes the report.
func Write(w io.Writer, doc report.Document) error {
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	p := &printer{out: out, told: render.NewTold()}
	p.document(render.Sanitize(doc))
	return out.Flush()
}

// printer writes blocks, an empty line between them.
type printer struct {
	out      *bufio.Writer
	started  bool
	told     *render.Told
	findings []report.Finding // of the host that is written
}

func (p *printer) block(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if p.started {
		_, _ = p.out.WriteString("\n")
	}
	p.started = true
	for _, l := range lines {
		_, _ = p.out.WriteString(strings.TrimRight(l, " ") + "\n")
	}
}

func (p *printer) heading(level int, s string) {
	p.block(strings.Repeat("#", level) + " " + s)
}

// table writes a table of cells that are escaped already.
func (p *printer) table(head []string, rows [][]string) {
	lines := []string{row(head), "|" + strings.Repeat(" --- |", len(head))}
	for _, r := range rows {
		lines = append(lines, row(r))
	}
	p.block(lines...)
}

func row(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }

// prose writes a text of several paragraphs and lists.
func (p *printer) prose(s string) {
	var items []string
	for _, b := range render.Prose(s) {
		if b.Item {
			items = append(items, "- "+inline(b.Inline))
			continue
		}
		p.block(items...)
		items = nil
		if text := inline(b.Inline); text != "" {
			p.block(text)
		}
	}
	p.block(items...)
}

func (p *printer) document(doc report.Document) {
	p.heading(1, "sosbond report")
	if doc.Redacted {
		p.block("**" + escape(render.Redacted) + "**")
	}
	if len(doc.Hosts) > 1 {
		p.overview(doc.Hosts)
	}
	for _, h := range doc.Hosts {
		p.host(h)
	}
	p.errors(doc.Errors)
	p.block("---")
	by := strings.TrimSpace(doc.Tool.Name + " " + doc.Tool.Version)
	if by != "" {
		by = " Written by " + escape(by) + "."
	}
	p.block(escape(render.Totals(doc.Summary)) + "." + by)
}

// overview is the table over all hosts that opens a report on several.
func (p *printer) overview(hosts []report.Host) {
	var rows [][]string
	for _, h := range hosts {
		name := cell(render.HostName(h))
		if !h.Source.Complete {
			name += " (incomplete)"
		}
		if len(h.Bonds) == 0 {
			rows = append(rows, []string{name, "none", "-", verdict(render.VerdictOf(h.Verdict)), "-"})
		}
		for _, b := range h.Bonds {
			rows = append(rows, []string{name, cell(b.Name), cell(b.Mode), verdict(render.BondVerdict(h, b)), worst(h, b)})
		}
	}
	p.table([]string{"Host", "Bond", "Mode", "Verdict", "Worst finding"}, rows)
}

// verdict writes a verdict for a table.
func verdict(v render.Verdict) string {
	return v.Mark + " " + cellText(v.Short)
}

func worst(h report.Host, b report.Bond) string {
	f, ok := render.Worst(h, b.Name)
	if !ok {
		return "-"
	}
	s := render.SeverityOf(f.Severity)
	return s.Mark + " " + cellText(f.Rule) + " (" + cellText(s.Word) + ")"
}

func (p *printer) errors(list []report.Error) {
	if len(list) == 0 {
		return
	}
	p.heading(2, "Not analyzed")
	var lines []string
	for _, e := range list {
		lines = append(lines, "- "+code(e.Input)+": "+sentence(e.Message))
	}
	p.block(lines...)
}

func (p *printer) host(h report.Host) {
	p.heading(2, "Host "+code(render.HostName(h)))
	p.notes(h.Source)
	p.answers(h)
	p.facts(h)
	p.picture(h)
	p.tree(h)
	p.findings = h.Findings
	full, folded := render.Split(h.Findings)
	full = p.told.Unrepeat(render.HostName(h), full)
	if len(full) > 0 {
		p.heading(3, "Findings")
	}
	for _, f := range full {
		p.finding(f)
	}
	p.folded(folded)
	p.coverage(h.Coverage)
}

// notes says what is missing of the input before anything else is said.
func (p *printer) notes(s report.Source) {
	if !s.Complete {
		p.block("**" + escape(render.Incomplete) + "**")
	}
	var lines []string
	for _, n := range s.Notes {
		lines = append(lines, "- "+sentence(n))
	}
	p.block(lines...)
}

// answers is the verdict on each bond.
func (p *printer) answers(h report.Host) {
	if len(h.Bonds) == 0 {
		p.block("**" + render.VerdictOf(h.Verdict).Mark + " " + escape(render.NoBond(h)) + "**")
		return
	}
	var rows [][]string
	for _, b := range h.Bonds {
		v := render.BondVerdict(h, b)
		links := render.LinksUp(b)
		if f, bad := render.Despite(h, b); bad {
			s := render.SeverityOf(f.Severity)
			links += ", **" + s.Mark + " " + cellText(f.Rule) + " " + cellText(s.Word) + "**"
		}
		rows = append(rows, []string{cell(b.Name), cellText(render.Mode(b)), "**" + v.Mark + " " + cellText(v.Words) + "**", links})
	}
	p.table([]string{"Bond", "Mode", "Verdict", "Links"}, rows)
	var lines []string
	for _, b := range h.Bonds {
		if b.Summary != "" {
			lines = append(lines, "- "+code(b.Name)+": "+sentence(b.Summary))
		}
		for _, c := range render.Conditions(b) {
			lines = append(lines, "- "+code(b.Name)+" needs: "+sentence(c))
		}
	}
	p.block(lines...)
}

func (p *printer) facts(h report.Host) {
	var facts []string
	for _, f := range render.HostFacts(h) {
		facts = append(facts, strings.TrimSpace(f.Label+" "+value(f.Value)))
	}
	if h.Source.Path != "" {
		source := "source " + code(h.Source.Path)
		if h.Source.Kind != "" {
			source += " (" + value(h.Source.Kind) + ")"
		}
		for _, also := range h.Source.Also {
			source += " and " + code(also)
		}
		facts = append(facts, source)
	}
	if len(facts) > 0 {
		p.block(guardStart(strings.Join(facts, ", ")))
	}
}

// picture draws the host for who reads it on GitHub or GitLab. The tree stays for everybody else, and for what has no room in the picture.
func (p *printer) picture(h report.Host) {
	if text, ok := picture.MermaidOf([]report.Host{h}, picture.Options{}); ok && len(h.Bonds) > 0 {
		p.block(fence("mermaid", strings.Split(strings.TrimSuffix(text, "\n"), "\n")))
	}
}

func (p *printer) tree(h report.Host) {
	var lines []string
	for _, t := range picture.Tree(picture.New(h, picture.Options{}), picture.TreeOptions{Width: treeWidth}) {
		lines = append(lines, t.Trim().String())
	}
	if len(lines) > 0 {
		p.block(fence("text", lines))
	}
}

func (p *printer) folded(list []report.Finding) {
	if len(list) == 0 {
		return
	}
	p.heading(3, "Also checked")
	var lines []string
	for _, f := range list {
		s := render.SeverityOf(f.Severity)
		lines = append(lines, fmt.Sprintf("- %s %s: %s", escape(s.Word), escape(f.Rule), sentence(f.Title)))
	}
	p.block(lines...)
}
