package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// manyChurns is how often a link must have fallen out of step to be told of when it is in step now: once or twice is what a switch that was
// started anew leaves.
const manyChurns = 3

// sb175 finds links whose two ends did not get in step within a minute.
var sb175 = Rule{ID: "SB175", Slug: "churn", Severity: Error, Family: FamilyLACP, Explains: []string{"SB178"}, Check: checkChurn}

func checkChurn(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		now := having(b.UpSlaves(), churned)
		often := having(b.UpSlaves(), func(s *topology.Slave) bool { return max(s.ActorChurns.Value, s.PartnerChurns.Value) >= manyChurns })
		if len(now)+len(often) == 0 {
			continue
		}
		severity := Error
		if len(now) == 0 {
			severity = Warning
		}
		var list []Evidence
		for _, s := range append(slices.Clone(now), often...) {
			list = append(list, on(s.ActorChurn.Source, "whether the host got in step on "+s.Name), on(s.PartnerChurn.Source, "whether the other end got in step on "+s.Name),
				on(s.ActorChurns.Source, "how often not, since it is in the bond"), on(s.PartnerChurns.Source, "how often not, since it is in the bond"))
			list = append(list, stateEvidence(s)...)
		}
		hit := lacpHit(b, severity, list, map[string]any{
			"Churned": deviceNames(now), "Often": deviceNames(often), "Host": slices.ContainsFunc(now, func(s *topology.Slave) bool { return isChurned(s.ActorChurn) }),
			"Partner": slices.ContainsFunc(now, func(s *topology.Slave) bool { return isChurned(s.PartnerChurn) }), "Rates": ratesDiffer(b),
		})
		if len(now) == 0 {
			hit.Confidence = Likely
		}
		hits = append(hits, hit)
	}
	return hits
}
