package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/store/storetest"
)

// BenchmarkSave is what a database costs a scan for each archive: Begin and Save. The time of the processor is also right on a busy machine.
func BenchmarkSave(b *testing.B) {
	docs := golden(b)
	for _, c := range []struct {
		name  string
		doc   string
		where func(b *testing.B) string
	}{
		{"SQLite-small", "lacp-libvirt", func(b *testing.B) string { return filepath.Join(b.TempDir(), "reports.db") }},
		{"SQLite-big", "rr-loop", func(b *testing.B) string { return filepath.Join(b.TempDir(), "reports.db") }},
		{"PostgreSQL-small", "lacp-libvirt", func(b *testing.B) string { return storetest.Postgres(b) }},
	} {
		doc := docs[c.doc]
		b.Run(fmt.Sprintf("%s-%dKB-%dfindings", c.name, len(toJSON(b, doc))/1024, len(doc.Hosts[0].Findings)), func(b *testing.B) {
			s := open(b, c.where(b))
			before := processor(b)
			i := 0
			for b.Loop() {
				e := entry.Entry{Input: input(fmt.Sprintf("/archive/customers/2026/%d/sosreport.tar.xz", i)), Status: entry.Analyzed, Document: &doc}
				if _, err := s.Begin(b.Context(), e.Input); err != nil {
					b.Fatal(err)
				}
				save(b, s, e)
				i++
			}
			b.ReportMetric(float64(processor(b)-before)/float64(i), "cpu-ns/op")
		})
	}
}

// processor is the time that this process has taken, in nanoseconds.
func processor(b *testing.B) int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
