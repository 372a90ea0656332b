package topology

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/bonding"
)

// Difference is where a configuration of a bond says something else than what runs.
type Difference struct {
	What       string // "mode", "slaves", or the name of an option
	Configured string
	Running    string
	Config     *BondConfig
	Source     Source   // in the configuration
	RunningAt  Source   // "" where nothing can be quoted for what is not there
	Missing    []string // slaves that are configured and do not run
	Foreign    []string // slaves that run and are not configured
}

// agrees reports a comparison that found no difference.
func (d Difference) agrees() bool {
	if d.What == "slaves" {
		return len(d.Missing)+len(d.Foreign) == 0
	}
	return d.Configured == d.Running
}

// Persistent reports a configuration that a host starts with, not one that tells what runs, that concerns the initrd alone, or that somebody has to
// start.
func (c *BondConfig) Persistent() bool {
	switch c.System {
	case ConfigApplied, ConfigCurrent, ConfigVDSMRun, ConfigTeamd, ConfigOVSDB, ConfigDracut:
		return false
	}
	return !c.Inactive && !c.OnDemand
}

// Owner reports a configuration from which a tool writes the others: those of nmstate and of vdsm. That the files below agree with what runs
// does not excuse a difference from it.
func (c *BondConfig) Owner() bool {
	return c.System == ConfigNNCP || c.System == ConfigNMState || c.System == ConfigVDSM
}

// Rendered reports a file that netplan wrote for networkd or NetworkManager: it goes away at a restart, and netplan writes it anew.
func (c *BondConfig) Rendered() bool {
	switch c.System {
	case ConfigNetworkd:
		return strings.HasPrefix(c.File, "run/systemd/network/10-netplan-")
	case ConfigKeyfile:
		return strings.HasPrefix(c.File, "run/NetworkManager/system-connections/netplan-")
	case ConfigNmcli:
		return strings.HasPrefix(c.Connection, "netplan-")
	}
	return false
}

// Drift returns where the persistent configurations of a bond differ from what runs. Where several configurations speak of the bond, only what
// none of them agrees with counts: a profile that is not in use is no drift. What differs from an owner (nmstate, vdsm) is told of it alone.
func (b *Bond) Drift() []Difference {
	if b.ConfigOnly || b.Kind == BondOVS {
		return nil
	}
	var list []Difference
	told := map[string]bool{}
	for _, system := range []string{ConfigNNCP, ConfigNMState, ConfigVDSM} {
		var configs []*BondConfig
		for _, c := range b.Configs {
			if c.System == system && c.Persistent() && c.ConcernsHost() {
				configs = append(configs, c)
			}
		}
		list = appendNew(list, b.disagreed(configs), told)
	}
	files := b.inForce()
	for _, c := range files {
		if b.follows(c) {
			return list
		}
	}
	return appendNew(list, b.disagreed(files), told)
}

// appendNew adds differences in what is not told yet.
func appendNew(list, more []Difference, told map[string]bool) []Difference {
	for _, d := range more {
		if !told[d.What] {
			list = append(list, d)
		}
	}
	for _, d := range more {
		told[d.What] = true
	}
	return list
}

// ConcernsHost leaves out what lies in /etc/nmstate/openshift: nodes get the files of all of them there, and a copy of their own in /etc/nmstate.
// A policy that is being applied is left out too.
func (c *BondConfig) ConcernsHost() bool {
	switch c.System {
	case ConfigNMState:
		return !strings.HasPrefix(c.File, "etc/nmstate/openshift/")
	case ConfigNNCP:
		return c.Status.Value != "Progressing" && c.Status.Value != "Pending"
	}
	return true
}

// inForce are the files that the host may have made the bond of: those of owners and what netplan renders are left out, and what nmcli prints of
// a profile whose file was read.
func (b *Bond) inForce() (configs []*BondConfig) {
	netplan := slices.ContainsFunc(b.Configs, func(c *BondConfig) bool { return c.System == ConfigNetplan })
	for _, c := range b.Configs {
		if !c.Persistent() || c.Owner() || netplan && c.Rendered() || c.System == ConfigNmcli && b.fromFile(c) {
			continue
		}
		configs = append(configs, c)
	}
	return configs
}

