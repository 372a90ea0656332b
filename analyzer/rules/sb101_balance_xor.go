package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb101 sends the reader to the switch: a static channel cannot be seen from the host.
var sb101 = Rule{ID: "SB101", Slug: "balance_xor", Severity: Info, Family: FamilyTopology, Check: checkBalanceXOR}

func checkBalanceXOR(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if sourceMACHash(b) || slb(h, b) == Yes || hasLoop(h, b, a) {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{
			modeEvidence(b), on(b.HashPolicy.Source, "the hash that chooses the link")}, pathEvidence(h, a)...)...)})
	}, bonding.BalanceXOR)
	return hits
}
