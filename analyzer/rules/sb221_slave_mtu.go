package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb221 finds slaves whose MTU is not the bond's.
var sb221 = Rule{ID: "SB221", Slug: "slave_mtu", Severity: Error, Family: FamilyHealth, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkSlaveMTU}

func checkSlaveMTU(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.Kind == topology.BondOVS || b.ConfigOnly || b.Link == nil || !b.Link.MTU.Known() || b.Link.MTU.Value <= 0 {
			continue // Open vSwitch leaves the MTU of its ports alone
		}
		var small, large []string
		list := []Evidence{on(b.Link.MTU.Source, mtuNote(b.Link))}
		for _, s := range b.Slaves {
			if s.Link == nil || !s.Link.MTU.Known() || s.Link.MTU.Value <= 0 || s.Link.MTU.Value == b.Link.MTU.Value {
				continue
			}
			list = append(list, on(s.Link.MTU.Source, mtuNote(s.Link)))
			if s.Link.MTU.Value < b.Link.MTU.Value {
				small = append(small, device(s.Name))
			} else {
				large = append(large, device(s.Name))
			}
		}
		if len(small)+len(large) == 0 {
			continue
		}
		hit := Hit{Bond: b, Evidence: cite(list...), Vars: map[string]any{"Small": small, "Large": large, "MTU": b.Link.MTU.Value}}
		if len(small) == 0 {
			hit.Severity = Info // it takes in longer frames than the bond; nothing is lost
		}
		hits = append(hits, hit)
	}
	return hits
}
