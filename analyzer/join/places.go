package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/docker"
	"github.com/sosbond/sosbond/parsers/qemu"
)

// places takes from container runtimes and from the command lines of QEMU where guests are attached.
func (j *joiner) places() {
	j.placeContainers()
	j.placeCRIPods()
	j.placeLXC()
	j.placeQEMU()
}

// placeContainers places the containers of docker and podman on the networks that are bridges or sit on a device.
func (j *joiner) placeContainers() {
	for _, r := range j.f.DockerNets {
		for _, n := range r.Value {
			for _, e := range n.Endpoints {
				j.placeContainer(n, topology.Place{Guest: e.Container, MAC: fact(r.File, e.MAC), Running: true, Source: r.At(e.Line)})
			}
		}
	}
	for _, r := range j.f.Containers {
		for _, c := range r.Value {
			for _, e := range c.Endpoints {
				if n, ok := j.dockerNetwork(e.Network); ok {
					j.placeContainer(n, topology.Place{Guest: c.Name, MAC: fact(r.File, e.MAC), Running: c.Running.Value, Source: r.At(cmp.Or(e.Line, c.Line))})
				}
			}
		}
	}
}

func (j *joiner) dockerNetwork(name string) (docker.Network, bool) {
	for _, r := range j.f.DockerNets {
		for _, n := range r.Value {
			if n.Name == name {
				return n, true
			}
		}
	}
	return docker.Network{}, false
}

func (j *joiner) placeContainer(n docker.Network, p topology.Place) {
	if p.Guest == "" || slices.ContainsFunc(j.h.Places, func(x *topology.Place) bool { return x.Guest == p.Guest && x.Network == n.Name }) {
		return
	}
	p.Kind, p.Network = topology.GuestContainer, n.Name
	switch n.Driver {
	case "macvlan", "ipvlan":
		p.Dev, p.DevKind = n.Parent.Value, n.Driver
	default:
		p.Bridge = n.Bridge.Value
	}
	if p.Dev != "" || p.Bridge != "" {
		j.h.Places = append(j.h.Places, &p)
	} else if n.Driver == "macvlan" || n.Driver == "ipvlan" {
		p.Unknown = true
		j.h.Places = append(j.h.Places, &p)
	}
}

// placeCRIPods knows pods of the container runtime by the addresses of their interfaces and by the host's ends of them; what their networks are
// is told by the cluster alone.
func (j *joiner) placeCRIPods() {
	for _, r := range j.f.Pods {
		for _, i := range r.Value.Interfaces {
			if l := j.h.Link(i.Name); !i.InPod && l != nil && l.Kind == topology.KindVeth {
				j.h.Places = append(j.h.Places, &topology.Place{Guest: r.Value.Namespace + "/" + r.Value.Name, Kind: topology.GuestContainer, Interface: i.Name, Running: true, Source: r.At(i.Line)})
			}
		}
		for _, n := range r.Value.Networks {
			guest := topology.Place{Guest: r.Value.Namespace + "/" + r.Value.Name, Kind: topology.GuestContainer, Running: r.Value.Ready.Value || !r.Value.Ready.Found()}
			guest.MAC, guest.Source, guest.Network = fact(r.File, n.MAC), r.At(n.Line), n.Name
			j.onCNI(&guest)
			if (guest.MAC.Known() || guest.Dev != "" || guest.Bridge != "") && !j.placed(guest.Guest, n.Name) {
				j.h.Places = append(j.h.Places, &guest)
			}
		}
	}
}

// onCNI finds the bridge or the device that a network of the host's own CNI configuration leads to.
func (j *joiner) onCNI(p *topology.Place) {
	for _, r := range j.f.CNI {
		if r.Value.Name != p.Network {
			continue
		}
		for _, plugin := range r.Value.Plugins {
			switch {
			case plugin.InContainer.Value:
			case plugin.Type == "macvlan" || plugin.Type == "ipvlan":
				p.Dev, p.DevKind = plugin.Master.Value, plugin.Type
			case plugin.Type == "bridge":
				p.Bridge = cmp.Or(plugin.Bridge.Value, "cni0") // the plugin's own default
			}
		}
	}
}

func (j *joiner) placed(guest, network string) bool {
	return slices.ContainsFunc(j.h.Places, func(p *topology.Place) bool { return p.Guest == guest && p.Network == network })
}

