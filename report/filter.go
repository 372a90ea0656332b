package report

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// Filter limits what a report shows.
type Filter struct {
	MinSeverity string   `json:"min_severity,omitempty"` // "" for all
	Rules       []string `json:"rules,omitempty"`        // ids; none for all
	Hosts       []string `json:"hosts,omitempty"`        // names, in any case, with or without the domain; none for all
}

// Apply drops what the filter does not let through, notes that in the report, and counts again.
func (f Filter) Apply(d *Document) {
	if !f.all() {
		d.Filter = &f
	}
	if len(f.Hosts) > 0 {
		d.Hosts = slices.DeleteFunc(d.Hosts, func(h Host) bool { return !NamesHost(f.Hosts, h.Name) })
	}
	for i := range d.Hosts {
		d.Hosts[i].Findings = slices.DeleteFunc(d.Hosts[i].Findings, func(x Finding) bool { return !f.shows(x) })
	}
	d.count()
}

// NamesHost reports whether one of the names is that of the host, in any case: the whole of it, or what is before its first dot.
func NamesHost(names []string, host string) bool {
	short, _, _ := strings.Cut(host, ".")
	return slices.ContainsFunc(names, func(n string) bool { return n != "" && (strings.EqualFold(n, host) || strings.EqualFold(n, short)) })
}

// all reports a filter that lets everything through.
func (f Filter) all() bool {
	return len(f.Hosts)+len(f.Rules) == 0 && (f.MinSeverity == "" || f.MinSeverity == string(rules.OK))
}

// Shows reports whether a report that was limited so would show the finding.
func (f *Filter) Shows(x Finding) bool { return f == nil || f.shows(x) }

func (f Filter) shows(x Finding) bool {
	if f.MinSeverity != "" && !rules.Severity(x.Severity).AtLeast(rules.Severity(f.MinSeverity)) {
		return false
	}
	return len(f.Rules) == 0 || slices.ContainsFunc(f.Rules, func(r string) bool { return strings.EqualFold(r, x.Rule) })
}
