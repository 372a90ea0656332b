package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/libvirt"
)

// domains joins what several files say of a guest: a live XML knows its ports, a definition knows guests that are off.
func (j *joiner) domains() {
	for _, r := range j.f.Networks {
		if r.Value.Name == "" || slices.ContainsFunc(j.h.Networks, func(n *topology.Network) bool { return n.Name == r.Value.Name }) {
			continue
		}
		j.h.Networks = append(j.h.Networks, &topology.Network{
			Name: r.Value.Name, Bridge: fact(r.File, r.Value.Bridge), Forward: fact(r.File, r.Value.Forward), Source: r.At(r.Value.Line),
		})
	}
	best := map[string]parsers.Read[libvirt.Domain]{}
	var names []string
	for _, r := range j.f.Domains {
		have, seen := best[r.Value.Name]
		if r.Value.Name == "" {
			continue
		}
		if !seen {
			names = append(names, r.Value.Name)
		}
		if !seen || liveness(r.Value) > liveness(have.Value) {
			best[r.Value.Name] = r
		}
	}
	slices.Sort(names)
	for _, name := range names {
		j.h.Domains = append(j.h.Domains, j.domain(best[name]))
	}
}

// liveness ranks descriptions of one guest: the XML of a running one, its status file, its definition.
func liveness(d libvirt.Domain) int {
	switch {
	case d.ID >= 0 && !d.Status:
		return 2
	case d.Status:
		return 1
	}
	return 0
}

func (j *joiner) domain(r parsers.Read[libvirt.Domain]) *topology.Domain {
	d := &topology.Domain{Name: r.Value.Name, UUID: r.Value.UUID, Source: r.At(r.Value.Line), State: r.Value.State, Running: liveness(r.Value) > 0, StateKnown: liveness(r.Value) > 0}
	for _, l := range j.f.DomainList {
		for _, row := range l.Value {
			if row.Name == d.Name {
				d.State, d.StateKnown = row.State, true
				d.Running = row.State != "shut off" && row.State != "crashed"
			}
		}
	}
	for _, n := range r.Value.Interfaces {
		t := topology.DomainNIC{
			Type: cmp.Or(n.ActualType, n.Type), Source: r.At(n.Line), MAC: fact(r.File, n.MAC), Bridge: fact(r.File, n.Bridge), Network: fact(r.File, n.Network),
			Dev: fact(r.File, n.Dev), Target: fact(r.File, n.Target), Virtual: n.Virtual,
			Mode: n.Mode, Model: n.Model, MTU: n.MTU, PCI: n.PCI, LinkState: n.LinkState, VLANs: n.VLANs,
		}
		if !t.Bridge.Known() && t.Network.Known() {
			j.throughNetwork(&t)
		}
		d.Interfaces = append(d.Interfaces, t)
	}
	return d
}

// throughNetwork finds the bridge, or the device, of a libvirt network.
func (j *joiner) throughNetwork(n *topology.DomainNIC) {
	for _, net := range j.h.Networks {
		if net.Name == n.Network.Value {
			n.Bridge = net.Bridge
		}
	}
	for _, r := range j.f.Networks {
		if r.Value.Name == n.Network.Value && !r.Value.Bridge.Found() && len(r.Value.Devs) > 0 && !n.Dev.Known() {
			n.Dev, n.Type = fact(r.File, r.Value.Devs[0]), "direct"
		}
	}
}

// guests finds who is behind each port of each bridge.
func (j *joiner) guests() {
	for _, br := range j.h.Bridges {
		for _, p := range br.Ports {
			if g := j.guestAt(br, p); g != nil {
				p.Guests = append(p.Guests, g)
			}
		}
		j.namePorts(br)
	}
}

// guestAt tells the guest behind a port, nil when the port leads elsewhere. The target device of a guest's XML comes first: MACs may be obfuscated.
func (j *joiner) guestAt(br *topology.Bridge, p *topology.Port) *topology.GuestNIC {
	if d, n := j.nicAt(p); d != nil {
		n.Joined = true
		return &topology.GuestNIC{Guest: d.Name, Kind: topology.GuestVM, Interface: p.Name, MAC: n.MAC, Running: true, Source: cmp.Or(n.Target.Source, n.Bridge.Source, n.Source)}
	}
	if x := j.placeAt(p); x != nil {
		x.Joined = true
		return &topology.GuestNIC{Guest: x.Guest, Kind: x.Kind, Interface: p.Name, MAC: x.MAC, Running: true, Source: x.Source}
	}
	if g, known := j.ovsGuest(p); known {
		return g
	}
	return j.likelyGuest(br, p)
}

