package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb273 finds a bond that does not run as nmstate is told, by a policy of OpenShift or by a file.
var sb273 = Rule{ID: "SB273", Slug: "desired_state", Severity: Error, Family: FamilyConfiguration, Check: checkDesiredState}

func checkDesiredState(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool {
		return d.Config.System == topology.ConfigNNCP || d.Config.System == topology.ConfigNMState
	}
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		c := list[0].Config
		hit := desiredState(b, c, toldDrift(list))
		hit.Evidence = cite(append([]Evidence{statusEvidence(c)}, citeDrift(list)...)...)
		hits = append(hits, hit)
	})
	for _, c := range h.Configs { // a policy that failed, whose bond need not run, or runs as it did before
		b := h.Bond(c.Name)
		if c.System != topology.ConfigNNCP || !failed(c) || slices.ContainsFunc(hits, func(x Hit) bool { return x.Bond.Name == c.Name }) {
			continue
		}
		if b == nil {
			b = &topology.Bond{Name: c.Name, Kind: topology.BondKernel, ConfigOnly: true, Configs: []*topology.BondConfig{c}, Source: c.Source}
			b.Mode.Value = bonding.Unknown
			for _, s := range c.Slaves {
				b.Slaves = append(b.Slaves, &topology.Slave{Name: s.Value, Source: s.Source})
			}
		}
		if b.Kind != topology.BondKernel {
			continue
		}
		hit := desiredState(b, c, nil)
		hit.Evidence = cite(statusEvidence(c), on(c.Source, "what the policy wants"))
		hits = append(hits, hit)
	}
	return hits
}

func desiredState(b *topology.Bond, c *topology.BondConfig, differences []string) Hit {
	return Hit{Bond: b, Vars: map[string]any{
		"Policy": c.Policy, "File": fileName(c), "Status": c.Status.Value, "Failed": failed(c), "Message": firstLine(c.Message), "Differences": differences,
		"NotRunning": b.ConfigOnly,
	}}
}

func statusEvidence(c *topology.BondConfig) Evidence {
	return on(c.Status.Source, "the state of its enactment")
}

// failed reports a policy whose enactment on the node did not succeed (NodeNetworkConfigurationEnactment, conditions).
func failed(c *topology.BondConfig) bool {
	return c.Status.Value == "Failing" || c.Status.Value == "Aborted"
}

// firstLine is the first line of a message that says something.
func firstLine(message string) string {
	for line := range strings.Lines(message) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}