// fromFile reports a profile of NetworkManager that is an ifcfg file, which it calls "System DEVICE" where the file has no NAME.
func (b *Bond) fromFile(c *BondConfig) bool {
	return slices.ContainsFunc(b.Configs, func(f *BondConfig) bool {
		return f.System == ConfigIfcfg && !f.NMOff && (f.Connection == c.Connection || f.Connection == "" && c.Connection == "System "+f.Name)
	})
}

// follows reports a configuration that names the mode and is in no point different from what runs.
func (b *Bond) follows(c *BondConfig) bool {
	list := b.compare(c)
	return slices.ContainsFunc(list, func(d Difference) bool { return d.What == "mode" }) && !slices.ContainsFunc(list, func(d Difference) bool { return !d.agrees() })
}

// disagreed returns the differences in what none of the configurations agrees with.
func (b *Bond) disagreed(configs []*BondConfig) (list []Difference) {
	agreed := map[string]bool{}
	for _, c := range configs {
		for _, d := range b.compare(c) {
			if d.agrees() {
				agreed[d.What] = true
			} else {
				list = append(list, d)
			}
		}
	}
	return slices.DeleteFunc(list, func(d Difference) bool { return agreed[d.What] })
}

// compare compares one configuration with what runs; what agrees is listed too.
func (b *Bond) compare(c *BondConfig) (list []Difference) {
	if c.Mode.Known() && b.Mode.Known() && b.Mode.Value != bonding.Unknown && !b.OtherMode.Known() {
		list = append(list, Difference{What: "mode", Configured: c.Mode.Value.String(), Running: b.Mode.Value.String(), Config: c, Source: c.Mode.Source, RunningAt: b.Mode.Source})
	}
	seen := map[string]bool{"mode": true}
	for _, o := range slices.Backward(c.Options) { // the last value counts
		if seen[o.Name] {
			continue
		}
		seen[o.Name] = true
		running := b.option(o.Name)
		if !running.Known() || !b.comparable(c, o) {
			continue
		}
		want, ok := canonical(o.Name, o.Value)
		is, known := canonical(o.Name, running.Value)
		if ok && known {
			list = append(list, Difference{What: o.Name, Configured: want, Running: is, Config: c, Source: o.Source, RunningAt: running.Source})
		}
	}
	return append(list, b.compareSlaves(c)...)
}

// compareSlaves compares the slaves. A name that no interface has may be an alias (nic1 of os-net-config, an altname, the id of a profile): it
// counts as missing only where it cannot stand for a slave that runs.
func (b *Bond) compareSlaves(c *BondConfig) []Difference {
	if len(c.Slaves) == 0 || len(b.Slaves) == 0 && !b.Proc {
		return nil
	}
	d := Difference{What: "slaves", Config: c, Source: c.Slaves[0].Source, RunningAt: b.Source}
	if len(b.Slaves) > 0 {
		d.RunningAt = b.Slaves[0].Source
	}
	running := b.SlaveNames()
	var configured, strange []string
	for _, s := range c.Slaves {
		configured = append(configured, s.Value)
		switch {
		case slices.Contains(running, s.Value) || slices.Contains(c.Manual, s.Value):
		case slices.Contains(c.Strange, s.Value):
			strange = append(strange, s.Value)
		default:
			d.Missing = append(d.Missing, s.Value)
			d.Source = s.Source
		}
	}
	for _, name := range running {
		if !slices.Contains(configured, name) {
			d.Foreign = append(d.Foreign, name)
		}
	}
	switch {
	case len(strange) == 0:
	case len(d.Foreign) > 0:
		d.Foreign = nil
	case b.Proc && len(strange) < len(configured):
		d.Missing = append(d.Missing, strange...)
		d.Source = slaveSource(c, strange[0])
	}
	slices.Sort(configured)
	slices.Sort(running)
	d.Configured, d.Running = strings.Join(configured, ", "), strings.Join(running, ", ")
	return []Difference{d}
}

func slaveSource(c *BondConfig, name string) Source {
	for _, s := range c.Slaves {
		if s.Value == name {
			return s.Source
		}
	}
	return c.Source
}

