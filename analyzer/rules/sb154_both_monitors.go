package rules

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb154 finds MII and ARP monitoring configured together, which exclude one another.
var sb154 = Rule{ID: "SB154", Slug: "both_monitors", Severity: Error, Family: FamilyMonitoring, Check: checkBothMonitors}

func checkBothMonitors(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		for _, c := range b.Configs {
			mii, arp := milliseconds(c, "miimon"), milliseconds(c, "arp_interval")
			if b.Kind != topology.BondKernel || !c.Persistent() || mii <= 0 || arp <= 0 || !monitorsByARP(b, c) {
				continue
			}
			o, _ := c.Option("miimon")
			p, _ := c.Option("arp_interval")
			hit := Hit{Bond: b, Attachment: firstGuests(b), Vars: map[string]any{"MIIMon": mii, "Interval": arp, "File": c.File, "Monitor": ""}}
			switch {
			case b.MIIMon.Value > 0:
				hit.Severity, hit.Vars["Monitor"] = Warning, "mii" // what is wanted runs, until the order of the options changes
			case b.ARPInterval.Value > 0:
				hit.Vars["Monitor"] = "arp"
			case b.MIIMon.Known():
				hit.Vars["Monitor"] = "none"
			}
			hit.Evidence = cite(on(o.Source, "MII monitoring"), on(p.Source, "ARP monitoring"), on(b.MIIMon.Source, "as it runs"), on(b.ARPInterval.Source, "as it runs"))
			hits = append(hits, hit)
			break // one configuration is enough to tell it
		}
	}
	return hits
}

// milliseconds is the value of an option of a configuration, -1 where it is missing or no number.
func milliseconds(c *topology.BondConfig, name string) int {
	o, ok := c.Option(name)
	n, err := strconv.Atoi(strings.TrimSpace(o.Value))
	if !ok || err != nil {
		return -1
	}
	return n
}

// monitorsByARP reports a configuration whose mode, or the one that runs where it names none, takes ARP monitoring.
func monitorsByARP(b *topology.Bond, c *topology.BondConfig) bool {
	mode := c.Mode
	if !mode.Known() {
		mode = b.Mode
	}
	return mode.Known() && mode.Value >= bonding.BalanceRR && mode.Value <= bonding.Broadcast
}
