package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb131 finds a bond that needs one channel and whose slaves end on different switches.
var sb131 = Rule{ID: "SB131", Slug: "two_switches", Severity: Error, Family: FamilySwitch, Explains: []string{"SB140", "SB141", "SB142"}, Check: checkTwoSwitches}

func checkTwoSwitches(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		in := pluggedIn(h, b)
		if !needsChannel(h, b) && b.Mode.Value != bonding.LACP || len(in) < 2 || sameSwitch(in) || b.Mode.Value == bonding.LACP && partnersKnown(b) {
			continue
		}
		hit := Hit{Bond: b, Attachment: firstGuests(b), Severity: Warning, Confidence: Possible, Evidence: append([]Evidence{modeEvidence(b)}, lldpEvidence(in)...)}
		loop := false
		for _, a := range b.Attachments {
			if b.Mode.Value != bonding.LACP && a.IsBridge() && hasLoop(h, b, a) {
				hit.Attachment, hit.Severity, hit.Confidence, loop = a, Error, Likely, true
				hit.Evidence = append(append(hit.Evidence, citePoisoned(poisoned(h, b, a))...), citeLoops(loops(h, b, a))...)
			}
		}
		works := !loop && b.Mode.Value != bonding.LACP && guestsWork(h, b)
		if works {
			hit.Severity = Info
		}
		hit.Evidence = cite(hit.Evidence...)
		hit.Vars = map[string]any{"Switches": switches(in), "Loop": loop, "ActAsOne": works}
		hits = append(hits, hit)
	}
	return hits
}

// partnersKnown reports an LACP bond whose partners are told: rules on aggregators say then whether its links end on one system.
func partnersKnown(b *topology.Bond) bool {
	return partner(b) != Unknown
}

// guestsWork reports running guests that the bridge sees on their own ports, and a kernel log without frames that came back: as far as a host can
// show it, the switches act as one.
func guestsWork(h *topology.Host, b *topology.Bond) bool {
	if !h.Seen(parsers.DatumFDB) || !h.Seen(parsers.DatumKernLog) {
		return false
	}
	for _, a := range b.Attachments {
		for _, g := range a.Running() {
			if a.IsBridge() && slices.ContainsFunc(h.FDB, func(e topology.FDBEntry) bool {
				return e.Dev == g.Interface && e.MAC == g.MAC.Value && !e.Local && !e.Self
			}) {
				return true
			}
		}
	}
	return false
}
