package archive_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/archive"
)

var sample = []entry{
	{name: "./", typ: tar.TypeDir},
	{name: "./host/", typ: tar.TypeDir},
	{name: "./host/version.txt", body: "sos report: 4.9.1"},
	{name: "./host/ip_addr", typ: tar.TypeSymlink, link: "sos_commands/networking/ip_-o_addr"},
	{name: "./host/sos_commands/networking/ip_-o_addr", body: "1: lo    inet 127.0.0.1/8\n"},
	{name: "./host/copy", typ: tar.TypeLink, link: "./host/version.txt"},
	{name: "./host/run/fifo", typ: tar.TypeFifo},
	{name: "./host/dev/null", typ: tar.TypeChar},
	{name: "./host/empty"},
}

const sampleLines = `dir .
dir host
file host/version.txt
link host/ip_addr -> sos_commands/networking/ip_-o_addr
file host/sos_commands/networking/ip_-o_addr
hard host/copy -> host/version.txt
other host/run/fifo
other host/dev/null
file host/empty`

var sampleContent = map[string]string{
	"host/version.txt":                        "sos report: 4.9.1",
	"host/sos_commands/networking/ip_-o_addr": "1: lo    inet 127.0.0.1/8\n",
	"host/empty":                              "",
}

func TestForms(t *testing.T) {
	plain := tarball(t, sample...)
	half := len(plain)/2 + 7
	forms := map[string][]byte{
		"tar":                 plain,
		"tar, zeros behind":   append(bytes.Clone(plain), make([]byte, 8192)...),
		"tar, garbage behind": append(bytes.Clone(plain), "garbage"...),
		"gz":                  gz(t, plain),
		"gz, two members":     append(gz(t, plain[:half]), gz(t, plain[half:])...),
		"gz, garbage behind":  append(gz(t, plain), "garbage behind the data"...),
		"gz, zeros behind":    append(gz(t, plain), make([]byte, 512)...),
		"gz, garbage inside":  gz(t, append(bytes.Clone(plain), "garbage"...)),
		"gz twice":            gz(t, gz(t, plain)),
		"bz2":                 bz2(t, plain),
		"bz2, two streams":    append(bz2(t, plain[:half]), bz2(t, plain[half:])...),
		"zst":                 zst(t, plain),
		"zst, two frames":     append(zst(t, plain[:half]), zst(t, plain[half:])...),
		"zst, skippable":      append([]byte("\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"), zst(t, plain)...),
		"xz":                  xzBlocks(t, plain, 0),
		"xz, blocks":          xzBlocks(t, plain, 1000),
		"xz, two streams":     append(xzBlocks(t, plain[:half], 0), xzBlocks(t, plain[half:], 0)...),
		"xz, padding":         append(xzBlocks(t, plain, 0), make([]byte, 8)...),
	}
	for name, data := range forms {
		t.Run(name, func(t *testing.T) {
			for _, xz := range decoders(t) {
				for way, in := range map[string]archive.Input{"file": fromFile(t, data), "stdin": fromStdin(data)} {
					var r recorder
					if err := walk(t, in, &r, archive.Options{XZ: xz}); err != nil {
						t.Fatalf("%s, xz %s: %v", way, xz, err)
					}
					checkSample(t, &r, "")
				}
			}
		})
		t.Run(name+" nested", func(t *testing.T) {
			outer := tarball(t, entry{name: "a", body: "before"}, entry{name: "case/x.tar", body: string(data)}, entry{name: "z", body: "after"})
			for _, xz := range decoders(t) {
				for way, in := range map[string]archive.Input{"tar": fromFile(t, outer), "xz": fromFile(t, xzBlocks(t, outer, 0)), "stdin": fromStdin(outer)} {
					var r recorder
					if err := walk(t, in, &r, archive.Options{XZ: xz}); err != nil {
						t.Fatalf("%s, xz %s: %v", way, xz, err)
					}
					if r.content["a"] != "before" || r.content["z"] != "after" {
						t.Errorf("%s, xz %s: the outer archive's files: %q", way, xz, r.content)
					}
					checkSample(t, &r, "case/x.tar")
				}
			}
		})
	}
}

