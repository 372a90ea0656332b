package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/kube"
)

// cluster takes from the objects of the cluster which networks lead to devices of this node, and which machines and pods are on them: the
// machine's interface names a network, the network a bridge of the node.
func (j *joiner) cluster() {
	if len(j.f.Kube) == 0 {
		return
	}
	c := &j.h.Cluster
	machines := j.machines()
	c.NADsSeen, c.VMsSeen = j.f.AllNADs, j.f.AllVMs // what was inspected of one namespace says nothing of the others
	for _, r := range j.f.Kube {
		for _, v := range r.Value.Versions {
			c.Version = first(c.Version, fact(r.File, v.Version))
		}
		for _, n := range r.Value.Nodes {
			if n.Name == j.f.Node {
				c.Role = cmp.Or(c.Role, n.Role())
			}
		}
		for _, n := range r.Value.NADs {
			c.NADs = append(c.NADs, j.nads(r.File, n, machines)...)
		}
	}
	j.placeMachines(machines)
	j.placePods(machines)
	j.placePodDomains()
	j.placeNetworks()
}

// machines are the virtual machines of the cluster.
type machines struct {
	defined []parsers.Read[kube.VM]
	running []parsers.Read[kube.VMI]
	waiting []parsers.Read[kube.VMI]
	known   map[string]bool // NAMESPACE/NAME of those that run

	launched   map[string]bool // NAMESPACE/NAME of those whose pod runs
	namespaces map[string]bool // whose machines were collected
}

func (j *joiner) machines() machines {
	m := machines{known: map[string]bool{}, launched: map[string]bool{}, namespaces: map[string]bool{}}
	for _, r := range j.f.Kube {
		for _, v := range r.Value.VMs {
			m.namespaces[v.Namespace] = true
			m.defined = append(m.defined, parsers.Read[kube.VM]{File: r.File, Value: v})
		}
		for _, p := range r.Value.Pods {
			if p.Domain != "" && p.Running {
				m.launched[p.Namespace+"/"+p.Domain] = true
			}
		}
		for _, v := range r.Value.VMIs {
			m.namespaces[v.Namespace] = true
			if v.Phase.Value == "Succeeded" || v.Phase.Value == "Failed" {
				continue // it ran
			}
			if !v.Node.Found() {
				m.waiting = append(m.waiting, parsers.Read[kube.VMI]{File: r.File, Value: v}) // for a node that takes it: any
			} else {
				m.running = append(m.running, parsers.Read[kube.VMI]{File: r.File, Value: v})
			}
			m.known[v.Namespace+"/"+v.Name] = true
		}
	}
	return m
}

// nads tells where a network leads on a node; nothing for one that does not leave the node through a device of its own.
func (j *joiner) nads(f parsers.File, n kube.NAD, m machines) (list []*topology.NAD) {
	elsewhere := false // it leads to something that puts no MAC of a guest on a bond
	for _, p := range n.Config.Plugins {
		if p.InContainer.Value {
			continue // its device is the pod's
		}
		t := &topology.NAD{Name: n.Namespace + "/" + n.Name, VLAN: p.VLAN.Value, Source: f.At(max(p.Line, n.ConfigAt, n.Line))}
		switch p.Type {
		case "bridge", "cnv-bridge":
			t.Kind, t.On = topology.KindBridge, p.Bridge.Value
		case "ovs":
			t.Kind, t.On = topology.AttachedOVS, p.Bridge.Value
		case "macvlan", "ipvlan":
			t.Kind, t.On = p.Type, p.Master.Value
		case "ovn-k8s-cni-overlay":
			if p.Topology.Value == "localnet" {
				t.Kind, t.On = topology.AttachedOVS, j.localnet(cmp.Or(p.Physical.Value, n.Config.Name))
			}
		}
		switch {
		case t.Kind != "":
			list = append(list, t) // without On where it leads was not collected
		case slices.Contains(noDevice, p.Type):
		default:
			elsewhere = true
		}
	}
	if name, ok := strings.CutPrefix(n.Resource.Value, "bridge.network.kubevirt.io/"); ok && len(list) == 0 {
		list = append(list, &topology.NAD{Name: n.Namespace + "/" + n.Name, Kind: topology.KindBridge, On: name, Source: f.At(n.Resource.Line)})
	}
	if len(list) == 0 && elsewhere {
		list = append(list, &topology.NAD{Name: n.Namespace + "/" + n.Name, Kind: topology.AttachedHost, Source: f.At(max(n.ConfigAt, n.Line))})
	}
	for _, t := range list {
		t.Seen = j.usersSeen(n, t.Kind, m)
	}
	return list
}

