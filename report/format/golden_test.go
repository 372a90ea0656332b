package format

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/report"
)

// TestGolden writes the report of every host of testdata/hosts in every form. `make golden` rewrites the files; read the diff as the support
// engineer who gets it at three in the morning.
func TestGolden(t *testing.T) {
	for _, name := range append(hosttest.Names(t), hosttest.Inputs(t)...) {
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
	if slices.Contains(hosttest.Inputs(t), name) {
		return inputDocument(t, name)
	}
	h := analyzer.Judge(hosttest.Host(t, hosttest.Archive(t, name)))
	h.Source = analyzer.Source{Path: name, Kind: "sosreport", Root: name, Complete: true}
	return report.New(analyzer.Result{Hosts: []analyzer.Host{h}}, "test")
}

// inputDocument analyzes an input as it comes: packed, with all that is in it.
func inputDocument(t *testing.T, name string) report.Document {
	t.Helper()
	var b bytes.Buffer
	if err := hosttest.WriteTar(&b, hosttest.Archive(t, name), name); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), name+".tar")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	result, err := analyzer.Analyze(context.Background(), archive.Input{Path: file}, analyzer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return report.New(result, "test")
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
