package nmstate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// nns is a NodeNetworkState of nmstate 2.
const nns = `apiVersion: nmstate.io/v1beta1
kind: NodeNetworkState
metadata:
  name: worker-0
status:
  currentState:
    dns-resolver: {}
    interfaces:
    - name: bond0
      type: bond
      state: up
      mac-address: 52:54:00:AA:BB:01
      mtu: 9000
      controller: br1
      profile-name: bond0
      ipv4:
        enabled: false
        address: []
      ipv6:
        enabled: true
        address:
        - ip: fe80::5054:ff:feaa:bb01
          prefix-length: 64
      link-aggregation:
        mode: balance-xor
        options:
          miimon: 100
          xmit_hash_policy: vlan+srcmac
          tlb_dynamic_lb: true
          all_slaves_active: dropped
          balance_slb: true
          arp_ip_target: ""
          ns_ip6_target: [fe80::1, fe80::2]
          primary: null
        port:
        - eth1
        - eth2
        ports-config:
        - name: eth1
          priority: 0
    - name: br1
      type: linux-bridge
      state: up
      ipv4:
        enabled: true
        dhcp: true
      bridge:
        options:
          stp:
            enabled: false
            forward-delay: 15
        port:
        - name: bond0
          stp-hairpin-mode: false
          vlan:
            mode: trunk
            trunk-tags:
            - id: 10
    - name: br-ex
      type: ovs-bridge
      state: up
      bridge:
        options:
          stp: true
        port:
        - name: bond1
          link-aggregation:
            mode: balance-slb
            port:
            - name: eth3
            - name: eth4
        - name: br-ex
    - name: bond0.100
      type: vlan
      state: up
      vlan:
        base-iface: bond0
        id: 100
        protocol: 802.1q
    - name: mv0
      type: mac-vlan
      mac-vlan:
        base-iface: bond0
        mode: bridge
        promiscuous: true
`

