// Package vdsm reads what the host agent of oVirt and Red Hat Virtualization knows of a host's network: its persisted and its running
// configuration (netconf) and the capabilities that it reports to the engine.
package vdsm

import (
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Network is a logical network on the host (/var/lib/vdsm/{persistence,staging}/netconf/nets/NAME, networks of the capabilities).
type Network struct {
	Line    int
	Name    string          // "" in a netconf file: it is the file's name
	Bond    text.At[string] // "bonding"
	NIC     text.At[string]
	Bridged text.At[bool]   // a network of virtual machines; a netconf file without it means true
	Bridge  text.At[string] // the bridge's name where it is told; it is the network's
	VLAN    text.At[int]
	MTU     text.At[int]    // bytes
	Switch  text.At[string] // legacy, ovs
	Default text.At[bool]   // defaultRoute
}

// Bond is a bond (netconf/bonds/NAME, bondings of the capabilities).
type Bond struct {
	Line       int
	Name       string // "" in a netconf file
	Slaves     []text.At[string]
	Options    []netconf.Option // "mode=4 miimon=100" split, or opts of the capabilities; names of the kernel
	Active     text.At[string]  // active_slave of the capabilities
	PartnerMAC text.At[string]  // ad_partner_mac of the capabilities
	MAC        text.At[string]
	Switch     text.At[string]
}

// Capabilities is `vdsm-client Host getCapabilities`.
type Capabilities struct {
	Line     int
	Version  text.At[string]   // software_version of vdsm
	Release  text.At[string]   // the product's: "rhv-4.4.10-..." or so, where it is told
	Cluster  []text.At[string] // clusterLevels
	Bonds    []Bond
	Networks []Network
	Bridges  []Bridge
	VLANs    []VLAN
	NICs     []NIC
}

// Bridge is a bridge of the capabilities.
type Bridge struct {
	Line  int
	Name  string
	Ports []text.At[string]
	STP   text.At[string]
	MTU   text.At[int]
}

// VLAN is a VLAN device of the capabilities.
type VLAN struct {
	Line  int
	Name  string
	Lower text.At[string] // iface
	ID    text.At[int]
	MTU   text.At[int]
}

// NIC is a network card of the capabilities.
type NIC struct {
	Line    int
	Name    string
	MAC     text.At[string] // hwaddr
	PermMAC text.At[string] // permhwaddr
	Speed   text.At[int]    // Mb/s, 0 when there is no link
	MTU     text.At[int]
}
