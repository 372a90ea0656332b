package markdown

import (
	"strings"
	"unicode"

	"github.com/sosbond/sosbond/report/render"
)

// special holds the characters that Markdown, or the markup of a ticket system, may take for its own.
const special = "\\`*_{}[]<>#|~"

// escape makes plain text show as it is. A word that a ticket system would turn into a link, a mention or a reference to another ticket
// whatever stands before it becomes code.
func escape(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if isAlive(w) {
			words[i] = code(w)
		} else {
			words[i] = escapeWord(w)
		}
	}
	return strings.Join(words, " ")
}

func isAlive(word string) bool {
	lower := strings.ToLower(word)
	return strings.ContainsAny(word, "@#") || strings.Contains(lower, "://") || strings.Contains(lower, "www.")
}

func escapeWord(w string) string {
	var b strings.Builder
	for i, r := range w {
		next := byte(' ')
		if i+1 < len(w) {
			next = w[i+1]
		}
		entity := r == '&' && (isLetter(next) || isDigit(next))                                      // with a number an epic of GitLab
		opens := (r == '$' || r == '!') && next != ' ' || r == '%' && (isDigit(next) || next == '"') // a formula, a merge request, a milestone
		if entity || opens || strings.ContainsRune(special, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// value writes a value in a sentence: as it is where nothing in it could be taken for markup, else as code.
func value(s string) string {
	if escape(s) == s {
		return s
	}
	return code(s)
}

// code returns a code span that shows s as it is.
func code(s string) string {
	if strings.TrimSpace(s) == "" {
		return ""
	}
	ticks := strings.Repeat("`", longestRun(s)+1)
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " "
	}
	return ticks + s + ticks
}

// longestRun returns the length of the longest run of backquotes.
func longestRun(s string) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// sentence writes a text of one paragraph; its code spans stay.
func sentence(s string) string { return inline(render.Sentence(s)) }

func inline(parts []render.Inline) string {
	var b strings.Builder
	for _, in := range parts {
		piece := code(in.Text)
		if !in.Code {
			piece = escape(in.Text)
		}
		if strings.HasPrefix(piece, "`") && touches(b.String(), piece) {
			b.WriteByte(' ')
		}
		b.WriteString(piece)
	}
	return guardStart(b.String())
}

// touches reports whether a code span needs a space before it: two spans that touch would be one, and some linkers take what is before a span
// for a part of the address in it.
func touches(before, span string) bool {
	if before == "" || strings.HasSuffix(before, " ") || strings.HasSuffix(before, "(") {
		return false
	}
	return strings.HasSuffix(before, "`") || strings.Contains(span, "@")
}

// guardStart keeps a paragraph from being taken for a list, a rule or the underline of a heading.
func guardStart(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	if strings.ContainsRune("-+=", rune(s[0])) {
		return `\` + s
	}
	rest := strings.TrimLeftFunc(s, unicode.IsDigit)
	if rest != s && rest != "" && (rest[0] == '.' || rest[0] == ')') {
		return s[:len(s)-len(rest)] + `\` + rest
	}
	return s
}

// noBar is how a bar is shown in a table: no Markdown agrees with another on how to escape it in code.
var noBar = strings.NewReplacer("|", "¦")

// cell writes a name for a table.
func cell(s string) string {
	if s == "" {
		return "-"
	}
	return code(noBar.Replace(s))
}

// cellText writes words for a table.
func cellText(s string) string { return escape(noBar.Replace(s)) }

// fence writes lines that show as they are.
func fence(language string, lines []string) string {
	text := strings.Join(lines, "\n")
	ticks := strings.Repeat("`", max(longestRun(text)+1, 3))
	return ticks + language + "\n" + text + "\n" + ticks
}
