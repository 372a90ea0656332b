package picture

import (
	"strings"

	"github.com/sosbond/sosbond/report/render"
)

// Measures of a box, in pixels.
const (
	padX       = 11
	padY       = 8
	padGuest   = 5 // of a guest above and below
	nameHeight = 17
	noteHeight = 14
	wordHeight = 17
	pillHeight = 16
	pillGap    = 5
	signWidth  = 17 // of a shape before a text
	noteWidth  = 150
	cornerBox  = 7
	portGap    = 14 // between two edges that come to one box
)

// box is a node with its measures. Its place is its left upper corner.
type box struct {
	node       Node
	x, y, w, h int

	padY    int
	name    string
	sign    bool     // a shape before the name
	notes   []string // lines
	beside  bool     // the note stands on the line of the name
	badges  [][]pill // rows
	content int      // width of what is in it
}

// pill is the badge of a finding.
type pill struct {
	mark Mark
	text string
	w    int
}

func newPill(m Mark) pill {
	text := render.Shorten(render.Line(m.Rule), nameColumns)
	return pill{m, text, 8 + signWidth + textWidth(text, smallSize, bold[:]) + 7}
}

// newBox lays out what a node says. Guests, which are many, have their note beside the name where there is room for it.
func newBox(n Node, note string, wide int, beside bool, inputs int) box {
	b := box{node: n, name: shown(n.Name, "unnamed"), beside: beside && note != ""}
	_, b.sign = roleShape(n)
	nameWidth := textWidth(b.name, nameSize, bold[:])
	if b.sign {
		nameWidth += signWidth
	}
	if note = render.Line(note); note != "" {
		if b.notes = []string{note}; !b.beside {
			b.notes = wrap(note, max(wide, noteWidth))
		}
	}
	b.content = max(nameWidth, 30)
	if b.padY = padY; n.Kind == Guest || n.Kind == Fold || n.Kind == Self {
		b.padY = padGuest
	}
	b.h = 2*b.padY + nameHeight
	switch {
	case b.beside:
		b.content += 14 + textWidth(note, smallSize, bold[:])
	default:
		for _, l := range b.notes {
			b.content = max(b.content, textWidth(l, smallSize, bold[:]))
		}
		b.h += noteHeight * len(b.notes)
	}
	if n.Words != "" {
		b.content = max(b.content, signWidth+textWidth(n.Words, smallSize, bold[:]))
		b.h += wordHeight
	}
	b.badges = rows(n.Marks, max(b.content, noteWidth))
	for _, r := range b.badges {
		b.content = max(b.content, rowWidth(r))
		b.h += pillHeight + pillGap
	}
	b.w = b.content + 2*padX
	if more := (inputs+1)*portGap - b.h; inputs > 1 && more > 0 { // room for the ends of its edges
		b.h += more
		b.padY += more / 2
	}
	return b
}

// shown makes a name fit to be seen.
func shown(name, without string) string {
	name = strings.TrimSpace(render.Line(name))
	if name == "" {
		return without
	}
	return render.Shorten(name, nameColumns)
}

// rows puts the badges of a place in rows.
func rows(marks []Mark, width int) (list [][]pill) {
	for _, m := range Rules(marks) {
		p := newPill(m)
		last := len(list) - 1
		if last >= 0 && rowWidth(list[last])+pillGap+p.w <= width {
			list[last] = append(list[last], p)
		} else {
			list = append(list, []pill{p})
		}
	}
	return list
}

func rowWidth(row []pill) int {
	w := -pillGap
	for _, p := range row {
		w += p.w + pillGap
	}
	return w
}
