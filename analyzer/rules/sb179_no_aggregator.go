package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb179 finds an 802.3ad bond that uses none of its links although some are up.
var sb179 = Rule{ID: "SB179", Slug: "no_aggregator", Severity: Critical, Family: FamilyLACP, Explains: []string{"SB170", "SB175", "SB177", "SB201"}, Check: checkNoAggregator}

func checkNoAggregator(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		if !noAggregator(b) {
			continue
		}
		list := []Evidence{on(b.NoAggregator, "no link is used"), on(b.MIIStatus.Source, "the bond")}
		for _, s := range b.UpSlaves() {
			list = append(list, on(s.MIIStatus.Source, s.Name+" is up"), on(s.AggregatorID.Source, "the aggregator of "+s.Name), on(s.SpeedMbps.Source, "the speed of "+s.Name), on(s.Duplex.Source, ""))
		}
		up := b.UpSlaves()
		hit := lacpHit(b, worse(b), append(list, youngEvidence(h, up)...), map[string]any{
			"Up": len(up), "Names": deviceNames(up), "Young": unsettled(h, up),
			"Speedless": deviceNames(having(up, func(s *topology.Slave) bool { return s.SpeedMbps.Known() && s.SpeedMbps.Value <= 0 })),
		})
		hits = append(hits, hit)
	}
	return hits
}
