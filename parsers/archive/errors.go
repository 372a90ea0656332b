package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// Refused says that the input is nothing that can be read. Its text is one line that says why and what to do.
type Refused struct {
	Input string // the input as it was named, or "standard input"
	Why   string // a predicate: "is encrypted (OpenPGP)"
	Do    string // what to do about it, a clause in the imperative
	Err   error  // the cause, where there is one
	Fault Fault
}

func (e *Refused) Error() string {
	text := e.Input + " " + e.Why
	if e.Do != "" {
		text += ": " + e.Do
	}
	return text
}

func (e *Refused) Unwrap() error { return e.Err }

// Damaged says that the input could be read in part only: it is cut off or corrupt, or exceeds a limit (Err is a *LimitError then).
type Damaged struct {
	Input   string // the input as it was named, or "standard input"
	Members int64  // members that were visited before, those of nested archives among them
	Read    int64  // decompressed bytes that were read before
	All     bool   // every member was visited; only what follows them is damaged
	Err     error  // the cause
}

// Corrupt reports that the data are not only cut off: what was read before the fault was found may be wrong too.
func (e *Damaged) Corrupt() bool { return corrupt(e.Err) }

// Suspect reports corrupt data whose fault may lie in any of the members that were read.
func (e *Damaged) Suspect() bool { return suspect(e.Err) }

// Reason is what happened, as a clause without the input's name: fit for a note about what lies in the input.
func (e *Damaged) Reason() string { return reason(e.Err, e.Members, e.All) }

func (e *Damaged) Error() string {
	var limit *LimitError
	switch {
	case errors.As(e.Err, &limit):
		return fmt.Sprintf("%s was read in part only, %s members (%s): %v", e.Input, thousands(e.Members), Bytes(e.Read), e.Err)
	case errors.Is(e.Err, errNoIndex) && e.Members == 0:
		return fmt.Sprintf("%s is damaged: %v; copy or download it again", e.Input, e.Err)
	case e.Members == 0:
		return fmt.Sprintf("%s is damaged: %v before its first member; copy or download it again", e.Input, e.Err)
	case e.Corrupt():
		return fmt.Sprintf("%s is damaged: %v, found after %s members (%s); what was read of them may be wrong too: copy or download it again",
			e.Input, e.Err, thousands(e.Members), Bytes(e.Read))
	case e.All:
		return fmt.Sprintf("%s is damaged, but behind its %s members only: %v; compare its checksum or copy it again to be sure",
			e.Input, thousands(e.Members), e.Err)
	}
	return fmt.Sprintf("%s is damaged: %v after %s members (%s); they were read, for the rest copy or download it again",
		e.Input, e.Err, thousands(e.Members), Bytes(e.Read))
}

func (e *Damaged) Unwrap() error { return e.Err }

// reason says in a clause how far an archive could be read and why no further.
func reason(err error, members int64, all bool) string {
	if members == 0 {
		return fmt.Sprintf("nothing of it could be read: %v", err)
	}
	if corrupt(err) {
		return fmt.Sprintf("%v, found after member %s, so what was read before may be wrong too", err, thousands(members))
	}
	if all {
		return fmt.Sprintf("all its %s members were read, but behind them %v", thousands(members), err)
	}
	return fmt.Sprintf("it was read up to member %s: %v", thousands(members), err)
}

// abort ends the whole walk, whatever archive it is in.
type abort struct{ err error }

func (e *abort) Error() string { return e.err.Error() }
func (e *abort) Unwrap() error { return e.err }

// broken is an archive whose data cannot be read further. all is as in Damaged.
type broken struct {
	err error
	all bool
}

func (e *broken) Error() string { return e.err.Error() }
func (e *broken) Unwrap() error { return e.err }

// dataError is an error of compressed or archived data in our words; the decoders word theirs for programmers.
type dataError struct {
	what  string // "the xz data"
	early bool   // they end early; else they are corrupt
	err   error
}

func (e *dataError) Error() string {
	if e.early {
		return e.what + " end early"
	}
	return fmt.Sprintf("%s are corrupt (%s)", e.what, oneLine(e.err.Error()))
}

func (e *dataError) Unwrap() error { return e.err }

// corrupt reports data that are wrong, not only cut off.
func corrupt(err error) bool {
	var data *dataError
	return errors.As(err, &data) && !data.early
}

// suspect reports corrupt data that were wrong before that showed: gzip and zstd have a checksum at their end only. What bzip2 gives out was
// checked, up to the last block, and xz goes on with noise, in which no tar header follows.
func suspect(err error) bool {
	var data *dataError
	return corrupt(err) && errors.As(err, &data) && (data.what == dataOf(compressions[formGzip]) || data.what == dataOf(compressions[formZstd]))
}

// inWords turns an error met while reading what into a dataError, except where it says already what it has to say.
func inWords(what string, err error) error {
	var data *dataError
	var limit *LimitError
	var pathErr *fs.PathError
	switch {
	case errors.As(err, &data):
		return data
	case errors.As(err, &limit):
		return limit
	case ctxEnded(err):
		return err
	case errors.As(err, &pathErr): // the disk's, not the data's
		return fmt.Errorf("reading failed: %w", pathErr.Err)
	}
	return &dataError{what: what, early: errors.Is(err, io.ErrUnexpectedEOF), err: err}
}

// ends reports whether err ends the whole walk: the context's end and the limits of the whole walk do.
func ends(err error) bool {
	var limit *LimitError
	if errors.As(err, &limit) {
		return !limit.ofOne
	}
	return ctxEnded(err)
}

func ctxEnded(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// bare is the text of a file error without the path in it, which may be absolute.
func bare(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return oneLine(err.Error())
}

// oneLine makes a text safe for a line of its own: what comes from archives may hold line breaks and escape sequences.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.TrimSpace(s))
}

// Shown is a file name as it stands in a message: quoted when it holds anything that does not print.
func Shown(name string) string {
	for _, r := range name {
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return strconv.Quote(name)
		}
	}
	return name
}

// shellWord quotes a file name for a command that is to be copied to a shell.
func shellWord(name string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-+/:@%,=", r)
	}
	if name != "" && name[0] != '-' && strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	if name != "" && name[0] == '-' {
		name = "." + string(filepath.Separator) + name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// thousands formats a number with separators.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Bytes formats a number of bytes for people, in binary units.
func Bytes(n int64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return fmt.Sprintf("%d bytes", n)
	}
	v, unit := float64(n), -1
	for v >= 1024 && unit < len(units)-1 {
		v /= 1024
		unit++
	}
	text := strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	return fmt.Sprintf("%s %ciB", text, units[unit])
}
