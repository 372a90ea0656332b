package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb300 names what a report lacks, and the rules that could not look because of it.
func sb300() Rule {
	return Rule{ID: "SB300", Slug: "not_collected", Severity: Info, Family: FamilyData, Check: checkNotCollected}
}

// vital are the data without which something stays undecided on any host with a bond.
var vital = []topology.Datum{parsers.DatumBonding, parsers.DatumLinks, parsers.DatumKernLog, parsers.DatumFDB}

func checkNotCollected(h *topology.Host) (hits []Hit) {
	for _, c := range append(slices.Clone(h.Coverage), ofSoftware(h)...) {
		if h.Seen(c.Datum) || !Wanted(h, c.Datum) {
			continue
		}
		ask := c.Ask
		if _, command, ok := strings.Cut(ask, ", or "); ok { // what names a must-gather first is no command
			ask = command
		}
		hits = append(hits, Hit{Link: string(c.Datum), Vars: map[string]any{
			"Datum": c.Title, "Ask": ask, "Status": string(c.Status), "Why": c.Note, "Rules": prose(blindRules(c.Datum)),
			"Open": prose(openFor(h, c.Datum)), "Cluster": strings.HasPrefix(ask, "oc "),
		}, Evidence: coverageEvidence(c)})
	}
	return hits
}

// ofSoftware is the coverage of data of software that most hosts do not have, which no report tells to lack them.
func ofSoftware(h *topology.Host) (list []topology.Coverage) {
	for _, p := range parsers.List(parsers.Options{}) {
		has := func(c topology.Coverage) bool { return c.Datum == p.Datum }
		if slices.Contains([]topology.Datum{parsers.DatumTeam, parsers.DatumOVS, parsers.DatumOVSBonds, parsers.DatumOVSFDB, parsers.DatumNADs, parsers.DatumVMs}, p.Datum) &&
			!slices.ContainsFunc(h.Coverage, has) && !slices.ContainsFunc(list, has) {
			list = append(list, topology.Coverage{Datum: p.Datum, Title: p.Title, Status: parsers.StatusNotCollected, Ask: strings.Trim(h.Command(p.Ask), "`")})
			if strings.HasPrefix(p.Ask, "oc ") {
				list[len(list)-1].Ask = p.Ask
			}
		}
	}
	return list
}

// Wanted reports whether the lack of a datum matters on this host.
func Wanted(h *topology.Host, d topology.Datum) bool {
	switch d {
	case parsers.DatumBonding:
		return !h.Seen(parsers.DatumLinks) || slices.ContainsFunc(h.Bonds, func(b *topology.Bond) bool { return b.Kind != topology.KindTeam && b.Kind != topology.BondOVS })
	case parsers.DatumOVS:
		return h.HiddenOVS() != nil
	case parsers.DatumTeam, parsers.DatumOVSBonds:
		return len(openFor(h, d)) > 0 || d == parsers.DatumOVSBonds && h.HiddenOVS() != nil
	case parsers.DatumVMs, parsers.DatumNADs:
		return len(openFor(h, d)) > 0
	case parsers.DatumFDB:
		return guestsOn(h, func(a *topology.Attachment) bool { return a.Kind != topology.AttachedOVS })
	case parsers.DatumOVSFDB:
		return guestsOn(h, func(a *topology.Attachment) bool { return a.Kind == topology.AttachedOVS })
	case parsers.DatumNFT:
		return slices.ContainsFunc(h.Bonds, sourceMACHash)
	}
	return slices.Contains(vital, d) && (len(h.Bonds) > 0 || d == parsers.DatumLinks)
}

// Idle reports a datum whose command failed on a host where its lack decides nothing: the daemon that it asks does not run there.
func Idle(h *topology.Host, c topology.Coverage) bool {
	return c.Optional && c.Status == parsers.StatusFailed && !Wanted(h, c.Datum)
}

// guestsOn reports guests with a MAC of their own on what f takes.
func guestsOn(h *topology.Host, f func(*topology.Attachment) bool) bool {
	return slices.ContainsFunc(h.Bonds, func(b *topology.Bond) bool {
		return slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool { return a.OwnMAC() && f(a) })
	})
}

// openFor are the bonds whose verdict stays open because a datum is missing.
func openFor(h *topology.Host, d topology.Datum) (names []string) {
	for _, b := range h.Bonds {
		if slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool {
			return Judge(h, b, a).Verdict == Undecided && decides(h, b, a, d)
		}) {
			names = append(names, device(b.Name))
		}
	}
	return names
}

// decides reports whether a datum would tell what a verdict lacks.
func decides(h *topology.Host, b *topology.Bond, a *topology.Attachment, d topology.Datum) bool {
	state := !modeKnown(b) || b.ConfigOnly || b.Mode.Value == bonding.LACP && partner(b) == Unknown
	switch d {
	case parsers.DatumBonding:
		return state && b.Kind != topology.KindTeam && b.Kind != topology.BondOVS
	case parsers.DatumTeam:
		return state && b.Kind == topology.KindTeam
	case parsers.DatumOVSBonds:
		return b.Kind == topology.BondOVS && (!b.OVSMode.Known() || lacpOfOVS(b) == lacpUnknown)
	case parsers.DatumVMs, parsers.DatumNADs:
		return !h.GuestsSeen() || d == parsers.DatumNADs && routedPods(h, a)
	case parsers.DatumLinks:
		return a.Kind == topology.AttachedUnknown
	case parsers.DatumNFT:
		return sourceMACHash(b)
	}
	return false
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
