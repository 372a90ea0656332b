package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb160 tells that a link is used again before a switch port that takes part in spanning tree forwards.
var sb160 = Rule{ID: "SB160", Slug: "updelay", Severity: Info, Family: FamilyMonitoring, Check: checkUpDelay}

// forwardDelay is how long a port of a switch listens and then learns, in ms each (IEEE 802.1D's default).
const forwardDelay = 15000

func checkUpDelay(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		if !b.UpDelay.Known() || b.UpDelay.Value >= forwardDelay || !returnsAtOnce(b) {
			continue
		}
		i := slices.IndexFunc(b.Slaves, func(s *topology.Slave) bool { return s.LinkFailures.Value > 0 })
		if i < 0 { // no link ever came back
			continue
		}
		evidence := []Evidence{on(b.UpDelay.Source, "the delay"), modeEvidence(b), on(b.Primary.Source, "the primary"), on(b.PrimaryReselect.Source, ""),
			on(b.Slaves[i].LinkFailures.Source, "a link went down and came back")}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...), Vars: map[string]any{"UpDelay": b.UpDelay.Value, "Primary": b.Primary.Value}})
	}
	return hits
}

// returnsAtOnce reports a bond that uses a link as soon as it is back although another one works.
func returnsAtOnce(b *topology.Bond) bool {
	switch b.Mode.Value {
	case bonding.BalanceALB:
		return true
	case bonding.ActiveBackup:
		return b.Primary.Value != "" && b.PrimaryReselect.Value != "failure"
	}
	return false
}
