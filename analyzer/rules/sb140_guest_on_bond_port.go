package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb140 finds a guest that its bridge looks for on the wrong side.
var sb140 = Rule{ID: "SB140", Slug: "guest_on_bond_port", Severity: Critical, Family: FamilyEvidence, Explains: []string{"SB142"}, Needs: []topology.Datum{parsers.DatumFDB},
	Check: checkGuestOnBondPort}

func checkGuestOnBondPort(h *topology.Host) []Hit {
	return checkLearned(h, func(l learned) bool { return !l.flaps() })
}

// checkLearned makes one hit for each bridge with guests whose MAC the bridge learned on the bond and that pick takes.
func checkLearned(h *topology.Host, pick func(learned) bool) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		hit := Hit{Bond: b, Attachment: a}
		var macs []string
		var dev, port string
		for _, l := range poisoned(h, b, a) {
			if !pick(l) {
				continue
			}
			macs, hit.Guests = append(macs, l.guest.MAC.Value), append(hit.Guests, l.guest)
			dev, port = l.bond[0].Dev, l.guest.Interface
			hit.Evidence = append(hit.Evidence, on(l.bond[0].Source, "the bridge looks for "+l.guest.Guest+" on "+dev))
			if len(l.own) > 0 {
				hit.Evidence = append(hit.Evidence, on(l.own[0].Source, "the guest's own port"))
			}
			hit.Evidence = append(hit.Evidence, on(l.guest.MAC.Source, "the address of "+l.guest.Guest))
		}
		if len(macs) > 0 {
			hit.Evidence = cite(append(hit.Evidence, modeEvidence(b))...)
			hit.Vars = map[string]any{"MACs": macs, "Dev": dev, "Port": port, "Loop": staticMode(b.Mode.Value)}
			hits = append(hits, hit)
		}
	})
	return hits
}
