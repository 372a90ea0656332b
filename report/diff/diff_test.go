package diff_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/jsonout"
)

var tool = report.Tool{Name: "sosbond", Version: "1.0.0"}

// edit changes the files of a host before it is analyzed.
type edit func(t testing.TB, ar *txtar.Archive)

// re replaces what a regular expression matches in the files whose path has a part; "^" and "$" match at lines.
func re(part, from, to string) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		changed := false
		for i, f := range ar.Files {
			if strings.Contains(f.Name, part) {
				ar.Files[i].Data = regexp.MustCompile("(?m)"+from).ReplaceAll(f.Data, []byte(to))
				changed = changed || !bytes.Equal(f.Data, ar.Files[i].Data)
			}
		}
		if !changed {
			t.Fatalf("%s: no %q to replace", part, from)
		}
	}
}

// drop removes the files whose path has one of the parts.
func drop(parts ...string) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		for _, p := range parts {
			n := len(ar.Files)
			ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.Contains(f.Name, p) })
			if len(ar.Files) == n {
				t.Fatalf("no file %q", p)
			}
		}
	}
}

// booted adds the id of the host's start.
func booted(id string) edit {
	return func(_ testing.TB, ar *txtar.Archive) {
		ar.Files = append(ar.Files, txtar.File{Name: "proc/sys/kernel/random/boot_id", Data: []byte(id)})
	}
}

// document is the report on a host of testdata/hosts with edits.
func document(t testing.TB, name string, edits ...edit) report.Document {
	t.Helper()
	ar := hosttest.Archive(t, name)
	for _, e := range edits {
		e(t, ar)
	}
	h := analyzer.Judge(hosttest.Host(t, ar))
	h.Source = analyzer.Source{Path: "sosreport-" + name + ".tar.xz", Kind: "sosreport", Root: "sosreport-" + name, Complete: true}
	doc := report.New(analyzer.Result{Hosts: []analyzer.Host{h}}, tool.Version)
	return doc
}

func compare(before, after report.Document) diff.Diff {
	return diff.Compare(diff.Report{Name: "old.tar.xz", Doc: before}, diff.Report{Name: "new.tar.xz", Doc: after}, tool)
}

const (
	proc  = "/net/bonding/"
	ip    = "networking/ip_-"
	dmesg = "kernel/dmesg"
	fdb   = "fdb_show"
	virsh = "virsh"
)

// toAB makes active-backup of round-robin.
func toAB(t testing.TB, ar *txtar.Archive) {
	t.Helper()
	re(proc, `^Bonding Mode: load balancing \(round-robin\)`, "Bonding Mode: fault-tolerance (active-backup)\nPrimary Slave: None\nCurrently Active Slave: eth0")(t, ar)
	re(ip, "bond mode balance-rr", "bond mode active-backup")(t, ar)
}

// quiet takes away what shows that frames come back.
func quiet(t testing.TB, ar *txtar.Archive) {
	t.Helper()
	re(dmesg, `^.*own address as source address.*\n`, "")(t, ar)
	re(fdb, `^52:54:.* dev bond0\S* .*\n`, "")(t, ar)
}

func incomplete(d report.Document) report.Document {
	d.Hosts[0].Source.Complete = false
	return d
}

