package qemu

import "strings"

// argument is one argument of the command line.
type argument struct {
	line int
	text string
}

// isOption tells "-name" and "--name" from values, of which one may be "-" or a negative number.
func isOption(s string) bool {
	s, dash := strings.CutPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	return dash && s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

// shellWords splits lines as a shell would, for libvirt quotes what the shell would change (virBufferEscapeShell): '...' with '\” for a
// quote in it, a backslash before a character, a backslash at the end of a line that goes on. A quote that is not closed ends with the
// text.
func shellWords(lines []logLine) (words []argument) {
	var w splitter
	for _, l := range lines {
		w.line = l.n
		s := l.text
		if w.quote != '\'' {
			s = strings.TrimSuffix(s, `\`)
		}
		w.read(s)
	}
	w.end()
	return w.words
}

type splitter struct {
	words   []argument
	line    int
	quote   byte // that is open, else 0
	escaped bool // the next byte is what it is
	started int  // line of the word that is being read, else 0
	word    []byte
}

func (w *splitter) read(s string) {
	for i := range len(s) {
		w.byte(s[i])
	}
	if w.quote == 0 {
		w.end()
	} else {
		w.word = append(w.word, '\n')
	}
}

func (w *splitter) byte(c byte) {
	blank := c == ' ' || c == '\t'
	switch {
	case w.escaped:
		w.escaped = false
		w.add(c)
	case w.quote == 0 && blank:
		w.end()
	case c == '\\' && w.quote != '\'':
		w.escaped = true
		w.start()
	case w.quote == c:
		w.quote = 0
	case w.quote == 0 && (c == '\'' || c == '"'):
		w.quote = c
		w.start()
	default:
		w.add(c)
	}
}

func (w *splitter) start() {
	if w.started == 0 {
		w.started = w.line
	}
}

func (w *splitter) add(c byte) {
	w.start()
	w.word = append(w.word, c)
}

func (w *splitter) end() {
	if w.started > 0 {
		w.words = append(w.words, argument{w.started, string(w.word)})
	}
	w.started, w.word, w.escaped = 0, nil, false
}

// braces follows the nesting of a JSON text.
type braces struct {
	depth    int
	inString bool
	escaped  bool
}

// newBraces begins with the first word of an argument; one that is no JSON has no nesting.
func newBraces(s string) *braces {
	b := &braces{}
	if strings.HasPrefix(s, "{") {
		b.read(s)
	}
	return b
}

func (b *braces) inside() bool { return b.depth > 0 }

func (b *braces) read(s string) {
	if b.depth == 0 && !strings.HasPrefix(s, "{") {
		return
	}
	for i := range len(s) {
		switch c := s[i]; {
		case b.escaped:
			b.escaped = false
		case b.inString:
			b.escaped = c == '\\'
			b.inString = c != '"'
		case c == '"':
			b.inString = true
		case c == '{':
			b.depth++
		case c == '}':
			b.depth--
		}
	}
}
