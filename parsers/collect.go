package parsers

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/manifest"
)

// Collect walks an input once and returns the trees in it with the files that the parsers want.
func Collect(ctx context.Context, in archive.Input, opt Options, limits layout.Options) (*layout.Found, error) {
	return layout.Collect(ctx, in, Wants(opt), limits)
}

// Wants lists the files that the parsers want.
func Wants(opt Options) (wants []layout.Want) {
	for i, p := range List(opt) {
		wants = append(wants, layout.Want{Name: wantName(i, p), Kind: p.Kind, Globs: p.Globs, Max: p.Max, Scan: p.Scan, Unless: p.Unless, Await: p.Await})
	}
	return wants
}

// wantName tells the parsers of one datum apart.
func wantName(i int, p Parser) string { return fmt.Sprintf("%s %d", p.Datum, i) }

// FromTree runs the parsers over the tree of one host's report.
func FromTree(t *layout.Tree, opt Options) *Facts {
	facts := &Facts{Report: true, Complete: t.Complete, Suspect: t.Suspect, Intact: intact([]*layout.Tree{t}, opt), Notes: t.Notes, Root: base(t.Root)}
	r := reader{tree: t, files: map[string]File{}}
	list := List(opt)
	for i, p := range list {
		if p.Kind != "" {
			continue
		}
		cov := newCoverage(p)
		r.run(i, p, func(string) (*Facts, *Coverage) { return facts, &cov })
		if !p.Optional || cov.Status != StatusNotCollected {
			facts.cover(cov)
		}
	}
	facts.explainMissing(list)
	return facts
}

// intact are the data of which no tree lost anything.
func intact(trees []*layout.Tree, opt Options) map[Datum]bool {
	whole := map[Datum]bool{}
	for i, p := range List(opt) {
		name := wantName(i, p)
		lost := slices.ContainsFunc(trees, func(t *layout.Tree) bool { return !t.Complete && !slices.Contains(t.Intact, name) })
		before, known := whole[p.Datum]
		whole[p.Datum] = !lost && (before || !known)
	}
	return whole
}

// Whole reports whether nothing of a datum was lost.
func (f *Facts) Whole(d Datum) bool { return f.Complete || f.Intact[d] }

func newCoverage(p Parser) Coverage {
	return Coverage{Datum: p.Datum, Title: p.Title, Status: StatusNotCollected, Ask: p.Ask, Optional: p.Optional}
}

// reader runs parsers over one tree.
type reader struct {
	tree   *layout.Tree
	prefix string          // of the paths in sources
	files  map[string]File // that several parsers read
}

// run runs one parser over its files. to tells whose facts a file adds to.
func (r *reader) run(i int, p Parser, to func(path string) (*Facts, *Coverage)) {
	for _, group := range groups(r.tree, p) {
		facts, cov := to(group[0])
		if file, ok := r.readGroup(cov, group); ok {
			facts.record(cov, file, p.Parse(facts, file))
		}
	}
	scans := slices.Clone(r.tree.Scans)
	slices.SortStableFunc(scans, func(a, b layout.Scanned) int { return cmp.Compare(a.Path, b.Path) })
	for _, s := range scans {
		if p.Scanned != nil && s.Want == wantName(i, p) {
			facts, cov := to(s.Path)
			file := File{Path: r.prefix + s.Path}
			if k, ok := s.Scanner.(*kubeScanner); ok {
				file = newFile(file.Path, k.data)
			}
			facts.record(cov, file, p.Scanned(facts, file, s.Scanner))
		}
	}
}

// readGroup reads files as one; without the first the others mean nothing.
func (r *reader) readGroup(cov *Coverage, group []string) (File, bool) {
	var files []File
	for _, path := range group {
		file, err := r.read(path)
		if err == nil {
			files = append(files, file)
			continue
		}
		cov.add(r.prefix+path, StatusFailed, err.Error())
		if len(files) == 0 {
			return File{}, false
		}
	}
	return together(files), true
}

// read reads a file, once.
func (r *reader) read(path string) (File, error) {
	if file, ok := r.files[path]; ok {
		return file, nil
	}
	data, err := r.tree.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	cut := false
	if real, ok := r.tree.Resolve(path); ok {
		if _, cut = r.tree.Cut[real]; cut {
			data = data[:bytes.LastIndexByte(data, '\n')+1] // half a line may say something else than the whole one
		}
	}
	file := newFile(r.prefix+path, data)
	file.Cut = cut
	r.files[path] = file
	return r.files[path], nil
}

// groups are the files that a parser reads, those together that it reads as one.
func groups(t *layout.Tree, p Parser) [][]string {
	list := paths(t, p)
	if p.Groups == nil {
		return each(list)
	}
	return p.Groups(t, list)
}

// paths are the files that a parser reads, those of its first glob first, each once.
func paths(t *layout.Tree, p Parser) (list []string) {
	if p.Parse == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, g := range p.Globs {
		for _, path := range t.Glob(g) {
			real, ok := t.Resolve(path)
			if ok && !seen[real] {
				seen[real] = true
				list = append(list, path)
			}
		}
	}
	return list
}

