package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/redact"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/summary"
	"github.com/sosbond/sosbond/report/summary/form"
)

type scanFlags struct {
	readFlags
	outputFlags
	queueFlags
	show          summary.Filter
	from          []string
	db            string
	jobs          int
	timeout       time.Duration
	again, verify bool
	jsonl, prune  bool
}

func (a *app) scan() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:   "scan [flags] PATH...",
		Short: "Analyze thousands of reports: which hosts do not work, and what is wrong, grouped",
		Long: "scan analyzes every report below the paths: files, folders (searched with all folders in them) and globs in quotes.\n" +
			"With --db the results last: the next run reads only what is new or changed, and `sosbond report --db` prints them again.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.runScan(cmd.Context(), f, cmd.Flags(), args) },
	}
	fl := cmd.Flags()
	f.outputFlags.add(cmd, form.Names(), "a finding", "show every host, every fault and every input that could not be read")
	addFilter(fl, &f.show)
	fl.StringArrayVar(&f.from, "from", nil, "read paths from this file, one in each line or separated by zero bytes; - is standard input")
	fl.StringVar(&f.db, "db", "", "keep the results in this SQLite file, or in PostgreSQL (postgres://...); default: "+databaseVariable+" of the environment, else nowhere")
	fl.IntVar(&f.jobs, "jobs", 0, "reports analyzed at once (default: the processors)")
	fl.DurationVar(&f.timeout, "timeout", 30*time.Minute, "longest time for one input; 0: no limit")
	fl.BoolVar(&f.again, "again", false, "analyze what the database knows too")
	fl.BoolVar(&f.verify, "verify", false, "read the whole of each input to tell whether it changed, not the first and the last megabyte alone")
	fl.BoolVar(&f.jsonl, "jsonl", false, "write each report as one line of JSON to standard output; the summary is written with --output only")
	fl.BoolVar(&f.prune, "prune", false, "with --db: drop from the database what was below the folders and is not there any more")
	f.queueFlags.add(fl)
	f.readFlags.add(cmd)
	return cmd
}

// addFilter adds the flags that say what a summary shows.
func addFilter(fl *pflag.FlagSet, f *summary.Filter) {
	fl.StringSliceVar(&f.Rules, "rule", nil, "show hosts with findings of these rules alone, for example SB103,SB142")
	fl.StringSliceVar(&f.Verdicts, "verdict", nil, "show hosts of these verdicts alone, for example not-working,unknown")
	fl.StringVar(&f.MinSeverity, "min-severity", "", "show findings at least that severe, and the hosts that have one: critical, error, warning, info, ok")
	fl.StringSliceVar(&f.Platforms, "platform", nil, "show hosts of these platforms alone: libvirt, rhv, openshift, plain")
	fl.StringSliceVar(&f.Releases, "release", nil, "show hosts alone whose operating system's name has this in it, for example \"Stream 9\"")
	fl.StringSliceVar(&f.Hosts, "host", nil, "show these hosts alone; the name before the first dot is enough")
}

func checkFilter(command string, f summary.Filter) error {
	if f.MinSeverity != "" && !slices.Contains(rules.Severities(), rules.Severity(f.MinSeverity)) {
		return fmt.Errorf("%s: --min-severity takes critical, error, warning, info or ok, not %q", command, f.MinSeverity)
	}
	for _, v := range f.Verdicts {
		if !slices.Contains(render.Verdicts(), v) {
			return fmt.Errorf("%s: --verdict takes %s, not %q", command, strings.Join(render.Verdicts(), ", "), v)
		}
	}
	for _, p := range f.Platforms {
		if !slices.ContainsFunc(rules.Platforms(), func(x string) bool { return strings.EqualFold(x, p) }) {
			return fmt.Errorf("%s: --platform takes libvirt, rhv, openshift or plain, not %q", command, p)
		}
	}
	for _, id := range f.Rules {
		if _, ok := rules.Pages().Page(id); !ok {
			return fmt.Errorf("%s: --rule: there is no rule %q; `sosbond rules` lists them", command, id)
		}
	}
	return nil
}

