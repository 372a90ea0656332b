// Package topology is the normalized model of a host: its bonds, what sits on them, the guests behind that, and for each fact the
// line of the report that it was read from. Rules see nothing else.
package topology

import (
	"strings"

	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/release"
)

// Source is where a fact was read.
type Source = parsers.Source

// Coverage says whether a datum was in the report.
type Coverage = parsers.Coverage

// Problem is a line that a parser did not understand, or a value that must not be trusted.
type Problem = parsers.Problem

// Mode is a bonding mode.
type Mode = bonding.Mode

// Fact is a value with the line that told it. A Fact without a source is one that no file told.
type Fact[T any] struct {
	Value  T
	Source Source
}

// Known reports whether any file told the fact.
func (f Fact[T]) Known() bool { return f.Source.Known() }

// Platform is what manages the host.
type Platform string

// The platforms. Container hosts with nothing but namespaces are Plain too.
const (
	Libvirt   Platform = "libvirt"
	RHV       Platform = "rhv"
	OpenShift Platform = "openshift"
	Plain     Platform = "plain"
)

// Platforms lists them.
func Platforms() []Platform { return []Platform{Libvirt, RHV, OpenShift, Plain} }

// Host is one host of a report.
type Host struct {
	Name       Fact[string]
	OS         Fact[release.OS]
	Kernel     Fact[release.Kernel]
	Platform   Fact[Platform]
	SosVersion Fact[string]
	UpMinutes  Fact[int]    // since the start of the host
	Collected  Fact[string] // RFC 3339, or the local time as sos wrote it
	MachineID  Fact[string] // of the installation, 32 hexadecimal digits
	BootID     Fact[string] // of the start that the report was taken in
	Obfuscated Source       // a line that shows a MAC of `sos clean`, else unknown
	Managers   Managers
	Packages   map[string]Fact[string] // versions of installed software by the names of package packages, without epoch and release

	Node    string   // of the cluster, where a must-gather tells of the host
	Report  bool     // a report of the host itself was read, not only a must-gather
	Others  []string // nodes that a must-gather beside the report tells of, none of which has the host's name
	Cluster Cluster

	Links     []*Link // of the host's own namespace first, then those of the others, each in the order of its file
	Bonds     []*Bond
	Bridges   []*Bridge
	Domains   []*Domain
	Networks  []*Network              // of libvirt
	Passed    []Passed                // devices of the host that QEMU gives to guests, as its command line tells
	Sysctl    map[string]Fact[string] // settings below net.bridge
	Unplaced  []*Place                // guests whose network was not collected, or leads to a device that was not
	Places    []*Place                // guests that something other than libvirt or a port of the host tells of
	FDB       []FDBEntry
	Configs   []*BondConfig
	Ifcfg     []*Ifcfg
	Module    []ModuleOption
	Events    []Event
	Rewrites  []Rewrite
	Saved     []Source // files with rules of ebtables that are loaded at boot, whatever they hold
	SLBTables []SLBTable

	Coverage []Coverage
	Problems []Problem      // lines that could not be read, values that contradict one another
	Complete bool           // nothing of the report was lost to damage or to a limit
	Suspect  bool           // its data are corrupt: what was read of it may be wrong
	Intact   map[Datum]bool // where it is not complete, the data of which nothing was lost nevertheless
	Notes    []string       // what was lost

	links   index[place, Link]
	bonds   index[string, Bond]
	bridges index[string, Bridge]
	uppers  index[string, Link]
	domains index[string, Domain]
}

// Managers says what configures the network on this host, as far as files show it.
type Managers struct {
	NetworkManager Source // a file that shows it running
	VDSM           Source
}

// Cluster is what a must-gather tells of the cluster that the host is a node of.
type Cluster struct {
	Version  Fact[string]
	Role     string // of the node: the name of its MachineConfigPool, else the roles that it is labeled with; "" when they are not told
	VMsSeen  bool   // its virtual machines were collected
	NADsSeen bool   // its NetworkAttachmentDefinitions were collected
	NADs     []*NAD
}

// NAD is a NetworkAttachmentDefinition that leads to devices of nodes.
type NAD struct {
	Name   string // NAMESPACE/NAME
	Kind   string // KindBridge, AttachedOVS, KindMACVLAN, KindIPVLAN
	On     string // the bridge, or the device below a macvlan or ipvlan
	VLAN   int
	Source Source
	Seen   bool // who uses it was collected
}

