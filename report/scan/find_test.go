package scan_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/report/scan"
)

// kinds takes files that start with "ARCHIVE" for archives.
var kinds = scan.Kinds{
	Archive: func(head []byte) bool { return bytes.HasPrefix(head, []byte("ARCHIVE")) },
	Report:  func(names []string) bool { return slices.Contains(names, "sos_commands") },
	Gather:  func(names []string) bool { return slices.Contains(names, "cluster-scoped-resources") },
}

// tree makes files in a new folder; a name that ends with "/" is a folder, "a -> b" a link.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, n := range names {
		name, target, isLink := strings.Cut(n, " -> ")
		full := filepath.Join(dir, name)
		check(t, os.MkdirAll(filepath.Dir(full), 0o755))
		switch {
		case isLink:
			check(t, os.Symlink(target, full))
		case strings.HasSuffix(name, "/"):
			check(t, os.MkdirAll(full, 0o755))
		case strings.Contains(name, "note"):
			check(t, os.WriteFile(full, []byte("a note"), 0o644))
		default:
			check(t, os.WriteFile(full, []byte("ARCHIVE "+name), 0o644))
		}
	}
	return dir
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func found(t *testing.T, dir string, paths ...string) (list []string, f scan.Found) {
	t.Helper()
	for i, p := range paths {
		paths[i] = filepath.Join(dir, p)
	}
	f, err := scan.Find(context.Background(), paths, kinds, nil, func(c scan.Candidate) bool {
		rel, err := filepath.Rel(dir, c.Path)
		check(t, err)
		switch {
		case c.Err != nil:
			rel += " !"
		case c.Dir:
			rel += "/"
		}
		list = append(list, rel)
		return true
	})
	check(t, err)
	return list, f
}

func TestFind(t *testing.T) {
	dir := tree(t,
		"2026/b.tar.xz", "2026/a.tar.gz", "2026/a.tar.gz.md5-note", "2026/0010-attachment", "2026/note.txt", "2026/page-note.tar.xz",
		"2025/unpacked/sos_commands/host/hostname", "2025/unpacked/inner.tar.xz",
		"mg/version-note", "mg/quay-io-x-sha256-abc/cluster-scoped-resources/x", "mg/quay-io-y-sha256-def/namespaces/x",
		".snapshot/old.tar.xz", "empty/", "links/file -> ../2026/a.tar.gz", "links/folder -> ../2026", "links/loop -> loop", "links/gone -> nowhere",
	)
	cases := []struct {
		name  string
		paths []string
		want  string
		other int
	}{
		{"everything", []string{""}, "2025/unpacked/ 2026/0010-attachment 2026/a.tar.gz 2026/b.tar.xz 2026/page-note.tar.xz links/file mg/", 5},
		{"overlapping", []string{"2026/b.tar.xz", "2026", "2026/a.tar.gz"}, "2026/b.tar.xz 2026/0010-attachment 2026/a.tar.gz 2026/page-note.tar.xz", 2},
		{"a file of any kind, when it is named", []string{"2026/note.txt"}, "2026/note.txt", 0},
		{"missing", []string{"2026/b.tar.xz", "no.tar.xz"}, "2026/b.tar.xz no.tar.xz !", 0},
		{"glob", []string{"20*/[ab].tar.?z"}, "2026/a.tar.gz 2026/b.tar.xz", 0},
		{"glob through folders", []string{"**/b.tar.xz"}, "2026/b.tar.xz", 0},
		{"glob of nothing", []string{"*.zip"}, "*.zip !", 0},
		{"unpacked", []string{"2025/unpacked"}, "2025/unpacked/", 0},
		{"must-gather", []string{"mg"}, "mg/", 0},
		{"empty", []string{"empty"}, "", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			list, f := found(t, dir, slices.Clone(c.paths)...)
			if got := strings.Join(list, " "); got != c.want || f.Inputs != len(list) || f.Other != c.other {
				t.Errorf("found %s (%+v), want %s and %d other files", got, f, c.want, c.other)
			}
		})
	}
}

func TestFindEnds(t *testing.T) {
	dir := tree(t, "a.tar", "b.tar", "c.tar")
	n := 0
	f, err := scan.Find(context.Background(), []string{dir}, kinds, nil, func(scan.Candidate) bool { n++; return n < 2 })
	if err != nil || n != 2 || f.Inputs != 2 {
		t.Errorf("%d inputs, %+v, %v", n, f, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scan.Find(ctx, []string{dir}, kinds, nil, func(scan.Candidate) bool { t.Error("called"); return true }); err == nil {
		t.Error("the end of the context is no error")
	}
}

func TestReadList(t *testing.T) {
	cases := map[string]string{
		"a\nb c\n\nd":            "a|b c|d",
		"a\r\nb\r\n":             "a|b",
		"a\x00with\nnewline\x00": "a|with\nnewline",
		"":                       "",
	}
	for in, want := range cases {
		list, err := scan.ReadList(strings.NewReader(in))
		if got := strings.Join(list, "|"); err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestIdentify(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "big.tar")
	data := bytes.Repeat([]byte("0123456789abcdef"), 5<<16) // 5 MiB
	check(t, os.WriteFile(name, data, 0o644))
	look := func(whole bool) string {
		in, err := scan.Identify(name, whole)
		check(t, err)
		if in.Size != int64(len(data)) || in.Whole != whole || in.Modified == 0 || in.Dir {
			t.Errorf("%+v", in)
		}
		return in.Sum
	}
	edges, all := look(false), look(true)
	change := func(at int) {
		changed := bytes.Clone(data)
		changed[at] ^= 1
		check(t, os.WriteFile(name, changed, 0o644))
	}
	change(len(data) / 2)
	if look(false) != edges || look(true) == all {
		t.Error("the middle counts for the sum of all of the file, and for that alone")
	}
	for _, at := range []int{0, 1<<20 - 1, len(data) - 1<<20, len(data) - 1} {
		change(at)
		if look(false) == edges {
			t.Errorf("a change at %d is not seen", at)
		}
	}
	if _, err := scan.Identify(filepath.Join(dir, "missing"), false); err == nil {
		t.Error("a missing file has no identity")
	}
}

func TestIdentifyDirectory(t *testing.T) {
	dir := tree(t, "sos_commands/host/hostname", "proc/net/bonding/bond0")
	before, err := scan.Identify(dir, false)
	check(t, err)
	again, err := scan.Identify(dir, false)
	check(t, err)
	if !before.Dir || !before.Same(again) {
		t.Errorf("%+v and %+v differ", before, again)
	}
	check(t, os.WriteFile(filepath.Join(dir, "proc/net/bonding/bond1"), []byte("x"), 0o644))
	after, err := scan.Identify(dir, false)
	check(t, err)
	if before.Same(after) {
		t.Error("a new file is not seen")
	}
}
