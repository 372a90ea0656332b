package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb183 names the rules that cannot look because a report tells whether a switch answers, but not how each link does. Where it does not tell even
// that, SB302 speaks.
var sb183 = Rule{ID: "SB183", Slug: "lacp_details", Severity: Info, Family: FamilyLACP, Check: checkLACPDetails}

func checkLACPDetails(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		told := slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return s.PartnerMAC.Known() || s.PartnerState.Known() })
		if told || partner(b) == Unknown || !b.Proc && b.Link == nil {
			continue
		}
		hits = append(hits, lacpHit(b, Info, []Evidence{on(b.PartnerMAC.Source, "the partner is all that is told"), on(b.NoAggregator, "")}, map[string]any{
			"Partner": map[Answer]string{Yes: "yes", No: "no"}[partner(b)], "Proc": b.Proc,
		}))
	}
	return hits
}
