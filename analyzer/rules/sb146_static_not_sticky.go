package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb146 finds a protection that protects nothing: a static entry of the forwarding database moves.
var sb146 = Rule{ID: "SB146", Slug: "static_not_sticky", Severity: Warning, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkStaticNotSticky}

func checkStaticNotSticky(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if !needsChannel(h, b) {
			return
		}
		hit := Hit{Bond: b, Attachment: a}
		for _, p := range pinned(h, a, func(e topology.FDBEntry) bool { return e.Static && !e.Sticky }) {
			if port := portOf(a.Bridge, p.guest.Interface); port != nil && port.Link != nil && port.Link.PortAttrs["learning"].Value == "off" {
				continue // libvirt sets such entries itself where it manages the table, and turns learning off
			}
			hit.Guests = append(hit.Guests, p.guest)
			hit.Evidence = append(hit.Evidence, on(p.entry.Source, "static, and not sticky"))
		}
		if len(hit.Guests) > 0 {
			hit.Evidence = cite(append(hit.Evidence, modeEvidence(b))...)
			hit.Vars = map[string]any{"Loop": true}
			hits = append(hits, hit)
		}
	})
	return hits
}

// pin is an entry that somebody set for a guest on its own port.
type pin struct {
	guest *topology.GuestNIC
	entry topology.FDBEntry
}

// pinned are the running guests of a bridge with an entry that pick takes on their own port.
func pinned(h *topology.Host, a *topology.Attachment, pick func(topology.FDBEntry) bool) (list []pin) {
	for _, g := range a.Running() {
		if !g.MAC.Known() || g.Interface == "" {
			continue
		}
		for _, e := range learnedEntries(h, g.MAC.Value) {
			if e.Dev == g.Interface && sameBridge(e, a) && pick(e) {
				list = append(list, pin{g, e})
				break
			}
		}
	}
	return list
}
