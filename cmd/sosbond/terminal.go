package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/sosbond/sosbond/report/render"
)

// terminalInfo is what is known of an output.
type terminalInfo struct {
	width int
	color bool
}

const (
	pipeWidth   = 100 // of a terminal report that goes to a file or a pipe
	leastWidth  = 40
	longestName = 50          // columns of the name in the progress line, which must stay one line to be cleared
	progressLag = time.Second // nothing is shown for inputs that are quicker
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

func terminalOf(w io.Writer) terminalInfo {
	if !isTerminal(w) {
		return terminalInfo{width: pipeWidth}
	}
	width, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil || width < leastWidth {
		width = 80
	}
	return terminalInfo{width: width, color: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}
}

// progress shows on a terminal's standard error how far an input has been read.
type progress struct {
	mu    sync.Mutex
	w     io.Writer
	name  string
	start time.Time
	last  time.Time
	shown bool
}

func newProgress(w io.Writer, name string) *progress {
	if !isTerminal(w) {
		w = nil
	}
	return &progress{w: w, name: filepath.Base(name), start: time.Now()}
}

func (p *progress) update(read, size int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if p.w == nil || now.Sub(p.start) < progressLag || now.Sub(p.last) < progressLag/5 {
		return
	}
	p.last, p.shown = now, true
	done := fmt.Sprintf("%d MB", read>>20)
	if size > 0 {
		done = fmt.Sprintf("%d%%", min(100, 100*read/size))
	}
	writeRaw(p.w, "\r\x1b[Kreading %s: %s", render.Cut(render.Line(p.name), longestName), done)
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		writeRaw(p.w, "\r\x1b[K")
	}
}

// writeLine writes a line in which nothing can move the cursor, turn text around or hide: what it tells may come from the input.
func writeLine(w io.Writer, format string, args ...any) {
	writeRaw(w, "%s\n", render.Line(fmt.Sprintf(format, args...)))
}

// writeRaw writes to standard error; where that fails there is nowhere left to tell.
func writeRaw(w io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(w, format, args...)
}
