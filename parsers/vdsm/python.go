package vdsm

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// entry is "key = value" with the lines that follow the first.
type entry struct {
	line  int
	key   string
	value strings.Builder
}

var entryRE = regexp.MustCompile(`^\s*([A-Za-z_]\w*) = (.*)$`)

// wanted are the keys whose values are read: the others may hold what is no literal.
var wanted = map[string]bool{
	"bondings": true, "bridges": true, "clusterLevels": true, "networks": true, "nics": true, "operatingSystem": true,
	"software_version": true, "vlans": true,
}

// decodeText makes the object that printDict of vdsClient printed, nil when there is no entry. Lines of a value after its first are indented
// and begin with a quote or a bracket.
func decodeText(data []byte) (root *yaml.Node, problems text.Problems) {
	var entries []*entry
	for n, s := range text.Lines(data) {
		switch m := entryRE.FindStringSubmatch(s); {
		case m != nil:
			entries = append(entries, &entry{line: n, key: m[1]})
			entries[len(entries)-1].value.WriteString(m[2])
		case len(entries) > 0:
			last := &entries[len(entries)-1].value
			last.WriteByte('\n')
			last.WriteString(s)
		case strings.TrimSpace(s) != "":
			problems.Add(n, s, "not a line of a host's capabilities")
		}
	}
	if len(entries) == 0 {
		return nil, problems
	}
	root = &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: entries[0].line}
	for _, e := range entries {
		if !wanted[e.key] {
			continue
		}
		p := python{s: e.value.String(), line: e.line}
		value, err := p.whole()
		if err != nil {
			problems.Add(p.line, p.rest(), "not a Python value: "+err.Error())
		}
		if value != nil {
			root.Content = append(root.Content, scalar("!!str", e.key, e.line), value)
		}
	}
	return root, problems
}

// python reads a literal as repr and pprint of Python 2 write it.
type python struct {
	s    string
	pos  int
	line int
}

const maxDepth = 100

var (
	errCut  = errors.New("it is cut")
	errDeep = errors.New("nested too deeply")
)

// whole reads a value and nothing after it. With an error it returns what was read before it.
func (p *python) whole() (*yaml.Node, error) {
	n, err := p.value(0)
	if err == nil && p.next() != 0 {
		err = errors.New("something follows it")
	}
	return n, err
}

// rest is what stands before the end of the line.
func (p *python) rest() string {
	s, _, _ := strings.Cut(p.s[p.pos:], "\n")
	return s
}

// next skips blanks and returns the byte that follows, 0 at the end.
func (p *python) next() byte {
	for ; p.pos < len(p.s); p.pos++ {
		switch c := p.s[p.pos]; c {
		case '\n':
			p.line++
		case ' ', '\t', '\r':
		case 0:
			return ' ' // no literal begins with it
		default:
			return c
		}
	}
	return 0
}

func (p *python) value(depth int) (*yaml.Node, error) {
	if depth > maxDepth {
		return nil, errDeep
	}
	switch c := p.next(); c {
	case 0:
		return nil, errCut
	case '{':
		return p.dict(depth)
	case '[':
		return p.list(']', depth)
	case '(':
		return p.list(')', depth)
	case '\'', '"':
		return p.text()
	}
	if m := prefixRE.FindString(p.s[p.pos:]); m != "" {
		p.pos += len(m) - 1
		return p.text()
	}
	return p.word()
}

// prefixRE matches what may stand before a quote.
var prefixRE = regexp.MustCompile(`^[uUbBrR]{1,2}['"]`)

func (p *python) dict(depth int) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: p.line}
	for p.pos++; p.next() != '}'; {
		key, err := p.value(depth + 1)
		if err != nil {
			return n, err
		}
		if c := p.next(); c != ':' {
			return n, expected("a colon", c)
		}
		p.pos++
		value, err := p.value(depth + 1)
		if value != nil {
			n.Content = append(n.Content, key, value)
		}
		if err == nil {
			err = p.comma('}')
		}
		if err != nil {
			return n, err
		}
	}
	p.pos++
	return n, nil
}

func (p *python) list(end byte, depth int) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: p.line}
	for p.pos++; p.next() != end; {
		value, err := p.value(depth + 1)
		if value != nil {
			n.Content = append(n.Content, value)
		}
		if err == nil {
			err = p.comma(end)
		}
		if err != nil {
			return n, err
		}
	}
	p.pos++
	return n, nil
}

// comma passes a comma; before the end there need not be one.
func (p *python) comma(end byte) error {
	c := p.next()
	if c != ',' && c != end {
		return expected("a comma", c)
	}
	if c == ',' {
		p.pos++
	}
	return nil
}

func expected(what string, c byte) error {
	if c == 0 {
		return errCut
	}
	return errors.New(what + " is missing")
}

// text reads a string that begins at the quote.
func (p *python) text() (*yaml.Node, error) {
	line, quote := p.line, p.s[p.pos]
	var b strings.Builder
	for p.pos++; p.pos < len(p.s); p.pos++ {
		switch c := p.s[p.pos]; c {
		case quote:
			p.pos++
			return scalar("!!str", b.String(), line), nil
		case '\n': // repr escapes line ends
			return nil, errCut
		case '\\':
			p.escape(&b)
		default:
			b.WriteByte(c)
		}
	}
	return nil, errCut
}

// simple are the escapes of one letter.
var simple = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', '\'': '\'', '"': '"'}

// digits are how many hexadecimal digits follow the letter of an escape.
var digits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escape reads the escape at the backslash and stays on its last byte.
func (p *python) escape(b *strings.Builder) {
	if p.pos+1 == len(p.s) || p.s[p.pos+1] == '\n' {
		return
	}
	p.pos++
	c := p.s[p.pos]
	if s, ok := simple[c]; ok {
		b.WriteByte(s)
		return
	}
	if n := digits[c]; n > 0 && p.pos+n < len(p.s) {
		if i, err := strconv.ParseUint(p.s[p.pos+1:p.pos+1+n], 16, 32); err == nil {
			p.pos += n
			if c == 'x' {
				b.WriteByte(byte(i)) // UTF-8 byte by byte
			} else {
				b.WriteRune(rune(min(i, utf8.MaxRune+1)))
			}
			return
		}
	}
	b.WriteByte('\\')
	b.WriteByte(c)
}

var wordRE = regexp.MustCompile(`^[\w.+-]+`)

// word reads a number or one of Python's constants.
func (p *python) word() (*yaml.Node, error) {
	w := wordRE.FindString(p.s[p.pos:])
	if w == "" {
		return nil, errors.New("no literal")
	}
	p.pos += len(w)
	switch w {
	case "None":
		return scalar("!!null", "null", p.line), nil
	case "True", "False":
		return scalar("!!bool", strings.ToLower(w), p.line), nil
	}
	return scalar("!!int", strings.TrimSuffix(w, "L"), p.line), nil
}

func scalar(tag, value string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: strings.ToValidUTF8(value, "\uFFFD"), Line: line}
}
