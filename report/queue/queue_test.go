package queue_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/queue"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
)

// childOf is the environment variable that makes this program a worker.
const childOf = "SOSBOND_TEST_QUEUE_WORKER"

func TestMain(m *testing.M) {
	if config := os.Getenv(childOf); config != "" {
		os.Exit(child(config))
	}
	flag.Parse()
	if err := flag.Set("test.parallel", "4"); err != nil { // they wait most of the time
		panic(err)
	}
	os.Exit(m.Run())
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The heartbeats of the tests.
const (
	beat  = 50 * time.Millisecond
	stale = 2 * time.Second
)

// childConfig says what a worker process does.
type childConfig struct {
	DSN, Run    string
	Jobs        int
	HangAt      int // number of the analysis at which it does nothing any more; 0: none
	Grace       time.Duration
	Beat, Stale time.Duration
}

// child is a worker process. It writes a line for each thing that happens.
func child(config string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	var c childConfig
	var mu sync.Mutex
	say := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...)
	}
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		say("error %v", err)
		return 2
	}
	db, err := store.Open(ctx, c.DSN)
	if err != nil {
		say("error %v", err)
		return 2
	}
	begun, input := 0, bufio.NewReader(os.Stdin)
	analyze := func(ctx context.Context, path string, _ func(read, size int64)) (report.Document, error) {
		name := filepath.Base(path)
		mu.Lock()
		begun++
		hang := begun == c.HangAt
		mu.Unlock()
		say("begin %s", name)
		switch kind, _, _ := strings.Cut(name, "-"); {
		case hang:
			select {} // until it is killed
		case kind == "killer":
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		case kind == "block":
			<-ctx.Done()
			return report.Document{}, ctx.Err()
		case kind == "hold": // until it gets a line
			_, _ = input.ReadString('\n')
		default:
			time.Sleep(8 * time.Millisecond) // the work
		}
		say("end %s", name)
		return document(name), nil
	}
	err = queue.Work(ctx, c.DSN, queue.Worker{
		Name: "test", Run: c.Run, Grace: c.Grace, Beat: c.Beat, Stale: c.Stale,
		Analyze: func(string) (scan.Analyze, error) { return analyze, nil },
		Scan:    scan.Options{Jobs: c.Jobs, Version: "1", Store: db},
		Log:     func(line string) { say("log %s", line) },
	})
	if err != nil {
		say("error %v", err)
		return 1
	}
	return 0
}

func document(name string) report.Document {
	return report.Document{Hosts: []report.Host{{Name: "host of " + name, Source: report.Source{Path: name, Complete: true}}}}
}

// worker is a worker process that a test started.
type worker struct {
	*exec.Cmd
	t     *testing.T
	stdin io.Writer
	said  chan string // closed at its end
	lines []string    // those that were read
}

func start(t *testing.T, c childConfig) *worker {
	t.Helper()
	if c.Beat == 0 {
		c.Beat, c.Stale = beat, stale
	}
	config, err := json.Marshal(c)
	check(t, err)
	w := &worker{Cmd: exec.Command(os.Args[0]), t: t, said: make(chan string, 10000)}
	w.Env = append(os.Environ(), childOf+"="+string(config))
	w.Stderr = os.Stderr
	w.stdin, err = w.StdinPipe()
	check(t, err)
	out, err := w.StdoutPipe()
	check(t, err)
	check(t, w.Start())
	t.Cleanup(func() { _ = w.Process.Kill() })
	go func() {
		defer close(w.said)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			w.said <- lines.Text()
		}
	}()
	return w
}

// patience is how long a test waits for what should happen at once, on a machine that is busy.
const patience = time.Minute

// until reads what the worker says until a line begins so.
func (w *worker) until(prefix string) string {
	w.t.Helper()
	late := time.After(patience)
	for {
		select {
		case line, ok := <-w.said:
			if !ok {
				w.t.Fatalf("the worker ended without %q; it said:\n%s", prefix, strings.Join(w.lines, "\n"))
			}
			w.lines = append(w.lines, line)
			if strings.HasPrefix(line, prefix) {
				return line
			}
		case <-late:
			w.t.Fatalf("the worker did not say %q within %v; it said:\n%s", prefix, patience, strings.Join(w.lines, "\n"))
		}
	}
}

// end waits for the end of the worker and returns its exit status, -1 for a signal.
func (w *worker) end() int {
	w.t.Helper()
	late := time.AfterFunc(patience, func() { _ = w.Process.Kill() })
	for line := range w.said {
		w.lines = append(w.lines, line)
	}
	_ = w.Wait()
	if !late.Stop() {
		w.t.Fatalf("the worker did not end within %v; it said:\n%s", patience, strings.Join(w.lines, "\n"))
	}
	return w.ProcessState.ExitCode()
}

