package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb107 confirms balance-slb: the table of nftables that makes it work is there.
var sb107 = Rule{ID: "SB107", Slug: "slb_active", Severity: OK, Family: FamilyTopology, Check: checkSLBActive}

func checkSLBActive(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if !sourceMACHash(b) || slb(h, b) != Yes {
			return
		}
		t := slbTable(h, b)
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{
			modeEvidence(b), on(b.HashPolicy.Source, ""), on(t.Source, "the table of balance-slb"), on(t.Snoop, ""), on(t.DropLoops, ""),
		}, pathEvidence(h, a)...)...)})
	}, bonding.BalanceXOR)
	return hits
}
