package networkd

import (
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// unit is a file in the syntax of systemd.syntax(7).
type unit struct {
	sections []section
	problems text.Problems
}

// section is "[name]" with its assignments in order. A file may have several sections of one name.
type section struct {
	line        int
	name        string
	assignments []assignment
}

// assignment is one "key=value"; of a value that is continued on other lines, line is the first.
type assignment struct {
	line       int
	key, value string
	text       string // the line, or the lines put together
}

// read takes a file apart as config_parse in systemd's src/shared/conf-parser.c does: comments start with "#" or ";" and may stand between
// continued lines; a backslash at the end of a line stands for a blank and the next line.
func read(data []byte) (u unit) {
	var whole strings.Builder
	start := 0
	for n, line := range text.Lines(data) {
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if s := strings.TrimSpace(line); s != "" && (s[0] == '#' || s[0] == ';') {
			continue
		}
		if start == 0 {
			start = n
		}
		if continued(line) {
			whole.WriteString(line[:len(line)-1] + " ")
			continue
		}
		whole.WriteString(line)
		u.line(start, whole.String())
		whole.Reset()
		start = 0
	}
	if start > 0 {
		u.line(start, whole.String())
	}
	return u
}

// continued reports whether a line ends in a backslash that no other one quotes.
func continued(line string) bool {
	return (len(line)-len(strings.TrimRight(line, `\`)))%2 == 1
}

func (u *unit) problem(n int, line, why string) {
	u.problems.Add(n, strings.TrimSpace(line), why)
}

func (u *unit) line(n int, line string) {
	s := strings.TrimSpace(line)
	if s == "" {
		return
	}
	if s[0] == '[' {
		name, rest, closed := strings.Cut(s[1:], "]")
		if !closed || rest != "" || name == "" {
			u.problem(n, line, "not a section header: networkd refuses the file")
		}
		u.sections = append(u.sections, section{line: n, name: name})
		return
	}
	key, value, found := strings.Cut(s, "=")
	key = strings.TrimSpace(key)
	switch {
	case !found || key == "":
		u.problem(n, line, "not a key=value line")
	case len(u.sections) == 0:
		u.problem(n, line, "not in any section")
	default:
		last := &u.sections[len(u.sections)-1]
		last.assignments = append(last.assignments, assignment{line: n, key: key, value: strings.TrimSpace(value), text: s})
	}
}

// has reports whether the file has a section of one of the names.
func (u *unit) has(names ...string) bool {
	for _, s := range u.sections {
		for _, name := range names {
			if s.name == name {
				return true
			}
		}
	}
	return false
}

// all are the assignments of all sections of that name.
func (u *unit) all(name string) (all []assignment) {
	for _, s := range u.sections {
		if s.name == name {
			all = append(all, s.assignments...)
		}
	}
	return all
}

// last is the value of a key that holds one word: that of its last assignment, absent when that one is empty.
func (u *unit) last(section, key string) (v text.At[string]) {
	for _, a := range u.all(section) {
		switch {
		case a.key != key:
		case a.value == "":
			v = text.At[string]{}
		case strings.ContainsAny(a.value, " \t"):
			u.problem(a.line, a.text, "more than one word, a comment among them or not: networkd refuses the line")
		default:
			v = text.Of(a.value, a.line)
		}
	}
	return v
}

// list are the words of all assignments of the keys; an empty assignment removes those before it.
func (u *unit) list(section string, keys ...string) (list []text.At[string]) {
	for _, a := range u.all(section) {
		for _, key := range keys {
			if a.key != key {
				continue
			}
			if a.value == "" {
				list = nil
			}
			for _, word := range u.words(a) {
				list = append(list, text.Of(word, a.line))
			}
		}
	}
	return list
}

// words splits a value at blanks, and takes the quotes off words that stand in them.
func (u *unit) words(a assignment) (words []string) {
	for s := a.value; ; {
		if s = strings.TrimLeft(s, " \t"); s == "" {
			return words
		}
		if s[0] == '#' || s[0] == ';' {
			u.problem(a.line, a.text, "a comment after a value: its words are taken for values")
			return words
		}
		end := strings.IndexAny(s, " \t")
		if quote := s[0]; quote == '"' || quote == '\'' {
			if n := strings.IndexByte(s[1:], quote); n >= 0 {
				words = append(words, s[1:n+1])
				s = s[n+2:]
				continue
			}
		}
		if end < 0 {
			end = len(s)
		}
		words = append(words, s[:end])
		s = s[end:]
	}
}

// truth reads a truth value as parse_boolean in systemd's src/basic/parse-util.c does.
func truth(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "1", "yes", "y", "true", "t", "on":
		return true, true
	case "0", "no", "n", "false", "f", "off":
		return false, true
	}
	return false, false
}
