package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb152 finds ARP monitoring configured in a mode that refuses it.
var sb152 = Rule{ID: "SB152", Slug: "arp_monitor_wrong_mode", Severity: Error, Family: FamilyMonitoring, Check: checkARPWrongMode}

// arpMonitor are the options that ask for ARP monitoring; others (arp_all_targets, arp_missed_max) only tune it, and tools print their defaults.
var arpMonitor = []string{"arp_interval", "arp_ip_target", "arp_validate"}

func checkARPWrongMode(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		for _, c := range b.Configs {
			if b.Kind != topology.BondKernel || c.System == topology.ConfigCurrent {
				continue
			}
			mode := c.Mode
			if !mode.Known() {
				mode = b.Mode
			}
			if m := mode.Value; !mode.Known() || m != bonding.LACP && m != bonding.BalanceTLB && m != bonding.BalanceALB {
				continue
			}
			var found []string
			evidence := []Evidence{on(mode.Source, "the mode")}
			for _, o := range c.Options {
				if slices.Contains(arpMonitor, o.Name) && o.Value != "0" && o.Value != "none" && o.Value != "" {
					found = append(found, o.Name+"="+o.Value)
					evidence = append(evidence, on(o.Source, ""))
				}
			}
			if len(found) > 0 {
				hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...),
					Vars: map[string]any{"Options": strings.Join(found, " "), "File": c.File}})
			}
		}
	}
	return hits
}
