package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/diff"
	"github.com/sosbond/sosbond/report/diff/form"
)

type diffFlags struct {
	readFlags
	outputFlags
}

func (a *app) diff() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [flags] OLD NEW",
		Short: "Compare two reports: did the change help?",
		Long: "diff compares an old and a new report of one host, or of several: what changed in bonds, attachments, guests, configuration, verdicts and findings.\n" +
			"OLD and NEW are inputs as `sosbond analyze` takes them, or the JSON that `sosbond analyze -f json` wrote; one of them may be - for standard input.\n\n" +
			"The exit status is 1 when something got worse: a verdict, a new bond that does not work with its guests, or a new finding of --fail-on or above.",
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 2:
				return fmt.Errorf("diff: two reports are compared, the old one and the new one; %d given", len(args))
			case args[0] == "-" && args[1] == "-":
				return errors.New("diff: standard input can be one of the two, not both")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.runDiff(cmd.Context(), f, args[0], args[1]) },
	}
	f.outputFlags.add(cmd, form.Names(), "a verdict got worse or a new finding", "fold and cut nothing")
	f.readFlags.add(cmd)
	return cmd
}

func (a *app) runDiff(ctx context.Context, f diffFlags, before, after string) error {
	if err := errors.Join(f.outputFlags.check("diff", form.Names()), f.readFlags.check("diff")); err != nil {
		return err
	}
	if err := f.spares("diff", "an input", before, after); err != nil {
		return err
	}
	var sides [2]diff.Report
	for i, path := range []string{before, after} {
		doc, err := a.document(ctx, f, path)
		if err != nil {
			a.status = exitInput
			return fmt.Errorf("diff: %w", err)
		}
		sides[i] = diff.Report{Name: shownName(path), Doc: doc}
	}
	r := f.redactor()
	for _, s := range sides {
		if len(s.Doc.Hosts) == 0 {
			a.status = exitInput
			return fmt.Errorf("diff: %s shows no host, so there is nothing to compare", s.Name)
		}
	}
	if r != nil {
		docs := r.Documents(sides[0].Doc, sides[1].Doc)
		for i := range sides {
			sides[i] = diff.Report{Name: r.Path(sides[i].Name), Doc: docs[i]}
		}
	}
	d := diff.Compare(sides[0], sides[1], report.Tool{Name: "sosbond", Version: buildVersion()})
	if a.status == exitOK && d.Worse(f.failOn) {
		a.status = exitFindings
	}
	d.Redacted = sides[0].Doc.Redacted && sides[1].Doc.Redacted
	if err := a.writeMap(ctx, "diff", f.redactFlags, r); err != nil {
		return err
	}
	return a.deliver(ctx, "diff", f.outputFlags, func(w io.Writer, l look) error { return form.Write(w, f.format, d, form.Options(l)) })
}

// shownName is the name of an input without the folders that lead to it.
func shownName(path string) string {
	if path == "-" {
		return "standard input"
	}
	if abs, err := filepath.Abs(path); err == nil {
		return filepath.Base(abs)
	}
	return filepath.Base(path)
}

// maxDocument is the most of a JSON report that is read: a must-gather of a thousand nodes takes a tenth.
const maxDocument = 512 << 20

// document is the report on one of the two inputs: one that was written before, or one that is made now.
func (a *app) document(ctx context.Context, f diffFlags, path string) (report.Document, error) {
	stdin := bufio.NewReader(a.stdin)
	if path == "-" {
		if begin, _ := stdin.Peek(stdin.Size()); diff.IsReport(begin) { // an error is met again where it is read
			return loadReport(path, stdin)
		}
	} else if file, ok := openReport(path); ok {
		defer func() { _ = file.Close() }() // it was only read
		return loadReport(path, file)
	}
	result, err := a.read(ctx, &f.readFlags, stdin, []string{path})
	if err != nil {
		return report.Document{}, err
	}
	return report.New(result, buildVersion()), nil
}

// openReport opens a file that begins as a JSON report does. What cannot be opened is told where it is read as an archive.
func openReport(path string) (*os.File, bool) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, false
	}
	begin := make([]byte, 512)
	n, _ := io.ReadFull(file, begin)
	if _, err := file.Seek(0, io.SeekStart); err == nil && diff.IsReport(begin[:n]) {
		return file, true
	}
	_ = file.Close() // it was only read
	return nil, false
}

func loadReport(path string, r io.Reader) (report.Document, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	switch {
	case err != nil:
		return report.Document{}, fmt.Errorf("%s: %w", shownName(path), err)
	case len(data) > maxDocument:
		return report.Document{}, fmt.Errorf("%s: larger than %d MB; give the archive that the report was made of", shownName(path), maxDocument>>20)
	}
	doc, err := diff.Load(data)
	if err != nil {
		return report.Document{}, fmt.Errorf("%s %w", shownName(path), err)
	}
	return doc, nil
}
