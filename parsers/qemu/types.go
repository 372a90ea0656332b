// Package qemu reads command lines of QEMU, from `ps` and from libvirt's log of a guest.
package qemu

import "github.com/sosbond/sosbond/parsers/text"

// Guest is a QEMU process.
type Guest struct {
	Line  int
	PID   int    // 0 in a log
	Name  string // of -name, without "guest=" and what follows the first comma; "" when there is none
	UUID  string
	Ended bool // in a log: "shutting down" follows the last start
	NICs  []NIC
}

// NIC is a network interface of a guest with the back end that it is joined to by its netdev.
type NIC struct {
	Line    int
	Netdev  string          // id of the -netdev
	Backend string          // tap, bridge, user, vhost-user, vhost-vdpa, socket, ...
	Ifname  text.At[string] // ifname of -netdev tap; absent when libvirt passes open files
	Bridge  text.At[string] // br of -netdev bridge or tap
	MAC     text.At[string] // of the -device, lower case
	Model   string          // virtio-net-pci, e1000, ...
	VFIO    text.At[string] // PCI address of a -device vfio-pci; the NIC has neither netdev nor MAC
}
