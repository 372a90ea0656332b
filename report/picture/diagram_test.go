package picture_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// diagramDocuments are what every form of the picture is drawn of.
func diagramDocuments() []rendertest.Named {
	return append(rendertest.Documents(), rendertest.Named{Name: "forty", Doc: fortyGuests()}, rendertest.Named{Name: "words", Doc: words()})
}

// fortyGuests is a host with switches, two bonds, a VLAN and forty guests of names of fifteen characters on one bridge, one of which has a fault.
func fortyGuests() report.Document {
	doc := rendertest.LACP()
	h := &doc.Hosts[0]
	b := &h.Bonds[0]
	for i := range b.Slaves {
		b.Slaves[i].Switch = &report.Port{Switch: fmt.Sprintf("leaf-%d.dc2", i+1), Port: "Ethernet1/17"}
	}
	a := &b.Attachments[0]
	a.Path = []string{"bond0", "bond0.100", "br0"}
	a.Devices = []report.Device{{Name: "bond0.100", Kind: "vlan", VLAN: 100, State: "up"}, {Name: "br0", Kind: "bridge", State: "up"}}
	a.Guests = nil
	for i := range 40 {
		g := report.Guest{Name: fmt.Sprintf("customer-app-%02d", i), Kind: "vm", Interface: fmt.Sprintf("vnet%d", i), MAC: fmt.Sprintf("52:54:00:bb:00:%02x", i), Running: i%7 != 0}
		if i%4 == 3 {
			g.Kind, g.Interface = "container", fmt.Sprintf("veth%d", i)
		}
		a.Guests = append(a.Guests, g)
	}
	h.Findings = append([]report.Finding{{Rule: "SB144", Severity: "error", Title: "One guest is silent",
		Subject: report.Subject{Bond: "bond0", Bridge: "br0", Guests: []string{"customer-app-33"}}}}, h.Findings...)
	storage := report.Bond{Name: "bond1", Kind: "kernel", Mode: "active-backup", ModeNumber: 1, Verdict: "partial", MIIStatus: "up", Slaves: []report.Slave{
		{Name: "ens2f0", MIIStatus: "up", Active: true, SpeedMbps: 25000}, {Name: "ens2f1", MIIStatus: "up", SpeedMbps: 25000}, {Name: "ens2f2", MIIStatus: "down"}},
		Attachments: []report.Attachment{{Kind: "host", Path: []string{"bond1"}, Verdict: "not-affected"}}}
	h.Bonds = append(h.Bonds, storage)
	return doc
}

// reserved are names that a form could take for its own words.
var reserved = []string{
	"end", "o--o", "x--x", "graph", "subgraph x", "click n0 href \"javascript:alert(1)\"", "%% comment", "%%{init: {\"theme\": \"dark\"}}%%", "`**bold**`", "1. list",
	"- item", "www.example.com", "https://example.com", "a@b.example", "$$x^2$$", "fa:fa-bug", "style x:#fff;", "classDef y:#;z", "a]b", `q"q`, "#quot;", "#35;", `back\slash\N\n`,
	"&lt;b&gt;", "<img src=x onerror=alert(1)>", "ﬂ°°60¶ß", "n0", "default", "|pipe|", "}%%", "---", "a;b", "{x}", "日本語の名前", "   spaces   in   it", "<br/>two", "_em_", "*/", "/*", "//x",
	"__proto__", "strict digraph", "</svg>", "1) one", "===", "+ plus", strings.Repeat("long", 60),
}

// words has a guest of each reserved name, and a bond and a bridge of two of them.
func words() report.Document {
	doc := rendertest.ALB()
	h := &doc.Hosts[0]
	h.Name = `end"]; x`
	b := &h.Bonds[0]
	b.Name, b.Mode = "end", `mode"]`
	a := &b.Attachments[0]
	a.Name, a.Path = `br"]:::bad`, []string{"end", "default", `br"]:::bad`}
	a.Guests = nil
	for i, name := range reserved {
		a.Guests = append(a.Guests, report.Guest{Name: name, Kind: "vm", Interface: reserved[len(reserved)-1-i], Running: true})
	}
	h.Findings = []report.Finding{{Rule: `SB"]`, Severity: "critical", Subject: report.Subject{Bond: "end", Bridge: a.Name}}}
	return doc
}

// pictures are those of all hosts of a document.
func pictures(doc report.Document, opt picture.Options) (list []picture.Picture) {
	for _, h := range doc.Hosts {
		list = append(list, picture.New(h, opt))
	}
	return list
}

