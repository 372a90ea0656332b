package rendertest

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

// CheckHarmless fails when a terminal or a viewer could take a part of out for a command, or would not show it: bytes that are no UTF-8, control
// characters, marks of direction, characters without width, blanks beside the space, floods of combining marks. A line break alone may be there.
func CheckHarmless(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Fatalf("not UTF-8: %q", out)
	}
	const mostMarks = 4
	marks := 0
	for i, r := range out {
		marks++
		if !unicode.Is(unicode.M, r) {
			marks = 0
		}
		hidden := r == '\u2800' || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
		if r != '\n' && !unicode.IsPrint(r) || hidden || marks > mostMarks {
			t.Fatalf("%U at byte %d: %q", r, i, out[max(0, i-60):min(len(out), i+60)])
		}
	}
}
