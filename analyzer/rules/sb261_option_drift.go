package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb261 finds a bond whose options are not those that it is configured with.
var sb261 = Rule{ID: "SB261", Slug: "option_drift", Severity: Warning, Family: FamilyConfiguration, Check: checkOptionDrift}

func checkOptionDrift(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool { return fromFiles(d) && isOption(d) }
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		var names []string
		for _, d := range list {
			names = append(names, d.What)
		}
		hits = append(hits, Hit{Bond: b, Evidence: citeDrift(list), Vars: map[string]any{"Differences": toldDrift(list), "Names": uniq(names), "Files": filesOf(list)}})
	})
	return hits
}
