package render

import (
	"slices"
	"testing"

	"github.com/sosbond/sosbond/report"
)

func TestUnrepeat(t *testing.T) {
	lacp := report.Remediation{Title: "Move to LACP", Note: "Switch first.", Commands: []string{"set lacp", "up"}}
	other := report.Remediation{Title: "Move to active-backup", Commands: []string{"set ab"}}
	advice := report.Remediation{Title: "Ask", Note: "Ask the network team."}
	ref := report.Reference{Title: "Guide", URL: "https://example.com"}
	in := []report.Finding{
		{Rule: "SB104", Remediation: []report.Remediation{lacp, advice}, Verification: []string{"# must print nothing", "dmesg", "# in each guest: ping"}, References: []report.Reference{ref}},
		{Rule: "SB142", Remediation: []report.Remediation{lacp, other, advice}, Verification: []string{"# must print nothing", "dmesg", "tcpdump", "# in each guest: ping"}, References: []report.Reference{ref, {Title: "Kernel"}}},
	}
	got := Unrepeat(in)
	if r := got[0].Remediation; len(r) != 2 || !slices.Equal(r[0].Commands, lacp.Commands) || r[0].Note != "Switch first." {
		t.Errorf("the first finding lost something: %+v", r)
	}
	second := got[1]
	if r := second.Remediation; r[0].Note != "As in SB104 above." || r[0].Commands != nil || !slices.Equal(r[1].Commands, other.Commands) || r[2].Note != advice.Note {
		t.Errorf("remediation of the second: %+v", r)
	}
	if !slices.Equal(second.Verification, []string{"tcpdump"}) {
		t.Errorf("verification of the second: %q", second.Verification)
	}
	if len(second.References) != 1 || second.References[0].Title != "Kernel" {
		t.Errorf("references of the second: %+v", second.References)
	}
	if in[1].Remediation[0].Note != "Switch first." || len(in[1].Verification) != 4 || len(in[1].References) != 2 {
		t.Error("the document was changed")
	}
}
