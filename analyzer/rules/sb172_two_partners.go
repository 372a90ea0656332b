package rules

import (
	"fmt"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb172 finds a bond whose links end on switches that do not act as one LACP system.
var sb172 = Rule{ID: "SB172", Slug: "two_partners", Severity: Error, Family: FamilyLACP, Explains: []string{"SB173", "SB175", "SB180", "SB280"}, Check: checkTwoPartners}

func checkTwoPartners(h *topology.Host) (hits []Hit) {
	for _, b := range lacpDevices(h) {
		out := strangers(b)
		if len(out) == 0 {
			continue
		}
		same := having(b.UpSlaves(), func(s *topology.Slave) bool { return strings.EqualFold(s.PartnerMAC.Value, b.PartnerMAC.Value) })
		list := []Evidence{on(b.PartnerMAC.Source, "the partner of the active aggregator")}
		others := []string{}
		for _, s := range append(out, same...) {
			list = append(list, on(s.PartnerMAC.Source, "the partner of "+s.Name))
			list = append(list, portEvidence(s)...)
		}
		for _, s := range out {
			list = append(list, on(s.AggregatorID.Source, "the aggregator of "+s.Name))
			others = append(others, strings.ToLower(s.PartnerMAC.Value))
		}
		severity, standby := Error, b.ADSelect.Value == "bandwidth" || b.ADSelect.Value == "count" || b.ADSelect.Value == "actor_port_prio"
		if standby { // bonding.rst: these policies are for moving between the aggregators of several switches
			severity = Warning
			list = append(list, on(b.ADSelect.Source, fmt.Sprintf("ad_select is %s, not the default stable", b.ADSelect.Value)))
		}
		hits = append(hits, lacpHit(b, severity, list, map[string]any{
			"Outside": deviceNames(out), "Inside": deviceNames(same), "PartnerMAC": b.PartnerMAC.Value, "Partners": uniq(others), "Standby": standby, "Select": b.ADSelect.Value,
		}).about(out...))
	}
	return hits
}