// option is the running value of a bonding option.
func (b *Bond) option(name string) Fact[string] {
	number := func(f Fact[int]) Fact[string] { return Fact[string]{Value: strconv.Itoa(f.Value), Source: f.Source} }
	switch name {
	case "miimon":
		if b.MIIMon.Known() {
			return number(b.MIIMon)
		}
	case "arp_interval":
		if b.ARPInterval.Known() {
			return number(b.ARPInterval)
		}
	case "xmit_hash_policy":
		return b.HashPolicy // told in the modes that use it only
	case "lacp_rate":
		return b.LACPRate
	case "primary":
		return b.Primary
	case "primary_reselect":
		return b.PrimaryReselect
	case "fail_over_mac":
		return b.FailOverMAC
	}
	if b.Link != nil && b.Link.Kind == KindBond {
		return b.Link.Attrs[name]
	}
	return Fact[string]{}
}

// Running are the options that the bond runs with, by name, with values as the kernel prints them: those that mean something in its mode and that the
// kernel neither rounds nor chooses. The primary is left out: it names a device of this host.
func (b *Bond) Running() (list []ConfigOption) {
	for _, name := range OptionNames() {
		o := bondOptions[name]
		modes := o.effective
		if modes == nil {
			modes = o.Modes
		}
		f := b.option(name)
		if !o.compared || !f.Known() || name == "primary" || modes != nil && !slices.Contains(modes, b.Mode.Value) {
			continue
		}
		if value, ok := canonical(name, f.Value); ok {
			list = append(list, ConfigOption{Name: name, Value: value, Source: f.Source})
		}
	}
	return list
}

// comparable reports options whose running value can be expected to be the configured one.
func (b *Bond) comparable(c *BondConfig, o ConfigOption) bool {
	option := bondOptions[o.Name]
	modes := option.effective
	if modes == nil {
		modes = option.Modes
	}
	if !option.compared || modes != nil && (!slices.Contains(modes, b.Mode.Value) || c.Mode.Known() && c.Mode.Value != b.Mode.Value) {
		return false
	}
	on := func(name string) bool {
		x, ok := c.Option(name)
		return ok && x.Value != "" && x.Value != "0"
	}
	switch o.Name {
	case "miimon": // the two monitors switch one another off, and modes 4 to 6 cannot do without this one
		return !on("arp_interval") && (on("miimon") || b.Mode.Value < bonding.LACP)
	case "arp_interval":
		return !on("miimon")
	case "arp_validate", "arp_all_targets":
		return on("arp_interval") && !on("miimon")
	case "xmit_hash_policy": // which NetworkManager sets itself for balance-slb
		return !on("balance-slb")
	case "num_grat_arp": // another name of the same value
		return !on("num_unsol_na")
	case "fail_over_mac": // the kernel sets it for slaves whose address cannot be set
		return b.FailOverMAC.Value != "active"
	case "primary": // by ifcfg files os-net-config makes no primary of it, and a name that is no slave's is ignored
		return c.System != ConfigOSNetConfig && slices.Contains(b.SlaveNames(), o.Value)
	}
	return true
}

// canonical writes a value as the kernel prints it; ok is false for one that the kernel would refuse.
func canonical(name, value string) (v string, ok bool) {
	value = strings.TrimSpace(value)
	n, err := strconv.Atoi(value)
	if list := bondOptions[name].Names; list != nil {
		if err == nil && n >= 0 && n < len(list) {
			return list[n], true
		}
		value = strings.ToLower(value)
		return value, slices.Contains(list, value)
	}
	if name == "primary" {
		return value, true // "" where the bond has none
	}
	switch strings.ToLower(value) {
	case "on", "yes", "true", "delivered":
		return "1", true
	case "off", "no", "false", "dropped":
		return "0", true
	}
	return strconv.Itoa(n), err == nil
}

// OptionName writes a value of an option by the name that the kernel has for its number, and as it is where there is none.
func OptionName(name, value string) string {
	if list := bondOptions[name].Names; list != nil {
		if n, err := strconv.Atoi(value); err == nil && n >= 0 && n < len(list) {
			return list[n]
		}
	}
	return value
}

// Runs reports that the running bond has what an option is configured as: then nobody refused it.
func (b *Bond) Runs(o ConfigOption) bool {
	running := b.option(o.Name)
	if o.Name == "mode" {
		m, ok := bonding.ParseMode(o.Value)
		return ok && b.Mode.Known() && !b.ConfigOnly && m == b.Mode.Value
	}
	is, known := canonical(o.Name, running.Value)
	want, ok := canonical(o.Name, o.Value)
	return running.Known() && known && ok && is == want
}
