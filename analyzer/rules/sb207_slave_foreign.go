package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb207 finds slaves of a running bond that no configuration gives to it.
var sb207 = Rule{ID: "SB207", Slug: "slave_foreign", Severity: Warning, Family: FamilyHealth, Whole: parsers.Configuring(), Check: checkSlaveForeign}

func checkSlaveForeign(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool { return fromFiles(d) && len(d.Foreign) > 0 }
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		var foreign []string
		evidence := citeDrift(list)
		for _, d := range list {
			foreign = append(foreign, d.Foreign...)
		}
		for _, s := range b.Slaves {
			for _, name := range uniq(foreign) {
				if s.Name == name {
					evidence = append(evidence, on(s.Source, name+" runs in "+b.Name))
				}
			}
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"Foreign": uniq(foreign), "Files": filesOf(list)}})
	})
	return hits
}
