package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb115 explains why the mode of a bond does not matter for guests whose traffic the host routes or translates.
var sb115 = Rule{ID: "SB115", Slug: "not_behind_bond", Severity: OK, Family: FamilyTopology, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkNotBehindBond}

func checkNotBehindBond(h *topology.Host) (hits []Hit) {
	if len(h.Bonds) == 0 || !h.Complete || slices.ContainsFunc(h.Bonds, func(b *topology.Bond) bool { return b.Link == nil && b.Kind != topology.BondOVS }) {
		return nil // of interfaces that are cut, those that lead out of the bridge may be what is missing
	}
	for _, br := range h.Bridges {
		guests := bridgeGuests(br)
		if len(guests) == 0 || br.Kind != topology.KindBridge || reachesWire(br) {
			continue
		}
		if b, _ := uplinkMissing(h, br); b != nil {
			continue // SB234: these guests should be behind the bond
		}
		how, at := forwarding(h, br)
		evidence := []Evidence{on(br.Source, "bridge "+br.Name+" has no bond, VLAN or NIC among its ports"), on(at, "")}
		var names []string
		for _, g := range guests {
			names = append(names, g.Guest)
			if len(evidence) < 4 {
				evidence = append(evidence, on(g.Source, ""))
			}
		}
		hits = append(hits, Hit{Guests: guests, Link: br.Name, Evidence: cite(evidence...),
			Vars: map[string]any{"Bridge": br.Name, "How": how, "Guests": prose(uniq(names))}})
	}
	return hits
}

func bridgeGuests(br *topology.Bridge) (guests []*topology.GuestNIC) {
	for _, p := range br.Ports {
		guests = append(guests, p.Guests...)
	}
	return guests
}

// reachesWire reports whether a port of the bridge is anything but a guest's: then the bridge may lead to a wire.
func reachesWire(br *topology.Bridge) bool {
	for _, p := range br.Ports {
		own := p.Link != nil && p.Link.Kind == "dummy" || p.Name == br.Name+"-nic" // what old libvirt keeps the bridge's address with
		if len(p.Guests) == 0 && !own {
			return true
		}
	}
	return len(br.Ports) == 0
}

// forwarding tells how the host passes the traffic of a bridge without uplink on.
func forwarding(h *topology.Host, br *topology.Bridge) (how string, at topology.Source) {
	for _, n := range h.Networks {
		if n.Bridge.Value != br.Name {
			continue
		}
		switch n.Forward.Value {
		case "nat", "route":
			return n.Forward.Value, n.Forward.Source
		case "none":
			return "isolated", n.Source
		}
	}
	if len(br.Addrs) > 0 {
		return "other", br.Addrs[0].Source
	}
	if !slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return len(l.Addrs) > 0 }) {
		return "other", topology.Source{} // no addresses were collected
	}
	return "isolated", topology.Source{}
}
