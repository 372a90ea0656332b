//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// packed writes the report of a host of testdata as a tar file.
func packed(t *testing.T, host, name string) string {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(hosttest.WriteTar(f, hosttest.Archive(t, host), host), f.Close()); err != nil {
		t.Fatal(err)
	}
	return name
}

// ended is how a run of the built program ended.
type ended struct {
	status         int // 128 and the number of the signal that ended it, as a shell has it
	stdout, stderr string
}

func statusOf(t *testing.T, cmd *exec.Cmd, err error) int {
	t.Helper()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return exitSignal + int(ws.Signal())
	}
	return cmd.ProcessState.ExitCode()
}

// shell runs a line of the shell in a folder.
func shell(t *testing.T, dir, line string) ended {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	status := statusOf(t, cmd, cmd.Run())
	return ended{status, stdout.String(), stderr.String()}
}

// names lists a folder, with what a file holds as far as it is short, else "report", and its mode.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		text := e.Name() + " " + info.Mode().String()
		if info.Mode().IsRegular() {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			what := string(data)
			if strings.HasPrefix(what, "# sosbond report\n") && strings.HasSuffix(what, ".\n") {
				what = "report"
			}
			text += " " + what
		}
		list = append(list, text)
	}
	return strings.Join(list, "\n")
}

// TestOutputFile: a report reaches the file that was named wholly or not at all, the way that a shell's > would reach it, and nothing else stays.
func TestOutputFile(t *testing.T) {
	in := packed(t, "rr-loop", filepath.Join(t.TempDir(), "in.tar"))
	for _, c := range []struct {
		name, before, to string
		status           int
		stderr, after    string
	}{
		{"new", "true", "x", exitFindings, "", "x -rw-r--r-- report"},
		{"new, of a careful user", "umask 077", "x", exitFindings, "", "x -rw------- report"},
		{"replaced", "echo old > x; chmod 640 x", "x", exitFindings, "", "x -rw-r----- report"},
		{"link", "echo old > x; ln -s x l", "l", exitFindings, "", "l Lrwxrwxrwx\nx -rw-r--r-- report"},
		{"link to nothing yet", "ln -s x l", "l", exitFindings, "", "l Lrwxrwxrwx\nx -rw-r--r-- report"},
		{"links in a circle", "ln -s m l; ln -s l m", "l", exitInput, "sosbond: analyze: cannot write l: too many levels of symbolic links\n", "l Lrwxrwxrwx\nm Lrwxrwxrwx"},
		{"folder", "mkdir x", "x", exitInput, "sosbond: analyze: cannot write x: it is a directory; name a file\n", "x drwxr-xr-x"},
		{"no folder", "true", "x/y", exitInput, "sosbond: analyze: cannot write x/y: no such file or directory; name a folder that exists and is writable\n", ""},
		{"below a file", "echo old > x", "x/y", exitInput, "sosbond: analyze: cannot write x/y: not a directory\n", "x -rw-r--r-- old\n"},
		{"no room", "echo old > x; chmod 640 x; ulimit -f 4", "x", exitInput, "sosbond: analyze: cannot write x: file too large\n", "x -rw-r----- old\n"},
		{"no room for a new one", "ulimit -f 4", "x", exitInput, "sosbond: analyze: cannot write x: file too large\n", ""},
		{"device", "ln -s /dev/null l", "l", exitFindings, "", "l Lrwxrwxrwx"},
		{"full device", "ln -s /dev/full l", "l", exitInput, "sosbond: analyze: cannot write l: no space left on device\n", "l Lrwxrwxrwx"},
		{"standard output", "echo old > x; exec >>x", "/dev/stdout", exitFindings, "", "x -rw-r--r-- old\nreport"},
		{"a dash", "echo old > x; exec >>x", "-", exitFindings, "", "x -rw-r--r-- old\nreport"},
		{"an open file", "echo old > x; exec 3>>x", "/dev/fd/3", exitFindings, "", "x -rw-r--r-- old\nreport"},
		{"the input", "echo old > in.tar", "in.tar in.tar", exitUsage, "sosbond: analyze: --output in.tar would replace an input; name another file\n", "in.tar -rw-r--r-- old\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			got := shell(t, dir, "umask 022; "+c.before+"; exec sosbond -f markdown -o "+c.to+" "+in)
			if got.status != c.status || got.stderr != c.stderr || got.stdout != "" {
				t.Errorf("status %d, want %d; standard error %q, want %q\n%s", got.status, c.status, got.stderr, c.stderr, got.stdout)
			}
			after := names(t, dir)
			if i := strings.Index(after, "old\n# sosbond report\n"); i >= 0 && strings.HasSuffix(after, ".\n") {
				after = after[:i] + "old\nreport"
			}
			if after != c.after {
				t.Errorf("the folder holds\n%s\nwant\n%s", after, c.after)
			}
		})
	}
}

// TestOutputNotWritable: a file and a folder that may not be written are not, though a rename could replace the file.
func TestOutputNotWritable(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everything")
	}
	in := packed(t, "rr-loop", filepath.Join(t.TempDir(), "in.tar"))
	dir := t.TempDir()
	got := shell(t, dir, "echo old > x; chmod 444 x; mkdir d; echo old > d/y; chmod 555 d; sosbond -o x "+in+"; sosbond -o d/y "+in+"; s=$?; chmod 755 d; exit $s")
	want := "sosbond: analyze: cannot write x: permission denied\nsosbond: analyze: cannot write d/y: permission denied; name a folder that exists and is writable\n"
	if got.status != exitInput || got.stderr != want {
		t.Errorf("status %d, %q", got.status, got.stderr)
	}
	if after := names(t, dir) + "\n" + names(t, filepath.Join(dir, "d")); after != "d drwxr-xr-x\nx -r--r--r-- old\n\ny -rw-r--r-- old\n" {
		t.Errorf("left:\n%s", after)
	}
}

