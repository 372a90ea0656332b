package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb212 tells of bonds whose slaves are all ports of one card on a host that has another: with one card there is no choice.
var sb212 = Rule{ID: "SB212", Slug: "shared_card", Severity: Info, Family: FamilyHealth, Check: checkSharedCard}

func checkSharedCard(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if len(b.Slaves) < 2 {
			continue
		}
		card, same := "", true
		var list []Evidence
		for i, s := range b.Slaves {
			f := pciOf(s)
			m := pciAddress.FindStringSubmatch(f.Value)
			if m == nil || i > 0 && card != m[1]+":"+m[2] {
				same = false
				break
			}
			card = m[1] + ":" + m[2]
			list = append(list, on(f.Source, s.Name+" is at "+f.Value))
		}
		others := otherCards(h, card)
		for _, l := range others {
			list = append(list, on(l.Details["parentdev"].Source, l.Name+" is a port of another card"))
		}
		if same && len(others) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(list...), Vars: map[string]any{"Card": card, "OtherPorts": linkNames(others)}})
		}
	}
	return hits
}

// otherCards are the interfaces of the host on other buses than a card; its virtual functions are on its own.
func otherCards(h *topology.Host, card string) (links []*topology.Link) {
	for _, l := range h.Links {
		m := pciAddress.FindStringSubmatch(l.Details["parentdev"].Value)
		if l.Namespace == "" && m != nil && !strings.HasPrefix(card, m[1]+":") {
			links = append(links, l)
		}
	}
	return links
}

func linkNames(links []*topology.Link) (names []string) {
	for _, l := range links {
		names = append(names, device(l.Name))
	}
	return names
}
