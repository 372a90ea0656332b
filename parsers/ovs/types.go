// Package ovs reads what Open vSwitch prints of itself: `ovs-vsctl show`, its database, and the bonds, LACP and MAC tables of ovs-vswitchd.
package ovs

import "github.com/sosbond/sosbond/parsers/text"

// Database is the configuration, from `ovs-vsctl show`, the lists of ovs-vsctl or conf.db.
type Database struct {
	Line     int
	Version  text.At[string] // ovs_version
	Bridges  []Bridge
	Mappings []Mapping // external_ids:ovn-bridge-mappings, of the database only
}

// Mapping says which bridge leads to a physical network of OVN.
type Mapping struct {
	Line            int
	Network, Bridge string
}

// Bridge is a bridge with its ports.
type Bridge struct {
	Line     int
	Name     string
	Datapath string // datapath_type: "" or system is the kernel's, netdev is that of userspace (DPDK)
	FailMode string // standalone, secure or ""
	STP      text.At[bool]
	RSTP     text.At[bool]
	Ports    []Port
}

// Port is a port of a bridge; one with several interfaces is a bond.
type Port struct {
	Line       int
	Name       string
	Tag        text.At[int]
	Trunks     []int
	VLANMode   string          // access, trunk, native-tagged, native-untagged, dot1q-tunnel or ""
	BondMode   text.At[string] // active-backup, balance-slb, balance-tcp; absent: the default, or not told
	LACP       text.At[string] // active, passive, off
	FallbackAB text.At[bool]   // other_config:lacp-fallback-ab
	Interfaces []Interface
}

// Interface is an interface of a port.
type Interface struct {
	Line        int
	Name        string
	Type        string          // "" or system: a device of the kernel; internal, patch, vxlan, geneve, dpdk, dpdkvhostuserclient, ...
	Peer        text.At[string] // options:peer of a patch port
	MACInUse    text.At[string] // of list and dump only: ovs-vswitchd keeps it in memory, so conf.db does not have it
	ExternalIDs map[string]text.At[string]
	Options     map[string]text.At[string]
	Error       text.At[string] // "could not open network device ..."
}

// Bond is a bond of `ovs-appctl bond/show`.
type Bond struct {
	Line       int
	Name       string
	Mode       text.At[string] // active-backup, balance-slb, balance-tcp
	LACPStatus text.At[string] // negotiated, configured, off
	FallbackAB text.At[bool]   // lacp_fallback_ab
	Primary    text.At[string] // active-backup primary, absent for <none>
	ActiveMAC  text.At[string] // active member mac: the address before the parenthesis
	ActiveName string          // the name in its parenthesis
	UpDelay    text.At[int]    // ms
	DownDelay  text.At[int]    // ms
	Rebalance  text.At[int]    // ms until the next rebalance; absent where none is printed
	Members    []Member
}

// Member is a member (slave before Open vSwitch 2.15) of a bond.
type Member struct {
	Line      int
	Name      string
	Enabled   text.At[bool]
	Active    int // line of "active member", 0 when it is not
	MayEnable text.At[bool]
}

// LACP is a bond in `ovs-appctl lacp/show`.
type LACP struct {
	Line       int
	Name       string
	Active     bool // active, else passive
	Negotiated text.At[bool]
	SysID      text.At[string]
	Members    []LACPMember
}

// LACPMember is a member of a bond in `ovs-appctl lacp/show`.
type LACPMember struct {
	Line         int
	Name         string
	Status       string // current, expired, defaulted
	Attached     bool
	PartnerSysID text.At[string]
	PartnerKey   text.At[int]
	ActorState   text.At[[]string] // activity timeout aggregation synchronized collecting distributing defaulted expired
	PartnerState text.At[[]string]
}

// MAC is a row of `ovs-appctl fdb/show`.
type MAC struct {
	Line  int
	Port  int // OpenFlow port number; -1 for LOCAL
	VLAN  int
	MAC   string
	Age   int  // seconds; -1 for a static entry
	Fixed bool // static
}

// PortNumber is an OpenFlow port in `ovs-ofctl show` or `ovs-ofctl dump-ports-desc`.
type PortNumber struct {
	Line   int
	Number int // -1 for LOCAL
	Name   string
	MAC    string
}
