package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb142 finds the bridge's complaint that it receives what it sent.
var sb142 = Rule{ID: "SB142", Slug: "own_address", Severity: Error, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumKernLog},
	Check: checkOwnAddress}

func checkOwnAddress(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		events := allLoops(h, b, a)
		if !a.IsBridge() || len(events) == 0 {
			return
		}
		count := 0
		for _, e := range events {
			count += e.Count
		}
		covered := workaroundCovers(h, b, a)
		severity, over := ownAddressSeverity(b, a, covered), len(loops(h, b, a)) == 0
		if over {
			severity = Info
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Severity: severity,
			Evidence: cite(append(citeLoops(events), modeEvidence(b))...),
			Vars: map[string]any{"Count": count, "Bridge": a.Name, "Port": events[0].Port, "MAC": events[0].MAC, "Workaround": covered, "Over": over,
				"StaticMode": staticMode(b.Mode.Value), "Loop": staticMode(b.Mode.Value) && !covered && !over}})
	})
	return hits
}

// ownAddressSeverity: in the static modes the message proves that the channel is missing, and guests pay for it; elsewhere it hints at a loop.
func ownAddressSeverity(b *topology.Bond, a *topology.Attachment, covered bool) Severity {
	switch m := b.Mode.Value; {
	case covered:
		return Info
	case staticMode(m) && a.OwnMAC():
		return Critical
	case m == bonding.ActiveBackup || m == bonding.BalanceTLB || m == bonding.BalanceALB:
		return Warning
	}
	return Error
}
