package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb253 offers the workaround where the report shows a loop, filled in for the guests.
var sb253 = Rule{ID: "SB253", Slug: "workaround_candidate", Severity: Info, Family: FamilyWorkaround, Check: checkWorkaroundCandidate}

func checkWorkaroundCandidate(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if !hasLoop(h, b, a) || len(workaroundOf(h, b, a).rules) > 0 {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{modeEvidence(b), on(b.MAC.Source, "the address of "+b.Name)}, citeLoops(loops(h, b, a))...)...)})
	}, bonding.BalanceRR, bonding.BalanceXOR, bonding.Broadcast)
	return hits
}
