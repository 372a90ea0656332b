package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb225 finds guests with an address that no interface may have, or that the host needs.
var sb225 = Rule{ID: "SB225", Slug: "strange_guest_mac", Severity: Warning, Family: FamilyHealth, Check: checkStrangeGuestMAC}

func checkStrangeGuestMAC(h *topology.Host) (hits []Hit) {
	for _, x := range guestsOnWire(h) {
		if why := strangeMAC(x.guest); why != "" && !cleanedMAC(x.guest.MAC.Value) {
			hits = append(hits, Hit{Bond: x.bond, Attachment: x.att, Guests: []*topology.GuestNIC{x.guest},
				Evidence: cite(on(x.guest.MAC.Source, "the address of "+x.guest.Guest), on(x.guest.Source, guestNote(x.guest, x.att))),
				Vars:     map[string]any{"Domain": x.guest.Guest, "MAC": x.guest.MAC.Value, "WhyNot": why}})
		}
	}
	return hits
}

// strangeMAC tells what is wrong with a guest's address: zero, group (bit 0 of the first octet, IEEE 802) or tap (libvirt begins the addresses of
// taps with fe).
func strangeMAC(g *topology.GuestNIC) string {
	mac := strings.ToLower(g.MAC.Value)
	switch {
	case len(mac) != len("52:54:00:00:00:01"):
		return ""
	case topology.NullMAC(mac):
		return "zero"
	case slices.Contains([]byte("13579bdf"), mac[1]):
		return "group"
	case strings.HasPrefix(mac, "fe:") && g.Kind == topology.GuestVM:
		return "tap"
	}
	return ""
}