func (j *joiner) placeLXC() {
	for _, r := range j.f.LXC {
		for _, n := range r.Value {
			p := &topology.Place{Guest: r.Name, Kind: topology.GuestContainer, Interface: n.Pair.Value, MAC: fact(r.File, n.MAC), Running: true, Source: r.At(cmp.Or(n.Link.Line, n.Line))}
			switch n.Type {
			case "macvlan", "ipvlan":
				p.Dev, p.DevKind = n.Link.Value, n.Type
			case "veth":
				p.Bridge = n.Link.Value
			}
			// LXD 4 and later make the device themselves and give LXC the end that goes into the container: then the address alone tells whose it is.
			if p.Dev != "" || p.Bridge != "" || p.Interface != "" || n.Type == "phys" && p.MAC.Known() {
				j.h.Places = append(j.h.Places, p)
			}
		}
	}
}

// placeQEMU places virtual machines that libvirt does not tell of: of Proxmox, or where virsh could not be asked.
func (j *joiner) placeQEMU() {
	for _, r := range j.f.QEMU {
		for _, g := range r.Value {
			if !g.Ended {
				j.passed(r.File, g)
			}
			if g.Ended || j.knownMachine(g) {
				continue
			}
			for _, n := range g.NICs {
				j.placeNIC(r.File, g, n)
			}
		}
	}
}

// passed notes the devices of the host that a process gives to its guest, each once.
func (j *joiner) passed(f parsers.File, g qemu.Guest) {
	for _, n := range g.NICs {
		p := topology.Passed{Guest: machineName(g), PCI: n.VFIO.Value, Source: f.At(cmp.Or(n.Line, g.Line))}
		same := func(x topology.Passed) bool { return x.Guest == p.Guest && x.PCI == p.PCI }
		if n.VFIO.Found() && !slices.ContainsFunc(j.h.Passed, same) {
			j.h.Passed = append(j.h.Passed, p)
		}
	}
}

// knownMachine reports a process that libvirt told of, or that an earlier file showed.
func (j *joiner) knownMachine(g qemu.Guest) bool {
	name := machineName(g)
	return len(j.h.DomainsOf(name)) > 0 ||
		slices.ContainsFunc(j.h.Places, func(p *topology.Place) bool { return p.Guest == name && p.Kind == topology.GuestVM && p.Network == "" })
}

func machineName(g qemu.Guest) string { return cmp.Or(g.Name, g.UUID, "qemu") }

func (j *joiner) placeNIC(f parsers.File, g qemu.Guest, n qemu.NIC) {
	if !slices.Contains([]string{"tap", "bridge", "vhost-user", ""}, n.Backend) || n.VFIO.Found() {
		return
	}
	p := &topology.Place{Guest: machineName(g), Kind: topology.GuestVM, Interface: n.Ifname.Value, Bridge: n.Bridge.Value, MAC: fact(f, n.MAC), Running: true,
		Source: f.At(cmp.Or(n.Line, g.Line))}
	if p.Interface != "" || p.Bridge != "" || p.MAC.Known() {
		j.h.Places = append(j.h.Places, p)
	}
}

// placeAt finds the guest whose interface a port is: by its name, or by the address that hypervisors give the tap of a guest, which has the
// guest's tail.
func (j *joiner) placeAt(p *topology.Port) *topology.Place {
	for _, x := range j.h.Places {
		if x.Interface == p.Name && !x.Joined {
			return x
		}
	}
	if p.Link == nil || !strings.HasPrefix(p.Link.MAC.Value, "fe:") {
		return nil
	}
	for _, x := range j.h.Places {
		if !x.Joined && x.Interface == "" && x.Kind == topology.GuestVM && x.Running && x.MAC.Known() && topology.SameTail(x.MAC.Value, p.Link.MAC.Value) {
			return x
		}
	}
	return nil
}

// placeByMAC finds the guest with an address.
func (j *joiner) placeByMAC(mac topology.Fact[string]) *topology.Place {
	for _, x := range j.h.Places {
		if mac.Known() && mac.Value != "" && !masked(mac.Value) && x.MAC.Value == mac.Value && x.Running {
			return x
		}
	}
	return nil
}

