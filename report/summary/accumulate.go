package summary

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
)

// New returns an accumulator for what f lets through. It keeps some hundred bytes of a host, whatever its report holds, and may be used by
// several goroutines.
func New(tool report.Tool, f Filter) Accumulator {
	return &accumulator{
		tool: tool, filter: f, words: words{}, lists: map[string][]string{}, bonds: map[string][]Bond{}, names: map[string]int{},
		verdicts: map[string]int{}, severities: map[string]int{}, hidden: map[string]int{}, faults: map[string]*fault{}, unread: map[string]*reason{},
	}
}

type accumulator struct {
	mu     sync.Mutex
	tool   report.Tool
	filter Filter

	inputs     Inputs
	worst      string
	rows       []Row
	nbonds     int
	verdicts   map[string]int
	severities map[string]int
	hidden     map[string]int
	faults     map[string]*fault
	unread     map[string]*reason

	words   words
	lists   map[string][]string // what hosts have in common is kept once
	bonds   map[string][]Bond
	names   map[string]int // of hosts, numbered
	unnamed int
}

// words keeps one copy of each word. It is a copy of its own: a word of a report would keep the file alive that it was cut from.
type words map[string]string

func (w words) one(s string) string {
	if known, ok := w[s]; ok {
		return known
	}
	s = strings.Clone(s)
	w[s] = s
	return s
}

// Input counts one input.
func (a *accumulator) Input(e entry.Entry, reused bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inputs.Found++
	a.inputs.Bytes += e.Size
	if reused {
		a.inputs.Reused++
	}
	switch e.Status {
	case entry.Analyzed:
		a.inputs.Analyzed++
	case entry.Partial:
		a.inputs.Partial++
	default:
		a.inputs.Failed++
	}
	a.readErrors(e)
}

// Host adds a host.
func (a *accumulator) Host(h Host) {
	a.mu.Lock()
	defer a.mu.Unlock()
	worst := ""
	for _, f := range h.Findings {
		a.worst = a.words.one(worse(a.worst, f.Severity))
		if f.ExplainedBy == "" {
			worst = worse(worst, f.Severity)
		}
	}
	if !a.filter.shows(h) {
		a.hidden[a.words.one(h.Verdict)]++
		return
	}
	name := a.number(h.Name)
	a.nbonds += len(h.Bonds)
	a.verdicts[a.words.one(h.Verdict)]++
	for _, f := range h.Findings {
		if a.filter.counts(f) {
			a.severities[a.words.one(f.Severity)]++
		}
	}
	a.rows = append(a.rows, Row{Host: a.compact(h), Worst: a.words.one(worst), Rules: a.addFaults(h, name)})
}

// worse returns the worse of two severities; "" is none.
func worse(a, b string) string {
	if a == "" || b != "" && severityRank(b) < severityRank(a) {
		return b
	}
	return a
}

// number returns the number of a host name. Hosts without a name are taken for different ones.
func (a *accumulator) number(name string) int {
	if name == "" {
		a.unnamed++
		return len(a.names) + a.unnamed - 1
	}
	n, ok := a.names[name]
	if !ok {
		n = len(a.names) + a.unnamed
		a.names[a.words.one(name)] = n
	}
	return n
}

// compact returns a host without its findings, and with what it shares with others kept once.
func (a *accumulator) compact(h Host) Host {
	h.Findings = nil
	if h.Name != "" {
		h.Name = a.words.one(h.Name)
	}
	own := strings.Clone(h.Input)
	if strings.HasSuffix(own, h.Source) {
		h.Source = own[len(own)-len(h.Source):]
	} else {
		h.Source = strings.Clone(h.Source)
	}
	h.Input = own
	h.OS, h.Kernel, h.Platform, h.Verdict = a.words.one(h.OS), a.words.one(h.Kernel), a.words.one(h.Platform), a.words.one(h.Verdict)
	h.Bonds = a.shareBonds(h.Bonds)
	return h
}

