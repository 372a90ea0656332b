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
	Hosts      int            `json:"hosts"`
	Bonds      int            `json:"bonds"`
	Verdicts   map[string]int `json:"verdicts"` // hosts by verdict
	Severities map[string]int `json:"findings"` // findings by severity
	Faults     []Fault        `json:"faults"`   // the most severe first, then by number of hosts, then by rule
	Unread     []Unread       `json:"unread"`   // what could not be read, or not wholly, and why; the most frequent first
	Table      []Row          `json:"table"`    // every host, the worst first
	Filter     Filter         `json:"filter"`
}

// Inputs counts the inputs of a scan.
type Inputs struct {
	Found    int   `json:"found"`
	Reused   int   `json:"reused"` // of the others nothing had to be read: the database knew them
	Analyzed int   `json:"analyzed"`
	Partial  int   `json:"partial"`
	Failed   int   `json:"failed"` // with the crashed ones
	Bytes    int64 `json:"bytes"`
}

// Fault is a rule that found something, on however many hosts.
type Fault struct {
	Rule     string    `json:"rule"`
	Title    string    `json:"title"` // the rule's own, without names of a host
	Severity string    `json:"severity"`
	Hosts    int       `json:"hosts"`
	Bonds    int       `json:"bonds"`
	Findings int       `json:"findings"`
	Examples []Example `json:"examples"` // a few, the first by host name
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
	Why      string   `json:"why"` // without the inputs' names
	Inputs   int      `json:"inputs"`
	Examples []string `json:"examples"`
}

// Row is a host of the table.
type Row struct {
	Host
	Worst string   `json:"worst"` // severity of its worst finding, "" without one
	Rules []string `json:"rules"` // of its findings of severity warning and above, the most severe first
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
	Name    string `json:"name"`
	Mode    string `json:"mode"`
	Verdict string `json:"verdict"`
}

// Finding is a finding as it is counted.
type Finding struct {
	Rule        string
	Title       string
	Severity    string
	ExplainedBy string // symptoms are not counted as faults of their own
	Bond        string
}

// Filter says which hosts and faults are shown. Empty fields let everything through.
type Filter struct {
	Rules       []string `json:"rules,omitempty"`
	Verdicts    []string `json:"verdicts,omitempty"`
	MinSeverity string   `json:"min_severity,omitempty"`
	Platforms   []string `json:"platforms,omitempty"`
	Releases    []string `json:"releases,omitempty"` // a part of the operating system's name, in any case: "CentOS Stream 9"
	Hosts       []string `json:"hosts,omitempty"`
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
