package rules

import (
	"fmt"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb237 finds guests in a VLAN that the bridge does not let out of the host, and guests whose own VLAN their port does not let pass.
var sb237 = Rule{ID: "SB237", Slug: "vlan_missing", Severity: Error, Family: FamilyBridge, Needs: []topology.Datum{parsers.DatumVLANs}, Check: checkVLANMissing}

func checkVLANMissing(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		for _, l := range vlanLosses(h, a) {
			hit := vlanMissing(b, a, l)
			if l.inside {
				hit.Severity, hit.Confidence = Warning, Possible
			}
			hits = append(hits, hit)
		}
	})
	return hits
}

// vlanLoss is a running guest whose VLAN does not pass a bridge that filters VLANs.
type vlanLoss struct {
	guest  *topology.GuestNIC
	port   *topology.Port
	id     int    // the VLAN
	at     string // the port that does not let it pass
	inside bool   // the host or another guest is in the VLAN: it may stay inside of the host on purpose
}

// vlanLosses are those of one bridge.
func vlanLosses(h *topology.Host, a *topology.Attachment) (list []vlanLoss) {
	if a.Bridge == nil || a.Bridge.Kind != topology.KindBridge || !a.Bridge.VLANs || !h.Seen(parsers.DatumVLANs) {
		return nil
	}
	out, known := outerVLANs(a.Bridge)
	for _, p := range a.Bridge.Ports {
		g := runningGuest(p)
		if g == nil || p.VLANs == nil {
			continue
		}
		if id, own := guestsVLAN(h, g, p); id > 0 && !own {
			list = append(list, vlanLoss{guest: g, port: p, id: id, at: p.Name})
			continue
		}
		if known && !anyOverlaps(p.VLANs, out) {
			list = append(list, vlanLoss{guest: g, port: p, id: p.VLANs[0].First, at: a.Port, inside: anyOverlaps(p.VLANs, a.Bridge.Own) || neighbors(a.Bridge, p)})
		}
	}
	return list
}

// withoutVLAN are the guests among them that nothing explains.
func withoutVLAN(h *topology.Host, a *topology.Attachment) (lost []*topology.GuestNIC) {
	for _, l := range vlanLosses(h, a) {
		if !l.inside {
			lost = append(lost, l.guest)
		}
	}
	return lost
}

func anyOverlaps(vlans, list []topology.VLANRange) bool {
	return slices.ContainsFunc(vlans, func(v topology.VLANRange) bool { return overlaps(v, list) })
}

func vlanMissing(b *topology.Bond, a *topology.Attachment, l vlanLoss) Hit {
	p, g := l.port, l.guest
	list := []Evidence{on(p.VLANs[0].Source, fmt.Sprintf("the port of %s", g.Guest))}
	if up := portOf(a.Bridge, a.Port); up != nil {
		for _, v := range up.VLANs[:min(len(up.VLANs), 3)] {
			list = append(list, on(v.Source, "what "+a.Port+" lets pass"))
		}
	}
	list = append(list, on(g.Source, guestNote(g, a)))
	return Hit{Bond: b, Attachment: a, Guests: []*topology.GuestNIC{g}, Evidence: cite(list...),
		Vars: map[string]any{"Domain": g.Guest, "VLANID": l.id, "Dev": device(l.at), "GuestPort": device(p.Name), "AtGuest": l.at == p.Name, "PVID": p.VLANs[0].PVID}}
}

// outerVLANs are the VLANs that pass the ports that are no guest's; known is false where one of them has none in the file.
func outerVLANs(br *topology.Bridge) (list []topology.VLANRange, known bool) {
	for _, p := range br.Ports {
		if len(p.Guests) > 0 {
			continue
		}
		if p.VLANs == nil {
			return nil, false
		}
		list, known = append(list, p.VLANs...), true
	}
	return list, known
}

func overlaps(v topology.VLANRange, list []topology.VLANRange) bool {
	return slices.ContainsFunc(list, func(o topology.VLANRange) bool { return v.First <= o.Last && o.First <= v.Last })
}

// neighbors reports another guest's port with a VLAN of this one.
func neighbors(br *topology.Bridge, p *topology.Port) bool {
	return slices.ContainsFunc(br.Ports, func(o *topology.Port) bool {
		return o != p && len(o.Guests) > 0 && slices.ContainsFunc(p.VLANs, func(v topology.VLANRange) bool { return overlaps(v, o.VLANs) })
	})
}

func runningGuest(p *topology.Port) *topology.GuestNIC {
	if i := slices.IndexFunc(p.Guests, func(g *topology.GuestNIC) bool { return g.Running }); i >= 0 {
		return p.Guests[i]
	}
	return nil
}

// guestsVLAN is the first VLAN that libvirt's description gives a guest, 0 for none; own tells whether the guest's port lets it pass.
func guestsVLAN(h *topology.Host, g *topology.GuestNIC, p *topology.Port) (id int, own bool) {
	for _, d := range h.Domains {
		for _, n := range d.Interfaces {
			if d.Name != g.Guest || n.MAC.Value != g.MAC.Value || len(n.VLANs) == 0 || n.Virtual == "openvswitch" {
				continue
			}
			for _, id := range n.VLANs {
				if !overlaps(topology.VLANRange{First: id, Last: id}, p.VLANs) {
					return id, false
				}
			}
			return n.VLANs[0], true
		}
	}
	return 0, true
}
