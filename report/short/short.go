// Package short writes the answer of a report in twelve lines, for the comment field of a ticket: the verdict, why, on what evidence, what to do
// first, what else there is. It judges nothing; of many hosts and bonds the worst is told, and the others are counted.
package short

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// Lines is the most that is written.
const Lines = 12

const (
	bondsShown    = 3 // beside the worst
	alsoShown     = 6 // further rules
	inputsShown   = 3 // that could not be analyzed
	evidenceShown = 2
	commandsShown = 3 // a way out with more of them is told by its title: nobody shall type a part of it
)

// item is a thing to say. It takes a line, or several in a narrow form.
type item struct {
	label    string
	text     []render.Inline
	role     render.Role
	most     int // lines; what is more is cut off
	rank     int // what is last left out has the lowest
	evidence *report.Evidence
	commands []string
}

// answer is a bond with its host, or a host without a bond.
type answer struct {
	host report.Host
	bond *report.Bond
}

func (a answer) verdict() render.Verdict {
	if a.bond == nil {
		return render.VerdictOf(a.host.Verdict)
	}
	return render.BondVerdict(a.host, *a.bond)
}

// finding is the worst that calls for action on the bond, or on a host without one.
func (a answer) finding() (report.Finding, bool) {
	name := ""
	if a.bond != nil {
		name = a.bond.Name
	}
	return render.Worst(a.host, name)
}

// rank sorts answers, the worst first: by verdict, and among those that work by what is wrong in spite of it.
func (a answer) rank() int {
	name := a.host.Verdict
	if a.bond != nil {
		name = a.bond.Verdict
	}
	rank := slices.Index(render.Verdicts(), name)
	if rank < 0 {
		rank = slices.Index(render.Verdicts(), "unknown")
	}
	rank *= 2
	if a.bond != nil {
		if _, bad := render.Despite(a.host, *a.bond); bad {
			return min(rank, 1) // behind what does not work, before what works badly
		}
	}
	return rank
}

func answers(doc report.Document) (list []answer) {
	for _, h := range doc.Hosts {
		if len(h.Bonds) == 0 {
			list = append(list, answer{host: h})
		}
		for i := range h.Bonds {
			list = append(list, answer{h, &h.Bonds[i]})
		}
	}
	slices.SortStableFunc(list, func(a, b answer) int { return cmp.Compare(a.rank(), b.rank()) })
	return list
}

// items says it all, in the order in which it is read.
func items(doc report.Document) (list []item) {
	all := answers(doc)
	if len(all) > 1 {
		s := doc.Summary
		s.Findings = nil
		list = append(list, item{text: plain(render.Totals(s) + "."), role: render.Strong, most: 2})
	}
	var host *report.Host
	if len(all) > 0 {
		list = append(list, about(doc, all)...)
		host = &all[0].host
	}
	if len(doc.Errors) > 0 {
		list = append(list, notAnalyzed(doc.Errors))
	}
	return append(list, foot(doc, host))
}

// about tells of the worst, and what there is beside it.
func about(doc report.Document, all []answer) (list []item) {
	worst := all[0]
	list = append(list, head(worst))
	list = append(list, details(worst, len(all) > 1)...)
	list = append(list, others(all[1:], len(doc.Hosts) > 1)...)
	if also, ok := also(doc, worst); ok {
		list = append(list, also)
	}
	if gap, ok := missing(worst.host); ok {
		list = append(list, gap)
	}
	return list
}

func plain(s string) []render.Inline { return []render.Inline{{Text: s}} }

func sentence(s string) []render.Inline { return render.Sentence(strings.Join(strings.Fields(s), " ")) }

// head is the verdict.
func head(a answer) item {
	v := a.verdict()
	host := render.HostName(a.host)
	if a.bond == nil {
		return item{text: plain(v.Mark + " " + host + ": " + render.NoBond(a.host)), role: v.Role, most: 2}
	}
	return item{text: plain(fmt.Sprintf("%s %s, %s: %s. %s, %s.", v.Mark, host, a.bond.Name, v.Words, render.Mode(*a.bond), render.LinksUp(*a.bond))), role: v.Role, most: 2}
}

