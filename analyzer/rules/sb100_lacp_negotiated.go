package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb100 confirms the one mode whose switch side a host can see.
var sb100 = Rule{ID: "SB100", Slug: "lacp_negotiated", Severity: OK, Family: FamilyTopology, Check: checkLACPNegotiated}

func checkLACPNegotiated(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		class := ClassOf(a)
		complete := b.AggregatorPorts.Known() && b.AggregatorPorts.Value == len(b.UpSlaves()) && len(b.UpSlaves()) > 0
		if class != ClassGuests && class != ClassOwnMAC || partner(b) != Yes || !complete || Judge(h, b, a).Verdict != Recommended {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a,
			Evidence: cite(append([]Evidence{
				modeEvidence(b), on(b.PartnerMAC.Source, "a partner answers"), on(b.AggregatorPorts.Source, "every link that is up is in the aggregator"),
			}, pathEvidence(h, a)...)...),
			Vars: map[string]any{"PartnerMAC": b.PartnerMAC.Value, "Ports": b.AggregatorPorts.Value},
		})
	}, bonding.LACP)
	return hits
}
