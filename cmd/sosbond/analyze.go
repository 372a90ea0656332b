package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/format"
)

type analyzeFlags struct {
	format, output, failOn, minSeverity string
	rules, hosts                        []string
	deep, whole, all, noColor           bool
	width                               int
	xz                                  string
	reading                             analyzer.Options // with the limits
}

func (a *app) analyze() *cobra.Command {
	var f analyzeFlags
	cmd := &cobra.Command{
		Use:   "analyze [flags] PATH...",
		Short: "Analyze reports: archives, directories, or - for standard input",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("analyze: no report given; name an archive, a directory, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.runAnalyze(cmd.Context(), f, args) },
	}
	fl := cmd.Flags()
	fl.StringVarP(&f.format, "format", "f", "terminal", "form of the report: "+strings.Join(format.Names(), ", "))
	fl.StringVarP(&f.output, "output", "o", "", "write the report to this file instead of standard output (-)")
	fl.StringVar(&f.failOn, "fail-on", "error", "exit with status 1 when a finding is at least that severe: critical, error, warning, never")
	fl.StringVar(&f.minSeverity, "min-severity", "ok", "show findings at least that severe: critical, error, warning, info, ok")
	fl.StringSliceVar(&f.rules, "rule", nil, "show findings of these rules alone, for example SB103,SB142")
	fl.StringSliceVar(&f.hosts, "host", nil, "show these hosts alone")
	fl.BoolVar(&f.deep, "deep", false, "read the logs below var/log too where the report has kernel messages elsewhere")
	fl.BoolVar(&f.whole, "whole", false, "read archives to their end, even where nothing wanted can follow")
	fl.BoolVar(&f.all, "all", false, "show every guest, every finding in full and every line of evidence uncut")
	fl.BoolVar(&f.noColor, "no-color", false, "no colors, even on a terminal")
	fl.IntVar(&f.width, "width", 0, "width of the terminal report in columns (default: that of the terminal, else 100)")
	fl.StringVar(&f.xz, "xz", "auto", "who decompresses xz: auto (the system's xz where it is installed), system, go")
	limitFlags(cmd, &f.reading)
	return cmd
}

// failNever is the --fail-on that no finding reaches.
const failNever = "never"

// failLevels are the severities that --fail-on takes.
var failLevels = []rules.Severity{rules.Critical, rules.Error, rules.Warning}

func (f analyzeFlags) check(paths []string) error {
	switch {
	case !slices.Contains(format.Names(), f.format):
		return fmt.Errorf("analyze: unknown format %q; there are %s", f.format, strings.Join(format.Names(), ", "))
	case f.failOn != failNever && !slices.Contains(failLevels, rules.Severity(f.failOn)):
		return fmt.Errorf("analyze: --fail-on takes critical, error, warning or never, not %q", f.failOn)
	case !slices.Contains(rules.Severities(), rules.Severity(f.minSeverity)):
		return fmt.Errorf("analyze: --min-severity takes critical, error, warning, info or ok, not %q", f.minSeverity)
	case !slices.Contains([]archive.XZ{archive.XZAuto, archive.XZSystem, archive.XZGo}, archive.XZ(f.xz)):
		return fmt.Errorf("analyze: --xz takes auto, system or go, not %q", f.xz)
	case f.width < 0:
		return fmt.Errorf("analyze: --width takes a number of columns, not %d", f.width)
	}
	for _, p := range paths {
		if sameFile(p, f.output) {
			return fmt.Errorf("analyze: --output %s would replace an input; name another file", f.output)
		}
	}
	for _, id := range f.rules {
		if _, ok := rules.Pages().Page(id); !ok {
			return fmt.Errorf("analyze: --rule: there is no rule %q; `sosbond rules` lists them", id)
		}
	}
	return nil
}

// sameFile reports that two names are those of one regular file.
func sameFile(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil || !x.Mode().IsRegular() {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

func (a *app) runAnalyze(ctx context.Context, f analyzeFlags, paths []string) error {
	if err := f.check(paths); err != nil {
		return err
	}
	result, err := a.read(ctx, f, paths)
	if err != nil {
		return err // ctx ended
	}
	for _, e := range result.Errors {
		a.errorf("%v", e)
		a.status = exitInput
	}
	if len(result.Hosts) == 0 {
		return nil // every input was told on standard error
	}
	doc := report.New(result, buildVersion())
	if a.status == exitOK && f.fails(doc) {
		a.status = exitFindings
	}
	report.Filter{MinSeverity: f.minSeverity, Rules: f.rules, Hosts: f.hosts}.Apply(&doc)
	if err := a.write(ctx, doc, f); err != nil {
		a.status = exitInput
		return err
	}
	return nil
}

// read reads all inputs and judges what is in them. The error is ctx's.
func (a *app) read(ctx context.Context, f analyzeFlags, paths []string) (analyzer.Result, error) {
	var read analyzer.Reading
	for _, p := range paths {
		bar := newProgress(a.stderr, p)
		opt := f.reading
		opt.Deep, opt.Layout.Whole = f.deep, f.whole
		opt.Layout.XZ, opt.Layout.Progress = archive.XZ(f.xz), bar.update
		one, err := analyzer.Read(ctx, archive.Input{Path: p, Stdin: a.stdin}, opt)
		bar.done()
		if err != nil {
			return analyzer.Result{}, err
		}
		read.Join(one)
	}
	return read.Judge(), nil
}

// fails reports whether a finding is at least as severe as --fail-on. Filters do not hide what is wrong from the exit status.
func (f analyzeFlags) fails(doc report.Document) bool {
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
