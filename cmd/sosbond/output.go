package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
)

// sink is standard output; it remembers the first error, whoever writes.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	n, err := s.w.Write(p)
	s.err = err
	return n, err
}

// outputFlags say where a report goes, how it looks, and what of it makes the exit status 1.
type outputFlags struct {
	redactFlags
	format, output, failOn string
	all, noColor           bool
	width                  int
}

// failNever is the --fail-on that no finding reaches.
const failNever = "never"

// failLevels are the severities that --fail-on takes.
var failLevels = []rules.Severity{rules.Critical, rules.Error, rules.Warning}

// add adds the flags. failOn says what --fail-on is about, all what --all shows.
func (f *outputFlags) add(cmd *cobra.Command, forms []string, failOn, all string) {
	fl := cmd.Flags()
	fl.StringVarP(&f.format, "format", "f", forms[0], "form of the report: "+strings.Join(forms, ", "))
	fl.StringVarP(&f.output, "output", "o", "", "write the report to this file instead of standard output (-)")
	fl.StringVar(&f.failOn, "fail-on", "error", "exit with status 1 when "+failOn+" is at least that severe: critical, error, warning, never")
	fl.BoolVar(&f.all, "all", false, all)
	fl.BoolVar(&f.noColor, "no-color", false, "no colors, even on a terminal")
	fl.IntVar(&f.width, "width", 0, "width of the terminal report in columns (default: that of the terminal, else 100)")
	f.redactFlags.add(fl)
}

func (f *outputFlags) check(command string, forms []string) error {
	switch {
	case !slices.Contains(forms, f.format):
		return fmt.Errorf("%s: unknown format %q; there are %s", command, f.format, strings.Join(forms, ", "))
	case f.failOn != failNever && !slices.Contains(failLevels, rules.Severity(f.failOn)):
		return fmt.Errorf("%s: --fail-on takes critical, error, warning or never, not %q", command, f.failOn)
	case f.width < 0:
		return fmt.Errorf("%s: --width takes a number of columns, not %d", command, f.width)
	}
	return f.redactFlags.check(command, f.output)
}

// fails reports whether a report has a finding at least as severe as --fail-on.
func (f *outputFlags) fails(doc report.Document) bool {
	if f.failOn == failNever {
		return false
	}
	for _, h := range doc.Hosts {
		for _, x := range h.Findings {
			if rules.Severity(x.Severity).AtLeast(rules.Severity(f.failOn)) {
				return true
			}
		}
	}
	return false
}

// readableOn refuses to print a page for browsers on a terminal, unless --output says that this is meant.
func (f *outputFlags) readableOn(stdout io.Writer, command string) error {
	if f.format == "html" && f.output == "" && isTerminal(stdout) {
		return fmt.Errorf("%s: a page is nothing to read on a terminal; name a file for it, for example -o report.html (-o - prints it here)", command)
	}
	return nil
}

// spares refuses to write the report, or the map, over one of the files, which are what the text says.
func (f *outputFlags) spares(command, what string, files ...string) error {
	for _, name := range files {
		if flag := f.replaces(name); flag != "" {
			return fmt.Errorf("%s: %s would replace %s; name another file", command, flag, what)
		}
	}
	return nil
}

// replaces returns the flag, with its file, by which something would be written over a file, "" without one.
func (f *outputFlags) replaces(name string) string {
	switch {
	case f.output != "" && f.output != "-" && sameFile(name, f.output):
		return "--output " + f.output
	case f.redactMap != "" && sameFile(name, f.redactMap):
		return "--redact-map " + f.redactMap
	}
	return ""
}

