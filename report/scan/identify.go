package scan

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sosbond/sosbond/report/entry"
)

// edge is how much of the start and of the end of a file its sum covers: archives that differ differ in their checksums and sizes there.
const edge = 1 << 20

// Identify looks at an input. whole reads all of it.
func Identify(path string, whole bool) (entry.Input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return entry.Input{Path: path}, err
	}
	in := entry.Input{Path: path, Size: info.Size(), Modified: info.ModTime().UnixNano(), Whole: whole, Dir: info.IsDir()}
	if in.Dir {
		return identifyDir(in, whole)
	}
	f, err := os.Open(path)
	if err != nil {
		return in, err
	}
	defer func() { _ = f.Close() }() // it was only read
	if in.Size <= 2*edge {
		in.Whole = true
		in.Sum, err = sumOf(f)
		return in, err
	}
	in.Sum, err = sumOf(io.MultiReader(io.NewSectionReader(f, 0, edge), io.NewSectionReader(f, in.Size-edge, edge)))
	if err != nil || !whole {
		return in, err
	}
	all, err := sumOf(f)
	in.Sum += all
	return in, err
}

func sumOf(r io.Reader) (string, error) {
	h := sha256.New()
	_, err := io.Copy(h, r)
	return hexSum(h), err
}

func sumFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // it was only read
	return sumOf(f)
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// identifyDir sums the names, sizes and times of what a directory holds, with whole the contents too. What cannot be listed counts as it is.
func identifyDir(in entry.Input, whole bool) (entry.Input, error) {
	h, contents := sha256.New(), sha256.New()
	in.Size, in.Modified = 0, 0 // a directory's own tell nothing about what is below it
	err := filepath.WalkDir(in.Path, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			if path == in.Path {
				return err
			}
			return nil
		}
		rel, _ := filepath.Rel(in.Path, path)
		var sizes [16]byte
		if info, err := d.Info(); err == nil && !d.IsDir() {
			in.Size += info.Size()
			in.Modified = max(in.Modified, info.ModTime().UnixNano())
			binary.BigEndian.PutUint64(sizes[:], uint64(info.Size()))
			binary.BigEndian.PutUint64(sizes[8:], uint64(info.ModTime().UnixNano()))
		}
		_, _ = h.Write(append([]byte(rel), 0))
		_, _ = h.Write(sizes[:])
		if whole && d.Type().IsRegular() {
			sum, err := sumFile(path)
			if err != nil {
				sum = "" // what cannot be read is no part of the report either
			}
			_, _ = io.WriteString(contents, sum+"\x00")
		}
		return nil
	})
	in.Sum = hexSum(h)
	if whole {
		in.Sum += hexSum(contents)
	}
	return in, err
}
