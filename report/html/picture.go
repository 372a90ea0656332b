package html

import (
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

// node is a part of the picture with its facts.
type node struct {
	ID, Name, Note string
	Facts          []fact
	Links          []*link
	Folded         []string
	More           int
}

type fact struct {
	Label string
	Value []render.Inline
	At    string
}

// foldedShown is how many of the guests that a node stands for its facts name; the table of guests has all.
const foldedShown = 12

// prefix is what the ids of a host's nodes begin with.
func prefix(host string) string { return host + "-" }

// factsID is the id of the facts of a node.
func factsID(host, node string) string { return "facts-" + prefix(host) + node }

// newNodes returns what there is to say on each node, the most wanted one last.
func newNodes(id string, pic picture.Picture, h report.Host) (nodes []node) {
	first := mostWanted(pic)
	for i, n := range pic.Nodes {
		if i != first {
			nodes = append(nodes, newNode(id, n, pic, h))
		}
	}
	if first >= 0 {
		nodes = append(nodes, newNode(id, pic.Nodes[first], pic, h))
	}
	return nodes
}

// mostWanted is the node that the worst finding is about, else the first bond; -1 where there is none.
func mostWanted(pic picture.Picture) int {
	best, worst := -1, 0
	for i, n := range pic.Nodes {
		for _, m := range n.Marks {
			if best < 0 || m.Finding < worst { // they come sorted
				best, worst = i, m.Finding
			}
		}
	}
	if best < 0 {
		best = slices.IndexFunc(pic.Nodes, func(n picture.Node) bool { return n.Kind == picture.Bond })
	}
	return best
}

func newNode(id string, n picture.Node, pic picture.Picture, h report.Host) node {
	out := node{ID: factsID(id, n.ID), Name: n.Name, Note: n.Note}
	for _, f := range n.Facts {
		value := []render.Inline{{Text: f.Value}}
		switch {
		case f.Label == "Verdict" && n.Words != "":
			value[0].Text = n.Words // as the picture has it
		case n.FromAttachment != nil && f.At == nil: // a sentence of the analysis, and no word of the report
			value = render.Sentence(f.Value)
		}
		out.Facts = append(out.Facts, fact{f.Label, value, render.At(f.At)})
	}
	for _, e := range pic.Edges {
		if e.To == n.ID {
			out.Facts = append(out.Facts, wayFacts(e, n)...)
		}
	}
	for i := 1; i < len(out.Facts); i++ { // facts of one place name it once
		if out.Facts[i-1].At == out.Facts[i].At {
			out.Facts[i-1].At = ""
		}
	}
	if len(out.Facts) == 0 && n.At != nil {
		out.Facts = append(out.Facts, fact{"Read at", nil, render.At(n.At)})
	}
	for _, m := range n.Marks {
		out.Links = append(out.Links, newLink(id, m.Finding, h.Findings[m.Finding]))
	}
	out.Folded, out.More = render.Head(n.Folded, foldedShown)
	return out
}

// wayFacts are what is told of the way to a node and not at the node itself. Of the links of a bond each is named.
func wayFacts(e picture.Edge, n picture.Node) (list []fact) {
	for _, f := range e.Facts {
		if slices.ContainsFunc(n.Facts, func(o picture.Fact) bool { return o.Label == f.Label && o.Value == f.Value }) {
			continue
		}
		label := f.Label
		if e.FromSlave != nil && n.FromBond != nil {
			label += " of " + e.FromSlave.Name
		}
		list = append(list, fact{label, []render.Inline{{Text: f.Value}}, render.At(f.At)})
	}
	return list
}

// nodesOf are the nodes that a finding marks, those at the ends of an edge that it marks with them.
func nodesOf(id string, pic picture.Picture, finding int) (links []nodeLink) {
	for _, n := range pic.Nodes {
		if slices.ContainsFunc(n.Marks, func(m picture.Mark) bool { return m.Finding == finding }) {
			links = append(links, nodeLink{prefix(id) + n.ID, n.Name})
		}
	}
	return links
}

// fitWidth is the width in pixels up to which a picture can be read when it is made as wide as a page on a small screen.
const fitWidth = 1500

var width = regexp.MustCompile(`^<svg [^>]* width="([0-9]+)"`)

// draw adds the picture. What picture.SVG writes is markup of its own, in which the names are escaped.
func (h *host) draw(pic picture.Picture) error {
	if len(pic.Nodes) == 0 {
		return nil
	}
	var b strings.Builder
	err := picture.SVG(&b, pic, picture.SVGOptions{
		Prefix: prefix(h.ID), Inline: true,
		Finding: func(i int) string { return "#" + findingID(h.ID, i) },
		Node:    func(n string) string { return "#" + factsID(h.ID, n) },
	})
	h.Drawing = template.HTML(b.String())
	if m := width.FindStringSubmatch(b.String()); m != nil {
		n, err := strconv.Atoi(m[1])
		h.Fits = err == nil && n <= fitWidth
	}
	return err
}
