package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb252 finds rules of the workaround that do not do what they are for.
var sb252 = Rule{ID: "SB252", Slug: "workaround_wrong", Severity: Error, Family: FamilyWorkaround, Check: checkWorkaroundWrong}

func checkWorkaroundWrong(h *topology.Host) []Hit {
	return checkWorkaround(h, func(w workaround) (map[string]any, bool) {
		return map[string]any{"Wrong": w.wrong}, len(w.wrong) > 0
	})
}
