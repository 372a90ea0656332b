package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb182 finds a host that hears its own LACPDUs.
var sb182 = Rule{ID: "SB182", Slug: "lacp_loop", Severity: Error, Family: FamilyLACP, Explains: []string{"SB170", "SB171", "SB175", "SB177", "SB180"}, Check: checkLACPLoop}

func checkLACPLoop(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		own := having(b.UpSlaves(), func(s *topology.Slave) bool { return ownSystem(b, s) })
		var list []Evidence
		for _, s := range own {
			list = append(list, on(s.PartnerMAC.Source, "the partner of "+s.Name), on(s.ActorMAC.Source, "the host itself"))
		}
		list = append(list, on(b.SystemMAC.Source, "the host itself"))
		names, logged := deviceNames(own), 0
		for _, e := range h.Events {
			if e.Kind == kernlog.Loopback && e.Bond == b.Name {
				list = append(list, citeLoops([]topology.Event{e})...)
				logged += e.Count
				if e.Slave != "" {
					names = append(names, device(e.Slave))
				}
			}
		}
		if len(own) == 0 && logged == 0 {
			continue
		}
		fine := len(own) == 0 && partner(b) == Yes && !incompleteAggregator(b)
		severity := Error
		if fine {
			severity = Warning
		}
		hit := lacpHit(b, severity, list, map[string]any{"Names": uniq(names), "Logged": logged, "Own": len(own) > 0, "Fine": fine})
		switch { // the log may be of another day
		case fine:
			hit.Confidence = Possible
		case len(own) == 0:
			hit.Confidence = Likely
		}
		hits = append(hits, hit)
	}
	return hits
}

// ownSystem reports a link whose partner is the host itself.
func ownSystem(b *topology.Bond, s *topology.Slave) bool {
	if !heard(s) || !s.PartnerMAC.Known() {
		return false
	}
	mine := s.ActorMAC
	if !mine.Known() {
		mine = b.SystemMAC
	}
	return mine.Known() && strings.EqualFold(mine.Value, s.PartnerMAC.Value)
}