// record notes what came of a file.
func (f *Facts) record(cov *Coverage, file File, out Outcome) {
	for _, p := range out.Problems {
		path, line := file.place(p.Line)
		f.problem(Problem{Source: Source{File: path, Line: line, Text: p.Text}, Why: p.Why, More: p.More})
		if p.Lost {
			f.lose(fmt.Sprintf("%s was not read as a whole (line %d): %s.", archive.Shown(path), line, p.Why))
		}
	}
	switch {
	case out.Unlisted:
		cov.read()
	case out.Records > 0:
		cov.add(file.Path, StatusRead, "")
	case blank(file) && cov.Datum == DatumLinks: // every host has a loopback device: the command failed
		cov.add(file.Path, StatusFailed, "the file is empty")
	case cov.Datum == DatumKernLog: // no kernel is silent: the file holds an error text, or another program's messages
		cov.add(file.Path, StatusFailed, "no message of the kernel is in it")
	case blank(file):
		cov.add(file.Path, StatusEmpty, "")
	case failed(file):
		cov.add(file.Path, StatusFailed, firstLine(file))
		f.forget(file.Path)
	case len(out.Problems) > 0:
		cov.add(file.Path, StatusUnparsed, firstLine(file))
	default:
		cov.add(file.Path, StatusEmpty, "")
	}
}

// The problems and notes of one host that are listed: more of them say nothing new.
const (
	maxProblems = 5000
	maxNotes    = 60
)

// problem lists a problem. Those of a report in which thousands of files are of another kind are not all listed.
func (f *Facts) problem(p Problem) {
	if len(f.Problems) < maxProblems {
		f.Problems = append(f.Problems, p)
		return
	}
	if !f.unlisted {
		f.unlisted = true
		f.note(fmt.Sprintf("More than %d lines were not understood; the others are not listed.", maxProblems))
	}
}

// lose notes that something that was collected was not read.
func (f *Facts) lose(note string) {
	f.Complete, f.cut = false, true
	f.note(note)
}

func (f *Facts) note(s string) {
	if len(f.Notes) < maxNotes && !slices.Contains(f.Notes, s) {
		f.Notes = append(slices.Clip(f.Notes), s) // those of a tree are not changed
	}
}

func blank(file File) bool { return len(bytes.TrimSpace(file.Data)) == 0 }

// forget drops the problems of a file that holds the error text of a command: it is reported as failed instead.
func (f *Facts) forget(path string) {
	f.Problems = slices.DeleteFunc(f.Problems, func(p Problem) bool { return p.Source.File == path })
}

// statusRank: a datum is as good as its best file.
var statusRank = map[Status]int{StatusNotCollected: 0, StatusFailed: 1, StatusUnparsed: 2, StatusEmpty: 3, StatusRead: 4}

func (c *Coverage) add(path string, s Status, note string) {
	if statusRank[s] > statusRank[c.Status] {
		c.Status, c.Note, c.Files = s, note, nil
	}
	if s == c.Status {
		c.Files = append(c.Files, path)
	}
}

// read notes that a datum was read of files that are not listed.
func (c *Coverage) read() {
	if c.Status != StatusRead {
		c.Status, c.Note, c.Files = StatusRead, "", nil
	}
}

// cover adds a parser's coverage; parsers of one datum share an entry.
func (f *Facts) cover(c Coverage) {
	for i := range f.Coverage {
		have := &f.Coverage[i]
		if have.Datum != c.Datum {
			continue
		}
		if c.Status == StatusRead {
			have.read()
		}
		for _, path := range c.Files {
			have.add(path, c.Status, c.Note)
		}
		return
	}
	f.Coverage = append(f.Coverage, c)
}

// failures are the texts of commands that could not do their work.
var failures = []string{
	"RTNETLINK answers:", "Cannot open network namespace", "Operation not permitted", "Permission denied", "No such device", "does not exist",
	"command not found", "timeout: failed to run command", "error: ", "Error: ", "Cannot open netlink socket", "Object \"", "usage:", "Usage:",
	"is unknown, try", "not supported by the connection driver", "failed to connect", "Failed to connect", "database connection failed", "cannot read pidfile", "|daemon_unix|WARN|", "System has not been booted with systemd",
}

// failed reports a file that holds the error text of its command, and nothing else.
func failed(file File) bool {
	line := firstLine(file)
	return slices.ContainsFunc(failures, func(s string) bool { return strings.Contains(line, s) })
}

func firstLine(file File) string {
	line := 1 + bytes.Count(file.Data[:len(file.Data)-len(bytes.TrimLeftFunc(file.Data, unicode.IsSpace))], []byte{'\n'})
	return file.text(line)
}

// explainMissing says why data are missing, as far as what was lost and the manifest of sos tell.
func (f *Facts) explainMissing(list []Parser) {
	var m manifest.Manifest
	if len(f.Manifest) > 0 {
		m = f.Manifest[0].Value
	}
	for i := range f.Coverage {
		c := &f.Coverage[i]
		if c.Status != StatusNotCollected {
			continue
		}
		if !f.Whole(c.Datum) {
			c.Note = "the report is not whole"
			continue
		}
		for _, p := range list {
			if p.Datum == c.Datum && c.Note == "" {
				c.Note = missingNote(m, p.Globs)
			}
		}
	}
}

// missingNote names the first plugin of sos that should have written one of the files and ran into its time limit.
func missingNote(m manifest.Manifest, globs []string) string {
	for _, g := range globs {
		rest, ok := strings.CutPrefix(g, "sos_commands/")
		if !ok {
			continue
		}
		name, _, _ := strings.Cut(rest, "/")
		for _, p := range m.Plugins {
			if p.Name == name && p.TimeoutHit {
				return fmt.Sprintf("the plugin %s of sos ran into its time limit", name)
			}
		}
	}
	return ""
}

// zero reports a record in which a parser found nothing.
func zero(v any) bool {
	r := reflect.ValueOf(v)
	return !r.IsValid() || r.IsZero() || r.Kind() == reflect.Slice && r.Len() == 0
}
