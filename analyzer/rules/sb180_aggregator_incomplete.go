package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb180 finds links that are up and not in the channel that LACP made.
var sb180 = Rule{ID: "SB180", Slug: "aggregator_incomplete", Severity: Warning, Family: FamilyLACP, Explains: []string{"SB175"}, Check: checkAggregatorIncomplete}

func checkAggregatorIncomplete(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.Mode.Value != bonding.LACP || partner(b) != Yes || !incompleteAggregator(b) {
			continue
		}
		out := leftOut(b)
		if allIndividual(b, out) { // SB176
			continue
		}
		hits = append(hits, Hit{Bond: b, Slaves: out, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: incompleteEvidence(h, b, out), Vars: map[string]any{
			"Ports": b.AggregatorPorts.Value, "Up": len(b.UpSlaves()), "Outside": deviceNames(out), "Young": young(h),
			"Silent":  deviceNames(having(b.UpSlaves(), func(s *topology.Slave) bool { return topology.NullMAC(s.PartnerMAC.Value) })),
			"Foreign": deviceNames(having(b.UpSlaves(), func(s *topology.Slave) bool { return otherPartner(b, s) })),
			"Speeds":  speedsDiffer(b.UpSlaves()), "Down": passesNothing(b),
		}})
	}
	return hits
}

// leftOut are the links that are up and in another aggregator than the active one, none where the report does not tell the aggregators.
func leftOut(b *topology.Bond) []*topology.Slave {
	active := activeAggregator(b)
	return having(b.UpSlaves(), func(s *topology.Slave) bool {
		return active >= 0 && s.AggregatorID.Known() && s.AggregatorID.Value != active
	})
}

// activeAggregator is the id of the active aggregator: the one that the kernel or teamd names, else the only one with as many links as the
// active one has. It is -1 when neither tells it.
func activeAggregator(b *topology.Bond) int {
	if b.Aggregator.Known() {
		return b.Aggregator.Value
	}
	size := map[int]int{}
	for _, s := range b.Slaves {
		if s.AggregatorID.Known() {
			size[s.AggregatorID.Value]++
		}
	}
	found := -1
	for id, n := range size {
		if n != b.AggregatorPorts.Value {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = id
	}
	return found
}

// otherPartner reports a link that hears another LACP system than the active aggregator does.
func otherPartner(b *topology.Bond, s *topology.Slave) bool {
	heard := s.PartnerMAC.Known() && !topology.NullMAC(s.PartnerMAC.Value)
	return heard && b.PartnerMAC.Known() && !strings.EqualFold(s.PartnerMAC.Value, b.PartnerMAC.Value)
}

// speedsDiffer reports links of which the report tells different speeds.
func speedsDiffer(slaves []*topology.Slave) bool {
	speeds := map[int]bool{}
	for _, s := range slaves {
		if s.SpeedMbps.Known() && s.SpeedMbps.Value > 0 {
			speeds[s.SpeedMbps.Value] = true
		}
	}
	return len(speeds) > 1
}

func incompleteEvidence(h *topology.Host, b *topology.Bond, out []*topology.Slave) []Evidence {
	list := []Evidence{on(b.AggregatorPorts.Source, fmt.Sprintf("%d links are up", len(b.UpSlaves()))),
		on(b.PartnerMAC.Source, "the partner of the active aggregator")}
	for _, s := range b.UpSlaves() {
		note := "the aggregator of " + s.Name
		if slices.Contains(out, s) {
			note += ", not the active one"
		}
		list = append(list, on(s.AggregatorID.Source, note), on(s.PartnerMAC.Source, "the partner of "+s.Name))
		if b.PartnerMAC.Known() && s.PartnerMAC.Known() {
			continue
		}
		list = append(list, on(s.PartnerState.Source, "what "+s.Name+" heard of its partner: "+bonding.PortState(s.PartnerState.Value).String()))
	}
	if speedsDiffer(b.UpSlaves()) {
		for _, s := range b.UpSlaves() {
			list = append(list, on(s.SpeedMbps.Source, "the speed of "+s.Name))
		}
	}
	if young(h) {
		list = append(list, on(h.UpMinutes.Source, "the host had just been started"))
	}
	return cite(append(list, modeEvidence(b))...)
}

// young reports a host that was started so shortly before the report that LACP may still have been negotiating.
func young(h *topology.Host) bool { return h.UpMinutes.Known() && h.UpMinutes.Value < 2 }

// having are the slaves for which f holds.
func having(slaves []*topology.Slave, f func(*topology.Slave) bool) (list []*topology.Slave) {
	for _, s := range slaves {
		if f(s) {
			list = append(list, s)
		}
	}
	return list
}

// deviceNames are the names of slaves as a text may write them.
func deviceNames(slaves []*topology.Slave) []string {
	names := []string{}
	for _, s := range slaves {
		names = append(names, device(s.Name))
	}
	return names
}
