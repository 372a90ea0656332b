package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/sosbond/sosbond/report/scan"
)

// batch is how many inputs are sent to the server at once.
const batch = 500

// Fill says how inputs are put into the queue.
type Fill struct {
	Run   string       // what the user calls the run; "" for the time
	Roots []string     // absolute paths of the folders that are searched: what tells a machine that does not see the files from a file that is gone
	Scan  scan.Options // Options, Again and Verify go with each input; Store and Version note those that cannot even be looked at
	Beat  time.Duration
}

// Filled counts what was put into the queue.
type Filled struct {
	Added      int
	Known      int // waited in the queue already, or were at work
	Unreadable int // cannot be looked at: they are in the database of the results as failed
}

// Enqueue puts the inputs that find finds into the queue. What it did before an error stays there; doing it again adds nothing twice.
func Enqueue(ctx context.Context, dsn string, find scan.Finder, opt Fill) (Filled, error) {
	d, err := open(ctx, dsn)
	if err != nil {
		return Filled{}, err
	}
	defer d.Close()
	client, err := river.NewClient(riverpgxv5.New(d.Pool), &river.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return Filled{}, d.explain(err)
	}
	if opt.Run == "" {
		opt.Run = time.Now().UTC().Format("2006-01-02T15:04:05Z")
	}
	if opt.Beat == 0 {
		opt.Beat = defaultBeat
	}
	f := &filling{database: d, Fill: opt, client: client}
	if err := f.begin(ctx); err != nil {
		return Filled{}, d.explain(err)
	}
	stop := f.beats(ctx)
	err = f.fill(ctx, find)
	stop()
	if err != nil {
		return f.Filled, err
	}
	_, err = d.Exec(ctx, `UPDATE queue_fill SET finished = now(), seen = now(), added = $2, known = $3 WHERE id = $1`, f.id, f.Added, f.Known)
	return f.Filled, d.explain(err)
}

// filling is one Enqueue.
type filling struct {
	*database
	Fill
	Filled
	client *river.Client[pgx.Tx]
	id     int64 // in queue_fill
	wait   []river.InsertManyParams
}

// begin notes that the queue is being filled, so that no worker takes it for empty. When everything in it is done, that is forgotten first: progress is
// that of the runs since.
func (f *filling) begin(ctx context.Context) error {
	return f.locked(ctx, fillLock, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM river_job WHERE queue = $1 AND finalized_at IS NOT NULL
			AND NOT EXISTS (SELECT FROM river_job WHERE queue = $1 AND finalized_at IS NULL)
			AND NOT EXISTS (SELECT FROM queue_fill WHERE finished IS NULL AND seen > now() - $2::interval)`, queueName, defaultStale)
		if err != nil {
			return err
		}
		if _, err = tx.Exec(ctx, `DELETE FROM queue_fill WHERE seen < now() - interval '90 days'`); err != nil {
			return err
		}
		return tx.QueryRow(ctx, `INSERT INTO queue_fill (run, host) VALUES ($1, $2) RETURNING id`, f.Run, f.host).Scan(&f.id)
	})
}

// beats says every now and then that the search goes on.
func (f *filling) beats(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(f.Beat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				// One that is missed costs nothing; if the server is away, the inputs cannot be sent either, which is told.
				_, _ = f.Exec(ctx, `UPDATE queue_fill SET seen = now() WHERE id = $1`, f.id)
			}
		}
	}()
	return func() { cancel(); <-gone }
}

func (f *filling) fill(ctx context.Context, find scan.Finder) error {
	note := scan.Worker(nil, scan.Options{Version: f.Scan.Version, Options: f.Scan.Options, Store: f.Scan.Store})
	var failed error
	err := find(func(c scan.Candidate) bool {
		if c.Err != nil {
			f.Unreadable++
			_, failed = note(ctx, 0, c) // which analyzes nothing
			return failed == nil
		}
		f.wait = append(f.wait, river.InsertManyParams{Args: f.input(c)})
		if len(f.wait) >= batch {
			failed = f.send(ctx)
		}
		return failed == nil
	})
	if failed != nil {
		return failed
	}
	if err != nil {
		return err
	}
	return f.send(ctx)
}

func (f *filling) input(c scan.Candidate) input {
	return input{
		Path: pathText(c.Path), Below: pathText(f.below(c.Path)), Size: c.Size, Dir: c.Dir,
		Options: f.Scan.Options, Again: f.Scan.Again, Verify: f.Scan.Verify, Run: f.Run,
	}
}

// below is the folder that was searched for the input.
func (f *filling) below(path string) string {
	best := filepath.Dir(path)
	for _, root := range f.Roots {
		if isBelow(path, root) && len(root) < len(best) {
			best = root
		}
	}
	return best
}

// isBelow reports whether a path is in the folder, at any depth.
func isBelow(path, folder string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(folder, "/"))
	return ok && len(rest) > 1 && rest[0] == '/'
}

// send puts what was collected into the queue.
func (f *filling) send(ctx context.Context) error {
	if len(f.wait) == 0 {
		return nil
	}
	results, err := f.client.InsertMany(ctx, f.wait)
	if err != nil {
		return f.explain(err)
	}
	f.wait = f.wait[:0]
	for _, r := range results {
		if !r.UniqueSkippedAsDuplicate {
			f.Added++
			continue
		}
		f.Known++
		var there input
		if err := json.Unmarshal(r.Job.EncodedArgs, &there); err != nil {
			return f.explain(err)
		}
		if there.Options != f.Scan.Options {
			return fmt.Errorf("%s waits in the queue already, with other flags (%s instead of %s): let the workers finish it first",
				filepath.Base(string(there.Path)), flagsOrNone(there.Options), flagsOrNone(f.Scan.Options))
		}
	}
	return nil
}

func flagsOrNone(options string) string {
	if options == "" {
		return "none"
	}
	return options
}
