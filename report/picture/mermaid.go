package picture

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// Mermaid writes pictures as one flowchart, as GitHub and GitLab draw it; of several hosts each stands in a frame.
func Mermaid(w io.Writer, pictures ...Picture) error {
	m := mermaid{out: bufio.NewWriter(w), styles: map[look][]string{}} // out keeps the first error for Flush
	room := `"nodeSpacing": 12, "rankSpacing": 36`
	if len(pictures) > 1 {
		room += `, "subGraphTitleMargin": {"top": 4, "bottom": 14}`
	}
	m.line(`%%%%{init: {"flowchart": {%s}}}%%%%`, room)
	direction := direction(pictures)
	m.line("flowchart %s", direction)
	for i, p := range pictures {
		if len(pictures) > 1 {
			m.line(`  subgraph h%d["%s"]`, i, mermaidText(p.title()))
			m.line("    direction %s", direction)
		}
		m.picture(p)
		if len(pictures) > 1 {
			m.line("  end")
		}
	}
	m.looks()
	return m.out.Flush()
}

// direction is from left to right, but from top to bottom where that lets a long way with little beside it be larger: a page gives the picture its
// width, and the picture takes its height.
func direction(pictures []Picture) string {
	const longWay, fewBeside = 7, 5
	length, width := 0, 0
	for _, p := range pictures {
		columns := map[int]int{}
		for _, n := range p.Nodes {
			columns[n.Layer]++
			length, width = max(length, n.Layer+1), max(width, columns[n.Layer])
		}
	}
	if length >= longWay && width <= fewBeside {
		return "TB"
	}
	return "LR"
}

// What Mermaid draws where nobody set other limits (its maxEdges and maxTextSize), with some room left.
const (
	maxMermaidEdges = 480
	maxMermaidText  = 48_000
)

// readableEdges is how many edges are looked at rather than searched.
const readableEdges = 150

// MermaidOf draws hosts, folded as far as it takes for the eye, or at least for Mermaid. It is false, and there is no text, where they are too many.
func MermaidOf(hosts []report.Host, opt Options) (text string, ok bool) {
	most := min(readableEdges*max(len(hosts), 1), maxMermaidEdges)
	for _, fold := range []int{cmp.Or(opt.Fold, DefaultFold), 6, 3, 1} {
		if fold > cmp.Or(opt.Fold, DefaultFold) {
			continue
		}
		var list []Picture
		edges := 0
		for _, h := range hosts {
			p := New(h, Options{Fold: fold})
			list, edges = append(list, p), edges+len(p.Edges)
		}
		var b strings.Builder
		err := Mermaid(&b, list...)
		if drawn := err == nil && edges <= maxMermaidEdges && b.Len() <= maxMermaidText; drawn && (edges <= most || fold == 1) {
			return b.String(), true
		}
	}
	return "", false
}

type mermaid struct {
	out          *bufio.Writer
	nodes, edges int // written so far
	used         []look
	styles       map[look][]string // the numbers of the edges that look so
}

func (m *mermaid) line(format string, args ...any) {
	_, _ = fmt.Fprintf(m.out, format+"\n", args...)
}

// mermaidShapes are what stands around the text of each kind of node.
var mermaidShapes = map[Kind][2]string{
	Switch: {"[[", "]]"},
	NIC:    {"[", "]"},
	Bond:   {"{{", "}}"},
	VLAN:   {"[/", "/]"},
	Bridge: {"([", "])"},
	Device: {"[/", `\]`},
	Guest:  {"(", ")"},
	Fold:   {"(", ")"},
	Self:   {"[", "]"},
	Gap:    {"[", "]"},
}

