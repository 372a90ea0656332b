package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb116 says what the first guest on a bridge would meet.
var sb116 = Rule{ID: "SB116", Slug: "bridge_without_guests", Severity: Info, Family: FamilyTopology, Needs: []topology.Datum{parsers.DatumLinks},
	Check: checkBridgeWithoutGuests}

func checkBridgeWithoutGuests(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if ClassOf(a) != ClassEmpty || leadsOn(b, a) || a.Routed {
			return
		}
		first := *a
		first.Guests = []*topology.GuestNIC{{Guest: "first", Running: true}}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{modeEvidence(b)}, pathEvidence(h, a)...)...),
			Vars: map[string]any{"Would": string(Judge(h, b, &first).Verdict)}})
	})
	return hits
}

// leadsOn reports a bridge that another attachment of the bond lies behind: the guests are there.
func leadsOn(b *topology.Bond, a *topology.Attachment) bool {
	return slices.ContainsFunc(b.Attachments, func(x *topology.Attachment) bool { return x != a && slices.Contains(x.Path, a.Name) })
}
