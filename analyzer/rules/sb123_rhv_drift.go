package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb123 finds a bond of a host of Red Hat Virtualization that was changed without its engine.
var sb123 = Rule{ID: "SB123", Slug: "rhv_drift", Severity: Warning, Family: FamilyTopology, Check: checkRHVDrift}

func checkRHVDrift(h *topology.Host) (hits []Hit) {
	if h.Platform.Value != topology.RHV {
		return nil
	}
	choose := func(d topology.Difference) bool { return d.Config.System == topology.ConfigVDSM }
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		hits = append(hits, Hit{Bond: b, Evidence: citeDrift(list), Vars: map[string]any{"Differences": toldDrift(list), "File": fileName(list[0].Config)}})
	})
	return hits
}
