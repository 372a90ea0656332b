package rules

import (
	"slices"
	"testing"

	"github.com/sosbond/sosbond/parsers"
)

// TestTraces: what rests on a log or a forwarding database may be gone without being mended. Entries that somebody sets there stay.
func TestTraces(t *testing.T) {
	set := []string{"SB146", "SB147"}
	for _, r := range All() {
		rests := slices.Contains(r.Needs, parsers.DatumKernLog) || slices.Contains(r.Needs, parsers.DatumFDB)
		if rests && TraceOf(r.ID) == TraceNone && !slices.Contains(set, r.ID) {
			t.Errorf("%s rests on %q: say in trace.go what it leaves", r.ID, r.Needs)
		}
	}
	for trace, ids := range traces {
		for _, id := range ids {
			ruleByID(t, id)
			if TraceOf(id) != trace {
				t.Errorf("%s stands twice", id)
			}
		}
	}
	for _, r := range All() {
		if LowersVerdict(r.ID) && TraceOf(r.ID) != TraceLog && TraceOf(r.ID) != TraceMoment {
			t.Errorf("%s leaves no trace that fades", r.ID)
		}
	}
	if TraceOf("SB103") != TraceNone || !ByPeers("SB228", "") || !ByPeers("SB223", Likely) || ByPeers("SB223", "") || !slices.Equal(NeedsOf("SB142"), []string{"kernel messages"}) || NeedsOf("SB999") != nil ||
		FamilyOf("SB170") != FamilyLACP || FamilyOf("SB999") != "" {
		t.Error("SB103, SB223, SB228 or SB142")
	}
}
