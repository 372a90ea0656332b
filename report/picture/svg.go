package picture

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report/render"
)

// SVGOptions says how a picture is written as SVG.
type SVGOptions struct {
	// Prefix of all ids, for pages with several pictures.
	Prefix string
	// Inline leaves the stylesheet (CSS), the name of the host and the ground to the page that the picture is put into.
	Inline bool
	// Finding is the address of a finding, "" for none; nil for no links.
	Finding func(i int) string
	// Node is the address of what a page tells of a node, "" for none. Where it is nil the picture itself tells the facts, to who points at a node.
	Node func(id string) string
}

// SVG draws a picture. It refers to nothing outside itself, and holds no script and no style attribute.
func SVG(w io.Writer, p Picture, o SVGOptions) error {
	d := drawing{scene: arrange(p), opt: o}
	d.write()
	_, err := io.WriteString(w, d.out.String())
	return err
}

type drawing struct {
	scene
	opt SVGOptions
	out strings.Builder
	y   int // where the next part begins
}

func (d *drawing) printf(format string, args ...any) { fmt.Fprintf(&d.out, format, args...) }

// text escapes what stands in a text or an attribute. Names come from a report: what is no text becomes visible.
func text(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(render.Line(s))) // a strings.Builder takes everything
	return b.String()
}

// lines escapes a text of several lines.
func lines(list []string) string {
	for i := range list {
		list[i] = text(list[i])
	}
	return strings.Join(list, "\n")
}

// Measures of what stands around the picture, in pixels.
const (
	legendHeight = 30 // of the line that explains the edges
	titleHeight  = 44
	hostHeight   = 28 // of a row of findings about the host
	leastWidth   = 360
)

func (d *drawing) write() {
	title := "Topology of " + cmp.Or(shown(d.pic.Host, ""), "a host without name")
	legend := d.legend()
	width, height := max(d.w, leastWidth, margin+legendWidth(legend)), margin+d.h+margin
	if len(d.pic.Nodes) == 0 {
		width, height = max(leastWidth, 2*margin+textWidth(d.pic.Note, nameSize, regular[:])), 2*margin+20
	}
	if !d.opt.Inline {
		height += titleHeight
		width = max(width, d.titleWidth())
	}
	pills := rows(d.pic.Marks, width-2*margin-110)
	height += hostHeight * len(pills)
	if len(legend) > 0 {
		height += legendHeight
	}
	for _, r := range pills {
		width = max(width, 2*margin+110+rowWidth(r))
	}

	d.printf(`<svg xmlns="http://www.w3.org/2000/svg" class="topology" width="%d" height="%d" viewBox="0 0 %d %d" `, width, height, width, height)
	d.head(title)
	if !d.opt.Inline {
		d.printf(`<rect class="ground" width="%d" height="%d"/>`+"\n", width, height)
		d.title()
	}
	d.hostMarks(pills)
	d.y += margin
	if len(d.pic.Nodes) == 0 {
		d.printf(`<text class="plain name" x="%d" y="%d">%s</text>`+"\n", margin, d.y+13, text(d.pic.Note))
	} else {
		d.printf(`<g transform="translate(0 %d)">`+"\n", d.y)
		d.body()
		d.printf("</g>\n")
		d.y += d.h + margin
	}
	d.drawLegend(legend)
	d.printf("</svg>\n")
}

// head names the picture to who does not see it. A title of the whole would pop up everywhere on a page, so an inline picture has a label.
func (d *drawing) head(title string) {
	if d.opt.Inline {
		d.printf(`role="group" aria-label="%s" aria-describedby="%sdesc">`+"\n", text(title), text(d.opt.Prefix))
	} else {
		role := "img"
		if d.opt.Finding != nil || d.opt.Node != nil {
			role = "group"
		}
		d.printf(`role="%s" aria-labelledby="%[2]stitle %[2]sdesc">`+"\n"+`<title id="%[2]stitle">%[3]s</title>`+"\n", role, text(d.opt.Prefix), text(title))
	}
	d.printf(`<desc id="%sdesc">%s</desc>`+"\n", text(d.opt.Prefix), text(d.describe()))
	if !d.opt.Inline {
		d.printf("<style>%s</style>\n", ownStyle())
	}
}