// Place says where a guest is attached, as its platform tells: a container runtime, a cluster, the command line of QEMU.
type Place struct {
	Guest     string
	Kind      string // GuestVM, GuestContainer, GuestUnknown
	Network   string // the platform's network
	Interface string // the host's end, "" when it is not told
	Bridge    string // the bridge, "" for a device of its own
	Dev       string // the device below a macvlan or ipvlan
	DevKind   string // KindMACVLAN, KindIPVLAN
	MAC       Fact[string]
	Running   bool
	Source    Source
	Joined    bool // found on a port
	Unknown   bool // where its network leads was not collected
}

// Passed is a device of the host that a guest drives itself. The command line of QEMU does not tell whether it is a network card.
type Passed struct {
	Guest string
	PCI   string // address on the host: "0000:3b:02.1"
	// Source is the line of the command.
	Source Source
}

// Link is a network interface.
type Link struct {
	Name        string
	Index       int
	Namespace   string // "" for the host's own
	Kind        string // KindBond, KindBridge and so on, also kinds that decide nothing; "" for a NIC and where nothing told it
	Source      Source // the line with the name
	KindAt      Source // the line that told the kind
	MAC         Fact[string]
	PermMAC     Fact[string]
	MTU         Fact[int] // bytes
	Promiscuity Fact[int] // how many users want all frames; told by `ip -d link` only
	AllMulti    Fact[int]
	Details     map[string]Fact[string] // minmtu, parentdev (the PCI address), numtxqueues, ...
	Master      Fact[string]
	Lower       string // the device below a vlan, macvlan, macvtap, ipvlan or vxlan; "" when there is none in the host's namespace
	LowerAt     Source
	PeerNS      string // name of the namespace that the other end of a veth, or the lower device, is in; "netnsid N" or "?" when it has no name
	PeerIndex   int    // index of the other end
	Up          bool   // administratively; true too where the form of `ip` prints no flags
	State       string
	Addrs       []Fact[string] // CIDR; link-local ones left out
	Attrs       map[string]Fact[string]
	PortAttrs   map[string]Fact[string]
	Received    Fact[Counters]
	Sent        Fact[Counters]
	VFs         []Fact[string] // MACs of the virtual functions of a card that is split by SR-IOV
}

// Counters are what a link sent or received since it exists, as `ip -s` prints it.
type Counters struct{ Bytes, Packets, Multicast uint64 }

// Bond is a bond that runs, or that is configured where the running state was not collected.
type Bond struct {
	Name            string
	Kind            string       // BondKernel, KindTeam, BondOVS
	Runner          Fact[string] // of a team; Mode is the bonding mode that does the same
	OVSMode         Fact[string] // of a bond of Open vSwitch; Mode is unknown then
	LACPStatus      Fact[string] // of Open vSwitch: negotiated, configured, off
	FallbackAB      Fact[string] // of Open vSwitch: lacp_fallback_ab
	Link            *Link        // nil when no `ip link` shows it
	Source          Source       // what shows that it exists
	Proc            bool         // /proc/net/bonding was read
	Cut             bool         // what shows its state breaks off: slaves may be missing
	Mode            Fact[Mode]
	OtherMode       Fact[Mode] // what `ip -d link` says where /proc/net/bonding says something else
	HashPolicy      Fact[string]
	MAC             Fact[string]
	MIIStatus       Fact[string]
	MIIMon          Fact[int] // ms
	ARPInterval     Fact[int] // ms
	ARPTargets      Fact[string]
	NSTargets       Fact[string] // ns_ip6_target: IPv6 targets of the ARP monitor
	ActiveSlave     Fact[string]
	Primary         Fact[string]
	PrimaryReselect Fact[string]
	FailOverMAC     Fact[string]
	NumGratARP      Fact[int]
	UpDelay         Fact[int] // ms, effective
	DownDelay       Fact[int] // ms, effective
	ARPMissedMax    Fact[int]
	MinLinks        Fact[int]
	ADSelect        Fact[string] // stable, bandwidth, count
	LACPActive      Fact[string] // on, off
	SystemMAC       Fact[string] // of the actor; printed to root only
	ActorKey        Fact[int]    // of the active aggregator
	PartnerKey      Fact[int]
	TLBDynamic      Fact[string] // tlb_dynamic_lb: 0, 1
	AllSlavesActive Fact[string] // 0, 1
	LACPRate        Fact[string]
	PartnerMAC      Fact[string] // of the active aggregator
	AggregatorPorts Fact[int]
	Aggregator      Fact[int] // id of the active aggregator
	NoAggregator    Source
	Slaves          []*Slave
	Configs         []*BondConfig // that name this bond
	ConfigOnly      bool          // no running state was seen
	Attachments     []*Attachment
}

