package main

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// The archives that are scanned: benchScanned of mixed kinds, the sosreports of between 10 MB before compression, which is what the smallest virtual
// machine's takes, and 160 MB, half of them below 35 MB, with as much of it in logs as in BenchmarkArchive.
// Each of benchDistinct sosreports is there several times under other names: to compress takes most of the time.
const (
	benchScanned  = 200
	benchDistinct = 30
	benchGathers  = 6
	benchBroken   = 10
	benchTiny     = 10_000
)

// BenchmarkScan compares `sosbond scan` of benchScanned archives with what decompresses the same files with as many processes: xz and gzip to
// nothing, and tar into a folder that grep reads after it. "best-s" is the shortest wall time of the runs and "cpu-s" the least processor time, that
// of the xz processes included; "×decoders" and "×decoders-cpu" are these in units of the decoders alone in the same run; "MB-rss" is the peak memory of
// sosbond, "MB-xz" that of its xz processes together. BENCH_SCAN names a folder where the archives are kept, and found again.
func BenchmarkScan(b *testing.B) {
	if testing.Short() {
		b.Skip("makes archives of 2 GB before compression")
	}
	bin, dir := buildSosbond(b), os.Getenv("BENCH_SCAN")
	if dir == "" {
		dir = b.TempDir()
	}
	writeScanned(b, dir)
	files := entries(b, dir)
	jobs := "2"
	each := func(do string) []string { // a file for each process: an archive that breaks ends no other's
		return []string{"sh", "-c", `cd "$1" && ls | xargs -P ` + jobs + ` -I{} sh -c '` + do + `' sh {} "$2"; :`, "sh", dir, filepath.Join(b.TempDir(), "unpacked")}
	}
	scan := func(args ...string) []string {
		return append([]string{bin, "scan", "--fail-on", "never", "--format", "json", "--jobs", jobs, dir}, args...)
	}
	var alone used
	for _, r := range []struct {
		name string
		argv []string
	}{
		{"decoders", each(`case "$1" in *.xz) exec xz -dc "$1";; *) exec gzip -dc "$1";; esac >/dev/null 2>&1`)},
		{"scan", scan()},
		{"scan-whole", scan("--whole")},
		{"scan-go", scan("--xz", "go")},
		{"scan-db", scan("--again", "--db", filepath.Join(b.TempDir(), "reports.db"))},
		{"tar+grep", each(`mkdir -p "$2/$1" && tar xf "$1" -C "$2/$1" 2>/dev/null; grep -rl bonding "$2/$1" >/dev/null 2>&1`)},
	} {
		b.Run(r.name, func(b *testing.B) {
			var best used
			for b.Loop() {
				best.better(runMeasured(b, r.argv))
			}
			if alone.wall == 0 {
				alone = best
			}
			best.report(b)
			b.ReportMetric(best.wall.Seconds()/alone.wall.Seconds(), "×decoders")
			b.ReportMetric(best.cpu.Seconds()/alone.cpu.Seconds(), "×decoders-cpu")
			b.ReportMetric(float64(len(files))/best.wall.Minutes(), "archives/min")
		})
	}
}

// BenchmarkScanTiny scans benchTiny archives of one host each, so small that what counts is what an archive costs whatever its size. "cpu-ms/archive"
// is the processor time, "×alone" that in units of the scan without a database in the same run. BENCH_SCAN_TINY names a folder where the archives are kept.
func BenchmarkScanTiny(b *testing.B) {
	if testing.Short() {
		b.Skip("makes 10,000 archives")
	}
	bin, dir := buildSosbond(b), os.Getenv("BENCH_SCAN_TINY")
	if dir == "" {
		dir = b.TempDir()
	}
	writeTiny(b, dir)
	db := filepath.Join(b.TempDir(), "reports.db")
	argv := func(command string, args ...string) []string {
		return append([]string{bin, command, "--fail-on", "never"}, args...)
	}
	var alone used
	row := func(name string, before func(), argv []string) {
		b.Run(name, func(b *testing.B) {
			var best used
			for b.Loop() {
				before()
				best.better(runMeasured(b, argv))
			}
			if alone.wall == 0 {
				alone = best
			}
			best.report(b)
			b.ReportMetric(best.cpu.Seconds()*1000/benchTiny, "cpu-ms/archive")
			b.ReportMetric(best.wall.Seconds()/alone.wall.Seconds(), "×alone")
			b.ReportMetric(best.cpu.Seconds()/alone.cpu.Seconds(), "×alone-cpu")
		})
	}
	nothing := func() {}
	row("scan-json", nothing, argv("scan", "--format", "json", dir))
	row("scan-db", func() { removeDatabase(b, db) }, argv("scan", "--format", "json", "--db", db, dir))
	row("scan-db-again", nothing, argv("scan", "--format", "json", "--db", db, dir))
	for _, format := range []string{"terminal", "markdown", "csv", "html"} {
		row("scan-"+format, nothing, argv("scan", "--format", format, "--all", dir))
		row("report-"+format, nothing, argv("report", "--format", format, "--all", "--db", db))
	}
	row("report-json", nothing, argv("report", "--format", "json", "--db", db))
	row("scan-jsonl", nothing, argv("scan", "--jsonl", dir))
}

