package archive

import (
	"archive/tar"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/mholt/archiver/v4"
)

// errNoEnd: whether such a file is complete nobody can tell.
var errNoEnd = errors.New("the tar data end without the mark of their end, so they may be cut off")

// tar walks through a tar file. From a file on disk it is read with seeks, so that what nobody wants is not read.
func (w *walker) tar(src *source, lv *level) error {
	stream := &tarInput{Reader: nil}
	var in io.Reader = stream
	switch {
	case src.file != nil:
		at := newSeekBuffer(src)
		seeking := &seekInput{tarInput: tarInput{Reader: at}, at: at}
		stream, in = &seeking.tarInput, seeking
	case src.skips():
		skipping := &skipInput{tarInput: tarInput{Reader: src.reader()}, src: src}
		stream, in = &skipping.tarInput, skipping
	default:
		stream.Reader = src.reader()
	}
	if lv.read == nil {
		lv.read = src.consumed
	}
	x := &tarWalk{w: w, lv: lv, src: src}
	err := ended("the tar data", archiver.Tar{}.Extract(w.ctx, in, x.member))
	if err == nil && stream.ended && !lv.stopped && x.n > 0 {
		return &broken{err: errNoEnd}
	}
	return err
}

type tarWalk struct {
	w   *walker
	lv  *level
	src *source
	n   int
}

// member is archiver's handler for each member.
func (x *tarWalk) member(_ context.Context, info archiver.FileInfo) error {
	hdr, ok := info.Header.(*tar.Header)
	if !ok {
		return errors.ErrUnsupported
	}
	if x.n++; x.n%512 == 0 {
		x.w.tick()
	}
	m, ok := x.describe(hdr)
	if !ok {
		return nil
	}
	return x.w.visit(x.lv, m, func() (io.ReadCloser, error) {
		f, err := info.Open()
		if err != nil {
			return nil, err
		}
		if isSparse(hdr) || x.src.file != nil {
			return countedFile{counting{f, x.w}, f}, nil
		}
		return f, nil
	})
}

// describe makes a Member of a header, unless its name is refused.
func (x *tarWalk) describe(hdr *tar.Header) (Member, bool) {
	m := Member{Archive: x.lv.archive}
	var fault nameFault
	if m.Path, fault = cleanName(hdr.Name); fault != nameFine {
		x.lv.refused.add(hdr.Name, fault)
		return m, false
	}
	switch hdr.Typeflag {
	case tar.TypeReg, tar.TypeCont, tar.TypeGNUSparse:
		m.Kind, m.Size = File, hdr.Size
	case tar.TypeDir:
		m.Kind = Dir
	case tar.TypeSymlink:
		m.Kind, m.Link = Symlink, hdr.Linkname
		if len(m.Link) > maxName {
			x.lv.refused.add(hdr.Name, nameLink)
			return m, false
		}
	case tar.TypeLink:
		m.Kind = Hardlink
		if m.Link, fault = cleanName(hdr.Linkname); fault != nameFine {
			x.lv.refused.add(hdr.Name, nameLink)
			return m, false
		}
	default:
		m.Kind = Other
	}
	return m, true
}

// isSparse: the holes of such a file are not in the tar file, so its size says nothing about what was decompressed.
func isSparse(hdr *tar.Header) bool {
	if hdr.Typeflag == tar.TypeGNUSparse {
		return true
	}
	for key := range hdr.PAXRecords {
		if strings.HasPrefix(key, "GNU.sparse.") {
			return true
		}
	}
	return false
}

// countedFile is a file whose content nothing has counted yet.
type countedFile struct {
	counting
	io.Closer
}
