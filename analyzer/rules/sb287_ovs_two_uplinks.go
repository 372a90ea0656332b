package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb287 finds network cards that are ports of one Open vSwitch bridge each on its own, and share a VLAN: if they lead to one network, they close
// a loop.
var sb287 = Rule{ID: "SB287", Slug: "ovs_two_uplinks", Severity: Warning, Family: FamilyBridge, Whole: []topology.Datum{parsers.DatumLinks, parsers.DatumOVS, parsers.DatumOVSBonds}, Check: checkOVSTwoUplinks}

func checkOVSTwoUplinks(h *topology.Host) (hits []Hit) {
	for _, br := range h.Bridges {
		if !br.Named || br.STP.Value || br.FailMode == "secure" { // spanning tree, or flows of a controller, decide what is forwarded
			continue
		}
		uplinks := sharing(ovsUplinks(h, br))
		if len(uplinks) < 2 {
			continue
		}
		list := []Evidence{on(br.Source, "the bridge"), on(br.STP.Source, "spanning tree of the bridge")}
		for _, p := range uplinks {
			list = append(list, on(p.Source, p.Name+" is a port of its own"))
		}
		hit := Hit{Link: br.Name, Guests: bridgeGuests(br), Vars: map[string]any{"Bridge": device(br.Name), "Uplinks": portNames(uplinks), "Loop": false, "STPKnown": br.STP.Known()}}
		if lost := returned(h, br, uplinks); len(lost) > 0 {
			hit.Severity, hit.Vars["Loop"] = Critical, true
			list = append(list, citePoisoned(lost)...)
		}
		hit.Evidence = cite(list...)
		hits = append(hits, hit)
	}
	return hits
}

// ovsUplinks are the ports of a bridge that are network cards and up, as far as the report tells.
func ovsUplinks(h *topology.Host, br *topology.Bridge) (list []*topology.Port) {
	details := slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return l.Kind != "" })
	for _, p := range br.Ports {
		l := h.Link(p.Name)
		card := details && l != nil && l.Kind == "" && l.Lower == "" && l.Up && l.State != "DOWN" && (p.Type == "" || p.Type == "system")
		if len(p.Guests) == 0 && h.Bond(p.Name) == nil && (card || p.Type == "dpdk") {
			list = append(list, p)
		}
	}
	return list
}

// sharing keeps the ports that have a VLAN in common with another one.
func sharing(ports []*topology.Port) (list []*topology.Port) {
	for _, p := range ports {
		if slices.ContainsFunc(ports, func(o *topology.Port) bool { return o != p && shareVLAN(p, o) }) {
			list = append(list, p)
		}
	}
	return list
}

// shareVLAN reports two ports with a VLAN in common: an access port has its own, a trunk port those that it lists, or all.
func shareVLAN(a, b *topology.Port) bool {
	x, y := vlansOf(a), vlansOf(b)
	if len(x) == 0 || len(y) == 0 {
		return true
	}
	return slices.ContainsFunc(x, func(v int) bool { return slices.Contains(y, v) })
}

func vlansOf(p *topology.Port) []int {
	if p.VLAN > 0 {
		return append([]int{p.VLAN}, p.Trunks...) // a native VLAN beside trunks, else the VLAN of an access port
	}
	return p.Trunks
}

// returned are the running guests of the bridge whose address it learned on one of its uplinks.
func returned(h *topology.Host, br *topology.Bridge, uplinks []*topology.Port) (list []learned) {
	for _, g := range bridgeGuests(br) {
		if !g.Running || g.MAC.Value == "" || paused(h, g) {
			continue
		}
		for _, e := range h.FDB {
			if strings.EqualFold(e.MAC, g.MAC.Value) && !e.Local && !e.Self && e.Bridge == br.Name &&
				slices.ContainsFunc(uplinks, func(p *topology.Port) bool { return p.Name == e.Dev }) {
				list = append(list, learned{guest: g, bond: []topology.FDBEntry{e}})
				break
			}
		}
	}
	return list
}
