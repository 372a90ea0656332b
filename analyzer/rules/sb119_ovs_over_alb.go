package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb119 finds the host's own address on an Open vSwitch bridge over a balance-alb bond, which kernels before 6.6 answer for with the wrong MAC.
// What the modes 5 and 6 do to guests on such a bridge is told by SB102 and SB103.
var sb119 = Rule{ID: "SB119", Slug: "ovs_over_alb", Severity: Critical, Family: FamilyTopology, Check: checkOVSOverALB}

func checkOVSOverALB(h *topology.Host) (hits []Hit) {
	fixed := features["alb-openvswitch"].in(h.Kernel.Value)
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		addrs := bridgeAddresses(h, a)
		if a.Kind != topology.AttachedOVS || fixed == Yes || len(addrs) == 0 {
			return
		}
		hit := Hit{Bond: b, Attachment: a, Vars: map[string]any{"Address": addrs[0].Value}}
		if fixed == Unknown {
			hit.Severity = Warning
		}
		evidence := []Evidence{modeEvidence(b), on(addrs[0].Source, "the host's own address"), on(h.Kernel.Source, "the kernel")}
		hit.Evidence = cite(append(evidence, pathEvidence(h, a)...)...)
		hits = append(hits, hit)
	}, bonding.BalanceALB)
	return hits
}

// bridgeAddresses are the host's addresses on a bridge itself.
func bridgeAddresses(h *topology.Host, a *topology.Attachment) []topology.Fact[string] {
	if l := h.Link(a.Name); l != nil && len(l.Addrs) > 0 {
		return l.Addrs
	}
	if a.Bridge != nil {
		return a.Bridge.Addrs
	}
	return nil
}
