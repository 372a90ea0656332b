package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/summary"
)

// The number of lines of a form for people, unless all are asked for.
const (
	shownRows   = 50
	shownFaults = 30
)

// page is a summary in words, for the forms that people read. Nothing in it can move a cursor; each form escapes it for its own markup.
type page struct {
	head     line
	notes    []line
	verdicts []verdictLine
	faults   []faultLine
	unread   []unreadLine
	rows     []rowLine

	moreFaults, moreRows int
	manyHosts            bool
	tool                 string
}

// line is a sentence with its mark.
type line struct {
	mark string
	role render.Role
	text string
}

type verdictLine struct {
	render.Verdict
	hosts int
	note  string
}

type faultLine struct {
	summary.Fault
	shown render.Severity
	where string // the hosts, as far as they are named
	note  string // what else there is to know
}

type unreadLine struct {
	inputs   int
	why      string
	examples []string
	more     int
	said     bool // the examples are sentences, not names
}

type rowLine struct {
	summary.Row
	verdict render.Verdict
	worst   render.Severity
	name    string
	part    string // said behind the name of a host of which not all could be read
	bonds   []string
	rules   []string
	twin    bool // another row that is shown has the same name
}

// newPage puts a summary into words, at most rows hosts of it; 0 for all.
func newPage(s summary.Summary, rows int, opt Options) page {
	whole := countAll(s)
	p := page{manyHosts: s.Hosts > 1}
	if !opt.All {
		s.Faults, p.moreFaults = render.Head(s.Faults, shownFaults)
		s.Table, p.moreRows = render.Head(s.Table, rows)
	}
	s = render.Clean(s)
	p.tool = strings.TrimSpace(s.Tool.Name + " " + s.Tool.Version)
	p.head = headline(s)
	p.notes = notes(s, whole)
	p.verdicts = verdicts(s, whole)
	for _, f := range s.Faults {
		p.faults = append(p.faults, newFault(f, p.manyHosts))
	}
	for _, u := range s.Unread {
		p.unread = append(p.unread, newUnread(u))
	}
	p.rows = newRows(s.Table)
	return p
}

// totals of the whole table.
type totals struct {
	trouble     map[string]int // hosts by verdict that have a critical finding or an error
	conditional int            // hosts that work if what cannot be seen from them is right
	partial     int            // hosts of which not all could be read
}

func countAll(s summary.Summary) totals {
	t := totals{trouble: map[string]int{}}
	for _, r := range s.Table {
		if render.SeverityOf(r.Worst).Role == render.Bad {
			t.trouble[r.Verdict]++
		}
		if conditional(r) {
			t.conditional++
		}
		if !r.Complete {
			t.partial++
		}
	}
	return t
}

// conditional reports whether a host's bonds work, one of them on a condition.
func conditional(r summary.Row) bool {
	return r.Verdict == recommended && slices.ContainsFunc(r.Bonds, func(b summary.Bond) bool { return b.Verdict == recommended && b.Conditions > 0 })
}

// The verdicts that sentences are made of.
const (
	notWorking  = "not-working"
	unknown     = "unknown"
	recommended = "recommended"
)

// crashed is the kind of the inputs whose analysis did not end.
const crashed = "crashed"

// headline is the answer.
func headline(s summary.Summary) line {
	bad, unsure := render.VerdictOf(notWorking), render.VerdictOf(unknown)
	broken, that := s.Verdicts[notWorking], ""
	if sum(s.Hidden) > 0 {
		that = " that the filter shows"
	}
	switch {
	case s.Hosts == 0 && sum(s.Hidden) > 0:
		return line{"–", render.Strong, fmt.Sprintf("The filter hides every host: %s.", count(sum(s.Hidden), "host"))}
	case s.Hosts == 0 && s.Inputs.Found == 0:
		return line{unsure.Mark, unsure.Role, "No report was found: there is no archive and no directory of a report where it was looked for."}
	case s.Hosts == 0 && noReports(s) == s.Inputs.Found:
		return line{unsure.Mark, unsure.Role, fmt.Sprintf("No report was found: %s.",
			plural(s.Inputs.Found, "the input is none", noneOf(s.Inputs.Found, "input")+" is one"))}
	case s.Hosts == 0 && s.Inputs.Failed == s.Inputs.Found:
		return line{bad.Mark, bad.Role, fmt.Sprintf("No host could be judged: %s could be read.", noneOf(s.Inputs.Failed, "input"))}
	case s.Hosts == 0:
		return line{unsure.Mark, unsure.Role, fmt.Sprintf("No host was found in %s.", count(s.Inputs.Found, "input"))}
	case broken > 0 && s.Hosts == 1:
		return line{bad.Mark, bad.Role, "The host has a bond that does not work with its guests."}
	case broken > 0:
		return line{bad.Mark, bad.Role, fmt.Sprintf("%s of %s%s %s a bond that does not work with its guests.",
			humanize.Comma(int64(broken)), count(s.Hosts, "host"), that, has(broken))}
	case s.Verdicts[unknown] == s.Hosts:
		return line{unsure.Mark, unsure.Role, "Whether the bonds work with their guests cannot be told: facts that decide are missing."}
	case s.Hosts == 1:
		return line{"✓", render.Good, "The host has no bond that is known not to work with its guests."}
	}
	return line{"✓", render.Good, fmt.Sprintf("None of %s%s has a bond that is known not to work with its guests.", count(s.Hosts, "host"), that)}
}

