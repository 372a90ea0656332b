package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/summary"
)

// page is how many rows are asked for at once: enough to hide the time of a round trip, few enough to hold.
const page = 200

// listed is a list of a page's size. A shorter list is filled up, so that a statement stays the same and is prepared once.
var listed = "(?" + strings.Repeat(", ?", page-1) + ")"

// inList makes the arguments for listed.
func inList[T any](ids []T) []any {
	args := make([]any, 0, page)
	for i := range page {
		args = append(args, ids[min(i, len(ids)-1)])
	}
	return args
}

const entryColumns = `archive.id, archive.path, archive.size, archive.modified, archive.sum, archive.whole, archive.dir, archive.status, archive.version,
	archive.options, archive.millis`

// archiveRow is an entry with its id.
type archiveRow struct {
	id int64
	entry.Entry
}

// targets are where the columns of entryColumns go.
func (a *archiveRow) targets(more ...any) []any {
	return append([]any{&a.id, &a.Path, &a.Size, &a.Modified, &a.Sum, &a.Whole, &a.Dir, &a.Status, &a.Version, &a.Options, &a.Millis}, more...)
}

// exact undoes what text needed.
func (a *archiveRow) exact() {
	if a.Errors == nil {
		a.Errors, a.Kinds = []string{}, []string{}
	}
	for _, s := range []*string{&a.Path, &a.Sum, &a.Version, &a.Options} {
		*s = fromText(*s)
	}
}

const known = `SELECT ` + entryColumns + `, problem.kind, problem.message
FROM archive LEFT JOIN problem ON problem.archive_id = archive.id WHERE archive.path = ? ORDER BY problem.id`

func (d *database) Known(ctx context.Context, path string) (e entry.Entry, ok bool, err error) {
	var a archiveRow
	err = each(ctx, d, newStatement(known, toPath(path)), func(scan func(...any) error) error {
		var kind, message sql.NullString
		if err := scan(a.targets(&kind, &message)...); err != nil {
			return err
		}
		ok = true
		if message.Valid {
			a.problem(kind.String, message.String)
		}
		return nil
	})
	if err != nil || !ok {
		return entry.Entry{}, false, err
	}
	a.exact()
	a.Path = path
	return a.Entry, true, nil
}

func (a *archiveRow) problem(kind, message string) {
	a.Errors = append(a.Errors, fromText(message))
	a.Kinds = append(a.Kinds, fromText(kind))
}

func (d *database) Documents(ctx context.Context, sel Selection, f func(in entry.Entry, doc report.Document) error) error {
	return d.snapshot(ctx, func(r reader) error {
		var in frame
		return selectHosts(ctx, r, sel, func(host, archive int64) error {
			if err := in.load(ctx, r, archive); err != nil {
				return err
			}
			doc, err := in.with(ctx, r, host)
			if err != nil {
				return fmt.Errorf("the report of %s in the database: %w", in.Path, err)
			}
			return f(in.Entry, doc)
		})
	})
}

// frame is an entry with what is common to its hosts.
type frame struct {
	archiveRow
	body []byte
}

const (
	archiveByID   = `SELECT ` + entryColumns + `, archive.frame FROM archive WHERE id = ?`
	problemsOf    = `SELECT archive_id, kind, message FROM problem WHERE archive_id = ? ORDER BY id`
	documentOf    = `SELECT body FROM document WHERE host_id = ?`
	selectHost    = `SELECT host.id, archive.id, host.name, archive.path, host.verdict FROM host JOIN archive ON archive.id = host.archive_id`
	orderHosts    = ` ORDER BY host.name, archive.path, host.id`
	hostsSelected = selectHost + orderHosts
)

var hostsWithRule = selectHost + ` WHERE host.id IN (SELECT finding.host_id FROM finding WHERE finding.rule IN ` + listed + `)` + orderHosts

