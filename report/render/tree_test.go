package render

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func draw(b report.Bond, opt TreeOptions, findings ...report.Finding) string {
	var out strings.Builder
	for _, l := range Tree(b, findings, opt) {
		out.WriteString(l.String() + "\n")
	}
	return out.String()
}

func treeBond() report.Bond {
	guests := []report.Guest{
		{Name: "web01", Kind: "vm", Interface: "vnet0", MAC: "52:54:00:aa:00:01", Running: true},
		{Name: "ns1", Kind: "container", Interface: "veth1", MAC: "52:54:00:aa:00:02", Running: true},
	}
	return report.Bond{
		Name: "bond0", Kind: "kernel", Mode: "active-backup", ModeNumber: 1, Verdict: "partial",
		Slaves: []report.Slave{
			{Name: "eth0", MIIStatus: "up", Active: true, SpeedMbps: 1000},
			{Name: "eth1", MIIStatus: "up", SpeedMbps: 100},
			{Name: "eth2", MIIStatus: "down", SpeedMbps: -1},
		},
		Attachments: []report.Attachment{
			{Kind: "bridge", Name: "br100", Path: []string{"bond0", "bond0.100", "br100"}, Verdict: "partial", Guests: guests},
			{Kind: "host", Name: "bond0", Path: []string{"bond0"}, Verdict: "not-affected"},
			{Kind: "macvtap", Name: "macvtap0", Verdict: "partial"},
		},
	}
}

