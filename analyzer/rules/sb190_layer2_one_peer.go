package rules

import (
	"net"
	"slices"
	"strconv"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb190 finds guests that all talk to one next hop over a bond whose hash puts them all on one link.
var sb190 = Rule{ID: "SB190", Slug: "layer2_one_peer", Severity: Warning, Family: FamilyHash, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkLayer2OnePeer}

func checkLayer2OnePeer(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if b.HashPolicy.Value != "layer2" || b.Mode.Value != bonding.BalanceXOR && b.Mode.Value != bonding.LACP || h.Obfuscated.Known() {
			continue
		}
		links, guests := linksInUse(b), hashedGuests(b)
		peers := peersOf(h, b)
		if links < 2 || links&(links-1) != 0 || len(guests) == 0 || len(peers) != 1 { // the number of links must divide 256: the hash takes in more than the last octets
			continue
		}
		peer := peers[0]
		var macs []net.HardwareAddr
		for _, g := range guests {
			if m, err := net.ParseMAC(g.MAC.Value); err == nil {
				macs = append(macs, m)
			}
		}
		same := !slices.ContainsFunc(macs, func(m net.HardwareAddr) bool { return (m[5]^macs[0][5])&byte(links-1) != 0 })
		if len(macs) != len(guests) || !same {
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guests, Confidence: Likely, Vars: map[string]any{"Peer": peer.MAC, "Links": links, "Dev": peer.Dev}}
		if len(guests) == 1 {
			hit.Severity = Info // no hash spreads one guest by its addresses alone
		}
		evidence := []Evidence{on(b.HashPolicy.Source, "the hash"), on(peer.Source, "the one address that the bridge learned on the bond's side")}
		for _, g := range guests[:min(len(guests), 3)] {
			evidence = append(evidence, on(g.MAC.Source, "guest "+g.Guest))
		}
		hit.Evidence = cite(evidence...)
		hits = append(hits, hit)
	}
	return hits
}

// linksInUse is the number of links that the hash chooses from.
func linksInUse(b *topology.Bond) int {
	if b.Mode.Value == bonding.LACP && b.AggregatorPorts.Known() {
		return b.AggregatorPorts.Value
	}
	return len(b.UpSlaves())
}

// hashedGuests are the running guests on bridges over the bond; none where the address of one is not known.
func hashedGuests(b *topology.Bond) (guests []*topology.GuestNIC) {
	for _, a := range b.Attachments {
		if ClassOf(a) != ClassGuests {
			continue
		}
		for _, g := range a.Running() {
			if g.MAC.Value == "" || g.Routed {
				return nil
			}
			guests = append(guests, g)
		}
	}
	return guests
}

// peersOf are the distinct addresses that bridges learned on the bond's side, group addresses and the host's own left out.
func peersOf(h *topology.Host, b *topology.Bond) (peers []topology.FDBEntry) {
	for _, e := range h.FDB {
		m, err := net.ParseMAC(e.MAC)
		if err != nil || len(m) != 6 || m[0]&1 != 0 || e.Local || e.Self || !h.Carries(b, e.Dev) ||
			slices.ContainsFunc(peers, func(p topology.FDBEntry) bool { return p.MAC == e.MAC }) || ownsMAC(h, e.MAC) {
			continue
		}
		peers = append(peers, e)
	}
	return peers
}

// ownsMAC reports an address of an interface of the host or of one of its guests.
func ownsMAC(h *topology.Host, mac string) bool {
	return knownMAC(h, mac) || slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return l.MAC.Value == mac || l.PermMAC.Value == mac })
}

// vlanID is the VLAN that frames of an attachment leave the bond with: that of the one vlan device between, 0 for none; ok is false where it is
// not known.
func vlanID(h *topology.Host, a *topology.Attachment) (id int, ok bool) {
	over := a.OverVLAN(h)
	if a.Bridge != nil && a.Bridge.VLANs || len(over) > 1 {
		return 0, false
	}
	if len(over) == 0 {
		return 0, true
	}
	n, err := strconv.Atoi(h.Link(over[0]).Attrs["id"].Value)
	return n, err == nil
}
