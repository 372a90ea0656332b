package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/libvirt"
	"github.com/sosbond/sosbond/parsers/text"
)

// attachments walks up from each bond and notes what sits on it.
func (j *joiner) attachments() {
	pairs := 0
	for i, b := range j.h.Bonds {
		if pairs > pairsOfBond*j.most {
			j.leaveOut(i)
			return
		}
		w := walker{j: j, b: b, seen: map[string]bool{}}
		w.climb(b.Name, []string{b.Name})
		w.unseenDevices()
		if b.ConfigOnly {
			w.fromConfig()
		}
		if len(b.Attachments) == 0 {
			w.nothing()
		} else if !b.ConfigOnly && !w.showsUppers() && !slices.ContainsFunc(b.Attachments, seen) {
			b.Attachments = append(b.Attachments, w.unknown()) // a platform told of a guest; what else is there was not collected
		}
		for _, a := range b.Attachments {
			pairs += len(a.Guests)
		}
	}
}

// walker climbs from a bond over VLAN and macsec devices, bridges and pairs of veth.
type walker struct {
	j    *joiner
	b    *topology.Bond
	seen map[string]bool
}

func (w *walker) climb(dev string, path []string) {
	if w.seen[dev] || len(path) > 16 {
		return
	}
	w.seen[dev] = true
	w.intoBridge(dev, path)
	if l := w.j.h.Link(dev); l != nil && w.j.h.Bond(l.Master.Value) != nil { // a bond of bonds
		w.climb(l.Master.Value, append(slices.Clone(path), l.Master.Value))
	}
	for _, l := range w.j.h.Uppers(dev) {
		up := append(slices.Clone(path), l.Title())
		switch l.Kind {
		case topology.KindVLAN, topology.KindMACsec:
			switch {
			case l.Namespace == "":
				w.climb(l.Name, up)
			case w.j.bridged(l.Namespace): // else what is in the namespace uses the bond's own MAC
				a := w.unknown()
				a.Name, a.Path, a.Source = l.Title(), up, l.Source
				w.b.Attachments = append(w.b.Attachments, a)
			}
		case topology.KindMACVLAN, topology.KindMACVTAP, topology.KindIPVLAN, topology.KindIPVTAP:
			w.device(l, dev, up)
		}
	}
	w.directGuests(dev, path)
	w.placedGuests(dev, path)
}

// intoBridge follows a device into the bridge that it is a port of, and that bridge's other ports as far as they lead on.
func (w *walker) intoBridge(dev string, path []string) {
	for _, at := range w.j.portsOf(dev) {
		br, i := at.bridge, at.port
		if w.seen[br.Name] {
			continue
		}
		up := append(slices.Clone(path), br.Name)
		a := &topology.Attachment{Kind: topology.KindBridge, Name: br.Name, Path: up, Port: dev, Bridge: br, Source: br.Ports[i].Source}
		if br.Kind == topology.KindOVS {
			a.Kind = topology.AttachedOVS
		}
		for _, p := range br.Ports {
			for _, g := range p.Guests {
				if g.Routed {
					a.Routed = true
				} else {
					a.Guests = append(a.Guests, g)
				}
			}
		}
		a.Guests = append(a.Guests, w.j.guestsOff(br.Name)...)
		a.Guests = append(a.Guests, w.j.placedOn(br.Name)...)
		w.b.Attachments = append(w.b.Attachments, a)
		w.climb(br.Name, up)
		for _, p := range br.Ports {
			if peer := w.j.peer(p.Link); peer != nil {
				w.climb(peer.Name, append(slices.Clone(up), p.Name, peer.Name))
			}
			if p.Name != br.Name && (p.Type == "internal" || br.Kind == topology.KindOVS && p.Link != nil && p.Link.Kind == topology.KindOVS) {
				w.climb(p.Name, append(slices.Clone(up), p.Name)) // a device of the host on this bridge may carry others
			}
			if p.Peer != "" { // a patch to another bridge of Open vSwitch
				n := len(w.b.Attachments)
				w.intoBridge(p.Peer, append(slices.Clone(up), p.Name, p.Peer))
				a.Routed = a.Routed || slices.ContainsFunc(w.b.Attachments[n:], func(x *topology.Attachment) bool { return x.Routed })
			}
		}
	}
}

// bridgePort is a port of a bridge.
type bridgePort struct {
	bridge *topology.Bridge
	port   int
}

// portsOf finds the bridges that a device is a port of, when all ports are known.
func (j *joiner) portsOf(dev string) []bridgePort {
	if j.bridgePorts == nil {
		j.bridgePorts = map[string][]bridgePort{}
		for _, br := range j.h.Bridges {
			for i, p := range br.Ports {
				if have := j.bridgePorts[p.Name]; len(have) == 0 || have[len(have)-1].bridge != br {
					j.bridgePorts[p.Name] = append(have, bridgePort{br, i})
				}
			}
		}
	}
	return j.bridgePorts[dev]
}

