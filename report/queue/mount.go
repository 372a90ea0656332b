package queue

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Mount says that the files that have one folder in their paths in the queue are in another folder on this machine.
type Mount struct {
	Queue string // absolute and clean
	Here  string // absolute and clean
}

// ParseMount reads FOLDER=FOLDER_HERE.
func ParseMount(text string) (Mount, error) {
	there, here, ok := strings.Cut(text, "=")
	if !ok || !filepath.IsAbs(there) || !filepath.IsAbs(here) {
		return Mount{}, fmt.Errorf("a mount has the form FOLDER=FOLDER_HERE with two absolute paths, not %q", text)
	}
	return Mount{Queue: filepath.Clean(there), Here: filepath.Clean(here)}, nil
}

// here is where a path of the queue is on this machine: by the deepest of the mounts that it is below.
func here(path string, mounts []Mount) string {
	best, found := Mount{}, false
	for _, m := range mounts {
		if (path == m.Queue || isBelow(path, m.Queue)) && (!found || len(m.Queue) > len(best.Queue)) {
			best, found = m, true
		}
	}
	if !found {
		return path
	}
	return filepath.Join(best.Here, strings.TrimPrefix(path, best.Queue))
}

// sees tells an input that is gone, which is a result, from a machine that does not see the files at all, which says nothing about them.
func sees(path, below string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	dir, err := os.Open(below)
	if err == nil {
		_, err = dir.ReadDir(1)
		_ = dir.Close() // it was only read
	}
	if err == nil {
		return nil
	}
	why := "is empty" // io.EOF: as a folder is that nothing is mounted on
	var at *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		why = "does not exist"
	case errors.As(err, &at):
		why = "cannot be read (" + at.Err.Error() + ")"
	}
	return fmt.Errorf("this machine does not see the files: %s %s; mount it, or say with --mount where it is", below, why)
}
