package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb130 is the checklist for the switch: what a host cannot see.
var sb130 = Rule{ID: "SB130", Slug: "verify_etherchannel", Severity: Info, Family: FamilySwitch, Check: checkVerifyEtherChannel}

func checkVerifyEtherChannel(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !needsChannel(h, b) {
			continue
		}
		evidence := []Evidence{modeEvidence(b)}
		for _, s := range b.Slaves {
			evidence = append(evidence, on(s.Source, "its switch port belongs into the channel"))
		}
		evidence = append(evidence, lldpEvidence(pluggedIn(h, b))...)
		hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...)})
	}
	return hits
}
