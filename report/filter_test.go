package report

import "testing"

// TestFilter: what a report was limited to stands in it, so that nothing takes what it does not show for what is not there.
func TestFilter(t *testing.T) {
	doc := func() Document {
		return Document{Hosts: []Host{
			{Name: "hv01", Findings: []Finding{{Rule: "SB103", Severity: "critical"}, {Rule: "SB161", Severity: "ok"}}},
			{Name: "hv02", Findings: []Finding{{Rule: "SB150", Severity: "warning"}}},
		}}
	}
	for _, c := range []struct {
		name            string
		filter          Filter
		hosts, findings int
		noted           bool
	}{
		{"nothing", Filter{}, 2, 3, false},
		{"the lowest severity", Filter{MinSeverity: "ok"}, 2, 3, false},
		{"severity", Filter{MinSeverity: "error"}, 2, 1, true},
		{"rules, in any case", Filter{Rules: []string{"sb150"}}, 2, 1, true},
		{"hosts", Filter{Hosts: []string{"hv01"}}, 1, 2, true},
	} {
		d := doc()
		c.filter.Apply(&d)
		n := 0
		for _, x := range d.Summary.Findings {
			n += x
		}
		if len(d.Hosts) != c.hosts || d.Summary.Hosts != c.hosts || n != c.findings || (d.Filter != nil) != c.noted {
			t.Errorf("%s: %d hosts, %d findings, noted %v", c.name, len(d.Hosts), n, d.Filter != nil)
		}
		for _, h := range doc().Hosts {
			for _, f := range h.Findings {
				shown := false
				for _, left := range d.Hosts {
					for _, x := range left.Findings {
						shown = shown || x.Rule == f.Rule
					}
				}
				if len(c.filter.Hosts) == 0 && d.Filter.Shows(f) != shown {
					t.Errorf("%s: %s shown %v", c.name, f.Rule, shown)
				}
			}
		}
	}
}
