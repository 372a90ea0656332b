package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb288 finds a bond of Open vSwitch whose primary is none of its members.
var sb288 = Rule{ID: "SB288", Slug: "ovs_primary", Severity: Warning, Family: FamilyConfiguration, Check: checkOVSPrimary}

func checkOVSPrimary(h *topology.Host) (hits []Hit) {
	for _, b := range ovsBonds(h) {
		if p := b.Primary.Value; p == "" || len(b.Slaves) == 0 || slices.Contains(b.SlaveNames(), p) {
			continue
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Vars: map[string]any{"Primary": b.Primary.Value},
			Evidence: cite(append([]Evidence{on(b.Primary.Source, "the primary"), on(b.OVSMode.Source, "the mode")}, memberEvidence(b)...)...)})
	}
	return hits
}
