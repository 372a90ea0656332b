package format

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/report"
)

// TestGolden writes the report of every host of testdata/hosts in every form. `make golden` rewrites the files; read the diff as the support
// engineer who gets it at three in the morning.
func TestGolden(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		t.Run(name, func(t *testing.T) {
			doc := document(t, name)
			for _, f := range []struct {
				form, suffix string
				opt          Options
			}{
				{"terminal", ".txt", Options{Width: 100}},
				{"markdown", ".md", Options{}},
				{"json", ".json", Options{}},
			} {
				var b bytes.Buffer
				if err := Write(&b, f.form, doc, f.opt); err != nil {
					t.Fatal(err)
				}
				g := goldie.New(t, goldie.WithFixtureDir(filepath.Join(hosttest.Dir(), "..", "golden")), goldie.WithNameSuffix(f.suffix), goldie.WithDiffEngine(goldie.ColoredDiff))
				g.Assert(t, name, b.Bytes())
			}
		})
	}
}

// TestDeterministic analyzes each host again: same input, same bytes.
func TestDeterministic(t *testing.T) {
	for _, name := range hosttest.Names(t) {
		var first []byte
		for i := range 5 {
			var b bytes.Buffer
			if err := Write(&b, "json", document(t, name), Options{}); err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = b.Bytes()
			} else if !bytes.Equal(first, b.Bytes()) {
				t.Fatalf("%s: run %d differs from the first", name, i+1)
			}
		}
	}
}

func document(t *testing.T, name string) report.Document {
	t.Helper()
	h := analyzer.Judge(hosttest.Host(t, hosttest.Archive(t, name)))
	h.Source = analyzer.Source{Path: name, Kind: "sosreport", Root: name, Complete: true}
	return report.New(analyzer.Result{Hosts: []analyzer.Host{h}}, "test")
}

func TestNames(t *testing.T) {
	if err := Write(&bytes.Buffer{}, "pdf", report.Document{}, Options{}); err == nil {
		t.Error("an unknown format was accepted")
	}
	for _, n := range Names() {
		if err := Write(&bytes.Buffer{}, n, report.Document{}, Options{}); err != nil {
			t.Errorf("%s: an empty document: %v", n, err)
		}
	}
}
