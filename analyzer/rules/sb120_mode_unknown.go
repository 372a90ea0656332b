package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb120 lists bonds whose mode could not be read.
var sb120 = Rule{ID: "SB120", Slug: "mode_unknown", Severity: Info, Family: FamilyTopology, Check: checkModeUnknown}

func checkModeUnknown(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if modeKnown(b) {
			continue
		}
		hits = append(hits, modeUnknown(h, b, false))
	}
	for _, c := range h.Configs { // configured, while the running state was collected and has no such bond
		if !c.Persistent() || h.Bond(c.Name) != nil || slices.ContainsFunc(hits, func(x Hit) bool { return x.Bond.Name == c.Name }) {
			continue
		}
		b := &topology.Bond{Name: c.Name, ConfigOnly: true, Configs: []*topology.BondConfig{c}, Source: c.Source}
		b.Mode.Value = bonding.Unknown
		for _, s := range c.Slaves {
			b.Slaves = append(b.Slaves, &topology.Slave{Name: s.Value, Source: s.Source})
		}
		hits = append(hits, modeUnknown(h, b, true))
	}
	return hits
}

// modeKnown reports a bond of which some file shows the mode that it runs in: the runner of a team, the own modes of Open vSwitch.
func modeKnown(b *topology.Bond) bool {
	if b.Kind == topology.BondOVS {
		return b.ConfigOnly || slices.Contains([]string{topology.OVSActiveBackup, topology.OVSBalanceSLB, topology.OVSBalanceTCP}, b.OVSMode.Value)
	}
	return b.Mode.Known() && !b.ConfigOnly && b.Mode.Value != bonding.Unknown
}

// nodeOnly is the name of a node that a must-gather alone tells of: what is to be collected is asked of the cluster.
func nodeOnly(h *topology.Host) string {
	if h.Report {
		return ""
	}
	return h.Node
}

func modeUnknown(h *topology.Host, b *topology.Bond, notRunning bool) Hit {
	vars := map[string]any{"ConfigMode": "", "Would": "", "NotRunning": notRunning, "Node": nodeOnly(h), "Strange": b.OVSMode.Value}
	evidence := []Evidence{on(b.OVSMode.Source, "the mode"), on(b.Source, "")}
	for _, c := range b.Configs {
		if !c.Mode.Known() {
			continue
		}
		evidence = append(evidence, on(c.Mode.Source, "the configured mode"))
		if vars["ConfigMode"] == "" {
			vars["ConfigMode"] = c.Mode.Value.String()
			would := *b
			would.ConfigOnly, would.Mode = false, c.Mode
			if a := firstGuests(b); a != nil {
				vars["Would"] = string(Judge(h, &would, a).Verdict)
			}
		}
	}
	return Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...), Vars: vars}
}