// TestFIFO: a report that is written to a FIFO goes to its reader.
func TestFIFO(t *testing.T) {
	dir := t.TempDir()
	in := packed(t, "rr-loop", filepath.Join(dir, "in.tar"))
	got := shell(t, dir, "mkfifo f; sosbond -f markdown -o f "+in+" & cat f; wait $!; s=$?; test -p f && exit $s")
	if got.status != exitFindings || got.stderr != "" || !strings.HasPrefix(got.stdout, "# sosbond report\n") || !strings.HasSuffix(got.stdout, ".\n") {
		t.Errorf("status %d, %q\n%s", got.status, got.stderr, got.stdout)
	}
}

// TestStandardOutputFails: whatever writes, a full disk is told with status 3, and a reader that went away is no news.
func TestStandardOutputFails(t *testing.T) {
	in := packed(t, "rr-loop", filepath.Join(t.TempDir(), "in.tar"))
	out := filepath.Join(t.TempDir(), "report.md")
	for _, args := range [][]string{{"analyze", in}, {"analyze", "-f", "json", in}, {"analyze", "-f", "html", "-o", "-", in}, {"topology", "-f", "svg", in}, {"rules"}, {"rules", "--json"}, {"explain", "SB103"}, {"version"}, {"--help"}, {"completion", "bash"}} {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Skip("no /dev/full here")
		}
		if got := runTo(t, full, nil, args...); got.status != exitInput || got.stderr != "sosbond: cannot write to standard output: no space left on device\n" {
			t.Errorf("%v on a full disk: status %d, %q", args, got.status, got.stderr)
		}
		if got := runTo(t, closedPipe(t), nil, args...); got.status != exitPipe || got.stderr != "" {
			t.Errorf("%v to nobody: status %d, %q", args, got.status, got.stderr)
		}
		if got := runTo(t, closedPipe(t), closedPipe(t), args...); got.status != exitPipe {
			t.Errorf("%v to nobody, and nobody hears errors: status %d", args, got.status)
		}
	}
	// that nobody hears of the errors is no reason not to write the report
	if got := runTo(t, closedPipe(t), closedPipe(t), "analyze", "-f", "markdown", "-o", out, "missing.tar", in); got.status != exitInput {
		t.Errorf("status %d", got.status)
	}
	if data, err := os.ReadFile(out); err != nil || !strings.HasSuffix(string(data), ".\n") {
		t.Errorf("no report: %v", err)
	}
	// nor is it one when standard error is not open at all
	if got := shell(t, t.TempDir(), "exec sosbond analyze missing.tar "+in+" 2>&-"); got.status != exitInput || !strings.Contains(got.stdout, "SB104") {
		t.Errorf("status %d\n%s", got.status, got.stdout)
	}
}

// closedPipe is the end of a pipe that nobody reads.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = r.Close()
	return w
}

// runTo runs the program with its output going to files; nil keeps what is written to standard error.
func runTo(t *testing.T, stdout, stderr *os.File, args ...string) ended {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command("sosbond", args...)
	cmd.Stdout, cmd.Stderr = stdout, &said
	if stderr != nil {
		cmd.Stderr = stderr
		defer func() { _ = stderr.Close() }()
	}
	defer func() { _ = stdout.Close() }()
	return ended{status: statusOf(t, cmd, cmd.Run()), stderr: said.String()}
}

// TestStandardErrorIsHarmless: names of inputs and arguments, and what archives hold, are told in lines of their own in which nothing works.
func TestStandardErrorIsHarmless(t *testing.T) {
	const evil = "x\x1b[2J\x1b]52;c;eA==\a\u202e\u2066\u200b\U000e0041\xff\u009b\r\b\nsosbond: all is well"
	dir := t.TempDir()
	broken := filepath.Join(dir, evil+".tar")
	packed(t, "rr-loop", broken)
	if err := os.Truncate(broken, 3000); err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(dir, "bundle.tar")
	inner := &txtar.Archive{Files: []txtar.File{
		{Name: evil + ".tar.xz", Data: []byte("\xfd7zXZ\x00 and nothing that xz would write")},
		{Name: "sosreport-a/version.txt", Data: []byte("sos report: 4.7.2\n")}, // nothing of its network: an error that names it
		{Name: "sosreport-a/sos_commands/host/hostname", Data: []byte(evil + "\n")},
	}}
	var b bytes.Buffer
	if err := hosttest.WriteTar(&b, inner, evil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bundle, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{bundle}, {evil}, {"--" + evil}, {"-f", evil, "x"}, {"--fail-on", evil, "x"}, {"--rule", evil, "x"}, {"--min-severity", evil, "x"}, {"--xz", evil, "x"}, {"--width", evil, "x"},
		{"explain", evil}, {"rules", evil}, {"-o", evil + "/x", broken}, {broken},
	} {
		cmd := exec.Command("sosbond", args...)
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = io.Discard, &said
		if status := statusOf(t, cmd, cmd.Run()); status != exitUsage && status != exitInput {
			t.Errorf("%q: status %d", args, status)
		}
		rendertest.CheckHarmless(t, said.String())
		for line := range strings.Lines(said.String()) {
			if !strings.HasPrefix(line, "sosbond: ") || strings.HasPrefix(line, "sosbond: all is well") {
				t.Errorf("%q: %q", args, line)
			}
		}
		if said.Len() == 0 || args[0] == bundle && strings.Count(said.String(), "\n") < 2 {
			t.Errorf("%q: nothing is said", args)
		}
	}
}