// noDevice are plugins that only change what another one of their list made.
var noDevice = []string{"tuning", "cnv-tuning", "portmap", "bandwidth", "firewall", "sbr", "vrf", "whereabouts"}

// usersSeen reports whether it was collected who uses a network: pods are collected by namespace, virtual machines of all namespaces, or of some.
func (j *joiner) usersSeen(n kube.NAD, kind string, m machines) bool {
	if kind == topology.KindBridge || kind == topology.AttachedOVS {
		if j.h.Cluster.VMsSeen || m.namespaces[n.Namespace] {
			return true
		}
	}
	if n.Namespace == globalNamespace {
		return false // pods of all namespaces may use it
	}
	return slices.ContainsFunc(j.f.PodNamespaces, func(ns string) bool { return ns == n.Namespace })
}

// globalNamespace is the namespace whose networks multus lets every pod use.
const globalNamespace = "default"

// What OVN-Kubernetes maps by itself: the bridge of the node's own network.
const (
	defaultLocalnet = "physnet"
	defaultBridge   = "br-ex"
)

// localnet finds the bridge that leads to a physical network of OVN, "" when nothing tells it.
func (j *joiner) localnet(network string) string {
	for _, r := range j.f.Kube {
		for _, s := range r.Value.States {
			if b := bridgeOf(s.Mappings, network); b != "" && s.Name == j.h.Node {
				return b
			}
		}
	}
	for _, r := range j.f.OVS {
		for _, m := range r.Value.Mappings {
			if m.Network == network {
				return m.Bridge
			}
		}
	}
	for _, r := range j.f.Kube {
		for _, p := range r.Value.Policies {
			if b := bridgeOf(p.Mappings, network); b != "" {
				return b
			}
		}
	}
	if network == defaultLocalnet && j.h.Link(defaultBridge) != nil {
		return defaultBridge
	}
	return ""
}

func bridgeOf(list []kube.Mapping, network string) string {
	for _, m := range list {
		if m.Localnet == network && !m.Absent {
			return m.Bridge
		}
	}
	return ""
}

// placeMachines places the machines that run on this node, and those that are off and would find their network here.
func (j *joiner) placeMachines(m machines) {
	for _, r := range m.running {
		if r.Value.Node.Value == j.h.Node {
			for _, i := range r.Value.Interfaces {
				j.placeMachine(r.File, r.Value.Meta, i, true)
			}
		}
	}
	for _, r := range m.waiting {
		for _, i := range r.Value.Interfaces {
			j.placeMachine(r.File, r.Value.Meta, i, false)
		}
	}
	for _, r := range m.defined {
		if name := r.Value.Namespace + "/" + r.Value.Name; !m.known[name] && !m.launched[name] {
			meta, runs := r.Value.Meta, r.Value.Status.Value == "Running"
			if runs { // its instance was not collected
				meta.Name += " (on a node that is not told)"
			}
			for _, i := range r.Value.Interfaces {
				j.placeMachine(r.File, meta, i, runs)
			}
		}
	}
}

func (j *joiner) placeMachine(f parsers.File, m kube.Meta, i kube.Interface, running bool) {
	if !i.Network.Found() || i.Binding == "sriov" {
		return
	}
	name := i.Network.Value
	if !strings.Contains(name, "/") {
		name = m.Namespace + "/" + name
	}
	j.placeOn(name, &topology.Place{Guest: m.Namespace + "/" + m.Name, Kind: topology.GuestVM, MAC: fact(f, i.MAC), Running: running, Source: f.At(cmp.Or(i.Network.Line, i.Line))})
}

