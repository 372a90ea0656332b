package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb274 finds a change of mode by nmstate that the kernel refused, since the bond had slaves or was up. The difference is a symptom of that.
var sb274 = Rule{ID: "SB274", Slug: "mode_not_applied", Severity: Warning, Family: FamilyConfiguration, Explains: []string{"SB273"}, Check: checkModeNotApplied}

// busy are the words of the kernel for a mode that cannot be set now (bond_opt_check_deps and bond_opt_error_interpret in bond_options.c).
var busy = []string{"has slaves", "device is up"}

func checkModeNotApplied(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool {
		return d.What == "mode" && (d.Config.System == topology.ConfigNNCP || d.Config.System == topology.ConfigNMState)
	}
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		d := list[0]
		why := refusal(h, b, d.Config)
		if !why.Source.Known() {
			return
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(append(citeDrift(list), why)...), Vars: map[string]any{
			"Configured": d.Configured, "Policy": d.Config.Policy, "File": fileName(d.Config), "Says": strings.TrimSpace(firstLine(d.Config.Message)),
		}})
	})
	return hits
}

// refusal is what shows that the mode could not be set because the bond was in use.
func refusal(h *topology.Host, b *topology.Bond, c *topology.BondConfig) Evidence {
	is := func(s string) bool {
		return strings.Contains(s, busy[0]) || strings.Contains(s, busy[1])
	}
	for _, e := range h.Events {
		if e.Kind == kernlog.OptionError && e.Bond == b.Name && e.Detail == "mode" {
			for _, at := range []topology.Source{e.Last, e.Source} {
				if is(at.Text) {
					return on(at, "the kernel refuses the mode")
				}
			}
		}
	}
	if is(c.Message) {
		return on(c.Status.Source, "the enactment failed: the bond has slaves")
	}
	return Evidence{}
}
