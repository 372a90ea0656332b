package rules

import (
	"regexp"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb133 finds a switch that seems to run LACP towards a bond that does not.
var sb133 = Rule{ID: "SB133", Slug: "lacp_expected", Severity: Warning, Family: FamilySwitch, Check: checkLACPExpected}

// lacpWord finds LACP in what people call a port.
var lacpWord = regexp.MustCompile(`(?i)(?:^|[^a-z])lacp(?:$|[^a-z])`)

func checkLACPExpected(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		named := saysLACP(pluggedIn(h, b))
		if b.Mode.Value == bonding.LACP || len(named) == 0 {
			continue
		}
		evidence := []Evidence{modeEvidence(b)}
		for _, p := range named {
			evidence = append(evidence, on(p.PortDescription.Source, "the description of the switch port of "+p.slave.Name), on(p.source(), ""))
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Confidence: Possible, Evidence: cite(evidence...),
			Vars: map[string]any{"Description": named[0].PortDescription.Value, "SlaveOf": named[0].slave.Name}})
	}
	return hits
}

// saysLACP are the slaves whose switch port has LACP in its description.
func saysLACP(in []plugged) (named []plugged) {
	for _, p := range in {
		if lacpWord.MatchString(p.PortDescription.Value) {
			named = append(named, p)
		}
	}
	return named
}
