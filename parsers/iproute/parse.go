package iproute

import (
	"strconv"
	"strings"
	"unicode"
)

// printable reports whether s can be a name: the kernel takes nearly anything, but a text that is binary, or of another encoding, holds none.
func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r == unicode.ReplacementChar || unicode.IsControl(r) })
}

// A cursor reads the words of a line one after the other.
type cursor []string

// next returns the next word, "" at the end.
func (c *cursor) next() string {
	if len(*c) == 0 {
		return ""
	}
	word := (*c)[0]
	*c = (*c)[1:]
	return word
}

// peek returns the next word without reading it, "" at the end.
func (c cursor) peek() string {
	if len(c) == 0 {
		return ""
	}
	return c[0]
}

// indentOf returns the number of blanks and tabs that s starts with.
func indentOf(s string) int { return len(s) - len(strings.TrimLeft(s, " \t")) }

// cutIndex splits "4: bond0: ..." after the interface index.
func cutIndex(s string) (index int, rest string, ok bool) {
	number, rest, found := strings.Cut(s, ": ")
	index, err := strconv.Atoi(number)
	if !found || err != nil || index < 0 {
		return 0, "", false
	}
	return index, rest, true
}

// maxSet is the most words that a set in brackets is looked through for its end.
const maxSet = 64

// words splits s at blanks; a set in braces, "{ 1:2 3:4 }", or in angle brackets is one word.
func words(s string) []string {
	fields := strings.Fields(s)
	list := fields[:0]
	for i := 0; i < len(fields); i++ {
		n := setLen(fields[i:])
		list = append(list, strings.Join(fields[i:i+n], " "))
		i += n - 1
	}
	return list
}

// setLen returns how many of the fields, from the first on, are one word.
func setLen(fields []string) int {
	if end := closing(fields[0]); end != "" {
		for n, field := range fields[:min(len(fields), maxSet)] {
			if strings.HasSuffix(field, end) {
				return n + 1
			}
		}
	}
	return 1
}

// closing returns the bracket that ends a word which starts with the opening one, "" for any other word.
func closing(word string) string {
	switch word[0] {
	case '{':
		return "}"
	case '<':
		return ">"
	}
	return ""
}

// unbracket removes the brackets of a set.
func unbracket(word string) string {
	if word != "" && closing(word) != "" {
		return strings.TrimSpace(strings.TrimSuffix(word[1:], closing(word)))
	}
	return word
}