// namePorts gives the guests behind ports the names that their platform has for them. Where as many guests are placed on a bridge as it has ports
// that nothing else explains, each of these ports is one of them.
func (j *joiner) namePorts(br *topology.Bridge) {
	var nameless []*topology.Port
	for _, p := range br.Ports {
		for _, g := range p.Guests {
			if g.Guest != p.Name && !j.namedByCNI(p, g) {
				continue
			}
			if x := j.placeByMAC(g.MAC); x != nil {
				g.Guest, g.Kind, g.Source = x.Guest, x.Kind, x.Source
				x.Joined = true
				continue
			}
			nameless = append(nameless, p)
		}
	}
	var waiting []*topology.Place
	for _, x := range j.h.Places {
		if x.Bridge == br.Name && x.Running && !x.Joined && x.Interface == "" {
			waiting = append(waiting, x)
		}
	}
	if j.routesPods(br) {
		for _, p := range nameless {
			for _, g := range p.Guests {
				g.Routed = g.Kind == topology.GuestContainer
			}
		}
		return
	}
	if len(nameless) == 0 || len(waiting) < len(nameless) {
		return
	}
	for _, p := range nameless {
		p.Guests = nil
	}
	if len(nameless) == 1 && len(waiting) == 1 {
		x := waiting[0]
		x.Joined = true
		nameless[0].Guests = []*topology.GuestNIC{{Guest: x.Guest, Kind: x.Kind, Interface: nameless[0].Name, MAC: x.MAC, Running: true, Source: x.Source}}
	}
}

// namedByCNI reports a guest on a node that is known by its network namespace only: the name that CNI gives that tells nobody anything.
func (j *joiner) namedByCNI(p *topology.Port, g *topology.GuestNIC) bool {
	return j.h.Node != "" && p.Link != nil && p.Link.PeerNS != "" && g.Guest == p.Link.PeerNS
}

// routesPods reports a bridge of OVN-Kubernetes in a cluster whose networks are known: the pods on it that are on no other network are on the
// cluster's own, which is routed.
func (j *joiner) routesPods(br *topology.Bridge) bool {
	return br.Name == topology.OVNBridge && br.Kind == topology.KindOVS && j.h.Cluster.NADsSeen && j.h.Link("ovn-k8s-mp0") != nil
}

// unplaced finds the guests that sit on no device of the host that is known: they may be on any bond.
func (j *joiner) unplaced() {
	for _, p := range j.h.Places {
		if p.Joined || p.Interface != "" {
			continue
		}
		bridge := p.Bridge != "" && j.h.Bridge(p.Bridge) == nil && p.Running
		dev := p.Dev != "" && j.h.Link(p.Dev) == nil && j.h.Bond(p.Dev) == nil && j.below(p.Dev) == ""
		if (p.Unknown && (p.Running || p.Kind != topology.GuestVM)) || bridge || dev && p.Running {
			j.h.Unplaced = append(j.h.Unplaced, p)
		}
	}
}

// below is the device that a VLAN device which does not exist yet is to be made on: docker and CNI make "bond0.50" when its first container starts.
func (j *joiner) below(dev string) string {
	name, vlan, ok := strings.Cut(dev, ".")
	if !ok || vlan == "" || strings.Trim(vlan, "0123456789") != "" || j.h.Link(dev) != nil {
		return ""
	}
	if j.h.Link(name) == nil && j.h.Bond(name) == nil {
		return ""
	}
	return name
}

// placedOn are the guests on a bridge whose ports are not known.
func (j *joiner) placedOn(bridge string) (list []*topology.GuestNIC) {
	for _, x := range j.h.Places {
		if x.Bridge == bridge && !x.Joined {
			list = append(list, &topology.GuestNIC{Guest: x.Guest, Kind: x.Kind, MAC: x.MAC, Running: x.Running, Source: x.Source})
		}
	}
	return list
}

// placedGuests are the guests with a device of their own on a device, where that device of theirs is not among the interfaces.
func (w *walker) placedGuests(dev string, path []string) {
	byKind := map[string][]*topology.GuestNIC{}
	for _, x := range w.j.h.Places {
		if (x.Dev == dev || w.j.below(x.Dev) == dev) && !x.Joined {
			byKind[x.DevKind] = append(byKind[x.DevKind], &topology.GuestNIC{Guest: x.Guest, Kind: x.Kind, MAC: x.MAC, Running: x.Running, Source: x.Source})
		}
	}
	for _, kind := range []string{topology.KindMACVLAN, topology.KindIPVLAN} {
		if guests := byKind[kind]; len(guests) > 0 {
			w.b.Attachments = append(w.b.Attachments, &topology.Attachment{Kind: kind, Name: kind + " on " + dev, Path: append(slices.Clone(path), kind+" on "+dev),
				Port: dev, Guests: guests, Source: guests[0].Source})
		}
	}
}
