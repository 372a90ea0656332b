package ebtables

import (
	"slices"
	"strings"
)

const (
	maxDepth  = 16      // of jumps
	maxVisits = 100_000 // of rules, for a text whose chains jump to each other in every combination
	maxEnds   = 1000    // rules of a chain that later ones are compared with
	maxSNATs  = 20_000  // a rule counts once for each guest that it or a jump to it names
	maxWork   = 50_000_000
)

// walker follows the jumps from POSTROUTING on.
type walker struct {
	chains map[string][]rule
	visits int
	work   int // comparisons of guests
	all    []SNAT
	lost   int // line of the first rule that was not followed, 0 when all were
}

func (p *parser) snats() []SNAT {
	w := walker{chains: p.chains}
	w.walk("POSTROUTING", rule{}, 0)
	if w.lost > 0 {
		p.problems.Lose(w.lost, "", "too many rules, jumps or guests: the rest of the rules is not read")
	}
	return w.all
}

// walk visits the rules of a chain that frames reach which from matches.
func (w *walker) walk(chain string, from rule, depth int) {
	var ends []rule
	for _, r := range w.chains[chain] {
		if w.visits++; w.visits > maxVisits || w.lost > 0 {
			w.lose(r)
			return
		}
		r = r.and(from)
		_, isChain := w.chains[r.jump]
		switch {
		case r.jump == "snat":
			w.add(r, ends)
			continue
		case isChain && depth < maxDepth:
			w.walk(r.jump, r, depth+1)
		}
		if len(ends) < maxEnds && (r.ends() || w.chainEnds(r.jump, 0)) {
			ends = append(ends, r)
		}
	}
}

// lose notes the first rule that is not followed.
func (w *walker) lose(r rule) {
	if w.lost == 0 {
		w.lost = r.line
	}
}

// and is what a rule matches that is reached by a jump of another.
func (r rule) and(from rule) rule {
	if r.outIf == "" {
		r.outIf = from.outIf
	}
	if len(r.guests) == 0 {
		r.guests = from.guests
	}
	r.arp, r.group, r.partial = r.arp || from.arp, r.group || from.group, r.partial || from.partial
	return r
}

// ends reports whether no frame that matches goes on to the next rule.
func (r rule) ends() bool { return r.jump == "ACCEPT" || r.jump == "DROP" || r.jump == "RETURN" }

// chainEnds reports whether a chain accepts or drops every frame.
func (w *walker) chainEnds(chain string, depth int) bool {
	return depth < maxDepth && slices.ContainsFunc(w.chains[chain], func(r rule) bool {
		w.visits++
		return w.visits <= maxVisits && r.covers(rule{}) &&
			(r.jump == "ACCEPT" || r.jump == "DROP" || w.chainEnds(r.jump, depth+1))
	})
}

// covers reports whether r matches every frame that s matches.
func (r rule) covers(s rule) bool {
	return !r.partial && (!r.arp || s.arp) && (!r.group || s.group) &&
		(r.outIf == "" || s.outIf != "" && matchesIf(r.outIf, s.outIf)) &&
		(len(r.guests) == 0 || len(s.guests) > 0 && !slices.ContainsFunc(s.guests, func(g string) bool { return !slices.Contains(r.guests, g) }))
}

func (w *walker) add(r rule, before []rule) {
	s := SNAT{
		Line: r.line, Text: r.text, OutIf: r.outIf, NewMAC: r.newMAC, ARPOnly: r.arp, SnatARP: r.snatARP, Partial: r.partial,
		AllBroad: !r.arp && !r.partial,
		All:      !r.arp && !r.group && !r.partial,
		Continue: r.verdict == "CONTINUE",
	}
	if len(w.all)+max(len(r.guests), 1) > maxSNATs {
		w.lose(r)
		return
	}
	i := slices.IndexFunc(before, func(b rule) bool {
		w.work += 1 + len(b.guests)*len(r.guests)
		return w.work <= maxWork && b.covers(r)
	})
	switch {
	case w.work > maxWork:
		w.lose(r)
		return
	case i >= 0:
		s.Unreachable = before[i].line
	}
	if len(r.guests) == 0 {
		w.all = append(w.all, s)
	}
	for _, g := range r.guests {
		s.Guest = g
		w.all = append(w.all, s)
	}
}

// matchesIf reports whether name, which may end in "+", stands for ifname.
func matchesIf(name, ifname string) bool {
	prefix, wild := strings.CutSuffix(name, "+")
	return name == ifname || wild && strings.HasPrefix(ifname, prefix)
}

// Leaves reports whether the rule applies to frames that leave through the bridge port ifname.
func (s SNAT) Leaves(ifname string) bool { return s.OutIf == "" || matchesIf(s.OutIf, ifname) }
