package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb121 finds a mode that the engine of Red Hat Virtualization refuses for networks of virtual machines.
var sb121 = Rule{ID: "SB121", Slug: "rhv_mode", Severity: Error, Family: FamilyTopology, Check: checkRHVMode}

func checkRHVMode(h *topology.Host) (hits []Hit) {
	if h.Platform.Value != topology.RHV {
		return nil
	}
	modes := "0, 5 and 6"
	if rhvOld(h) {
		modes = "0, 3, 5 and 6"
	}
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if !a.IsBridge() {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Vars: map[string]any{"Modes": modes, "Old": rhvOld(h)},
			Evidence: cite(append([]Evidence{on(h.Platform.Source, "a host of Red Hat Virtualization"), modeEvidence(b)}, pathEvidence(h, a)...)...)})
	}, rhvExcluded(h)...)
	return hits
}
