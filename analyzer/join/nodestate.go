package join

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/nmstate"
)

// linksFromLogs takes the interfaces that the log of configure-ovs.sh shows, where nothing else does: they are as the node started.
func (j *joiner) linksFromLogs() {
	if len(j.h.Links) > 0 {
		return
	}
	for _, r := range j.f.OVSLogs {
		for _, log := range r.Value {
			if !j.logOfHost(log.Node) {
				continue
			}
			for _, l := range log.Links {
				if j.h.Link(l.Name) == nil {
					j.h.Links = append(j.h.Links, j.link(r.File, l, ""))
				}
			}
		}
	}
}

// logOfHost reports a log of this host: the journal of a report is its own, one of a must-gather holds several nodes'.
func (j *joiner) logOfHost(node string) bool {
	if j.f.Node == "" {
		return true
	}
	short, _, _ := strings.Cut(j.f.Node, ".")
	return node == j.f.Node || node == short
}

// running are the states of nmstate that show what runs.
func (j *joiner) running() (states []parsers.NetworkState) {
	for _, role := range []parsers.StateRole{parsers.RoleCurrent, parsers.RoleApplied} {
		for _, s := range j.f.NMState {
			if s.Role == role {
				states = append(states, s)
			}
		}
	}
	return states
}

// kindsOfNMState are the kinds of links by the types of nmstate.
var kindsOfNMState = map[string]string{
	"bond": topology.KindBond, "linux-bridge": topology.KindBridge, "vlan": topology.KindVLAN, "mac-vlan": topology.KindMACVLAN, "mac-vtap": topology.KindMACVTAP,
	"ipvlan": topology.KindIPVLAN, "veth": topology.KindVeth, "team": topology.KindTeam, "vxlan": topology.KindVXLAN, "macsec": topology.KindMACsec, "tun": topology.KindTun,
	"dummy": "dummy", "vrf": "vrf", "loopback": "loopback", "ovs-interface": topology.KindOVSPort, "infiniband": "",
}

// linksFromNMState takes the interfaces that nmstate saw running, and completes those that `ip` printed without details. What `ip` did not print is
// not there any more: it prints all interfaces, the loopback device among them.
func (j *joiner) linksFromNMState() {
	all := j.allLinks()
	for _, s := range j.running() {
		for _, i := range s.Value.Interfaces {
			if i.Name == "" || i.Type == "ovs-bridge" || i.State.Value == "absent" {
				continue
			}
			made := linkFromNMState(s.File, i)
			if have := j.h.Link(i.Name); have != nil {
				fill(have, made)
			} else if !all {
				j.h.Links = append(j.h.Links, made)
			}
		}
		j.portsFromNMState(s, all)
	}
}

// allLinks reports whether `ip` printed all interfaces.
func (j *joiner) allLinks() bool { return j.h.Link("lo") != nil && j.h.Link("lo").Index > 0 }

func linkFromNMState(f parsers.File, i nmstate.Interface) *topology.Link {
	l := &topology.Link{
		Name: i.Name, Kind: kindsOfNMState[i.Type], Source: f.At(i.Line), KindAt: f.At(i.Line), MAC: fact(f, i.MAC), Master: fact(f, i.Controller),
		Up: i.State.Value != "down", State: strings.ToUpper(i.State.Value), Attrs: map[string]topology.Fact[string]{}, PortAttrs: map[string]topology.Fact[string]{},
	}
	l.MAC.Value = strings.ToLower(l.MAC.Value)
	l.MTU, l.PermMAC = fact(f, i.MTU), fact(f, i.PermMAC)
	l.PermMAC.Value = strings.ToLower(l.PermMAC.Value)
	if masked(l.MAC.Value) {
		l.MAC, l.PermMAC = topology.Fact[string]{}, topology.Fact[string]{}
	}
	switch {
	case i.VLAN != nil:
		l.Lower, l.LowerAt = i.VLAN.Base.Value, f.At(i.VLAN.Base.Line)
	case i.MACVLAN != nil:
		l.Lower, l.LowerAt = i.MACVLAN.Base.Value, f.At(i.MACVLAN.Base.Line)
	}
	if i.Bond != nil && i.Type == "bond" {
		if i.Bond.Mode.Found() && i.Bond.Mode.Value != "unknown" {
			l.Attrs["mode"] = fact(f, i.Bond.Mode)
		}
		for _, o := range i.Bond.Options {
			if o.Value == "" { // primary: "", of a bond that has none
				continue
			}
			l.Attrs[o.Name] = topology.Fact[string]{Value: o.Value, Source: f.At(o.Line)}
		}
	}
	for _, a := range i.Addrs {
		l.Addrs = append(l.Addrs, fact(f, a))
	}
	return l
}

// portsFromNMState gives the slaves of bonds their bond where the state is of an nmstate before 1.0, which names no controller.
func (j *joiner) portsFromNMState(s parsers.NetworkState, all bool) {
	for _, i := range s.Value.Interfaces {
		if i.Bond == nil || i.Type != "bond" {
			continue
		}
		for _, p := range i.Bond.Ports {
			l := j.h.Link(p.Value)
			if l == nil && all || all && j.h.Link(i.Name) == nil {
				continue
			}
			if l == nil {
				l = &topology.Link{Name: p.Value, Source: s.At(p.Line)}
				j.h.Links = append(j.h.Links, l)
			}
			if !l.Master.Known() {
				l.Master = topology.Fact[string]{Value: i.Name, Source: s.At(p.Line)}
			}
		}
	}
}

// bridgesFromNMState takes the ports of bridges, and the bonds of Open vSwitch, from what nmstate saw running.
func (j *joiner) bridgesFromNMState() {
	for _, s := range j.running() {
		for _, i := range s.Value.Interfaces {
			if i.Bridge == nil || i.State.Value == "absent" {
				continue
			}
			kind := topology.KindBridge
			if i.Type == "ovs-bridge" {
				kind = topology.KindOVS
			}
			if kind == topology.KindBridge && j.allLinks() && j.h.Link(i.Name) == nil {
				continue
			}
			br := j.bridge(i.Name, kind, s.At(i.Line))
			br.Named = br.Named || kind == topology.KindOVS
			for _, p := range i.Bridge.Ports {
				if p.Name == i.Name {
					continue // the bridge's own interface
				}
				if kind == topology.KindBridge && j.contradicted(i.Name, p.Name) {
					continue
				}
				if p.Bond != nil {
					j.ovsBondFromNMState(s, p)
				}
				j.port(br, p.Name, s.At(p.Line))
			}
		}
	}
}

// contradicted reports a port of which `ip` says that it is not there, or in another bridge.
func (j *joiner) contradicted(bridge, port string) bool {
	if !j.allLinks() {
		return false
	}
	l := j.h.Link(port)
	return l == nil || l.Master.Known() && l.Master.Value != bridge
}

func (j *joiner) ovsBondFromNMState(s parsers.NetworkState, p nmstate.BridgePort) {
	b := j.ovsBond(p.Name, s.At(p.Line))
	b.OVSMode = first(b.OVSMode, fact(s.File, p.Bond.Mode))
	for _, m := range p.Bond.Ports {
		j.ovsMember(b, m.Value, s.At(m.Line))
	}
}
