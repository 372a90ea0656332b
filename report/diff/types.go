// Package diff compares two reports of one host, or of several, and answers the question whether the change between them helped.
package diff

import "github.com/sosbond/sosbond/report"

// Schema names the version of the JSON form: stable field names, additions allowed.
const Schema = "sosbond.diff/v1"

// Diff is what is different between an old and a new input.
type Diff struct {
	Schema  string      `json:"schema"`
	Tool    report.Tool `json:"tool"`
	Outcome Outcome     `json:"outcome"`
	Answer  string      `json:"answer"` // the outcome in one sentence
	Old     Input       `json:"old"`
	New     Input       `json:"new"`
	Summary Summary     `json:"summary"`
	Notes   []string    `json:"notes"`    // what limits the comparison as a whole
	Hosts   []Host      `json:"hosts"`    // that both inputs have, in the order of the new one
	OnlyOld []Lone      `json:"only_old"` // hosts without a counterpart
	OnlyNew []Lone      `json:"only_new"`

	Redacted bool `json:"redacted,omitempty"` // names, addresses and ids are pseudonyms
}

// Outcome says whether things got better.
type Outcome string

// The outcomes. Mixed: some of it got better, some worse. Same: nothing did either. Unknown: nothing did as far as the data show, and they do not
// show all.
const (
	OutcomeBetter  Outcome = "better"
	OutcomeWorse   Outcome = "worse"
	OutcomeMixed   Outcome = "mixed"
	OutcomeSame    Outcome = "same"
	OutcomeUnknown Outcome = "unknown"
)

// Input is one of the two.
type Input struct {
	Name   string         `json:"name"` // as given, the base name only
	Tool   report.Tool    `json:"tool"` // what analyzed it
	Hosts  int            `json:"hosts"`
	Errors []report.Error `json:"errors"` // what of it could not be analyzed
}

// Summary counts. Verdicts are those of bonds. Findings are those of severity warning and above that are no symptoms of others.
type Summary struct {
	Better     int `json:"verdicts_better"`
	Worse      int `json:"verdicts_worse"`
	Untold     int `json:"verdicts_cannot_be_told"`
	Fixed      int `json:"fixed"`
	NotSeen    int `json:"not_seen"`
	CannotTell int `json:"cannot_be_told"`
	StillThere int `json:"still_there"`
	New        int `json:"new"`
	FirstSeen  int `json:"first_seen"`
}

// Before is the number of findings in the old input.
func (s Summary) Before() int { return s.Fixed + s.NotSeen + s.CannotTell + s.StillThere }

// Change says what became of something.
type Change string

// What can become of a bond, an attachment, a guest, a file of configuration.
const (
	Same         Change = "same"
	Changed      Change = "changed"
	Added        Change = "added"
	Removed      Change = "removed"
	Moved        Change = "moved"   // a guest, to another attachment
	Started      Change = "started" // a guest
	Stopped      Change = "stopped" // a guest
	CannotBeTold Change = "cannot-be-told"
)

// What can become of a verdict, beside Same, Changed (to another one that is as good) and CannotBeTold.
const (
	Better Change = "better"
	Worse  Change = "worse"
)

// What can become of a finding, beside CannotBeTold.
const (
	Fixed      Change = "fixed"
	NotSeen    Change = "not-seen"    // what showed it, a log, a counter or a moment's table, does not show it any more
	StillThere Change = "still-there" //
	New        Change = "new"
	FirstSeen  Change = "first-seen" // the old report could not have shown it
	Gone       Change = "gone"       // of severity info or ok: there was nothing to fix
)

// Matched says how two hosts were found to be one.
type Matched string

// The ways, the surest first.
const (
	ByMachineID Matched = "machine-id"
	ByBootID    Matched = "boot-id" // both reports were taken in one start of the host
	ByName      Matched = "name"
	OnlyHost    Matched = "only-host" // each input has one
)

// Host is a host of both inputs.
type Host struct {
	Name     string    `json:"name"`
	OldName  string    `json:"old_name,omitempty"` // where it was another one
	Matched  Matched   `json:"matched"`
	Old      Side      `json:"old"`
	New      Side      `json:"new"`
	Notes    []string  `json:"notes"` // what limits the comparison
	Verdict  Verdict   `json:"verdict"`
	Changes  []Value   `json:"changes"` // of the system
	Bonds    []Bond    `json:"bonds"`
	Guests   []Guest   `json:"guests"` // that changed
	Findings []Finding `json:"findings"`
}

// Side is a host in one of the inputs.
type Side struct {
	Source    string   `json:"source"` // report.Source.Path
	Also      []string `json:"also,omitempty"`
	Kind      string   `json:"kind"`
	Collected string   `json:"collected"`
	Complete  bool     `json:"complete"`
}

// Verdict is a verdict before and after; "" where there was none.
type Verdict struct {
	Old    string `json:"old"`
	New    string `json:"new"`
	Change Change `json:"change"`
	Why    string `json:"why,omitempty"` // it cannot be told
}

// Value is a value that changed. An empty one was not there, or is not told.
type Value struct {
	What string `json:"what"`
	Old  string `json:"old"`
	New  string `json:"new"`
	Info bool   `json:"info,omitempty"` // of the moment or a counter: it changes without anybody changing anything
}

// Bond is a bond of either report.
type Bond struct {
	Name           string          `json:"name"`
	Kind           string          `json:"kind"`
	Change         Change          `json:"change"`
	Why            string          `json:"why,omitempty"` // it cannot be told
	Verdict        Verdict         `json:"verdict"`
	Changes        []Value         `json:"changes"`
	Attachments    []Attachment    `json:"attachments"`    // that changed
	Configurations []Configuration `json:"configurations"` // that changed
}

// Attachment is what sits on a bond.
type Attachment struct {
	Kind    string  `json:"kind"`
	Name    string  `json:"name"`
	Change  Change  `json:"change"`
	Why     string  `json:"why,omitempty"`
	Verdict Verdict `json:"verdict"`
	Changes []Value `json:"changes"` // of its path
}

// Configuration is what a file says of a bond.
type Configuration struct {
	System  string  `json:"system"`
	File    string  `json:"file"`
	Change  Change  `json:"change"`
	Why     string  `json:"why,omitempty"`
	Changes []Value `json:"changes"` // options, slaves, bridge, in use
}

// Guest is a network interface of a guest that changed.
type Guest struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Change Change `json:"change"`
	Old    string `json:"old"` // where it was: "bond0/br0"
	New    string `json:"new"`
	Why    string `json:"why,omitempty"`
}

// Finding is a finding of either report.
type Finding struct {
	Rule        string         `json:"rule"`
	Title       string         `json:"title"` // the new one where there are two: numbers in it may differ
	Severity    string         `json:"severity"`
	OldSeverity string         `json:"old_severity,omitempty"` // where it was another one
	ExplainedBy string         `json:"explained_by,omitempty"` // it is a symptom of that rule's finding
	Subject     report.Subject `json:"subject"`
	Change      Change         `json:"change"`
	Why         string         `json:"why,omitempty"` // where the change needs words
}

// Lone is a host that one input has.
type Lone struct {
	Name    string `json:"name"`
	Source  string `json:"source"`
	Verdict string `json:"verdict"`
	Bonds   int    `json:"bonds"`
	Why     string `json:"why,omitempty"` // it may have a counterpart all the same
	// NotWorking names the bonds that do not work with their guests.
	NotWorking []string `json:"not_working"`
}
