package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb254 finds a workaround that the next start may not bring back.
var sb254 = Rule{ID: "SB254", Slug: "workaround_not_saved", Severity: Warning, Family: FamilyWorkaround, Check: checkWorkaroundNotSaved}

func checkWorkaroundNotSaved(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		w := workaroundOf(h, b, a)
		if len(w.rules) == 0 || slices.ContainsFunc(w.rules, func(r topology.Rewrite) bool { return r.Saved }) {
			return
		}
		hit := Hit{Bond: b, Attachment: a}
		var list []Evidence
		for _, r := range w.rules {
			list = append(list, on(r.Source, "loaded"))
		}
		file := ""
		if len(h.Saved) > 0 && w.tool == "ebtables" {
			file = "/" + h.Saved[0].File
			list = append(list, on(h.Saved[0], "what is loaded at the start"))
		} else { // what nftables loads at the start is not in the report
			hit.Severity, hit.Confidence = Info, Possible
		}
		hit.Evidence = cite(list...)
		hit.Vars = map[string]any{"Tool": w.tool, "File": file}
		hits = append(hits, hit)
	})
	return hits
}
