package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report/render"
)

// Measures of the page, in pixels.
const (
	pageWidth   = 1240 // of A4 and of a window of 1280, as far as it goes
	pageHeight  = 720  // above this, guests are put side by side
	margin      = 16
	columnGap   = 54
	tightGap    = 34
	headHeight  = 30 // the headings of the columns
	inset       = 18 // of a box in a grid from what is left of it, with the line that leads to it
	gridTop     = 13
	gridGap     = 6
	gridAtLeast = 8 // boxes make a grid
	mostColumns = 3
	laneGap     = 4   // between the lines of two bridges in one grid
	manyItems   = 400 // of a column are not arranged any more
)

// scene is a picture with everything in its place.
type scene struct {
	pic     Picture
	w, h    int
	columns []column
	boxes   []box // of the nodes
	wires   []wire
	trunks  []string // ways from a bridge to all boxes of a grid
	panels  []rect   // below the boxes of a grid
}

type column struct {
	x, w  int
	title string
}

type rect struct{ x, y, w, h int }

// wire is an edge as it is drawn.
type wire struct {
	edge   Edge
	class  string
	path   string
	labels []string // above its end, and below it
	lx, ly int      // its end
	cx, cy int      // the middle of the way
}

// plan is how the guests are arranged.
type plan struct {
	columns int
	beside  bool // names and notes on one line
	gap     int  // between columns
}

// arrange tries the plans in turn and takes the first that fits, or else the one that fits best.
func arrange(p Picture) scene {
	var best scene
	for n := 1; n <= mostColumns; n++ {
		for _, pl := range []plan{{n, true, columnGap}, {n, true, tightGap}, {n, false, columnGap}, {n, false, tightGap}} {
			s := newLayout(p, pl).scene
			if best.pic.Nodes == nil || s.misfit() < best.misfit() {
				best = s
			}
			if best.misfit() == 0 || len(p.Nodes) > manyItems {
				return best
			}
		}
	}
	return best
}

func (s scene) misfit() int { return 4*max(s.w-pageWidth, 0) + max(s.h-pageHeight, 0) }

// layouter puts the parts of a picture in their places.
type layouter struct {
	scene
	plan  plan
	at    map[string]int // index of a node
	in    [][]int        // the edges that lead to each node
	items []*item        // of the nodes; those of a grid share one
	cols  columns
	ways  []*way
	room  []int // left of each column, for the labels of edges
}

// way is how an edge runs, or all edges from one node to a grid: from item to item, each in the next column.
type way struct {
	edges []int
	stops []*item
	entry int // the height at which it comes to the last stop, from the middle
}

func newLayout(p Picture, pl plan) *layouter {
	l := &layouter{scene: scene{pic: p}, plan: pl, at: map[string]int{}}
	l.measure()
	l.stack()
	l.connect()
	if !slices.ContainsFunc(l.cols, func(c []*item) bool { return len(c) > manyItems }) {
		l.cols.order()
	}
	l.cols.reserve()
	l.cols.settle()
	l.ports()
	l.spread()
	l.draw()
	return l
}

func (l *layouter) measure() {
	for i, n := range l.pic.Nodes {
		l.at[n.ID] = i
	}
	l.in = make([][]int, len(l.pic.Nodes))
	layers := 1
	for i, e := range l.pic.Edges {
		l.in[l.at[e.To]] = append(l.in[l.at[e.To]], i)
	}
	for _, n := range l.pic.Nodes {
		layers = max(layers, n.Layer+1)
	}
	l.cols, l.columns = make(columns, layers), make([]column, layers)
	wide := make([]int, layers)
	for _, n := range l.pic.Nodes {
		wide[n.Layer] = max(wide[n.Layer], textWidth(shown(n.Name, "unnamed"), nameSize, bold[:]))
	}
	for i, n := range l.pic.Nodes {
		note := n.Note
		if n.Kind == Guest && len(l.in[i]) == 1 { // it says by which interface; where there are several the edges do
			if iface := l.pic.Edges[l.in[i][0]].Label; iface != n.Name && iface != "" {
				note += ", " + shown(iface, "")
			}
		}
		l.boxes = append(l.boxes, newBox(n, note, wide[n.Layer], l.plan.beside && n.Layer == layers-1 && (n.Kind == Guest || n.Kind == Fold || n.Kind == Self), len(l.in[i])))
	}
	for _, b := range l.boxes {
		c := &l.columns[b.node.Layer]
		c.w = max(c.w, b.w)
	}
	for i := range l.boxes {
		l.boxes[i].w = l.columns[l.boxes[i].node.Layer].w
	}
}

