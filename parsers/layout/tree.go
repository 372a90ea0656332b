package layout

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/archive"
)

// maxHops is how many links a path may lead through, as on Linux (MAXSYMLINKS).
const maxHops = 40

func newTree(kind Kind, globs *matcher) *Tree {
	return &Tree{Kind: kind, globs: globs, missed: map[int]bool{}, dirs: map[string]bool{}, Complete: true, Files: afero.NewMemMapFs(), Links: map[string]string{}, Cut: map[string]int64{},
		Failed: map[string]string{}, hard: map[string]string{}, scanned: map[string]bool{}, index: &index{files: map[string]bool{}}, noted: map[string]bool{}}
}

// index lists a tree's files.
type index struct {
	files  map[string]bool
	sorted []string // files and links; nil when it has to be made
}

// Glob returns the kept files whose path matches, sorted: those that are there by that path, and links to one. A file that is reached
// through a link to a directory is listed by its own path only.
func (t *Tree) Glob(pattern string) []string {
	m, err := newMatcher([]Want{{Globs: []string{pattern}}})
	if err != nil {
		return nil
	}
	var found []string
	for _, name := range m.globs[0].candidates(t.names()) {
		if !m.matches(name) {
			continue
		}
		if _, ok := t.Resolve(name); ok {
			found = append(found, name)
		}
	}
	return found
}

// matches reports whether the path as it stands matches.
func (m *matcher) matches(name string) bool {
	return slices.ContainsFunc(m.run(strings.Split(name, "/")), func(n *node) bool { return len(n.ends) > 0 })
}

// ReadFile returns a kept file's content; links are followed inside the tree.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	real, ok := t.Resolve(name)
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return afero.ReadFile(t.Files, real)
}

// Resolve returns the path of the kept file that a path leads to. Links are followed inside the tree only: an absolute target is relative
// to its root, one that climbs out of it leads nowhere.
func (t *Tree) Resolve(name string) (string, bool) {
	real, err := t.follow(name)
	if err != nil || !t.files()[real] {
		return "", false
	}
	return real, true
}

// Exists reports whether the report has the file: it was kept, or read by a Scanner. Links are followed.
func (t *Tree) Exists(name string) bool {
	real, err := t.follow(name)
	if err != nil {
		return false
	}
	if t.scanned != nil {
		return t.files()[real] || t.scanned[real]
	}
	return t.files()[real] || slices.ContainsFunc(t.Scans, func(s Scanned) bool { return s.Path == real })
}

var (
	errOutside = errors.New("it leads out of the report")
	errLoop    = errors.New("it leads through too many links")
)

// follow returns the path that is left when all links on the way are followed.
func (t *Tree) follow(name string) (string, error) {
	rest := strings.Split(name, "/")
	var done []string
	for hops := 0; len(rest) > 0; {
		part := rest[0]
		rest = rest[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if len(done) == 0 {
				return "", errOutside
			}
			done = done[:len(done)-1]
			continue
		}
		done = append(done, part)
		at := strings.Join(done, "/")
		target, ok := t.Links[at]
		if hard, is := t.hard[at]; is && !ok {
			target, ok = "/"+hard, true
		}
		if !ok {
			continue
		}
		if hops++; hops > maxHops {
			return "", errLoop
		}
		done = done[:len(done)-1]
		if strings.HasPrefix(target, "/") {
			done = done[:0]
		}
		rest = append(strings.Split(target, "/"), rest...)
	}
	return strings.Join(done, "/"), nil
}

// files lists the kept files.
func (t *Tree) files() map[string]bool {
	if t.index == nil { // the tree was made by hand
		t.index = &index{files: map[string]bool{}}
		walkFS(t.Files, func(name string, _ fs.FileInfo) { t.index.files[relative(name)] = true })
	}
	return t.index.files
}

// names lists files and links, sorted.
func (t *Tree) names() []string {
	files := t.files()
	if t.index.sorted == nil {
		all := maps.Clone(files)
		for name := range t.Links {
			all[name] = true
		}
		for name := range t.hard {
			all[name] = true
		}
		t.index.sorted = slices.Sorted(maps.Keys(all))
	}
	return t.index.sorted
}

