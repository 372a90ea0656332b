package diff_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/diff/form"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func joined(docs ...report.Document) report.Document {
	all := docs[0]
	for _, d := range docs[1:] {
		all.Hosts = append(all.Hosts, d.Hosts...)
	}
	return all
}

func renamed(d report.Document, name string) report.Document {
	d.Hosts[0].Name = name
	return d
}

// pairs are the comparisons of the golden files.
func pairs(t testing.TB) []struct {
	name string
	d    diff.Diff
} {
	t.Helper()
	configured := document(t, "rhel9-lacp-nm", re(proc, `MII Polling Interval \(ms\): \d+`, "MII Polling Interval (ms): 50"), re(ip, "miimon 100", "miimon 50"),
		re("bond0.nmconnection", "miimon=100", "miimon=50"))
	on := &configured.Hosts[0].Bonds[0].Attachments[0]
	on.Guests[0].Running = false
	on.Guests = append(on.Guests, report.Guest{Name: "app02", Kind: "vm", Interface: "vnet9", MAC: "52:54:00:21:0a:09", Running: true})
	hosts := compare(
		joined(renamed(document(t, "rr-loop"), "hv01.lab.example"), renamed(document(t, "alb-macvlan"), "hv02.lab.example"), renamed(document(t, "lacp-libvirt"), "hv03.lab.example")),
		joined(renamed(document(t, "rr-loop", toAB, quiet), "hv01"), renamed(document(t, "alb-macvlan"), "hv02"), renamed(document(t, "rhv-rr"), "hv04.lab.example")))
	hosts.New.Errors = []report.Error{{Input: "sosreport-hv03.tar.xz.gpg", Message: "encrypted; decrypt it with `gpg -d`"}}
	return []struct {
		name string
		d    diff.Diff
	}{
		{"helped", compare(document(t, "rr-loop"), document(t, "rr-loop", toAB, quiet, booted("ff699364-b6bc-49fd-b4a9-607e580171d2\n")))},
		{"worse", compare(document(t, "rr-loop", toAB, quiet), document(t, "rr-loop"))},
		{"untold", compare(document(t, "rr-loop"), document(t, "rr-loop", drop(dmesg, fdb)))},
		{"cut-off", compare(document(t, "rhv-rr"), incomplete(document(t, "rhv-rr", toAB)))},
		{"configured", compare(document(t, "rhel9-lacp-nm"), configured)},
		{"same", compare(document(t, "slb-active"), document(t, "slb-active"))},
		{"masked", compare(document(t, "ab-arp"), document(t, "ab-obfuscated"))},
		{"hosts", hosts},
		{"hostile", compare(rendertest.ALB(), rendertest.Hostile())},
	}
}

