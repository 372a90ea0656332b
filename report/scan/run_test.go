package scan_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
)

// memory is a database that forgets at the end of the test. What a run does not call is that of the embedded nil.
type memory struct {
	store.Store
	mu      sync.Mutex
	saved   map[string]entry.Entry
	started map[string]int
	fail    error
}

func newMemory() *memory {
	return &memory{saved: map[string]entry.Entry{}, started: map[string]int{}}
}

func (m *memory) Begin(_ context.Context, in entry.Input) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.started[in.Path]++
	return m.started[in.Path] - 1, m.fail
}

func (m *memory) Abandon(_ context.Context, path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.started[path]--; m.started[path] == 0 {
		delete(m.started, path)
	}
	return nil
}

func (m *memory) count(path string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.started[path]
}

func (m *memory) Save(_ context.Context, e entry.Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.started, e.Path)
	m.saved[e.Path] = e
	return m.fail
}

func (m *memory) Known(_ context.Context, path string) (entry.Entry, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.saved[path]
	e.Document = nil
	return e, ok, nil
}

func finder(paths ...string) scan.Finder {
	return func(f func(scan.Candidate) bool) error {
		_, err := scan.Find(context.Background(), paths, kinds, nil, f)
		return err
	}
}

func fine(_ context.Context, path string, progress func(read, size int64)) (report.Document, error) {
	progress(1, 1)
	return report.Document{Hosts: []report.Host{{Name: filepath.Base(path), Source: report.Source{Complete: true}}}}, nil
}

// runAll runs and shows each result as "name status reused".
func runAll(t *testing.T, find scan.Finder, a scan.Analyze, opt scan.Options) (lines []string, results []scan.Result) {
	t.Helper()
	check(t, scan.Run(context.Background(), find, a, opt, true, func(r scan.Result) error {
		line := filepath.Base(r.Entry.Path) + " " + string(r.Entry.Status)
		if r.Reused {
			line += " reused"
		}
		lines, results = append(lines, line), append(results, r)
		return nil
	}))
	return lines, results
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRunKeepsTheOrder(t *testing.T) {
	var names, want []string
	for i := range 60 {
		names = append(names, fmt.Sprintf("%02d.tar", i))
		want = append(want, names[i]+" analyzed")
	}
	dir := tree(t, names...)
	var under, most atomic.Int64
	slowFirst := func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		if n := under.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer under.Add(-1)
		if filepath.Base(path) == "00.tar" {
			time.Sleep(20 * time.Millisecond) // the others overtake it
		}
		return fine(ctx, path, progress)
	}
	got, _ := runAll(t, finder(dir), slowFirst, scan.Options{Jobs: 4})
	same(t, "results", got, want...)
	if most.Load() > 4 {
		t.Errorf("%d inputs were analyzed at once by 4 workers", most.Load())
	}
}

func TestRunOutcomes(t *testing.T) {
	dir := tree(t, "broken.tar", "fine.tar", "growing.tar", "incomplete.tar", "nothing.tar", "panics.tar", "slow.tar")
	analyze := func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		doc, _ := fine(ctx, path, progress)
		switch filepath.Base(path) {
		case "broken.tar":
			doc.Errors = []report.Error{{Input: "broken.tar", Message: "broken.tar is damaged"}}
		case "incomplete.tar":
			doc.Hosts[0].Source.Complete = false
		case "nothing.tar":
			doc = report.Document{Errors: []report.Error{{Message: "nothing.tar is no report"}}}
		case "panics.tar":
			var none []int
			_ = none[len(path)]
		case "slow.tar":
			<-ctx.Done()
			return doc, ctx.Err()
		case "growing.tar":
			return doc, os.WriteFile(path, []byte("ARCHIVE that grew"), 0o644)
		}
		return doc, nil
	}
	db := newMemory()
	got, results := runAll(t, finder(dir, filepath.Join(dir, "missing.tar")), analyze, scan.Options{Jobs: 2, Timeout: 300 * time.Millisecond, Store: db})
	same(t, "results", got, "broken.tar partial", "fine.tar analyzed", "growing.tar partial", "incomplete.tar partial", "nothing.tar failed", "panics.tar failed",
		"slow.tar failed", "missing.tar failed")
	for i, want := range []string{"broken.tar is damaged", "", "growing.tar changed while it was read", "", "nothing.tar is no report",
		"panics.tar: sosbond failed on it, which is a defect of sosbond: runtime error: index out of range", "slow.tar took longer than 300ms", "missing.tar does not exist"} {
		errs := strings.Join(results[i].Entry.Errors, "\n")
		if want == "" && errs != "" || !strings.Contains(errs, want) || strings.Contains(errs, "\n") {
			t.Errorf("%s: %q, want %q", results[i].Entry.Path, errs, want)
		}
	}
	if !strings.Contains(results[5].Entry.Errors[0], "run_test.go:") {
		t.Errorf("the place of the panic is not told: %s", results[5].Entry.Errors[0])
	}
	if len(db.saved) != 8 || len(db.started) != 0 {
		t.Errorf("%d inputs saved, %d left as started", len(db.saved), len(db.started))
	}
}

