package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb281 finds a team whose ports do not share one MAC address, under guests: what fail_over_mac is to a bond.
var sb281 = Rule{ID: "SB281", Slug: "team_hwaddr_policy", Severity: Warning, Family: FamilyTopology, Check: checkTeamHWAddrPolicy}

func checkTeamHWAddrPolicy(h *topology.Host) (hits []Hit) {
	for _, b := range teams(h) {
		policy, ok := b.Option("hwaddr_policy")
		if !ok || b.Mode.Value != bonding.ActiveBackup || policy.Value != "by_active" && policy.Value != "only_active" {
			continue
		}
		for _, a := range b.Attachments {
			if !a.OwnMAC() || ClassOf(a) == ClassGuests && routedPods(h, a) {
				continue
			}
			hits = append(hits, Hit{Bond: b, Attachment: a, Vars: map[string]any{"Policy": policy.Value},
				Evidence: cite(append([]Evidence{on(policy.Source, "the policy"), on(b.Runner.Source, "the runner")}, pathEvidence(h, a)...)...)})
		}
	}
	return hits
}
