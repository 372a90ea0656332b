package layout

import (
	"bytes"
	"errors"
	"io"
)

// content is what was made of a file as it streamed by.
type content struct {
	keep  bool   // a Want keeps it
	data  []byte // what was kept
	more  bool   // there was more than data
	read  int64  // bytes that came by
	err   error  // why no more came, when the archive is damaged
	scans []scan
}

type scan struct {
	want    int
	scanner Scanner
	err     error // the scanner's own
}

// take reads a file for the wants. room is how much of it fits.
func (c *collector) take(wants []int, r io.Reader, size, room int64) content {
	var got content
	var limit int64
	for _, i := range wants {
		if w := &c.wants[i]; w.Scan != nil {
			got.scans = append(got.scans, scan{want: i, scanner: w.Scan()})
		} else {
			got.keep = true
			limit = max(limit, w.max(), c.opt.File)
		}
	}
	in := &watched{r: r}
	switch {
	case len(got.scans) == 0:
		got.data, got.more = readUpTo(in, limit, size, room)
	case len(got.scans) == 1 && !got.keep:
		got.scans[0].err = got.scans[0].scanner.Scan(in)
	default:
		kept := &capped{limit: min(limit, max(room, 0)+1)}
		fanOut(in, got.scans, kept)
		got.data, got.more = kept.buf.Bytes(), kept.more
	}
	got.read, got.err = in.n, in.err
	if in.err != nil {
		for i := range got.scans {
			got.scans[i].err = nil // the archive's fault
		}
	}
	return got
}

func (w *Want) max() int64 {
	if w.Max <= 0 {
		return DefaultMax
	}
	return w.Max
}

// readUpTo reads at most limit bytes, and no more than it takes to see that they do not fit.
func readUpTo(r io.Reader, limit, size, room int64) (data []byte, more bool) {
	limit = min(limit, max(room, 0)+1)
	var buf bytes.Buffer
	if size > 0 {
		buf.Grow(int(min(size, limit, 1<<20)) + bytes.MinRead)
	}
	_, _ = buf.ReadFrom(io.LimitReader(r, limit+1))
	data = buf.Bytes()
	if int64(len(data)) > limit {
		return data[:limit], true
	}
	return data, false
}

// only is the content for those of the wants it was read for that a host has for it.
func (got content) only(all []Want, wants []int, file, room int64) content {
	var limit int64
	mine := content{read: got.read, err: got.err, more: got.more}
	for _, i := range wants {
		if all[i].Scan == nil {
			mine.keep = true
			limit = max(limit, all[i].max(), file)
			continue
		}
		for _, s := range got.scans {
			if s.want == i {
				mine.scans = append(mine.scans, s)
			}
		}
	}
	if mine.keep {
		mine.data = got.data
	}
	if limit = min(limit, max(room, 0)+1); int64(len(mine.data)) > limit {
		mine.data, mine.more = mine.data[:limit], true
	}
	return mine
}

// watched counts what is read and remembers the reader's error: a scanner may return it as its own, or swallow it.
type watched struct {
	r   io.Reader
	n   int64
	err error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err
}

// capped keeps the start of what is written to it.
type capped struct {
	buf   bytes.Buffer
	limit int64
	more  bool
}

func (c *capped) Write(p []byte) (int, error) {
	fits := min(int64(len(p)), c.limit-int64(c.buf.Len()))
	c.buf.Write(p[:fits])
	c.more = c.more || fits < int64(len(p))
	return len(p), nil
}

// fanOut gives one stream to several scanners.
func fanOut(r io.Reader, scans []scan, keep io.Writer) {
	writers := make([]*io.PipeWriter, len(scans))
	done := make(chan struct{})
	for i := range scans {
		in, out := io.Pipe()
		writers[i] = out
		go func() {
			scans[i].err = scans[i].scanner.Scan(in)
			_ = in.Close() // what it leaves is skipped
			done <- struct{}{}
		}()
	}
	buf := make([]byte, 32<<10)
	var err error
	for err == nil {
		var n int
		n, err = r.Read(buf)
		_, _ = keep.Write(buf[:n])
		for _, w := range writers {
			_, _ = w.Write(buf[:n])
		}
	}
	for _, w := range writers {
		_ = w.CloseWithError(err)
	}
	for range scans {
		<-done
	}
}
