package rules

import (
	"fmt"
	"slices"
	"testing"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// TestLACPVerdictsAreExplained: whatever the two links of a bond say, a verdict below recommended has a finding that is listed, and one
// fault has only one.
func TestLACPVerdictsAreExplained(t *testing.T) {
	type link struct {
		partner      string
		key, host    int
		actor, other int
		agg          int
		churn        string
		duplex       string
	}
	const mine, theirs, zero = "00:1c:73:0a:5b:11", "00:1c:73:0a:5b:22", "00:00:00:00:00:00"
	good := link{mine, 15, 15, 63, 63, 1, "none", "full"}
	variants := map[string]link{
		"good": good, "slow": {mine, 15, 15, 63, 61, 1, "none", "full"}, "silent": {zero, 1, 15, 71, 1, 2, "churned", "full"}, "just up": {zero, 1, 15, 71, 1, 2, "monitoring", "full"},
		"elsewhere": {theirs, 15, 15, 7, 63, 2, "churned", "full"}, "other channel": {mine, 16, 15, 7, 5, 2, "churned", "full"}, "other speed": {mine, 15, 9, 7, 5, 2, "churned", "full"},
		"apart": {mine, 15, 15, 7, 5, 2, "churned", "full"}, "held back": {mine, 15, 15, 15, 5, 1, "churned", "full"}, "lossy": {mine, 15, 15, 15, 61, 1, "none", "full"},
		"alone": {mine, 15, 15, 63, 57, 2, "none", "full"}, "half": {zero, 1, 14, 71, 1, 2, "churned", "half"}, "itself": {"02:00:00:00:10:01", 15, 15, 7, 5, 2, "churned", "full"},
	}
	for name, second := range variants {
		for firstName, first := range map[string]link{"good": good, "held back": variants["held back"], "silent": variants["silent"]} {
			for _, guests := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s, %s, guests %v", firstName, name, guests), func(t *testing.T) {
					m := newModel(bonding.LACP)
					first.agg = 1
					ports := 1
					if second.agg == 1 {
						ports = 2
					}
					m.bond.Proc, m.bond.AggregatorPorts, m.bond.Aggregator, m.bond.PartnerMAC = true, told(ports), told(1), told(first.partner)
					m.bond.SystemMAC, m.bond.PartnerKey, m.bond.MinLinks = told("02:00:00:00:10:01"), told(first.key), told(0)
					for i, l := range []link{first, second} {
						s := m.bond.Slaves[i]
						s.PartnerMAC, s.PartnerKey, s.ActorKey, s.AggregatorID = told(l.partner), told(l.key), told(l.host), told(l.agg)
						s.ActorState, s.PartnerState, s.ActorChurn, s.PartnerChurn, s.Duplex = told(l.actor), told(l.other), told(l.churn), told(l.churn), told(l.duplex)
					}
					if !guests {
						m.on.Guests, m.on.Bridge.Ports = nil, m.on.Bridge.Ports[:1]
					}
					faults := 1
					if firstName == "held back" && name != "held back" && name != "good" && name != "slow" {
						faults = 2
					}
					if firstName == "silent" && name == "half" { // no switch answers, and one link could not speak
						faults = 2
					}
					checkExplained(t, m.host, faults)
				})
			}
		}
	}
}

func checkExplained(t *testing.T, h *topology.Host, faults int) {
	t.Helper()
	verdict := hostVerdict(h)
	findings, _ := Run(h)
	var listed []string
	for _, f := range findings {
		if slices.Contains([]Family{FamilyLACP, FamilyHealth}, ruleByID(t, f.Rule).Family) && f.ExplainedBy == "" && f.Severity.AtLeast(Warning) {
			listed = append(listed, f.Rule)
		}
	}
	switch {
	case verdictRank[verdict] > verdictRank[Recommended] && len(listed) == 0:
		t.Errorf("verdict %s, and nothing tells why", verdict)
	case len(listed) > faults:
		t.Errorf("verdict %s: %v are listed for %d faults", verdict, listed, faults)
	}
}
