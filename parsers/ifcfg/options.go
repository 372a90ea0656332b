package ifcfg

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// typographic are the quotes that word processors put in the place of ASCII ones. The shell takes them as letters.
const typographic = "“”„‘’‚«»"

// word is a blank-separated part of the option string with the line that it starts on.
type word struct {
	text string
	line int
}

// splitter takes the option string apart. initscripts (install_bonding_driver in network-functions) and NetworkManager split it at blanks
// and take each word for one KEY=VALUE; whatever else people write is read as it was meant, and reported.
type splitter struct {
	options  []Option
	problems text.Problems
	faults   []Fault
}

func splitOptions(v value) splitter {
	var s splitter
	for words := fields(v); len(words) > 0; {
		if strings.HasPrefix(words[0].text, "#") {
			s.fault(words[0], FaultComment, "a comment inside the value: its words are taken for options")
			break
		}
		words = words[s.take(words):]
	}
	return s
}

// fields splits a value at blanks and line ends.
func fields(v value) (words []word) {
	for i := 0; i < len(v.bytes); {
		if isBlank(v.bytes[i]) {
			i++
			continue
		}
		start := i
		for i < len(v.bytes) && !isBlank(v.bytes[i]) {
			i++
		}
		words = append(words, word{text: string(v.bytes[start:i]), line: v.lines[start]})
	}
	return words
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' }

func (s *splitter) fault(w word, kind FaultKind, why string) {
	s.problems.Add(w.line, w.text, why)
	s.faults = append(s.faults, Fault{Line: w.line, Kind: kind, Text: w.text})
}

const blanksAroundEquals = "blanks around '=': initscripts and NetworkManager take each part for an option of its own"

// take reads one option from the front of words and returns how many of them it used.
func (s *splitter) take(words []word) int {
	w := words[0]
	name, val, equals := strings.Cut(w.text, "=")
	next := ""
	if len(words) > 1 {
		next = words[1].text
	}
	switch {
	case equals && name == "":
		s.fault(w, FaultNoValue, "a value without an option")
		return 1
	case !equals && strings.HasPrefix(next, "="): // "primary = eth1", "primary =eth1"
		s.fault(w, FaultBlanks, blanksAroundEquals)
		if next != "=" {
			s.add(w, name, next[1:])
			return 2
		}
		if len(words) > 2 && !strings.Contains(words[2].text, "=") {
			s.add(w, name, words[2].text)
			return 3
		}
		s.add(w, name, "")
		return 2
	case equals && val == "" && next != "" && !strings.ContainsAny(next, "=#"): // "primary= eth1"
		s.fault(w, FaultBlanks, blanksAroundEquals)
		s.add(w, name, next)
		return 2
	case !equals || val == "":
		s.fault(w, FaultNoValue, "an option without a value")
	}
	s.add(w, name, val)
	return 1
}

var nameRE = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// add keeps one option, or several when they were joined by commas.
func (s *splitter) add(w word, name, val string) {
	parts := strings.Split(val, ",")
	current, joined, list := name, parts[0], false
	for _, part := range parts[1:] {
		if n, v, ok := strings.Cut(part, "="); ok {
			s.keep(w, current, joined)
			current, joined, list = n, v, true
			continue
		}
		if _, _, bare := clean(current); !isList(bare) {
			list = true
		}
		joined += "," + part
	}
	if list {
		s.fault(w, FaultComma, "a comma between options: options are separated by blanks, and this is taken for one of them")
	}
	s.keep(w, current, joined)
}

// isList reports whether the option's value is a list, the only place where a comma is right.
func isList(name string) bool { return name == "arp_ip_target" || name == "ns_ip6_target" }

// clean takes quotes and a leading "+" off a name and tells which there were.
func clean(s string) (quoted, plus bool, name string) {
	name = strings.Trim(s, typographic+`"'`)
	quoted = name != s
	plain := strings.TrimPrefix(name, "+")
	return quoted, plain != name, plain
}

func (s *splitter) keep(w word, name, val string) {
	quoted, plus, name := clean(name)
	plain := strings.Trim(val, typographic+`"'`)
	if quoted || plain != val {
		s.fault(w, FaultQuotes, "quotes inside the value are taken as part of the option")
	}
	if plus {
		s.fault(w, FaultPlus, "the '+' belongs before the address, not before the name of the option")
	}
	if !nameRE.MatchString(name) {
		s.fault(w, FaultNoOption, "not an option")
		return
	}
	if isList(name) { // "+10.0.0.1" adds a target in the driver's sysfs file, where initscripts writes the value
		plain = strings.ReplaceAll(strings.TrimPrefix(plain, "+"), ",+", ",")
	}
	s.options = append(s.options, Option{Line: w.line, Name: name, Value: plain})
}
