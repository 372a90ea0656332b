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
	got := NewTold().Unrepeat("hv01", in)
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

func TestUnrepeatOnAnotherHost(t *testing.T) {
	way := report.Remediation{Title: "On the switch", Note: "Switch first.", Commands: []string{"# channel-group 1 mode active"}}
	own := report.Remediation{Title: "On the host", Commands: []string{"nmcli connection up bond0"}}
	finding := report.Finding{Rule: "SB104", Cause: "Frames come back.", Remediation: []report.Remediation{way}, Verification: []string{"dmesg"}}
	here, there := NewTold(), finding
	there.Remediation = []report.Remediation{way, own}
	if got := here.Unrepeat("hv01", []report.Finding{finding}); got[0].Cause != "Frames come back." {
		t.Errorf("the first host: %+v", got[0])
	}
	got := here.Unrepeat("hv02", []report.Finding{there})[0]
	if got.Cause != "The reason is the same as in SB104 on hv01 above." || got.Verification != nil {
		t.Errorf("the second host: %+v", got)
	}
	if got.Remediation[0].Note != "As in SB104 on hv01 above." || got.Remediation[0].Commands != nil || len(got.Remediation[1].Commands) != 1 {
		t.Errorf("ways out of the second host: %+v", got.Remediation)
	}
}

func TestUnrepeatOnAnotherBridge(t *testing.T) {
	of := func(bridge, cause string) report.Finding {
		return report.Finding{Rule: "SB103", Cause: cause, Subject: report.Subject{Bond: "bond0", Bridge: bridge}}
	}
	got := NewTold().Unrepeat("pve2", []report.Finding{of("vmbr0", "It moves to bond0."), of("fwbr100i0", "It moves to fwln100i0."), {Rule: "SB142", Cause: "Frames."}, {Rule: "SB142", Cause: "Other frames."}})
	if got[0].Cause != "It moves to bond0." || got[1].Cause != "All else is as in SB103 above." {
		t.Errorf("%q, %q", got[0].Cause, got[1].Cause)
	}
	if got[3].Cause != "Other frames." {
		t.Errorf("findings about no bond: %q", got[3].Cause)
	}
}
