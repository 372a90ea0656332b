package summary

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
)

// Empty reports whether the filter lets everything through.
func (f Filter) Empty() bool {
	return len(f.Rules)+len(f.Verdicts)+len(f.Platforms)+len(f.Releases)+len(f.Hosts) == 0 && f.MinSeverity == ""
}

// shows reports whether the filter lets a host through.
func (f Filter) shows(h Host) bool {
	return f.host(h.Name) && among(f.Verdicts, h.Verdict) && among(f.Platforms, h.Platform) && f.release(h.OS) && f.findings(h.Findings)
}

func (f Filter) host(name string) bool { return len(f.Hosts) == 0 || report.NamesHost(f.Hosts, name) }

func among(list []string, s string) bool {
	return len(list) == 0 || slices.ContainsFunc(list, func(x string) bool { return strings.EqualFold(x, s) })
}

func (f Filter) release(os string) bool {
	os = strings.ToLower(os)
	return len(f.Releases) == 0 || slices.ContainsFunc(f.Releases, func(r string) bool { return strings.Contains(os, strings.ToLower(r)) })
}

// findings reports whether a host has a finding that the filter asks for.
func (f Filter) findings(list []Finding) bool {
	if len(f.Rules) == 0 && (f.MinSeverity == "" || f.MinSeverity == string(rules.OK)) {
		return true
	}
	return slices.ContainsFunc(list, f.fault)
}

// counts reports whether a finding is counted at all. A rule that is named is wanted as a symptom too.
func (f Filter) counts(x Finding) bool {
	return among(f.Rules, x.Rule) && (x.ExplainedBy == "" || len(f.Rules) > 0) && (f.MinSeverity == "" || severe(x.Severity, f.MinSeverity))
}

// fault reports whether a finding is counted as a fault: it is a warning at least, unless the filter asks for others.
func (f Filter) fault(x Finding) bool {
	asked := len(f.Rules) > 0 || f.MinSeverity != ""
	return f.counts(x) && (asked || severe(x.Severity, string(rules.Warning)))
}

// severe reports whether a severity is at least another one. One that is not known (of a newer version) counts as the worst.
func severe(s, least string) bool { return severityRank(s) <= severityRank(least) }

func severityRank(s string) int {
	return slices.Index(rules.Severities(), rules.Severity(s)) // -1 for one that is not known
}
