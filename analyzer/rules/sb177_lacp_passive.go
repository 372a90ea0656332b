package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb177 finds a host that waits for the switch to start LACP, while the switch does not.
var sb177 = Rule{ID: "SB177", Slug: "lacp_passive", Severity: Error, Family: FamilyLACP, Explains: []string{"SB170", "SB175", "SB280"}, Check: checkLACPPassive}

func checkLACPPassive(h *topology.Host) (hits []Hit) {
	for _, b := range lacpDevices(h) {
		told, yes := passiveHost(b)
		both := having(b.UpSlaves(), func(s *topology.Slave) bool {
			return heard(s) && s.PartnerState.Known() && !another(s).Has(bonding.LACPActivity)
		})
		none := partner(b) == No
		if !yes || !none && len(both) == 0 {
			continue
		}
		list := []Evidence{told, on(b.PartnerMAC.Source, "the partner of the active aggregator"), on(b.NoAggregator, "")}
		for _, s := range b.UpSlaves() {
			list = append(append(list, on(s.PartnerMAC.Source, "the partner of "+s.Name)), stateEvidence(s)...)
		}
		severity := Error
		if none {
			severity = worse(b)
		}
		hit := lacpHit(b, severity, list, map[string]any{"None": none, "Both": deviceNames(both), "Team": b.Kind == topology.KindTeam, "Young": none && unsettled(h, b.UpSlaves())})
		if none {
			hit.Confidence = Likely // that the switch is passive too is what the silence says
		}
		hits = append(hits, hit)
	}
	return hits
}

// passiveHost reports a host that sends LACPDUs only when it is spoken to: by the option, else by the state of its ports.
func passiveHost(b *topology.Bond) (told Evidence, passive bool) {
	if b.LACPActive.Known() {
		return on(b.LACPActive.Source, "the host does not speak first"), strings.EqualFold(b.LACPActive.Value, "off")
	}
	up := b.UpSlaves()
	i := slices.IndexFunc(up, func(s *topology.Slave) bool { return s.ActorState.Known() })
	if i < 0 || slices.ContainsFunc(up, func(s *topology.Slave) bool { return s.ActorState.Known() && actor(s).Has(bonding.LACPActivity) }) {
		return Evidence{}, false
	}
	return on(up[i].ActorState.Source, "the host does not speak first: "+actor(up[i]).String()), true
}
