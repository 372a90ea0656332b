package archive

import (
	"os"

	"golang.org/x/sys/unix"
)

// widen makes a pipe hold 1 MiB instead of 64 KiB: the two processes then wait for each other less often. Without the right to do so
// (pipe-max-size, pipe-user-pages-soft) the pipe stays as it is.
func widen(pipe *os.File) {
	raw, err := pipe.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, plainBuffer)
	})
}
