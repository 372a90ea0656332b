package archive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// expected says what an input may be, for messages.
const expected = "name a directory, a tar file (plain or compressed with xz, gzip, bzip2 or zstd) or a zip file"

// walker is what all archives of a walk share.
type walker struct {
	ctx   context.Context
	v     Visitor
	lim   Limits
	xz    XZ
	input string  // its name in messages
	stdin bool    // it is standard input
	top   *source // the input when it is a stream of bytes

	members int64
	listed  int64 // entries of directories that were listed

	mu       sync.Mutex // for what follows: a goroutine that feeds a process reads through the outer archive
	total    int64      // bytes that count for Limits.Total
	fromDir  int64      // bytes read of a directory's files
	progress func(read, size int64)
}

// level is one archive of a walk: the input, or one inside it.
type level struct {
	archive string // Member.Archive of what is in it
	depth   int    // archives around it
	members int64  // with those of the archives in it
	refused refusals
	layers  int          // compressions around it
	stopped bool         // the visitor has seen enough
	around  bool         // what it is read from broke
	prunes  bool         // it is a directory
	apart   bool         // its members are stored apart from each other: one that cannot be read does not end it
	read    func() int64 // decompressed bytes so far
}

func walk(ctx context.Context, in Input, v Visitor, opt Options) error {
	w := &walker{ctx: ctx, v: v, lim: opt.Limits.withDefaults(), xz: opt.XZ, input: in.Name(), stdin: in.Path == "-", progress: opt.Progress}
	if w.xz == "" {
		w.xz = XZAuto
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := w.start(in)
	var end *abort
	if errors.As(err, &end) {
		err = end.err
	}
	return err
}

// start finds out what the input's name stands for.
func (w *walker) start(in Input) error {
	if in.Path == "-" {
		if in.Stdin == nil {
			return &Refused{Input: w.input, Why: "is closed", Do: expected, Fault: FaultMissing}
		}
		if f, ok := in.Stdin.(*os.File); ok {
			return w.file(f)
		}
		return w.stream(in.Stdin)
	}
	info, err := os.Stat(in.Path)
	if err != nil {
		return w.unreadable(err)
	}
	if info.IsDir() {
		return w.directory(in.Path)
	}
	f, err := os.Open(in.Path)
	if err != nil {
		return w.unreadable(err)
	}
	defer func() { _ = f.Close() }()
	return w.file(f)
}

func (w *walker) unreadable(err error) error {
	do := "check its name and your right to read it"
	if errors.Is(err, fs.ErrNotExist) {
		return &Refused{Input: w.input, Why: "does not exist", Do: "check its name", Err: err, Fault: FaultMissing}
	}
	return &Refused{Input: w.input, Why: "cannot be read (" + bare(err) + ")", Do: do, Err: err, Fault: FaultUnreadable}
}

// file opens a regular file from where it is read next, or anything else as a stream.
func (w *walker) file(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return w.unreadable(err)
	}
	base, err := f.Seek(0, io.SeekCurrent)
	if !info.Mode().IsRegular() || err != nil {
		return w.stream(f)
	}
	return w.open(fileSource(f, base, max(0, info.Size()-base)))
}

func (w *walker) stream(r io.Reader) error {
	f := newFeed(w.ctx, r, false)
	defer f.close()
	src := streamSource(counting{f, w}, -1, rawBuffer)
	src.giveUp = f.close
	return w.open(src)
}

// counting counts what is read for Limits.Total: a stream may have no end, a file more holes than data.
type counting struct {
	io.Reader
	w *walker
}

func (c counting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if spent := c.w.spend(int64(n)); spent != nil {
		return n, spent
	}
	return n, err
}

// open walks through the input as an archive.
func (w *walker) open(src *source) error {
	w.top = src
	lv := &level{}
	err := w.archive(src, lv)
	lv.refused.report(w.v, lv.archive)
	var no *noArchive
	var bad *broken
	switch {
	case errors.As(err, &no):
		return w.refuse(no)
	case errors.As(err, &bad):
		return w.damaged(lv, bad.err, bad.all)
	case err != nil:
		return w.unwind(lv, err)
	case w.members == 0 && !lv.stopped:
		return &Refused{Input: w.input, Why: "is an archive without members", Do: "ask for the report again", Fault: FaultEmpty}
	}
	w.tick()
	return nil
}