// Slave is a port of a bond.
type Slave struct {
	Name          string
	Source        Source
	Link          *Link
	MIIStatus     Fact[string]
	State         Fact[string] // ACTIVE or BACKUP as `ip -d link` prints it
	SpeedMbps     Fact[int]    // -1 unknown
	LinkFailures  Fact[int]
	PermMAC       Fact[string]
	AggregatorID  Fact[int]
	ActorState    Fact[int]
	PartnerState  Fact[int]
	PartnerMAC    Fact[string] // system MAC of the partner
	ActorMAC      Fact[string] // system MAC of the actor
	ActorKey      Fact[int]
	PartnerKey    Fact[int]
	Duplex        Fact[string] // full, half, "" unknown
	ActorChurn    Fact[string] // monitoring, churned, none
	PartnerChurn  Fact[string]
	ActorChurns   Fact[int] // how often it churned
	PartnerChurns Fact[int]
	LLDP          []Neighbor
}

// Neighbor is what a switch says of itself to a port by LLDP (IEEE 802.1AB).
type Neighbor struct {
	Chassis, Port, System, PortDescription Fact[string]
	Description                            Fact[string] // of the system: vendor and release
	VLANs                                  []Fact[int]
}

// Attachment is what sits on a bond: a bridge, a device with a MAC of its own, or the host alone.
type Attachment struct {
	Kind   string // KindBridge, AttachedOVS, KindMACVLAN, KindMACVTAP, KindIPVLAN, AttachedHost, AttachedUnknown
	Name   string
	Path   []string // from the bond up
	Port   string   // the bridge's port that leads to the bond, for example bond0.100; for other kinds the device below
	Bridge *Bridge
	Routed bool  // pods are behind the bridge whose frames leave with the host's own address
	Link   *Link // the device itself; nil for the host and for a guest that is shut off
	Source Source
	Guests []*GuestNIC
}

// Bridge is a Linux bridge, or an Open vSwitch datapath.
type Bridge struct {
	Name   string
	Kind   string // KindBridge, KindOVS
	Named  bool   // of Open vSwitch: a bridge of its database, not the datapath with the ports of all bridges
	Link   *Link
	Source Source
	Ports  []*Port
	Addrs  []Fact[string]
	VLANs  bool // vlan_filtering is on

	STP          Fact[bool]  // spanning tree is on: stp_state, `brctl show`; of Open vSwitch stp_enable or rstp_enable of its database
	ForwardDelay Fact[int]   // ms; of a Linux bridge
	Ageing       Fact[int]   // ms; of a Linux bridge
	Own          []VLANRange // the VLANs that the host itself takes part in on a bridge that filters VLANs
	FailMode     string      // of Open vSwitch: secure: nothing is forwarded but by flows of a controller

	ports index[string, Port]
}

// Port is a port of a bridge.
type Port struct {
	Name     string
	Link     *Link
	Source   Source // the line that shows the membership
	State    Fact[string]
	Number   int                     // as brctl or OpenFlow counts, 0 unknown
	Type     string                  // of Open vSwitch: patch, internal, dpdkvhostuserclient, ...; "" for a device of the kernel
	External map[string]Fact[string] // external_ids of Open vSwitch
	Peer     string                  // of a patch port of Open vSwitch: the port at the other end
	VLAN     int                     // the VLAN that an access port of Open vSwitch is in, 0 for none or unknown
	VLANs    []VLANRange             // of a port of a bridge that filters VLANs; nil where they were not collected
	Trunks   []int                   // of Open vSwitch: the VLANs of a trunk port, none for all or unknown
	Guests   []*GuestNIC
}

// VLANRange is one VLAN, or several that follow one another, that a port lets pass.
type VLANRange struct {
	First, Last    int
	PVID, Untagged bool
	Source         Source
}

// GuestNIC is one network interface of a guest.
type GuestNIC struct {
	Guest     string // name of the domain or namespace, of the port when nothing else is known
	Kind      string // GuestVM, GuestContainer, GuestUnknown
	Interface string // the port on the host; "" for a guest that is shut off
	MAC       Fact[string]
	Running   bool
	Source    Source // what shows the guest
	Routed    bool   // a pod of OVN-Kubernetes on the cluster's own network: its frames leave with the address of the host
	Learned   bool   // the MAC was taken from the bridge's FDB or worked out, not told by the guest's own description
}

// Domain is a libvirt guest.
type Domain struct {
	Name       string
	UUID       string // "" when it is not told
	Running    bool
	State      string // as virsh prints it, "" when unknown
	StateKnown bool
	Source     Source
	Interfaces []DomainNIC
}

