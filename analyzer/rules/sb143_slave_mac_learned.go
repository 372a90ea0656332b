package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb143 finds the host's own card as a sender in the network: a frame that left with a slave's MAC came back.
var sb143 = Rule{ID: "SB143", Slug: "slave_mac_learned", Severity: Warning, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkSlaveLearned}

func checkSlaveLearned(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.ConfigOnly || !b.MAC.Known() {
			continue
		}
		for _, a := range b.Attachments {
			if a.Kind != topology.KindBridge || !h.Carries(b, a.Port) {
				continue
			}
			hit := Hit{Bond: b, Attachment: a}
			var slaves, macs []string
			for _, s := range b.Slaves {
				for _, e := range learnedEntries(h, s.PermMAC.Value) {
					if e.Static || e.Dev != a.Port || !sameBridge(e, a) || strings.EqualFold(e.MAC, b.MAC.Value) || hasOtherOwner(h, b, s) {
						continue
					}
					slaves, macs = append(slaves, device(s.Name)), append(macs, e.MAC)
					hit.Evidence = append(hit.Evidence, on(e.Source, "the bridge learned it from a frame that came in"), on(s.PermMAC.Source, "the address of "+s.Name))
					break
				}
			}
			if len(slaves) > 0 {
				hit.Evidence = cite(append(hit.Evidence, on(b.MAC.Source, "the address of "+b.Name), modeEvidence(b))...)
				m := b.Mode.Value
				hit.Vars = map[string]any{"SlavesSeen": uniq(slaves), "MACs": uniq(macs), "Rewrites": m == bonding.BalanceTLB || m == bonding.BalanceALB}
				hits = append(hits, hit)
			}
		}
	}
	return hits
}

// hasOtherOwner reports that an interface beside the bond's slaves has the slave's MAC, and so may send with it: a bridge or a VLAN device keep an
// address when the bond got another one. The slaves of balance-alb swap theirs (alb_swap_mac_addr in drivers/net/bonding/bond_alb.c).
func hasOtherOwner(h *topology.Host, b *topology.Bond, s *topology.Slave) bool {
	for _, l := range h.Links {
		if l.Namespace == "" && !slices.Contains(b.SlaveNames(), l.Name) && l.MAC.Known() && strings.EqualFold(l.MAC.Value, s.PermMAC.Value) {
			return true
		}
	}
	for _, x := range guestsOnWire(h) {
		if strings.EqualFold(x.guest.MAC.Value, s.PermMAC.Value) {
			return true
		}
	}
	return false
}
