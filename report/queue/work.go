package queue

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"golang.org/x/sync/semaphore"

	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
)

// Worker is a process that empties the queue.
type Worker struct {
	Name string // for people; "" for the machine's
	// Analyze returns the analysis with these options, those of Fill.Scan.Options.
	Analyze func(options string) (scan.Analyze, error)
	Scan    scan.Options // Jobs, Timeout, Version, Store, Watch; the others come with the inputs
	Run     string       // not "": wait until the queue was filled for the run of that name
	Keep    bool         // stay when the queue is empty
	Mounts  []Mount
	Report  func(Status)      // how far the queue is, every ReportEvery and at the end; nil for nobody
	Log     func(line string) // what a person should know; nil for nobody

	ReportEvery time.Duration // 0: half a minute
	Grace       time.Duration // for what is under way when ctx ends; 0: 20 s
	Wait        time.Duration // for the queue to be filled for Run; 0: 10 min
	Beat, Stale time.Duration // of the heartbeat, and of its absence; 0: 5 s and 45 s; the same for all workers
}

const (
	fetchPause = 2 * time.Millisecond // between questions for inputs
	fetchPoll  = time.Second          // between questions when there were none, should the server's notification be lost
	idlePoll   = 500 * time.Millisecond
	stopWait   = 5 * time.Second // for River to end after all work was told to end
	saveWait   = 3 * time.Second // for a result that is ready when everything ends
)

func (w Worker) withDefaults() Worker {
	if w.Scan.Jobs <= 0 {
		w.Scan.Jobs = runtime.GOMAXPROCS(0)
	}
	if w.Report == nil {
		w.Report = func(Status) {}
	}
	if w.Log == nil {
		w.Log = func(string) {}
	}
	w.ReportEvery = cmp.Or(w.ReportEvery, 30*time.Second)
	w.Grace = cmp.Or(w.Grace, 20*time.Second)
	w.Wait = cmp.Or(w.Wait, 10*time.Minute)
	w.Beat = cmp.Or(w.Beat, defaultBeat)
	w.Stale = cmp.Or(w.Stale, defaultStale)
	return w
}

// Work takes inputs from the queue and analyzes them until none waits and none is at work anywhere, or, with Keep, until ctx ends. When ctx ends,
// what is under way may be finished within Grace; what is not goes back into the queue, and the error is nil.
func Work(ctx context.Context, dsn string, w Worker) error {
	w = w.withDefaults()
	d, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	defer d.closeSoon()
	p := newProcess(d, w)
	if err := p.join(ctx); err != nil {
		return d.explain(err)
	}
	defer p.leave()
	client, err := p.client()
	if err != nil {
		return d.explain(err)
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return d.explain(err)
	}
	p.log("%s takes inputs from the queue, %d at once", p.id, w.Scan.Jobs)
	stopBeats := p.keepBeating()
	err = p.attend(ctx)
	if err == nil {
		err = p.stop(ctx, client)
	} else {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWait)
		_ = client.StopAndCancel(ctx) // the error that brought us here is the one to tell; what cannot be given back is taken over
		cancel()
	}
	stopBeats()
	return err
}

// process is one Work.
type process struct {
	*database
	Worker
	id    string // unique
	sem   *semaphore.Weighted
	slots chan int   // numbers of workers for scan.Watcher
	fatal chan error // ends the process; holds one
	began time.Time  // when it started
	mu    sync.Mutex // guards what follows
	kinds map[string]scan.Analyze
	work  map[int64]bool // jobs under way here
	since time.Time      // of the first error of the database after which none succeeded
}

func newProcess(d *database, w Worker) *process {
	name := strings.ToValidUTF8(cmp.Or(w.Name, d.host, "worker"), "")
	p := &process{
		database: d, Worker: w, id: name[:min(len(name), 60)] + "-" + strings.ToLower(rand.Text()[:10]), began: time.Now(),
		sem: semaphore.NewWeighted(int64(w.Scan.Jobs)), slots: make(chan int, w.Scan.Jobs), fatal: make(chan error, 1),
		kinds: map[string]scan.Analyze{}, work: map[int64]bool{},
	}
	p.id = strings.ToValidUTF8(p.id, "")
	for n := range w.Scan.Jobs {
		p.slots <- n
	}
	return p
}

func (p *process) log(format string, args ...any) { p.Log(fmt.Sprintf(format, args...)) }

// fail ends the process; the first error is told.
func (p *process) fail(err error) {
	select {
	case p.fatal <- err:
	default:
	}
}