// likelyGuest tells a guest by what kind of device its port is.
func (j *joiner) likelyGuest(br *topology.Bridge, p *topology.Port) *topology.GuestNIC {
	kind := ""
	if p.Link != nil {
		kind = p.Link.Kind
	}
	g := &topology.GuestNIC{Guest: p.Name, Interface: p.Name, Kind: topology.GuestUnknown, Running: true, Source: p.Source}
	switch {
	case hostsOwn(br, p):
		return nil
	case kind == topology.KindVeth && p.Link.PeerNS != "":
		g.Kind = topology.GuestContainer
		if p.Link.PeerNS != namelessNS && !strings.HasPrefix(p.Link.PeerNS, netnsIDPrefix) {
			g.Guest = p.Link.PeerNS
		}
		g.MAC = j.macInNamespace(p.Link)
	case kind == topology.KindVeth && j.peer(p.Link) != nil:
		return nil // a cable to another bridge of this host
	case kind == topology.KindVeth:
		g.Kind = topology.GuestContainer
	case kind == topology.KindTun, kind == topology.KindVif, kind == "" && p.Link == nil && (tapName.MatchString(p.Name) || xenName.MatchString(p.Name)):
		g.Kind = topology.GuestVM
		if kind == topology.KindTun && !tapName.MatchString(p.Name) {
			g.Kind = topology.GuestUnknown
		}
	case kind == "" && p.Link == nil && vethName.MatchString(p.Name):
		g.Kind = topology.GuestContainer
	case kind == "" && p.Link != nil && len(p.Link.PortAttrs) == 0 && strings.HasPrefix(p.Link.MAC.Value, "fe:"):
		// a tap with a name of its own, from an `ip` that prints no details: hypervisors begin its address so, cards do not
	default:
		return nil
	}
	if !g.MAC.Known() {
		g.MAC, g.Learned = j.learnedMAC(br, p), true
	}
	return g
}

// ovsGuest tells the guest behind a port of Open vSwitch from what the one who added it wrote into its external_ids (Nova, Neutron, OVN), or from its
// type. known is false for a port that they do not explain; a guest that is nil is none.
func (j *joiner) ovsGuest(p *topology.Port) (g *topology.GuestNIC, known bool) {
	id, mac := p.External["iface-id"], first(p.External["attached-mac"], p.External["attached_mac"]) // OVN-Kubernetes writes the latter
	switch {
	case p.Type == "patch", p.Type == "vxlan", p.Type == "geneve", p.Type == "gre", p.Type == "stt":
		return nil, true
	case p.Type == "internal" && (p.Link != nil && p.Link.Namespace == "" || strings.HasPrefix(p.Name, "ovn-k8s-mp")):
		return nil, true // an interface of the host itself, as the one of OVN-Kubernetes, which has an iface-id too
	case p.Type == "internal" && j.h.Seen(parsers.DatumLinks):
		return j.movedPort(p), true
	case j.peer(p.Link) != nil:
		return nil, true // Nova's qvo: the guest is behind the Linux bridge at the other end, and the port has its ids
	case strings.HasPrefix(p.Type, "dpdkvhostuser"), mac.Known() || id.Known():
		g = &topology.GuestNIC{Guest: p.Name, Kind: topology.GuestVM, Interface: p.Name, MAC: mac, Running: true, Source: cmp.Or(id.Source, mac.Source, p.Source)}
	default:
		return nil, false
	}
	vm := first(p.External["vm-uuid"], p.External["vm-id"])
	switch {
	case vm.Known():
		g.Guest = cmp.Or(j.domainOf(vm.Value), vm.Value)
	case p.External["sandbox"].Known():
		g.Guest, g.Kind = strings.Replace(id.Value, "_", "/", 1), topology.GuestContainer
	case p.External["container_id"].Known():
		g.Guest, g.Kind = p.External["container_id"].Value, topology.GuestContainer
	}
	g.Routed = p.External["sandbox"].Known() && !p.External["k8s.ovn.org/nad"].Known()
	return g, true
}

