package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb215 finds bonds in active-backup that announce nothing after a failover.
var sb215 = Rule{ID: "SB215", Slug: "no_announcement", Severity: Warning, Family: FamilyHealth, Check: checkNoAnnouncement}

func checkNoAnnouncement(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.Mode.Value != bonding.ActiveBackup || !b.NumGratARP.Known() || b.NumGratARP.Value != 0 {
			continue
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(on(b.NumGratARP.Source, "num_grat_arp 0: no announcement"), modeEvidence(b)),
			Vars: map[string]any{"OwnMAC": len(bearsGuests(h, b)) > 0}})
	}
	return hits
}
