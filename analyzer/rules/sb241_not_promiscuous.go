package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb241 finds slaves that drop what is sent to guests.
var sb241 = Rule{ID: "SB241", Slug: "not_promiscuous", Severity: Error, Family: FamilyBridge, Check: checkNotPromiscuous}

func checkNotPromiscuous(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		deaf := deafAt(b, a)
		if len(deaf) == 0 {
			return
		}
		hit := Hit{Bond: b, Attachment: a}
		list := []Evidence{}
		for _, s := range deaf {
			list = append(list, on(s.Link.Promiscuity.Source, s.Name+" is not promiscuous"))
		}
		hit.Evidence = cite(append(append(list, modeEvidence(b), on(b.Link.Promiscuity.Source, "the bond")), pathEvidence(h, a)...)...)
		hit.Vars = map[string]any{"Unpromisc": deviceNames(deaf), "HasActive": b.Link.Attrs["active_slave"].Known()}
		hits = append(hits, hit)
	})
	return hits
}

// deafAt are the slaves that drop what is sent to the guests on a bridge.
func deafAt(b *topology.Bond, a *topology.Attachment) []*topology.Slave {
	if a.Bridge == nil || a.Bridge.Kind != topology.KindBridge {
		return nil
	}
	p := portOf(a.Bridge, a.Port)
	if b.Kind != topology.BondKernel || b.Mode.Value == bonding.Unknown || a.Bridge.VLANs || passesNothing(b) || p == nil || p.Link == nil || !p.Link.Up || b.Link == nil || !b.Link.Up || len(a.Running()) == 0 {
		return nil // a bridge that filters VLANs needs no promiscuous port where each address is set by hand (br_manage_promisc in net/bridge/br_if.c)
	}
	return deafSlaves(b)
}

// deafSlaves are the slaves that guests' frames come in on and that are not promiscuous: the active one in modes that have one, else all
// (bond_set_promiscuity in drivers/net/bonding/bond_main.c).
func deafSlaves(b *topology.Bond) (list []*topology.Slave) {
	var up []*topology.Slave
	for _, s := range b.UpSlaves() {
		if s.Link == nil || !s.Link.Promiscuity.Known() {
			return nil
		}
		up = append(up, s)
	}
	deaf := func(s *topology.Slave) bool { return s.Link.Promiscuity.Value == 0 }
	if !slices.Contains([]topology.Mode{bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB}, b.Mode.Value) {
		return having(up, deaf)
	}
	active := b.Link.Attrs["active_slave"].Value // of the same file as the promiscuity: a failover between two files is none
	if i := slices.IndexFunc(up, func(s *topology.Slave) bool { return s.Name == active }); i >= 0 && deaf(up[i]) {
		return up[i : i+1]
	}
	return nil
}