// parents names the nodes that lead to a node.
func (l *layouter) parents(n int) string {
	var ids []string
	for _, e := range l.in[n] {
		if from := l.pic.Edges[e].From; !slices.Contains(ids, from) {
			ids = append(ids, from)
		}
	}
	return strings.Join(ids, " ")
}

// stack makes the items of the columns. Guests of the same bridges become a grid where the plan has more columns than one.
func (l *layouter) stack() {
	l.items = make([]*item, len(l.boxes))
	first := map[string]string{} // what a node leads to
	for _, e := range l.pic.Edges {
		first[e.From] = cmp.Or(first[e.From], e.To)
	}
	groups := map[string][]int{}
	for i, b := range l.boxes {
		if k := b.node.Kind; l.plan.columns > 1 && b.node.Layer == len(l.cols)-1 && (k == Guest || k == Fold) {
			if of := l.parents(i); strings.Count(of, " ") < 2 {
				groups[of] = append(groups[of], i)
			}
		}
	}
	for i, b := range l.boxes {
		if l.items[i] != nil {
			continue
		}
		it := &item{layer: b.node.Layer, key: i, h: b.h, boxes: []int{i}}
		if b.node.Layer == len(l.cols)-1 {
			it.apart = l.parents(i)
		} else if b.node.Kind == NIC {
			it.apart, it.single = first[b.node.ID], true
		}
		if group := groups[l.parents(i)]; len(group) >= gridAtLeast && slices.Contains(group, i) {
			it.kind, it.boxes = gridItem, group
			it.h = l.gridHeight(it)
		}
		for _, n := range it.boxes {
			l.items[n] = it
		}
		l.cols[it.layer] = append(l.cols[it.layer], it)
		if it.kind == gridItem {
			c := &l.columns[it.layer]
			c.w = max(c.w, l.plan.columns*(b.w+inset)+gridGap)
		}
	}
}

// gridRows is how many rows a grid has.
func (l *layouter) gridRows(it *item) int {
	return (len(it.boxes) + l.plan.columns - 1) / l.plan.columns
}

// rowHeights are those of the highest boxes of the rows of a grid, which is filled column by column.
func (l *layouter) rowHeights(it *item) []int {
	heights := make([]int, l.gridRows(it))
	for i, b := range it.boxes {
		r := i % len(heights)
		heights[r] = max(heights[r], l.boxes[b].h)
	}
	return heights
}

func (l *layouter) gridHeight(it *item) int {
	h := 2*gridTop - gridGap
	for _, r := range l.rowHeights(it) {
		h += r + gridGap
	}
	return h
}

// connect makes the ways of the edges, with an item in each column that they pass.
func (l *layouter) connect() {
	bundles := map[[2]*item]*way{}
	for i, e := range l.pic.Edges {
		from, to := l.items[l.at[e.From]], l.items[l.at[e.To]]
		if w := bundles[[2]*item{from, to}]; w != nil && to.kind == gridItem {
			w.edges = append(w.edges, i)
			continue
		}
		w := &way{edges: []int{i}, stops: []*item{from}}
		bundles[[2]*item{from, to}] = w
		for layer := from.layer + 1; layer < to.layer; layer++ {
			it := &item{layer: layer, key: to.key, h: 2, kind: wayItem}
			l.cols[layer] = append(l.cols[layer], it)
			w.stops = append(w.stops, it)
		}
		w.stops = append(w.stops, to)
		for s := 1; s < len(w.stops); s++ {
			w.stops[s-1].out = append(w.stops[s-1].out, w.stops[s])
			w.stops[s].in = append(w.stops[s].in, w.stops[s-1])
		}
		l.ways = append(l.ways, w)
	}
}

