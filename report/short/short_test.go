package short_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
	"github.com/sosbond/sosbond/report/short"
)

func documents(t testing.TB) map[string]report.Document {
	t.Helper()
	files, err := filepath.Glob("../../testdata/golden/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	docs := map[string]report.Document{"empty": {}}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc report.Document
		if err := json.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		docs[strings.TrimSuffix(filepath.Base(name), ".json")] = doc
	}
	for _, d := range rendertest.Documents() {
		docs["rendertest-"+strings.ReplaceAll(d.Name, " ", "-")] = d.Doc
	}
	return docs
}

func terminal(t testing.TB, doc report.Document, width int) string {
	t.Helper()
	var b bytes.Buffer
	if err := short.Terminal(&b, doc, width, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func markdown(t testing.TB, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := short.Markdown(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			for suffix, out := range map[string]string{".txt": terminal(t, doc, 0), ".md": markdown(t, doc)} {
				goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(suffix)).Assert(t, name, []byte(out))
				rendertest.CheckHarmless(t, out)
			}
			rendertest.CheckMarkup(t, markdown(t, doc))
		})
	}
}

// checkFits checks the promise: twelve lines, none wider than asked for but commands, and the worst verdict in the first two.
func checkFits(t *testing.T, doc report.Document) {
	t.Helper()
	commands := map[string]bool{}
	for _, h := range render.Sanitize(doc).Hosts {
		for _, f := range h.Findings {
			for _, r := range f.Remediation {
				for _, c := range r.Commands {
					commands["  "+strings.TrimRight(c, " ")] = true
				}
			}
		}
	}
	for _, width := range []int{0, 40, 72} {
		out := terminal(t, doc, width)
		if n := strings.Count(out, "\n"); n > short.Lines || n == 0 && len(doc.Hosts) > 0 {
			t.Errorf("%d lines at %d columns:\n%s", n, width, out)
		}
		most := width
		if most == 0 {
			most = 100
		}
		for line := range strings.Lines(out) {
			line = strings.TrimSuffix(line, "\n")
			if render.Width(line) > most && !commands[line] {
				t.Errorf("%d columns of %d: %q", render.Width(line), most, line)
			}
		}
	}
	if n := strings.Count(markdown(t, doc), "\n"); n > short.Lines {
		t.Errorf("%d lines of Markdown:\n%s", n, markdown(t, doc))
	}
}

func TestFits(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) { checkFits(t, doc) })
	}
}

// TestWorstFirst: what the worst bond is and what is wrong is told, whatever else there is.
func TestWorstFirst(t *testing.T) {
	for name, doc := range documents(t) {
		t.Run(name, func(t *testing.T) {
			out := terminal(t, doc, 100)
			for _, h := range doc.Hosts {
				for _, b := range h.Bonds {
					if b.Verdict == "not-working" && !strings.Contains(out, "NOT WORKING") {
						t.Errorf("%s, %s does not work, and nothing tells it:\n%s", h.Name, b.Name, out)
					}
				}
				if !h.Source.Complete && len(doc.Hosts) == 1 && !strings.Contains(out, "INCOMPLETE") {
					t.Errorf("nothing tells that the input is cut off:\n%s", out)
				}
			}
			if len(doc.Errors) > 0 && !strings.Contains(out, "Not analyzed") {
				t.Errorf("nothing tells of the inputs that could not be analyzed:\n%s", out)
			}
		})
	}
}

// TestManyHosts: a cluster of 200 hosts is counted, and the one that does not work comes first.
func TestManyHosts(t *testing.T) {
	var doc report.Document
	for i := range 200 {
		h := rendertest.LACP().Hosts[0]
		if i == 150 {
			h = rendertest.ALB().Hosts[0]
		}
		doc.Hosts = append(doc.Hosts, h)
	}
	report.Filter{}.Apply(&doc)
	checkFits(t, doc)
	lines := strings.Split(terminal(t, doc, 100), "\n")
	if !strings.HasPrefix(lines[0], "200 hosts, 200 bonds: 1 not working, 199 recommended") || !strings.Contains(lines[1], "NOT WORKING") {
		t.Errorf("%q", lines[:2])
	}
	if out := strings.Join(lines, "\n"); !strings.Contains(out, "Others: 199 works.") {
		t.Error(out)
	}
}

func FuzzShort(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x03\x06- a\n1.\x02``\x05\\`a`|", 40)))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc := rendertest.Fill(data)
		checkFits(t, doc)
		rendertest.CheckHarmless(t, terminal(t, doc, 60))
		rendertest.CheckHarmless(t, markdown(t, doc))
		rendertest.CheckMarkup(t, markdown(t, doc))
	})
}
