// Command sosbond reads a sosreport offline and says for every bond whether its mode works with what sits on top of it.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	exitOK       = 0
	exitFindings = 1 // a finding at or above --fail-on
	exitUsage    = 2
	exitInput    = 3 // an input could not be analyzed, or not wholly, or the report not written

	exitSignal = 128 // and the number of the signal that stopped the program
	exitPipe   = 141 // nobody reads standard output any more: as if SIGPIPE had ended the program
)

// stopTime is how long a run that was told to stop is waited for: opening a FIFO that nobody writes to, for one, cannot be interrupted.
var stopTime = time.Second

// graceful is set while a run ends by itself when it is told to stop, in its own time, and with its own status: a worker of a queue.
var graceful atomic.Bool

func main() {
	failWrites()
	ctx, cancel := context.WithCancel(context.Background())
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	done := make(chan int, 1)
	go func() { done <- run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr) }()
	select {
	case status := <-done:
		os.Exit(status)
	case s := <-stop:
		signal.Reset(os.Interrupt, syscall.SIGTERM) // the next one ends the program at once
		cancel()
		select {
		case status := <-done:
			if graceful.Load() {
				os.Exit(status)
			}
		case <-time.After(stopTime):
			if graceful.Load() {
				os.Exit(<-done)
			}
			dropUnfinished()
		}
		os.Exit(stoppedBy(s))
	}
}

// stoppedBy tells of the signal that stopped the program, and ends it by that signal.
func stoppedBy(s os.Signal) int {
	number, ok := s.(syscall.Signal)
	if !ok {
		return exitInput
	}
	name := "SIGINT"
	if number == syscall.SIGTERM {
		name = "SIGTERM"
	}
	writeLine(os.Stderr, "sosbond: stopped by %s", name)
	dieOf(number)
	return exitSignal + int(number)
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &app{stdin: stdin, stdout: &sink{w: stdout}, stderr: stderr}
	root := app.command()
	root.SetArgs(withCommand(root, args))
	root.SetIn(stdin)
	root.SetOut(app.stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case ctx.Err() != nil && !graceful.Load(): // main tells of it
	case errors.Is(app.stdout.err, syscall.EPIPE):
		return exitPipe
	case app.stdout.err != nil:
		app.errorf("cannot write to standard output: %v", reasonOf(app.stdout.err))
		return exitInput
	case err != nil:
		app.errorf("%v", err)
		if app.status == exitOK {
			app.status = exitUsage
		}
	}
	return app.status
}

// app is one run of the program.
type app struct {
	stdin  io.Reader
	stdout *sink
	stderr io.Writer
	status int
}

// errorf writes one line to standard error.
func (a *app) errorf(format string, args ...any) {
	writeLine(a.stderr, "sosbond: "+format, args...)
}

func (a *app) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sosbond",
		Short: "Which bonds work with the guests on top of them",
		Long: "sosbond reads a sosreport offline, works out how every virtual machine and container reaches the wire,\n" +
			"and says for every bond whether its mode works with what sits on it, why not, on what evidence, and how to fix it.\n\n" +
			"`sosbond PATH` is short for `sosbond analyze PATH`.",
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(a.analyze(), a.topology(), a.scan(), a.report(), a.diff(), a.explain(), a.rules(), a.version())
	return root
}

// withCommand puts "analyze" before the arguments when the first of them that is no flag names no command.
func withCommand(root *cobra.Command, args []string) []string {
	if len(args) == 0 {
		return args
	}
	known := []string{"help", "completion", "__complete", "__completeNoDesc", "-h", "--help"}
	for _, c := range root.Commands() {
		known = append(known, c.Name())
	}
	if slices.Contains(known, args[0]) {
		return args
	}
	return append([]string{"analyze"}, args...)
}
