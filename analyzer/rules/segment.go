package rules

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// eachLinuxBridge calls f once for every Linux bridge with guests that a bond, or a VLAN of it, is a port of, with the first such bond. What a rule
// says of the bridge is true in every mode.
func eachLinuxBridge(h *topology.Host, f func(*topology.Bond, *topology.Attachment)) {
	seen := map[string]bool{}
	for _, b := range h.Bonds {
		if b.ConfigOnly {
			continue
		}
		for _, a := range b.Attachments {
			if a.Kind == topology.KindBridge && a.Bridge != nil && ClassOf(a) == ClassGuests && h.Carries(b, a.Port) && !seen[a.Name] {
				seen[a.Name] = true
				f(b, a)
			}
		}
	}
}

// portOf is the port of a bridge with that name, nil when there is none.
func portOf(br *topology.Bridge, name string) *topology.Port {
	if br == nil {
		return nil
	}
	return br.Port(name)
}

// describedGuest reports a running guest on a port of its own whose MAC is known from the guest, not from where it was learned.
func describedGuest(h *topology.Host, g *topology.GuestNIC) bool {
	return g.Running && !g.Routed && !g.Learned && g.Interface != "" && g.MAC.Known() && g.MAC.Value != "" && !paused(h, g)
}

// learnedEntries are the entries of the forwarding database that a frame made: no addresses of the host, none of a device itself.
func learnedEntries(h *topology.Host, mac string) (list []topology.FDBEntry) {
	for _, e := range h.FDB {
		if !e.Local && !e.Self && strings.EqualFold(e.MAC, mac) {
			list = append(list, e)
		}
	}
	return list
}

// onWire is an interface of a guest whose frames reach a wire with the guest's own MAC.
type onWire struct {
	bond    *topology.Bond
	att     *topology.Attachment
	guest   *topology.GuestNIC
	segment string // the broadcast domain, as far as the host tells: the bond and the VLANs on the way
}

// guestsOnWire lists them, each once. Guests whose MAC was merely learned from a forwarding database are left out.
func guestsOnWire(h *topology.Host) (list []onWire) {
	seen := map[string]bool{}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			if c := ClassOf(a); c != ClassGuests && c != ClassOwnMAC || routedPods(h, a) || passthrough(a) {
				continue
			}
			for _, g := range a.Guests {
				key := strings.Join([]string{a.Name, g.Interface, g.Guest, g.MAC.Value}, "\n")
				if !g.MAC.Known() || g.MAC.Value == "" || g.Learned || g.Routed || seen[key] {
					continue
				}
				seen[key] = true
				list = append(list, onWire{bond: b, att: a, guest: g, segment: segmentOf(h, b, a, g)})
			}
		}
	}
	return list
}

// passthrough reports a macvlan that has its lower device's MAC by design.
func passthrough(a *topology.Attachment) bool {
	return a.Link != nil && strings.HasPrefix(a.Link.Attrs["mode"].Value, "passthru")
}

func segmentOf(h *topology.Host, b *topology.Bond, a *topology.Attachment, g *topology.GuestNIC) string {
	parts := []string{b.Name}
	for _, name := range a.OverVLAN(h) {
		id := name
		if l := h.Link(name); l != nil {
			id = cmp.Or(l.Attrs["id"].Value, name)
		}
		parts = append(parts, id)
	}
	if p := portOf(a.Bridge, g.Interface); p != nil && a.Bridge.VLANs {
		for _, v := range p.VLANs {
			if v.PVID {
				parts = append(parts, "pvid", strconv.Itoa(v.First))
			}
		}
	}
	return strings.Join(parts, "/")
}

// virtualRouter reports the MACs of VRRP and its relatives, which several machines have by design (RFC 5798; HSRP of Cisco).
func virtualRouter(mac string) bool {
	mac = strings.ToLower(mac)
	return strings.HasPrefix(mac, "00:00:5e:00:01:") || strings.HasPrefix(mac, "00:00:5e:00:02:") || strings.HasPrefix(mac, "00:00:0c:07:ac:") ||
		strings.HasPrefix(mac, "00:00:0c:9f:f")
}

// cleanedMAC reports a MAC that `sos clean` wrote.
func cleanedMAC(mac string) bool { return strings.HasPrefix(strings.ToLower(mac), "53:4f:53:") }

// uplinks are the ports of a Linux bridge that lead out of the host and through which frames pass: bonds, teams, VLAN devices and network cards.
func uplinks(h *topology.Host, br *topology.Bridge) (list []*topology.Port) {
	for _, p := range br.Ports {
		if len(p.Guests) > 0 || p.Link == nil || !leadsOut(h, p.Link) || !p.Link.Up || p.Link.State == "DOWN" || p.Link.State == "LOWERLAYERDOWN" {
			continue
		}
		if state := portState(p); state != "" && state != "forwarding" {
			continue
		}
		list = append(list, p)
	}
	return list
}

// leadsOut reports a link to a wire. Representors of the virtual functions of a card have no kind either, but a name of their port.
func leadsOut(h *topology.Host, l *topology.Link) bool {
	switch l.Kind {
	case topology.KindBond, topology.KindTeam:
		return true
	case topology.KindVLAN:
		below := h.Link(l.Lower)
		return below != nil && below.Name != l.Name && below.Kind != topology.KindBridge && leadsOut(h, below)
	case "":
		return l.Details["portname"].Value == "" && l.Details["switchid"].Value == "" && (l.KindAt.Known() || printsKinds(h) || cardName(l.Name))
	}
	return false
}

// printsKinds reports that `ip` printed the kinds of devices, so that one without a kind is a card.
func printsKinds(h *topology.Host) bool {
	return slices.ContainsFunc(h.Links, func(l *topology.Link) bool {
		return l.Kind != "" && l.Kind != "loopback" && l.KindAt.Line > 0 && len(l.Attrs) > 0
	})
}

func cardName(name string) bool {
	for _, prefix := range []string{"eth", "em", "eno", "ens", "enp", "p1p", "p2p"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return true
		}
	}
	return false
}

// baseOf walks down VLAN devices and returns the device below them with the ids of the VLANs on the way.
func baseOf(h *topology.Host, l *topology.Link) (base string, vlans []string) {
	for range 16 {
		below := h.Link(l.Lower)
		if l.Kind != topology.KindVLAN || below == nil {
			break
		}
		vlans = append(vlans, cmp.Or(l.Attrs["id"].Value, l.Name))
		l = below
	}
	return l.Name, vlans
}
