package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb104 finds guests on a round-robin bond.
var sb104 = Rule{ID: "SB104", Slug: "balance_rr", Severity: Warning, Family: FamilyTopology, Explains: []string{"SB140", "SB141", "SB142"}, Check: checkBalanceRR}

func checkBalanceRR(h *topology.Host) []Hit { return checkStatic(h, bonding.BalanceRR) }

// checkStatic is for modes 0 and 3 alike: guests on a bond that works on a static channel only and should not be used even then.
func checkStatic(h *topology.Host, mode topology.Mode) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		loop := hasLoop(h, b, a)
		hit := Hit{Bond: b, Attachment: a, Vars: map[string]any{"Loop": loop},
			Evidence: cite(append([]Evidence{modeEvidence(b)}, pathEvidence(h, a)...)...)}
		if loop {
			hit.Severity = Critical
			hit.Evidence = cite(append(hit.Evidence, citeLoops(loops(h, b, a))...)...)
		}
		hits = append(hits, hit)
	}, mode)
	return hits
}
