package archive

import (
	"context"
	"io"
	"sync"
)

// feed reads a stream that may block for as long as it likes (standard input, a FIFO) in a goroutine of its own, so that the walk can end
// without it. It may be closed while a Read of the stream is under way: the goroutine ends as soon as that returns.
type feed struct {
	ctx    context.Context
	full   chan chunk
	empty  chan []byte
	closed chan struct{}
	once   sync.Once
	cur    chunk
	rest   []byte
}

type chunk struct {
	buf []byte
	n   int
	err error
}

func newFeed(ctx context.Context, in io.Reader) *feed {
	f := &feed{ctx: ctx, full: make(chan chunk), empty: make(chan []byte, 2), closed: make(chan struct{})}
	f.empty <- make([]byte, rawBuffer)
	f.empty <- make([]byte, rawBuffer)
	go f.run(in)
	return f
}

func (f *feed) run(in io.Reader) {
	for {
		var c chunk
		select {
		case c.buf = <-f.empty:
		case <-f.closed:
			return
		}
		c.n, c.err = in.Read(c.buf)
		select {
		case f.full <- c:
		case <-f.closed:
			return
		}
		if c.err != nil {
			return
		}
	}
}

func (f *feed) Read(p []byte) (int, error) {
	for len(f.rest) == 0 {
		if f.cur.err != nil {
			return 0, f.cur.err
		}
		if f.cur.buf != nil {
			f.empty <- f.cur.buf
			f.cur.buf = nil
		}
		select {
		case f.cur = <-f.full:
			f.rest = f.cur.buf[:f.cur.n]
		case <-f.ctx.Done():
			return 0, f.ctx.Err()
		case <-f.closed:
			return 0, io.ErrClosedPipe
		}
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// close ends the feed; a Read that waits returns. It may be called again.
func (f *feed) close() { f.once.Do(func() { close(f.closed) }) }
