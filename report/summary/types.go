// Package summary answers for many reports at once: which hosts have a bond that does not work with its guests, and what is wrong, grouped so
// that the same fault on two hundred hosts is one line.
package summary

import (
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
)

// Schema names the version of the JSON form.
const Schema = "sosbond.summary/v1"

// Summary is the answer.
type Summary struct {
	Schema     string         `json:"schema"`
	Tool       report.Tool    `json:"tool"`
	Inputs     Inputs         `json:"inputs"`
	Worst      string         `json:"worst"` // severity of the worst finding on any host, hidden ones too; "" without one
	Hosts      int            `json:"hosts"` // a host of which there are several reports counts as often: a name does not tell that it is the same
	Names      int            `json:"names"` // different host names among them
	Bonds      int            `json:"bonds"`
	Verdicts   map[string]int `json:"verdicts"` // hosts by verdict
	Severities map[string]int `json:"findings"` // findings by severity, without symptoms
	Faults     []Fault        `json:"faults"`   // the most severe first, then by number of hosts, then by rule
	Unread     []Unread       `json:"unread"`   // what could not be read, or not wholly, and why; the most frequent first
	Table      []Row          `json:"table"`    // every host, the worst first
	Filter     Filter         `json:"filter"`
	Hidden     map[string]int `json:"hidden"` // hosts that the filter hides, by verdict; nothing else here counts them, but Inputs and Worst

	Redacted bool `json:"redacted,omitempty"` // names are pseudonyms
}

// Inputs counts the inputs of a scan. Each is analyzed, partial or failed.
type Inputs struct {
	Found    int   `json:"found"`
	Reused   int   `json:"reused"` // of those found; they were not read again, the database knew them
	Analyzed int   `json:"analyzed"`
	Partial  int   `json:"partial"`
	Failed   int   `json:"failed"` // with the crashed ones
	Bytes    int64 `json:"bytes"`
}

// Fault is a rule that found something, on however many hosts. Unless the filter says otherwise, findings below warning are no faults, and
// neither are the symptoms of another one.
type Fault struct {
	Rule     string    `json:"rule"`
	Title    string    `json:"title"`    // the rule's own, without names of a host
	Severity string    `json:"severity"` // the worst
	Hosts    int       `json:"hosts"`    // as in Summary
	Names    int       `json:"names"`    // as in Summary
	Bonds    int       `json:"bonds"`
	Findings int       `json:"findings"`
	Examples []Example `json:"examples"` // a few of the most severe, by host name

	Severities map[string]int `json:"severities"` // hosts by the worst severity that the rule has on them
}

// Example is where a fault was found.
type Example struct {
	Host  string `json:"host"`
	Input string `json:"input"`
	Bond  string `json:"bond,omitempty"`
	Title string `json:"title"` // the finding's
}

// Unread is a reason for which inputs could not be read, or not wholly.
type Unread struct {
	Kind     string   `json:"kind"` // of report.Error; "crashed"; "" for another reason
	Why      string   `json:"why"`  // without the inputs' names
	Inputs   int      `json:"inputs"`
	Failed   int      `json:"failed"`   // of them: nothing at all could be read
	Examples []string `json:"examples"` // a few paths, the first by name; where the reason is another one, with what was said
}

// Row is a host of the table.
type Row struct {
	Host
	Worst string   `json:"worst"` // severity of its worst finding, "" without one
	Rules []string `json:"rules"` // of its faults, the most severe first
}

// Host is what the summary needs to know of a host. It is made of a report's host, or of the rows of a database.
type Host struct {
	Name     string    `json:"host"`
	Input    string    `json:"input"`  // Input.Path
	Source   string    `json:"source"` // report.Source.Path: the input's base name, then the nested archives
	OS       string    `json:"os"`
	Kernel   string    `json:"kernel"`
	Platform string    `json:"platform"`
	Verdict  string    `json:"verdict"`
	Complete bool      `json:"complete"`
	Guests   int       `json:"guests"` // network interfaces of guests
	Bonds    []Bond    `json:"bonds"`
	Findings []Finding `json:"-"`
}

// Bond is a bond in the table.
type Bond struct {
	Name       string `json:"name"`
	Mode       string `json:"mode"`
	Verdict    string `json:"verdict"`
	Conditions int    `json:"conditions"` // what must be true off the host for the verdict to hold
}

// Finding is a finding as it is counted.
type Finding struct {
	Rule        string
	Title       string
	Severity    string
	ExplainedBy string // symptoms are not counted as faults of their own
	Bond        string
}

// Filter says which hosts and faults are shown. Empty fields let everything through; a host has to pass all others.
type Filter struct {
	Rules       []string `json:"rules,omitempty"`        // hosts with a finding of one of these, be it a symptom or of low severity
	Verdicts    []string `json:"verdicts,omitempty"`     // of the host
	MinSeverity string   `json:"min_severity,omitempty"` // hosts with a finding at least that severe; "ok" for all hosts and findings
	Platforms   []string `json:"platforms,omitempty"`
	Releases    []string `json:"releases,omitempty"` // a part of the operating system's name, in any case: "CentOS Stream 9"
	Hosts       []string `json:"hosts,omitempty"`    // names, in any case, with or without the domain
}

// Accumulator takes the results of inputs in any order; the summary is the same whatever the order.
type Accumulator interface {
	// Input counts one input. reused tells that it was not read again.
	Input(e entry.Entry, reused bool)
	// Host adds a host.
	Host(h Host)
	// Summary answers for what was added so far.
	Summary() Summary
}
