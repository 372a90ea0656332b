package ifupdown

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// maxExpanded bounds the names that the ranges of one file stand for.
const maxExpanded = 10_000

// portList reads a list of ports as bridge-utils and ifenslave (bridge_ports, bond-slaves) and ifupdown2 do: names, "none", "all",
// "regex EXPRESSION", and ifupdown2's "glob swp1-4". What is chosen from the interfaces that exist is not in the list.
func (p *parser) portList(o option) (ports []text.At[string]) {
	expression, glob, chosen := false, false, false
	for _, word := range strings.Fields(o.value) {
		switch {
		case word[0] == '#':
			p.problem(o, "a comment after a value: its words are taken for ports")
			return ports
		case word == "none":
		case word == "all":
			p.problem(o, "all interfaces that exist: which they are is not known")
		case word == "regex", word == "glob":
			expression, glob = word == "regex", word == "glob"
		case word == "noregex", word == "noglob":
			expression, glob = false, false
		case expression || strings.ContainsAny(word, "()[]|*+?^$\\{}") && !glob:
			if !chosen {
				p.problem(o, "an expression that chooses from the interfaces that exist: which they are is not known")
			}
			expression, chosen = false, true
		case glob:
			names, ok := p.expand(word)
			if !ok {
				p.problem(o, "not a range of interfaces")
			}
			for _, name := range names {
				ports = append(ports, text.Of(name, o.line))
			}
			glob = false
		default:
			ports = append(ports, text.Of(word, o.line))
		}
	}
	return ports
}

// ranges are the forms of ifupdown2's glob (parse_glob in ifupdownaddons/modulebase.py): swp[1-4]s[0-3].100, swp1-4.100, swp[1-4].100.
var ranges = []*regexp.Regexp{
	regexp.MustCompile(`^([A-Za-z0-9.-]+)\[(\d{1,5})-(\d{1,5})\]([A-Za-z0-9-]+)\[(\d{1,5})-(\d{1,5})\]([^\[\]*?]*)$`),
	regexp.MustCompile(`^([A-Za-z0-9-]*[A-Za-z])(\d{1,5})-(\d{1,5})([^\[\]*?]*)$`),
	regexp.MustCompile(`^([A-Za-z0-9.-]+)\[(\d{1,5})-(\d{1,5})\]([^\[\]*?]*)$`),
}

// expand returns the names that a range stands for.
func (p *parser) expand(s string) (names []string, ok bool) {
	for _, re := range ranges {
		m := re.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		names = p.span(m[1], m[2], m[3], m[4])
		if len(m) > 5 {
			var inner []string
			for _, name := range names {
				inner = append(inner, p.span(name, m[5], m[6], m[7])...)
			}
			names = inner
		}
		return names, len(names) > 0
	}
	return nil, false
}

// span are the names from prefix, the numbers from one to another, and suffix; none when the file has too many.
func (p *parser) span(prefix, from, to, suffix string) (names []string) {
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	if err1 != nil || err2 != nil || last < first || last-first >= p.left {
		return nil
	}
	p.left -= last - first + 1
	for i := first; i <= last; i++ {
		names = append(names, prefix+strconv.Itoa(i)+suffix)
	}
	return names
}
