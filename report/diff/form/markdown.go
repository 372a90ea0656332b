package form

import (
	"bufio"
	"io"
	"strings"

	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/render"
)

func writeMarkdown(w io.Writer, d diff.Diff, opt Options) error {
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	m := &document{out: out, all: opt.All}
	m.diff(render.Clean(d))
	return out.Flush()
}

// document writes blocks, an empty line between them.
type document struct {
	out     *bufio.Writer
	all     bool
	started bool
}

func (m *document) block(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if m.started {
		_, _ = m.out.WriteString("\n")
	}
	m.started = true
	for _, l := range lines {
		_, _ = m.out.WriteString(strings.TrimRight(l, " ") + "\n")
	}
}

func (m *document) table(head []string, rows [][]string) {
	row := func(cells []string) string { return "| " + strings.Join(cells, " | ") + " |" }
	lines := []string{row(head), "|" + strings.Repeat(" --- |", len(head))}
	for _, r := range rows {
		lines = append(lines, row(r))
	}
	m.block(lines...)
}

func (m *document) limit(n int) int {
	if m.all {
		return 0
	}
	return n
}

func (m *document) diff(d diff.Diff) {
	m.block("# sosbond diff")
	if d.Redacted {
		m.block("**" + markdown.Text(render.Redacted) + "**")
	}
	m.block("**" + outcomes[d.Outcome].sign + " " + markdown.Text(d.Answer) + "**")
	m.block("- old: "+inputText(d.Old), "- new: "+inputText(d.New))
	m.list("", d.Notes)
	changed, same := fold(d.Hosts, m.all)
	for _, h := range changed {
		m.host(h)
	}
	m.same(same)
	m.lones("Only in the old input", d.OnlyOld)
	m.lones("Only in the new input", d.OnlyNew)
	m.errors(d.Old, "old")
	m.errors(d.New, "new")
	if by := strings.TrimSpace(d.Tool.Name + " " + d.Tool.Version); by != "" {
		m.block("---")
		m.block("Written by " + markdown.Text(by) + ".")
	}
}

// same lists hosts on which nothing changed.
func (m *document) same(list []diff.Host) {
	if len(list) == 0 {
		return
	}
	m.block("## Nothing changed on")
	shown, more := render.Head(list, lonesFold)
	var rows [][]string
	for _, h := range shown {
		rows = append(rows, []string{markdown.Cell(h.Name), verdictCell(h.Verdict.New), markdown.CellText(stillThere(h))})
	}
	m.table([]string{"Host", "Verdict", "Findings"}, rows)
	if more > 0 {
		m.block("And " + render.Count(more, "host") + " more.")
	}
}

func inputText(in diff.Input) string {
	return markdown.Code(in.Name) + ", " + render.Count(in.Hosts, "host")
}

// list writes sentences as a list.
func (m *document) list(before string, sentences []string) {
	var lines []string
	for _, s := range sentences {
		lines = append(lines, "- "+before+markdown.Text(s))
	}
	m.block(lines...)
}

func (m *document) host(h diff.Host) {
	m.block("## Host " + markdown.Code(h.Name))
	if name := wasCalled(h); name != "" {
		m.block("It was called " + markdown.Code(name) + ".")
	}
	m.list("", h.Notes)
	rows := [][]string{{"old", markdown.Cell(h.Old.Source), collected(h.Old), verdictCell(h.Verdict.Old)}, {"new", markdown.Cell(h.New.Source), collected(h.New), verdictCell(h.Verdict.New)}}
	m.table([]string{"Report", "Source", "Collected", "Verdict"}, rows)
	if why := hostWhy(h); why != "" {
		m.block("- the verdict cannot be told: " + markdown.Sentence(why))
	}
	m.bonds(h)
	var lines []string
	lines = append(lines, valueLines("", h.Changes)...)
	for _, b := range h.Bonds {
		lines = append(lines, m.bondLines(b)...)
	}
	shown, more := render.Head(h.Guests, m.limit(guestsFold))
	for _, g := range shown {
		lines = append(lines, guestLine(g))
	}
	if more > 0 {
		lines = append(lines, "- "+render.Count(more, "guest")+" more")
	}
	if len(lines) > 0 {
		m.block("### What changed")
		m.block(lines...)
	} else if h.Unchanged() {
		m.block("Nothing changed.")
	}
	m.findings(h.Findings)
}

func collected(s diff.Side) string {
	words := markdown.Cell(s.Collected)
	if !s.Complete {
		words += ", incomplete"
	}
	return words
}

func verdictCell(name string) string {
	if name == "" {
		return "-"
	}
	v := render.VerdictOf(name)
	return v.Mark + " " + markdown.CellText(v.Short)
}

