package archive

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"strings"

	"github.com/klauspost/compress/flate"
)

// The record that stands before each member of a zip file, and the one that may stand behind it (APPNOTE 4.3.7 and 4.3.9).
const (
	zipLocal         = "PK\x03\x04"
	zipLocalSize     = 30
	zipDescriptor    = "PK\x07\x08"
	zipDescribed     = 1 << 3 // flag: sizes and checksum stand behind the data
	zip64Placeholder = 1<<32 - 1
)

// salvage walks through a zip file whose list of members is lost, by the records that stand before each of them. They do not tell a symbolic link
// from a file.
func (x *zipWalk) salvage() error {
	in := bufio.NewReaderSize(io.NewSectionReader(x.in, 0, x.in.Size()), rawBuffer)
	for x.limit == nil {
		m, err := x.nextLocal(in)
		if err != nil {
			return err
		}
		if err := x.salvaged(in, m); err != nil {
			return err
		}
	}
	return x.limit
}

// local is a member as the record before it tells it.
type local struct {
	Member
	fine   bool // its name is none that is refused
	flags  uint16
	method uint16
	crc    uint32
	packed int64 // bytes of its data in the zip file, -1 when only their end tells
}

// nextLocal reads the record of the next member. Whatever else comes ends the walk.
func (x *zipWalk) nextLocal(in *bufio.Reader) (m local, err error) {
	var r [zipLocalSize]byte
	if _, err := io.ReadFull(in, r[:]); err != nil || string(r[:4]) != zipLocal {
		return m, errNoIndex
	}
	names := make([]byte, int(binary.LittleEndian.Uint16(r[26:]))+int(binary.LittleEndian.Uint16(r[28:])))
	if _, err := io.ReadFull(in, names); err != nil {
		return m, errNoIndex
	}
	name := string(names[:binary.LittleEndian.Uint16(r[26:])])
	m = local{flags: binary.LittleEndian.Uint16(r[6:]), method: binary.LittleEndian.Uint16(r[8:]), crc: binary.LittleEndian.Uint32(r[14:]),
		packed: int64(binary.LittleEndian.Uint32(r[18:]))}
	if m.flags&zipDescribed != 0 || m.packed == zip64Placeholder {
		m.packed = -1
	}
	m.Archive, m.Size = x.lv.archive, -1
	if strings.HasSuffix(name, "/") {
		m.Kind, m.Size = Dir, 0
	}
	var fault nameFault
	if m.Path, fault = cleanName(name); fault != nameFine {
		x.lv.refused.add(name, fault)
	}
	m.fine = fault == nameFine
	return m, nil
}

// salvaged visits a member and goes to its end.
func (x *zipWalk) salvaged(in *bufio.Reader, m local) error {
	data, err := m.data(in)
	if err != nil {
		return err
	}
	content := &zipReader{x: x, f: io.NopCloser(data)}
	if m.fine {
		x.visited = true
		if err := x.w.visit(x.lv, m.Member, func() (io.ReadCloser, error) { return io.NopCloser(content), nil }); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, content); err != nil {
		return err
	}
	if m.packed < 0 {
		if m.crc, err = descriptor(in); err != nil {
			return err
		}
	}
	if m.fine && m.Kind == File && data.sum.Sum32() != m.crc {
		x.w.lost(x.lv, m.Path, FaultDamaged, Shown(m.Path)+" is corrupt: its checksum is wrong.")
	}
	return nil
}

// summed is a member's content with its checksum.
type summed struct {
	io.Reader
	sum hash.Hash32
}

func (m *local) data(in *bufio.Reader) (*summed, error) {
	raw := io.Reader(in)
	if m.packed >= 0 {
		raw = &wholly{r: io.LimitReader(in, m.packed), left: m.packed}
	}
	sum := crc32.NewIEEE()
	switch {
	case m.flags&zipEncrypted != 0, m.method != zipStore && m.method != zipDeflate:
		return nil, errNoIndex // where it ends nobody can tell
	case m.method == zipDeflate && m.packed >= 0:
		raw = flate.NewReader(bufio.NewReader(raw))
	case m.method == zipDeflate:
		raw = flate.NewReader(in)
	case m.packed < 0:
		return nil, errNoIndex
	}
	return &summed{Reader: io.TeeReader(raw, sum), sum: sum}, nil
}

// wholly fails when the stream ends before what it is to give.
type wholly struct {
	r    io.Reader
	left int64
}

func (w *wholly) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if w.left -= int64(n); errors.Is(err, io.EOF) && w.left > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// descriptor reads the record behind a member's data, of which the checksum counts. Its signature may be left out, and its two sizes take 4 or 8
// bytes each: what follows it tells.
func descriptor(in *bufio.Reader) (crc uint32, err error) {
	at := 0
	if sig, _ := in.Peek(4); string(sig) == zipDescriptor {
		at = 4
	}
	for _, size := range []int{at + 12, at + 20} {
		if next, _ := in.Peek(size + 2); len(next) == size+2 && string(next[size:]) == zipLocal[:2] {
			crc = binary.LittleEndian.Uint32(next[at:])
			_, err = in.Discard(size)
			return crc, err
		}
	}
	return 0, errNoIndex
}

// lostIndex ends the walk of a zip file without a list of members.
func (x *zipWalk) lostIndex() error {
	x.in.listed, x.lv.apart = true, false // one that cannot be read does end it
	err := x.salvage()
	var end *abort
	switch {
	case errors.As(err, &end):
		return end
	case ends(err):
		return &abort{err}
	case errors.Is(err, fs.SkipAll) && x.limit == nil:
		return nil
	case x.limit != nil:
		return &broken{err: x.limit}
	}
	return &broken{err: errNoIndex}
}
