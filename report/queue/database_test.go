package queue_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/queue"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/store/storetest"
)

// openStore opens the database of the results.
func openStore(t testing.TB, dsn string) store.Store {
	t.Helper()
	db, err := store.Open(context.Background(), dsn)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	return db
}

// inProcess is a worker in the test's own process.
func inProcess(db store.Store, analyze scan.Analyze) queue.Worker {
	return queue.Worker{
		Name: "own", Beat: beat, Stale: stale, Grace: time.Second,
		Analyze: func(string) (scan.Analyze, error) { return analyze, nil },
		Scan:    scan.Options{Jobs: 1, Version: "1", Store: db},
	}
}

func fine(_ context.Context, path string, _ func(read, size int64)) (report.Document, error) {
	return document(filepath.Base(path)), nil
}

func TestEnqueueTwice(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	var paths []string
	for _, n := range numbered(1200) {
		paths = append(paths, "/archive/"+n)
	}
	if got := enqueue(t, dsn, listed(paths...), queue.Fill{}); got != (queue.Filled{Added: 1200}) {
		t.Errorf("%+v", got)
	}
	if got := enqueue(t, dsn, listed(append(paths, "/archive/new")...), queue.Fill{}); got != (queue.Filled{Added: 1, Known: 1200}) {
		t.Errorf("again: %+v", got)
	}
	expect(t, dsn, `SELECT count(*), count(DISTINCT args->>'path') FROM river_job`, "1201 1201")
	opt := queue.Fill{}
	opt.Scan.Options = "--deep"
	_, err := queue.Enqueue(context.Background(), dsn, listed(paths...), opt)
	want := "report-000 waits in the queue already, with other flags (none instead of --deep): let the workers finish it first"
	if err == nil || err.Error() != want {
		t.Errorf("with other flags: %v", err)
	}
}

// What a run did is forgotten when the next one begins, and an input that is done can be put into the queue again.
func TestNextRun(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	dir := files(t, "report-1", "report-2")
	db := openStore(t, dsn)
	for _, run := range []string{"first", "second"} {
		if got := enqueue(t, dsn, finder(dir), queue.Fill{Run: run}); got.Added != 2 {
			t.Errorf("%s: %+v", run, got)
		}
		check(t, queue.Work(context.Background(), dsn, inProcess(db, fine)))
		expect(t, dsn, `SELECT args->>'run', state::text, count(*) FROM river_job GROUP BY 1, 2`, run+" completed 2")
	}
	expect(t, dsn, `SELECT run FROM queue_fill ORDER BY id`, "first", "second")
}

func TestEnqueueUnreadable(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	opt := queue.Fill{}
	opt.Scan.Store = openStore(t, dsn)
	dir := files(t, "report-1")
	got := enqueue(t, dsn, finder(dir, filepath.Join(dir, "missing.tar")), opt)
	if got != (queue.Filled{Added: 1, Unreadable: 1}) {
		t.Errorf("%+v", got)
	}
	expect(t, dsn, `SELECT status, message FROM archive JOIN problem ON archive_id = archive.id`, "failed missing.tar does not exist: check its name")
}

// Names of files are bytes.
func TestNamesThatAreNoText(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	names := []string{"M\xfcller.tar", "M\xfeller.tar", "Müller.tar", "a\nb.tar", `q"\.tar`}
	dir := files(t, names...)
	if got := enqueue(t, dsn, finder(dir), queue.Fill{}); got.Added != len(names) {
		t.Errorf("%+v", got)
	}
	if got := enqueue(t, dsn, finder(dir), queue.Fill{}); got.Added != 0 || got.Known != len(names) {
		t.Errorf("again: %+v", got)
	}
	var seen []string
	check(t, queue.Work(context.Background(), dsn, inProcess(openStore(t, dsn), func(ctx context.Context, path string, p func(read, size int64)) (report.Document, error) {
		seen = append(seen, filepath.Base(path))
		return fine(ctx, path, p)
	})))
	slices.Sort(seen)
	slices.Sort(names)
	if !slices.Equal(seen, names) {
		t.Errorf("%q were analyzed", seen)
	}
	expect(t, dsn, `SELECT status, count(*) FROM archive GROUP BY status`, "analyzed 5")
}

// Large inputs go first, so that no worker is left alone with one at the end.
func TestLargeFirst(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	sizes := map[string]int64{"/a/small": 1, "/a/huge": 5 << 30, "/a/medium": 20 << 20, "/a/large": 200 << 20}
	enqueue(t, dsn, func(f func(scan.Candidate) bool) error {
		for path, size := range sizes {
			f(scan.Candidate{Path: path, Size: size})
		}
		return nil
	}, queue.Fill{})
	expect(t, dsn, `SELECT args->>'path' FROM river_job ORDER BY priority`, "/a/huge", "/a/large", "/a/medium", "/a/small")
}

func TestAtOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := queue.ReadStatus(context.Background(), dsn); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	expect(t, dsn, `SELECT count(*) > 5, count(*) = count(DISTINCT version) FROM river_migration WHERE line = 'main'`, "true true")
	expect(t, dsn, `SELECT count(*) FROM sosbond_queue_schema WHERE version_id > 0`, "1")
}

func TestWrongAddress(t *testing.T) {
	t.Parallel()
	server, err := url.Parse(storetest.Postgres(t))
	check(t, err)
	other := func(change func(*url.URL)) string {
		u := *server
		change(&u)
		return u.String()
	}
	const secret = "s3cr3t"
	cases := map[string]struct{ dsn, want string }{
		"a file":        {"/tmp/results.db", "PostgreSQL only"},
		"not parseable": {"postgres://me:" + secret + "%zz@db/x", "it has the form postgres://"},
		"port":          {"postgres://me:pa/" + secret + "@db:x/x", "it has the form postgres://"},
		"no server":     {"postgres://me:" + secret + "@127.0.0.1:1/x?connect_timeout=5", "database x on 127.0.0.1:1 cannot be reached"},
		"no database": {other(func(u *url.URL) { u.User, u.Path = url.UserPassword("sosbond", secret), "/none" }),
			`database "none" does not exist`},
		"no user": {other(func(u *url.URL) { u.User = url.UserPassword("nobody", secret) }), `role "nobody" does not exist`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, filled := queue.Enqueue(context.Background(), c.dsn, listed("/a"), queue.Fill{})
			_, status := queue.ReadStatus(context.Background(), c.dsn)
			for _, err := range []error{filled, status, queue.Work(context.Background(), c.dsn, queue.Worker{})} {
				if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "s3c") {
					t.Errorf("%v, want %s", err, c.want)
				}
			}
		})
	}
}

// proxy stands between the program and the server, and goes away when a test wants it.
type proxy struct {
	dsn      string
	socket   string
	server   string
	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

func newProxy(t *testing.T, dsn string) *proxy {
	t.Helper()
	u, err := url.Parse(dsn)
	check(t, err)
	query := u.Query()
	dir, err := os.MkdirTemp("/tmp", "sosbond-proxy-") // a socket's path may have about 100 bytes only
	check(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &proxy{socket: filepath.Join(dir, ".s.PGSQL.5432"), server: filepath.Join(query.Get("host"), ".s.PGSQL.5432")}
	query.Set("host", dir)
	u.RawQuery = query.Encode()
	p.dsn = u.String()
	p.come(t)
	t.Cleanup(p.leave)
	return p
}

func (p *proxy) come(t *testing.T) {
	t.Helper()
	l, err := net.Listen("unix", p.socket)
	check(t, err)
	p.mu.Lock()
	p.listener = l
	p.mu.Unlock()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("unix", p.server)
			if err != nil {
				_ = c.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, c, s)
			p.mu.Unlock()
			for _, pair := range [][2]net.Conn{{c, s}, {s, c}} {
				go func() {
					_, _ = io.Copy(pair[0], pair[1])
					_ = pair[0].Close()
					_ = pair[1].Close()
				}()
			}
		}
	}()
}

// leave ends all connections and takes no new ones.
func (p *proxy) leave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = p.listener.Close()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
}

// ownServer skips a test on a server that is not on a socket of this machine.
func ownServer(t *testing.T) string {
	t.Helper()
	if os.Getenv("SOSBOND_TEST_POSTGRES") != "" {
		t.Skip("the server that SOSBOND_TEST_POSTGRES names cannot be made to go away")
	}
	return storetest.Postgres(t)
}

func TestServerGoes(t *testing.T) {
	t.Parallel()
	dsn := ownServer(t)
	p := newProxy(t, dsn)
	db := openStore(t, p.dsn)
	enqueue(t, p.dsn, finder(files(t, "report-1", "report-2")), queue.Fill{})
	w := inProcess(db, func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		p.leave()
		return fine(ctx, path, progress)
	})
	w.Stale = 2 * time.Second
	err := queue.Work(context.Background(), p.dsn, w)
	if err == nil || !strings.Contains(err.Error(), "does not answer any more") || !strings.Contains(err.Error(), "stays in the queue") {
		t.Errorf("%v", err)
	}
	other := inProcess(openStore(t, dsn), fine)
	other.Stale = 2 * time.Second
	check(t, queue.Work(context.Background(), dsn, other))
	expect(t, dsn, `SELECT status, count(*) FROM archive GROUP BY status`, "analyzed 2")
	expect(t, dsn, `SELECT state::text, count(*) FROM river_job GROUP BY state`, "completed 2")
}