// told writes what a comparison says in short: the verdict, then each finding that is a problem, with what became of it.
func told(d diff.Diff) string {
	lines := []string{string(d.Outcome)}
	for _, h := range d.Hosts {
		for _, b := range h.Bonds {
			lines = append(lines, fmt.Sprintf("%s %s: %s → %s %s", b.Name, b.Change, b.Verdict.Old, b.Verdict.New, b.Verdict.Change))
		}
		for _, f := range h.Findings {
			if f.Severity == "critical" || f.Severity == "error" || f.Severity == "warning" {
				lines = append(lines, strings.TrimSpace(f.Rule+" "+string(f.Change)+" "+f.OldSeverity+" "+map[bool]string{true: "symptom"}[f.ExplainedBy != ""]))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// TestFindings: what became of findings and verdicts. What a report cannot show is never told to be fixed.
func TestFindings(t *testing.T) {
	loop := func(t *testing.T, edits ...edit) report.Document { return document(t, "rr-loop", edits...) }
	for _, c := range []struct {
		name          string
		before, after report.Document
		want          string
		why           string // a part of the first reason that is given
		worse         bool
	}{
		{name: "nothing changed", before: loop(t), after: loop(t), want: "same\nbond0 same: not-working → not-working same\nSB104 still-there\nSB140 still-there  symptom\nSB142 still-there  symptom"},
		{name: "another mode", before: loop(t), after: loop(t, toAB, quiet),
			want: "better\nbond0 changed: not-working → partial better\nSB106 new\nSB140 not-seen  symptom\nSB142 not-seen  symptom\nSB104 fixed"},
		{name: "another mode, without what showed the fault", before: loop(t), after: loop(t, toAB, drop(fdb, dmesg)), why: "the new report lacks",
			want: "better\nbond0 changed: not-working → partial cannot-be-told\nSB106 new\nSB140 cannot-be-told  symptom\nSB142 cannot-be-told  symptom\nSB104 fixed"},
		{name: "another monitoring, without what showed the fault", before: loop(t), after: loop(t, re(proc, `Interval \(ms\): 100`, "Interval (ms): 50"), drop(fdb, dmesg)), why: "the new report lacks",
			want: "unknown\nbond0 changed: not-working → not-recommended cannot-be-told\nSB104 still-there critical\nSB140 cannot-be-told  symptom\nSB142 cannot-be-told  symptom"},
		{name: "another monitoring, and the log begins anew", before: loop(t), after: loop(t, re(proc, `Interval \(ms\): 100`, "Interval (ms): 50"), quiet), why: "not seen any more",
			want: "unknown\nbond0 changed: not-working → not-recommended cannot-be-told\nSB104 still-there critical\nSB140 not-seen  symptom\nSB142 not-seen  symptom"},
		{name: "the way back", before: loop(t, toAB, quiet), after: loop(t), worse: true,
			want: "mixed\nbond0 changed: partial → not-working worse\nSB104 new\nSB140 new  symptom\nSB142 new  symptom\nSB106 fixed"},
		{name: "the evidence is gone and nothing was changed", before: loop(t), after: loop(t, quiet), why: "what showed the fault is not seen any more",
			want: "unknown\nbond0 changed: not-working → not-recommended cannot-be-told\nSB104 still-there critical\nSB140 not-seen  symptom\nSB142 not-seen  symptom"},
		{name: "the evidence was not collected", before: loop(t), after: loop(t, drop(dmesg, fdb)), why: "the new report lacks",
			want: "unknown\nbond0 changed: not-working → not-recommended cannot-be-told\nSB104 still-there critical\nSB140 cannot-be-told  symptom\nSB142 cannot-be-told  symptom"},
		{name: "the old report lacked the evidence", before: loop(t, drop(dmesg, fdb)), after: loop(t), why: "the old report lacks",
			want: "unknown\nbond0 changed: not-recommended → not-working cannot-be-told\nSB140 first-seen  symptom\nSB142 first-seen  symptom\nSB104 still-there warning"},
		{name: "the new report is cut off", before: loop(t), after: incomplete(loop(t, toAB, quiet)), why: "the new report is incomplete",
			want: "unknown\nbond0 changed: not-working → partial cannot-be-told\nSB106 new\nSB104 cannot-be-told\nSB140 cannot-be-told  symptom\nSB142 cannot-be-told  symptom"},
		{name: "the old report was cut off", before: incomplete(loop(t, toAB, quiet)), after: loop(t), why: "the old report is incomplete",
			want: "unknown\nbond0 changed: partial → not-working cannot-be-told\nSB104 first-seen\nSB140 first-seen  symptom\nSB142 first-seen  symptom\nSB106 fixed"},
		{name: "nothing of the bond was collected", before: loop(t), after: loop(t, drop(proc, ip, fdb, "link_show")), why: "the new report lacks bond state, links",
			want: "unknown\nbond0 cannot-be-told: not-working →  cannot-be-told\nSB104 cannot-be-told\nSB140 cannot-be-told  symptom\nSB142 cannot-be-told  symptom"},
		{name: "its state was not collected", before: document(t, "lacp-nopartner"), after: document(t, "lacp-nopartner", drop(proc), re(ip, `^    bond mode .*\n`, "")), why: "the new report lacks bond state",
			want: "unknown\nbond0 changed: partial → unknown cannot-be-told\nSB170 cannot-be-told\nSB175 cannot-be-told  symptom"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := compare(c.before, c.after)
			if x := cmp.Diff(c.want, told(d)); x != "" {
				t.Errorf("%s\n%s", x, d.Answer)
			}
			if got := d.Worse("error"); got != c.worse {
				t.Errorf("worse: %v", got)
			}
			if whys := reasons(d); c.why != "" && !slices.ContainsFunc(whys, func(s string) bool { return strings.Contains(s, c.why) }) {
				t.Errorf("%q is not among %q", c.why, whys)
			}
		})
	}
}

// reasons are those that a comparison gives.
func reasons(d diff.Diff) (list []string) {
	for _, h := range d.Hosts {
		list = append(list, h.Verdict.Why)
		for _, b := range h.Bonds {
			list = append(list, b.Why, b.Verdict.Why)
			for _, a := range b.Attachments {
				list = append(list, a.Why, a.Verdict.Why)
			}
			for _, x := range b.Configurations {
				list = append(list, x.Why)
			}
		}
		for _, f := range h.Findings {
			list = append(list, f.Why)
		}
		for _, g := range h.Guests {
			list = append(list, g.Why)
		}
	}
	return list
}

func finding(t *testing.T, d diff.Diff, rule string) diff.Finding {
	t.Helper()
	for _, f := range d.Hosts[0].Findings {
		if f.Rule == rule {
			return f
		}
	}
	t.Fatalf("no %s", rule)
	return diff.Finding{}
}

// stateFile is the file with the state of the bond.
func stateFile(d report.Document) string {
	i := slices.IndexFunc(d.Hosts[0].Coverage, func(c report.Coverage) bool { return c.Datum == "bond state" })
	return d.Hosts[0].Coverage[i].Files[0]
}

// TestUnseen: reasons for which a finding that is not there cannot be told to be fixed, and the reverse.
func TestUnseen(t *testing.T) {
	lacp := func(t *testing.T, edits ...edit) report.Document { return document(t, "lacp-nopartner", edits...) }
	fixed := func(t *testing.T) report.Document {
		d := lacp(t)
		d.Hosts[0].Findings = slices.DeleteFunc(d.Hosts[0].Findings, func(f report.Finding) bool { return f.Rule == "SB170" })
		return d
	}
	with := func(d report.Document, change func(*report.Document)) report.Document { change(&d); return d }
	datum := func(d report.Document, name string, change func(*report.Coverage)) report.Document {
		for i := range d.Hosts[0].Coverage {
			if c := &d.Hosts[0].Coverage[i]; c.Datum == name {
				change(c)
				return d
			}
		}
		t.Fatalf("no datum %q", name)
		return d
	}
	gone := func(c *report.Coverage) {
		c.Status, c.Files, c.Ask = "not-collected", []string{}, "cat /proc/net/bonding/*"
	}
	for _, c := range []struct {
		name  string
		after report.Document
		want  diff.Change
		why   string
	}{
		{"all is there", fixed(t), diff.Fixed, ""},
		{"a datum is missing", datum(fixed(t), "bond state", gone), diff.CannotBeTold, "the new report lacks bond state (ask for: cat /proc/net/bonding/*)"},
		{"it failed", datum(fixed(t), "bond state", func(c *report.Coverage) { c.Status = "failed" }), diff.CannotBeTold, "the new report lacks bond state"},
		{"a datum of no concern is missing", datum(fixed(t), "kernel messages", gone), diff.Fixed, ""},
		{"the state of another bond alone was read", datum(fixed(t), "bond state", func(c *report.Coverage) { c.Files = []string{"proc/7/net/bonding/bond9"} }), diff.CannotBeTold, "the new report lacks bond state of bond0"},
		{"the bond is gone", with(fixed(t), func(d *report.Document) { d.Hosts[0].Bonds, d.Hosts[0].Verdict = nil, "not-affected" }), diff.Fixed, "bond0 does not exist any more"},
		{"the verdict is open now", with(fixed(t), func(d *report.Document) { d.Hosts[0].Bonds[0].Verdict = "unknown" }), diff.CannotBeTold, "the new report leaves the verdict on bond0 open"},
		{"the mode is not told now", with(fixed(t), func(d *report.Document) { d.Hosts[0].Bonds[0].Mode = "" }), diff.CannotBeTold, "the new report does not tell the mode of bond0"},
		{"not taken as root", with(fixed(t), func(d *report.Document) {
			d.Hosts[0].Findings = append(d.Hosts[0].Findings, report.Finding{Rule: "SB302", Severity: "info", Subject: report.Subject{Bond: "bond0"}})
		}), diff.CannotBeTold, "not taken as root"},
		{"lines were not understood", with(fixed(t), func(d *report.Document) {
			d.Hosts[0].Findings = append(d.Hosts[0].Findings, report.Finding{Rule: "SB301", Severity: "info", Subject: report.Subject{Link: "f"}, Evidence: []report.Evidence{{File: stateFile(*d)}}})
		}), diff.CannotBeTold, "lines that were not understood"},
		{"limited to other rules", with(fixed(t), func(d *report.Document) { report.Filter{Rules: []string{"SB103"}}.Apply(d) }), diff.CannotBeTold, "limited to other findings"},
		{"limited to its severity", with(fixed(t), func(d *report.Document) { report.Filter{MinSeverity: "critical"}.Apply(d) }), diff.Fixed, ""},
		{"limited, and it would show", with(fixed(t), func(d *report.Document) { report.Filter{Rules: []string{"SB170"}}.Apply(d) }), diff.Fixed, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := finding(t, compare(lacp(t), c.after), "SB170")
			if f.Change != c.want || !strings.Contains(f.Why, c.why) || c.why == "" && f.Why != "" {
				t.Errorf("%s, %q", f.Change, f.Why)
			}
			f = finding(t, compare(c.after, lacp(t)), "SB170")
			want := map[diff.Change]diff.Change{diff.Fixed: diff.New, diff.CannotBeTold: diff.FirstSeen}[c.want]
			if why := strings.ReplaceAll(c.why, "new report", "old report"); f.Change != want || want == diff.FirstSeen && !strings.Contains(f.Why, why) {
				t.Errorf("the other way round: %s, %q", f.Change, f.Why)
			}
		})
	}
}

// TestTraces: what left a log, a counter or a moment is not told to be fixed when it is not seen, and what is known of a restart is told.
func TestTraces(t *testing.T) {
	before := document(t, "xor-vlan-loop", booted("ff699364-b6bc-49fd-b4a9-607e580171d2\n"))
	same := document(t, "xor-vlan-loop", quiet, booted("ff699364-b6bc-49fd-b4a9-607e580171d2\n"))
	anew := document(t, "xor-vlan-loop", quiet, booted("0f699364-b6bc-49fd-b4a9-607e580171d2\n"))
	if f := finding(t, compare(before, same), "SB140"); f.Change != diff.NotSeen || !strings.Contains(f.Why, "of one moment") {
		t.Errorf("%+v", f)
	}
	if f := finding(t, compare(before, same), "SB142"); f.Change != diff.NotSeen || !strings.Contains(f.Why, "it may not reach back as far") {
		t.Errorf("%+v", f)
	}
	d := compare(before, anew)
	if f := finding(t, d, "SB142"); f.Change != diff.NotSeen || !strings.Contains(f.Why, "it begins with a later start of the host") {
		t.Errorf("%+v", f)
	}
	if v := d.Hosts[0].Changes; len(v) != 1 || v[0].New != "restarted in between" {
		t.Errorf("%+v", v)
	}
	if d.Summary.NotSeen != 1 || d.Summary.Fixed != 0 || d.Outcome != diff.OutcomeUnknown {
		t.Errorf("%s %+v", d.Outcome, d.Summary)
	}
}

// TestSameFinding: rule and subject make a finding; guests need not be all the same, and numbers in titles may differ.
func TestSameFinding(t *testing.T) {
	doc := func(findings ...report.Finding) report.Document {
		return report.Document{Hosts: []report.Host{{Name: "hv01", Source: report.Source{Complete: true}, Findings: findings}}}
	}
	f := func(title, bond, bridge string, guests ...string) report.Finding {
		return report.Finding{Rule: "SB103", Severity: "critical", Title: title, Subject: report.Subject{Bond: bond, Bridge: bridge, Guests: guests}}
	}
	changes := func(d diff.Diff) (list []diff.Change) {
		for _, f := range d.Hosts[0].Findings {
			list = append(list, f.Change)
		}
		return list
	}
	for _, c := range []struct {
		name          string
		before, after report.Finding
		want          []diff.Change
	}{
		{"numbers", f("2 guests", "bond0", "br0", "a", "b"), f("3 guests", "bond0", "br0", "a", "b"), []diff.Change{diff.StillThere}},
		{"a guest more", f("", "bond0", "br0", "a"), f("", "bond0", "br0", "b", "a"), []diff.Change{diff.StillThere}},
		{"no guests", f("", "bond0", ""), f("", "bond0", ""), []diff.Change{diff.StillThere}},
		{"other guests", f("", "bond0", "br0", "a"), f("", "bond0", "br0", "b"), []diff.Change{diff.New, diff.Fixed}},
		{"another bridge", f("", "bond0", "br0", "a"), f("", "bond0", "br1", "a"), []diff.Change{diff.New, diff.Fixed}},
		{"another bond", f("", "bond0", "", "a"), f("", "bond1", "", "a"), []diff.Change{diff.New, diff.Fixed}},
	} {
		if got := changes(compare(doc(c.before), doc(c.after))); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
	two := compare(doc(f("1", "bond0", "br0", "a", "b"), f("2", "bond0", "br0", "c")), doc(f("3", "bond0", "br0", "c", "d"), f("4", "bond0", "br0", "b")))
	if got := changes(two); !slices.Equal(got, []diff.Change{diff.StillThere, diff.StillThere}) {
		t.Errorf("two of a rule: %q", got)
	}
}

// TestPeers: what shows only beside other hosts is fixed only where all of them are there again.
func TestPeers(t *testing.T) {
	odd := report.Finding{Rule: "SB228", Severity: "warning", Subject: report.Subject{Bond: "bond0"}, Evidence: []report.Evidence{{File: "of/another/host"}}}
	host := func(name string, findings ...report.Finding) report.Host {
		return report.Host{Name: name, Source: report.Source{Complete: true}, Bonds: []report.Bond{{Name: "bond0", Mode: "802.3ad", Verdict: "recommended"}}, Findings: findings,
			Coverage: []report.Coverage{{Datum: "links", Status: "read"}}}
	}
	three := report.Document{Hosts: []report.Host{host("hv01", odd), host("hv02"), host("hv03")}}
	if f := finding(t, compare(three, report.Document{Hosts: []report.Host{host("hv01")}}), "SB228"); f.Change != diff.CannotBeTold || !strings.Contains(f.Why, "beside the other hosts") {
		t.Errorf("%+v", f)
	}
	if f := finding(t, compare(three, report.Document{Hosts: []report.Host{host("hv01"), host("hv02"), host("hv03")}}), "SB228"); f.Change != diff.Fixed {
		t.Errorf("%+v", f)
	}
	if f := finding(t, compare(report.Document{Hosts: []report.Host{host("hv01")}}, three), "SB228"); f.Change != diff.FirstSeen {
		t.Errorf("%+v", f)
	}
}

// TestWorse: what makes the exit status 1.
func TestWorse(t *testing.T) {
	doc := func(verdict string, findings ...report.Finding) report.Document {
		return report.Document{Hosts: []report.Host{{Name: "hv01", Verdict: verdict, Source: report.Source{Complete: true}, Findings: findings,
			Bonds: []report.Bond{{Name: "bond0", Verdict: verdict, Mode: "802.3ad"}}}}}
	}
	f := func(severity, explained string) report.Finding {
		return report.Finding{Rule: "SB170", Severity: severity, ExplainedBy: explained, Subject: report.Subject{Bond: "bond0"}}
	}
	more := func(hosts ...report.Host) report.Document {
		d := doc("recommended")
		d.Hosts = append(d.Hosts, hosts...)
		return d
	}
	lone := report.Host{Name: "hv02", Verdict: "not-working", Bonds: []report.Bond{{Name: "bond0", Verdict: "not-working"}}}
	good := doc("recommended")
	for _, c := range []struct {
		name          string
		before, after report.Document
		at            string // the least --fail-on that fails, "" for none
	}{
		{"nothing", good, good, ""},
		{"a verdict", good, doc("partial"), "critical"},
		{"a better verdict", doc("partial"), good, ""},
		{"guests that come onto a good bond", doc("not-affected"), good, ""},
		{"guests that come onto another one", doc("not-affected"), doc("partial"), "critical"},
		{"known no more", good, doc("unknown"), ""},
		{"known now", doc("unknown"), doc("not-working"), ""},
		{"a warning", good, doc("recommended", f("warning", "")), "warning"},
		{"an error", good, doc("recommended", f("error", "")), "error"},
		{"a symptom", good, doc("recommended", f("error", "SB179")), ""},
		{"more severe", doc("recommended", f("warning", "")), doc("recommended", f("critical", "")), "critical"},
		{"less severe", doc("recommended", f("critical", "")), doc("recommended", f("error", "")), ""},
		{"still there", doc("recommended", f("critical", "")), doc("recommended", f("critical", "")), ""},
		{"a host with a bond that does not work", good, more(lone), "critical"},
		{"a host without one", good, more(report.Host{Name: "hv02", Verdict: "partial"}), ""},
		{"several hosts of a name", more(lone), more(lone, lone), ""},
	} {
		d := compare(c.before, c.after)
		levels := []string{"critical", "error", "warning"} // the higher the level, the less fails
		for _, level := range levels {
			want := c.at != "" && slices.Index(levels, level) >= slices.Index(levels, c.at)
			if got := d.Worse(level); got != want {
				t.Errorf("%s: at %s %v: %s", c.name, level, got, d.Answer)
			}
		}
		if d.Worse(diff.FailNever) {
			t.Errorf("%s: never", c.name)
		}
	}
}

// TestMatch: which hosts are one.
func TestMatch(t *testing.T) {
	const a, b = "3f2a5c0d9e8b47169a0c5d2e7f81b346", "4f2a5c0d9e8b47169a0c5d2e7f81b346"
	host := func(name, id string) report.Host { return report.Host{Name: name, MachineID: id} }
	masked := func(h report.Host) report.Host { h.Source.Obfuscated = true; return h }
	for _, c := range []struct {
		name          string
		before, after []report.Host
		want          string
		note          string // of the first host, or of the first alone
	}{
		{"by name", []report.Host{host("a", ""), host("b", "")}, []report.Host{host("b", ""), host("a", "")}, "b=b name, a=a name", ""},
		{"in any case", []report.Host{host("HV01", ""), host("x", "")}, []report.Host{host("hv01", ""), host("y", "")}, "HV01=hv01 name, -x, +y", ""},
		{"short and full", []report.Host{host("hv01", ""), host("x", "")}, []report.Host{host("hv01.lab", ""), host("y", "")}, "hv01=hv01.lab name, -x, +y", ""},
		{"ambiguous", []report.Host{host("hv01", "")}, []report.Host{host("hv01.a", ""), host("hv01.b", "")}, "-hv01, +hv01.a, +hv01.b", "several hosts have its name"},
		{"in two domains", []report.Host{host("hv01.a", ""), host("x", "")}, []report.Host{host("hv01.b", ""), host("y", "")}, "-hv01.a, -x, +hv01.b, +y", ""},
		{"by machine id", []report.Host{host("old", a), host("x", b)}, []report.Host{host("new", a), host("y", "")}, "old=new machine-id, -x, +y", ""},
		{"the id counts before the name", []report.Host{host("x", a), host("y", b)}, []report.Host{host("x", b), host("y", a)}, "y=x machine-id, x=y machine-id", ""},
		{"in one start", []report.Host{{Name: "localhost", BootID: a}, host("x", "")}, []report.Host{masked(report.Host{Name: "host0", BootID: a}), host("y", "")}, "localhost=host0 boot-id, -x, +y", ""},
		{"cloned ids", []report.Host{host("x", a), host("y", a)}, []report.Host{host("x", a), host("y", a)}, "x=x name, y=y name", ""},
		{"installed anew", []report.Host{host("x", a), host("y", "")}, []report.Host{host("x", b), host("z", "")}, "x=x name, -y, +z", "The machine ids differ"},
		{"the only ones", []report.Host{host("x", "")}, []report.Host{host("y", "")}, "x=y only-host", "Nothing tells that x and y are one host"},
		{"no name", []report.Host{host("localhost.localdomain", ""), host("x", "")}, []report.Host{host("localhost", ""), host("x", "")}, "x=x name, -localhost.localdomain, +localhost", ""},
		{"masked names", []report.Host{masked(host("host0", "")), masked(host("x", ""))}, []report.Host{masked(host("host0", "")), masked(host("y", ""))}, "host0=host0 name, -x, +y", "names are masked"},
		{"masked and not", []report.Host{masked(host("host0", "")), host("x", "")}, []report.Host{host("host0", ""), host("y", "")}, "-host0, -x, +host0, +y", ""},
		{"masked names of two machines", []report.Host{masked(host("host0", a)), host("x", "")}, []report.Host{masked(host("host0", b)), host("y", "")}, "-host0, -x, +host0, +y", ""},
		{"masked, by the id", []report.Host{masked(host("host0", a)), host("x", "")}, []report.Host{host("hv01", a), host("y", "")}, "host0=hv01 machine-id, -x, +y", "MAC addresses are masked"},
	} {
		d := compare(report.Document{Hosts: c.before}, report.Document{Hosts: c.after})
		var got, notes []string
		for _, h := range d.Hosts {
			before := h.OldName
			if before == "" {
				before = h.Name
			}
			got = append(got, before+"="+h.Name+" "+string(h.Matched))
			notes = append(notes, h.Notes...)
		}
		for _, l := range d.OnlyOld {
			got, notes = append(got, "-"+l.Name), append(notes, l.Why)
		}
		for _, l := range d.OnlyNew {
			got = append(got, "+"+l.Name)
		}
		if g := strings.Join(got, ", "); g != c.want {
			t.Errorf("%s: %s", c.name, g)
		}
		if !slices.ContainsFunc(notes, func(s string) bool { return strings.Contains(s, c.note) }) && c.note != "" {
			t.Errorf("%s: %q", c.name, notes)
		}
	}
}

func value(t *testing.T, list []diff.Value, what string) diff.Value {
	t.Helper()
	for _, v := range list {
		if v.What == what {
			return v
		}
	}
	t.Errorf("no %q in %+v", what, list)
	return diff.Value{}
}

// TestBondChanges: how the bond runs and how it is configured.
func TestBondChanges(t *testing.T) {
	before := document(t, "rhel9-lacp-nm")
	after := document(t, "rhel9-lacp-nm", re(proc, `MII Polling Interval \(ms\): \d+`, "MII Polling Interval (ms): 50"), re(ip, "miimon 100", "miimon 50"),
		re("bond0.nmconnection", "miimon=100", "miimon=50"), re(proc, "00:1c:73:0a:5b:11", "00:1c:73:0a:5b:12"))
	b := compare(before, after).Hosts[0].Bonds[0]
	for what, want := range map[string]string{"MII monitoring": "100 ms → 50 ms", "LACP partner": "00:1c:73:0a:5b:11 → 00:1c:73:0a:5b:12"} {
		if v := value(t, b.Changes, what); v.Old+" → "+v.New != want {
			t.Errorf("%s: %+v", what, v)
		}
	}
	if len(b.Configurations) != 1 || b.Configurations[0].Change != diff.Changed || !strings.HasSuffix(b.Configurations[0].File, "bond0.nmconnection") {
		t.Fatalf("%+v", b.Configurations)
	}
	if v := value(t, b.Configurations[0].Changes, "miimon"); v.Old != "100" || v.New != "50" {
		t.Errorf("%+v", v)
	}
	missing := compare(before, document(t, "rhel9-lacp-nm", drop("NetworkManager/"), drop("networkmanager/"))).Hosts[0].Bonds[0].Configurations
	if len(missing) == 0 || missing[0].Change != diff.CannotBeTold || !strings.Contains(missing[0].Why, "the new report lacks NetworkManager profiles") {
		t.Errorf("%+v", missing)
	}
	another := compare(before, document(t, "rhel9-lacp-nm", drop("bond0.nmconnection"))).Hosts[0].Bonds[0].Configurations
	if len(another) == 0 || another[0].Change != diff.Removed {
		t.Errorf("%+v", another)
	}
	drift := compare(before, document(t, "rhel9-lacp-nm", re("bond0.nmconnection", "miimon=100", "miimon=50"))).Hosts[0].Bonds[0]
	if v := value(t, drift.Changes, "drift of miimon"); v.Old != "none" || v.New != "50 configured, 100 running" {
		t.Errorf("%+v", v)
	}
}

// TestSlaves: links that come, go and fail.
func TestSlaves(t *testing.T) {
	bond := func(slaves ...report.Slave) report.Document {
		return report.Document{Hosts: []report.Host{{Name: "hv01", Source: report.Source{Complete: true}, Bonds: []report.Bond{{Name: "bond0", Mode: "active-backup", ModeNumber: 1, MIIStatus: "up", Slaves: slaves}}}}}
	}
	slave := func(name, status string, active bool, failures int) report.Slave {
		return report.Slave{Name: name, MIIStatus: status, Active: active, SpeedMbps: 10000, LinkFailures: failures, PermanentMAC: "02:00:00:00:10:01"}
	}
	got := compare(bond(slave("eth0", "up", true, 1), slave("eth1", "up", false, 0)), bond(slave("eth0", "down", false, 2), slave("eth2", "up", true, 0))).Hosts[0].Bonds[0].Changes
	want := []diff.Value{
		{What: "slave eth1", Old: "up", New: "removed"}, {What: "slave eth0", Old: "up", New: "down"}, {What: "link failures of eth0", Old: "1", New: "2", Info: true},
		{What: "slave eth2", New: "added"}, {What: "active slave", Old: "eth0", New: "eth2", Info: true},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := compare(bond(slave("eth0", "up", true, 1)), bond()).Hosts[0].Bonds[0].Changes; len(got) != 1 || got[0].New != "removed" {
		t.Errorf("%+v", got)
	}
	configured := bond()
	configured.Hosts[0].Bonds[0].MIIStatus = ""
	if got := compare(bond(slave("eth0", "up", true, 1)), configured).Hosts[0].Bonds[0].Changes; len(got) != 0 {
		t.Errorf("nothing of it runs: %+v", got)
	}
}

// TestGuests: guests that come, go, move, start and stop.
func TestGuests(t *testing.T) {
	type at struct {
		bridge string
		guest  report.Guest
	}
	vm := func(name, mac string, running bool) report.Guest {
		return report.Guest{Name: name, Kind: "vm", Interface: "vnet7", MAC: mac, Running: running}
	}
	port := func(name, mac string) report.Guest {
		return report.Guest{Name: name, Kind: "unknown", Interface: name, MAC: mac, Running: true}
	}
	doc := func(change func(*report.Host), list ...at) report.Document {
		h := report.Host{Name: "hv01", Source: report.Source{Complete: true}, Coverage: []report.Coverage{{Datum: "links", Status: "read"}, {Datum: "guests of libvirt", Status: "read", Ask: "virsh list"}}}
		b := report.Bond{Name: "bond0", Mode: "802.3ad", Verdict: "recommended"}
		for _, name := range []string{"br0", "br1"} {
			a := report.Attachment{Kind: "bridge", Name: name, Verdict: "recommended"}
			for _, x := range list {
				if x.bridge == name {
					a.Guests = append(a.Guests, x.guest)
				}
			}
			b.Attachments = append(b.Attachments, a)
		}
		h.Bonds = []report.Bond{b}
		if change != nil {
			change(&h)
		}
		return report.Document{Hosts: []report.Host{h}}
	}
	noVirsh := func(h *report.Host) { h.Coverage = h.Coverage[:1] }
	mask := func(h *report.Host) { h.Source.Obfuscated = true }
	unknown := func(h *report.Host) {
		h.Bonds[0].Attachments = append(h.Bonds[0].Attachments, report.Attachment{Kind: "unknown", Verdict: "unknown"})
	}
	for _, c := range []struct {
		name          string
		before, after report.Document
		want          string
	}{
		{"as before", doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}), doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}), ""},
		{"added", doc(nil), doc(nil, at{"br0", vm("web", "", true)}), "web added  bond0/br0"},
		{"removed", doc(nil, at{"br0", vm("web", "", true)}), doc(nil), "web removed bond0/br0 "},
		{"moved and stopped", doc(nil, at{"br0", vm("web", "", true)}), doc(nil, at{"br1", vm("web", "", false)}), "web moved bond0/br0 bond0/br1; web stopped bond0/br0 bond0/br1"},
		{"started", doc(nil, at{"br0", vm("web", "", false)}), doc(nil, at{"br0", vm("web", "", true)}), "web started bond0/br0 bond0/br0"},
		{"two interfaces, one moves", doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}, at{"br0", vm("web", "52:54:00:00:00:02", true)}),
			doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}, at{"br1", vm("web", "52:54:00:00:00:02", true)}), "web moved bond0/br0 bond0/br1"},
		{"a port with another name", doc(nil, at{"br0", port("vnet0", "52:54:00:00:00:01")}), doc(nil, at{"br0", port("vnet5", "52:54:00:00:00:01")}), ""},
		{"a port that has a name now", doc(nil, at{"br0", port("vnet0", "52:54:00:00:00:01")}), doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}), ""},
		{"another guest with the address", doc(nil, at{"br0", vm("db", "52:54:00:00:00:01", true)}), doc(nil, at{"br0", vm("web", "52:54:00:00:00:01", true)}), "web added  bond0/br0; db removed bond0/br0 "},
		{"masked addresses", doc(mask, at{"br0", port("vnet0", "53:4f:53:00:00:01")}), doc(nil, at{"br0", port("vnet5", "53:4f:53:00:00:01")}), "vnet5 added  bond0/br0; vnet0 removed bond0/br0 "},
		{"guests were not collected", doc(nil, at{"br0", vm("web", "", true)}), doc(noVirsh), "web cannot-be-told bond0/br0 "},
		{"guests were not collected before", doc(noVirsh), doc(nil, at{"br0", vm("web", "", true)}), "web cannot-be-told  bond0/br0"},
		{"what sits on the bond is unknown", doc(nil, at{"br0", vm("web", "", true)}), doc(unknown), "web cannot-be-told bond0/br0 "},
		{"cut off", doc(nil, at{"br0", vm("web", "", true)}), doc(func(h *report.Host) { h.Source.Complete = false }), "web cannot-be-told bond0/br0 "},
	} {
		var got []string
		for _, g := range compare(c.before, c.after).Hosts[0].Guests {
			got = append(got, g.Name+" "+string(g.Change)+" "+g.Old+" "+g.New)
			if (g.Why != "") != (g.Change == diff.CannotBeTold) {
				t.Errorf("%s: %q", c.name, g.Why)
			}
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %s", c.name, s)
		}
	}
}

