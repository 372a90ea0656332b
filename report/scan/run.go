package scan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
)

// MaxCrashes is how often the program may end while it analyzes an input before the input is left out. After the first time it is analyzed at the end of
// a run and alone, so that what was only under way when somebody killed a run is not taken for what kills it.
const MaxCrashes = 3

// errLater is the error of an input that is left for the end of the run.
var errLater = errors.New("left for the end of the run")

// window is how many inputs a worker may be ahead of the oldest one that is not finished, in a run whose results are wanted in order.
const window = 8

// Result is what a run made of an input.
type Result struct {
	Entry  entry.Entry
	Reused bool // the database knew it; Entry.Document is nil
}

// Finder calls f for each input, as Find does.
type Finder func(f func(Candidate) bool) error

// Run analyzes what find finds and gives each result to emit, which is called by one goroutine: in the order of the inputs when ordered is
// set, else as they come. An error of emit, of find or of the database ends the run, and so does ctx; inputs that were under way then count as not
// analyzed.
func Run(ctx context.Context, find Finder, analyze Analyze, opt Options, ordered bool, emit func(Result) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &run{opt: opt, analyze: analyze, work: make(chan job), done: make(chan finished), defers: !ordered}
	if r.opt.Jobs <= 0 {
		r.opt.Jobs = runtime.GOMAXPROCS(0)
	}
	r.slots = make(chan struct{}, window*r.opt.Jobs)
	go r.feed(ctx, find, cancel)
	go r.employ(ctx, cancel)
	if err := r.collect(ordered, emit, cancel); err != nil {
		return err
	}
	return context.Cause(ctx)
}

type run struct {
	opt     Options
	analyze Analyze
	work    chan job
	done    chan finished
	slots   chan struct{} // one for each input that was found and whose result was not emitted
	defers  bool          // leave what the program ended with before for the end of the run; not where results are wanted in order
	mu      sync.Mutex
	later   []job // those
}

type job struct {
	index int
	Candidate
}

type finished struct {
	index int
	Result
}

// feed gives the inputs to the workers.
func (r *run) feed(ctx context.Context, find Finder, cancel context.CancelCauseFunc) {
	defer close(r.work)
	list := &ahead{news: make(chan struct{}, 1)}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { r.search(ctx, find, list, cancel) })
	for n := 0; ; n++ {
		c, ok := list.next(ctx)
		if !ok {
			return
		}
		select {
		case r.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case r.work <- job{n, c}:
		case <-ctx.Done():
			return
		}
	}
}

// search runs ahead of the workers, so that it is known how much is to be done.
func (r *run) search(ctx context.Context, find Finder, to *ahead, cancel context.CancelCauseFunc) {
	defer to.end()
	n, bytes := 0, int64(0)
	tell := func(more bool) {
		if r.opt.Watch != nil {
			r.opt.Watch.Found(n, bytes, more)
		}
	}
	err := find(func(c Candidate) bool {
		n, bytes = n+1, bytes+c.Size
		tell(true)
		to.put(c)
		return ctx.Err() == nil
	})
	if err != nil {
		cancel(err)
	}
	tell(false)
}

// ahead holds what was found and not yet given to a worker. It has no bound: Find keeps each path anyway, to give it once.
type ahead struct {
	mu    sync.Mutex
	list  []Candidate
	ended bool
	news  chan struct{} // has an element when list or ended changed
}

func (a *ahead) put(c Candidate) {
	a.mu.Lock()
	a.list = append(a.list, c)
	a.mu.Unlock()
	a.tell()
}

func (a *ahead) end() {
	a.mu.Lock()
	a.ended = true
	a.mu.Unlock()
	a.tell()
}

func (a *ahead) tell() {
	select {
	case a.news <- struct{}{}:
	default: // there are untaken ones
	}
}

// next waits for a candidate. It is not ok when there are no more, or ctx ended.
func (a *ahead) next(ctx context.Context) (c Candidate, ok bool) {
	for {
		a.mu.Lock()
		some, ended := len(a.list) > 0, a.ended
		if some {
			c, a.list = a.list[0], a.list[1:]
		}
		a.mu.Unlock()
		if some || ended {
			return c, some
		}
		select {
		case <-a.news:
		case <-ctx.Done():
			return c, false
		}
	}
}

