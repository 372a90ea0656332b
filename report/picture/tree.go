package picture

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

const minName = 16 // columns that a guest's name keeps

// TreeOptions says how a tree is drawn.
type TreeOptions struct {
	Width    int
	All      bool // neither lists nor names are cut; what the picture folded stays folded
	Verdicts bool // each bond shows its verdict
}

// Tree draws each bond of a picture as text, with an empty line between two: from its links, on top, to the guests, at the bottom, and at each place
// the marks of what is wrong there. The picture has to be that of a document in which no string can do harm, as render.Sanitize makes it.
func Tree(p Picture, opt TreeOptions) []render.Text {
	t := tree{pic: p, opt: opt, nodes: map[string]*Node{}, into: map[string][]*Edge{}, from: map[string][]*Edge{}, devices: map[string]string{}}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		t.nodes[n.ID] = n
		switch n.Kind {
		case VLAN, Bridge, Device:
			t.devices[n.Name] = n.ID
		}
	}
	for i := range p.Edges {
		e := &p.Edges[i]
		t.into[e.To] = append(t.into[e.To], e)
		t.from[e.From] = append(t.from[e.From], e)
	}
	for i := range p.Nodes {
		if n := &p.Nodes[i]; n.Kind == Bond {
			t.bond(n)
		}
	}
	return t.lines
}

type tree struct {
	pic        Picture
	opt        TreeOptions
	nodes      map[string]*Node
	into, from map[string][]*Edge
	devices    map[string]string // ids by name
	lines      []render.Text
}

func (t *tree) bond(n *Node) {
	if len(t.lines) > 0 {
		t.lines = append(t.lines, nil)
	}
	t.links(n)
	below := t.attached(n)
	t.bondLine(n, len(below) > 0)
	t.attachments(n, below)
}

// line adds the lines of a node: its cells after the branch, what does not fit below them.
func (t *tree) line(branch, below string, cells []render.Text, marks []Mark) {
	cells = append(slices.Clone(cells), markCells(marks)...)
	if !t.opt.All {
		room := t.opt.Width - max(render.Width(branch), render.Width(below)+len(render.CellGap))
		for i, c := range cells {
			cells[i] = c.Shorten(room)
		}
	}
	t.lines = append(t.lines, render.Flow(cells, t.opt.Width, dim(branch), dim(below+render.CellGap))...)
}

// markCells returns a cell for each rule.
func markCells(marks []Mark) (cells []render.Text) {
	for _, m := range Rules(marks) {
		s := render.SeverityOf(m.Severity)
		cells = append(cells, render.Of(s.Role, s.Mark+" "+m.Rule))
	}
	return cells
}

func dim(s string) render.Text { return render.Of(render.Dim, s) }

func plain(s string) render.Text { return render.Of(render.Plain, s) }

func (t *tree) links(bond *Node) {
	var rows [][]render.Text
	var marks [][]Mark
	var folds []*Node
	for _, e := range t.into[bond.ID] {
		n := t.nodes[e.From]
		switch {
		case e.FromSlave != nil:
			rows, marks = append(rows, slaveCells(*bond.FromBond, *e.FromSlave)), append(marks, n.Marks)
		case n.Kind == Fold:
			folds = append(folds, n)
		}
	}
	branch := "┌─ "
	for i, row := range render.Columns(rows) {
		t.line(branch, "│  ", row, marks[i])
		branch = "├─ "
	}
	t.folds(branch, "│  ", folds)
}

// folds adds a line for what is not drawn one by one.
func (t *tree) folds(branch, below string, folds []*Node) {
	var parts []string
	var marks []Mark
	for _, n := range folds {
		part := n.Name
		if n.Note != "" {
			part += " (" + n.Note + ")"
		}
		parts, marks = append(parts, part), mergeMarks(marks, n.Marks)
	}
	if len(parts) > 0 {
		t.line(branch, below, []render.Text{dim("… " + strings.Join(parts, " "))}, marks)
	}
}

func slaveCells(b report.Bond, s report.Slave) []render.Text {
	failures, port := render.Text{}, render.Text{}
	if s.LinkFailures > 0 {
		failures = render.Of(render.Warn, render.Count(s.LinkFailures, "link failure"))
	}
	if s.Switch != nil {
		port = dim("to " + strings.TrimSpace(s.Switch.Switch+" "+s.Switch.Port))
	}
	return []render.Text{
		render.Of(render.Strong, s.Name), {render.LinkState(s.MIIStatus)}, plain(render.Speed(s.SpeedMbps)), {render.LinkUse(b, s)}, dim(s.PermanentMAC), port, failures,
	}
}

// configurationsShown is how many sources of a bond's configuration are listed.
const configurationsShown = 3

func (t *tree) bondLine(n *Node, more bool) {
	cells := []render.Text{render.Of(render.Strong, n.Name)}
	if t.opt.Verdicts {
		v := n.shownVerdict()
		cells = append(cells, render.Of(v.Role, v.Mark+" "+n.Words))
	}
	// The marks follow the name: facts may wrap, what is wrong shall not be lost among them.
	cells = append(cells, markCells(n.Marks)...)
	for _, s := range render.BondFacts(*n.FromBond) {
		cells = append(cells, plain(s))
	}
	below := "   "
	if more {
		below = "│  "
	}
	t.line("", below, cells, nil)
	limit := configurationsShown
	if t.opt.All {
		limit = 0
	}
	shown, left := render.Head(render.Configurations(*n.FromBond), limit)
	for _, s := range shown {
		t.line(below, below+"  ", []render.Text{dim(s)}, nil)
	}
	if left > 0 {
		t.line(below, below+"  ", []render.Text{dim(fmt.Sprintf("… and %s more", render.Count(left, "configuration")))}, nil)
	}
}

