package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/therootcompany/xz"
	xzwriter "github.com/ulikunitz/xz"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// The archive that is measured: a sorted tree as sos packs it, 15,000 members and about 260 MB, most of it logs.
const (
	benchFiles = 15_000
	benchLogs  = 220 << 20
	benchOther = 40 << 20
)

// BenchmarkArchive compares what sosbond takes for an archive with what the same decoder takes to decompress it to nothing. Each row runs a
// process of its own; "MB-rss" is its peak memory, "×decoder" its time in units of the decoder alone in the same run.
func BenchmarkArchive(b *testing.B) {
	if testing.Short() {
		b.Skip("makes an archive of 260 MB")
	}
	dir := b.TempDir()
	file := filepath.Join(dir, "sosreport-bench01-2026-11-22-abcdefg.tar.xz")
	if keep := os.Getenv("BENCH_ARCHIVE"); keep != "" { // where to leave the archive, to try other programs on it
		file = keep
	}
	size := writeBenchArchive(b, file, benchTree(b, "alb-netns", benchFiles, benchLogs, benchOther))
	bin := filepath.Join(dir, "sosbond")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	analyze := func(args ...string) []string {
		return append([]string{bin, "analyze", "--fail-on", "never", "--format", "json"}, append(args, file)...)
	}
	rows := []struct {
		name, decoder string
		argv          []string
	}{
		{"xz/decoder", "", []string{"xz", "-dc", file}},
		{"xz/pipe", "xz/decoder", []string{"sh", "-c", `xz -dc "$1" | cat`, "sh", file}}, // what the way through a pipe costs any reader
		{"xz/whole", "xz/decoder", analyze("--xz", "system", "--whole", "--deep")},
		{"xz/stop", "xz/decoder", analyze("--xz", "system")},
		{"go/decoder", "", nil},
		{"go/whole", "go/decoder", analyze("--xz", "go", "--whole", "--deep")},
		{"go/stop", "go/decoder", analyze("--xz", "go")},
	}
	alone := map[string]float64{}
	for _, r := range rows {
		if strings.HasPrefix(r.name, "xz/") {
			if _, err := exec.LookPath("xz"); err != nil {
				continue
			}
		}
		b.Run(r.name, func(b *testing.B) {
			b.SetBytes(size)
			var rss int64
			for b.Loop() {
				if r.argv == nil {
					decodeToNothing(b, file)
				} else {
					rss = max(rss, runToNothing(b, r.argv))
				}
			}
			each := b.Elapsed().Seconds() / float64(b.N)
			if r.decoder == "" {
				alone[r.name] = each
			} else if alone[r.decoder] > 0 {
				b.ReportMetric(each/alone[r.decoder], "×decoder")
			}
			if rss > 0 {
				b.ReportMetric(float64(rss)/1024, "MB-rss")
			}
		})
	}
}

// runToNothing runs a command with its output thrown away and returns its peak resident memory in KiB. The peak is read from /proc while the
// command runs: what wait4 reports starts from the memory of this process, which the child shares until it executes the command.
func runToNothing(b *testing.B, argv []string) int64 {
	cmd := exec.Command(argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	peak := make(chan int64)
	go func() {
		var most int64
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(2 * time.Millisecond):
				most = max(most, highWater(cmd.Process.Pid, filepath.Base(argv[0])))
			}
		}
	}()
	err := cmd.Wait()
	close(done)
	if err != nil {
		b.Fatalf("%v: %v\n%s", argv, err, stderr.String())
	}
	return <-peak
}

// highWater reads VmHWM of a process, once it has become the named program.
func highWater(pid int, name string) (kib int64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil || !strings.HasPrefix(string(status), "Name:\t"+name+"\n") {
		return 0
	}
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		_, _ = fmt.Sscan(rest, &kib) // 0 when the kernel prints something else
	}
	return kib
}

func decodeToNothing(b *testing.B, file string) {
	f, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() }) // only read
	r, err := xz.NewReader(f, 0)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		b.Fatal(err)
	}
}

// writeBenchArchive makes the archive, compressed as sos does (xz preset 3, one block), and returns its size before compression.
func writeBenchArchive(b *testing.B, file string, tree []benchMember, options ...string) int64 {
	out, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = out.Close() })
	var counted int64
	if _, err := exec.LookPath("xz"); err == nil {
		cmd := exec.Command("xz", append([]string{"-3", "-T1", "-c"}, options...)...)
		cmd.Stdout = out
		in, err := cmd.StdinPipe()
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		counted = writeBenchTar(b, in, tree)
		if err := in.Close(); err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		return counted
	}
	w, err := xzwriter.NewWriter(out)
	if err != nil {
		b.Fatal(err)
	}
	counted = writeBenchTar(b, w, tree)
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return counted
}

// benchMember is a member of the tree; a log has a size and is made while it is written.
type benchMember struct {
	name, body, link string
	log              int64
}

