package report

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// Filter limits what a report shows.
type Filter struct {
	MinSeverity string   // "" for all
	Rules       []string // ids; none for all
	Hosts       []string // names; none for all
}

// Apply drops what the filter does not let through and counts again.
func (f Filter) Apply(d *Document) {
	if len(f.Hosts) > 0 {
		d.Hosts = slices.DeleteFunc(d.Hosts, func(h Host) bool { return !slices.Contains(f.Hosts, h.Name) })
	}
	for i := range d.Hosts {
		d.Hosts[i].Findings = slices.DeleteFunc(d.Hosts[i].Findings, func(x Finding) bool { return !f.shows(x) })
	}
	d.count()
}

func (f Filter) shows(x Finding) bool {
	if f.MinSeverity != "" && !rules.Severity(x.Severity).AtLeast(rules.Severity(f.MinSeverity)) {
		return false
	}
	return len(f.Rules) == 0 || slices.ContainsFunc(f.Rules, func(r string) bool { return strings.EqualFold(r, x.Rule) })
}
