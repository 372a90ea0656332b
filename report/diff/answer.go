package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// FailNever is the level that nothing reaches.
const FailNever = "never"

// Worse reports whether something got worse: a verdict, a bond that is new and does not work with its guests, or a finding that is new, or got more
// severe, and is at least that severe. Nothing is worse than FailNever.
func (d Diff) Worse(failOn string) bool {
	if failOn == FailNever {
		return false
	}
	return d.worseVerdict() || d.any(func(f Finding) bool {
		if f.ExplainedBy != "" || !rules.Severity(f.Severity).AtLeast(rules.Severity(failOn)) {
			return false
		}
		return f.Change == New || f.Change == StillThere && f.OldSeverity != "" && f.Why == "" && severityRank(f.OldSeverity) > severityRank(f.Severity)
	})
}

func (d Diff) worseVerdict() bool {
	for _, h := range d.Hosts {
		if h.Verdict.Change == Worse {
			return true
		}
		for _, b := range h.Bonds {
			if b.Verdict.Change == Worse || b.Change == Added && b.Verdict.New == notWorking {
				return true
			}
			if slices.ContainsFunc(b.Attachments, func(a Attachment) bool {
				return a.Verdict.Change == Worse || a.Change == Added && a.Verdict.New == notWorking
			}) {
				return true
			}
		}
	}
	return slices.ContainsFunc(d.OnlyNew, func(l Lone) bool { return l.Why == "" && len(l.NotWorking) > 0 })
}

func (d Diff) any(is func(Finding) bool) bool {
	return slices.ContainsFunc(d.Hosts, func(h Host) bool { return slices.ContainsFunc(h.Findings, is) })
}

// count fills in the summary.
func (d *Diff) count() {
	var s Summary
	for _, h := range d.Hosts {
		for _, b := range h.Bonds {
			switch {
			case b.Verdict.Change == Better:
				s.Better++
			case b.Verdict.Change == Worse, b.Change == Added && b.Verdict.New == notWorking:
				s.Worse++
			case b.Verdict.Change == CannotBeTold:
				s.Untold++
			}
		}
		for _, f := range h.Findings {
			if f.ExplainedBy == "" && problem(f.Severity) {
				s.finding(f.Change)
			}
		}
	}
	d.Summary = s
}

func (s *Summary) finding(c Change) {
	switch c {
	case Fixed:
		s.Fixed++
	case NotSeen:
		s.NotSeen++
	case CannotBeTold:
		s.CannotTell++
	case StillThere:
		s.StillThere++
	case New:
		s.New++
	case FirstSeen:
		s.FirstSeen++
	}
}

// answer says whether the change helped.
func (d *Diff) answer() {
	s := d.Summary
	worse, better := d.Worse(string(rules.Error)), s.Better > 0 || s.Fixed > 0
	untold := s.Untold > 0 || s.CannotTell > 0 || s.FirstSeen > 0 || s.NotSeen > 0
	var begin string
	switch {
	case len(d.Hosts) == 0:
		d.Outcome, begin = OutcomeUnknown, "No host is in both inputs, so nothing can be compared"
	case worse && better:
		d.Outcome, begin = OutcomeMixed, "Some of it got better, some worse"
	case worse:
		d.Outcome, begin = OutcomeWorse, "It got worse"
	case better && d.mayBeWorse():
		d.Outcome, begin = OutcomeUnknown, "Whether the change helped cannot be told"
	case better && untold:
		d.Outcome, begin = OutcomeBetter, "As far as can be told, the change helped"
	case better:
		d.Outcome, begin = OutcomeBetter, "The change helped"
	case untold:
		d.Outcome, begin = OutcomeUnknown, "Whether the change helped cannot be told"
	case d.unchanged():
		d.Outcome, begin = OutcomeSame, "Nothing changed"
	default:
		d.Outcome, begin = OutcomeSame, "Nothing got better or worse"
	}
	d.Answer = begin
	if worse && len(d.Hosts) == 0 {
		d.Outcome = OutcomeWorse
	}
	parts := append(d.verdictWords(), d.loneWords()...)
	if len(d.Hosts) > 0 {
		parts = append(parts, s.words())
	}
	if len(parts) > 0 {
		d.Answer += ": " + strings.Join(parts, "; ")
	}
	d.Answer += "."
}

