package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb239 finds a bridge that forgets at once, or hardly ever.
var sb239 = Rule{ID: "SB239", Slug: "ageing", Severity: Warning, Family: FamilyBridge, Check: checkAgeing}

// longAgeing is an ageing time, in ms, with which the bridge holds on to a guest that moved away silently: 12 times the default of 300 s.
const longAgeing = 3600 * 1000

func checkAgeing(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		t := a.Bridge.Ageing
		if !t.Known() || t.Value > 0 && t.Value <= longAgeing {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(on(t.Source, fmt.Sprintf("ageing time: %d s", t.Value/1000))), Vars: map[string]any{"Seconds": t.Value / 1000}})
	})
	return hits
}