// names lists what the worker said it began, or ended.
func (w *worker) names(what string) (list []string) {
	for _, line := range w.lines {
		if name, ok := strings.CutPrefix(line, what+" "); ok {
			list = append(list, name)
		}
	}
	return list
}

func (w *worker) signal(s syscall.Signal) {
	w.t.Helper()
	check(w.t, w.Process.Signal(s))
}

// files makes inputs with these names.
func files(t testing.TB, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		check(t, os.WriteFile(filepath.Join(dir, n), []byte("ARCHIVE "+n), 0o644))
	}
	return dir
}

func numbered(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprintf("report-%03d", i))
	}
	return names
}

// finder finds the inputs in folders.
func finder(paths ...string) scan.Finder {
	kinds := scan.Kinds{
		Archive: func(head []byte) bool { return bytes.HasPrefix(head, []byte("ARCHIVE")) },
		Report:  func([]string) bool { return false },
		Gather:  func([]string) bool { return false },
	}
	return func(f func(scan.Candidate) bool) error {
		_, err := scan.Find(context.Background(), paths, kinds, nil, f)
		return err
	}
}

// listed finds inputs of these paths, whether they are there or not.
func listed(paths ...string) scan.Finder {
	return func(f func(scan.Candidate) bool) error {
		for _, p := range paths {
			if !f(scan.Candidate{Path: p, Size: 1}) {
				break
			}
		}
		return nil
	}
}

func enqueue(t testing.TB, dsn string, find scan.Finder, opt queue.Fill) queue.Filled {
	t.Helper()
	filled, err := queue.Enqueue(context.Background(), dsn, find, opt)
	check(t, err)
	return filled
}

// ask returns the rows that a question to the database gives, with blanks between the columns.
func ask(t testing.TB, dsn, question string) (list []string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	check(t, err)
	defer conn.Close(ctx) //nolint:errcheck // it was only read
	rows, err := conn.Query(ctx, question)
	check(t, err)
	for rows.Next() {
		values, err := rows.Values()
		check(t, err)
		list = append(list, strings.TrimSpace(fmt.Sprintln(values...)))
	}
	check(t, rows.Err())
	return list
}

func expect(t testing.TB, dsn, question string, want ...string) {
	t.Helper()
	if got := ask(t, dsn, question); !slices.Equal(got, want) {
		t.Errorf("%s\ngives %q\nwant  %q", question, got, want)
	}
}

// Nothing is lost or doubled when one of four workers is killed, and the work is shared.
func TestWorkers(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	const inputs, hang = 200, 10
	dir := files(t, numbered(inputs)...)
	workers := make([]*worker, 4)
	for i := range workers {
		c := childConfig{DSN: dsn, Run: "all", Jobs: 1}
		if i == 0 {
			c.HangAt = hang
		}
		workers[i] = start(t, c)
	}
	for _, w := range workers {
		w.until("log test-") // is ready
	}
	if got := enqueue(t, dsn, finder(dir), queue.Fill{Run: "all"}); got.Added != inputs {
		t.Fatalf("%+v", got)
	}
	for range hang {
		workers[0].until("begin ")
	}
	workers[0].signal(syscall.SIGKILL)
	if status := workers[0].end(); status != -1 {
		t.Errorf("the killed worker ended with %d", status)
	}
	began, taken := 0, ""
	for i, w := range workers {
		began += len(w.names("begin"))
		if i == 0 {
			continue
		}
		if status := w.end(); status != 0 {
			t.Errorf("worker %d ended with %d:\n%s", i, status, strings.Join(w.lines, "\n"))
		}
		began += len(w.names("begin"))
		if n := len(w.names("end")); n < inputs/len(workers)/2 {
			t.Errorf("worker %d had %d of %d inputs", i, n, inputs)
		}
		taken += strings.Join(w.names("log"), "\n")
	}
	if began <= inputs || began > inputs+3 { // more than one is begun twice where the machine is so busy that a heartbeat is late
		t.Errorf("%d analyses were begun for %d inputs, one of them twice", began, inputs)
	}
	// It may have had two: of the one before the server was perhaps not told that it was done. Its result was known to whoever got it.
	if !strings.Contains(taken, "was not heard of for 2s: its inputs are given to others (") {
		t.Errorf("the workers said:\n%s", taken)
	}
	expect(t, dsn, `SELECT count(*), count(DISTINCT path) FROM archive`, "200 200")
	expect(t, dsn, `SELECT count(*), count(DISTINCT name) FROM host`, "200 200")
	expect(t, dsn, `SELECT state::text, count(*) FROM river_job GROUP BY state`, "completed 200")
	expect(t, dsn, `SELECT count(*) FROM started`, "0")
	status, err := queue.ReadStatus(context.Background(), dsn)
	check(t, err)
	if status.Done != inputs || status.Available+status.Running+status.Lost != 0 || status.Run != "all" || status.Filling {
		t.Errorf("%+v", status)
	}
}

