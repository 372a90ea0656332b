package rules

import (
	"net"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb272 finds ifcfg files that are for a network card by an address that no card of the host has.
var sb272 = Rule{ID: "SB272", Slug: "hwaddr", Severity: Warning, Family: FamilyConfiguration, Needs: []topology.Datum{parsers.DatumLinks},
	Explains: []string{"SB206"}, Check: checkHWAddr}

func checkHWAddr(h *topology.Host) (hits []Hit) {
	macs, all := burnedIn(h)
	if !all || h.Obfuscated.Known() || !allLinks(h) {
		return nil
	}
	for _, f := range h.Ifcfg {
		hw := f.Vars["HWADDR"]
		mac, err := net.ParseMAC(hw.Value)
		bond := f.Get("MASTER")
		b := h.Bond(bond)
		if err != nil || len(mac) != 6 || f.OnDemand() || bond == "" || f.Get("MACADDR") != "" || slices.Contains(macs, mac.String()) || b != nil && b.Kind != topology.BondKernel {
			continue
		}
		if b == nil {
			b = bondOf(h, &topology.BondConfig{Name: bond, Source: f.Source})
			b.Mode.Value = bonding.Unknown
		}
		vars := map[string]any{"File": onHost(f.File), "Device": f.Device, "MAC": mac.String(), "Has": "", "Runs": slices.Contains(b.SlaveNames(), f.Device)}
		evidence := []Evidence{on(hw.Source, "the address that the file is for")}
		if has := addressOf(h, f.Device); has.Known() {
			vars["Has"] = has.Value
			evidence = append(evidence, on(has.Source, "the address that the interface has"))
		}
		hits = append(hits, Hit{Bond: b, Link: f.Device, Evidence: cite(evidence...), Vars: vars})
	}
	return hits
}

// burnedIn are the addresses that the network cards have by themselves, and whether they are known of all: a slave shows that of its bond.
func burnedIn(h *topology.Host) (macs []string, all bool) {
	all = true
	for _, l := range h.Links {
		if l.Namespace != "" {
			all = all && l.Kind != "" // a card that was given to a container
			continue
		}
		own := addressOf(h, l.Name)
		if l.Kind == "" && !own.Known() {
			all = false
		}
		macs = append(macs, strings.ToLower(own.Value), strings.ToLower(l.MAC.Value))
	}
	return macs, all && len(macs) > 0
}

// addressOf is the address that an interface has by itself, unknown for a slave of which only the bond's is told.
func addressOf(h *topology.Host, name string) topology.Fact[string] {
	for _, b := range h.Bonds {
		for _, s := range b.Slaves {
			if s.Name == name && s.PermMAC.Known() {
				return s.PermMAC
			}
		}
	}
	l := h.Link(name)
	switch {
	case l == nil:
	case l.PermMAC.Known():
		return l.PermMAC
	case !l.Master.Known() || h.Bond(l.Master.Value) == nil:
		return l.MAC
	}
	return topology.Fact[string]{}
}
