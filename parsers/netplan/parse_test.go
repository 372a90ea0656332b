package netplan

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

func at(v string, line int) text.At[string] { return text.Of(v, line) }

// netplan 0.106, examples/bonding_router.yaml, trimmed: intervals without unit, the old spelling of gratuitous.
//
//nolint:misspell // netplan takes this spelling, too
const router = `network:
  version: 2
  renderer: networkd
  ethernets:
    enp1s0:
      dhcp4: no
    enp4s0:
      dhcp4: no
      optional: true
  bonds:
    bond-wan:
      interfaces: [enp1s0, enp4s0]
      addresses: [192.168.1.252/24]
      nameservers:
        search: [local]
        addresses: [8.8.8.8, 8.8.4.4]
      parameters:
        mode: active-backup
        mii-monitor-interval: 1
        gratuitious-arp: 5
      routes:
        - to: default
          via: 192.168.1.1
`

// netplan 0.106, examples/openvswitch.yaml, trimmed.
const openvswitch = `network:
  version: 2
  openvswitch:
    protocols: [OpenFlow13, OpenFlow14, OpenFlow15]
    ports:
      - [patch0-1, patch1-0]
  ethernets:
    eth0:
      addresses: [10.5.32.26/20]
      openvswitch:
        external-ids:
          iface-id: mylocaliface
    eth1: {}
  bonds:
    bond0:
      interfaces: [patch1-0, eth1]
      openvswitch:
        lacp: passive
      parameters:
        mode: balance-tcp
  bridges:
    ovs0:
      addresses: [10.5.48.11/20]
      interfaces: [patch0-1, eth0, bond0]
      openvswitch:
        protocols: [OpenFlow10, OpenFlow11, OpenFlow12]
        fail-mode: secure
`

