package form

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/render"
)

// mark is how a change is shown. Marks differ in shape, so that they can be told apart without color.
type mark struct {
	sign string // one column
	word string
	role render.Role
}

var marks = map[diff.Change]mark{
	diff.Better:       {"✓", "better", render.Good},
	diff.Worse:        {"✗", "worse", render.Bad},
	diff.Changed:      {"·", "changed", render.Plain},
	diff.Same:         {"–", "as before", render.Dim},
	diff.Added:        {"+", "added", render.Plain},
	diff.Removed:      {"-", "removed", render.Plain},
	diff.Moved:        {"·", "moved", render.Plain},
	diff.Started:      {"·", "started", render.Plain},
	diff.Stopped:      {"·", "stopped", render.Plain},
	diff.CannotBeTold: {"?", "cannot be told", render.Unsure},
	diff.Fixed:        {"✓", "fixed", render.Good},
	diff.NotSeen:      {"~", "not seen any more", render.Fair},
	diff.StillThere:   {"!", "still there", render.Warn},
	diff.New:          {"✗", "new", render.Bad},
	diff.FirstSeen:    {"?", "seen for the first time", render.Unsure},
	diff.Gone:         {"-", "gone", render.Dim},
}

func markOf(c diff.Change) mark {
	if m, ok := marks[c]; ok {
		return m
	}
	return mark{"?", string(c), render.Unsure}
}

var outcomes = map[diff.Outcome]mark{
	diff.OutcomeBetter:  {"✓", "", render.Good},
	diff.OutcomeWorse:   {"✗", "", render.Bad},
	diff.OutcomeMixed:   {"!", "", render.Warn},
	diff.OutcomeSame:    {"–", "", render.Strong},
	diff.OutcomeUnknown: {"?", "", render.Unsure},
}

// value says what a value became.
func value(v diff.Value) string {
	switch {
	case v.Old == "" && (v.New == "added" || v.Info):
		return v.New
	case v.Old == "" || v.New == "":
		return cmp.Or(v.Old, "none") + " → " + cmp.Or(v.New, "none")
	}
	return v.Old + " → " + v.New
}

// where says at which places a guest was and is.
func where(g diff.Guest) string {
	switch {
	case g.Old != "" && g.New != "" && g.Old != g.New:
		return g.Old + " → " + g.New
	case g.Change == diff.Removed:
		return "from " + g.Old
	}
	return "on " + cmp.Or(g.New, g.Old)
}

// untold says in which of the reports something is that cannot be told to be gone or new.
func untold(inOld, inNew bool) string {
	switch {
	case inOld && !inNew:
		return "in the old report only"
	case inNew && !inOld:
		return "in the new report only"
	}
	return markOf(diff.CannotBeTold).word
}

// fileWord says what became of a file.
func fileWord(c diff.Configuration) string {
	if c.Change == diff.CannotBeTold {
		return "cannot be compared"
	}
	return markOf(c.Change).word
}

// split separates the findings that are told one by one from those that are counted: symptoms of others, and those of severity info and ok.
func split(findings []diff.Finding, all bool) (full, symptoms, folded []diff.Finding) {
	for _, f := range findings {
		switch {
		case all:
			full = append(full, f)
		case f.ExplainedBy != "":
			symptoms = append(symptoms, f)
		case render.SeverityOf(f.Severity).Folded:
			folded = append(folded, f)
		default:
			full = append(full, f)
		}
	}
	return full, symptoms, folded
}

// counted tells in a line what became of findings: "2 fixed (SB140, SB142), 1 new (SB100)".
func counted(findings []diff.Finding) string {
	var order []diff.Change
	ids := map[diff.Change][]string{}
	n := map[diff.Change]int{}
	seen := map[string]bool{}
	for _, f := range findings {
		if n[f.Change] == 0 {
			order = append(order, f.Change)
		}
		n[f.Change]++
		if key := string(f.Change) + f.Rule; !seen[key] {
			seen[key] = true
			ids[f.Change] = append(ids[f.Change], f.Rule)
		}
	}
	var parts []string
	for _, c := range order {
		parts = append(parts, strconv.Itoa(n[c])+" "+markOf(c).word+" ("+strings.Join(ids[c], ", ")+")")
	}
	return strings.Join(parts, ", ")
}

// severity says how severe a finding is, and was.
func severity(f diff.Finding) string {
	word := render.SeverityOf(f.Severity).Word
	if f.OldSeverity != "" {
		return render.SeverityOf(f.OldSeverity).Word + " → " + word
	}
	return word
}

// fold separates the hosts on which nothing changed, of several.
func fold(hosts []diff.Host, all bool) (changed, same []diff.Host) {
	for _, h := range hosts {
		if h.Unchanged() && len(h.Notes) == 0 && len(hosts) > 1 && !all {
			same = append(same, h)
		} else {
			changed = append(changed, h)
		}
	}
	return changed, same
}

// stillThere counts the findings of a host on which nothing changed.
func stillThere(h diff.Host) string {
	full, _, _ := split(h.Findings, false)
	if len(full) == 0 {
		return "nothing to fix"
	}
	return render.Count(len(full), "finding") + " still there"
}

// bondWords says of a bond what it is.
func bondWords(b diff.Bond) string {
	switch b.Change {
	case diff.CannotBeTold:
		return untold(b.Verdict.Old != "", b.Verdict.New != "")
	case diff.Same:
		return "no change"
	}
	return markOf(b.Change).word
}

// wasCalled is the name that a host had, "" where that is the same name with or without a domain.
func wasCalled(h diff.Host) string {
	short := func(s string) string { s, _, _ = strings.Cut(strings.ToLower(s), "."); return s }
	if h.Matched == diff.OnlyHost || short(h.OldName) == short(h.Name) {
		return ""
	}
	return h.OldName
}

// hostWhy is why the verdict on a host cannot be told, "" where a bond says so.
func hostWhy(h diff.Host) string {
	for _, b := range h.Bonds {
		if b.Verdict.Why != "" {
			return ""
		}
	}
	return h.Verdict.Why
}