// noReports counts the inputs that are something else than a report: they hide no host.
func noReports(s summary.Summary) int {
	for _, u := range s.Unread {
		if u.Kind == "not-a-report" {
			return u.Failed
		}
	}
	return 0
}

// notes are what has to be known beside the answer.
func notes(s summary.Summary, t totals) (list []line) {
	add := func(role render.Role, mark, format string, args ...any) {
		list = append(list, line{mark, role, fmt.Sprintf(format, args...)})
	}
	if s.Redacted {
		add(render.Plain, "", "%s", render.Redacted)
	}
	if n := sum(t.trouble) - t.trouble[notWorking]; n > 0 {
		noun := "host"
		if s.Verdicts[notWorking] > 0 {
			noun = "more host"
		}
		add(render.Warn, "!", "%s %s a critical finding or an error.", count(n, noun), has(n))
	}
	if n := s.Verdicts[unknown]; n > 0 && n < s.Hosts {
		add(render.Unsure, "?", "Of %s it cannot be told: a fact that decides is missing.", count(n, "host"))
	}
	if n := s.Inputs.Failed - noReports(s); n > 0 && s.Hosts > 0 {
		add(render.Bad, "!!", "%s could not be read: nothing is known of the hosts in %s.", count(n, "input"), plural(n, "it", "them"))
	}
	if t.partial > 0 {
		add(render.Bad, "!!", "%s %s judged by the part of the report that could be read.", count(t.partial, "host"), plural(t.partial, "was", "were"))
	}
	if text := filterText(s); text != "" {
		add(render.Fair, "!!", "%s", text)
	}
	if s.Names < s.Hosts {
		add(render.Plain, "", "%s, %s: each report counts as a host, since a name does not tell whether the host is the same.",
			count(s.Hosts, "report of hosts", "reports of hosts"), count(s.Names, "host name"))
	}
	if text := inputsText(s.Inputs); text != "" {
		add(render.Dim, "", "%s", text)
	}
	return list
}

// filterText says what the filter lets through and how much it hides.
func filterText(s summary.Summary) string {
	var parts []string
	for _, part := range []struct {
		name string
		list []string
	}{
		{"rule", s.Filter.Rules}, {"verdict", s.Filter.Verdicts}, {"platform", s.Filter.Platforms}, {"release", s.Filter.Releases}, {"host", s.Filter.Hosts},
	} {
		if len(part.list) > 0 {
			parts = append(parts, part.name+" "+strings.Join(part.list, " or "))
		}
	}
	if s.Filter.MinSeverity != "" {
		parts = append(parts, "severity "+s.Filter.MinSeverity+" at least")
	}
	if len(parts) == 0 {
		return ""
	}
	hidden := sum(s.Hidden)
	text := fmt.Sprintf("A filter is on (%s): %s of %s %s hidden", strings.Join(parts, ", "), humanize.Comma(int64(hidden)), count(s.Hosts+hidden, "host"),
		plural(hidden, "is", "are"))
	if n := s.Hidden[notWorking]; n > 0 {
		text += fmt.Sprintf(", %s of them with a bond that does not work", humanize.Comma(int64(n)))
	}
	return text + "."
}

func inputsText(in summary.Inputs) string {
	if in.Found == 0 {
		return ""
	}
	text := count(in.Found, "input")
	if in.Bytes > 0 {
		text += ", " + humanize.IBytes(uint64(in.Bytes))
	}
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{in.Analyzed, "analyzed"}, {in.Partial, "analyzed in part"}, {in.Failed, "without a result"}, {in.Reused, "known from an earlier run"}} {
		if part.n > 0 {
			parts = append(parts, humanize.Comma(int64(part.n))+" "+part.what)
		}
	}
	if len(parts) == 0 {
		return text + "."
	}
	return text + ": " + strings.Join(parts, ", ") + "."
}

