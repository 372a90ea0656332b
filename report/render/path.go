package render

import (
	"fmt"
	"slices"

	"github.com/sosbond/sosbond/report"
)

// Chain returns the names of the devices between a bond and what is attached to it, and of that; nothing for the host on the bond itself.
func Chain(bond string, a report.Attachment) []string {
	names := slices.DeleteFunc(slices.Clone(a.Path), func(name string) bool { return name == bond })
	if a.Name != "" && a.Name != bond && !slices.Contains(names, a.Name) {
		names = append(names, a.Name)
	}
	return names
}

// DeviceKind returns what a device between a bond and its guests is: "VLAN 100", "bridge"; "" when it is unknown.
func DeviceKind(d report.Device) string {
	switch {
	case d.VLAN > 0:
		return fmt.Sprintf("VLAN %d", d.VLAN)
	case d.Kind == "openvswitch":
		return AttachmentKind("ovs-bridge")
	case d.Kind == "vlan":
		return "VLAN"
	}
	return d.Kind
}

// AttachmentKind returns the kind of an attachment in words.
func AttachmentKind(kind string) string {
	if kind == "ovs-bridge" {
		return "Open vSwitch bridge"
	}
	return kind
}

// GuestKind returns the kind of a guest in words.
func GuestKind(kind string) string {
	switch kind {
	case "vm":
		return "VM"
	case "container":
		return "container"
	}
	return "guest"
}

// Guests returns how many guests attachments have. A guest with several interfaces is one.
func Guests(attachments ...report.Attachment) int {
	guests := map[[2]string]bool{}
	for _, a := range attachments {
		for _, g := range a.Guests {
			guests[[2]string{g.Kind, g.Name}] = true
		}
	}
	return len(guests)
}
