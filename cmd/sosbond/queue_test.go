package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/scan"
	"github.com/sosbond/sosbond/report/store/storetest"
)

func TestQueueFlags(t *testing.T) {
	const server = "postgres://db/sosbond"
	cases := []struct {
		args  string
		db    string
		paths bool
		want  string
	}{
		{"", "", true, ""},
		{"", "results.db", true, ""},
		{"--enqueue --run today", server, true, ""},
		{"--work --run today --mount /a=/b --mount /c=/d", server, false, ""},
		{"--work --keep-working", server, false, ""},
		{"--status", server, false, ""},
		{"--enqueue", "results.db", true, "need a database that several machines can share"},
		{"--work", "", false, "SOSBOND_DB"},
		{"--enqueue --work", server, true, "exclude one another"},
		{"--keep-working", server, true, "go with --work"},
		{"--enqueue --mount /a=/b", server, true, "go with --work"},
		{"--status --run today", server, false, "--run goes with"},
		{"--work --keep-working --run today", server, false, "leave --run out"},
		{"--work --mount a=/b", server, false, "two absolute paths"},
		{"--work", server, true, "take no paths"},
	}
	for _, c := range cases {
		t.Run(c.args+" "+c.db, func(t *testing.T) {
			var f queueFlags
			fl := pflag.NewFlagSet("", pflag.ContinueOnError)
			f.add(fl)
			if err := fl.Parse(strings.Fields(c.args)); err != nil {
				t.Fatal(err)
			}
			err := f.check(c.db, c.paths)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestFlagsThatCount(t *testing.T) {
	set := func(args ...string) *pflag.FlagSet {
		fl := pflag.NewFlagSet("", pflag.ContinueOnError)
		fl.Bool("whole", false, "")
		fl.Bool("deep", false, "")
		fl.Int64("max-total", 0, "")
		fl.String("xz", "auto", "")
		if err := fl.Parse(args); err != nil {
			t.Fatal(err)
		}
		return fl
	}
	names := []string{"deep", "whole", "max-total"}
	if got := flagsThatCount(set("--deep=false", "--xz", "go"), names...); got != "" {
		t.Errorf("defaults: %q", got)
	}
	got := flagsThatCount(set("--whole", "--max-total", "5", "--deep"), names...)
	if got != "--deep=true --max-total=5 --whole=true" {
		t.Errorf("%q", got)
	}
	back := set()
	if err := setFlags(back, got); err != nil || flagsThatCount(back, names...) != got {
		t.Errorf("read back: %v, %q", err, flagsThatCount(back, names...))
	}
	if err := setFlags(set(), "--new=1"); err == nil || !strings.Contains(err.Error(), "same version on all machines") {
		t.Errorf("a flag of a newer version: %v", err)
	}
}

func TestQueueCommands(t *testing.T) {
	db := storetest.Postgres(t)
	dir := t.TempDir()
	name := filepath.Join(dir, "a\x1b[2Jb.tar")
	if err := os.WriteFile(name, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	var find scan.Finder = func(f func(scan.Candidate) bool) error { f(scan.Candidate{Path: name, Size: 1}); return nil }
	var during string
	analyze := func(options string) (scan.Analyze, error) {
		if options != "--deep=true" {
			return nil, fmt.Errorf("options %q", options)
		}
		return func(context.Context, string, func(read, size int64)) (report.Document, error) {
			var a app
			var out bytes.Buffer
			a.stdout = &sink{w: &out}
			err := a.runStatus(ctx, db)
			during = out.String()
			return report.Document{Hosts: []report.Host{{Name: "h", Source: report.Source{Complete: true}}}}, err
		}, nil
	}
	step := func(f func(a *app) error, want ...string) {
		t.Helper()
		var out bytes.Buffer
		a := &app{stdout: &sink{w: &out}, stderr: &out}
		if err := f(a); err != nil || a.status != exitOK {
			t.Fatalf("%v, status %d", err, a.status)
		}
		for _, w := range want {
			if !strings.Contains(out.String(), w) {
				t.Errorf("it said:\n%s\nwant %s", out.String(), w)
			}
		}
	}
	enqueue := func(a *app) error {
		return a.runEnqueue(ctx, db, queueFlags{enqueue: true, run: "today"}, []string{dir}, find, scan.Options{Options: "--deep=true"})
	}
	step(func(a *app) error { return a.runStatus(ctx, db) }, "The queue was never filled.")
	step(enqueue, "inputs put into the queue: 1")
	step(enqueue, "inputs put into the queue: 0, in it already: 1")
	step(func(a *app) error { return a.runStatus(ctx, db) }, "Run today: 0 of 1 inputs done, 0 at work (workers: 0)")
	step(func(a *app) error {
		return a.runWork(ctx, db, queueFlags{work: true}, analyze, scan.Options{Jobs: 2, Version: "1"})
	},
		"takes inputs from the queue, 2 at once", "1 of 1 inputs done, 0 at work")
	for _, want := range []string{"Run today: 0 of 1 inputs done, 1 at work (workers: 1)", " (sosbond 1, 2 at once), heard of ", "\n    reads " + dir + "/a\\x1b[2Jb.tar\n"} {
		if !strings.Contains(during, want) {
			t.Errorf("the status under way:\n%s\nwant %s", during, want)
		}
	}
	var out bytes.Buffer
	a := &app{stdout: &sink{w: &out}, stderr: &out}
	nothing := func(func(scan.Candidate) bool) error { return nil }
	if err := a.runEnqueue(ctx, db, queueFlags{enqueue: true}, nil, nothing, scan.Options{}); err == nil || a.status != exitInput {
		t.Errorf("nothing found: %v, status %d", err, a.status)
	}
}