// An input that ends the process does so a bounded number of times, also when everything is to be analyzed again, and takes no other with it.
func TestKiller(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	dir := files(t, append(numbered(6), "killer-1")...)
	opt := queue.Fill{}
	opt.Scan.Again = true
	enqueue(t, dsn, finder(dir), opt)
	deaths := 0
	for {
		w := start(t, childConfig{DSN: dsn, Jobs: 2, Beat: 20 * time.Millisecond, Stale: 2 * time.Second})
		if status := w.end(); status == 0 {
			break
		} else if deaths++; deaths > 2*scan.MaxCrashes {
			t.Fatalf("the worker ended with %d:\n%s", status, strings.Join(w.lines, "\n"))
		}
	}
	if deaths != scan.MaxCrashes {
		t.Errorf("the input ended %d processes", deaths)
	}
	expect(t, dsn, `SELECT status, count(*) FROM archive GROUP BY status ORDER BY status`, "analyzed 6", "crashed 1")
	expect(t, dsn, `SELECT message FROM problem`, "killer-1 was left out: sosbond ended 3 times while it analyzed it; --again tries once more")
	expect(t, dsn, `SELECT state::text, metadata->>'output', count(*) FROM river_job GROUP BY 1, 2 ORDER BY 3`, "completed crashed 1", "completed <nil> 6")
}

func TestStopGivesBack(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "block-1")), queue.Fill{})
	w := start(t, childConfig{DSN: dsn, Jobs: 1, Grace: 50 * time.Millisecond})
	w.until("begin block-1")
	w.signal(syscall.SIGTERM)
	if status := w.end(); status != 0 {
		t.Errorf("the worker ended with %d:\n%s", status, strings.Join(w.lines, "\n"))
	}
	expect(t, dsn, `SELECT state::text, attempt, scheduled_at <= now(), errors FROM river_job`, "available 0 true <nil>")
	expect(t, dsn, `SELECT count(*) FROM started`, "0")
	expect(t, dsn, `SELECT count(*) FROM archive`, "0")
	expect(t, dsn, `SELECT count(*) FROM queue_worker`, "0")
}

func TestStopFinishes(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "hold-1", "report-1")), queue.Fill{})
	w := start(t, childConfig{DSN: dsn, Jobs: 1, Grace: patience})
	w.until("begin hold-1")
	w.signal(syscall.SIGTERM)
	_, err := io.WriteString(w.stdin, "go on\n")
	check(t, err)
	if status := w.end(); status != 0 {
		t.Errorf("the worker ended with %d:\n%s", status, strings.Join(w.lines, "\n"))
	}
	expect(t, dsn, `SELECT status FROM archive WHERE path LIKE '%/hold-1'`, "analyzed")
	expect(t, dsn, `SELECT state::text FROM river_job WHERE args->>'path' LIKE '%/hold-1'`, "completed")
}

// A worker that was only paused, and whose input others took over meanwhile, does no harm when it goes on.
func TestPaused(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "hold-1")), queue.Fill{})
	first := start(t, childConfig{DSN: dsn, Jobs: 1})
	first.until("begin hold-1")
	first.signal(syscall.SIGSTOP)
	second := start(t, childConfig{DSN: dsn, Jobs: 1})
	second.until("begin hold-1")
	first.signal(syscall.SIGCONT)
	for _, w := range []*worker{first, second} {
		_, err := io.WriteString(w.stdin, "go on\n")
		check(t, err)
	}
	for _, w := range []*worker{first, second} {
		if status := w.end(); status != 0 {
			t.Errorf("a worker ended with %d:\n%s", status, strings.Join(w.lines, "\n"))
		}
	}
	expect(t, dsn, `SELECT status, count(*) FROM archive GROUP BY status`, "analyzed 1")
	expect(t, dsn, `SELECT count(*) FROM host`, "1")
	expect(t, dsn, `SELECT state::text FROM river_job`, "completed")
	expect(t, dsn, `SELECT count(*) FROM started`, "0")
}

// A long analysis is no reason to take an input from a worker that is alive.
func TestLongAnalysis(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "hold-1")), queue.Fill{})
	first := start(t, childConfig{DSN: dsn, Jobs: 1})
	first.until("begin hold-1")
	second := start(t, childConfig{DSN: dsn, Jobs: 1})
	second.until("log test-")
	time.Sleep(stale + 10*beat) // that nothing happens can only be waited for
	_, err := io.WriteString(first.stdin, "go on\n")
	check(t, err)
	for _, w := range []*worker{first, second} {
		if status := w.end(); status != 0 {
			t.Errorf("a worker ended with %d:\n%s", status, strings.Join(w.lines, "\n"))
		}
	}
	if list := second.names("begin"); len(list) != 0 {
		t.Errorf("the second worker began %q", list)
	}
	expect(t, dsn, `SELECT state::text, attempt FROM river_job`, "completed 1")
}
