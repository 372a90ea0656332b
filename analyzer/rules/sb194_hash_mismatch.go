package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb194 answers a question that comes up whenever a channel is checked: the hashes of host and switch need not match.
var sb194 = Rule{ID: "SB194", Slug: "hash_mismatch", Severity: Info, Family: FamilyHash, Check: checkHashMismatch}

func checkHashMismatch(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if needsChannel(h, b) && b.HashPolicy.Known() && b.Attachments[0] == a {
			hits = append(hits, Hit{Bond: b, Evidence: cite(on(b.HashPolicy.Source, ""))})
		}
	})
	return hits
}
