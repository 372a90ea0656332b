package render

import (
	"strings"
	"unicode"
)

// Block is a paragraph or a list item of a prose field.
type Block struct {
	Item   bool // a list item; its marker is not part of Inline
	Inline []Inline
}

// Inline is a run of words, or a code span.
type Inline struct {
	Text string
	Code bool
}

// Prose reads the little Markdown that prose fields hold: paragraphs separated by empty lines, "- " lists, code spans and backslash escapes.
// Anything else stands for itself.
func Prose(s string) []Block {
	var blocks []Block
	var text []string
	item := false
	flush := func() {
		if len(text) > 0 {
			blocks = append(blocks, Block{Item: item, Inline: Sentence(strings.Join(text, " "))})
		}
		text, item = nil, false
	}
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimSpace(line)
		rest, isItem := strings.CutPrefix(line, "- ")
		if line == "" || isItem {
			flush()
		}
		if isItem {
			item, line = true, strings.TrimSpace(rest)
		}
		if line != "" {
			text = append(text, line)
		}
	}
	flush()
	return blocks
}

// Sentence reads the code spans and backslash escapes of a single paragraph.
func Sentence(s string) []Inline {
	var out []Inline
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, Inline{Text: plain.String()})
			plain.Reset()
		}
	}
	for s != "" {
		switch {
		case s[0] == '\\' && len(s) > 1 && isASCIIPunct(s[1]):
			plain.WriteByte(s[1])
			s = s[2:]
		case s[0] == '`':
			ticks := len(s) - len(strings.TrimLeft(s, "`"))
			code, rest, ok := cutCode(s[ticks:], ticks)
			if !ok {
				plain.WriteString(s[:ticks])
				s = s[ticks:]
				continue
			}
			flush()
			out = append(out, Inline{Text: code, Code: true})
			s = rest
		default:
			n := 1 + strings.IndexAny(s[1:], "\\`")
			if n == 0 {
				n = len(s)
			}
			plain.WriteString(s[:n])
			s = s[n:]
		}
	}
	flush()
	return out
}

// cutCode returns what stands before the next run of exactly n backquotes, and what follows it.
func cutCode(s string, n int) (code, rest string, ok bool) {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], '`')
		if i < 0 {
			return "", "", false
		}
		i += from
		run := len(s[i:]) - len(strings.TrimLeft(s[i:], "`"))
		if run != n {
			from = i + run
			continue
		}
		code = s[:i]
		if strings.HasPrefix(code, " ") && strings.HasSuffix(code, " ") && strings.TrimSpace(code) != "" {
			code = code[1 : len(code)-1]
		}
		if strings.TrimSpace(code) == "" {
			return "", "", false
		}
		return code, s[i+n:], true
	}
}

func isASCIIPunct(c byte) bool {
	return c < unicode.MaxASCII && (unicode.IsPunct(rune(c)) || unicode.IsSymbol(rune(c)))
}

// Words splits a sentence into what may not be broken: words, and code spans, which may be commands. Code keeps its backquotes, which show
// where it begins and ends without color.
func Words(inline []Inline, role Role) []Text {
	var words []Text
	glue := false // the next piece belongs to the last word
	add := func(t Text) {
		if glue && len(words) > 0 {
			words[len(words)-1] = Join(words[len(words)-1], t)
		} else {
			words = append(words, t)
		}
	}
	for _, in := range inline {
		if in.Code {
			add(Of(Code, "`"+in.Text+"`"))
			glue = true
			continue
		}
		glue = glue && !strings.HasPrefix(in.Text, " ")
		for _, f := range strings.Fields(in.Text) {
			add(Of(role, f))
			glue = false
		}
		glue = !strings.HasSuffix(in.Text, " ")
	}
	return words
}
