package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/entry"
	"github.com/sosbond/sosbond/report/format"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/store"
	"github.com/sosbond/sosbond/report/summary"
	"github.com/sosbond/sosbond/report/summary/form"
)

type reportFlags struct {
	outputFlags
	shortFlag
	show          summary.Filter
	db            string
	reports, line bool
}

func (a *app) report() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report --db FILE [flags] [INPUT...]",
		Short: "Print what scans found, from their database: the summary, or the report of any host",
		Long: "report prints what `sosbond scan --db` found, without the archives. Without INPUT, --host and --reports it is the summary; INPUT is an archive,\n" +
			"or a folder that stands for all below it.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.runReport(cmd.Context(), f, args) },
	}
	fl := cmd.Flags()
	f.outputFlags.add(cmd, allForms(), "a finding", "cut nothing")
	addFilter(fl, &f.show)
	f.shortFlag.add(fl)
	fl.StringVar(&f.db, "db", "", "the database of scan --db; default: "+databaseVariable+" of the environment")
	fl.BoolVar(&f.reports, "reports", false, "print the report of each host that the flags let through, not the summary")
	fl.BoolVar(&f.line, "jsonl", false, "print these reports as one line of JSON each")
	return cmd
}

// allForms are the forms of reports and of summaries.
func allForms() []string {
	list := form.Names()
	for _, name := range format.Names() {
		if !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

func (a *app) runReport(ctx context.Context, f reportFlags, inputs []string) (err error) {
	f.db = databaseAddress(f.db)
	single := f.reports || f.line || len(inputs) > 0 || len(f.show.Hosts) > 0
	forms := form.Names()
	if single {
		forms = format.Names()
	}
	if err := errors.Join(f.outputFlags.check("report", forms), f.shortFlag.check("report", f.format), checkFilter("report", f.show), f.readableOn(a.stdout.w, "report")); err != nil {
		return err
	}
	switch {
	case f.short && (!single || f.line):
		return errors.New("report: --short is of the reports of hosts, not of the summary nor of --jsonl; choose them with --host, --reports or INPUT")
	case f.db == "":
		return errors.New("report: no database given; --db names the one that `sosbond scan --db` wrote")
	case single && (len(f.show.Platforms) > 0 || len(f.show.Releases) > 0):
		return errors.New("report: --platform and --release choose hosts of the summary; choose reports by --host, --verdict, --rule or INPUT")
	}
	if err := f.spares("report", "the database", store.Files(f.db)...); err != nil {
		return err
	}
	a.status = exitInput // unless all goes well
	db, err := store.OpenExisting(ctx, f.db)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if single {
		return a.reportHosts(ctx, f, db, inputs)
	}
	acc := summary.New(report.Tool{Name: "sosbond", Version: buildVersion()}, f.show)
	if err := db.Fill(ctx, nil, acc); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	sum := acc.Summary()
	a.finish(f.failOn != failNever && sum.FailOn(f.failOn))
	if r := f.redactor(); r != nil {
		sum = r.Summary(sum)
		if err := a.writeMap(ctx, "report", f.redactFlags, r); err != nil {
			return err
		}
	}
	return a.deliver(ctx, "report", f.outputFlags, func(w io.Writer, l look) error { return form.Write(w, f.format, sum, form.Options(l)) })
}

// finish sets the exit status of a command that did what it was asked for.
func (a *app) finish(found bool) {
	a.status = exitOK
	if found {
		a.status = exitFindings
	}
}

// mostReports is how many hosts one report has room for; more are printed one by one.
const mostReports = 1000

var errTooMany = fmt.Errorf("more than %d reports; choose fewer with --host, --verdict, --rule or INPUT, or print them with --jsonl", mostReports)

// reportHosts prints the reports of hosts.
func (a *app) reportHosts(ctx context.Context, f reportFlags, db store.Store, inputs []string) error {
	sel := store.Selection{Hosts: f.show.Hosts, Verdicts: f.show.Verdicts, Rules: f.show.Rules}
	for _, in := range inputs {
		abs, err := filepath.Abs(in)
		if err != nil {
			return fmt.Errorf("report: %s: %w", in, err)
		}
		sel.Inputs = append(sel.Inputs, abs)
	}
	all := report.Document{Schema: report.Schema, Tool: report.Tool{Name: "sosbond", Version: buildVersion()}}
	found, severe := 0, false
	r := f.redactor()
	err := db.Documents(ctx, sel, func(_ entry.Entry, doc report.Document) error {
		found++
		severe = severe || f.fails(doc)
		report.Filter{MinSeverity: f.show.MinSeverity}.Apply(&doc)
		switch {
		case f.line:
			if r != nil {
				doc = r.Document(doc)
			}
			return jsonout.WriteLine(a.stdout, doc)
		case found > mostReports:
			return errTooMany
		}
		all.Hosts = append(all.Hosts, doc.Hosts...)
		for _, e := range doc.Errors {
			if !slices.Contains(all.Errors, e) {
				all.Errors = append(all.Errors, e)
			}
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("report: %w", err)
	case found == 0 && len(inputs) > 0:
		return a.withoutHosts(ctx, db, sel.Inputs)
	case found == 0:
		return errors.New("report: the database has no such host; `sosbond report --db ... --all` lists what it has")
	}
	a.finish(severe)
	if f.line {
		return a.writeMap(ctx, "report", f.redactFlags, r)
	}
	report.Filter{}.Apply(&all) // counts
	if all, err = a.redacted(ctx, "report", f.redactFlags, all); err != nil {
		return err
	}
	return a.deliver(ctx, "report", f.outputFlags, func(w io.Writer, l look) error { return f.write(w, f.format, all, l) })
}

// withoutHosts tells why there is no report of inputs: they could not be read, or the flags hide their hosts, or no scan saw them.
func (a *app) withoutHosts(ctx context.Context, db store.Store, inputs []string) error {
	var w unreadInputs
	if err := db.Fill(ctx, inputs, &w); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, text := range w.errors {
		a.errorf("%s", text)
	}
	switch {
	case len(w.errors) > 0:
		return nil // they are the answer
	case w.inputs > 0:
		return errors.New("report: --host, --verdict and --rule hide every host of the input")
	}
	return errors.New("report: no scan with this database saw the input; `sosbond report --db ... --all` lists what it has")
}

// unreadInputs collects why inputs could not be read.
type unreadInputs struct {
	summary.Accumulator
	inputs int
	errors []string
}

func (w *unreadInputs) Input(e entry.Entry, _ bool) {
	w.inputs++
	if e.Status == entry.Failed || e.Status == entry.Crashed {
		w.errors = append(w.errors, e.Errors...)
	}
}

func (w *unreadInputs) Host(summary.Host) {}
