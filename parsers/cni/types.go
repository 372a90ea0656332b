// Package cni reads configurations of the Container Network Interface (files of /etc/cni/net.d, the config of a NetworkAttachmentDefinition)
// and the network status that multus writes into the annotations of a pod.
package cni

import "github.com/sosbond/sosbond/parsers/text"

// Config is a network: one plugin, or a list of them.
type Config struct {
	Line    int
	Name    string
	Plugins []Plugin // those that a plugin such as multus hands the work to (its delegates) follow it
}

// Plugin is the configuration of one plugin. Lines are counted in the text that was parsed. A value is absent where the text does not give it,
// also where the plugin then takes one of its own: bridge takes the bridge cni0, macvlan the device of the default route.
type Plugin struct {
	Line     int
	Type     string          // bridge, cnv-bridge, macvlan, ipvlan, vlan, tap, bond, ovs, ovn-k8s-cni-overlay, sriov, host-device, tuning, ...
	Bridge   text.At[string] // of bridge, cnv-bridge, tap and ovs
	Master   text.At[string] // of macvlan, ipvlan and vlan, and host-device ("device")
	Mode     text.At[string] // of macvlan, ipvlan and bond
	VLAN     text.At[int]    // vlan of bridge, ovs and sriov, vlanID of ovn-k8s-cni-overlay, vlanId of vlan
	IPMasq   text.At[bool]
	Gateway  text.At[bool]   // isGateway
	Topology text.At[string] // of ovn-k8s-cni-overlay: layer2, layer3, localnet
	Physical text.At[string] // physicalNetworkName of a localnet; OVN takes the name where it is missing
	MACSpoof text.At[bool]   // macspoofchk; spoofchk of sriov

	Links        []text.At[string] // of bond: the devices that it bonds
	InContainer  text.At[bool]     // linkInContainer, of bond linksInContainer: Master or Links are devices of the pod, not of the host
	NetAttachDef text.At[string]   // netAttachDefName of ovn-k8s-cni-overlay: NAMESPACE/NAME
}

// Status is one network of a pod (annotation k8s.v1.cni.cncf.io/network-status).
type Status struct {
	Line      int
	Name      string          // of the network: NAMESPACE/NAME, or the name of the cluster's default network
	Interface string          // in the pod
	MAC       text.At[string] // lower case; absent where it is empty
	IPs       []string
	Default   bool
}
