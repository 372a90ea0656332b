package osnetconfig

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// compute has the form that TripleO's templates for bonds with VLANs give.
const compute = `network_config:
- addresses:
  - ip_netmask: 192.168.24.12/24
  dns_servers:
  - 10.0.0.250
  name: nic1
  routes:
  - default: true
    next_hop: 192.168.24.1
  type: interface
  use_dhcp: false
- type: linux_bond
  name: bond_api
  mtu: 9000
  bonding_options: "mode=802.3ad lacp_rate=fast updelay=1000 miimon=100"
  use_dhcp: false
  members:
  - type: interface
    name: nic2
    mtu: 9000
    primary: true
  - type: interface
    name: nic3
- type: vlan
  device: bond_api
  vlan_id: 20
  mtu: 1500
  addresses:
  - ip_netmask: 172.17.0.12/24
- type: ovs_bridge
  name: br-ex
  use_dhcp: false
  members:
  - type: ovs_bond
    name: bond1
    ovs_options: bond_mode=balance-slb lacp=active other_config:lacp-fallback-ab=true
    members:
    - type: interface
      name: ens1f0
      primary: true
    - type: interface
      name: ens1f1
  - type: vlan
    vlan_id: 50
    addresses:
    - ip_netmask: 172.16.0.12/24
`

func at(line int, names ...string) (all []text.At[string]) {
	for _, n := range names {
		all = append(all, text.Of(n, line))
	}
	return all
}

