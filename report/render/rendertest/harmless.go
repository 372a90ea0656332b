package rendertest

import (
	"testing"
	"unicode/utf8"
)

// CheckHarmless fails when a terminal or a viewer could take a part of out for a command: control characters, marks of direction, characters
// without width. A line break alone may be there.
func CheckHarmless(t *testing.T, out string) {
	t.Helper()
	if !utf8.ValidString(out) {
		t.Fatalf("not UTF-8: %q", out)
	}
	for _, r := range out {
		switch {
		case r == '\n':
		case r < ' ', r >= 0x7f && r <= 0x9f, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r == 0xfeff:
			t.Fatalf("%U in %q", r, out)
		}
	}
}