func (f *scanFlags) check(args []string) error {
	paths := len(args) > 0 || len(f.from) > 0
	switch {
	case !paths && !f.work && !f.status:
		return errors.New("scan: no path given; name folders or archives, or --from a list of them")
	case f.jobs < 0:
		return fmt.Errorf("scan: --jobs takes a number of reports, not %d", f.jobs)
	case f.timeout < 0:
		return fmt.Errorf("scan: --timeout takes a duration such as 30m, not %v", f.timeout)
	case f.prune && (f.db == "" || f.wanted()):
		return errors.New("scan: --prune goes with --db, and not with a queue: it drops from the database what the scan does not find any more")
	case f.jsonl && f.wanted():
		return errors.New("scan: --jsonl does not go with a queue; `sosbond report --db ... -f json` prints the results")
	}
	if f.redact && f.wanted() {
		return errors.New("scan: --redact does not go with a queue, whose results are kept as they are; `sosbond report --db ... --redact` prints them redacted")
	}
	if f.jsonl && f.output == "-" {
		return errors.New("scan: --jsonl writes to standard output; name a file for the summary with --output")
	}
	if err := f.spares("scan", "the database", store.Files(f.db)...); err != nil {
		return err
	}
	return errors.Join(f.readFlags.check("scan"), f.outputFlags.check("scan", form.Names()), checkFilter("scan", f.show), f.queueFlags.check(f.db, paths))
}

func (a *app) runScan(ctx context.Context, f scanFlags, fl *pflag.FlagSet, args []string) (err error) {
	f.db = databaseAddress(f.db)
	if err := errors.Join(f.check(args), f.readableOn(a.stdout.w, "scan")); err != nil {
		return err
	}
	if f.jobs == 0 {
		f.jobs = runtime.GOMAXPROCS(0)
	}
	collectLess()
	paths, err := a.paths(args, f.from)
	if err != nil {
		a.status = exitInput
		return err
	}
	opt := scan.Options{
		Jobs: f.jobs, Timeout: f.timeout, Version: buildVersion(), Options: flagsThatCount(fl, readFlagNames...), Again: f.again, Verify: f.verify,
	}
	s := &scanRun{app: a, flags: &f, paths: paths, opt: opt, redact: f.redactor()}
	switch {
	case f.enqueue:
		return a.runEnqueue(ctx, f.db, f.queueFlags, paths, s.find(ctx), opt)
	case f.work:
		return a.runWork(ctx, f.db, f.queueFlags, analysisWith, opt)
	case f.status:
		return a.runStatus(ctx, f.db)
	}
	return s.run(ctx)
}

// The heap of a scan, where most of what an archive takes is garbage when the next one begins: it may grow to that share over what is in use, in
// percent, as long as the whole is below the bound, in bytes. At Go's 100 % a quarter of the time of small archives goes to collecting garbage.
const (
	scanGarbage = 400
	scanMemory  = 192 << 20
)

// collectLess sets when garbage is collected, unless the user has.
func collectLess() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(scanGarbage)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(scanMemory)
	}
}

// analysisWith is the analysis with flags as flagsThatCount wrote them.
func analysisWith(options string) (scan.Analyze, error) {
	cmd := &cobra.Command{}
	var f readFlags
	f.add(cmd)
	if err := setFlags(cmd.Flags(), options); err != nil {
		return nil, err
	}
	return f.analyze, nil
}

// paths are those of the command line and of the lists.
func (a *app) paths(args, lists []string) ([]string, error) {
	for _, name := range lists {
		more, err := a.list(name)
		if err != nil {
			return nil, fmt.Errorf("scan: the list %s cannot be read: %w", name, reasonOf(err))
		}
		args = append(args, more...)
	}
	return args, nil
}

