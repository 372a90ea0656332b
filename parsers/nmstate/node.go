package nmstate

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// optionValue writes the value of an option of a bond: a list with commas, a truth value as a number. ok is false for what has no value.
func (r *reader) optionValue(n *yaml.Node) (v text.At[string], ok bool) {
	if n = r.Follow(n); n == nil {
		return v, false
	}
	switch n.Kind {
	case yaml.SequenceNode:
		var list []string
		for _, name := range r.Names(n) {
			list = append(list, name.Value)
		}
		return text.Of(strings.Join(list, ","), n.Line), true
	case yaml.ScalarNode:
		switch {
		case n.Tag == "!!null":
			return v, false
		case n.Tag == "!!bool" || slices.Contains([]string{"true", "false"}, n.Value):
			return text.Of(map[bool]string{true: "1", false: "0"}[strings.EqualFold(n.Value, "true")], n.Line), true
		}
		return text.Of(n.Value, n.Line), true
	}
	r.Problem(n, "not the value of an option")
	return v, false
}
