package archive

import (
	"bufio"
	"errors"
	"io"
	"math"
	"os"
	"sync/atomic"
)

// rawBuffer buffers what is read from a file or standard input, plainBuffer what comes out of a decompressor: as much as the pipe from
// an xz process holds, so that each side works in long strides.
const (
	rawBuffer   = 256 << 10
	plainBuffer = 1 << 20
)

// smallSource is a compressed size below which the long strides of plainBuffer gain nothing: to make that buffer would take longer than to fill it.
const smallSource = 64 << 10

// smallBuffer is the least that a source is buffered with: what is looked at before it is read fits.
const smallBuffer = 4 << 10

// plainBufferFor is the size of the buffer for what a decompressor makes of the source.
func plainBufferFor(src *source) int {
	if src.size >= 0 && src.size < smallSource {
		return smallSource
	}
	return plainBuffer
}

// source is a stream of bytes that is to be opened as an archive: a regular file, standard input, a member of an archive, or what a
// decompressor makes of one of these.
type source struct {
	file *os.File // a regular file, read from base on; else nil
	base int64
	in   io.Reader // else
	size int64     // bytes, -1 when unknown
	// giveUp, when set, makes a Read of in that waits return.
	giveUp func()

	ahead  []byte // read by head and not yet by reader
	buf    *bufio.Reader
	bufLen int
	taken  atomic.Int64 // bytes read so far; atomic since a goroutine may feed them to a process
	shared bool         // a process reads the file through the same offset
}

func fileSource(f *os.File, base, size int64) *source {
	return &source{file: f, base: base, size: size, bufLen: rawBuffer}
}

func streamSource(r io.Reader, size int64, bufLen int) *source {
	return &source{in: r, size: size, bufLen: bufLen}
}

// head is what the stream starts with, at most headSize bytes. The error is why there is no more, nil at the end of the stream. No buffer
// is made for it: most of what is looked at is no archive.
func (s *source) head() ([]byte, error) {
	head := make([]byte, headSize)
	var n int
	var err error
	if s.file != nil {
		n, err = s.file.ReadAt(head, s.base)
	} else {
		n, err = fill(rawReader{s}, head)
		s.ahead = head[:n]
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head[:n], err
}

// fill reads until p is full. Unlike io.ReadFull it does not turn the end of the stream into io.ErrUnexpectedEOF, which says something
// else when it comes from a decompressor.
func fill(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var k int
		k, err = r.Read(p[n:])
		n += k
	}
	return n, err
}

// reader reads the stream from its start, or from where it was left.
func (s *source) reader() *bufio.Reader {
	if s.buf == nil {
		size := s.bufLen
		if s.size >= 0 && s.size < int64(size) { // most archives in a big collection are smaller than the buffer
			size = max(int(s.size), smallBuffer)
		}
		s.buf = bufio.NewReaderSize(rawReader{s}, size)
	}
	return s.buf
}

// skips reports a source whose bytes can be skipped without copying them.
func (s *source) skips() bool {
	p, ok := s.in.(*plain)
	return ok && p.fed != nil
}

// skip skips n bytes of such a source, fewer when the data end; the next Read says why.
func (s *source) skip(n int64) (skipped int64) {
	b := s.reader()
	if k := min(n, int64(b.Buffered()+len(s.ahead))); k > 0 {
		d, err := b.Discard(int(k))
		if skipped += int64(d); err != nil {
			return skipped
		}
	}
	if skipped < n && b.Buffered() == 0 && len(s.ahead) == 0 {
		k := s.in.(*plain).skip(n - skipped)
		s.taken.Add(k)
		skipped += k
	}
	return skipped
}

// skipInput is a tarInput over such a source. archive/tar uses Seek to skip what nobody reads.
type skipInput struct {
	tarInput
	src *source
	pos int64
}

func (t *skipInput) Read(p []byte) (int, error) {
	n, err := t.tarInput.Read(p)
	t.pos += int64(n)
	return n, err
}

func (t *skipInput) Seek(offset int64, whence int) (int64, error) {
	if whence != io.SeekCurrent || offset < 0 {
		return 0, errors.ErrUnsupported
	}
	t.pos += t.src.skip(offset)
	return t.pos, nil
}

// rawReader reads the source's bytes, those that head took included.
type rawReader struct{ s *source }

func (r rawReader) Read(p []byte) (int, error) {
	if len(r.s.ahead) > 0 {
		n := copy(p, r.s.ahead)
		r.s.ahead = r.s.ahead[n:]
		return n, nil
	}
	in := r.s.in
	if r.s.file != nil {
		in = r.s.file
	}
	n, err := in.Read(p)
	r.s.taken.Add(int64(n))
	return n, err
}

// consumed is how many bytes of the stream were read so far, by whomever.
func (s *source) consumed() int64 {
	if s.shared {
		if at, err := s.file.Seek(0, io.SeekCurrent); err == nil {
			return at - s.base
		}
	}
	return s.taken.Load()
}

// section is the file as a reader that seeks.
func (s *source) section() *io.SectionReader { return io.NewSectionReader(s.file, s.base, s.size) }

// tarInput is what archive/tar reads from. It remembers whether the stream ended under it: a tar file ends with two blocks of zeros, after
// which archive/tar reads no further, so one that is read to its end was cut off.
type tarInput struct {
	io.Reader
	ended bool
}

func (t *tarInput) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if errors.Is(err, io.EOF) {
		t.ended = true
	}
	return n, err
}

// seekInput is a tarInput over a file. archive/tar uses Seek to skip what nobody reads.
type seekInput struct {
	tarInput
	at *seekBuffer
}

func (t *seekInput) Seek(offset int64, whence int) (int64, error) { return t.at.Seek(offset, whence) }

// seekBuffer reads a file with a buffer that survives short seeks: most members of a report are smaller than it.
type seekBuffer struct {
	src  *source
	pos  int64 // from the start of the source
	buf  []byte
	from int64 // where buf starts
}

func newSeekBuffer(s *source) *seekBuffer {
	return &seekBuffer{src: s, buf: make([]byte, 0, 64<<10)}
}

func (b *seekBuffer) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.pos < b.from || b.pos >= b.from+int64(len(b.buf)) {
		n, err := b.src.file.ReadAt(b.buf[:cap(b.buf)], b.src.base+b.pos)
		b.buf, b.from = b.buf[:n], b.pos
		if n == 0 {
			return 0, err
		}
	}
	n := copy(p, b.buf[b.pos-b.from:])
	b.pos += int64(n)
	b.src.taken.Store(b.pos)
	return n, nil
}

func (b *seekBuffer) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset = min(offset, math.MaxInt64-1<<20-b.src.base-b.pos) + b.pos // a member may claim to be of any size
	default:
		return 0, errors.ErrUnsupported
	}
	if offset < 0 {
		return 0, os.ErrInvalid
	}
	b.pos = offset
	return offset, nil
}
