package archive

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/zip"
	"github.com/mholt/archiver/v4"
)

// Compression methods of a zip file (PKWARE APPNOTE, 4.4.5) that are read. archiver knows zstd and xz too, but decodes them without a
// bound on memory, and no common tool writes them.
const (
	zipStore   = 0
	zipDeflate = 8
	zipBzip2   = archiver.ZipMethodBzip2
)

const zipEncrypted = 1 // flag bit, APPNOTE 4.4.4

var errNoIndex = errors.New("the zip file's list of members, which stands at its end, is missing or corrupt")

// zip walks through a zip file.
func (w *walker) zip(src *source, lv *level) error {
	in, err := w.zipInput(src)
	if err != nil {
		return err
	}
	lv.apart = true
	x := &zipWalk{w: w, lv: lv, in: in}
	if lv.read == nil {
		lv.read = func() int64 { return x.out }
	}
	err = x.extract()
	x.reportUnread()
	var limit *LimitError
	switch {
	case x.limit != nil:
		return &broken{err: x.limit}
	case x.visited && err != nil:
		return ended("the zip data", err)
	case errors.As(err, &limit):
		return &broken{err: limit}
	case err != nil && !ends(err):
		err = x.lostIndex()
		x.reportUnread()
		return err
	}
	return ended("the zip data", err)
}

func (x *zipWalk) extract() (err error) {
	defer rescue(&err)
	return archiver.Zip{}.Extract(x.w.ctx, x.in, x.member)
}

// zipInput is the zip file as a reader that seeks: the file itself, or its content in memory.
func (w *walker) zipInput(src *source) (*zipFile, error) {
	if src.file != nil {
		return &zipFile{SectionReader: src.section(), src: src, budget: w.lim.Zip / zipIndexShare}, nil
	}
	if src.size > w.lim.Zip {
		return nil, &broken{err: zipLimit(w.lim.Zip)}
	}
	content, err := io.ReadAll(io.LimitReader(src.reader(), w.lim.Zip+1))
	if err != nil {
		if ends(err) {
			return nil, &abort{err}
		}
		return nil, &broken{err: inWords("the zip data", err)}
	}
	if int64(len(content)) > w.lim.Zip {
		return nil, &broken{err: zipLimit(w.lim.Zip)}
	}
	section := io.NewSectionReader(bytes.NewReader(content), 0, int64(len(content)))
	return &zipFile{SectionReader: section, budget: w.lim.Zip / zipIndexShare}, nil
}

// zipFile counts what is read. Until the first member shows up that is the list of members, which is held in memory and must not exceed
// the budget.
type zipFile struct {
	*io.SectionReader
	src    *source
	taken  int64
	budget int64
	listed bool
}

func (z *zipFile) ReadAt(p []byte, at int64) (int, error) {
	n, err := z.SectionReader.ReadAt(p, at)
	z.taken += int64(n)
	if z.src != nil {
		z.src.taken.Store(min(z.taken, z.src.size))
	}
	if !z.listed && (z.taken > z.budget || zipRecords(p[:n]) > uint64(z.budget/zipLeastRecord)) {
		return n, zipIndexLimit(z.budget)
	}
	return n, err
}

// zipLeastRecord is the size of the shortest record in the list of members (APPNOTE, 4.3.12).
const zipLeastRecord = 46

// zipRecords is the number of members that the record of the list's end claims in a large zip file (APPNOTE, 4.3.14), for which room is made
// before any is read; 0 when the bytes are something else. A small one claims 65,535 at most.
func zipRecords(b []byte) uint64 {
	if len(b) != 56 || !bytes.HasPrefix(b, []byte("PK\x06\x06")) {
		return 0
	}
	return binary.LittleEndian.Uint64(b[32:])
}

type zipWalk struct {
	w       *walker
	lv      *level
	in      *zipFile
	visited bool
	out     int64 // decompressed bytes
	limit   *LimitError

	encrypted, unsupported int64
	firstEncrypted         string
	firstUnsupported       string
}

// member is archiver's handler for each member.
func (x *zipWalk) member(_ context.Context, info archiver.FileInfo) error {
	x.visited, x.in.listed = true, true
	hdr, ok := info.Header.(zip.FileHeader)
	if !ok {
		return errors.ErrUnsupported
	}
	m, ok := x.describe(info, &hdr)
	if !ok {
		return nil
	}
	err := x.w.visit(x.lv, m, func() (io.ReadCloser, error) { return x.open(info) })
	if err == nil && x.limit != nil {
		return fs.SkipAll
	}
	return err
}

