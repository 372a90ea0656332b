package topology

import "github.com/sosbond/sosbond/parsers"

// Kinds of links, in the words of the kernel (the kind of rtnl_link_ops, which `ip -d link` prints). There are more of them; these decide.
const (
	KindBond    = "bond"
	KindBridge  = "bridge"
	KindIPVLAN  = "ipvlan"
	KindIPVTAP  = "ipvtap"
	KindMACsec  = "macsec"
	KindMACVLAN = "macvlan"
	KindMACVTAP = "macvtap"
	KindOVS     = "openvswitch"
	KindOVSPort = "ovs-interface" // an internal interface of Open vSwitch, in the words of nmstate
	KindTeam    = "team"
	KindTun     = "tun" // tap devices too
	KindVeth    = "veth"
	KindVif     = "vif" // the host's end of a Xen guest's interface
	KindVLAN    = "vlan"
	KindVXLAN   = "vxlan"
)

// Kinds of bonds beside KindTeam.
const (
	BondKernel = "kernel" // of the kernel's bonding driver
	BondOVS    = "ovs"    // of Open vSwitch
)

// OVNBridge is the integration bridge of OVN, which the interfaces of its guests are on.
const OVNBridge = "br-int"

// Modes of a bond of Open vSwitch (vswitch.xml, column bond_mode).
const (
	OVSActiveBackup = "active-backup"
	OVSBalanceSLB   = "balance-slb"
	OVSBalanceTCP   = "balance-tcp"
)

// Kinds of attachments beside KindBridge, KindMACVLAN, KindMACVTAP and KindIPVLAN.
const (
	AttachedOVS     = "ovs-bridge"
	AttachedHost    = "host"    // the host's own traffic alone
	AttachedUnknown = "unknown" // what sits on the bond was not collected
)

// Kinds of guests.
const (
	GuestVM        = "vm"
	GuestContainer = "container"
	GuestUnknown   = "unknown"
)

// Systems that configure a bond (BondConfig.System).
const (
	ConfigIfcfg   = "ifcfg"   // initscripts
	ConfigKeyfile = "keyfile" // a profile of NetworkManager, read from its file
	ConfigNmcli   = "nmcli"   // a profile of NetworkManager, read from the output of nmcli
	ConfigNMState = "nmstate" // the desired state in /etc/nmstate
	ConfigApplied = "applied" // what `nmstatectl show` printed: what NetworkManager has applied
	ConfigCurrent = "current" // a NodeNetworkState: what nmstate saw running
	ConfigNNCP    = "nncp"    // the desired state of a NodeNetworkConfigurationPolicy
	ConfigVDSM    = "vdsm"    // the persisted configuration of vdsm, which the engine of oVirt and RHV writes
	ConfigVDSMRun = "vdsm-running"
	ConfigTeamd   = "teamd" // the configuration that teamd runs with
	ConfigOVSDB   = "ovsdb" // the database of Open vSwitch
	// The others are named as in parsers.System.
	ConfigNetplan     = string(parsers.SystemNetplan)
	ConfigNetworkd    = string(parsers.SystemNetworkd)
	ConfigIfupdown    = string(parsers.SystemIfupdown)
	ConfigWicked      = string(parsers.SystemWicked)
	ConfigOSNetConfig = string(parsers.SystemOSNetConfig)
	ConfigDracut      = string(parsers.SystemDracut)
)
