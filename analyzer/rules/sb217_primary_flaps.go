package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb217 finds bonds that go back to a primary that keeps failing.
var sb217 = Rule{ID: "SB217", Slug: "primary_flaps", Severity: Warning, Family: FamilyHealth, Check: checkPrimaryFlaps}

func checkPrimaryFlaps(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		s := slaveNamed(b, b.Primary.Value)
		policy, _, _ := strings.Cut(b.PrimaryReselect.Value, " ")
		if s == nil || policy != "always" || !withActiveSlave(b.Mode.Value) || len(b.Slaves) < 2 {
			continue
		}
		down := eventsOf(h, kernlog.LinkDown, b.Name, s.Name)
		n := max(s.LinkFailures.Value, countOf(down))
		if n < flapping {
			continue
		}
		for _, a := range bearsGuests(h, b) {
			hits = append(hits, Hit{Bond: b, Attachment: a, Link: s.Name,
				Evidence: cite(on(b.Primary.Source, "the primary"), on(b.PrimaryReselect.Source, "primary_reselect"), on(s.LinkFailures.Source, "link failures of "+s.Name),
					on(lastEvent(down), "the last failure of "+s.Name), modeEvidence(b)),
				Vars: map[string]any{"Slave": device(s.Name), "Count": n}})
		}
	}
	return hits
}
