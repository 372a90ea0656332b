package archive_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/archive"
)

// checker fails the test when it is shown what no visitor must see.
type checker struct {
	t    *testing.T
	read int64
}

func (c *checker) Visit(m archive.Member) archive.Action {
	for _, name := range []string{m.Path, m.Archive} {
		if strings.HasPrefix(name, "/") || name == ".." || strings.HasPrefix(name, "../") || strings.Contains(name, "/../") {
			c.t.Errorf("name %q", name)
		}
	}
	if m.Path != path.Clean(m.Path) || m.Path == "" {
		c.t.Errorf("path %q is not clean", m.Path)
	}
	if m.Kind != archive.File && m.Size != 0 {
		c.t.Errorf("%q is no file and has the size %d", m.Path, m.Size)
	}
	if len(m.Path)%3 == 0 {
		return archive.Read
	}
	return archive.Descend
}

func (c *checker) Read(_ archive.Member, r io.Reader) error {
	n, _ := io.Copy(io.Discard, r)
	c.read += n
	return nil
}

func (c *checker) Problem(p archive.Problem) {
	if p.Text == "" || strings.ContainsAny(p.Text, "\n\x1b") {
		c.t.Errorf("problem %q", p.Text)
	}
}

func FuzzWalk(f *testing.F) {
	plain := tarball(f, sample...)
	for _, data := range [][]byte{plain, gz(f, plain), bz2(f, plain), zst(f, plain), xzBlocks(f, plain, 0), zipball(f, sample...), zipball(f, sample...)[:500],
		tarball(f, entry{name: "x.tar.gz", body: string(gz(f, plain))}), []byte("text"), {}} {
		f.Add(data)
	}
	opt := archive.Options{XZ: archive.XZGo, Limits: archive.Limits{Members: 1000, Total: 4 << 20, Ratio: 100, Depth: 2, Zip: 1 << 20}}
	f.Fuzz(func(t *testing.T, data []byte) {
		c := &checker{t: t}
		err := archive.Walk(context.Background(), archive.Input{Path: "-", Stdin: bytes.NewReader(data)}, c, opt)
		var refused *archive.Refused
		var damaged *archive.Damaged
		if err != nil && !errors.As(err, &refused) && !errors.As(err, &damaged) {
			t.Errorf("error %v", err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n\x1b") {
			t.Errorf("the error is not one line: %q", err)
		}
		if c.read > 5<<20 {
			t.Errorf("%d bytes were read, the limit is 4 MiB", c.read)
		}
	})
}
