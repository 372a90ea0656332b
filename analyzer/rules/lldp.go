package rules

import (
	"cmp"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// plugged is a slave with the switch port that it is plugged into, as the switch told by LLDP.
type plugged struct {
	slave *topology.Slave
	topology.Neighbor
}

// pluggedIn are the slaves that hear one switch. A slave that hears several devices is behind a switch that forwards LLDP, and one that hears its
// own host is wired to itself: neither tells where it ends.
func pluggedIn(h *topology.Host, b *topology.Bond) (list []plugged) {
	if b == nil {
		return nil
	}
	for _, s := range b.Slaves {
		if len(s.LLDP) != 1 {
			continue
		}
		n := s.LLDP[0]
		if name := n.System.Value; name != "" && name == h.Name.Value || n.Chassis.Value == "" && n.System.Value == "" {
			continue
		}
		list = append(list, plugged{s, n})
	}
	return list
}

// device tells switches apart: by chassis, or by name where the switch sends no chassis.
func (p plugged) device() string { return strings.ToLower(cmp.Or(p.Chassis.Value, p.System.Value)) }

// title is the name of the switch for people.
func (p plugged) title() string { return bare(cmp.Or(p.System.Value, p.Chassis.Value)) }

// interfaceName is the name of an interface in the words of a switch: Ethernet1/1, Gi1/0/1, xe-0/0/1, swp1, Ethernet0.
var interfaceName = regexp.MustCompile(`^[A-Za-z][A-Za-z-]*[ -]?\d+(?:[/:.]\d+)*$`)

// port is the name of the switch's port, "" when it sends none. Junos and others send the index of the interface, or a MAC address, and the name
// as the description.
func (p plugged) port() string {
	id, text := bare(strings.TrimSpace(p.Port.Value)), bare(strings.TrimSpace(p.PortDescription.Value))
	if _, err := net.ParseMAC(id); err == nil || strings.Trim(id, "0123456789") == "" {
		if interfaceName.MatchString(text) {
			return text
		}
	}
	return id
}

// source is the line that tells the port, or else the switch.
func (p plugged) source() topology.Source {
	for _, f := range []topology.Fact[string]{p.Port, p.System, p.Chassis} {
		if f.Known() {
			return f.Source
		}
	}
	return topology.Source{}
}

// switches are the distinct switches, by name, in the order of the slaves.
func switches(list []plugged) (names []string) {
	seen := map[string]bool{}
	for _, p := range list {
		if !seen[p.device()] {
			seen[p.device()] = true
			names = append(names, p.title())
		}
	}
	return names
}

// sameSwitch reports slaves that end on one switch, or on several that give themselves one name, as the members of a stack do.
func sameSwitch(list []plugged) bool {
	device, name := true, list[0].System.Value != ""
	for _, p := range list[1:] {
		device = device && p.device() == list[0].device()
		name = name && p.System.Value == list[0].System.Value
	}
	return device || name
}

func lldpEvidence(list []plugged) (evidence []Evidence) {
	for _, p := range list {
		evidence = append(evidence, on(p.source(), p.slave.Name+" is plugged into "+p.where()))
	}
	return evidence
}

// where says what the slave is plugged into: "port Ethernet1/1 of leaf01".
func (p plugged) where() string {
	if port := p.port(); port != "" {
		return "port " + port + " of " + p.title()
	}
	return p.title()
}

// vendors are recognized by the description that a switch gives of itself (sysDescr of SNMP, TLV 6 of LLDP).
var vendors = []struct {
	name string
	re   *regexp.Regexp
}{
	{"nxos", regexp.MustCompile(`(?i)\bNX-OS\b|Nexus Operating System`)},
	{"ios", regexp.MustCompile(`(?i)\bCisco IOS\b|\bIOS-XE\b|\bIOS \(tm\)`)},
	{"eos", regexp.MustCompile(`(?i)\bArista\b`)},
	{"junos", regexp.MustCompile(`(?i)\bJunos\b|\bJuniper Networks\b`)},
	{"cumulus", regexp.MustCompile(`(?i)\bCumulus\b`)},
	{"sonic", regexp.MustCompile(`(?i)\bSONiC\b`)},
}

func (p plugged) vendor() string {
	for _, v := range vendors {
		if v.re.MatchString(p.Description.Value) {
			return v.name
		}
	}
	return ""
}

// SwitchPort is where a slave is plugged in.
type SwitchPort struct{ Slave, Port, Switch string }

// SwitchView is a switch that is known by name, maker and ports.
type SwitchView struct {
	Name   string
	Vendor string // nxos, ios, eos, junos, cumulus, sonic
	Ports  []string
}

// List are the ports with commas between them, as a range of interfaces takes them.
func (s SwitchView) List() string { return strings.Join(s.Ports, ", ") }

// Words are the ports with spaces between them.
func (s SwitchView) Words() string { return strings.Join(s.Ports, " ") }

// Wired is where a slave is plugged in, with the line that tells it.
type Wired struct {
	Switch, Port string // names for people; the port is "" when the switch sends none
	VLANs        []int
	Source       topology.Source
}

// SwitchPorts are the switch ports of a bond's slaves, of those of which LLDP tells one.
func SwitchPorts(h *topology.Host, b *topology.Bond) map[*topology.Slave]Wired {
	ports := map[*topology.Slave]Wired{}
	for _, p := range pluggedIn(h, b) {
		w := Wired{Switch: p.title(), Port: p.port(), Source: p.source()}
		for _, v := range p.VLANs {
			w.VLANs = append(w.VLANs, v.Value)
		}
		ports[p.slave] = w
	}
	return ports
}

// SwitchPorts are the switch ports of the bond's slaves, as far as LLDP tells them.
func (v *View) SwitchPorts() (list []SwitchPort) {
	if v.Explain {
		return nil
	}
	for _, p := range pluggedIn(v.host, v.bond) {
		list = append(list, SwitchPort{Slave: device(p.slave.Name), Port: p.port(), Switch: p.title()})
	}
	return list
}

// Plugged says where the slaves are plugged in: "eth0 in port Ethernet1/1 of leaf01 and eth1 in ...", "" where LLDP tells nothing.
func (v *View) Plugged() string {
	if v.Explain || v.bond == nil {
		return ""
	}
	var list []string
	for _, p := range pluggedIn(v.host, v.bond) {
		list = append(list, device(p.slave.Name)+" in "+p.where())
	}
	if len(list) == 0 {
		return ""
	}
	return prose(list)
}

// Switches are the switches of the bond where LLDP tells the maker and the port for every slave; none otherwise, and examples are shown.
func (v *View) Switches() (list []SwitchView) {
	if v.Explain || v.bond == nil {
		return nil
	}
	in := pluggedIn(v.host, v.bond)
	if len(in) < len(v.bond.Slaves) {
		return nil
	}
	index := map[string]int{}
	for _, p := range in {
		port := p.port()
		if p.vendor() == "" || !interfaceName.MatchString(port) {
			return nil
		}
		i, seen := index[p.device()]
		if !seen {
			i = len(list)
			index[p.device()] = i
			list = append(list, SwitchView{Name: p.title(), Vendor: p.vendor()})
		}
		if !slices.Contains(list[i].Ports, port) {
			list[i].Ports = append(list[i].Ports, port)
		}
	}
	return list
}