// remove makes room for another member of the same path: the last one counts.
func (t *Tree) remove(name string) {
	t.index.sorted = nil
	if t.index.files[name] {
		if info, err := t.Files.Stat(name); err == nil {
			t.refund(fileSize(name, info.Size()))
		}
		_ = t.Files.Remove(name)
		delete(t.index.files, name)
	}
	if target, ok := t.Links[name]; ok {
		t.refund(linkSize(name, target))
		delete(t.Links, name)
	}
	if target, ok := t.hard[name]; ok {
		t.refund(linkSize(name, target))
		delete(t.hard, name)
	}
	delete(t.Cut, name)
	delete(t.Failed, name)
	if t.scanned[name] { // looking through the scans for each file would take the square of their number
		t.Scans = slices.DeleteFunc(t.Scans, func(s Scanned) bool { return s.Path == name })
		delete(t.scanned, name)
	}
}

// zeroTail is how many zeros at the end of a file are taken for what an interrupted copy, or a crash, left of it: what is wanted is text.
const zeroTail = 16

// store puts a file into the tree.
func (t *Tree) store(all []Want, name string, got content) {
	t.remove(name)
	read := len(got.data)
	if text := bytes.TrimRight(got.data, "\x00"); read-len(text) >= zeroTail {
		got.data = text
	}
	for _, s := range got.scans {
		size := fileSize(name, 0)
		if sized, ok := s.scanner.(Sized); ok {
			size += sized.Size()
		}
		if why := t.charge(size); why != "" {
			t.leaveOut(name, why)
			return
		}
		t.scanned[name] = true
		t.Scans = append(t.Scans, Scanned{Path: name, Want: all[s.want].Name, Scanner: s.scanner})
		t.scanFailed(name, s.err)
	}
	if got.keep && !t.write(name, got) {
		return
	}
	switch {
	case got.err != nil:
		t.Cut[name] = got.kept()
		t.lose(name, fmt.Sprintf("%s breaks off after %s.", archive.Shown(name), archive.Bytes(got.kept())))
	case len(got.data) < read:
		t.Cut[name] = got.kept()
		t.lose(name, fmt.Sprintf("%s ends in %s of zeros, as after a copy that broke off.", archive.Shown(name), archive.Bytes(int64(read-len(got.data)))))
	case got.keep && got.more:
		t.Cut[name] = got.kept()
		t.exceed(FlagFile, name, fmt.Sprintf("%s is larger than %s; only that much of it was read (raise the limit with %s if you trust it).",
			archive.Shown(name), archive.Bytes(got.kept()), FlagFile))
	}
}

// scanFailed notes the error of a scanner, which may be a limit of its own.
func (t *Tree) scanFailed(name string, err error) {
	var limit *archive.LimitError
	switch {
	case errors.As(err, &limit):
		t.remember(name, limit.Error())
		t.exceed(limit.Flag, name, fmt.Sprintf("%s could not be read: %v.", archive.Shown(name), limit))
	case err != nil:
		t.fail(name, oneLine(err.Error()))
	}
}

// fileSize is the memory that a file takes, linkSize that of a link.
func fileSize(name string, content int64) int64 { return content + int64(len(name)) + overhead }
func linkSize(name, target string) int64        { return int64(len(name)+len(target)) + overhead }

// kept is how much of the file was used.
func (got content) kept() int64 {
	if got.keep {
		return int64(len(got.data))
	}
	return got.read
}

// write keeps a file's content, if it fits.
func (t *Tree) write(name string, got content) bool {
	size := fileSize(name, int64(len(got.data)))
	dirs := t.newDirs(name)
	for _, d := range dirs {
		size += fileSize(d, 0)
	}
	if why := t.charge(size); why != "" {
		t.leaveOut(name, why)
		return false
	}
	if err := afero.WriteFile(t.Files, name, got.data, 0o600); err != nil {
		t.fail(name, oneLine(err.Error()))
		return false
	}
	for _, d := range dirs {
		t.dirs[d] = true
	}
	t.index.files[name] = true
	return true
}

// newDirs are the directories that are made for a file.
func (t *Tree) newDirs(name string) (dirs []string) {
	for d := path.Dir(name); d != "." && d != "/" && !t.dirs[d]; d = path.Dir(d) {
		dirs = append(dirs, d)
	}
	return dirs
}