// bridged reports a namespace in which something puts MAC addresses of its own on what leads out of it.
func (j *joiner) bridged(ns string) bool {
	return slices.ContainsFunc(j.h.Links, func(l *topology.Link) bool {
		return l.Namespace == ns && slices.Contains([]string{topology.KindBridge, topology.KindMACVLAN, topology.KindMACVTAP, topology.KindOVS}, l.Kind)
	})
}

// device is a macvlan, macvtap or ipvlan on the bond or a VLAN over it.
func (w *walker) device(l *topology.Link, below string, path []string) {
	a := &topology.Attachment{Kind: l.Kind, Name: l.Title(), Path: path, Port: below, Link: l, Source: l.Source}
	if a.Kind == topology.KindIPVTAP {
		a.Kind = topology.KindIPVLAN
	}
	g := &topology.GuestNIC{Guest: l.Name, Kind: topology.GuestUnknown, Interface: l.Name, MAC: l.MAC, Running: true, Source: l.Source}
	if l.Namespace != "" {
		g.Guest, g.Kind = l.Namespace, topology.GuestContainer
	}
	if d, n := w.j.nicOf(l); d != nil {
		n.Joined = true
		g.Guest, g.Kind, g.MAC, g.Source = d.Name, topology.GuestVM, n.MAC, cmp.Or(n.Target.Source, n.Source)
	} else if x := w.j.placeByMAC(l.MAC); x != nil {
		x.Joined = true
		g.Guest, g.Kind, g.Source = x.Guest, x.Kind, x.Source
	}
	a.Guests = []*topology.GuestNIC{g}
	w.b.Attachments = append(w.b.Attachments, a)
}

// nicOf finds the guest's interface that a macvtap belongs to: by its target device, else by its MAC, which is the guest's own.
func (j *joiner) nicOf(l *topology.Link) (*topology.Domain, *topology.DomainNIC) {
	for _, d := range j.h.Domains {
		for i := range d.Interfaces {
			n := &d.Interfaces[i]
			byTarget := n.Target.Known() && n.Target.Value == l.Name && l.Namespace == ""
			byMAC := n.Type == "direct" && n.MAC.Known() && n.MAC.Value == l.MAC.Value
			if byTarget || byMAC && !n.Joined {
				return d, n
			}
		}
	}
	return nil, nil
}

// directGuests are guests with an <interface type='direct'> on a device whose macvtap is not there: they are shut off.
func (w *walker) directGuests(dev string, path []string) {
	var off []*topology.GuestNIC
	for _, d := range w.j.h.Domains {
		for i := range d.Interfaces {
			n := &d.Interfaces[i]
			if n.Type == "direct" && w.j.mayUse(n, dev) && !n.Joined && w.j.h.Link(n.Target.Value) == nil {
				off = append(off, &topology.GuestNIC{Guest: d.Name, Kind: topology.GuestVM, MAC: n.MAC, Running: d.Running, Source: cmp.Or(n.Dev.Source, n.Source)})
			}
		}
	}
	if len(off) > 0 {
		w.b.Attachments = append(w.b.Attachments, &topology.Attachment{
			Kind: topology.KindMACVTAP, Name: dev, Path: path, Port: dev, Guests: off, Source: off[0].Source,
		})
	}
}

// mayUse reports a macvtap that libvirt makes on a device: the one that the guest names, or any of its network's.
func (j *joiner) mayUse(n *topology.DomainNIC, dev string) bool {
	return n.Dev.Value == dev || n.Network.Known() && slices.ContainsFunc(j.f.Networks, func(r parsers.Read[libvirt.Network]) bool {
		return r.Value.Name == n.Network.Value && slices.ContainsFunc(r.Value.Devs, func(d text.At[string]) bool { return d.Value == dev })
	})
}

// guestsOff are the guests that are defined on a bridge and not attached to it. Several bonds may lead to one bridge: each has them.
func (j *joiner) guestsOff(bridge string) (off []*topology.GuestNIC) {
	for _, d := range j.h.Domains {
		for i := range d.Interfaces {
			n := &d.Interfaces[i]
			if (n.Bridge.Value == bridge || j.fakeBridge(n.Bridge.Value, bridge)) && !n.Joined && n.Bridge.Known() {
				off = append(off, &topology.GuestNIC{Guest: d.Name, Kind: topology.GuestVM, Interface: n.Target.Value, MAC: n.MAC, Running: d.Running, Source: cmp.Or(n.Bridge.Source, n.Source)})
			}
		}
	}
	return off
}

