package layout_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// members describes an archive, one member a line: "path = content", "path -> symbolic link's target", "path => hard link's target",
// "path/" for a directory. "\n" in contents is a line break.
func members(t testing.TB, lines string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for line := range strings.SplitSeq(strings.TrimSpace(lines), "\n") {
		h := &tar.Header{Mode: 0o644}
		var body string
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case strings.Contains(line, " => "):
			h.Typeflag = tar.TypeLink
			h.Name, h.Linkname, _ = strings.Cut(line, " => ")
		case strings.Contains(line, " -> "):
			h.Typeflag = tar.TypeSymlink
			h.Name, h.Linkname, _ = strings.Cut(line, " -> ")
		case strings.HasSuffix(line, "/"):
			h.Typeflag, h.Name = tar.TypeDir, line
		default:
			h.Typeflag = tar.TypeReg
			h.Name, body, _ = strings.Cut(line, " =")
			body = strings.ReplaceAll(strings.TrimPrefix(body, " "), `\n`, "\n")
			h.Size = int64(len(body))
		}
		must(t, w.WriteHeader(h))
		_, err := w.Write([]byte(body))
		must(t, err)
	}
	must(t, w.Close())
	return out.Bytes()
}

// bundle is a tar file of files.
func bundle(t testing.TB, files ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		body := files[i+1].([]byte)
		must(t, w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: files[i].(string), Size: int64(len(body)), Mode: 0o644}))
		_, err := w.Write(body)
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

func xzip(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := xz.WriterConfig{DictCap: 1 << 16}.NewWriter(&out)
	must(t, err)
	_, err = w.Write(data)
	must(t, err)
	must(t, w.Close())
	return out.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// extract writes an archive's members to a directory as a user would have extracted them.
func extract(t testing.TB, data []byte, dir string) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(data))
	for {
		h, err := r.Next()
		if err == io.EOF {
			return
		}
		must(t, err)
		name := filepath.Join(dir, h.Name)
		must(t, os.MkdirAll(filepath.Dir(name), 0o750))
		switch h.Typeflag {
		case tar.TypeReg:
			body, err := io.ReadAll(r)
			must(t, err)
			must(t, os.WriteFile(name, body, 0o600))
		case tar.TypeDir:
			must(t, os.MkdirAll(name, 0o750))
		case tar.TypeSymlink:
			must(t, os.Symlink(h.Linkname, name))
		case tar.TypeLink:
			must(t, os.Link(filepath.Join(dir, h.Linkname), name))
		}
	}
}

// lines is a Scanner that remembers what it read.
type lines struct {
	text string
	err  error
}

func (l *lines) Scan(r io.Reader) error {
	data, err := io.ReadAll(r)
	l.text = string(data)
	if err == nil {
		err = l.err
	}
	return err
}

func scanLines() layout.Scanner { return &lines{} }

// usual is a selection like that of a real run.
func usual() []layout.Want {
	return []layout.Want{
		{Name: "bonding", Globs: []string{"proc/net/bonding/*", "proc/*/net/bonding/*"}},
		{Name: "version", Globs: []string{"version.txt"}},
		{Name: "net", Globs: []string{"sos_commands/networking/*", "sos_commands/networking/namespaces/*/*"}},
		{Name: "config", Globs: []string{"etc/sysconfig/network-scripts/ifcfg-*", "etc/os-release", "usr/lib/os-release"}},
		{Name: "host", Globs: []string{"hostname", "sos_commands/host/hostname", "etc/hostname"}},
		{Name: "kernel log", Globs: []string{"sos_commands/kernel/dmesg*"}, Scan: scanLines},
		{Name: "syslog", Globs: []string{"var/log/messages*", "var/log/syslog*"}, Scan: scanLines,
			Unless: func(t *layout.Tree) bool { return len(t.Scans) > 0 && t.Scans[0].Want == "kernel log" }},
	}
}

func stdin(data []byte) archive.Input { return archive.Input{Path: "-", Stdin: bytes.NewReader(data)} }

func collect(t testing.TB, data []byte, wants []layout.Want) *layout.Found {
	t.Helper()
	found, err := layout.Collect(context.Background(), stdin(data), wants, layout.Options{})
	must(t, err)
	return found
}

// show lists what a tree has, one line for each thing.
func show(t *layout.Tree) string {
	out := fmt.Sprintf("%s %q %q", t.Kind, t.Archive, t.Root)
	if !t.Complete {
		out += " incomplete"
	}
	for _, name := range t.Glob("**") {
		data, err := t.ReadFile(name)
		if err != nil {
			out += fmt.Sprintf("\n%s: %v", name, err)
			continue
		}
		out += strings.TrimRight(fmt.Sprintf("\n%s = %s", name, strings.ReplaceAll(string(data), "\n", `\n`)), " ")
	}
	for _, s := range t.Scans {
		out += fmt.Sprintf("\nscan %s %s = %s", s.Want, s.Path, strings.ReplaceAll(s.Scanner.(*lines).text, "\n", `\n`))
	}
	for _, name := range sortedKeys(t.Cut) {
		out += fmt.Sprintf("\ncut %s at %d", name, t.Cut[name])
	}
	for _, name := range sortedKeys(t.Failed) {
		out += fmt.Sprintf("\nfailed %s: %s", name, t.Failed[name])
	}
	for _, note := range t.Notes {
		out += "\nnote " + note
	}
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func showAll(f *layout.Found) string {
	all := make([]string, 0, len(f.Trees))
	for _, t := range f.Trees {
		all = append(all, show(t))
	}
	return strings.Join(all, "\n")
}

// same compares a description with a text whose lines may be indented.
func same(t testing.TB, what, got, want string) {
	t.Helper()
	var trimmed []string
	for line := range strings.SplitSeq(strings.TrimSpace(want), "\n") {
		trimmed = append(trimmed, strings.TrimSpace(line))
	}
	if diff := cmp.Diff(strings.Join(trimmed, "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}
