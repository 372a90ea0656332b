package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb202 tells of slaves that a delay keeps between up and down.
var sb202 = Rule{ID: "SB202", Slug: "slave_transition", Severity: Info, Family: FamilyHealth, Check: checkSlaveTransition}

func checkSlaveTransition(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		for _, s := range b.Slaves {
			status := strings.ToLower(s.MIIStatus.Value)
			if status != "going back" && status != "going down" {
				continue
			}
			back := status == "going back"
			delay, note := b.DownDelay, "how long a link that is lost still counts"
			if back {
				delay, note = b.UpDelay, "how long a link that came back is not used"
			}
			hits = append(hits, Hit{Bond: b, Link: s.Name, Evidence: cite(on(s.MIIStatus.Source, s.Name), on(delay.Source, note), on(s.LinkFailures.Source, ""), modeEvidence(b)),
				Vars: map[string]any{"Slave": device(s.Name), "Back": back, "Held": delay.Value}})
		}
	}
	return hits
}