// verdicts are a line for each verdict that a host has, the worst first.
func verdicts(s summary.Summary, t totals) (list []verdictLine) {
	names := render.Verdicts()
	for v := range s.Verdicts {
		if !slices.Contains(names, v) {
			names = append(names, v)
		}
	}
	slices.Sort(names[len(render.Verdicts()):])
	for _, name := range names {
		if s.Verdicts[name] == 0 {
			continue
		}
		l := verdictLine{Verdict: render.VerdictOf(name), hosts: s.Verdicts[name]}
		var about []string
		if name == recommended && t.conditional > 0 {
			about = append(about, humanize.Comma(int64(t.conditional))+" if the switch is set up for it")
		}
		if n := t.trouble[name]; n > 0 && !l.Wanting {
			about = append(about, humanize.Comma(int64(n))+" with a critical finding or an error")
		}
		l.note = strings.Join(about, ", ")
		list = append(list, l)
	}
	return list
}

func newFault(f summary.Fault, manyHosts bool) faultLine {
	for i := range f.Examples {
		f.Examples[i].Title = unmarked(f.Examples[i].Title)
	}
	l := faultLine{Fault: f, shown: render.SeverityOf(f.Severity)}
	var names []string
	for _, e := range f.Examples {
		names = append(names, cmp.Or(e.Host, unnamed))
	}
	if manyHosts {
		l.where = strings.Join(names, ", ")
		if more := f.Names - len(names); more > 0 {
			l.where += fmt.Sprintf(" and %s more", humanize.Comma(int64(more)))
		}
	} else if len(f.Examples) > 0 {
		l.where = f.Examples[0].Title
	}
	var about []string
	if len(f.Severities) > 1 {
		about = append(about, severities(f.Severities))
	}
	if f.Bonds > f.Hosts {
		about = append(about, count(f.Bonds, "bond"))
	}
	if f.Names < f.Hosts {
		about = append(about, count(f.Names, "host name"))
	}
	l.note = strings.Join(about, "; ")
	return l
}

// unmarked drops the marks of code spans from a sentence.
func unmarked(s string) string {
	var b strings.Builder
	for _, in := range render.Sentence(s) {
		b.WriteString(in.Text)
	}
	return b.String()
}

const unnamed = "unnamed host"

// severities counts hosts by severity, the worst first.
func severities(m map[string]int) string {
	var parts []string
	for _, name := range render.Severities() {
		if n := m[name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s on %s", name, humanize.Comma(int64(n))))
		}
	}
	return strings.Join(parts, ", ")
}

func newUnread(u summary.Unread) unreadLine {
	l := unreadLine{inputs: u.Inputs, why: u.Why, examples: u.Examples, more: u.Inputs - len(u.Examples), said: u.Kind == "" || u.Kind == crashed}
	if part := u.Inputs - u.Failed; part > 0 && u.Failed > 0 {
		l.why += fmt.Sprintf(" (%s of them %s read in part)", humanize.Comma(int64(part)), plural(part, "was", "were"))
	} else if part > 0 {
		l.why += " (read in part)"
	}
	return l
}

func newRows(table []summary.Row) (list []rowLine) {
	names := map[string]int{}
	for _, r := range table {
		names[r.Name]++
	}
	for _, r := range table {
		l := rowLine{Row: r, verdict: render.VerdictOf(r.Verdict), worst: render.SeverityOf(r.Worst), name: cmp.Or(r.Name, unnamed), twin: names[r.Name] > 1}
		if conditional(r) {
			l.verdict.Short = "works if set up"
		}
		if l.worst.Role == render.Bad && !l.verdict.Wanting {
			l.verdict.Mark, l.verdict.Role = "!", render.Warn
		}
		if !r.Complete {
			l.part = " (in part)"
		}
		l.bonds, l.rules = bondNames(r.Bonds), r.Rules
		list = append(list, l)
	}
	return list
}

// bondNames names bonds with their modes, the worst first.
func bondNames(bonds []summary.Bond) (list []string) {
	order := render.Verdicts()
	bonds = slices.Clone(bonds)
	slices.SortStableFunc(bonds, func(a, b summary.Bond) int {
		return cmp.Compare(slices.Index(order, a.Verdict), slices.Index(order, b.Verdict))
	})
	for _, b := range bonds {
		list = append(list, b.Name+" "+cmp.Or(b.Mode, "mode unknown"))
	}
	return list
}

// count returns a number with its noun. The plural, where it is not the noun with an s, follows.
func count(n int, noun string, many ...string) string {
	if n != 1 {
		noun = append(many, noun+"s")[0]
	}
	return humanize.Comma(int64(n)) + " " + noun
}

// noneOf says that something is true of none of n.
func noneOf(n int, noun string) string {
	if n == 1 {
		return "nothing of the " + noun
	}
	return "none of the " + count(n, noun)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func has(n int) string { return plural(n, "has", "have") }

func sum(m map[string]int) (n int) {
	for _, v := range m {
		n += v
	}
	return n
}
