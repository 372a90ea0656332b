package render

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sosbond/sosbond/report"
)

const (
	tabStop  = 8
	maxMarks = 4 // combining marks in a row that a script may need; more of them paint over the lines around
)

// multiLine names the fields in which an empty line or a line break means something. In all others a line break becomes a space.
var multiLine = map[string]bool{
	"Finding.Cause": true, "Remediation.Note": true, "Remediation.Commands": true, "Finding.Verification": true,
}

// Sanitize returns a deep copy of the document in which no string can move the cursor, change colors, reorder text or hide: everything that
// is not printable is written as a visible escape such as \x1b. Every string of the document may have come from the input.
func Sanitize(doc report.Document) report.Document {
	return sanitize(reflect.ValueOf(doc), Line).Interface().(report.Document)
}

// sanitize copies a value with every string passed through clean.
func sanitize(v reflect.Value, clean func(string) string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		out.SetString(clean(v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			c := clean
			if multiLine[v.Type().Name()+"."+v.Type().Field(i).Name] {
				c = Lines
			}
			out.Field(i).Set(sanitize(v.Field(i), c))
		}
	case reflect.Slice:
		for i := range v.Len() {
			out = reflect.Append(out, sanitize(v.Index(i), clean))
		}
	case reflect.Map:
		sanitizeMap(out, v, clean)
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(sanitize(v.Elem(), clean))
		}
	default:
		out.Set(v)
	}
	return out
}

// sanitizeMap fills out in the order of the keys, so that the result is the same each time should two keys become one.
func sanitizeMap(out, in reflect.Value, clean func(string) string) {
	out.Set(reflect.MakeMap(in.Type()))
	keys := in.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	for _, k := range keys {
		out.SetMapIndex(sanitize(k, clean), sanitize(in.MapIndex(k), clean))
	}
}

// Lines makes a text of several lines harmless; its line breaks stay.
func Lines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = Line(l)
	}
	return strings.Join(lines, "\n")
}

// Line makes a text of one line harmless: tabs become spaces up to the next multiple of eight columns, line breaks and other blanks become a
// space, what cannot be printed becomes a visible escape. White space at the end is dropped, at the beginning it stays.
func Line(s string) string {
	s = strings.TrimRightFunc(s, unicode.IsSpace)
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	column, shown := 0, Shown{first: true}
	for rest := s; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		piece := visible(rest[:size], r, &shown)
		rest = rest[size:]
		if r == '\t' {
			piece = strings.Repeat(" ", tabStop-column%tabStop)
		}
		b.WriteString(piece)
		column += Width(piece)
	}
	return b.String()
}

func isPlain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Shown tells of the runes of a text, one after the other, which of them can be shown as they are.
type Shown struct {
	first bool // the next rune opens a text: a combining mark has nothing of it to combine with
	marks int  // combining marks in a row
}

// AsItIs reports whether the next rune of the text shows as itself and changes nothing of what is around it.
func (s *Shown) AsItIs(r rune) bool {
	switch {
	case !unicode.Is(unicode.M, r):
		s.marks = 0
	case s.first:
		s.marks = maxMarks + 1
	default:
		s.marks++
	}
	s.first = false
	return unicode.IsPrint(r) && !ignorable(r) && s.marks <= maxMarks
}

// visible returns what to write for the rune r, which was read from raw.
func visible(raw string, r rune, shown *Shown) string {
	asItIs := shown.AsItIs(r)
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		return fmt.Sprintf(`\x%02x`, raw[0])
	case r == '\n' || unicode.Is(unicode.Zs, r):
		return " "
	case asItIs:
		return raw
	case r < utf8.RuneSelf:
		return fmt.Sprintf(`\x%02x`, r)
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}

// ignorable reports whether a rune counts as printable for Unicode but shows nothing.
func ignorable(r rune) bool {
	const brailleBlank = '\u2800'
	return r == brailleBlank || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}
