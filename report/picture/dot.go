package picture

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// DOT writes pictures as one graph for Graphviz; of several hosts each is a cluster.
func DOT(w io.Writer, pictures ...Picture) error {
	d := dot{out: bufio.NewWriter(w)} // it keeps the first error for Flush
	d.line(0, "graph {")
	d.line(1, `rankdir=LR`)
	d.line(1, `bgcolor="white"`)
	d.line(1, `fontname="Helvetica,Arial,sans-serif"`)
	d.line(1, `ranksep=0.6`)
	d.line(1, `nodesep=0.15`)
	d.line(1, `node [fontname="Helvetica,Arial,sans-serif", fontsize=11, style=filled, margin="0.12,0.06"]`)
	d.line(1, `edge [fontname="Helvetica,Arial,sans-serif", fontsize=10, color="#57606a"]`)
	for i, p := range pictures {
		if len(pictures) == 1 {
			d.picture(1, "", p)
			continue
		}
		d.line(1, "subgraph cluster_%d {", i)
		d.line(2, "label=%s", dotText(p.title()))
		d.line(2, "fontsize=13")
		d.picture(2, fmt.Sprintf("h%d-", i), p)
		d.line(1, "}")
	}
	d.line(0, "}")
	return d.out.Flush()
}

type dot struct{ out *bufio.Writer }

func (d *dot) line(depth int, format string, args ...any) {
	_, _ = fmt.Fprintf(d.out, strings.Repeat("  ", depth)+format+"\n", args...)
}

var dotShapes = map[Kind]string{
	Switch: "component", NIC: "box", Bond: "hexagon", VLAN: "parallelogram", Bridge: "ellipse", Device: "house", Guest: "box", Fold: "folder", Self: "box", Gap: "box",
}

// dotLooks are the attributes of nodes and of edges.
var dotLooks = map[look]struct{ node, edge string }{
	plainLook:  {`fillcolor="#f6f8fa", color="#57606a"`, ""},
	goodLook:   {`fillcolor="#dafbe1", color="#1a7f37"`, `color="#1a7f37"`},
	fairLook:   {`fillcolor="#fff8c5", color="#9a6700"`, `color="#9a6700"`},
	warnLook:   {`fillcolor="#fff1e5", color="#bc4c00", penwidth=2`, `color="#bc4c00", penwidth=2`},
	badLook:    {`fillcolor="#ffebe9", color="#cf222e", penwidth=3`, `color="#cf222e", penwidth=3`},
	unsureLook: {`fillcolor="#fbefff", color="#8250df", style="filled,dashed"`, `color="#8250df"`},
	dimLook:    {`fillcolor="#f6f8fa", color="#8c959f", fontcolor="#57606a", style="filled,dashed"`, ""},
}

// picture writes the nodes, those of a layer in one column, and the edges.
func (d *dot) picture(depth int, prefix string, p Picture) {
	if len(p.Nodes) == 0 {
		p.Nodes = []Node{p.nothing()}
	}
	extra, labels := p.labels()
	columns := map[int][]string{}
	last := 0
	for _, n := range p.Nodes {
		id := dotText(prefix + n.ID)
		columns[n.Layer] = append(columns[n.Layer], id)
		last = max(last, n.Layer)
		d.line(depth, "%s [shape=%s, label=%s, %s]", id, dotShapes[n.Kind], dotText(n.lines(extra[n.ID]...)...), dotLooks[n.look()].node)
	}
	for layer := range last + 1 {
		if len(columns[layer]) > 1 {
			d.line(depth, "{ rank=same; %s }", strings.Join(columns[layer], "; "))
		}
	}
	for i, e := range p.Edges {
		attributes := []string{dotLooks[e.look()].edge, dotLine(e), ""}
		if labels[i] != "" {
			attributes[2] = "label=" + dotText(" "+labels[i]+" ")
		}
		attributes = slices.DeleteFunc(attributes, func(s string) bool { return s == "" })
		line := dotText(prefix+e.From) + " -- " + dotText(prefix+e.To)
		if len(attributes) > 0 {
			line += " [" + strings.Join(attributes, ", ") + "]"
		}
		d.line(depth, "%s", line)
	}
}

func dotLine(e Edge) string {
	switch e.State {
	case "down", "off":
		return "style=dotted"
	case "standby":
		return "style=dashed"
	}
	return ""
}

// dotEscapes keep quotes, escapes of Graphviz's such as \N, and entities from meaning anything.
var dotEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;")

// dotText quotes lines of text that are printable.
func dotText(lines ...string) string {
	for i, l := range lines {
		lines[i] = dotEscapes.Replace(l)
	}
	return `"` + strings.Join(lines, `\n`) + `"`
}