func TestParseCompute(t *testing.T) {
	want := netconf.Config{Devices: []netconf.Device{
		{Line: 2, Name: "nic1", Kind: netconf.Ethernet, Address: true},
		{Line: 12, Name: "bond_api", Kind: netconf.Bond, MTU: text.Of(9000, 14),
			Options: []netconf.Option{{Line: 15, Name: "mode", Value: "802.3ad"}, {Line: 15, Name: "lacp_rate", Value: "fast"},
				{Line: 15, Name: "updelay", Value: "1000"}, {Line: 15, Name: "miimon", Value: "100"}},
			Ports: []text.At[string]{text.Of("nic2", 19), text.Of("nic3", 23)}},
		{Line: 18, Name: "nic2", Kind: netconf.Ethernet, MTU: text.Of(9000, 20)},
		{Line: 22, Name: "nic3", Kind: netconf.Ethernet},
		{Line: 24, Name: "vlan20", Kind: netconf.VLAN, Lower: text.Of("bond_api", 25), VLANID: text.Of(20, 26), MTU: text.Of(1500, 27), Address: true},
		{Line: 30, Name: "br-ex", Kind: netconf.OVSBridge, Ports: []text.At[string]{text.Of("bond1", 35), text.Of("vlan50", 44)}},
		{Line: 34, Name: "bond1", Kind: netconf.OVSBond,
			Options: []netconf.Option{{Line: 36, Name: "bond_mode", Value: "balance-slb"}, {Line: 36, Name: "lacp", Value: "active"},
				{Line: 36, Name: "other_config:lacp-fallback-ab", Value: "true"}, {Line: 40, Name: "other_config:bond-primary", Value: "ens1f0"}},
			Ports: []text.At[string]{text.Of("ens1f0", 39), text.Of("ens1f1", 42)}},
		{Line: 38, Name: "ens1f0", Kind: netconf.Ethernet},
		{Line: 41, Name: "ens1f1", Kind: netconf.Ethernet},
		{Line: 43, Name: "vlan50", Kind: OVSInterface, VLANID: text.Of(50, 44), Address: true},
	}}
	for _, s := range []string{compute, strings.ReplaceAll(compute, "\n", "\r\n")} {
		got, problems := Parse([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

// bondJSON is a sample of os-net-config 0.1, where truth values are texts.
const bondJSON = `{ "network_config": [
        {
            "type": "ovs_bridge",
            "name": "br-ctlplane",
            "use_dhcp": "true",
            "members": [
                {
                    "type": "ovs_bond",
                    "name": "bond1",
                    "use_dhcp": "false",
                    "members": [
                        { "type": "interface", "name": "em1" },
                        { "type": "interface", "name": "em2" }
                    ]
                }
            ]
        }
    ]
}
`

// dpdk is a sample of os-net-config 17, shortened.
const dpdk = `# comments
fallback_config:
- type: interface
  name: nic9
network_config:
- type: sriov_pf
  name: nic3
  mtu: 9000
  numvfs: 5
- type: linux_bond
  name: storage_bond
  bonding_options: "mode=active-backup"
  members:
  - type: sriov_vf
    device: nic3
    vfid: 1
    vlan_id: 73
    primary: true
    macaddr: 00:78:90:80:CC:30
  - type: sriov_vf
    device: nic4
    vfid: 1
- type: ovs_user_bridge
  name: br-link0
  members:
  - type: ovs_dpdk_bond
    name: dpdkbond0
    ovs_extra:
      - set Interface dpdk0 options:n_rxq_desc=4096
      - set port dpdkbond0 lacp=active
    members:
    - type: ovs_dpdk_port
      name: dpdk0
      members:
      - type: interface
        name: nic5
`

func TestParseSamples(t *testing.T) {
	ethernet := func(line int, name string) netconf.Device {
		return netconf.Device{Line: line, Name: name, Kind: netconf.Ethernet}
	}
	for _, c := range []struct {
		name, text string
		want       []netconf.Device
	}{
		{"bond.json", bondJSON, []netconf.Device{
			{Line: 2, Name: "br-ctlplane", Kind: netconf.OVSBridge, Address: true, Ports: at(9, "bond1")},
			{Line: 7, Name: "bond1", Kind: netconf.OVSBond, Ports: []text.At[string]{text.Of("em1", 12), text.Of("em2", 13)}},
			ethernet(12, "em1"), ethernet(13, "em2"),
		}},
		{"DPDK and virtual functions", dpdk, []netconf.Device{
			{Line: 6, Name: "nic3", Kind: netconf.Ethernet, MTU: text.Of(9000, 8)},
			{Line: 10, Name: "storage_bond", Kind: netconf.Bond, Ports: []text.At[string]{text.Of("sriov:nic3:1", 15), text.Of("sriov:nic4:1", 21)},
				Options: []netconf.Option{{Line: 12, Name: "mode", Value: "active-backup"}, {Line: 18, Name: "primary", Value: "sriov:nic3:1"}}},
			{Line: 14, Name: "sriov:nic3:1", Kind: "sriov_vf", MAC: text.Of("00:78:90:80:cc:30", 19)},
			{Line: 20, Name: "sriov:nic4:1", Kind: "sriov_vf"},
			{Line: 23, Name: "br-link0", Kind: netconf.OVSBridge, Ports: at(27, "dpdkbond0")},
			{Line: 26, Name: "dpdkbond0", Kind: netconf.OVSBond, Ports: at(33, "dpdk0"), Options: []netconf.Option{{Line: 30, Name: "lacp", Value: "active"}}},
			{Line: 32, Name: "dpdk0", Kind: "ovs_dpdk_port", Ports: at(36, "nic5")},
			ethernet(35, "nic5"),
		}},
		{"team.yaml", `network_config:
  -
    type: team
    name: team1
    use_dhcp: true
    bonding_options: '{"runner": {"name": "activebackup"}}'
    members:
      -
        type: interface
        name: em1
        primary: true
`, []netconf.Device{
			{Line: 3, Name: "team1", Kind: netconf.Team, Address: true, Options: []netconf.Option{{Line: 6, Name: "runner", Value: "activebackup"}}, Ports: at(10, "em1")},
			ethernet(9, "em1"),
		}},
		{"linux_bridge.yaml with a VLAN over a NIC", "network_config:\n- type: linux_bridge\n  name: br0\n  use_dhcpv6: yes\n  members:\n  - {type: vlan, vlan_id: 7, device: em1}\n",
			[]netconf.Device{
				{Line: 2, Name: "br0", Kind: netconf.Bridge, Address: true, Ports: at(6, "vlan7")},
				{Line: 6, Name: "vlan7", Kind: netconf.VLAN, VLANID: text.Of(7, 6), Lower: text.Of("em1", 6)},
			}},
		{"a VLAN in a bond, an interface with a VLAN's name", `- {type: linux_bond, name: bond0, bonding_options: mode=1 primary=em2, members: [{type: vlan, vlan_id: 7},
   {type: interface, name: em1, primary: true}, {type: interface, name: em2.10}]}
`, []netconf.Device{
			{Line: 1, Name: "bond0", Kind: netconf.Bond, Uppers: at(1, "vlan7"), Ports: at(2, "em1", "em2.10"),
				Options: []netconf.Option{{Line: 1, Name: "mode", Value: "1"}, {Line: 1, Name: "primary", Value: "em2"}}},
			{Line: 1, Name: "vlan7", Kind: netconf.VLAN, VLANID: text.Of(7, 1), Lower: text.Of("bond0", 1)},
			ethernet(2, "em1"),
			{Line: 2, Name: "em2.10", Kind: netconf.VLAN, Lower: text.Of("em2", 2), VLANID: text.Of(10, 2)},
		}},
		{"derived names", `network_config:
- {type: ivs_bridge, members: [{type: ivs_interface, name: storage, vlan_id: 202}]}
- {type: ib_child_interface, parent: ib0, pkey_id: 100}
- {type: ib_interface, name: ib0}
- {type: ovs_patch_port, name: br-pub-patch, bridge_name: br-ctlplane, peer: br-ctlplane-patch}
- {type: ovs_interface, name: int0, mtu: ""}
- {type: route_table, name: custom, table_id: 200}
`, []netconf.Device{
			{Line: 2, Name: "ivs", Kind: "ivs_bridge", Ports: at(2, "storage202")},
			{Line: 2, Name: "storage202", Kind: "ivs_interface", VLANID: text.Of(202, 2)},
			{Line: 3, Name: "ib0.8064", Kind: "ib_child_interface", Lower: text.Of("ib0", 3)},
			ethernet(4, "ib0"),
			{Line: 5, Name: "br-pub-patch", Kind: "ovs_patch_port", Master: text.Of("br-ctlplane", 5)},
			{Line: 6, Name: "int0", Kind: OVSInterface},
		}},
		{"no members", "network_config: [{type: linux_bridge, name: br0, members: }]\n", []netconf.Device{{Line: 1, Name: "br0", Kind: netconf.Bridge}}},
		{"nothing", "network_config: []\n", nil},
	} {
		got, problems := Parse([]byte(c.text))
		if d := cmp.Diff(c.want, got.Devices); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		devices    int
		why        string
	}{
		{"empty", "", 0, ""},
		{"a sentence", "Operation not permitted\n", 0, "no network_config"},
		{"other YAML", "a: b\n", 0, "no network_config"},
		{"no list", "network_config: {a: b}\n", 0, "not a list of network objects"},
		{"null", "network_config:\n", 0, "not a list of network objects"},
		{"no object", "network_config: [a, {type: interface, name: em1}]\n", 1, "not a network object"},
		{"no type", "network_config: [{name: em1}]\n", 1, "a network object without a type"},
		{"unknown type", "network_config: [{type: linuxbond, name: em1}]\n", 1, "not a type of os-net-config"},
		{"no name", "network_config: [{type: linux_bond, members: [{type: interface, name: em1}]}]\n", 0, "without a name"},
		{"a VLAN without an ID", "network_config: [{type: vlan, device: em1}]\n", 0, "without a name"},
		{"bad ID", "network_config: [{type: vlan, vlan_id: ten}]\n", 0, "not a number"},
		{"bad option", "network_config: [{type: linux_bond, name: b, bonding_options: mode=1 miimon}]\n", 1, "not an option of a bond"},
		{"an option that was not rendered", "network_config: [{type: ovs_bond, name: b, ovs_options: {get_param: BondInterfaceOvsOptions}}]\n", 1, "not options of a bond"},
		{"bad team options", "network_config: [{type: team, name: t, bonding_options: mode=1}]\n", 1, "not the configuration of a team"},
		{"bad members", "network_config: [{type: linux_bond, name: b, members: em1}]\n", 1, "not a list of network objects"},
		{"cut YAML", compute[:strings.Index(compute, "ovs_options")+20], 7, "not an option of a bond"},
		{"cut JSON", strings.SplitN(bondJSON, "em2", 2)[0], 3, "not JSON from here on"},
		{"invalid UTF-8", "network_config: [{type: interface, name: em\xff}]\n", 1, ""},
		{"tabs", "network_config:\n\t- x\n", 0, "not YAML"},
		{"deep", "network_config: " + strings.Repeat("[{type: linux_bridge, name: b, members: ", 100) + "[]" + strings.Repeat("}]", 100), 20, "nested too deeply"},
	} {
		got, problems := Parse([]byte(c.text))
		if len(got.Devices) != c.devices {
			t.Errorf("%s: %d devices %+v", c.name, len(got.Devices), got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestAliasBombs(t *testing.T) {
	for _, s := range []string{
		"network_config: &a [{type: linux_bridge, name: b, members: *a}, {type: linux_bridge, name: c, members: *a}]\n",
		"m: &m {type: interface, name: em1}\nl: &l [" + strings.Repeat("*m,", 1000) + "]\nnetwork_config: [" +
			strings.Repeat("{type: linux_bond, name: b, members: *l},", 1000) + "]\n",
	} {
		got, problems := Parse([]byte(s))
		if len(got.Devices) > maxDevices || len(problems) == 0 || len(problems) > 10_000 {
			t.Errorf("%d devices, %d problems", len(got.Devices), len(problems))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{compute, bondJSON, dpdk, "network_config: &a [{type: vlan, vlan_id: 1, members: *a}]\n", "- {type: team, name: t, bonding_options: '{'}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		in := func(n int) {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
		for _, d := range c.Devices {
			if in(d.Line); d.Name == "" {
				t.Errorf("no name: %+v", d)
			}
			for _, o := range d.Options {
				in(o.Line)
			}
			for _, p := range append(d.Ports, d.Uppers...) {
				in(p.Line)
			}
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}
