// Package libvirt reads domain XML (`virsh dumpxml`, /etc/libvirt/qemu/*.xml), the runtime status XML of /run/libvirt/qemu/*.xml and
// network XML, through libvirt's own Go types, and `virsh list --all`.
package libvirt

import "github.com/sosbond/sosbond/parsers/text"

// Domain is a guest.
type Domain struct {
	Line       int
	Name       string
	UUID       string
	Type       string // kvm, qemu, xen, lxc, ...
	Status     bool   // read from a status XML: the guest had a process when the file was written
	State      string // running, paused, ...: of a status XML only
	ID         int    // the id of a live XML, -1 when the XML is that of a definition
	Interfaces []Interface
}

// Interface is one <interface> of a domain.
type Interface struct {
	Line       int             // of <interface>
	Type       string          // bridge, network, direct, hostdev, ethernet, user, vhostuser, ...
	MAC        text.At[string] // lower case, opaque
	Bridge     text.At[string] // <source bridge=>, for a network its bridge in the live XML
	Network    text.At[string] // <source network=>
	PortGroup  string
	Dev        text.At[string] // <source dev=> of direct
	Mode       string          // <source mode=> of direct: bridge, vepa, private, passthrough
	Target     text.At[string] // <target dev=>
	Model      string
	Virtual    string // <virtualport type=>: openvswitch, ...
	LinkState  string // <link state=>: up, down, ""
	VLANs      []int  // <vlan><tag id=>
	MTU        int    // bytes, 0 when not set
	ActualType string // type of <actual> in a status XML, else ""
	PCI        string // address of the host's device that a hostdev interface passes to the guest: "0000:3b:02.1"
}

// Network is a libvirt network.
type Network struct {
	Line     int
	Name     string
	Bridge   text.At[string]
	Forward  text.At[string] // nat, route, bridge, private, vepa, passthrough, hostdev, open; "none" when there is no <forward>
	Devs     []text.At[string]
	Virtual  string
	IPs      int  // number of <ip> elements
	Isolated bool // <port isolated='yes'/>: its guests do not reach each other. A network without <forward> has Forward "none"
}

// Listed is a row of `virsh list --all`.
type Listed struct {
	Line  int
	ID    string // "-" when it does not run
	Name  string
	State string // running, shut off, paused, ...
}
