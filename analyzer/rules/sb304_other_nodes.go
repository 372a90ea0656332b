package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb304 finds a report of a node of OpenShift that no node of the must-gather beside it fits.
var sb304 = Rule{ID: "SB304", Slug: "other_nodes", Severity: Info, Family: FamilyData, Check: checkOtherNodes}

func checkOtherNodes(h *topology.Host) (hits []Hit) {
	if !h.Report || len(h.Others) == 0 || h.Platform.Value != topology.OpenShift {
		return nil
	}
	return []Hit{{Evidence: cite(on(h.Name.Source, "the name of the host"), on(h.Platform.Source, "it is a node of OpenShift")), Vars: map[string]any{"Name": h.Name.Value, "Nodes": h.Others}}}
}
