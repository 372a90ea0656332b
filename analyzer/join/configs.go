package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/keyfile"
	"github.com/sosbond/sosbond/parsers/nmcli"
	"github.com/sosbond/sosbond/parsers/text"
)

// configs takes what each configuration system says of bonds, and adds bonds that only a configuration shows where the running state was not
// collected.
func (j *joiner) configs() {
	j.configsIfcfg()
	j.ifcfgFiles()
	j.configsKeyfile()
	j.configsNmcli()
	j.configsNMState()
	j.matchNames()
	j.configsNetconf()
	j.configsVDSM()
	j.configsTeam()
	j.moduleOptions()
	for _, c := range j.h.Configs {
		b := j.h.Bond(c.Name)
		if b == nil && !j.h.Seen(parsers.DatumLinks) && !j.h.Seen(parsers.DatumBonding) {
			b = &topology.Bond{Name: c.Name, Kind: topology.BondKernel, Source: c.Source, ConfigOnly: true, Mode: c.Mode}
			if !b.Mode.Known() {
				b.Mode.Value = bonding.Unknown
			}
			for _, s := range c.Slaves {
				b.Slaves = append(b.Slaves, &topology.Slave{Name: s.Value, Source: s.Source})
			}
			j.h.Bonds = append(j.h.Bonds, b)
		}
		if b != nil {
			j.strange(b, c)
			b.Configs = append(b.Configs, c)
		}
	}
}

// strange notes which slaves of a configuration have names that no interface has.
func (j *joiner) strange(b *topology.Bond, c *topology.BondConfig) {
	for _, s := range c.Slaves {
		if j.h.Link(s.Value) == nil && !slices.Contains(b.SlaveNames(), s.Value) {
			c.Strange = append(c.Strange, s.Value)
		}
	}
}

// addOption notes an option; the mode is parsed too.
func addOption(c *topology.BondConfig, name, value string, at topology.Source) {
	c.Options = append(c.Options, topology.ConfigOption{Name: name, Value: value, Source: at})
	if name == "mode" {
		if m, ok := bonding.ParseMode(value); ok {
			c.Mode = topology.Fact[topology.Mode]{Value: m, Source: at}
		}
	}
}

// notSourced are endings of files that ifup never reads (initscripts' /etc/sysconfig/network-scripts/network-functions).
var notSourced = []string{"~", ".bak", ".old", ".orig", ".rpmnew", ".rpmorig", ".rpmsave"}

func (j *joiner) configsIfcfg() {
	for _, r := range j.f.Ifcfg {
		if slices.ContainsFunc(notSourced, func(s string) bool { return strings.HasSuffix(r.Path, s) }) {
			continue
		}
		v := r.Value.Vars
		name := cmp.Or(v["DEVICE"].Value, r.Name)
		if !strings.EqualFold(v["TYPE"].Value, "bond") && !isYes(v["BONDING_MASTER"].Value) && !v["BONDING_OPTS"].Found() && j.h.Bond(name) == nil {
			continue
		}
		if j.h.Bond(name) != nil && j.h.Bond(name).Kind == topology.KindTeam {
			continue
		}
		c := &topology.BondConfig{
			System: topology.ConfigIfcfg, Name: name, File: r.Path, Connection: v["NAME"].Value, Source: sourceOf(r.File, v["BONDING_OPTS"], v["DEVICE"]), Bridge: fact(r.File, v["BRIDGE"]),
			NMOff: v["NM_CONTROLLED"].Found() && !isYes(v["NM_CONTROLLED"].Value),
		}
		// vdsm starts what it wrote by itself.
		c.OnDemand = v["ONBOOT"].Value != "" && !isYes(v["ONBOOT"].Value) && r.Value.VDSM == 0 && !j.active(name, cmp.Or(c.Connection, "System "+name))
		for _, f := range r.Value.Faults {
			c.Faults = append(c.Faults, topology.ConfigFault{Kind: string(f.Kind), Text: f.Text, Source: r.At(f.Line)})
		}
		for _, o := range r.Value.Options {
			addOption(c, o.Name, o.Value, r.At(o.Line))
		}
		j.ports(c, name, v["UUID"].Value, v["NAME"].Value)
		j.h.Configs = append(j.h.Configs, c)
	}
}

