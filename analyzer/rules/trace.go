package rules

import (
	"slices"
	"sync"
)

// Trace says what a finding leaves that may be gone without anybody having mended anything.
type Trace string

// The traces. A finding of a rule without one shows in the state or in the configuration, as long as it is there.
const (
	TraceNone    Trace = ""
	TraceLog     Trace = "log"     // lines of a log, which wraps and begins anew at a start
	TraceCounter Trace = "counter" // a counter, which begins anew at a start or when the bond is made anew
	TraceMoment  Trace = "moment"  // a table that shows one moment: a forwarding database, what links carried
)

// traces are the rules whose findings may be gone though their fault is not.
var traces = map[Trace][]string{
	TraceLog:     {"SB142", "SB148", "SB149", "SB182", "SB274"},
	TraceCounter: {"SB175", "SB184", "SB205", "SB217"},
	TraceMoment:  {"SB140", "SB141", "SB143", "SB144", "SB145", "SB190", "SB202", "SB303"},
}

// TraceOf returns the trace that findings of a rule leave.
func TraceOf(rule string) Trace {
	for _, t := range []Trace{TraceLog, TraceCounter, TraceMoment} {
		if slices.Contains(traces[t], rule) {
			return t
		}
	}
	return TraceNone
}

// LowersVerdict reports a rule whose findings make a verdict worse than the mode does, and leave a trace that fades.
func LowersVerdict(rule string) bool { return rule == "SB140" || rule == "SB141" || rule == "SB142" }

// ByPeers reports a finding that shows only beside other hosts.
func ByPeers(rule string, c Confidence) bool {
	return rule == sb228.ID || rule == "SB223" && c == Likely
}

// byID are the rules by their ids.
var byID = sync.OnceValue(func() map[string]Rule {
	m := map[string]Rule{}
	for _, r := range All() {
		m[r.ID] = r
	}
	return m
})

// NeedsOf are the data without which a rule does not run.
func NeedsOf(rule string) (data []string) {
	for _, d := range byID()[rule].Needs {
		data = append(data, string(d))
	}
	return data
}

// FamilyOf is the family of a rule, "" of one that there is not.
func FamilyOf(rule string) Family { return byID()[rule].Family }
