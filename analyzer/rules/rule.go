// Package rules holds what sosbond knows about bonds: the verdict on each pair of bond and attachment, and one rule for each fault or fact
// worth telling. What a rule checks stands in its Go file, what it says in the Markdown file of the same name beside it.
package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// Severity of a finding.
type Severity string

// The severities: critical, guests lose traffic now or at the next broadcast; error, wrong or unsupported and bound to fail in a foreseeable
// event; warning, works until something happens; info, to know or to check elsewhere; ok, checked and good.
const (
	Critical Severity = "critical"
	Error    Severity = "error"
	Warning  Severity = "warning"
	Info     Severity = "info"
	OK       Severity = "ok"
)

var severityRank = map[Severity]int{Critical: 0, Error: 1, Warning: 2, Info: 3, OK: 4}

// AtLeast reports whether s is as severe as t or more.
func (s Severity) AtLeast(t Severity) bool { return severityRank[s] <= severityRank[t] }

// Severities lists them, the most severe first.
func Severities() []Severity { return []Severity{Critical, Error, Warning, Info, OK} }

// Family is what a rule is about.
type Family string

// The families.
const (
	FamilyTopology      Family = "topology"      // a mode under what sits on the bond
	FamilySwitch        Family = "switch"        // what must be set on the switch
	FamilyMonitoring    Family = "monitoring"    // of links
	FamilyLACP          Family = "lacp"          // negotiation with the switch
	FamilyEvidence      Family = "evidence"      // of frames that go astray
	FamilyHash          Family = "hash"          // the transmit hash policy
	FamilyHealth        Family = "health"        // of bonds, slaves and addresses
	FamilyBridge        Family = "bridge"        // bridges over bonds
	FamilyWorkaround    Family = "workaround"    // rewriting of source addresses
	FamilyConfiguration Family = "configuration" // files and profiles
	FamilyData          Family = "data"          // what the report lacks
)

// Families lists them.
func Families() []Family {
	return []Family{FamilyTopology, FamilySwitch, FamilyMonitoring, FamilyLACP, FamilyEvidence, FamilyHash, FamilyHealth, FamilyBridge, FamilyWorkaround,
		FamilyConfiguration, FamilyData}
}

// Rule is one check.
type Rule struct {
	ID       string // SB103
	Slug     string // its files are <id>_<slug>.go and .md, id in lower case
	Severity Severity
	Family   Family
	Needs    []topology.Datum
	// Whole are data that must have lost nothing to damage or to a limit: the rule reasons from what is not in them. The rules of
	// FamilyConfiguration compare all that configures networks, so it is among them.
	Whole []topology.Datum
	// Explains are the rules whose findings on the same bond are symptoms of what this one found.
	Explains []string
	Check    func(*topology.Host) []Hit
}

// Confidence says how sure a finding is that is not shown by the report itself.
type Confidence string

// The confidences; a finding without one is shown by the lines that it quotes.
const (
	Likely   Confidence = "likely"   // the evidence is indirect, and other reasons are improbable
	Possible Confidence = "possible" // consistent with the evidence; a host cannot prove it
)

// Hit is one place where a rule fires. The rule's Markdown text makes a Finding of it.
type Hit struct {
	Severity   Severity // "" for the rule's own
	Confidence Confidence
	Bond       *topology.Bond
	Attachment *topology.Attachment // nil when the hit is about the bond or the host
	Link       string
	Slaves     []*topology.Slave    // of the bond: those that the hit is about, where it is not about all of them
	Guests     []*topology.GuestNIC // those that are affected; default: those of the attachment
	Evidence   []Evidence
	Vars       map[string]any // for the text, under .X
}

// Evidence is a line of the report with what it shows.
type Evidence struct {
	Source topology.Source
	Note   string
}

// Finding is a hit in words.
type Finding struct {
	Rule         string
	Title        string
	Severity     Severity
	Confidence   Confidence
	ExplainedBy  string // the rule whose finding this one is a symptom of
	Bond         string
	Bridge       string
	Link         string
	Slaves       []string
	Guests       []string
	Cause        string
	Evidence     []Evidence
	Remediation  []Remedy
	Verification []string
	References   []Reference
}

// Remedy is one way out.
type Remedy struct {
	Title    string
	Note     string
	Commands []string
}

// Reference is a document.
type Reference struct {
	Title string
	URL   string
}

// Blind is a rule that could not be run because a report lacks what it needs.
type Blind struct {
	Rule    string
	Missing []topology.Datum
}

// Run applies all rules to a host. The findings come sorted by severity, rule and subject.
func Run(h *topology.Host) (findings []Finding, blind []Blind) {
	for _, r := range All() {
		if lacking := missing(h, r); len(lacking) > 0 {
			blind = append(blind, Blind{Rule: r.ID, Missing: lacking})
			continue
		}
		for _, hit := range r.Check(h) {
			if hit.Bond != nil && hit.Bond.Cut && r.Family != FamilyData {
				continue // what breaks off may go on otherwise than it looks
			}
			findings = append(findings, Pages().Write(r, h, hit))
		}
	}
	explain(findings)
	Sort(findings)
	return findings, blind
}

// Sort puts findings in order: by severity, rule and subject.
func Sort(findings []Finding) {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(severityRank[a.Severity], severityRank[b.Severity]),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Bond, b.Bond), cmp.Compare(a.Bridge, b.Bridge), cmp.Compare(a.Link, b.Link),
			cmp.Compare(strings.Join(a.Guests, "\n"), strings.Join(b.Guests, "\n")),
		)
	})
}

func missing(h *topology.Host, r Rule) (data []topology.Datum) {
	for _, d := range r.Needs {
		if !h.Seen(d) {
			data = append(data, d)
		}
	}
	if h.Complete {
		return data
	}
	whole := r.Whole
	if r.Family == FamilyConfiguration {
		whole = slices.Concat(whole, parsers.Configuring())
	}
	for _, d := range whole {
		if !h.Whole(d) {
			data = append(data, d)
		}
	}
	return data
}

// cite makes evidence of facts that are known, each with its note; unknown ones are left out.
func cite(e ...Evidence) (known []Evidence) {
	for _, x := range e {
		if x.Source.Known() && !slices.ContainsFunc(known, func(k Evidence) bool { return k.Source == x.Source }) {
			known = append(known, x)
		}
	}
	return known
}

// on is short for one piece of evidence.
func on(s topology.Source, note string) Evidence { return Evidence{Source: s, Note: note} }

// Platforms lists what may manage a host.
func Platforms() (names []string) {
	for _, p := range topology.Platforms() {
		names = append(names, string(p))
	}
	return names
}