// ifcfgFiles keeps the variables of the files that are about a bond or its slaves: they name a master, or set a bond up.
func (j *joiner) ifcfgFiles() {
	for _, r := range j.f.Ifcfg {
		v := r.Value.Vars
		name := cmp.Or(v["DEVICE"].Value, j.nameByMAC(v["HWADDR"].Value), r.Name)
		about := v["MASTER"].Found() || v["MASTER_UUID"].Found() || v["BONDING_OPTS"].Found() || isYes(v["BONDING_MASTER"].Value) || strings.EqualFold(v["TYPE"].Value, "bond")
		if b := j.h.Bond(name); !about && (b == nil || b.Kind != topology.BondKernel) || slices.ContainsFunc(notSourced, func(s string) bool { return strings.HasSuffix(r.Path, s) }) {
			continue
		}
		f := &topology.Ifcfg{Device: name, File: r.Path, Source: sourceOf(r.File, v["DEVICE"], v["MASTER"], v["BONDING_OPTS"]), Vars: map[string]topology.Fact[string]{}}
		for key, value := range v {
			f.Vars[key] = fact(r.File, value)
		}
		j.h.Ifcfg = append(j.h.Ifcfg, f)
	}
}

// ports adds the slaves whose ifcfg files and profiles name the bond by one of its names: NetworkManager reads both, so that a bond of one may have
// slaves of the other. Those of the other need not run for all that is known.
func (j *joiner) ports(c *topology.BondConfig, names ...string) {
	names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
	add := func(system, device string, at topology.Source, started bool) {
		if device == "" || slices.ContainsFunc(c.Slaves, func(s topology.Fact[string]) bool { return s.Value == device }) {
			return
		}
		c.Slaves = append(c.Slaves, topology.Fact[string]{Value: device, Source: at})
		if !started || system != c.System {
			c.Manual = append(c.Manual, device)
		}
	}
	mine := j.masteredBy(names)
	ifcfg := func() {
		for _, i := range mine.ifcfg {
			s := j.f.Ifcfg[i]
			v := s.Value.Vars
			m := v["MASTER"]
			if !m.Found() || !slices.Contains(names, m.Value) {
				m = v["MASTER_UUID"]
			}
			if m.Found() && slices.Contains(names, m.Value) && !slices.ContainsFunc(notSourced, func(end string) bool { return strings.HasSuffix(s.Path, end) }) {
				started := v["ONBOOT"].Value == "" || isYes(v["ONBOOT"].Value)
				add(topology.ConfigIfcfg, cmp.Or(v["DEVICE"].Value, j.nameByMAC(v["HWADDR"].Value), s.Name), s.At(m.Line), started)
			}
		}
	}
	if c.System == topology.ConfigIfcfg {
		ifcfg()
	}
	for _, i := range mine.keyfiles {
		s := j.f.Keyfiles[i]
		if m, kind := controller(s.Value); m.Found() && kind == "bond" && slices.Contains(names, m.Value) {
			get := func(section, key string) string { return s.Value.Get(section, key).Value }
			mac := cmp.Or(get("ethernet", "mac-address"), get("802-3-ethernet", "mac-address"))
			add(topology.ConfigKeyfile, cmp.Or(get("connection", "interface-name"), j.nameByMAC(mac), get("connection", "id")), s.At(m.Line), get("connection", "autoconnect") != "false")
		}
	}
	for _, i := range mine.nmcli {
		s := j.f.Nmcli[i]
		p := s.Value.Props
		m := cmp.Or(p["connection.controller"], p["connection.master"])
		kind := cmp.Or(p["connection.port-type"].Value, p["connection.slave-type"].Value)
		if m.Found() && kind == "bond" && slices.Contains(names, m.Value) {
			add(topology.ConfigNmcli, cmp.Or(p["connection.interface-name"].Value, p["connection.id"].Value), s.At(m.Line), p["connection.autoconnect"].Value != "no")
		}
	}
	if c.System != topology.ConfigIfcfg {
		ifcfg()
	}
}

// mastered are the numbers of the files that name one master, of each kind, in their order.
type mastered struct{ ifcfg, keyfiles, nmcli []int }

