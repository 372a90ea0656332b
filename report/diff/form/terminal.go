package form

import (
	"bufio"
	"cmp"
	"io"
	"strings"

	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/terminal"
)

const (
	defaultWidth = 80
	minWidth     = 40
	maxProse     = 100
	maxRule      = 160
	valuesFold   = 20 // changes of a bond or of a file
	guestsFold   = 20
	lonesFold    = 30
)

func writeTerminal(w io.Writer, d diff.Diff, opt Options) error {
	if opt.Width <= 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	p := &printer{out: out, painter: terminal.NewPainter(w, opt.Color), opt: opt}
	p.diff(render.Clean(d))
	return out.Flush()
}

type printer struct {
	out     *bufio.Writer
	painter terminal.Painter
	opt     Options
}

func (p *printer) line(t render.Text) { _, _ = p.out.WriteString(p.painter.Paint(t) + "\n") }

func (p *printer) blank() { _, _ = p.out.WriteString("\n") }

// fill wraps a text behind a first piece; the lines below begin under it.
func (p *printer) fill(first render.Text, s string, role render.Role) {
	below := render.Of(render.Plain, strings.Repeat(" ", first.Width()))
	if first.Width() > p.opt.Width/2 {
		below = render.Of(render.Plain, "    ")
	}
	var words []render.Text
	for _, w := range strings.Fields(s) {
		if !p.opt.All {
			w = render.Shorten(w, p.opt.Width-below.Width())
		}
		words = append(words, render.Of(role, w))
	}
	for _, l := range render.Fill(words, min(p.opt.Width, maxProse), first, below) {
		p.line(l)
	}
}

// sentence wraps a text that may hold code spans.
func (p *printer) sentence(first render.Text, s string, role render.Role) {
	below := render.Of(render.Plain, strings.Repeat(" ", min(first.Width(), 6)))
	words := render.Words(render.Sentence(s), role)
	for i, w := range words {
		if !p.opt.All && w.Width() > p.opt.Width-below.Width() {
			words[i] = render.Of(role, render.Shorten(w.String(), p.opt.Width-below.Width()))
		}
	}
	for _, l := range render.Fill(words, min(p.opt.Width, maxProse), first, below) {
		p.line(l)
	}
}

func plain(s string) render.Text { return render.Of(render.Plain, s) }

func dim(s string) render.Text { return render.Of(render.Dim, s) }

func (p *printer) limit(n int) int {
	if p.opt.All {
		return 0
	}
	return n
}

func (p *printer) diff(d diff.Diff) {
	m := outcomes[d.Outcome]
	if d.Redacted {
		p.fill(nil, render.Redacted, render.Plain)
	}
	p.fill(render.Of(m.role, m.sign+" "), d.Answer, render.Strong)
	p.fill(dim("  old: "), inputWords(d.Old), render.Dim)
	p.fill(dim("  new: "), inputWords(d.New), render.Dim)
	for _, n := range d.Notes {
		p.fill(dim("note: "), n, render.Plain)
	}
	changed, same := fold(d.Hosts, p.opt.All)
	for _, h := range changed {
		p.blank()
		p.host(h)
	}
	p.same(same)
	p.lones("Only in the old input", d.OnlyOld)
	p.lones("Only in the new input", d.OnlyNew)
	p.errors(d.Old, "old")
	p.errors(d.New, "new")
}

// same lists hosts on which nothing changed.
func (p *printer) same(list []diff.Host) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.line(render.Of(render.Heading, "Nothing changed on"))
	shown, more := render.Head(list, lonesFold)
	for _, h := range shown {
		v := render.VerdictOf(h.Verdict.New)
		cells := []render.Text{render.Of(render.Strong, p.name(h.Name)), render.Of(v.Role, v.Short), dim(stillThere(h))}
		for _, t := range render.Flow(cells, p.opt.Width, render.Of(v.Role, "  "+v.Mark+" "), plain("    ")) {
			p.line(t)
		}
	}
	if more > 0 {
		p.line(dim("  … and " + render.Count(more, "host") + " more"))
	}
}

func inputWords(in diff.Input) string {
	return in.Name + ", " + render.Count(in.Hosts, "host")
}

