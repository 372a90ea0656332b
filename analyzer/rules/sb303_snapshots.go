package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb303 finds files of a report that show the host at different times.
var sb303 = Rule{ID: "SB303", Slug: "snapshots", Severity: Info, Family: FamilyData, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkSnapshots}

func checkSnapshots(h *topology.Host) (hits []Hit) {
	if !allLinks(h) || !h.Report {
		return nil // what is cut, and what other tools collected, lacks more than time
	}
	known := func(name string) bool {
		return slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return l.Name == name })
	}
	var evidence []Evidence
	var names []string
	for _, e := range h.FDB {
		if br := h.Bridge(e.Bridge); e.Dev != "" && !known(e.Dev) && (br == nil || br.Kind == topology.KindBridge) && !slices.Contains(names, e.Dev) {
			names = append(names, e.Dev)
			evidence = append(evidence, on(e.Source, e.Dev+" is in the forwarding database, and not in the list of links"))
		}
	}
	for _, b := range h.Bonds {
		if b.OtherMode.Known() {
			names = append(names, b.Name)
			evidence = append(evidence, on(b.Mode.Source, "one mode"), on(b.OtherMode.Source, "another mode"))
		}
	}
	if len(names) > 0 {
		hits = append(hits, Hit{Evidence: cite(evidence...), Vars: map[string]any{"Names": names}})
	}
	return hits
}
