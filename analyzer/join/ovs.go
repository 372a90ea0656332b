package join

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/ovs"
	"github.com/sosbond/sosbond/parsers/text"
)

// openvswitch takes the bridges, ports and bonds of Open vSwitch from its database, and how the bonds run from ovs-vswitchd.
func (j *joiner) openvswitch() {
	for _, r := range j.f.OVS {
		for _, b := range r.Value.Bridges {
			br := j.bridge(b.Name, topology.KindOVS, r.At(b.Line))
			br.Kind, br.Named = topology.KindOVS, true
			br.STP, br.FailMode = first(br.STP, spanningTree(r.File, b)), cmp.Or(br.FailMode, b.FailMode)
			for _, p := range b.Ports {
				j.ovsPort(br, r.File, p)
			}
		}
	}
	for _, r := range j.f.OVSInterfaces {
		for _, i := range r.Value {
			j.ovsInterface(r.File, i)
		}
	}
	for _, r := range j.f.OVSBonds {
		for _, b := range r.Value {
			j.runningOVSBond(r.File, b)
		}
	}
	for _, r := range j.f.OVSLACP {
		for _, l := range r.Value {
			j.ovsLACP(r.File, l)
		}
	}
	j.ovsDefaults()
	for _, b := range j.h.Bonds {
		if b.Kind == topology.BondOVS { // the database keeps members in the order of their UUIDs
			slices.SortStableFunc(b.Slaves, func(a, c *topology.Slave) int { return strings.Compare(a.Name, c.Name) })
		}
	}
}

// spanningTree tells whether a bridge of Open vSwitch takes part in STP or RSTP, of which the database alone speaks.
func spanningTree(f parsers.File, b ovs.Bridge) topology.Fact[bool] {
	for _, on := range []text.At[bool]{b.STP, b.RSTP} {
		if on.Value {
			return topology.Fact[bool]{Value: true, Source: f.At(on.Line)}
		}
	}
	if b.STP.Found() {
		return topology.Fact[bool]{Source: f.At(b.STP.Line)}
	}
	return topology.Fact[bool]{}
}

// ovsPort takes one port of a bridge: a bond, a patch to another bridge, or a device.
func (j *joiner) ovsPort(br *topology.Bridge, f parsers.File, p ovs.Port) {
	if p.Name == br.Name {
		return // the bridge's own interface
	}
	port := j.port(br, p.Name, f.At(p.Line))
	if p.Tag.Found() {
		port.VLAN = p.Tag.Value
	}
	if len(p.Trunks) > 0 {
		port.Trunks = p.Trunks
	}
	if len(p.Interfaces) > 1 || p.BondMode.Found() && len(p.Interfaces) > 0 {
		b := j.ovsBond(p.Name, f.At(p.Line))
		b.OVSMode = first(b.OVSMode, fact(f, p.BondMode))
		if p.FallbackAB.Found() {
			b.FallbackAB = first(b.FallbackAB, topology.Fact[string]{Value: strconv.FormatBool(p.FallbackAB.Value), Source: f.At(p.FallbackAB.Line)})
		}
		b.Configs = nil
		j.ovsConfig(f, b.Name, p)
		for _, i := range p.Interfaces {
			j.ovsMember(b, i.Name, f.At(i.Line))
		}
		return
	}
	for _, i := range p.Interfaces {
		describe(port, f, i)
	}
}

// ovsInterface adds what a list of interfaces tells of a port that another file put into its bridge.
func (j *joiner) ovsInterface(f parsers.File, i ovs.Interface) {
	for _, br := range j.h.Bridges {
		if !br.Named {
			continue
		}
		for _, p := range br.Ports {
			if p.Name == i.Name {
				describe(p, f, i)
			}
		}
	}
}

// describe notes what an interface tells of its port.
func describe(p *topology.Port, f parsers.File, i ovs.Interface) {
	p.Type, p.Peer = cmp.Or(p.Type, i.Type), cmp.Or(p.Peer, i.Peer.Value)
	for k, v := range i.ExternalIDs {
		if p.External == nil {
			p.External = map[string]topology.Fact[string]{}
		}
		if !p.External[k].Known() {
			p.External[k] = fact(f, v)
		}
	}
}

