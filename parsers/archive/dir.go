package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"syscall"
)

var errNotRegular = errors.New("it is no regular file")

// directory walks through a directory. os.Root keeps it inside: no link is followed out of it, and a link to a directory is never followed.
func (w *walker) directory(name string) error {
	root, err := os.OpenRoot(name)
	if err != nil {
		return w.unreadable(err)
	}
	defer func() { _ = root.Close() }()
	d := &dirWalk{w: w, root: root, lv: &level{depth: -1, prunes: true, apart: true}}
	d.lv.read = func() int64 { return w.fromDir }
	top := Member{Path: ".", Kind: Dir}
	err = w.visit(d.lv, top, nil)
	if err == nil {
		err = d.enter(top)
	}
	d.lv.refused.report(w.v, "")
	switch {
	case err == nil, errors.Is(err, fs.SkipAll), errors.Is(err, fs.SkipDir):
		w.tick()
		return nil
	case errors.Is(err, errNoTop):
		return w.unreadable(err)
	}
	return w.unwind(d.lv, err)
}

// errNoTop says that not even the directory itself could be listed.
var errNoTop = errors.New("its entries cannot be listed")

type dirWalk struct {
	w    *walker
	root *os.Root
	lv   *level
}

// enter visits what a directory holds, sorted by name.
func (d *dirWalk) enter(m Member) error {
	entries, err := d.list(m.Path)
	if end := (*abort)(nil); errors.As(err, &end) {
		return err
	}
	if err != nil && len(entries) == 0 && m.Path == "." {
		return fmt.Errorf("%w: %w", errNoTop, err)
	}
	if err != nil {
		d.w.lost(d.lv, m.Path, FaultUnreadable, fmt.Sprintf("The directory %s could not be read: %s.", Shown(m.Path), bare(err)))
	}
	if l, ok := d.w.v.(Lister); ok {
		names := make([]string, len(entries))
		for i, e := range entries {
			names[i] = e.Name()
		}
		l.List(m, names)
	}
	for _, e := range entries {
		if err := d.entry(path.Join(m.Path, e.Name()), e.Type()); err != nil {
			return err
		}
	}
	return nil
}

func (d *dirWalk) list(name string) ([]fs.DirEntry, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	entries, err := d.entries(f)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int {
		switch {
		case a.Name() < b.Name():
			return -1
		case a.Name() > b.Name():
			return 1
		}
		return 0
	})
	return entries, err
}

// entries lists a directory. Each entry counts as a member before it is one: a list is held in memory, and those of the directories around it too.
func (d *dirWalk) entries(f *os.File) (all []fs.DirEntry, err error) {
	for err == nil {
		var some []fs.DirEntry
		some, err = f.ReadDir(4096)
		all = append(all, some...)
		if d.w.listed += int64(len(some)); d.w.listed > d.w.lim.Members {
			return nil, &abort{membersLimit(d.w.lim.Members)}
		}
		if ended := d.w.ctx.Err(); ended != nil {
			return nil, &abort{ended}
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, err
}

// entry visits one entry, and what is below it.
func (d *dirWalk) entry(name string, mode fs.FileMode) error {
	clean, fault := cleanName(name)
	if fault != nameFine {
		d.lv.refused.add(name, fault)
		return nil
	}
	m := Member{Path: clean, Kind: Other}
	switch {
	case mode.IsDir():
		m.Kind = Dir
	case mode&fs.ModeSymlink != 0:
		target, err := d.root.Readlink(clean)
		if err != nil {
			d.w.lost(d.lv, clean, FaultUnreadable, fmt.Sprintf("The symbolic link %s could not be read: %s.", Shown(clean), bare(err)))
			return nil
		}
		m.Kind, m.Link = Symlink, target
	case mode.IsRegular():
		m.Kind, m.Size = File, -1
		if info, err := d.root.Lstat(clean); err == nil {
			m.Size = info.Size()
		}
	}
	err := d.w.visit(d.lv, m, func() (io.ReadCloser, error) { return d.open(clean) })
	switch {
	case errors.Is(err, fs.SkipDir):
		return nil
	case err == nil && m.Kind == Dir:
		return d.enter(m)
	}
	return err
}

// open opens a regular file. Without O_NONBLOCK a FIFO that took the file's place since would block it.
func (d *dirWalk) open(name string) (io.ReadCloser, error) {
	f, err := d.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &dirFile{File: f, size: info.Size(), w: d.w}, nil
}

// dirFile counts what is read.
type dirFile struct {
	*os.File
	size int64
	read int64
	w    *walker
}

func (f *dirFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.read += int64(n)
	if f.read > ratioFrom && f.read-int64(n) <= ratioFrom && hollow(f.File, f.w.lim.Ratio) {
		return n, ratioLimit(f.w.lim.Ratio)
	}
	f.w.mu.Lock()
	f.w.fromDir += int64(n)
	f.w.mu.Unlock()
	if spent := f.w.spend(int64(n)); spent != nil {
		return n, spent
	}
	return n, err
}
