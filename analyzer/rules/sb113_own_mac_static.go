package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb113 tells what macvlan and macvtap devices need on a bond that works on a static channel only.
var sb113 = Rule{ID: "SB113", Slug: "own_mac_static", Severity: Info, Family: FamilyTopology, Check: checkOwnMACStatic}

func checkOwnMACStatic(h *topology.Host) (hits []Hit) {
	for _, hit := range checkOwnMAC(h, bonding.BalanceRR, bonding.BalanceXOR, bonding.Broadcast) {
		if needsChannel(h, hit.Bond) {
			hit.Severity = Info
			hits = append(hits, hit)
		}
	}
	return hits
}