// DomainNIC is an <interface> of a domain.
type DomainNIC struct {
	Type      string
	Source    Source
	MAC       Fact[string]
	Bridge    Fact[string] // the bridge, also the one of its network
	Network   Fact[string]
	Dev       Fact[string] // of type direct
	Target    Fact[string]
	Virtual   string // the type of <virtualport>, for example openvswitch
	Mode      string // of type direct: bridge, vepa, private, passthrough
	Model     string
	MTU       int    // bytes, 0 when not set
	PCI       string // address of the host's device that a hostdev interface passes to the guest
	LinkState string // <link state=>
	VLANs     []int
	Joined    bool // found on a port
}

// Network is a libvirt network.
type Network struct {
	Name    string
	Bridge  Fact[string]
	Forward Fact[string]
	Source  Source
}

// FDBEntry is an entry of a bridge's forwarding database.
type FDBEntry struct {
	MAC    string
	Dev    string
	Bridge string
	VLAN   int
	Local  bool // permanent
	Static bool // set by a user: never ages, and moves all the same when another port shows the address
	Sticky bool // does not move
	Self   bool
	Source Source
}

// BondConfig is what one file says of a bond.
type BondConfig struct {
	System     string // ConfigIfcfg and so on
	Name       string // of the bond
	File       string
	Connection string // id of the NetworkManager profile
	Source     Source
	Mode       Fact[Mode]
	Options    []ConfigOption // mode included
	Slaves     []Fact[string]
	Bridge     Fact[string] // the bridge that the file puts the bond in
	NMOff      bool         // NM_CONTROLLED=no
	Inactive   bool         // known not to be in use: a profile of NetworkManager that is not active, STARTMODE=off of wicked
	Manual     []string     // of Slaves: those that need not be in the bond, as they are not started with the host, or a pattern chose them
	Strange    []string     // of Slaves: names that no interface of the host has, as far as its interfaces were collected
	Policy     string       // of ConfigNNCP
	Status     Fact[string] // of ConfigNNCP: the condition of its enactment: Available, Failing, Aborted, ...
	Message    string       // of a failing enactment
	Team       bool         // it configures a team
	OnDemand   bool         // it is not started with the host and not known to be in use: ONBOOT=no, autoconnect=false
	Faults     []ConfigFault
}

// ConfigFault is a place in a text of options that means something else to who reads it than to who wrote it.
type ConfigFault struct {
	Kind   string // of ifcfg.FaultKind
	Text   string // what stands there
	Source Source
}

// Ifcfg is a file of initscripts, or of NetworkManager's plugin for them, about a bond or a slave of one.
type Ifcfg struct {
	Device string // the interface that it is for
	File   string
	Source Source // the line with the name
	Vars   map[string]Fact[string]
}

// Get is the value of a variable, "" where the file does not set it.
func (f *Ifcfg) Get(name string) string { return f.Vars[name].Value }

// Yes reports a variable that is set to yes.
func (f *Ifcfg) Yes(name string) bool {
	switch strings.ToLower(f.Get(name)) {
	case "yes", "true", "1", "y", "t":
		return true
	}
	return false
}

// OnDemand reports a file that is not started with the host.
func (f *Ifcfg) OnDemand() bool { return f.Get("ONBOOT") != "" && !f.Yes("ONBOOT") }

// ConfigOption is one bonding option of a configuration.
type ConfigOption struct {
	Name, Value string
	Source      Source
}

// Option returns the last value of an option.
func (c *BondConfig) Option(name string) (o ConfigOption, ok bool) {
	for _, x := range c.Options {
		if x.Name == name {
			o, ok = x, true
		}
	}
	return o, ok
}

// ModuleOption is a line of modprobe's configuration that sets options of the bonding driver.
type ModuleOption struct {
	Module  string // bonding, or an alias such as bond0
	Alias   bool
	Options []ConfigOption
	Source  Source
}

// Event is a kernel message with the file that it was counted in.
type Event struct {
	kernlog.Event
	Source Source // the first line
	Last   Source
}

// Rewrite is a rule of nftables or ebtables that rewrites source MACs on their way out of a bridge.
type Rewrite struct {
	nft.Rewrite
	Tool   string // nft, ebtables
	Saved  bool   // read from a file that is loaded at boot, not from the running ruleset
	Source Source
}

// SLBTable is the table that NetworkManager installs for balance-slb.
type SLBTable struct {
	Bond      string
	Source    Source
	Snoop     Source            // chain tx-snoop-source-mac
	DropLoops Source            // chain rx-drop-looped-packets
	DropPorts map[string]Source // chains rx-drop-bc-mc-<port>
}