func (m *document) bonds(h diff.Host) {
	if len(h.Bonds) == 0 {
		return
	}
	var rows [][]string
	for _, b := range h.Bonds {
		words := markOf(b.Verdict.Change).word
		if b.Change == diff.CannotBeTold {
			words = bondWords(b)
		}
		rows = append(rows, []string{markdown.Cell(b.Name), verdictCell(b.Verdict.Old), verdictCell(b.Verdict.New), "**" + markdown.CellText(words) + "**"})
	}
	m.table([]string{"Bond", "Old verdict", "New verdict", "Change"}, rows)
}

// valueLines are list items for what changed of something.
func valueLines(of string, list []diff.Value) (lines []string) {
	for _, v := range list {
		lines = append(lines, "- "+of+markdown.Text(v.What)+": "+markdown.Code(value(v)))
	}
	return lines
}

func (m *document) bondLines(b diff.Bond) (lines []string) {
	name := markdown.Code(b.Name) + " "
	if b.Change == diff.Added || b.Change == diff.Removed {
		lines = append(lines, "- "+name+markOf(b.Change).word)
	}
	lines = append(lines, whyLine(name+"verdict", b.Verdict.Why)...)
	lines = append(lines, valueLines(name, b.Changes)...)
	for _, a := range b.Attachments {
		on := name + markdown.Text(a.Kind) + " " + markdown.Code(a.Name) + " "
		switch a.Change {
		case diff.Added, diff.Removed:
			lines = append(lines, "- "+on+markOf(a.Change).word)
		case diff.CannotBeTold:
			lines = append(lines, "- "+on+untold(a.Verdict.Old != "", a.Verdict.New != ""))
		}
		if v := a.Verdict; v.Old != "" && v.New != "" && v.Change != diff.Same {
			lines = append(lines, "- "+on+"verdict: "+verdictCell(v.Old)+" → "+verdictCell(v.New)+" ("+markOf(v.Change).word+")")
		}
		if a.Verdict.Why != b.Verdict.Why {
			lines = append(lines, whyLine(on+"verdict", a.Verdict.Why)...)
		}
		lines = append(lines, valueLines(on, a.Changes)...)
	}
	for _, c := range b.Configurations {
		file := name + markdown.Text(c.System) + " " + markdown.Code(c.File) + " "
		lines = append(lines, "- "+file+fileWord(c)+because(c.Why))
		lines = append(lines, valueLines(file, c.Changes)...)
	}
	return lines
}

func whyLine(of, why string) []string {
	if why == "" {
		return nil
	}
	return []string{"- " + strings.TrimSpace(of) + " cannot be told: " + markdown.Sentence(why)}
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return ": " + markdown.Sentence(why)
}

func guestLine(g diff.Guest) string {
	word := markOf(g.Change).word
	if g.Change == diff.CannotBeTold {
		word = untold(g.Old != "", g.New != "")
	}
	line := "- guest " + markdown.Code(g.Name) + " " + word + ": " + markdown.Code(where(g))
	if g.Why != "" {
		line += ", " + markdown.Sentence(g.Why)
	}
	return line
}

func (m *document) findings(list []diff.Finding) {
	full, symptoms, folded := split(list, m.all)
	if len(full)+len(symptoms)+len(folded) == 0 {
		return
	}
	m.block("### Findings")
	var lines []string
	for _, f := range full {
		mark := markOf(f.Change)
		line := "- **" + mark.sign + " " + mark.word + "** " + markdown.Text(severity(f)) + " " + markdown.Text(f.Rule) + ": " + markdown.Sentence(f.Title)
		if f.ExplainedBy != "" {
			line += " A symptom of " + markdown.Text(f.ExplainedBy) + "."
		}
		if f.Why != "" {
			line += " (" + markdown.Sentence(f.Why) + ")"
		}
		lines = append(lines, line)
	}
	if len(symptoms) > 0 {
		lines = append(lines, "- symptoms of others: "+markdown.Text(counted(symptoms)))
	}
	if len(folded) > 0 {
		lines = append(lines, "- info and ok: "+markdown.Text(counted(folded)))
	}
	m.block(lines...)
}

func (m *document) lones(title string, list []diff.Lone) {
	if len(list) == 0 {
		return
	}
	m.block("## " + title)
	shown, more := render.Head(list, m.limit(lonesFold))
	var rows [][]string
	for _, l := range shown {
		rows = append(rows, []string{markdown.Cell(l.Name), markdown.Cell(l.Source), verdictCell(l.Verdict), markdown.CellText(l.Why)})
	}
	m.table([]string{"Host", "Source", "Verdict", "Note"}, rows)
	if more > 0 {
		m.block("And " + render.Count(more, "host") + " more.")
	}
}

func (m *document) errors(in diff.Input, which string) {
	if len(in.Errors) == 0 {
		return
	}
	m.block("## Not analyzed in the " + which + " input")
	var lines []string
	for _, e := range in.Errors {
		lines = append(lines, "- "+markdown.Code(e.Input)+": "+markdown.Sentence(e.Message))
	}
	m.block(lines...)
}