func writeBenchTar(b *testing.B, w io.Writer, tree []benchMember) int64 {
	tw := tar.NewWriter(w)
	var total int64
	const root = "sosreport-bench01-2026-11-22-abcdefg/"
	dirs := map[string]bool{}
	for k, m := range append(benchHead(tree), tree...) {
		for i, c := range m.name { // a directory comes before what is in it
			if c != '/' || dirs[m.name[:i]] {
				continue
			}
			dirs[m.name[:i]] = true
			if err := tw.WriteHeader(&tar.Header{Name: root + m.name[:i+1], Mode: 0o755, Typeflag: tar.TypeDir}); err != nil {
				b.Fatal(err)
			}
		}
		hdr := &tar.Header{Name: root + m.name, Mode: 0o644, Typeflag: tar.TypeReg, Size: max(m.log, int64(len(m.body)))}
		if m.link != "" {
			hdr = &tar.Header{Name: root + m.name, Typeflag: tar.TypeSymlink, Linkname: m.link, Mode: 0o777}
		}
		if err := tw.WriteHeader(hdr); err != nil {
			b.Fatal(err)
		}
		body := io.Reader(strings.NewReader(m.body))
		if m.log > 0 {
			body = io.LimitReader(&logText{rnd: rand.New(rand.NewPCG(uint64(k), uint64(m.log)))}, m.log) // logs of one seed would compress to nothing
		}
		n, err := io.Copy(tw, body)
		if err != nil {
			b.Fatal(err)
		}
		total += n
	}
	if err := tw.Close(); err != nil {
		b.Fatal(err)
	}
	return total
}

// benchAlways is what every report has and some hosts of testdata/hosts have not: without it sosbond looks for the same in the logs.
var benchAlways = map[string]string{
	"sos_commands/process/ps_auxwwwm": "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\nroot 1 0.0 0.1 1 1 ? - Nov22 0:01 /usr/lib/systemd/systemd\n",
	"sos_commands/kernel/dmesg":       "[    0.000000] Linux version 6.12.0 (gcc 14) #1 SMP\n[    0.000000] Command line: ro quiet\n",
}

// benchTree is a host of testdata/hosts in the midst of the thousands of files that every sosreport has: other bytes in files, and logs bytes
// in logs.
func benchTree(b *testing.B, host string, files int, logs, other int64) (tree []benchMember) {
	packed, err := hosttest.Packed(hosttest.Archive(b, host))
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range packed {
		m := benchMember{name: f.Name, body: string(f.Data)}
		if name, target, ok := strings.Cut(f.Name, " -> "); ok {
			m = benchMember{name: name, link: target}
		}
		tree = append(tree, m)
	}
	for name, body := range benchAlways {
		if !slices.ContainsFunc(tree, func(m benchMember) bool { return m.name == name }) {
			tree = append(tree, benchMember{name: name, body: body})
		}
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	dirs := []string{"etc/conf", "proc/sys/kernel", "sos_commands/block", "sos_commands/rpm", "sys/module/m", "usr/lib/x"}
	for i := range files {
		var body strings.Builder
		for int64(body.Len()) < other/int64(files) {
			fmt.Fprintf(&body, "key.%d.%d = %d\n", i, rnd.IntN(100), rnd.Uint64())
		}
		tree = append(tree, benchMember{name: fmt.Sprintf("%s%d/f%05d", dirs[i%len(dirs)], i%97, i), body: body.String()})
	}
	const logFiles = 40
	for i := range logFiles {
		tree = append(tree, benchMember{name: fmt.Sprintf("var/log/app%02d.log", i), log: logs / logFiles})
	}
	slices.SortFunc(tree, func(x, y benchMember) int {
		return slices.Compare(strings.Split(x.name, "/"), strings.Split(y.name, "/"))
	})
	return tree
}

// benchHead is what sos since 4.5.3 puts before the sorted tree.
func benchHead(tree []benchMember) (head []benchMember) {
	for _, m := range tree {
		if m.name == "version.txt" || strings.HasPrefix(m.name, "sos_reports/") {
			head = append(head, m)
		}
	}
	return head
}

// logText is an endless log that compresses about as well as real ones do.
type logText struct {
	rnd  *rand.Rand
	rest []byte
	n    int
}

var logWords = []string{"systemd", "sshd", "audit", "session", "opened", "closed", "for", "user", "root", "service", "started", "failed", "timeout", "kernel", "packet"}

func (l *logText) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(l.rest) == 0 {
			l.rest = l.line()
		}
		c := copy(p[n:], l.rest)
		l.rest, n = l.rest[c:], n+c
	}
	return n, nil
}

func (l *logText) line() []byte {
	l.n++
	line := fmt.Appendf(nil, "Nov 22 %02d:%02d:%02d bench01 app[%d]:", l.n/3600%24, l.n/60%60, l.n%60, 1000+l.rnd.IntN(400))
	for range 8 {
		line = append(append(line, ' '), logWords[l.rnd.IntN(len(logWords))]...)
	}
	return fmt.Appendf(line, " id=%x\n", l.rnd.Uint64())
}
