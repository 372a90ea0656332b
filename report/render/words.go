package render

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Verdict is how a verdict is shown. The marks differ in shape, so that they can be told apart without color.
type Verdict struct {
	Mark  string // one column
	Words string // as a statement about a bond
	Short string // in a table
	Role  Role

	Wanting bool // there is something to say about what is wrong or not known
}

// verdicts, the worst first.
var verdicts = []struct {
	name string
	Verdict
}{
	{"not-working", Verdict{"✗", "NOT WORKING", "NOT WORKING", Bad, true}},
	{"not-recommended", Verdict{"!", "works, but NOT RECOMMENDED", "not recommended", Warn, true}},
	{"partial", Verdict{"~", "works until an event breaks it", "partial", Fair, true}},
	{"unknown", Verdict{"?", "UNKNOWN, a deciding fact is missing", "unknown", Unsure, true}},
	{"recommended", Verdict{"✓", "works, recommended", "works", Good, false}},
	{"not-affected", Verdict{"–", "not affected", "not affected", Dim, false}},
}

// VerdictOf returns how a verdict of the contract is shown; a word that is not in it stands for itself.
func VerdictOf(name string) Verdict {
	for _, v := range verdicts {
		if v.name == name {
			return v.Verdict
		}
	}
	return Verdict{"?", orUnknown(name), orUnknown(name), Unsure, true}
}

// VerdictOn returns how a verdict is shown that holds on conditions, which a report cannot show: a good one says so.
func VerdictOn(name string, conditions []string) Verdict {
	v := VerdictOf(name)
	if name == "recommended" && len(conditions) > 0 {
		v.Words = "works if the switch is set up for it"
		v.Short += seeConditions
	}
	return v
}

const seeConditions = ", see conditions"

// Troubled returns how a good verdict is shown while the bond is in trouble of another kind: not as a good one.
func (v Verdict) Troubled() Verdict {
	v.Mark, v.Role = "!", Warn
	return v
}

// Alone returns the short words for a place where no finding stands beside them: they tell of trouble, which comes before conditions.
func (v Verdict) Alone() string {
	if troubled := !v.Wanting && v.Role == Warn; !troubled {
		return v.Short
	}
	return strings.TrimSuffix(v.Short, seeConditions) + ", but in trouble"
}

// BondVerdict returns how a bond's verdict is shown, with its conditions and with trouble of another kind.
func BondVerdict(h report.Host, b report.Bond) Verdict {
	v := VerdictOn(b.Verdict, Conditions(b))
	if InTrouble(h, b) {
		return v.Troubled()
	}
	return v
}

// InTrouble reports a bond whose verdict is good by itself, and that has a severe finding of another kind.
func InTrouble(h report.Host, b report.Bond) bool {
	_, bad := Despite(h, b)
	return bad && !VerdictOf(b.Verdict).Wanting
}

// Despite returns the worst finding about a bond where that finding is worse than the verdict lets expect: a mode may suit its guests, and the
// bond still be in trouble.
func Despite(h report.Host, b report.Bond) (report.Finding, bool) {
	f, ok := Worst(h, b.Name)
	return f, ok && SeverityOf(f.Severity).Role == Bad && VerdictOf(b.Verdict).Role != Bad
}

// HostVerdict returns how a host's verdict is shown: with the conditions of the bonds that have the same, and with their trouble.
func HostVerdict(h report.Host) Verdict {
	var conditions []string
	trouble := false
	for _, b := range h.Bonds {
		if b.Verdict == h.Verdict {
			conditions = append(conditions, Conditions(b)...)
		}
		trouble = trouble || InTrouble(h, b)
	}
	v := VerdictOn(h.Verdict, conditions)
	if trouble && !v.Wanting {
		return v.Troubled()
	}
	return v
}

// Severity is how a severity is shown.
type Severity struct {
	Mark   string
	Word   string
	Role   Role
	Folded bool // one line in a report for people
}

