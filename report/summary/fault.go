package summary

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// shownExamples is how many examples a fault or a reason has.
const shownExamples = 3

// fault counts where a rule found something.
type fault struct {
	Fault
	names    set // of hosts, by number
	examples []severeExample
}

// severeExample is an example with the rank of its severity.
type severeExample struct {
	Example
	rank   int
	source string
}

func compareExamples(x, y severeExample) int {
	return cmp.Or(
		cmp.Compare(x.rank, y.rank), cmp.Compare(x.Host, y.Host), cmp.Compare(x.Input, y.Input), cmp.Compare(x.source, y.source), cmp.Compare(x.Bond, y.Bond),
		cmp.Compare(x.Title, y.Title),
	)
}

// addFaults counts the faults of a host, and returns their rules, the most severe first.
func (a *accumulator) addFaults(h Host, name int) []string {
	found := map[string][]Finding{}
	for _, f := range h.Findings {
		if a.filter.fault(f) {
			found[f.Rule] = append(found[f.Rule], f)
		}
	}
	ranks := map[string]int{}
	for rule, list := range found {
		f := a.faults[rule]
		if f == nil {
			f = &fault{Fault: Fault{Rule: a.words.one(rule), Title: title(rule), Severities: map[string]int{}}}
			a.faults[f.Rule] = f
		}
		severity := f.add(h, list)
		f.Severity = a.words.one(worse(f.Severity, severity))
		f.Severities[a.words.one(severity)]++
		f.names.add(name)
		ranks[rule] = severityRank(severity)
	}
	list := slices.SortedFunc(maps.Keys(ranks), func(x, y string) int { return cmp.Or(cmp.Compare(ranks[x], ranks[y]), cmp.Compare(x, y)) })
	return a.shareList(list)
}

// title is the name of a rule, which names no host.
func title(rule string) string {
	if page, ok := rules.Pages().Page(rule); ok {
		return page.Name
	}
	return "a rule that this version does not know"
}

// add counts what a rule found on one host, and returns how severe it is there.
func (f *fault) add(h Host, list []Finding) (severity string) {
	var bonds []string
	for _, x := range list {
		severity = worse(severity, x.Severity)
		if x.Bond != "" && !slices.Contains(bonds, x.Bond) {
			bonds = append(bonds, x.Bond)
		}
		f.keep(severeExample{
			Example: Example{Host: h.Name, Input: h.Input, Bond: x.Bond, Title: x.Title}, rank: severityRank(x.Severity), source: h.Source,
		})
	}
	f.Hosts++
	f.Bonds += len(bonds)
	f.Findings += len(list)
	return severity
}

// keep keeps the first examples, one of each host name.
func (f *fault) keep(x severeExample) {
	at, _ := slices.BinarySearchFunc(f.examples, x, compareExamples)
	if at == shownExamples || slices.ContainsFunc(f.examples[:at], func(o severeExample) bool { return o.Host == x.Host }) {
		return
	}
	x.Host, x.Input, x.Bond, x.Title = strings.Clone(x.Host), strings.Clone(x.Input), strings.Clone(x.Bond), strings.Clone(x.Title)
	x.source = strings.Clone(x.source)
	same := func(o severeExample) bool { return o.Host == x.Host }
	f.examples = slices.Insert(slices.DeleteFunc(f.examples, same), at, x)
	f.examples = f.examples[:min(len(f.examples), shownExamples)]
}

func (f *fault) sum() Fault {
	out := f.Fault
	out.Names = f.names.len()
	out.Severities = maps.Clone(f.Severities)
	for _, x := range f.examples {
		out.Examples = append(out.Examples, x.Example)
	}
	return out
}

func compareFaults(x, y Fault) int {
	return cmp.Or(cmp.Compare(severityRank(x.Severity), severityRank(y.Severity)), y.Hosts-x.Hosts, cmp.Compare(x.Rule, y.Rule))
}

// set holds small numbers, a bit each.
type set []uint64

func (s *set) add(n int) {
	for len(*s) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s set) len() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}