// unwind turns what ended the whole walk into Walk's error.
func (w *walker) unwind(lv *level, err error) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	var limit *LimitError
	if errors.As(err, &limit) {
		return w.damaged(lv, limit, false)
	}
	return err
}

func (w *walker) damaged(lv *level, err error, all bool) error {
	d := &Damaged{Input: w.input, Members: w.members, All: all, Err: err}
	if lv.read != nil {
		d.Read = lv.read()
	}
	return d
}

// refuse says why the input is no archive.
func (w *walker) refuse(no *noArchive) error {
	r := &Refused{Input: w.input, Fault: FaultNoReport}
	switch {
	case no.form == formPGP:
		r.Why, r.Do, r.Fault = "is encrypted (OpenPGP)", "decrypt it first: "+w.decryption(), FaultEncrypted
	case no.empty && no.layers == "":
		r.Why, r.Do, r.Fault = "is empty", "copy or download it again", FaultEmpty
	case no.layers != "":
		like := liken(no.head)
		if no.empty {
			like, r.Fault = likeness{what: "nothing"}, FaultEmpty
		}
		r.Why, r.Do = fmt.Sprintf("is no archive but %s compressed with %s", like.what, no.layers), expected
	default:
		like := liken(no.head)
		r.Why, r.Do = "is no report: it looks like "+like.what, expected
		if like.do != "" {
			r.Do = like.do
		}
	}
	return r
}

// decryption is the command that decrypts the input.
func (w *walker) decryption() string {
	name := w.input
	if w.stdin {
		return "gpg --output REPORT --decrypt REPORT.gpg"
	}
	plain := name + ".decrypted"
	switch ext := filepath.Ext(name); strings.ToLower(ext) {
	case ".gpg", ".pgp", ".asc":
		plain = strings.TrimSuffix(name, ext)
	}
	return fmt.Sprintf("gpg --output %s --decrypt %s", shellWord(plain), shellWord(name))
}

// noArchive says that a stream's content is no archive.
type noArchive struct {
	form   form
	head   []byte
	empty  bool
	layers string // the compressions around it, innermost first
}

func (e *noArchive) Error() string { return "no archive" }

// archive walks through one archive, after taking off the compressions around it. It returns *noArchive, *broken for what ends this
// archive alone, *Refused, and anything else for what ends the whole walk.
func (w *walker) archive(src *source, lv *level) error {
	head, err := src.head()
	f := identify(head)
	switch {
	case err != nil && f == formNone:
		if ends(err) {
			return err
		}
		return &broken{err: inWords("the data", err)}
	case compressions[f] != "" && lv.layers < w.lim.Depth:
		if err := w.room(windowOf(f, head)); err != nil {
			return err
		}
		return w.compressed(f, src, lv)
	case f == formTar || f == formZeros:
		return w.tar(src, lv)
	case f == formZip:
		return w.zip(src, lv)
	}
	return &noArchive{form: f, head: head, empty: len(head) == 0}
}

// room reports whether there is room for a window of that size.
func (w *walker) room(window int64) error {
	if window > w.lim.Window {
		return &broken{err: windowLimit(w.lim.Window)}
	}
	return w.spend(window / windowShare)
}

func (w *walker) compressed(f form, src *source, lv *level) error {
	p, err := w.decompress(f, src)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	if lv.read == nil {
		lv.read = func() int64 { return p.out }
	}
	lv.layers++
	inner := streamSource(p, -1, plainBufferFor(src))
	err = w.archive(inner, lv)
	var no *noArchive
	if errors.As(err, &no) {
		if broke := proveText(inner, lv); broke != nil {
			return broke
		}
		no.layers = strings.TrimPrefix(no.layers+" and "+compressions[f], " and ")
	}
	switch {
	case err != nil:
		return err
	case !lv.stopped:
		return behind(p.drain(inner.reader()))
	case f == formGzip || f == formZstd: // a bit error changes a byte and goes by unnoticed until the checksum at their end
		if err := p.drain(inner.reader()); corrupt(err) || ctxEnded(err) {
			return behind(err)
		}
	}
	return nil
}