func buildSosbond(b *testing.B) string {
	bin := filepath.Join(b.TempDir(), "sosbond")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

func removeDatabase(b *testing.B, db string) {
	for _, f := range []string{db, db + "-wal", db + "-shm"} {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			b.Fatal(err)
		}
	}
}

// used is what a run took.
type used struct {
	wall, cpu     time.Duration
	rss, children int64 // peaks in KiB
}

// better keeps the least times of several runs, which other work on the machine disturbed least, and the highest peaks.
func (u *used) better(one used) {
	if u.wall == 0 {
		*u = one
		return
	}
	u.wall, u.cpu, u.rss, u.children = min(u.wall, one.wall), min(u.cpu, one.cpu), max(u.rss, one.rss), max(u.children, one.children)
}

func (u *used) report(b *testing.B) {
	b.ReportMetric(0, "ns/op") // that is the mean
	b.ReportMetric(u.wall.Seconds(), "best-s")
	b.ReportMetric(u.cpu.Seconds(), "cpu-s")
	b.ReportMetric(float64(u.rss)/1024, "MB-rss")
	if u.children > 0 {
		b.ReportMetric(float64(u.children)/1024, "MB-xz")
	}
}

// runMeasured runs a command with its output thrown away. An exit status of 3 is that some archive was broken.
func runMeasured(b *testing.B, argv []string) (u used) {
	cmd := exec.Command(argv[0], argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				u.rss = max(u.rss, highWater(cmd.Process.Pid, filepath.Base(argv[0])))
				u.children = max(u.children, residentChildren(cmd.Process.Pid, "xz"))
			}
		}
	}()
	err := cmd.Wait()
	u.wall = time.Since(start)
	close(done)
	<-gone
	if err != nil && cmd.ProcessState.ExitCode() != exitInput {
		b.Fatalf("%v: %v\n%s", argv, err, stderr.String())
	}
	u.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return u
}

// residentChildren is the memory that the children of a process that run the named program have now, in KiB.
func residentChildren(pid int, name string) (kib int64) {
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return 0
	}
	for _, list := range lists {
		ids, _ := os.ReadFile(list) // a thread that ended meanwhile has none
		for _, id := range strings.Fields(string(ids)) {
			status, _ := os.ReadFile("/proc/" + id + "/status") // likewise
			if !strings.HasPrefix(string(status), "Name:\t"+name+"\n") {
				continue
			}
			if _, rest, ok := strings.Cut(string(status), "VmRSS:"); ok {
				n, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				kib += n
			}
		}
	}
	return kib
}

