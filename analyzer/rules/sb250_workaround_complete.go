package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb250 confirms that every running guest is covered by the workaround.
var sb250 = Rule{ID: "SB250", Slug: "workaround_complete", Severity: Info, Family: FamilyWorkaround, Check: checkWorkaroundComplete}

func checkWorkaroundComplete(h *topology.Host) []Hit {
	return checkWorkaround(h, func(w workaround) (map[string]any, bool) {
		return map[string]any{"Broad": w.broad, "Saved": w.saved}, len(w.missing) == 0 && len(w.wrong) == 0 && len(w.covered) > 0
	})
}

// checkWorkaround makes a hit for each bridge with guests whose workaround pick takes.
func checkWorkaround(h *topology.Host, pick func(workaround) (map[string]any, bool)) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		w := workaroundOf(h, b, a)
		if len(w.rules) == 0 {
			return
		}
		vars, ok := pick(w)
		if !ok {
			return
		}
		vars["Tool"] = w.tool
		var evidence []Evidence
		for _, r := range w.rules {
			evidence = append(evidence, on(r.Source, ""))
		}
		evidence = append(evidence, on(b.MAC.Source, "the address of "+b.Name))
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(evidence...), Vars: vars})
	})
	return hits
}

func guestNames(guests []*topology.GuestNIC) (names []string) {
	for _, g := range guests {
		names = append(names, g.Guest)
	}
	return uniq(names)
}
