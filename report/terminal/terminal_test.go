package terminal_test

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
	"github.com/sosbond/sosbond/report/terminal"
)

func write(t testing.TB, doc report.Document, opt terminal.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := terminal.Write(&b, doc, opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(""))
	for _, d := range rendertest.Documents() {
		for _, width := range []int{80, 140} {
			name := fmt.Sprintf("%s-%d.txt", d.Name, width)
			t.Run(name, func(t *testing.T) { g.Assert(t, name, []byte(write(t, d.Doc, terminal.Options{Width: width}))) })
		}
	}
	t.Run("color", func(t *testing.T) {
		g.Assert(t, "alb-80.ansi", []byte(write(t, rendertest.ALB(), terminal.Options{Width: 80, Color: true})))
	})
	t.Run("all", func(t *testing.T) {
		g.Assert(t, "hostile-80-all.txt", []byte(write(t, rendertest.Hostile(), terminal.Options{Width: 80, All: true})))
	})
}

func TestAnswerComesFirst(t *testing.T) {
	lines := strings.Split(write(t, rendertest.ALB(), terminal.Options{Width: 80}), "\n")
	top := strings.Join(lines[:6], "\n")
	if want := "✗ bond0  balance-alb (mode 6)  NOT WORKING  2/2 links up"; !strings.Contains(top, want) {
		t.Errorf("no %q in the first lines:\n%s", want, top)
	}
}

func TestIncompleteInputComesFirst(t *testing.T) {
	lines := strings.Split(write(t, rendertest.Hostile(), terminal.Options{Width: 80}), "\n")
	if !strings.HasPrefix(lines[1], "!! "+render.Incomplete) || !strings.HasPrefix(lines[2], "!! the archive ends") {
		t.Errorf("the report begins with:\n%s", strings.Join(lines[:4], "\n"))
	}
}

func TestHealthyReportIsShort(t *testing.T) {
	for _, width := range []int{80, 140} {
		if n := strings.Count(write(t, rendertest.LACP(), terminal.Options{Width: width}), "\n"); n > 26 {
			t.Errorf("width %d: the report on a healthy host has %d lines", width, n)
		}
	}
}

// TestWidth allows a line to be too wide only for what must not be broken: a command, a URL, a code span, or a word alone on its line.
func TestWidth(t *testing.T) {
	for _, d := range rendertest.Documents() {
		free := unbroken(render.Sanitize(d.Doc))
		for width := 40; width <= 140; width += 5 {
			for line := range strings.Lines(write(t, d.Doc, terminal.Options{Width: width})) {
				line = strings.TrimRight(line, "\n")
				if render.Width(line) <= width || free[strings.TrimSpace(line)] || isWord(line) {
					continue
				}
				t.Errorf("%s at %d: %d columns: %s", d.Name, width, render.Width(line), line)
			}
		}
	}
}

// unbroken returns the lines that may not be broken.
func unbroken(doc report.Document) map[string]bool {
	free := map[string]bool{}
	for _, h := range doc.Hosts {
		for _, c := range h.Coverage {
			free["ask for: "+c.Ask] = true
		}
		for _, f := range h.Findings {
			for _, c := range f.Verification {
				free[c] = true
			}
			for _, r := range f.Remediation {
				for _, c := range r.Commands {
					free[c] = true
				}
			}
			for _, r := range f.References {
				free[r.URL] = true
			}
		}
	}
	return free
}

// isWord reports whether a line is, after its mark, a single word or a single code span.
func isWord(line string) bool {
	word := strings.TrimLeft(line, " ✗✓!~?–-")
	code, isCode := strings.CutPrefix(word, "`")
	if isCode && strings.Count(code, "`") == 1 {
		return strings.HasSuffix(strings.TrimRight(code, ".,;)"), "`")
	}
	return !strings.Contains(word, " ")
}

func TestCommandsAreVerbatim(t *testing.T) {
	for _, d := range rendertest.Documents() {
		for _, width := range []int{40, 80, 140} {
			for _, all := range []bool{false, true} {
				checkVerbatim(t, d, terminal.Options{Width: width, All: all})
			}
		}
	}
}

