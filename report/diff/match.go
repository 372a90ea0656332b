package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// pair is a host of each input, by its place.
type pair struct {
	old, new int
	by       Matched
}

func nameOf(h report.Host) string { return cmp.Or(h.Name, h.Source.Root, "unnamed host") }

// short is a host's name without its domain; "" for a name that is none.
func short(name string) string {
	s, _, _ := strings.Cut(strings.ToLower(name), ".")
	if s == "localhost" {
		return ""
	}
	return s
}

// match pairs the hosts of two inputs: by the id of the machine, by that of its start, by the name, and, where each input has one host, with each other. What is ambiguous
// stays alone. Both lists of those that stay alone are in the order of the input.
func match(before, after []report.Host) (pairs []pair, loneOld, loneNew []int) {
	m := matcher{before: before, after: after, oldTaken: make([]bool, len(before)), newTaken: make([]bool, len(after))}
	m.by(ByMachineID, func(h report.Host) string { return h.MachineID })
	m.by(ByBootID, func(h report.Host) string { return h.BootID })
	m.by(ByName, func(h report.Host) string {
		if short(h.Name) == "" {
			return ""
		}
		return masking(h) + strings.ToLower(h.Name)
	})
	m.byShortName()
	if len(before) == 1 && len(after) == 1 && len(m.pairs) == 0 {
		m.take(0, 0, OnlyHost)
	}
	slices.SortFunc(m.pairs, func(a, b pair) int { return cmp.Compare(a.new, b.new) })
	return m.pairs, untaken(m.oldTaken), untaken(m.newTaken)
}

// masking tells the names that `sos clean` made up from those that hosts have.
func masking(h report.Host) string {
	if h.Source.Obfuscated {
		return "masked "
	}
	return "own "
}

type matcher struct {
	before, after      []report.Host
	oldTaken, newTaken []bool
	pairs              []pair
}

func (m *matcher) take(i, k int, by Matched) {
	m.oldTaken[i], m.newTaken[k] = true, true
	m.pairs = append(m.pairs, pair{i, k, by})
}

// by pairs the hosts that one host of each input has a key of, "" for no key.
func (m *matcher) by(how Matched, key func(report.Host) string) {
	mine, theirs := places(m.before, key), places(m.after, key)
	for i, h := range m.before {
		k := key(h)
		if k == "" || m.oldTaken[i] || len(mine[k]) != 1 || len(theirs[k]) != 1 || m.newTaken[theirs[k][0]] || m.otherMachine(i, theirs[k][0]) {
			continue
		}
		m.take(i, theirs[k][0], how)
	}
}

// otherMachine reports two hosts whose names `sos clean` made up and that are known to be different machines.
func (m *matcher) otherMachine(i, k int) bool {
	a, b := m.before[i], m.after[k]
	return a.Source.Obfuscated && a.MachineID != "" && b.MachineID != "" && a.MachineID != b.MachineID
}

// byShortName pairs a name with a domain and one without.
func (m *matcher) byShortName() {
	m.by(ByName, func(h report.Host) string {
		if short(h.Name) == "" {
			return ""
		}
		return masking(h) + short(h.Name)
	})
	for i := len(m.pairs) - 1; i >= 0; i-- {
		p := m.pairs[i]
		a, b := m.before[p.old].Name, m.after[p.new].Name
		if p.by == ByName && strings.Contains(a, ".") && strings.Contains(b, ".") && !strings.EqualFold(a, b) { // in two domains: not one host
			m.pairs = slices.Delete(m.pairs, i, i+1)
			m.oldTaken[p.old], m.newTaken[p.new] = false, false
		}
	}
}

func places(hosts []report.Host, key func(report.Host) string) map[string][]int {
	at := map[string][]int{}
	for i, h := range hosts {
		at[key(h)] = append(at[key(h)], i)
	}
	return at
}

func untaken(taken []bool) (list []int) {
	for i, t := range taken {
		if !t {
			list = append(list, i)
		}
	}
	return list
}
