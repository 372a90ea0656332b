package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// HeadSize is how much of a file Kinds.Archive gets to see.
const HeadSize = 512

// Kinds tells what is worth analyzing.
type Kinds struct {
	Archive func(head []byte) bool    // a file that starts so is an archive, or an encrypted one
	Report  func(names []string) bool // a directory that holds these entries, sorted, is an unpacked report
	Gather  func(names []string) bool // it is what one image of a must-gather wrote: the directory around it is the must-gather
}

// Candidate is an input that was found.
type Candidate struct {
	Path string // absolute and clean
	Dir  bool
	Size int64
	Err  error // why it cannot be looked at; the path was named by the user, or is a directory on the way
}

// Found says what was looked at beside the inputs.
type Found struct {
	Inputs int
	Other  int // files in folders that are no archives
	Hidden int // directories that start with a dot
}

// archiveNames are the endings of files that are taken for archives even where their content is something else: a sign-in page saved as
// .tar.xz is a report that somebody has to ask for again.
var archiveNames = []string{
	".tar", ".tar.xz", ".txz", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.zst", ".tzst", ".zip",
	".tar.xz.gpg", ".tar.gz.gpg", ".tar.bz2.gpg", ".tar.gpg", ".tgz.gpg",
}

// Find calls f for each input below the paths, in the order of the paths and of the names in a folder, each once. A path is a file, a folder
// that is searched with those in it, or a glob with *, ?, [] and **. Files of the given absolute paths are not even opened. f returns false to end the search.
func Find(ctx context.Context, paths []string, k Kinds, not map[string]bool, f func(Candidate) bool) (Found, error) {
	s := &search{ctx: ctx, kinds: k, not: not, f: f, seen: map[string]bool{}}
	for _, p := range paths {
		if err := s.path(p); err != nil {
			if errors.Is(err, fs.SkipAll) {
				err = nil
			}
			return s.found, err
		}
	}
	return s.found, nil
}

type search struct {
	ctx   context.Context
	kinds Kinds
	not   map[string]bool
	f     func(Candidate) bool
	seen  map[string]bool // paths of inputs, and of folders that were searched
	found Found
}

func (s *search) path(name string) error {
	abs, err := filepath.Abs(name)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	info, err := os.Stat(abs)
	if errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, "*?[{") {
		return s.glob(abs)
	}
	if err != nil {
		return s.yield(Candidate{Path: abs, Err: err})
	}
	if info.IsDir() {
		return s.folder(abs)
	}
	if !info.Mode().IsRegular() {
		return s.yield(Candidate{Path: abs, Err: errNoFile})
	}
	return s.yield(Candidate{Path: abs, Size: info.Size()})
}

// errNoFile is of devices and FIFOs: what was read of one for its sum is not there any more to be analyzed, and some have no end.
var errNoFile = errors.New("it is neither a file nor a folder")

func (s *search) glob(pattern string) error {
	matches, err := doublestar.FilepathGlob(pattern, doublestar.WithNoFollow())
	if errors.Is(err, doublestar.ErrBadPattern) || err == nil && len(matches) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return s.yield(Candidate{Path: pattern, Err: err})
	}
	slices.Sort(matches)
	for _, m := range matches {
		if err := s.path(m); err != nil {
			return err
		}
	}
	return nil
}

// folder searches a directory, unless it is an unpacked report itself.
func (s *search) folder(dir string) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.seen[dir] {
		return nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil && len(entries) == 0 {
		return s.yield(Candidate{Path: dir, Dir: true, Err: err})
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	if s.kinds.Report(names) || s.holdsGather(dir, entries) {
		return s.yield(Candidate{Path: dir, Dir: true})
	}
	s.seen[dir] = true
	for _, e := range entries {
		if err := s.entry(filepath.Join(dir, e.Name()), e); err != nil {
			return err
		}
	}
	return nil
}

// holdsGather reports a must-gather: a directory in which the images have theirs.
func (s *search) holdsGather(dir string, entries []fs.DirEntry) bool {
	for _, e := range entries {
		if !e.IsDir() || !strings.Contains(e.Name(), "sha256") {
			continue // `oc adm must-gather` names the directories after the images
		}
		inner, err := os.ReadDir(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		names := make([]string, len(inner))
		for i, x := range inner {
			names[i] = x.Name()
		}
		if s.kinds.Gather(names) {
			return true
		}
	}
	return false
}

// entry looks at what a folder holds. Links to files are followed, links to folders are not: they may lead in circles.
func (s *search) entry(path string, e fs.DirEntry) error {
	if e.IsDir() {
		if strings.HasPrefix(e.Name(), ".") {
			s.found.Hidden++
			return nil
		}
		return s.folder(path)
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || s.not[path] {
		s.found.Other++
		return nil
	}
	if !s.worth(path) {
		s.found.Other++
		return nil
	}
	return s.yield(Candidate{Path: path, Size: info.Size()})
}

// worth reports whether a file is an archive by its content, or should be one by its name.
func (s *search) worth(path string) bool {
	lower := strings.ToLower(filepath.Base(path))
	if slices.ContainsFunc(archiveNames, func(ext string) bool { return strings.HasSuffix(lower, ext) }) {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f, head)
	return (err == nil || errors.Is(err, io.ErrUnexpectedEOF)) && s.kinds.Archive(head[:n])
}

func (s *search) yield(c Candidate) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.seen[c.Path] {
		return nil
	}
	s.seen[c.Path] = true
	s.found.Inputs++
	if !s.f(c) {
		return fs.SkipAll
	}
	return nil
}

// ReadList reads paths from a list: one in each line, or, where it has zero bytes (find -print0), between those. Empty ones are left out.
func ReadList(r io.Reader) ([]string, error) {
	in := bufio.NewReader(r)
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	sep := "\n"
	if bytes.IndexByte(data, 0) >= 0 {
		sep = "\x00"
	}
	var list []string
	for line := range strings.SplitSeq(string(data), sep) {
		if sep == "\n" {
			line = strings.TrimSuffix(line, "\r")
		}
		if line != "" {
			list = append(list, line)
		}
	}
	return list, nil
}
