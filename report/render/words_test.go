package render

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
)

func TestVocabularyHasItsOwnMarks(t *testing.T) {
	marks := map[string]string{}
	for _, v := range verdicts {
		if other, ok := marks[v.Mark]; ok {
			t.Errorf("verdicts %s and %s have the same mark %s", other, v.name, v.Mark)
		}
		marks[v.Mark] = v.name
		if Width(v.Mark) != 1 {
			t.Errorf("mark %q of %s does not take one column", v.Mark, v.name)
		}
	}
	if got := VerdictOf("brand-new"); got.Mark != "?" || got.Words != "brand-new" {
		t.Errorf("a verdict that is not in the contract is shown as %+v", got)
	}
	if got := SeverityOf("fatal"); got.Folded || got.Word != "fatal" {
		t.Errorf("a severity that is not in the contract is shown as %+v", got)
	}
}

func TestModeAndLinks(t *testing.T) {
	slaves := func(status ...string) (list []report.Slave) {
		for _, s := range status {
			list = append(list, report.Slave{MIIStatus: s})
		}
		return list
	}
	tests := []struct {
		bond        report.Bond
		mode, links string
	}{
		{report.Bond{Kind: "kernel", Mode: "balance-alb", ModeNumber: 6, Slaves: slaves("up", "up")}, "balance-alb (mode 6)", "2/2 links up"},
		{report.Bond{Kind: "kernel", Mode: "", ModeNumber: -1}, "mode unknown", "no links"},
		{report.Bond{Kind: "team", Mode: "lacp", ModeNumber: -1, Slaves: slaves("up", "down", "going back")}, "lacp, team", "1/3 links up"},
		{report.Bond{Kind: "ovs", Mode: "balance-slb", ModeNumber: -1, Slaves: slaves("")}, "balance-slb, Open vSwitch", "1 link, state unknown"},
	}
	for _, tt := range tests {
		if got := Mode(tt.bond); got != tt.mode {
			t.Errorf("Mode = %q, want %q", got, tt.mode)
		}
		if got := LinksUp(tt.bond); got != tt.links {
			t.Errorf("LinksUp = %q, want %q", got, tt.links)
		}
	}
}

