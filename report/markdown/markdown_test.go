package markdown_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
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

// The shape of what the report writes itself, outside fences and code spans and without escaped characters.
var (
	heading   = regexp.MustCompile(`^#{1,4} `)
	tableRow  = regexp.MustCompile(`^\|.*\|$`)
	tableRule = regexp.MustCompile(`^\|( --- \|)+$`)
	address   = regexp.MustCompile(`^  https?://\S+$`)
	bold      = regexp.MustCompile(`\*\*([^*]*)\*\*`)
	escaped   = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
)

// checkMarkup fails when the text holds markup that the report itself does not write: what came from the input would be alive.
func checkMarkup(t *testing.T, out string) {
	t.Helper()
	columns := 0
	for _, line := range outsideFences(t, out) {
		if strings.HasPrefix(line, "    ") {
			t.Errorf("indented like code: %q", line)
		}
		if address.MatchString(line) || line == "---" {
			continue
		}
		text := withoutCode(t, line)
		columns = checkRow(t, text, columns)
		if heading.MatchString(text) {
			text = strings.TrimLeft(text, "#")
		}
		if columns > 0 {
			text = strings.ReplaceAll(text, "|", "")
		}
		text = strings.TrimPrefix(text, "- ")
		text = strings.Replace(text, "~ ", "", 1) // the mark of a verdict; with a space behind it strikes nothing
		text = bold.ReplaceAllString(text, "$1")
		if i := strings.IndexAny(text, "*_<>[]#|~{}\\@"); i >= 0 && !tableRule.MatchString(line) {
			t.Errorf("%q is alive in %q", text[i], line)
		}
		if strings.Contains(text, "://") || strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") {
			t.Errorf("alive: %q", line)
		}
	}
}

// checkRow checks that all rows of a table have the same number of cells.
func checkRow(t *testing.T, text string, columns int) int {
	t.Helper()
	if !tableRow.MatchString(text) {
		return 0
	}
	n := strings.Count(text, "|")
	if columns != 0 && n != columns {
		t.Errorf("%d bars, the rows above have %d: %q", n, columns, text)
	}
	return n
}

func outsideFences(t *testing.T, out string) []string {
	t.Helper()
	var lines []string
	fence := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if len(ticks) >= len(fence) && strings.TrimSpace(line) == ticks {
				fence = ""
			}
		case len(ticks) >= 3 && !strings.Contains(line[len(ticks):], "`"):
			fence = ticks
		default:
			lines = append(lines, line)
		}
	}
	if fence != "" {
		t.Errorf("a fence is open at the end")
	}
	return lines
}

// withoutCode drops escaped characters and code spans, as CommonMark reads them.
func withoutCode(t *testing.T, line string) string {
	t.Helper()
	var b strings.Builder
	for line != "" {
		if loc := escaped.FindStringIndex(line); loc != nil && loc[0] == 0 {
			b.WriteByte('x') // it stands for itself, and what follows it is not at the start of the line
			line = line[2:]
			continue
		}
		if line[0] != '`' {
			b.WriteByte(line[0])
			line = line[1:]
			continue
		}
		ticks := len(line) - len(strings.TrimLeft(line, "`"))
		end := regexp.MustCompile("(^|[^`])(`{" + string(rune('0'+ticks%10)) + "})([^`]|$)").FindStringSubmatchIndex(line[ticks:])
		if ticks > 9 {
			return b.String() // longer than this helper counts
		}
		if end == nil {
			t.Errorf("a code span is open: %q", line)
			return b.String()
		}
		line = line[ticks+end[5]:]
	}
	return b.String()
}

func TestNothingOfTheInputIsAlive(t *testing.T) {
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) {
			out := write(t, d.Doc)
			rendertest.CheckHarmless(t, out)
			checkMarkup(t, out)
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
		checkMarkup(t, out)
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
			checkMarkup(t, string(data))
		})
	}
}
