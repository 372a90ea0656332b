package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb158 finds link monitoring that is much slower or quicker than usual.
var sb158 = Rule{ID: "SB158", Slug: "intervals", Severity: Warning, Family: FamilyMonitoring, Check: checkIntervals}

// What is usual of ARP monitoring; for MII monitoring see SB161.
const (
	arpLeast   = 100
	arpMost    = 2000
	missedMost = 10 // the kernel's default is 2
)

func checkIntervals(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		var settings []string
		var evidence []Evidence
		long, short := false, false
		look := func(f topology.Fact[int], name, unit string, least, most int) {
			if f.Value <= 0 || f.Value >= least && f.Value <= most {
				return
			}
			long, short = long || f.Value > most, short || f.Value < least
			settings, evidence = append(settings, fmt.Sprintf("%s is %d%s", name, f.Value, unit)), append(evidence, on(f.Source, name))
		}
		look(b.MIIMon, "miimon", " ms", miimonLeast, miimonMost)
		look(b.ARPInterval, "arp_interval", " ms", arpLeast, arpMost)
		if b.ARPInterval.Value > 0 {
			look(b.ARPMissedMax, "arp_missed_max", "", 1, missedMost)
		}
		if len(settings) > 0 {
			hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...),
				Vars: map[string]any{"Settings": settings, "Long": long, "Quick": short, "ByARP": b.ARPInterval.Value > 0}})
		}
	}
	return hits
}
