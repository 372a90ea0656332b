package join

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/team"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/vdsm"
)

// configsNetconf takes the bonds of netplan, networkd, interfaces(5), wicked, os-net-config and the kernel's command line. Several stanzas, and
// several files of one system, make one bond: it names its slaves, or they name it. The files are in the order in which the system reads them.
func (j *joiner) configsNetconf() {
	type key struct{ system, name string }
	made := map[key]*topology.BondConfig{}
	netdevs := map[string]string{} // of networkd: the file that makes the device of a name
	matched := map[string]string{} // of networkd: the first file that is for the device of a name
	for _, r := range j.f.Netconf {
		for _, d := range r.Value.Devices {
			if d.Kind != netconf.Bond && d.Kind != netconf.Team || d.Name == "" || d.Glob {
				continue
			}
			if strings.HasSuffix(r.Path, ".netdev") && claimed(netdevs, d.Name, r.Path) {
				continue
			}
			k := key{scope(r), d.Name}
			c := made[k]
			if c == nil {
				c = &topology.BondConfig{System: string(r.System), Name: d.Name, File: r.Path, Source: r.At(d.Line), Team: d.Kind == netconf.Team}
				made[k] = c
				j.h.Configs = append(j.h.Configs, c)
			}
			c.Inactive = c.Inactive || d.Off
			override(c, d, r)
			for _, p := range d.Ports {
				j.addSlave(c, netconf.Device{Name: p.Value}, r.At(p.Line))
			}
		}
	}
	for _, r := range j.f.Netconf {
		for _, d := range r.Value.Devices {
			other := strings.HasSuffix(r.Path, ".network") && d.Name != "" && !d.Glob && claimed(matched, d.Name, r.Path)
			if c := made[key{scope(r), d.Master.Value}]; c != nil && d.Master.Found() {
				j.addSlave(c, d, r.At(d.Master.Line))
			}
			if d.Off || other {
				for k, c := range made {
					if k.system == scope(r) {
						c.Manual = append(c.Manual, d.Name)
					}
				}
			}
			j.bridgeOf(d, r, func(name string) *topology.BondConfig { return made[key{scope(r), name}] })
		}
	}
}

// claimed reports a name that another file has. networkd takes a device by the first file that makes it, and configures it by the first one that
// matches it.
func claimed(by map[string]string, name, file string) bool {
	first, ok := by[name]
	if !ok {
		by[name] = file
	}
	return ok && first != file
}

// scope is what the files are of that make one configuration together: each file of os-net-config is one of its own, the others need not be in use.
func scope(r parsers.Configured) string {
	if r.System == parsers.SystemOSNetConfig {
		return r.Path
	}
	return string(r.System)
}

// override adds a stanza's options to those of the stanzas before, in whose place they come one by one. The configuration is named after the file
// that tells the mode.
func override(c *topology.BondConfig, d netconf.Device, r parsers.Configured) {
	before := c.Options
	if r.System == parsers.SystemIfupdown && c.Mode.Known() && len(c.Slaves) > 0 { // ifup runs both stanzas, and the driver refuses another mode once there are slaves
		d.Options = slices.DeleteFunc(slices.Clone(d.Options), func(o netconf.Option) bool { return o.Name == "mode" })
	}
	c.Options = slices.DeleteFunc(slices.Clone(before), func(old topology.ConfigOption) bool {
		return slices.ContainsFunc(d.Options, func(o netconf.Option) bool { return o.Name == old.Name })
	})
	for _, o := range d.Options {
		if i := slices.IndexFunc(before, func(old topology.ConfigOption) bool { return old.Name == o.Name }); i >= 0 && r.System == parsers.SystemNetplan && o.Name == "arp_ip_target" {
			o.Value = before[i].Value + "," + o.Value // a list, to which later files add
		}
		if o.Name == "mode" {
			c.Mode = topology.Fact[topology.Mode]{}
		}
		addOption(c, o.Name, o.Value, r.At(o.Line))
	}
	if at := c.Mode.Source; at.Known() && at.File != c.File {
		c.File, c.Source = at.File, at
		if stanza := r.At(d.Line); stanza.File == at.File {
			c.Source = stanza
		}
	}
}

// addSlave adds the device to a bond's slaves, or the devices that its pattern or its address stands for.
func (j *joiner) addSlave(c *topology.BondConfig, d netconf.Device, at topology.Source) {
	for _, name := range j.devices(d) {
		if !slices.ContainsFunc(c.Slaves, func(s topology.Fact[string]) bool { return s.Value == name }) {
			c.Slaves = append(c.Slaves, topology.Fact[string]{Value: name, Source: at})
			if d.Glob {
				c.Manual = append(c.Manual, name)
			}
		}
	}
}

// devices resolves a device of a configuration to interfaces of the host.
func (j *joiner) devices(d netconf.Device) (names []string) {
	name := d.Name
	if other, ok := j.matched[name]; ok {
		return []string{other}
	}
	switch {
	case d.Glob:
		for _, l := range j.h.Links {
			if ok, err := path.Match(name, l.Name); err == nil && ok && l.Namespace == "" && l.Kind == "" {
				names = append(names, l.Name)
			}
		}
	case name == "" && d.MAC.Found():
		if l := j.linkByMAC(d.MAC.Value); l != nil {
			names = []string{l.Name}
		}
	case name != "":
		names = []string{name}
	}
	return names
}

