package archive

import (
	"context"
	"io"
	"sync"
)

// feed reads a stream in a goroutine of its own: one that may block for as long as it likes (standard input, a FIFO), so that the walk can end
// without it, or a decoder, so that it works on another core than what reads the archive. It may be closed while a Read of the stream is under
// way: the goroutine ends as soon as that returns.
type feed struct {
	ctx    context.Context
	full   chan chunk
	empty  chan []byte
	closed chan struct{}
	done   chan struct{} // closed when the goroutine has ended
	once   sync.Once
	whole  bool // buffers are filled before they are passed on: a decoder gives small pieces, and each one costs a switch between the cores
	cur    chunk
	rest   []byte
}

type chunk struct {
	buf []byte
	n   int
	err error
}

// feedBuffers is how many buffers a feed reads ahead.
const feedBuffers = 4

func newFeed(ctx context.Context, in io.Reader, whole bool) *feed {
	f := &feed{ctx: ctx, whole: whole, full: make(chan chunk, feedBuffers), empty: make(chan []byte, feedBuffers), closed: make(chan struct{}), done: make(chan struct{})}
	for range feedBuffers {
		f.empty <- make([]byte, rawBuffer)
	}
	go f.run(in)
	return f
}

func (f *feed) run(in io.Reader) {
	defer close(f.done)
	for {
		var c chunk
		select {
		case c.buf = <-f.empty:
		case <-f.closed:
			return
		}
		if f.whole {
			c.n, c.err = fill(in, c.buf)
		} else {
			c.n, c.err = in.Read(c.buf)
		}
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
	if err := f.wait(); err != nil {
		return 0, err
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// advance skips at most n bytes of what is there, without copying them.
func (f *feed) advance(n int64) (int, error) {
	if err := f.wait(); err != nil {
		return 0, err
	}
	k := int(min(n, int64(len(f.rest))))
	f.rest = f.rest[k:]
	return k, nil
}

// wait returns when there is something to read.
func (f *feed) wait() error {
	for len(f.rest) == 0 {
		if f.cur.err != nil {
			return f.cur.err
		}
		if f.cur.buf != nil {
			f.empty <- f.cur.buf
			f.cur.buf = nil
		}
		select {
		case f.cur = <-f.full:
			f.rest = f.cur.buf[:f.cur.n]
		case <-f.ctx.Done():
			return f.ctx.Err()
		case <-f.closed:
			return io.ErrClosedPipe
		}
	}
	return nil
}

// close ends the feed; a Read that waits returns. It may be called again.
func (f *feed) close() { f.once.Do(func() { close(f.closed) }) }
