package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/parsers/archive"
)

// readFlags are the flags that say how inputs are read.
type readFlags struct {
	deep, whole bool
	xz          string
	limits      analyzer.Options
}

func (f *readFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.deep, "deep", false, "read the logs below var/log too where the report has kernel messages elsewhere")
	fl.BoolVar(&f.whole, "whole", false, "read archives to their end, even where nothing wanted can follow")
	fl.StringVar(&f.xz, "xz", "auto", "who decompresses xz: auto (the system's xz where it is installed), system, go")
	limitFlags(cmd, &f.limits)
}

func (f *readFlags) check(command string) error {
	if !slices.Contains([]archive.XZ{archive.XZAuto, archive.XZSystem, archive.XZGo}, archive.XZ(f.xz)) {
		return fmt.Errorf("%s: --xz takes auto, system or go, not %q", command, f.xz)
	}
	return nil
}

// options are what the flags say, with the progress told to a function.
func (f *readFlags) options(progress func(read, size int64)) analyzer.Options {
	opt := f.limits
	opt.Deep, opt.Layout.Whole = f.deep, f.whole
	opt.Layout.XZ, opt.Layout.Progress = archive.XZ(f.xz), progress
	return opt
}

// readFlagNames are the flags that change results.
var readFlagNames = func() (names []string) {
	cmd := &cobra.Command{}
	new(readFlags).add(cmd)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Name != "xz" { // both decoders read the same
			names = append(names, f.Name)
		}
	})
	return names
}()

// read analyzes inputs, tells on standard error what could not be read, and sets the exit status for that. The error is ctx's.
func (a *app) read(ctx context.Context, f *readFlags, stdin io.Reader, paths []string) (analyzer.Result, error) {
	var read analyzer.Reading
	for _, p := range paths {
		bar := newProgress(a.stderr, p)
		one, err := analyzer.Read(ctx, archive.Input{Path: p, Stdin: stdin}, f.options(bar.update))
		bar.done()
		if err != nil {
			return analyzer.Result{}, err
		}
		read.Join(one)
	}
	result := read.Judge()
	for _, e := range result.Errors {
		a.errorf("%v", e)
		a.status = exitInput
	}
	return result, nil
}
