// Package hosttest reads the hosts of testdata/hosts for tests: txtar files that hold the wanted files of a report, by their path below its
// root. A file named "PATH -> TARGET" is a symbolic link, one named "PATH.tar.gz!NAME" is in an archive.
package hosttest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/afero"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/join"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/layout"
)

// Dir is the folder of the hosts.
func Dir() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "..", "..", "testdata", "hosts")
}

// Names lists the hosts, sorted.
func Names(t testing.TB) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Dir(), "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no hosts in %s: %v", Dir(), err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".txtar"))
	}
	return names
}

// InputDir is the folder of inputs that hold more than the report of one host: must-gathers, folders of several reports.
func InputDir() string { return filepath.Join(Dir(), "..", "inputs") }

// Inputs lists the inputs, sorted.
func Inputs(t testing.TB) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(InputDir(), "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(f), ".txtar"))
	}
	return names
}

// Archive reads the txtar file of a host, or of an input.
func Archive(t testing.TB, name string) *txtar.Archive {
	t.Helper()
	ar, err := Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return ar
}

// Parse reads the txtar file of a host, or of an input. In one whose name begins with "hostile" the escapes \xHH, \uHHHH and \UHHHHHHHH stand for
// the byte or the character: a file with the bytes themselves could not be read in an editor or a review.
func Parse(name string) (*txtar.Archive, error) {
	file := filepath.Join(Dir(), name+".txtar")
	if _, err := os.Stat(file); err != nil {
		file = filepath.Join(InputDir(), name+".txtar")
	}
	ar, err := txtar.ParseFile(file)
	if err == nil && strings.HasPrefix(name, "hostile") {
		for i, f := range ar.Files {
			ar.Files[i] = txtar.File{Name: string(unescape([]byte(f.Name))), Data: unescape(f.Data)}
		}
	}
	return ar, err
}

var escapes = regexp.MustCompile(`\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})`)

func unescape(s []byte) []byte {
	return escapes.ReplaceAllFunc(s, func(e []byte) []byte {
		n, err := strconv.ParseUint(string(e[2:]), 16, 32)
		switch {
		case err != nil:
			return e
		case e[1] == 'x':
			return []byte{byte(n)}
		}
		return utf8.AppendRune(nil, rune(n))
	})
}

// Tree makes a report's tree of a txtar archive.
func Tree(t testing.TB, ar *txtar.Archive) *layout.Tree {
	t.Helper()
	files, links := afero.NewMemMapFs(), map[string]string{}
	for _, f := range ar.Files {
		if path, target, ok := strings.Cut(f.Name, " -> "); ok {
			links[path] = target
			continue
		}
		if err := afero.WriteFile(files, f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := layout.FromFS(files, layout.SosReport, links, parsers.Wants(parsers.Options{}))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// Host joins the host of a txtar archive.
func Host(t testing.TB, ar *txtar.Archive) *topology.Host {
	t.Helper()
	return join.Host(parsers.FromTree(Tree(t, ar), parsers.Options{}))
}

// Packed returns the files of an archive with those of archives in it packed: a file named "PATH.tar.gz!NAME" is NAME in PATH.tar.gz, below a
// directory of that name.
func Packed(ar *txtar.Archive) ([]txtar.File, error) {
	var files []txtar.File
	inner := map[string]*txtar.Archive{}
	for _, f := range ar.Files {
		outer, name, isInner := strings.Cut(f.Name, "!")
		if !isInner {
			files = append(files, f)
			continue
		}
		if inner[outer] == nil {
			inner[outer] = &txtar.Archive{}
		}
		inner[outer].Files = append(inner[outer].Files, txtar.File{Name: name, Data: f.Data})
	}
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		var b bytes.Buffer
		zip := gzip.NewWriter(&b)
		if err := WriteTar(zip, inner[name], strings.TrimSuffix(path.Base(name), ".tar.gz")); err != nil {
			return nil, err
		}
		if err := zip.Close(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		files = append(files, txtar.File{Name: name, Data: b.Bytes()})
	}
	return files, nil
}

// WriteTar writes a txtar archive as the tar stream of a report whose top directory is root.
func WriteTar(w io.Writer, ar *txtar.Archive, root string) error {
	tw := tar.NewWriter(w)
	files, err := Packed(ar)
	if err != nil {
		return err
	}
	slices.SortFunc(files, func(a, b txtar.File) int {
		return slices.Compare(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"))
	})
	for _, f := range files {
		hdr := &tar.Header{Name: root + "/" + f.Name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(f.Data))}
		if path, target, ok := strings.Cut(f.Name, " -> "); ok {
			hdr = &tar.Header{Name: root + "/" + path, Typeflag: tar.TypeSymlink, Linkname: target, Mode: 0o777}
		}
		if err := tw.WriteHeader(hdr); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if hdr.Typeflag == tar.TypeReg {
			if _, err := tw.Write(f.Data); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
		}
	}
	return tw.Close()
}
