package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb290 names the guests that are defined behind a bond and do not run: nothing of what is seen running concerns them.
var sb290 = Rule{ID: "SB290", Slug: "guest_off", Severity: Info, Family: FamilyData, Check: checkGuestOff}

func checkGuestOff(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		var off []*topology.GuestNIC
		var list []Evidence
		for _, g := range a.Guests {
			if g.Running {
				continue
			}
			off = append(off, g)
			list = append(list, on(g.Source, guestNote(g, a)))
		}
		if len(off) == 0 {
			return
		}
		const quoted = 4
		hits = append(hits, Hit{Bond: b, Attachment: a, Guests: off, Evidence: cite(list[:min(len(list), quoted)]...), Vars: map[string]any{"Several": len(names(off)) > 1}})
	})
	return hits
}

// names are those of guests, each once.
func names(guests []*topology.GuestNIC) (list []string) {
	for _, g := range guests {
		list = append(list, g.Guest)
	}
	return uniq(list)
}
