package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb300 names what a report lacks, and the rules that could not look because of it.
func sb300() Rule {
	return Rule{ID: "SB300", Slug: "not_collected", Severity: Info, Family: "data", Check: checkNotCollected}
}

// vital are the data without which something stays undecided on any host with a bond.
var vital = []topology.Datum{parsers.DatumBonding, parsers.DatumLinks, parsers.DatumKernLog, parsers.DatumFDB}

func checkNotCollected(h *topology.Host) (hits []Hit) {
	for _, c := range h.Coverage {
		if h.Seen(c.Datum) || !Wanted(h, c.Datum) {
			continue
		}
		hits = append(hits, Hit{Link: string(c.Datum), Vars: map[string]any{
			"Datum": c.Title, "Ask": c.Ask, "Status": string(c.Status), "Why": c.Note, "Rules": prose(blindRules(c.Datum)),
		}, Evidence: coverageEvidence(c)})
	}
	return hits
}

// Wanted reports whether the lack of a datum matters on this host.
func Wanted(h *topology.Host, d topology.Datum) bool {
	guests := slices.ContainsFunc(h.Bonds, func(b *topology.Bond) bool { return firstGuests(b) != nil })
	switch d {
	case parsers.DatumBonding:
		return len(h.Bonds) > 0 || !h.Seen(parsers.DatumLinks)
	case parsers.DatumFDB:
		return guests
	case parsers.DatumNFT:
		return slices.ContainsFunc(h.Bonds, sourceMACHash)
	}
	return slices.Contains(vital, d) && (len(h.Bonds) > 0 || d == parsers.DatumLinks)
}

// blindRules lists the rules that need a datum.
func blindRules(d topology.Datum) (ids []string) {
	for _, r := range All() {
		if slices.Contains(r.Needs, d) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func coverageEvidence(c topology.Coverage) (list []Evidence) {
	for _, f := range c.Files {
		list = append(list, on(topology.Source{File: f, Text: strings.TrimSpace(c.Note)}, "what the file says instead"))
	}
	return list
}
