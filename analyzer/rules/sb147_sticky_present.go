package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb147 says which guests are pinned to their ports.
var sb147 = Rule{ID: "SB147", Slug: "sticky_present", Severity: Info, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkStickyPresent}

func checkStickyPresent(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		pins := pinned(h, a, func(e topology.FDBEntry) bool { return e.Sticky })
		if len(pins) == 0 {
			return
		}
		hit := Hit{Bond: b, Attachment: a}
		for _, p := range pins {
			hit.Guests = append(hit.Guests, p.guest)
			hit.Evidence = append(hit.Evidence, on(p.entry.Source, "sticky"))
		}
		var free []*topology.GuestNIC
		for _, g := range a.Running() {
			if !slices.Contains(hit.Guests, g) {
				free = append(free, g)
			}
		}
		hit.Evidence = cite(hit.Evidence...)
		hit.Vars = map[string]any{"Free": guestNames(free), "Loop": needsChannel(h, b)}
		hits = append(hits, hit)
	})
	return hits
}
