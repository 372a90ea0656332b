package short

import (
	"bufio"
	"io"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/markdown"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/terminal"
)

const (
	maxWidth = 100
	minWidth = 40
	textCut  = 300 // columns of evidence in Markdown
)

// Terminal writes the answer as plain text, for a terminal and for comment fields that know no markup.
func Terminal(w io.Writer, doc report.Document, width int, color bool) error {
	if width <= 0 || width > maxWidth {
		width = maxWidth
	}
	t := terminalForm{width: max(width, minWidth)}
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	paint := terminal.NewPainter(w, color)
	for _, it := range fit(items(render.Sanitize(doc)), func(it item) int { return len(t.lines(it)) }) {
		for _, l := range t.lines(it) {
			_, _ = out.WriteString(paint.Paint(l.Trim()) + "\n")
		}
	}
	return out.Flush()
}

type terminalForm struct{ width int }

// lines are those of an item. Commands are neither wrapped nor cut.
func (t terminalForm) lines(it item) (out []render.Text) {
	if it.evidence != nil {
		return []render.Text{t.evidence(*it.evidence)}
	}
	var words []render.Text
	for _, w := range render.Words(it.text, it.role) {
		words = append(words, t.fitting(w, render.Width(it.label)))
	}
	below := render.Of(render.Plain, "    ")
	out = render.Fill(words, t.width, render.Of(render.Strong, it.label), below)
	if len(out) > it.most {
		cut := render.Join(out[it.most-1], render.Of(render.Plain, " …"))
		if cut.Width() > t.width {
			cut = render.Of(it.role, render.Cut(cut.String(), t.width))
		}
		out = append(out[:it.most-1], cut)
	}
	for _, c := range it.commands {
		out = append(out, render.Of(render.Code, "  "+c))
	}
	return out
}

// fitting shortens a word that no line has room for.
func (t terminalForm) fitting(w render.Text, label int) render.Text {
	room := t.width - max(label, len("    "))
	if w.Width() <= room || len(w) == 0 {
		return w
	}
	return render.Of(w[0].Role, render.Shorten(w.String(), room))
}

// evidence is a place and the line there.
func (t terminalForm) evidence(e report.Evidence) render.Text {
	at := render.Shorten(render.Location(e), t.width*2/3)
	text := strings.TrimSpace(e.Text)
	if text == "" {
		return render.Of(render.Dim, "  "+at)
	}
	line := render.Join(render.Of(render.Dim, "  "+at+": "), render.Of(render.Plain, text))
	if line.Width() > t.width {
		return render.Of(render.Plain, render.Cut(line.String(), t.width))
	}
	return line
}

// Markdown writes the answer as a line in bold and a list.
func Markdown(w io.Writer, doc report.Document) error {
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	for i, it := range fit(items(render.Sanitize(doc)), func(item) int { return 1 }) {
		line := markdownLine(it)
		if i == 0 {
			line = "**" + line + "**"
		} else {
			line = "- " + line
		}
		_, _ = out.WriteString(line + "\n")
	}
	return out.Flush()
}

func markdownLine(it item) string {
	if it.evidence != nil {
		return markdownEvidence(*it.evidence)
	}
	var b strings.Builder
	if it.label != "" {
		b.WriteString(markdown.Text(it.label))
	}
	b.WriteString(markdown.Inline(it.text))
	for i, c := range it.commands {
		b.WriteString([]string{": ", "; "}[min(i, 1)] + markdown.Code(c))
	}
	return b.String()
}

func markdownEvidence(e report.Evidence) string {
	line := markdown.Code(render.Location(e))
	if line == "" {
		line = "evidence"
	}
	if text := strings.TrimSpace(e.Text); text != "" {
		line += ": " + markdown.Code(render.Cut(text, textCut))
	}
	return line
}
