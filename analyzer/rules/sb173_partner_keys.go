package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb173 finds links that end on one switch, which has them in different channels.
var sb173 = Rule{ID: "SB173", Slug: "partner_keys", Severity: Error, Family: FamilyLACP, Explains: []string{"SB175", "SB180", "SB280"}, Check: checkPartnerKeys}

func checkPartnerKeys(h *topology.Host) (hits []Hit) {
	for _, b := range lacpDevices(h) {
		host := hostApart(b)
		out := having(apart(b), func(s *topology.Slave) bool { return otherKey(b, s, partnerKey) && !slices.Contains(host, s) })
		if len(out) == 0 {
			continue
		}
		list := []Evidence{on(b.PartnerKey.Source, "the partner's key in the active aggregator"), on(b.PartnerMAC.Source, "the partner of all of them")}
		for _, s := range append(slices.Clone(out), inActive(b)...) {
			list = append(list, on(s.PartnerKey.Source, "the partner's key on "+s.Name), on(s.AggregatorID.Source, "the aggregator of "+s.Name))
			list = append(list, portEvidence(s)...)
		}
		keys := []int{}
		for _, s := range out {
			keys = append(keys, s.PartnerKey.Value)
		}
		hits = append(hits, lacpHit(b, Error, list, map[string]any{
			"Outside": deviceNames(out), "Inside": deviceNames(inActive(b)), "Keys": ints(keys), "Key": ints([]int{inActive(b)[0].PartnerKey.Value})[0], "PartnerMAC": b.PartnerMAC.Value,
		}).about(out...))
	}
	return hits
}
