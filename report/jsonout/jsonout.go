// Package jsonout writes a report as JSON, the contract for programs.
package jsonout

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// Write writes the report with an indent of two and a line feed at the end. Lists that are always part of the contract are [] when they are
// empty, never null. What is not printable stands as a \u escape, and so do <, > and &: the text is safe on a terminal and inside of HTML, and still
// the same data.
func Write(w io.Writer, doc report.Document) error { return WriteValue(w, doc) }

// WriteLine writes the report as one line, for streams of reports.
func WriteLine(w io.Writer, doc report.Document) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(withLists(reflect.ValueOf(doc)).Interface()); err != nil {
		return err
	}
	_, err := w.Write(printable(b.Bytes()))
	return err
}

// WriteValue writes any value of exported fields in the same way.
func WriteValue(w io.Writer, v any) error {
	text, err := encode(v, "")
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// WriteLong writes a value in the same way, the items standing in its member of that name, an empty list. They are written one by one: the text of
// a hundred thousand would not fit in memory.
func WriteLong[T any](w io.Writer, v any, member string, items []T) error {
	text, err := encode(v, "")
	if err != nil {
		return err
	}
	before, after, ok := bytes.Cut(text, []byte("\n  \""+member+"\": []")) // a string holds no line feed, so this is the member
	if !ok {
		return fmt.Errorf("jsonout: no empty list %q to fill", member)
	}
	if len(items) == 0 {
		_, err := w.Write(text)
		return err
	}
	out := bufio.NewWriter(w) // it keeps the first error for Flush
	_, _ = fmt.Fprintf(out, "%s\n  %q: [", before, member)
	for i, item := range items {
		text, err := encode(item, "    ")
		if err != nil {
			return err
		}
		if i > 0 {
			_ = out.WriteByte(',')
		}
		_, _ = out.WriteString("\n    ")
		_, _ = out.Write(bytes.TrimSuffix(text, []byte("\n")))
	}
	_, _ = fmt.Fprintf(out, "\n  ]%s", after)
	return out.Flush()
}

// encode returns the text of a value; its lines but the first begin with prefix.
func encode(v any, prefix string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent(prefix, "  ")
	if err := enc.Encode(withLists(reflect.ValueOf(v)).Interface()); err != nil {
		return nil, err
	}
	return printable(b.Bytes()), nil
}

// withLists copies a value with empty lists and maps in place of nil ones.
func withLists(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(withLists(v.Field(i)))
		}
	case reflect.Slice:
		out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			out.Index(i).Set(withLists(v.Index(i)))
		}
	case reflect.Map:
		out.Set(v)
		if v.IsNil() {
			out.Set(reflect.MakeMap(v.Type()))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(withLists(v.Elem()))
		}
	default:
		out.Set(v)
	}
	return out
}

// printable escapes the runes that a terminal or a viewer does not show as they are. Outside strings JSON is plain ASCII, so every rune above it is part of a string.
func printable(in []byte) []byte {
	out := make([]byte, 0, len(in))
	var shown render.Shown
	for len(in) > 0 {
		r, size := utf8.DecodeRune(in)
		switch {
		case r < ' ' || shown.AsItIs(r):
			out = append(out, in[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		in = in[size:]
	}
	return out
}
