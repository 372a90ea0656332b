// Package nmstate reads nmstate's YAML or JSON: `nmstatectl show`, files in /etc/nmstate, desired states of policies.
package nmstate

import "github.com/sosbond/sosbond/parsers/text"

// State is the document. Of several documents or of `desiredState:` and `currentState:` wrappers the interfaces are joined.
type State struct {
	Interfaces []Interface
	Mappings   []Mapping // ovn: bridge-mappings:, and those that only ovs-db: external_ids: ovn-bridge-mappings: has
}

// Mapping says which Open vSwitch bridge leads to a localnet of OVN.
type Mapping struct {
	Line             int
	Localnet, Bridge string
	State            text.At[string] // of a desired state: present, absent
}

// Interface is one element of interfaces, in the generations before and after nmstate 1.0 ("slaves" and "port", "controller").
type Interface struct {
	Line       int
	Name       string
	Type       string          // bond, linux-bridge, ovs-bridge, ovs-interface, vlan, ethernet, mac-vlan, mac-vtap, ipvlan, veth, vrf, vxlan, ...
	State      text.At[string] // up, down, ignore (not managed), absent (of a desired state: to be removed)
	MAC        text.At[string] // as written
	PermMAC    text.At[string] // permanent-mac-address, as written
	Identifier text.At[string] // of a desired state: name, mac-address, pci-address; what an existing interface is found by
	Driver     text.At[string] // of the kernel
	MTU        text.At[int]
	Controller text.At[string]
	Profile    text.At[string]   // profile-name
	IPv4       bool              // enabled with an address or DHCP
	IPv6       bool              // enabled with DHCP, autoconf or an address that is not link-local (fe80::/10)
	Addrs      []text.At[string] // of ipv4 and ipv6 where enabled, ADDRESS/PREFIX, without link-local ones; one that is obfuscated as written

	Bond    *Bond
	Bridge  *Bridge
	VLAN    *VLAN
	MACVLAN *MACVLAN        // mac-vlan and mac-vtap
	IPVLAN  *IPVLAN         // ipvlan
	VRF     *VRF            // vrf
	VXLAN   *VXLAN          // vxlan
	LLDP    *LLDP           // lldp
	SRIOV   *SRIOV          // ethernet: sr-iov
	Peer    text.At[string] // the other end of a veth, or of a patch port of Open vSwitch
}

// Bond is link-aggregation.
type Bond struct {
	Mode    text.At[string]
	Ports   []text.At[string]
	Options []Option // in the order of the file; booleans as "1" and "0"; names with "-" as "_", but "balance-slb" as in NetworkManager
}

// Option is one option of link-aggregation.
type Option struct {
	Line  int
	Name  string
	Value string
}

// Bridge is bridge: of a linux-bridge or an ovs-bridge.
type Bridge struct {
	Ports []BridgePort
	STP   text.At[bool]

	// Of a linux-bridge. Times are seconds.
	ForwardDelay     text.At[int] // stp: forward-delay
	HelloTime        text.At[int]
	MaxAge           text.At[int]
	Priority         text.At[int]
	AgeingTime       text.At[int] // mac-ageing-time
	GroupForwardMask text.At[int]
	VLANProtocol     text.At[string] // 802.1q, 802.1ad
	DefaultPVID      text.At[int]    // vlan-default-pvid

	// Of an ovs-bridge.
	FailMode text.At[string] // secure, standalone
	RSTP     text.At[bool]
	Datapath text.At[string] // netdev

	Multicast text.At[bool] // multicast-snooping of a linux-bridge, mcast-snooping-enable of an ovs-bridge
}

// BridgePort is one port; Bond is set when it is a bond of Open vSwitch.
type BridgePort struct {
	Line     int
	Name     string
	Bond     *Bond
	VLAN     *PortVLAN     // nil: the port has no VLAN filter
	Hairpin  text.At[bool] // stp-hairpin-mode
	PathCost text.At[int]  // stp-path-cost
	Priority text.At[int]  // stp-priority
}

// PortVLAN is vlan: of a port: the VLANs that its bridge lets through.
type PortVLAN struct {
	Line   int
	Mode   text.At[string] // access, trunk
	Tag    text.At[int]    // of access, and the native VLAN of a trunk
	Native text.At[bool]   // enable-native
	Trunk  []VLANRange     // trunk-tags
}

// VLANRange are the VLANs from First to Last, which are the same for a single one.
type VLANRange struct {
	Line        int
	First, Last int
}

// VLAN is vlan: of a vlan interface.
type VLAN struct {
	Base     text.At[string]
	ID       text.At[int]
	Protocol text.At[string] // 802.1q, 802.1ad
}

// MACVLAN is mac-vlan: or mac-vtap: of such an interface.
type MACVLAN struct {
	Base text.At[string]
	Mode text.At[string]
}

// IPVLAN is ipvlan: of such an interface.
type IPVLAN struct {
	Base text.At[string]
	Mode text.At[string] // l2, l3, l3s
}

// VRF is vrf: of such an interface.
type VRF struct {
	Ports []text.At[string]
	Table text.At[int] // route-table-id
}

// VXLAN is vxlan: of such an interface.
type VXLAN struct {
	Base   text.At[string]
	ID     text.At[int]
	Local  text.At[string]
	Remote text.At[string]
	Port   text.At[int] // destination-port
}

// LLDP is lldp: of an interface.
type LLDP struct {
	Line      int
	Enabled   text.At[bool]
	Neighbors []Neighbor
}

// Neighbor is what a switch said of itself by LLDP (IEEE 802.1AB), in the TLVs that nmstate shows.
type Neighbor struct {
	Line            int
	Chassis         text.At[string] // chassis-id
	Port            text.At[string] // port-id
	System          text.At[string] // system-name
	Description     text.At[string] // system-description
	PortDescription text.At[string]
	VLANs           []text.At[int] // vid of ieee-802-1-vlans
}

// SRIOV is ethernet: sr-iov: of a physical function.
type SRIOV struct {
	Total text.At[int] // total-vfs
	VFs   []VF
}

// VF is a virtual function.
type VF struct {
	Line       int
	ID         text.At[int]
	Name       text.At[string] // iface-name, empty for one that is given to a guest
	MAC        text.At[string]
	SpoofCheck text.At[bool]
	Trust      text.At[bool]
	VLAN       text.At[int] // vlan-id, 0: none
}
