package terminal

import (
	"io"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/sosbond/sosbond/report/render"
)

// theme gives each role its style. Only the sixteen colors of the terminal's own palette are used, which are legible on light and dark
// backgrounds, and every role that carries meaning has its own mark or word besides its color.
type theme struct {
	styles map[render.Role]lipgloss.Style
}

// newTheme returns the styles for one writer. The color profile is given, never guessed: the terminal is not asked anything.
func newTheme(w io.Writer, color bool) theme {
	profile := termenv.Ascii
	if color {
		profile = termenv.ANSI256
	}
	r := lipgloss.NewRenderer(w, termenv.WithProfile(profile))
	r.SetColorProfile(profile)
	r.SetHasDarkBackground(true)
	const red, green, yellow, magenta, cyan = lipgloss.Color("1"), lipgloss.Color("2"), lipgloss.Color("3"), lipgloss.Color("5"), lipgloss.Color("6")
	return theme{styles: map[render.Role]lipgloss.Style{
		render.Strong:  r.NewStyle().Bold(true),
		render.Dim:     r.NewStyle().Faint(true),
		render.Code:    r.NewStyle().Foreground(cyan),
		render.Good:    r.NewStyle().Foreground(green),
		render.Fair:    r.NewStyle().Foreground(yellow),
		render.Warn:    r.NewStyle().Foreground(yellow).Bold(true),
		render.Bad:     r.NewStyle().Foreground(red).Bold(true),
		render.Unsure:  r.NewStyle().Foreground(magenta),
		render.Heading: r.NewStyle().Bold(true),
	}}
}

// paint returns a line with its colors.
func (t theme) paint(line render.Text) string {
	var out []byte
	for _, s := range line {
		style, ok := t.styles[s.Role]
		if !ok || s.Text == "" {
			out = append(out, s.Text...)
			continue
		}
		out = append(out, style.Render(s.Text)...)
	}
	return string(out)
}