// matchNames finds which interfaces netplan's names stand for, where it matches by address.
func (j *joiner) matchNames() {
	j.matched = map[string]string{}
	for _, r := range j.f.Netconf {
		for _, d := range r.Value.Devices {
			if d.Name == "" || d.Glob || !d.MAC.Found() || j.h.Link(d.Name) != nil || d.Kind != netconf.Ethernet && d.Kind != "" {
				continue
			}
			if l := j.linkByMAC(d.MAC.Value); l != nil {
				j.matched[d.Name] = l.Name
			}
		}
	}
}

// linkByMAC finds the network card with an address; a slave has its own in another place.
func (j *joiner) linkByMAC(mac string) *topology.Link {
	for _, b := range j.h.Bonds {
		for _, s := range b.Slaves {
			if strings.EqualFold(s.PermMAC.Value, mac) {
				return j.h.Link(s.Name)
			}
		}
	}
	for _, l := range j.h.Links {
		if l.Namespace == "" && l.Kind == "" && (strings.EqualFold(l.PermMAC.Value, mac) || !l.PermMAC.Known() && strings.EqualFold(l.MAC.Value, mac)) {
			return l
		}
	}
	return nil
}

// bridgeOf notes the bridge that a stanza puts a bond in, directly or over a VLAN of its name.
func (j *joiner) bridgeOf(d netconf.Device, r parsers.Configured, bond func(string) *topology.BondConfig) {
	put := func(port, bridge string, at topology.Source) {
		name, _, _ := strings.Cut(port, ".")
		for _, c := range []*topology.BondConfig{bond(port), bond(name)} {
			if c != nil && !c.Bridge.Known() {
				c.Bridge = topology.Fact[string]{Value: bridge, Source: at}
			}
		}
	}
	if d.Kind == netconf.Bridge || d.Kind == netconf.OVSBridge {
		for _, p := range d.Ports {
			put(p.Value, d.Name, r.At(p.Line))
		}
	}
	if d.Master.Found() && bond(d.Name) != nil && bond(d.Master.Value) == nil {
		put(d.Name, d.Master.Value, r.At(d.Master.Line))
	}
}

// configsVDSM takes what the engine of oVirt and RHV configured: persisted, and as it runs.
func (j *joiner) configsVDSM() {
	for _, r := range j.f.VDSMBonds {
		system := topology.ConfigVDSM
		if !strings.Contains(r.Path, "/persistence/") {
			system = topology.ConfigVDSMRun
		}
		j.configVDSM(system, r.Name, r.File, r.Value)
	}
	for _, r := range j.f.VDSMCaps {
		for _, b := range r.Value.Bonds {
			if b.Name != "" && len(b.Slaves) > 0 { // vdsm lists bonds that are not set up too
				j.configVDSM(topology.ConfigVDSMRun, b.Name, r.File, b)
			}
		}
	}
}

func (j *joiner) configVDSM(system, name string, f parsers.File, b vdsm.Bond) {
	c := &topology.BondConfig{System: system, Name: name, File: f.Path, Source: f.At(max(b.Line, 1))}
	for _, o := range b.Options {
		addOption(c, o.Name, o.Value, f.At(o.Line))
	}
	for _, s := range b.Slaves {
		c.Slaves = append(c.Slaves, fact(f, s))
	}
	for _, n := range j.f.VDSMNets {
		if n.Value.Bond.Value == name && (!n.Value.Bridged.Found() || n.Value.Bridged.Value) {
			c.Bridge = topology.Fact[string]{Value: n.Name, Source: n.At(n.Value.Bond.Line)}
		}
	}
	j.h.Configs = append(j.h.Configs, c)
}

// configsTeam takes teams that initscripts or NetworkManager configure.
func (j *joiner) configsTeam() {
	for _, r := range j.f.Ifcfg {
		v := r.Value.Vars
		if conf := v["TEAM_CONFIG"]; conf.Found() && v["TEAM_MASTER"].Value == "" && (strings.EqualFold(v["DEVICETYPE"].Value, "team") || strings.EqualFold(v["TYPE"].Value, "team")) {
			name := v["DEVICE"].Value
			if name == "" {
				name = r.Name
			}
			j.embeddedTeam(topology.ConfigIfcfg, name, v["NAME"].Value, r.File, conf)
		}
	}
	for _, r := range j.f.Keyfiles {
		if r.Value.Get("connection", "type").Value != "team" {
			continue
		}
		name, id := r.Value.Get("connection", "interface-name").Value, r.Value.Get("connection", "id").Value
		if conf := r.Value.Get("team", "config"); conf.Found() {
			j.embeddedTeam(topology.ConfigKeyfile, name, id, r.File, conf)
		}
	}
}

// embeddedTeam reads teamd's JSON that stands in one value of a file.
func (j *joiner) embeddedTeam(system, name, connection string, f parsers.File, conf text.At[string]) {
	c, problems := team.ParseConfig([]byte(conf.Value))
	for _, p := range problems {
		j.problem(f.At(conf.Line), "in the configuration of teamd: "+p.Why)
	}
	at := f
	t := len(j.h.Configs)
	j.teamConfig(system, name, connection, at, c)
	for _, made := range j.h.Configs[t:] { // its lines are counted within the value
		made.Source, made.Mode.Source = f.At(conf.Line), f.At(conf.Line)
		for i := range made.Options {
			made.Options[i].Source = f.At(conf.Line)
		}
		for i := range made.Slaves {
			made.Slaves[i].Source = f.At(conf.Line)
		}
	}
}
