package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb178 tells of the LACP rate where it matters: links lost their partner before. Different rates at the two ends are common and harmless by
// themselves.
var sb178 = Rule{ID: "SB178", Slug: "lacp_rate", Severity: Info, Family: FamilyLACP, Check: checkLACPRate}

func checkLACPRate(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		lost := having(b.UpSlaves(), func(s *topology.Slave) bool {
			return heard(s) && (max(s.ActorChurns.Value, s.PartnerChurns.Value) > 0 || churned(s) || actor(s).Has(bonding.LACPExpired))
		})
		slow := strings.EqualFold(b.LACPRate.Value, "slow")
		if len(lost) == 0 || partner(b) != Yes || !slow && !ratesDiffer(b) {
			continue
		}
		list := []Evidence{on(b.LACPRate.Source, "what the host asks the switch for")}
		severity, often := Info, false
		for _, s := range lost {
			list = append(list, on(s.ActorChurns.Source, s.Name+" was out of step before"), on(s.PartnerChurns.Source, s.Name+" was out of step before"),
				on(s.PartnerState.Source, "what the switch asks for on "+s.Name+": "+rateOf(another(s))))
			often = often || churned(s) || max(s.ActorChurns.Value, s.PartnerChurns.Value) >= manyChurns
		}
		if ratesDiffer(b) && !slow && often {
			severity = Warning
		}
		hits = append(hits, lacpHit(b, severity, list, map[string]any{"Lost": deviceNames(lost), "Slow": slow, "Rates": ratesDiffer(b)}))
	}
	return hits
}

// ratesDiffer reports a host and a partner that ask one another for LACPDUs at different rates.
func ratesDiffer(b *topology.Bond) bool {
	for _, s := range inActive(b) {
		if s.ActorState.Known() && s.PartnerState.Known() && heard(s) && actor(s).Has(bonding.LACPTimeout) != another(s).Has(bonding.LACPTimeout) {
			return true
		}
	}
	return false
}

func rateOf(p bonding.PortState) string {
	if p.Has(bonding.LACPTimeout) {
		return "an LACPDU every second (short timeout)"
	}
	return "an LACPDU every 30 seconds (long timeout)"
}
