package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb161 confirms MII monitoring.
var sb161 = Rule{ID: "SB161", Slug: "mii_monitor", Severity: OK, Family: FamilyMonitoring, Check: checkMIIMonitor}

// What is usual: below, the monitor costs more than it gives; above, a dead link stays in use for seconds.
const (
	miimonLeast = 50
	miimonMost  = 1000
)

func checkMIIMonitor(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.MIIMon.Value < miimonLeast || b.MIIMon.Value > miimonMost || len(b.Slaves) == 0 {
			continue
		}
		evidence := []Evidence{on(b.MIIMon.Source, "")}
		for _, s := range b.Slaves {
			if !s.MIIStatus.Known() || s.MIIStatus.Value == "unknown" {
				evidence = nil
				break
			}
			evidence = append(evidence, on(s.MIIStatus.Source, s.Name))
		}
		if evidence != nil {
			hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"MIIMon": b.MIIMon.Value}})
		}
	}
	return hits
}
