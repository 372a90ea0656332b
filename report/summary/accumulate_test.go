package summary_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/summary"
)

var tool = report.Tool{Name: "sosbond", Version: "test"}

// scanned is one input of a scan with the hosts in it.
type scanned struct {
	entry entry.Entry
	hosts []summary.Host
}

// fleet is a scan of n inputs in which everything happens: names that several reports have, several hosts in an input, failures of all kinds.
func fleet(n int) (list []scanned) {
	verdicts := []string{"recommended", "partial", "not-working", "not-affected", "unknown", "not-recommended"}
	severities := []string{"critical", "error", "warning", "info", "ok"}
	kinds := []string{"damaged", "encrypted", "", "no-network", "from the future"}
	for i := range n {
		path := fmt.Sprintf("/srv/cases/%d/sosreport-hv%d-2026-11-22-abcdefg.tar.xz", i, i)
		one := scanned{entry: entry.Entry{Input: entry.Input{Path: path, Size: int64(i)}, Status: entry.Statuses()[i%4]}}
		if i%4 > 0 {
			one.entry.Errors, one.entry.Kinds = []string{fmt.Sprintf("error %d", i%3)}, []string{kinds[i%len(kinds)]}
		}
		for h := range i % 3 {
			host := summary.Host{
				Name: fmt.Sprintf("hv%d", i/2), Input: path, Source: fmt.Sprintf("%d.tar", h), OS: "CentOS Stream 9", Kernel: "5.14.0", Platform: "libvirt",
				Verdict: verdicts[i%len(verdicts)], Complete: i%4 == 0, Guests: i % 11, Bonds: []summary.Bond{{Name: "bond0", Mode: "802.3ad", Verdict: verdicts[i%len(verdicts)]}},
			}
			for f := range i % 7 {
				host.Findings = append(host.Findings, summary.Finding{
					Rule: fmt.Sprintf("SB1%02d", f*3), Severity: severities[(i+f)%len(severities)], Bond: fmt.Sprintf("bond%d", f%2), Title: fmt.Sprintf("title %d", i%5),
				})
			}
			one.hosts = append(one.hosts, host)
		}
		list = append(list, one)
	}
	return list
}

