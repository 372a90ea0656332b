// Package vdsm reads what the host agent of oVirt and Red Hat Virtualization knows of a host's network: its persisted and its running
// configuration (netconf) and the capabilities that it reports to the engine.
package vdsm

import (
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Network is a logical network on the host (/var/lib/vdsm/{persistence,staging}/netconf/nets/NAME, networks of the capabilities). What the
// capabilities tell only of the device below it (southbound) is here as Bond, NIC and VLAN, as netconf has it.
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
	Default text.At[bool]   // it has the host's default route (defaultRoute, ipv4defaultroute of the capabilities)
}

// Bond is a bond (netconf/bonds/NAME, bondings of the capabilities).
type Bond struct {
	Line       int
	Name       string // "" in a netconf file
	Slaves     []text.At[string]
	Options    []netconf.Option // "mode=4 miimon=100" split, or opts of the capabilities; names of the kernel
	Active     text.At[string]  // active_slave of the capabilities; "" when the bond has none
	PartnerMAC text.At[string]  // ad_partner_mac of the capabilities; lower case
	MAC        text.At[string]  // hwaddr; lower case
	Switch     text.At[string]  // legacy, ovs
}

// Capabilities is `vdsm-client Host getCapabilities`, or `vdsClient -s 0 getVdsCaps` of older releases.
type Capabilities struct {
	Line     int
	Version  text.At[string]   // software_version of vdsm
	Release  text.At[string]   // the product's, where the operating system is named after it: "oVirt Node 4.4.10"
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
	STP   text.At[string] // on, off
	MTU   text.At[int]    // bytes
}

// VLAN is a VLAN device of the capabilities.
type VLAN struct {
	Line  int
	Name  string
	Lower text.At[string] // iface
	ID    text.At[int]    // vlanid; older releases tell it in the name only
	MTU   text.At[int]    // bytes
}

// NIC is a network card of the capabilities.
type NIC struct {
	Line    int
	Name    string
	MAC     text.At[string] // hwaddr; lower case
	PermMAC text.At[string] // permhwaddr, told of slaves only; lower case
	Speed   text.At[int]    // Mb/s, 0 when there is no link
	MTU     text.At[int]    // bytes
}
