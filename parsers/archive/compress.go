package archive

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/mholt/archiver/v4"
	"github.com/therootcompany/xz"
)

// dataOf names the compressed data in a message.
func dataOf(compression string) string { return "the " + compression + " data" }

// plain is what a decompressor makes of a source. It keeps the limits, stays at an error once there was one, and turns a decoder's
// panic into an error.
type plain struct {
	w    *walker
	name string // of the compression
	src  *source
	dec  io.ReadCloser
	fed  *feed // reads dec ahead; nil where something else does, or nothing
	out  int64 // decompressed bytes
	err  error
}

// decompress opens the source with the decoder for its form.
func (w *walker) decompress(f form, src *source) (*plain, error) {
	p := &plain{w: w, name: compressions[f], src: src}
	dec, err := w.decoder(f, src)
	if err != nil {
		var refused *Refused
		if errors.As(err, &refused) || ends(err) {
			return nil, err
		}
		return nil, &broken{err: p.inWords(err)}
	}
	p.dec = dec
	if _, process := dec.(*xzProcess); !process && src == w.top && (src.size < 0 || src.size >= childFrom) {
		p.fed = newFeed(w.ctx, decoding{dec}, true)
	}
	return p, nil
}

func (w *walker) decoder(f form, src *source) (dec io.ReadCloser, err error) {
	defer rescue(&err)
	switch f {
	case formXZ:
		return w.xzDecoder(src)
	case formGzip:
		return archiver.Gz{}.OpenReader(src.reader())
	case formBzip2:
		return archiver.Bz2{}.OpenReader(src.reader())
	case formZstd:
		options := []zstd.DOption{zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(uint64(w.lim.Window))}
		return archiver.Zstd{DecoderOptions: options}.OpenReader(src.reader())
	}
	return nil, errors.ErrUnsupported
}

func (w *walker) xzDecoder(src *source) (io.ReadCloser, error) {
	small := src.size >= 0 && src.size < childFrom
	if w.xz == XZSystem || w.xz == XZAuto && !small {
		path, err := systemXZ()
		if err == nil {
			var x *xzProcess
			if x, err = startXZ(w.ctx, path, src, w.lim.Window); err == nil {
				return x, nil
			}
		}
		if w.xz == XZSystem {
			return nil, &Refused{Input: w.input, Why: "needs the xz program: " + bare(err), Err: err, Fault: FaultNoXZ,
				Do: fmt.Sprintf("install XZ Utils or use %s=%s", FlagXZ, XZGo)}
		}
	}
	r, err := xz.NewReader(src.reader(), uint32(min(w.lim.Window, math.MaxUint32))) // archiver's would not take more than 64 MiB
	return io.NopCloser(r), err
}

// rescue turns a panic into an error: the decoders are others' code on a stranger's data.
func rescue(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("the decoder failed: %v", v)
	}
}

func (p *plain) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	n, err := p.decode(b)
	return n, p.account(n, err)
}

// skip reads n bytes that nobody wants, fewer when the data end. What is read ahead need not be copied then.
func (p *plain) skip(n int64) (skipped int64) {
	for skipped < n && p.err == nil {
		k, err := p.fed.advance(n - skipped)
		skipped += int64(k)
		_ = p.account(k, err) // kept in p.err, which the next Read returns
	}
	return skipped
}

// account notes that n bytes were decompressed, and keeps the limits.
func (p *plain) account(n int, err error) error {
	p.out += int64(n)
	if err == nil && p.out > ratioFrom && p.out/p.w.lim.Ratio > p.src.consumed() {
		err = ratioLimit(p.w.lim.Ratio)
	}
	if err == nil {
		err = p.w.spend(int64(n))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = p.inWords(err)
	}
	p.err = err
	return err
}

func (p *plain) decode(b []byte) (int, error) {
	if p.fed != nil {
		return p.fed.Read(b)
	}
	return decoding{p.dec}.Read(b)
}

// decoding is a decoder whose panics are errors.
type decoding struct{ dec io.Reader }

func (d decoding) Read(b []byte) (n int, err error) {
	defer rescue(&err)
	return d.dec.Read(b)
}

func (p *plain) inWords(err error) error {
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) || errors.Is(err, xz.ErrMemlimit) {
		return windowLimit(p.w.lim.Window)
	}
	if errors.Is(err, xz.ErrBuf) || errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF // nothing that looks like a proper end
	}
	return inWords(dataOf(p.name), err)
}

// drain reads what follows the archive in the compressed data, so that their checksum is verified. Other bytes behind gzip and zstd data
// are no damage: the decoders of these tell them apart from it, and gzip(1) ignores them too.
func (p *plain) drain(rest io.Reader) error {
	_, err := io.Copy(io.Discard, rest)
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, zstd.ErrMagicMismatch) {
		return nil
	}
	return err
}

func (p *plain) Close() error {
	if p.fed != nil { // the decoder is closed when nothing reads it any more
		p.fed.close()
		if p.src.giveUp != nil {
			p.src.giveUp()
		}
		<-p.fed.done
	}
	var err error
	defer rescue(&err)
	return p.dec.Close()
}