// fail notes that a wanted file could not be read.
func (t *Tree) fail(name, why string) {
	t.remember(name, why)
	t.lose(name, fmt.Sprintf("%s could not be read: %s.", archive.Shown(name), why))
}

// remember keeps why a wanted file could not be read. Of the names of millions it keeps the first.
func (t *Tree) remember(name, why string) {
	if len(t.Failed) < maxFailed {
		t.Failed[name] = why
	}
}

// leaveOut notes that there was no room for a file or a link.
func (t *Tree) leaveOut(name, why string) {
	t.remember(name, "it was not kept, since "+why)
	t.miss(name)
	flag := FlagKeep
	if strings.Contains(why, FlagKeepAll) {
		flag = FlagKeepAll
	}
	if t.exceeded[flag] == "" {
		t.exceed(flag, name, fmt.Sprintf("Not all files were kept, since %s; the first that was left out is %s.", why, archive.Shown(name)))
	}
}

// addLink puts a symbolic link into the tree.
func (t *Tree) addLink(name, target string) {
	t.remove(name)
	if why := t.charge(linkSize(name, target)); why != "" {
		t.leaveOut(name, why)
		return
	}
	t.Links[name] = target
}

// addHardLink puts a hard link into the tree; target is its path in the archive.
func (h *host) addHardLink(name, target string) {
	if h.Root != "" {
		inside, ok := strings.CutPrefix(target, h.Root+"/")
		if !ok {
			h.fail(name, "it is a hard link to a file outside of the report")
			return
		}
		target = inside
	}
	if target == name {
		return
	}
	h.remove(name)
	if why := h.charge(linkSize(name, target)); why != "" {
		h.leaveOut(name, why)
		return
	}
	h.hard[name] = target
}

// checkLinks notes once what links lead nowhere for a reason that deserves to be known.
func (t *Tree) checkLinks() {
	var outside, loops []string
	for _, name := range slices.Sorted(maps.Keys(t.Links)) {
		_, err := t.follow(name)
		switch {
		case errors.Is(err, errOutside):
			outside = append(outside, name)
		case errors.Is(err, errLoop):
			loops = append(loops, name)
		}
	}
	t.noteLinks(outside, "out of the report")
	t.noteLinks(loops, "through more than "+strconv.Itoa(maxHops)+" links")
	for _, name := range slices.Sorted(maps.Keys(t.hard)) {
		if !t.Exists(name) {
			t.fail(name, "it is a hard link to "+archive.Shown(t.hard[name])+", which was not kept")
		}
	}
}

func (t *Tree) noteLinks(names []string, where string) {
	if len(names) == 0 {
		return
	}
	first := archive.Shown(names[0]) + " -> " + archive.Shown(t.Links[names[0]])
	if len(names) == 1 {
		t.note(fmt.Sprintf("1 symbolic link leads %s and was not followed: %s.", where, first))
		return
	}
	t.note(fmt.Sprintf("%d symbolic links lead %s and were not followed, the first is %s.", len(names), where, first))
}

// lose notes that a file of the report, or what is in a directory, was not seen; "" stands for any of it.
func (t *Tree) lose(name, text string) {
	t.Complete = false
	t.miss(name)
	t.note(text)
}

func (t *Tree) miss(name string) {
	if name == "" || t.globs == nil {
		t.lostAny = true
		return
	}
	for _, i := range t.globs.at(strings.Split(name, "/")) {
		t.missed[i] = true
	}
}

// intact lists the wants of which nothing was lost.
func (t *Tree) intact(wants []Want) (names []string) {
	if t.Complete || t.lostAny {
		return nil
	}
	for i, w := range wants {
		if !t.missed[i] {
			names = append(names, w.Name)
		}
	}
	slices.Sort(names)
	return names
}

// note adds a sentence, once. There are not more of them than somebody reads.
func (t *Tree) note(text string) {
	if len(text) > maxNote {
		text = strings.ToValidUTF8(text[:maxNote], "") + " ..."
	}
	if t.noted[text] {
		return
	}
	switch {
	case len(t.Notes) < maxNotes:
		t.noted[text] = true
		t.Notes = append(t.Notes, text)
	case len(t.Notes) == maxNotes:
		t.Notes = append(t.Notes, "There are more such notes.")
	}
}

func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
}

func relative(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}