func golden(t *testing.T, suffix string) *goldie.Goldie {
	t.Helper()
	return goldie.New(t, goldie.WithFixtureDir("testdata/golden"), goldie.WithNameSuffix(suffix), goldie.WithDiffEngine(goldie.ColoredDiff))
}

func mermaid(t testing.TB, list ...picture.Picture) string {
	t.Helper()
	var b bytes.Buffer
	if err := picture.Mermaid(&b, list...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMermaid(t *testing.T) {
	for _, d := range diagramDocuments() {
		t.Run(d.Name, func(t *testing.T) {
			text := mermaid(t, pictures(d.Doc, picture.Options{All: d.Name == "words"})...)
			rendertest.CheckHarmless(t, text)
			checkMermaid(t, text)
			golden(t, ".mmd").Assert(t, d.Name, []byte(text))
		})
	}
}

// parsed is what Mermaid's own parser makes of a diagram.
type parsed struct {
	Error  string
	Nodes  map[string]string
	Edges  [][3]string
	Frames []string
}

// parse reads texts with testdata/browser/mermaid.mjs.
func parse(t *testing.T, texts map[string]string) map[string][]parsed {
	t.Helper()
	browser, err := filepath.Abs("../../testdata/browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(browser, "node_modules", "mermaid")); err != nil {
		missing(t, "Mermaid is not there; `npm ci` in testdata/browser installs it")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "there is no node")
	}
	dir, args := t.TempDir(), []string{filepath.Join(browser, "mermaid.mjs")}
	for name, text := range texts {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	cmd := exec.Command(node, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	byFile, byName := map[string][]parsed{}, map[string][]parsed{}
	if err := json.Unmarshal(out, &byFile); err != nil {
		t.Fatal(err)
	}
	for file, list := range byFile {
		byName[filepath.Base(file)] = list
	}
	return byName
}

// missing ends a test without what it needs: as a failure where that has to be there.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("SOSBOND_NEED_BROWSER") != "" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// TestMermaidParses: Mermaid reads the nodes and edges that the picture has, with the names as they are.
func TestMermaidParses(t *testing.T) {
	texts, want := map[string]string{}, map[string][]picture.Picture{}
	for _, d := range diagramDocuments() {
		for _, opt := range []picture.Options{{}, {All: true}} {
			name := fmt.Sprintf("%s-%t.mmd", d.Name, opt.All)
			want[name] = pictures(d.Doc, opt)
			texts[name] = mermaid(t, want[name]...)
		}
	}
	for name, list := range parse(t, texts) {
		t.Run(name, func(t *testing.T) {
			if len(list) != 1 || list[0].Error != "" {
				t.Fatalf("%+v\n%s", list, texts[name])
			}
			checkParsed(t, list[0], want[name])
		})
	}
}

// lookalikes stand for what Mermaid has no way to write as it is.
var lookalikes = strings.NewReplacer("$$", "＄＄", ":fa-", "∶fa-", "ﬂ°", "fl°", "¶ß", "¶s")

func checkParsed(t *testing.T, got parsed, want []picture.Picture) {
	t.Helper()
	nodes, edges := 0, 0
	for _, p := range want {
		ids := map[string]string{}
		if len(p.Nodes) == 0 {
			nodes++ // says that there is no bond
		}
		for _, n := range p.Nodes {
			id := fmt.Sprintf("n%d", nodes)
			nodes++
			ids[n.ID] = id
			shown, _, _ := strings.Cut(got.Nodes[id], "\n")
			if name := strings.TrimLeft(shown, "✗!~?✓– "); !strings.Contains(n.Name, name) && !strings.Contains(lookalikes.Replace(n.Name), name) && !strings.Contains(name, `\`) && !strings.Contains(name, "…") {
				t.Errorf("node %s of %q shows %q", id, n.Name, shown)
			}
		}
		for _, e := range p.Edges {
			if edges >= len(got.Edges) {
				t.Fatalf("%d edges, want more", len(got.Edges))
			}
			if g := got.Edges[edges]; g[0] != ids[e.From] || g[1] != ids[e.To] {
				t.Errorf("edge %v, want %s to %s", g, ids[e.From], ids[e.To])
			}
			edges++
		}
	}
	if len(got.Nodes) != nodes || len(got.Edges) != edges {
		t.Errorf("%d nodes and %d edges, want %d and %d", len(got.Nodes), len(got.Edges), nodes, edges)
	}
	if frames := len(got.Frames); len(want) > 1 && frames != len(want) || len(want) < 2 && frames > 0 {
		t.Errorf("%d frames of %d hosts", frames, len(want))
	}
}

// TestMermaidInReports: Mermaid reads the diagrams of the reports in Markdown, one for each host with a bond.
func TestMermaidInReports(t *testing.T) {
	texts := map[string]string{}
	for _, pattern := range []string{"../markdown/testdata/golden/*.md", "../../testdata/golden/*.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) < 5 {
			t.Fatalf("%s: %d files: %v", pattern, len(files), err)
		}
		for i, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[fmt.Sprintf("%d-%s", i, filepath.Base(file))] = string(data)
		}
	}
	for name, list := range parse(t, texts) {
		t.Run(name, func(t *testing.T) {
			if tables := strings.Count(texts[name], "\n| Bond | Mode |"); len(list) != tables {
				t.Errorf("%d diagrams, but %d hosts with a bond", len(list), tables)
			}
			for _, d := range list {
				if d.Error != "" || len(d.Nodes) == 0 {
					t.Errorf("%+v", d)
				}
			}
		})
	}
}

// TestMermaidOf: a host of any size stays below what Mermaid draws, or has no text.
func TestMermaidOf(t *testing.T) {
	big := fortyGuests().Hosts[0]
	for i := range 60 {
		a := big.Bonds[0].Attachments[0]
		a.Name = fmt.Sprintf("br%d", i)
		a.Path = []string{"bond0", fmt.Sprintf("bond0.%d", i), a.Name}
		big.Bonds[0].Attachments = append(big.Bonds[0].Attachments, a)
	}
	bonds := fortyGuests().Hosts[0]
	for i := range 300 {
		b := bonds.Bonds[0]
		b.Name = fmt.Sprintf("bond%d", i)
		bonds.Bonds = append(bonds.Bonds, b)
	}
	for _, tt := range []struct {
		name  string
		hosts []report.Host
		want  bool
	}{
		{"one", fortyGuests().Hosts, true}, {"big", []report.Host{big}, true}, {"ten", []report.Host{big, big, big, big, big, big, big, big, big, big}, true},
		{"bonds", []report.Host{bonds}, false}, {"none", nil, true},
	} {
		text, ok := picture.MermaidOf(tt.hosts, picture.Options{})
		if ok != tt.want || ok == (text == "") {
			t.Errorf("%s: %t with %d bytes", tt.name, ok, len(text))
		}
		if edges := strings.Count(text, " --- ") + strings.Count(text, " -.-"); edges > 500 || len(text) > 50_000 {
			t.Errorf("%s: %d edges, %d bytes", tt.name, edges, len(text))
		}
	}
}

// FuzzDiagrams: whatever a document holds, in no form does it act on who reads it, and each line is one of the form's own.
func FuzzDiagrams(f *testing.F) {
	f.Add([]byte("\x01\x04\x1b[2J\x01\x06\xe2\x80\xae\r\n\x9b\x01\x01\x01\x01"))
	for _, name := range reserved {
		f.Add([]byte(strings.Repeat("\x01"+string(rune(min(len(name), 60)))+name+"\x03", 30)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list := pictures(rendertest.Fill(data), picture.Options{})
		text := mermaid(t, list...)
		rendertest.CheckHarmless(t, text)
		checkMermaid(t, text)
		text = dot(t, list...)
		rendertest.CheckHarmless(t, text)
		checkDOT(t, text)
		var b bytes.Buffer
		if err := picture.JSON(&b, list...); err != nil {
			t.Fatal(err)
		}
		rendertest.CheckHarmless(t, b.String())
		checkJSON(t, b.Bytes(), list)
	})
}

// mermaidLine is every line that Mermaid writes. Between quotes stand letters, digits, the punctuation that means nothing there, and entities.
var mermaidLine = regexp.MustCompile(`^(%%\{init: [^%]+\}%%|flowchart (LR|TB)|    direction (LR|TB)|  end` +
	`|  subgraph h\d+\["` + mermaidWords + `"\]` +
	`|  n\d+(\[\[|\[|\{\{|\[/|\(\[|\()"` + mermaidWords + `(<br/>` + mermaidWords + `)*"(\]\]|\]|\}\}|/\]|\\\]|\]\)|\)):::[a-z]+` +
	`|  n\d+ (---|-\.-)(\|"` + mermaidWords + `"\|)? n\d+` +
	`|  (classDef [a-z]+|linkStyle [\d,]+) [a-z0-9#:, -]+)$`)

const mermaidWords = "(?:[^\\x00-\\x7f]|[A-Za-z0-9 (),./_+!?~-]|#\\d+;)+"

func checkMermaid(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); !mermaidLine.MatchString(line) {
			t.Errorf("not a line of ours: %q", line)
		}
	}
}

func dot(t testing.TB, list ...picture.Picture) string {
	t.Helper()
	var b bytes.Buffer
	if err := picture.DOT(&b, list...); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// dotLine is every line that DOT writes: words of ours and quoted strings that end where they seem to.
var dotLine = regexp.MustCompile(`^ *(graph \{|subgraph cluster_\d+ \{|\}|label=` + dotString + `|(rankdir|ranksep|nodesep|fontsize|fontname|bgcolor)=\S+|(node|edge) \[.*\]` +
	`|\{ rank=same; ` + dotString + `(; ` + dotString + `)* \}` +
	`|` + dotString + `( -- ` + dotString + `)?( \[[a-z]+=([a-z0-9]+|` + dotString + `)(, [a-z]+=([a-z0-9]+|` + dotString + `))*\])?)$`)

const dotString = `"(?:[^"\\&]|\\\\|\\"|\\n|&amp;)*"`

func checkDOT(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if line = strings.TrimSuffix(line, "\n"); !dotLine.MatchString(line) {
			t.Errorf("not a line of ours: %q", line)
		}
	}
}

func TestDOT(t *testing.T) {
	for _, d := range diagramDocuments() {
		t.Run(d.Name, func(t *testing.T) {
			text := dot(t, pictures(d.Doc, picture.Options{All: d.Name == "words"})...)
			rendertest.CheckHarmless(t, text)
			checkDOT(t, text)
			golden(t, ".dot").Assert(t, d.Name, []byte(text))
		})
	}
}

// TestDOTDraws: Graphviz reads the nodes and edges that the picture has, with the names as they are.
func TestDOTDraws(t *testing.T) {
	program, err := exec.LookPath("dot")
	if err != nil {
		missing(t, "there is no dot; Debian's package is graphviz")
	}
	for _, d := range diagramDocuments() {
		t.Run(d.Name, func(t *testing.T) {
			cmd := exec.Command(program, "-Tjson")
			list := pictures(d.Doc, picture.Options{All: true})
			cmd.Stdin = strings.NewReader(dot(t, list...))
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil || stderr.Len() > 0 {
				t.Fatalf("%v: %s", err, stderr.String())
			}
			checkDrawn(t, out, list)
		})
	}
}

func checkDrawn(t *testing.T, drawing []byte, want []picture.Picture) {
	t.Helper()
	var got struct {
		Objects []struct {
			Name string
			Draw []struct{ Text string } `json:"_ldraw_"`
		}
		Edges []struct{ Tail, Head int }
	}
	if err := json.Unmarshal(drawing, &got); err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, o := range got.Objects {
		for _, d := range o.Draw {
			texts[o.Name] += d.Text + "\n"
		}
	}
	edges := 0
	for i, p := range want {
		edges += len(p.Edges)
		for _, n := range p.Nodes {
			id := n.ID
			if len(want) > 1 {
				id = fmt.Sprintf("h%d-%s", i, n.ID)
			}
			text, ok := texts[id]
			name := strings.TrimSpace(n.Name)
			if !ok || !strings.Contains(text, name) && render.Line(name) == name && len(name) < 40 {
				t.Errorf("node %s of %q shows %q", id, n.Name, text)
			}
		}
	}
	if len(got.Edges) != edges {
		t.Errorf("%d edges, want %d", len(got.Edges), edges)
	}
}

func TestJSON(t *testing.T) {
	for _, d := range diagramDocuments() {
		t.Run(d.Name, func(t *testing.T) {
			list := pictures(d.Doc, picture.Options{})
			var b, again bytes.Buffer
			if err := errors.Join(picture.JSON(&b, list...), picture.JSON(&again, pictures(d.Doc, picture.Options{})...)); err != nil {
				t.Fatal(err)
			}
			rendertest.CheckHarmless(t, b.String())
			if !bytes.Equal(b.Bytes(), again.Bytes()) {
				t.Error("the output changes from run to run")
			}
			golden(t, ".json").Assert(t, d.Name, b.Bytes())
			checkJSON(t, b.Bytes(), list)
		})
	}
}

// checkJSON reads the JSON back: it holds the pictures.
func checkJSON(t *testing.T, text []byte, want []picture.Picture) {
	t.Helper()
	var got struct {
		Schema string
		Hosts  []picture.Picture
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "sosbond.topology/v1" || got.Hosts == nil || len(got.Hosts) != len(want) {
		t.Errorf("schema %q with %d hosts, want %d", got.Schema, len(got.Hosts), len(want))
	}
	for i, p := range want {
		if len(got.Hosts[i].Nodes) != len(p.Nodes) || len(got.Hosts[i].Edges) != len(p.Edges) {
			t.Errorf("host %d: %d nodes, want %d", i, len(got.Hosts[i].Nodes), len(p.Nodes))
		}
	}
}
