package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/format"
)

// shortFlag says whether the answer alone is wanted.
type shortFlag struct{ short bool }

func (f *shortFlag) add(fl *pflag.FlagSet) {
	fl.BoolVar(&f.short, "short", false, "the answer in at most twelve lines, for a comment field; with --format "+strings.Join(format.Short(), ", "))
}

func (f *shortFlag) check(command, form string) error {
	if f.short && !slices.Contains(format.Short(), form) {
		return fmt.Errorf("%s: --short has the forms %s, not %s", command, strings.Join(format.Short(), ", "), form)
	}
	return nil
}

// write writes a report, or the short form of it.
func (f *shortFlag) write(w io.Writer, form string, doc report.Document, l look) error {
	return format.Write(w, form, doc, format.Options{Width: l.Width, Color: l.Color, All: l.All, Short: f.short})
}