// severities, the worst first.
var severities = []struct {
	name string
	Severity
}{
	{"critical", Severity{"✗", "CRITICAL", Bad, false}},
	{"error", Severity{"✗", "ERROR", Bad, false}},
	{"warning", Severity{"!", "WARNING", Warn, false}},
	{"info", Severity{"i", "info", Dim, true}},
	{"ok", Severity{"✓", "ok", Good, true}},
}

// SeverityOf returns how a severity of the contract is shown; a word that is not in it stands for itself and is never folded.
func SeverityOf(name string) Severity {
	for _, s := range severities {
		if s.name == name {
			return s.Severity
		}
	}
	return Severity{"?", orUnknown(name), Unsure, false}
}

// Text returns the mark and the short words of a verdict.
func (v Verdict) Text() Text { return Of(v.Role, v.Mark+" "+v.Short) }

func orUnknown(s string) string { return cmp.Or(s, "unknown") }

// Mode returns a bond's mode in words, for example "balance-alb (mode 6)".
func Mode(b report.Bond) string {
	if b.Runner != "" {
		return b.Runner + " runner, as " + b.Mode + fmt.Sprintf(" (mode %d)", b.ModeNumber) + ", team"
	}
	mode := cmp.Or(b.Mode, "mode unknown")
	if b.ModeNumber >= 0 && b.Mode != "" {
		mode += fmt.Sprintf(" (mode %d)", b.ModeNumber)
	}
	switch b.Kind {
	case "", "kernel":
		return mode
	case "ovs":
		return mode + ", Open vSwitch"
	default:
		return mode + ", " + b.Kind
	}
}

// LinksUp returns how many of a bond's links are up, for example "2/2 links up".
func LinksUp(b report.Bond) string {
	if len(b.Slaves) == 0 {
		return "no links"
	}
	up, known := 0, false
	for _, s := range b.Slaves {
		if s.MIIStatus == "up" {
			up++
		}
		known = known || s.MIIStatus != ""
	}
	if !known {
		return Count(len(b.Slaves), "link") + ", state unknown"
	}
	return fmt.Sprintf("%d/%d links up", up, len(b.Slaves))
}

// Count returns a number with its noun.
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

var platforms = map[string]string{"rhv": "RHV", "openshift": "OpenShift", "plain": ""}

// Fact is a value with the words that lead to it, if it needs any.
type Fact struct{ Label, Value string }

// String returns the fact in words.
func (f Fact) String() string { return strings.TrimSpace(f.Label + " " + f.Value) }

// HostFacts returns what is known about a host.
func HostFacts(h report.Host) []Fact {
	platform, known := platforms[h.Platform]
	if !known {
		platform = h.Platform
	}
	var facts []Fact
	for _, f := range []Fact{{"", h.OS}, {"kernel", h.Kernel}, {"", platform}, {"collected", h.Collected}} {
		if f.Value != "" {
			facts = append(facts, f)
		}
	}
	return facts
}

// HostName returns the name of a host, or what stands for it.
func HostName(h report.Host) string { return cmp.Or(h.Name, h.Source.Root, "unnamed host") }

// NoBond says why a host shows no bond.
func NoBond(h report.Host) string {
	if h.Verdict == "unknown" {
		return "No bond was seen, but the data that would show one are missing."
	}
	return "No bond was found on this host."
}

// Incomplete is what a report on a truncated or damaged input begins with.
const Incomplete = "INCOMPLETE INPUT: this report rests on the part that could be read."

// Redacted is what a report begins with whose names are pseudonyms.
const Redacted = "Redacted: names, addresses and ids in this report are pseudonyms."

