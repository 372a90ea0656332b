package jira

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inline converts words, code spans and what is bold. start tells that they begin a line, where more is markup.
func inline(s string, start bool) string {
	var b, plain strings.Builder
	flush := func() {
		b.WriteString(escape(plain.String(), start && b.Len() == 0))
		plain.Reset()
	}
	for s != "" {
		switch {
		case s[0] == '\\' && len(s) > 1 && isPunct(s[1]):
			plain.WriteByte(s[1])
			s = s[2:]
		case s[0] == '`':
			code, rest, ok := codeSpan(s)
			if !ok {
				plain.WriteByte(s[0])
				s = s[1:]
				continue
			}
			flush()
			if b.Len() > 0 && strings.HasSuffix(b.String(), "}") {
				b.WriteByte(' ') // two that touch are one
			}
			b.WriteString("{{" + entities(code) + "}}")
			s = rest
		case strings.HasPrefix(s, "**"):
			flush()
			b.WriteByte('*')
			s = s[2:]
		default:
			_, n := utf8.DecodeRuneInString(s)
			plain.WriteString(s[:n])
			s = s[n:]
		}
	}
	flush()
	return b.String()
}

// codeSpan cuts the code span that a text begins with.
func codeSpan(s string) (code, rest string, ok bool) {
	n := len(s) - len(strings.TrimLeft(s, "`"))
	for from := n; ; {
		i := strings.Index(s[from:], s[:n])
		if i < 0 {
			return "", "", false
		}
		i += from
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run == n {
			code, rest = s[n:i], s[i+n:]
			break
		}
		from = i + run
	}
	if strings.HasPrefix(code, " ") && strings.HasSuffix(code, " ") && strings.TrimSpace(code) != "" {
		code = code[1 : len(code)-1]
	}
	return code, rest, true
}

func isPunct(c byte) bool {
	return c > ' ' && c < 0x7f && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z')
}

// marked holds the characters that mean something in the markup. In a code span, whose text is read as any other, all of them are written as
// entities, which the renderer leaves alone.
const marked = "\\{}[]|*_-+^~?!#@:;()&"

func entities(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case !strings.ContainsRune(marked, r), strings.ContainsRune("_-+:.#?", r) && within(s, i), r == '(' && !icon.MatchString(s[i:]), r == ')' && !afterColon(s, i):
			b.WriteRune(r)
		default:
			b.WriteString(entity(r))
		}
	}
	return b.String()
}

func entity(r rune) string {
	const digits = "0123456789"
	n := int(r)
	if n < 100 {
		return "&#" + string(digits[n/10]) + string(digits[n%10]) + ";"
	}
	return "&#1" + string(digits[n/10%10]) + string(digits[n%10]) + ";"
}

// icon is what Jira draws a picture for.
var icon = regexp.MustCompile(`^\((?:[!?/xyni+*-]|\*[rgby]|on|off|flag|flagoff)\)`)

// smiley is the rest of one behind its eyes.
var smiley = regexp.MustCompile(`^[)(PDpd|/]`)

// lineStart is what makes a heading, a quotation or a list of a line.
var lineStart = regexp.MustCompile(`^(?:h[1-6]|bq)(\.)`)

// escape makes words show as they are.
func escape(s string, start bool) string {
	at := -1
	if m := lineStart.FindStringSubmatchIndex(s); start && m != nil {
		at = m[2]
	}
	var b strings.Builder
	for i, r := range s {
		rest := s[i+utf8.RuneLen(max(r, 0)):]
		switch {
		case strings.ContainsRune(`\{}[]|@`, r), i == at, r == ':' && strings.HasPrefix(rest, "//"), r == '&' && entityLike(rest), r == '.' && strings.HasSuffix(strings.ToLower(s[:i]), "www"):
			b.WriteString(entity(r))
		case isMarkup(s, i, r, rest, start):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isMarkup reports a character that a backslash has to stand before.
func isMarkup(s string, i int, r rune, rest string, start bool) bool {
	begins := start && strings.TrimSpace(s[:i]) == ""
	switch r {
	case '*', '^', '~':
		return true
	case '_', '+', '-':
		return begins || !within(s, i) && !alone(s, i)
	case '?':
		return strings.HasPrefix(rest, "?") || strings.HasSuffix(s[:i], "?")
	case '!':
		return rest != "" && rest[0] != ' '
	case '#':
		return begins
	case '(':
		return icon.MatchString(s[i:])
	case ':', ';':
		return smiley.MatchString(rest) || strings.HasSuffix(strings.ToLower(s[:i]), "mailto") || strings.HasSuffix(strings.ToLower(s[:i]), "file")
	}
	return false
}

func entityLike(rest string) bool {
	return rest != "" && (rest[0] == '#' || rest[0]|0x20 >= 'a' && rest[0]|0x20 <= 'z')
}

func afterColon(s string, i int) bool {
	return i > 0 && (s[i-1] == ':' || s[i-1] == ';' || s[i-1] == '-')
}

// within reports a character between two letters or digits: in a word nothing begins and nothing ends.
func within(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	_, n := utf8.DecodeRuneInString(s[i:])
	after, _ := utf8.DecodeRuneInString(s[i+n:])
	return isAlnum(before) && isAlnum(after)
}

// alone reports a character between spaces.
func alone(s string, i int) bool {
	return i > 0 && s[i-1] == ' ' && (i+1 == len(s) || s[i+1] == ' ')
}

func isAlnum(r rune) bool { return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
