package html

import (
	"html/template"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

type host struct {
	ID, Name string
	Verdict  render.Verdict
	Complete bool
	Notes    []string
	Facts    []string
	Source   report.Source
	NoBond   string
	Answers  []answer

	Drawing  template.HTML
	Fits     bool   // the drawing can be read when it is made as wide as the page
	Nodes    []node // whose facts the page shows, the one that is shown first at the end
	Findings []finding
	Checked  []finding // those that are folded
	Bonds    []bond
	Paths    []path
	Read     []read
	Gaps     []render.Gap
	Asks     []string // the commands that bring what is missing, each once
}

// answer is the verdict on a bond.
type answer struct {
	Bond, Mode, Links string
	Verdict           render.Verdict
	Despite           *link
	Summary           string
	Conditions        []string
	Cause             *link
}

// read is a kind of data that was read.
type read struct {
	Datum, Status string
	Files         []string
	More          int
}

func newHost(id string, h report.Host, told *render.Told) (host, error) {
	out := host{
		ID: id, Name: render.HostName(h), Verdict: render.HostVerdict(h), Complete: h.Source.Complete, Notes: h.Source.Notes, Source: h.Source,
	}
	for _, f := range render.HostFacts(h) {
		out.Facts = append(out.Facts, f.String())
	}
	if strings.HasPrefix(out.Source.Path, out.Source.Root) {
		out.Source.Root = ""
	}
	if len(h.Bonds) == 0 {
		out.NoBond = render.NoBond(h)
	}
	for _, b := range h.Bonds {
		out.Answers = append(out.Answers, newAnswer(id, h, b))
		out.Bonds = append(out.Bonds, newBond(b))
		for _, a := range b.Attachments {
			out.Paths = append(out.Paths, newPath(b, a))
		}
	}
	out.foldPaths()
	pic := picture.New(h, picture.Options{})
	out.Nodes = newNodes(id, pic, h)
	out.Findings, out.Checked = newFindings(id, pic, h, told)
	out.coverage(h.Coverage)
	return out, out.draw(pic)
}

// The number of paths, and of guests of one, that are seen without unfolding. What does not work stays open among many paths.
const (
	pathsOpen  = 4
	guestsOpen = 12
)

func (h *host) foldPaths() {
	for i := range h.Paths {
		p := &h.Paths[i]
		p.Many = len(p.Guests.Rows) > guestsOpen
		p.Open = !p.Many && (len(h.Paths) <= pathsOpen || p.Verdict.Role == render.Bad)
	}
}

func newAnswer(id string, h report.Host, b report.Bond) answer {
	a := answer{
		Bond: b.Name, Mode: render.Mode(b), Links: render.LinksUp(b), Verdict: render.BondVerdict(h, b), Summary: b.Summary, Conditions: render.Conditions(b),
		Cause: worst(id, h, b),
	}
	if _, bad := render.Despite(h, b); bad {
		a.Despite = a.Cause
	}
	return a
}

// filesShown is how many files of one kind of data the page names.
const filesShown = 5

func (h *host) coverage(list []report.Coverage) {
	there, gaps := render.Coverage(list)
	for _, c := range there {
		r := read{Datum: c.Datum, Status: render.StatusWords(c.Status)}
		r.Files, r.More = render.Head(c.Files, filesShown)
		r.More += c.More
		h.Read = append(h.Read, r)
	}
	h.Gaps = gaps
	seen := map[string]bool{"": true}
	for _, g := range gaps {
		if !seen[g.Ask] {
			h.Asks = append(h.Asks, g.Ask)
		}
		seen[g.Ask] = true
	}
}
