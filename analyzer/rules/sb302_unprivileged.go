package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb302 finds an 802.3ad bond whose state was read without root's rights: the kernel then hides the LACP details.
var sb302 = Rule{ID: "SB302", Slug: "unprivileged", Severity: Info, Family: FamilyData, Check: checkUnprivileged}

func checkUnprivileged(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.Mode.Value == bonding.LACP && b.Proc && partner(b) == Unknown {
			hits = append(hits, Hit{Bond: b, Evidence: cite(modeEvidence(b))})
		}
	}
	return hits
}
