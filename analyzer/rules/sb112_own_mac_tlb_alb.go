package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb112 finds macvlan and macvtap devices on a bond that rewrites MAC addresses.
var sb112 = Rule{ID: "SB112", Slug: "own_mac_tlb_alb", Severity: Error, Family: FamilyTopology, Check: checkOwnMACLoadBalancing}

func checkOwnMACLoadBalancing(h *topology.Host) []Hit {
	return checkOwnMAC(h, bonding.BalanceTLB, bonding.BalanceALB)
}

// checkOwnMAC makes one hit for all macvlan and macvtap devices of a bond in one of the modes.
func checkOwnMAC(h *topology.Host, modes ...topology.Mode) (hits []Hit) {
	for _, b := range running(h) {
		list := ownMAC(b)
		if len(list) == 0 || !slices.Contains(modes, b.Mode.Value) {
			continue
		}
		hit := Hit{Bond: b, Attachment: list[0], Evidence: []Evidence{modeEvidence(b)}}
		var names []string
		working := 0
		for _, a := range list {
			names = append(names, a.Name)
			hit.Guests = append(hit.Guests, a.Guests...)
			hit.Evidence = append(hit.Evidence, on(a.Source, a.Kind+" device "+a.Name+" on "+a.Port))
			working += len(a.Running())
		}
		if working == 0 {
			hit.Severity = Warning
		}
		hit.Evidence = cite(hit.Evidence...)
		hit.Vars = map[string]any{"Device": prose(uniq(names)), "Kind": list[0].Kind}
		hits = append(hits, hit)
	}
	return hits
}