// A server that is started anew interrupts nothing.
func TestServerComesBack(t *testing.T) {
	t.Parallel()
	dsn := ownServer(t)
	p := newProxy(t, dsn)
	db := openStore(t, p.dsn)
	enqueue(t, p.dsn, finder(files(t, numbered(20)...)), queue.Fill{})
	begun := 0
	w := inProcess(db, func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		if begun++; begun == 10 {
			p.leave()
			time.AfterFunc(100*time.Millisecond, func() { p.come(t) })
		}
		return fine(ctx, path, progress)
	})
	check(t, queue.Work(context.Background(), p.dsn, w))
	expect(t, dsn, `SELECT status, count(*) FROM archive GROUP BY status`, "analyzed 20")
	expect(t, dsn, `SELECT state::text, count(*) FROM river_job GROUP BY state`, "completed 20")
}

// change changes the queue behind its back.
func change(t *testing.T, dsn, statement string) {
	t.Helper()
	if list := ask(t, dsn, statement+" RETURNING id"); len(list) != 1 {
		t.Fatalf("%s: %d rows", statement, len(list))
	}
}

// The last try of an input that may have ended its process is made while that does nothing else.
func TestLastTryAlone(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, append(numbered(30), "suspect")...)), queue.Fill{})
	change(t, dsn, `UPDATE river_job SET attempt = 2, priority = 3 WHERE args->>'path' LIKE '%/suspect'`)
	var now, most atomic.Int32
	w := inProcess(openStore(t, dsn), func(ctx context.Context, path string, p func(read, size int64)) (report.Document, error) {
		n := now.Add(1)
		defer now.Add(-1)
		most.Store(max(most.Load(), n))
		time.Sleep(10 * time.Millisecond) // the work
		if filepath.Base(path) == "suspect" && (n != 1 || now.Load() != 1) {
			t.Errorf("%d inputs are analyzed beside the suspect", now.Load()-1)
		}
		return fine(ctx, path, p)
	})
	w.Scan.Jobs = 4
	check(t, queue.Work(context.Background(), dsn, w))
	if most.Load() < 2 {
		t.Error("the others were analyzed one by one")
	}
	expect(t, dsn, `SELECT state::text, count(*) FROM river_job GROUP BY state`, "completed 31")
}

func TestGivenUp(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "report-1")), queue.Fill{})
	change(t, dsn, `UPDATE river_job SET attempt = 9, errors = ARRAY['{"at": "2026-11-22T05:57:00Z", "attempt": 9, "error": "no space left", "trace": ""}'::jsonb]`)
	check(t, queue.Work(context.Background(), dsn, inProcess(openStore(t, dsn), fine)))
	expect(t, dsn, `SELECT status, message FROM archive JOIN problem ON archive_id = archive.id`, "crashed report-1 was left out after 9 attempts: no space left")
}

// A machine whose clock is ahead gives inputs back for a time that has not come.
func TestClockAhead(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "report-1")), queue.Fill{})
	change(t, dsn, `UPDATE river_job SET scheduled_at = now() + interval '1 day'`)
	check(t, queue.Work(context.Background(), dsn, inProcess(openStore(t, dsn), fine)))
	expect(t, dsn, `SELECT state::text FROM river_job`, "completed")
}

// An input that the server believes to be at a worker that is alive, and that knows nothing of it, does not stay there for ever.
func TestStrays(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	enqueue(t, dsn, finder(files(t, "report-1", "report-2")), queue.Fill{})
	w := inProcess(openStore(t, dsn), func(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
		if filepath.Base(path) == "report-2" {
			for late := time.Now().Add(patience); time.Now().Before(late); { // until the server was told of the first one; it is made to forget
				if list := ask(t, dsn, `UPDATE river_job SET state = 'running', finalized_at = NULL WHERE state = 'completed' RETURNING id`); len(list) > 0 {
					break
				}
			}
		}
		return fine(ctx, path, progress)
	})
	w.Stale = 2 * time.Second
	check(t, queue.Work(context.Background(), dsn, w))
	expect(t, dsn, `SELECT state::text, attempt > 1, errors[1]->>'error' FROM river_job ORDER BY attempt`, // a busy machine may look at it twice
		"completed false <nil>", "completed true the server was not told what became of it")
}

