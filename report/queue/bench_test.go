package queue_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/queue"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
)

// nowhere is a database of results that keeps nothing.
type nowhere struct{ store.Store }

func (nowhere) Begin(context.Context, entry.Input) (int, error)                   { return 0, nil }
func (nowhere) Save(context.Context, entry.Entry) error                           { return nil }
func (nowhere) Known(context.Context, string) (e entry.Entry, ok bool, err error) { return }

// BenchmarkEnqueue measures an input on its way into the queue.
func BenchmarkEnqueue(b *testing.B) {
	dsn := storetest.Postgres(b)
	paths := make([]string, 0, 2000)
	for i := range cap(paths) {
		paths = append(paths, fmt.Sprintf("/archive/%06d.tar.xz", i))
	}
	for b.Loop() {
		enqueue(b, dsn, listed(paths...), queue.Fill{})
		b.StopTimer()
		ask(b, dsn, `DELETE FROM river_job`)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(paths)), "µs/input")
}

// BenchmarkWork measures what the queue costs for an input whose analysis and result cost nothing.
func BenchmarkWork(b *testing.B) {
	for _, jobs := range []int{1, 2, 8} {
		b.Run(fmt.Sprintf("jobs=%d", jobs), func(b *testing.B) {
			dsn := storetest.Postgres(b)
			const inputs = 1000
			dir := files(b, numbered(inputs)...)
			for b.Loop() {
				b.StopTimer()
				enqueue(b, dsn, finder(dir), queue.Fill{})
				b.StartTimer()
				w := inProcess(nowhere{}, fine)
				w.Scan.Jobs, w.Beat, w.Stale = jobs, 0, 0
				check(b, queue.Work(context.Background(), dsn, w))
			}
			b.ReportMetric(float64(b.N*inputs)/b.Elapsed().Seconds(), "inputs/s")
		})
	}
}
