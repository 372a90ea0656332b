package picture

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// host is one that the tests draw.
type host struct {
	name string
	host report.Host
	opt  Options
}

// hosts are those of the golden files: a shape each.
func hosts(t *testing.T) (list []host) {
	t.Helper()
	for _, d := range rendertest.Documents() {
		for i, h := range d.Doc.Hosts {
			if d.Name == "hosts" && i < 2 {
				continue // these are documents of their own
			}
			list = append(list, host{fmt.Sprintf("%s-%d", d.Name, i), h, Options{}})
		}
	}
	for _, name := range []string{"lldp-two-switches", "hostile-names", "ovs-openstack", "rhv-vdsm", "lacp-nopartner", "proxmox"} {
		list = append(list, host{name, readDocument(t, "../../testdata/golden/"+name+".json").Hosts[0], Options{}})
	}
	list = append(list, host{"mustgather-cnv", readDocument(t, "../../testdata/golden/mustgather-cnv.json").Hosts[2], Options{}})
	shared := crowd(3)
	shared.Bonds[0].Attachments = append(shared.Bonds[0].Attachments, bridge(shared.Bonds[0].Attachments[0].Guests, "bond0", "bond0.200", "br200"))
	return append(list, host{"guests-40", crowd(40), Options{All: true}}, host{"guests-40-folded", crowd(40), Options{}}, host{"guests-on-two-bridges", shared, Options{}}, host{"two-bonds-one-switch", oneSwitch(), Options{}})
}

// crowd is a host with many guests of long names on a bridge, one of them in trouble, some off.
func crowd(n int) report.Host {
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("customer-web%03d", i))
	}
	list := vms(names...)
	for i := range list {
		g := &list[i]
		g.MAC, g.Running = fmt.Sprintf("52:54:00:aa:00:%02x", i), i%5 != 1
		g.At = &report.At{File: "sos_commands/virsh/virsh_-r_dumpxml_" + g.Name, Line: 24}
	}
	b := bonded("bond0", 1, []report.Slave{nic("ens1f0np0", "up", true), nic("ens1f1np1", "up", false)}, bridge(list, "bond0", "bond0.100", "br100"),
		report.Attachment{Kind: "host", Path: []string{"bond0"}, Verdict: "not-affected"})
	b.Verdict = "partial"
	return report.Host{Name: "hv40.example.com", Verdict: "partial", Bonds: []report.Bond{b}, Findings: []report.Finding{
		{Rule: "SB140", Severity: "error", Subject: report.Subject{Bond: "bond0", Guests: names[2:3]}}, {Rule: "SB141", Severity: "warning", Subject: report.Subject{Bond: "bond0", Guests: names[2:3]}},
		{Rule: "SB140", Severity: "error", Subject: report.Subject{Bond: "bond0", Guests: names[2:3]}}, {Rule: "SB300", Severity: "warning"}}}
}

// oneSwitch is a host with two bonds on one switch, and a link that is down.
func oneSwitch() report.Host {
	a := bonded("bond0", 4, []report.Slave{plugged("core-1", "Gi1/0/1", nic("eth0", "up", true)), plugged("core-1", "GigabitEthernet1/0/2", nic("eth1", "up", true))}, bridge(vms("web", "db"), "bond0", "br0"))
	b := bonded("bond1", 1, []report.Slave{plugged("core-1", "Gi1/0/3", nic("eth2", "up", true)), plugged("core-1", "Gi1/0/4", nic("eth3", "down", false))}, bridge(vms("backup"), "bond1", "br1"))
	return report.Host{Name: "two", Verdict: "recommended", Bonds: []report.Bond{a, b}, Findings: []report.Finding{{Rule: "SB200", Severity: "error", Subject: report.Subject{Bond: "bond1", Link: "eth3"}}}}
}

