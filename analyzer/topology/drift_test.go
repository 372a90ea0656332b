package topology

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/bonding"
)

func at[T any](v T) Fact[T] { return Fact[T]{Value: v, Source: Source{File: "file", Line: 1}} }

// runs is a bond as it runs: with two slaves, from /proc/net/bonding and `ip -d link`.
func runs(mode Mode, attrs string) *Bond {
	b := &Bond{Name: "bond0", Kind: BondKernel, Proc: true, Mode: at(mode), MIIMon: at(100), Link: &Link{Name: "bond0", Kind: KindBond, Attrs: map[string]Fact[string]{}}}
	for _, n := range []string{"eth0", "eth1"} {
		b.Slaves = append(b.Slaves, &Slave{Name: n, Source: Source{File: "proc", Line: 1}})
	}
	for _, o := range options(attrs) {
		b.Link.Attrs[o.Name] = at(o.Value)
	}
	b.HashPolicy, b.LACPRate, b.Primary = b.Link.Attrs["xmit_hash_policy"], b.Link.Attrs["lacp_rate"], b.Link.Attrs["primary"]
	b.PrimaryReselect, b.FailOverMAC = b.Link.Attrs["primary_reselect"], b.Link.Attrs["fail_over_mac"]
	return b
}

func options(s string) (list []ConfigOption) {
	for _, word := range strings.Fields(s) {
		name, value, _ := strings.Cut(word, "=")
		list = append(list, ConfigOption{Name: name, Value: value, Source: Source{File: "config", Line: 1}})
	}
	return list
}

// says is a configuration of the bond; names in brackets are of no interface that the host has, those with a question mark need not run.
func says(system, opts, slaves string) *BondConfig {
	c := &BondConfig{System: system, Name: "bond0", File: "etc/" + system, Options: options(opts)}
	for _, o := range c.Options {
		if m, ok := bonding.ParseMode(o.Value); ok && o.Name == "mode" {
			c.Mode = at(m)
		}
	}
	for _, s := range strings.Fields(slaves) {
		name := strings.Trim(s, "[]?")
		c.Slaves = append(c.Slaves, at(name))
		if name != s && s[0] == '[' {
			c.Strange = append(c.Strange, name)
		} else if name != s {
			c.Manual = append(c.Manual, name)
		}
	}
	return c
}

