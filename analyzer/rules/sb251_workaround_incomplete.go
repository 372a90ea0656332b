package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb251 finds guests that the workaround forgot, and rules for guests that are gone.
var sb251 = Rule{ID: "SB251", Slug: "workaround_incomplete", Severity: Warning, Family: FamilyWorkaround, Check: checkWorkaroundIncomplete}

func checkWorkaroundIncomplete(h *topology.Host) []Hit {
	if h.Obfuscated.Known() {
		return nil // `sos clean` hides the addresses of some tools and not those of others
	}
	return checkWorkaround(h, func(w workaround) (map[string]any, bool) {
		return map[string]any{"Missing": guestNames(w.missing), "Stale": w.stale}, len(w.missing) > 0 && len(w.wrong) < len(w.rules) || len(w.stale) > 0
	})
}
