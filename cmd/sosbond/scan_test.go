//go:build linux

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	_ "modernc.org/sqlite"

	"github.com/sosbond/sosbond/report/store/storetest"
)

// reports makes a folder with reports of different hosts, n of them, and a page that is none.
func reports(t *testing.T, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "archive")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	hosts := []string{"alb-netns", "rr-loop", "lacp-libvirt", "rhv-rr", "mustgather-cnv"}
	data := make([][]byte, len(hosts))
	for i, h := range hosts {
		var err error
		if data[i], err = os.ReadFile(packed(t, h, filepath.Join(t.TempDir(), h+".tar.gz"))); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		write(t, filepath.Join(dir, fmt.Sprintf("case-%03d.tar.gz", i)), data[i%len(data)])
	}
	write(t, filepath.Join(dir, "page.tar.gz"), []byte("<html>"))
	return dir
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// sosbond runs the program to its end and returns standard output; the status has to be that one.
func sosbond(t *testing.T, status int, args ...string) string {
	t.Helper()
	cmd := exec.Command("sosbond", args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if got := statusOf(t, cmd, cmd.Run()); got != status {
		t.Fatalf("sosbond %q: status %d, want %d\n%s%s", args, got, status, &stdout, &stderr)
	}
	return stdout.String()
}

// summaryOf is a JSON summary without the number of inputs that were known before, which is returned too.
func summaryOf(t *testing.T, out string) (text string, reused int) {
	t.Helper()
	count := regexp.MustCompile(`(?m)^    "reused": (\d+),\n`)
	m := count.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no summary:\n%s", out)
	}
	if err := json.Unmarshal([]byte(m[1]), &reused); err != nil {
		t.Fatal(err)
	}
	return count.ReplaceAllString(out, ""), reused
}

// rowsOf counts what the database has.
func rowsOf(t *testing.T, path string) (counts string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it only read
	for _, query := range []string{
		"SELECT count(*) FROM archive", "SELECT count(DISTINCT path) FROM archive", "SELECT count(*) FROM host", "SELECT count(*) FROM bond",
		"SELECT count(*) FROM attachment", "SELECT count(*) FROM guest", "SELECT count(*) FROM finding", "SELECT count(*) FROM document",
		"SELECT count(*) FROM problem", "SELECT count(*) FROM started", "SELECT integrity_check FROM pragma_integrity_check",
	} {
		var n string
		if err := db.QueryRow(query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		counts += query + ": " + n + "\n"
	}
	return counts
}

// archivesIn counts the results in a database that a scan is writing, 0 before it is there.
func archivesIn(path string) (n int) {
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro&_pragma=busy_timeout(1000)")
	if err != nil {
		return 0
	}
	defer db.Close() //nolint:errcheck // it only read
	_ = db.QueryRow("SELECT count(*) FROM archive").Scan(&n)
	return n
}

// TestScanKilled kills a scan at ten moments, each after it got a little further: an input that was under way at three kills counts as one that ends the
// program. The run after that goes on where it stopped, and nothing is lost or doubled.
func TestScanKilled(t *testing.T) {
	dir := reports(t, 120)
	clean, db := filepath.Join(t.TempDir(), "clean.db"), filepath.Join(t.TempDir(), "killed.db")
	want, _ := summaryOf(t, sosbond(t, exitInput, "scan", "--db", clean, "-f", "json", dir))
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // moments
	for range 10 {
		cmd := exec.Command("sosbond", "scan", "--db", db, "--jobs", "2", dir)
		start(t, cmd)
		for before, end := archivesIn(db), time.Now().Add(20*time.Second); archivesIn(db) < before+5 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(random.IntN(30)) * time.Millisecond)
		_ = cmd.Process.Kill() // an error says that it ended before
		_ = cmd.Wait()
	}
	got, reused := summaryOf(t, sosbond(t, exitInput, "scan", "--db", db, "-f", "json", dir))
	t.Logf("known after ten kills: %d", reused)
	if got != want {
		t.Errorf("the summary differs:\n%s\nwant\n%s", got, want)
	}
	if got, want := rowsOf(t, db), rowsOf(t, clean); got != want {
		t.Errorf("the database has\n%s\nwant\n%s", got, want)
	}
}

// TestTwoScansOfOneDatabase: both have the whole answer, and the database has everything once.
func TestTwoScansOfOneDatabase(t *testing.T) {
	dir := reports(t, 40)
	clean, db := filepath.Join(t.TempDir(), "clean.db"), filepath.Join(t.TempDir(), "two.db")
	want, _ := summaryOf(t, sosbond(t, exitInput, "scan", "--db", clean, "-f", "json", dir))
	var out, said [2]bytes.Buffer
	var cmds [2]*exec.Cmd
	for i := range cmds {
		cmds[i] = exec.Command("sosbond", "scan", "--db", db, "-f", "json", dir)
		cmds[i].Stdout, cmds[i].Stderr = &out[i], &said[i]
		start(t, cmds[i])
	}
	for i, cmd := range cmds {
		if status := statusOf(t, cmd, cmd.Wait()); status != exitInput || said[i].Len() > 0 {
			t.Errorf("status %d, %s", status, &said[i])
		}
		if got, _ := summaryOf(t, out[i].String()); got != want {
			t.Errorf("the summary differs:\n%s\nwant\n%s", got, want)
		}
	}
	if got, want := rowsOf(t, db), rowsOf(t, clean); got != want {
		t.Errorf("the database has\n%s\nwant\n%s", got, want)
	}
}

