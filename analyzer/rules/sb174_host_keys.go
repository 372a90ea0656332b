package rules

import (
	"slices"
	"strconv"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb174 finds links that the host itself keeps out of the channel: their speed differs, or they are not full duplex. teamd tells neither its keys
// nor the duplex that it goes by.
var sb174 = Rule{ID: "SB174", Slug: "host_keys", Severity: Error, Family: FamilyLACP, Check: checkHostKeys,
	Explains: []string{"SB170", "SB175", "SB180", "SB203", "SB204"}}

func checkHostKeys(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		out := hostApart(b)
		half := having(b.UpSlaves(), func(s *topology.Slave) bool { return notDuplex(b, s) })
		if partner(b) == No && len(half) < len(b.UpSlaves()) { // others have no partner either, for another reason
			half = nil
		}
		if len(out)+len(half) == 0 || partner(b) == Unknown {
			continue
		}
		var list []Evidence
		speeds := []string{}
		for _, s := range half {
			list = append(list, on(s.Duplex.Source, "the duplex of "+s.Name), on(s.PartnerMAC.Source, "no partner is listened to on "+s.Name))
		}
		for _, s := range append(slices.Clone(out), inActive(b)...) {
			list = append(list, on(s.ActorKey.Source, "the host's key on "+s.Name), on(s.SpeedMbps.Source, "the speed of "+s.Name), on(s.Duplex.Source, "the duplex of "+s.Name))
		}
		for _, s := range b.UpSlaves() {
			if s.SpeedMbps.Known() && s.SpeedMbps.Value > 0 {
				speeds = append(speeds, device(s.Name)+" "+strconv.Itoa(s.SpeedMbps.Value)+" Mb/s")
			}
		}
		severity := Error
		if partner(b) == No { // SB170: a static channel on the switch would cost guests their traffic
			severity = worse(b)
		}
		hits = append(hits, lacpHit(b, severity, append(list, on(b.AggregatorPorts.Source, "links in the active aggregator")), map[string]any{
			"Outside": deviceNames(out), "Half": deviceNames(half), "HalfAll": len(half) == len(b.UpSlaves()), "SpeedList": speeds, "Differ": speedsDiffer(append(slices.Clone(out), inActive(b)...)),
			"Unknown": slices.ContainsFunc(half, func(s *topology.Slave) bool { return s.Duplex.Value != "half" }),
		}).about(append(slices.Clone(out), half...)...))
	}
	return hits
}

// ints writes numbers as a text may name them.
func ints(list []int) []string {
	words := []string{}
	for _, n := range list {
		words = append(words, strconv.Itoa(n))
	}
	return uniq(words)
}
