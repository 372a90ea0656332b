package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// PostgreSQL stores neither NUL nor what is not UTF-8, and SQLite's functions stop at a NUL. Such bytes are written so that one sees them and that
// the original can be had again: �{00}, �{ff}; the character that marks them is written �{fffd}.
const mark = "\uFFFD"

// toText makes text of any string.
func toText(s string) string {
	if utf8.ValidString(s) && !strings.ContainsAny(s, "\x00"+mark) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n > 1:
			b.WriteString(mark + "{fffd}")
		case r == utf8.RuneError || r == 0:
			fmt.Fprintf(&b, mark+"{%02x}", s[i])
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// fromText gives back what toText was given.
func fromText(s string) string {
	if !strings.Contains(s, mark) {
		return s
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, mark+"{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		code, rest, _ := strings.Cut(after, "}")
		if n, err := strconv.ParseUint(code, 16, 8); err == nil && len(code) == 2 {
			b.WriteByte(byte(n))
		} else {
			b.WriteString(mark)
			if code != "fffd" {
				b.WriteString("{" + code + "}")
			}
		}
		s = rest
	}
}

// longestPath is what an ordered index of PostgreSQL surely takes, in bytes; the paths of Linux may be twice as long.
const longestPath = 2000

// cut marks the SHA-256 of a path that was cut off.
const cut = mark + "{sha256:"

// toPath makes the text by which a path is found.
func toPath(path string) string {
	s := toText(path)
	if len(s) <= longestPath {
		return s
	}
	sum := sha256.Sum256([]byte(path))
	return strings.ToValidUTF8(s[:longestPath], "") + cut + hex.EncodeToString(sum[:]) + "}"
}

// isCut reports whether the text is not the whole of its path.
func isCut(text string) bool { return strings.Contains(text, cut) }