func TestBondFacts(t *testing.T) {
	tests := map[string]struct {
		bond report.Bond
		want []string
	}{
		"no monitoring": {report.Bond{Mode: "balance-rr"}, []string{"balance-rr (mode 0)", "no link monitoring"}},
		"unknown monitoring": {
			report.Bond{Mode: "balance-rr", Monitoring: report.Monitoring{MIIMonMS: -1, ARPIntervalMS: -1}}, []string{"balance-rr (mode 0)"},
		},
		"ARP": {
			report.Bond{Mode: "active-backup", ModeNumber: 1, Monitoring: report.Monitoring{ARPIntervalMS: 1000}, MIIStatus: "down"},
			[]string{"active-backup (mode 1)", "ARP monitoring every 1000 ms", "bond is DOWN"},
		},
		"LACP": {
			report.Bond{
				Mode: "802.3ad", ModeNumber: 4, HashPolicy: "layer3+4", Monitoring: report.Monitoring{MIIMonMS: 100}, Configured: "nmstate",
				LACP: &report.LACP{Ports: 1, Rate: "fast"},
			},
			[]string{"802.3ad (mode 4)", "hash layer3+4", "miimon 100 ms", "LACP partner not shown (1 port, rate fast)", "set up by nmstate"},
		},
		"LACP not shown": {
			report.Bond{
				Mode: "802.3ad", ModeNumber: 4, Monitoring: report.Monitoring{MIIMonMS: 100},
				LACP: &report.LACP{PartnerMAC: "02:00:00:00:00:01", Ports: -1},
			},
			[]string{"802.3ad (mode 4)", "miimon 100 ms", "LACP partner 02:00:00:00:00:01"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, BondFacts(tt.bond)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSpeed(t *testing.T) {
	for mbps, want := range map[int]string{-1: "", 0: "", 100: "100 Mb/s", 1000: "1 Gb/s", 2500: "2.5 Gb/s", 100000: "100 Gb/s"} {
		if got := Speed(mbps); got != want {
			t.Errorf("Speed(%d) = %q, want %q", mbps, got, want)
		}
	}
}

func TestTotals(t *testing.T) {
	got := Totals(report.Summary{
		Hosts: 3, Bonds: 1,
		Verdicts: map[string]int{"recommended": 1, "odd": 2, "not-working": 1, "partial": 0, "also-odd": 1},
		Findings: map[string]int{"ok": 4, "critical": 1},
	})
	if want := "3 hosts, 1 bond: 1 not working, 1 recommended, 1 also odd, 2 odd; findings: 1 critical, 4 ok"; got != want {
		t.Errorf("Totals = %q, want %q", got, want)
	}
}

func TestCoverage(t *testing.T) {
	there, gaps := Coverage([]report.Coverage{
		{Datum: "ip link", Status: "read"},
		{Datum: "kernel log", Status: "empty"},
		{Datum: "fdb", Status: "empty", Ask: "bridge fdb"},
		{Datum: "bond status", Status: "not-collected", Ask: "sos report", Files: []string{"a"}},
		{Datum: "nft", Status: "failed", Ask: "sos report"},
		{Datum: "ifcfg", Status: "not-collected", Ask: "sos report", Files: []string{"b"}},
	})
	var names []string
	for _, c := range there {
		names = append(names, DatumName(c))
	}
	if diff := cmp.Diff([]string{"ip link", "kernel log (empty)"}, names); diff != "" {
		t.Error(diff)
	}
	want := []Gap{
		{Data: []string{"fdb"}, Status: "empty", Ask: "bridge fdb"},
		{Data: []string{"bond status", "ifcfg"}, Status: "not collected", Ask: "sos report", Files: []string{"a", "b"}},
		{Data: []string{"nft"}, Status: "collection failed", Ask: "sos report"},
	}
	if diff := cmp.Diff(want, gaps); diff != "" {
		t.Error(diff)
	}
}

func TestHead(t *testing.T) {
	list := []int{1, 2, 3, 4}
	for limit, want := range map[int]int{0: 0, 1: 3, 2: 2, 3: 0, 4: 0, 9: 0} {
		if head, more := Head(list, limit); more != want || len(head)+more != len(list) {
			t.Errorf("Head(4 items, %d) = %d items and %d more, want %d more", limit, len(head), more, want)
		}
	}
}

func TestLinkUse(t *testing.T) {
	up, active := report.Slave{MIIStatus: "up"}, report.Slave{MIIStatus: "up", Active: true}
	lacp := report.Bond{ModeNumber: 4, LACP: &report.LACP{Aggregator: 1}}
	for name, tt := range map[string]struct {
		bond report.Bond
		link report.Slave
		want string
	}{
		"the active one":        {report.Bond{ModeNumber: 5}, active, "active"},
		"backup":                {report.Bond{ModeNumber: 1, Slaves: []report.Slave{active, up}}, up, "backup"},
		"active one unknown":    {report.Bond{ModeNumber: 1, Slaves: []report.Slave{up}}, up, ""},
		"no backup in alb":      {report.Bond{ModeNumber: 6, Slaves: []report.Slave{active, up}}, up, ""},
		"left out":              {lacp, up, "not in use"},
		"in use":                {lacp, report.Slave{MIIStatus: "up", Active: true, Aggregator: 1}, ""},
		"another aggregator":    {lacp, report.Slave{MIIStatus: "up", Active: true, Aggregator: 2}, "not in use"},
		"down":                  {lacp, report.Slave{MIIStatus: "down"}, ""},
		"of a mode not in view": {report.Bond{ModeNumber: -1}, up, ""},
	} {
		if got := LinkUse(tt.bond, tt.link); got.Text != tt.want {
			t.Errorf("%s: %q, want %q", name, got.Text, tt.want)
		}
	}
}