// describe makes a Member of a header, unless it is refused.
func (x *zipWalk) describe(info archiver.FileInfo, hdr *zip.FileHeader) (Member, bool) {
	m := Member{Archive: x.lv.archive}
	name := info.NameInArchive
	if !strings.Contains(name, "/") { // old .NET programs write the separator of Windows
		name = strings.ReplaceAll(name, `\`, "/")
	}
	var fault nameFault
	if m.Path, fault = cleanName(name); fault != nameFine {
		x.lv.refused.add(info.NameInArchive, fault)
		return m, false
	}
	mode := info.Mode()
	switch {
	case mode.IsDir() || strings.HasSuffix(name, "/"):
		m.Kind = Dir
		return m, true
	case !mode.IsRegular() && mode&fs.ModeSymlink == 0:
		m.Kind = Other
		return m, true
	case !x.readable(hdr, m.Path):
		return m, false
	case mode&fs.ModeSymlink != 0:
		return x.link(m, info)
	}
	m.Kind, m.Size = File, int64(min(hdr.UncompressedSize64, 1<<62))
	return m, true
}

// readable reports whether the member's content can be had, and counts it if not.
func (x *zipWalk) readable(hdr *zip.FileHeader, path string) bool {
	if hdr.Flags&zipEncrypted != 0 {
		if x.encrypted++; x.encrypted == 1 {
			x.firstEncrypted = path
		}
		return false
	}
	if hdr.Method != zipStore && hdr.Method != zipDeflate && hdr.Method != zipBzip2 {
		if x.unsupported++; x.unsupported == 1 {
			x.firstUnsupported = path
		}
		return false
	}
	return true
}

// link reads a symbolic link's target, which is its content.
func (x *zipWalk) link(m Member, info archiver.FileInfo) (Member, bool) {
	m.Kind = Symlink
	r, err := x.open(info)
	if err == nil {
		defer func() { _ = r.Close() }()
		var target []byte
		target, err = io.ReadAll(io.LimitReader(r, maxName+1))
		m.Link = string(target)
	}
	if err != nil || len(m.Link) > maxName {
		x.lv.refused.add(m.Path, nameLink)
		return m, false
	}
	return m, true
}

func (x *zipWalk) reportUnread() {
	if x.encrypted > 0 {
		x.w.lost(x.lv, "", FaultEncrypted, fmt.Sprintf("%s members of the zip file are encrypted and were not read, the first is %s: unpack it with its "+
			"password and name the directory.", thousands(x.encrypted), Shown(x.firstEncrypted)))
	}
	if x.unsupported > 0 {
		x.w.lost(x.lv, "", FaultLeftOut, fmt.Sprintf("%s members of the zip file are compressed in a way that is not supported and were not read, the "+
			"first is %s: unpack it and name the directory.", thousands(x.unsupported), Shown(x.firstUnsupported)))
	}
}

func (x *zipWalk) open(info archiver.FileInfo) (r io.ReadCloser, err error) {
	defer rescue(&err)
	f, err := info.Open()
	if err != nil {
		return nil, inWords("the zip data", err)
	}
	return &zipReader{x: x, f: f}, nil
}

// zipReader reads a member within the limits.
type zipReader struct {
	x   *zipWalk
	f   io.ReadCloser
	err error
}

func (r *zipReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.decode(p)
	x := r.x
	x.out += int64(n)
	if err == nil || errors.Is(err, io.EOF) {
		if spent := x.w.spend(int64(n)); spent != nil {
			err = spent
		}
	}
	// Members may overlap, so that the same bytes are decompressed again and again: they count once.
	if x.out > ratioFrom && x.out/x.w.lim.Ratio > min(x.in.taken, x.in.Size()) {
		x.limit = ratioLimit(x.w.lim.Ratio)
		err = x.limit
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = inWords("the zip data", err)
	}
	r.err = err
	return n, err
}

func (r *zipReader) decode(p []byte) (n int, err error) {
	defer rescue(&err)
	return r.f.Read(p)
}

func (r *zipReader) Close() (err error) {
	defer rescue(&err)
	return r.f.Close()
}
