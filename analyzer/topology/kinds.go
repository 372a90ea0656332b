package topology

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
	KindTeam    = "team"
	KindTun     = "tun" // tap devices too
	KindVeth    = "veth"
	KindVif     = "vif" // the host's end of a Xen guest's interface
	KindVLAN    = "vlan"
	KindVXLAN   = "vxlan"
)

// BondKernel is the kind of a bond of the kernel's bonding driver; the other kind of bond is KindTeam.
const BondKernel = "kernel"

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
)