// movedPort is the guest behind an internal port whose device is not among the host's own: it was moved into a namespace, as Neutron does with those
// of routers and DHCP servers.
func (j *joiner) movedPort(p *topology.Port) *topology.GuestNIC {
	g := &topology.GuestNIC{Guest: p.Name, Kind: topology.GuestContainer, Interface: p.Name, MAC: first(p.External["attached-mac"]), Running: true, Source: p.Source}
	for _, l := range j.h.Links {
		if l.Namespace != "" && l.Name == p.Name {
			g.Guest, g.MAC = l.Namespace, l.MAC
		}
	}
	return g
}

// domainOf is the name of the guest of libvirt with a UUID, "" when there is none.
func (j *joiner) domainOf(uuid string) string {
	for _, r := range j.f.Domains {
		if strings.EqualFold(r.Value.UUID, uuid) {
			return r.Value.Name
		}
	}
	return ""
}

// hostsOwn reports ports that look like a guest's and are the host's: the tap that old libvirt keeps in each of its bridges for its address, and
// dom0's own interface under Xen.
func hostsOwn(br *topology.Bridge, p *topology.Port) bool {
	emulated := strings.TrimSuffix(p.Name, "-emu") // the same interface of a Xen guest, before its own driver takes over
	return p.Name == br.Name+"-nic" || strings.HasPrefix(p.Name, "vif0.") ||
		emulated != p.Name && slices.ContainsFunc(br.Ports, func(x *topology.Port) bool { return x.Name == emulated })
}

// nicAt finds the interface of a domain that a port belongs to: by its target device, else by the MAC that libvirt gives a tap, which is the
// guest's with the first octet fe.
func (j *joiner) nicAt(p *topology.Port) (*topology.Domain, *topology.DomainNIC) {
	for _, d := range j.h.Domains {
		for i := range d.Interfaces {
			if n := &d.Interfaces[i]; n.Target.Known() && n.Target.Value == p.Name && !n.Joined && (d.Running || !d.StateKnown) {
				return d, n
			}
		}
	}
	if p.Link == nil || !strings.HasPrefix(p.Link.MAC.Value, "fe:") {
		return nil, nil
	}
	for _, d := range j.h.Domains {
		for i := range d.Interfaces {
			n := &d.Interfaces[i]
			if !n.Target.Known() && !n.Joined && n.MAC.Known() && topology.SameTail(n.MAC.Value, p.Link.MAC.Value) {
				d.Running = true
				return d, n
			}
		}
	}
	return nil, nil
}

// peer returns the other end of a veth in the host's own namespace, nil when it is elsewhere or unknown.
func (j *joiner) peer(l *topology.Link) *topology.Link {
	if l == nil || l.Kind != topology.KindVeth || l.PeerNS != "" {
		return nil
	}
	for _, r := range j.f.Links {
		for _, x := range r.Value {
			if x.Name == l.Name && x.Lower != "" {
				return j.h.Link(x.Lower)
			}
		}
	}
	return nil
}

// macInNamespace finds the MAC of the end of a veth that is in a namespace.
func (j *joiner) macInNamespace(l *topology.Link) topology.Fact[string] {
	for _, x := range j.h.Links {
		if x.Namespace == l.PeerNS && x.Namespace != "" && (x.PeerIndex == l.Index && l.Index > 0 || x.Index == l.PeerIndex && l.PeerIndex > 0 && x.Kind == topology.KindVeth) {
			return x.MAC
		}
	}
	return topology.Fact[string]{}
}

// learnedMAC takes a guest's MAC from the forwarding database: the one address learned on its port, or the address anywhere in the bridge that
// differs from the tap's in the first octet only.
func (j *joiner) learnedMAC(br *topology.Bridge, p *topology.Port) topology.Fact[string] {
	var own []topology.FDBEntry
	for _, e := range j.h.FDB {
		if e.Local || e.Self || e.Bridge != br.Name {
			continue
		}
		if p.Link != nil && strings.HasPrefix(p.Link.MAC.Value, "fe:") && topology.SameTail(e.MAC, p.Link.MAC.Value) {
			return topology.Fact[string]{Value: e.MAC, Source: e.Source}
		}
		if e.Dev == p.Name && len(own) < 2 && !slices.ContainsFunc(own, func(o topology.FDBEntry) bool { return o.MAC == e.MAC }) {
			own = append(own, e)
		}
	}
	if len(own) != 1 {
		return topology.Fact[string]{}
	}
	return topology.Fact[string]{Value: own[0].MAC, Source: own[0].Source}
}
