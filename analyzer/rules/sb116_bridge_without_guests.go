package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb116 says what the first guest on a bridge would meet.
var sb116 = Rule{ID: "SB116", Slug: "bridge_without_guests", Severity: Info, Family: "topology", Needs: []topology.Datum{"links"},
	Check: checkBridgeWithoutGuests}

func checkBridgeWithoutGuests(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if ClassOf(a) != ClassEmpty {
			return
		}
		first := *a
		first.Guests = []*topology.GuestNIC{{Guest: "first", Running: true}}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{modeEvidence(b)}, pathEvidence(h, a)...)...),
			Vars: map[string]any{"Would": string(Judge(h, b, &first).Verdict)}})
	})
	return hits
}