// load reads the archive of that id unless it is the one that was read last.
func (a *frame) load(ctx context.Context, r reader, id int64) error {
	if a.id == id {
		return nil
	}
	*a = frame{}
	err := each(ctx, r, newStatement(archiveByID, id), func(scan func(...any) error) error { return scan(a.targets(&a.body)...) })
	if err != nil {
		return err
	}
	a.exact()
	return each(ctx, r, newStatement(problemsOf, id), func(scan func(...any) error) error {
		var of int64
		var kind, message string
		if err := scan(&of, &kind, &message); err != nil {
			return err
		}
		a.problem(kind, message)
		return nil
	})
}

// with returns the report of one host.
func (a *frame) with(ctx context.Context, r reader, host int64) (doc report.Document, err error) {
	if err := unpack(a.body, &doc); err != nil {
		return doc, err
	}
	var body []byte
	err = each(ctx, r, newStatement(documentOf, host), func(scan func(...any) error) error { return scan(&body) })
	if err != nil {
		return doc, err
	}
	doc.Hosts = make([]report.Host, 1)
	if err := unpack(body, &doc.Hosts[0]); err != nil {
		return doc, err
	}
	report.Filter{}.Apply(&doc) // counts
	return doc, nil
}

// selectHosts calls f with the ids of hosts, ordered by host name, then by input. It holds only these while it does.
func selectHosts(ctx context.Context, r reader, sel Selection, f func(host, archive int64) error) error {
	text, args := hostsSelected, []any(nil)
	if len(sel.Rules) > page {
		return fmt.Errorf("%d rules are selected, and at most %d can be", len(sel.Rules), page)
	}
	if len(sel.Rules) > 0 {
		text, args = hostsWithRule, inList(texts(sel.Rules))
	}
	wanted := newChoice(sel)
	var ids [][2]int64
	err := each(ctx, r, newStatement(text, args...), func(scan func(...any) error) error {
		var host, archive int64
		var name, path, verdict string
		if err := scan(&host, &archive, &name, &path, &verdict); err != nil {
			return err
		}
		if wanted.has(fromText(name), fromText(verdict), fromText(path)) {
			ids = append(ids, [2]int64{host, archive})
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := f(id[0], id[1]); err != nil {
			return err
		}
	}
	return nil
}

// texts makes arguments of the names of rules, which are written in upper case.
func texts(list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, toText(strings.ToUpper(s)))
	}
	return out
}

// choice is a Selection to look things up in.
type choice struct {
	hosts            []string
	verdicts, inputs map[string]bool
}

func newChoice(sel Selection) choice {
	c := choice{hosts: sel.Hosts, verdicts: map[string]bool{}, inputs: map[string]bool{}}
	for _, s := range sel.Verdicts {
		c.verdicts[s] = true
	}
	for _, s := range sel.Inputs {
		c.inputs[filepath.Clean(s)] = true
	}
	return c
}

func (c choice) has(host, verdict, path string) bool {
	return (len(c.hosts) == 0 || report.NamesHost(c.hosts, host)) && (len(c.verdicts) == 0 || c.verdicts[verdict]) && (len(c.inputs) == 0 || within(c.inputs, path))
}

// within reports whether a path is one of those, or below one.
func within(paths map[string]bool, path string) bool {
	for {
		if paths[path] {
			return true
		}
		up := filepath.Dir(path)
		if up == path {
			return false
		}
		path = up
	}
}

// Fill counts every input as one that was not read again.
func (d *database) Fill(ctx context.Context, paths []string, to summary.Accumulator) error {
	return d.snapshot(ctx, func(r reader) error {
		f := filling{r: r, to: to, asked: map[string]string{}}
		if len(paths) == 0 {
			if err := f.add(ctx, archivesAll); err != nil {
				return err
			}
		}
		for _, path := range outermost(paths) {
			// What is below a folder lies between the folder with a slash and the folder with the character after the slash.
			below := strings.TrimSuffix(path, string(filepath.Separator))
			from, before := toText(below+string(filepath.Separator)), toText(below+string(rune(filepath.Separator+1)))
			f.asked[toPath(path)] = path
			if err := f.add(ctx, archivesBelow, toPath(path), from, before); err != nil {
				return err
			}
		}
		return f.flush(ctx)
	})
}

