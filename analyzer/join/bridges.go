package join

import (
	"math"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/text"
)

// bridges takes bridges and their ports from `ip link`, `bridge link` and brctl, whichever the report has.
func (j *joiner) bridges() {
	for _, l := range j.h.Links {
		if l.Namespace == "" && l.Kind == topology.KindBridge {
			j.bridge(l.Name, topology.KindBridge, l.Source)
		}
	}
	j.bridgesFromNMState()
	for _, r := range j.f.Brctl {
		for _, b := range r.Value {
			br := j.bridge(b.Name, topology.KindBridge, r.At(b.Line))
			if br.Kind == topology.KindBridge {
				br.STP = first(br.STP, topology.Fact[bool]{Value: b.STP, Source: r.At(b.Line)})
			}
			for _, p := range b.Ports {
				j.port(br, p.Value, r.At(p.Line))
			}
		}
	}
	j.portsByMaster()
	for _, r := range j.f.BridgePorts {
		for _, p := range r.Value {
			if p.Master != "" && p.Name != p.Master && j.h.Bond(p.Master) == nil {
				port := j.port(j.bridge(p.Master, topology.KindBridge, r.At(p.Line)), p.Name, r.At(p.Line))
				port.State = first(port.State, fact(r.File, p.State))
			}
		}
	}
	for _, r := range j.f.BrctlSTP {
		if br := j.h.Bridge(r.Value.Bridge); br != nil {
			br.ForwardDelay = first(br.ForwardDelay, fact(r.File, milliseconds(r.Value.ForwardDelay)))
			br.Ageing = first(br.Ageing, fact(r.File, milliseconds(r.Value.AgeingTime)))
		}
		for _, p := range r.Value.Ports {
			if br := j.h.Bridge(r.Value.Bridge); br != nil {
				port := j.port(br, p.Name, r.At(p.Line))
				port.Number, port.State = p.Number, first(port.State, fact(r.File, p.State))
			}
		}
	}
	j.portVLANs()
	j.dropDatapaths()
}

// portsByMaster takes the ports that `ip link` names a bridge, or the datapath of Open vSwitch, for.
func (j *joiner) portsByMaster() {
	for _, l := range j.h.Links {
		if l.Namespace != "" || !l.Master.Known() || j.h.Bond(l.Master.Value) != nil {
			continue
		}
		if j.bondOfMember(l.Name) != l.Name {
			continue // its port is the bond of Open vSwitch
		}
		switch master := j.h.Link(l.Master.Value); {
		case isOVS(master, l):
			j.port(j.bridge(l.Master.Value, topology.KindOVS, l.Source), l.Name, l.Source)
		case master == nil || master.Kind == topology.KindBridge || master.Kind == "":
			j.port(j.bridge(l.Master.Value, topology.KindBridge, l.Source), l.Name, l.Source)
		}
	}
}

// portVLANs takes the VLANs that ports let pass, from the first file that has them.
func (j *joiner) portVLANs() {
	for _, r := range j.f.BridgeVLANs[:min(len(j.f.BridgeVLANs), 1)] {
		for _, v := range r.Value {
			for _, br := range j.h.Bridges {
				vlans := topology.VLANRange{First: v.First, Last: v.Last, PVID: v.PVID, Untagged: v.Untagged, Source: r.At(v.Line)}
				for _, p := range br.Ports {
					if p.Name == v.Port && br.Kind == topology.KindBridge {
						p.VLANs = append(p.VLANs, vlans)
					}
				}
				if br.Name == v.Port && br.Kind == topology.KindBridge {
					br.Own = append(br.Own, vlans)
				}
			}
		}
	}
}

// isOVS reports a port of an Open vSwitch datapath.
func isOVS(master, port *topology.Link) bool {
	return master != nil && master.Kind == topology.KindOVS || port.Master.Value == "ovs-system"
}

