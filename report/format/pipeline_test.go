package format

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/report"
)

// FuzzPipeline puts any bytes on standard input: whatever they are, there is an answer, and the answer holds nothing that acts on who reads it.
func FuzzPipeline(f *testing.F) {
	for _, seed := range streams(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) { pipeline(t, data) })
}

// FuzzPipelineFiles packs the files of a txtar archive, whatever they are called and hold: mutations of an archive's bytes seldom get past its
// checksums, these reach the parsers and what is made of them. The same input gives the same bytes, of which every fourth is asked.
func FuzzPipelineFiles(f *testing.F) {
	for _, name := range append(hosttest.Names(f), hosttest.Inputs(f)...) {
		f.Add(txtar.Format(hosttest.Archive(f, name)))
	}
	hostile := hosttest.Archive(f, "rr-loop")
	for i := range hostile.Files {
		for _, name := range []string{"hv", "guest", "vnet", "eth"} {
			hostile.Files[i].Data = bytes.ReplaceAll(hostile.Files[i].Data, []byte(name), []byte(name+"\x1b[2J\u202e\xff\u200b`|<b>"))
		}
	}
	f.Add(txtar.Format(hostile))
	f.Fuzz(func(t *testing.T, data []byte) {
		packed := pack(t, txtar.Parse(data))
		first := pipeline(t, packed)
		if len(data)%4 != 0 {
			return
		}
		if again := pipeline(t, packed); !bytes.Equal(first, again) {
			t.Errorf("not deterministic:\n%s\n%s", first, again)
		}
	})
}

// pipeline reads the input, judges it, writes the report in every form and checks what comes out: the errors and the reports.
func pipeline(t *testing.T, data []byte) []byte {
	t.Helper()
	read, err := analyzer.Read(context.Background(), archive.Input{Path: "-", Stdin: bytes.NewReader(data)}, analyzer.Options{
		Layout: layout.Options{Options: archive.Options{XZ: archive.XZGo,
			Limits: archive.Limits{Members: 2000, Total: 1 << 20, Ratio: 100, Depth: 3, Zip: 1 << 20}}},
	})
	if err != nil {
		t.Fatalf("stopped: %v", err)
	}
	result := read.Judge()
	if len(result.Hosts) == 0 && len(result.Errors) == 0 {
		t.Error("neither a host nor an error")
	}
	var out bytes.Buffer
	for _, e := range result.Errors {
		if text := e.Error(); text == "" || strings.Contains(text, "\n") {
			t.Errorf("the error is not one line: %q", text)
		}
		out.WriteString(e.Error() + "\n")
	}
	doc := report.New(result, "test")
	for _, form := range Names() {
		if err := Write(&out, form, doc, Options{Width: 80, All: true}); err != nil {
			t.Fatalf("%s: %v", form, err)
		}
	}
	harmless(t, out.Bytes())
	return out.Bytes()
}

// harmless fails the test where a text could do something to the terminal or the page that shows it.
func harmless(t *testing.T, text []byte) {
	t.Helper()
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			t.Fatalf("invalid UTF-8 in %q", text[max(0, i-80):min(len(text), i+20)])
		case r != '\n' && unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			t.Fatalf("%U in %q", r, text[max(0, i-80):min(len(text), i+20)])
		}
		i += n
	}
}

// streams are inputs as they come: each compression (bzip2 is in testdata/fuzz), archives in archives, must-gathers, and what is damaged or nothing of that.
func streams(t testing.TB) [][]byte {
	t.Helper()
	host := pack(t, hosttest.Archive(t, "rr-loop"))
	seeds := [][]byte{{}, []byte("<html><title>404</title></html>"), []byte("-----BEGIN PGP MESSAGE-----\n"), make([]byte, 1024),
		host, zipped(t, hosttest.Archive(t, "sw-team-lacp")),
		pack(t, hosttest.Archive(t, "mustgather-plain")), pack(t, hosttest.Archive(t, "mustgather-sos"))}
	for _, compress := range []func(io.Writer) (io.WriteCloser, error){
		func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
		func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) },
	} {
		packed := compressed(t, compress, host)
		flipped := bytes.Clone(packed)
		flipped[len(flipped)/2] ^= 0x10
		seeds = append(seeds, packed, packed[:len(packed)*2/3], flipped, append(bytes.Clone(packed), make([]byte, 512)...),
			pack(t, &txtar.Archive{Files: []txtar.File{{Name: "upload/sosreport-a.tar", Data: packed}, {Name: "upload/note\x1b[2J", Data: []byte("x")}}}))
	}
	demo, err := filepath.Glob(filepath.Join(hosttest.Dir(), "..", "demo", "*.tar.xz"))
	if err != nil || len(demo) == 0 {
		t.Fatalf("no archive in testdata/demo: %v", err)
	}
	whole, err := os.ReadFile(demo[0])
	if err != nil {
		t.Fatal(err)
	}
	return append(seeds, whole)
}

// pack makes a tar file; names that tar cannot store are left out.
func pack(t testing.TB, ar *txtar.Archive) []byte {
	t.Helper()
	files, err := hosttest.Packed(ar)
	if err != nil { // a name in an archive in it
		files = ar.Files
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: "r/" + f.Name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(f.Data))}
		if name, target, ok := strings.Cut(f.Name, " -> "); ok {
			h = &tar.Header{Name: "r/" + name, Typeflag: tar.TypeSymlink, Linkname: target}
		}
		if w.WriteHeader(h) != nil || h.Typeflag != tar.TypeReg {
			continue
		}
		if _, err := w.Write(f.Data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func compressed(t testing.TB, with func(io.Writer) (io.WriteCloser, error), data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := with(&b)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, ar *txtar.Archive) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, f := range ar.Files {
		w, err := z.Create("r/" + f.Name)
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
