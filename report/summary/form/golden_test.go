package form_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/render/rendertest"
	"github.com/sosbond/sosbond/report/summary"
	"github.com/sosbond/sosbond/report/summary/form"
)

var tool = report.Tool{Name: "sosbond", Version: "test"}

// sum adds entries up.
func sum(f summary.Filter, list ...entry.Entry) summary.Summary {
	acc := summary.New(tool, f)
	for i, e := range list {
		acc.Input(e, i%4 == 3)
		for _, h := range summary.Hosts(e) {
			acc.Host(h)
		}
	}
	return acc.Summary()
}

// hostEntry is the entry of a report of one host of testdata/hosts.
func hostEntry(t testing.TB, name string) entry.Entry {
	t.Helper()
	h := analyzer.Judge(hosttest.Host(t, hosttest.Archive(t, name)))
	file := "sosreport-" + name + "-2026-11-22-abcdefg.tar.xz"
	h.Source = analyzer.Source{Path: file, Kind: "sosreport", Root: name, Complete: true}
	doc := report.New(analyzer.Result{Hosts: []analyzer.Host{h}}, "test")
	doc.Hosts[0].Name = name + ".lab.example" // in testdata several have one name
	return entry.Entry{Input: entry.Input{Path: "/srv/cases/2026/" + file, Size: 12 << 20}, Status: entry.Analyzed, Version: "test", Document: &doc}
}

// inputEntry is the entry of what stands in a file of that name.
func inputEntry(t testing.TB, name string, data []byte) entry.Entry {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := analyzer.Analyze(context.Background(), archive.Input{Path: file}, analyzer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	doc := report.New(result, "test")
	e := entry.Entry{Input: entry.Input{Path: "/srv/cases/2026/" + name, Size: int64(len(data))}, Status: entry.Analyzed, Version: "test", Document: &doc}
	e.SetErrors(doc.Errors)
	switch {
	case len(doc.Hosts) == 0:
		e.Status, e.Document = entry.Failed, nil
	case len(doc.Errors) > 0:
		e.Status = entry.Partial
	}
	return e
}

// tarOf is the tar file of an input of testdata/inputs.
func tarOf(t testing.TB, name string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := hosttest.WriteTar(&b, hosttest.Archive(t, name), name); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func unreadable(t testing.TB) []entry.Entry {
	t.Helper()
	const pgp = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"
	return []entry.Entry{
		inputEntry(t, "sosreport-hv77.tar.xz.gpg", []byte(pgp)),
		inputEntry(t, "sosreport-hv78.tar.xz.gpg", []byte(pgp)),
		inputEntry(t, "sosreport-hv79.tar.gz", nil),
		inputEntry(t, "mail.txt", []byte("Dear support,\n\nplease find attached.\n")),
		inputEntry(t, "case-0815.tar", []byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b")),
		{Input: entry.Input{Path: "/srv/cases/2026/bomb.tar.xz", Size: 7 << 30}, Status: entry.Crashed, Errors: []string{"the analysis took longer than 10 minutes, twice"}},
		{Input: entry.Input{Path: "/srv/cases/2026/odd.tar.xz", Size: 7 << 10}, Status: entry.Failed, Errors: []string{"something that has no kind"}},
	}
}

func mixed(t testing.TB) []entry.Entry {
	t.Helper()
	var list []entry.Entry
	for _, name := range []string{
		"ab-arp", "alb-macvlan", "bc-static", "lacp-libvirt", "lacp-nopartner", "nat-only", "ovs-tcp-nolacp", "rhv-rr", "rr-loop", "slb-active", "team-ab",
		"xor-vlan-loop", "xor-nomon",
	} {
		list = append(list, hostEntry(t, name))
	}
	second := hostEntry(t, "rr-loop") // a second report of a host
	second.Path = "/srv/cases/2026/second/sosreport-rr-loop-2026-11-23-hijklmn.tar.xz"
	second.Document.Hosts[0].Source.Path = filepath.Base(second.Path)
	cut := tarOf(t, "mustgather-cnv")
	list = append(list, second, inputEntry(t, "must-gather.tar", tarOf(t, "mustgather-cnv")), inputEntry(t, "must-gather-cut.tar", cut[:len(cut)*9/10]))
	return append(list, unreadable(t)[:4]...)
}

// hostile is what strangers may name things.
func hostile(t testing.TB) []entry.Entry {
	t.Helper()
	doc := rendertest.Hostile()
	long := rendertest.Hosts()
	h := &long.Hosts[1]
	h.Name = strings.Repeat("hypervisor-with-a-very-long-name-", 3) + "x.example"
	formula := rendertest.LACP()
	formula.Hosts[0].Name, formula.Hosts[0].OS, formula.Hosts[0].Kernel = "=HYPERLINK(\"http://evil.example\")", "+1-2", "\t@SUM(A1)"
	formula.Hosts[0].Bonds[0].Name = "-2+3"
	wide := rendertest.LACP()
	wide.Hosts[0].Name, wide.Hosts[0].Bonds[0].Name = "漢字のホスト名は幅が二倍になります", "束一"
	var list []entry.Entry
	for i, d := range []report.Document{doc, long, formula, wide} {
		path := fmt.Sprintf("/srv/<b>cases</b>/\x1b[31m%d|`x`\n@all.tar", i)
		list = append(list, entry.Entry{Input: entry.Input{Path: path, Size: 1}, Status: entry.Partial, Errors: []string{"<img src=x>\x1b[2J"}, Document: &d})
	}
	return list
}

func TestGolden(t *testing.T) {
	all := mixed(t)
	for _, c := range []struct {
		name string
		sum  summary.Summary
	}{
		{"mixed", sum(summary.Filter{}, all...)},
		{"filtered", sum(summary.Filter{Rules: []string{"sb104", "SB142"}, Releases: []string{"centos"}}, all...)},
		{"empty", sum(summary.Filter{})},
		{"unreadable", sum(summary.Filter{}, unreadable(t)...)},
		{"nothing", sum(summary.Filter{}, unreadable(t)[3])},
		{"one", sum(summary.Filter{}, hostEntry(t, "rr-loop"))},
		{"healthy", sum(summary.Filter{}, hostEntry(t, "lacp-libvirt"))},
		{"hostile", sum(summary.Filter{}, hostile(t)...)},
	} {
		for _, f := range []struct {
			form, suffix string
			opt          form.Options
		}{
			{"terminal", "-80.txt", form.Options{Width: 80}},
			{"terminal", "-140.txt", form.Options{Width: 140}},
			{"markdown", ".md", form.Options{}},
			{"json", ".json", form.Options{}},
			{"csv", ".csv", form.Options{}},
			{"html", ".html", form.Options{}},
		} {
			t.Run(c.name+f.suffix, func(t *testing.T) {
				g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(f.suffix), goldie.WithDiffEngine(goldie.ColoredDiff))
				g.Assert(t, c.name, []byte(write(t, f.form, c.sum, f.opt)))
			})
		}
	}
}

func write(t testing.TB, name string, s summary.Summary, opt form.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := form.Write(&b, name, s, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