func TestTree(t *testing.T) {
	got := draw(treeBond(), TreeOptions{Width: 80})
	want := `┌─ eth0  up    1 Gb/s    active
├─ eth1  up    100 Mb/s  backup
├─ eth2  DOWN
bond0  active-backup (mode 1)  no link monitoring
├─ bond0.100 ── br100  bridge  2 guests  ~ partial
│  ├─ web01  VM         vnet0  52:54:00:aa:00:01
│  └─ ns1    container  veth1  52:54:00:aa:00:02
├─ the host's own traffic  – not affected
└─ macvtap0  macvtap  ~ partial
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestMarks checks which line of the tree carries the mark of a finding.
func TestMarks(t *testing.T) {
	tests := map[string]struct {
		subject  report.Subject
		severity string
		want     string // what the marked lines begin with
	}{
		"bond":                    {report.Subject{Bond: "bond0"}, "error", "bond0"},
		"bridge":                  {report.Subject{Bond: "bond0", Bridge: "br100"}, "error", "├─ bond0.100"},
		"bridge and all guests":   {report.Subject{Bond: "bond0", Bridge: "br100", Guests: []string{"ns1", "web01"}}, "error", "├─ bond0.100"},
		"bridge and some guests":  {report.Subject{Bond: "bond0", Bridge: "br100", Guests: []string{"ns1"}}, "error", "│  └─ ns1"},
		"bridge and other guests": {report.Subject{Bond: "bond0", Bridge: "br100", Guests: []string{"gone"}}, "error", "├─ bond0.100"},
		"guest alone":             {report.Subject{Bond: "bond0", Guests: []string{"web01"}}, "error", "│  ├─ web01"},
		"link of the bond":        {report.Subject{Bond: "bond0", Link: "eth1"}, "error", "├─ eth1"},
		"link of a guest":         {report.Subject{Bond: "bond0", Link: "vnet0"}, "error", "│  ├─ web01"},
		"VLAN":                    {report.Subject{Bond: "bond0", Link: "bond0.100"}, "error", "├─ bond0.100"},
		"macvtap":                 {report.Subject{Bond: "bond0", Link: "macvtap0"}, "error", "└─ macvtap0"},
		"the bond as a link":      {report.Subject{Bond: "bond0", Link: "bond0"}, "error", "bond0"},
		"unknown link":            {report.Subject{Bond: "bond0", Link: "eth9"}, "error", "bond0"},
		"unknown bridge":          {report.Subject{Bond: "bond0", Bridge: "br9"}, "error", "bond0"},
		"bridge without bond":     {report.Subject{Bridge: "br100"}, "warning", "├─ bond0.100"},
		"another bond":            {report.Subject{Bond: "bond1", Link: "eth1"}, "error", ""},
		"the host":                {report.Subject{}, "critical", ""},
		"info":                    {report.Subject{Bond: "bond0"}, "info", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := report.Finding{Rule: "SB999", Severity: tt.severity, Subject: tt.subject}
			tree := draw(treeBond(), TreeOptions{Width: 80}, f, f)
			var marked []string
			for line := range strings.Lines(tree) {
				if n := strings.Count(line, "SB999"); n == 1 {
					marked = append(marked, line)
				} else if n > 1 {
					t.Errorf("marked %d times: %s", n, line)
				}
			}
			switch {
			case tt.want == "" && len(marked) == 0:
			case tt.want == "" || len(marked) != 1 || !strings.HasPrefix(marked[0], tt.want):
				t.Errorf("marked lines: %q, want the one that begins with %q", marked, tt.want)
			}
		})
	}
}

func TestTreeFolds(t *testing.T) {
	b := treeBond()
	b.Attachments = b.Attachments[:1]
	b.Attachments[0].Guests = nil
	for i := range 100 {
		b.Attachments[0].Guests = append(b.Attachments[0].Guests, report.Guest{Name: fmt.Sprintf("guest%02d", i), Running: true})
	}
	finding := report.Finding{Rule: "SB144", Severity: "warning", Subject: report.Subject{Bond: "bond0", Guests: []string{"guest77"}}}
	folded := draw(b, TreeOptions{Width: 80}, finding)
	for _, want := range []string{"100 guests", "… and 88 more", "guest00", "guest77  ! SB144"} {
		if !strings.Contains(folded, want) {
			t.Errorf("no %q in\n%s", want, folded)
		}
	}
	if n := strings.Count(folded, "─ guest"); n != foldAt {
		t.Errorf("%d guests are shown, want %d", n, foldAt)
	}
	all := draw(b, TreeOptions{Width: 80, All: true}, finding)
	if n := strings.Count(all, "─ guest"); n != 100 || strings.Contains(all, "more") {
		t.Errorf("with All %d guests are shown, want 100", n)
	}
}

// TestTreeShowsWhatIsWrong has the attachment that gives the bond its verdict far down the list.
func TestTreeShowsWhatIsWrong(t *testing.T) {
	b := report.Bond{Name: "bond0", Verdict: "not-working"}
	for i := range 40 {
		b.Attachments = append(b.Attachments, report.Attachment{Kind: "bridge", Name: fmt.Sprintf("br%d", i), Verdict: "recommended"})
	}
	b.Attachments[33].Verdict = "not-working"
	tree := draw(b, TreeOptions{Width: 80})
	if !strings.Contains(tree, "br33  bridge  ✗ NOT WORKING") || !strings.Contains(tree, "… and 28 more: 28 recommended") {
		t.Errorf("the bridge that does not work is folded away:\n%s", tree)
	}
}

func TestTreeOfEveryDocumentFits(t *testing.T) {
	for _, d := range rendertest.Documents() {
		for _, h := range Sanitize(d.Doc).Hosts {
			for _, b := range h.Bonds {
				for width := 40; width <= 140; width += 10 {
					checkWidth(t, Tree(b, h.Findings, TreeOptions{Width: width}), width)
				}
			}
		}
	}
}

func checkWidth(t *testing.T, lines []Text, width int) {
	t.Helper()
	for _, l := range lines {
		if l.Width() > width {
			t.Errorf("width %d: %d columns: %s", width, l.Width(), l.String())
		}
	}
}

func FuzzTree(f *testing.F) {
	f.Add([]byte("bond0\x05hello\x02world\xff\x80\x03abc"), 80)
	f.Add([]byte(strings.Repeat("\x01\x05eth0 \x03\x02", 60)), 40)
	f.Fuzz(func(t *testing.T, data []byte, width int) {
		width = 40 + max(width, 0)%100
		for _, h := range Sanitize(rendertest.Fill(data)).Hosts {
			for _, b := range h.Bonds {
				for i := range b.Attachments {
					b.Attachments[i].Summary = "" // a sentence may hold a word that is wider than the line
				}
				checkWidth(t, Tree(b, h.Findings, TreeOptions{Width: width}), width)
			}
		}
	})
}
