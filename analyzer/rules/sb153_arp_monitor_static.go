package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb153 tells that ARP monitoring of a static mode works on a static channel only.
var sb153 = Rule{ID: "SB153", Slug: "arp_monitor_static", Severity: Info, Family: FamilyMonitoring, Check: checkARPStatic}

func checkARPStatic(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !staticMode(b.Mode.Value) || b.ARPInterval.Value <= 0 {
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Vars: arpVars(b)}
		hit.Evidence = arpEvidence(h, b, hit.Attachment)
		hit.Vars["Loop"] = false
		for _, a := range b.Attachments {
			if a.IsBridge() && len(poisoned(h, b, a)) > 0 {
				hit.Severity, hit.Attachment, hit.Vars["Loop"] = Critical, a, true
			}
		}
		hits = append(hits, hit)
	}
	return hits
}
