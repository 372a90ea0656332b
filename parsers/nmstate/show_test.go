package nmstate

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// lldp is what `nmstatectl show` of nmstate 1.4 and 2.2 prints for a port that heard a switch.
const lldp = `---
interfaces:
- name: eth1
  type: ethernet
  state: up
  identifier: name
  driver: ixgbe
  mac-address: 82:75:BE:6F:8C:7A
  permanent-mac-address: 82:75:BE:6F:8C:7B
  ipv4:
    enabled: true
    address:
    - ip: 192.0.2.10
      prefix-length: 24
    - ip: 169.254.169.2
      prefix-length: 29
  ipv6:
    enabled: true
    autoconf: true
    address:
    - ip: fe80::8075:beff:fe6f:8c7a
      prefix-length: 64
    - ip: 2001:db8::10
      prefix-length: 64
  lldp:
    enabled: true
    neighbors:
    - - type: 5
        system-name: Summit300-48
      - type: 6
        system-description: Summit300-48 - Version 7.4e.1 (Build 5)
          05/27/05 04:53:11
      - type: 7
        system-capabilities:
        - MAC Bridge component
        - Router
      - type: 1
        _description: MAC address
        chassis-id: 00:01:30:F9:AD:A0
        chassis-id-type: 4
      - type: 2
        _description: Interface name
        port-id: 1/1
        port-id-type: 5
      - type: 127
        ieee-802-1-vlans:
        - name: v2-0488-03-0505
          vid: 488
        oui: 00:80:c2
        subtype: 3
      - type: 127
        ieee-802-3-mac-phy-conf:
          autoneg: true
          operational-mau-type: 16
          pmd-autoneg-cap: 27648
        oui: 00:12:0f
        subtype: 1
`

func TestLLDP(t *testing.T) {
	want := State{Interfaces: []Interface{{
		Line: 3, Name: "eth1", Type: "ethernet", State: text.Of("up", 5), Identifier: text.Of("name", 6), Driver: text.Of("ixgbe", 7),
		MAC: text.Of("82:75:BE:6F:8C:7A", 8), PermMAC: text.Of("82:75:BE:6F:8C:7B", 9), IPv4: true, IPv6: true,
		Addrs: []text.At[string]{text.Of("192.0.2.10/24", 13), text.Of("2001:db8::10/64", 23)},
		LLDP: &LLDP{Line: 26, Enabled: text.Of(true, 26), Neighbors: []Neighbor{{
			Line: 28, System: text.Of("Summit300-48", 29), Description: text.Of("Summit300-48 - Version 7.4e.1 (Build 5) 05/27/05 04:53:11", 31),
			Chassis: text.Of("00:01:30:F9:AD:A0", 39), Port: text.Of("1/1", 43), VLANs: []text.At[int]{text.Of(488, 48)},
		}}},
	}}}
	got, problems := Parse([]byte(lldp))
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

func TestLLDPForms(t *testing.T) {
	for s, want := range map[string]*LLDP{
		"{enabled: false}": {Line: 1, Enabled: text.Of(false, 1)},
		"{enabled: true, neighbors: [{chassis-id: c, port-description: d, ieee-8021-vlans: [{vid: 1}, {vid: 2}]}]}": {Line: 1, Enabled: text.Of(true, 1),
			Neighbors: []Neighbor{{Line: 1, Chassis: text.Of("c", 1), PortDescription: text.Of("d", 1), VLANs: []text.At[int]{text.Of(1, 1), text.Of(2, 1)}}}},
		"{neighbors: [[], x]}": {Line: 1, Neighbors: []Neighbor{{Line: 1}, {Line: 1}}},
		"true":                 nil,
		"null":                 nil,
	} {
		got, problems := Parse([]byte("interfaces: [{name: a, lldp: " + s + "}]"))
		if d := cmp.Diff(want, got.Interfaces[0].LLDP); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", s, d, problems)
		}
	}
}

// ovs is a desired state of nmstate 2.2 for OVN-Kubernetes: a bond of Open vSwitch, and a mapping for a localnet.
const ovs = `interfaces:
- name: ovs-br1
  type: ovs-bridge
  state: up
  bridge:
    allow-extra-patch-ports: true
    options:
      stp:
        enabled: false
      rstp: true
      fail-mode: standalone
      mcast-snooping-enable: true
      datapath: netdev
    port:
    - name: ovs-bond
      vlan:
        mode: access
        tag: 7
      link-aggregation:
        mode: balance-slb
        port:
        - name: eth1
        - name: eth2
    - name: ovs-br1
- name: patch0
  type: ovs-interface
  state: absent
  patch:
    peer: patch1
ovn:
  bridge-mappings:
  - localnet: localnet1
    bridge: br-ex
    state: present
  - bridge: br2
ovs-db:
  external_ids:
    ovn-bridge-mappings: physnet:br-ex,localnet1:br-ex, localnet2:ovs-br1
`