func add(acc summary.Accumulator, list []scanned) {
	for i, one := range list {
		acc.Input(one.entry, i%2 == 0)
		for _, h := range one.hosts {
			acc.Host(h)
		}
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	list := fleet(300)
	acc := summary.New(tool, summary.Filter{})
	add(acc, list)
	want := acc.Summary()
	random := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		acc := summary.New(tool, summary.Filter{})
		add(acc, list)
		if diff := cmp.Diff(want, acc.Summary()); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestSummaryOfASummary(t *testing.T) {
	list := fleet(100)
	acc := summary.New(tool, summary.Filter{})
	add(acc, list[:50])
	before := acc.Summary()
	again := acc.Summary()
	add(acc, list[50:])
	if diff := cmp.Diff(before, again); diff != "" {
		t.Error(diff)
	}
	if after := acc.Summary(); after.Inputs.Found != 100 || len(after.Table) <= len(before.Table) {
		t.Errorf("%d inputs, %d hosts after more were added", after.Inputs.Found, len(after.Table))
	}
	if before.Inputs.Found != 50 || len(before.Table) != len(again.Table) {
		t.Error("a summary changed when more was added")
	}
}

// host is one with findings of "RULE severity [explained by]".
func host(name, verdict string, findings ...string) summary.Host {
	h := summary.Host{Name: name, Input: "/cases/" + name + ".tar", Source: name + ".tar", OS: "Red Hat Enterprise Linux 9.4 (Plow)", Platform: "libvirt", Verdict: verdict,
		Bonds: []summary.Bond{{Name: "bond0", Mode: "802.3ad", Verdict: verdict}}}
	for _, f := range findings {
		words := append(strings.Fields(f), "")
		h.Findings = append(h.Findings, summary.Finding{Rule: words[0], Severity: words[1], ExplainedBy: words[2], Bond: "bond0", Title: f + " on " + name})
	}
	return h
}

func sum(f summary.Filter, hosts ...summary.Host) summary.Summary {
	acc := summary.New(tool, f)
	for _, h := range hosts {
		acc.Host(h)
	}
	return acc.Summary()
}

func TestFaults(t *testing.T) {
	s := sum(summary.Filter{},
		host("c", "not-working", "SB103 error", "SB103 critical", "SB140 critical SB103", "SB161 ok"),
		host("a", "partial", "SB103 error", "SB106 warning", "SB130 info"),
		host("a", "recommended", "SB103 error"), // another report of a host of that name
		host("b", "recommended"),
	)
	want := []summary.Fault{
		{
			Rule: "SB103", Title: "balance-alb under a bridge with guests", Severity: "critical", Hosts: 3, Names: 2, Bonds: 3, Findings: 4,
			Severities: map[string]int{"critical": 1, "error": 2},
			Examples: []summary.Example{
				{Host: "c", Input: "/cases/c.tar", Bond: "bond0", Title: "SB103 critical on c"}, {Host: "a", Input: "/cases/a.tar", Bond: "bond0", Title: "SB103 error on a"},
			},
		},
		{
			Rule: "SB106", Title: "active-backup under guests", Severity: "warning", Hosts: 1, Names: 1, Bonds: 1, Findings: 1, Severities: map[string]int{"warning": 1},
			Examples: []summary.Example{{Host: "a", Input: "/cases/a.tar", Bond: "bond0", Title: "SB106 warning on a"}},
		},
	}
	if diff := cmp.Diff(want, s.Faults); diff != "" {
		t.Error(diff)
	}
	if s.Hosts != 4 || s.Names != 3 || s.Bonds != 4 {
		t.Errorf("%d hosts, %d names, %d bonds", s.Hosts, s.Names, s.Bonds)
	}
	if diff := cmp.Diff(map[string]int{"critical": 1, "error": 3, "warning": 1, "info": 1, "ok": 1}, s.Severities); diff != "" {
		t.Errorf("findings: %s", diff)
	}
	var rows []string
	for _, r := range s.Table {
		rows = append(rows, strings.TrimSpace(fmt.Sprint(r.Name, " ", r.Verdict, " ", r.Worst, " ", r.Rules)))
	}
	if diff := cmp.Diff([]string{"c not-working critical [SB103]", "a partial error [SB103 SB106]", "a recommended error [SB103]", "b recommended  []"}, rows); diff != "" {
		t.Errorf("table: %s", diff)
	}
}

func TestWorstHostsFirst(t *testing.T) {
	s := sum(summary.Filter{},
		host("g", "not-affected"), host("f", "recommended", "SB161 ok"), host("e", "unknown", "SB300 warning"), host("d", "partial", "SB106 warning"),
		host("c", "partial", "SB273 error"), host("b", "recommended", "SB150 critical"), host("a2", "not-working", "SB112 error"), host("a1", "not-working", "SB112 error"),
	)
	order := ""
	for _, r := range s.Table {
		order += r.Name + " "
	}
	if want := "a1 a2 b c d e f g "; order != want {
		t.Errorf("order %q, want %q", order, want)
	}
}

func TestFilter(t *testing.T) {
	debian := host("deb", "partial", "SB106 warning", "SB130 info")
	debian.OS, debian.Platform = "Debian GNU/Linux 13 (trixie)", "plain"
	hosts := []summary.Host{host("bad", "not-working", "SB103 critical", "SB140 error SB103"), debian, host("good", "recommended", "SB161 ok")}
	for _, test := range []struct {
		name   string
		filter summary.Filter
		want   string // hosts with their faults
	}{
		{"none", summary.Filter{}, "bad[SB103] deb[SB106] good[]"},
		{"rule", summary.Filter{Rules: []string{"sb106"}}, "deb[SB106]"},
		{"symptom", summary.Filter{Rules: []string{"SB140"}}, "bad[SB140]"},
		{"rule of low severity", summary.Filter{Rules: []string{"SB161"}}, "good[SB161]"},
		{"rule and severity", summary.Filter{Rules: []string{"SB103", "SB106"}, MinSeverity: "error"}, "bad[SB103]"},
		{"severity", summary.Filter{MinSeverity: "info"}, "bad[SB103] deb[SB106 SB130]"},
		{"every severity", summary.Filter{MinSeverity: "ok"}, "bad[SB103] deb[SB106 SB130] good[SB161]"},
		{"verdict", summary.Filter{Verdicts: []string{"partial", "recommended"}}, "deb[SB106] good[]"},
		{"platform", summary.Filter{Platforms: []string{"Plain"}}, "deb[SB106]"},
		{"release", summary.Filter{Releases: []string{"enterprise linux 9"}}, "bad[SB103] good[]"},
		{"host", summary.Filter{Hosts: []string{"GOOD", "nobody"}}, "good[]"},
		{"nothing", summary.Filter{Hosts: []string{"good"}, Verdicts: []string{"partial"}}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sum(test.filter, hosts...)
			var got []string
			for _, r := range s.Table {
				got = append(got, fmt.Sprint(r.Name, r.Rules))
			}
			if diff := cmp.Diff(test.want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
			hidden := 0
			for _, n := range s.Hidden {
				hidden += n
			}
			if s.Hosts != len(s.Table) || hidden != len(hosts)-len(s.Table) {
				t.Errorf("%d hosts shown and %d hidden, the table has %d", s.Hosts, hidden, len(s.Table))
			}
			if !s.FailOn("critical") {
				t.Error("the filter hides what is wrong from the exit status")
			}
		})
	}
}

func TestFailOn(t *testing.T) {
	for _, test := range []struct {
		worst string
		want  bool
	}{{"", false}, {"ok", false}, {"warning", false}, {"error", true}, {"critical", true}, {"from the future", true}} {
		h := host("hv01", "partial")
		if test.worst != "" {
			h.Findings = []summary.Finding{{Rule: "SB140", Severity: test.worst, ExplainedBy: "SB103"}, {Rule: "SB161", Severity: "ok"}}
		}
		if got := sum(summary.Filter{}, h).FailOn("error"); got != test.want {
			t.Errorf("worst %q fails on error: %v", test.worst, got)
		}
	}
}

func TestUnread(t *testing.T) {
	failed := func(path string, status entry.Status, errs ...report.Error) entry.Entry {
		e := entry.Entry{Input: entry.Input{Path: path, Size: 1}, Status: status}
		e.SetErrors(errs)
		return e
	}
	acc := summary.New(tool, summary.Filter{})
	for _, e := range []entry.Entry{
		failed("/d", entry.Failed, report.Error{Kind: "damaged", Message: "d is damaged after 812 members"}),
		failed("/a", entry.Partial, report.Error{Kind: "damaged", Message: "a"}, report.Error{Kind: "damaged", Message: "b"}, report.Error{Kind: "encrypted"}),
		failed("/c", entry.Failed, report.Error{Kind: "damaged"}), failed("/b", entry.Failed, report.Error{Kind: "damaged"}),
		failed("/x", entry.Crashed, report.Error{Kind: "damaged", Message: "took longer than 10 minutes"}),
		failed("/y", entry.Failed, report.Error{Kind: "from the future", Message: "odd"}), failed("/z", entry.Partial),
		failed("/fine", entry.Analyzed),
		{Input: entry.Input{Path: "/old", Size: 1}, Status: entry.Failed, Errors: []string{"no kind"}},
	} {
		acc.Input(e, e.Path == "/fine")
	}
	s := acc.Summary()
	var got []string
	for _, u := range s.Unread {
		if u.Why == "" {
			t.Errorf("%q has no words", u.Kind)
		}
		got = append(got, fmt.Sprintf("%s %d %d %s", u.Kind, u.Inputs, u.Failed, strings.Join(u.Examples, ", ")))
	}
	want := []string{"damaged 4 3 /a, /b, /c", " 3 2 /old: no kind, /y: odd, /z", "crashed 1 1 /x: took longer than 10 minutes", "encrypted 1 0 /a"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(summary.Inputs{Found: 9, Reused: 1, Analyzed: 1, Partial: 2, Failed: 6, Bytes: 9}, s.Inputs); diff != "" {
		t.Error(diff)
	}
}

func TestHosts(t *testing.T) {
	doc := report.Document{Hosts: []report.Host{{
		Name: "hv01", Source: report.Source{Path: "a.tar/b.tar", Complete: true}, OS: "o", Kernel: "k", Platform: "rhv", Verdict: "partial",
		Bonds: []report.Bond{{Name: "bond0", Mode: "802.3ad", Verdict: "partial", Attachments: []report.Attachment{
			{Conditions: []string{"one", "two"}, Guests: []report.Guest{{}, {}}}, {Conditions: []string{"two"}, Guests: []report.Guest{{}}},
		}}},
		Findings: []report.Finding{{Rule: "SB100", Title: "t", Severity: "ok", ExplainedBy: "SB1", Subject: report.Subject{Bond: "bond0"}}},
	}}}
	got := summary.Hosts(entry.Entry{Input: entry.Input{Path: "/x/a.tar"}, Document: &doc})
	want := []summary.Host{{
		Name: "hv01", Input: "/x/a.tar", Source: "a.tar/b.tar", OS: "o", Kernel: "k", Platform: "rhv", Verdict: "partial", Complete: true, Guests: 3,
		Bonds:    []summary.Bond{{Name: "bond0", Mode: "802.3ad", Verdict: "partial", Conditions: 2}},
		Findings: []summary.Finding{{Rule: "SB100", Title: "t", Severity: "ok", ExplainedBy: "SB1", Bond: "bond0"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := summary.Hosts(entry.Entry{}); got != nil {
		t.Errorf("hosts of an input that could not be read: %v", got)
	}
}

// big is the n-th host of a large scan; its strings are cut from a text of 64 KB, as those of a report are.
func big(n int) summary.Host {
	text := fmt.Sprintf("hv%06d.dc2.example.com /srv/archive/2026/11/case-%08d/sosreport-hv%06d-2026-11-22-abcdefg.tar.xz", n, n, n) + strings.Repeat(" ", 64<<10)
	name, rest, _ := strings.Cut(text, " ")
	input, _, _ := strings.Cut(rest, " ")
	h := summary.Host{
		Name: name, Input: input, Source: input[strings.LastIndexByte(input, '/')+1:], OS: "CentOS Stream 9", Kernel: fmt.Sprintf("5.14.0-%d.el9", n%100),
		Platform: "libvirt", Verdict: "partial", Complete: true,
	}
	for b := range 2 {
		h.Bonds = append(h.Bonds, summary.Bond{Name: fmt.Sprintf("bond%d", b), Mode: "active-backup", Verdict: "partial"})
	}
	for f := range 8 {
		h.Findings = append(h.Findings, summary.Finding{Rule: fmt.Sprintf("SB1%02d", f*5+n%5), Severity: "warning", Bond: "bond0", Title: text[:200]})
	}
	return h
}

// TestMemory: a host takes some hundred bytes, whatever its report holds.
func TestMemory(t *testing.T) {
	const hosts, most = 5000, 700
	acc := summary.New(tool, summary.Filter{})
	acc.Host(big(hosts)) // with the pages of the rules
	before := heap()
	for n := range hosts {
		acc.Host(big(n))
	}
	grown := heap() - before
	if acc.Summary().Hosts != hosts+1 {
		t.Fatal("hosts are missing")
	}
	t.Logf("%d bytes for each host", grown/hosts)
	if grown/hosts > most {
		t.Errorf("%d bytes for each host, want %d at most", grown/hosts, most)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
