//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The resource limits of a test's program. One second of CPU is what the slowest input here takes; the rest is for slow machines.
const (
	limitedCPU   = 20      // seconds
	limitedSpace = 4 << 30 // of addresses
	limitedRSS   = 256     // MB that it may have touched, unless a test says otherwise
)

func init() { commands["limited"] = limited }

// limited runs the program with resource limits: limited [-uid N] [-files N] ARGUMENTS. It writes no file: that would end it.
func limited() {
	fl := flag.NewFlagSet("limited", flag.ExitOnError)
	uid := fl.Int("uid", 0, "run as this user")
	files := fl.Uint64("files", 64, "open files")
	_ = fl.Parse(os.Args[1:])
	set := func(resource int, n uint64) {
		if err := unix.Setrlimit(resource, &unix.Rlimit{Cur: n, Max: n}); err != nil {
			fmt.Fprintln(os.Stderr, "limited:", err)
			os.Exit(125)
		}
	}
	set(unix.RLIMIT_CPU, limitedCPU)
	set(unix.RLIMIT_AS, limitedSpace)
	set(unix.RLIMIT_FSIZE, 0)
	set(unix.RLIMIT_CORE, 0)
	set(unix.RLIMIT_NOFILE, *files)
	if *uid != 0 {
		for _, err := range []error{syscall.Setgroups(nil), syscall.Setgid(*uid), syscall.Setuid(*uid)} {
			if err != nil {
				fmt.Fprintln(os.Stderr, "limited:", err)
				os.Exit(125)
			}
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM) // as main does
	status := run(ctx, fl.Args(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	own, _ := os.ReadFile("/proc/self/status")
	_, peak, _ := bytes.Cut(own, []byte("VmHWM:"))
	_, _ = os.NewFile(3, "peak").Write(peak) // what wait(2) tells includes this test's own memory
	os.Exit(status)
}

// ran is what came of a program.
type ran struct {
	stdout, stderr string
	status         int
	rss            int64 // MB
}

// attack is a run of the program on a hostile input.
type attack struct {
	dir    string // to run in
	stdin  io.Reader
	limits []string // for limited
	args   []string // behind "analyze"
	during func(*os.Process)
}

func (a attack) run(t *testing.T) ran {
	t.Helper()
	cmd := exec.Command("limited", slices.Concat(a.limits, []string{"analyze", "--fail-on", "never", "-f", "json"}, a.args)...)
	home := t.TempDir()
	cmd.Dir = a.dir
	if cmd.Dir == "" {
		cmd.Dir = home
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if a.stdin != nil { // not through exec, which would wait for a stream without end
		r, w, err := os.Pipe()
		check(t, err)
		cmd.Stdin = r
		go func() {
			_, _ = io.Copy(w, a.stdin) // ends when the program closes its end
			_ = w.Close()
		}()
		defer func() { _ = r.Close() }()
	}
	peak, peakTo, err := os.Pipe()
	check(t, err)
	defer func() { _ = peak.Close() }()
	cmd.ExtraFiles = []*os.File{peakTo}
	check(t, cmd.Start())
	check(t, peakTo.Close())
	if f, ok := cmd.Stdin.(*os.File); ok {
		check(t, f.Close())
	}
	watchdog := time.AfterFunc(5*time.Minute, func() { _ = cmd.Process.Kill() }) // for what waits without using the CPU
	if a.during != nil {
		a.during(cmd.Process)
	}
	err = cmd.Wait()
	watchdog.Stop()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(home); err != nil || len(left) > 0 {
		t.Errorf("it wrote %v (%v)", left, err)
	}
	if !cmd.ProcessState.Exited() {
		t.Fatalf("it ended with %v\n%s", cmd.ProcessState, tailOf(stderr.String()))
	}
	var kb int64
	_, err = fmt.Fscan(peak, &kb)
	check(t, err)
	return ran{stdout: stdout.String(), stderr: stderr.String(), status: cmd.ProcessState.ExitCode(), rss: kb >> 10}
}

// refused checks that a run ended with status 3, told what stderr has to say line by line, and stayed within so many MB.
func (r ran) refused(t *testing.T, mb int64, stderr ...string) {
	t.Helper()
	if r.status != exitInput {
		t.Errorf("status %d, want %d", r.status, exitInput)
	}
	for _, want := range stderr {
		if !strings.Contains(r.stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, tailOf(r.stderr))
		}
	}
	if lines := strings.Count(r.stderr, "\n"); lines > 5000 {
		t.Errorf("%d lines on stderr", lines)
	}
	for line := range strings.Lines(r.stderr) {
		if !strings.HasPrefix(line, "sosbond: ") || len(line) > 3000 {
			t.Errorf("stderr: %.200q", line)
		}
	}
	if mb == 0 {
		mb = limitedRSS
	}
	if r.rss > mb {
		t.Errorf("it took %d MB, more than %d", r.rss, mb)
	}
}

// told is what the JSON report says of its hosts.
type told struct {
	Hosts []struct {
		Name   string
		Source struct {
			Path, Root string
			Complete   bool
			Notes      []string
		}
		Bonds []struct{ Name, Verdict string }
	}
}

func (r ran) report(t *testing.T) (doc told) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.stdout), &doc); err != nil {
		t.Fatalf("%v in %.200q\n%s", err, r.stdout, tailOf(r.stderr))
	}
	return doc
}

// noted checks that the report has a host, and that its notes tell of the limit.
func (r ran) noted(t *testing.T, notes ...string) told {
	t.Helper()
	doc := r.report(t)
	if len(doc.Hosts) == 0 {
		t.Fatal("the report has no host")
	}
	var all []string
	for _, h := range doc.Hosts {
		all = append(all, h.Source.Notes...)
	}
	for _, want := range notes {
		if !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("no note has %q: %.2000q", want, all)
		}
	}
	return doc
}

func tailOf(s string) string { return s[max(0, len(s)-2000):] }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// save writes a file of a test.
func save(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	check(t, os.MkdirAll(filepath.Dir(path), 0o755))
	check(t, os.WriteFile(path, data, 0o644))
	return path
}