func TestOVS(t *testing.T) {
	want := State{
		Interfaces: []Interface{
			{Line: 2, Name: "ovs-br1", Type: "ovs-bridge", State: text.Of("up", 4), Bridge: &Bridge{
				STP: text.Of(false, 9), RSTP: text.Of(true, 10), FailMode: text.Of("standalone", 11), Multicast: text.Of(true, 12),
				Datapath: text.Of("netdev", 13), Ports: []BridgePort{
					{Line: 15, Name: "ovs-bond", VLAN: &PortVLAN{Line: 17, Mode: text.Of("access", 17), Tag: text.Of(7, 18)},
						Bond: &Bond{Mode: text.Of("balance-slb", 20), Ports: []text.At[string]{text.Of("eth1", 22), text.Of("eth2", 23)}}},
					{Line: 24, Name: "ovs-br1"},
				}}},
			{Line: 25, Name: "patch0", Type: "ovs-interface", State: text.Of("absent", 27), Peer: text.Of("patch1", 29)},
		},
		Mappings: []Mapping{
			{Line: 32, Localnet: "localnet1", Bridge: "br-ex", State: text.Of("present", 34)},
			{Line: 38, Localnet: "physnet", Bridge: "br-ex"}, {Line: 38, Localnet: "localnet2", Bridge: "ovs-br1"},
		},
	}
	got, problems := Parse([]byte(ovs))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(problems) != 1 || problems[0].Line != 35 || !strings.Contains(problems[0].Why, "without a localnet") {
		t.Errorf("problems %v", problems)
	}
	_, after, _ := strings.Cut(ovs, "ovs-db")
	if alone, problems := Parse([]byte("ovs-db" + after)); len(alone.Mappings) != 3 || len(problems) > 0 {
		t.Errorf("external_ids alone: %+v, problems %v", alone, problems)
	}
}

// stacked has one interface of each type that stands on another, as nmstate 2.2 shows them.
const stacked = `interfaces:
- {name: veth0, type: veth, state: ignore, veth: {peer: veth1}}
- {name: ipv0, type: ipvlan, ipvlan: {base-iface: bond0, mode: l3, private: false}}
- {name: vrf0, type: vrf, vrf: {port: [eth1, eth2], route-table-id: 100}}
- {name: vx0, type: vxlan, vxlan: {base-iface: bond0, id: 42, local: 192.0.2.1, remote: 192.0.2.2, destination-port: 4789}}
- {name: tap0, type: mac-vtap, mac-vtap: {base-iface: bond0, mode: passthru}}
- name: ens1f0
  type: ethernet
  ethernet:
    sr-iov:
      total-vfs: 2
      vfs:
      - {id: 0, iface-name: ens1f0v0, mac-address: "02:00:00:00:00:01", spoof-check: true, trust: false, vlan-id: 100}
      - {id: 1, iface-name: "", mac-address: "00:00:00:00:00:00", spoof-check: false, trust: true, vlan-id: 0}
- name: br1
  type: linux-bridge
  bridge:
    options: {stp: {enabled: true, forward-delay: 15, hello-time: 2, max-age: 20, priority: 32768}, mac-ageing-time: 300, group-forward-mask: 8,
      multicast-snooping: false, vlan-protocol: 802.1q, vlan-default-pvid: 1}
    port:
    - name: eth1
      stp-hairpin-mode: true
      stp-path-cost: 100
      stp-priority: 32
      vlan:
        mode: trunk
        trunk-tags:
          - id: 101
          - id-range:
              max: 500
              min: 200
          - {}
        tag: 100
        enable-native: true
    - name: eth2
      vlan: {}
`

