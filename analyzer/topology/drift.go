package topology

import (
	"slices"
	"strconv"
	"strings"
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

// Persistent reports a configuration that a host starts with, not one that tells what runs.
func (c *BondConfig) Persistent() bool {
	switch c.System {
	case ConfigApplied, ConfigCurrent, ConfigVDSMRun, ConfigTeamd, ConfigOVSDB:
		return false
	}
	return !c.Inactive
}

// Drift returns where the persistent configurations of a bond differ from what runs. Where several configurations speak of the bond, only what
// none of them agrees with counts: a profile that is not in use is no drift.
func (b *Bond) Drift() (list []Difference) {
	if b.ConfigOnly || b.Kind == BondOVS {
		return nil
	}
	type answer struct {
		differs []Difference
		agrees  bool
	}
	answers := map[string]*answer{}
	var order []string
	for _, c := range b.Configs {
		if !c.Persistent() {
			continue
		}
		for _, d := range b.compare(c) {
			a := answers[d.What]
			if a == nil {
				a = &answer{}
				answers[d.What] = a
				order = append(order, d.What)
			}
			if d.Configured == d.Running && len(d.Missing)+len(d.Foreign) == 0 {
				a.agrees = true
			} else {
				a.differs = append(a.differs, d)
			}
		}
	}
	for _, what := range order {
		if a := answers[what]; !a.agrees {
			list = append(list, a.differs...)
		}
	}
	return list
}

// compare compares one configuration with what runs; what agrees is listed too, with the same value on both sides.
func (b *Bond) compare(c *BondConfig) (list []Difference) {
	if c.Mode.Known() && b.Mode.Known() {
		list = append(list, Difference{What: "mode", Configured: c.Mode.Value.String(), Running: b.Mode.Value.String(), Config: c, Source: c.Mode.Source, RunningAt: b.Mode.Source})
	}
	seen := map[string]bool{"mode": true}
	for _, o := range slices.Backward(c.Options) { // the last value counts
		if seen[o.Name] {
			continue
		}
		seen[o.Name] = true
		running := b.option(o.Name)
		if !running.Known() || !comparable(o.Name) {
			continue
		}
		list = append(list, Difference{What: o.Name, Configured: canonical(o.Name, o.Value), Running: canonical(o.Name, running.Value), Config: c, Source: o.Source, RunningAt: running.Source})
	}
	return append(list, b.compareSlaves(c)...)
}

func (b *Bond) compareSlaves(c *BondConfig) []Difference {
	if len(c.Slaves) == 0 || len(b.Slaves) == 0 {
		return nil
	}
	d := Difference{What: "slaves", Config: c, Source: c.Slaves[0].Source, RunningAt: b.Slaves[0].Source}
	running := b.SlaveNames()
	var configured []string
	for _, s := range c.Slaves {
		configured = append(configured, s.Value)
		if !slices.Contains(running, s.Value) {
			d.Missing = append(d.Missing, s.Value)
			d.Source = s.Source
		}
	}
	for _, name := range running {
		if !slices.Contains(configured, name) {
			d.Foreign = append(d.Foreign, name)
		}
	}
	slices.Sort(configured)
	slices.Sort(running)
	d.Configured, d.Running = strings.Join(configured, ", "), strings.Join(running, ", ")
	return []Difference{d}
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

// comparable reports options whose running value can be expected to be the configured one: delays are rounded by the kernel to the monitoring
// interval, the active slave moves.
func comparable(name string) bool {
	return !slices.Contains([]string{"updelay", "downdelay", "peer_notif_delay", "active_slave", "use_carrier", "arp_ip_target", "ns_ip6_target"}, name)
}

// numbers are the names that the kernel gives to numbers of options (drivers/net/bonding/bond_options.c).
var numbers = map[string][]string{
	"lacp_rate":        {"slow", "fast"},
	"xmit_hash_policy": {"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"},
	"fail_over_mac":    {"none", "active", "follow"},
	"primary_reselect": {"always", "better", "failure"},
	"ad_select":        {"stable", "bandwidth", "count"},
	"arp_validate":     {"none", "active", "backup", "all", "filter", "filter_active", "filter_backup"},
	"arp_all_targets":  {"any", "all"},
}

// canonical writes a value as the kernel prints it.
func canonical(name, value string) string {
	value = strings.TrimSpace(value)
	n, err := strconv.Atoi(value)
	if names := numbers[name]; err == nil && n >= 0 && n < len(names) {
		return names[n]
	}
	switch strings.ToLower(value) {
	case "on", "yes", "true":
		return "1"
	case "off", "no", "false":
		return "0"
	case "dropped":
		return "0"
	case "delivered":
		return "1"
	}
	return value
}
