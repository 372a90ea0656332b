package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb204 finds links whose speed the driver does not tell, in modes that decide by it. In the others nothing asks for it: virtual cards have none.
var sb204 = Rule{ID: "SB204", Slug: "speed_unknown", Severity: Warning, Family: FamilyHealth, Check: checkSpeedUnknown}

func checkSpeedUnknown(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !slices.Contains([]topology.Mode{bonding.LACP, bonding.BalanceTLB, bonding.BalanceALB}, b.Mode.Value) {
			continue
		}
		unknown := having(b.UpSlaves(), func(s *topology.Slave) bool { return s.SpeedMbps.Known() && s.SpeedMbps.Value <= 0 })
		if len(unknown) == 0 {
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Vars: map[string]any{"LinksWithoutSpeed": deviceNames(unknown)}}
		for _, s := range unknown {
			hit.Evidence = append(hit.Evidence, on(s.SpeedMbps.Source, s.Name+" is up and tells no speed"), on(s.Duplex.Source, s.Name))
		}
		if b.Mode.Value == bonding.LACP {
			hit.Evidence = append(hit.Evidence, on(b.AggregatorPorts.Source, "links in the active aggregator"))
			if partner(b) == Yes && b.AggregatorPorts.Value == len(b.UpSlaves()) {
				hit.Severity = Info // the channel is complete all the same
			}
		}
		hit.Evidence = cite(append(hit.Evidence, modeEvidence(b))...)
		hits = append(hits, hit)
	}
	return hits
}