func TestStacked(t *testing.T) {
	want := []Interface{
		{Line: 2, Name: "veth0", Type: "veth", State: text.Of("ignore", 2), Peer: text.Of("veth1", 2)},
		{Line: 3, Name: "ipv0", Type: "ipvlan", IPVLAN: &IPVLAN{Base: text.Of("bond0", 3), Mode: text.Of("l3", 3)}},
		{Line: 4, Name: "vrf0", Type: "vrf", VRF: &VRF{Ports: []text.At[string]{text.Of("eth1", 4), text.Of("eth2", 4)}, Table: text.Of(100, 4)}},
		{Line: 5, Name: "vx0", Type: "vxlan", VXLAN: &VXLAN{Base: text.Of("bond0", 5), ID: text.Of(42, 5), Local: text.Of("192.0.2.1", 5),
			Remote: text.Of("192.0.2.2", 5), Port: text.Of(4789, 5)}},
		{Line: 6, Name: "tap0", Type: "mac-vtap", MACVLAN: &MACVLAN{Base: text.Of("bond0", 6), Mode: text.Of("passthru", 6)}},
		{Line: 7, Name: "ens1f0", Type: "ethernet", SRIOV: &SRIOV{Total: text.Of(2, 11), VFs: []VF{
			{Line: 13, ID: text.Of(0, 13), Name: text.Of("ens1f0v0", 13), MAC: text.Of("02:00:00:00:00:01", 13), SpoofCheck: text.Of(true, 13),
				Trust: text.Of(false, 13), VLAN: text.Of(100, 13)},
			{Line: 14, ID: text.Of(1, 14), Name: text.Of("", 14), MAC: text.Of("00:00:00:00:00:00", 14), SpoofCheck: text.Of(false, 14),
				Trust: text.Of(true, 14), VLAN: text.Of(0, 14)},
		}}},
		{Line: 15, Name: "br1", Type: "linux-bridge", Bridge: &Bridge{
			STP: text.Of(true, 18), ForwardDelay: text.Of(15, 18), HelloTime: text.Of(2, 18), MaxAge: text.Of(20, 18), Priority: text.Of(32768, 18),
			AgeingTime: text.Of(300, 18), GroupForwardMask: text.Of(8, 18), Multicast: text.Of(false, 19), VLANProtocol: text.Of("802.1q", 19),
			DefaultPVID: text.Of(1, 19), Ports: []BridgePort{
				{Line: 21, Name: "eth1", Hairpin: text.Of(true, 22), PathCost: text.Of(100, 23), Priority: text.Of(32, 24), VLAN: &PortVLAN{
					Line: 26, Mode: text.Of("trunk", 26), Tag: text.Of(100, 33), Native: text.Of(true, 34), Trunk: []VLANRange{{28, 101, 101}, {29, 200, 500}}}},
				{Line: 35, Name: "eth2"},
			}}},
	}
	got, problems := Parse([]byte(stacked))
	if d := cmp.Diff(want, got.Interfaces); d != "" {
		t.Error(d)
	}
	if len(problems) != 1 || problems[0].Line != 32 || !strings.Contains(problems[0].Why, "not a VLAN") {
		t.Errorf("problems %v", problems)
	}
}

func TestAddrs(t *testing.T) {
	for s, want := range map[string][]text.At[string]{
		"{enabled: true, address: [{ip: 10.0.0.1, prefix-length: 24}]}":           {text.Of("10.0.0.1/24", 1)},
		"{enabled: true, address: [{ip: x-ipv4-0000000001-x, prefix-length: 8}]}": {text.Of("x-ipv4-0000000001-x/8", 1)},
		"{enabled: true, address: [{ip: 10.0.0.1}, {prefix-length: 8}, x]}":       {text.Of("10.0.0.1", 1)},
		"{enabled: false, address: [{ip: 10.0.0.1, prefix-length: 24}]}":          nil,
		"{enabled: true, dhcp: true}":                                             nil,
	} {
		got, _ := Parse([]byte("interfaces: [{name: a, ipv4: " + s + "}]"))
		if d := cmp.Diff(want, got.Interfaces[0].Addrs); d != "" {
			t.Errorf("%s: %s", s, d)
		}
	}
}

func TestStateWithoutInterfaces(t *testing.T) {
	for _, s := range []string{"routes: {config: []}\n", "dns-resolver: {config: {server: [192.0.2.1]}}\n", "desiredState: {ovn: {bridge-mappings: []}}\n"} {
		if got, problems := Parse([]byte(s)); len(got.Interfaces) > 0 || len(problems) > 0 {
			t.Errorf("%s: %+v, problems %v", s, got, problems)
		}
	}
}

func TestFromNode(t *testing.T) {
	documents, _ := yamltree.Decode([]byte(nns))
	tree := yamltree.New()
	got := FromNode(tree, tree.Path(documents[0], "status", "currentState"))
	want, _ := Parse([]byte(nns))
	if d := cmp.Diff(want, got); d != "" || len(tree.Problems) > 0 {
		t.Errorf("%s\nproblems %v", d, tree.Problems)
	}
	if s := FromNode(tree, nil); len(s.Interfaces) > 0 || len(tree.Problems) > 0 {
		t.Errorf("of nothing: %+v, problems %v", s, tree.Problems)
	}
	FromNode(tree, tree.Path(documents[0], "status"))
	documents, _ = yamltree.Decode([]byte("interfaces: [x]"))
	if FromNode(tree, documents[0]); len(tree.Problems) != 1 {
		t.Errorf("problems %v", tree.Problems)
	}
}
