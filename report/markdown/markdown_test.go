package markdown_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func write(t testing.TB, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := markdown.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(".md"))
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) { g.Assert(t, d.Name, []byte(write(t, d.Doc))) })
	}
}

func TestCommandsAreVerbatim(t *testing.T) {
	out := "\n" + write(t, rendertest.ALB())
	for _, f := range rendertest.ALB().Hosts[0].Findings {
		for _, r := range f.Remediation {
			for _, c := range r.Commands {
				if !strings.Contains(out, "\n"+c+"\n") {
					t.Errorf("%q does not stand alone on a line", c)
				}
			}
		}
	}
}

func TestDeterministic(t *testing.T) {
	for _, d := range rendertest.Documents() {
		first := write(t, d.Doc)
		for range 5 {
			if write(t, d.Doc) != first {
				t.Fatalf("%s: the output changes from run to run", d.Name)
			}
		}
	}
}

type failing struct{}

var errFull = errors.New("no space left on device")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := markdown.Write(failing{}, rendertest.ALB()); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func TestNothingOfTheInputIsAlive(t *testing.T) {
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) {
			out := write(t, d.Doc)
			rendertest.CheckHarmless(t, out)
			rendertest.CheckMarkup(t, out)
		})
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x01\x03`|\\\x02*_\x04<b>#\x05@a://", 40)))
	f.Add([]byte(strings.Repeat("\x03\x06- a\n1.\x02``\x05\\`a`|", 40)))
	f.Fuzz(func(t *testing.T, data []byte) {
		out := write(t, rendertest.Fill(data))
		rendertest.CheckHarmless(t, out)
		rendertest.CheckMarkup(t, out)
	})
}

// TestGoldenFiles: in the reports on whole hosts, too, nothing but what the report writes itself is markup.
func TestGoldenFiles(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*.md")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			rendertest.CheckMarkup(t, string(data))
		})
	}
}
