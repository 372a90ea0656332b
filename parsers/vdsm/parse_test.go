package vdsm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

func names(line int, names ...string) (all []text.At[string]) {
	for i, n := range names {
		all = append(all, text.Of(n, line+i))
	}
	return all
}

func TestParseNetwork(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Network
	}{
		{"management on a bond, the form of vdsm 4.30", `{
    "ipv6autoconf": false,
    "nameservers": ["10.0.0.1"],
    "bonding": "bond0",
    "vlan": 10,
    "dhcpv6": false,
    "switch": "legacy",
    "bridged": true,
    "mtu": 9000,
    "bootproto": "dhcp",
    "stp": false,
    "defaultRoute": true
}`, Network{Line: 1, Bond: text.Of("bond0", 4), VLAN: text.Of(10, 5), Switch: text.Of("legacy", 7), Bridged: text.Of(true, 8),
			MTU: text.Of(9000, 9), Default: text.Of(true, 12)}},
		{"storage without a bridge, vdsm 4.16: texts for numbers and truth values", `{
    "nic": "em3", 
    "vlan": "", 
    "bridged": "false", 
    "mtu": "1500",
    "bonding": null
}`, Network{Line: 1, NIC: text.Of("em3", 2), Bridged: text.Of(false, 4), MTU: text.Of(1500, 5)}},
		{"nics", `{"nics": ["em1"], "bridged": true}`, Network{Line: 1, NIC: text.Of("em1", 1), Bridged: text.Of(true, 1)}},
		{"several nics", `{"bonding": "bond1", "nics": ["em1"]}`, Network{Line: 1, Bond: text.Of("bond1", 1)}},
		{"nothing told", `{}`, Network{Line: 1}},
	} {
		for _, s := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
			got, problems := ParseNetwork([]byte(s))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
				t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
			}
		}
	}
}

func TestParseBond(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Bond
	}{
		{"vdsm 4.40", `{
    "nics": [
        "ens1f0",
        "ens1f1"
    ],
    "options": "mode=4 miimon=100 xmit_hash_policy=2",
    "switch": "legacy",
    "hwaddr": "AA:bb:cc:dd:ee:01"
}`, Bond{Line: 1, Slaves: names(3, "ens1f0", "ens1f1"), Switch: text.Of("legacy", 7), MAC: text.Of("aa:bb:cc:dd:ee:01", 8),
			Options: []netconf.Option{{Line: 6, Name: "mode", Value: "4"}, {Line: 6, Name: "miimon", Value: "100"}, {Line: 6, Name: "xmit_hash_policy", Value: "2"}}}},
		{"vdsm 4.16", `{"nics": ["dummy_1"], "options": "mode=active-backup arp_interval=1 arp_ip_target=10.0.0.1,10.0.0.2 custom=ovs_bond_mode:active-backup"}`,
			Bond{Line: 1, Slaves: names(1, "dummy_1"), Options: []netconf.Option{{Line: 1, Name: "mode", Value: "active-backup"},
				{Line: 1, Name: "arp_interval", Value: "1"}, {Line: 1, Name: "arp_ip_target", Value: "10.0.0.1,10.0.0.2"}}}},
		{"no options", `{"nics": [], "options": ""}`, Bond{Line: 1}},
	} {
		got, problems := ParseBond([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestNetconfDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		slaves     int
		why        string
	}{
		{"empty", "", 0, ""},
		{"a list", "[]", 0, "not a JSON object"},
		{"no JSON", "DEVICE=bond0\n", 0, "not JSON"},
		{"cut", `{"nics": ["em1", "em2"], "opti`, 2, "not JSON from here on"},
		{"no option", `{"nics": ["em1"], "options": "mode=1 miimon =100"}`, 1, "not an option of a bond"},
		{"odd types", `{"nics": 3, "options": ["mode=1"]}`, 0, ""},
		{"invalid UTF-8", "{\"nics\": [\"em\xff\"]}", 1, ""},
	} {
		got, problems := ParseBond([]byte(c.text))
		if len(got.Slaves) != c.slaves {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
	if n, problems := ParseNetwork([]byte(`{"vlan": "ten", "bridged": 7}`)); n.VLAN.Found() || n.Bridged.Found() || len(problems) != 2 {
		t.Errorf("%+v, problems %v", n, problems)
	}
	if n, problems := ParseNetwork([]byte("x")); n.Line != 0 || len(problems) != 1 {
		t.Errorf("%+v, problems %v", n, problems)
	}
}

func FuzzParseNetwork(f *testing.F) {
	f.Add([]byte(`{"bonding": "bond0", "vlan": "10", "bridged": true, "nics": ["a"]}`))
	f.Add([]byte("{\n\"mtu\": 1e9,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := ParseNetwork(data)
		inRange(t, data, []int{n.Line, n.Bond.Line, n.NIC.Line, n.Bridged.Line, n.VLAN.Line, n.MTU.Line, n.Switch.Line, n.Default.Line}, problems)
	})
}

func FuzzParseBond(f *testing.F) {
	f.Add([]byte(`{"nics": ["em1", "em2"], "options": "mode=4 miimon=100", "switch": "legacy"}`))
	f.Add([]byte("{\"options\":\n \"a =\u00a0b custom=\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, problems := ParseBond(data)
		inRange(t, data, bondLines(t, b), problems)
	})
}

func bondLines(t *testing.T, b Bond) []int {
	lines := []int{b.Line, b.Active.Line, b.PartnerMAC.Line, b.MAC.Line, b.Switch.Line}
	for _, s := range b.Slaves {
		lines = append(lines, s.Line)
	}
	for _, o := range b.Options {
		if o.Line == 0 {
			t.Errorf("an option without a line: %+v", o)
		}
		lines = append(lines, o.Line)
	}
	return lines
}

// inRange checks that lines (0 for absent) and problems are of the text.
func inRange(t *testing.T, data []byte, lines []int, problems text.Problems) {
	last := strings.Count(string(data), "\n") + 1
	for _, n := range lines {
		if n < 0 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
	for _, p := range problems {
		if p.Line < 1 || p.Line > last || p.Why == "" {
			t.Errorf("problem %+v of %d lines", p, last)
		}
	}
}
