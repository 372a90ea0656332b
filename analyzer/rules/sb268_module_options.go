package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb268 finds bonding options that a bond gets from the module and not from its own configuration.
var sb268 = Rule{ID: "SB268", Slug: "module_options", Severity: Warning, Family: FamilyConfiguration, Check: checkModuleOptions}

func checkModuleOptions(h *topology.Host) (hits []Hit) {
	if len(h.Bonds) == 0 && len(h.Configs) == 0 {
		return nil
	}
	for _, m := range h.Module {
		tuned := slices.ContainsFunc(m.Options, func(o topology.ConfigOption) bool { return o.Name != "max_bonds" })
		if m.Alias || !tuned {
			continue // `max_bonds=0` alone is what distributions ship
		}
		covers := "every bond without options of its own"
		if m.Module != "bonding" {
			covers = m.Module
		}
		conflict, against := moduleConflict(h, m)
		hits = append(hits, Hit{Bond: h.Bond(m.Module), Link: m.Module, Evidence: cite(on(m.Source, ""), against),
			Vars: map[string]any{"Line": m.Source.Text, "Covers": covers, "Conflict": conflict}})
	}
	return hits
}

// moduleConflict finds a bond's own configuration that says something else.
func moduleConflict(h *topology.Host, m topology.ModuleOption) (bool, Evidence) {
	for _, c := range h.Configs {
		if m.Module != "bonding" && c.Name != m.Module {
			continue
		}
		for _, o := range m.Options {
			if own, ok := c.Option(o.Name); ok && own.Value != o.Value {
				return true, on(own.Source, "the bond's own configuration says otherwise")
			}
		}
	}
	return false, Evidence{}
}
