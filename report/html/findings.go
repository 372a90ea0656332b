package html

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

const (
	evidenceFold = 12   // lines of a finding that are seen at once
	evidenceMost = 200  // lines of a finding in the page
	evidenceCut  = 2000 // columns of a line
	guestFold    = 12   // names of a finding that are seen at once
)

// finding is a finding with its place.
type finding struct {
	ID    string
	Index int // in the findings of the host, as the picture knows it
	report.Finding
	Shown      render.Severity
	Confidence string
	Devices    []string
	Guests     []string
	MoreGuests []string
	Nodes      []nodeLink // where the picture shows it
	Symptoms   []report.Finding
	Evidence   []place // in place of the report's
	More       []place // the evidence in the fold
	MoreLines  int
	Left       int // lines of evidence that the page does not have
	Check      commands
	Ways       []way
	Links      []reference
}

// place is where lines of evidence stand.
type place struct {
	At    string
	Lines []report.Evidence
}

// way is a remediation.
type way struct {
	Title, Note string
	Commands    commands
}

// commands are lines to paste.
type commands []string

type reference struct {
	Title, URL string
	Safe       bool // URL is an address to open in a browser
}

// nodeLink leads to a node of the picture.
type nodeLink struct{ ID, Name string }

// newFindings returns the findings to show in full, and those to fold. Symptoms of another finding are neither: that one names them.
func newFindings(id string, pic picture.Picture, h report.Host, told *render.Told) (full, folded []finding) {
	show := func(wanted func(report.Finding) bool) (list []finding) {
		var at []int // in h.Findings
		var chosen []report.Finding
		for i, f := range h.Findings {
			if wanted(f) {
				at, chosen = append(at, i), append(chosen, f)
			}
		}
		for n, f := range told.Unrepeat(render.HostName(h), chosen) {
			list = append(list, newFinding(id, at[n], f, pic, h))
		}
		return list
	}
	full = show(render.InFull)
	folded = show(func(f report.Finding) bool { return f.ExplainedBy == "" && !render.InFull(f) })
	return full, folded
}

func newFinding(id string, i int, f report.Finding, pic picture.Picture, h report.Host) finding {
	out := finding{
		ID: findingID(id, i), Index: i, Finding: f, Shown: render.SeverityOf(f.Severity), Confidence: render.Confidence(f), Devices: render.Affected(f.Subject),
		Nodes: nodesOf(id, pic, i), Symptoms: symptoms(f, h.Findings), Check: lines(f.Verification),
	}
	out.Guests, _ = render.Head(f.Subject.Guests, guestFold)
	out.MoreGuests = f.Subject.Guests[len(out.Guests):]
	shown, more := render.Head(f.Evidence, evidenceFold)
	rest := f.Evidence[len(shown):]
	if more > evidenceMost {
		rest, out.Left = rest[:evidenceMost], more-evidenceMost
	}
	out.Evidence, out.More, out.MoreLines = byPlace(shown), byPlace(rest), len(rest)
	for _, r := range f.Remediation {
		out.Ways = append(out.Ways, way{r.Title, r.Note, lines(r.Commands)})
	}
	for _, r := range f.References {
		out.Links = append(out.Links, reference{r.Title, r.URL, render.IsWebAddress(r.URL)})
	}
	return out
}

// symptoms are the findings that a finding explains, each rule once.
func symptoms(f report.Finding, all []report.Finding) (list []report.Finding) {
	for _, rule := range render.Symptoms(f, all) {
		i := slices.IndexFunc(all, func(x report.Finding) bool {
			return x.Rule == rule && x.ExplainedBy == f.Rule && x.Subject.Bond == f.Subject.Bond
		})
		list = append(list, all[i])
	}
	return list
}

// byPlace names the place of lines that stand together once.
func byPlace(list []report.Evidence) (places []place) {
	for _, e := range list {
		e.Text = render.Cut(strings.TrimLeft(e.Text, " "), evidenceCut)
		at := render.Location(e)
		if n := len(places); n == 0 || places[n-1].At != at {
			places = append(places, place{At: at})
		}
		last := &places[len(places)-1]
		last.Lines = append(last.Lines, e)
	}
	return places
}

// lines splits commands of several lines.
func lines(list []string) (out commands) {
	for _, c := range list {
		out = append(out, strings.Split(c, "\n")...)
	}
	return out
}
