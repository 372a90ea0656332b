package join

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/netconf"
)

// ovsFromConfig adds bonds of Open vSwitch that only a configuration names, where nothing of Open vSwitch itself was collected: they have no device
// that `ip link` would show.
func (j *joiner) ovsFromConfig() {
	if len(j.f.OVS)+len(j.f.OVSBonds) > 0 {
		return
	}
	for _, r := range j.f.Netconf {
		for _, d := range r.Value.Devices {
			if d.Kind != netconf.OVSBond || d.Name == "" || j.h.Bond(d.Name) != nil {
				continue
			}
			b := &topology.Bond{Name: d.Name, Kind: topology.BondOVS, Source: r.At(d.Line), ConfigOnly: true}
			b.Mode.Value = bonding.Unknown
			c := &topology.BondConfig{System: string(r.System), Name: d.Name, File: r.Path, Source: r.At(d.Line)}
			for _, o := range d.Options {
				c.Options = append(c.Options, topology.ConfigOption{Name: o.Name, Value: o.Value, Source: r.At(o.Line)})
			}
			for _, p := range d.Ports {
				c.Slaves = append(c.Slaves, topology.Fact[string]{Value: p.Value, Source: r.At(p.Line)})
				b.Slaves = append(b.Slaves, &topology.Slave{Name: p.Value, Source: r.At(p.Line), Link: j.h.Link(p.Value)})
			}
			b.Configs = []*topology.BondConfig{c}
			j.h.Configs = append(j.h.Configs, c)
			j.h.Bonds = append(j.h.Bonds, b)
		}
	}
}
