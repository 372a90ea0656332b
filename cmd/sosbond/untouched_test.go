package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
)

// confinedExit is the status with which the command "confined" says that the kernel cannot confine it.
const confinedExit = 90

// TestNothingIsWritten runs the program on inputs of all kinds where the kernel ends it for opening a file to write, creating, renaming, deleting
// or changing one, and for using the network; xz runs in the same confinement. Afterwards the folders that a program may use are as they were.
func TestNothingIsWritten(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	inputs := untouchedInputs(t, in)
	for _, d := range []string{"cwd", "home", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, d), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	before := listing(t, dir)
	for _, args := range append([][]string{{"version"}, {"rules"}, {"explain", "SB104"}, {"analyze", "no/such/file"}}, inputs...) {
		cmd := confinedProgram(t, args...)
		cmd.Dir = filepath.Join(dir, "cwd")
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(dir, "home"), "TMPDIR=" + filepath.Join(dir, "tmp")}
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if args[len(args)-1] == "-" {
			cmd.Stdin = bytes.NewReader(demo(t))
		}
		err := cmd.Run()
		switch status := cmd.ProcessState.ExitCode(); {
		case status == confinedExit:
			t.Skip(stderr.String())
		case status < exitOK || status > exitInput:
			t.Errorf("%q: %v\n%s", args, err, stderr.String())
		case stdout.Len() == 0 && status != exitInput:
			t.Errorf("%q: no output\n%s", args, stderr.String())
		}
	}
	if after := listing(t, dir); after != before {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}

// TestConfinementHolds: with --output the program has to write, and is ended for it; else the test above would prove nothing.
func TestConfinementHolds(t *testing.T) {
	out := filepath.Join(t.TempDir(), "report")
	cmd := confinedProgram(t, "analyze", "--output", out, "-")
	cmd.Stdin = bytes.NewReader(demo(t))
	text, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() == confinedExit {
		t.Skip(string(text))
	}
	if _, statErr := os.Stat(out); err == nil || statErr == nil || cmd.ProcessState.Exited() {
		t.Errorf("it wrote: %v, %v\n%s", err, statErr, text)
	}
}

// untouchedInputs writes inputs and returns the commands to read them.
func untouchedInputs(t *testing.T, dir string) (commands [][]string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	add := func(name string, data []byte, flags ...string) {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		commands = append(commands, append(append([]string{"analyze"}, flags...), file))
	}
	add("a.tar.xz", demo(t), "--xz=system", "--whole", "--deep")
	add("b.tar.xz", demo(t), "--xz=go", "--format=markdown")
	add("cut.tar.xz", demo(t)[:len(demo(t))/2])
	for _, ext := range []string{".tar", ".gz", ".zst"} {
		add("must-gather"+ext, compressed(t, "mustgather-sos", ext), "--format=json")
	}
	bundle, err := txtar.ParseFile(filepath.Join(hosttest.Dir(), "rr-loop.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	bundle.Files = append(bundle.Files, txtar.File{Name: "../../escape", Data: []byte("x")}, txtar.File{Name: "etc/evil -> /etc/passwd"},
		txtar.File{Name: "nested.tar.xz", Data: demo(t)})
	var tar bytes.Buffer
	if err := hosttest.WriteTar(&tar, bundle, "r"); err != nil {
		t.Fatal(err)
	}
	add("bundle.tar", tar.Bytes(), "--all")
	add("text.tar.xz", []byte("<html>"))
	return append(commands, []string{"analyze", "-"}, []string{"analyze", dir})
}

// packed is an input of testdata, compressed as a file with that ending is.
func compressed(t *testing.T, name, ext string) []byte {
	t.Helper()
	var tar, out bytes.Buffer
	err := hosttest.WriteTar(&tar, hosttest.Archive(t, name), name)
	if err == nil {
		err = compress(&out, ext, tar.Bytes())
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func demo(t *testing.T) []byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(hosttest.Dir(), "..", "demo", "*.tar.xz"))
	if err != nil || len(files) != 1 {
		t.Fatalf("testdata/demo: %v, %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// listing tells all there is to tell of a folder without reading its files.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintf(&b, "%v %d %d %s\n", info.Mode(), info.Size(), info.ModTime().UnixNano(), name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// program is the built program with arguments; TestMain puts it into PATH.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("sosbond")
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, args...)
}

// confinedProgram is the program in the confinement that this system has; where there is none, nothing but the listing tells.
func confinedProgram(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := program(t, args...)
	if confine, err := exec.LookPath("confined"); err == nil {
		cmd = exec.Command(confine, cmd.Args...)
	}
	return cmd
}
