package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb224 finds a guest with an address of the host.
var sb224 = Rule{ID: "SB224", Slug: "guest_has_host_mac", Severity: Critical, Family: FamilyHealth, Explains: []string{"SB140", "SB141", "SB145"}, Check: checkGuestHasHostMAC}

func checkGuestHasHostMAC(h *topology.Host) (hits []Hit) {
	for _, x := range guestsOnWire(h) {
		what, at := hostAddress(x)
		if what == "" {
			continue
		}
		ofSlave := what != x.bond.Name && what != x.att.Name
		hit := Hit{Bond: x.bond, Attachment: x.att, Guests: []*topology.GuestNIC{x.guest},
			Evidence: cite(on(x.guest.MAC.Source, "the address of "+x.guest.Guest), on(at, "the address of "+what), on(x.guest.Source, guestNote(x.guest, x.att))),
			Vars:     map[string]any{"Domain": x.guest.Guest, "MAC": x.guest.MAC.Value, "Owner": device(what), "OfSlave": ofSlave}}
		alb := x.bond.Mode.Value == bonding.BalanceALB || x.bond.Mode.Value == bonding.BalanceTLB
		switch {
		case ofSlave && !alb && x.guest.Running, !ofSlave && !x.guest.Running:
			hit.Severity = Error // the card's own address is not in use while it is a slave
		case ofSlave && !x.guest.Running:
			hit.Severity = Warning
		}
		hits = append(hits, hit)
	}
	return hits
}

// hostAddress names the device of the host that has the guest's address: the bond, a slave, or the bridge, unless that took the address of the
// guest's port.
func hostAddress(x onWire) (what string, at topology.Source) {
	has := func(f topology.Fact[string]) bool {
		return f.Known() && strings.EqualFold(f.Value, x.guest.MAC.Value) && f.Source != x.guest.MAC.Source
	}
	if has(x.bond.MAC) {
		return x.bond.Name, x.bond.MAC.Source
	}
	for _, s := range x.bond.Slaves {
		if has(s.PermMAC) {
			return s.Name, s.PermMAC.Source
		}
	}
	if p := portOf(x.att.Bridge, x.guest.Interface); p != nil && p.Link != nil && strings.EqualFold(p.Link.MAC.Value, x.guest.MAC.Value) {
		return "", topology.Source{} // a tap made by hand with the guest's own address, which the bridge then took over
	}
	if x.att.Bridge != nil && x.att.Bridge.Link != nil && has(x.att.Bridge.Link.MAC) {
		return x.att.Name, x.att.Bridge.Link.MAC.Source
	}
	return "", topology.Source{}
}