// masteredBy finds the files that name a master by one of its names.
func (j *joiner) masteredBy(names []string) (all mastered) {
	if j.mastered == nil {
		j.mastered = map[string]mastered{}
		j.findMastered()
	}
	for _, name := range names {
		m := j.mastered[name]
		all.ifcfg, all.keyfiles, all.nmcli = append(all.ifcfg, m.ifcfg...), append(all.keyfiles, m.keyfiles...), append(all.nmcli, m.nmcli...)
	}
	for _, list := range []*[]int{&all.ifcfg, &all.keyfiles, &all.nmcli} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return all
}

func (j *joiner) findMastered() {
	note := func(name string, add func(*mastered)) {
		m := j.mastered[name]
		add(&m)
		j.mastered[name] = m
	}
	for i, s := range j.f.Ifcfg {
		for _, key := range []string{"MASTER", "MASTER_UUID"} {
			note(s.Value.Vars[key].Value, func(m *mastered) { m.ifcfg = append(m.ifcfg, i) })
		}
	}
	for i, s := range j.f.Keyfiles {
		master, _ := controller(s.Value)
		note(master.Value, func(m *mastered) { m.keyfiles = append(m.keyfiles, i) })
	}
	for i, s := range j.f.Nmcli {
		p := s.Value.Props
		note(cmp.Or(p["connection.controller"], p["connection.master"]).Value, func(m *mastered) { m.nmcli = append(m.nmcli, i) })
	}
}

// nameByMAC is the name of the network card with an address, "" when there is none.
func (j *joiner) nameByMAC(mac string) string {
	if mac == "" {
		return ""
	}
	if l := j.linkByMAC(mac); l != nil {
		return l.Name
	}
	return ""
}

// isNo reports a value that a keyfile of NetworkManager has for false.
func isNo(s string) bool { return s == "false" || s == "0" }

func isYes(s string) bool {
	return strings.EqualFold(s, "yes") || strings.EqualFold(s, "true") || s == "1"
}

// sourceOf is the line of the first value that the file has, else the file.
func sourceOf(f parsers.File, at ...text.At[string]) topology.Source {
	for _, a := range at {
		if a.Found() {
			return f.At(a.Line)
		}
	}
	return f.Whole()
}

func (j *joiner) configsKeyfile() {
	for _, r := range j.f.Keyfiles {
		kind := r.Value.Get("connection", "type")
		if kind.Value != "bond" {
			continue
		}
		device := r.Value.Get("connection", "interface-name")
		if !device.Found() {
			device = r.Value.Get("bond", "interface-name")
		}
		id := r.Value.Get("connection", "id")
		c := &topology.BondConfig{System: topology.ConfigKeyfile, Name: cmp.Or(device.Value, id.Value), File: r.Path, Connection: id.Value, Source: r.At(kind.Line)}
		c.Inactive = j.otherIsActive(c.Name, c.Connection)
		c.OnDemand = isNo(r.Value.Get("connection", "autoconnect").Value) && !j.active(c.Name, c.Connection)
		for _, k := range r.Value.Section("bond") {
			if k.Name != "interface-name" {
				addOption(c, k.Name, k.Value, r.At(k.Line))
			}
		}
		j.ports(c, c.Name, r.Value.Get("connection", "uuid").Value, id.Value)
		if m, kind := controller(r.Value); m.Found() && kind == "bridge" {
			c.Bridge = fact(r.File, m)
			c.Bridge.Value = j.profileDevice(m.Value)
		}
		j.h.Configs = append(j.h.Configs, c)
	}
}

// otherIsActive reports a profile of NetworkManager that is not in use, since another one of the device is: nmcli prints the state of active
// ones alone.
func (j *joiner) otherIsActive(device, id string) bool {
	active := ""
	for _, r := range j.f.Nmcli {
		p := r.Value.Props
		if cmp.Or(p["connection.interface-name"].Value, p["connection.id"].Value) != device || p["GENERAL.STATE"].Value != "activated" {
			continue
		}
		if p["connection.id"].Value == id {
			return false
		}
		active = p["connection.id"].Value
	}
	return active != ""
}

// active reports a profile of NetworkManager that nmcli shows in use on the device.
func (j *joiner) active(device, id string) bool {
	return slices.ContainsFunc(j.f.Nmcli, func(r parsers.Named[nmcli.Connection]) bool {
		p := r.Value.Props
		return p["connection.id"].Value == id && p["GENERAL.STATE"].Value == "activated" && cmp.Or(p["connection.interface-name"].Value, p["connection.id"].Value) == device
	})
}

