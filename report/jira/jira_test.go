package jira_test

import (
	"bytes"
	"errors"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/jira"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func write(t testing.TB, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := jira.Convert(&b, func(w io.Writer) error { return markdown.Write(w, doc) }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func convert(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := jira.Convert(&b, func(w io.Writer) error { _, err := w.Write([]byte(text)); return err }); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(".jira"))
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) { g.Assert(t, d.Name, []byte(write(t, d.Doc))) })
	}
}

var (
	ownMarkup = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	header    = regexp.MustCompile(`^h[1-4]\. `)
	backslash = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
	address   = regexp.MustCompile(`^https?://\S+$`)
	charRef   = regexp.MustCompile(`&#\d+;`)
)

// outside calls f for the lines that are no verbatim text, and verbatim for the others.
func outside(t *testing.T, out string, f, verbatim func(line string)) {
	t.Helper()
	inside := false
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == "{noformat}":
			inside = !inside
		case inside:
			verbatim(line)
		default:
			f(line)
		}
	}
	if inside {
		t.Error("a verbatim text does not end")
	}
}

// checkDead fails when there is markup that the report does not write itself.
func checkDead(t *testing.T, out string) {
	t.Helper()
	outside(t, out, func(line string) {
		if address.MatchString(line) || line == "----" {
			return
		}
		text := header.ReplaceAllString(line, "")
		text = strings.TrimPrefix(text, "* ")
		if strings.HasPrefix(text, "|") && strings.HasSuffix(text, "|") {
			text = strings.Trim(strings.ReplaceAll(strings.ReplaceAll(text, "||", " "), "|", " "), " ")
		}
		for _, m := range ownMarkup.FindAllStringSubmatch(text, -1) {
			if i := strings.IndexAny(charRef.ReplaceAllString(m[1], ""), `\{}[]|*^~!@`); i >= 0 {
				t.Errorf("alive in code: %q", m[1])
			}
		}
		text = charRef.ReplaceAllString(backslash.ReplaceAllString(ownMarkup.ReplaceAllString(text, "x"), "x"), "x")
		if strings.Count(text, "*")%2 != 0 {
			t.Errorf("bold does not end: %q", line)
		}
		if i := strings.IndexAny(text, `\{}[]|^~@`); i >= 0 {
			t.Errorf("%q is alive in %q", text[i], line)
		}
		if strings.Contains(text, "://") || strings.Contains(text, "??") || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "- ") || strings.HasPrefix(text, "bq.") {
			t.Errorf("alive: %q", line)
		}
	}, func(line string) {
		if strings.Contains(strings.ToLower(line), "{noformat") {
			t.Errorf("the verbatim text ends early: %q", line)
		}
	})
}

// words are those that a reader of the Jira form sees.
func words(t *testing.T, out string) string {
	t.Helper()
	var b strings.Builder
	outside(t, out, func(line string) {
		line = strings.TrimPrefix(header.ReplaceAllString(line, ""), "* ")
		if strings.HasPrefix(line, "|") {
			line = strings.ReplaceAll(line, "|", " ")
		}
		code := ownMarkup.ReplaceAllString(line, "$1")
		code = strings.ReplaceAll(backslash.ReplaceAllStringFunc(code, func(s string) string { return "\x00" + string(rune(0xe000+int(s[1]))) }), "*", "")
		b.WriteString(html.UnescapeString(private(code)) + "\n")
	}, func(line string) { b.WriteString(line + "\n") })
	return blank(b.String())
}

// private puts the characters back that a backslash stood before.
func private(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\x00", "") {
		if r >= 0xe000 && r < 0xe080 {
			r -= 0xe000
		}
		b.WriteRune(r)
	}
	return b.String()
}

// markdownWords are those that a reader of the Markdown form sees.
func markdownWords(text string) string {
	var b strings.Builder
	fence, diagram := "", false // a diagram shows what the tree below it tells
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "" && line == fence:
			fence = ""
		case fence != "":
			if !diagram {
				b.WriteString(line + "\n")
			}
		case len(ticks) >= 3 && strings.Trim(line[len(ticks):], "abcdefghijklmnopqrstuvwxyz") == "":
			fence, diagram = ticks, line == ticks+"mermaid"
		case line == "---" || strings.HasPrefix(line, "| --- "):
		default:
			b.WriteString(markdownLine(line) + "\n")
		}
	}
	return blank(strings.ReplaceAll(b.String(), "{noformat}", "{ noformat}"))
}

