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
	in.Sum, err = sumFile(path, info.Size(), whole)
	return in, err
}

func sumFile(path string, size int64, whole bool) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if whole || size <= 2*edge {
		_, err = io.Copy(h, f)
		return hexSum(h), err
	}
	if _, err = io.CopyN(h, f, edge); err != nil {
		return "", err
	}
	_, err = io.Copy(h, io.NewSectionReader(f, size-edge, edge))
	return hexSum(h), err
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// identifyDir sums the names, sizes and times of what a directory holds, with whole the contents too. What cannot be listed counts as it is.
func identifyDir(in entry.Input, whole bool) (entry.Input, error) {
	h := sha256.New()
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
			sum, err := sumFile(path, 0, true)
			if err != nil {
				sum = "" // what cannot be read is no part of the report either
			}
			_, _ = io.WriteString(h, sum)
		}
		return nil
	})
	in.Sum = hexSum(h)
	return in, err
}
