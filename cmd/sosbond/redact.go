package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/jsonout"
	"github.com/sosbond/sosbond/report/redact"
)

// redactFlags say whether names are replaced by pseudonyms, and where it is kept which stands for what.
type redactFlags struct {
	redact    bool
	redactMap string
}

func (f *redactFlags) add(fl *pflag.FlagSet) {
	fl.BoolVar(&f.redact, "redact", false, "replace names of hosts, guests, switches and users, addresses and ids by pseudonyms")
	fl.StringVar(&f.redactMap, "redact-map", "", "write to this file, for its owner alone, which pseudonym stands for what")
}

func (f *redactFlags) check(command, output string) error {
	switch {
	case f.redactMap == "":
		return nil
	case !f.redact:
		return fmt.Errorf("%s: --redact-map goes with --redact", command)
	case f.redactMap == "-" || f.redactMap == "/dev/stdout":
		return fmt.Errorf("%s: --redact-map names a file: on standard output the map would stand beside the report", command)
	case output != "" && sameFile(f.redactMap, output):
		return fmt.Errorf("%s: --redact-map and --output name one file; the map undoes the redaction", command)
	}
	return nil
}

// redactor gives the pseudonyms, nil without --redact.
func (f *redactFlags) redactor() *redact.Redactor {
	if !f.redact {
		return nil
	}
	return redact.New()
}

// redacted returns the document as the flags want it, and writes the map when that is wanted.
func (a *app) redacted(ctx context.Context, command string, f redactFlags, doc report.Document) (report.Document, error) {
	r := f.redactor()
	if r == nil {
		return doc, nil
	}
	doc = r.Document(doc)
	return doc, a.writeMap(ctx, command, f, r)
}

// writeMap writes which pseudonym stands for what.
func (a *app) writeMap(ctx context.Context, command string, f redactFlags, r *redact.Redactor) error {
	if r == nil || f.redactMap == "" {
		return nil
	}
	var b bytes.Buffer
	err := jsonout.WriteValue(&b, struct {
		Schema string     `json:"schema"`
		Map    redact.Map `json:"map"`
	}{redact.MapSchema, r.Map()})
	if err = errors.Join(err, ctx.Err()); err == nil {
		err = writePrivate(ctx, f.redactMap, b.Bytes())
	}
	if err != nil {
		a.status = exitInput
		return fmt.Errorf("%s: cannot write %s: %w", command, f.redactMap, err)
	}
	return nil
}
