package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"github.com/mholt/archiver/v4"
)

// errNoEnd and errZeros: whether such a file is complete nobody can tell.
var (
	errNoEnd   = errors.New("the tar data end without the mark of their end, so they may be cut off")
	errZeros   = errors.New("the tar data end in zeros, as after a copy that broke off, so they may be cut off")
	errAllZero = errors.New("the data are zeros, as after a copy that broke off,")
)

const (
	tarBlock = 512
	// tarPadding is the most that follows the last member: two blocks of zeros, and what fills up a record of 20 blocks, which tar and Python's
	// tarfile write. Other zeros are what an interrupted copy left of a file whose size was reserved.
	tarPadding = 2*tarBlock + 20*tarBlock
	// zeroTail is how many zeros at the end of a file that comes last are taken for such, too.
	zeroTail = 64
)

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
	x := &tarWalk{w: w, lv: lv, src: src, stream: stream}
	for {
		err := ended("the tar data", archiver.Tar{}.Extract(w.ctx, in, x.member))
		switch {
		case err != nil || lv.stopped:
			return err
		case x.n > 0 && stream.ended:
			return &broken{err: errNoEnd}
		case x.endsInZeros():
			return &broken{err: errZeros}
		}
		if more, err := x.another(); !more {
			return err
		}
	}
}

type tarWalk struct {
	w      *walker
	lv     *level
	src    *source
	stream *tarInput
	n      int
	last   *tar.Header
}

// another looks behind the mark of the end, where tar files that were concatenated have the next one, as `tar -i` reads it.
func (x *tarWalk) another() (bool, error) {
	for zeros := 2 * tarBlock; ; zeros += tarBlock {
		block, err := x.peek()
		switch {
		case ends(err):
			return false, &abort{err}
		case err != nil && !errors.Is(err, io.EOF):
			if _, compressed := x.src.in.(*plain); compressed {
				return false, nil // who drains it tells
			}
			return false, behind(inWords("the tar data", err))
		case isTarHeader(block):
			return true, nil
		case len(bytes.Trim(block, "\x00")) > 0:
			x.w.v.Problem(Problem{Archive: x.lv.archive, Text: "Behind the end of the tar data stand other data, which were not read."})
			return false, nil
		case len(block) < tarBlock:
			return false, nil
		case zeros <= tarPadding:
		case x.n > 0:
			return false, &broken{err: errZeros}
		case x.lv.depth == 0:
			return false, &broken{err: errAllZero}
		default:
			return false, nil
		}
		if _, err := io.CopyN(io.Discard, x.stream, tarBlock); err != nil {
			return false, nil
		}
	}
}

// peek is the block that comes next, less at the end.
func (x *tarWalk) peek() ([]byte, error) {
	at, ok := x.stream.Reader.(*seekBuffer)
	if !ok {
		return x.src.reader().Peek(tarBlock)
	}
	block := make([]byte, tarBlock)
	n, err := fill(at, block)
	at.pos -= int64(n)
	return block[:n], err
}

// endsInZeros reports whether the last member of a tar file on disk is a text that ends in zeros: then the blocks of zeros behind it need not be the
// mark of the end. Archives, and what programs write for themselves, may end so.
func (x *tarWalk) endsInZeros() bool {
	at, ok := x.stream.Reader.(*seekBuffer)
	if !ok || x.last == nil || x.last.Typeflag != tar.TypeReg || x.last.Size == 0 || isSparse(x.last) {
		return false
	}
	padding := -x.last.Size & (tarBlock - 1)
	content := io.NewSectionReader(x.src.file, x.src.base+at.pos-2*tarBlock-padding-x.last.Size, x.last.Size)
	tail, head := make([]byte, min(x.last.Size, zeroTail)), make([]byte, min(x.last.Size, headSize))
	_, err := content.ReadAt(tail, x.last.Size-int64(len(tail)))
	if err == nil {
		_, err = content.ReadAt(head, 0)
	}
	return (err == nil || errors.Is(err, io.EOF)) && len(bytes.Trim(tail, "\x00")) == 0 && isText(bytes.TrimRight(head, "\x00"))
}

// member is archiver's handler for each member.
func (x *tarWalk) member(_ context.Context, info archiver.FileInfo) error {
	hdr, ok := info.Header.(*tar.Header)
	if !ok {
		return errors.ErrUnsupported
	}
	x.last = hdr
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