// describe says in words what is seen first.
func (d *drawing) describe() string {
	if len(d.pic.Nodes) == 0 {
		return d.pic.Note
	}
	var list []string
	for _, n := range d.pic.Nodes {
		if n.Kind == Bond {
			list = append(list, fmt.Sprintf("Bond %s: %s, %s.", shown(n.Name, "unnamed"), n.Note, n.Words))
		}
	}
	for _, n := range d.pic.Nodes {
		if n.State == "down" {
			list = append(list, fmt.Sprintf("%s is down.", shown(n.Name, "unnamed")))
		}
		for _, m := range Rules(n.Marks) {
			list = append(list, fmt.Sprintf("%s: %s at %s.", m.Rule, render.SeverityOf(m.Severity).Word, shown(n.Name, "unnamed")))
		}
	}
	list, more := render.Head(list, 40)
	if more > 0 {
		list = append(list, fmt.Sprintf("And %d more.", more))
	}
	return strings.Join(list, " ")
}

func (d *drawing) titleWidth() int {
	return 2*margin + 26 + textWidth(shown(d.pic.Host, "unnamed host"), 18, bold[:]) + 14 + textWidth(d.pic.Words, smallSize, bold[:])
}

// title is the name of the host with its verdict.
func (d *drawing) title() {
	name := shown(d.pic.Host, "unnamed host")
	d.out.WriteString(verdictShape(d.pic.Verdict, d.pic.Despite).draw(margin+9, margin+14))
	d.printf(`<text x="%d" y="%d"><tspan class="title"%s>%s</tspan><tspan class="words" dx="14">%s</tspan></text>`+"\n", margin+26, margin+20, fit(name, 18, bold[:]), text(name), text(d.pic.Words))
	d.y = titleHeight
}

// hostMarks are the findings that no part of the picture is about.
func (d *drawing) hostMarks(pills [][]pill) {
	for i, row := range pills {
		if i == 0 {
			d.printf(`<text x="%d" y="%d">about the host</text>`, margin, d.y+margin+12)
		}
		x := margin + 110
		for _, p := range row {
			d.badge(p, x, d.y+margin, d.pic.Marks, "the host")
			x += p.w + pillGap
		}
		d.y += hostHeight
	}
}