// sameFile reports that two names are those of one regular file, which need not be there yet.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if errors.Is(err, fs.ErrNotExist) {
		a, errA := filepath.Abs(a)
		b, errB := filepath.Abs(b)
		return errA == nil && errB == nil && a == b
	}
	if err != nil || !x.Mode().IsRegular() {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// look is how it looks, the Options of each kind of report.
type look struct {
	Width int
	Color bool
	All   bool
}

// deliver writes a report to the file of --output, else to standard output. Nothing is written before the whole report is there.
func (a *app) deliver(ctx context.Context, command string, f outputFlags, write func(w io.Writer, l look) error) error {
	l := look{Width: f.width, All: f.all}
	toStdout := f.output == "" || f.output == "-" || f.output == "/dev/stdout"
	if toStdout {
		term := terminalOf(a.stdout.w)
		l.Color = term.color && !f.noColor
		if l.Width == 0 {
			l.Width = term.width
		}
	} else if l.Width == 0 {
		l.Width = pipeWidth
	}
	var b bytes.Buffer
	if err := write(&b, l); err != nil {
		a.status = exitInput
		return fmt.Errorf("%s: writing the report: %w", command, err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if toStdout {
		_, err := a.stdout.Write(b.Bytes())
		return err // told by run
	}
	if err := writeFile(ctx, f.output, b.Bytes()); err != nil {
		a.status = exitInput
		return fmt.Errorf("%s: cannot write %s: %w", command, f.output, err)
	}
	return nil
}

// unfinished is the name of the temporary file that is being written, nil when there is none.
var unfinished atomic.Pointer[string]

// dropUnfinished removes the temporary file of a run that is not waited for.
func dropUnfinished() {
	if name := unfinished.Swap(nil); name != nil {
		_ = os.Remove(*name) // the program ends: nobody is left to be told
	}
}

// writeFile replaces the contents of a file at once: what stood there stays until all of the new is on the disk, and no reader ever sees half of it.
// As with the shell's >, a symbolic link is followed, a file keeps its mode, one that may not be written is not, and what is no regular file (a
// device, a FIFO) is written to as it stands.
func writeFile(ctx context.Context, name string, data []byte) error {
	old, err := os.Stat(name)
	if err == nil && old.IsDir() {
		return errors.New("it is a directory; name a file")
	}
	if err == nil && !old.Mode().IsRegular() {
		return writeTo(ctx, name, data)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return reasonOf(err)
	}
	target, ok := followLinks(name)
	if !ok {
		return writeTo(ctx, name, data)
	}
	if old == nil {
		return replace(ctx, target, nil, newFile, data)
	}
	f, err := os.OpenFile(target, os.O_WRONLY, 0) // a rename would not ask whether the file may be written
	if err != nil {
		return reasonOf(err)
	}
	_ = f.Close() // nothing was written
	return replace(ctx, target, old, newFile, data)
}

// The modes of a file that was not there: that of any, less the umask, and that of a secret.
const (
	newFile     fs.FileMode = 0o666
	privateFile fs.FileMode = 0o600
)

// writePrivate writes a file, as writeFile does, that its owner alone may read, whatever the mode of the one that was there.
func writePrivate(ctx context.Context, name string, data []byte) error {
	old, err := os.Stat(name)
	switch {
	case err == nil && !old.Mode().IsRegular():
		return errors.New("it is no file; name one")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return reasonOf(err)
	}
	target, ok := followLinks(name)
	if !ok {
		return errors.New("it stands for an open file; name another one")
	}
	return replace(ctx, target, nil, privateFile, data)
}

// followLinks returns the file that a name leads to, which need not be there yet. It is not ok where the name stands for an open file, as those of
// /dev/fd do: a rename would replace the file that somebody else has open.
func followLinks(name string) (target string, ok bool) {
	const most = 40 // as the kernel has it
	for range most {
		info, err := os.Lstat(name)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return name, true
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(name))
		if err != nil || strings.HasPrefix(dir+"/", "/proc/") {
			return "", false
		}
		link, err := os.Readlink(name)
		if err != nil {
			return "", false
		}
		if !filepath.IsAbs(link) {
			link = filepath.Dir(name) + string(filepath.Separator) + link // not cleaned: ".." after a link is another folder
		}
		name = link
	}
	return "", false
}

// writeTo writes to a device, a FIFO, or what else is not replaced by a file.
func writeTo(ctx context.Context, name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return reasonOf(err)
	}
	err = writeAll(ctx, f, data)
	return errors.Join(reasonOf(err), reasonOf(f.Close()))
}

// replace writes to a temporary file beside the target and renames it. old is the file whose mode it takes over, nil for a file of the mode given.
func replace(ctx context.Context, name string, old fs.FileInfo, mode fs.FileMode, data []byte) (err error) {
	dir := filepath.Dir(name)
	if old != nil {
		mode = 0o600 // until it has the mode of the old one
	}
	tmp, err := createIn(dir, mode)
	if err != nil {
		return fmt.Errorf("%w; name a folder that exists and is writable", reasonOf(err))
	}
	defer func() {
		if err != nil {
			_ = os.Remove(tmp.Name()) // the error that brought us here is the one to tell
		}
		unfinished.Store(nil)
	}()
	err = writeAll(ctx, tmp, data)
	if err == nil && old != nil {
		takeAfter(tmp, old)
		err = tmp.Chmod(old.Mode().Perm())
	}
	if err == nil {
		err = tmp.Sync() // or a crash could leave an empty file in place of the old one
	}
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), name)
	}
	if err != nil {
		return reasonOf(err)
	}
	if d, err := os.Open(dir); err == nil { // the report is complete: a folder that cannot be synced is no failure
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

// createIn creates a temporary file whose mode follows the umask, as that of any new file does.
func createIn(dir string, mode fs.FileMode) (*os.File, error) {
	const tries = 100
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf(".sosbond-%08x", rand.Uint32()))
		unfinished.Store(&name)
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err == nil {
			return f, nil
		}
		unfinished.Store(nil)
		if i == tries || !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
}

// writeAll writes in parts, so that the end of ctx is noticed on a slow disk.
func writeAll(ctx context.Context, f *os.File, data []byte) error {
	const part = 1 << 20
	for len(data) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := f.Write(data[:min(part, len(data))])
		if err != nil {
			return err
		}
		data = data[n:]
	}
	return nil
}

// reasonOf is a file error without the name in it, which the message has already, or which is that of the temporary file.
func reasonOf(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