// client is River's part. Its leader's work is not needed: what it would look after goes by the clocks of the machines, see tend.
func (p *process) client() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, &taker{process: p})
	return river.NewClient(riverpgxv5.New(p.Pool), &river.Config{
		ID: p.id, Workers: workers, Queues: map[string]river.QueueConfig{queueName: {MaxWorkers: p.Scan.Jobs}},
		FetchCooldown: fetchPause, FetchPollInterval: fetchPoll, FetchOnlyKnownKinds: true,
		JobTimeout: -1, LeaderElectionDisabled: true, SoftStopTimeout: p.Grace,
		Logger: slog.New(slog.DiscardHandler), // what matters of it the heartbeat notices
	})
}

// attend waits until the work is done, ctx ends, or something ends the process.
func (p *process) attend(ctx context.Context) error {
	idle, report := time.NewTicker(idlePoll), time.NewTicker(p.ReportEvery)
	defer idle.Stop()
	defer report.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-p.fatal:
			return err
		case <-report.C:
			p.report(ctx)
		case <-idle.C:
			if p.Keep || p.busy() {
				continue
			}
			// An error of the database is the heartbeat's to judge: the server may be back in a moment.
			if done, err := p.done(ctx); done || errors.As(err, new(endError)) {
				return err
			}
		}
	}
}

func (p *process) busy() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.work) > 0
}

func (p *process) report(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, p.Stale)
	defer cancel()
	if s, err := p.status(ctx, p.Stale); err == nil { // a line of progress that is missing is no harm
		p.Report(s)
	}
}

// endError is why there is nothing to wait for.
type endError struct{ text string }

func (e endError) Error() string { return e.text }

// done reports whether nothing waits or is at work on any machine, and nobody is filling the queue.
func (p *process) done(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, p.Stale)
	defer cancel()
	var left, filling bool
	var last string
	err := p.QueryRow(ctx, `SELECT
		EXISTS (SELECT FROM river_job WHERE queue = $1 AND state = ANY ($4::text[]::river_job_state[])),
		EXISTS (SELECT FROM queue_fill WHERE finished IS NULL AND seen > now() - $2::interval),
		coalesce((SELECT CASE WHEN finished IS NULL THEN 'ended' ELSE 'finished' END FROM queue_fill WHERE $3 = '' OR run = $3 ORDER BY id DESC LIMIT 1), 'none')`,
		queueName, p.Stale, p.Run, unfinished).Scan(&left, &filling, &last)
	switch {
	case err != nil:
		return false, err
	case left || filling:
		return false, nil
	case last == "ended":
		return true, endError{"the process that filled the queue ended before it was through: fill it again, which adds nothing twice"}
	case last == "none" && p.Run != "":
		if time.Since(p.began) < p.Wait {
			return false, nil
		}
		return true, endError{fmt.Sprintf("nobody filled the queue for the run %q within %v", p.Run, p.Wait)}
	}
	return true, nil
}

// stop ends the work in an orderly way.
func (p *process) stop(ctx context.Context, client *river.Client[pgx.Tx]) error {
	interrupted := ctx.Err() != nil
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.Grace+stopWait)
	defer cancel()
	if err := client.Stop(ctx); err != nil {
		return p.explain(fmt.Errorf("the work does not end: %w; others take over what is left", err))
	}
	p.report(ctx)
	if interrupted {
		return nil
	}
	return p.givenUp(ctx)
}

// givenUp tells of inputs of which there is no result.
func (p *process) givenUp(ctx context.Context) error {
	rows, err := p.Query(ctx, `SELECT args, errors[array_upper(errors, 1)]->>'error' FROM river_job WHERE queue = $1 AND state = 'discarded' ORDER BY id`, queueName)
	if err != nil {
		return p.explain(err)
	}
	type lost struct {
		Args input
		Why  *string
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[lost])
	if err != nil || len(list) == 0 {
		return p.explain(err)
	}
	why := "for a reason that is not known"
	if list[0].Why != nil {
		why = *list[0].Why
	}
	return fmt.Errorf("inputs without a result after %d attempts: %d, the first of which is %s: %s",
		maxAttempts, len(list), filepath.Base(string(list[0].Args.Path)), why)
}

// taker gets the inputs from River.
type taker struct {
	river.WorkerDefaults[input]
	*process
}

// NextRetry implements river.Worker: soon, because an error is one of the database, which may be back.
func (t *taker) NextRetry(job *river.Job[input]) time.Time {
	return time.Now().Add(min(time.Duration(job.Attempt*job.Attempt)*time.Second, 30*time.Second))
}

