package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/report/queue"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store"
)

// databaseVariable holds the address of the database where --db does not say it: what stands on a command line every user of the machine can read, and
// the address holds a password.
const databaseVariable = "SOSBOND_DB"

// databaseAddress is what --db says, else the environment.
func databaseAddress(flag string) string {
	if flag != "" {
		return flag
	}
	return os.Getenv(databaseVariable)
}

// queueFlags are those of a scan that several machines share.
type queueFlags struct {
	enqueue, work, status, keep bool
	run                         string
	mounts                      []string
}

func (f *queueFlags) add(fl *pflag.FlagSet) {
	fl.BoolVar(&f.enqueue, "enqueue", false, "put the inputs into the queue of the PostgreSQL database that --db names, for workers on any machine")
	fl.BoolVar(&f.work, "work", false, "analyze what is in that queue until it is empty everywhere")
	fl.BoolVar(&f.status, "status", false, "say how far that queue is")
	fl.BoolVar(&f.keep, "keep-working", false, "with --work: wait for more when the queue is empty")
	fl.StringVar(&f.run, "run", "", "with --enqueue: a name for the run; with --work: wait until the queue was filled for the run of that name")
	fl.StringArrayVar(&f.mounts, "mount", nil, "with --work: FOLDER=FOLDER_HERE where this machine has the files elsewhere than the one that enqueued them")
}

// wanted reports whether the queue is to be used at all.
func (f queueFlags) wanted() bool { return f.enqueue || f.work || f.status }

// check looks at the flags together with the database and whether paths were given.
func (f queueFlags) check(db string, paths bool) error {
	modes := 0
	for _, on := range []bool{f.enqueue, f.work, f.status} {
		if on {
			modes++
		}
	}
	switch {
	case modes > 1:
		return errors.New("scan: --enqueue, --work and --status exclude one another")
	case !f.work && (f.keep || len(f.mounts) > 0):
		return errors.New("scan: --keep-working and --mount go with --work")
	case !f.work && !f.enqueue && f.run != "":
		return errors.New("scan: --run goes with --enqueue or --work")
	case f.keep && f.run != "":
		return errors.New("scan: --keep-working takes all runs; leave --run out")
	case modes > 0 && !store.IsPostgres(db):
		return errors.New("scan: --enqueue, --work and --status need a database that several machines can share: --db postgres://USER@HOST/DATABASE, or " +
			databaseVariable + " in the environment")
	case (f.work || f.status) && paths:
		return errors.New("scan: --work and --status take no paths; --enqueue does")
	}
	_, err := f.parseMounts()
	return err
}

func (f queueFlags) parseMounts() (list []queue.Mount, err error) {
	for _, text := range f.mounts {
		m, err := queue.ParseMount(text)
		if err != nil {
			return nil, fmt.Errorf("scan: --mount: %w", err)
		}
		list = append(list, m)
	}
	return list, nil
}

// runEnqueue puts the inputs into the queue. paths are what is searched by find; of opt, Options, Again, Verify and Version count.
func (a *app) runEnqueue(ctx context.Context, db string, f queueFlags, paths []string, find scan.Finder, opt scan.Options) (err error) {
	a.status = exitInput // unless all goes well
	if opt.Store, err = store.Open(ctx, db); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	defer func() { err = errors.Join(err, opt.Store.Close()) }()
	var roots []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return fmt.Errorf("scan: %s: %w", p, err)
		}
		roots = append(roots, abs)
	}
	filled, err := queue.Enqueue(ctx, db, find, queue.Fill{Run: f.run, Roots: roots, Scan: opt})
	if err != nil {
		return fmt.Errorf("scan: %w (put into the queue so far: %d)", err, filled.Added)
	}
	line := fmt.Sprintf("inputs put into the queue: %d", filled.Added)
	if filled.Known > 0 {
		line += fmt.Sprintf(", in it already: %d", filled.Known)
	}
	if filled.Unreadable > 0 {
		line += fmt.Sprintf(", that cannot be read: %d", filled.Unreadable)
	}
	a.errorf("%s", line)
	switch {
	case filled == queue.Filled{}:
		return errors.New("scan: no archive and no unpacked report was found")
	case filled.Unreadable == 0:
		a.status = exitOK
	}
	return nil
}

// runWork analyzes what is in the queue. analyze returns the analysis with these options, those that the inputs were put into the queue with; of opt, Jobs,
// Timeout, Version and Watch count.
func (a *app) runWork(ctx context.Context, db string, f queueFlags, analyze func(options string) (scan.Analyze, error), opt scan.Options) (err error) {
	a.status = exitInput
	if opt.Store, err = store.Open(ctx, db); err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	defer func() { err = errors.Join(err, opt.Store.Close()) }()
	mounts, err := f.parseMounts()
	if err != nil {
		return err
	}
	graceful.Store(true)
	err = queue.Work(ctx, db, queue.Worker{
		Analyze: analyze, Scan: opt, Run: f.run, Keep: f.keep, Mounts: mounts,
		Report: func(s queue.Status) { a.errorf("%s", s.Line()) },
		Log:    func(line string) { a.errorf("%s", line) },
	})
	if err != nil {
		return fmt.Errorf("scan: %w", err)
	}
	a.status = exitOK
	if ctx.Err() != nil {
		a.errorf("stopped; what was not finished is in the queue again")
	}
	return nil
}

// runStatus says how far the queue is.
func (a *app) runStatus(ctx context.Context, db string) error {
	s, err := queue.ReadStatus(ctx, db)
	if err != nil {
		a.status = exitInput
		return fmt.Errorf("scan: %w", err)
	}
	if s.Run == "" {
		writeLine(a.stdout, "The queue was never filled.")
	} else {
		writeLine(a.stdout, "Run %s: %s", s.Run, s.Line())
	}
	if s.Broken {
		writeLine(a.stdout, "  The process that filled the queue ended before it was through: fill it again, which adds nothing twice.")
	}
	for _, w := range s.Workers {
		writeLine(a.stdout, "  %s on %s (sosbond %s, %d at once), heard of %v ago", w.Name, w.Host, w.Version, w.Jobs, w.Seen.Round(time.Second))
		for _, path := range w.Reading {
			writeLine(a.stdout, "    reads %s", path)
		}
	}
	return nil
}

// flagsThatCount are the flags of these names that are not at their defaults, as on a command line and sorted: what the inputs of a queue carry, and what
// the database of the results holds.
func flagsThatCount(fl *pflag.FlagSet, names ...string) string {
	var list []string
	fl.VisitAll(func(f *pflag.Flag) {
		if slices.Contains(names, f.Name) && f.Value.String() != f.DefValue {
			list = append(list, "--"+f.Name+"="+f.Value.String())
		}
	})
	slices.Sort(list)
	return strings.Join(list, " ")
}

// setFlags sets flags from such a text. Values have no blanks.
func setFlags(fl *pflag.FlagSet, text string) error {
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(strings.TrimPrefix(word, "--"), "=")
		if err := fl.Set(name, value); err != nil {
			return fmt.Errorf("the inputs were put into the queue with %s, which this sosbond does not know: %w; use the same version on all machines", word, err)
		}
	}
	return nil
}
