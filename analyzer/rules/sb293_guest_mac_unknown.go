package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb293 names running virtual machines whose MAC address no file tells: what the forwarding database says of them cannot be read.
var sb293 = Rule{ID: "SB293", Slug: "guest_mac_unknown", Severity: Info, Family: FamilyData, Check: checkGuestMACUnknown}

func checkGuestMACUnknown(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		var guests []*topology.GuestNIC
		var list []Evidence
		for _, g := range a.Running() {
			if g.Kind == topology.GuestVM && (!g.MAC.Known() || g.MAC.Value == "") {
				guests = append(guests, g)
				list = append(list, on(g.Source, guestNote(g, a)))
			}
		}
		if a.IsBridge() && len(guests) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: a, Guests: guests, Evidence: cite(list...), Vars: map[string]any{"Several": len(names(guests)) > 1}})
		}
	})
	return hits
}