func (a *accumulator) shareBonds(list []Bond) []Bond {
	var key strings.Builder
	for _, b := range list {
		key.WriteString(keyOf(b.Name, b.Mode, b.Verdict) + strconv.Itoa(b.Conditions) + ";")
	}
	if known, ok := a.bonds[key.String()]; ok {
		return known
	}
	own := make([]Bond, len(list))
	for i, b := range list {
		own[i] = Bond{Name: a.words.one(b.Name), Mode: a.words.one(b.Mode), Verdict: a.words.one(b.Verdict), Conditions: b.Conditions}
	}
	a.bonds[key.String()] = own
	return own
}

// keyOf joins words so that no others give the same.
func keyOf(list ...string) string {
	var key strings.Builder
	for _, s := range list {
		key.WriteString(strconv.Itoa(len(s)) + ":" + s)
	}
	return key.String()
}

func (a *accumulator) shareList(list []string) []string {
	key := keyOf(list...)
	if known, ok := a.lists[key]; ok {
		return known
	}
	for i := range list {
		list[i] = a.words.one(list[i])
	}
	a.lists[key] = list
	return list
}

// Summary answers for what was added so far.
func (a *accumulator) Summary() Summary {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := Summary{
		Schema: Schema, Tool: a.tool, Inputs: a.inputs, Worst: a.worst, Hosts: len(a.rows), Names: len(a.names) + a.unnamed, Bonds: a.nbonds,
		Verdicts: maps.Clone(a.verdicts), Severities: maps.Clone(a.severities), Hidden: maps.Clone(a.hidden), Filter: a.filter, Table: slices.Clone(a.rows),
	}
	slices.SortFunc(s.Table, compareRows)
	for _, f := range a.faults {
		s.Faults = append(s.Faults, f.sum())
	}
	slices.SortFunc(s.Faults, compareFaults)
	for kind, r := range a.unread {
		s.Unread = append(s.Unread, r.sum(kind))
	}
	slices.SortFunc(s.Unread, func(x, y Unread) int { return cmp.Or(y.Inputs-x.Inputs, strings.Compare(last(x.Kind), last(y.Kind))) })
	return s
}

// last puts what is unknown behind what is known.
func last(kind string) string { return cmp.Or(kind, "\xff") }

// verdictOrder holds the verdicts, the worst first.
var verdictOrder = []rules.Verdict{rules.NotWorking, rules.NotRecommended, rules.Partial, rules.Undecided, rules.Recommended, rules.NotAffected}

// compareRows puts first the hosts that do not work, then those with the worst findings, then those with the worst verdict.
func compareRows(x, y Row) int {
	return cmp.Or(
		cmp.Compare(broken(x.Verdict), broken(y.Verdict)),
		cmp.Compare(worstRank(x.Worst), worstRank(y.Worst)),
		cmp.Compare(slices.Index(verdictOrder, rules.Verdict(x.Verdict)), slices.Index(verdictOrder, rules.Verdict(y.Verdict))),
		cmp.Compare(x.Name, y.Name), cmp.Compare(x.Input, y.Input), cmp.Compare(x.Source, y.Source),
		compareRest(x, y),
	)
}

// compareRest tells apart hosts of one name in one input.
func compareRest(x, y Row) int {
	complete := 0
	if x.Complete != y.Complete {
		complete = 1
		if y.Complete {
			complete = -1
		}
	}
	return cmp.Or(
		cmp.Compare(x.OS, y.OS), cmp.Compare(x.Kernel, y.Kernel), cmp.Compare(x.Platform, y.Platform), complete, cmp.Compare(x.Guests, y.Guests),
		slices.Compare(x.Rules, y.Rules),
		slices.CompareFunc(x.Bonds, y.Bonds, func(a, b Bond) int {
			return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Mode, b.Mode), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Conditions, b.Conditions))
		}),
	)
}

func broken(verdict string) int {
	if verdict == string(rules.NotWorking) {
		return 0
	}
	return 1
}

// worstRank orders the severities of hosts; one without a finding comes last.
func worstRank(s string) int {
	if s == "" {
		return len(rules.Severities())
	}
	return severityRank(s)
}

// FailOn reports whether any host, a hidden one too, has a finding at least that severe. Filters do not hide what is wrong from the exit status.
func (s Summary) FailOn(severity string) bool { return s.Worst != "" && severe(s.Worst, severity) }
