// Package kube reads the objects of Kubernetes and OpenShift that tell of networks and guests, as `oc adm inspect` writes them: one object in a
// file, or a List.
package kube

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/text"
)

// Objects are those of one file that are understood; kinds that say nothing about networks are left out without a problem.
type Objects struct {
	States         []NodeNetworkState
	Policies       []Policy
	Enactments     []Enactment
	NADs           []NAD
	VMs            []VM
	VMIs           []VMI
	MachineConfigs []MachineConfig
	Pools          []Pool
	Nodes          []Node
	Versions       []ClusterVersion
	Pods           []Pod
	Lists          int // Lists seen, empty ones too
	Other          int // objects of other kinds; of a List of other kinds they are not counted
}

// Meta is what all objects have.
type Meta struct {
	Line      int
	Name      string
	Namespace string
	UID       string
	Labels    map[string]string
}

// NodeNetworkState is what nmstate reported of a node (nmstate.io).
type NodeNetworkState struct {
	Meta                     // Name is the node
	State    nmstate.State   // status.currentState, with lines of the file
	Updated  text.At[string] // status.lastSuccessfulUpdateTime
	Mappings []Mapping       // ovn.bridge-mappings of the state
}

// Mapping says which bridge leads to a localnet of OVN-Kubernetes.
type Mapping struct {
	Line             int
	Localnet, Bridge string
	Absent           bool // a policy removes it
}

// Policy is a NodeNetworkConfigurationPolicy.
type Policy struct {
	Meta
	Selector map[string]string // spec.nodeSelector; empty: all nodes
	State    nmstate.State     // spec.desiredState
	Mappings []Mapping
	Captures bool            // spec.capture is used: names may stand for what a node has
	Status   text.At[string] // the condition that is true: Available, Degraded, Progressing, Ignored, ...
	Reason   string
}

// Enactment is what came of a policy on a node (NodeNetworkConfigurationEnactment).
type Enactment struct {
	Meta
	Node    string
	Policy  string
	State   nmstate.State   // status.desiredState
	Status  text.At[string] // the condition that is true: Available, Failing, Aborted, Progressing, Pending
	Message text.At[string] // of a Failing condition, the first lines
}

// NAD is a NetworkAttachmentDefinition.
type NAD struct {
	Meta
	Resource text.At[string] // annotation k8s.v1.cni.cncf.io/resourceName: bridge.network.kubevirt.io/br1 and the like
	Config   cni.Config      // spec.config, with lines of the file as far as they can be told
	ConfigAt int             // line of spec.config, 0 when there is none
}

// VM is a VirtualMachine.
type VM struct {
	Meta
	Running    text.At[bool]   // spec.running, or spec.runStrategy other than Halted
	Status     text.At[string] // status.printableStatus
	Interfaces []Interface
}

// VMI is a VirtualMachineInstance: a machine that runs.
type VMI struct {
	Meta
	Node       text.At[string] // status.nodeName
	Phase      text.At[string] // Running, Succeeded, ...
	Pods       []string        // UIDs of status.activePods, in the order of the file
	Interfaces []Interface
}

// Interface is an interface of a virtual machine, joined with its network and its status by name.
type Interface struct {
	Line      int
	Name      string
	Binding   string          // bridge, masquerade, sriov, slirp, macvtap, passt, or the name of a binding plugin
	Network   text.At[string] // multus.networkName: NAME or NAMESPACE/NAME; absent for the pod's own network
	Pod       bool            // on the network of the pod
	MAC       text.At[string] // of the status, else of the spec, lower case; opaque, it may be obfuscated
	InPod     text.At[string] // status: podInterfaceName
	LinkState text.At[string]
}

// MachineConfig is a MachineConfig.
type MachineConfig struct {
	Meta
	Role       string // label machineconfiguration.openshift.io/role
	Files      []ConfigFile
	KernelArgs []text.At[string]
}

// ConfigFile is a file that a MachineConfig writes and that tells of networks.
type ConfigFile struct {
	Line     int // of its path in the object
	Path     string
	Contents []byte

	Overwrite text.At[bool] // overwrite: false leaves a file that exists; true is what the operator takes where it is missing
	Appended  bool          // the contents are added to a file that exists
}

// Pool is a MachineConfigPool.
type Pool struct {
	Meta
	NodeSelector map[string]string // spec.nodeSelector.matchLabels
	Rendered     text.At[string]   // status.configuration.name
}

// Node is a Node.
type Node struct {
	Meta
	Addresses []string
	Hostname  string
	OSImage   text.At[string] // status.nodeInfo
	Kernel    text.At[string]
	Config    text.At[string] // annotation machineconfiguration.openshift.io/currentConfig
	MachineID text.At[string]
}

// RoleLabel begins the label of a node for each of its roles.
const RoleLabel = "node-role.kubernetes.io/"

// Pool is the MachineConfigPool of the node, as the name of its rendered configuration tells; "" where that does not.
func (n Node) Pool() string {
	name, rendered := strings.CutPrefix(n.Config.Value, "rendered-")
	i := strings.LastIndexByte(name, '-')
	if !rendered || i < 0 {
		return ""
	}
	return name[:i]
}

// Role is the node's pool, else the roles that it is labeled with, sorted: "master, worker"; "" where neither is told.
func (n Node) Role() string {
	if pool := n.Pool(); pool != "" {
		return pool
	}
	var roles []string
	for label := range n.Labels {
		if role, ok := strings.CutPrefix(label, RoleLabel); ok {
			roles = append(roles, role)
		}
	}
	slices.Sort(roles)
	return strings.Join(roles, ", ")
}

// ClusterVersion is the ClusterVersion of OpenShift.
type ClusterVersion struct {
	Meta
	ID      text.At[string] // spec.clusterID
	Version text.At[string] // the newest completed entry of status.history, else status.desired.version
}

// Pod is a Pod.
type Pod struct {
	Meta
	Node     text.At[string] // spec.nodeName
	Running  bool            // status.phase is Running
	Domain   string          // name of the virtual machine that a virt-launcher pod runs, from its labels or annotations
	Host     bool            // spec.hostNetwork
	Networks []cni.Status    // annotation k8s.v1.cni.cncf.io/network-status
}

// BridgeText is the file PODNAME.bridge.txt of kubevirt/must-gather: what bridge(8) printed in a virt-launcher pod.
type BridgeText struct {
	Links   []iproute.BridgePort // "bridge link show:"
	FDB     []iproute.FDBEntry   // "bridge fdb show:"
	VLANs   []iproute.PortVLAN   // "bridge vlan show:"
	Bridges []brctl.Bridge       // "brctl show:", in place of Links before July 2023
}
