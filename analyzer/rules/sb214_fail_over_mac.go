package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb214 finds bonds under guests whose own address changes at a failover.
var sb214 = Rule{ID: "SB214", Slug: "fail_over_mac", Severity: Warning, Family: FamilyHealth, Check: checkFailOverMAC}

func checkFailOverMAC(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		policy, _, _ := strings.Cut(b.FailOverMAC.Value, " ")
		if policy != "active" && policy != "follow" {
			continue
		}
		for _, a := range announces(h, b) {
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{on(b.FailOverMAC.Source, "fail_over_mac"), modeEvidence(b)}, pathEvidence(h, a)...)...),
				Vars: map[string]any{"MACPolicy": policy}})
		}
	}
	return hits
}
