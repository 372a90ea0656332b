package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb218 finds a configured primary that is no slave of the running bond.
var sb218 = Rule{ID: "SB218", Slug: "primary_not_slave", Severity: Warning, Family: FamilyHealth, Check: checkPrimaryNotSlave}

func checkPrimaryNotSlave(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !withActiveSlave(b.Mode.Value) || len(b.Slaves) == 0 || slaveNamed(b, b.Primary.Value) != nil {
			continue
		}
		for _, c := range b.Configs {
			o, ok := c.Option("primary")
			if !ok || c.Inactive || !missesPrimary(h, b, c, o) {
				continue
			}
			list := []Evidence{on(o.Source, "the configured primary"), on(b.Primary.Source, "the running one")}
			for _, s := range b.Slaves {
				list = append(list, on(s.Source, "a slave"))
			}
			hits = append(hits, Hit{Bond: b, Evidence: cite(append(list, modeEvidence(b))...),
				Vars: map[string]any{"Primary": device(o.Value), "File": fileName(c), "Exists": h.Link(o.Value) != nil}})
			break
		}
	}
	return hits
}

// missesPrimary reports a primary that is no slave. A name that no interface has can be an alias of a slave in the words of the configuration
// system, where it uses such names for slaves too.
func missesPrimary(h *topology.Host, b *topology.Bond, c *topology.BondConfig, o topology.ConfigOption) bool {
	if o.Value == "" || o.Value == "None" || slaveNamed(b, o.Value) != nil {
		return false
	}
	others := slices.DeleteFunc(slices.Clone(c.Strange), func(name string) bool { return name == o.Value })
	if len(others) < len(c.Strange) && len(b.Slaves) >= len(c.Slaves) {
		return false // as many slaves run as are configured: one of them has this name in the configuration
	}
	return h.Link(o.Value) != nil || len(others) == 0 && c.System != topology.ConfigOSNetConfig && c.System != topology.ConfigNetplan
}