func markdownLine(line string) string {
	table := strings.HasPrefix(line, "| ")
	line = strings.TrimPrefix(strings.TrimLeft(line, "#"), "- ")
	var b strings.Builder
	for line != "" {
		ticks := len(line) - len(strings.TrimLeft(line, "`"))
		switch {
		case line[0] == '\\' && len(line) > 1:
			b.WriteByte(line[1])
			line = line[2:]
		case ticks > 0:
			end := ticks
			for strings.Repeat("`", ticks) != line[end:end+ticks] || end+ticks < len(line) && line[end+ticks] == '`' || line[end-1] == '`' {
				end++
			}
			b.WriteString(line[ticks:end])
			line = line[end+ticks:]
		case strings.HasPrefix(line, "**"), table && line[0] == '|':
			b.WriteByte(' ')
			line = line[1:]
		default:
			b.WriteByte(line[0])
			line = line[1:]
		}
	}
	return b.String()
}

// blank leaves out what is no text: blanks, and the stars of what is bold.
func blank(s string) string {
	return strings.NewReplacer(" ", "", "\n", "", "*", "", "----", "").Replace(s)
}

func check(t *testing.T, text string) {
	t.Helper()
	out := convert(t, text)
	rendertest.CheckHarmless(t, out)
	checkDead(t, out)
	if got, want := words(t, out), markdownWords(text); got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("the words differ from those of the Markdown: %q, want %q", got[max(0, at-40):min(len(got), at+60)], want[max(0, at-40):min(len(want), at+60)])
	}
}

// TestNothingAliveNothingLost: nothing of the input is markup, and what the Markdown tells is all there.
func TestNothingAliveNothingLost(t *testing.T) {
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) {
			var b bytes.Buffer
			if err := markdown.Write(&b, d.Doc); err != nil {
				t.Fatal(err)
			}
			check(t, b.String())
		})
	}
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
			check(t, string(data))
		})
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"# sosbond report", "h1. sosbond report"},
		{"#### ✗ CRITICAL SB103: `bond0` runs", "h4. ✗ CRITICAL SB103: {{bond0}} runs"},
		{"| Bond | Mode |\n| --- | --- |\n| `bond0` | **✗ NOT WORKING** |", "||Bond||Mode||\n|{{bond0}}|*✗ NOT WORKING*|"},
		{"```text\na {noformat} [b]\n```", "{noformat}\na { noformat} [b]\n{noformat}"},
		{"````sh\n```\n````", "{noformat}\n```\n{noformat}"},
		{"a\n\n```mermaid\nflowchart TD\n```\n\nb", "a\n\n\nb"},
		{"- one `{x}`\n  https://example.com/a_b", "* one {{&#123;x&#125;}}\nhttps://example.com/a_b"},
		{`balance-alb, layer2+3, br_ex, 802.3ad - and so on`, `balance-alb, layer2+3, br_ex, 802.3ad - and so on`},
		{`\{color:red\}x\{color\} \[a\|b\] -del- \_i\_ \*b\* +u+ ^s^ \~t\~ ??c?? \!x.png\!`,
			`&#123;color:red&#125;x&#123;color&#125; &#91;a&#124;b&#93; \-del\- \_i\_ \*b\* \+u\+ \^s\^ \~t\~ \?\?c\?\? \!x.png!`},
		{`h1. no heading`, `h1&#46; no heading`},
		{`bq. none`, `bq&#46; none`},
		{`(!) (x) :) ;) (on)`, `\(\!) \(x) \:) \;) \(on)`},
		{"`http://evil.example` mailto:a", "{{http&#58;//evil.example}} mailto\\:a"},
		{`\\\\server\\share \&lt;`, `&#92;&#92;server&#92;share &#38;lt;`},
		{"`a``b` `c`", "{{a``b}} {{c}}"},
		{"---", "----"},
	} {
		if got := convert(t, c.in+"\n"); got != c.want+"\n" {
			t.Errorf("%q becomes %q, want %q", c.in, got, c.want)
		}
	}
}

var errFull = errors.New("no space left on device")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	text := func(w io.Writer) error { _, err := io.WriteString(w, "text\n"); return err }
	if err := jira.Convert(failing{}, text); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
	if err := jira.Convert(io.Discard, func(io.Writer) error { return errFull }); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04{x}\x01\x06[a|b]\r\n\x9b\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x01\x03`|\\\x02*_\x04{a}#\x05@a://", 40)))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b bytes.Buffer
		if err := markdown.Write(&b, rendertest.Fill(data)); err != nil {
			t.Fatal(err)
		}
		check(t, b.String())
	})
}
