package nft

import "strings"

// kind is what a token is; punctuation is its own kind.
type kind byte

const (
	end     kind = 0
	newline kind = '\n'
	word    kind = 'w'
	quoted  kind = '"'
	open    kind = '{'
	closing kind = '}'
	semi    kind = ';'
	comma   kind = ','
)

// token is a piece of the text; that of a quoted string has no quotes.
type token struct {
	kind     kind
	text     string
	line     int
	from, to int // offsets, with the quotes
}

// lexer cuts the text of nft into tokens. Comments, among them "# handle 7" of `nft -a`, are left out.
type lexer struct {
	src    string
	pos    int
	line   int
	peeked *token
}

func newLexer(src string) *lexer { return &lexer{src: src, line: 1} }

func (l *lexer) peek() token {
	if l.peeked == nil {
		t := l.scan()
		l.peeked = &t
	}
	return *l.peeked
}

func (l *lexer) next() token {
	t := l.peek()
	l.peeked = nil
	return t
}

func (l *lexer) scan() token {
	l.skipBlanks()
	start, line := l.pos, l.line
	if start >= len(l.src) {
		return token{kind: end, line: line, from: start, to: start}
	}
	switch c := l.src[start]; c {
	case '\n':
		l.line++
		l.pos++
		return token{kind: newline, line: line, from: start, to: l.pos}
	case '{', '}', ';', ',':
		l.pos++
		return token{kind: kind(c), text: l.src[start:l.pos], line: line, from: start, to: l.pos}
	case '"':
		return l.scanString()
	}
	n := strings.IndexAny(l.src[start:], " \t\n{};,\"#")
	if n < 0 {
		n = len(l.src) - start
	}
	l.pos += n
	return token{kind: word, text: l.src[start:l.pos], line: line, from: start, to: l.pos}
}

func (l *lexer) skipBlanks() {
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ', '\t':
			l.pos++
		case '#':
			n := strings.IndexByte(l.src[l.pos:], '\n')
			if n < 0 {
				n = len(l.src) - l.pos
			}
			l.pos += n
		default:
			return
		}
	}
}

// scanString reads a quoted string. nft knows no escapes in it, and none spans lines: one that is cut ends with its line.
func (l *lexer) scanString() token {
	start := l.pos
	body := l.src[start+1:]
	n := strings.IndexAny(body, "\"\n")
	size := 1 // of the closing quote
	if n < 0 {
		n, size = len(body), 0
	} else if body[n] == '\n' {
		size = 0
	}
	l.pos = start + 1 + n + size
	return token{kind: quoted, text: body[:n], line: l.line, from: start, to: l.pos}
}
