package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dsnet/compress/bzip2"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/ulikunitz/xz"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// commands are the programs that the test binary is under these names.
var commands = map[string]func(){
	"sosbond":         main,
	"sosbond-patient": func() { stopTime = time.Hour; main() },
}

func TestMain(m *testing.M) {
	testscript.Main(removing{m}, commands)
}

// removing removes what the tests share when they are done.
type removing struct{ m testscript.TestingM }

func (r removing) Run() int {
	defer func() { _ = os.RemoveAll(releaseDir) }() // in the system's folder for temporary files
	return r.m.Run()
}

// TestScripts runs the built program as a user would. Beside testscript's own commands the scripts have
//
//	mkreport HOST FILE         pack a host of testdata/hosts, or an input of testdata/inputs; the ending of FILE chooses tar with a compression, or zip;
//	                           none makes a directory
//	pack FILE NAME...          pack files into an archive, as the ending of FILE says
//	cut FILE PERCENT           keep the first part of a file
//	zero FILE PERCENT          exchange what follows the first part of a file for zeros
//	flip FILE PERCENT          change a bit there
//	append FILE OTHER          append another file; "zeros" and "garbage" stand for 20 kB of such
//	exits STATUS COMMAND...    run a command that must end with that status; its output is in the files stdout and stderr
//	same, parses, zeros, known, private, asanalyze: see script_test.go
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "scripts"),
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"mkreport": mkreport, "pack": pack, "cut": cut, "zero": zero, "flip": flip, "append": appendTo, "exits": exits, "same": same, "parses": parses, "zeros": writeZeros, "known": known, "private": private, "asanalyze": asAnalyze},
		Setup: func(env *testscript.Env) error {
			env.Setenv("NO_COLOR", "1")
			return nil
		},
	})
}

func mkreport(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mkreport HOST FILE")
	}
	ar, err := hosttest.Parse(args[0])
	ts.Check(err)
	name := ts.MkAbs(args[1])
	root, _, isTar := strings.Cut(filepath.Base(name), ".tar")
	if !isTar {
		files, err := hosttest.Packed(ar)
		ts.Check(err)
		if root, isZip := strings.CutSuffix(filepath.Base(name), ".zip"); isZip {
			writeZip(ts, name, root, files)
		} else {
			writeDir(ts, name, files)
		}
		return
	}
	writeTar(ts, name, root, ar)
}

func writeTar(ts *testscript.TestScript, name, root string, ar *txtar.Archive) {
	var tar bytes.Buffer
	ts.Check(hosttest.WriteTar(&tar, ar, root))
	out, err := os.Create(name)
	ts.Check(err)
	ts.Check(compress(out, filepath.Ext(name), tar.Bytes()))
	ts.Check(out.Close())
}

func pack(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: pack FILE NAME...")
	}
	var ar txtar.Archive
	for _, name := range args[1:] {
		data, err := os.ReadFile(ts.MkAbs(name))
		ts.Check(err)
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: data})
	}
	if strings.HasSuffix(args[0], ".zip") {
		writeZip(ts, ts.MkAbs(args[0]), "case", ar.Files)
	} else {
		writeTar(ts, ts.MkAbs(args[0]), "case", &ar)
	}
}

func writeDir(ts *testscript.TestScript, name string, files []txtar.File) {
	for _, f := range files {
		path, target, isLink := strings.Cut(f.Name, " -> ")
		ts.Check(os.MkdirAll(filepath.Join(name, filepath.Dir(path)), 0o777))
		if isLink {
			ts.Check(os.Symlink(target, filepath.Join(name, path)))
			continue
		}
		ts.Check(os.WriteFile(filepath.Join(name, path), f.Data, 0o666))
	}
}

// writeZip packs files without symbolic links.
func writeZip(ts *testscript.TestScript, name, root string, files []txtar.File) {
	out, err := os.Create(name)
	ts.Check(err)
	z := zip.NewWriter(out)
	for _, f := range files {
		if strings.Contains(f.Name, " -> ") {
			ts.Fatalf("%s: no links in a zip", f.Name)
		}
		w, err := z.Create(root + "/" + f.Name)
		ts.Check(err)
		_, err = w.Write(f.Data)
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(out.Close())
}

func compress(w io.Writer, ext string, data []byte) error {
	var c io.WriteCloser
	var err error
	switch ext {
	case ".xz":
		c, err = xz.NewWriter(w)
	case ".gz":
		c = gzip.NewWriter(w)
	case ".zst":
		c, err = zstd.NewWriter(w)
	case ".bz2":
		c, err = bzip2.NewWriter(w, nil)
	default:
		_, err := w.Write(data)
		return err
	}
	if err != nil {
		return err
	}
	if _, err := c.Write(data); err != nil {
		return err
	}
	return c.Close()
}

func cut(ts *testscript.TestScript, _ bool, args []string) {
	change(ts, args, func(data []byte, at int) []byte { return data[:at] })
}

func zero(ts *testscript.TestScript, _ bool, args []string) {
	change(ts, args, func(data []byte, at int) []byte {
		clear(data[at:])
		return data
	})
}

func flip(ts *testscript.TestScript, _ bool, args []string) {
	change(ts, args, func(data []byte, at int) []byte {
		data[at] ^= 8
		return data
	})
}

// change changes a file at the place that the second argument tells in percent.
func change(ts *testscript.TestScript, args []string, f func(data []byte, at int) []byte) {
	if len(args) != 2 {
		ts.Fatalf("usage: COMMAND FILE PERCENT")
	}
	percent, err := strconv.Atoi(args[1])
	ts.Check(err)
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	ts.Check(os.WriteFile(name, f(data, len(data)*percent/100), 0o666))
}

func appendTo(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: append FILE OTHER")
	}
	const size = 20_000
	more := map[string][]byte{"zeros": make([]byte, size), "garbage": bytes.Repeat([]byte("garbage\n"), size/8)}[args[1]]
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	if more == nil {
		more, err = os.ReadFile(ts.MkAbs(args[1]))
		ts.Check(err)
	}
	ts.Check(os.WriteFile(name, append(data, more...), 0o666))
}

func exits(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	path, err := exec.LookPath(args[1])
	ts.Check(err)
	cmd := exec.Command(path, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	if in, err := os.ReadFile(ts.MkAbs("stdin")); err == nil {
		cmd.Stdin = bytes.NewReader(in)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Check(err)
	}
	ts.Check(os.WriteFile(ts.MkAbs("stdout"), stdout.Bytes(), 0o666))
	ts.Check(os.WriteFile(ts.MkAbs("stderr"), stderr.Bytes(), 0o666))
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("%s: exit status %d, want %d\nstdout:\n%s\nstderr:\n%s", strings.Join(args[1:], " "), got, want, stdout.String(), stderr.String())
	}
}
