package picture

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report/render"
)

// What Mermaid and DOT write at nodes and edges.

// The columns that names, notes and the labels of edges keep there.
const (
	maxName       = 40
	maxNote       = 72
	maxLabel      = 24
	maxMarksShown = 4 // of one place
)

// look is how a node or an edge shows: each has a color and a line of its own.
type look string

const (
	plainLook  look = "plain"
	goodLook   look = "good"
	fairLook   look = "fair"
	warnLook   look = "warn"
	badLook    look = "bad"
	unsureLook look = "unsure"
	dimLook    look = "dim" // off, folded, not in the report
)

var roleLooks = map[render.Role]look{render.Good: goodLook, render.Fair: fairLook, render.Warn: warnLook, render.Bad: badLook, render.Unsure: unsureLook}

// looks are all of them, the worst first.
var looks = []look{badLook, warnLook, unsureLook, fairLook, goodLook, dimLook, plainLook}

// worstLook is the first of looks that is among these.
func worstLook(these ...look) look {
	for _, l := range looks {
		if slices.Contains(these, l) {
			return l
		}
	}
	return ""
}

// look is the worst of what is known of a node.
func (n Node) look() look {
	these := append(marksLooks(n.Marks), plainLook)
	switch {
	case n.State == "down":
		these = append(these, badLook)
	case n.Kind == Fold, n.Kind == Gap, n.State == "off":
		these = append(these, dimLook)
	}
	if n.Verdict != "" && n.Kind != Fold {
		these = append(these, roleLooks[n.shownVerdict().Role])
	}
	return worstLook(these...)
}

// look is "" for an edge about which there is nothing to say.
func (e Edge) look() look {
	these := marksLooks(e.Marks)
	if e.State == "down" {
		these = append(these, badLook)
	}
	return worstLook(these...)
}

func marksLooks(marks []Mark) (list []look) {
	for _, m := range marks {
		list = append(list, roleLooks[render.SeverityOf(m.Severity).Role])
	}
	return list
}

// shownVerdict is a node's verdict, not as a good one while its bond is in trouble of another kind.
func (n Node) shownVerdict() render.Verdict {
	v := render.VerdictOf(n.Verdict)
	if n.Despite {
		return v.Troubled()
	}
	return v
}

// title is the name of a picture: the host with its verdict, not as a good one while a bond of it is in trouble.
func (p Picture) title() string {
	return Node{Verdict: p.Verdict, Despite: p.Despite}.shownVerdict().Mark + " " + name(p.Host)
}

// nothing is what is drawn of a host without a bond.
func (p Picture) nothing() Node { return Node{ID: "nothing", Kind: Gap, Name: "no bond", Note: p.Note} }

// name makes a name printable and short.
func name(s string) string {
	if s = render.Shorten(render.Line(s), maxName); strings.TrimSpace(s) == "" {
		return "unnamed"
	}
	return s
}

// lines are what stands in a node. extra follows the note.
func (n Node) lines(extra ...string) []string {
	title := name(n.Name)
	switch {
	case n.Verdict != "":
		title = n.shownVerdict().Mark + " " + title
	case n.State == "down":
		title = "✗ " + title
	}
	var notes []string
	if n.Note != "" {
		notes = append(notes, n.Note)
	}
	if n.State == "down" && n.Kind != NIC { // a NIC's note has its state
		notes = append(notes, "DOWN")
	}
	lines := []string{title}
	if note := strings.Join(append(notes, extra...), ", "); note != "" {
		lines = append(lines, render.Shorten(render.Line(note), maxNote))
	}
	if text := marksText(n.Marks); text != "" {
		lines = append(lines, text)
	}
	return lines
}

// marksText names the rules of marks.
func marksText(marks []Mark) string {
	shown, more := render.Head(Rules(marks), maxMarksShown)
	var list []string
	for _, m := range shown {
		list = append(list, render.SeverityOf(m.Severity).Mark+" "+render.Shorten(render.Line(m.Rule), maxLabel))
	}
	if more > 0 {
		list = append(list, "…")
	}
	return strings.Join(list, " ")
}

// text is what stands at an edge. The marks of a guest's edge stand at the guest.
func (e Edge) text() string {
	label := render.Shorten(render.Line(e.Label), maxLabel)
	switch {
	case e.State == "down" && label == "":
		label = "✗ down"
	case e.State == "down":
		label = "✗ " + label
	}
	return strings.TrimSpace(label)
}

// labels says what of the edges' labels stands where: that of a guest with one edge in the guest, for the labels of many edges take much room.
func (p Picture) labels() (nodes map[string][]string, edges []string) {
	leading, guests := map[string]int{}, map[string]string{}
	for _, e := range p.Edges {
		leading[e.To]++
	}
	for _, n := range p.Nodes {
		if n.Kind == Guest && leading[n.ID] == 1 {
			guests[n.ID] = n.Name
		}
	}
	nodes = map[string][]string{}
	for _, e := range p.Edges {
		if name, ok := guests[e.To]; ok {
			if e.Label != "" && e.Label != name {
				nodes[e.To] = []string{e.Label}
			}
			e.Label = ""
		}
		edges = append(edges, e.text())
	}
	return nodes, edges
}
