package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/scan"
)

// lineEvery is how often a scan says how far it is where there is no terminal.
const lineEvery = 30 * time.Second

// tally counts what a scan did so far. It is its Watcher.
type tally struct {
	mu                   sync.Mutex
	now                  func() time.Time
	start                time.Time
	inputs               int
	bytes                int64
	searching            bool
	done, reused, unread int
	doneBytes            int64
	hosts, broken        int // hosts whose bonds do not work with their guests
	busy                 []busy
}

// busy is what a worker reads.
type busy struct {
	path       string
	read, size int64
}

func newTally(jobs int, now func() time.Time) *tally {
	return &tally{now: now, start: now(), searching: true, busy: make([]busy, jobs)}
}

// Found implements scan.Watcher.
func (t *tally) Found(inputs int, bytes int64, more bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inputs, t.bytes, t.searching = inputs, bytes, more
}

// Start implements scan.Watcher.
func (t *tally) Start(worker int, in entry.Input) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy[worker] = busy{path: in.Path, size: -1}
}

// Progress implements scan.Watcher.
func (t *tally) Progress(worker int, read, size int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy[worker].read, t.busy[worker].size = read, size
}

// Done implements scan.Watcher.
func (t *tally) Done(worker int, e entry.Entry, reused bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy[worker] = busy{}
	t.done++
	if reused {
		t.reused++
		return
	}
	t.doneBytes += e.Size
	if e.Status != entry.Analyzed {
		t.unread++
	}
	if e.Document == nil {
		return
	}
	for _, h := range e.Document.Hosts {
		t.hosts++
		if h.Verdict == string(rules.NotWorking) {
			t.broken++
		}
	}
}

// line says how far the scan is.
func (t *tally) line() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := fmt.Sprintf("%d of %d inputs", t.done, t.inputs)
	if t.searching {
		of += " so far"
	}
	parts := []string{of}
	if t.reused > 0 {
		parts = append(parts, fmt.Sprintf("%d known", t.reused))
	}
	took := t.now().Sub(t.start)
	if looked := t.done - t.reused; looked > 0 && took > 0 {
		parts = append(parts, fmt.Sprintf("%.0f/min", float64(looked)/took.Minutes()))
	}
	if left, ok := t.left(took); ok {
		parts = append(parts, left.Round(time.Second).String()+" left")
	}
	parts = append(parts, fmt.Sprintf("%d hosts not working", t.broken))
	if t.unread > 0 {
		parts = append(parts, fmt.Sprintf("%d not read whole", t.unread))
	}
	return strings.Join(parts, ", ")
}

// left guesses the remaining time from the bytes that were read, or from the inputs where those tell nothing; the caller holds mu.
func (t *tally) left(took time.Duration) (time.Duration, bool) {
	looked := t.done - t.reused
	if t.searching || looked < 3 {
		return 0, false
	}
	toDo := float64(t.inputs-t.done) / float64(looked)
	if t.doneBytes > 0 && t.reused == 0 {
		toDo = float64(t.bytes-t.doneBytes) / float64(t.doneBytes)
	}
	return time.Duration(max(toDo, 0) * float64(took)), true
}

// worker says what a worker does.
func (t *tally) worker(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.busy[n]
	if b.path == "" {
		return "  -"
	}
	text := "  " + render.Cut(render.Line(filepath.Base(b.path)), longestName)
	if b.size > 0 {
		text += fmt.Sprintf(" %d%%", min(100, 100*b.read/b.size))
	}
	return text
}

// ratio is how much of the work is done, of a hundred.
func (t *tally) ratio() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.inputs == 0 {
		return 0
	}
	return int64(100 * t.done / t.inputs)
}

// show shows the tally until stop is called: on a terminal a bar with a line for each worker, elsewhere a line now and then.
func (t *tally) show(w io.Writer) (stop func()) {
	if isTerminal(w) {
		return t.bars(w)
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(lineEvery)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				writeLine(w, "sosbond: scan: %s", t.line())
			}
		}
	}()
	return func() { close(quit); <-gone }
}

func (t *tally) bars(w io.Writer) (stop func()) {
	width := terminalOf(w).width
	cut := func(s string) string { return ansi.Truncate(s, width-1, "…") }
	p := mpb.New(mpb.WithOutput(w), mpb.WithRefreshRate(progressLag/4), mpb.WithWidth(min(width/3, 30)), mpb.WithAutoRefresh())
	text := func(f func() string) decor.Decorator {
		return decor.Any(func(decor.Statistics) string { return cut(f()) })
	}
	total := p.AddBar(100, mpb.BarRemoveOnComplete())
	all := []*mpb.Bar{total, p.New(0, mpb.NopStyle(), mpb.PrependDecorators(text(t.line)))}
	for i := range t.busy {
		all = append(all, p.New(0, mpb.NopStyle(), mpb.PrependDecorators(text(func() string { return t.worker(i) }))))
	}
	quit, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(progressLag / 4)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				total.SetCurrent(min(t.ratio(), 99)) // at 100 the bar would go
			}
		}
	}()
	return func() {
		close(quit)
		<-gone
		for _, b := range all {
			b.Abort(true)
		}
		p.Wait()
	}
}

var _ scan.Watcher = (*tally)(nil)
