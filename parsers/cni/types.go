// Package cni reads configurations of the Container Network Interface (files of /etc/cni/net.d, the config of a NetworkAttachmentDefinition)
// and the network status that multus writes into the annotations of a pod.
package cni

import "github.com/sosbond/sosbond/parsers/text"

// Config is a network: one plugin, or a list of them.
type Config struct {
	Line    int
	Name    string
	Plugins []Plugin
}

// Plugin is the configuration of one plugin. Lines are counted in the text that was parsed.
type Plugin struct {
	Line     int
	Type     string          // bridge, cnv-bridge, macvlan, ipvlan, ovs, ovn-k8s-cni-overlay, sriov, host-device, tuning, ...
	Bridge   text.At[string] // of bridge, cnv-bridge and ovs
	Master   text.At[string] // of macvlan, ipvlan and host-device ("device")
	Mode     text.At[string]
	VLAN     text.At[int] // vlan of bridge and ovs, vlanID of ovn-k8s-cni-overlay
	IPMasq   text.At[bool]
	Gateway  text.At[bool]   // isGateway
	Topology text.At[string] // of ovn-k8s-cni-overlay: layer2, layer3, localnet
	Physical text.At[string] // physicalNetworkName of a localnet; OVN takes the name where it is missing
	MACSpoof text.At[bool]   // macspoofchk
}

// Status is one network of a pod (annotation k8s.v1.cni.cncf.io/network-status).
type Status struct {
	Line      int
	Name      string // of the network: NAMESPACE/NAME, or the name of the cluster's default network
	Interface string // in the pod
	MAC       text.At[string]
	IPs       []string
	Default   bool
}