// controller returns what a profile is a port of, in the words before and after NetworkManager 1.44.
func controller(f keyfile.File) (of text.At[string], kind string) {
	of = f.Get("connection", "controller")
	if !of.Found() {
		of = f.Get("connection", "master")
	}
	return of, cmp.Or(f.Get("connection", "port-type").Value, f.Get("connection", "slave-type").Value)
}

// profileDevice resolves the UUID of a profile to its device.
func (j *joiner) profileDevice(name string) string {
	for _, r := range j.f.Keyfiles {
		if r.Value.Get("connection", "uuid").Value == name {
			return cmp.Or(r.Value.Get("connection", "interface-name").Value, name)
		}
	}
	return name
}

func (j *joiner) configsNmcli() {
	for _, r := range j.f.Nmcli {
		p := r.Value.Props
		if p["connection.type"].Value != "bond" {
			continue
		}
		name := cmp.Or(p["connection.interface-name"].Value, p["connection.id"].Value)
		c := &topology.BondConfig{System: topology.ConfigNmcli, Name: name, File: r.Path, Connection: p["connection.id"].Value, Source: sourceOf(r.File, p["bond.options"], p["connection.type"])}
		if slices.ContainsFunc(j.h.Configs, func(x *topology.BondConfig) bool {
			return x.System == topology.ConfigKeyfile && x.Name == name && x.Connection == c.Connection
		}) {
			continue // the same profile, read from its file
		}
		for _, o := range r.Value.Options {
			addOption(c, o.Name, o.Value, r.At(o.Line))
		}
		c.Inactive = j.otherIsActive(name, c.Connection)
		c.OnDemand = p["connection.autoconnect"].Value == "no" && !j.active(name, c.Connection)
		j.ports(c, name, p["connection.uuid"].Value, c.Connection)
		if kind := cmp.Or(p["connection.port-type"].Value, p["connection.slave-type"].Value); kind == "bridge" {
			c.Bridge = first(fact(r.File, p["connection.controller"]), fact(r.File, p["connection.master"]))
		}
		j.h.Configs = append(j.h.Configs, c)
	}
}

// systemOfRole is what configures a bond that a state of nmstate speaks of.
var systemOfRole = map[parsers.StateRole]string{
	parsers.RoleDesired: topology.ConfigNMState, parsers.RoleApplied: topology.ConfigApplied, parsers.RoleCurrent: topology.ConfigCurrent, parsers.RolePolicy: topology.ConfigNNCP,
}

// configsNMState takes bonds from the states of nmstate: desired ones, and what it saw running.
func (j *joiner) configsNMState() {
	for _, r := range j.f.NMState {
		system := systemOfRole[r.Role]
		for _, i := range r.Value.Interfaces {
			if i.Bond == nil || i.Type != "bond" || i.State.Value == "absent" {
				continue
			}
			c := &topology.BondConfig{System: system, Name: i.Name, Policy: r.Policy, Status: fact(r.File, r.Status), Message: r.Message, File: r.Path, Connection: i.Profile.Value, Source: r.At(i.Line)}
			if i.Bond.Mode.Found() {
				addOption(c, "mode", i.Bond.Mode.Value, r.At(i.Bond.Mode.Line))
			}
			for _, o := range i.Bond.Options {
				addOption(c, o.Name, o.Value, r.At(o.Line))
			}
			for _, p := range i.Bond.Ports {
				c.Slaves = append(c.Slaves, fact(r.File, p))
			}
			for _, br := range r.Value.Interfaces {
				if br.Bridge == nil {
					continue
				}
				for _, p := range br.Bridge.Ports {
					if p.Name == i.Name {
						c.Bridge = topology.Fact[string]{Value: br.Name, Source: r.At(p.Line)}
					}
				}
			}
			j.h.Configs = append(j.h.Configs, c)
		}
	}
}

func (j *joiner) moduleOptions() {
	for _, r := range j.f.Modprobe {
		for _, l := range r.Value {
			m := topology.ModuleOption{Module: l.Module, Alias: l.Alias, Source: r.At(l.Line)}
			for _, o := range l.Options {
				m.Options = append(m.Options, topology.ConfigOption{Name: o.Name, Value: o.Value, Source: m.Source})
			}
			j.h.Module = append(j.h.Module, m)
		}
	}
}
