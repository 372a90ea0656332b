package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb151 finds ARP monitoring on an active-backup bond that carries guests.
var sb151 = Rule{ID: "SB151", Slug: "arp_monitor_active_backup", Severity: Error, Family: FamilyMonitoring, Explains: []string{"SB156"}, Check: checkARPActiveBackup}

func checkARPActiveBackup(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		a := firstGuests(b)
		if b.Mode.Value != bonding.ActiveBackup || b.ARPInterval.Value <= 0 || a == nil {
			continue
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: arpEvidence(h, b, a), Vars: arpVars(b)})
	}
	return hits
}

func arpVars(b *topology.Bond) map[string]any {
	return map[string]any{"Interval": b.ARPInterval.Value, "Targets": b.ARPTargets.Value}
}

func arpEvidence(h *topology.Host, b *topology.Bond, a *topology.Attachment) []Evidence {
	list := []Evidence{on(b.ARPInterval.Source, "ARP monitoring is on"), on(b.ARPTargets.Source, ""), modeEvidence(b)}
	if a != nil {
		list = append(list, pathEvidence(h, a)...)
	}
	return cite(list...)
}
