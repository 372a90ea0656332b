package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb232 finds a bridge that passes nothing between its guests and the bond.
var sb232 = Rule{ID: "SB232", Slug: "port_not_forwarding", Severity: Critical, Family: FamilyBridge, Check: checkPortNotForwarding}

func checkPortNotForwarding(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.ConfigOnly || passesNothing(b) { // the port of a bond that is down is disabled for that: SB201
			continue
		}
		for _, a := range b.Attachments {
			if p := blockedPort(a); p != nil && ClassOf(a) == ClassGuests {
				hits = append(hits, portNotForwarding(h, b, a, p))
			}
		}
	}
	return hits
}

func portNotForwarding(h *topology.Host, b *topology.Bond, a *topology.Attachment, p *topology.Port) Hit {
	hit := Hit{Bond: b, Attachment: a}
	others := otherUplinks(a)
	through := slices.DeleteFunc(slices.Clone(others), func(o *topology.Port) bool { return portState(o) != "forwarding" })
	if len(a.Running()) == 0 || len(through) > 0 {
		hit.Severity = Error
	}
	stp, stpAt := stpOf(a.Bridge)
	bridgeOff, portOff := adminDown(a.Bridge.Link), adminDown(p.Link)
	list := []Evidence{on(p.State.Source, "the port is "+portState(p)), on(stpAt, "spanning tree of the bridge: "+stp)}
	if bridgeOff {
		list = append(list, on(a.Bridge.Link.Source, "the bridge is administratively down: its flags lack UP"))
	}
	if portOff {
		list = append(list, on(p.Link.Source, p.Name+" is administratively down: its flags lack UP"))
	}
	for _, o := range others {
		list = append(list, on(o.Source, "another way out of the bridge"))
	}
	for _, e := range h.Events {
		if e.Kind == kernlog.BridgePort && e.Port == p.Name && e.Detail == portState(p) {
			list = append(list, on(e.Last, "the last time that the kernel says so"))
		}
	}
	hit.Evidence = cite(append(list, pathEvidence(h, a)...)...)
	hit.Vars = map[string]any{
		"State": portState(p), "STP": stp, "BridgeOff": bridgeOff, "PortOff": portOff, "BPDUGuard": guarded(p, "guard"), "RootGuard": guarded(p, "root_block"),
		"Others": portNames(others), "Through": portNames(through), "VLANs": a.Bridge.VLANs,
	}
	return hit
}

// stpOf tells whether a bridge takes part in spanning tree, "" when no file tells it. The kernel counts 0 for no, 1 for its own protocol and 2
// for a program that speaks it (BR_KERNEL_STP and BR_USER_STP in net/bridge/br_private.h).
func stpOf(br *topology.Bridge) (string, topology.Source) {
	if br.Link == nil {
		return "", topology.Source{}
	}
	f := br.Link.Attrs["stp_state"]
	switch f.Value {
	case "0":
		return "off", f.Source
	case "1", "2":
		return "on", f.Source
	}
	return "", topology.Source{}
}

// guarded reports that an option of a bridge's port is on.
func guarded(p *topology.Port, option string) bool {
	return p.Link != nil && p.Link.PortAttrs[option].Value == "on"
}

// otherUplinks are the ports of a bridge that lead out of the host beside the one towards the bond.
func otherUplinks(a *topology.Attachment) (list []*topology.Port) {
	for _, p := range a.Bridge.Ports {
		if p.Name != a.Port && len(p.Guests) == 0 && p.Link != nil && slices.Contains([]string{"", topology.KindBond, topology.KindVLAN}, p.Link.Kind) {
			list = append(list, p)
		}
	}
	return list
}

func portNames(ports []*topology.Port) []string {
	names := []string{}
	for _, p := range ports {
		names = append(names, device(p.Name))
	}
	return names
}
