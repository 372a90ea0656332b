//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// failWrites makes a write to a pipe that nobody reads fail with an error: the signal would end the program, also where standard error alone is closed.
// The signal is taken and dropped; ignored, it would be ignored in child processes too.
func failWrites() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }

// dieOf ends the program by a signal, so that a shell that runs it in a loop ends too.
func dieOf(s syscall.Signal) {
	signal.Reset(s)
	if syscall.Kill(os.Getpid(), s) == nil {
		time.Sleep(time.Second) // it need not arrive at once; in process 1 of a container it never does, and the exit status stands for it
	}
}

// takeAfter gives a file the owner and the group of another one, as far as it may be.
func takeAfter(f *os.File, old fs.FileInfo) {
	if st, ok := old.Sys().(*syscall.Stat_t); ok {
		if f.Chown(int(st.Uid), int(st.Gid)) != nil {
			_ = f.Chown(-1, int(st.Gid)) // a user may give away the group alone
		}
	}
}
