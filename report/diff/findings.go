package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
)

// findings compares what was found. A finding is the same one where rule and subject are; its guests need not be all the same ones.
func (c *comparison) findings() []Finding {
	list := []Finding{}
	c.faded = map[string]bool{}
	before, after := c.old.host.Findings, c.new.host.Findings
	was, is := pairFindings(before, after)
	for i, f := range before {
		if was[i] < 0 {
			out := c.vanished(f)
			list = append(list, out)
			if out.Change == NotSeen && rules.LowersVerdict(f.Rule) {
				c.faded[f.Subject.Bond] = true
			}
		}
	}
	for k, f := range after {
		if is[k] < 0 {
			list = append(list, c.appeared(f))
		} else {
			list = append(list, c.stayed(before[is[k]], f))
		}
	}
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(changeRank[a.Change], changeRank[b.Change]), cmp.Compare(severityRank(a.Severity), severityRank(b.Severity)),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Subject.Bond, b.Subject.Bond), cmp.Compare(a.Subject.Bridge, b.Subject.Bridge), cmp.Compare(a.Subject.Link, b.Subject.Link))
	})
	return list
}

var changeRank = map[Change]int{New: 0, FirstSeen: 1, StillThere: 2, CannotBeTold: 3, NotSeen: 4, Fixed: 5, Gone: 6}

func severityRank(s string) int {
	if i := slices.Index(rules.Severities(), rules.Severity(s)); i >= 0 {
		return i
	}
	return len(rules.Severities())
}

func newFinding(f report.Finding, change Change) Finding {
	return Finding{Rule: f.Rule, Title: f.Title, Severity: f.Severity, ExplainedBy: f.ExplainedBy, Subject: f.Subject, Change: change}
}

// problem reports a finding that something should be done about.
func problem(severity string) bool { return rules.Severity(severity).AtLeast(rules.Warning) }

// pairFindings finds, for each finding of either list, its place in the other one, -1 where it has none: first those about the same guests, then
// those that share some.
func pairFindings(before, after []report.Finding) (was, is []int) {
	was, is = slices.Repeat([]int{-1}, len(before)), slices.Repeat([]int{-1}, len(after))
	take := func(i, k int) { was[i], is[k] = k, i }
	exact := map[string][]int{}
	for i, f := range before {
		key := subjectKey(f) + "\x00" + strings.Join(f.Subject.Guests, "\x00")
		exact[key] = append(exact[key], i)
	}
	for k, f := range after {
		key := subjectKey(f) + "\x00" + strings.Join(f.Subject.Guests, "\x00")
		if have := exact[key]; len(have) > 0 {
			exact[key] = have[1:]
			take(have[0], k)
		}
	}
	byGuest := map[string][]int{}
	for i, f := range before {
		for _, g := range f.Subject.Guests {
			if was[i] < 0 {
				key := subjectKey(f) + "\x00" + g
				byGuest[key] = append(byGuest[key], i)
			}
		}
	}
	for k, f := range after {
		for _, g := range f.Subject.Guests {
			key := subjectKey(f) + "\x00" + g
			for is[k] < 0 && len(byGuest[key]) > 0 {
				i := byGuest[key][0]
				byGuest[key] = byGuest[key][1:]
				if was[i] < 0 {
					take(i, k)
				}
			}
		}
	}
	return was, is
}

func subjectKey(f report.Finding) string {
	return strings.Join([]string{f.Rule, f.Subject.Bond, f.Subject.Bridge, f.Subject.Link}, "\x00")
}

// stayed is a finding of both reports. Evidence makes some findings more severe: that one is less so in a report may be for want of it.
func (c *comparison) stayed(before, after report.Finding) Finding {
	out := newFinding(after, StillThere)
	if before.Severity == after.Severity {
		return out
	}
	out.OldSeverity = before.Severity
	if severityRank(before.Severity) >= severityRank(after.Severity) {
		if why := c.unseen(after, c.old, c.new, c.added, c.oldPeers); why != "" {
			out.Why = "it may have been as severe before: " + why
		}
		return out
	}
	if why := c.unseen(before, c.new, c.old, c.gone, c.newPeers); why != "" {
		out.Why = "it may be as severe as before: " + why
	} else if c.faded[after.Subject.Bond] {
		out.Why = "what made it more severe is not seen any more"
	}
	return out
}