// outermost drops the paths that are below others of them.
func outermost(paths []string) []string {
	set := map[string]bool{}
	for _, p := range paths {
		set[filepath.Clean(p)] = true
	}
	var out []string
	for _, p := range slices.Sorted(maps.Keys(set)) {
		if up := filepath.Dir(p); up == p || !within(set, up) {
			out = append(out, p)
		}
	}
	return out
}

var (
	archivesAll   = `SELECT ` + entryColumns + ` FROM archive WHERE archive.id > ? ORDER BY archive.id LIMIT 200`
	archivesBelow = `SELECT ` + entryColumns + ` FROM archive WHERE archive.id > ? AND (archive.path = ? OR archive.path >= ? AND archive.path < ?)
ORDER BY archive.id LIMIT 200`
	problemsIn = `SELECT archive_id, kind, message FROM problem WHERE archive_id IN ` + listed + ` ORDER BY id`
	hostsIn    = `SELECT id, archive_id, name, source, os, kernel, platform, verdict, complete, guests FROM host WHERE archive_id IN ` + listed + ` ORDER BY id`
	bondsIn    = `SELECT host_id, name, mode, verdict, conditions FROM bond WHERE host_id IN ` + listed + ` ORDER BY id`
	findingsIn = `SELECT host_id, rule, title, severity, explained_by, bond FROM finding WHERE host_id IN ` + listed + ` ORDER BY id`
)

// filling reads archives until there is a page of them, then what belongs to them.
type filling struct {
	r     reader
	to    summary.Accumulator
	asked map[string]string // paths that were asked for, by their text in the database, which may be cut
	list  []*archiveRow
}

// add takes the archives that a query selects. The query's first argument is the last id so far.
func (f *filling) add(ctx context.Context, text string, args ...any) error {
	for last := int64(0); ; {
		n := 0
		err := each(ctx, f.r, newStatement(text, append([]any{last}, args...)...), func(scan func(...any) error) error {
			var a archiveRow
			err := scan(a.targets()...)
			asked, ok := f.asked[a.Path]
			a.exact()
			if ok {
				a.Path = asked
			}
			f.list = append(f.list, &a)
			last = a.id
			n++
			return err
		})
		if err != nil {
			return err
		}
		if len(f.list) >= page {
			if err := f.flush(ctx); err != nil {
				return err
			}
		}
		if n < page {
			return nil
		}
	}
}

// flush reads what belongs to the archives so far.
func (f *filling) flush(ctx context.Context) error {
	for some := range slices.Chunk(f.list, page) {
		if err := fillPage(ctx, f.r, some, f.to); err != nil {
			return err
		}
	}
	f.list = nil
	return nil
}

