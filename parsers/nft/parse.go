package nft

import (
	"bytes"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads `nft list ruleset`, with handles (-a) or without, and the tables of a file that `nft -f` loads.
func Parse(data []byte) (Ruleset, text.Problems) {
	src := strings.ToValidUTF8(string(bytes.ReplaceAll(data, []byte("\r\n"), []byte{'\n'})), "\uFFFD")
	p := parser{lexer: newLexer(src)}
	p.top()
	return p.ruleset, p.problems
}

type parser struct {
	*lexer
	ruleset  Ruleset
	problems text.Problems
}

func (p *parser) problem(line int, s, why string) {
	s, _, _ = strings.Cut(s, "\n")
	p.problems.Add(line, s, why)
}

// silent are commands of a file for `nft -f` that define nothing here.
var silent = map[string]bool{"flush": true, "delete": true, "destroy": true, "reset": true}

func (p *parser) top() {
	for {
		switch t := p.next(); {
		case t.kind == end:
			return
		case t.kind == newline || t.kind == semi:
		case t.kind == word && t.text == "table":
			p.table(t)
		default:
			s := p.statement(t)
			addsTable := t.text == "add" && len(s) > 1 && s[1].text == "table"
			if !silent[t.text] && !addsTable {
				p.problem(t.line, p.source(s), "not a table")
			}
		}
	}
}

// statement reads up to the end of the statement that begins with first: a line end, a semicolon, or the brace that closes what it is in.
// What is in braces of its own belongs to it, over several lines.
func (p *parser) statement(first token) []token {
	s := []token{first}
	depth := 0
	if first.kind == open {
		depth = 1
	}
	for {
		t := p.peek()
		switch {
		case t.kind == end:
			if depth > 0 {
				p.problem(t.line, "", "the text ends within braces")
			}
			return s
		case depth == 0 && (t.kind == newline || t.kind == semi):
			p.next()
			return s
		case depth == 0 && t.kind == closing:
			return s
		case t.kind == open:
			depth++
		case t.kind == closing:
			depth--
		}
		if p.next(); t.kind != newline {
			s = append(s, t)
		}
	}
}

// source is the text of a statement on one line.
func (p *parser) source(s []token) string {
	raw := p.src[s[0].from:s[len(s)-1].to]
	if !strings.Contains(raw, "\n") {
		return raw
	}
	var b strings.Builder
	for i, t := range s {
		if i > 0 && s[i-1].to < t.from {
			b.WriteByte(' ')
		}
		b.WriteString(p.src[t.from:t.to])
	}
	return b.String()
}

// head reads the words between a keyword and the brace that opens its block.
func (p *parser) head(keyword token) (words []string, found bool) {
	for {
		switch t := p.peek(); t.kind {
		case word, quoted:
			words = append(words, t.text)
		case open:
			p.next()
			return words, true
		default:
			p.problem(keyword.line, strings.Join(append([]string{keyword.text}, words...), " "), "a "+keyword.text+" without a block")
			return nil, false
		}
		p.next()
	}
}

// block calls each for the first token of every statement up to the closing brace.
func (p *parser) block(keyword token, each func(first token)) {
	for {
		switch t := p.next(); t.kind {
		case end:
			p.problem(keyword.line, keyword.text, "the text ends within this "+keyword.text)
			return
		case closing:
			return
		case newline, semi:
		default:
			each(t)
		}
	}
}

func (p *parser) table(keyword token) {
	words, found := p.head(keyword)
	if !found {
		return
	}
	t := Table{Line: keyword.line, Family: "ip"}
	if len(words) > 1 {
		t.Family, words = words[0], words[1:]
	}
	if len(words) > 0 {
		t.Name = words[0]
	}
	p.block(keyword, func(first token) {
		switch first.text {
		case "chain":
			if c, found := p.chain(first); found {
				t.Chains = append(t.Chains, c)
			}
		case "set", "map", "meter":
			if s, found := p.set(first); found {
				t.Sets = append(t.Sets, s)
			}
		case "flowtable", "counter", "quota", "limit", "ct", "secmark", "synproxy", "tunnel", "comment", "flags":
			p.statement(first)
		default:
			p.problem(first.line, p.source(p.statement(first)), "not a part of a table")
		}
	})
	p.ruleset.Tables = append(p.ruleset.Tables, t)
}

func (p *parser) chain(keyword token) (c Chain, found bool) {
	words, found := p.head(keyword)
	if !found {
		return c, false
	}
	c = Chain{Line: keyword.line, Name: strings.Join(words, " ")}
	p.block(keyword, func(first token) {
		s := p.statement(first)
		switch {
		case first.text == "type" && len(s) > 3:
			c.base(s)
		case first.text == "policy" && len(s) == 2:
			c.Policy = s[1].text
		case first.text == "comment" && len(s) == 2:
		default:
			c.Rules = append(c.Rules, Rule{Line: first.line, Text: p.source(s)})
		}
	})
	return c, true
}

// base reads `type filter hook ingress devices = { "eth0", "eth1" } priority filter - 10`.
func (c *Chain) base(s []token) {
	key := ""
	for _, t := range s {
		switch {
		case t.kind == word && isBaseKey(t.text) && key != "priority":
			key = t.text
		case t.kind != word && t.kind != quoted || t.text == "=":
		case key == "type":
			c.Type = t.text
		case key == "hook":
			c.Hook = t.text
		case key == "device" || key == "devices":
			c.Devices = append(c.Devices, t.text)
		case key == "priority":
			c.Priority = strings.TrimSpace(c.Priority + " " + t.text)
		}
	}
}

func isBaseKey(s string) bool {
	return s == "type" || s == "hook" || s == "device" || s == "devices" || s == "priority"
}

func (p *parser) set(keyword token) (set Set, found bool) {
	words, found := p.head(keyword)
	if !found {
		return set, false
	}
	set = Set{Line: keyword.line, Name: strings.Join(words, " ")}
	p.block(keyword, func(first token) {
		s := p.statement(first)
		switch first.text {
		case "type", "typeof":
			if len(s) > 1 {
				set.Type = p.source(s[1:])
			}
		case "elements":
			set.Elements = append(set.Elements, p.elements(s)...)
		}
	})
	return set, true
}

// elements reads `elements = { A, B timeout 5s expires 3s }`.
func (p *parser) elements(s []token) (elements []string) {
	var current []token
	flush := func() {
		if len(current) > 0 {
			elements = append(elements, p.element(current))
		}
		current = nil
	}
	for _, t := range s[1:] {
		switch {
		case t.kind == comma || t.kind == closing:
			flush()
		case t.kind == open || t.text == "=" && len(current) == 0:
		default:
			current = append(current, t)
		}
	}
	flush()
	return elements
}

func (p *parser) element(s []token) string {
	if len(s) == 1 || isAttribute(s[1]) {
		return s[0].text
	}
	n := 1
	for n < len(s) && !isAttribute(s[n]) {
		n++
	}
	return p.source(s[:n])
}

// isAttribute tells where the value of an element ends.
func isAttribute(t token) bool {
	switch t.text {
	case "timeout", "expires", "counter", "comment", "limit", "last", "quota":
		return t.kind == word
	}
	return false
}