func (j *joiner) bridge(name, kind string, at topology.Source) *topology.Bridge {
	if b := j.h.Bridge(name); b != nil {
		return b
	}
	b := &topology.Bridge{Name: name, Kind: kind, Source: at}
	if l := j.h.Link(name); l != nil {
		b.Link, b.Addrs = l, l.Addrs
		b.VLANs = l.Attrs["vlan_filtering"].Value == "1"
		if f := l.Attrs["stp_state"]; f.Known() && kind == topology.KindBridge {
			b.STP = topology.Fact[bool]{Value: f.Value != "0", Source: f.Source} // 1 the kernel's own, 2 a program's (net/bridge/br_private.h)
		}
		b.ForwardDelay, b.Ageing = clockTicks(l.Attrs["forward_delay"]), clockTicks(l.Attrs["ageing_time"])
	}
	j.h.Bridges = append(j.h.Bridges, b)
	return b
}

// clockTicks makes milliseconds of what the kernel tells in USER_HZ, a hundredth of a second each (br_fill_info in net/bridge/br_netlink.c).
func clockTicks(f topology.Fact[string]) topology.Fact[int] {
	n, err := strconv.Atoi(f.Value)
	if err != nil || n < 0 || n > 1<<31 {
		return topology.Fact[int]{}
	}
	return topology.Fact[int]{Value: 10 * n, Source: f.Source}
}

// milliseconds makes them of the seconds that brctl prints.
func milliseconds(s text.At[float64]) text.At[int] {
	return text.At[int]{Value: int(math.Round(1000 * min(s.Value, 1<<31))), Line: s.Line}
}

func (j *joiner) port(b *topology.Bridge, name string, at topology.Source) *topology.Port {
	if p := b.Port(name); p != nil {
		return p
	}
	p := &topology.Port{Name: name, Link: j.h.Link(name), Source: at}
	if p.Link != nil {
		p.State = p.Link.PortAttrs["state"]
	}
	b.Ports = append(b.Ports, p)
	return p
}

// fdb takes the entries of `bridge fdb`, and those of `brctl showmacs` with the names of the ports that those numbers stand for.
func (j *joiner) fdb() {
	j.ovsFDB()
	for _, r := range j.f.FDB {
		for _, e := range r.Value {
			t := topology.FDBEntry{
				MAC: e.MAC, Dev: e.Dev, Bridge: e.Master, VLAN: e.VLAN, Local: e.State == "permanent",
				Static: e.State == "static", Sticky: e.Sticky, Self: e.Self, Source: r.At(e.Line),
			}
			if l := j.h.Link(e.Dev); t.Bridge == "" && !e.Self && l != nil && l.Master.Known() {
				t.Bridge = l.Master.Value
			}
			j.h.FDB = append(j.h.FDB, t)
		}
	}
	for _, r := range j.f.BrctlMACs {
		br := j.h.Bridge(r.Name)
		if br != nil {
			numberPorts(br, r.Value)
		}
		for _, m := range r.Value {
			e := topology.FDBEntry{MAC: m.MAC, Bridge: r.Name, Local: m.Local, Source: r.At(m.Line)}
			if br != nil {
				e.Dev = portByNumber(br, m.PortNo)
			}
			if e.Dev != "" {
				j.h.FDB = append(j.h.FDB, e)
			}
		}
	}
}

// numberPorts numbers the ports that neither `brctl showstp` nor `ip -d link` did: brctl lists each port's own address as a local one.
func numberPorts(br *topology.Bridge, rows []brctl.MAC) {
	for _, p := range br.Ports {
		if p.Number > 0 || p.Link == nil || !p.Link.MAC.Known() {
			continue
		}
		for _, m := range rows {
			if m.Local && m.MAC == p.Link.MAC.Value && portByNumber(br, m.PortNo) == "" {
				p.Number = m.PortNo
				break
			}
		}
	}
}

// portByNumber finds the port that brctl numbers so: by `brctl showstp`, else by the port number that `ip -d link` prints in hexadecimal.
func portByNumber(br *topology.Bridge, n int) string {
	for _, p := range br.Ports {
		if p.Number == n && n > 0 {
			return p.Name
		}
		if p.Link != nil && parseHex(p.Link.PortAttrs["port_no"].Value) == n && n > 0 {
			return p.Name
		}
	}
	return ""
}

func parseHex(s string) (n int) {
	s, ok := strings.CutPrefix(s, "0x")
	if !ok || len(s) > 6 {
		return 0
	}
	for _, c := range s {
		d := strings.IndexRune("0123456789abcdef", c)
		if d < 0 {
			return 0
		}
		n = n*16 + d
	}
	return n
}
