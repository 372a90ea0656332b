// Package lxd reads what LXD and LXC tell of containers and networks: `lxc network list` and the lxc.conf of a container.
package lxd

import "github.com/sosbond/sosbond/parsers/text"

// Network is a row of `lxc network list`.
type Network struct {
	Line    int
	Name    string
	Type    string // bridge, physical, bond, macvlan, ovn, loopback, ...
	Managed bool
}

// NIC is an lxc.net.N of a container (lxc.network.* before LXC 2.1). Newer releases of LXD make the veth themselves: the NIC is then of type
// phys, and its Link is the end of the veth that goes into the container.
type NIC struct {
	Line  int
	Index int
	Type  string          // veth, macvlan, ipvlan, phys, ...
	Link  text.At[string] // the bridge or device on the host
	MAC   text.At[string] // hwaddr, lower case; absent for a pattern such as 00:16:3e:xx:xx:xx
	Pair  text.At[string] // name of the host's end of the veth
	Name  text.At[string] // in the container
	Mode  text.At[string] // of macvlan and ipvlan
	VLAN  text.At[int]    // vlan.id of a vlan; veth.vlan.id, the untagged VLAN of the bridge's port
}
