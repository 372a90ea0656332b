package topology

import (
	"slices"
	"testing"

	"github.com/sosbond/sosbond/parsers/bonding"
)

func TestBondOptions(t *testing.T) {
	for _, c := range []struct {
		name, value string
		valid       bool
	}{
		{"mode", "802.3ad", true}, {"mode", "4", true}, {"mode", "7", false}, {"mode", "lacp", false}, {"mode", "-1", false},
		{"xmit_hash_policy", "vlan+srcmac", true}, {"xmit_hash_policy", "layer23", false}, {"xmit_hash_policy", "6", false},
		{"miimon", "100", true}, {"miimon", "off", true}, {"miimon", "100ms", false}, {"miimon", "-5", false}, {"miimon", "2147483648", false},
		{"num_grat_arp", "255", true}, {"num_grat_arp", "256", false}, {"lp_interval", "0", false}, {"all_slaves_active", "dropped", true}, {"all_slaves_active", "2", false},
		{"ad_actor_system", "02:00:00:00:00:01", true}, {"ad_actor_system", "01:00:00:00:00:01", false}, {"ad_actor_system", "x", false},
		{"primary", "eth0", true}, {"arp_ip_target", "10.0.0.1,10.0.0.2", true}, {"ad_user_port_key", "1024", false},
	} {
		o, known := OptionOf(c.name)
		if !known || o.Valid(c.value) != c.valid {
			t.Errorf("%s=%s: known %v, valid %v", c.name, c.value, known, o.Valid(c.value))
		}
	}
	for name, want := range map[string][]Mode{
		"lacp_rate": {bonding.LACP}, "primary": {bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB}, "arp_interval": {0, 1, 2, 3}, "packets_per_slave": {bonding.BalanceRR},
		"xmit_hash_policy": allModes, "min_links": allModes, "fail_over_mac": allModes, "tlb_dynamic_lb": {bonding.BalanceTLB, bonding.BalanceALB},
	} {
		o, _ := OptionOf(name)
		for _, m := range allModes {
			if o.Takes(m) != slices.Contains(want, m) {
				t.Errorf("%s in %s: %v", name, m, o.Takes(m))
			}
		}
	}
	if _, known := OptionOf("miion"); known {
		t.Error("miion is an option")
	}
	if names := OptionNames(); !slices.IsSorted(names) || !slices.Contains(names, "lacp_active") {
		t.Errorf("%q", names)
	}
	for name, o := range bondOptions {
		if o.Names != nil && o.Max > 0 || o.Max == 0 && o.Words != nil || o.Max > 0 && o.Min > o.Max {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestRuns(t *testing.T) {
	b := &Bond{Name: "bond0", Mode: Fact[Mode]{Value: bonding.LACP, Source: Source{File: "f", Line: 1}}, LACPRate: Fact[string]{Value: "fast", Source: Source{File: "f", Line: 2}}}
	for o, want := range map[ConfigOption]bool{
		{Name: "mode", Value: "4"}: true, {Name: "mode", Value: "1"}: false, {Name: "lacp_rate", Value: "1"}: true, {Name: "lacp_rate", Value: "slow"}: false, {Name: "primary", Value: "eth0"}: false,
	} {
		if got := b.Runs(o); got != want {
			t.Errorf("%+v: %v", o, got)
		}
	}
}
