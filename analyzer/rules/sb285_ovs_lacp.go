package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb285 looks at LACP of a bond of Open vSwitch: balance-tcp rests on it, and the other modes use no member once it is asked for and not
// negotiated.
var sb285 = Rule{ID: "SB285", Slug: "ovs_lacp", Severity: Critical, Family: FamilyLACP, Check: checkOVSLACP}

func checkOVSLACP(h *topology.Host) (hits []Hit) {
	eachOVSAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		tcp := b.OVSMode.Value == topology.OVSBalanceTCP
		status := lacpOfOVS(b)
		if !tcp && !lacpStops(b) && !fallenBack(b) && (status != lacpUnknown || !wantsLACP(b)) || a.Kind == topology.AttachedUnknown {
			return
		}
		lost := poisoned(h, b, a)
		hit := Hit{Bond: b, Attachment: a, Severity: ovsLACPSeverity(b, a, len(lost) > 0), Vars: map[string]any{
			"Mode": b.OVSMode.Value, "TCP": tcp, "Status": status, "Fallback": fallenBack(b), "FallbackKnown": b.FallbackAB.Known(), "Loop": len(lost) > 0,
			"Class": classNames[ClassOf(a)], "Young": young(h), "Ask": h.Command("ovs-appctl bond/show"), "Routed": a.Routed,
		}}
		list := ovsEvidence(b)
		for _, s := range b.Slaves {
			list = append(list, on(s.PartnerMAC.Source, "what "+s.Name+" heard"))
		}
		list = append(append(list, memberEvidence(b)...), citePoisoned(lost)...)
		hit.Evidence = cite(append(list, pathEvidence(h, a)...)...)
		hits = append(hits, hit)
	})
	return hits
}

func ovsLACPSeverity(b *topology.Bond, a *topology.Attachment, loop bool) Severity {
	tcp := b.OVSMode.Value == topology.OVSBalanceTCP
	switch {
	case loop || lacpStops(b) && (runningGuests(a) || a.Routed):
		return Critical
	case lacpStops(b):
		return Error
	case fallenBack(b) && tcp:
		return Warning
	case tcp && lacpOfOVS(b) == lacpNegotiated:
		return OK
	}
	return Info
}
