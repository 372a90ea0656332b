package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb150 finds a bond that does not notice a dead link.
var sb150 = Rule{ID: "SB150", Slug: "no_monitoring", Severity: Critical, Family: FamilyMonitoring, Explains: []string{"SB157"}, Check: checkNoMonitoring}

func checkNoMonitoring(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !unmonitored(b) {
			continue
		}
		severity := Critical
		if m := b.Mode.Value; m == bonding.LACP || m == bonding.BalanceTLB || m == bonding.BalanceALB {
			severity = Error
		}
		configured := false
		evidence := []Evidence{on(b.MIIMon.Source, "MII monitoring is off"), on(b.ARPInterval.Source, "ARP monitoring is off"), modeEvidence(b)}
		for _, c := range b.Configs {
			if o, ok := c.Option("miimon"); ok && o.Value == "0" {
				configured = true
				evidence = append(evidence, on(o.Source, "configured so"))
			}
		}
		dead := Unnoticed(b)
		for _, s := range dead {
			evidence = append(evidence, on(s.Link.Source, s.Name+" has no link"), on(s.MIIStatus.Source, "the bond takes "+s.Name+" for up"))
		}
		hits = append(hits, Hit{Bond: b, Slaves: dead, Severity: severity, Evidence: cite(evidence...),
			Vars: map[string]any{"Explicit": configured, "Default": !configured && len(b.Configs) > 0, "Dark": deviceNames(dead)}})
	}
	return hits
}

// unmonitored reports a bond that is known to look at none of its links.
func unmonitored(b *topology.Bond) bool {
	return b.Kind == topology.BondKernel && b.MIIMon.Known() && b.MIIMon.Value <= 0 && b.ARPInterval.Value <= 0
}
