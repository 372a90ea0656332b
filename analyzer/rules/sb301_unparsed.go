package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb301 lists lines that sosbond did not understand.
var sb301 = Rule{ID: "SB301", Slug: "unparsed", Severity: Info, Family: FamilyData, Check: checkUnparsed}

const unparsedShown = 5

func checkUnparsed(h *topology.Host) (hits []Hit) {
	byFile := map[string]int{}
	for _, p := range h.Problems {
		if toldAsOptions(h, p) {
			continue
		}
		file := p.Source.File
		i, seen := byFile[file]
		if !seen {
			i = len(hits)
			byFile[file] = i
			hits = append(hits, Hit{Link: file, Vars: map[string]any{"Count": 0, "File": file}})
		}
		hits[i].Vars["Count"] = hits[i].Vars["Count"].(int) + 1 + p.More
		if len(hits[i].Evidence) < unparsedShown {
			hits[i].Evidence = append(hits[i].Evidence, on(p.Source, p.Why))
		}
	}
	return hits
}