// ports spreads the ends of the edges that come to one box, in the order in which they come.
func (l *layouter) ports() {
	ends := map[*item][]*way{}
	for _, w := range l.ways {
		last := w.stops[len(w.stops)-1]
		ends[last] = append(ends[last], w)
	}
	for it, list := range ends {
		slices.SortStableFunc(list, func(a, b *way) int { return cmp.Compare(a.stops[len(a.stops)-2].y, b.stops[len(b.stops)-2].y) })
		n := len(list)
		step := min(portGap, (it.h-12)*2/max(n, 2))
		for i, w := range list {
			w.entry = (2*i - n + 1) * step / 2
		}
	}
}

// spread gives the columns their places, and the boxes theirs.
func (l *layouter) spread() {
	x := margin
	l.room = make([]int, len(l.columns))
	for i := range l.columns {
		if i > 0 {
			x += l.gap(i)
		}
		l.columns[i].x = x
		x += l.columns[i].w
	}
	top, bottom := 0, 0
	for i, col := range l.cols {
		for _, it := range col {
			if low, high := it.y-(it.h+1)/2, it.y+(it.h+1)/2; i == 0 && it == col[0] {
				top, bottom = low, high
			} else {
				top, bottom = min(top, low), max(bottom, high)
			}
		}
	}
	for _, col := range l.cols {
		for _, it := range col {
			it.y += headHeight - top
			l.settleBoxes(it)
		}
	}
	l.w, l.h = x+margin, bottom-top+headHeight
	for i := range l.columns {
		l.columns[i].title = l.title(i)
	}
	for i := len(l.columns) - 1; i > 0; i-- { // once for columns of one kind
		if l.columns[i].title == l.columns[i-1].title {
			l.columns[i].title = ""
		}
	}
}

// gap is the room to the left of a column: enough for the labels of the edges that lead to it.
func (l *layouter) gap(layer int) int {
	room := 0
	for i := range l.pic.Edges {
		if e := l.pic.Edges[i]; l.pic.Nodes[l.at[e.To]].Layer == layer && l.items[l.at[e.To]].kind != gridItem {
			if w := labelWidth(l.labels(e)); w > 0 {
				room = max(room, w+10)
			}
		}
	}
	l.room[layer] = room
	return room + l.plan.gap
}

// labels are what is written at an edge: not the interface of a guest that has one, which says so itself.
func (l *layouter) labels(e Edge) (list []string) {
	to := l.at[e.To]
	if e.Label == "" || l.pic.Nodes[to].Kind == Guest && (len(l.in[to]) == 1 || l.items[to].kind == gridItem) {
		return nil
	}
	first, rest, _ := strings.Cut(e.Label, between)
	for _, s := range []string{first, rest} {
		if s = strings.TrimSpace(render.Line(s)); s != "" {
			list = append(list, render.Shorten(s, labelColumns))
		}
	}
	return list
}

func labelWidth(labels []string) (w int) {
	for _, s := range labels {
		w = max(w, textWidth(s, smallSize, regular[:]))
	}
	return w
}

func (l *layouter) settleBoxes(it *item) {
	c := l.columns[it.layer]
	switch it.kind {
	case boxItem:
		b := &l.boxes[it.boxes[0]]
		b.x, b.y = c.x, it.y-b.h/2
	case gridItem:
		top := it.y - it.h/2
		heights := l.rowHeights(it)
		for i, n := range it.boxes {
			b := &l.boxes[n]
			b.x, b.y = c.x+inset+(i/len(heights))*(b.w+inset), top+gridTop
			for _, h := range heights[:i%len(heights)] {
				b.y += h + gridGap
			}
		}
		b := l.boxes[it.boxes[0]]
		l.panels = append(l.panels, rect{c.x, top, l.plan.columns*(b.w+inset) + gridGap, it.h})
	}
}

var titles = map[Kind]string{Switch: "Switch", NIC: "NICs", Bond: "Bond", VLAN: "VLANs", Bridge: "Bridges", Device: "Devices", Guest: "Guests", Self: "Host"}