func fillPage(ctx context.Context, r reader, list []*archiveRow, to summary.Accumulator) error {
	ids, byID := make([]int64, 0, len(list)), make(map[int64]*archiveRow, len(list))
	for _, a := range list {
		ids = append(ids, a.id)
		byID[a.id] = a
	}
	err := each(ctx, r, newStatement(problemsIn, inList(ids)...), func(scan func(...any) error) error {
		var of int64
		var kind, message string
		if err := scan(&of, &kind, &message); err != nil {
			return err
		}
		byID[of].problem(kind, message)
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range list {
		to.Input(a.Entry, true)
	}
	hosts, err := readHosts(ctx, r, ids, byID)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(hosts, page) {
		if err := fillHosts(ctx, r, some, to); err != nil {
			return err
		}
	}
	return nil
}

// hostRow is a host with its id.
type hostRow struct {
	id int64
	summary.Host
}

func readHosts(ctx context.Context, r reader, archives []int64, byID map[int64]*archiveRow) (hosts []*hostRow, err error) {
	err = each(ctx, r, newStatement(hostsIn, inList(archives)...), func(scan func(...any) error) error {
		var h hostRow
		var archive int64
		err := scan(&h.id, &archive, &h.Name, &h.Source, &h.OS, &h.Kernel, &h.Platform, &h.Verdict, &h.Complete, &h.Guests)
		if err != nil {
			return err
		}
		for _, s := range []*string{&h.Name, &h.Source, &h.OS, &h.Kernel, &h.Platform, &h.Verdict} {
			*s = fromText(*s)
		}
		h.Input = byID[archive].Path
		hosts = append(hosts, &h)
		return nil
	})
	return hosts, err
}

// fillHosts adds hosts with their bonds and findings.
func fillHosts(ctx context.Context, r reader, list []*hostRow, to summary.Accumulator) error {
	ids, byID := make([]int64, 0, len(list)), make(map[int64]*hostRow, len(list))
	for _, h := range list {
		ids = append(ids, h.id)
		byID[h.id] = h
	}
	err := each(ctx, r, newStatement(bondsIn, inList(ids)...), func(scan func(...any) error) error {
		var of int64
		var b summary.Bond
		if err := scan(&of, &b.Name, &b.Mode, &b.Verdict, &b.Conditions); err != nil {
			return err
		}
		b.Name, b.Mode, b.Verdict = fromText(b.Name), fromText(b.Mode), fromText(b.Verdict)
		byID[of].Bonds = append(byID[of].Bonds, b)
		return nil
	})
	if err != nil {
		return err
	}
	err = each(ctx, r, newStatement(findingsIn, inList(ids)...), func(scan func(...any) error) error {
		var of int64
		var f summary.Finding
		if err := scan(&of, &f.Rule, &f.Title, &f.Severity, &f.ExplainedBy, &f.Bond); err != nil {
			return err
		}
		for _, s := range []*string{&f.Rule, &f.Title, &f.Severity, &f.ExplainedBy, &f.Bond} {
			*s = fromText(*s)
		}
		byID[of].Findings = append(byID[of].Findings, f)
		return nil
	})
	if err != nil {
		return err
	}
	for _, h := range list {
		to.Host(h.Host)
	}
	return nil
}

const (
	pathsKnown    = `SELECT path FROM archive WHERE path > ? ORDER BY path LIMIT 200`
	pathsStarted  = `SELECT path FROM started WHERE path > ? ORDER BY path LIMIT 200`
	deleteArchive = `DELETE FROM archive WHERE path = ?`
)

// Forget asks about each path once, without keeping the database from others meanwhile. A path that is not stored whole stays.
func (d *database) Forget(ctx context.Context, gone func(path string) bool) (int, error) {
	dropped := int64(0)
	err := d.eachPath(ctx, pathsKnown, func(path string) error {
		if !gone(fromText(path)) {
			return nil
		}
		n, err := d.exec(ctx, newStatement(deleteArchive, path))
		if err == nil {
			_, err = d.exec(ctx, newStatement(deleteStarted, path))
		}
		dropped += n
		return err
	})
	if err != nil {
		return int(dropped), err
	}
	return int(dropped), d.eachPath(ctx, pathsStarted, func(path string) error {
		if !gone(fromText(path)) {
			return nil
		}
		_, err := d.exec(ctx, newStatement(deleteStarted, path))
		return err
	})
}

// eachPath calls f with the paths that a query returns after a given one.
func (d *database) eachPath(ctx context.Context, text string, f func(path string) error) error {
	for last := ""; ; {
		var list []string
		err := each(ctx, d, newStatement(text, last), func(scan func(...any) error) error {
			var path string
			err := scan(&path)
			list = append(list, path)
			return err
		})
		if err != nil {
			return err
		}
		for _, path := range list {
			if isCut(path) {
				continue
			}
			if err := f(path); err != nil {
				return err
			}
		}
		if len(list) < page {
			return nil
		}
		last = list[len(list)-1]
	}
}