// netplan 0.106 accepts this file: every parameter of a bond, and IDs that are no names.
const allParameters = `network:
  version: 2
  ethernets:
    lom1:
      match: {macaddress: "52:54:00:AA:bb:01"}
      set-name: eno1
      mtu: 9000
    sw:
      match: {name: "enp2*", driver: ["ixgbe", "i40e"]}
    byname:
      match: {name: eno4}
    bymac:
      match:
        macaddress: 52:54:00:aa:bb:02
      macaddress: 52:54:00:aa:bb:99
    bydriver:
      match: {driver: ixgbe}
  bonds:
    bond0:
      interfaces:
      - lom1
      - sw
      - byname
      - ens9
      macaddress: 52:54:00:AA:BB:01
      mtu: 9000
      parameters:
        mode: active-backup
        primary: lom1
        mii-monitor-interval: 100
        up-delay: 200ms
        down-delay: 1s
        arp-interval: 10
        arp-ip-targets: [192.168.1.1, 10.0.0.1]
        arp-validate: all
        arp-all-targets: any
        all-slaves-active: true
        fail-over-mac-policy: active
        gratuitous-arp: 5
        learn-packet-interval: 7
        packets-per-slave: 4
        primary-reselect-policy: better
        resend-igmp: 3
        min-links: 2
        lacp-rate: fast
        transmit-hash-policy: layer3+4
        ad-select: bandwidth
  bridges:
    br0:
      interfaces: [bond0, vlan15]
      dhcp4: true
      parameters: {stp: false, forward-delay: 4}
  vlans:
    vlan15: {id: 15, link: lom1, accept-ra: no, macaddress: "52:54:00:00:00:09"}
`

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []netconf.Device
	}{
		{"netplan 0.106: two bonds", router, []netconf.Device{
			{Line: 5, Name: "enp1s0", Kind: netconf.Ethernet}, {Line: 7, Name: "enp4s0", Kind: netconf.Ethernet},
			{Line: 11, Name: "bond-wan", Kind: netconf.Bond, Ports: []text.At[string]{at("enp1s0", 12), at("enp4s0", 12)}, Address: true,
				Options: []netconf.Option{{Line: 18, Name: "mode", Value: "active-backup"}, {Line: 19, Name: "miimon", Value: "1"},
					{Line: 20, Name: "num_grat_arp", Value: "5"}}},
		}},
		{"netplan 0.106: Open vSwitch", openvswitch, []netconf.Device{
			{Line: 8, Name: "eth0", Kind: netconf.Ethernet, Address: true}, {Line: 13, Name: "eth1", Kind: netconf.Ethernet},
			{Line: 15, Name: "bond0", Kind: netconf.OVSBond, Ports: []text.At[string]{at("patch1-0", 16), at("eth1", 16)},
				Options: []netconf.Option{{Line: 20, Name: "mode", Value: "balance-tcp"}, {Line: 18, Name: "lacp", Value: "passive"}}},
			{Line: 22, Name: "ovs0", Kind: netconf.OVSBridge, Address: true,
				Ports: []text.At[string]{at("patch0-1", 24), at("eth0", 24), at("bond0", 24)}},
		}},
		{"netplan 0.106: all parameters", allParameters, []netconf.Device{
			{Line: 4, Name: "eno1", Kind: netconf.Ethernet, MAC: at("52:54:00:aa:bb:01", 5), MTU: text.Of(9000, 7)},
			{Line: 8, Name: "enp2*", Glob: true, Kind: netconf.Ethernet},
			{Line: 10, Name: "eno4", Kind: netconf.Ethernet},
			{Line: 12, Name: "bymac", Kind: netconf.Ethernet, MAC: at("52:54:00:aa:bb:02", 14)},
			{Line: 16, Name: "bydriver", Glob: true, Kind: netconf.Ethernet},
			{Line: 19, Name: "bond0", Kind: netconf.Bond, MAC: at("52:54:00:aa:bb:01", 25), MTU: text.Of(9000, 26),
				Ports: []text.At[string]{at("eno1", 21), at("enp2*", 22), at("eno4", 23), at("ens9", 24)},
				Options: []netconf.Option{
					{Line: 28, Name: "mode", Value: "active-backup"}, {Line: 29, Name: "primary", Value: "eno1"},
					{Line: 30, Name: "miimon", Value: "100"}, {Line: 31, Name: "updelay", Value: "200"},
					{Line: 32, Name: "downdelay", Value: "1000"}, {Line: 33, Name: "arp_interval", Value: "10"},
					{Line: 34, Name: "arp_ip_target", Value: "192.168.1.1,10.0.0.1"}, {Line: 35, Name: "arp_validate", Value: "all"},
					{Line: 36, Name: "arp_all_targets", Value: "any"}, {Line: 37, Name: "all_slaves_active", Value: "1"},
					{Line: 38, Name: "fail_over_mac", Value: "active"}, {Line: 39, Name: "num_grat_arp", Value: "5"},
					{Line: 40, Name: "lp_interval", Value: "7"}, {Line: 41, Name: "packets_per_slave", Value: "4"},
					{Line: 42, Name: "primary_reselect", Value: "better"}, {Line: 43, Name: "resend_igmp", Value: "3"},
					{Line: 44, Name: "min_links", Value: "2"}, {Line: 45, Name: "lacp_rate", Value: "fast"},
					{Line: 46, Name: "xmit_hash_policy", Value: "layer3+4"}, {Line: 47, Name: "ad_select", Value: "bandwidth"},
				}},
			{Line: 49, Name: "br0", Kind: netconf.Bridge, Address: true, Ports: []text.At[string]{at("bond0", 50), at("vlan15", 50)}},
			{Line: 54, Name: "vlan15", Kind: netconf.VLAN, VLANID: text.Of(15, 54), Lower: at("eno1", 54), MAC: at("52:54:00:00:00:09", 54)},
		}},
		{"names of 0.106 and later", "network: {bonds: {b: {parameters: {all-members-active: no, packets-per-member: 2}}}}", []netconf.Device{
			{Line: 1, Name: "b", Kind: netconf.Bond, Options: []netconf.Option{{Line: 1, Name: "all_slaves_active", Value: "0"}, {Line: 1, Name: "packets_per_slave", Value: "2"}}}}},
		{"a Linux bond in a bridge of Open vSwitch", "network:\n bonds:\n  b: {interfaces: [], parameters: {mode: 802.3ad}}\n bridges:\n  br0: {openvswitch: {}, interfaces: [b]}\n", []netconf.Device{
			{Line: 3, Name: "b", Kind: netconf.Bond, Options: []netconf.Option{{Line: 3, Name: "mode", Value: "802.3ad"}}},
			{Line: 5, Name: "br0", Kind: netconf.OVSBridge, Ports: []text.At[string]{at("b", 5)}}}},
		{"a bridge becomes one of Open vSwitch by its port, and a bond by its mode", "network:\n bridges:\n  br0: {interfaces: [b]}\n bonds:\n  b: {parameters: {mode: balance-slb}}\n", []netconf.Device{
			{Line: 3, Name: "br0", Kind: netconf.OVSBridge, Ports: []text.At[string]{at("b", 3)}},
			{Line: 5, Name: "b", Kind: netconf.OVSBond, Options: []netconf.Option{{Line: 5, Name: "mode", Value: "balance-slb"}}}}},
		{"other types", "network:\n  wifis: {renderer: NetworkManager, wlan0: {dhcp6: true}}\n  vrfs: {v: {table: 1, interfaces: [b]}}\n  tunnels: {vx: {mode: vxlan, link: b}}\n  dummy-devices: {d: {addresses: [fe80::1/64]}}\n", []netconf.Device{
			{Line: 2, Name: "wlan0", Kind: "wifi", Address: true}, {Line: 3, Name: "v", Kind: "vrf", Ports: []text.At[string]{at("b", 3)}},
			{Line: 4, Name: "vx", Kind: "vxlan"}, {Line: 5, Name: "d", Kind: "dummy"}}},
		{"addresses with options", "network: {ethernets: {e: {addresses: [{\"10.0.0.15/24\": {lifetime: 0}}]}, f: {accept-ra: true}}}", []netconf.Device{
			{Line: 1, Name: "e", Kind: netconf.Ethernet, Address: true}, {Line: 1, Name: "f", Kind: netconf.Ethernet, Address: true}}},
		{"netplan 1.0: written by NetworkManager", `network:
  version: 2
  bonds:
    NM-1b2c3d4e-0000-4000-8000-000000000001:
      renderer: NetworkManager
      parameters:
        mode: "active-backup"
      networkmanager:
        uuid: "1b2c3d4e-0000-4000-8000-000000000001"
        name: "bond0"
        passthrough:
          connection.interface-name: "bond0"
          bond.num_grat_arp: "3"
          proxy._: ""
  ethernets:
    NM-1b2c3d4e-0000-4000-8000-000000000002:
      match: {name: eno1}
      networkmanager:
        passthrough: {connection.slave-type: "bond", connection.master: "bond0"}
    NM-1b2c3d4e-0000-4000-8000-000000000003:
      match: {name: eno2}
      networkmanager:
        passthrough: {connection.master: "1b2c3d4e-0000-4000-8000-000000000001"}
`, []netconf.Device{{Line: 4, Name: "bond0", Kind: netconf.Bond, Options: []netconf.Option{
			{Line: 7, Name: "mode", Value: "active-backup"}, {Line: 13, Name: "num_grat_arp", Value: "3"}}},
			{Line: 16, Name: "eno1", Kind: netconf.Ethernet, Master: at("bond0", 19)},
			{Line: 20, Name: "eno2", Kind: netconf.Ethernet}}},
		{"CRLF", "network:\r\n  bonds:\r\n    b:\r\n      interfaces: [eth0]\r\n", []netconf.Device{
			{Line: 3, Name: "b", Kind: netconf.Bond, Ports: []text.At[string]{at("eth0", 4)}}}},
		{"an address that is kept", "network: {bridges: {b: {macaddress: permanent}}}", []netconf.Device{{Line: 1, Name: "b", Kind: netconf.Bridge}}},
		{"empty", "", nil},
		{"comments only", "# Let NetworkManager manage all devices on this system\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte(c.text))
			if d := cmp.Diff(netconf.Config{Devices: c.want}, got); d != "" {
				t.Error(d)
			}
			if len(problems) > 0 {
				t.Errorf("problems %+v", problems)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	options := func(o ...netconf.Option) []netconf.Device {
		return []netconf.Device{{Line: 1, Name: "b", Kind: netconf.Bond, Options: o}}
	}
	for _, c := range []struct {
		name, text string
		want       []netconf.Device
		why        string
	}{
		{"no network", "foo: 1\n", nil, "no network"},
		{"stderr text", "cat: /etc/netplan/50-cloud-init.yaml: Permission denied\n", nil, "not YAML"},
		{"version", "network: {version: 1, config: []}\n", nil, "version 2 only"},
		{"type", "network: {bond: {b: {}}}\n", nil, "not a type of devices"},
		{"list of devices", "network: {bonds: [b]}\n", nil, "not a mapping of devices"},
		{"cut", "network:\n  bonds:\n    b:\n      interfaces: [eth0]\n      parameters:\n        mode: \"802.",
			[]netconf.Device{{Line: 3, Name: "b", Kind: netconf.Bond, Ports: []text.At[string]{at("eth0", 4)}}}, "not YAML"},
		{"null", "network:\n  ethernets:\n    eth0:\n", []netconf.Device{{Line: 3, Name: "eth0", Kind: netconf.Ethernet}}, "not a mapping"},
		{"mode by number", "network: {bonds: {b: {parameters: {mode: 4}}}}", options(netconf.Option{Line: 1, Name: "mode", Value: "4"}), "by their names"},
		{"parameter", "network: {bonds: {b: {parameters: {mii-monitoring-interval: 100}}}}", options(), "does not know"},
		{"parameters", "network: {bonds: {b: {parameters: [mode]}}}", options(), "not a mapping of parameters"},
		{"span", "network: {bonds: {b: {parameters: {up-delay: soon}}}}", options(), "not a time span"},
		{"truth", "network: {bonds: {b: {parameters: {all-slaves-active: dropped}}}}", options(), "not a truth value"},
		{"no value", "network: {bonds: {b: {parameters: {mode: }}}}", options(), "not a value"},
		{"targets", "network: {bonds: {b: {parameters: {arp-ip-targets: 10.0.0.1}}}}", options(), "not a list"},
		{"interfaces", "network: {bonds: {b: {interfaces: eth0}}}", options(), "not a list"},
		{"openvswitch", "network: {bonds: {b: {openvswitch: }}}", []netconf.Device{{Line: 1, Name: "b", Kind: netconf.OVSBond}}, "not a mapping"},
		{"primary", "network: {bonds: {b: {parameters: {primary: p}}}, ethernets: {p: {match: {name: en*}}}}",
			append(options(), netconf.Device{Line: 1, Name: "en*", Glob: true, Kind: netconf.Ethernet}), "the primary port is a pattern"},
		{"MTU", "network: {bonds: {b: {mtu: jumbo}}}", options(), "not a number"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, problems := Parse([]byte(c.text))
			if d := cmp.Diff(c.want, got.Devices); d != "" {
				t.Error(d)
			}
			if len(problems) == 0 || !strings.Contains(problems[0].Why, c.why) {
				t.Errorf("problems %+v, want %q", problems, c.why)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{router, openvswitch, allParameters, "network: &n {bonds: {a: *n, b: {interfaces: [*n, {name: x}], parameters: *n}}}"} {
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
			in(d.Line)
			if d.Name == "" {
				t.Error("a device without a name")
			}
			for _, o := range d.Options {
				in(o.Line)
			}
			for _, p := range d.Ports {
				in(p.Line)
			}
		}
		for _, p := range problems {
			in(p.Line)
		}
	})
}
