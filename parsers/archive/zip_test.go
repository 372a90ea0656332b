package archive_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zip"

	"github.com/sosbond/sosbond/parsers/archive"
)

func TestZip(t *testing.T) {
	data := zipball(t,
		entry{name: "host/", typ: tar.TypeDir},
		entry{name: "host/version.txt", body: "sos report: 4.9.1"},
		entry{name: "host/link", typ: tar.TypeSymlink, link: "version.txt"},
		entry{name: "host/long", typ: tar.TypeSymlink, link: strings.Repeat("x", 5000)},
		entry{name: "host/fifo", typ: tar.TypeFifo},
		entry{name: `host\windows\name`, body: "w"},
		entry{name: "../up", body: "x"},
		entry{name: "in.tar", body: string(tarball(t, entry{name: "inner", body: "deep"}))})
	want := `dir host
file host/version.txt
link host/link -> version.txt
other host/fifo
file host/windows/name
file in.tar
file in.tar:inner`
	for name, in := range map[string]archive.Input{"file": fromFile(t, data), "stdin": fromStdin(data), "in gz": fromFile(t, gz(t, data))} {
		var r recorder
		must(t, walk(t, in, &r, archive.Options{}))
		if diff := cmp.Diff(want, r.text()); diff != "" {
			t.Errorf("%s: (-want +got):\n%s", name, diff)
		}
		if r.content["host/version.txt"] != "sos report: 4.9.1" || r.content["in.tar:inner"] != "deep" || r.content["host/windows/name"] != "w" {
			t.Errorf("%s: content %q", name, r.content)
		}
		if len(r.problems) != 2 {
			t.Errorf("%s: problems %v", name, r.problems)
		}
	}
}

func TestZipDamaged(t *testing.T) {
	data := zipball(t, entry{name: "a", body: noise(3000)}, entry{name: "b", body: "b"})
	for _, at := range []int{30, 100, len(data) / 2, len(data) - 30, len(data) - 1} {
		err := walk(t, fromFile(t, data[:at]), &recorder{}, archive.Options{})
		var damaged *archive.Damaged
		if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "list of members, which stands at its end, is missing or corrupt") {
			t.Errorf("cut at %d: got %v", at, err)
		}
	}
	bad := bytes.Clone(data)
	bad[500] ^= 0xff
	var r recorder
	must(t, walk(t, fromFile(t, bad), &r, archive.Options{}))
	if r.content["b"] != "b" || r.broke["a"] == nil {
		t.Errorf("content %v, errors %v", r.content["b"], r.broke)
	}
	if len(r.problems) != 1 || r.problems[0].Path != "a" || !r.problems[0].Lost || !strings.HasPrefix(r.problems[0].Text, "a could be read in part only: the zip data are corrupt (") {
		t.Errorf("problems: %v", r.problems)
	}
}

func TestZipNotReadable(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, set := range map[string]func(h *zip.FileHeader){
		"secret": func(h *zip.FileHeader) { h.Flags |= 1 },
		"zstd":   func(h *zip.FileHeader) { h.Method = 93 },
		"xz":     func(h *zip.FileHeader) { h.Method = 95 },
	} {
		h := &zip.FileHeader{Name: name, Method: zip.Store, CompressedSize64: 4, UncompressedSize64: 4}
		set(h)
		f, err := w.CreateRaw(h)
		must(t, err)
		_, err = f.Write([]byte("data"))
		must(t, err)
	}
	must(t, w.Close())
	var r recorder
	err := walk(t, fromFile(t, out.Bytes()), &r, archive.Options{})
	var refused *archive.Refused
	if !errors.As(err, &refused) {
		t.Errorf("got %v, want *Refused: none of the members can be read", err)
	}
	if len(r.problems) != 2 ||
		!strings.Contains(r.problems[0].Text, "1 members of the zip file are encrypted and were not read, the first is secret: unpack it with its password") ||
		!strings.Contains(r.problems[1].Text, "2 members of the zip file are compressed in a way that is not supported") {
		t.Errorf("problems: %v", r.problems)
	}
}

// TestXZMissingProcess runs TestXZMissing where PATH leads to no xz.
func TestXZMissingProcess(t *testing.T) {
	for _, path := range []string{"", ".", t.TempDir()} {
		cmd := exec.Command(os.Args[0], "-test.run=^TestXZMissing$", "-test.count=1")
		cmd.Env = append(os.Environ(), "PATH="+path, "ARCHIVE_TEST_NO_XZ=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("PATH=%q: %v\n%s", path, err, out)
		}
	}
	fake := t.TempDir() + "/xz"
	must(t, os.WriteFile(fake, []byte("#!/bin/sh\necho BusyBox v1.36\n"), 0o700))
	cmd := exec.Command(os.Args[0], "-test.run=^TestXZMissing$", "-test.count=1")
	cmd.Env = append(os.Environ(), "PATH="+strings.TrimSuffix(fake, "/xz"), "ARCHIVE_TEST_NO_XZ=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("with an xz that is not XZ Utils: %v\n%s", err, out)
	}
}
