package picture

import (
	"strings"
	"unicode"

	"github.com/sosbond/sosbond/report/render"
)

// Sizes of text, in pixels.
const (
	nameSize  = 13
	smallSize = 11
)

// Widths of the characters from the space to "~" in hundredths of the size: of the widest of the common sans-serif fonts (DejaVu Sans and
// Liberation Sans, measured), so that text fits its box whatever font a viewer has.
var (
	regular = [...]int{32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 56, 102, 69, 69, 73, 78, 67, 62, 78, 76, 30, 50,
		67, 56, 87, 75, 79, 67, 79, 73, 67, 62, 74, 69, 99, 69, 67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84}
	bold = [...]int{35, 46, 53, 84, 70, 101, 88, 31, 46, 46, 53, 84, 38, 42, 38, 37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 40, 40, 84, 84, 84, 62, 100, 78, 77, 74, 84, 69, 69, 83, 84, 38, 56,
		78, 64, 100, 84, 86, 74, 86, 78, 73, 69, 82, 78, 111, 78, 73, 73, 46, 37, 46, 84, 56, 50, 68, 72, 60, 72, 68, 44, 72, 72, 35, 35, 67, 35, 105, 72, 69, 72, 72, 50, 60, 48, 72, 66, 93, 65, 66, 59, 72, 37, 72, 84}
)

const (
	otherWidth = 90  // of a character outside ASCII that takes one column of a terminal: the widest letters of Cyrillic
	wideWidth  = 105 // of one that takes two
)

// textWidth returns how wide a text is at most, in pixels.
func textWidth(s string, size int, widths []int) int {
	sum := 0
	for _, r := range s {
		switch {
		case r >= ' ' && r <= '~':
			sum += widths[r-' ']
		case unicode.Is(unicode.M, r):
		case render.Width(string(r)) > 1:
			sum += wideWidth
		default:
			sum += otherWidth
		}
	}
	return (sum*size + 99) / 100
}

// usual tells the texts whose width is known. Others, whose signs may be as wide as a word, are pressed into the room that they have.
func usual(s string) bool {
	for _, r := range s {
		if r > '~' && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Mn) && !strings.ContainsRune("…–—·\ufffd", r) {
			return false
		}
	}
	return true
}

const (
	nameColumns  = 32 // of a name that are shown
	labelColumns = 18 // of an edge's label
)

// wrap breaks a text into lines of a width, at spaces. A word that is longer is shortened.
func wrap(s string, width int) (lines []string) {
	for _, word := range strings.Fields(s) {
		word = render.Shorten(word, nameColumns)
		last := len(lines) - 1
		if last >= 0 && textWidth(lines[last]+" "+word, smallSize, regular[:]) <= width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}
