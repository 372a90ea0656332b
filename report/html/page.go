package html

import (
	"cmp"
	"html/template"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// page is what the template sees. Its strings cannot hide anything; the template escapes them.
type page struct {
	Style    template.CSS
	Script   template.JS
	Policy   string
	Title    string
	Tool     string
	Filter   string
	Redacted string
	Overview []overviewRow
	Hosts    []host
	Errors   []report.Error
	Totals   string
}

// overviewRow is a bond in the table over all hosts; the first of a host spans the others.
type overviewRow struct {
	Host       *host // nil but for the first bond
	Span       int
	Bond, Mode string
	Verdict    render.Verdict
	Worst      *link
}

// link leads to a finding.
type link struct {
	ID, Rule, Title string
	render.Severity
}

func newPage(doc report.Document) (page, error) {
	p := page{
		Style: template.CSS(style), Script: template.JS(script), Policy: policy, Title: title(doc),
		Tool: strings.TrimSpace(doc.Tool.Name + " " + doc.Tool.Version), Filter: filterWords(doc.Filter), Errors: doc.Errors, Totals: render.Totals(doc.Summary),
	}
	if doc.Redacted {
		p.Redacted = render.Redacted
	}
	told := render.NewTold()
	for i, h := range doc.Hosts {
		one, err := newHost("h"+strconv.Itoa(i+1), h, told)
		if err != nil {
			return page{}, err
		}
		p.Hosts = append(p.Hosts, one)
	}
	if len(doc.Hosts) > 1 {
		for i := range doc.Hosts {
			p.Overview = append(p.Overview, overview(&p.Hosts[i], doc.Hosts[i])...)
		}
	}
	return p, nil
}

// title is what the browser shows on the tab: the answer, where it fits.
func title(doc report.Document) string {
	if len(doc.Hosts) != 1 {
		return "sosbond: " + render.Count(len(doc.Hosts), "host")
	}
	h := doc.Hosts[0]
	v := render.HostVerdict(h)
	return v.Mark + " " + render.HostName(h) + ": " + v.Alone() + " (sosbond)"
}

func filterWords(f *report.Filter) string {
	if f == nil {
		return ""
	}
	var parts []string
	if f.MinSeverity != "" {
		parts = append(parts, "findings of severity "+f.MinSeverity+" and worse")
	}
	if len(f.Rules) > 0 {
		parts = append(parts, "findings of "+strings.Join(f.Rules, ", "))
	}
	if len(f.Hosts) > 0 {
		parts = append(parts, "the hosts "+strings.Join(f.Hosts, ", "))
	}
	return strings.Join(parts, "; ")
}

func overview(to *host, h report.Host) (rows []overviewRow) {
	if len(h.Bonds) == 0 {
		return []overviewRow{{Host: to, Span: 1, Bond: "none", Verdict: render.VerdictOf(h.Verdict)}}
	}
	for _, b := range h.Bonds {
		rows = append(rows, overviewRow{Bond: b.Name, Mode: cmp.Or(b.Mode, "unknown"), Verdict: render.BondVerdict(h, b), Worst: worst(to.ID, h, b)})
	}
	rows[0].Host, rows[0].Span = to, len(rows)
	return rows
}

// worst is the worst finding about a bond that calls for action, nil where there is none.
func worst(id string, h report.Host, b report.Bond) *link {
	i := render.WorstAt(h, b.Name)
	if i < 0 {
		return nil
	}
	return newLink(id, i, h.Findings[i])
}

func newLink(id string, i int, f report.Finding) *link {
	return &link{ID: findingID(id, i), Rule: f.Rule, Title: f.Title, Severity: render.SeverityOf(f.Severity)}
}

// findingID is the id of a host's finding; no id of a node begins so.
func findingID(host string, i int) string { return host + "-finding-" + strconv.Itoa(i) }
