package rules

import (
	"cmp"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb191 tells that layer3+4 can reorder the fragments that a tunnel over the bond makes.
var sb191 = Rule{ID: "SB191", Slug: "layer34_fragments", Severity: Info, Family: FamilyHash, Check: checkLayer34Fragments}

// vxlanOverhead is what VXLAN over IPv4 adds to a packet: outer IP and UDP, VXLAN, and the inner Ethernet header.
const vxlanOverhead = 50

func checkLayer34Fragments(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.HashPolicy.Value != "layer3+4" || b.Mode.Value != bonding.BalanceXOR && b.Mode.Value != bonding.LACP || b.Link == nil || !b.Link.MTU.Known() {
			continue
		}
		for _, l := range h.Links {
			lower := cmp.Or(l.Lower, l.Attrs["dev"].Value) // `ip link` names it among the attributes of a vxlan alone
			if l.Kind != topology.KindVXLAN || lower == "" || !h.Carries(b, lower) || !l.MTU.Known() || l.MTU.Value+vxlanOverhead <= b.Link.MTU.Value {
				continue
			}
			hits = append(hits, Hit{Bond: b, Link: l.Title(), Vars: map[string]any{"Tunnel": l.Title(), "TunnelMTU": l.MTU.Value, "BondMTU": b.Link.MTU.Value, "Fitting": b.Link.MTU.Value - vxlanOverhead},
				Evidence: cite(on(b.HashPolicy.Source, "the hash"), on(l.MTU.Source, "the MTU of the tunnel"), on(b.Link.MTU.Source, "the MTU of the bond"))})
			break
		}
	}
	return hits
}
