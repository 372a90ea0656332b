package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// xzBeside is what xz takes beside its dictionary; threads, for data in several blocks, have to do with it and what the dictionary leaves.
const xzBeside = 16 << 20

// childFrom is the compressed size from which a member of an archive is worth an xz process of its own.
const childFrom = 256 << 10

var errNoXZ = errors.New("no usable xz program was found in the directories of PATH")

// systemXZ finds the system's xz once. Only an absolute path will do, or the current directory could hold a program of that name; and
// only XZ Utils, since busybox's xz does not know the options.
var systemXZ = sync.OnceValues(func() (string, error) {
	path, err := exec.LookPath("xz")
	if err != nil || !filepath.IsAbs(path) {
		return "", errNoXZ
	}
	cmd := exec.Command(path, "--version")
	cmd.Env = xzEnv
	out, err := cmd.Output()
	if err != nil || !bytes.Contains(out, []byte("liblzma")) {
		return "", errNoXZ
	}
	return path, nil
})

// xzEnv is the environment of the xz process. It has nothing of ours: XZ_OPT and XZ_DEFAULTS would change what xz does, and it needs no other.
var xzEnv = []string{"LC_ALL=C"}

// xzProcess decompresses with the system's xz: it is up to twice as fast as a Go decoder, and works beside the reader.
type xzProcess struct {
	ctx    context.Context
	src    *source
	cmd    *exec.Cmd
	out    *os.File
	stderr tail
	fed    chan error // one value when all was fed; nil when the process reads the file itself
	err    error      // how it ended, once done
	done   bool
	window int64
}

// startXZ starts the process on the source.
func startXZ(ctx context.Context, path string, src *source, window int64) (*xzProcess, error) {
	x := &xzProcess{ctx: ctx, src: src, window: window}
	x.cmd = exec.CommandContext(ctx, path, "-dc", "-T0", fmt.Sprintf("--memlimit-decompress=%d", window+xzBeside))
	x.cmd.Env = xzEnv
	x.cmd.Stderr = &x.stderr
	out, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	widen(out)
	x.out, x.cmd.Stdout = out, w
	feedTo, err := x.input(src)
	if err == nil {
		err = x.cmd.Start()
	}
	_ = w.Close() // the process has its own copy
	if feedTo != nil {
		_ = x.cmd.Stdin.(io.Closer).Close() // likewise
	}
	if err != nil {
		_ = out.Close()
		if feedTo != nil {
			_ = feedTo.Close()
		}
		return nil, err
	}
	if feedTo != nil {
		x.fed = make(chan error, 1)
		go func() { x.fed <- feedAll(feedTo, src) }()
	}
	src.shared = feedTo == nil
	return x, nil
}

// input makes the process read the source's file itself. Where there is none, it returns the end of a pipe that wants to be fed.
func (x *xzProcess) input(src *source) (*os.File, error) {
	if src.file != nil {
		if _, err := src.file.Seek(src.base, io.SeekStart); err != nil {
			return nil, err
		}
		x.cmd.Stdin = src.file
		return nil, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	widen(w)
	x.cmd.Stdin = r
	return w, nil
}

// feedAll copies the source to the process. The error is the source's; that the process no longer listens is none.
func feedAll(w *os.File, src *source) error {
	defer func() { _ = w.Close() }()
	in := src.reader()
	buf := make([]byte, rawBuffer)
	for {
		n, err := in.Read(buf)
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return nil
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe) { // the latter after giveUp
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (x *xzProcess) Read(p []byte) (int, error) {
	if x.done {
		return 0, x.err
	}
	n, err := x.out.Read(p)
	if err == nil || n > 0 {
		return n, nil
	}
	x.end()
	return 0, x.err
}

// Close ends the process, whatever it is doing, and waits for it and for the goroutine that feeds it.
func (x *xzProcess) Close() error {
	if !x.done {
		_ = x.cmd.Process.Kill()
		x.end()
	}
	return nil
}

// end collects the process and finds out how it ended.
func (x *xzProcess) end() {
	x.done = true
	_ = x.out.Close()
	waitErr := x.cmd.Wait()
	var feedErr error
	if x.fed != nil {
		if x.src.giveUp != nil {
			x.src.giveUp()
		}
		feedErr = <-x.fed
	}
	switch {
	case x.ctx.Err() != nil:
		x.err = x.ctx.Err()
	case feedErr != nil:
		x.err = feedErr // xz only saw its consequence
	case waitErr != nil:
		x.err = x.failure(waitErr)
	default:
		x.err = io.EOF
	}
}

// failure turns what xz said into an error: "xz: (stdin): Unexpected end of input".
func (x *xzProcess) failure(waitErr error) error {
	said := x.stderr.lastLine()
	said = strings.TrimPrefix(strings.TrimPrefix(said, "xz: "), "(stdin): ")
	if said == "" {
		said = waitErr.Error()
	}
	if strings.Contains(string(x.stderr.buf), "Memory usage limit") {
		return windowLimit(x.window)
	}
	if strings.Contains(said, "Unexpected end of input") {
		return &dataError{what: dataOf("xz"), early: true, err: errors.New(said)}
	}
	return &dataError{what: dataOf("xz"), err: errors.New(said)}
}

// tail keeps the end of what is written to it.
type tail struct{ buf []byte }

func (t *tail) Write(p []byte) (int, error) {
	const keep = 1024
	t.buf = append(t.buf, p[max(0, len(p)-keep):]...)
	t.buf = t.buf[max(0, len(t.buf)-keep):]
	return len(p), nil
}

func (t *tail) lastLine() string {
	said := bytes.TrimSpace(t.buf)
	return oneLine(string(said[bytes.LastIndexByte(said, '\n')+1:]))
}