// picture writes the nodes and edges of one host. Ids are numbers: a name could be a word of Mermaid's.
func (m *mermaid) picture(p Picture) {
	if len(p.Nodes) == 0 {
		p.Nodes = []Node{p.nothing()}
	}
	ids := map[string]string{}
	extra, labels := p.labels()
	for _, n := range p.Nodes {
		id := "n" + strconv.Itoa(m.nodes)
		ids[n.ID] = id
		m.nodes++
		l, shape := n.look(), mermaidShapes[n.Kind]
		if !slices.Contains(m.used, l) {
			m.used = append(m.used, l)
		}
		var lines []string
		for _, s := range n.lines(extra[n.ID]...) {
			lines = append(lines, mermaidText(s))
		}
		m.line(`  %s%s"%s"%s:::%s`, id, shape[0], strings.Join(lines, "<br/>"), shape[1], l)
	}
	for i, e := range p.Edges {
		line := "---"
		switch e.State {
		case "down", "off", "standby":
			line = "-.-"
		}
		if labels[i] != "" {
			line += `|"` + mermaidText(labels[i]) + `"|`
		}
		m.line("  %s %s %s", ids[e.From], line, ids[e.To])
		if l := e.look(); l != "" {
			m.styles[l] = append(m.styles[l], strconv.Itoa(m.edges))
		}
		m.edges++
	}
}

// mermaidLooks are styles that can be read on light and on dark pages, for nodes and for edges.
var mermaidLooks = []struct {
	look       look
	node, edge string
}{
	{badLook, "fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328", "stroke:#cf222e,stroke-width:3px"},
	{warnLook, "fill:#fff1e5,stroke:#bc4c00,stroke-width:2px,color:#1f2328", "stroke:#bc4c00,stroke-width:2px"},
	{fairLook, "fill:#fff8c5,stroke:#9a6700,color:#1f2328", "stroke:#9a6700"},
	{unsureLook, "fill:#fbefff,stroke:#8250df,stroke-dasharray:6 3,color:#1f2328", "stroke:#8250df"},
	{goodLook, "fill:#dafbe1,stroke:#1a7f37,color:#1f2328", "stroke:#1a7f37"},
	{plainLook, "fill:#f6f8fa,stroke:#57606a,color:#1f2328", "stroke:#57606a"},
	{dimLook, "fill:#f6f8fa,stroke:#8c959f,stroke-dasharray:3 3,color:#57606a", "stroke:#8c959f"},
}

func (m *mermaid) looks() {
	for _, l := range mermaidLooks {
		if slices.Contains(m.used, l.look) {
			m.line("  classDef %s %s", l.look, l.node)
		}
	}
	for _, l := range mermaidLooks {
		if edges := m.styles[l.look]; len(edges) > 0 {
			m.line("  linkStyle %s %s", strings.Join(edges, ","), l.edge)
		}
	}
}

// lookalikes stand for what Mermaid takes for its own after it has decoded the entities: formulas, icons, line breaks, and its marks of entities.
var lookalikes = strings.NewReplacer("$$", "＄＄", ":fa-", "∶fa-", `\n`, "∖n", "ﬂ°", "fl°", "¶ß", "¶s")

// mermaidText makes a text safe between quotes. Letters and digits stay, and so do punctuation marks where neither Mermaid, nor the Markdown and the
// HTML in its labels, can take them for their own; the rest becomes an entity of Mermaid's.
func mermaidText(s string) string {
	var b strings.Builder
	runes := []rune(lookalikes.Replace(render.Line(s)))
	for i, r := range runes {
		if mermaidPlain(runes, i) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}

func mermaidPlain(s []rune, i int) bool {
	within := i > 0 && i+1 < len(s) && isWord(s[i-1]) && isWord(s[i+1])
	switch r := s[i]; {
	case r == ' ':
		return i > 0 && s[i-1] != ' ' && i+1 < len(s) // no indent, nothing that is dropped
	case isWord(r), r > unicode.MaxLatin1, r == '(', r == ',', r == '!', r == '?', r == '~' && i == 0:
		return true
	case r == ')': // "1)" would open a list
		return slices.Contains(s[:i], '(')
	case r == '.':
		return within && !strings.HasSuffix(strings.ToLower(string(s[:i])), "www") // a link
	case r == '-', r == '_', r == '/', r == '+':
		return within
	}
	return false
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
