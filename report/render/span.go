package render

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Role says what a piece of text is, so that a theme can color it.
type Role int

// The roles.
const (
	Plain   Role = iota
	Strong       // names, titles
	Dim          // lines of the tree, what is of second interest
	Code         // commands and values in a sentence
	Good         // works
	Fair         // works until an event
	Warn         // works, better not
	Bad          // broken
	Unsure       // not known
	Heading      // titles of sections
)

// Span is a piece of text of one role.
type Span struct {
	Text string
	Role Role
}

// Text is a line, or a part of one, made of spans. It holds no line break.
type Text []Span

// Of returns a text of one span.
func Of(role Role, s string) Text { return Text{{s, role}} }

// Width returns the number of columns a string takes on a terminal.
func Width(s string) int { return ansi.StringWidth(s) }

// Width returns the number of columns a text takes on a terminal.
func (t Text) Width() int {
	n := 0
	for _, s := range t {
		n += Width(s.Text)
	}
	return n
}

// String returns the text without its roles.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Trim returns the text without spaces at its end.
func (t Text) Trim() Text {
	for len(t) > 0 {
		last := t[len(t)-1]
		last.Text = strings.TrimRight(last.Text, " ")
		if last.Text != "" {
			return append(t[:len(t)-1:len(t)-1], last)
		}
		t = t[:len(t)-1]
	}
	return t
}

// Join returns the texts one after the other.
func Join(texts ...Text) Text {
	var out Text
	for _, t := range texts {
		out = append(out, t...)
	}
	return out
}

const ellipsis = "…"

// Cut shortens a string to a width at its end.
func Cut(s string, width int) string {
	return ansi.Truncate(s, max(width, 1), ellipsis)
}

// Shorten shortens a string to a width in its middle, for names, whose ends tell them apart.
func Shorten(s string, width int) string {
	total := Width(s)
	if total <= width {
		return s
	}
	tail := max(width-1, 0) / 2
	head := ansi.Truncate(s, max(width-1-tail, 0), "") + ellipsis
	for ; tail > 0; tail-- { // a wide character on the edge is kept whole, so the rest may take a column more
		if short := head + ansi.TruncateLeft(s, total-tail, ""); Width(short) <= width {
			return short
		}
	}
	return head
}

// Shorten cuts a text that is too wide in its middle; it keeps the role of its first span.
func (t Text) Shorten(width int) Text {
	trimmed := t.Trim()
	if trimmed.Width() <= width {
		return t // with its padding, which Flow drops where it does not fit
	}
	return Of(trimmed[0].Role, Shorten(trimmed.String(), width))
}

// Pad fills a text with spaces up to a width.
func (t Text) Pad(width int) Text {
	if n := width - t.Width(); n > 0 {
		return Join(t, Of(Plain, strings.Repeat(" ", n)))
	}
	return t
}
