package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb291 finds guests that drive a virtual function of a slave's card: they use that one link and not the bond.
var sb291 = Rule{ID: "SB291", Slug: "guest_on_vf", Severity: Warning, Family: FamilyTopology, Check: checkGuestOnVF}

// virtualFunction is a guest's interface that is a virtual function of a slave's card.
type virtualFunction struct {
	guest, pci string
	bond       *topology.Bond
	slave      *topology.Slave
	why        []Evidence
	sure       bool
	running    bool
}

func checkGuestOnVF(h *topology.Host) (hits []Hit) {
	found := virtualFunctions(h)
	for _, f := range found {
		// A guest with functions of several slaves can have a bond of its own.
		others := slices.ContainsFunc(found, func(x virtualFunction) bool { return x.guest == f.guest && x.bond == f.bond && x.slave != f.slave })
		hit := Hit{Bond: f.bond, Link: f.slave.Name, Evidence: cite(append(f.why, on(f.slave.Source, f.slave.Name+" is a slave of "+f.bond.Name))...),
			Guests: []*topology.GuestNIC{{Guest: f.guest, Kind: topology.GuestVM, Running: f.running}},
			Vars:   map[string]any{"Domain": f.guest, "Slave": device(f.slave.Name), "PCI": f.pci, "SeveralVFs": others, "Sure": f.sure}}
		switch {
		case others:
			hit.Severity = Info
		case !f.sure:
			hit.Confidence = Likely
		}
		hits = append(hits, hit)
	}
	return hits
}

// virtualFunctions finds them in the definitions of libvirt's guests and in the command lines of QEMU, one for each guest and slave.
func virtualFunctions(h *topology.Host) (list []virtualFunction) {
	put := func(f virtualFunction, ok bool) {
		same := func(x virtualFunction) bool { return x.guest == f.guest && x.slave == f.slave }
		if ok && !slices.ContainsFunc(list, same) {
			list = append(list, f)
		}
	}
	for _, d := range h.Domains {
		for i := range d.Interfaces {
			n := &d.Interfaces[i]
			f := virtualFunction{guest: d.Name, pci: n.PCI, running: d.Running}
			if n.Type == "hostdev" || ofPool(h, n) {
				f.why = []Evidence{on(n.Source, "the interface of "+d.Name)}
				put(f.on(h, n.MAC.Value, n.MAC.Source, poolDevice(h, n)))
			}
		}
	}
	for _, p := range h.Passed {
		put(virtualFunction{guest: p.Guest, pci: p.PCI, running: true, why: []Evidence{on(p.Source, "QEMU gives "+p.PCI+" to "+p.Guest)}}.on(h, "", topology.Source{}, ""))
	}
	return list
}

// on finds the slave whose card the function belongs to: by the pool that it comes from, by the address that libvirt gave it through the card,
// else by the place on the PCI bus, which the functions of a card share as a rule.
func (f virtualFunction) on(h *topology.Host, mac string, macAt topology.Source, pool string) (virtualFunction, bool) {
	for _, b := range running(h) {
		for _, s := range b.Slaves {
			if s.Name == pool && pool != "" {
				f.bond, f.slave, f.sure = b, s, true
				return f, true
			}
			if s.Link == nil || mac == "" || topology.NullMAC(mac) {
				continue
			}
			for _, vf := range s.Link.VFs {
				if strings.EqualFold(vf.Value, mac) {
					f.bond, f.slave, f.sure = b, s, true
					f.why = append(f.why, on(macAt, "its address"), on(vf.Source, "a virtual function of "+s.Name+" has the same address"))
					return f, true
				}
			}
		}
	}
	return f.onBus(h)
}

// onBus takes the slaves with the function's bus. Where several of them have it, and are ports of one card, the report does not tell which one
// it belongs to: the first one with virtual functions stands for them.
func (f virtualFunction) onBus(h *topology.Host) (virtualFunction, bool) {
	at := pciAddress.FindStringSubmatch(f.pci)
	if at == nil {
		return f, false
	}
	for _, b := range running(h) {
		for _, s := range b.Slaves {
			card := pciOf(s)
			m := pciAddress.FindStringSubmatch(card.Value)
			if m == nil || m[1] != at[1] || card.Value == f.pci || len(s.Link.VFs) == 0 {
				continue
			}
			f.bond, f.slave = b, s
			f.why = append(f.why, on(card.Source, s.Name+" is on the same bus, at "+card.Value), on(s.Link.VFs[0].Source, s.Name+" has virtual functions"))
			return f, true
		}
	}
	return f, false
}

// ofPool reports an interface of a libvirt network that hands out virtual functions.
func ofPool(h *topology.Host, n *topology.DomainNIC) bool {
	return n.Network.Known() && slices.ContainsFunc(h.Networks, func(x *topology.Network) bool { return x.Name == n.Network.Value && x.Forward.Value == "hostdev" })
}

// poolDevice is the physical function that such a network names.
func poolDevice(h *topology.Host, n *topology.DomainNIC) string {
	if !ofPool(h, n) {
		return ""
	}
	return n.Dev.Value
}