// Unchanged reports a host in which nothing is different.
func (h Host) Unchanged() bool {
	return len(h.Changes)+len(h.Guests) == 0 && h.Verdict.Change == Same && !slices.ContainsFunc(h.Bonds, func(b Bond) bool { return b.Change != Same }) &&
		!slices.ContainsFunc(h.Findings, func(f Finding) bool { return f.Change != StillThere || f.OldSeverity != "" })
}

func (d Diff) unchanged() bool {
	return len(d.OnlyOld)+len(d.OnlyNew) == 0 && !slices.ContainsFunc(d.Hosts, func(h Host) bool { return !h.Unchanged() })
}

// mayBeWorse reports a verdict, or a finding, that looks worse and cannot be told to be.
func (d Diff) mayBeWorse() bool {
	for _, h := range d.Hosts {
		for _, b := range h.Bonds {
			v := b.Verdict
			if v.Change == CannotBeTold && goodness[v.New] > goodness[v.Old] && v.New != notAffected {
				return true
			}
		}
	}
	return d.any(func(f Finding) bool {
		return f.Change == FirstSeen && f.ExplainedBy == "" && rules.Severity(f.Severity).AtLeast(rules.Error)
	})
}

// verdictsTold is how many verdicts the answer names.
const verdictsTold = 3

// verdictWords name the bonds whose verdicts changed, the worse ones first.
func (d Diff) verdictWords() (list []string) {
	byChange := map[Change][]string{}
	for _, h := range d.Hosts {
		name := func(b Bond) string {
			if len(d.Hosts) > 1 {
				return h.Name + " " + b.Name
			}
			return b.Name
		}
		for _, b := range h.Bonds {
			v := b.Verdict
			switch {
			case v.Change == Added && v.New == notWorking:
				byChange[Worse] = append(byChange[Worse], name(b)+" is new and "+v.New)
			case b.Change == CannotBeTold && v.New == "":
				byChange[CannotBeTold] = append(byChange[CannotBeTold], name(b)+" is not in the new report, which may only lack it")
			case b.Change == CannotBeTold && v.Old == "":
				byChange[CannotBeTold] = append(byChange[CannotBeTold], name(b)+" is not in the old report, which may only lack it")
			case v.Change == CannotBeTold:
				byChange[CannotBeTold] = append(byChange[CannotBeTold], name(b)+" "+v.Old+" → "+v.New+" (not certain)")
			case v.Change == Worse || v.Change == Better || v.Change == Changed:
				byChange[v.Change] = append(byChange[v.Change], name(b)+" "+v.Old+" → "+v.New)
			}
		}
	}
	for _, c := range []Change{Worse, Better, CannotBeTold, Changed} {
		list = append(list, byChange[c]...)
	}
	if more := len(list) - verdictsTold; more > 1 {
		list = append(list[:verdictsTold:verdictsTold], fmt.Sprintf("%d more verdicts changed", more))
	}
	return list
}

// loneWords name hosts that are new and have a bond that does not work.
func (d Diff) loneWords() (list []string) {
	n := 0
	for _, l := range d.OnlyNew {
		if l.Why == "" && len(l.NotWorking) > 0 {
			n++
		}
	}
	switch {
	case n == 1:
		list = append(list, "1 new host has a bond that does not work")
	case n > 1:
		list = append(list, fmt.Sprintf("%d new hosts have a bond that does not work", n))
	}
	return list
}

// words counts the findings: "3 of 4 findings fixed, 1 still there, 0 new".
func (s Summary) words() string {
	text := "nothing to fix before"
	if s.Before()+s.New+s.FirstSeen == 0 {
		return "nothing to fix in either"
	}
	if n := s.Before(); n > 0 {
		text = fmt.Sprintf("%d of %d findings fixed", s.Fixed, n)
		for _, p := range []struct {
			n    int
			what string
		}{{s.NotSeen, "not seen any more"}, {s.CannotTell, "cannot be told"}} {
			if p.n > 0 {
				text += fmt.Sprintf(", %d %s", p.n, p.what)
			}
		}
		text += fmt.Sprintf(", %d still there", s.StillThere)
	}
	text += fmt.Sprintf(", %d new", s.New)
	if s.FirstSeen > 0 {
		text += fmt.Sprintf(", %d that the old report could not show", s.FirstSeen)
	}
	return text
}
