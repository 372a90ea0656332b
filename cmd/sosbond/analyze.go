package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/format"
)

type analyzeFlags struct {
	readFlags
	outputFlags
	shortFlag
	minSeverity  string
	rules, hosts []string
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
	f.outputFlags.add(cmd, format.Names(), "a finding", "show every guest, every finding in full and every line of evidence uncut")
	fl := cmd.Flags()
	fl.StringVar(&f.minSeverity, "min-severity", "ok", "show findings at least that severe: critical, error, warning, info, ok")
	fl.StringSliceVar(&f.rules, "rule", nil, "show findings of these rules alone, for example SB103,SB142")
	fl.StringSliceVar(&f.hosts, "host", nil, "show these hosts alone; the name before the first dot is enough")
	f.shortFlag.add(fl)
	f.readFlags.add(cmd)
	return cmd
}

func (f analyzeFlags) check(paths []string) error {
	if err := f.outputFlags.check("analyze", format.Names()); err != nil {
		return err
	}
	if err := f.shortFlag.check("analyze", f.format); err != nil {
		return err
	}
	if !slices.Contains(rules.Severities(), rules.Severity(f.minSeverity)) {
		return fmt.Errorf("analyze: --min-severity takes critical, error, warning, info or ok, not %q", f.minSeverity)
	}
	if err := f.readFlags.check("analyze"); err != nil {
		return err
	}
	if err := f.spares("analyze", "an input", paths...); err != nil {
		return err
	}
	for _, id := range f.rules {
		if _, ok := rules.Pages().Page(id); !ok {
			return fmt.Errorf("analyze: --rule: there is no rule %q; `sosbond rules` lists them", id)
		}
	}
	return nil
}

func (a *app) runAnalyze(ctx context.Context, f analyzeFlags, paths []string) error {
	if err := errors.Join(f.check(paths), f.readableOn(a.stdout.w, "analyze")); err != nil {
		return err
	}
	result, err := a.read(ctx, &f.readFlags, a.stdin, paths)
	if err != nil {
		return err
	}
	if len(result.Hosts) == 0 {
		return nil // every input was told on standard error
	}
	doc := report.New(result, buildVersion())
	if a.status == exitOK && f.fails(doc) {
		a.status = exitFindings
	}
	// only now: filters do not hide what is wrong from the exit status
	report.Filter{MinSeverity: f.minSeverity, Rules: f.rules, Hosts: f.hosts}.Apply(&doc)
	if doc, err = a.redacted(ctx, "analyze", f.redactFlags, doc); err != nil {
		return err
	}
	return a.deliver(ctx, "analyze", f.outputFlags, func(w io.Writer, l look) error { return f.write(w, f.format, doc, l) })
}