// details are why, on what evidence, and what to do.
func details(a answer, amongOthers bool) (list []item) {
	f, ok := a.finding()
	why := 3
	if ok && amongOthers {
		why = 8 // the finding tells it too, and the others need the room
	}
	if !a.host.Source.Complete {
		list = append(list, item{text: plain(render.Incomplete), role: render.Bad, most: 2, rank: 1})
	}
	if a.bond != nil {
		if a.bond.Summary != "" {
			list = append(list, item{label: "Why: ", text: sentence(a.bond.Summary), most: 2, rank: why})
		}
		if needs := render.Conditions(*a.bond); len(needs) > 0 {
			text := sentence(needs[0])
			if more := len(needs) - 1; more > 0 {
				text = append(text, render.Inline{Text: fmt.Sprintf("; and %s", render.Count(more, "more condition"))})
			}
			list = append(list, item{label: "Needs: ", text: text, most: 2, rank: 3})
		}
	}
	if !ok {
		return list
	}
	s := render.SeverityOf(f.Severity)
	list = append(list, item{label: fmt.Sprintf("%s %s: ", f.Rule, s.Word), text: sentence(f.Title + sureness(f)), most: 3, rank: 2})
	lines := key(f.Evidence)
	telling := max(slices.IndexFunc(lines, isSymptom), 0) // what is set up, the verdict's line tells too
	for i, e := range lines {
		rank := 6
		if i == telling {
			rank = 4
		}
		list = append(list, item{evidence: &e, most: 1, rank: rank})
	}
	if len(f.Remediation) > 0 {
		list = append(list, fix(f.Remediation))
	}
	return list
}

// symptom is the note of a line that shows what is going wrong, not only what is set up.
var symptom = regexp.MustCompile(`\(SB\d+\)$|^(?:the )?first\b|^the bridge looks`)

func isSymptom(e report.Evidence) bool { return symptom.MatchString(e.Note) }

// key are the first line of the evidence, and the first one that shows a symptom.
func key(list []report.Evidence) []report.Evidence {
	if len(list) <= evidenceShown {
		return list
	}
	i := 1 + slices.IndexFunc(list[1:], isSymptom)
	return []report.Evidence{list[0], list[max(i, 1)]}
}

func sureness(f report.Finding) string {
	if f.Confidence == "" {
		return ""
	}
	return " (" + f.Confidence + ")"
}

// fix is the first way out, with its commands where they are few.
func fix(list []report.Remediation) item {
	r := list[0]
	text := sentence(r.Title)
	var notes []string
	var commands []string
	switch n := lines(r.Commands); {
	case n > commandsShown || n > len(r.Commands): // a text of several lines is no list of commands
		notes = append(notes, render.Count(n, "line")+" of commands in the full report")
	case n > 0:
		commands = r.Commands
	}
	if r.Note != "" {
		notes = append(notes, "read its note there first")
		if len(notes) == 1 {
			notes[0] = "read the note in the full report first"
		}
	}
	if more := len(list) - 1; more > 0 {
		notes = append(notes, render.Count(more, "other way"))
	}
	if len(notes) > 0 {
		text = append(text, render.Inline{Text: " (" + strings.Join(notes, "; ") + ")"})
	}
	return item{label: "To do: ", text: text, most: 2, rank: 3, commands: commands}
}

func lines(commands []string) (n int) {
	for _, c := range commands {
		n += 1 + strings.Count(c, "\n")
	}
	return n
}

// others names the next bonds of which there is something to say, and counts them all.
func others(list []answer, named bool) (out []item) {
	if len(list) > 1 {
		out = append(out, item{label: "Others: ", text: plain(tally(list) + "."), most: 1, rank: 4})
	}
	for i, a := range list[:min(len(list), bondsShown)] {
		v := a.verdict()
		if _, trouble := a.finding(); len(list) > 1 && !v.Wanting && !trouble {
			continue
		}
		name := "no bond"
		if a.bond != nil {
			name = a.bond.Name
		}
		if named {
			name = render.HostName(a.host) + ", " + name
		}
		out = append(out, item{text: plain(fmt.Sprintf("%s %s: %s%s", v.Mark, name, v.Words, ruleOf(a))), role: v.Role, most: 1, rank: 5 + i})
	}
	return out
}

func ruleOf(a answer) string {
	f, ok := a.finding()
	if !ok {
		return ""
	}
	return " (" + f.Rule + " " + render.SeverityOf(f.Severity).Word + ")"
}

