package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb213 finds bonds whose slave is itself a bond or a team, or a VLAN over one.
var sb213 = Rule{ID: "SB213", Slug: "nested_bond", Severity: Warning, Family: FamilyHealth, Check: checkNestedBond}

func checkNestedBond(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		var inner []string
		var list []Evidence
		for _, s := range b.Slaves {
			below := h.BondBelow(s.Name)
			if below == nil || below == b {
				continue
			}
			inner = append(inner, device(below.Name))
			list = append(list, on(s.Source, s.Name+" is a slave of "+b.Name))
			if s.Link != nil {
				list = append(list, on(s.Link.KindAt, "what "+s.Name+" is"))
			}
			list = append(list, on(below.Mode.Source, "the mode of "+below.Name))
		}
		if len(inner) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(append(list, modeEvidence(b))...), Vars: map[string]any{"Inner": uniq(inner)}})
		}
	}
	return hits
}
