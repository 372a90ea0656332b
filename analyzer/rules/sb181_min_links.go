package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb181 looks at min_links: too few links in the channel switch the bond off, and a minimum of all links lets the first failure do so.
var sb181 = Rule{ID: "SB181", Slug: "min_links", Severity: Warning, Family: FamilyLACP, Explains: []string{"SB170", "SB180", "SB201"}, Check: checkMinLinks}

func checkMinLinks(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		short := tooFewLinks(b)
		all := b.MinLinks.Known() && b.MinLinks.Value > 1 && b.MinLinks.Value >= len(b.Slaves) && partner(b) != No && !incompleteAggregator(b) && !noAggregator(b)
		if !short && !all {
			continue
		}
		list := []Evidence{on(b.MinLinks.Source, "min_links"), on(b.AggregatorPorts.Source, "links in the active aggregator")}
		severity := Warning
		if short {
			severity = worse(b)
			list = append(list, on(b.MIIStatus.Source, "the bond"))
		}
		for _, s := range b.Slaves {
			list = append(list, on(s.MIIStatus.Source, s.Name))
		}
		hits = append(hits, lacpHit(b, severity, list, map[string]any{
			"Short": short, "MinLinks": b.MinLinks.Value, "InUse": usable(b), "Total": len(b.Slaves), "Up": len(b.UpSlaves()), "None": partner(b) == No, "Never": b.MinLinks.Value > len(b.Slaves),
		}))
	}
	return hits
}