// Work implements river.Worker. The result is saved before River is told that the input is done: should the process die in between, another one
// finds that nothing is to do.
func (t *taker) Work(ctx context.Context, job *river.Job[input]) error {
	t.mine(job.ID, true)
	defer t.mine(job.ID, false)
	weight := int64(1)
	if job.Attempt >= scan.MaxCrashes {
		weight = int64(t.Scan.Jobs) // alone: should it end the process again, it does so to no other
	}
	if err := t.sem.Acquire(ctx, weight); err != nil {
		return context.Cause(ctx)
	}
	defer t.sem.Release(weight)
	slot := <-t.slots
	defer func() { t.slots <- slot }()
	e, err := t.analyze(ctx, slot, job)
	if ctx.Err() != nil && err != nil {
		return context.Cause(ctx) // which River gives back without counting it
	}
	t.judge(err)
	if err != nil {
		return err
	}
	if e.Status != entry.Analyzed {
		return river.RecordOutput(ctx, e.Status)
	}
	return nil
}

func (p *process) mine(id int64, working bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if working {
		p.work[id] = true
	} else {
		delete(p.work, id)
	}
}

// judge ends the process when the database did nothing but fail for as long as a heartbeat may be missing.
func (p *process) judge(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil:
		p.since = time.Time{}
	case p.since.IsZero():
		p.since = time.Now()
	case time.Since(p.since) > p.Stale:
		p.fail(fmt.Errorf("no result can be saved: %w; the inputs stay in the queue", err))
	}
}

func (p *process) analyze(ctx context.Context, slot int, job *river.Job[input]) (entry.Entry, error) {
	in := job.Args
	path, below := here(string(in.Path), p.Mounts), here(string(in.Below), p.Mounts)
	db := view{Store: p.Scan.Store, path: string(in.Path), again: in.Again}
	if job.Attempt >= maxAttempts {
		return p.giveUp(ctx, db, job)
	}
	if err := sees(path, below); err != nil {
		return entry.Entry{}, p.giveBack(ctx, err)
	}
	analyze, err := p.kind(in.Options)
	if err != nil {
		return entry.Entry{}, p.giveBack(ctx, err)
	}
	opt := p.Scan
	opt.Options, opt.Verify, opt.Again, opt.Store = in.Options, in.Verify, false, db
	res, err := scan.Worker(analyze, opt)(ctx, slot, in.candidate(path))
	return res.Entry, err
}

// giveBack ends the process, which is not fit for the input, and thereby gives that back without counting the attempt.
func (p *process) giveBack(ctx context.Context, err error) error {
	p.fail(err)
	<-ctx.Done()
	return err
}

// giveUp notes that there is no result after so many attempts.
func (p *process) giveUp(ctx context.Context, db store.Store, job *river.Job[input]) (entry.Entry, error) {
	why := "the workers that had it ended"
	if n := len(job.Errors); n > 0 {
		why = job.Errors[n-1].Error
	}
	e := entry.Entry{
		Input:  entry.Input{Path: string(job.Args.Path), Size: job.Args.Size, Dir: job.Args.Dir},
		Status: entry.Crashed, Version: p.Scan.Version, Options: job.Args.Options,
		Errors: []string{fmt.Sprintf("%s was left out after %d attempts: %s", filepath.Base(string(job.Args.Path)), job.Attempt-1, why)},
	}
	return e, db.Save(ctx, e)
}

// kind returns the analysis with these options.
func (p *process) kind(options string) (scan.Analyze, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.kinds[options]; a != nil {
		return a, nil
	}
	a, err := p.Analyze(options)
	if err == nil {
		p.kinds[options] = a
	}
	return a, err
}

// view is the database of the results as the analysis of one input sees it: under the path that the input has in the queue, wherever it is here.
type view struct {
	store.Store
	path  string
	again bool // nothing is known: unlike scan.Options.Again, that of an input does not lift the bound of the crashes
}

// Begin implements store.Store.
func (v view) Begin(ctx context.Context, in entry.Input) (int, error) {
	in.Path = v.path
	return v.Store.Begin(ctx, in)
}

// Abandon implements store.Store.
func (v view) Abandon(ctx context.Context, _ string) error {
	ctx, cancel := context.WithTimeout(ctx, saveWait)
	defer cancel()
	return v.Store.Abandon(ctx, v.path)
}

// Save implements store.Store. A result that is ready is kept also when the work was stopped meanwhile.
func (v view) Save(ctx context.Context, e entry.Entry) error {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(saveWait, cancel) })()
	e.Path = v.path
	return v.Store.Save(lasting, e)
}

// Known implements store.Store.
func (v view) Known(ctx context.Context, _ string) (entry.Entry, bool, error) {
	if v.again {
		return entry.Entry{}, false, nil
	}
	return v.Store.Known(ctx, v.path)
}