// title says what a column holds: what most of it is.
func (l *layouter) title(layer int) string {
	count := map[Kind]int{}
	for _, n := range l.pic.Nodes {
		if n.Layer == layer {
			count[n.Kind]++
		}
	}
	best := ""
	most := 0
	for _, k := range []Kind{Switch, NIC, Bond, VLAN, Bridge, Device, Guest, Self} {
		if count[k] > most {
			best, most = titles[k], count[k]
		}
	}
	return best
}

// draw turns the ways into paths.
func (l *layouter) draw() {
	l.wires = make([]wire, len(l.pic.Edges))
	lanes := map[*item]int{}
	for _, w := range l.ways {
		last := w.stops[len(w.stops)-1]
		if last.kind == gridItem {
			l.drawGrid(w, last, lanes[last])
			lanes[last]++
			continue
		}
		e := l.pic.Edges[w.edges[0]]
		out := wire{edge: e, class: l.class(e), labels: l.labels(e)}
		out.path, out.cx, out.cy = l.path(w)
		out.lx, out.ly = l.columns[last.layer].x-5, last.y+w.entry
		l.wires[w.edges[0]] = out
	}
}

// path runs from stop to stop: level where it passes a column, and in a curve between two of them. Left of a column it is level as far as the labels
// of any edge there go. It returns the middle of the first curve.
func (l *layouter) path(w *way) (path string, cx, cy int) {
	var b strings.Builder
	first := w.stops[0]
	x, y := l.columns[first.layer].x+l.width(first), first.y
	fmt.Fprintf(&b, "M%d %d", x, y)
	for i, it := range w.stops[1:] {
		c := l.columns[it.layer]
		toX, toY := c.x-l.room[it.layer], it.y
		if i == len(w.stops)-2 {
			toY = it.y + w.entry
		}
		if i == 0 {
			cx, cy = (x+toX)/2, (y+toY)/2
		}
		if y == toY {
			fmt.Fprintf(&b, "H%d", toX)
		} else {
			bend := (x + toX) / 2
			fmt.Fprintf(&b, "C%d %d %d %d %d %d", bend, y, bend, toY, toX, toY)
		}
		if x, y = c.x, toY; it.kind == wayItem {
			x += c.w
		}
		if x != toX {
			fmt.Fprintf(&b, "H%d", x)
		}
	}
	return b.String(), cx, cy
}

// width of what an item shows.
func (l *layouter) width(it *item) int {
	if it.kind == boxItem {
		return l.boxes[it.boxes[0]].w
	}
	return l.columns[it.layer].w
}

// drawGrid leads one line to the columns of a grid, above its boxes, and down each of them; each box hangs on it.
func (l *layouter) drawGrid(w *way, it *item, lane int) {
	path, _, _ := l.path(w)
	rows := l.gridRows(it)
	lineY := it.y - it.h/2 + gridTop - 6 - lane*laneGap
	line := func(n int) int { return l.boxes[it.boxes[n]].x - inset/2 - lane*laneGap }
	middle := func(n int) int { b := l.boxes[it.boxes[n]]; return b.y + b.h/2 }
	var b strings.Builder
	b.WriteString(path + "H" + strconv.Itoa(line(0)))
	for first := 0; first < len(it.boxes); first += rows {
		last := min(first+rows, len(it.boxes)) - 1
		fmt.Fprintf(&b, "M%d %dV%d", line(first), lineY, middle(last))
	}
	if len(it.boxes) > rows {
		fmt.Fprintf(&b, "M%d %dH%d", line(0), lineY, line(len(it.boxes)-1))
	}
	l.trunks = append(l.trunks, b.String())
	for _, e := range w.edges {
		edge := l.pic.Edges[e]
		n := slices.Index(it.boxes, l.at[edge.To])
		l.wires[e] = wire{edge: edge, class: l.class(edge), path: fmt.Sprintf("M%d %dH%d", line(n), middle(n), l.boxes[it.boxes[n]].x)}
	}
}

// class says how an edge looks.
func (l *layouter) class(e Edge) string {
	class := "edge"
	from := l.pic.Nodes[l.at[e.From]]
	switch {
	case e.State != "":
		class += " state-" + e.State
	case from.Kind == NIC || from.Kind == Switch:
		class += " state-unknown"
	}
	if from.Kind == NIC && from.Active && e.State == "up" {
		class += " active"
	}
	return class
}
