package picture_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// text is the tree of a host.
func text(h report.Host, width int, all bool) string {
	var out strings.Builder
	for _, l := range picture.Tree(picture.New(h, picture.Options{All: all}), picture.TreeOptions{Width: width, All: all}) {
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
			{Name: "eth0", MIIStatus: "up", Active: true, SpeedMbps: 1000, Switch: &report.Port{Switch: "leaf1", Port: "Eth1/1"}},
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
	got := text(report.Host{Bonds: []report.Bond{treeBond()}}, 80, false)
	want := `┌─ eth0  up    1 Gb/s    active  to leaf1 Eth1/1
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

// TestTreeMarks checks which line of the tree carries the mark of a finding.
func TestTreeMarks(t *testing.T) {
	tests := map[string]struct {
		subject  report.Subject
		severity string
		want     string // what the marked line begins with
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
			tree := text(report.Host{Bonds: []report.Bond{treeBond()}, Findings: []report.Finding{f, f}}, 80, false)
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

// crowd is a host with a hundred guests on one bridge, every third a container.
func crowd(findings ...report.Finding) report.Host {
	b := treeBond()
	b.Attachments = b.Attachments[:1]
	b.Attachments[0].Guests = nil
	for i := range 100 {
		g := report.Guest{Name: fmt.Sprintf("guest%02d", i), Kind: "vm", Interface: fmt.Sprintf("vnet%d", i), Running: true}
		if i%3 == 0 {
			g.Kind = "container"
		}
		b.Attachments[0].Guests = append(b.Attachments[0].Guests, g)
	}
	return report.Host{Bonds: []report.Bond{b}, Findings: findings}
}

func guestsNamed(from, to int) (names []string) {
	for i := from; i < to; i++ {
		names = append(names, fmt.Sprintf("guest%02d", i))
	}
	return names
}

func TestTreeFolds(t *testing.T) {
	silent := func(names ...string) report.Finding {
		return report.Finding{Rule: "SB144", Severity: "warning", Subject: report.Subject{Bond: "bond0", Guests: names}}
	}
	tests := map[string]struct {
		host  report.Host
		all   bool
		want  []string
		shown int
	}{
		"one is faulty":   {crowd(silent("guest77")), false, []string{"100 guests", "guest00", "! SB144", "─ guest77", "… and 58 more VMs and 30 more containers"}, 12},
		"many are faulty": {crowd(silent(guestsNamed(20, 80)...)), false, []string{"─ guest20", "─ guest43", "… and 50 more VMs and 26 more containers  ! SB144"}, 24},
		"unfolded":        {crowd(silent("guest77")), true, []string{"─ guest99", "! SB144"}, 100},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tree := text(tt.host, 80, tt.all)
			for _, want := range tt.want {
				if !strings.Contains(tree, want) {
					t.Errorf("no %q", want)
				}
			}
			if n := strings.Count(tree, "─ guest"); n != tt.shown || tt.all == strings.Contains(tree, "more") {
				t.Errorf("%d guests are shown, want %d", n, tt.shown)
			}
			if t.Failed() {
				t.Log(tree)
			}
		})
	}
}

// TestTreeShowsWhatIsWrong has the attachment that gives the bond its verdict far down the list.
func TestTreeShowsWhatIsWrong(t *testing.T) {
	b := report.Bond{Name: "bond0", Verdict: "not-working"}
	for i := range 40 {
		b.Attachments = append(b.Attachments, report.Attachment{Kind: "bridge", Name: fmt.Sprintf("br%d", i), Verdict: "recommended"})
	}
	b.Attachments[33].Verdict = "not-working"
	tree := text(report.Host{Bonds: []report.Bond{b}}, 80, false)
	if !strings.Contains(tree, "br33  bridge  ✗ NOT WORKING") || !strings.Contains(tree, "… and 28 more bridges: 28 recommended") {
		t.Errorf("the bridge that does not work is folded away:\n%s", tree)
	}
}

// TestTreeOfSharedBridge: a bridge of two bonds, or of one by two VLANs, has a line each time, with its guests.
func TestTreeOfSharedBridge(t *testing.T) {
	guests := []report.Guest{{Name: "web01", Kind: "vm", Interface: "vnet0", Running: true}}
	attached := func(path ...string) report.Attachment {
		return report.Attachment{Kind: "bridge", Name: "br0", Path: append(path, "br0"), Verdict: "partial", Guests: guests}
	}
	tree := text(report.Host{Bonds: []report.Bond{
		{Name: "bond0", Attachments: []report.Attachment{attached("bond0", "bond0.5"), attached("bond0", "bond0.6")}},
		{Name: "bond1", Attachments: []report.Attachment{attached("bond1")}},
	}}, 80, false)
	for _, want := range []string{"├─ bond0.5 ── br0", "└─ bond0.6 ── br0", "└─ br0  bridge  1 guest"} {
		if !strings.Contains(tree, want) {
			t.Errorf("no %q in\n%s", want, tree)
		}
	}
	if n := strings.Count(tree, "web01"); n != 3 {
		t.Errorf("the guest is there %d times:\n%s", n, tree)
	}
}

func TestTreeGolden(t *testing.T) {
	for _, d := range diagramDocuments() {
		if len(d.Doc.Hosts) == 0 {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			var out strings.Builder
			for _, h := range render.Sanitize(d.Doc).Hosts {
				out.WriteString(text(h, 80, d.Name == "words") + "\n")
			}
			rendertest.CheckHarmless(t, out.String())
			golden(t, ".txt").Assert(t, d.Name, []byte(out.String()))
		})
	}
}

func TestTreeOfEveryDocumentFits(t *testing.T) {
	for _, d := range diagramDocuments() {
		for _, h := range render.Sanitize(d.Doc).Hosts {
			for width := 40; width <= 140; width += 10 {
				checkWidth(t, text(h, width, false), width)
			}
		}
	}
}

func checkWidth(t *testing.T, tree string, width int) {
	t.Helper()
	for l := range strings.Lines(tree) {
		if l = strings.TrimSuffix(l, "\n"); render.Width(l) > width {
			t.Errorf("width %d: %d columns: %s", width, render.Width(l), l)
		}
	}
}

func FuzzTree(f *testing.F) {
	f.Add([]byte("bond0\x05hello\x02world\xff\x80\x03abc"), 80)
	f.Add([]byte(strings.Repeat("\x01\x05eth0 \x03\x02", 60)), 40)
	f.Fuzz(func(t *testing.T, data []byte, width int) {
		width = 40 + max(width, 0)%100
		for _, h := range render.Sanitize(rendertest.Fill(data)).Hosts {
			for _, b := range h.Bonds {
				for i := range b.Attachments {
					b.Attachments[i].Summary = "" // a sentence may hold a word that is wider than the line
				}
			}
			tree := text(h, width, false)
			checkWidth(t, tree, width)
			rendertest.CheckHarmless(t, tree)
		}
	})
}
