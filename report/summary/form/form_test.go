package form_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
	"github.com/sosbond/sosbond/report/summary"
	"github.com/sosbond/sosbond/report/summary/form"
)

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

// many is a scan of n hosts of the kinds that there are.
func many(n int) summary.Summary {
	acc := summary.New(tool, summary.Filter{})
	verdicts := []string{"recommended", "partial", "not-working", "not-affected", "unknown", "not-recommended"}
	for i := range n {
		path := fmt.Sprintf("/srv/cases/sosreport-hv%05d.tar.xz", i)
		acc.Input(entry.Entry{Input: entry.Input{Path: path, Size: 1 << 20}, Status: entry.Analyzed}, false)
		h := summary.Host{
			Name: fmt.Sprintf("hv%05d.%s.example.com", i, strings.Repeat("dc", i%40)), Input: path, Source: path[len("/srv/cases/"):], OS: "CentOS Stream 9",
			Kernel: "5.14.0", Verdict: verdicts[i%len(verdicts)], Complete: i%7 != 0,
		}
		for b := range i % 9 {
			h.Bonds = append(h.Bonds, summary.Bond{Name: fmt.Sprintf("bond%d", b), Mode: "active-backup", Verdict: h.Verdict})
		}
		for f := range i % 5 {
			h.Findings = append(h.Findings, summary.Finding{Rule: fmt.Sprintf("SB1%02d", f*7+i%13), Severity: "error", Bond: "bond0", Title: "`bond0` fails"})
		}
		acc.Host(h)
	}
	return acc.Summary()
}

// TestWidth: what is shown to people is never wider than the terminal.
func TestWidth(t *testing.T) {
	for name, s := range map[string]summary.Summary{
		"mixed": sum(summary.Filter{}, mixed(t)...), "hostile": sum(summary.Filter{}, hostile(t)...), "many": many(500), "unreadable": sum(summary.Filter{}, unreadable(t)...),
	} {
		for width := 40; width <= 200; width += 9 {
			for line := range strings.Lines(write(t, "terminal", s, form.Options{Width: width})) {
				if line = strings.TrimSuffix(line, "\n"); render.Width(line) > width {
					t.Errorf("%s at %d: %d columns: %s", name, width, render.Width(line), line)
				}
			}
		}
	}
}

func TestOneLineForEachHost(t *testing.T) {
	for _, width := range []int{80, 140} {
		out := write(t, "terminal", many(20_000), form.Options{Width: width})
		_, table, _ := strings.Cut(out, "Hosts, the worst first\n")
		if lines := strings.Count(table, "\n"); lines != 52 {
			t.Errorf("width %d: %d lines of hosts, want the header, 50 and how many more there are:\n%s", width, lines, table)
		}
		if !strings.HasSuffix(table, "… and 19,950 more hosts; --all shows them, --format csv lists them\n") {
			t.Errorf("width %d: what is left out is not told:\n%s", width, table[max(len(table)-200, 0):])
		}
	}
}

func TestAllCutsNothing(t *testing.T) {
	for _, name := range form.Names() {
		out := write(t, name, many(2200), form.Options{Width: 80, All: true})
		for i := range 2200 {
			if host := fmt.Sprintf("hv%05d.%s.example.com", i, strings.Repeat("dc", i%40)); !strings.Contains(out, host) {
				t.Fatalf("%s: %s is missing", name, host)
			}
		}
		if strings.Contains(out, "--all") {
			t.Errorf("%s: something is cut", name)
		}
	}
}

func TestColorChangesNothingElse(t *testing.T) {
	s := sum(summary.Filter{}, mixed(t)...)
	color := write(t, "terminal", s, form.Options{Width: 80, Color: true})
	if !sgr.MatchString(color) {
		t.Error("no color")
	}
	if diff := cmp.Diff(write(t, "terminal", s, form.Options{Width: 80}), sgr.ReplaceAllString(color, "")); diff != "" {
		t.Error(diff)
	}
}