func svg(t *testing.T, p Picture, o SVGOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := SVG(&b, p, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden draws the hosts. Look at a changed file in a browser, not at its text.
func TestGolden(t *testing.T) {
	for _, h := range hosts(t) {
		t.Run(h.name, func(t *testing.T) {
			p := New(h.host, h.opt)
			out := svg(t, p, SVGOptions{})
			if out != svg(t, New(h.host, h.opt), SVGOptions{}) {
				t.Error("drawn anew it differs")
			}
			checkMarkup(t, out)
			checkScene(t, arrange(p))
			goldie.New(t, goldie.WithFixtureDir("testdata"), goldie.WithNameSuffix(".svg"), goldie.WithDiffEngine(goldie.ColoredDiff)).Assert(t, h.name, []byte(out))
		})
	}
}

// inline is how a page takes a picture in.
func inline() SVGOptions {
	return SVGOptions{Prefix: "host-1-", Inline: true, Finding: func(i int) string { return fmt.Sprintf("#finding-%d", i) }, Node: func(id string) string { return "#facts-" + id }}
}

// TestInline draws for a page: what leads to findings and facts, and nothing that the page has itself.
func TestInline(t *testing.T) {
	p := New(crowd(20), Options{})
	out := svg(t, p, inline())
	checkMarkup(t, out)
	goldie.New(t, goldie.WithFixtureDir("testdata"), goldie.WithNameSuffix(".svg"), goldie.WithDiffEngine(goldie.ColoredDiff)).Assert(t, "inline", []byte(out))
	for _, want := range []string{
		"dumpxml", // who points at a guest reads where it is told of
		`id="host-1-guest-customer-web002" data-findings="0 1 2"`, `marked-error`, `href="#finding-0"`, `href="#finding-3"`, `href="#facts-bond-bond0"`, `(2 findings)`,
		`id="host-1-e-bridge-br100--guest-customer-web002" data-findings="0 1 2"`, `aria-label="Topology of hv40.example.com"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not there", want)
		}
	}
	for _, never := range []string{"<style", "style=", `class="ground"`, `role="img"`} {
		if strings.Contains(out, never) {
			t.Errorf("%s is there", never)
		}
	}
}

// TestDoubled gives two edges between the same nodes ids of their own.
func TestDoubled(t *testing.T) {
	two := append(vms("a"), report.Guest{Name: "a", Kind: "vm", Interface: "vnet9", Running: true})
	out := svg(t, New(report.Host{Bonds: []report.Bond{bonded("bond0", 0, nil, bridge(two, "bond0", "br0"))}}, Options{}), SVGOptions{})
	for _, want := range []string{`id="e-bridge-br0--guest-a"`, `id="e-bridge-br0--guest-a-2"`, ">vnet0<", ">vnet9<"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not there", want)
		}
	}
}

// TestSize: a page has room for the picture of a host with a hundred guests.
func TestSize(t *testing.T) {
	for name, opt := range map[string]Options{"folded": {}, "all": {All: true}} {
		h := crowd(100)
		const most = 120 << 10
		if n := len(svg(t, New(h, opt), inline())); n > most {
			t.Errorf("%s: %d bytes, at most %d are allowed", name, n, most)
		}
	}
}

// TestStates: what tells states and verdicts apart is there in words or shapes.
func TestStates(t *testing.T) {
	shapes := map[shape]string{}
	for _, v := range []string{"recommended", "partial", "not-recommended", "not-working", "not-affected", "unknown"} {
		s := verdictShape(v, false)
		s.class = "" // no color
		if other, ok := shapes[s]; ok {
			t.Errorf("%s looks like %s", v, other)
		}
		shapes[s] = v
	}
	if s := verdictShape("recommended", true); s == verdictShape("recommended", false) {
		t.Error("a bond in trouble looks like a good one")
	}
	out := svg(t, New(oneSwitch(), Options{}), SVGOptions{})
	for _, want := range []string{bareCross, ">DOWN<", arrow, ">10 Gb/s, active<", "GigabitEt…net1/0/2", "<title>GigabitEthernet1/0/2", "state-down", ">SB200<"} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is not there", want)
		}
	}
}

// TestNoBond says why nothing is drawn.
func TestNoBond(t *testing.T) {
	for verdict, want := range map[string]string{"not-affected": "No bond was found on this host.", "unknown": "No bond was seen, but the data that would show one are missing."} {
		out := svg(t, New(report.Host{Name: "h", Verdict: verdict}, Options{}), SVGOptions{Inline: true})
		if checkMarkup(t, out); strings.Count(out, want) != 2 { // the text and the description
			t.Errorf("%s: %s", verdict, out)
		}
	}
}

// The parts that SVG is written with; anything else came from a report.
var (
	elements   = strings.Fields("svg title desc style g a rect circle path text tspan")
	attributes = strings.Fields("xmlns class width height viewBox role aria-label aria-labelledby aria-describedby id data-findings href x y rx cx cy r dx d transform textLength lengthAdjust")
)

// checkMarkup fails when a picture is not well-formed, or refers to something, or holds what could act.
func checkMarkup(t *testing.T, out string) {
	t.Helper()
	ids, refs := map[string]bool{}, []string{}
	d := xml.NewDecoder(strings.NewReader(out))
	var styled bool
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			styled = tok.Name.Local == "style"
			if !slices.Contains(elements, tok.Name.Local) {
				t.Errorf("element %s", tok.Name.Local)
			}
			for _, a := range tok.Attr {
				switch {
				case !slices.Contains(attributes, a.Name.Local):
					t.Errorf("attribute %s", a.Name.Local)
				case a.Name.Local == "href" && !strings.HasPrefix(a.Value, "#"):
					t.Errorf("refers to %s", a.Value)
				case a.Name.Local == "id" && ids[a.Value]:
					t.Errorf("id %q twice", a.Value)
				case a.Name.Local == "id":
					ids[a.Value] = true
				case strings.HasPrefix(a.Name.Local, "aria-") && strings.HasSuffix(a.Name.Local, "by"):
					refs = append(refs, strings.Fields(a.Value)...)
				}
				rendertest.CheckHarmless(t, a.Value)
			}
		case xml.CharData:
			if rendertest.CheckHarmless(t, string(tok)); styled && strings.Contains(string(tok), "url(") {
				t.Error("the style refers to something")
			}
		case xml.EndElement:
			styled = false
		default:
			t.Errorf("%T", tok)
		}
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("there is no %q", r)
		}
	}
}

// checkScene fails when boxes overlap or leave the page, a text does not fit its box, or an edge runs through a box that it does not belong to.
func checkScene(t *testing.T, s scene) {
	t.Helper()
	at := map[string]box{}
	for i, b := range s.boxes {
		at[b.node.ID] = b
		if b.x < margin || b.y < headHeight || b.x+b.w > s.w-margin || b.y+b.h > s.h {
			t.Errorf("%s at %d,%d (%d by %d) leaves the page of %d by %d", b.node.ID, b.x, b.y, b.w, b.h, s.w, s.h)
		}
		if b.content+2*padX > b.w {
			t.Errorf("%s: %d pixels do not fit %d", b.node.ID, b.content, b.w)
		}
		for _, o := range s.boxes[:i] {
			if b.x < o.x+o.w && o.x < b.x+b.w && b.y < o.y+o.h && o.y < b.y+b.h {
				t.Errorf("%s and %s overlap", b.node.ID, o.node.ID)
			}
		}
	}
	for _, w := range s.wires {
		checkWay(t, s, w.path, at[w.edge.From], at[w.edge.To], w.edge.From+" to "+w.edge.To)
		for i, l := range w.labels {
			x, y := w.lx-textWidth(l, smallSize, regular[:]), w.ly-4+17*i
			for _, b := range s.boxes {
				if x < b.x+b.w && b.x < w.lx && y-smallSize < b.y+b.h && b.y < y {
					t.Errorf("the label %s is over %s", l, b.node.ID)
				}
			}
		}
	}
	for _, path := range s.trunks {
		checkWay(t, s, path, box{}, box{}, "trunk")
	}
}

// checkWay follows a path.
func checkWay(t *testing.T, s scene, path string, from, to box, name string) {
	t.Helper()
	for _, p := range points(t, path) {
		for _, b := range s.boxes {
			if b.node.ID != from.node.ID && b.node.ID != to.node.ID && p[0] > b.x+1 && p[0] < b.x+b.w-1 && p[1] > b.y+1 && p[1] < b.y+b.h-1 {
				t.Errorf("%s runs through %s: %s", name, b.node.ID, path)
				return
			}
		}
	}
}

var step = regexp.MustCompile(`([MHVC])(-?[0-9 -]+)`)

// points are those on a path, near one another.
func points(t *testing.T, path string) (list [][2]int) {
	t.Helper()
	x, y := 0, 0
	line := func(toX, toY int) {
		for i := range 65 {
			list = append(list, [2]int{x + (toX-x)*i/64, y + (toY-y)*i/64})
		}
		x, y = toX, toY
	}
	rest := path
	for _, m := range step.FindAllStringSubmatch(path, -1) {
		rest = strings.Replace(rest, m[0], "", 1)
		var n []int
		for _, f := range strings.Fields(m[2]) {
			v, err := strconv.Atoi(f)
			if err != nil {
				t.Fatal(path)
			}
			n = append(n, v)
		}
		switch {
		case m[1] == "M" && len(n) == 2:
			x, y = n[0], n[1]
		case m[1] == "H" && len(n) == 1:
			line(n[0], y)
		case m[1] == "V" && len(n) == 1:
			line(x, n[0])
		case m[1] == "C" && len(n) == 6:
			for i := range 65 {
				u, v := i, 64-i
				at := func(a, b, c, d int) int { return (a*v*v*v + 3*b*u*v*v + 3*c*u*u*v + d*u*u*u) / (64 * 64 * 64) }
				list = append(list, [2]int{at(x, n[0], n[2], n[4]), at(y, n[1], n[3], n[5])})
			}
			x, y = n[4], n[5]
		default:
			t.Fatalf("%s in %s", m[0], path)
		}
	}
	if rest != "" {
		t.Fatalf("%q is left of %s", rest, path)
	}
	return list
}

// TestCrossings: edges cross only where two switches or bridges share what is on them.
func TestCrossings(t *testing.T) {
	for _, h := range hosts(t) {
		l := newLayout(New(h.host, h.opt), plan{1, true, columnGap})
		if n := l.cols.crossings(); n > 0 && h.name != "guests-on-two-bridges" {
			t.Errorf("%s: %d crossings", h.name, n)
		}
	}
	// Two bridges with guests that the document names the other way round.
	b := bonded("bond0", 0, nil, bridge(vms("a", "b"), "bond0", "br0"), bridge(vms("b", "c"), "bond0", "br1"), bridge(vms("d", "a"), "bond0", "br2"))
	if n := newLayout(New(report.Host{Bonds: []report.Bond{b}}, Options{}), plan{1, true, columnGap}).cols.crossings(); n != 0 {
		t.Errorf("%d crossings where none are needed", n)
	}
}

// TestStraight: what leads to one thing alone is level with it, and a bridge is in the middle of its guests.
func TestStraight(t *testing.T) {
	s := arrange(New(oneSwitch(), Options{}))
	middle := map[string]int{}
	for _, b := range s.boxes {
		middle[b.node.ID] = b.y + b.h/2
	}
	for _, pair := range [][2]string{{"bond-bond0", "bridge-br0"}, {"bond-bond1", "bridge-br1"}, {"bridge-br1", "guest-backup"}} {
		if middle[pair[0]] != middle[pair[1]] {
			t.Errorf("%s is at %d, %s at %d", pair[0], middle[pair[0]], pair[1], middle[pair[1]])
		}
	}
	near := func(a, b int) bool { return a-b <= 1 && b-a <= 1 }
	for of, ends := range map[string][2]string{"bridge-br0": {"guest-web", "guest-db"}, "bond-bond0": {"nic-eth0", "nic-eth1"}} {
		if !near(middle[of], (middle[ends[0]]+middle[ends[1]])/2) {
			t.Errorf("%s is at %d, what it joins at %d and %d", of, middle[of], middle[ends[0]], middle[ends[1]])
		}
	}
}

// TestContrast holds the colors to WCAG 2.2, level AA: 4.5 to 1 for text, 3 to 1 for what has a meaning.
func TestContrast(t *testing.T) {
	for theme, colors := range map[string]string{"light": light, "dark": dark} {
		c := palette(t, colors)
		for _, pair := range []struct {
			on, what string
			least    float64
		}{
			{"box", "ink", 4.5}, {"soft", "ink", 4.5}, {"ground", "ink", 4.5}, {"box", "note", 4.5}, {"soft", "note", 4.5}, {"ground", "note", 4.5}, {"box", "bad", 4.5},
			{"bad", "on", 4.5}, {"warn", "on", 4.5}, {"unsure", "on", 4.5}, {"good", "on", 3}, {"note", "on", 3}, {"ground", "line", 3}, {"soft", "line", 3}, {"ground", "frame", 3}, {"soft", "frame", 3},
			{"box", "accent", 3}, {"ground", "accent", 3}, {"ground", "bad", 3}, {"box", "warn", 3}, {"box", "good", 3}, {"box", "unsure", 3},
		} {
			if got := contrast(t, c[pair.on], c[pair.what]); got < pair.least {
				t.Errorf("%s: %s on %s has %.2f, at least %.1f is asked for", theme, pair.what, pair.on, got, pair.least)
			}
		}
	}
}

func palette(t *testing.T, colors string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, c := range strings.Split(strings.TrimSuffix(colors, ";"), ";") {
		name, value, ok := strings.Cut(c, ":")
		if !ok {
			t.Fatal(c)
		}
		out[strings.TrimPrefix(name, "--pic-")] = value
	}
	return out
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	if light < dark {
		light, dark = dark, light
	}
	return (light + 0.05) / (dark + 0.05)
}

// luminance is the relative luminance of WCAG.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(color, "#"), 16, 32)
	if err != nil || len(color) != 7 {
		t.Fatalf("color %q", color)
	}
	part := func(v uint64) float64 {
		c := float64(v&0xff) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n>>16) + 0.7152*part(n>>8) + 0.0722*part(n)
}

// TestStyles: a picture of its own has colors that every viewer knows, and every class of the rules that is for a state or a verdict is written.
func TestStyles(t *testing.T) {
	if own := ownStyle(); strings.Contains(own, "var(") || !strings.Contains(own, "prefers-color-scheme:dark") || strings.Count(own, "{") != strings.Count(own, "}") {
		t.Error(own)
	}
	for _, m := range regexp.MustCompile(`var\((--[a-z-]+)\)`).FindAllStringSubmatch(CSS, -1) {
		if !strings.Contains(light, m[1]+":") || !strings.Contains(dark, m[1]+":") {
			t.Errorf("%s has no color", m[1])
		}
	}
	if strings.Count(CSS, "{") != strings.Count(CSS, "}") || strings.Contains(CSS, "<") || strings.Contains(CSS, "url(") {
		t.Error(CSS)
	}
}
