package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb210 finds bonds without slaves.
var sb210 = Rule{ID: "SB210", Slug: "no_slaves", Severity: Error, Family: FamilyHealth, Explains: []string{"SB201", "SB206", "SB218"}, Check: checkNoSlaves}

func checkNoSlaves(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		// Only the kernel's own file lists all slaves; one that nothing configures or uses is told by SB201.
		if b.Kind != topology.BondKernel || b.ConfigOnly || !b.Proc || len(b.Slaves) > 0 || outageOf(b).unused(h, b) {
			continue
		}
		list := []Evidence{on(b.Source, "no Slave Interface follows"), on(b.MIIStatus.Source, "the bond")}
		for _, c := range b.Configs {
			if len(c.Slaves) > 0 {
				list = append(list, on(c.Slaves[0].Source, "the configuration names slaves"))
			}
		}
		if b.Link != nil {
			list = append(list, on(b.Link.Source, "the link of the bond"))
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(list...),
			Vars: map[string]any{"Wanted": configuredSlaves(b), "Empty": true, "Unused": false}})
	}
	return hits
}
