package html_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/html"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

func write(t testing.TB, doc report.Document) string {
	t.Helper()
	var b bytes.Buffer
	if err := html.Write(&b, doc); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// documents are those of rendertest, and whole hosts.
func documents(t testing.TB) []rendertest.Named {
	t.Helper()
	list := rendertest.Documents()
	for _, name := range []string{"rr-loop", "mustgather-sos", "hostile-names"} {
		list = append(list, rendertest.Named{Name: name, Doc: golden(t, filepath.Join("..", "..", "testdata", "golden", name+".json"))})
	}
	return append(list, rendertest.Named{Name: "hundred", Doc: hundred(t)})
}

func golden(t testing.TB, name string) (doc report.Document) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(data, &doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// hundred is a real host with a fault, and with a hundred guests on its bridge, about which each finding is.
func hundred(t testing.TB) report.Document {
	t.Helper()
	doc := golden(t, filepath.Join("..", "..", "testdata", "golden", "rr-loop.json"))
	h := &doc.Hosts[0]
	a := &h.Bonds[0].Attachments[0]
	a.Guests = nil
	var names []string
	for i := range 100 {
		g := report.Guest{
			Name: fmt.Sprintf("app-server-%04d", i), Kind: "vm", Interface: fmt.Sprintf("vnet%d", i), MAC: fmt.Sprintf("52:54:00:aa:01:%02x", i), Running: i%7 != 0,
			At: &report.At{File: fmt.Sprintf("etc/libvirt/qemu/app-server-%04d.xml", i), Line: 41},
		}
		a.Guests, names = append(a.Guests, g), append(names, g.Name)
	}
	for i := range h.Findings {
		if len(h.Findings[i].Subject.Guests) > 0 {
			h.Findings[i].Subject.Guests = names
		}
	}
	return doc
}

// carried is what every page carries: the style, the script, and their hashes.
var carried = regexp.MustCompile(`(?s)(<style>|<script>|&#39;sha256-).*?(</style>|</script>|&#39;)`)

// drawn is what the package picture writes, which has golden files of its own.
var drawn = regexp.MustCompile(`(?s)(<svg )[^>]*>.*?(</svg>)`)

func TestGolden(t *testing.T) {
	g := goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(".html"))
	for _, d := range documents(t) {
		if d.Name == "hundred" {
			continue // TestSize and the others look at it
		}
		t.Run(d.Name, func(t *testing.T) {
			out := drawn.ReplaceAllString(write(t, d.Doc), "$1…$2")
			g.Assert(t, d.Name, []byte(carried.ReplaceAllString(out, "$1…$2")))
		})
	}
}

func TestDeterministic(t *testing.T) {
	for _, d := range documents(t) {
		first := write(t, d.Doc)
		for range 3 {
			if write(t, d.Doc) != first {
				t.Fatalf("%s: the page changes from run to run", d.Name)
			}
		}
	}
}

// TestPolicy: the browser gets nothing but what the page carries, and that it lets through.
func TestPolicy(t *testing.T) {
	out := write(t, rendertest.ALB())
	sum := func(tag string) string {
		_, text, _ := strings.Cut(out, "<"+tag+">")
		text, _, ok := strings.Cut(text, "</"+tag+">")
		if !ok || len(text) < 1000 || strings.Count(out, "<"+tag) != 1 {
			t.Fatalf("%s: %.80q", tag, text)
		}
		hash := sha256.Sum256([]byte(text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"
	}
	want := "default-src 'none'; style-src " + sum("style") + "; script-src " + sum("script") + "; img-src data:; base-uri 'none'; form-action 'none'"
	for _, e := range parse(t, out) {
		if e.name == "meta" && e.attr("http-equiv") == "Content-Security-Policy" {
			if got := e.attr("content"); got != want {
				t.Errorf("the policy is\n%s\nnot\n%s", got, want)
			}
			return
		}
		if e.name == "style" || e.name == "script" {
			t.Fatal("a style or a script comes before the policy")
		}
	}
	t.Error("there is no policy")
}

func TestNothingOfTheInputIsAlive(t *testing.T) {
	for _, d := range documents(t) {
		t.Run(d.Name, func(t *testing.T) { check(t, write(t, d.Doc)) })
	}
}

// TestGoldenFiles: nor in the reports on whole hosts, and each opens with a picture.
func TestGoldenFiles(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*.json")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			doc := golden(t, name)
			out := write(t, doc)
			check(t, out)
			says(t, doc, out)
			for _, h := range doc.Hosts {
				if len(h.Bonds) > 0 && !strings.Contains(out, "<svg") {
					t.Errorf("no picture of %s", h.Name)
				}
			}
		})
	}
}

