// Package netconf holds what the configuration formats of Linux networking have in common: devices, what they are made of, and the options of
// bonds under the kernel's names, whatever netplan, networkd, ifupdown, wicked, os-net-config or dracut call them.
package netconf

import "github.com/sosbond/sosbond/parsers/text"

// Config is what one file says, in its order. A device may occur several times: several stanzas, or files, speak of it.
type Config struct {
	Devices []Device
}

// Device is what one stanza says of one network device.
type Device struct {
	Line    int
	Name    string
	Glob    bool              // Name is a pattern (networkd's Match) or stands for several devices
	Kind    Kind              // "" when the stanza does not tell
	Options []Option          // of a bond, mode included, under the kernel's names and in the kernel's units
	Ports   []text.At[string] // devices that it is made of: slaves of a bond, ports of a bridge
	Master  text.At[string]   // the bond or bridge that this stanza puts the device in, when the device says so itself
	Lower   text.At[string]   // the device below a VLAN, macvlan or ipvlan
	VLANID  text.At[int]
	MTU     text.At[int]      // bytes
	MAC     text.At[string]   // lower case; set on the device, or matched
	Uppers  []text.At[string] // devices that this stanza says to be on it (networkd's VLAN= and MACVLAN=)
	Off     bool              // it is not started by itself: STARTMODE=off or manual of wicked, which is usual for slaves
	Address bool              // it gives the host an address: static, DHCP or router advertisements
}

// Kind is what a device is.
type Kind string

// The kinds that decide something; formats leave others as they name them.
const (
	Bond      Kind = "bond"
	Bridge    Kind = "bridge"
	VLAN      Kind = "vlan"
	Ethernet  Kind = "ethernet"
	Team      Kind = "team"
	MACVLAN   Kind = "macvlan"
	MACVTAP   Kind = "macvtap"
	IPVLAN    Kind = "ipvlan"
	OVSBridge Kind = "ovs-bridge"
	OVSBond   Kind = "ovs-bond"
)

// Option is one option of a bond by the kernel's name (Documentation/networking/bonding.rst), times in milliseconds.
type Option struct {
	Line  int
	Name  string
	Value string
}