func TestMount(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	db := openStore(t, dsn)
	dir := files(t, "report-1")
	enqueue(t, dsn, listed("/not/here/2026/report-1", "/not/here/2026/gone"), queue.Fill{Roots: []string{"/not/here"}})
	err := queue.Work(context.Background(), dsn, inProcess(db, fine))
	if err == nil || err.Error() != "this machine does not see the files: /not/here does not exist; mount it, or say with --mount where it is" {
		t.Errorf("without a mount: %v", err)
	}
	expect(t, dsn, `SELECT state::text, attempt FROM river_job`, "available 0", "available 0")
	expect(t, dsn, `SELECT count(*) FROM archive`, "0")

	w := inProcess(db, fine)
	w.Mounts = []queue.Mount{{Queue: "/not/here", Here: t.TempDir()}}
	if err := queue.Work(context.Background(), dsn, w); err == nil || !strings.Contains(err.Error(), "is empty; mount it") {
		t.Errorf("where nothing is mounted: %v", err)
	}
	top := t.TempDir()
	check(t, os.Symlink(dir, filepath.Join(top, "2026")))
	w.Mounts = append(w.Mounts, queue.Mount{Queue: "/not/her", Here: "/"}, queue.Mount{Queue: "/not/here/2026", Here: dir})
	w.Mounts[0].Here = top
	check(t, queue.Work(context.Background(), dsn, w))
	expect(t, dsn, `SELECT path, status FROM archive ORDER BY path`, "/not/here/2026/gone failed", "/not/here/2026/report-1 analyzed")
}

func TestParseMount(t *testing.T) {
	t.Parallel()
	got, err := queue.ParseMount("/archive/=/mnt//archive")
	if err != nil || got != (queue.Mount{Queue: "/archive", Here: "/mnt/archive"}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, wrong := range []string{"", "/archive", "archive=/mnt", "/archive=mnt", "="} {
		if _, err := queue.ParseMount(wrong); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// A worker that is told for which run waits until the queue was filled for it, however late that is.
func TestWaitForRun(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	db := openStore(t, dsn)
	w := inProcess(db, fine)
	w.Run, w.Wait = "late", 10*time.Millisecond
	if err := queue.Work(context.Background(), dsn, w); err == nil || err.Error() != `nobody filled the queue for the run "late" within 10ms` {
		t.Errorf("%v", err)
	}
	w.Wait = patience
	ready, ended := make(chan bool, 1), make(chan error)
	w.Log = func(string) { ready <- true }
	go func() { ended <- queue.Work(context.Background(), dsn, w) }()
	<-ready
	enqueue(t, dsn, finder(files(t, "report-1")), queue.Fill{Run: "late"})
	check(t, <-ended)
	expect(t, dsn, `SELECT status FROM archive`, "analyzed")
}

// Workers do not take the queue for empty while somebody fills it, and say so when that ended too early.
func TestFillIsSlow(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	db := openStore(t, dsn)
	dir := files(t, "report-1")
	gone := errors.New("the folder is gone")
	ended := make(chan error)
	_, err := queue.Enqueue(context.Background(), dsn, func(func(scan.Candidate) bool) error {
		w := inProcess(db, fine)
		w.Stale, w.Keep = 2*time.Second, false
		go func() { ended <- queue.Work(context.Background(), dsn, w) }()
		select {
		case err := <-ended:
			t.Errorf("the worker ended while the queue was filled: %v", err)
			go func() { ended <- err }()
		case <-time.After(4 * time.Second): // that nothing happens can only be waited for
		}
		return gone
	}, queue.Fill{Beat: 50 * time.Millisecond})
	if !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "ended before it was through") {
		t.Errorf("the worker ended with %v", err)
	}
	enqueue(t, dsn, finder(dir), queue.Fill{})
	check(t, queue.Work(context.Background(), dsn, inProcess(db, fine)))
}

func TestStatus(t *testing.T) {
	t.Parallel()
	dsn := storetest.Postgres(t)
	db := openStore(t, dsn)
	dir := files(t, "report-1", "report-2", "report-3", "bad-1", "part-1")
	enqueue(t, dsn, finder(dir), queue.Fill{Run: "today"})
	var during queue.Status
	w := inProcess(db, func(ctx context.Context, path string, _ func(read, size int64)) (report.Document, error) {
		var err error
		doc := document(filepath.Base(path))
		switch filepath.Base(path) {
		case "report-3": // the last by name
			during, err = queue.ReadStatus(ctx, dsn)
		case "bad-1":
			doc.Hosts = nil
		case "part-1":
			doc.Hosts[0].Source.Complete = false
		}
		return doc, err
	})
	var last queue.Status
	w.Report = func(s queue.Status) { last = s }
	check(t, queue.Work(context.Background(), dsn, w))
	if during.Run != "today" || during.Running < 1 || during.Running+during.Done != 5 || len(during.Workers) != 1 ||
		!slices.Contains(during.Workers[0].Reading, filepath.Join(dir, "report-3")) || !strings.HasPrefix(during.Workers[0].Name, "own-") {
		t.Errorf("under way: %+v", during)
	}
	if last.Done != 5 || last.Partial != 1 || last.Failed != 1 || last.Running != 0 || last.Rate <= 0 || last.Left != 0 {
		t.Errorf("at the end: %+v", last)
	}
	if line := last.Line(); line != "5 of 5 inputs done, 0 at work (workers: 1), 1 not read wholly, 1 not read" {
		t.Error(line)
	}
}