func TestDrift(t *testing.T) {
	const both = "eth0 eth1"
	in := func(c *BondConfig, change func(*BondConfig)) *BondConfig {
		change(c)
		return c
	}
	ab, lacp := bonding.ActiveBackup, bonding.LACP
	lacpRuns := "xmit_hash_policy=layer2+3 lacp_rate=fast min_links=0 ad_select=stable lacp_active=on num_grat_arp=1 all_slaves_active=0"
	for _, c := range []struct {
		name    string
		bond    *Bond
		change  func(*Bond)
		configs []*BondConfig
		want    []string
	}{
		{name: "no configuration", bond: runs(ab, "")},
		{name: "as configured", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigKeyfile, "mode=802.3ad miimon=100 xmit_hash_policy=layer2+3 lacp_rate=fast", both)}},
		{name: "numbers for names", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 miimon=0100 xmit_hash_policy=2 lacp_rate=1 ad_select=0 lacp_active=1 all_slaves_active=dropped", both)}},
		{name: "mode", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 miimon=100", both)}, want: []string{"ifcfg mode: 802.3ad, active-backup"}},
		{name: "mode, while the report contradicts itself", bond: runs(ab, ""), change: func(b *Bond) { b.OtherMode = at(lacp) }, configs: []*BondConfig{says(ConfigIfcfg, "mode=4", both)}},
		{name: "the bond was not seen running", bond: runs(ab, ""), change: func(b *Bond) { b.ConfigOnly = true }, configs: []*BondConfig{says(ConfigIfcfg, "mode=4", both)}},
		{name: "no mode was collected", bond: runs(bonding.Unknown, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 lacp_rate=1", both)}},
		{name: "an option", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 miimon=80 lacp_rate=slow", both)},
			want: []string{"ifcfg lacp_rate: slow, fast", "ifcfg miimon: 80, 100"}},
		{name: "the last value counts", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 lacp_rate=slow lacp_rate=fast", both)}},
		{name: "delays are rounded", bond: runs(ab, "updelay=0 downdelay=200 peer_notify_delay=0"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 miimon=100 updelay=50 downdelay=250 peer_notif_delay=30", both)}},
		{name: "options of another mode than the one that runs", bond: runs(ab, "lacp_rate=slow xmit_hash_policy=layer2"),
			configs: []*BondConfig{says(ConfigIfcfg, "mode=4 lacp_rate=fast xmit_hash_policy=layer3+4", both)}, want: []string{"ifcfg mode: 802.3ad, active-backup"}},
		{name: "options that the mode does not use", bond: runs(ab, "lacp_rate=slow packets_per_slave=1 xmit_hash_policy=layer2"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 lacp_rate=fast packets_per_slave=8 xmit_hash_policy=layer3+4", both)}},
		{name: "values that the kernel refuses", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 lacp_rate=quick xmit_hash_policy=layer23 miimon=1s", both)}},
		{name: "modes that force miimon", bond: runs(lacp, lacpRuns), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 miimon=0", both)}},
		{name: "two monitors", bond: runs(ab, ""), change: func(b *Bond) { b.MIIMon, b.ARPInterval = at(0), at(200) }, configs: []*BondConfig{says(ConfigIfcfg, "mode=1 miimon=100 arp_interval=200", both)}},
		{name: "ARP monitoring that the mode refuses", bond: runs(lacp, lacpRuns), change: func(b *Bond) { b.ARPInterval = at(0) }, configs: []*BondConfig{says(ConfigIfcfg, "mode=4 arp_interval=200", both)}},
		{name: "arp_validate by MII monitoring", bond: runs(ab, "arp_validate=none"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 miimon=100 arp_validate=3", both)}},
		{name: "primary", bond: runs(ab, "primary=eth1"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 primary=eth0", both)}, want: []string{"ifcfg primary: eth0, eth1"}},
		{name: "primary was taken away", bond: runs(ab, "primary="), configs: []*BondConfig{says(ConfigKeyfile, "mode=1 primary=eth0", both)}, want: []string{"keyfile primary: eth0, "}},
		{name: "primary is no slave", bond: runs(ab, "primary="), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 primary=eth7", both)}},
		{name: "primary of os-net-config", bond: runs(ab, "primary="), configs: []*BondConfig{says(ConfigOSNetConfig, "mode=active-backup primary=eth0", both)}},
		{name: "fail_over_mac that the kernel set", bond: runs(ab, "fail_over_mac=active"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 fail_over_mac=0", both)}},
		{name: "balance-slb sets the hash", bond: runs(bonding.BalanceXOR, "xmit_hash_policy=vlan+srcmac"), configs: []*BondConfig{says(ConfigKeyfile, "mode=2 balance-slb=1 xmit_hash_policy=layer2+3", both)}},
		{name: "options nobody knows", bond: runs(ab, "frobnicate=1"), configs: []*BondConfig{says(ConfigIfcfg, "mode=1 frobnicate=2", both)}},

		{name: "another profile agrees", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=4 miimon=50", both), says(ConfigKeyfile, "mode=1", both)}},
		{name: "each agrees in a part", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=4 miimon=100", both), says(ConfigIfcfg, "mode=1 miimon=50", both)}},
		{name: "a profile that is not active", bond: runs(ab, ""), configs: []*BondConfig{in(says(ConfigKeyfile, "mode=4", both), func(c *BondConfig) { c.Inactive = true })}},
		{name: "a rest without a mode excuses nothing", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "", both), says(ConfigKeyfile, "mode=4", both)}, want: []string{"keyfile mode: 802.3ad, active-backup"}},
		{name: "bond= for the initrd", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigDracut, "mode=802.3ad", "eth0 eth7")}},
		{name: "what tells what runs", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigApplied, "mode=4", ""), says(ConfigCurrent, "mode=4", ""), says(ConfigVDSMRun, "mode=4", "")}},
		{name: "netplan was changed, and what it rendered not", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=802.3ad", both),
			in(says(ConfigNetworkd, "mode=active-backup", both), func(c *BondConfig) { c.File = "run/systemd/network/10-netplan-bond0.netdev" })}, want: []string{"netplan mode: 802.3ad, active-backup"}},
		{name: "netplan by NetworkManager", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=active-backup", both),
			in(says(ConfigKeyfile, "mode=802.3ad", both), func(c *BondConfig) {
				c.File = "run/NetworkManager/system-connections/netplan-bond0.nmconnection"
			})}},
		{name: "networkd beside netplan", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=802.3ad", both),
			in(says(ConfigNetworkd, "mode=active-backup", both), func(c *BondConfig) { c.File = "etc/systemd/network/20-bond0.netdev" })}},
		{name: "an ifcfg file that NetworkManager has not read again", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=4", both),
			in(says(ConfigNmcli, "mode=active-backup", both), func(c *BondConfig) { c.Connection = "System bond0" })}, want: []string{"ifcfg mode: 802.3ad, active-backup"}},
		{name: "an ifcfg file that NetworkManager must not read", bond: runs(ab, ""), configs: []*BondConfig{in(says(ConfigIfcfg, "mode=4", both), func(c *BondConfig) { c.NMOff = true }),
			in(says(ConfigNmcli, "mode=active-backup", both), func(c *BondConfig) { c.Connection = "System bond0" })}},

		{name: "a policy, whatever the profile says", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=1", both), says(ConfigNNCP, "mode=802.3ad", both)}, want: []string{"nncp mode: 802.3ad, active-backup"}},
		{name: "a policy and the profile alike", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=4", both), says(ConfigNNCP, "mode=802.3ad", both)}, want: []string{"nncp mode: 802.3ad, active-backup"}},
		{name: "of two policies one agrees", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNNCP, "mode=active-backup", both), says(ConfigNNCP, "mode=802.3ad", both)}},
		{name: "a policy that is being applied", bond: runs(ab, ""), configs: []*BondConfig{in(says(ConfigNNCP, "mode=802.3ad", both), func(c *BondConfig) { c.Status = at("Progressing") })}},
		{name: "nmstate for all nodes", bond: runs(ab, ""), configs: []*BondConfig{in(says(ConfigNMState, "mode=802.3ad", both), func(c *BondConfig) { c.File = "etc/nmstate/openshift/worker-7.yml" })}},
		{name: "vdsm, and its ifcfg file", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=4 miimon=50", both), says(ConfigVDSM, "mode=4", both)},
			want: []string{"vdsm mode: 802.3ad, active-backup", "ifcfg miimon: 50, 100"}},

		{name: "a slave is missing", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=1", "eth0 eth1 eth2")}, want: []string{"keyfile slaves: eth0, eth1, eth2, eth0, eth1 -eth2"}},
		{name: "a slave too many", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=1", "eth0")}, want: []string{"keyfile slaves: eth0, eth0, eth1 +eth1"}},
		{name: "one for another", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=1", "eth0 eth2")}, want: []string{"keyfile slaves: eth0, eth2, eth0, eth1 -eth2 +eth1"}},
		{name: "in another order", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigKeyfile, "mode=1", "eth1 eth0")}},
		{name: "aliases", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigOSNetConfig, "mode=active-backup", "[nic1] [nic2]")}},
		{name: "one alias, for the slave that runs", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=active-backup", "eth0 [lan]")}},
		{name: "an alias beside all slaves that run", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=active-backup", "eth0 eth1 [eth9]")}, want: []string{"netplan slaves: eth0, eth1, eth9, eth0, eth1 -eth9"}},
		{name: "the same where the slaves may be cut", bond: runs(ab, ""), change: func(b *Bond) { b.Proc = false }, configs: []*BondConfig{says(ConfigNetplan, "mode=active-backup", "eth0 eth1 [eth9]")}},
		{name: "an alias for one, and another interface is missing", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNetplan, "mode=active-backup", "eth0 [lan] eth5")}, want: []string{"netplan slaves: eth0, eth5, lan, eth0, eth1 -eth5"}},
		{name: "a slave that is not started", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=1", "eth0 eth1 eth2?")}},
		{name: "a slave that is not started and runs", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigIfcfg, "mode=1", "eth0 eth1?")}},
		{name: "slaves were not configured here", bond: runs(ab, ""), configs: []*BondConfig{says(ConfigNmcli, "mode=active-backup", "")}},
		{name: "no slave runs", bond: runs(ab, ""), change: func(b *Bond) { b.Slaves = nil }, configs: []*BondConfig{says(ConfigKeyfile, "mode=1", both)}, want: []string{"keyfile slaves: eth0, eth1,  -eth0 -eth1"}},
		{name: "no slave was collected", bond: runs(ab, ""), change: func(b *Bond) { b.Slaves, b.Proc = nil, false }, configs: []*BondConfig{says(ConfigKeyfile, "mode=1", both)}},
		{name: "Open vSwitch", bond: runs(ab, ""), change: func(b *Bond) { b.Kind = BondOVS }, configs: []*BondConfig{says(ConfigOSNetConfig, "mode=4", "eth7")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.change != nil {
				c.change(c.bond)
			}
			c.bond.Configs = c.configs
			var got []string
			for _, d := range c.bond.Drift() {
				s := fmt.Sprintf("%s %s: %s, %s", d.Config.System, d.What, d.Configured, d.Running)
				for _, n := range d.Missing {
					s += " -" + n
				}
				for _, n := range d.Foreign {
					s += " +" + n
				}
				got = append(got, s)
				if !d.Source.Known() && d.What != "slaves" {
					t.Errorf("%s: no source in the configuration", s)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" && len(c.want)+len(got) > 0 {
				t.Error(diff)
			}
		})
	}
}

func TestRendered(t *testing.T) {
	for _, c := range []struct {
		config BondConfig
		want   bool
	}{
		{BondConfig{System: ConfigNetworkd, File: "run/systemd/network/10-netplan-bond0.netdev"}, true},
		{BondConfig{System: ConfigNetworkd, File: "etc/systemd/network/10-netplan-bond0.netdev"}, false},
		{BondConfig{System: ConfigKeyfile, File: "run/NetworkManager/system-connections/netplan-bond0.nmconnection"}, true},
		{BondConfig{System: ConfigKeyfile, File: "etc/NetworkManager/system-connections/bond0.nmconnection"}, false},
		{BondConfig{System: ConfigNmcli, Connection: "netplan-bond0"}, true},
		{BondConfig{System: ConfigIfcfg, Connection: "netplan-bond0"}, false},
	} {
		if got := c.config.Rendered(); got != c.want {
			t.Errorf("%+v: %v", c.config, got)
		}
	}
}

func TestOptionName(t *testing.T) {
	for _, c := range [][3]string{{"xmit_hash_policy", "2", "layer2+3"}, {"xmit_hash_policy", "layer3+4", "layer3+4"}, {"lacp_rate", "1", "fast"}, {"lacp_rate", "7", "7"}, {"miimon", "1", "1"}} {
		if got := OptionName(c[0], c[1]); got != c[2] {
			t.Errorf("%s=%s is %q", c[0], c[1], got)
		}
	}
}