func write(t testing.TB, name string, d diff.Diff, opt form.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := form.Write(&b, name, d, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden: read the files as the engineer who has to answer the customer.
func TestGolden(t *testing.T) {
	for _, p := range pairs(t) {
		for _, f := range []struct {
			form, suffix string
			opt          form.Options
		}{
			{"terminal", ".80.txt", form.Options{Width: 80}}, {"terminal", ".140.txt", form.Options{Width: 140}}, {"terminal", ".all.txt", form.Options{Width: 80, All: true}},
			{"markdown", ".md", form.Options{}}, {"json", ".json", form.Options{}},
		} {
			g := goldie.New(t, goldie.WithNameSuffix(f.suffix), goldie.WithDiffEngine(goldie.ColoredDiff))
			g.Assert(t, p.name, []byte(write(t, f.form, p.d, f.opt)))
		}
	}
}

// TestForms: no line is wider than the terminal, nothing of the input is alive, colors change nothing but colors, and the JSON is what it was made of.
func TestForms(t *testing.T) {
	for _, p := range pairs(t) {
		for width := 40; width <= 200; width += 20 {
			out := write(t, "terminal", p.d, form.Options{Width: width})
			rendertest.CheckHarmless(t, out)
			for line := range strings.Lines(out) {
				if line = strings.TrimSuffix(line, "\n"); render.Width(line) > width {
					t.Errorf("%s at %d: %d columns: %s", p.name, width, render.Width(line), line)
				}
			}
			colored := write(t, "terminal", p.d, form.Options{Width: width, Color: true})
			if !strings.Contains(colored, "\x1b[") || stripped(colored) != out {
				t.Errorf("%s at %d: colors change the text", p.name, width)
			}
		}
		md := write(t, "markdown", p.d, form.Options{})
		rendertest.CheckHarmless(t, md)
		rendertest.CheckMarkup(t, md)
		var back diff.Diff
		if err := json.Unmarshal([]byte(write(t, "json", p.d, form.Options{})), &back); err != nil || back.Schema != diff.Schema {
			t.Errorf("%s: %v", p.name, err)
		} else if x := cmp.Diff(p.d, back); x != "" && p.name != "hostile" { // invalid UTF-8 does not survive
			t.Errorf("%s: %s", p.name, x)
		}
	}
	if err := form.Write(&bytes.Buffer{}, "pdf", diff.Diff{}, form.Options{}); err == nil {
		t.Error("an unknown format was accepted")
	}
	if !slices.Equal(form.Names(), []string{"terminal", "markdown", "json", "jira"}) {
		t.Errorf("%q", form.Names())
	}
}

// stripped is a text without its colors.
func stripped(s string) string {
	var b strings.Builder
	for s != "" {
		before, after, found := strings.Cut(s, "\x1b[")
		b.WriteString(before)
		if !found {
			break
		}
		_, s, _ = strings.Cut(after, "m")
	}
	return b.String()
}

// FuzzCompare compares any two documents: JSON that may be one, else one that the bytes make.
func FuzzCompare(f *testing.F) {
	var b bytes.Buffer
	for _, p := range pairs(f) {
		b.Reset()
		if err := json.NewEncoder(&b).Encode(p.d.Hosts); err == nil {
			f.Add(b.Bytes()[:min(b.Len(), 2000)], []byte(`{"schema": "sosbond.report/v1", "hosts": [{"name": "hv01", "bonds": [{"name": "bond0"}]}]}`))
		}
	}
	for _, d := range rendertest.Documents() {
		if data, err := json.Marshal(d.Doc); err == nil {
			f.Add(data, []byte("\x05hv01\x80\x81\x82"))
		}
	}
	f.Fuzz(func(t *testing.T, one, two []byte) {
		a, b := anyDocument(one), anyDocument(two)
		d := compare(a, b)
		check(t, d)
		for _, name := range form.Names() {
			rendertest.CheckHarmless(t, write(t, name, d, form.Options{Width: 60, All: len(one)%2 == 0}))
		}
		self := compare(a, a)
		check(t, self)
		if self.Summary.Fixed+self.Summary.New+self.Summary.Better+self.Summary.Worse > 0 || self.Worse("warning") {
			t.Errorf("against itself: %s", self.Answer)
		}
	})
}

func anyDocument(data []byte) report.Document {
	if doc, err := diff.Load(data); err == nil {
		return doc
	}
	return rendertest.Fill(data)
}

// check: nothing is told to be fixed or new by a report that is not whole, and what cannot be told has a reason.
func check(t *testing.T, d diff.Diff) {
	t.Helper()
	for _, h := range d.Hosts {
		for _, f := range h.Findings {
			if f.Change == diff.Fixed && !h.New.Complete || f.Change == diff.New && !h.Old.Complete {
				t.Errorf("%s is %s, and the report is incomplete", f.Rule, f.Change)
			}
			if (f.Change == diff.CannotBeTold || f.Change == diff.FirstSeen || f.Change == diff.NotSeen) && f.Why == "" {
				t.Errorf("%s is %s without a reason", f.Rule, f.Change)
			}
		}
		for _, b := range h.Bonds {
			if b.Verdict.Change == diff.Better && !h.New.Complete || b.Change == diff.Removed && !h.New.Complete {
				t.Errorf("%q is %s, %s, and the report is incomplete", b.Name, b.Change, b.Verdict.Change)
			}
		}
	}
	if d.Answer == "" || d.Outcome == "" {
		t.Error("no answer")
	}
}
