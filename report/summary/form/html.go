package form

import (
	"crypto/sha256"
	_ "embed" // the page and its style
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/dustin/go-humanize"

	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/summary"
)

// The number of hosts in a page: those that are seen at once, and those in the fold below them, unless all are asked for.
const (
	openRows   = 100
	foldedRows = 2000
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

// pageTemplate is parsed when it is needed first.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"comma": func(n int) string { return humanize.Comma(int64(n)) },
		"role":  func(r render.Role) string { return roleNames[r] },
		"join":  strings.Join,
		"count": func(n int, noun string) string { return count(n, noun) },
	}).Parse(pageText))
})

// roleNames are the classes of the style.
var roleNames = map[render.Role]string{
	render.Good: "good", render.Fair: "fair", render.Warn: "warn", render.Bad: "bad", render.Unsure: "unsure", render.Dim: "dim",
}

// htmlPage is what the template sees.
type htmlPage struct {
	Style    template.CSS
	Policy   string
	Tool     string
	Head     htmlLine
	Notes    []htmlLine
	Many     bool
	Verdicts []htmlVerdict
	Faults   []htmlFault
	Unread   []htmlUnread
	Rows     []htmlRow
	Folded   []htmlRow

	MoreFaults, MoreRows int
}

type htmlLine struct {
	Mark string
	Role render.Role
	Text string
}

type htmlVerdict struct {
	Mark, Words, Note string
	Role              render.Role
	Hosts, Percent    int // Percent of the most frequent verdict
}

type htmlFault struct {
	summary.Fault
	Mark, Word, Where, Note string
	Role                    render.Role
}

type htmlUnread struct {
	Inputs, More int
	Why          string
	Examples     []string
}

type htmlRow struct {
	summary.Row
	Mark, Words, Worst string
	Role, WorstRole    render.Role
	Title              string
	Bonds, Faults      []string
}

// writeHTML writes one page that needs nothing else: no script, no font, no picture. Its policy forbids them, should anything of the input get
// past the escaping.
func writeHTML(w io.Writer, s summary.Summary, opt Options) error {
	g := newPage(s, openRows+foldedRows, opt)
	hash := sha256.Sum256([]byte(style))
	page := htmlPage{
		Style:  template.CSS(style),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; base-uri 'none'; form-action 'none'",
		Tool:   g.tool, Head: htmlLine{g.head.mark, g.head.role, g.head.text}, Many: g.manyHosts, MoreFaults: g.moreFaults, MoreRows: g.moreRows,
	}
	for _, n := range g.notes {
		page.Notes = append(page.Notes, htmlLine{n.mark, n.role, n.text})
	}
	page.Verdicts = htmlVerdicts(g.verdicts)
	for _, f := range g.faults {
		page.Faults = append(page.Faults, htmlFault{Fault: f.Fault, Mark: f.shown.Mark, Word: f.shown.Word, Role: f.shown.Role, Where: f.where, Note: f.note})
	}
	for _, u := range g.unread {
		page.Unread = append(page.Unread, htmlUnread{Inputs: u.inputs, Why: u.why, Examples: u.examples, More: u.more})
	}
	for _, r := range g.rows {
		page.Rows = append(page.Rows, htmlRow{
			Row: r.Row, Title: r.name + r.part, Mark: r.verdict.Mark, Words: r.verdict.Short, Role: r.verdict.Role, Worst: r.worst.Mark, WorstRole: r.worst.Role,
			Bonds: r.bonds, Faults: r.rules,
		})
	}
	if len(page.Rows) > openRows {
		page.Rows, page.Folded = page.Rows[:openRows], page.Rows[openRows:]
	}
	return pageTemplate().Execute(w, page)
}

func htmlVerdicts(list []verdictLine) (out []htmlVerdict) {
	most := 0
	for _, v := range list {
		most = max(most, v.hosts)
	}
	for _, v := range list {
		out = append(out, htmlVerdict{Mark: v.Mark, Words: v.Short, Note: v.note, Role: v.Role, Hosts: v.hosts, Percent: max(v.hosts*100/most, 1)})
	}
	return out
}
