package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb171 finds links without an LACP partner beside links that have one.
var sb171 = Rule{ID: "SB171", Slug: "slave_without_partner", Severity: Error, Family: FamilyLACP, Explains: []string{"SB170", "SB175", "SB180", "SB280"}, Check: checkSlaveWithoutPartner}

func checkSlaveWithoutPartner(h *topology.Host) (hits []Hit) {
	for _, b := range lacpDevices(h) {
		dumb := having(b.UpSlaves(), func(s *topology.Slave) bool { return silent(s) && !notDuplex(b, s) })
		good := having(b.UpSlaves(), heard)
		if len(dumb) == 0 || len(good) == 0 {
			continue
		}
		var list []Evidence
		for _, s := range dumb {
			list = append(list, on(s.PartnerMAC.Source, "no partner was heard on "+s.Name))
			list = append(append(list, stateEvidence(s)...), portEvidence(s)...)
		}
		for _, s := range good {
			list = append(append(list, on(s.PartnerMAC.Source, "the partner of "+s.Name), on(s.PartnerState.Source, "")), portEvidence(s)...)
		}
		hit := lacpHit(b, Error, append(list, youngEvidence(h, dumb)...), map[string]any{"Silent": deviceNames(dumb), "Heard": deviceNames(good), "Young": unsettled(h, dumb)}).about(dumb...)
		if unsettled(h, dumb) {
			hit.Severity, hit.Confidence = Warning, Possible
		}
		hits = append(hits, hit)
	}
	return hits
}
