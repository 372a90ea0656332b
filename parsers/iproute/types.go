// Package iproute reads what the tools of iproute2 print: `ip [-s] [-d] link`, `ip [-d] address`, `ip netns`,
// `bridge fdb show`, `bridge link show` and `bridge vlan show`, in every form from RHEL 5 to iproute2 7.x.
package iproute

import "github.com/sosbond/sosbond/parsers/text"

// Link is one interface of `ip link` or `ip address`.
type Link struct {
	Line       int // of the line with the name
	Index      int
	Name       string
	Lower      string // the name after "@", "" when there is none or it is "NONE" or an index
	LowerIndex int    // the number of "@ifN": an index, in another namespace when LinkNetNS or LinkNetNSID tells so; 0 when absent
	Flags      []string
	MTU        text.At[int]
	Master     text.At[string] // the bond, bridge, team, vrf or Open vSwitch datapath that it is a port of
	State      string          // UP, DOWN, UNKNOWN, LOWERLAYERDOWN, ...
	Encap      string          // the word after "link/": ether, loopback, infiniband, none
	MAC        text.At[string] // as printed; opaque, it may be obfuscated
	PermMAC    text.At[string] // permaddr

	LinkNetNS   string // "link-netns NAME"
	LinkNetNSID int    // "link-netnsid N", -1 when absent

	Promiscuity text.At[int]
	AltNames    []string

	// Details are the attributes of the device that no other field has: minmtu, numtxqueues, parentdev (the PCI address), switchid, alias, ...
	Details map[string]text.At[string]

	Kind       text.At[string]            // bond, bridge, vlan, macvlan, macvtap, ipvlan, veth, tun, vxlan, team, openvswitch, dummy, ...
	Attrs      map[string]text.At[string] // of the kind; flags such as "nopromisc" have the value ""
	SlaveKind  text.At[string]            // bond, bridge, team, openvswitch, vrf: the word before "_slave"
	SlaveAttrs map[string]text.At[string]

	Addrs []Addr // `ip address` only
	VFs   []VF   // of a card that is split by SR-IOV

	RX, TX *Counters // `ip -s` only
}

// Counters are statistics of a device in one direction since it exists.
type Counters struct {
	Line      int // of the numbers
	Bytes     uint64
	Packets   uint64
	Multicast uint64 // of the received packets, as the driver counts them; some count broadcasts too
}

// VF is a "vf N" line of the physical function that the virtual function N belongs to.
type VF struct {
	Line   int
	Number int
	MAC    string // lower case; zeros where none was set
}

// Addr is an "inet" or "inet6" line.
type Addr struct {
	Line   int
	Family string // inet, inet6
	CIDR   string
	Scope  string // global, link, host
}

// FDBEntry is one line of `bridge fdb show`.
type FDBEntry struct {
	Line          int
	MAC           string // lower case
	Dev           string
	VLAN          int    // 0 when the line has none
	Master        string // the bridge, "" for an entry of the device itself
	OfMaster      bool   // the bare word "master" is printed: an entry of a bridge that this version does not name
	State         string // dynamic (no word printed), permanent, static, stale
	Self          bool
	Sticky        bool
	ExternLearn   bool
	Offload       bool
	Used, Updated int // seconds, -1 when not printed
}

// BridgePort is one port of `bridge link show`.
type BridgePort struct {
	Line   int
	Index  int
	Name   string // without "@...", which is often a false resolution here
	Master string
	State  text.At[string] // forwarding, blocking, disabled, ...
	Attrs  map[string]text.At[string]
}

// PortVLAN is one VLAN (or range) of one port in `bridge vlan show`.
type PortVLAN struct {
	Line           int
	Port           string
	First, Last    int // the same unless a range is printed
	PVID, Untagged bool
}

// Namespace is one line of `ip netns`.
type Namespace struct {
	Line int
	Name string
	ID   int // -1 when none is printed
}
