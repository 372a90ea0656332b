package archive

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// descend walks through a member that is an archive itself, as its content flows by.
func (w *walker) descend(lv *level, m Member, open opener) error {
	content, err := open()
	if err != nil {
		w.lost(lv, m.Path, faultOf(err), fmt.Sprintf("%s could not be read: %s.", Shown(m.Path), bare(err)))
		return nil
	}
	defer func() { _ = content.Close() }()
	outer := &memberReader{r: content}
	src := streamSource(outer, m.Size, rawBuffer)
	if f, ok := content.(*dirFile); ok {
		src = fileSource(f.File, 0, f.size)
	}
	inner := &level{archive: m.Path, depth: lv.depth + 1}
	if lv.archive != "" {
		inner.archive = lv.archive + "/" + m.Path
	}
	if inner.depth > w.lim.Depth {
		w.tooDeep(lv, m, src)
		return nil
	}
	err = w.archive(src, inner)
	inner.around = outer.err != nil && !lv.apart
	return w.settle(lv, inner, m, err)
}

// tooDeep reports a file that is not opened, when it is an archive.
func (w *walker) tooDeep(lv *level, m Member, src *source) {
	head, _ := src.head()
	if f := identify(head); f != formNone && f != formZeros && f != formPGP {
		w.lost(lv, m.Path, FaultLimit, fmt.Sprintf("%s was not opened: %v.", Shown(m.Path), depthLimit(w.lim.Depth)))
	}
}

// settle reports how the walk of an inner archive ended, and returns what ends the outer one too.
func (w *walker) settle(lv, inner *level, m Member, err error) error {
	lv.members += inner.members
	inner.refused.report(w.v, inner.archive)
	name := Shown(inner.archive)
	var no *noArchive
	var bad *broken
	switch {
	case err == nil:
	case errors.As(err, &no):
		if no.form == formPGP {
			w.lost(lv, m.Path, FaultEncrypted, name+" is encrypted (OpenPGP) and was not read: decrypt it first with gpg --decrypt.")
		}
	case errors.As(err, &bad):
		what := "is damaged"
		if limit := (*LimitError)(nil); errors.As(bad.err, &limit) {
			what = "was not read to its end"
		}
		text := fmt.Sprintf("%s %s: %s.", name, what, reason(bad.err, inner.members, bad.all))
		w.v.Problem(Problem{Archive: inner.archive, Text: text, Lost: !bad.all, Fault: faultOf(bad.err), Suspect: suspect(bad.err), Around: inner.around})
	default:
		if inner.members > 0 && w.ctx.Err() == nil {
			text := fmt.Sprintf("%s was not read to its end: %s.", name, reason(err, inner.members, false))
			w.v.Problem(Problem{Archive: inner.archive, Text: text, Lost: true, Fault: faultOf(err)})
		}
		return err
	}
	return nil
}

// ended turns the error of archiver's Extract into one of ours: nil, *broken, or what ends the whole walk. what names the data.
func ended(what string, err error) error {
	var end *abort
	switch {
	case err == nil, errors.Is(err, fs.SkipAll):
		return nil
	case errors.As(err, &end):
		return end
	case ends(err):
		return &abort{err}
	case errors.Is(err, io.EOF):
		return &broken{err: &dataError{what: what, early: true, err: io.ErrUnexpectedEOF}}
	}
	return &broken{err: inWords(what, err)}
}
