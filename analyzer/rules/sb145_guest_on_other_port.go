package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb145 finds a guest's MAC where neither the guest nor the bond is.
var sb145 = Rule{ID: "SB145", Slug: "guest_on_other_port", Severity: Error, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkGuestOnOtherPort}

func checkGuestOnOtherPort(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		for _, g := range a.Running() {
			if !describedGuest(h, g) || virtualRouter(g.MAC.Value) {
				continue
			}
			entries := learnedEntries(h, g.MAC.Value)
			var own []topology.FDBEntry
			for _, e := range entries {
				if e.Dev == g.Interface {
					own = append(own, e)
				}
			}
			for _, e := range entries {
				if hit, ok := strayEntry(h, b, a, g, own, e); ok {
					hits = append(hits, hit)
					break
				}
			}
		}
	})
	return hits
}

// strayEntry judges one entry of a guest's MAC.
func strayEntry(h *topology.Host, b *topology.Bond, a *topology.Attachment, g *topology.GuestNIC, own []topology.FDBEntry, e topology.FDBEntry) (Hit, bool) {
	br := h.Bridge(e.Bridge)
	p := portOf(br, e.Dev)
	if p == nil || br.Kind != topology.KindBridge || e.Dev == g.Interface || sameGuest(p, g) {
		return Hit{}, false
	}
	hit := Hit{Bond: b, Attachment: a, Guests: []*topology.GuestNIC{g}}
	vars := map[string]any{"Domain": g.Guest, "MAC": g.MAC.Value, "Dev": device(e.Dev), "Bridge": device(br.Name), "OtherBridge": br != a.Bridge, "OtherGuest": "", "Leak": false}
	switch {
	case br == a.Bridge:
		inVLAN := a.Bridge.VLANs && (len(own) == 0 || slices.ContainsFunc(own, func(o topology.FDBEntry) bool { return o.VLAN == e.VLAN })) || !a.Bridge.VLANs && e.VLAN == 0
		if e.Dev == a.Port || h.Carries(b, e.Dev) || !inVLAN || len(p.Guests) == 0 && (p.Link == nil || !leadsOut(h, p.Link)) {
			return Hit{}, false
		}
	case len(p.Guests) > 0:
		hit.Severity, hit.Confidence = Warning, Possible // a guest may bridge between two of its interfaces
	case h.Carries(b, e.Dev):
		hit.Severity, hit.Confidence = Warning, Possible
		vars["Leak"] = true
	default:
		return Hit{}, false // another way to the same network sees the guest's broadcasts
	}
	if len(p.Guests) > 0 {
		vars["OtherGuest"] = p.Guests[0].Guest
	}
	hit.Vars = vars
	hit.Evidence = cite(on(e.Source, "the address of "+g.Guest+" behind "+e.Dev), on(g.MAC.Source, "the guest's own description"), on(g.Source, guestNote(g, a)), on(p.Source, p.Name+" is a port of "+br.Name))
	return hit, true
}

func sameGuest(p *topology.Port, g *topology.GuestNIC) bool {
	return slices.ContainsFunc(p.Guests, func(x *topology.GuestNIC) bool { return x.Guest == g.Guest })
}
