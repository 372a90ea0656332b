package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb222 finds guests that may send longer frames than their bridge passes on.
var sb222 = Rule{ID: "SB222", Slug: "guest_mtu", Severity: Warning, Family: FamilyHealth, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkGuestMTU}

func checkGuestMTU(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		limit := smallest(h.Link(a.Port), a.Bridge.Link)
		if limit == nil {
			return
		}
		hit := Hit{Bond: b, Attachment: a, Severity: Info, Evidence: []Evidence{on(limit.MTU.Source, mtuNote(limit))}}
		most, told := 0, false
		for _, g := range a.Guests {
			mtu, at, set := guestMTU(h, a, g)
			if mtu <= limit.MTU.Value {
				continue
			}
			if g.Running {
				hit.Severity = ""
			}
			most, told = max(most, mtu), told || set
			hit.Guests = append(hit.Guests, g)
			hit.Evidence = append(hit.Evidence, on(at, fmt.Sprintf("MTU %d of %s", mtu, g.Guest)))
		}
		if len(hit.Guests) == 0 {
			return
		}
		if !told {
			hit.Confidence = Likely // the MTU inside of a guest may be smaller than that of its interface on the host
		}
		hit.Evidence = cite(hit.Evidence...)
		hit.Vars = map[string]any{"Limit": limit.MTU.Value, "Lower": device(limit.Name), "MTU": most, "Told": told, "AtBridge": limit == a.Bridge.Link}
		hits = append(hits, hit)
	})
	return hits
}

// smallest is the link with the smaller MTU, the first of equals; nil when none tells its own.
func smallest(links ...*topology.Link) (least *topology.Link) {
	for _, l := range links {
		if l != nil && l.MTU.Known() && l.MTU.Value > 0 && (least == nil || l.MTU.Value < least.MTU.Value) {
			least = l
		}
	}
	return least
}

// guestMTU is the MTU that libvirt tells a guest, else that of its interface on the host; set is true for the former.
func guestMTU(h *topology.Host, a *topology.Attachment, g *topology.GuestNIC) (mtu int, at topology.Source, set bool) {
	for _, d := range h.DomainsOf(g.Guest) {
		for _, n := range d.Interfaces {
			if n.MAC.Value == g.MAC.Value && n.MTU > 0 {
				return n.MTU, n.Source, true
			}
		}
	}
	if p := portOf(a.Bridge, g.Interface); p != nil && p.Link != nil && p.Link.MTU.Known() {
		return p.Link.MTU.Value, p.Link.MTU.Source, false
	}
	return 0, topology.Source{}, false
}
