package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb282 finds a team on a release that is to lose teamd, or has lost it.
var sb282 = Rule{ID: "SB282", Slug: "team_deprecated", Severity: Warning, Family: FamilyConfiguration, Check: checkTeamDeprecated}

// The releases of RHEL in which teamd is deprecated, and from which on it is gone.
const (
	teamDeprecated = 9
	teamRemoved    = 10
)

func checkTeamDeprecated(h *topology.Host) (hits []Hit) {
	major := redHatMajor(h)
	if major < teamDeprecated {
		return nil
	}
	for _, b := range h.Bonds {
		if b.Kind == topology.KindTeam {
			hits = append(hits, teamOnNewRelease(h, b, major))
		}
	}
	for _, c := range h.Configs { // configured, and nothing runs
		if o, ok := c.Option("runner"); ok && c.Persistent() && h.Bond(c.Name) == nil {
			b := &topology.Bond{Name: c.Name, Kind: topology.KindTeam, ConfigOnly: true, Mode: c.Mode, Source: c.Source, Configs: []*topology.BondConfig{c},
				Runner: topology.Fact[string]{Value: o.Value, Source: o.Source}}
			for _, s := range c.Slaves {
				b.Slaves = append(b.Slaves, &topology.Slave{Name: s.Value, Source: s.Source})
			}
			hits = append(hits, teamOnNewRelease(h, b, major))
		}
	}
	return hits
}

func teamOnNewRelease(h *topology.Host, b *topology.Bond, major int) Hit {
	hit := Hit{Bond: b, Attachment: firstGuests(b), Vars: map[string]any{"Removed": major >= teamRemoved},
		Evidence: cite(on(h.OS.Source, "the release"), on(b.Runner.Source, "the runner"), on(configSource(b), "the team"))}
	if major >= teamRemoved {
		hit.Severity = Error
	}
	return hit
}
