//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/ulikunitz/xz"
)

// bigTar is a report whose first member is longer than a pipe holds, and does not compress.
func bigTar(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	const size = 300_000
	err := w.WriteHeader(&tar.Header{Name: "sosreport-x/proc/net/bonding/bond0", Mode: 0o644, Size: size})
	noise := rand.NewChaCha8([32]byte{})
	_, copied := io.CopyN(w, noise, size)
	if err := errors.Join(err, copied, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func xzOf(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := xz.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write(data)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// decoders are the xz processes that a program decompresses with and that are there still.
func decoders(t *testing.T, parent int) (list []string) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range stats {
		dir := filepath.Dir(name)
		stat, _ := os.ReadFile(name)
		args, _ := os.ReadFile(filepath.Join(dir, "cmdline")) // a process that ended since is none
		_, after, _ := bytes.Cut(stat, []byte(" (xz) "))      // PID (PROGRAM) STATE PARENT ...
		if fields := bytes.Fields(after); len(fields) > 1 && string(fields[1]) == fmt.Sprint(parent) && bytes.Contains(args, []byte("\x00-dc\x00")) {
			list = append(list, dir)
		}
	}
	return list
}

// TestStop: a signal while an archive is read ends the program, by that signal, with one line and no report, and its xz process with it. The
// archive comes through a pipe that stays open: when all but its end is written, the program is reading.
func TestStop(t *testing.T) {
	plain := bigTar(t)
	compressed := xzOf(t, plain)
	for _, c := range []struct {
		name    string
		data    []byte
		xz      string
		process bool // a process decompresses
		signal  syscall.Signal
		said    string
	}{
		{"tar", plain, "auto", false, syscall.SIGINT, "sosbond: stopped by SIGINT\n"},
		{"xz in Go", compressed, "go", false, syscall.SIGTERM, "sosbond: stopped by SIGTERM\n"},
		{"xz", compressed, "system", true, syscall.SIGTERM, "sosbond: stopped by SIGTERM\n"},
		{"xz, by the keyboard", compressed, "system", true, syscall.SIGINT, "sosbond: stopped by SIGINT\n"},
	} {
		for _, from := range []string{"-", "fifo"} {
			t.Run(c.name+" from "+from, func(t *testing.T) {
				if _, err := exec.LookPath("xz"); err != nil && c.process {
					t.Skip("xz is not installed")
				}
				dir := t.TempDir()
				cmd := exec.Command("sosbond", "-o", "report", "--xz", c.xz, from)
				cmd.Dir = dir
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				in := started(t, cmd, from)
				if _, err := in.Write(c.data[:len(c.data)-4096]); err != nil {
					t.Fatal(err)
				}
				var processes []string
				for c.process && len(processes) == 0 { // its start is not far
					time.Sleep(5 * time.Millisecond)
					processes = decoders(t, cmd.Process.Pid)
				}
				if err := cmd.Process.Signal(c.signal); err != nil {
					t.Fatal(err)
				}
				if status := statusOf(t, cmd, cmd.Wait()); status != exitSignal+int(c.signal) || stderr.String() != c.said || stdout.Len() > 0 {
					t.Errorf("status %d, standard error %q, standard output %q", status, &stderr, &stdout)
				}
				if ws, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !ws.Signaled() {
					t.Error("it exited, where the signal has to end it: a shell would go on with a loop")
				}
				for _, p := range processes {
					if _, err := os.Stat(p); err == nil {
						t.Errorf("%s is there still", p)
					}
				}
				_ = os.Remove(filepath.Join(dir, "fifo"))
				if left := names(t, dir); left != "" {
					t.Errorf("left:\n%s", left)
				}
			})
		}
	}
}

// started starts a program that reads "-", or a FIFO in its folder, and returns what it reads from.
func started(t *testing.T, cmd *exec.Cmd, from string) *os.File {
	t.Helper()
	if from == "-" {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdin = r
		start(t, cmd)
		_ = r.Close()
		t.Cleanup(func() { _ = w.Close() })
		return w
	}
	name := filepath.Join(cmd.Dir, from)
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, cmd)
	w, err := os.OpenFile(name, os.O_WRONLY, 0) // returns when the program has opened the other end
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// start starts a program that does not outlive the test.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
}

// stuck starts a program whose report goes to a FIFO that is opened, but not read on: nothing can interrupt its write.
func stuck(t *testing.T, program string, stderr io.Writer) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	in, fifo := packed(t, "hostile-names", filepath.Join(dir, "in.tar")), filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-f", "json", "-o", fifo, in)
	cmd.Stderr = stderr
	start(t, cmd)
	r, err := os.OpenFile(fifo, os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	if _, err := io.ReadFull(r, make([]byte, 1)); err != nil { // the report is longer than a FIFO holds
		t.Fatal(err)
	}
	return cmd
}

// TestStopWhenStuck: what cannot be interrupted is not waited for.
func TestStopWhenStuck(t *testing.T) {
	var stderr bytes.Buffer
	cmd := stuck(t, "sosbond", &stderr)
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if status := statusOf(t, cmd, cmd.Wait()); status != exitSignal+int(syscall.SIGTERM) || stderr.String() != "sosbond: stopped by SIGTERM\n" {
		t.Errorf("status %d, %q", status, &stderr)
	}
}

// TestSecondSignal: a second signal ends the program at once, here one that would wait for an hour to end in order.
func TestSecondSignal(t *testing.T) {
	var stderr bytes.Buffer
	cmd := stuck(t, "sosbond-patient", &stderr)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for sig := syscall.SIGINT; ; sig = syscall.SIGTERM {
		_ = cmd.Process.Signal(sig) // an error says that it ended
		select {
		case err := <-ended:
			if status := statusOf(t, cmd, err); status != exitSignal+int(syscall.SIGTERM) || stderr.Len() > 0 {
				t.Errorf("status %d, %q", status, &stderr)
			}
			return
		case <-time.After(20 * time.Millisecond): // the first signal may not have been taken yet
		}
	}
}
