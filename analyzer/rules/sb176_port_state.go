package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb176 reads the port states of LACP: links of the channel on which the two ends have not agreed, and links whose other end wants to be alone.
// Of a team, SB280 tells how many of its ports are selected; teamd takes a port out that is not in step.
var sb176 = Rule{ID: "SB176", Slug: "port_state", Severity: Error, Family: FamilyLACP, Explains: []string{"SB175", "SB178"}, Check: checkPortState}

func checkPortState(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		bad, alone := outOfStep(h, b), individuals(b)
		if len(bad)+len(alone) == 0 || partner(b) != Yes {
			continue
		}
		var out, lossy []*topology.Slave
		var list []Evidence
		for _, u := range bad {
			out = append(out, u.slave)
			list = append(list, stateEvidence(u.slave)...)
			if u.sends {
				lossy = append(lossy, u.slave)
			}
		}
		for _, s := range alone {
			list = append(list, stateEvidence(s)...)
		}
		all := append(slices.Clone(out), alone...)
		severity := Error
		if len(lossy) > 0 || carriesNothing(h, b) {
			severity = worse(b)
		}
		hit := lacpHit(b, severity, append(list, on(b.PartnerMAC.Source, "the partner")), map[string]any{
			"Out": deviceNames(out), "Lossy": deviceNames(lossy), "Alone": deviceNames(alone), "Nothing": carriesNothing(h, b),
			"Deaf": deviceNames(having(out, func(s *topology.Slave) bool {
				return another(s).Has(bonding.LACPDefaulted) || another(s).Has(bonding.LACPExpired)
			})),
			"Lost": deviceNames(having(out, func(s *topology.Slave) bool {
				return actor(s).Has(bonding.LACPExpired) || actor(s).Has(bonding.LACPDefaulted)
			})),
			"NoSync": deviceNames(having(out, func(s *topology.Slave) bool { return !another(s).Has(bonding.LACPSynchronization) })),
			"Words":  stateWords(all),
		})
		if !slices.ContainsFunc(all, func(s *topology.Slave) bool { return s.ActorChurn.Known() }) && len(alone) == 0 {
			hit.Confidence = Likely // how long the link has been up is not told
		}
		hits = append(hits, hit)
	}
	return hits
}

// stateWords puts the states of links in words, a line each.
func stateWords(slaves []*topology.Slave) (words []string) {
	for _, s := range slaves {
		words = append(words, device(s.Name)+": host "+ints([]int{s.ActorState.Value})[0]+" ("+actor(s).String()+"); other end "+
			ints([]int{s.PartnerState.Value})[0]+" ("+another(s).String()+")")
	}
	return uniq(words)
}
