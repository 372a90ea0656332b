// Package terminal writes a report for a person at a terminal: the answer first, then the tree from the NICs to the guests, then what was
// found, then what the report could not show.
package terminal

import (
	"bufio"
	"io"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// Options says how to write the report.
type Options struct {
	Width int  // columns; 0 for 80, never less than 40
	Color bool // with colors; without, nothing but text and line feeds is written
	All   bool // fold and cut nothing
}

const (
	defaultWidth = 80
	minWidth     = 40
	maxProse     = 100 // sentences do not get wider than this: the eye loses the line
	maxRule      = 160
	evidenceFold = 12 // lines of a finding
	guestFold    = 12 // names of a finding
	provisoFold  = 6  // conditions of a bond
)

// Write writes the report.
func Write(w io.Writer, doc report.Document, opt Options) error {
	if opt.Width <= 0 {
		opt.Width = defaultWidth
	}
	opt.Width = max(opt.Width, minWidth)
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	p := &printer{out: out, theme: newTheme(w, opt.Color), opt: opt, told: render.NewTold()}
	p.document(render.Sanitize(doc))
	return out.Flush()
}

// printer writes lines.
type printer struct {
	out      *bufio.Writer
	theme    theme
	opt      Options
	started  bool
	told     *render.Told
	findings []report.Finding // of the host that is printed
}

func (p *printer) line(t render.Text) {
	p.started = true
	_, _ = p.out.WriteString(p.theme.paint(t.Trim()) + "\n")
}

func (p *printer) lines(lines []render.Text) {
	for _, l := range lines {
		p.line(l)
	}
}

// blank separates parts; nothing is separated from the beginning.
func (p *printer) blank() {
	if p.started {
		_, _ = p.out.WriteString("\n")
	}
}

// text wraps a sentence that may hold code spans.
func (p *printer) text(s string, role render.Role, first, rest string) {
	words := render.Words(render.Sentence(s), role)
	p.lines(render.Fill(words, min(p.opt.Width, maxProse), plain(first), plain(rest)))
}

// prose wraps a text of several paragraphs and lists.
func (p *printer) prose(s, indent string) {
	width := min(p.opt.Width, maxProse)
	blocks := render.Prose(s)
	for i, b := range blocks {
		if i > 0 && (!b.Item || !blocks[i-1].Item) {
			p.blank()
		}
		first, rest := indent, indent
		if b.Item {
			first, rest = indent+"- ", indent+"  "
		}
		words := render.Words(b.Inline, render.Plain)
		p.lines(render.Fill(words, width, plain(first), plain(rest)))
	}
}

// verbatim writes commands: they are pasted, so they are neither wrapped nor cut.
func (p *printer) verbatim(commands []string, indent string) {
	for _, c := range commands {
		for l := range strings.SplitSeq(c, "\n") {
			p.line(render.Join(plain(indent), render.Of(render.Code, l)))
		}
	}
}

// limit returns how many items of a list to show; 0 for all.
func (p *printer) limit(n int) int {
	if p.opt.All {
		return 0
	}
	return n
}

func (p *printer) heading(s string) {
	p.line(render.Of(render.Heading, s))
}

func plain(s string) render.Text { return render.Of(render.Plain, s) }

func dim(s string) render.Text { return render.Of(render.Dim, s) }

func (p *printer) document(doc report.Document) {
	if doc.Redacted {
		p.text(render.Redacted, render.Strong, "", "")
	}
	if len(doc.Hosts) > 1 {
		p.blank()
		p.overview(doc)
	}
	for _, h := range doc.Hosts {
		p.blank()
		p.host(h)
	}
	p.errors(doc.Errors)
	p.blank()
	p.text(render.Totals(doc.Summary)+".", render.Strong, "", "")
}

// errors names the inputs that could not be analyzed.
func (p *printer) errors(list []report.Error) {
	if len(list) == 0 {
		return
	}
	p.blank()
	p.heading("Not analyzed")
	for _, e := range list {
		p.line(render.Join(render.Of(render.Bad, "✗ "), render.Of(render.Strong, e.Input)))
		p.text(e.Message, render.Plain, "  ", "  ")
	}
}
