package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb144 finds running guests from which the bridge has heard nothing lately.
var sb144 = Rule{ID: "SB144", Slug: "guest_without_entry", Severity: Info, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkGuestWithoutEntry}

// settled is how many minutes after the start of the host its guests ought to have sent something.
const settled = 15

func checkGuestWithoutEntry(h *topology.Host) (hits []Hit) {
	if h.Obfuscated.Known() || !h.Complete || h.UpMinutes.Known() && h.UpMinutes.Value < settled {
		return nil // `sos clean` hides the addresses of some tools and not those of others
	}
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if a.Bridge.Ageing.Known() && a.Bridge.Ageing.Value == 0 || !learnsGuests(h, a) {
			return
		}
		hit := Hit{Bond: b, Attachment: a, Guests: []*topology.GuestNIC{}}
		for _, g := range a.Running() {
			p := portOf(a.Bridge, g.Interface)
			if !describedGuest(h, g) || g.Kind != topology.GuestVM || p == nil || unplugged(h, g) || p.Link != nil && (!p.Link.Up || p.Link.State == "DOWN") || len(learnedEntries(h, g.MAC.Value)) > 0 {
				continue
			}
			if state := portState(p); state != "" && state != "forwarding" || p.Link != nil && p.Link.PortAttrs["learning"].Value == "off" {
				continue
			}
			hit.Guests = append(hit.Guests, g)
			hit.Evidence = append(hit.Evidence, on(g.MAC.Source, "the address of "+g.Guest+", which the forwarding database does not hold"), on(g.Source, ""))
		}
		if len(hit.Guests) > 0 {
			hit.Evidence = cite(hit.Evidence...)
			hits = append(hits, hit)
		}
	})
	return hits
}

// learnsGuests reports that the forwarding database shows addresses that this bridge learned: a file that was cut, or that lists other bridges,
// is no sign of silence.
func learnsGuests(h *topology.Host, a *topology.Attachment) bool {
	return slices.ContainsFunc(h.FDB, func(e topology.FDBEntry) bool { return e.Bridge == a.Name && !e.Local && !e.Self })
}

// unplugged reports a guest whose link is set down in its description.
func unplugged(h *topology.Host, g *topology.GuestNIC) bool {
	for _, d := range h.Domains {
		for _, n := range d.Interfaces {
			if d.Name == g.Guest && n.MAC.Value == g.MAC.Value && n.LinkState == "down" {
				return true
			}
		}
	}
	return false
}