func (a *app) list(name string) ([]string, error) {
	if name == "-" {
		return scan.ReadList(a.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return scan.ReadList(f)
}

// scanRun is one scan.
type scanRun struct {
	*app
	flags  *scanFlags
	paths  []string
	opt    scan.Options
	acc    summary.Accumulator
	redact *redact.Redactor // nil without --redact
	found  scan.Found
	failed bool            // some input could not be read, or not wholly
	reused map[string]bool // paths whose hosts the database has
	live   map[string]bool // with --prune: folders, and whether an input was found below them
}

// find finds the inputs; the database's own files lie beside them sometimes, and SQLite loses its locks when somebody else closes them.
func (s *scanRun) find(ctx context.Context) scan.Finder {
	own := map[string]bool{}
	for _, name := range store.Files(s.flags.db) {
		if abs, err := filepath.Abs(name); err == nil {
			own[abs] = true
		}
	}
	return func(f func(scan.Candidate) bool) (err error) {
		var over error
		s.found, err = scan.Find(ctx, s.paths, inputKinds, own, func(c scan.Candidate) bool {
			if flag := s.flags.replaces(c.Path); flag != "" {
				over = fmt.Errorf("%s would replace an input; name another file", flag)
			}
			s.notice(c.Path)
			return over == nil && f(c)
		})
		return errors.Join(over, err)
	}
}

func (s *scanRun) run(ctx context.Context) (err error) {
	s.status = exitInput // unless all goes well
	if s.flags.db != "" {
		if s.opt.Store, err = store.Open(ctx, s.flags.db); err != nil {
			return fmt.Errorf("scan: %w", err)
		}
		defer func() { err = errors.Join(err, s.opt.Store.Close()) }()
	}
	if s.flags.prune {
		s.live = map[string]bool{}
		for _, folder := range s.folders() {
			s.live[folder] = false
		}
	}
	s.acc, s.reused = summary.New(report.Tool{Name: "sosbond", Version: buildVersion()}, s.flags.show), map[string]bool{}
	tally := newTally(s.flags.jobs, time.Now)
	s.opt.Watch = tally
	stop := tally.show(s.stderr)
	err = scan.Run(ctx, s.find(ctx), s.flags.analyze, s.opt, s.flags.jsonl, func(r scan.Result) error { return s.take(ctx, r) })
	stop()
	if err == nil {
		err = s.recall(ctx)
	}
	if err == nil && s.flags.prune {
		err = s.forget(ctx)
	}
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	return s.answer(ctx)
}

// folders are those of the paths that --prune is about, absolute.
func (s *scanRun) folders() (list []string) {
	for _, path := range s.paths {
		abs, err := filepath.Abs(path)
		if err != nil {
			continue // the search says so
		}
		if info, err := os.Stat(abs); err == nil && info.IsDir() {
			list = append(list, abs)
		}
	}
	return list
}

// notice remembers the folders that an input was found below.
func (s *scanRun) notice(input string) {
	for folder, live := range s.live {
		s.live[folder] = live || below(folder, input)
	}
}

func below(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != "." && filepath.IsLocal(rel)
}

// forget drops what is not there any more. A folder without any input is left alone: more likely its file system is not mounted.
func (s *scanRun) forget(ctx context.Context) error {
	n, err := s.opt.Store.Forget(ctx, func(path string) bool {
		for folder, live := range s.live {
			if live && below(folder, path) {
				_, err := os.Lstat(path)
				return errors.Is(err, fs.ErrNotExist)
			}
		}
		return false
	})
	if n > 0 {
		_, _ = fmt.Fprintf(s.stderr, "sosbond: scan: %s dropped from the database: not there any more\n", render.Count(n, "input")) // nobody may read it
	}
	return err
}

// inputKinds tells scan what an archive and an unpacked report look like.
var inputKinds = scan.Kinds{Archive: archive.Recognized, Report: layout.IsReport, Gather: layout.IsGather}

// analyze makes the report of one input.
func (f *readFlags) analyze(ctx context.Context, path string, progress func(read, size int64)) (report.Document, error) {
	result, err := analyzer.Analyze(ctx, archive.Input{Path: path}, f.options(progress))
	if err != nil {
		return report.Document{}, err
	}
	return report.New(result, buildVersion()), nil
}

// take counts a result.
func (s *scanRun) take(ctx context.Context, r scan.Result) error {
	s.failed = s.failed || r.Entry.Status != entry.Analyzed
	if r.Reused {
		s.reused[r.Entry.Path] = true
		return s.line(ctx, r.Entry)
	}
	s.acc.Input(r.Entry, false)
	for _, h := range summary.Hosts(r.Entry) {
		s.acc.Host(h)
	}
	return s.line(ctx, r.Entry)
}

// line writes the report of an input as one line of JSON, when that is wanted.
func (s *scanRun) line(ctx context.Context, e entry.Entry) error {
	if !s.flags.jsonl {
		return nil
	}
	if e.Document != nil {
		return s.writeLine(*e.Document)
	}
	doc := report.Document{Schema: report.Schema, Tool: report.Tool{Name: "sosbond", Version: e.Version}}
	for i, text := range e.Errors {
		one := report.Error{Input: filepath.Base(e.Path), Message: text}
		if i < len(e.Kinds) {
			one.Kind = e.Kinds[i]
		}
		doc.Errors = append(doc.Errors, one)
	}
	if s.reused[e.Path] {
		err := s.opt.Store.Documents(ctx, store.Selection{Inputs: []string{e.Path}}, func(_ entry.Entry, one report.Document) error {
			doc.Hosts, doc.Errors = append(doc.Hosts, one.Hosts...), one.Errors
			return nil
		})
		if err != nil {
			return err
		}
	}
	report.Filter{}.Apply(&doc) // counts
	return s.writeLine(doc)
}

func (s *scanRun) writeLine(doc report.Document) error {
	if s.redact != nil {
		doc = s.redact.Document(doc)
	}
	return jsonout.WriteLine(s.stdout, doc)
}

// recallAtOnce is how many inputs the database is asked for in one question.
const recallAtOnce = 200

// recall adds what the database knew already.
func (s *scanRun) recall(ctx context.Context) error {
	paths := make([]string, 0, len(s.reused))
	for p := range s.reused {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	for chunk := range slices.Chunk(paths, recallAtOnce) {
		wanted := make(map[string]bool, len(chunk)) // what is below one of them may be in another chunk
		for _, p := range chunk {
			wanted[p] = true
		}
		if err := s.opt.Store.Fill(ctx, chunk, recalled{s.acc, wanted}); err != nil {
			return err
		}
	}
	return nil
}

// recalled passes on what a scan did not read again, and nothing else that the database holds.
type recalled struct {
	summary.Accumulator
	wanted map[string]bool
}

func (r recalled) Input(e entry.Entry, _ bool) {
	if r.wanted[e.Path] {
		r.Accumulator.Input(e, true)
	}
}

func (r recalled) Host(h summary.Host) {
	if r.wanted[h.Input] {
		r.Accumulator.Host(h)
	}
}

// answer writes the summary and sets the exit status.
func (s *scanRun) answer(ctx context.Context) error {
	sum := s.acc.Summary()
	switch {
	case sum.Inputs.Found == 0:
		return fmt.Errorf("scan: no archive and no unpacked report below %s (other files: %d)", strings.Join(s.paths, ", "), s.found.Other)
	case s.failed:
	case s.flags.failOn != failNever && sum.FailOn(s.flags.failOn):
		s.status = exitFindings
	default:
		s.status = exitOK
	}
	silent := s.flags.jsonl && s.flags.output == ""
	if s.redact != nil && !silent {
		sum = s.redact.Summary(sum)
	}
	if err := s.writeMap(ctx, "scan", s.flags.redactFlags, s.redact); err != nil || silent {
		return err
	}
	return s.deliver(ctx, "scan", s.flags.outputFlags, func(w io.Writer, l look) error { return form.Write(w, s.flags.format, sum, form.Options(l)) })
}
