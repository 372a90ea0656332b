package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb203 finds links of one bond that differ in speed or duplex.
var sb203 = Rule{ID: "SB203", Slug: "speed_mismatch", Severity: Warning, Family: FamilyHealth, Check: checkSpeedMismatch}

func checkSpeedMismatch(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		up := b.UpSlaves()
		speeds, duplex := speedsDiffer(up), duplexDiffers(up)
		if !speeds && !duplex || !speeds && b.Mode.Value == bonding.LACP && partner(b) == No {
			continue // without a partner no link is in a channel, and SB170 comes first
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b)}
		var told []string
		for _, s := range up {
			if s.SpeedMbps.Value <= 0 {
				continue
			}
			told = append(told, fmt.Sprintf("%s %d Mbps %s", device(s.Name), s.SpeedMbps.Value, s.Duplex.Value))
			hit.Evidence = append(hit.Evidence, on(s.SpeedMbps.Source, s.Name))
			if duplex {
				hit.Evidence = append(hit.Evidence, on(s.Duplex.Source, s.Name))
			}
		}
		spare := b.Mode.Value == bonding.ActiveBackup && !duplex && activeIsFastest(b)
		switch {
		case b.Mode.Value == bonding.LACP:
			hit.Severity = Error
		case spare:
			hit.Severity = Info
		}
		hit.Evidence = cite(append(hit.Evidence, on(b.ActiveSlave.Source, ""), modeEvidence(b))...)
		hit.Vars = map[string]any{"LinkSpeeds": told, "Speeds": speeds, "Duplex": duplex, "Spare": spare}
		hits = append(hits, hit)
	}
	return hits
}

// duplexDiffers reports links of which the report tells different duplex modes.
func duplexDiffers(slaves []*topology.Slave) bool {
	seen := map[string]bool{}
	for _, s := range slaves {
		if d := s.Duplex.Value; d == "full" || d == "half" {
			seen[d] = true
		}
	}
	return len(seen) > 1
}

// activeIsFastest reports that no link is faster than the one in use: a slower spare is often meant so.
func activeIsFastest(b *topology.Bond) bool {
	active := slaveNamed(b, b.ActiveSlave.Value)
	if active == nil || active.SpeedMbps.Value <= 0 {
		return false
	}
	return len(having(b.UpSlaves(), func(s *topology.Slave) bool { return s.SpeedMbps.Value > active.SpeedMbps.Value })) == 0
}
