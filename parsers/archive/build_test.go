package archive_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zip"
	"github.com/klauspost/compress/zstd"
	"github.com/mholt/archiver/v4"
	"github.com/ulikunitz/xz"

	"github.com/sosbond/sosbond/parsers/archive"
)

// entry is a member of an archive made for a test. The zero typ is a file.
type entry struct {
	name string
	typ  byte
	body string
	link string
}

func tarball(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.typ, Linkname: e.link, Mode: 0o100644}
		if e.typ == 0 {
			h.Typeflag, h.Size = tar.TypeReg, int64(len(e.body))
		}
		must(t, w.WriteHeader(h))
		_, err := w.Write([]byte(e.body))
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func zipball(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		body := e.body
		switch e.typ {
		case tar.TypeSymlink:
			h.SetMode(os.ModeSymlink | 0o777)
			body = e.link
		case tar.TypeDir:
			h.SetMode(os.ModeDir | 0o755)
		case tar.TypeFifo:
			h.SetMode(os.ModeNamedPipe | 0o644)
		default:
			h.SetMode(0o644)
		}
		f, err := w.CreateHeader(h)
		must(t, err)
		_, err = f.Write([]byte(body))
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

func gz(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(data)
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}

// xzBlocks compresses into one stream with blocks of the given size, as "xz -T" does; 0 makes one block, as sos does.
func xzBlocks(t testing.TB, data []byte, block int64) []byte {
	t.Helper()
	var out bytes.Buffer
	config := xz.WriterConfig{BlockSize: block, DictCap: 1 << 16}
	w, err := config.NewWriter(&out)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}

func bz2(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := archiver.Bz2{}.OpenWriter(&out)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}

func zst(t testing.TB, data []byte) []byte {
	t.Helper()
	enc, err := zstd.NewWriter(nil)
	must(t, err)
	return enc.EncodeAll(data, nil)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// file writes data to a file whose name tells nothing.
func file(t testing.TB, data []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "input")
	must(t, os.WriteFile(name, data, 0o600))
	return name
}

func fromFile(t testing.TB, data []byte) archive.Input {
	return archive.Input{Path: file(t, data)}
}

func fromStdin(data []byte) archive.Input {
	return archive.Input{Path: "-", Stdin: bytes.NewReader(data)}
}

// recorder notes all that it is shown. Files are read, and those named *.tar* or *.zip are descended into, unless act says otherwise.
type recorder struct {
	act      func(m archive.Member) (archive.Action, bool)
	fail     error
	lines    []string
	content  map[string]string
	broke    map[string]error
	problems []archive.Problem
}

var kindNames = map[archive.Kind]string{
	archive.File: "file", archive.Dir: "dir", archive.Symlink: "link", archive.Hardlink: "hard", archive.Other: "other"}

func full(m archive.Member) string {
	if m.Archive == "" {
		return m.Path
	}
	return m.Archive + ":" + m.Path
}

func (r *recorder) Visit(m archive.Member) archive.Action {
	line := kindNames[m.Kind] + " " + full(m)
	if m.Link != "" {
		line += " -> " + m.Link
	}
	r.lines = append(r.lines, line)
	if r.act != nil {
		if a, ok := r.act(m); ok {
			return a
		}
	}
	if base := filepath.Base(m.Path); strings.Contains(base, ".tar") || strings.Contains(base, ".zip") {
		return archive.Descend
	}
	return archive.Read
}

func (r *recorder) Read(m archive.Member, in io.Reader) error {
	if r.fail != nil {
		return r.fail
	}
	data, err := io.ReadAll(in)
	if r.content == nil {
		r.content, r.broke = map[string]string{}, map[string]error{}
	}
	r.content[full(m)] = string(data)
	if err != nil {
		r.broke[full(m)] = err
	}
	return nil
}

func (r *recorder) Problem(p archive.Problem) { r.problems = append(r.problems, p) }

func (r *recorder) text() string { return strings.Join(r.lines, "\n") }

func walk(t testing.TB, in archive.Input, r *recorder, opt archive.Options) error {
	t.Helper()
	return archive.Walk(context.Background(), in, r, opt)
}

// decoders are the ways to decompress xz that this machine has.
func decoders(t testing.TB) []archive.XZ {
	t.Helper()
	all := []archive.XZ{archive.XZGo, archive.XZAuto}
	if _, err := exec.LookPath("xz"); err == nil {
		all = append(all, archive.XZSystem)
	}
	return all
}

// noise is text that does not compress to nothing.
func noise(n int) string {
	var out strings.Builder
	for i := uint32(1); out.Len() < n; i++ {
		fmt.Fprintf(&out, "%08x\n", i*2654435761)
	}
	return out.String()[:n]
}

// text is more of it that compresses fast.
func text(n int) string {
	return strings.Repeat(noise(32<<10), n/(32<<10)+1)[:n]
}

// settled fails the test when goroutines or child processes outlive what ran since before.
func settled(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before || children(t) > 0 {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines (%d before), %d child processes left\n%s",
				runtime.NumGoroutine(), before, children(t), stacks[:runtime.Stack(stacks, true)])
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// children counts this process's children, zombies among them; only Linux tells.
func children(t *testing.T) int {
	t.Helper()
	lists, err := filepath.Glob("/proc/self/task/*/children")
	must(t, err)
	n := 0
	for _, list := range lists {
		if data, err := os.ReadFile(list); err == nil {
			n += len(strings.Fields(string(data)))
		}
	}
	return n
}