// placeOn places a guest on each device that the network leads to.
func (j *joiner) placeOn(nad string, p *topology.Place) {
	found := false
	for _, n := range j.h.Cluster.NADs {
		if n.Name != nad {
			continue
		}
		found = true
		at := *p
		at.Network = nad
		switch {
		case n.Kind == topology.AttachedHost:
			continue
		case n.On == "":
			at.Unknown = true
			j.h.Places = append(j.h.Places, &at)
			continue
		}
		switch n.Kind {
		case topology.KindBridge, topology.AttachedOVS:
			at.Bridge = n.On
		default:
			at.Dev, at.DevKind = n.On, n.Kind
		}
		j.h.Places = append(j.h.Places, &at)
	}
	if !found {
		at := *p
		at.Network, at.Unknown = nad, true
		j.h.Places = append(j.h.Places, &at)
	}
}

// placePods places the pods with networks of their own; the pod of a virtual machine counts where the machine itself was not collected.
func (j *joiner) placePods(m machines) {
	for _, r := range j.f.Kube {
		for _, p := range r.Value.Pods {
			if p.Node.Value != j.h.Node || !p.Running || p.Domain != "" && m.known[p.Namespace+"/"+p.Domain] {
				continue
			}
			guest := topology.Place{Guest: p.Namespace + "/" + p.Name, Kind: topology.GuestContainer, Running: true}
			if p.Domain != "" {
				guest.Guest, guest.Kind = p.Namespace+"/"+p.Domain, topology.GuestVM
			}
			j.placeNetworksOf(r.File, p.Networks, p.Namespace, guest)
		}
	}
}

func (j *joiner) placeNetworksOf(f parsers.File, networks []cni.Status, namespace string, guest topology.Place) {
	for _, n := range networks {
		if n.Default {
			continue
		}
		at := guest
		at.MAC, at.Source = fact(f, n.MAC), f.At(n.Line)
		if at.Kind == topology.GuestVM {
			at.MAC = topology.Fact[string]{} // the machine's own is behind another bridge in the pod
		}
		name := n.Name
		if !strings.Contains(name, "/") {
			name = namespace + "/" + name
		}
		j.placeOn(name, &at)
	}
}

// placePodDomains takes the MAC addresses of machines from their XML, or from the bridge in their pod, where their objects tell none.
func (j *joiner) placePodDomains() {
	for _, r := range j.f.PodBridges {
		for _, e := range r.Value.FDB {
			for _, p := range j.h.Places {
				if strings.HasSuffix(p.Guest, "/"+r.Name) && !p.MAC.Known() && e.State == "dynamic" && strings.HasPrefix(e.Dev, "tap") && onlyPlace(j.h.Places, p.Guest) {
					p.MAC = topology.Fact[string]{Value: e.MAC, Source: r.At(e.Line)}
				}
			}
		}
	}
	for _, r := range j.f.PodDomains {
		for _, i := range r.Value.Interfaces {
			for _, p := range j.h.Places {
				if !p.MAC.Known() && p.Kind == topology.GuestVM && strings.ReplaceAll(p.Guest, "/", "_") == r.Value.Name && i.MAC.Found() && onlyPlace(j.h.Places, p.Guest) {
					p.MAC = fact(r.File, i.MAC)
				}
			}
		}
	}
}

// onlyPlace reports a guest with one interface: whose MAC is whose cannot be told of more.
func onlyPlace(places []*topology.Place, guest string) bool {
	n := 0
	for _, p := range places {
		if p.Guest == guest {
			n++
		}
	}
	return n == 1
}

// placeNetworks notes networks whose users were not collected: what sits on the devices that they lead to is not known.
func (j *joiner) placeNetworks() {
	for _, n := range j.h.Cluster.NADs {
		if !n.Seen && n.Kind != topology.AttachedHost && !slices.ContainsFunc(j.h.Places, func(p *topology.Place) bool { return p.Network == n.Name }) {
			p := &topology.Place{Network: n.Name, Kind: topology.GuestUnknown, Running: true, Source: n.Source, Unknown: n.On == ""}
			if n.Kind == topology.KindBridge || n.Kind == topology.AttachedOVS {
				p.Bridge = n.On
			} else {
				p.Dev = n.On
			}
			if p.Unknown || j.h.Link(n.On) != nil || j.h.Bridge(n.On) != nil || j.below(n.On) != "" {
				j.h.Unplaced = append(j.h.Unplaced, p)
			}
		}
	}
}
