package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb267 finds values that the driver refuses, and options that the mode does not know.
var sb267 = Rule{ID: "SB267", Slug: "option_value", Severity: Error, Family: FamilyConfiguration, Check: checkOptionValue}

func checkOptionValue(h *topology.Host) (hits []Hit) {
	for _, c := range started(h) {
		mode := modeFor(h, c)
		var evidence []Evidence
		var wrong []string
		var clean []topology.ConfigOption
		severity := Warning
		for _, o := range lastOptions(c.Options) {
			why, hard := refused(h, c, o, mode)
			if why == "" {
				clean = append(clean, o)
				continue
			}
			evidence = append(evidence, on(o.Source, plain(why)))
			wrong = append(wrong, why)
			if hard {
				severity = Error
			}
		}
		if len(wrong) == 0 {
			continue
		}
		b := bondOf(h, c)
		if mode.Known() {
			evidence = append(evidence, on(mode.Source, "the mode"))
		}
		if !slices.ContainsFunc(clean, func(o topology.ConfigOption) bool { return o.Name == "mode" }) && b.Mode.Value != bonding.Unknown {
			clean = append([]topology.ConfigOption{{Name: "mode", Value: b.Mode.Value.String()}}, clean...)
		}
		hits = append(hits, Hit{Severity: severity, Bond: b, Evidence: cite(evidence...), Vars: map[string]any{
			"Refused": wrong, "File": fileName(c), "Clean": joinOptions(clean), "Profile": c.System == topology.ConfigKeyfile || c.System == topology.ConfigNmcli,
			"Line": evidenceOption(wrong[0]), "More": len(wrong) - 1,
		}})
	}
	return hits
}

// refused says why an option is refused, "" where it is not, and whether more is lost than the option itself. ARP monitoring in modes that have
// none, and balance-slb, have rules of their own.
func refused(h *topology.Host, c *topology.BondConfig, o topology.ConfigOption, mode topology.Fact[topology.Mode]) (why string, hard bool) {
	option, known := topology.OptionOf(o.Name)
	if !known || option.Tool || slices.Contains(arpMonitor, o.Name) || isTargets(o.Name) || o.Value == "" || inFault(c, o) {
		return "", false
	}
	if strings.Contains(o.Value, "$") && c.System == topology.ConfigIfcfg {
		return "", false // a variable that another file sets
	}
	if !option.Valid(o.Value) {
		if b := h.Bond(c.Name); b != nil && b.Runs(o) {
			return "", false
		}
		return fmt.Sprintf("`%s=%s` is no value of this option%s", o.Name, o.Value, valuesOf(option)), true
	}
	if !mode.Known() || option.Takes(mode.Value) || harmless(o) {
		return "", false
	}
	profile := c.System == topology.ConfigKeyfile || c.System == topology.ConfigNmcli
	return fmt.Sprintf("`%s=%s` is refused in mode %s: only %s %s it", o.Name, o.Value, mode.Value, prose(option.ModeNames()), map[bool]string{true: "takes", false: "take"}[len(option.Modes) == 1]),
		profile && (o.Name == "primary" || o.Name == "lacp_rate")
}

// harmless reports a value that every mode has without being told: tools write it down in all of them.
func harmless(o topology.ConfigOption) bool {
	switch o.Name {
	case "lacp_rate":
		return o.Value == "slow" || o.Value == "0"
	case "packets_per_slave", "tlb_dynamic_lb", "lacp_active":
		return o.Value == "1" || o.Value == "on"
	case "arp_missed_max":
		return o.Value == "2"
	case "ad_user_port_key", "coupled_control", "broadcast_neighbor", "lacp_strict":
		return o.Value == "0" || o.Value == "off" || o.Name == "coupled_control"
	case "ad_actor_sys_prio":
		return o.Value == "65535"
	case "ad_actor_system":
		return o.Value == "00:00:00:00:00:00"
	}
	return false
}

// valuesOf are the values of an option, for people.
func valuesOf(o topology.BondOption) string {
	switch {
	case o.Names != nil:
		return ": it knows " + strings.Join(o.Names, ", ")
	case o.MAC:
		return ": it takes the MAC of a station"
	case o.Max == 1:
		return ": it takes 0 or 1"
	case o.Max >= 1<<31-1:
		return fmt.Sprintf(": it takes numbers from %d", o.Min)
	}
	return fmt.Sprintf(": it takes %d to %d", o.Min, o.Max)
}

// plain is a text without backquotes, for a note beside a quoted line.
func plain(s string) string { return strings.ReplaceAll(s, "`", "") }

// evidenceOption is the option in a text of refused, with its value.
func evidenceOption(why string) string {
	_, rest, _ := strings.Cut(why, "`")
	option, _, _ := strings.Cut(rest, "`")
	return option
}