func checkVerbatim(t *testing.T, d rendertest.Named, opt terminal.Options) {
	t.Helper()
	lines := map[string]bool{}
	for line := range strings.Lines(write(t, d.Doc, opt)) {
		lines[strings.TrimSpace(line)] = true
	}
	for _, h := range render.Sanitize(d.Doc).Hosts {
		for _, f := range h.Findings {
			for _, r := range f.Remediation {
				for _, c := range r.Commands {
					for line := range strings.Lines(c) {
						if !lines[strings.TrimSpace(line)] {
							t.Errorf("%s, %+v: %q does not stand alone on a line", d.Name, opt, line)
						}
					}
				}
			}
		}
	}
}

func TestAllFoldsAndCutsNothing(t *testing.T) {
	all := write(t, rendertest.Hostile(), terminal.Options{Width: 80, All: true})
	for _, want := range []string{
		"nobody ever thought of the reader at night",
		"guest-042-of-a-customer-who-likes-long-names-000000000000000042", "is local? 29", "proc/net/bonding/a|b",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(all, "…") {
		t.Error("something is cut or folded")
	}
}

func TestUnknownSeverityIsNotFolded(t *testing.T) {
	doc := report.Document{Hosts: []report.Host{{Findings: []report.Finding{{Rule: "SB1", Title: "t", Severity: "fatal", Cause: "the cause"}}}}}
	if out := write(t, doc, terminal.Options{}); !strings.Contains(out, "? fatal SB1 t") || !strings.Contains(out, "the cause") {
		t.Errorf("the finding is folded:\n%s", out)
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestColorChangesNothingElse(t *testing.T) {
	for _, d := range rendertest.Documents() {
		for _, all := range []bool{false, true} {
			plain := write(t, d.Doc, terminal.Options{Width: 80, All: all})
			color := write(t, d.Doc, terminal.Options{Width: 80, All: all, Color: true})
			if len(d.Doc.Hosts) > 0 && !sgr.MatchString(color) {
				t.Errorf("%s: no color", d.Name)
			}
			if diff := cmp.Diff(plain, sgr.ReplaceAllString(color, "")); diff != "" {
				t.Errorf("%s: %s", d.Name, diff)
			}
		}
	}
}

func TestNoColorFromTheEnvironment(t *testing.T) {
	want := write(t, rendertest.ALB(), terminal.Options{Width: 80, Color: true})
	plain := write(t, rendertest.ALB(), terminal.Options{Width: 80})
	for _, env := range []string{"NO_COLOR", "CLICOLOR_FORCE"} {
		t.Run(env, func(t *testing.T) {
			t.Setenv(env, "1")
			if write(t, rendertest.ALB(), terminal.Options{Width: 80, Color: true}) != want ||
				write(t, rendertest.ALB(), terminal.Options{Width: 80}) != plain {
				t.Error("the environment decides, not the caller")
			}
		})
	}
}

func TestDeterministic(t *testing.T) {
	for _, d := range rendertest.Documents() {
		first := write(t, d.Doc, terminal.Options{})
		for range 5 {
			if write(t, d.Doc, terminal.Options{}) != first {
				t.Fatalf("%s: the output changes from run to run", d.Name)
			}
		}
	}
}

// failing refuses to write.
type failing struct{}

var errFull = errors.New("no space left on device")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := terminal.Write(failing{}, rendertest.ALB(), terminal.Options{}); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func TestHarmless(t *testing.T) {
	for _, d := range rendertest.Documents() {
		rendertest.CheckHarmless(t, write(t, d.Doc, terminal.Options{}))
		rendertest.CheckHarmless(t, write(t, d.Doc, terminal.Options{All: true}))
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"), 80)
	f.Add([]byte(strings.Repeat("\x01\x03\x1b\x00\xff\x02`\t", 80)), 40)
	f.Fuzz(func(t *testing.T, data []byte, width int) {
		doc := rendertest.Fill(data)
		opt := terminal.Options{Width: width % 200, All: width%2 == 0}
		plain := write(t, doc, opt)
		rendertest.CheckHarmless(t, plain)
		opt.Color = true
		if color := sgr.ReplaceAllString(write(t, doc, opt), ""); color != plain {
			t.Errorf("with colors the text is another one:\n%q\n%q", plain, color)
		}
	})
}