func TestRunReuses(t *testing.T) {
	dir := tree(t, "a.tar", "b.tar")
	db := newMemory()
	opt := scan.Options{Store: db, Version: "1.0"}
	got, _ := runAll(t, finder(dir), fine, opt)
	same(t, "first run", got, "a.tar analyzed", "b.tar analyzed")
	got, _ = runAll(t, finder(dir), fine, opt)
	same(t, "second run", got, "a.tar analyzed reused", "b.tar analyzed reused")
	check(t, os.WriteFile(filepath.Join(dir, "b.tar"), []byte("ARCHIVE another"), 0o644))
	got, _ = runAll(t, finder(dir), fine, opt)
	same(t, "after a change", got, "a.tar analyzed reused", "b.tar analyzed")
	opt.Options = "deep"
	got, _ = runAll(t, finder(dir), fine, opt)
	same(t, "with other options", got, "a.tar analyzed", "b.tar analyzed")
	opt.Version = "1.1"
	got, _ = runAll(t, finder(dir), fine, opt)
	same(t, "by another version", got, "a.tar analyzed", "b.tar analyzed")
	opt.Again = true
	got, _ = runAll(t, finder(dir), fine, opt)
	same(t, "again", got, "a.tar analyzed", "b.tar analyzed")
}

func TestRunLeavesOutWhatKillsIt(t *testing.T) {
	dir := tree(t, "a.tar", "killer.tar")
	db := newMemory()
	killer := filepath.Join(dir, "killer.tar")
	db.started[killer] = scan.MaxCrashes - 1
	got, _ := runAll(t, finder(dir), fine, scan.Options{Store: db})
	same(t, "an input that was under way when the run was killed", got, "a.tar analyzed", "killer.tar analyzed")
	db.started[killer] = scan.MaxCrashes
	delete(db.saved, killer)
	got, results := runAll(t, finder(dir), fine, scan.Options{Store: db})
	same(t, "an input that kills the program", got, "a.tar analyzed reused", "killer.tar crashed")
	if !strings.Contains(results[1].Entry.Errors[0], "--again") {
		t.Error(results[1].Entry.Errors)
	}
	got, _ = runAll(t, finder(dir), fine, scan.Options{Store: db, Again: true})
	same(t, "again", got, "a.tar analyzed", "killer.tar analyzed")
}

// TestRunLeavesSuspectsForTheEnd: an input that was under way when the program ended is analyzed last, with nothing beside it, and a run that is killed
// before has not counted it again.
func TestRunLeavesSuspectsForTheEnd(t *testing.T) {
	var names []string
	for i := range 40 {
		names = append(names, fmt.Sprintf("%02d.tar", i))
	}
	dir := tree(t, names...)
	db := newMemory()
	suspects := []string{"00.tar", "01.tar", "07.tar"}
	for _, n := range suspects {
		db.started[filepath.Join(dir, n)] = 2
	}
	var order []string
	var mu sync.Mutex
	var under atomic.Int64
	analyze := func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		n := under.Add(1)
		defer under.Add(-1)
		mu.Lock()
		order = append(order, filepath.Base(path))
		if slices.Contains(suspects, filepath.Base(path)) && (n != 1 || len(order) <= 37) {
			t.Errorf("%s is number %d, %d are under way", path, len(order), n)
		}
		if len(order) == 30 && db.count(filepath.Join(dir, "00.tar")) != 2 {
			t.Errorf("a suspect was started %d times", db.count(filepath.Join(dir, "00.tar")))
		}
		mu.Unlock()
		return fine(ctx, path, progress)
	}
	check(t, scan.Run(context.Background(), finder(dir), analyze, scan.Options{Jobs: 2, Store: db}, false, func(scan.Result) error { return nil }))
	if len(order) != 40 || len(db.saved) != 40 || len(db.started) != 0 {
		t.Errorf("%d analyzed, %d saved, %d left as started", len(order), len(db.saved), len(db.started))
	}
}

func TestRunEnds(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("%02d.tar", i))
	}
	dir := tree(t, names...)
	full := errors.New("disk full")
	none := func(scan.Result) error { return nil }
	t.Run("by the database", func(t *testing.T) {
		db := newMemory()
		db.fail = full
		if err := scan.Run(context.Background(), finder(dir), fine, scan.Options{Store: db}, false, none); !errors.Is(err, full) {
			t.Error(err)
		}
	})
	t.Run("by the output", func(t *testing.T) {
		n := 0
		err := scan.Run(context.Background(), finder(dir), fine, scan.Options{Jobs: 2}, false, func(scan.Result) error { n++; return full })
		if !errors.Is(err, full) || n != 1 {
			t.Error(n, err)
		}
	})
	t.Run("by the search", func(t *testing.T) {
		if err := scan.Run(context.Background(), func(func(scan.Candidate) bool) error { return full }, fine, scan.Options{}, false, none); !errors.Is(err, full) {
			t.Error(err)
		}
	})
	t.Run("by the user", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		db := newMemory()
		wait := func(ctx context.Context, _ string, _ func(read, size int64)) (report.Document, error) {
			cancel()
			<-ctx.Done()
			return report.Document{}, ctx.Err()
		}
		if err := scan.Run(ctx, finder(dir), wait, scan.Options{Store: db, Jobs: 3}, false, none); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if len(db.saved) != 0 || len(db.started) != 0 {
			t.Errorf("%d saved, %d left as started", len(db.saved), len(db.started))
		}
	})
}