// Affected returns the names of the devices that a finding is about.
func Affected(s report.Subject) []string {
	var names []string
	for _, n := range []string{s.Bond, s.Bridge, s.Link} {
		if n != "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names
}

// Head returns the first items of a list, about limit, and how many are left out. Without a limit (0) it returns all.
func Head[T any](list []T, limit int) (head []T, more int) {
	if limit <= 0 || len(list) <= limit+1 { // the line that says "1 more" would take the room of the one
		return list, 0
	}
	return list[:limit], len(list) - limit
}

// Conditions returns what must be true off the host for the verdict on a bond to hold, each once.
func Conditions(b report.Bond) []string {
	var out []string
	for _, a := range b.Attachments {
		for _, c := range a.Conditions {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// InFull reports a finding that is shown in full: it calls for action. The others are folded to one line, or are symptoms that another one quotes.
func InFull(f report.Finding) bool { return !SeverityOf(f.Severity).Folded && f.ExplainedBy == "" }

// WorstAt returns the place in the host's findings of the worst one about a bond that calls for action, -1 where there is none: findings come
// sorted.
func WorstAt(h report.Host, bond string) int {
	return slices.IndexFunc(h.Findings, func(f report.Finding) bool { return f.Subject.Bond == bond && InFull(f) })
}

// Worst returns the worst finding about a bond that calls for action.
func Worst(h report.Host, bond string) (report.Finding, bool) {
	i := WorstAt(h, bond)
	if i < 0 {
		return report.Finding{}, false
	}
	return h.Findings[i], true
}

// Split returns the findings to print in full and those that are folded to one line each. Symptoms of another finding are neither.
func Split(findings []report.Finding) (full, folded []report.Finding) {
	for _, f := range findings {
		switch {
		case InFull(f):
			full = append(full, f)
		case f.ExplainedBy == "":
			folded = append(folded, f)
		}
	}
	return full, folded
}

// Confidence returns in words how sure a finding is, "" where the report shows it.
func Confidence(f report.Finding) string {
	switch f.Confidence {
	case "likely":
		return "Likely: the evidence is indirect."
	case "possible":
		return "Possible: consistent with the evidence, and a host cannot prove it."
	}
	return ""
}

// Symptoms are the rules whose findings a finding explains.
func Symptoms(f report.Finding, all []report.Finding) (rules []string) {
	for _, x := range all {
		if x.ExplainedBy == f.Rule && x.Subject.Bond == f.Subject.Bond && !slices.Contains(rules, x.Rule) {
			rules = append(rules, x.Rule)
		}
	}
	return rules
}

// Location returns where a line of evidence stands, for example "etc/hosts:3".
func Location(e report.Evidence) string {
	if e.Line <= 0 {
		return e.File
	}
	return e.File + ":" + strconv.Itoa(e.Line)
}

// At returns a place in words, "" for none.
func At(at *report.At) string {
	if at == nil {
		return ""
	}
	return Location(report.Evidence{File: at.File, Line: at.Line})
}

// webAddress is what browsers and ticket systems open as it stands, and what no markup takes for its own.
var webAddress = regexp.MustCompile(`^https?://[A-Za-z0-9._~:/?#@$&'()+,;=%!-]+$`)

// IsWebAddress reports an address that may be made a link: a reference of an older report may be anything.
func IsWebAddress(s string) bool { return webAddress.MatchString(s) }

// Totals puts the summary into words, verdicts and severities each the worst first.
func Totals(s report.Summary) string {
	text := Count(s.Hosts, "host") + ", " + Count(s.Bonds, "bond")
	if c := VerdictCounts(s.Verdicts); c != "" {
		text += ": " + c
	}
	if c := counts(s.Findings, Severities()); c != "" {
		text += "; findings: " + c
	}
	return text
}

// Verdicts returns the verdicts of the contract, the worst first.
func Verdicts() []string {
	var names []string
	for _, v := range verdicts {
		names = append(names, v.name)
	}
	return names
}

// Severities returns the severities of the contract, the worst first.
func Severities() []string {
	var names []string
	for _, s := range severities {
		names = append(names, s.name)
	}
	return names
}

// VerdictCounts puts numbers of verdicts into words, the worst first.
func VerdictCounts(n map[string]int) string { return counts(n, Verdicts()) }

// counts lists the numbers that are not zero: known names in their order, then the others by name.
func counts(m map[string]int, order []string) string {
	var keys []string
	for k, n := range m {
		if n != 0 {
			keys = append(keys, k)
		}
	}
	rank := func(k string) int {
		if i := slices.Index(order, k); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b)) })
	for i, k := range keys {
		keys[i] = strconv.Itoa(m[k]) + " " + strings.ReplaceAll(k, "-", " ")
	}
	return strings.Join(keys, ", ")
}
