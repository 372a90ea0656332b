package rules

import (
	"net"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb195 tells that the hash of balance-slb puts all running guests on one link.
var sb195 = Rule{ID: "SB195", Slug: "source_hash_one_link", Severity: Info, Family: FamilyHash, Check: checkSourceHashOneLink}

func checkSourceHashOneLink(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		links, guests := linksInUse(b), hashedGuests(b)
		if b.HashPolicy.Value != bonding.HashVLANSourceMAC || links < 2 || len(guests) == 0 || h.Obfuscated.Known() {
			continue
		}
		chosen := map[uint32]bool{}
		known := 0
		for _, a := range b.Attachments {
			id, ok := vlanID(h, a)
			for _, g := range a.Running() {
				if m, err := net.ParseMAC(g.MAC.Value); ok && err == nil && len(m) == 6 {
					chosen[sourceHash(m, id)%uint32(links)] = true
					known++
				}
			}
		}
		if known != len(guests) || len(chosen) != 1 {
			continue
		}
		evidence := []Evidence{on(b.HashPolicy.Source, "the hash")}
		for _, g := range guests[:min(len(guests), 3)] {
			evidence = append(evidence, on(g.MAC.Source, "guest "+g.Guest))
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Guests: guests, Confidence: Likely, Evidence: cite(evidence...), Vars: map[string]any{"Links": links}})
	}
	return hits
}

// sourceHash is bond_vlan_srcmac_hash of drivers/net/bonding/bond_main.c: the halves of the source address and the VLAN, combined by XOR.
func sourceHash(mac net.HardwareAddr, vlan int) uint32 {
	vendor := uint32(mac[0])<<16 | uint32(mac[1])<<8 | uint32(mac[2])
	dev := uint32(mac[3])<<16 | uint32(mac[4])<<8 | uint32(mac[5])
	return uint32(vlan) ^ vendor ^ dev
}
