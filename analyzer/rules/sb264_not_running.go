package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb264 finds a bond that is configured to start with the host and does not exist.
var sb264 = Rule{ID: "SB264", Slug: "not_running", Severity: Warning, Family: FamilyConfiguration, Explains: []string{"SB120"}, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkNotRunning}

func checkNotRunning(h *topology.Host) (hits []Hit) {
	if !allLinks(h) {
		return nil
	}
	told := map[string]bool{}
	for _, c := range started(h) {
		exists := h.Bond(c.Name) != nil || slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return l.Name == c.Name })
		if exists || told[c.Name] || failed(c) {
			continue
		}
		told[c.Name] = true
		b := bondOf(h, c)
		evidence := []Evidence{on(c.Source, "the bond is configured")}
		var idle, elsewhere, gone []string
		for _, s := range c.Slaves {
			l := h.Link(s.Value)
			switch {
			case l == nil:
				gone = append(gone, s.Value)
			case l.Master.Known():
				elsewhere = append(elsewhere, s.Value)
				evidence = append(evidence, on(l.Master.Source, s.Value+" belongs to "+l.Master.Value))
			default:
				idle = append(idle, s.Value)
				evidence = append(evidence, on(l.Source, s.Value+" is in no bond"))
			}
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{
			"File": fileName(c), "Idle": idle, "Elsewhere": elsewhere, "Gone": gone,
		}})
	}
	return hits
}
