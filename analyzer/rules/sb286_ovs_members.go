package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb286 finds a bond of Open vSwitch with members that it does not use, or with one member alone.
var sb286 = Rule{ID: "SB286", Slug: "ovs_members", Severity: Warning, Family: FamilyHealth, Check: checkOVSMembers}

func checkOVSMembers(h *topology.Host) (hits []Hit) {
	for _, b := range ovsBonds(h) {
		off := having(b.Slaves, withoutLink)
		none := len(b.Slaves) > 0 && len(off) == len(b.Slaves)
		if len(b.Slaves) == 0 || len(off) == 0 && len(b.Slaves) > 1 || none && lacpStops(b) { // SB285 says why
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Vars: map[string]any{
			"Off": deviceNames(off), "None": none, "Single": len(b.Slaves) == 1, "LACP": lacpOfOVS(b) == lacpNegotiated || lacpOfOVS(b) == lacpConfigured,
			"Look":    deviceNames(having(off, func(s *topology.Slave) bool { return !adminDown(s.Link) })),
			"Wanted":  deviceNames(having(off, func(s *topology.Slave) bool { return adminDown(s.Link) })),
			"Carrier": deviceNames(having(off, func(s *topology.Slave) bool { return s.Link != nil && s.Link.Up && s.Link.State == "UP" })),
		}}
		if none {
			hit.Severity = ovsOutage(b)
		}
		list := append(memberEvidence(b), on(b.LACPStatus.Source, "LACP"))
		for _, s := range off {
			if s.Link != nil {
				list = append(list, on(s.Link.Source, "the link of "+s.Name))
			}
		}
		hit.Evidence = cite(append(list, on(b.OVSMode.Source, "the mode"), on(b.Source, "the bond"))...)
		hits = append(hits, hit)
	}
	return hits
}

// ovsOutage is how bad it is that nothing passes a bond: a node whose pods are behind it is cut off as guests are.
func ovsOutage(b *topology.Bond) Severity {
	if slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool { return runningGuests(a) || a.Routed }) {
		return Critical
	}
	return Error
}
