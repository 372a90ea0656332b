package store

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"github.com/sosbond/sosbond/report/entry"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"":          "",
		"plain é":   "plain é",
		`C:\x00\a`:  `C:\x00\a`,
		"a\x00b":    "a�{00}b",
		"\xff\xc3":  "�{ff}�{c3}",
		"�":         "�{fffd}",
		"�{ff}":     "�{fffd}{ff}",
		"\xed\xa0a": "�{ed}�{a0}a",
	} {
		if got := toText(in); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
		if got := fromText(want); got != in {
			t.Errorf("%q is read %q, want %q", want, got, in)
		}
	}
}

func TestLongPath(t *testing.T) {
	short, long := strings.Repeat("é", 1000), strings.Repeat("/é", 1000)
	if got := toPath(short); got != short {
		t.Error("a path of 2000 bytes is cut")
	}
	a, b := toPath(long), toPath(long+"x")
	if len(a) > 2100 || a == b || !isCut(a) || !utf8.ValidString(a) {
		t.Errorf("%q, %q", a, b)
	}
	if isCut(toPath("/�{sha256:")) {
		t.Error("a path pretends to be cut")
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x00\xff�{ff}�")
	f.Fuzz(func(t *testing.T, s string) {
		text := toText(s)
		if strings.ToValidUTF8(text, "") != text || strings.Contains(text, "\x00") {
			t.Errorf("%q cannot be stored", text)
		}
		if got := fromText(text); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	})
}

func FuzzUnpack(f *testing.F) {
	body, err := pack(map[string]any{"name": "a"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte{})
	f.Add([]byte("\x28\xb5\x2f\xfd\xa4\xff\xff\xff\xff"))
	f.Fuzz(func(_ *testing.T, body []byte) {
		var v any
		_ = unpack(body, &v) // must return
	})
}

// A disk that is full: what was saved stays, and the next save works when there is room again.
func TestFullDisk(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "reports.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // the test is about what it did
	file := s.(*database).backend.(*sqliteFile)
	limit := func(pragma string) {
		t.Helper()
		if _, err := file.conn.ExecContext(t.Context(), pragma); err != nil {
			t.Fatal(err)
		}
	}
	e := entry.Entry{Input: entry.Input{Path: "/in/a.tar"}, Status: entry.Failed, Errors: []string{"why"}}
	if err := s.Save(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	limit("PRAGMA max_page_count = 1") // it becomes the present size
	e.Path, e.Errors = "/in/b.tar", []string{strings.Repeat("long ", 100_000)}
	if err := s.Save(t.Context(), e); err == nil || !strings.Contains(err.Error(), "the disk is full: make room and run again") {
		t.Fatalf("got %v", err)
	}
	if e, ok, err := s.Known(t.Context(), "/in/a.tar"); err != nil || !ok || len(e.Errors) != 1 {
		t.Errorf("%v, %v, %v", e, ok, err)
	}
	if _, ok, err := s.Known(t.Context(), "/in/b.tar"); err != nil || ok {
		t.Errorf("half of it is there: %v", err)
	}
	limit("PRAGMA max_page_count = 1000000")
	if err := s.Save(t.Context(), e); err != nil {
		t.Error(err)
	}
}

func TestNetworkFileSystem(t *testing.T) {
	old := statfs
	t.Cleanup(func() { statfs = old })
	path := filepath.Join(t.TempDir(), "reports.db")
	for kind, want := range map[int64]string{unix.NFS_SUPER_MAGIC: "(NFS)", unix.SMB2_SUPER_MAGIC: "(SMB)", unix.EXT4_SUPER_MAGIC: ""} {
		statfs = func(_ string, st *unix.Statfs_t) error { st.Type = kind; return nil }
		s, err := Open(t.Context(), path)
		if want == "" {
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "PostgreSQL") {
			t.Errorf("%#x: %v", kind, err)
		}
	}
}

// A scan may be over, and its database on a medium that cannot be written.
func TestReadOnlyMedium(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "reports.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	e := entry.Entry{Input: entry.Input{Path: "/in/a.tar"}, Status: entry.Failed, Errors: []string{"why"}}
	if err := errors.Join(s.Save(t.Context(), e), s.Close()); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Fatalf("%v is left beside the database: %v", left, err)
	}
	beNobody(t, dir)
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "check the rights to the file and its folder") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(t.Context(), filepath.Join(dir, "new.db")); err == nil || !strings.Contains(err.Error(), "check the rights to the file and its folder") {
		t.Errorf("got %v", err)
	}
	r, err := OpenExisting(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it only reads
	if _, ok, err := r.Known(t.Context(), "/in/a.tar"); !ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}

// beNobody takes the right to write to a folder from this test, whoever runs it.
func beNobody(t *testing.T, dir string) {
	t.Helper()
	for path, mode := range map[string]os.FileMode{filepath.Dir(dir): 0o755, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(path, 0o700) }) //nolint:gosec // a folder
	}
	if os.Getuid() != 0 {
		return
	}
	runtime.LockOSThread() // what files may be used is a property of the thread; it is not used again
	if err := unix.Setfsuid(65534); err != nil {
		t.Skipf("root may write everywhere: %v", err)
	}
	t.Cleanup(func() { _ = unix.Setfsuid(0) }) // the folder is to be removed
	if f, err := os.Create(filepath.Join(dir, "x")); err == nil {
		t.Skip("root may write everywhere", f.Close(), os.Remove(f.Name()))
	}
}