func (d *drawing) body() {
	for _, c := range d.columns {
		if c.title != "" {
			d.printf(`<text class="heading middle" x="%d" y="12">%s</text>`, c.x+c.w/2, c.title)
		}
	}
	d.printf("\n")
	for _, r := range d.panels {
		d.printf(`<rect class="panel" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, r.x, r.y, r.w, r.h, cornerBox)
	}
	for _, t := range d.trunks {
		d.printf(`<path class="wire" d="%s"/>`, t)
	}
	numbers := map[string]int{}
	for _, w := range d.wires {
		d.wire(w, numbers)
	}
	for i := range d.boxes {
		d.box(&d.boxes[i])
	}
}

// open begins the group of a node or an edge.
func (d *drawing) open(class, id string, marks []Mark) {
	if s := worst(marks); s != "" {
		class += " marked-" + word(s)
	}
	d.printf(`<g class="%s" id="%s"`, class, text(d.opt.Prefix+id))
	if len(marks) > 0 {
		var list []string
		for _, m := range marks {
			list = append(list, strconv.Itoa(m.Finding))
		}
		d.printf(` data-findings="%s"`, strings.Join(list, " "))
	}
	d.printf(">")
}

// worst is the severity of the first mark: findings come sorted.
func worst(marks []Mark) string {
	if len(marks) == 0 {
		return ""
	}
	first := slices.MinFunc(marks, func(a, b Mark) int { return a.Finding - b.Finding })
	return first.Severity
}

// word makes a word of the contract fit for the name of a class; one of another contract may be anything.
func word(s string) string {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != '-' {
			return "other"
		}
	}
	return s
}

func (d *drawing) wire(w wire, numbers map[string]int) {
	id := "e-" + w.edge.From + "--" + w.edge.To
	numbers[id]++
	if n := numbers[id]; n > 1 {
		id += "-" + strconv.Itoa(n)
	}
	d.open(w.class, id, w.edge.Marks)
	if t := w.title(); t != "" {
		d.printf("<title>%s</title>", t)
	}
	d.printf(`<path class="wire" d="%s"/>`, w.path)
	if w.edge.State == "down" && w.cx > 0 {
		d.printf(`<circle class="hole" cx="%d" cy="%d" r="7"/>%s`, w.cx, w.cy, shape{"bad", "", bareCross}.draw(w.cx, w.cy))
	}
	for i, l := range w.labels { // above the line, and below it
		d.printf(`<text class="label"%s x="%d" y="%d">%s</text>`, fit(l, smallSize, regular[:]), w.lx, w.ly-4+17*i, text(l))
	}
	d.printf("</g>\n")
}

// title tells the facts of an edge, and its label where that is cut.
func (w wire) title() string {
	var list []string
	if len(w.labels) > 0 && strings.Join(w.labels, between) != w.edge.Label {
		list = append(list, w.edge.Label)
	}
	for _, f := range w.edge.Facts {
		list = append(list, f.String())
	}
	return lines(list)
}

// String is a fact in one line, with the place in the report.
func (f Fact) String() string {
	s := f.Value
	if f.Label != "" {
		s = f.Label + ": " + s
	}
	if f.At != nil {
		s += " (" + render.At(f.At) + ")"
	}
	return s
}

func (d *drawing) box(b *box) {
	n := &b.node
	class := "node " + string(n.Kind)
	if n.State != "" {
		class += " state-" + word(n.State)
	}
	if n.Verdict != "" {
		class += " verdict-" + word(n.Verdict)
	}
	d.open(class, n.ID, n.Marks)
	href := ""
	if d.opt.Node != nil {
		href = d.opt.Node(n.ID)
	}
	if href != "" {
		d.printf(`<a href="%s">`, text(href))
	}
	if t := d.tip(n); t != "" {
		d.printf("<title>%s</title>", t)
	}
	d.printf(`<rect class="box" x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, b.x, b.y, b.w, b.h, corner(n.Kind, b.h))
	y := d.says(b)
	if href != "" {
		d.printf("</a>")
	}
	for _, row := range b.badges {
		x := b.x + padX
		for _, p := range row {
			d.badge(p, x, y, n.Marks, n.Name)
			x += p.w + pillGap
		}
		y += pillHeight + pillGap
	}
	d.printf("</g>\n")
}

// corner is how round a box is: a VLAN is a tag.
func corner(k Kind, h int) int {
	if k == VLAN {
		return min(h/2, 14)
	}
	return cornerBox
}

// says writes what is in a box, and returns where it ends.
func (d *drawing) says(b *box) (y int) {
	x, y := b.x+padX, b.y+b.padY
	nameX := x
	if s, ok := roleShape(b.node); ok {
		d.out.WriteString(s.draw(x+6, y+8))
		nameX += signWidth
	}
	d.printf(`<text class="name"%s x="%d" y="%d">%s</text>`, fit(b.name, nameSize, bold[:]), nameX, y+13, text(b.name))
	y += nameHeight
	if b.beside {
		d.printf(`<text class="note label"%s x="%d" y="%d">%s</text>`, fit(b.notes[0], smallSize, bold[:]), b.x+b.w-padX, y-4, text(b.notes[0]))
	} else {
		for _, l := range b.notes {
			d.printf(`<text class="note"%s x="%d" y="%d">%s</text>`, fit(l, smallSize, bold[:]), x, y+11, text(l))
			y += noteHeight
		}
	}
	if b.node.Words != "" {
		d.out.WriteString(verdictShape(b.node.Verdict, b.node.Despite).draw(x+6, y+10))
		d.printf(`<text class="words" x="%d" y="%d">%s</text>`, x+signWidth, y+14, text(b.node.Words))
		y += wordHeight
	}
	return y + pillGap
}

// fit presses a text of signs that may be of any width into the room that was left for it.
func fit(s string, size int, widths []int) string {
	if usual(s) {
		return ""
	}
	return fmt.Sprintf(` textLength="%d" lengthAdjust="spacingAndGlyphs"`, textWidth(s, size, widths))
}

// tipNames is how many of the folded are named to who points at the fold.
const tipNames = 40

// tip is what a node tells to who points at it.
func (d *drawing) tip(n *Node) string {
	list := []string{n.Name}
	if n.Note != "" {
		list[0] += " – " + n.Note
	}
	for _, f := range n.Facts {
		list = append(list, f.String())
	}
	if len(n.Facts) == 0 && n.At != nil {
		list = append(list, render.At(n.At))
	}
	if len(n.Folded) > 0 {
		names, more := render.Head(n.Folded, tipNames)
		s := strings.Join(names, ", ")
		if more > 0 {
			s += fmt.Sprintf(", and %d more", more)
		}
		list = append(list, s)
	}
	return lines(list)
}

// badge shows a finding at its place. All findings of the rule there are one badge, which leads to the first.
func (d *drawing) badge(p pill, x, y int, marks []Mark, place string) {
	s := markShape(p.mark.Severity)
	class := "badge"
	if s.class != "" {
		class += " " + s.class
	}
	href := ""
	if d.opt.Finding != nil {
		href = d.opt.Finding(p.mark.Finding)
	}
	what := fmt.Sprintf("%s: %s at %s", p.mark.Rule, render.SeverityOf(p.mark.Severity).Word, shown(place, "unnamed"))
	if href != "" {
		d.printf(`<a href="%s" class="%s" aria-label="%s">`, text(href), class, text(what))
	} else {
		d.printf(`<g class="%s">`, class)
	}
	if n := len(slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.Rule != p.mark.Rule })); n > 1 {
		what += fmt.Sprintf(" (%d findings)", n)
	}
	d.printf(`<title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="%d"/>`, text(what), x, y, p.w, pillHeight, pillHeight/2)
	d.out.WriteString(shape{glyph: s.glyph}.draw(x+12, y+pillHeight/2))
	d.printf(`<text%s x="%d" y="%d">%s</text>`, fit(p.text, smallSize, bold[:]), x+8+signWidth-3, y+12, text(p.text))
	if href != "" {
		d.printf("</a>")
	} else {
		d.printf("</g>")
	}
}