// vanished tells what became of a finding that the new report has not: it was fixed only where the new report would show it.
func (c *comparison) vanished(f report.Finding) Finding {
	out := newFinding(f, Fixed)
	if why := c.unseen(f, c.new, c.old, c.gone, c.newPeers); why != "" {
		out.Change, out.Why = CannotBeTold, why
		return out
	}
	if !problem(f.Severity) {
		out.Change = Gone
		return out
	}
	if _, gone := c.gone[f.Subject.Bond]; gone && f.Subject.Bond != "" {
		out.Why = f.Subject.Bond + " does not exist any more"
		return out
	}
	switch rules.TraceOf(f.Rule) {
	case rules.TraceLog:
		out.Change, out.Why = NotSeen, "the log of the new report has no such message; "+c.since("it may not reach back as far", "it begins with a later start of the host")
	case rules.TraceCounter:
		out.Change, out.Why = NotSeen, "the counters do not show it any more; "+c.since("they begin anew with the host or the bond", "they began anew with the host")
	case rules.TraceMoment:
		out.Change, out.Why = NotSeen, "the table that showed it is of one moment"
	}
	return out
}

// since says how far back a report looks, as far as it is known whether the host was started anew.
func (c *comparison) since(unknown, anew string) string {
	if a, b := c.old.host.BootID, c.new.host.BootID; a != "" && b != "" && a != b {
		return anew
	}
	return unknown
}

// appeared tells whether a finding that the old report has not is new: only where the old report would have shown it.
func (c *comparison) appeared(f report.Finding) Finding {
	out := newFinding(f, New)
	if why := c.unseen(f, c.old, c.new, c.added, c.oldPeers); why != "" {
		out.Change, out.Why = FirstSeen, why+": it may have been so before"
	}
	return out
}

// unseen says why a report, which lacks a finding of the other one, would not have shown it; "" when it would. missing are the bonds that it lacks, and
// why it may.
func (c *comparison) unseen(f report.Finding, lack, have side, missing map[string]string, peers bool) string {
	if !lack.filter.Shows(f) {
		return "the " + lack.which + " report was limited to other findings"
	}
	if why := lack.incomplete(); why != "" {
		return why
	}
	if rules.ByPeers(f.Rule, rules.Confidence(f.Confidence)) && !peers {
		return "it shows only beside the other hosts, which the " + lack.which + " input has not all"
	}
	if _, absent := missing[f.Subject.Bond]; absent {
		return missing[f.Subject.Bond]
	}
	if rules.ByPeers(f.Rule, rules.Confidence(f.Confidence)) {
		f.Evidence = nil // it quotes other hosts
	}
	data := have.behind(f, lack)
	if why := lack.lacks(lack.lost(data, have)); why != "" {
		return why
	}
	if lack.stateLost(f.Subject.Bond, have) {
		return lack.lacks([]string{bondState + " of " + f.Subject.Bond})
	}
	return lack.hidden(f, data, have)
}

// hidden says why a report does not tell the facts though it has the files: the kernel shows some to root alone, some lines were not understood.
func (s side) hidden(f report.Finding, data []string, have side) string {
	bond := f.Subject.Bond
	mine, theirs := s.bonds[bond], have.bonds[bond]
	switch {
	case bond == "":
	case mine.Verdict == undecided && theirs.Verdict != undecided && theirs.Verdict != "":
		return "the " + s.which + " report leaves the verdict on " + bond + " open"
	case mine.Mode == "" && theirs.Mode != "":
		return "the " + s.which + " report does not tell the mode of " + bond
	}
	for _, x := range s.doubts {
		switch {
		case x.Rule == lackOfRoot && x.Subject.Bond == bond && mine.Mode == theirs.Mode && rules.FamilyOf(f.Rule) == rules.FamilyLACP:
			return "the " + s.which + " report was not taken as root (" + lackOfRoot + "), so the negotiation of LACP is not told"
		case x.Rule == lackOfSense && slices.ContainsFunc(x.Evidence, func(e report.Evidence) bool { return slices.Contains(data, s.ofFile[e.File]) }):
			return "the " + s.which + " report has lines that were not understood (" + lackOfSense + ")"
		}
	}
	return ""
}

// doubted are the findings about facts that one report does not tell and the other one does.
func doubted(s, have side) (list []report.Finding) {
	theirs := map[string]bool{}
	for _, f := range have.host.Findings {
		theirs[subjectKey(f)] = true
	}
	for _, f := range s.host.Findings {
		if (f.Rule == lackOfRoot || f.Rule == lackOfSense) && !theirs[subjectKey(f)] {
			list = append(list, f)
		}
	}
	return list
}
