package nmstate

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// maxNodes bounds how many nodes are looked at: aliases let a small document stand for one of any size, and one that contains itself.
const maxNodes = 500_000

// tree gives access to a document's nodes and counts them.
type tree struct {
	left     int
	spent    bool // the end of left was reported
	problems []text.Problem
}

// spend counts a node and reports whether it may still be looked at.
func (t *tree) spend(n *yaml.Node) bool {
	if t.left--; t.left < 0 && !t.spent {
		t.spent = true
		t.problem(n, "too many elements: the rest is not read")
	}
	return t.left >= 0
}

func (t *tree) problem(n *yaml.Node, why string) {
	t.problems = append(t.problems, text.NewProblem(max(n.Line, 1), strings.TrimSpace(strings.SplitN(n.Value, "\n", 2)[0]), why))
}

// follow returns the node that an alias stands for, nil for no node and when too many were looked at.
func (t *tree) follow(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || !t.spend(n) {
		return nil
	}
	return n
}

// get returns the value of the first of the keys that a mapping has, nil when n is no mapping or has none.
func (t *tree) get(n *yaml.Node, keys ...string) *yaml.Node {
	if n = t.follow(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for _, key := range keys {
		for i := 0; i+1 < len(n.Content) && t.spend(n); i += 2 {
			if n.Content[i].Value == key {
				return t.follow(n.Content[i+1])
			}
		}
	}
	return nil
}

// items are the elements of a sequence.
func (t *tree) items(n *yaml.Node) (items []*yaml.Node) {
	if n = t.follow(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	for _, item := range n.Content {
		if item = t.follow(item); item != nil {
			items = append(items, item)
		}
	}
	return items
}

// text is a scalar that is not null.
func (t *tree) text(n *yaml.Node) (v text.At[string]) {
	if n = t.follow(n); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return v
	}
	return text.Of(n.Value, n.Line)
}

func (t *tree) number(n *yaml.Node) (v text.At[int]) {
	s := t.text(n)
	if !s.Found() {
		return v
	}
	i, err := strconv.Atoi(s.Value)
	if err != nil {
		t.problem(n, "not a number")
		return v
	}
	return text.Of(i, s.Line)
}

func (t *tree) boolean(n *yaml.Node) (v text.At[bool]) {
	s := t.text(n)
	switch strings.ToLower(s.Value) {
	case "true", "yes", "on", "1":
		return text.Of(true, s.Line)
	case "false", "no", "off", "0":
		return text.Of(false, s.Line)
	}
	if s.Found() {
		t.problem(n, "not a truth value")
	}
	return v
}

// names are the names in a list of strings or of objects with a name.
func (t *tree) names(n *yaml.Node) (names []text.At[string]) {
	for _, item := range t.items(n) {
		name := t.text(item)
		if item.Kind == yaml.MappingNode {
			name = t.text(t.get(item, "name"))
		}
		if name.Found() && name.Value != "" {
			names = append(names, name)
		}
	}
	return names
}

// optionValue writes the value of an option of a bond: a list with commas, a truth value as a number. ok is false for what has no value.
func (t *tree) optionValue(n *yaml.Node) (v text.At[string], ok bool) {
	if n = t.follow(n); n == nil {
		return v, false
	}
	switch n.Kind {
	case yaml.SequenceNode:
		var list []string
		for _, name := range t.names(n) {
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
	t.problem(n, "not the value of an option")
	return v, false
}