// employ starts the workers and waits for them. What was left for the end then has the machine to itself.
func (r *run) employ(ctx context.Context, cancel context.CancelCauseFunc) {
	defer close(r.done)
	var wg sync.WaitGroup
	for w := range r.opt.Jobs {
		wg.Go(func() {
			for j := range r.work {
				if !r.job(ctx, w, j, cancel) {
					return
				}
			}
		})
	}
	wg.Wait()
	r.defers = false
	for _, j := range r.later {
		select {
		case r.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		if !r.job(ctx, 0, j, cancel) {
			return
		}
	}
}

// job does one of the jobs. It returns false when the run ends.
func (r *run) job(ctx context.Context, worker int, j job, cancel context.CancelCauseFunc) bool {
	res, err := r.One(ctx, worker, j.Candidate)
	switch {
	case errors.Is(err, errLater):
		<-r.slots // there may be more of them than slots
		r.mu.Lock()
		defer r.mu.Unlock()
		r.later = append(r.later, j)
		return true
	case err != nil:
		cancel(err)
		return false
	}
	r.done <- finished{j.index, res}
	return true
}

// collect emits the results.
func (r *run) collect(ordered bool, emit func(Result) error, cancel context.CancelCauseFunc) error {
	var failed error
	send := func(res Result) {
		<-r.slots
		if failed == nil {
			if failed = emit(res); failed != nil {
				cancel(failed)
			}
		}
	}
	waiting, next := map[int]Result{}, 0
	for f := range r.done {
		if !ordered {
			send(f.Result)
			continue
		}
		waiting[f.index] = f.Result
		for res, ok := waiting[next]; ok; res, ok = waiting[next] {
			delete(waiting, next)
			next++
			send(res)
		}
	}
	return failed
}

// Worker analyzes single inputs, for those who get them from elsewhere than from Run.
func Worker(analyze Analyze, opt Options) func(ctx context.Context, worker int, c Candidate) (Result, error) {
	return (&run{opt: opt, analyze: analyze}).One
}

// One makes the result of one input. The error ends the run: the database failed, or ctx ended.
func (r *run) One(ctx context.Context, worker int, c Candidate) (Result, error) {
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	e := entry.Entry{Input: entry.Input{Path: c.Path, Size: c.Size, Dir: c.Dir}, Version: r.opt.Version, Options: r.opt.Options, Errors: []string{}}
	if c.Err != nil {
		kind, text := cannotRead(c.Path, c.Err)
		e.Fail(entry.Failed, kind, text)
		return r.unseen(ctx, worker, e)
	}
	in, err := Identify(c.Path, r.opt.Verify)
	if err != nil {
		kind, text := cannotRead(c.Path, err)
		e.Fail(entry.Failed, kind, text)
		return r.unseen(ctx, worker, e)
	}
	e.Input = in
	known, err := r.known(ctx, e)
	if err != nil {
		return Result{}, err
	}
	if known != nil {
		if r.opt.Watch != nil {
			r.opt.Watch.Done(worker, *known, true)
		}
		return Result{Entry: *known, Reused: true}, nil
	}
	return r.look(ctx, worker, e)
}

// known returns what the database has of the input, nil when it has to be analyzed.
func (r *run) known(ctx context.Context, e entry.Entry) (*entry.Entry, error) {
	if r.opt.Store == nil || r.opt.Again {
		return nil, nil
	}
	known, ok, err := r.opt.Store.Known(ctx, e.Path)
	if err != nil || !ok || !known.Same(e.Input) || known.Version != e.Version || known.Options != e.Options {
		return nil, err
	}
	return &known, nil
}

// look analyzes the input.
func (r *run) look(ctx context.Context, worker int, e entry.Entry) (Result, error) {
	if r.opt.Store != nil {
		crashes, err := r.opt.Store.Begin(context.WithoutCancel(ctx), e.Input) // cut short it may have counted or not
		if err != nil {
			return Result{}, err
		}
		if crashes > 0 && r.defers {
			if err := r.abandon(ctx, e.Path); err != nil {
				return Result{}, err
			}
			return Result{}, errLater
		}
		if crashes >= MaxCrashes && !r.opt.Again {
			e.Fail(entry.Crashed, "crashed", fmt.Sprintf("%s was left out: sosbond ended %d times while it analyzed it; --again tries once more", filepath.Base(e.Path), crashes))
			return r.keep(ctx, worker, e)
		}
	}
	if r.opt.Watch != nil {
		r.opt.Watch.Start(worker, e.Input)
	}
	doc, err := r.guarded(ctx, worker, e.Path)
	switch {
	case ctx.Err() != nil:
		return Result{}, errors.Join(context.Cause(ctx), r.abandon(ctx, e.Path))
	case err != nil:
		kind := "defect"
		if errors.Is(err, errTimeout) {
			kind = "timeout"
		}
		e.Fail(entry.Failed, kind, err.Error())
	default:
		if changed(e.Input) {
			e.Sum = "" // which no later look equals
			doc.Errors = append(doc.Errors, report.Error{
				Input: e.Path, Message: filepath.Base(e.Path) + " changed while it was read; scan it again when it is whole", Kind: "changed",
			})
		}
		e.Status, e.Document = statusOf(doc), &doc
		e.SetErrors(doc.Errors)
	}
	return r.keep(ctx, worker, e)
}

// abandon notes that it is not the input's fault that there is no result.
func (r *run) abandon(ctx context.Context, path string) error {
	if r.opt.Store == nil {
		return nil
	}
	return r.opt.Store.Abandon(context.WithoutCancel(ctx), path)
}

var errTimeout = errors.New("took longer than")

// guarded turns a panic of the analysis, and one that takes too long, into an error.
func (r *run) guarded(ctx context.Context, worker int, path string) (doc report.Document, err error) {
	if r.opt.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.opt.Timeout)
		defer cancel()
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s: sosbond failed on it, which is a defect of sosbond: %v%s", filepath.Base(path), v, ownFrame())
		}
	}()
	doc, err = r.analyze(ctx, path, func(read, size int64) {
		if r.opt.Watch != nil {
			r.opt.Watch.Progress(worker, read, size)
		}
	})
	if errors.Is(err, context.DeadlineExceeded) {
		err = fmt.Errorf("%s %w %v and was left out; --timeout gives it more", filepath.Base(path), errTimeout, r.opt.Timeout)
	}
	return doc, err
}

