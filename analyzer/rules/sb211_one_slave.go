package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb211 finds bonds that have nothing to fail over to.
var sb211 = Rule{ID: "SB211", Slug: "one_slave", Severity: Warning, Family: FamilyHealth, Check: checkOneSlave}

func checkOneSlave(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !oneSlave(b) {
			continue
		}
		s := b.Slaves[0]
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(on(s.Source, "the only slave"), on(s.MIIStatus.Source, s.Name), modeEvidence(b)),
			Vars: map[string]any{"Slave": device(s.Name), "Planned": len(configuredSlaves(b)) == 1}})
	}
	return hits
}

// oneSlave reports a bond with a single slave: only the kernel's own file lists all of them.
func oneSlave(b *topology.Bond) bool { return b.Proc && len(b.Slaves) == 1 }
