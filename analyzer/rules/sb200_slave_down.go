package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb200 finds bonds that work with fewer links than they have.
var sb200 = Rule{ID: "SB200", Slug: "slave_down", Severity: Error, Family: FamilyHealth, Explains: []string{"SB205", "SB148"}, Check: checkSlaveDown}

func checkSlaveDown(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.ConfigOnly || b.Kind == topology.BondOVS { // of Open vSwitch: SB286
			continue
		}
		left := len(having(b.Slaves, func(s *topology.Slave) bool { return !isDown(s.MIIStatus) }))
		for _, s := range b.Slaves {
			if !isDown(s.MIIStatus) {
				continue
			}
			last := lastEvent(eventsOf(h, kernlog.LinkDown, b.Name, s.Name))
			carrier := s.Link != nil && s.Link.State == "UP"
			list := []Evidence{on(s.MIIStatus.Source, s.Name+" is down")}
			if s.Link != nil && s.Link.State != "" {
				list = append(list, on(s.Link.Source, "the link of "+s.Name))
			}
			list = append(list, on(last, "the last failure of "+s.Name), on(s.LinkFailures.Source, "link failures of "+s.Name))
			for _, other := range b.UpSlaves() {
				list = append(list, on(other.MIIStatus.Source, other.Name+" is up"))
			}
			hit := Hit{Bond: b, Link: s.Name, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(append(list, modeEvidence(b))...)}
			if left >= 2 {
				hit.Severity = Warning
			}
			hit.Vars = map[string]any{"Slave": device(s.Name), "Up": left, "SlaveOff": adminDown(s.Link), "HasCarrier": carrier, "Probed": b.ARPInterval.Value > 0,
				"Targets": b.ARPTargets.Value, "Last": clockOf(h).of(last)}
			hits = append(hits, hit)
		}
	}
	return hits
}
