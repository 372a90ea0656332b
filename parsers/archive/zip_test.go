package archive_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
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

// TestZipWithoutIndex: of a zip file that broke off, the members before are read by the records that stand before each.
func TestZipWithoutIndex(t *testing.T) {
	pack := func(set func(h *zip.FileHeader), raw bool) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, name := range []string{"d/", "d/a", "../b", "c"} {
			h := &zip.FileHeader{Name: name, Method: zip.Store}
			body := []byte("body of " + name)
			if strings.HasSuffix(name, "/") {
				body = nil
			}
			set(h)
			create := w.CreateHeader
			if raw { // sizes and checksum stand before the data
				h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(body), uint64(len(body)), uint64(len(body))
				create = w.CreateRaw
			}
			f, err := create(h)
			must(t, err)
			_, err = f.Write(body)
			must(t, err)
		}
		must(t, w.Close())
		return out.Bytes()[:bytes.Index(out.Bytes(), []byte("PK\x01\x02"))+20]
	}
	deflate := pack(func(h *zip.FileHeader) { h.Method = zip.Deflate }, false)
	stored := pack(func(*zip.FileHeader) {}, true)
	wrong := bytes.Replace(stored, []byte("body of c"), []byte("body of x"), 1)
	for name, c := range map[string]struct {
		data              []byte
		members, problems string
	}{
		"deflate":          {deflate, "dir d\nfile d/a\nfile c", "have a name with"},
		"stored":           {stored, "dir d\nfile d/a\nfile c", "have a name with"},
		"wrong":            {wrong, "dir d\nfile d/a\nfile c", "c is corrupt: its checksum is wrong."},
		"encrypted":        {pack(func(h *zip.FileHeader) { h.Flags |= 1 }, true), "", ""},
		"stored, no sizes": {pack(func(*zip.FileHeader) {}, false), "dir d", ""},
	} {
		for _, in := range []archive.Input{fromFile(t, c.data), fromStdin(c.data)} {
			var r recorder
			err := walk(t, in, &r, archive.Options{})
			var damaged *archive.Damaged
			if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "list of members, which stands at its end, is missing") || damaged.All {
				t.Errorf("%s: %v", name, err)
			}
			if r.text() != c.members || strings.Contains(c.members, "d/a") && r.content["d/a"] != "body of d/a" {
				t.Errorf("%s: %q %q", name, r.lines, r.content)
			}
			if got := fmt.Sprint(r.problems); !strings.Contains(got, strings.Replace(c.problems, "have", "has", 1)) {
				t.Errorf("%s: problems %s", name, got)
			}
		}
	}
}
