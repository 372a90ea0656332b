package iproute

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseNamespaces reads `ip netns`: a name on each line, with " (id: N)" where the current namespace has a number for it.
func ParseNamespaces(data []byte) ([]Namespace, text.Problems) {
	var list []Namespace
	var p text.Problems
	for n, line := range text.Lines(data) {
		name, id, hasID := strings.Cut(strings.TrimSpace(line), " (id: ")
		if name == "" {
			continue
		}
		ns := Namespace{Line: n, Name: name, ID: -1}
		if hasID {
			number, err := strconv.Atoi(strings.TrimSuffix(id, ")"))
			if err != nil {
				p.Add(n, line, "the number of the namespace is no number")
				continue
			}
			ns.ID = number
		}
		if strings.ContainsAny(name, " \t/") || !printable(name) {
			p.Add(n, line, "not a network namespace")
			continue
		}
		list = append(list, ns)
	}
	return list, p
}
