package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// join announces the process.
func (p *process) join(ctx context.Context) error {
	_, err := p.Exec(ctx, `INSERT INTO queue_worker (name, host, version, jobs) VALUES ($1, $2, $3, $4)
		ON CONFLICT (name) DO UPDATE SET seen = now()`, p.id, p.host, p.Scan.Version, p.Scan.Jobs)
	return err
}

// leave takes the process off the list. Without it the others would wait for its heartbeat.
func (p *process) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), p.Beat)
	defer cancel()
	_, _ = p.Exec(ctx, `DELETE FROM queue_worker WHERE name = $1`, p.id) // else it is missed after a while
}

// keepBeating sends heartbeats and looks after the queue. When the server is out of reach for so long that the others take this process for dead, it
// ends the process. One failure says nothing, however late: the machine may have slept meanwhile.
func (p *process) keepBeating() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		tick := time.NewTicker(p.Beat)
		defer tick.Stop()
		var since time.Time // of the first failure after which none succeeded
		strays := map[int64]time.Time{}
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := p.beat(ctx, strays)
			switch {
			case err == nil:
				since = time.Time{}
			case since.IsZero():
				since = time.Now()
			case time.Since(since) > p.Stale && ctx.Err() == nil:
				p.fail(fmt.Errorf("%s does not answer any more: %w; what is done is saved, what is not stays in the queue", p.name, err))
			}
		}
	}()
	return func() { cancel(); <-gone }
}

// beat is one heartbeat.
func (p *process) beat(ctx context.Context, strays map[int64]time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, p.Stale/2)
	defer cancel()
	if err := p.join(ctx); err != nil {
		return err
	}
	if err := p.takeOver(ctx); err != nil {
		return err
	}
	if err := p.collectStrays(ctx, strays); err != nil {
		return err
	}
	return p.tend(ctx)
}

// available makes an input available to all. River's own columns stay as River leaves them.
const available = `UPDATE river_job SET state = 'available', scheduled_at = now(),
	errors = array_append(errors, jsonb_build_object('at', now(), 'attempt', attempt, 'error', $2::text, 'trace', ''))`

// last is the process that an input is at.
const last = `attempted_by[array_upper(attempted_by, 1)]`

// takeOver gives inputs back whose process was not heard of. Should it be alive after all, two analyze them, which does no harm.
func (p *process) takeOver(ctx context.Context) error {
	rows, err := p.Query(ctx, available+` WHERE queue = $1 AND state = 'running' AND attempted_at < now() - $3::interval
		AND NOT EXISTS (SELECT FROM queue_worker WHERE name = `+last+` AND seen > now() - $3::interval)
		RETURNING `+last, queueName, "its worker was not heard of any more", p.Stale)
	if err != nil {
		return err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(names) == 0 {
		return err
	}
	had := map[string]int{}
	for _, n := range names {
		had[n]++
	}
	for _, n := range slices.Sorted(maps.Keys(had)) {
		p.log("%s was not heard of for %v: its inputs are given to others (%d)", n, p.Stale, had[n])
	}
	return nil
}

// collectStrays gives inputs back that the server believes to be here and that are not: while it was away, it could not be told that they were done, or
// it gave them and the answer was lost. Between the server's word and ours there is always a moment, so strays, by the time when they were first seen,
// count after a while.
func (p *process) collectStrays(ctx context.Context, strays map[int64]time.Time) error {
	rows, err := p.Query(ctx, `SELECT id FROM river_job WHERE queue = $1 AND state = 'running' AND `+last+` = $2`, queueName, p.id)
	if err != nil {
		return err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return err
	}
	p.mu.Lock()
	ids = slices.DeleteFunc(ids, func(id int64) bool { return p.work[id] })
	p.mu.Unlock()
	maps.DeleteFunc(strays, func(id int64, _ time.Time) bool { return !slices.Contains(ids, id) })
	var lost []int64
	for _, id := range ids {
		if first, ok := strays[id]; !ok {
			strays[id] = time.Now()
		} else if time.Since(first) > p.Stale {
			lost = append(lost, id)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	_, err = p.Exec(ctx, available+` WHERE queue = $1 AND state = 'running' AND `+last+` = $4 AND id = ANY ($3)`,
		queueName, "the server was not told what became of it", lost, p.id)
	return err
}

// tend does what River's leader would do, by the clock of the server. An input that is to wait longer than any does is one of a machine whose clock is
// ahead.
func (p *process) tend(ctx context.Context) error {
	_, err := p.Exec(ctx, `UPDATE river_job SET state = 'available', scheduled_at = now() WHERE queue = $1
		AND (state IN ('retryable', 'scheduled') AND scheduled_at <= now() OR state IN ('retryable', 'scheduled', 'available') AND scheduled_at > now() + interval '1 minute')`,
		queueName)
	if err != nil {
		return err
	}
	_, err = p.Exec(ctx, `DELETE FROM queue_worker WHERE seen < now() - interval '1 hour'`)
	return err
}