func entries(b *testing.B, dir string) []os.DirEntry {
	files, err := os.ReadDir(dir)
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// writeScanned makes the archives, unless they are there.
func writeScanned(b *testing.B, dir string) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if len(entries(b, dir)) == benchScanned {
		return
	}
	var total int64
	var made []string
	for i := range benchDistinct {
		file, size := writeScannedReport(b, dir, i)
		made, total = append(made, file), total+size
	}
	for i := range benchGathers {
		file := filepath.Join(dir, fmt.Sprintf("must-gather-%03d.tar.gz", i))
		total += writeMustGather(b, file, gatherer{nodes: 3 + i, vms: 10 * i, pods: 120, logs: int64(i+1) << 21})
	}
	for i := range benchBroken {
		breakArchive(b, made[3*i%len(made)], filepath.Join(dir, fmt.Sprintf("broken-%03d%s", i, filepath.Ext(made[3*i%len(made)]))), i)
	}
	for i := len(entries(b, dir)); i < benchScanned; i++ {
		of := made[i%len(made)]
		if err := os.Link(of, filepath.Join(dir, fmt.Sprintf("copy%03d-%s", i, filepath.Base(of)))); err != nil {
			b.Fatal(err)
		}
	}
	b.Logf("%d archives, the %d different ones %d MB before compression", benchScanned, benchDistinct+benchGathers, total>>20)
}

// writeScannedReport makes the i-th sosreport: each fifth one a tar.gz, each tenth a tar.xz in several blocks.
func writeScannedReport(b *testing.B, dir string, i int) (file string, size int64) {
	hosts := hosttest.Names(b)
	share := float64(i*17%benchDistinct) / (benchDistinct - 1)
	want := 10e6 * math.Pow(16, math.Pow(share, 1.2))
	const logs = float64(benchLogs) / (benchLogs + benchOther)
	tree := benchTree(b, hosts[i%len(hosts)], int(want/17e3), int64(want*logs), int64(want*(1-logs)))
	file = filepath.Join(dir, fmt.Sprintf("sosreport-%03d-2026-11-22-abcdefg.tar.", i))
	switch {
	case i%10 == 9:
		file += "xz"
		return file, writeBenchArchive(b, file, tree, "--block-size=4MiB")
	case i%5 == 3:
		file += "gz"
		return file, writeBenchGzip(b, file, tree)
	}
	file += "xz"
	return file, writeBenchArchive(b, file, tree)
}

func writeBenchGzip(b *testing.B, file string, tree []benchMember) int64 {
	out, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	gz := gzip.NewWriter(out)
	n := writeBenchTar(b, gz, tree)
	if err := errors.Join(gz.Close(), out.Close()); err != nil {
		b.Fatal(err)
	}
	return n
}

// breakArchive makes a broken copy of an archive: cut off, with wrong bytes in it, or something else altogether.
func breakArchive(b *testing.B, from, to string, i int) {
	data, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	switch i % 4 {
	case 0:
		data = data[:len(data)*6/10]
	case 1:
		copy(data[len(data)/3:], "these bytes are wrong")
	case 2:
		data = []byte("<html><body>404 Not Found</body></html>\n")
	case 3:
		data = nil
	}
	if err := os.WriteFile(to, data, 0o644); err != nil {
		b.Fatal(err)
	}
}

// writeTiny makes archives of the hosts of testdata/hosts, each under a name of its own, unless they are there: half of them tar.gz, half tar.
func writeTiny(b *testing.B, dir string) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	if len(entries(b, dir)) == benchTiny {
		return
	}
	names := hosttest.Names(b)
	var archives []*txtar.Archive
	for _, n := range names {
		archives = append(archives, hosttest.Archive(b, n))
	}
	for i := range benchTiny {
		var out bytes.Buffer
		root := fmt.Sprintf("sosreport-host%05d-2026-11-22-abcdefg", i)
		gz := gzip.NewWriter(&out)
		ext := ".tar.gz"
		var err error
		if i%2 == 0 {
			ext, err = ".tar", hosttest.WriteTar(&out, renamed(archives[i%len(names)], i), root)
		} else {
			err = errors.Join(hosttest.WriteTar(gz, renamed(archives[i%len(names)], i), root), gz.Close())
		}
		if err = errors.Join(err, os.WriteFile(filepath.Join(dir, root+ext), out.Bytes(), 0o644)); err != nil {
			b.Fatal(err)
		}
	}
}

// renamed is a host under another name.
func renamed(ar *txtar.Archive, i int) *txtar.Archive {
	files := slices.Clone(ar.Files)
	for k, f := range files {
		switch f.Name {
		case "hostname", "etc/hostname", "sos_commands/host/hostname", "sos_commands/general/hostname", "sos_commands/host/hostname_-f":
			files[k].Data = fmt.Appendf(nil, "host%05d.example.com\n", i)
		}
	}
	return &txtar.Archive{Files: files}
}