func TestJSONHoldsTheSummary(t *testing.T) {
	want := sum(summary.Filter{Releases: []string{"CentOS"}}, mixed(t)...)
	var got summary.Summary
	if err := json.Unmarshal([]byte(write(t, "json", want, form.Options{})), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	var whole bytes.Buffer
	if err := jsonout.WriteValue(&whole, want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole.String(), write(t, "json", want, form.Options{})); diff != "" {
		t.Errorf("written piece by piece it is another text: %s", diff)
	}
}

func TestCSVHasALineForEachBond(t *testing.T) {
	s := many(100)
	rows, err := csv.NewReader(strings.NewReader(write(t, "csv", s, form.Options{}))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := 1
	for _, r := range s.Table {
		want += max(len(r.Bonds), 1)
	}
	if len(rows) != want {
		t.Errorf("%d lines, want %d", len(rows), want)
	}
}

func TestNothingIsAFormula(t *testing.T) {
	for _, cell := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\r=1", "＝1", "=HYPERLINK(\"http://evil\")"} {
		s := summary.Summary{Table: []summary.Row{{Host: summary.Host{Name: cell, OS: cell, Bonds: []summary.Bond{{Name: cell, Mode: cell}}}, Rules: []string{cell}}}}
		checkCells(t, write(t, "csv", s, form.Options{}))
	}
}

// checkCells fails when a spreadsheet would take a cell for a formula.
func checkCells(t *testing.T, out string) {
	t.Helper()
	r := csv.NewReader(strings.NewReader(out))
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		for _, cell := range row {
			if strings.IndexAny(strings.TrimSpace(cell), "=+-@") == 0 {
				t.Errorf("%q is a formula", cell)
			}
		}
	}
}

// The elements of the page, with the attributes that they have.
var element = regexp.MustCompile(`^</?(!DOCTYPE html|html|head|meta|title|style|body|main|h[12]|ul|li|div|table|thead|tbody|tr|th|td|svg|rect|p|details|summary|code|span|br|footer)` +
	`( (lang|charset|name|content|http-equiv|class|scope|width|height|viewBox|preserveAspectRatio|aria-hidden)="[^"<>]*")*/?>$`)

var tag = regexp.MustCompile(`<[^>]*>?`)

// checkHTML fails when the page holds an element that the template does not write.
func checkHTML(t *testing.T, out string) {
	t.Helper()
	for _, x := range tag.FindAllString(out, -1) {
		if !element.MatchString(x) {
			t.Errorf("%q is alive", x)
		}
	}
	if strings.Count(out, "<style>") != 1 {
		t.Error("more than one style")
	}
}

func TestPolicyKnowsTheStyle(t *testing.T) {
	out := write(t, "html", many(3), form.Options{})
	_, style, _ := strings.Cut(out, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	hash := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"; !strings.Contains(html.UnescapeString(out), want) {
		t.Errorf("no %q: the browser would refuse the style", want)
	}
	if strings.Contains(out, "<script") || strings.Contains(out, " style=") || strings.Contains(out, "//") {
		t.Error("the page needs something that its policy forbids")
	}
}

// check fails when anything of the input is alive in a form.
func check(t *testing.T, s summary.Summary, opt form.Options) {
	t.Helper()
	for _, name := range form.Names() {
		out := write(t, name, s, opt)
		rendertest.CheckHarmless(t, out)
		switch name {
		case "html":
			checkHTML(t, out)
		case "markdown":
			rendertest.CheckMarkup(t, out)
		case "csv":
			checkCells(t, out)
		}
	}
}

func TestNothingOfTheInputIsAlive(t *testing.T) {
	check(t, sum(summary.Filter{Hosts: []string{"<b>`x`\x1b[2J"}}, hostile(t)...), form.Options{})
	for _, all := range []bool{false, true} {
		check(t, sum(summary.Filter{}, hostile(t)...), form.Options{All: all})
		check(t, sum(summary.Filter{}, mixed(t)...), form.Options{All: all})
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"), "/srv/<b>x\x1b", 80, false)
	f.Add([]byte(strings.Repeat("\x01\x03`|\\\x02*_\x04<b>#\x05@a://", 40)), "=1\t`", 40, true)
	f.Add([]byte(strings.Repeat("\x03\x06- a\n1.\x02``\x05\\`a`|", 40)), "</style><script>", 140, false)
	f.Fuzz(func(t *testing.T, data []byte, path string, width int, all bool) {
		doc := rendertest.Fill(data)
		doc.Hosts = append(doc.Hosts, doc.Hosts...) // names that several hosts have
		e := entry.Entry{Input: entry.Input{Path: path}, Status: entry.Statuses()[len(data)%4], Document: &doc}
		e.SetErrors(doc.Errors)
		s := sum(summary.Filter{}, e)
		opt := form.Options{Width: width % 200, All: all}
		check(t, s, opt)
		opt.Color = true
		if color := sgr.ReplaceAllString(write(t, "terminal", s, opt), ""); color != write(t, "terminal", s, form.Options{Width: opt.Width, All: all}) {
			t.Error("with colors the text is another one")
		}
	})
}

type failing struct{}

var errFull = errors.New("no space left on device")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	for _, name := range form.Names() {
		if err := form.Write(failing{}, name, many(1), form.Options{}); !errors.Is(err, errFull) {
			t.Errorf("%s: error %v, want %v", name, err, errFull)
		}
	}
	if err := form.Write(&bytes.Buffer{}, "pdf", summary.Summary{}, form.Options{}); err == nil {
		t.Error("an unknown form was accepted")
	}
}
