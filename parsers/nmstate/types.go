// Package nmstate reads nmstate's YAML or JSON: `nmstatectl show`, files in /etc/nmstate, desired states of policies.
package nmstate

import "github.com/sosbond/sosbond/parsers/text"

// State is the document. Of several documents or of `desiredState:` and `currentState:` wrappers the interfaces are joined.
type State struct {
	Interfaces []Interface
}

// Interface is one element of interfaces, in the generations before and after nmstate 1.0 ("slaves" and "port", "controller").
type Interface struct {
	Line       int
	Name       string
	Type       string // bond, linux-bridge, ovs-bridge, ovs-interface, vlan, ethernet, mac-vlan, mac-vtap, veth, ...
	State      text.At[string]
	MAC        text.At[string] // as written
	MTU        text.At[int]
	Controller text.At[string]
	Profile    text.At[string] // profile-name
	IPv4       bool            // enabled with an address or DHCP
	IPv6       bool            // enabled with DHCP, autoconf or an address that is not link-local (fe80::/10)

	Bond    *Bond
	Bridge  *Bridge
	VLAN    *VLAN
	MACVLAN *MACVLAN // mac-vlan and mac-vtap
}

// Bond is link-aggregation.
type Bond struct {
	Mode    text.At[string]
	Ports   []text.At[string]
	Options []Option // in the order of the file; booleans as "1" and "0"; names with "-" as "_", but "balance-slb" as in NetworkManager
}

// Option is one option of link-aggregation.
type Option struct {
	Line  int
	Name  string
	Value string
}

// Bridge is bridge: of a linux-bridge or an ovs-bridge.
type Bridge struct {
	Ports []BridgePort
	STP   text.At[bool]
}

// BridgePort is one port; Bond is set when it is a bond of Open vSwitch.
type BridgePort struct {
	Line int
	Name string
	Bond *Bond
}

// VLAN is vlan: of a vlan interface.
type VLAN struct {
	Base text.At[string]
	ID   text.At[int]
}

// MACVLAN is mac-vlan: or mac-vtap: of such an interface.
type MACVLAN struct {
	Base text.At[string]
	Mode text.At[string]
}