func tally(list []answer) string {
	var parts []string
	counts := map[string]int{}
	for _, a := range list {
		words := a.verdict().Short
		if counts[words] == 0 {
			parts = append(parts, words)
		}
		counts[words]++
	}
	for i, words := range parts {
		parts[i] = fmt.Sprintf("%d %s", counts[words], words)
	}
	return strings.Join(parts, ", ")
}

// also lists the rules of further findings that call for action, the most severe first.
func also(doc report.Document, worst answer) (item, bool) {
	type rule struct{ id, severity string }
	var rules []rule
	counts := map[rule]int{}
	first, told := worst.finding()
	for _, h := range doc.Hosts {
		for _, f := range h.Findings {
			if !render.InFull(f) {
				continue
			}
			if told && h.Name == worst.host.Name && f.Rule == first.Rule && f.Subject.Bond == first.Subject.Bond && f.Title == first.Title {
				told = false
				continue
			}
			r := rule{f.Rule, f.Severity}
			if counts[r] == 0 {
				rules = append(rules, r)
			}
			counts[r]++
		}
	}
	if len(rules) == 0 {
		return item{}, false
	}
	order := render.Severities()
	slices.SortStableFunc(rules, func(a, b rule) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.severity), slices.Index(order, b.severity)), cmp.Compare(a.id, b.id))
	})
	shown, more := render.Head(rules, alsoShown)
	var parts []string
	for _, r := range shown {
		text := r.id + " " + render.SeverityOf(r.severity).Word
		if n := counts[r]; n > 1 {
			text += fmt.Sprintf(" (%d times)", n)
		}
		parts = append(parts, text)
	}
	if more > 0 {
		parts = append(parts, render.Count(more, "more rule"))
	}
	return item{label: "Also: ", text: plain(strings.Join(parts, ", ")), most: 2, rank: 4}, true
}

// missing is what to ask the customer for.
func missing(h report.Host) (item, bool) {
	_, gaps := render.Coverage(h.Coverage)
	gaps = slices.DeleteFunc(gaps, func(g render.Gap) bool { return g.Ask == "" })
	if len(gaps) == 0 {
		return item{}, false
	}
	g := gaps[0]
	text := []render.Inline{{Text: strings.Join(g.Data, ", ") + " (" + g.Status + "); ask for "}, {Text: g.Ask, Code: true}}
	if more := len(gaps) - 1; more > 0 {
		text = append(text, render.Inline{Text: fmt.Sprintf(", and for %s in the full report", render.Count(more, "more thing"))})
	}
	return item{label: "Missing: ", text: text, most: 2, rank: 4}, true
}

func notAnalyzed(list []report.Error) item {
	shown, more := render.Head(list, inputsShown)
	var names []string
	for _, e := range shown {
		names = append(names, e.Input)
	}
	text := strings.Join(names, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return item{label: "Not analyzed: ", text: plain(text), role: render.Bad, most: 2, rank: 1}
}

// foot says what was read, and by what.
func foot(doc report.Document, h *report.Host) item {
	var parts []string
	if h != nil {
		parts = append(parts, cmp.Or(h.Source.Path, h.Source.Root, "no name"))
		if h.Collected != "" {
			parts = append(parts, "collected "+h.Collected)
		}
	}
	if by := strings.TrimSpace(doc.Tool.Name + " " + doc.Tool.Version); by != "" {
		parts = append(parts, "by "+by)
	}
	if doc.Redacted {
		parts = append(parts, "redacted: names are pseudonyms")
	}
	if doc.Filter != nil {
		parts = append(parts, "limited by flags")
	}
	return item{label: "Source: ", text: plain(strings.Join(parts, ", ")), role: render.Dim, most: 2, rank: 1}
}

// fit leaves out what matters least until the lines suffice.
func fit(list []item, count func(item) int) []item {
	list = slices.Clone(list)
	for {
		total, last := 0, -1
		for i, it := range list {
			total += count(it)
			if last < 0 || it.rank >= list[last].rank {
				last = i
			}
		}
		switch {
		case total <= Lines || len(list) == 0:
			return list
		case len(list[last].commands) > 0:
			n := lines(list[last].commands)
			list[last].commands = nil
			list[last].text = append(slices.Clone(list[last].text), render.Inline{Text: fmt.Sprintf(" (%s of commands in the full report)", render.Count(n, "line"))})
		case list[last].most > 1 && list[last].rank <= 1:
			list[last].most = 1
			list[last].rank = -1
		default:
			list = slices.Delete(list, last, last+1)
		}
	}
}