// ovsConfig keeps what the database says of a bond as its configuration: a bond of Open vSwitch has no other.
func (j *joiner) ovsConfig(f parsers.File, name string, p ovs.Port) {
	if slices.ContainsFunc(j.h.Configs, func(c *topology.BondConfig) bool {
		return c.System == topology.ConfigOVSDB && c.Name == name && len(c.Options) > 0
	}) {
		return
	}
	c := &topology.BondConfig{System: topology.ConfigOVSDB, Name: name, File: f.Path, Source: f.At(p.Line)}
	for _, o := range []struct {
		name string
		at   text.At[string]
	}{{"bond_mode", p.BondMode}, {"lacp", p.LACP}} {
		if o.at.Found() {
			c.Options = append(c.Options, topology.ConfigOption{Name: o.name, Value: o.at.Value, Source: f.At(o.at.Line)})
		}
	}
	for _, i := range p.Interfaces {
		c.Slaves = append(c.Slaves, topology.Fact[string]{Value: i.Name, Source: f.At(i.Line)})
	}
	if len(c.Options) > 0 {
		j.h.Configs = append(j.h.Configs, c)
	}
}

// ovsBond returns the bond of Open vSwitch of that name, and makes it if need be.
func (j *joiner) ovsBond(name string, at topology.Source) *topology.Bond {
	for _, b := range j.h.Bonds {
		if b.Name == name && b.Kind == topology.BondOVS {
			return b
		}
	}
	// The kernel's module makes an empty bond0 when it is loaded: it has nothing to do with one of Open vSwitch, which has no device.
	j.h.Bonds = slices.DeleteFunc(j.h.Bonds, func(b *topology.Bond) bool { return b.Name == name && len(b.Slaves) == 0 })
	b := &topology.Bond{Name: name, Kind: topology.BondOVS, Source: at}
	j.h.Bonds = append(j.h.Bonds, b)
	return b
}

func (j *joiner) ovsMember(b *topology.Bond, name string, at topology.Source) *topology.Slave {
	for _, s := range b.Slaves {
		if s.Name == name {
			return s
		}
	}
	s := &topology.Slave{Name: name, Source: at, Link: j.h.Link(name)}
	if s.Link != nil {
		s.PermMAC = first(s.Link.PermMAC, s.Link.MAC)
	}
	b.Slaves = append(b.Slaves, s)
	return s
}

