package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb102 finds guests on a bond that sends their frames with the MAC addresses of its slaves.
var sb102 = Rule{ID: "SB102", Slug: "balance_tlb", Severity: Critical, Family: FamilyTopology, Explains: []string{"SB143"}, Check: checkBalanceTLB}

func checkBalanceTLB(h *topology.Host) []Hit { return checkLoadBalancing(h, bonding.BalanceTLB) }

// checkLoadBalancing is for modes 5 and 6 alike: what differs is what their texts say.
func checkLoadBalancing(h *topology.Host, mode topology.Mode) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		hit := Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{
			modeEvidence(b), on(b.ActiveSlave.Source, "only this slave sends with the guests' own addresses")}, pathEvidence(h, a)...)...),
			Vars: map[string]any{"BridgeIP": a.Bridge != nil && len(a.Bridge.Addrs) > 0, "OVS": a.Kind == topology.AttachedOVS},
		}
		if len(a.Running()) == 0 {
			hit.Severity = Error
		}
		hits = append(hits, hit)
	}, mode)
	return hits
}
