package archive

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// hollow reports a file that takes less space on disk than its size divided by ratio: a sparse file, the bomb among files. Some file systems
// do not tell how much space files take; those that tell of no data at all are asked where some are.
func hollow(f *os.File, ratio int64) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || info.Mode()&fs.ModeType != 0 || stat.Blocks*512 > info.Size()/ratio {
		return false
	}
	if stat.Blocks > 0 {
		return true
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	none := false
	err = raw.Control(func(fd uintptr) {
		at, err := unix.Seek(int(fd), 0, unix.SEEK_CUR)
		if err != nil {
			return
		}
		_, err = unix.Seek(int(fd), at, unix.SEEK_DATA)
		none = errors.Is(err, unix.ENXIO)
		_, _ = unix.Seek(int(fd), at, unix.SEEK_SET)
	})
	return err == nil && none
}