// runningOVSBond takes what `ovs-appctl bond/show` tells. It speaks for what runs, so it comes before the database.
func (j *joiner) runningOVSBond(f parsers.File, r ovs.Bond) {
	b := j.ovsBond(r.Name, f.At(r.Line))
	if b.Kind != topology.BondOVS {
		return
	}
	b.Source, b.Proc, b.Cut = f.At(r.Line), true, b.Cut || f.Cut
	b.OVSMode, b.LACPStatus = first(fact(f, r.Mode), b.OVSMode), first(fact(f, r.LACPStatus), b.LACPStatus)
	if r.FallbackAB.Found() {
		b.FallbackAB = topology.Fact[string]{Value: strconv.FormatBool(r.FallbackAB.Value), Source: f.At(r.FallbackAB.Line)}
	}
	b.Primary = first(b.Primary, fact(f, r.Primary))
	for _, m := range r.Members {
		s := j.ovsMember(b, m.Name, f.At(m.Line))
		if m.Enabled.Found() {
			s.MIIStatus = topology.Fact[string]{Value: upDown(m.Enabled.Value), Source: f.At(m.Enabled.Line)}
		}
		if m.Active > 0 {
			b.ActiveSlave = topology.Fact[string]{Value: m.Name, Source: f.At(m.Active)}
		}
	}
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

func (j *joiner) ovsLACP(f parsers.File, l ovs.LACP) {
	b := j.h.Bond(l.Name)
	if b == nil || b.Kind != topology.BondOVS {
		return
	}
	if l.Negotiated.Found() && !b.LACPStatus.Known() {
		status := "configured"
		if l.Negotiated.Value {
			status = "negotiated"
		}
		b.LACPStatus = topology.Fact[string]{Value: status, Source: f.At(l.Negotiated.Line)}
	}
	for _, m := range l.Members {
		s := j.ovsMember(b, m.Name, f.At(m.Line))
		s.PartnerMAC = first(s.PartnerMAC, fact(f, m.PartnerSysID))
		b.PartnerMAC = first(b.PartnerMAC, fact(f, m.PartnerSysID))
	}
}

// ovsDefaults tells the mode of bonds for which the database was read and sets none: active-backup (vswitchd/vswitch.xml).
func (j *joiner) ovsDefaults() {
	for _, b := range j.h.Bonds {
		if b.Kind != topology.BondOVS || b.OVSMode.Known() {
			continue
		}
		for _, r := range j.f.OVS {
			if strings.HasSuffix(r.Path, "conf.db") {
				b.OVSMode = topology.Fact[string]{Value: topology.OVSActiveBackup, Source: b.Source}
			}
		}
	}
}

// dropDatapaths forgets the datapath of the kernel, which has the ports of all bridges, where the bridges themselves are known.
func (j *joiner) dropDatapaths() {
	inNamed := map[string]bool{}
	for _, br := range j.h.Bridges {
		if br.Named {
			for _, p := range br.Ports {
				inNamed[p.Name] = true
			}
		}
	}
	for _, b := range j.h.Bonds {
		for _, s := range b.Slaves {
			inNamed[s.Name] = inNamed[s.Name] || b.Kind == topology.BondOVS
		}
	}
	named := len(inNamed) > 0
	for _, br := range j.h.Bridges {
		if br.Kind == topology.KindOVS && !br.Named && named {
			br.Ports = slices.DeleteFunc(br.Ports, func(p *topology.Port) bool {
				return inNamed[p.Name] || isNamedBridge(j.h, p.Name) || isTunnel(p)
			})
		}
	}
	j.h.Bridges = slices.DeleteFunc(j.h.Bridges, func(br *topology.Bridge) bool {
		return br.Kind == topology.KindOVS && !br.Named && named && len(br.Ports) == 0
	})
}

func isNamedBridge(h *topology.Host, name string) bool {
	br := h.Bridge(name)
	return br != nil && br.Named
}

// isTunnel reports the device that the kernel's datapath makes for tunnels of a kind.
func isTunnel(p *topology.Port) bool {
	return strings.HasPrefix(p.Name, "vxlan_sys_") || strings.HasPrefix(p.Name, "genev_sys_") || strings.HasPrefix(p.Name, "gre_sys")
}

// ovsFDB takes what bridges of Open vSwitch learned, with the names of the ports that OpenFlow numbers.
func (j *joiner) ovsFDB() {
	for _, r := range j.f.OVSFDB {
		br := j.h.Bridge(r.Name)
		if br == nil {
			continue
		}
		for _, m := range r.Value {
			e := topology.FDBEntry{MAC: m.MAC, Bridge: br.Name, VLAN: m.VLAN, Local: m.Port < 0, Dev: j.ovsPortName(br.Name, m.Port), Source: r.At(m.Line)}
			if e.Dev != "" {
				j.h.FDB = append(j.h.FDB, e)
			}
		}
	}
}

func (j *joiner) ovsPortName(bridge string, number int) string {
	if number < 0 {
		return bridge
	}
	for _, r := range j.f.OVSPorts {
		if r.Name != bridge {
			continue
		}
		for _, p := range r.Value {
			if p.Number == number {
				return j.bondOfMember(j.wholeName(bridge, p.Name))
			}
		}
	}
	return ""
}

// wholeName completes a name that OpenFlow cut to 15 bytes (OFP_MAX_PORT_NAME_LEN).
func (j *joiner) wholeName(bridge, name string) string {
	const longest = 15
	br := j.h.Bridge(bridge)
	if len(name) < longest || br == nil {
		return name
	}
	for _, p := range br.Ports {
		if strings.HasPrefix(p.Name, name) {
			return p.Name
		}
	}
	return name
}

// bondOfMember is the bond of Open vSwitch that a device is a member of, which its bridge counts as one port, else the device.
func (j *joiner) bondOfMember(name string) string {
	for _, b := range j.h.Bonds {
		if b.Kind == topology.BondOVS && slices.Contains(b.SlaveNames(), name) {
			return b.Name
		}
	}
	return name
}
