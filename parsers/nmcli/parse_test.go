package nmcli

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const bond = `connection.id:                          bond0
connection.uuid:                        1b2c3d4e-0000-4000-8000-000000000001
connection.stable-id:                   --
connection.type:                        bond
connection.interface-name:              bond0
connection.master:                      br0
connection.slave-type:                  bridge
802-3-ethernet.mtu:                     auto
bond.options:                           mode=802.3ad,miimon=100,xmit_hash_policy=layer2+3
team.config:                            {
  "runner": {"name": "lacp"}
}
GENERAL.STATE:                          activated
IP4.ADDRESS[1]:                         192.168.50.1/24
`

func TestParse(t *testing.T) {
	c, problems := Parse([]byte(bond))
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	want := Connection{
		Line: 1,
		Props: map[string]text.At[string]{
			"connection.id":             text.Of("bond0", 1),
			"connection.uuid":           text.Of("1b2c3d4e-0000-4000-8000-000000000001", 2),
			"connection.type":           text.Of("bond", 4),
			"connection.interface-name": text.Of("bond0", 5),
			"connection.master":         text.Of("br0", 6),
			"connection.slave-type":     text.Of("bridge", 7),
			"802-3-ethernet.mtu":        text.Of("auto", 8),
			"bond.options":              text.Of("mode=802.3ad,miimon=100,xmit_hash_policy=layer2+3", 9),
			"team.config":               text.Of("{", 10),
			"GENERAL.STATE":             text.Of("activated", 13),
			"IP4.ADDRESS[1]":            text.Of("192.168.50.1/24", 14),
		},
		Options: []Option{{9, "mode", "802.3ad"}, {9, "miimon", "100"}, {9, "xmit_hash_policy", "layer2+3"}},
	}
	if d := cmp.Diff(want, c); d != "" {
		t.Error(d)
	}
}

func TestOptions(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Option
		problems   int
	}{
		{"list with commas", "mode=active-backup,arp_interval=200,arp_ip_target=10.0.0.1,10.0.0.2,primary=eth0",
			[]Option{{1, "mode", "active-backup"}, {1, "arp_interval", "200"}, {1, "arp_ip_target", "10.0.0.1,10.0.0.2"}, {1, "primary", "eth0"}}, 0},
		{"list with blanks", "arp_ip_target=10.0.0.1 10.0.0.2,mode=1", []Option{{1, "arp_ip_target", "10.0.0.1,10.0.0.2"}, {1, "mode", "1"}}, 0},
		{"list with escapes", `arp_ip_target=10.0.0.1\,10.0.0.2,mode=1`, []Option{{1, "arp_ip_target", "10.0.0.1,10.0.0.2"}, {1, "mode", "1"}}, 0},
		{"balance-slb", "mode=balance-xor,balance-slb=1", []Option{{1, "mode", "balance-xor"}, {1, "balance-slb", "1"}}, 0},
		{"blanks", "mode=1, miimon=100", []Option{{1, "mode", "1"}, {1, "miimon", "100"}}, 0},
		{"unset", "--", nil, 0},
		{"no option", "x", nil, 1},
		{"no name", "=1,mode=1", []Option{{1, "mode", "1"}}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte("bond.options:      " + c.text + "\r\n"))
			if d := cmp.Diff(c.want, got.Options); d != "" {
				t.Error(d)
			}
			if len(problems) != c.problems {
				t.Errorf("problems %v", problems)
			}
		})
	}
}

func TestOptionPerLine(t *testing.T) {
	c, _ := Parse([]byte("bond.options:  mode=active-backup\nbond.options:  miimon=100\n"))
	if d := cmp.Diff([]Option{{1, "mode", "active-backup"}, {2, "miimon", "100"}}, c.Options); d != "" {
		t.Error(d)
	}
	if got := c.Props["bond.options"]; got != text.Of("mode=active-backup,miimon=100", 1) {
		t.Errorf("%v", got)
	}
}

func TestErrors(t *testing.T) {
	for _, s := range []string{
		"Error: System - no such connection profile.\n", "Error: NetworkManager is not running.\n",
		"Warning: nmcli (1.8.0) and NetworkManager (1.4.0) versions don't match.\n", "timeout: failed to run command\n", "\xff\xfe",
	} {
		c, problems := Parse([]byte(s))
		if c.Props != nil || c.Options != nil || len(problems) != 1 || problems[0].Line != 1 {
			t.Errorf("%q: %+v, problems %v", s, c, problems)
		}
	}
	if c, problems := Parse(nil); c.Props != nil || problems != nil {
		t.Errorf("empty: %+v %v", c, problems)
	}
}

func TestSeveralProfiles(t *testing.T) {
	s := "connection.id:  x\nconnection.type:  bond\n\nconnection.id:  x\nconnection.type:  ethernet\n"
	c, problems := Parse([]byte(s))
	if c.Props["connection.type"].Value != "bond" || len(problems) != 1 || problems[0].Line != 4 {
		t.Errorf("%+v, problems %v", c, problems)
	}
	if all, _ := ParseAll([]byte(s)); len(all) != 2 || all[1].Props["connection.type"] != text.Of("ethernet", 5) {
		t.Errorf("%+v", all)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(bond))
	f.Add([]byte("Error: x\nbond.options: a=b,c,,=d\\,e\nconnection.id: 1\nconnection.id: 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, problems := ParseAll(data)
		_, more := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, c := range all {
			for _, v := range c.Props {
				in(v.Line)
			}
			for _, o := range c.Options {
				in(o.Line)
			}
		}
		for _, p := range append(problems, more...) {
			in(p.Line)
		}
	})
}
