package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb117 tells that nothing but the host uses a bond.
var sb117 = Rule{ID: "SB117", Slug: "host_only", Severity: Info, Family: FamilyTopology, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkHostOnly}

func checkHostOnly(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if ClassOf(a) != ClassHost {
			return
		}
		evidence := []Evidence{modeEvidence(b), on(b.Source, "")}
		for _, addr := range h.Addresses(b) {
			evidence = append(evidence, on(addr.Source, ""))
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(evidence...)})
	})
	return hits
}
