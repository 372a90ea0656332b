package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb159 finds use_carrier=0: MII monitoring that asks drivers in an old way.
var sb159 = Rule{ID: "SB159", Slug: "use_carrier", Severity: Warning, Family: FamilyMonitoring, Check: checkUseCarrier}

func checkUseCarrier(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.Kind != topology.BondKernel {
			continue
		}
		var evidence []Evidence
		runs := false
		if b.Link != nil && b.Link.Kind == topology.KindBond {
			f := b.Link.Attrs["use_carrier"]
			if runs = f.Known() && f.Value == "0"; runs {
				evidence = append(evidence, on(f.Source, "as it runs"))
			}
		}
		for _, c := range b.Configs {
			if o, ok := c.Option("use_carrier"); ok && c.Persistent() && slices.Contains([]string{"0", "off", "no", "false"}, strings.ToLower(strings.TrimSpace(o.Value))) {
				evidence = append(evidence, on(o.Source, "configured so"))
			}
		}
		if len(evidence) > 0 {
			hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"RunsSo": runs}})
		}
	}
	return hits
}