// legend lists the states of the edges that are seen, in words.
func (d *drawing) legend() (list []wire) {
	words := []struct{ class, state, text string }{
		{"edge state-up active", "", "in use"}, {"edge state-up", "", "up"}, {"edge state-standby", "", "standby, or not in use"}, {"edge state-down", "down", "down"}, {"edge state-off", "", "off"},
		{"edge state-unknown", "", "state unknown"},
	}
	for _, l := range words {
		if slices.ContainsFunc(d.wires, func(w wire) bool { return w.class == l.class }) {
			list = append(list, wire{class: l.class, labels: []string{l.text}, edge: Edge{State: l.state}})
		}
	}
	return list
}

const legendLine = 34

func legendWidth(list []wire) (w int) {
	for _, l := range list {
		w += legendLine + 8 + textWidth(l.labels[0], smallSize, regular[:]) + 22
	}
	return w
}

func (d *drawing) drawLegend(list []wire) {
	x, y := margin, d.y+legendHeight/2-6
	for _, l := range list {
		d.printf(`<g class="%s"><path class="wire" d="M%d %dh%d"/>`, l.class, x, y, legendLine)
		if l.edge.State == "down" {
			d.printf(`<circle class="hole" cx="%d" cy="%d" r="7"/>%s`, x+legendLine/2, y, shape{"bad", "", bareCross}.draw(x+legendLine/2, y))
		}
		d.printf(`<text x="%d" y="%d">%s</text></g>`, x+legendLine+8, y+4, l.labels[0])
		x += legendLine + 8 + textWidth(l.labels[0], smallSize, regular[:]) + 22
	}
	d.printf("\n")
}