// TestSaysAll: the page says what the other forms say.
func TestSaysAll(t *testing.T) {
	for _, d := range documents(t) {
		t.Run(d.Name, func(t *testing.T) { says(t, d.Doc, write(t, d.Doc)) })
	}
}

// said are the words of a page without the spaces, which markup adds and drops.
type said struct {
	t    *testing.T
	text string
}

func (s said) has(what, words string) {
	s.t.Helper()
	if !strings.Contains(s.text, squeeze(words)) {
		s.t.Errorf("%s is missing: %q", what, words)
	}
}

func (s said) prose(what, text string) {
	s.t.Helper()
	for _, b := range render.Prose(text) {
		var words strings.Builder
		for _, in := range b.Inline {
			words.WriteString(in.Text)
		}
		s.has(what, words.String())
	}
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func says(t *testing.T, doc report.Document, out string) {
	t.Helper()
	doc = render.Sanitize(doc)
	s := said{t, squeeze(text(t, out))}
	s.has("the totals", render.Totals(doc.Summary))
	for _, e := range doc.Errors {
		s.has("an error", e.Input)
		s.prose("an error", e.Message)
	}
	told := render.NewTold()
	for _, h := range doc.Hosts {
		saysHost(s, h)
		full, folded := render.Split(h.Findings)
		full = told.Unrepeat(render.HostName(h), full)
		for _, f := range full {
			saysFinding(s, f)
		}
		for _, f := range folded {
			s.prose("a folded finding", f.Title)
		}
		for _, f := range h.Findings {
			s.has("a rule", f.Rule)
		}
	}
}

func saysHost(s said, h report.Host) {
	s.t.Helper()
	s.has("the host", render.HostName(h))
	s.has("the source", h.Source.Path)
	if !h.Source.Complete {
		s.has("the warning", render.Incomplete)
	}
	for _, n := range h.Source.Notes {
		s.prose("a note", n)
	}
	for _, f := range render.HostFacts(h) {
		s.has("a fact", f.String())
	}
	if len(h.Bonds) == 0 {
		s.has("the answer", render.NoBond(h))
	}
	for _, b := range h.Bonds {
		s.has("the answer", b.Name+render.Mode(b)+render.BondVerdict(h, b).Words+render.LinksUp(b))
		s.prose("the summary", b.Summary)
		for _, f := range slices.Concat(render.BondFacts(b), render.Configurations(b)) {
			s.has("a fact of a bond", f)
		}
		for _, l := range b.Slaves {
			s.has("a link", l.Name+render.LinkState(l.MIIStatus).Text)
			s.has("its address", l.PermanentMAC)
		}
		for _, a := range b.Attachments {
			saysAttachment(s, a)
		}
	}
	_, gaps := render.Coverage(h.Coverage)
	for _, g := range gaps {
		s.has("a gap", strings.Join(g.Data, ", ")+g.Status)
		s.has("what to ask for", g.Ask)
		s.prose("the note on a gap", g.Note)
	}
	for _, c := range h.Coverage {
		s.has("a kind of data", c.Datum)
	}
}

func saysAttachment(s said, a report.Attachment) {
	s.t.Helper()
	s.prose("the summary of an attachment", a.Summary)
	for _, c := range a.Conditions {
		s.prose("a condition", c)
	}
	for _, p := range a.Path {
		s.has("a device", p)
	}
	for _, g := range a.Guests {
		s.has("a guest", g.Name)
		s.has("its interface and address", g.Interface+g.MAC)
	}
}

func saysFinding(s said, f report.Finding) {
	s.t.Helper()
	s.prose("a title", f.Title)
	s.has("its confidence", render.Confidence(f))
	s.prose("a cause", f.Cause)
	for _, g := range f.Subject.Guests {
		s.has("a guest", g)
	}
	for _, e := range f.Evidence {
		s.has("a place", render.Location(e))
		s.has("evidence", e.Text)
		s.prose("a note", e.Note)
	}
	for _, r := range f.Remediation {
		s.prose("a way", r.Title)
		s.prose("a note", r.Note)
		for _, c := range r.Commands {
			s.has("a command", c)
		}
	}
	for _, c := range f.Verification {
		s.has("a check", c)
	}
	for _, r := range f.References {
		s.prose("a reference", r.Title)
		s.has("an address", r.URL)
	}
}

// TestCommandsAreVerbatim: what the button copies is what is to be typed.
func TestCommandsAreVerbatim(t *testing.T) {
	var blocks []string
	for _, e := range parse(t, write(t, rendertest.Hostile())) {
		if e.name == "div" && e.attr("class") == "commands" {
			blocks = append(blocks, e.text)
		}
	}
	for _, f := range render.Sanitize(rendertest.Hostile()).Hosts[0].Findings {
		for _, r := range f.Remediation {
			if want := strings.Join(r.Commands, "\n") + "\n"; !slices.Contains(blocks, want) {
				t.Errorf("%q is not among %q", want, blocks)
			}
		}
	}
}

// TestFolds: what calls for action is open, the rest is folded, and a symptom is one line of what explains it.
func TestFolds(t *testing.T) {
	doc := golden(t, filepath.Join("..", "..", "testdata", "golden", "rr-loop.json"))
	open := map[string]string{}
	var lists []string
	for _, e := range parse(t, write(t, doc)) {
		if e.name == "details" && e.has("data-finding") {
			open[e.attr("data-finding")] = fmt.Sprint(e.has("open"))
		}
		if e.name == "ul" && e.attr("class") == "symptoms" {
			lists = append(lists, e.text)
		}
	}
	if len(lists) == 0 || !strings.Contains(lists[0], "SB140 br0 looks for guest2") || !strings.Contains(lists[0], "SB142 br0 received frames") {
		t.Errorf("symptoms: %q", lists)
	}
	for i, f := range doc.Hosts[0].Findings {
		want := fmt.Sprint(!render.SeverityOf(f.Severity).Folded)
		if f.ExplainedBy != "" {
			want = ""
		}
		if got := open[fmt.Sprint(i)]; got != want {
			t.Errorf("finding %d, %s %s: open is %q, want %q", i, f.Severity, f.Rule, got, want)
		}
	}
}

// TestMarks: a finding and its place in the picture know one another.
func TestMarks(t *testing.T) {
	out := write(t, rendertest.VLANs())
	placed := false
	for _, e := range parse(t, out) {
		placed = placed || slices.Contains(strings.Fields(e.attr("data-findings")), "0")
	}
	if !placed || !strings.Contains(out, `href="#h1-finding-0"`) || !strings.Contains(out, `<a href="#h1-guest-billing"><code>billing</code></a>`) {
		t.Errorf("placed: %v", placed)
	}
}

// TestSize: a host with a hundred guests fits in a ticket.
func TestSize(t *testing.T) {
	for _, d := range []rendertest.Named{{Name: "hundred", Doc: hundred(t)}, {Name: "hostile", Doc: rendertest.Hostile()}} {
		if n := len(write(t, d.Doc)); n > 300_000 {
			t.Errorf("%s: %d bytes", d.Name, n)
		}
	}
}

// TestMuchEvidence: what is beyond the limit of the page is counted.
func TestMuchEvidence(t *testing.T) {
	doc := rendertest.ALB()
	f := &doc.Hosts[0].Findings[0]
	for i := range 500 {
		f.Evidence = append(f.Evidence, report.Evidence{File: "var/log/messages", Line: i + 1, Text: fmt.Sprintf("line of evidence %d", i)})
	}
	out := text(t, write(t, doc))
	if !strings.Contains(out, "and 200 more lines") || !strings.Contains(out, "and 291 more lines; the JSON form has them") || strings.Contains(out, "line of evidence 209") {
		t.Error("the lines that are left out are not told")
	}
}

func TestFilterIsTold(t *testing.T) {
	doc := rendertest.ALB()
	report.Filter{MinSeverity: "error", Rules: []string{"SB103"}}.Apply(&doc)
	if out := text(t, write(t, doc)); !strings.Contains(out, "Limited to findings of severity error and worse; findings of SB103.") {
		t.Error("the reader does not learn that the report is not whole")
	}
}

type failing struct{}

var errFull = errors.New("no space left on device")

func (failing) Write([]byte) (int, error) { return 0, errFull }

func TestWriteError(t *testing.T) {
	if err := html.Write(failing{}, rendertest.ALB()); !errors.Is(err, errFull) {
		t.Errorf("error %v, want %v", err, errFull)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"))
	f.Add([]byte(strings.Repeat("\x01\x03`|\\\x02*_\x04<b>#\x05@a://", 40)))
	f.Add([]byte(strings.Repeat("\x03\x06- a\n1.\x02``\x05\\`a`|", 40)))
	f.Add([]byte(strings.Repeat("\x02\x1f</style></script><script>alert(1)\x1d' onload='x' style='y' \"><a \x0bjavascript:", 20)))
	f.Fuzz(func(t *testing.T, data []byte) { check(t, write(t, rendertest.Fill(data))) })
}