func (p *printer) host(h diff.Host) {
	m := markOf(h.Verdict.Change)
	name := h.Name
	if !p.opt.All {
		name = render.Shorten(name, p.opt.Width-8)
	}
	title := render.Join(dim("── "), render.Of(m.role, m.sign+" "), render.Of(render.Strong, name), plain(" "))
	p.line(render.Join(title, dim(strings.Repeat("─", max(min(p.opt.Width, maxRule)-title.Width(), 0)))))
	if name := wasCalled(h); name != "" {
		p.fill(dim("  was called "), name, render.Plain)
	}
	p.fill(dim("  old  "), sideWords(h.Old), render.Plain)
	p.fill(dim("  new  "), sideWords(h.New), render.Plain)
	for _, n := range h.Notes {
		p.fill(dim("  note: "), n, render.Plain)
	}
	v := h.Verdict
	v.Why = hostWhy(h)
	p.verdict(dim("  host "), v, "")
	p.values(h.Changes, "  ")
	if h.Unchanged() {
		p.line(dim("  nothing changed"))
	}
	for _, b := range h.Bonds {
		p.bond(b)
	}
	p.guests(h.Guests)
	p.findings(h.Findings)
}

func sideWords(s diff.Side) string {
	words := s.Source
	for _, also := range s.Also {
		words += " and " + also
	}
	if s.Collected != "" {
		words += ", collected " + s.Collected
	}
	if !s.Complete {
		words += ", INCOMPLETE"
	}
	return words
}

// verdict writes a verdict before and after, with why it cannot be told.
func (p *printer) verdict(first render.Text, v diff.Verdict, words string) {
	var cells []render.Text
	before, after, m := render.VerdictOf(v.Old), render.VerdictOf(v.New), markOf(v.Change)
	switch {
	case v.Change == diff.Same:
		cells = append(cells, after.Text(), dim("as before"))
	case v.Old == "":
		cells = append(cells, after.Text())
	case v.New == "":
		cells = append(cells, before.Text())
	default:
		both := render.Join(before.Text(), plain(" → "), after.Text())
		if first.Width()+both.Width() <= p.opt.Width {
			cells = append(cells, both, render.Of(m.role, m.word))
			break
		}
		cells = append(cells, before.Text(), render.Join(plain("→ "), after.Text()), render.Of(m.role, m.word))
	}
	if words != "" {
		cells = append(cells, plain(words))
	}
	if first.Width()+cells[0].Width() > p.opt.Width {
		p.line(first)
		first = plain("    ")
	}
	for _, l := range render.Flow(cells, p.opt.Width, first, plain("    ")) {
		p.line(l)
	}
	if v.Why != "" {
		p.sentence(render.Of(render.Unsure, "    ? "), v.Why, render.Plain)
	}
}

func (p *printer) bond(b diff.Bond) {
	p.blank()
	name := render.Of(render.Strong, p.name(b.Name)+" ")
	words := ""
	if b.Change != diff.Changed {
		words = bondWords(b)
	}
	p.verdict(render.Join(plain("  "), name), b.Verdict, words)
	p.values(b.Changes, "    ")
	for _, a := range b.Attachments {
		first := plain("    " + a.Kind + " " + p.name(a.Name) + " ")
		words := ""
		switch a.Change {
		case diff.Added, diff.Removed:
			words = markOf(a.Change).word
		case diff.CannotBeTold:
			words = untold(a.Verdict.Old != "", a.Verdict.New != "")
		}
		if a.Verdict.Why == b.Verdict.Why {
			a.Verdict.Why = ""
		}
		p.verdict(first, a.Verdict, words)
		p.values(a.Changes, "      ")
	}
	for _, c := range b.Configurations {
		m := markOf(c.Change)
		p.fill(render.Of(m.role, "    "+m.sign+" "), c.System+" "+c.File+" "+fileWord(c), render.Plain)
		if c.Why != "" {
			p.sentence(plain("      "), c.Why, render.Dim)
		}
		p.values(c.Changes, "      ")
	}
}

func (p *printer) name(s string) string {
	if p.opt.All {
		return s
	}
	return render.Shorten(s, p.opt.Width/2)
}

