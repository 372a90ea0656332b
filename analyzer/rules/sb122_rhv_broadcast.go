package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb122 finds a VM network of Red Hat Virtualization on a broadcast bond: the engine allows it, and nothing speaks for it.
var sb122 = Rule{ID: "SB122", Slug: "rhv_broadcast", Severity: Warning, Family: FamilyTopology, Check: checkRHVBroadcast}

func checkRHVBroadcast(h *topology.Host) (hits []Hit) {
	if h.Platform.Value != topology.RHV || rhvOld(h) { // RHEV 3.5 and older does not allow it: SB121
		return nil
	}
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if a.IsBridge() {
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append([]Evidence{
				on(h.Platform.Source, "a host of Red Hat Virtualization"), modeEvidence(b)}, pathEvidence(h, a)...)...)})
		}
	}, bonding.Broadcast)
	return hits
}