// checkSample compares what was seen of one archive with the sample.
func checkSample(t *testing.T, r *recorder, in string) {
	t.Helper()
	want, prefix := sampleLines, ""
	if in != "" {
		prefix = in + ":"
		want = ""
		for line := range strings.SplitSeq(sampleLines, "\n") {
			kind, rest, _ := strings.Cut(line, " ")
			want += kind + " " + prefix + rest + "\n"
		}
		want = strings.TrimSpace(want)
	}
	var got []string
	for _, line := range r.lines {
		if _, rest, _ := strings.Cut(line, " "); strings.HasPrefix(rest, prefix) {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	for name, body := range sampleContent {
		if got, ok := r.content[prefix+name]; !ok || got != body {
			t.Errorf("%s: got %q (%v), want %q", name, got, ok, body)
		}
	}
	for _, p := range r.problems {
		if p.Lost || !strings.Contains(p.Text, "Behind the end of the tar data stand other data") {
			t.Errorf("problem: %v", p)
		}
	}
}

func TestStdinAsFile(t *testing.T) {
	data := append([]byte("header"), xzBlocks(t, tarball(t, sample...), 0)...)
	for _, xz := range decoders(t) {
		f, err := os.Open(file(t, data))
		must(t, err)
		_, err = f.Seek(6, io.SeekStart)
		must(t, err)
		var r recorder
		must(t, walk(t, archive.Input{Path: "-", Stdin: f}, &r, archive.Options{XZ: xz}))
		checkSample(t, &r, "")
		must(t, f.Close())
	}
}

// TestCut cuts archives at every byte: what lies before must be seen, and nobody must take the rest for complete.
func TestCut(t *testing.T) {
	files := []entry{{name: "a", body: noise(700)}, {name: "b", body: noise(100)}, {name: "c", body: noise(2000)}, {name: "d", body: "end"}}
	plain := tarball(t, files...)
	forms := map[string][]byte{"tar": plain, "gz": gz(t, plain), "bz2": bz2(t, plain), "zst": zst(t, plain), "xz": xzBlocks(t, plain, 512), "zip": zipball(t, files...)}
	for name, data := range forms {
		t.Run(name, func(t *testing.T) {
			for at := headLen; at < len(data); at += 5 + at%4 {
				if name == "tar" && at >= len(plain)-512 { // the second block of zeros says nothing that the first did not
					break
				}
				cutAt(t, files, fromFile(t, data[:at]), at, archive.XZGo)
				if at%4 == 0 {
					cutAt(t, files, fromStdin(data[:at]), at, archive.XZGo)
				}
			}
		})
	}
	if len(decoders(t)) < 3 {
		return
	}
	t.Run("system xz", func(t *testing.T) {
		data := forms["xz"]
		for at := headLen; at < len(data); at += 97 {
			cutAt(t, files, fromFile(t, data[:at]), at, archive.XZSystem)
			cutAt(t, files, fromStdin(data[:at]), at, archive.XZSystem)
		}
	})
}

// headLen is the size from which all the forms are recognized.
const headLen = 512

func cutAt(t *testing.T, files []entry, in archive.Input, at int, xz archive.XZ) {
	t.Helper()
	var r recorder
	err := walk(t, in, &r, archive.Options{XZ: xz})
	var damaged *archive.Damaged
	if !errors.As(err, &damaged) {
		t.Fatalf("cut at %d: got error %v after %q, want *Damaged", at, err, r.lines)
	}
	if damaged.Members != int64(len(r.lines)) {
		t.Errorf("cut at %d: %d members, %d visited", at, damaged.Members, len(r.lines))
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error has several lines: %q", err)
	}
	for i := range r.lines {
		f, got := files[i], r.content[files[i].name]
		whole := i < len(r.lines)-1 || damaged.All
		switch {
		case whole && got != f.body:
			t.Errorf("cut at %d: %s is not complete: %d bytes", at, f.name, len(got))
		case !strings.HasPrefix(f.body, got):
			t.Errorf("cut at %d: %s has wrong content", at, f.name)
		case got != f.body && r.broke[f.name] == nil:
			t.Errorf("cut at %d: reading %s gave %d bytes and no error", at, f.name, len(got))
		}
	}
	if damaged.All && len(r.lines) != len(files) {
		t.Errorf("cut at %d: All, but only %d members", at, len(r.lines))
	}
}

func TestCutBehindTheMembers(t *testing.T) {
	for _, xz := range decoders(t) {
		for name, data := range map[string][]byte{"gz": gz(t, tarball(t, sample...)), "xz": xzBlocks(t, tarball(t, sample...), 0)} {
			var r recorder
			err := walk(t, fromFile(t, data[:len(data)-5]), &r, archive.Options{XZ: xz})
			var damaged *archive.Damaged
			if !errors.As(err, &damaged) || !damaged.All {
				t.Fatalf("%s: got %v, want Damaged with All", name, err)
			}
			if want := "is damaged, but behind its 8 members only: the " + map[string]string{"gz": "gzip", "xz": "xz"}[name] + " data end early"; !strings.Contains(err.Error(), want) {
				t.Errorf("got %q, want %q in it", err, want)
			}
			checkSample(t, &r, "")
		}
	}
}

// TestCorrupt flips bytes of the compressed data.
func TestCorrupt(t *testing.T) {
	plain := tarball(t, entry{name: "a", body: noise(3000)}, entry{name: "b", body: noise(500)})
	forms := map[string][]byte{"gz": gz(t, plain), "bz2": bz2(t, plain), "zst": zst(t, plain), "xz": xzBlocks(t, plain, 0)}
	for name, data := range forms {
		for _, xz := range decoders(t) {
			bad := bytes.Clone(data)
			bad[len(bad)*3/4] ^= 0x55
			var r recorder
			err := walk(t, fromFile(t, bad), &r, archive.Options{XZ: xz})
			var damaged *archive.Damaged
			if !errors.As(err, &damaged) {
				t.Errorf("%s: got %v, want *Damaged", name, err)
			}
		}
	}
}

func TestNoEndMark(t *testing.T) {
	data := gz(t, tarball(t, sample...)[:len(tarball(t, sample...))-1024])
	var r recorder
	err := walk(t, fromFile(t, data), &r, archive.Options{})
	var damaged *archive.Damaged
	if !errors.As(err, &damaged) || !strings.Contains(err.Error(), "without the mark of their end") {
		t.Fatalf("got %v", err)
	}
	checkSample(t, &r, "")
}

func TestNames(t *testing.T) {
	entries := []entry{{name: "/etc/passwd", body: "x"}, {name: "/etc/shadow", body: "x"}, {name: "a/../../b", body: "x"}, {name: "..", typ: tar.TypeDir},
		{name: "fine//./name", body: "kept"}, {name: "hard", typ: tar.TypeLink, link: "../outside"}, {name: "a..b", body: "kept"},
		{name: strings.Repeat("long/", 1000) + "x", body: "x"}, {name: "soft", typ: tar.TypeSymlink, link: "../../etc"}}
	var r recorder
	must(t, walk(t, fromFile(t, tarball(t, entries...)), &r, archive.Options{}))
	if diff := cmp.Diff("file fine/name\nfile a..b\nlink soft -> ../../etc", r.text()); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	var got []string
	for _, p := range r.problems {
		if !p.Lost {
			t.Errorf("%q: not marked as lost", p.Text)
		}
		got = append(got, p.Text)
	}
	want := []string{
		`2 members have an absolute name and were left out, the first is "/etc/passwd".`,
		`2 members have a name with ".." in it and were left out, the first is "a/../../b".`,
		`1 member has a name of more than 4,096 bytes and was left out: "` + strings.Repeat("long/", 40) + `".`,
		`1 member has a target outside the archive and was left out: "hard".`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestRefused(t *testing.T) {
	armored := "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"
	cases := map[string]struct {
		data string
		want string
	}{
		"empty":          {"", " is empty: copy or download it again"},
		"text":           {"bond0: mode 1\n", " is no report: it looks like plain text: name a directory, a tar file (plain or compressed with xz, gzip, bzip2 or zstd) or a zip file"},
		"utf-8":          {"größe\n", "it looks like plain text"},
		"BZh text":       {"BZh is no magic of its own\n", "it looks like plain text"},
		"html":           {"\n<!DOCTYPE html><html>", "it looks like an HTML page: a download that needs a login often ends as one; download it again"},
		"xml":            {"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "it looks like an XML document: a download that failed often ends as one; download it again"},
		"checksum":       {strings.Repeat("0123456789abcdef", 4) + "\n", "a checksum, which lies beside a report: name the report itself"},
		"binary":         {"\x00\x01\x02\x03", "binary data of an unknown kind"},
		"7z":             {"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive, which is not supported: unpack it and name the directory"},
		"rar":            {"Rar!\x1a\x07\x01\x00", "a RAR archive"},
		"rpm":            {"\xed\xab\xee\xdb\x03\x00", "an RPM package"},
		"armored":        {armored, " is encrypted (OpenPGP): decrypt it first: gpg --output "},
		"gz of text":     {string(gz(t, []byte("Nov 22 host kernel: bond0: link down\n"))), " is no archive but plain text compressed with gzip: name a directory"},
		"xz of gz":       {string(xzBlocks(t, gz(t, []byte("text")), 0)), " is no archive but plain text compressed with gzip and xz: "},
		"gz of nothing":  {string(gz(t, nil)), " is no archive but nothing compressed with gzip"},
		"empty tar":      {string(tarball(t)), " is an archive without members: ask for the report again"},
		"empty tar.gz":   {string(gz(t, tarball(t))), " is an archive without members"},
		"one zero block": {string(make([]byte, 512)), " is an archive without members"},
		"empty zip":      {string(zipball(t)), " is an archive without members"},
		"public key":     {"\x85\x01\x0c\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x07\xfe\x00", " is encrypted (OpenPGP)"},
		"short key":      {"\x84\x5e\x03\x11\x22\x33\x44\x55\x66\x77\x88\x12\x01\x07\x40\x00", " is encrypted (OpenPGP)"},
		"passphrase":     {"\x8c\x0d\x04\x07\x03\x02\x11\x22\x33\x44\x55\x66\x77\x88\x60\xd2", " is encrypted (OpenPGP)"},
		"new format":     {"\xc1\xc0\x4c\x03\x11\x22\x33\x44\x55\x66\x77\x88\x01\x08\x00\x00", " is encrypted (OpenPGP)"},
		"new passphrase": {"\xc3\x0d\x04\x09\x03\x02\x11\x22\x33\x44\x55\x66\x77\x88\x60\xd2", " is encrypted (OpenPGP)"},
		"not quite PGP":  {"\x85\x01\x0c\x77\x11\x22\x33\x44\x55\x66\x77\x88\x01\x07\xfe\x00", "binary data of an unknown kind"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			path := file(t, []byte(c.data))
			for _, in := range []archive.Input{{Path: path}, fromStdin([]byte(c.data))} {
				var r recorder
				err := walk(t, in, &r, archive.Options{})
				var refused *archive.Refused
				if !errors.As(err, &refused) {
					t.Fatalf("got %v, want *Refused", err)
				}
				input := in.Path
				if in.Path == "-" {
					input = "standard input"
				}
				if text := err.Error(); !strings.HasPrefix(text, input+" ") || !strings.Contains(text, c.want) || strings.Contains(text, "\n") {
					t.Errorf("got %q, want %q in it", text, c.want)
				}
				if len(r.lines) > 0 {
					t.Errorf("visited %q", r.lines)
				}
			}
		})
	}
}

func TestRefusedInput(t *testing.T) {
	dir := t.TempDir()
	cases := []struct {
		in   archive.Input
		want string
	}{
		{archive.Input{Path: dir + "/nothing"}, "/nothing does not exist: check its name"},
		{archive.Input{Path: dir + "/no\x1b[31m"}, `/no\x1b[31m" does not exist`},
		{archive.Input{Path: "-"}, "standard input is closed"},
	}
	for _, c := range cases {
		var r recorder
		err := walk(t, c.in, &r, archive.Options{})
		var refused *archive.Refused
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %q in it", c.in.Path, err, c.want)
		}
	}
	if err := walk(t, cases[0].in, &recorder{}, archive.Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v is not os.ErrNotExist", err)
	}
}

func TestDecryption(t *testing.T) {
	for name, want := range map[string]string{
		"secured-sosreport-a.tar.xz.gpg": "gpg --output DIR/secured-sosreport-a.tar.xz --decrypt DIR/secured-sosreport-a.tar.xz.gpg",
		"it's":                           `gpg --output 'DIR/it'\''s.decrypted' --decrypt 'DIR/it'\''s'`,
	} {
		dir := t.TempDir()
		must(t, os.WriteFile(dir+"/"+name, []byte("-----BEGIN PGP MESSAGE-----\n"), 0o600))
		err := walk(t, archive.Input{Path: dir + "/" + name}, &recorder{}, archive.Options{})
		if err == nil || !strings.HasSuffix(err.Error(), strings.ReplaceAll(want, "DIR", dir)) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestLimits(t *testing.T) {
	zeros := strings.Repeat("\x00", 1<<20)
	many := make([]entry, 0, 71)
	for i := range 71 {
		many = append(many, entry{name: fmt.Sprintf("f%d", i), body: zeros})
	}
	big := tarball(t, many...)
	bigGz, bigZip := gz(t, big), zipball(t, many...)
	nest := func(n int) []byte {
		data := tarball(t, sample...)
		for range n {
			data = tarball(t, entry{name: "x.tar", body: string(data)})
		}
		return data
	}
	cases := map[string]struct {
		data []byte
		lim  archive.Limits
		want string
	}{
		"members":       {big, archive.Limits{Members: 70}, "was read in part only, 70 members (70 MiB): it holds more than 70 members (raise the limit with --max-members if you trust it)"},
		"total":         {bigGz, archive.Limits{Total: 10 << 20, Ratio: 1 << 30}, "it decompresses to more than 10 MiB (raise the limit with --max-total"},
		"ratio, gz":     {bigGz, archive.Limits{Ratio: 500}, "more than 500 times their size, as those of a decompression bomb do (raise the limit with --max-ratio"},
		"ratio, bz2":    {bz2(t, big), archive.Limits{}, "more than 500 times their size"},
		"ratio, zst":    {zst(t, big), archive.Limits{}, "more than 500 times their size"},
		"ratio, xz":     {xzBlocks(t, big, 0), archive.Limits{}, "more than 500 times their size"},
		"ratio, zip":    {bigZip, archive.Limits{Ratio: 500}, "more than 500 times their size"},
		"total, zip":    {bigZip, archive.Limits{Total: 10 << 20}, "it decompresses to more than 10 MiB"},
		"index of zip":  {bigZip, archive.Limits{Zip: 8 << 10}, "the zip file's list of members is larger than 1 KiB (raise the limit with --max-zip"},
		"total, nested": {tarball(t, entry{name: "a.tar.gz", body: string(bigGz)}), archive.Limits{Total: 10 << 20}, "it decompresses to more than 10 MiB"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			for _, xz := range decoders(t) {
				if xz != archive.XZGo && !strings.HasSuffix(name, "xz") {
					continue
				}
				before := runtime.NumGoroutine()
				var r recorder
				err := walk(t, fromFile(t, c.data), &r, archive.Options{Limits: c.lim, XZ: xz})
				var damaged *archive.Damaged
				var limit *archive.LimitError
				if !errors.As(err, &damaged) || !errors.As(err, &limit) || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q in it", err, c.want)
				}
				settled(t, before)
			}
		})
	}
	t.Run("zip in memory", func(t *testing.T) {
		for _, in := range []archive.Input{fromStdin(zipball(t, sample...)), fromFile(t, gz(t, zipball(t, sample...)))} {
			err := walk(t, in, &recorder{}, archive.Options{Limits: archive.Limits{Zip: 100}})
			if err == nil || !strings.Contains(err.Error(), "the zip file would take more than 100 bytes of memory (raise the limit with --max-zip") {
				t.Errorf("got %v", err)
			}
		}
	})
	t.Run("depth", func(t *testing.T) {
		var r recorder
		must(t, walk(t, fromFile(t, nest(4)), &r, archive.Options{}))
		if len(r.problems) > 0 || len(r.content) != len(sampleContent) {
			t.Errorf("four deep: %v, %v", r.problems, r.content)
		}
		r = recorder{}
		must(t, walk(t, fromFile(t, nest(5)), &r, archive.Options{}))
		if len(r.problems) != 1 || !r.problems[0].Lost || !strings.Contains(r.problems[0].Text, "x.tar was not opened: it lies inside more than 4 other archives (raise the limit with --max-depth") {
			t.Errorf("five deep: %v", r.problems)
		}
	})
	t.Run("ratio of one nested archive", func(t *testing.T) {
		data := tarball(t, entry{name: "bomb.tar.gz", body: string(bigGz)}, entry{name: "good.tar", body: string(tarball(t, sample...))})
		var r recorder
		must(t, walk(t, fromFile(t, data), &r, archive.Options{Limits: archive.Limits{Ratio: 500}}))
		if len(r.problems) != 1 || r.problems[0].Archive != "bomb.tar.gz" || !strings.Contains(r.problems[0].Text, "--max-ratio") {
			t.Errorf("problems: %v", r.problems)
		}
		r.problems = nil
		checkSample(t, &r, "good.tar")
	})
}

// TestSparse: a file of holes takes a few bytes of a tar file, but its content counts.
func TestSparse(t *testing.T) {
	hdr := make([]byte, 512)
	copy(hdr, "sparse")
	copy(hdr[100:], "0000644\x00")
	copy(hdr[124:], "00000000000\x00")
	copy(hdr[136:], "00000000000\x00")
	hdr[156] = 'S'
	copy(hdr[257:], "ustar  \x00")
	copy(hdr[386:], "00777777777\x00") // one sparse entry: 0 bytes at 128 MiB
	copy(hdr[398:], "00000000000\x00")
	copy(hdr[483:], "00777777777\x00")
	sum := int64(8 * ' ')
	for i, c := range hdr {
		if i < 148 || i >= 156 {
			sum += int64(c)
		}
	}
	copy(hdr[148:], fmt.Sprintf("%06o\x00 ", sum))
	data := slices.Concat(hdr, make([]byte, 1024))
	err := walk(t, fromFile(t, data), &recorder{}, archive.Options{Limits: archive.Limits{Total: 1 << 20}})
	var limit *archive.LimitError
	if !errors.As(err, &limit) || limit.Flag != archive.FlagTotal {
		t.Errorf("got %v, want the limit of %s", err, archive.FlagTotal)
	}
}

func TestNestedDamage(t *testing.T) {
	good := tarball(t, sample...)
	bad := gz(t, tarball(t, entry{name: "a", body: noise(1000)}, entry{name: "b", body: noise(4000)}))
	outer := tarball(t,
		entry{name: "1/good.tar.gz", body: string(gz(t, good))},
		entry{name: "2/bad.tar.gz", body: string(bad[:len(bad)/2])},
		entry{name: "3/good.tar.xz", body: string(xzBlocks(t, good, 0))},
		entry{name: "4/secret.tar.gpg", body: "\x8c\x0d\x04\x07\x03\x02\x11\x22\x33\x44\x55\x66\x77\x88\x60\xd2"},
		entry{name: "5/short.tar.xz", body: string(xzBlocks(t, good, 0)[:30])},
		entry{name: "6/text.tar", body: "no archive"},
		entry{name: "7/bad.zip", body: string(zipball(t, sample...)[:200])},
		entry{name: "8/good.zip", body: string(zipball(t, sample...))},
		entry{name: "9/log.tar.gz", body: string(gz(t, []byte("no archive")))})
	for _, xz := range decoders(t) {
		before := runtime.NumGoroutine()
		var r recorder
		must(t, walk(t, fromFile(t, xzBlocks(t, outer, 0)), &r, archive.Options{XZ: xz}))
		type brief struct {
			Archive, Path string
			Lost          bool
		}
		var got []brief
		for _, p := range r.problems {
			got = append(got, brief{p.Archive, p.Path, p.Lost})
		}
		want := []brief{{"2/bad.tar.gz", "", true}, {"", "4/secret.tar.gpg", true}, {"5/short.tar.xz", "", true}, {"7/bad.zip", "", true}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("problems (-want +got):\n%s\n%v", diff, r.problems)
		}
		if want := "2/bad.tar.gz is damaged: it was read up to member 2: the gzip data end early."; r.problems[0].Text != want {
			t.Errorf("got %q, want %q", r.problems[0].Text, want)
		}
		r.problems = nil
		checkSample(t, &r, "1/good.tar.gz")
		checkSample(t, &r, "3/good.tar.xz")
		settled(t, before)
	}
}

// TestCutAround: when the outer archive breaks in the middle of an inner one, both say so.
func TestCutAround(t *testing.T) {
	inner := gz(t, tarball(t, entry{name: "a", body: noise(1000)}, entry{name: "b", body: noise(40000)}))
	outer := tarball(t, entry{name: "first", body: "1"}, entry{name: "x.tar.gz", body: string(inner)})
	for _, data := range [][]byte{outer[:len(outer)-5000], gz(t, outer)[:len(inner)-3000]} {
		var r recorder
		err := walk(t, fromFile(t, data), &r, archive.Options{})
		var damaged *archive.Damaged
		if !errors.As(err, &damaged) || damaged.Members != 4 {
			t.Errorf("got %v", err)
		}
		if len(r.problems) != 1 || r.problems[0].Archive != "x.tar.gz" || !r.problems[0].Lost {
			t.Errorf("problems: %v", r.problems)
		}
	}
}

// TestStopOnCorrupt: what gzip and zstd data say is proved at their end only, so that is read where the visitor wants no more, too.
func TestStopOnCorrupt(t *testing.T) {
	plain := tarball(t, entry{name: "a", body: "first"}, entry{name: "b", body: text(1 << 20)})
	flipped := func(data []byte, fromEnd int) []byte {
		data = bytes.Clone(data)
		data[len(data)-fromEnd] ^= 1
		return data
	}
	good, cut := gz(t, plain), gz(t, plain)
	for name, c := range map[string]struct {
		data    []byte
		suspect bool
	}{"gz": {flipped(good, 5), true}, "zst": {flipped(zst(t, plain), 1), true}, "good gz": {good, false}, "cut gz": {cut[:len(cut)-5], false}} {
		r := recorder{act: func(m archive.Member) (archive.Action, bool) { return archive.Stop, m.Path == "b" }}
		err := walk(t, fromFile(t, c.data), &r, archive.Options{})
		var damaged *archive.Damaged
		if got := errors.As(err, &damaged) && damaged.Suspect() && damaged.Corrupt() && !damaged.All; got != c.suspect || !c.suspect && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		r = recorder{act: r.act}
		must(t, walk(t, fromFile(t, tarball(t, entry{name: "x.tar", body: string(c.data)})), &r, archive.Options{}))
		if got := len(r.problems) == 1 && r.problems[0].Suspect && r.problems[0].Lost; got != c.suspect {
			t.Errorf("%s, nested: %v", name, r.problems)
		}
	}
}

// TestBehindTheEnd: tar files that were concatenated are read as `tar -i` reads them, and zeros that tar does not write are no end.
func TestBehindTheEnd(t *testing.T) {
	first, second := tarball(t, entry{name: "a", body: "first"}), tarball(t, entry{name: "b", body: "second"})
	zeros := func(n int) []byte { return make([]byte, n) }
	notes := strings.Repeat("notes\n", 400)
	cases := map[string]struct {
		data    []byte
		members string
		want    string
	}{
		"two":             {slices.Concat(first, second), "file a\nfile b", ""},
		"two, padded":     {slices.Concat(first, zeros(9216), second, zeros(9216)), "file a\nfile b", ""},
		"zeros before":    {slices.Concat(zeros(1024), first), "file a", ""},
		"many zeros":      {slices.Concat(first, zeros(20_000)), "file a", "the tar data end in zeros, as after a copy that broke off"},
		"nothing else":    {zeros(20_000), "", "the data are zeros, as after a copy that broke off, before its first member"},
		"zeros in a file": {slices.Concat(tarball(t, entry{name: "a", body: notes + string(zeros(100))})), "file a", "the tar data end in zeros"},
		"a journal":       {tarball(t, entry{name: "a", body: "LPKSHHRH\x00\x01" + string(zeros(1000))}), "file a", ""},
		"a tar file":      {tarball(t, entry{name: "a", body: string(first)}), "file a", ""},
		"cut second":      {slices.Concat(first, second[:700]), "file a\nfile b", "the tar data end without the mark of their end"},
	}
	for name, c := range cases {
		for way, in := range map[string]archive.Input{"file": fromFile(t, c.data), "stdin": fromStdin(c.data), "gz": fromFile(t, gz(t, c.data))} {
			if name == "zeros in a file" && way != "file" {
				continue // an upload that broke off is a file on disk
			}
			var r recorder
			err := walk(t, in, &r, archive.Options{})
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%s, %s: %v, want %q", name, way, err, c.want)
			}
			if d := cmp.Diff(c.members, r.text()); d != "" {
				t.Errorf("%s, %s: %s", name, way, d)
			}
		}
	}
}

func TestStop(t *testing.T) {
	big := []entry{{name: "a", body: "first"}, {name: "b", body: text(3 << 20)}, {name: "c", body: text(3 << 20)}}
	inner := xzBlocks(t, tarball(t, big...), 0)
	outer := tarball(t, entry{name: "x.tar.xz", body: string(inner)}, entry{name: "y.tar.xz", body: string(inner)})
	stop := func(m archive.Member) (archive.Action, bool) { return archive.Stop, m.Path == "b" }
	for _, xz := range decoders(t) {
		for name, in := range map[string]archive.Input{"file": fromFile(t, inner), "stdin": fromStdin(inner)} {
			before := runtime.NumGoroutine()
			r := recorder{act: stop}
			if err := walk(t, in, &r, archive.Options{XZ: xz}); err != nil {
				t.Errorf("%s, xz %s: %v", name, xz, err)
			}
			if diff := cmp.Diff("file a\nfile b", r.text()); diff != "" {
				t.Errorf("%s, xz %s: (-want +got):\n%s", name, xz, diff)
			}
			settled(t, before)
		}
		for _, in := range []archive.Input{fromFile(t, outer), fromFile(t, xzBlocks(t, outer, 0)), fromStdin(outer)} {
			before := runtime.NumGoroutine()
			r := recorder{act: stop}
			must(t, walk(t, in, &r, archive.Options{XZ: xz}))
			want := "file x.tar.xz\nfile x.tar.xz:a\nfile x.tar.xz:b\nfile y.tar.xz\nfile y.tar.xz:a\nfile y.tar.xz:b"
			if diff := cmp.Diff(want, r.text()); diff != "" {
				t.Errorf("nested, xz %s: (-want +got):\n%s", xz, diff)
			}
			settled(t, before)
		}
	}
}

// TestStopOnOpenStdin: the sender neither sends more nor closes its end.
func TestStopOnOpenStdin(t *testing.T) {
	data := xzBlocks(t, tarball(t, entry{name: "a", body: "first"}, entry{name: "b", body: text(2 << 20)}), 1<<16)
	for _, xz := range decoders(t) {
		before := runtime.NumGoroutine()
		in, out, err := os.Pipe()
		must(t, err)
		go func() { _, _ = out.Write(data[:len(data)/2]) }()
		r := recorder{act: func(m archive.Member) (archive.Action, bool) { return archive.Stop, m.Path == "b" }}
		if err := walk(t, archive.Input{Path: "-", Stdin: in}, &r, archive.Options{XZ: xz}); err != nil {
			t.Errorf("xz %s: %v", xz, err)
		}
		must(t, in.Close()) // ends the reader's pending Read
		must(t, out.Close())
		settled(t, before)
	}
}

func TestCancel(t *testing.T) {
	data := xzBlocks(t, tarball(t, entry{name: "a", body: "first"}, entry{name: "b", body: text(6 << 20)}, entry{name: "c"}), 0)
	for _, xz := range decoders(t) {
		for _, in := range []archive.Input{fromFile(t, data), fromStdin(data), fromFile(t, tarball(t, entry{name: "x.tar.xz", body: string(data)}))} {
			before := runtime.NumGoroutine()
			ctx, cancel := context.WithCancel(context.Background())
			r := recorder{act: func(m archive.Member) (archive.Action, bool) {
				if m.Path == "b" {
					cancel()
				}
				return 0, false
			}}
			if err := archive.Walk(ctx, in, &r, archive.Options{XZ: xz}); !errors.Is(err, context.Canceled) {
				t.Errorf("xz %s: got %v", xz, err)
			}
			if strings.HasSuffix(r.text(), "c") {
				t.Errorf("xz %s: went on after the end of its context", xz)
			}
			settled(t, before)
		}
	}
}

// TestCancelBlocked: standard input that never sends anything does not hold the walk.
func TestCancelBlocked(t *testing.T) {
	before := runtime.NumGoroutine()
	in, out := io.Pipe()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := archive.Walk(ctx, archive.Input{Path: "-", Stdin: in}, &recorder{}, archive.Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	must(t, out.Close())
	settled(t, before)
	ended, end := context.WithCancel(context.Background())
	end()
	if err := archive.Walk(ended, archive.Input{Path: t.TempDir()}, &recorder{}, archive.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: got %v", err)
	}
}

func TestVisitorFails(t *testing.T) {
	mine := errors.New("mine")
	inner := tarball(t, sample...)
	outer := tarball(t, entry{name: "x.tar", body: string(inner)}, entry{name: "y", body: "y"})
	for _, data := range [][]byte{inner, gz(t, inner), outer, zipball(t, sample...)} {
		r := recorder{fail: mine}
		if err := walk(t, fromFile(t, data), &r, archive.Options{}); !errors.Is(err, mine) || err.Error() != "mine" {
			t.Errorf("got %v", err)
		}
	}
}

// TestPartlyRead: what a visitor leaves unread is skipped.
func TestPartlyRead(t *testing.T) {
	data := tarball(t, entry{name: "a", body: noise(300000)}, entry{name: "b", body: "b"})
	for _, in := range []archive.Input{fromFile(t, data), fromFile(t, gz(t, data)), fromStdin(data)} {
		v := &nibbler{}
		must(t, archive.Walk(context.Background(), in, v, archive.Options{}))
		if diff := cmp.Diff([]string{"9e", "b"}, v.got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

type nibbler struct {
	recorder
	got []string
}

func (n *nibbler) Read(_ archive.Member, r io.Reader) error {
	b := make([]byte, 2)
	k, _ := io.ReadFull(r, b)
	n.got = append(n.got, string(b[:k]))
	return nil
}

func TestProgress(t *testing.T) {
	plain := tarball(t, entry{name: "a", body: text(5 << 20)}, entry{name: "b", body: text(1 << 20)})
	for name, data := range map[string][]byte{"tar": plain, "gz": gz(t, plain), "xz": xzBlocks(t, plain, 0), "zip": zipball(t, entry{name: "a", body: text(1 << 20)})} {
		for _, xz := range decoders(t) {
			var last int64 = -1
			calls := 0
			opt := archive.Options{XZ: xz, Progress: func(read, size int64) {
				calls++
				if read < last || size != int64(len(data)) || read > size {
					t.Errorf("%s, xz %s: %d of %d after %d", name, xz, read, size, last)
				}
				last = read
			}}
			must(t, walk(t, fromFile(t, data), &recorder{}, opt))
			if calls == 0 || last < int64(len(data))*9/10 {
				t.Errorf("%s, xz %s: %d calls, the last with %d of %d", name, xz, calls, last, len(data))
			}
		}
	}
	var last, size int64
	opt := archive.Options{Progress: func(r, s int64) { last, size = r, s }}
	must(t, walk(t, fromStdin(gz(t, plain)), &recorder{}, opt))
	if last != int64(len(gz(t, plain))) || size != -1 {
		t.Errorf("stdin: the last call had %d of %d", last, size)
	}
}

func TestXZMissing(t *testing.T) {
	if os.Getenv("ARCHIVE_TEST_NO_XZ") == "" {
		t.Skip("run by TestXZMissingProcess")
	}
	data := xzBlocks(t, tarball(t, sample...), 0)
	var r recorder
	must(t, walk(t, fromFile(t, data), &r, archive.Options{}))
	checkSample(t, &r, "")
	err := walk(t, fromFile(t, data), &r, archive.Options{XZ: archive.XZSystem})
	var refused *archive.Refused
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "needs the xz program: no usable xz program was found in the directories of PATH: install XZ Utils or use --xz=go") {
		t.Errorf("got %v", err)
	}
}
