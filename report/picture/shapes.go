package picture

import (
	"fmt"

	"github.com/sosbond/sosbond/report/render"
)

// shape is a sign of 12 by 12 pixels around its middle: an outline that is filled, and what is drawn on it.
type shape struct{ class, outline, glyph string }

const (
	circle   = "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z"
	octagon  = "M-2.6-6.2h5.2l3.6 3.6v5.2l-3.6 3.6h-5.2l-3.6-3.6v-5.2z"
	triangle = "M0-6l6.6 11.5h-13.2z"
	square   = "M-5.5-5.5h11v11h-11z"
	diamond  = "M0-7l7 7l-7 7l-7-7z"

	tick      = "M-2.8.2l2 2.2l3.6-4.4"
	cross     = "M-2.4-2.4l4.8 4.8m0-4.8l-4.8 4.8"
	call      = "M0-3v3.2m0 2.4v.1"
	lowCall   = "M0-2v3m0 2.2v.1"
	dash      = "M-2.8 0h5.6"
	question  = "M-1.8-1.8a1.8 1.8 0 1 1 2.6 1.7q-.8.4-.8 1.3m0 1.9v.1"
	arrow     = "M-3.5-4.5l8 4.5l-8 4.5z"
	bareCross = "M-4.5-4.5l9 9m0-9l-9 9"
)

// verdictShapes differ in shape, not in color alone.
var verdictShapes = map[string]shape{
	"recommended":     {"good", circle, tick},
	"partial":         {"warn", triangle, lowCall},
	"not-recommended": {"warn", square, call},
	"not-working":     {"bad", octagon, cross},
	"not-affected":    {"", circle, dash},
}

func verdictShape(verdict string, despite bool) shape {
	if despite { // good by itself, and in trouble
		return verdictShapes["not-recommended"]
	}
	if s, ok := verdictShapes[verdict]; ok {
		return s
	}
	return shape{"unsure", diamond, question}
}

// markShape is the sign on a badge.
func markShape(severity string) shape {
	switch render.SeverityOf(severity).Role {
	case render.Bad:
		return shape{"bad", "", cross}
	case render.Warn:
		return shape{"warn", "", call}
	}
	return shape{"", "", question}
}

// roleShape is the sign of a NIC that is not used as others are; a link that is down has one too.
func roleShape(n Node) (s shape, ok bool) {
	switch {
	case n.State == "down":
		return shape{"bad", "", bareCross}, true
	case n.Role == Active:
		return shape{"accent", arrow, ""}, true
	case n.Role == Backup:
		return shape{"", "", arrow}, true
	case n.Role == NotInUse:
		return shape{"warn", circle, dash}, true
	}
	return shape{}, false
}

// draw puts the shape at a place.
func (s shape) draw(x, y int) string {
	class := "shape"
	if s.class != "" {
		class += " " + s.class
	}
	inner := ""
	if s.outline != "" {
		inner = `<path class="full" d="` + s.outline + `"/>`
	}
	if s.glyph != "" {
		glyph := ""
		if s.outline != "" {
			glyph = ` class="glyph"`
		}
		inner += `<path` + glyph + ` d="` + s.glyph + `"/>`
	}
	return fmt.Sprintf(`<g class="%s" transform="translate(%d %d)">%s</g>`, class, x, y, inner)
}