// branch is what sits on a bond, or a fold of it.
type branch struct {
	node       *Node
	attachment *report.Attachment // nil for a fold
}

// attached lists what sits on a bond, in the order of the picture.
func (t *tree) attached(bond *Node) (list []branch) {
	for i := range t.pic.Nodes {
		n := &t.pic.Nodes[i]
		for _, a := range n.Attached {
			if a.Bond == bond.ID && n.Kind != Fold {
				list = append(list, branch{n, a.Attachment})
			}
		}
	}
	for _, e := range t.from[bond.ID] {
		if n := t.nodes[e.To]; n.Kind == Fold {
			list = append(list, branch{node: n})
		}
	}
	return list
}

func (t *tree) attachments(bond *Node, list []branch) {
	for i, b := range list {
		turn, below := "├─ ", "│  "
		if i == len(list)-1 {
			turn, below = "└─ ", "   "
		}
		if b.attachment == nil {
			t.line(turn, below, []render.Text{dim("… " + b.node.Name + ": " + tally(b.node)), dim(b.node.Note)}, b.node.Marks)
			continue
		}
		inner := below
		if len(b.attachment.Guests) > 0 {
			inner += "│  "
		}
		t.line(turn, inner, t.attachmentCells(bond, b.attachment, len(list) > 1), t.marksOf(bond, b))
		if len(list) > 1 {
			t.note(inner, bond.FromBond, b.attachment)
		}
		t.guests(below, b.node)
	}
}

// tally counts the verdicts of the attachments that are folded.
func tally(n *Node) string {
	verdicts := map[string]int{}
	for _, a := range n.Attached {
		verdicts[a.Attachment.Verdict]++
	}
	return render.VerdictCounts(verdicts)
}

// marksOf are the marks of what sits on a bond and of the devices below it, as far as these have no line of their own.
func (t *tree) marksOf(bond *Node, b branch) []Mark {
	marks := b.node.Marks
	path := map[string]bool{b.node.ID: true}
	for _, name := range b.attachment.Path {
		id, ok := t.devices[name]
		if !ok {
			continue
		}
		path[id] = true
		if !slices.ContainsFunc(t.nodes[id].Attached, func(a Attached) bool { return a.Bond == bond.ID }) {
			marks = mergeMarks(marks, t.nodes[id].Marks)
		}
	}
	for id := range path {
		for _, e := range t.into[id] {
			if path[e.From] { // the ports that join two bridges
				marks = mergeMarks(marks, e.Marks)
			}
		}
	}
	return marks
}

func (t *tree) attachmentCells(bond *Node, a *report.Attachment, several bool) (cells []render.Text) {
	if chain := render.Chain(bond.Name, *a); len(chain) > 0 {
		cells = append(cells, render.Of(render.Strong, strings.Join(chain, " ── ")))
	}
	switch a.Kind {
	case "":
	case "host":
		cells = append(cells, plain("the host's own traffic"))
	default:
		cells = append(cells, plain(render.AttachmentKind(a.Kind)))
	}
	if n := render.Guests(*a); n > 0 {
		cells = append(cells, plain(render.Count(n, "guest")))
	}
	if several {
		cells = append(cells, render.VerdictOn(a.Verdict, a.Conditions).Text())
	}
	return cells
}

// note adds the sentence about an attachment where it says more than the one about the bond.
func (t *tree) note(below string, b *report.Bond, a *report.Attachment) {
	if a.Summary == "" || a.Summary == b.Summary || !render.VerdictOf(a.Verdict).Wanting {
		return
	}
	t.lines = append(t.lines, render.Fill(render.Words(render.Sentence(a.Summary), render.Dim), t.opt.Width, dim(below), dim(below))...)
}

func (t *tree) guests(below string, on *Node) {
	var rows [][]render.Text
	var marks [][]Mark
	var folds []*Node
	for _, e := range t.from[on.ID] {
		n := t.nodes[e.To]
		switch {
		case e.FromGuest != nil:
			rows, marks = append(rows, guestCells(e.FromGuest)), append(marks, e.Marks)
		case n.Kind == Fold:
			folds = append(folds, n)
		}
	}
	t.fitNames(rows, render.Width(below)+3)
	for i, row := range render.Columns(rows) {
		turn, inner := "├─ ", "│  "
		if i == len(rows)-1 && len(folds) == 0 {
			turn, inner = "└─ ", "   "
		}
		t.line(below+turn, below+inner, row, marks[i])
	}
	t.folds(below+"└─ ", below+"   ", folds)
}

func guestCells(g *report.Guest) []render.Text {
	iface, state := g.Interface, render.Text{}
	if iface == g.Name {
		iface = ""
	}
	if !g.Running {
		state = render.Of(render.Fair, "off")
	}
	return []render.Text{plain(g.Name), dim(render.GuestKind(g.Kind)), dim(iface), dim(g.MAC), state}
}

// fitNames shortens the names of guests as far as the rest of the row needs the room.
func (t *tree) fitNames(rows [][]render.Text, indent int) {
	if t.opt.All {
		return
	}
	const marksRoom = 9 // one mark and its gap: "  ✗ SB103"
	room := t.opt.Width - indent - marksRoom
	for c, w := range render.ColumnWidths(rows) {
		if c > 0 && w > 0 {
			room -= w + len(render.CellGap)
		}
	}
	for _, row := range rows {
		row[0] = row[0].Shorten(max(room, minName))
	}
}
