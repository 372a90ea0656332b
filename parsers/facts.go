package parsers

import (
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/cri"
	"github.com/sosbond/sosbond/parsers/docker"
	"github.com/sosbond/sosbond/parsers/ebtables"
	"github.com/sosbond/sosbond/parsers/ifcfg"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kernlog"
	"github.com/sosbond/sosbond/parsers/keyfile"
	"github.com/sosbond/sosbond/parsers/kube"
	"github.com/sosbond/sosbond/parsers/libvirt"
	"github.com/sosbond/sosbond/parsers/lxd"
	"github.com/sosbond/sosbond/parsers/manifest"
	"github.com/sosbond/sosbond/parsers/modprobe"
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/nft"
	"github.com/sosbond/sosbond/parsers/nmcli"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/ovs"
	"github.com/sosbond/sosbond/parsers/ovsconf"
	"github.com/sosbond/sosbond/parsers/packages"
	"github.com/sosbond/sosbond/parsers/procnet"
	"github.com/sosbond/sosbond/parsers/qemu"
	"github.com/sosbond/sosbond/parsers/release"
	"github.com/sosbond/sosbond/parsers/sysctl"
	"github.com/sosbond/sosbond/parsers/team"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/vdsm"
)

// Facts is what all parsers together read of one host: from its report, from the must-gather of its cluster, or from both.
type Facts struct {
	Bonds       []Named[bonding.Bond]
	Links       []Read[[]iproute.Link]
	NetnsLinks  []Named[[]iproute.Link]
	Namespaces  []Read[[]iproute.Namespace]
	FDB         []Read[[]iproute.FDBEntry]
	BridgePorts []Read[[]iproute.BridgePort]
	BridgeVLANs []Read[[]iproute.PortVLAN]
	Brctl       []Read[[]brctl.Bridge]
	BrctlMACs   []Named[[]brctl.MAC]
	BrctlSTP    []Named[brctl.STP]
	ProcVLANs   []Read[[]procnet.VLAN]
	Ifcfg       []Named[ifcfg.File]
	Keyfiles    []Read[keyfile.File]
	Nmcli       []Named[nmcli.Connection]
	NMState     []NetworkState
	Modprobe    []Read[[]modprobe.Line]
	Domains     []Read[libvirt.Domain]
	Networks    []Read[libvirt.Network]
	DomainList  []Read[[]libvirt.Listed]
	Logs        []Read[kernlog.Log]
	NFT         []Read[nft.Ruleset]
	Ebtables    []Read[[]ebtables.SNAT]
	OS          []Read[release.OS]
	Uname       []Read[release.Uname]
	Uptime      []Read[text.At[int]]
	Hostname    []Read[text1]
	Machine     []Read[release.Machine]
	Sos         []Read[text1]
	Manifest    []Read[manifest.Manifest]
	VDSM        []File
	VDSMNets    []Named[vdsm.Network]
	VDSMBonds   []Named[vdsm.Bond]
	VDSMCaps    []Read[vdsm.Capabilities]

	OVS           []Read[ovs.Database]
	OVSInterfaces []Read[[]ovs.Interface]
	OVSBonds      []Read[[]ovs.Bond]
	OVSLACP       []Read[[]ovs.LACP]
	OVSFDB        []Named[[]ovs.MAC]        // by bridge
	OVSPorts      []Named[[]ovs.PortNumber] // by bridge
	TeamStates    []Named[team.State]
	TeamConfigs   []Named[team.Config]
	Netconf       []Configured

	DockerNets  []Read[[]docker.Network] // of podman too
	Containers  []Read[[]docker.Container]
	Pods        []Read[cri.Pod]
	CNI         []Read[cni.Config]
	LXDNetworks []Read[[]lxd.Network]
	LXC         []Named[[]lxd.NIC] // by container
	QEMU        []Read[[]qemu.Guest]

	Sysctl   []Read[[]sysctl.Setting]
	OVSLogs  []Read[[]ovsconf.Log]
	Packages []Read[[]packages.Package]

	Node          string                   // the name of the node where the facts are of a must-gather, wholly or in part
	Kube          []Read[kube.Objects]     // of the whole cluster
	PodNamespaces []string                 // whose pods were collected
	AllNADs       bool                     // all networks of the cluster were collected
	AllVMs        bool                     // all virtual machines of the cluster were collected
	PodDomains    []Read[libvirt.Domain]   // of virtual machines of the cluster
	PodBridges    []Named[kube.BridgeText] // by virtual machine
	NMRunning     []File                   // files that only a running NetworkManager makes sos write
	Report        bool                     // a report of the host itself was read
	Others        []string                 // nodes that a must-gather beside the report tells of, none of which has the host's name
	Coverage      []Coverage
	Problems      []Problem
	Complete      bool           // nothing of the report was lost to damage or to a limit
	Suspect       bool           // the report's data are corrupt: what was read of it may be wrong
	Intact        map[Datum]bool // where it is not complete, the data of which nothing was lost nevertheless
	Notes         []string       // what was lost
	cut           bool           // a parser met one of its limits
	unlisted      bool           // there are more problems than Problems lists
	Root          string         // the name of the report's top directory, "" when it has none
}

// NetworkState is a state of nmstate with what it is.
type NetworkState struct {
	Read[nmstate.State]
	Role    StateRole
	Policy  string          // the NodeNetworkConfigurationPolicy, for RolePolicy
	Status  text.At[string] // of its enactment
	Message string
}

// StateRole says what a state of nmstate is.
type StateRole string

// What a state can be.
const (
	RoleDesired StateRole = "desired" // a file in /etc/nmstate
	RoleApplied StateRole = "applied" // `nmstatectl show`
	RoleCurrent StateRole = "current" // a NodeNetworkState
	RolePolicy  StateRole = "policy"  // the desired state of a policy, as it concerns the node
)

// Configured is what one file of a configuration system says.
type Configured struct {
	Read[netconf.Config]
	System System
	Name   string // of the file, or of the bond or device that it is for
}

// System is what configures networks.
type System string

// The configuration systems whose files are read as netconf.Config.
const (
	SystemNetplan     System = "netplan"
	SystemNetworkd    System = "networkd"
	SystemIfupdown    System = "ifupdown"
	SystemWicked      System = "wicked"
	SystemOSNetConfig System = "os-net-config"
	SystemDracut      System = "dracut" // the kernel's command line
)

// Problem is a line that a parser did not understand, or a value that must not be trusted.
type Problem struct {
	Source Source
	Why    string
	More   int // further ones of the same file, that are not listed
}

// Coverage says whether a datum was in the report.
type Coverage struct {
	Datum    Datum
	Title    string // the datum for people
	Status   Status // of the best of its files
	Files    []string
	Ask      string // the command to ask the customer for
	Note     string // why it is missing, as far as the report tells
	Optional bool   // of software that most hosts do not run
}

// Status of a datum.
type Status string

// The five answers to "was it there".
const (
	StatusRead         Status = "read"
	StatusEmpty        Status = "empty"
	StatusNotCollected Status = "not-collected"
	StatusFailed       Status = "failed"
	StatusUnparsed     Status = "unparsed"
)