// values writes what changed, the names in a column. What changes without anybody changing anything stands dimmed behind.
func (p *printer) values(list []diff.Value, indent string) {
	var of, info []diff.Value
	wide := 0
	for _, v := range list {
		if v.Info {
			info = append(info, v)
			continue
		}
		of = append(of, v)
		wide = max(wide, render.Width(p.name(v.What)))
	}
	wide = min(wide, p.opt.Width/3)
	shown, more := render.Head(of, p.limit(valuesFold))
	for _, v := range shown {
		p.fill(render.Join(plain(indent), dim(p.name(v.What)).Pad(wide), plain("  ")), value(v), render.Plain)
	}
	if more > 0 {
		p.line(dim(indent + "… and " + render.Count(more, "change") + " more"))
	}
	var words []string
	shownInfo, moreInfo := render.Head(info, p.limit(valuesFold))
	for _, v := range shownInfo {
		words = append(words, v.What+" "+value(v))
	}
	if moreInfo > 0 {
		words = append(words, render.Count(moreInfo, "value")+" more")
	}
	if len(words) > 0 {
		p.fill(dim(indent+"also: "), strings.Join(words, "; "), render.Dim)
	}
}

func (p *printer) guests(list []diff.Guest) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.line(render.Of(render.Heading, "  Guests"))
	shown, more := render.Head(list, p.limit(guestsFold))
	for i, g := range shown {
		m := markOf(g.Change)
		word := m.word
		if g.Change == diff.CannotBeTold {
			word = untold(g.Old != "", g.New != "")
		}
		p.fill(render.Of(m.role, "  "+m.sign+" "), g.Name+" "+word+" "+where(g), render.Plain)
		if last := i == len(shown)-1 || shown[i+1].Why != g.Why; last && g.Why != "" { // once for guests of one reason
			p.sentence(plain("    "), g.Why, render.Dim)
		}
	}
	if more > 0 {
		p.line(dim("  … and " + render.Count(more, "guest") + " more"))
	}
}

func (p *printer) findings(list []diff.Finding) {
	full, symptoms, folded := split(list, p.opt.All)
	if len(full)+len(symptoms)+len(folded) == 0 {
		return
	}
	p.blank()
	p.line(render.Of(render.Heading, "  Findings"))
	for _, f := range full {
		m := markOf(f.Change)
		s := render.SeverityOf(f.Severity)
		head := render.Join(render.Of(m.role, "  "+m.sign+" "+m.word), plain("  "), render.Of(s.Role, severity(f)+" "+f.Rule+" "))
		if head.Width() > p.opt.Width/2 {
			cells := []render.Text{render.Of(m.role, m.sign+" "+m.word), render.Of(s.Role, severity(f)+" "+f.Rule)}
			for _, l := range render.Flow(cells, p.opt.Width, plain("  "), plain("      ")) {
				p.line(l)
			}
			head = plain("      ")
		}
		p.sentence(head, f.Title, render.Plain)
		if f.ExplainedBy != "" {
			p.line(dim("      a symptom of " + f.ExplainedBy))
		}
		if f.Why != "" {
			p.sentence(plain("      "), f.Why, render.Dim)
		}
	}
	if len(symptoms) > 0 {
		p.fill(dim("  symptoms of others: "), counted(symptoms), render.Dim)
	}
	if len(folded) > 0 {
		p.fill(dim("  info and ok: "), counted(folded), render.Dim)
	}
}

func (p *printer) lones(title string, list []diff.Lone) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.line(render.Of(render.Heading, title))
	shown, more := render.Head(list, p.limit(lonesFold))
	for _, l := range shown {
		v := render.VerdictOf(l.Verdict)
		cells := []render.Text{render.Of(render.Strong, p.name(l.Name)), render.Of(v.Role, v.Short), plain(render.Count(l.Bonds, "bond"))}
		for _, t := range render.Flow(cells, p.opt.Width, render.Of(v.Role, "  "+v.Mark+" "), plain("    ")) {
			p.line(t)
		}
		p.fill(dim("    "), cmp.Or(l.Source, l.Name), render.Dim)
		if l.Why != "" {
			p.sentence(plain("    "), l.Why, render.Dim)
		}
	}
	if more > 0 {
		p.line(dim("  … and " + render.Count(more, "host") + " more"))
	}
}

func (p *printer) errors(in diff.Input, which string) {
	if len(in.Errors) == 0 {
		return
	}
	p.blank()
	p.line(render.Of(render.Heading, "Not analyzed in the "+which+" input"))
	for _, e := range in.Errors {
		p.fill(render.Of(render.Bad, "✗ "), e.Input, render.Strong)
		p.sentence(plain("  "), e.Message, render.Plain)
	}
}
