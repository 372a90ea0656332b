package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// rateWindow is how far back the rate looks.
const rateWindow = 5 * time.Minute

// Status says how far the queue is, since it was empty the last time.
type Status struct {
	Run       string // that the queue was last filled for; "" when it never was
	Filling   bool   // somebody is still searching for inputs
	Broken    bool   // the process that filled it last ended before it was through
	Available int    // wait, also to be tried again
	Running   int
	Done      int // with those that follow
	Partial   int // could not be read wholly
	Failed    int // could not be read at all, or ended the program
	Lost      int // given up without a result: the database failed
	Workers   []Alive
	Rate      float64       // inputs done in a minute, over the last five
	Left      time.Duration // that the rest takes at this rate; 0: not known
}

// Alive is a process that empties the queue.
type Alive struct {
	Name    string
	Host    string
	Version string
	Jobs    int
	Seen    time.Duration // since its last heartbeat
	Reading []string      // paths, as in the queue
}

// ReadStatus asks how far the queue is.
func ReadStatus(ctx context.Context, dsn string) (Status, error) {
	d, err := open(ctx, dsn)
	if err != nil {
		return Status{}, err
	}
	defer d.Close()
	return d.status(ctx, defaultStale)
}

func (d *database) status(ctx context.Context, stale time.Duration) (Status, error) {
	var s Status
	err := pgx.BeginTxFunc(ctx, d.Pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) (err error) {
		if s, err = readCounts(ctx, tx, stale); err != nil {
			return err
		}
		if s.Workers, err = readWorkers(ctx, tx, stale); err != nil {
			return err
		}
		return s.readRate(ctx, tx)
	})
	return s, d.explain(err)
}

func readCounts(ctx context.Context, tx pgx.Tx, stale time.Duration) (Status, error) {
	var s Status
	err := tx.QueryRow(ctx, `SELECT
			count(*) FILTER (WHERE finalized_at IS NULL AND state <> 'running'),
			count(*) FILTER (WHERE state = 'running'),
			count(*) FILTER (WHERE finalized_at IS NOT NULL),
			count(*) FILTER (WHERE state = 'completed' AND metadata->>'output' = 'partial'),
			count(*) FILTER (WHERE state = 'completed' AND metadata->>'output' IN ('failed', 'crashed')),
			count(*) FILTER (WHERE state IN ('discarded', 'cancelled'))
		FROM river_job WHERE queue = $1`, queueName).Scan(&s.Available, &s.Running, &s.Done, &s.Partial, &s.Failed, &s.Lost)
	if err != nil {
		return s, err
	}
	rows, err := tx.Query(ctx, `SELECT run, finished IS NULL AND seen > now() - $1::interval, finished IS NULL AND seen <= now() - $1::interval
		FROM queue_fill ORDER BY id DESC LIMIT 1`, stale)
	if err != nil {
		return s, err
	}
	_, err = pgx.ForEachRow(rows, []any{&s.Run, &s.Filling, &s.Broken}, func() error { return nil })
	return s, err
}

func readWorkers(ctx context.Context, tx pgx.Tx, stale time.Duration) ([]Alive, error) {
	rows, err := tx.Query(ctx, `SELECT name, host, version, jobs, now() - seen FROM queue_worker WHERE seen > now() - $1::interval ORDER BY host, name`, stale)
	if err != nil {
		return nil, err
	}
	var list []Alive
	at := map[string]int{}
	var w Alive
	_, err = pgx.ForEachRow(rows, []any{&w.Name, &w.Host, &w.Version, &w.Jobs, &w.Seen}, func() error {
		at[w.Name] = len(list)
		list = append(list, w)
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows, err = tx.Query(ctx, `SELECT `+last+`, args FROM river_job WHERE queue = $1 AND state = 'running' ORDER BY attempted_at, id`, queueName)
	if err != nil {
		return nil, err
	}
	var name string
	var in input
	_, err = pgx.ForEachRow(rows, []any{&name, &in}, func() error {
		if n, ok := at[name]; ok {
			list[n].Reading = append(list[n].Reading, string(in.Path))
		}
		return nil
	})
	return list, err
}

// readRate works out the rate and the time left, by the bytes where they are known. attempted_at is the server's time, finalized_at a machine's.
func (s *Status) readRate(ctx context.Context, tx pgx.Tx) error {
	var done int
	var bytes, left int64
	var took time.Duration
	err := tx.QueryRow(ctx, `WITH j AS (
			SELECT finalized_at IS NULL AS open, (args->>'size')::bigint AS size, attempted_at FROM river_job WHERE queue = $1
		), recent AS (SELECT * FROM j WHERE NOT open AND attempted_at > now() - $2::interval)
		SELECT (SELECT count(*) FROM recent), (SELECT coalesce(sum(size), 0)::bigint FROM recent),
			(SELECT coalesce(sum(size), 0)::bigint FROM j WHERE open),
			coalesce((SELECT least(now() - min(attempted_at), $2::interval) FROM recent), interval '0')`,
		queueName, rateWindow).Scan(&done, &bytes, &left, &took)
	if err != nil || done == 0 || took <= 0 {
		return err
	}
	s.Rate = float64(done) / took.Minutes()
	toDo := float64(s.Available+s.Running) / float64(done)
	if bytes > 0 {
		toDo = float64(left) / float64(bytes)
	}
	if s.Available+s.Running > 0 {
		s.Left = time.Duration(toDo * float64(took))
	}
	return nil
}

// Line is the status in one line.
func (s Status) Line() string {
	total := s.Available + s.Running + s.Done
	text := fmt.Sprintf("%d of %d inputs done", s.Done, total)
	if s.Filling {
		text += " so far"
	}
	text += fmt.Sprintf(", %d at work (workers: %d)", s.Running, len(s.Workers))
	if s.Rate > 0 && s.Available+s.Running > 0 {
		text += fmt.Sprintf(", %.0f/min", s.Rate)
	}
	if s.Left > 0 {
		text += ", about " + s.Left.Round(time.Second).String() + " left"
	}
	for _, x := range []struct {
		n    int
		what string
	}{{s.Partial, "not read wholly"}, {s.Failed, "not read"}, {s.Lost, "without a result"}} {
		if x.n > 0 {
			text += fmt.Sprintf(", %d %s", x.n, x.what)
		}
	}
	return text
}
