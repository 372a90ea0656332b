package rules

import (
	"fmt"
	"path"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// eachDrift calls f for every running bond of the kernel with the differences between its configurations and what runs that are chosen.
func eachDrift(h *topology.Host, choose func(topology.Difference) bool, f func(*topology.Bond, []topology.Difference)) {
	for _, b := range running(h) {
		list := slices.DeleteFunc(b.Drift(), func(d topology.Difference) bool { return !choose(d) })
		if len(list) > 0 {
			f(b, list)
		}
	}
}

// fromFiles reports a difference from a file that no other tool writes: those of nmstate and vdsm have rules of their own.
func fromFiles(d topology.Difference) bool { return !d.Config.Owner() }

// isOption reports a difference in an option.
func isOption(d topology.Difference) bool { return d.What != "mode" && d.What != "slaves" }

// citeDrift quotes both sides of differences.
func citeDrift(list []topology.Difference) []Evidence {
	var e []Evidence
	for _, d := range list {
		e = append(e, on(d.Source, configuredNote(d)), on(d.RunningAt, runningNote(d)))
	}
	return cite(e...)
}

func configuredNote(d topology.Difference) string {
	if d.What == "slaves" {
		return "configured slaves: " + d.Configured
	}
	return fmt.Sprintf("configured: %s %s", d.What, d.Configured)
}

func runningNote(d topology.Difference) string {
	switch {
	case d.What != "slaves":
		return fmt.Sprintf("running: %s %s", d.What, shown(d.Running))
	case d.Running == "":
		return "no slave runs"
	}
	return "running slaves: " + d.Running
}

// shown is a value for people.
func shown(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// told are the differences as texts for a list.
func toldDrift(list []topology.Difference) (texts []string) {
	for _, d := range list {
		switch {
		case d.What != "slaves":
			texts = append(texts, fmt.Sprintf("%s: %s configured, %s running", d.What, shown(d.Configured), shown(d.Running)))
			continue
		case len(d.Missing) > 0:
			texts = append(texts, "configured slaves that do not run: "+prose(d.Missing))
		}
		if d.What == "slaves" && len(d.Foreign) > 0 {
			texts = append(texts, "running slaves that are not configured: "+prose(d.Foreign))
		}
	}
	return uniq(texts)
}

// files names the configurations of differences.
func filesOf(list []topology.Difference) (names []string) {
	for _, d := range list {
		names = append(names, fileName(d.Config))
	}
	return uniq(names)
}

// fileName is the file of a configuration as it is called on the host; the output of a command is no file there.
func fileName(c *topology.BondConfig) string {
	switch c.System {
	case topology.ConfigNmcli:
		return "the profile " + c.Connection
	case topology.ConfigNNCP:
		return "the policy " + c.Policy
	}
	return "/" + path.Clean(c.File)
}