// TestScanOfChanges: what is known is not read again, unless it changed. A file of 5 MB tells which bytes are looked at: its middle counts with --verify alone.
func TestScanOfChanges(t *testing.T) {
	dir := t.TempDir()
	name, db := filepath.Join(dir, "big.tar"), filepath.Join(t.TempDir(), "s.db")
	data, err := os.ReadFile(packed(t, "lacp-libvirt", filepath.Join(t.TempDir(), "x.tar")))
	if err != nil {
		t.Fatal(err)
	}
	data = append(data, make([]byte, 5<<20-len(data))...)
	when := time.Unix(1_800_000_000, 0)
	put := func(at int, by byte) {
		t.Helper()
		data[at] ^= by
		write(t, name, data)
		if err := os.Chtimes(name, when, when); err != nil {
			t.Fatal(err)
		}
	}
	scan := func(want int, why string, args ...string) {
		t.Helper()
		args = append(append([]string{"scan", "--fail-on", "never", "--db", db, "-f", "json"}, args...), dir)
		cmd := exec.Command("sosbond", args...)
		out, _ := cmd.Output() // what is in the middle may be damage
		if _, reused := summaryOf(t, string(out)); reused != want {
			t.Errorf("%s: %d known, want %d", why, reused, want)
		}
	}
	middle := 3 << 20
	put(0, 0)
	scan(0, "new")
	scan(1, "known")
	put(middle, 1)
	scan(1, "changed in the middle, which nobody looks at")
	scan(0, "the first look at all of it has nothing to compare with", "--verify")
	scan(1, "verified", "--verify")
	put(middle, 1)
	scan(0, "changed in the middle", "--verify")
	scan(1, "verified before, not now")
	put(len(data)-1, 1)
	scan(0, "changed at the end")
	put(len(data)-1, 1)
	scan(0, "changed at the end, back")
	when = when.Add(time.Second)
	put(middle, 0)
	scan(0, "another time")
	scan(0, "again", "--again")
	scan(0, "with another option", "--whole")
	other := filepath.Join(t.TempDir(), "sosbond-other")
	build := exec.Command("go", "build", "-o", other, "-ldflags", "-X main.version=v99.0.0", ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for want, why := range []string{"another version", "the same version"} {
		out, _ := exec.Command(other, "scan", "--fail-on", "never", "--db", db, "-f", "json", dir).Output() // the status is of no interest here
		if _, reused := summaryOf(t, string(out)); reused != want {
			t.Errorf("%s: %d known", why, reused)
		}
	}
}

// TestScanTerminal: on a terminal there is a bar with a line for each worker, no wider than it, and nothing of it is left behind; Ctrl-C ends it with
// what was found kept. Where there is no terminal nothing is written.
func TestScanTerminal(t *testing.T) {
	dir := reports(t, 60)
	db := filepath.Join(t.TempDir(), "s.db")
	shown, state := onTerminal(t, 80, nil, "scan", "--db", db, "--jobs", "2", "--again", "-o", "/dev/null", dir)
	if state.ExitCode() != exitInput {
		t.Errorf("status %d: %q", state.ExitCode(), shown)
	}
	frame := regexp.MustCompile(`\[[=>-]+\] *\r\n\d+ of \d+ inputs[^\r]*hosts not working *[^\r]*\r\n  [^\r]+\r\n  [^\r]+\r\n`)
	if !frame.MatchString(shown) {
		t.Errorf("no bar with two workers:\n%q", shown)
	}
	escape := regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]`)
	for line := range strings.SplitSeq(shown, "\r\n") {
		if line = escape.ReplaceAllString(line, ""); len([]rune(line)) >= 80 {
			t.Errorf("%q is too wide", line)
		}
	}
	if !strings.HasSuffix(shown, "\x1b[J") || strings.Contains(shown, "\x1b[?25l") {
		t.Errorf("the end is %q", shown[max(0, len(shown)-80):])
	}
	shown, state = onTerminal(t, 80, regexp.MustCompile(`\d+ of`), "scan", "--db", db, "--jobs", "2", "--again", "-o", "/dev/null", dir)
	if ws, ok := state.Sys().(syscall.WaitStatus); !ok || ws.Signal() != syscall.SIGINT || !strings.HasSuffix(shown, "\x1b[Jsosbond: stopped by SIGINT\r\n") {
		t.Errorf("%v, and the end is %q", state, shown[max(0, len(shown)-80):])
	}
	if out, reused := summaryOf(t, sosbond(t, exitInput, "scan", "--db", db, "-f", "json", dir)); reused < 60 {
		t.Errorf("%d known:\n%s", reused, out)
	}
	if counts := rowsOf(t, db); !strings.Contains(counts, "FROM started: 0\n") || !strings.Contains(counts, "integrity_check: ok") {
		t.Errorf("the database:\n%s", counts)
	}
}

// TestPageOnTerminal: nobody reads HTML on a terminal; where it is asked for with -o - it is printed, and a file gets it without a word.
func TestPageOnTerminal(t *testing.T) {
	in := packed(t, "lacp-libvirt", filepath.Join(t.TempDir(), "r.tar"))
	page := filepath.Join(t.TempDir(), "report.html")
	for _, c := range []struct {
		args   []string
		status int
		shown  string
	}{
		{[]string{"analyze", "-f", "html", in}, exitUsage, "name a file for it, for example -o report.html"},
		{[]string{"scan", "-f", "html", in}, exitUsage, "name a file for it"},
		{[]string{"report", "--db", "none.db", "-f", "html"}, exitUsage, "name a file for it"},
		{[]string{"analyze", "-f", "html", "-o", "-", in}, exitOK, "<!DOCTYPE html>"},
		{[]string{"analyze", "-f", "html", "-o", page, in}, exitOK, ""},
	} {
		shown, state := onTerminal(t, 80, nil, c.args...)
		if state.ExitCode() != c.status || !strings.Contains(shown, c.shown) || c.shown == "" && shown != "" {
			t.Errorf("%v: status %d, shown %.300q", c.args, state.ExitCode(), shown)
		}
	}
	if data, err := os.ReadFile(page); err != nil || !bytes.HasPrefix(data, []byte("<!DOCTYPE html>")) {
		t.Errorf("%.80q %v", data, err)
	}
}

// onTerminal runs the program on a terminal of that width. When what it shows matches stop, Ctrl-C is pressed.
func onTerminal(t *testing.T, width uint16, stop *regexp.Regexp, args ...string) (string, *os.ProcessState) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals here: %v", err)
	}
	defer master.Close() //nolint:errcheck // its use is over
	fd := int(master.Fd())
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: width})
	}
	if err != nil {
		t.Fatal(err)
	}
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sosbond", args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	start(t, cmd)
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	buf := make([]byte, 4096)
	for {
		n, err := master.Read(buf) // an error is that nobody has the terminal open any more
		shown.Write(buf[:n])
		if stop != nil && stop.Match(shown.Bytes()) {
			stop = nil
			if _, err := master.Write([]byte{3}); err != nil {
				t.Fatal(err)
			}
		}
		if err != nil {
			break
		}
	}
	_ = cmd.Wait() // the state says it
	return shown.String(), cmd.ProcessState
}

// TestScanQueue: two workers empty the queue that a third process filled, and the database answers as a plain scan does.
func TestScanQueue(t *testing.T) {
	dsn := storetest.Postgres(t)
	dir := reports(t, 30)
	want, _ := summaryOf(t, sosbond(t, exitInput, "scan", "-f", "json", dir))
	sosbond(t, exitOK, "scan", "--db", dsn, "--enqueue", "--run", "nightly", dir)
	if out := sosbond(t, exitOK, "scan", "--db", dsn, "--status"); !strings.Contains(out, "0 of 31 inputs done") {
		t.Errorf("before: %s", out)
	}
	var said [2]bytes.Buffer
	var cmds [2]*exec.Cmd
	for i := range cmds {
		cmds[i] = exec.Command("sosbond", "scan", "--db", dsn, "--work", "--jobs", "2")
		cmds[i].Stderr = &said[i]
		start(t, cmds[i])
	}
	for i, cmd := range cmds {
		if status := statusOf(t, cmd, cmd.Wait()); status != exitOK {
			t.Errorf("worker: status %d, %s", status, &said[i])
		}
	}
	if out := sosbond(t, exitOK, "scan", "--db", dsn, "--status"); !strings.Contains(out, "31 of 31 inputs done") {
		t.Errorf("after: %s", out)
	}
	got, reused := summaryOf(t, sosbond(t, exitFindings, "report", "--db", dsn, "-f", "json"))
	if got != want || reused != 31 {
		t.Errorf("%d known, and the summary is\n%s\nwant\n%s", reused, got, want)
	}
	got, reused = summaryOf(t, sosbond(t, exitInput, "scan", "--db", dsn, "-f", "json", dir))
	if got != want || reused != 31 {
		t.Errorf("a scan of what the workers did knows %d of it, and says\n%s\nwant\n%s", reused, got, want)
	}
}
