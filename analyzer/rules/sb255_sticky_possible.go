package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb255 offers sticky entries where the report shows a loop.
var sb255 = Rule{ID: "SB255", Slug: "sticky_possible", Severity: Info, Family: FamilyWorkaround, Check: checkStickyPossible}

func checkStickyPossible(h *topology.Host) (hits []Hit) {
	if features["fdb-sticky"].in(h.Kernel.Value) != Yes {
		return nil
	}
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if !hasLoop(h, b, a) || a.Kind != topology.KindBridge || len(pinned(h, a, func(e topology.FDBEntry) bool { return e.Sticky })) > 0 {
			return
		}
		hit := Hit{Bond: b, Attachment: a, Guests: []*topology.GuestNIC{}}
		for _, g := range a.Running() {
			if g.MAC.Known() && g.MAC.Value != "" && g.Interface != "" && !paused(h, g) {
				hit.Guests = append(hit.Guests, g)
			}
		}
		if len(hit.Guests) == 0 {
			return
		}
		hit.Evidence = cite(append([]Evidence{modeEvidence(b), on(h.Kernel.Source, "a kernel with sticky entries")}, citeLoops(loops(h, b, a))...)...)
		hit.Vars = map[string]any{"Loop": true}
		hits = append(hits, hit)
	}, bonding.BalanceRR, bonding.BalanceXOR, bonding.Broadcast)
	return hits
}