// fakeBridge reports a name that stands for one VLAN of a bridge of Open vSwitch (ovs-vsctl(8), "fake bridge"): an internal port with a tag.
func (j *joiner) fakeBridge(name, of string) bool {
	br := j.h.Bridge(of)
	return br != nil && br.Named && slices.ContainsFunc(br.Ports, func(p *topology.Port) bool { return p.Name == name && p.Type == "internal" && p.VLAN > 0 })
}

// unseenDevices finds macvlans in namespaces that were not collected: the kernel programs their MACs into the device below, where
// `bridge fdb` shows them as "self permanent". FCoE (0e:fc:00) does that too. In an obfuscated report such entries cannot be told from multicast.
func (w *walker) unseenDevices() {
	if w.j.h.Obfuscated.Known() {
		return
	}
	known := map[string]bool{}
	for _, l := range w.j.h.Links {
		known[l.MAC.Value], known[l.PermMAC.Value] = true, true
	}
	for _, s := range w.b.Slaves {
		known[s.PermMAC.Value] = true
	}
	for _, x := range w.j.h.Places {
		known[x.MAC.Value] = known[x.MAC.Value] || x.Dev != "" || x.Bridge != "" || x.Joined // the others are guests that nothing has placed yet
	}
	for _, e := range w.j.h.FDB {
		if !e.Self || !e.Local || known[e.MAC] || !unicast(e.MAC) || strings.HasPrefix(e.MAC, "0e:fc:00") || !w.j.h.Carries(w.b, e.Dev) {
			continue
		}
		known[e.MAC] = true
		mac := topology.Fact[string]{Value: e.MAC, Source: e.Source}
		g := &topology.GuestNIC{Guest: e.MAC, Kind: topology.GuestUnknown, MAC: mac, Running: true, Source: e.Source}
		if x := w.j.placeByMAC(mac); x != nil {
			x.Joined = true
			g.Guest, g.Kind, g.Source = x.Guest, x.Kind, x.Source
		}
		w.b.Attachments = append(w.b.Attachments, &topology.Attachment{
			Kind: topology.KindMACVLAN, Name: e.MAC, Path: []string{w.b.Name, e.MAC}, Port: e.Dev, Source: e.Source, Guests: []*topology.GuestNIC{g},
		})
	}
}

// unicast reports a MAC whose group bit is not set.
func unicast(mac string) bool {
	return len(mac) == 17 && strings.IndexByte("02468ace", mac[1]) >= 0 && !topology.NullMAC(mac)
}

// fromConfig takes the bridge from the configuration where no running state was collected.
func (w *walker) fromConfig() {
	for _, c := range w.b.Configs {
		if !c.Bridge.Known() || slices.ContainsFunc(w.b.Attachments, func(a *topology.Attachment) bool { return a.Name == c.Bridge.Value }) {
			continue
		}
		w.b.Attachments = append(w.b.Attachments, &topology.Attachment{
			Kind: topology.KindBridge, Name: c.Bridge.Value, Path: []string{w.b.Name, c.Bridge.Value}, Port: w.b.Name, Source: c.Bridge.Source, Guests: append(w.j.guestsOff(c.Bridge.Value), w.j.placedOn(c.Bridge.Value)...),
		})
	}
}

// seen reports an attachment that the host itself shows, not only a platform that tells where its guests are.
func seen(a *topology.Attachment) bool { return a.Bridge != nil || a.Link != nil }

// nothing sits on the bond: the host uses it alone, unless it was not collected what sits on it.
func (w *walker) nothing() {
	a := &topology.Attachment{Kind: topology.AttachedHost, Name: topology.AttachedHost, Path: []string{w.b.Name}, Port: w.b.Name, Source: w.b.Source}
	if !w.showsUppers() {
		a = w.unknown()
	}
	w.b.Attachments = []*topology.Attachment{a}
}

func (w *walker) unknown() *topology.Attachment {
	return &topology.Attachment{Kind: topology.AttachedUnknown, Name: topology.AttachedUnknown, Path: []string{w.b.Name}, Port: w.b.Name, Source: w.b.Source}
}

// showsUppers reports whether the report would show it if anything sat on the bond: the interfaces were read with the bond among them, and
// either with details or with the ports of the bridges beside them. iproute2 of RHEL 6 prints no bridge for a port.
func (w *walker) showsUppers() bool {
	if w.j.h.Of(parsers.DatumLinks).Status != parsers.StatusRead || w.b.Link == nil {
		return false
	}
	detailed := len(w.b.Link.Attrs) > 0 || w.b.Kind == topology.KindTeam && w.b.Link.KindAt.Line > 0 // a team's details are its kind alone
	return detailed || w.j.h.Seen(parsers.DatumBridges)
}
