package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb234 finds guests on a bridge that leads nowhere, beside a bond that should be in it.
var sb234 = Rule{ID: "SB234", Slug: "no_uplink", Severity: Error, Family: FamilyBridge, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkNoUplink}

func checkNoUplink(h *topology.Host) (hits []Hit) {
	for _, br := range h.Bridges {
		if b, c := uplinkMissing(h, br); b != nil {
			list := []Evidence{on(br.Source, "no port of "+br.Name+" leads out of the host")}
			hit := Hit{Bond: b, Link: br.Name, Guests: bridgeGuests(br)}
			if c != nil {
				list = append(list, on(c.Bridge.Source, "puts "+b.Name+" into "+br.Name))
			} else {
				hit.Severity, hit.Confidence = Warning, Possible
			}
			for i, g := range hit.Guests {
				if i < 3 {
					list = append(list, on(g.Source, g.Guest+" is attached to "+br.Name))
				}
			}
			for _, addr := range b.Link.Addrs {
				list = append(list, on(addr.Source, b.Name+" has the address itself"))
			}
			hit.Evidence = cite(list...)
			hit.Vars = map[string]any{"Bridge": device(br.Name), "Named": c != nil, "Addressed": len(b.Link.Addrs) > 0, "Guests": prose(guestNames(hit.Guests))}
			hits = append(hits, hit)
		}
	}
	return hits
}

// uplinkMissing finds the bond that a bridge of virtual machines lacks: the one that a configuration puts into it, else the only one that serves
// the host alone with an address. Bridges that libvirt makes, those with an address and those of a guest that leads on have none on purpose.
func uplinkMissing(h *topology.Host, br *topology.Bridge) (*topology.Bond, *topology.BondConfig) {
	if !needsUplink(h, br) {
		return nil, nil
	}
	guests := bridgeGuests(br)
	for _, b := range h.Bonds {
		for _, c := range b.Configs {
			if c.Bridge.Known() && c.Bridge.Value == br.Name && !c.Inactive && b.Link != nil && !b.Link.Master.Known() && !b.ConfigOnly {
				return b, c
			}
		}
	}
	how, _ := forwarding(h, br)
	if how != "isolated" || !h.Seen(parsers.DatumDomains) || slices.ContainsFunc(guests, func(g *topology.GuestNIC) bool { return onOtherBridge(h, br, g) }) {
		return nil, nil
	}
	var alone []*topology.Bond
	for _, b := range h.Bonds {
		if len(b.Attachments) == 1 && b.Attachments[0].Kind == topology.AttachedHost && b.Link != nil && len(b.Link.Addrs) > 0 {
			alone = append(alone, b)
		}
	}
	if len(alone) == 1 && len(h.Bonds) == 1 {
		return alone[0], nil
	}
	return nil, nil
}

// needsUplink reports a bridge with running machines that no file explains to be without a way out.
func needsUplink(h *topology.Host, br *topology.Bridge) bool {
	if br.Kind != topology.KindBridge || !h.Complete || !h.Report && h.Node != "" || reachesWire(br) || br.Link == nil || !br.Link.Up {
		return false
	}
	return slices.ContainsFunc(bridgeGuests(br), func(g *topology.GuestNIC) bool { return g.Kind == topology.GuestVM && g.Running }) &&
		!slices.ContainsFunc(h.Networks, func(n *topology.Network) bool { return n.Bridge.Value == br.Name })
}

// onOtherBridge reports a guest with an interface elsewhere, which may lead the others on.
func onOtherBridge(h *topology.Host, br *topology.Bridge, g *topology.GuestNIC) bool {
	for _, d := range h.Domains {
		if d.Name == g.Guest && len(d.Interfaces) > 1 {
			return true
		}
	}
	return slices.ContainsFunc(h.Bridges, func(x *topology.Bridge) bool {
		return x != br && slices.ContainsFunc(bridgeGuests(x), func(o *topology.GuestNIC) bool { return o.Guest == g.Guest })
	})
}
