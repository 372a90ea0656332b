package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb216 finds bonds that let through what their inactive slaves receive, into a bridge with guests.
var sb216 = Rule{ID: "SB216", Slug: "all_slaves_active", Severity: Error, Family: FamilyHealth, Explains: []string{"SB140", "SB141", "SB142"}, Check: checkAllSlavesActive}

func checkAllSlavesActive(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if b.AllSlavesActive.Value != "1" || len(b.Slaves) < 2 {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{on(b.AllSlavesActive.Source, "all_slaves_active 1"), modeEvidence(b)}, pathEvidence(h, a)...)...)})
	}, bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB)
	return hits
}
