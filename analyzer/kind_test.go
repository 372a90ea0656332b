package analyzer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

const pgp = "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n"

// packed is the tar.gz archive of a report with these files more.
func packed(t *testing.T, files ...txtar.File) []byte {
	t.Helper()
	ar := &txtar.Archive{Files: append([]txtar.File{{Name: "version.txt", Data: []byte("sosreport: 4.9.1\n")}}, files...)}
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	if err := errors.Join(hosttest.WriteTar(zip, ar, "sosreport-hv01"), zip.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestKind(t *testing.T) {
	links := txtar.File{Name: "sos_commands/networking/ip_-d_address", Data: []byte("1: lo: <LOOPBACK,UP> mtu 65536\n")}
	whole := packed(t, links)
	bundle := &bytes.Buffer{}
	if err := hosttest.WriteTar(bundle, &txtar.Archive{Files: []txtar.File{{Name: "a.tar.xz.gpg", Data: []byte(pgp)}}}, "sos-collect"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		data []byte
		want []string
	}{
		{"whole", whole, nil},
		{"encrypted", []byte(pgp), []string{"encrypted"}},
		{"bundle of encrypted reports", bundle.Bytes(), []string{"encrypted"}},
		{"empty", nil, []string{"empty"}},
		{"text", []byte("Dear support,\n\nplease find attached.\n"), []string{"not-a-report"}},
		{"cut off", whole[:len(whole)-20], []string{"damaged"}},
		{"without network data", packed(t), []string{"no-network"}},
		{"name that leads out", packed(t, links, txtar.File{Name: "../../etc/passwd"}), []string{"left-out"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "input")
			if err := os.WriteFile(file, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			checkKinds(t, file, analyzer.Options{}, test.want)
		})
	}
	t.Run("missing", func(t *testing.T) {
		checkKinds(t, filepath.Join(t.TempDir(), "input"), analyzer.Options{}, []string{"missing"})
	})
	t.Run("limit", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "input")
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		opt := analyzer.Options{Layout: layout.Options{Options: archive.Options{Limits: archive.Limits{Members: 1}}}}
		checkKinds(t, file, opt, []string{"limit"})
	})
}

func checkKinds(t *testing.T, file string, opt analyzer.Options, want []string) {
	t.Helper()
	r, err := analyzer.Analyze(context.Background(), archive.Input{Path: file}, opt)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range r.Errors {
		got = append(got, analyzer.Kind(e))
	}
	if !slices.Equal(got, want) {
		t.Errorf("kinds %q, want %q: %v", got, want, r.Errors)
	}
}