// ownFrame is the first place in sosbond on the stack of a panic that is being recovered, for the report of the defect.
func ownFrame() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // without Callers, ownFrame and the function that recovers
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "github.com/sosbond/sosbond/") {
			return fmt.Sprintf(" (at %s:%d)", filepath.Base(f.File), f.Line)
		}
		if !more {
			return ""
		}
	}
}

// changed reports whether the file is not the one any more that was identified: an upload may be under way.
func changed(in entry.Input) bool {
	if in.Dir {
		return false
	}
	info, err := os.Stat(in.Path)
	return err != nil || info.Size() != in.Size || info.ModTime().UnixNano() != in.Modified
}

func statusOf(doc report.Document) entry.Status {
	switch {
	case len(doc.Hosts) == 0:
		return entry.Failed
	case len(doc.Errors) > 0:
		return entry.Partial
	}
	for _, h := range doc.Hosts {
		if !h.Source.Complete {
			return entry.Partial
		}
	}
	return entry.Analyzed
}

// unseen saves that an input cannot be looked at, unless the database has its report: a disk that is away for a night must not cost what was found.
func (r *run) unseen(ctx context.Context, worker int, e entry.Entry) (Result, error) {
	if r.opt.Store != nil {
		known, ok, err := r.opt.Store.Known(ctx, e.Path)
		if err != nil {
			return Result{}, err
		}
		if ok && (known.Status == entry.Analyzed || known.Status == entry.Partial) {
			r.tell(worker, e)
			return Result{Entry: e}, nil
		}
	}
	return r.keep(ctx, worker, e)
}

// tell tells the watcher of an input that was looked at.
func (r *run) tell(worker int, e entry.Entry) {
	if r.opt.Watch != nil {
		r.opt.Watch.Done(worker, e, false)
	}
}

// keep saves the entry.
func (r *run) keep(ctx context.Context, worker int, e entry.Entry) (Result, error) {
	if r.opt.Store != nil {
		if err := r.opt.Store.Save(ctx, e); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			return Result{}, errors.Join(err, r.abandon(ctx, e.Path)) // that it was not saved is not the input's doing
		}
	}
	r.tell(worker, e)
	return Result{Entry: e}, nil
}

// cannotRead is what to note of an input that cannot even be looked at.
func cannotRead(path string, err error) (kind, text string) {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "missing", filepath.Base(path) + " does not exist: check its name"
	}
	return "unreadable", fmt.Sprintf("%s cannot be read (%v): check your right to read it", filepath.Base(path), err)
}
