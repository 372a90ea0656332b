package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb106 warns of what a failover does to guests.
var sb106 = Rule{ID: "SB106", Slug: "active_backup", Severity: Warning, Family: FamilyTopology, Check: checkActiveBackup}

func checkActiveBackup(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if oneSlave(b) { // nothing to fail over to: SB211
			return
		}
		changes, seen := failovers(h, b)
		failures := 0
		for _, s := range b.Slaves {
			failures += s.LinkFailures.Value
			if s.LinkFailures.Value > 0 {
				seen = append(seen, on(s.LinkFailures.Source, "link failures of "+s.Name))
			}
		}
		evidence := append([]Evidence{modeEvidence(b), on(b.ActiveSlave.Source, ""), on(b.Primary.Source, ""), on(b.NumGratARP.Source, "")},
			append(pathEvidence(h, a), seen...)...)
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(evidence...),
			Vars: map[string]any{"Failovers": changes, "LinkFailures": failures}})
	}, bonding.ActiveBackup)
	return hits
}

// failovers counts the changes of the active slave that the kernel logged after the first choice, with the last as evidence.
func failovers(h *topology.Host, b *topology.Bond) (n int, seen []Evidence) {
	for _, e := range h.Events {
		if e.Bond != b.Name {
			continue
		}
		switch e.Kind {
		case kernlog.Failover:
			n += e.Count
		case kernlog.LinkDown:
			seen = append(seen, on(e.Last, "the last failure of "+e.Slave))
		}
	}
	return max(n-1, 0), seen
}
