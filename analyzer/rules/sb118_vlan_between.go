package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb118 tells which names change when a VLAN device lies between bond and bridge.
var sb118 = Rule{ID: "SB118", Slug: "vlan_between", Severity: Info, Family: FamilyTopology, Check: checkVLANBetween}

func checkVLANBetween(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if len(a.OverVLAN(h)) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: pathEvidence(h, a)})
		}
	})
	return hits
}
