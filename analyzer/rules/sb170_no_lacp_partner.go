package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb170 finds an 802.3ad bond that no switch answers.
var sb170 = Rule{ID: "SB170", Slug: "no_lacp_partner", Severity: Critical, Family: FamilyLACP, Explains: []string{"SB175"}, Check: checkNoLACPPartner}

func checkNoLACPPartner(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.Mode.Value != bonding.LACP || partner(b) != No || len(b.UpSlaves()) == 0 || adminDown(b.Link) {
			continue
		}
		severity := Error
		own := slices.ContainsFunc(b.Attachments, (*topology.Attachment).OwnMAC)
		if own {
			severity = Critical
		}
		if negotiating(h, b) {
			severity = Info
		}
		ports := -1
		if b.AggregatorPorts.Known() {
			ports = b.AggregatorPorts.Value
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Severity: severity, Evidence: noPartnerEvidence(h, b),
			Vars: map[string]any{"Ports": ports, "OwnMAC": own, "Young": negotiating(h, b)}})
	}
	return hits
}

// negotiating reports a bond of which no link has had the time to hear from the switch.
func negotiating(h *topology.Host, b *topology.Bond) bool {
	up := b.UpSlaves()
	return len(up) > 0 && !slices.ContainsFunc(up, func(s *topology.Slave) bool { return !settling(h, s) })
}

func noPartnerEvidence(h *topology.Host, b *topology.Bond) []Evidence {
	list := []Evidence{modeEvidence(b), on(b.PartnerMAC.Source, "no partner was ever heard"), on(b.NoAggregator, ""),
		on(b.AggregatorPorts.Source, "links in the active aggregator")}
	for _, s := range b.Slaves {
		list = append(list, on(s.ActorState.Source, "LACP state of "+s.Name+": "+bonding.PortState(s.ActorState.Value).String()))
	}
	for _, e := range h.Events {
		if e.Kind == kernlog.NoLACPPartner && e.Bond == b.Name {
			list = append(list, on(e.Source, "the kernel says so"))
		}
	}
	if h.UpMinutes.Value < 2 {
		list = append(list, on(h.UpMinutes.Source, "the host had just been started"))
	}
	return cite(list...)
}
