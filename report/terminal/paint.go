package terminal

import (
	"io"

	"github.com/sosbond/sosbond/report/render"
)

// Painter gives lines the colors of the terminal report.
type Painter struct{ theme theme }

// NewPainter returns the painter for a writer; without color it leaves lines as they are.
func NewPainter(w io.Writer, color bool) Painter { return Painter{newTheme(w, color)} }

// Paint returns a line with its colors, without spaces at its end.
func (p Painter) Paint(line render.Text) string { return p.theme.paint(line.Trim()) }
