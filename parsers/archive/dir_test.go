//go:build unix

package archive_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/archive"
)

// lister notes what directories hold.
type lister struct {
	recorder
	lists []string
}

func (l *lister) List(m archive.Member, names []string) {
	l.lists = append(l.lists, m.Path+": "+strings.Join(names, " "))
}

func makeTree(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, d := range []string{"host/b", "host/a", "host/pruned/deep"} {
		must(t, os.MkdirAll(filepath.Join(dir, d), 0o750))
	}
	for name, body := range map[string]string{"host/b/1": "b1", "host/a.txt": "a", "host/a/2": "a2", "host/pruned/deep/x": "x",
		"x.tar": string(tarball(t, sample...)), "y.tar.xz": string(xzBlocks(t, tarball(t, sample...), 0)), "z.zip": string(zipball(t, entry{name: "in", body: "zip"}))} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600))
	}
	outside := t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600))
	must(t, os.Symlink(outside, filepath.Join(dir, "host/out")))
	must(t, os.Symlink("a", filepath.Join(dir, "host/in")))
	must(t, os.Symlink("../../../../etc/passwd", filepath.Join(dir, "host/up")))
	must(t, syscall.Mkfifo(filepath.Join(dir, "host/fifo"), 0o600))
	return dir
}

func TestDirectory(t *testing.T) {
	dir := makeTree(t)
	outside, err := os.Readlink(filepath.Join(dir, "host/out"))
	must(t, err)
	want := strings.ReplaceAll(`dir .
dir host
dir host/a
file host/a/2
file host/a.txt
dir host/b
file host/b/1
other host/fifo
link host/in -> a
link host/out -> OUTSIDE
dir host/pruned
link host/up -> ../../../../etc/passwd
file x.tar
INNER:x.tar
file y.tar.xz
INNER:y.tar.xz
file z.zip
file z.zip:in`, "OUTSIDE", outside)
	for _, name := range []string{"x.tar", "y.tar.xz"} {
		inner := ""
		for line := range strings.SplitSeq(sampleLines, "\n") {
			kind, rest, _ := strings.Cut(line, " ")
			inner += kind + " " + name + ":" + rest + "\n"
		}
		want = strings.ReplaceAll(want, "INNER:"+name, strings.TrimSpace(inner))
	}
	for _, xz := range decoders(t) {
		l := &lister{recorder: recorder{act: func(m archive.Member) (archive.Action, bool) {
			return archive.Prune, m.Path == "host/pruned"
		}}}
		done := make(chan error, 1)
		go func() {
			done <- archive.Walk(t.Context(), archive.Input{Path: dir}, l, archive.Options{XZ: xz})
		}()
		select {
		case err := <-done:
			must(t, err)
		case <-time.After(20 * time.Second):
			t.Fatal("the walk hangs, probably on the FIFO")
		}
		if diff := cmp.Diff(want, l.text()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		lists := []string{".: host x.tar y.tar.xz z.zip", "host: a a.txt b fifo in out pruned up", "host/a: 2", "host/b: 1"}
		if diff := cmp.Diff(lists, l.lists); diff != "" {
			t.Errorf("lists (-want +got):\n%s", diff)
		}
		if l.content["host/a/2"] != "a2" || l.content["z.zip:in"] != "zip" || l.content["y.tar.xz:host/version.txt"] == "" {
			t.Errorf("content %q", l.content)
		}
		if len(l.problems) > 0 {
			t.Errorf("problems %v", l.problems)
		}
	}
}

// TestDirectorySwap: what was a file when it was listed may be a link or a FIFO when it is opened.
func TestDirectorySwap(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, []byte("secret"), 0o600))
	for _, name := range []string{"a", "b"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600))
	}
	r := recorder{act: func(m archive.Member) (archive.Action, bool) {
		path := filepath.Join(dir, m.Path)
		switch m.Path {
		case "a":
			must(t, os.Remove(path))
			must(t, os.Symlink(secret, path))
		case "b":
			must(t, os.Remove(path))
			must(t, syscall.Mkfifo(path, 0o600))
		}
		return 0, false
	}}
	must(t, walk(t, archive.Input{Path: dir}, &r, archive.Options{}))
	if len(r.content) != 0 || len(r.problems) != 2 {
		t.Errorf("content %q, problems %v", r.content, r.problems)
	}
}

func TestDirectoryUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := makeTree(t)
	must(t, os.Chmod(filepath.Join(dir, "host/a"), 0))
	must(t, os.Chmod(filepath.Join(dir, "host/b/1"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "host/a"), 0o700) })
	var r recorder
	must(t, walk(t, archive.Input{Path: dir}, &r, archive.Options{}))
	var got []string
	for _, p := range r.problems {
		got = append(got, p.Text)
	}
	want := []string{"The directory host/a could not be read: permission denied.", "host/b/1 could not be read: permission denied."}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	must(t, os.Chmod(filepath.Join(dir, "host"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "host"), 0o700) })
	err := walk(t, archive.Input{Path: filepath.Join(dir, "host")}, &r, archive.Options{})
	if err == nil || !strings.Contains(err.Error(), "cannot be read (permission denied)") {
		t.Errorf("got %v", err)
	}
}

func TestFIFOAsInput(t *testing.T) {
	name := filepath.Join(t.TempDir(), "fifo")
	must(t, syscall.Mkfifo(name, 0o600))
	data := gz(t, tarball(t, sample...))
	go func() { _ = os.WriteFile(name, data, 0o600) }()
	var r recorder
	must(t, walk(t, archive.Input{Path: name}, &r, archive.Options{}))
	checkSample(t, &r, "")
}