// TestNotes: what limits a comparison is said.
func TestNotes(t *testing.T) {
	a, b := document(t, "lacp-libvirt"), document(t, "lacp-libvirt")
	a.Hosts[0].Collected, b.Hosts[0].Collected = "2026-11-22T06:04:39", "2026-11-21T06:04:39"
	b.Tool.Version = "2.0.0"
	report.Filter{MinSeverity: "error"}.Apply(&b)
	d := compare(a, b)
	for _, want := range []string{"by sosbond 1.0.0, the new one by 2.0.0", "The new input is a report that was limited", "Are they the wrong way round?"} {
		if !slices.ContainsFunc(d.Notes, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("%q is not among %q", want, d.Notes)
		}
	}
	b.Hosts[0].Collected = "2026-11-22T01:04:39Z" // may be later: the zone of the other one is not told
	if d := compare(a, b); slices.ContainsFunc(d.Notes, func(s string) bool { return strings.Contains(s, "wrong way") }) {
		t.Errorf("%q", d.Notes)
	}
}

// TestSelf: a report compared with itself, of each host there is, shows no change.
func TestSelf(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		d := compare(document(t, name), document(t, name))
		if d.Outcome != diff.OutcomeSame || d.Worse("warning") || len(d.Hosts) != 1 || len(d.Hosts[0].Changes)+len(d.Hosts[0].Guests)+len(d.Notes) > 0 {
			t.Errorf("%s: %s %+v", name, d.Answer, d.Hosts)
		}
		for _, b := range d.Hosts[0].Bonds {
			if b.Change != diff.Same {
				t.Errorf("%s: %+v", name, b)
			}
		}
		for _, f := range d.Hosts[0].Findings {
			if f.Change != diff.StillThere {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// TestEvidenceIsCovered: the files that findings quote are those that the coverage lists, so that it is known what a finding rests on.
func TestEvidenceIsCovered(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		for _, h := range document(t, name).Hosts {
			listed := map[string]bool{}
			for _, c := range h.Coverage {
				for _, f := range c.Files {
					listed[f] = true
				}
			}
			for _, f := range h.Findings {
				for _, e := range f.Evidence {
					if !listed[e.File] {
						t.Errorf("%s: %s quotes %s, which no datum lists", name, f.Rule, e.File)
					}
				}
			}
		}
	}
}

// TestDataNames: data that the comparison names are data that parsers read.
func TestDataNames(t *testing.T) {
	known := map[string]bool{"network state of nodes": true}
	for _, p := range parsers.List(parsers.Options{}) {
		known[string(p.Datum)] = true
	}
	for _, name := range diff.DataNames() {
		if !known[name] {
			t.Errorf("no parser reads %q", name)
		}
	}
}

// TestLoad: what is a report and what is not.
func TestLoad(t *testing.T) {
	var b bytes.Buffer
	if err := jsonout.Write(&b, document(t, "rr-loop")); err != nil {
		t.Fatal(err)
	}
	doc, err := diff.Load(b.Bytes())
	if err != nil || !diff.IsReport(b.Bytes()) || len(doc.Hosts) != 1 {
		t.Fatalf("%v, %d hosts", err, len(doc.Hosts))
	}
	if d := compare(document(t, "rr-loop"), doc); d.Outcome != diff.OutcomeSame || len(d.Notes) > 0 {
		t.Errorf("%s %q", d.Answer, d.Notes)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b.Bytes()); err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"\ufeff" + compact.String():         "",
		compact.String()[:compact.Len()/2]:  "cannot be read (byte",
		compact.String() + compact.String(): "more than one report",
		`{"schema": "sosbond.report/v2"}`:   `the schema "sosbond.report/v2"`,
		`{}`:                                `the schema ""`,
		`{"schema": 7}`:                     "cannot be read",
		` { "hosts": []}`:                   `the schema ""`,
	} {
		_, err := diff.Load([]byte(in))
		if !diff.IsReport([]byte(in)) || (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v", in, err)
		}
	}
	for _, in := range []string{"", "{abc}/proc", "[1]", "sosreport-hv01/", "\xfd7zXZ\x00"} {
		if diff.IsReport([]byte(in)) {
			t.Errorf("%q is taken for a report", in)
		}
	}
}
