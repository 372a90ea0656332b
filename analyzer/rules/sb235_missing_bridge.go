package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb235 finds a guest whose bridge or network is not there.
var sb235 = Rule{ID: "SB235", Slug: "missing_bridge", Severity: Error, Family: FamilyBridge, Needs: []topology.Datum{parsers.DatumLinks, parsers.DatumDomains},
	Whole: []topology.Datum{parsers.DatumLinks, parsers.DatumBridges, parsers.DatumNetworks, parsers.DatumOVS}, Check: checkMissingBridge}

func checkMissingBridge(h *topology.Host) (hits []Hit) {
	for _, d := range h.Domains {
		for _, n := range d.Interfaces {
			bridge, network := n.Bridge.Value, ""
			at := n.Bridge.Source
			switch {
			case n.Virtual == "openvswitch":
				continue // the bridge is one of Open vSwitch; `ip link` need not show it
			case bridge != "" && h.Link(bridge) == nil && h.Bridge(bridge) == nil:
			case bridge == "" && n.Network.Known() && h.Seen(parsers.DatumNetworks) && !knownNetwork(h, n.Network.Value):
				network, at = n.Network.Value, n.Network.Source
			default:
				continue
			}
			hits = append(hits, Hit{Severity: missingBridgeSeverity(h, d, n), Link: bridge + network, Evidence: cite(on(at, "interface of "+d.Name), on(n.MAC.Source, ""), on(d.Source, "")),
				Guests: []*topology.GuestNIC{{Guest: d.Name, Kind: topology.GuestVM, MAC: n.MAC, Running: d.Running, Source: d.Source}},
				Vars:   map[string]any{"Domain": d.Name, "Bridge": bridge, "Network": network, "NetworkInactive": n.Network.Known() && !d.Running}})
		}
	}
	return hits
}

// missingBridgeSeverity: a guest that is off merely cannot be started on this host as it is. Where libvirt makes the bridge itself, the network
// has to be started first, and on newer hosts that happens on demand.
func missingBridgeSeverity(h *topology.Host, d *topology.Domain, n topology.DomainNIC) Severity {
	switch {
	case d.Running:
		return Error
	case n.Bridge.Known() && n.Network.Known() && knownNetwork(h, n.Network.Value):
		return Info
	}
	return Warning
}

func knownNetwork(h *topology.Host, name string) bool {
	for _, n := range h.Networks {
		if n.Name == name {
			return true
		}
	}
	return false
}