// behind is what an error behind the members of an archive means: it may show that they are wrong.
func behind(err error) error {
	if err == nil || ends(err) {
		return err
	}
	return &broken{err: err, all: !corrupt(err)}
}

// proveText reads on in what is taken for no archive: the data of an archive that is corrupt from the start look like that too, until the
// decompressor finds that their checksum is wrong. Only the input is worth that.
func proveText(src *source, lv *level) error {
	if lv.depth != 0 || lv.archive != "" {
		return nil
	}
	_, err := io.CopyN(io.Discard, src.reader(), plainBuffer)
	if err == nil || errors.Is(err, io.EOF) || ends(err) {
		return nil
	}
	return &broken{err: err}
}

// opener gives a file's content, once.
type opener func() (io.ReadCloser, error)

// visit shows the visitor a member and does what it wants. It returns fs.SkipAll to end this archive, *abort to end the whole walk.
func (w *walker) visit(lv *level, m Member, open opener) error {
	if err := w.ctx.Err(); err != nil {
		return &abort{err}
	}
	if m.Path != "." {
		if w.members >= w.lim.Members {
			return &abort{membersLimit(w.lim.Members)}
		}
		w.members++
		lv.members++
	}
	action := w.v.Visit(m)
	switch {
	case action == Stop:
		lv.stopped = true
		return fs.SkipAll
	case m.Kind == File && action == Read:
		return w.readMember(lv, m, open)
	case m.Kind == File && action == Descend:
		return w.descend(lv, m, open)
	case m.Kind == Dir && action == Prune && lv.prunes:
		return fs.SkipDir
	}
	return nil
}

// readMember gives the visitor a file's content.
func (w *walker) readMember(lv *level, m Member, open opener) error {
	content, err := open()
	if err != nil {
		w.lost(lv, m.Path, faultOf(err), fmt.Sprintf("%s could not be read: %s.", Shown(m.Path), bare(err)))
		return nil
	}
	defer func() { _ = content.Close() }()
	r := &memberReader{r: content}
	err = w.v.Read(m, r)
	switch {
	case r.err != nil && ends(r.err):
		return &abort{r.err}
	case r.err != nil && lv.apart:
		w.lost(lv, m.Path, faultOf(r.err), fmt.Sprintf("%s could be read in part only: %s.", Shown(m.Path), bare(r.err)))
	case err != nil && r.err == nil:
		return &abort{err}
	}
	return nil
}

// memberReader remembers whether the content, not its reader, failed.
type memberReader struct {
	r   io.Reader
	err error
}

func (r *memberReader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = inWords("the data", err)
		r.err = err
	}
	return n, err
}

// lost tells the visitor what it did not see.
func (w *walker) lost(lv *level, path string, fault Fault, text string) {
	w.v.Problem(Problem{Archive: lv.archive, Path: path, Text: text, Lost: true, Fault: fault})
}

// spend counts bytes that were decompressed or read.
func (w *walker) spend(n int64) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.total += n
	if w.total > w.lim.Total {
		return totalLimit(w.lim.Total)
	}
	if w.top != nil && w.total > wholeRatioFrom && w.total/w.lim.Ratio > w.top.consumed() {
		return wholeRatioLimit(w.lim.Ratio)
	}
	w.report()
	return nil
}

// tick tells how far the walk is.
func (w *walker) tick() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report()
}

// report calls progress; the caller holds mu.
func (w *walker) report() {
	switch {
	case w.progress == nil:
	case w.top == nil:
		w.progress(w.fromDir, -1)
	default:
		w.progress(w.top.consumed(), w.top.size)
	}
}
