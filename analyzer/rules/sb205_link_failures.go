package rules

import (
	"strconv"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb205 tells how often links failed since they are in the bond.
var sb205 = Rule{ID: "SB205", Slug: "link_failures", Severity: Info, Family: FamilyHealth, Check: checkLinkFailures}

// manyFailures is the number of failures of a link beyond which restarts of switches do not explain them.
const manyFailures = 10

func checkLinkFailures(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		for _, s := range b.Slaves {
			n, later := s.LinkFailures.Value, laterFailures(s)
			if n <= 0 {
				continue
			}
			growing := later.Known() && later.Value != n
			list := []Evidence{on(s.LinkFailures.Source, "since "+s.Name+" is in the bond")}
			if growing {
				list = append(list, on(later.Source, "another time within the same report"))
				n = max(n, later.Value)
			}
			hit := Hit{Bond: b, Link: s.Name, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(append(list, on(h.UpMinutes.Source, "how long the host runs"), modeEvidence(b))...)}
			if growing || n > manyFailures {
				hit.Severity = Warning
			}
			hit.Vars = map[string]any{"Slave": device(s.Name), "Count": n, "Growing": growing, "Days": h.UpMinutes.Value / (24 * 60), "OwnMAC": len(bearsGuests(h, b)) > 0}
			hits = append(hits, hit)
		}
	}
	return hits
}

// laterFailures is the counter as `ip -d link` prints it, which runs at another moment than the kernel's file is copied.
func laterFailures(s *topology.Slave) topology.Fact[int] {
	if s.Link == nil {
		return topology.Fact[int]{}
	}
	f := s.Link.PortAttrs["link_failure_count"]
	n, err := strconv.Atoi(f.Value)
	if err != nil {
		return topology.Fact[int]{}
	}
	return topology.Fact[int]{Value: n, Source: f.Source}
}