func TestParseNodeNetworkState(t *testing.T) {
	want := State{Interfaces: []Interface{
		{Line: 9, Name: "bond0", Type: "bond", State: text.Of("up", 11), MAC: text.Of("52:54:00:AA:BB:01", 12), MTU: text.Of(9000, 13),
			Controller: text.Of("br1", 14), Profile: text.Of("bond0", 15),
			Bond: &Bond{
				Mode:  text.Of("balance-xor", 25),
				Ports: []text.At[string]{text.Of("eth1", 36), text.Of("eth2", 37)},
				Options: []Option{
					{27, "miimon", "100"}, {28, "xmit_hash_policy", "vlan+srcmac"}, {29, "tlb_dynamic_lb", "1"},
					{30, "all_slaves_active", "dropped"}, {31, "balance-slb", "1"}, {32, "arp_ip_target", ""},
					{33, "ns_ip6_target", "fe80::1,fe80::2"},
				},
			}},
		{Line: 41, Name: "br1", Type: "linux-bridge", State: text.Of("up", 43), IPv4: true,
			Bridge: &Bridge{STP: text.Of(false, 50), ForwardDelay: text.Of(15, 51), Ports: []BridgePort{{Line: 53, Name: "bond0",
				Hairpin: text.Of(false, 54), VLAN: &PortVLAN{Line: 56, Mode: text.Of("trunk", 56), Trunk: []VLANRange{{58, 10, 10}}}}}}},
		{Line: 59, Name: "br-ex", Type: "ovs-bridge", State: text.Of("up", 61),
			Bridge: &Bridge{STP: text.Of(true, 64), Ports: []BridgePort{
				{Line: 66, Name: "bond1", Bond: &Bond{Mode: text.Of("balance-slb", 68),
					Ports: []text.At[string]{text.Of("eth3", 70), text.Of("eth4", 71)}}},
				{Line: 72, Name: "br-ex"},
			}}},
		{Line: 73, Name: "bond0.100", Type: "vlan", State: text.Of("up", 75),
			VLAN: &VLAN{Base: text.Of("bond0", 77), ID: text.Of(100, 78), Protocol: text.Of("802.1q", 79)}},
		{Line: 80, Name: "mv0", Type: "mac-vlan", MACVLAN: &MACVLAN{Base: text.Of("bond0", 83), Mode: text.Of("bridge", 84)}},
	}}
	for _, s := range []string{nns, strings.ReplaceAll(nns, "\n", "\r\n")} {
		got, problems := Parse([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

// bond is the interface of the documents below.
func bond(line int, mode text.At[string], ports []text.At[string], options ...Option) State {
	return State{Interfaces: []Interface{{Line: line, Name: "bond0", Type: "bond", Bond: &Bond{Mode: mode, Ports: ports, Options: options}}}}
}

func TestParseForms(t *testing.T) {
	ports := func(lines ...int) []text.At[string] {
		return []text.At[string]{text.Of("eth1", lines[0]), text.Of("eth2", lines[1])}
	}
	for _, c := range []struct {
		name, text string
		want       State
	}{
		{"before nmstate 1.0", "---\ninterfaces:\n- name: bond0\n  type: bond\n  link-aggregation:\n    mode: active-backup\n    options:\n" +
			"      miimon: '140'\n      all-slaves-active: 'dropped'\n    slaves:\n    - eth1\n    - eth2\n",
			bond(3, text.Of("active-backup", 6), ports(11, 12), Option{8, "miimon", "140"}, Option{9, "all_slaves_active", "dropped"})},
		{"policy", "spec:\n  desiredState:\n    interfaces:\n    - name: bond0\n      type: bond\n      link-aggregation:\n        mode: 4\n        port: [eth1, eth2]\n",
			bond(4, text.Of("4", 7), ports(8, 8))},
		{"policy of nmpolicy", "capture: {}\ndesired:\n  interfaces:\n  - {name: bond0, type: bond, link-aggregation: {mode: 802.3ad, ports: [{name: eth1}, eth2]}}\n",
			bond(4, text.Of("802.3ad", 4), ports(4, 4))},
		{"JSON", "{\n \"interfaces\": [\n  {\"name\": \"bond0\", \"type\": \"bond\", \"link-aggregation\":\n   {\"mode\": \"balance-xor\", " +
			"\"options\": {\"balance-slb\": false},\n    \"port\": [\"eth1\", \"eth2\"]}}]}\n",
			bond(3, text.Of("balance-xor", 4), ports(5, 5), Option{4, "balance-slb", "0"})},
		{"anchors", "x: &p [eth1, eth2]\ninterfaces:\n- name: bond0\n  type: bond\n  link-aggregation: {mode: balance-rr, port: *p}\n",
			bond(3, text.Of("balance-rr", 5), ports(1, 1))},
		{"two documents", "interfaces:\n- name: bond0\n  type: bond\n  link-aggregation:\n    mode: balance-rr\n---\ninterfaces: []\n",
			bond(2, text.Of("balance-rr", 5), nil)},
	} {
		got, problems := Parse([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestAddressed(t *testing.T) {
	for s, want := range map[string]bool{
		"{enabled: true, address: [{ip: 10.0.0.1, prefix-length: 24}]}":  true,
		"{enabled: false, address: [{ip: 10.0.0.1, prefix-length: 24}]}": false,
		"{enabled: true, dhcp: true}":                                    true,
		"{enabled: true, autoconf: true}":                                true,
		"{enabled: true, address: [{ip: 'fe80::1'}]}":                    false,
		"{enabled: true, address: [{ip: 'fe80::1'}, {ip: 'fd00::1'}]}":   true,
		"{enabled: true, address: [{ip: x-ipv4-0000000001-x}]}":          true,
		"{enabled: true}": false,
		"{}":              false,
		"x":               false,
	} {
		got, _ := Parse([]byte("interfaces: [{name: a, ipv6: " + s + "}]"))
		if len(got.Interfaces) != 1 || got.Interfaces[0].IPv6 != want {
			t.Errorf("%s: %+v", s, got)
		}
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		interfaces int
		why        string
	}{
		{"empty", "", 0, ""},
		{"comment", "# nothing\n", 0, ""},
		{"stderr", "NmstateError: Internal: failed to connect\n", 0, "not YAML"},
		{"plain text", "bash: nmstatectl: command not found", 0, "not YAML"},
		{"a sentence", "Operation not permitted\n", 0, "no interfaces"},
		{"other object", "kind: Pod\nspec: {}\n", 0, "no interfaces"},
		{"cut in a key", nns[:strings.Index(nns, "xmit_hash_policy")+4], 1, "not YAML"},
		{"cut in a value", nns[:strings.Index(nns, "vlan+srcmac")+4], 1, ""},
		{"cut in a quote", "interfaces:\n- name: a\n- name: \"b", 1, "not YAML"},
		{"cut JSON", `{"interfaces": [{"name": "a"}, {"na`, 0, "not YAML"},
		{"invalid UTF-8", "interfaces:\n- name: a\xff\n", 1, ""},
		{"no list", "interfaces: x\n", 0, ""},
		{"no interface", "interfaces: [x, {name: a}]\n", 1, "not an interface"},
		{"no name", "interfaces: [{type: bond}]\n", 1, "without a name"},
		{"bad number", "interfaces: [{name: a, mtu: big}]\n", 1, "not a number"},
		{"bad options", "interfaces: [{name: a, link-aggregation: {options: [1]}}]\n", 1, "not the options"},
		{"bad option", "interfaces: [{name: a, link-aggregation: {options: {miimon: {a: b}}}}]\n", 1, "value of an option"},
		{"tabs", "interfaces:\n\t- name: a\n", 0, "not YAML"},
		{"unknown alias", "interfaces: *x\n", 0, "not YAML"},
		{"deep", strings.Repeat("[", 100000), 0, "not YAML"},
	} {
		got, problems := Parse([]byte(c.text))
		if len(got.Interfaces) != c.interfaces {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestAliasBombs(t *testing.T) {
	for _, s := range []string{
		"p: &p [" + strings.Repeat("eth0,", 5000) + "]\ni: &i {name: bond0, link-aggregation: {port: *p}}\ninterfaces: [" + strings.Repeat("*i,", 5000) + "]\n",
		"interfaces: &a [{name: b, bridge: {port: *a}}, *a]\n",
	} {
		_, problems := Parse([]byte(s))
		if len(problems) == 0 {
			t.Error("no problem")
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{nns, `{"interfaces": [{"name": "a", "link-aggregation": {"options": {"a": [1, null, true]}}}]}`,
		"interfaces: &a [{name: b, bridge: {port: *a}}, *a]\n---\n- x\n", "a: [\n\tb", lldp, ovs, stacked} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, m := range s.Mappings {
			in(m.Line)
		}
		for _, i := range s.Interfaces {
			in(i.Line)
			for _, a := range i.Addrs {
				in(a.Line)
			}
			if i.LLDP != nil {
				for _, n := range i.LLDP.Neighbors {
					in(n.Line)
				}
			}
			if i.Bond != nil {
				for _, o := range i.Bond.Options {
					in(o.Line)
				}
			}
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}
