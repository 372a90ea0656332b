package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb219 tells of bonds that do not renew multicast memberships after a failover although guests are behind them.
var sb219 = Rule{ID: "SB219", Slug: "igmp", Severity: Info, Family: FamilyHealth, Check: checkIGMP}

func checkIGMP(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		resend := runningAttr(b, "resend_igmp")
		if resend.Value != "0" || !withActiveSlave(b.Mode.Value) || len(b.Slaves) < 2 {
			continue
		}
		for _, a := range bearsGuests(h, b) {
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{on(resend.Source, "resend_igmp 0"), modeEvidence(b)}, pathEvidence(h, a)...)...)})
		}
	}
	return hits
}
