package topology

import (
	"slices"
	"strings"
)

// Link returns the interface of that name in the host's own namespace, nil when there is none.
func (h *Host) Link(name string) *Link { return h.LinkIn("", name) }

// GuestsSeen reports whether guests would show if there were any: a report of the host shows their interfaces, while a must-gather shows those of
// the cluster's machines and networks that its image collects.
func (h *Host) GuestsSeen() bool {
	return h.Report || h.Node == "" || h.Cluster.VMsSeen || h.Cluster.NADsSeen
}

// HiddenOVS returns a datapath of Open vSwitch with several cards of which nothing tells how it uses them: they may be a bond. nil when there is none.
func (h *Host) HiddenOVS() *Bridge {
	for _, br := range h.Bridges {
		if br.Kind != KindOVS || br.Named {
			continue
		}
		cards := 0
		for _, p := range br.Ports {
			if p.Link != nil && p.Link.Kind == "" && h.Bridge(p.Name) == nil {
				cards++
			}
		}
		if cards > 1 {
			return br
		}
	}
	return nil
}

// Command is a command to ask the customer for, quoted, as it is run on this host: a node of OpenShift is reached through the cluster.
func (h *Host) Command(cmd string) string {
	if h.Node != "" && !h.Report {
		cmd = "oc debug node/" + h.Node + " -- chroot /host " + cmd
	}
	return "`" + cmd + "`"
}

// LinkIn returns the interface of that name in a namespace, nil when there is none.
func (h *Host) LinkIn(ns, name string) *Link {
	return h.links.first(h.Links, place{ns, name}, func(l *Link) place { return place{l.Namespace, l.Name} })
}

// LinkByIndex returns the interface of the host's own namespace with that index, nil when there is none.
func (h *Host) LinkByIndex(index int) *Link {
	for _, l := range h.Links {
		if l.Namespace == "" && l.Index == index && index > 0 {
			return l
		}
	}
	return nil
}

// Title names the link so that no other link of the host has the same name: one in another namespace carries that namespace's name.
func (l *Link) Title() string {
	if l.Namespace == "" {
		return l.Name
	}
	return l.Namespace + "/" + l.Name
}

// Bridge returns the bridge of that name, nil when there is none.
func (h *Host) Bridge(name string) *Bridge {
	return h.bridges.first(h.Bridges, name, func(b *Bridge) string { return b.Name })
}

// Port returns the port of that name, nil when there is none.
func (b *Bridge) Port(name string) *Port {
	return b.ports.first(b.Ports, name, func(p *Port) string { return p.Name })
}

// Bond returns the bond of that name, nil when there is none.
func (h *Host) Bond(name string) *Bond {
	return h.bonds.first(h.Bonds, name, func(b *Bond) string { return b.Name })
}

// Uppers returns the devices stacked on a link by name: vlan, macvlan, macvtap, ipvlan, of any namespace.
func (h *Host) Uppers(lower string) []*Link {
	if lower == "" {
		return nil
	}
	return h.uppers.all(h.Links, lower, func(l *Link) string { return l.Lower })
}

// DomainsOf returns the guests of libvirt of that name: one, unless they are of several namespaces of a cluster.
func (h *Host) DomainsOf(name string) []*Domain {
	return h.domains.all(h.Domains, name, func(d *Domain) string { return d.Name })
}

// BondBelow walks down from a link over vlan devices and bridge ports to the bond that carries it, nil when there is none.
func (h *Host) BondBelow(name string) *Bond {
	for range 16 { // a chain longer than that is a loop in the data
		if b := h.Bond(name); b != nil {
			return b
		}
		l := h.Link(name)
		if l == nil || l.Lower == "" {
			return nil
		}
		name = l.Lower
	}
	return nil
}

// Carries reports whether dev is the bond or a stack of vlan devices over it.
func (h *Host) Carries(b *Bond, dev string) bool {
	got := h.BondBelow(dev)
	return got != nil && got == b
}

// OwnMAC reports whether the attachment puts MAC addresses on the wire that are not the bond's: guests on a bridge, macvlan and macvtap.
func (a *Attachment) OwnMAC() bool {
	switch a.Kind {
	case KindMACVLAN, KindMACVTAP:
		return true
	case KindBridge, AttachedOVS:
		return len(a.Guests) > 0
	}
	return false
}

// IsBridge reports whether the attachment is a bridge of any kind.
func (a *Attachment) IsBridge() bool { return a.Kind == KindBridge || a.Kind == AttachedOVS }

// OverVLAN returns the vlan devices between the bond and the attachment.
func (a *Attachment) OverVLAN(h *Host) (names []string) {
	for _, p := range a.Path[1:max(len(a.Path)-1, 1)] {
		if l := h.Link(p); l != nil && l.Kind == KindVLAN {
			names = append(names, p)
		}
	}
	return names
}

// Running returns the guests that run.
func (a *Attachment) Running() (on []*GuestNIC) {
	for _, g := range a.Guests {
		if g.Running {
			on = append(on, g)
		}
	}
	return on
}

// UpSlaves returns the slaves whose link is up.
func (b *Bond) UpSlaves() (up []*Slave) {
	for _, s := range b.Slaves {
		if strings.EqualFold(s.MIIStatus.Value, "up") {
			up = append(up, s)
		}
	}
	return up
}

// SlaveNames returns the names of the slaves in the order of the report.
func (b *Bond) SlaveNames() (names []string) {
	for _, s := range b.Slaves {
		names = append(names, s.Name)
	}
	return names
}

// Option returns the last value of a bonding option in the configuration files of a bond, with the first file that sets it.
func (b *Bond) Option(name string) (ConfigOption, bool) {
	for _, c := range b.Configs {
		if o, ok := c.Option(name); ok {
			return o, true
		}
	}
	return ConfigOption{}, false
}

// Addresses returns the addresses of the bond and of the vlan devices over it.
func (h *Host) Addresses(b *Bond) (addrs []Fact[string]) {
	for _, l := range h.Links {
		if l.Namespace == "" && (l.Name == b.Name || l.Kind == KindVLAN && h.Carries(b, l.Name)) {
			addrs = append(addrs, l.Addrs...)
		}
	}
	return addrs
}

// NullMAC reports whether s is a MAC of zeros, which LACP prints for a partner that was never heard.
func NullMAC(s string) bool {
	return s != "" && strings.Trim(s, "0:") == ""
}

// SameTail reports whether two MACs differ in the first octet only, as libvirt makes the tap's from the guest's (52:54:00:.. and fe:54:00:..).
func SameTail(a, b string) bool {
	i, j := strings.IndexByte(a, ':'), strings.IndexByte(b, ':')
	return i == 2 && j == 2 && len(a) == 17 && a[i:] == b[j:]
}

// GuestMACs returns the distinct known MACs of guests, sorted.
func GuestMACs(guests []*GuestNIC) (macs []string) {
	for _, g := range guests {
		if g.MAC.Known() && g.MAC.Value != "" {
			macs = append(macs, g.MAC.Value)
		}
	}
	slices.Sort(macs)
	return slices.Compact(macs)
}
