package layout

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/archive"
)

// FromFS makes the tree of a report whose root is the root of fsys: of the files there, of the symbolic links there if it has such, and of
// links, by path with their targets. They are treated as if they came from an archive, sorted by path. Without wants all files are kept.
// It is for tests and for reports that a program makes up.
func FromFS(fsys afero.Fs, kind Kind, links map[string]string, wants []Want) (*Tree, error) {
	if wants == nil {
		wants = []Want{{Name: "all", Kind: kind, Globs: []string{"**"}}}
	}
	c, err := newCollector(wants, Options{Whole: true})
	if err != nil {
		return nil, err
	}
	h := c.newHost(c.space(""), nil, kind, true)
	members := map[string]archive.Member{}
	sources := map[string]string{}
	walkFS(fsys, func(name string, info fs.FileInfo) {
		rel := relative(name)
		sources[rel] = name
		members[rel] = archive.Member{Path: rel, Size: info.Size()}
		if reader, ok := fsys.(afero.LinkReader); ok && info.Mode()&os.ModeSymlink != 0 {
			target, _ := reader.ReadlinkIfPossible(name)
			members[rel] = archive.Member{Path: rel, Kind: archive.Symlink, Link: target}
		}
	})
	for name, target := range links {
		members[relative(name)] = archive.Member{Path: relative(name), Kind: archive.Symlink, Link: target}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		m := members[name]
		if c.Visit(m) != archive.Read {
			continue
		}
		data, err := afero.ReadFile(fsys, sources[name])
		if err != nil {
			return nil, err
		}
		if err := c.Read(m, bytes.NewReader(data)); err != nil {
			return nil, err
		}
	}
	c.close()
	return h.Tree, nil
}

// walkFS calls fn for each file, whether the file system has its root at "." or at "/": afero's in-memory one keeps both apart.
func walkFS(fsys afero.Fs, fn func(name string, info fs.FileInfo)) {
	for _, root := range []string{".", "/"} {
		_ = afero.Walk(fsys, root, func(name string, info fs.FileInfo, err error) error {
			if err == nil && !info.IsDir() {
				fn(name, info)
			}
			return nil
		})
	}
}
