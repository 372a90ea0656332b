package yamltree

import (
	"iter"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// MaxNodes is how many nodes of a file are looked at: aliases let a small document stand for one of any size, and one that contains itself.
const MaxNodes = 2_000_000

// maxKeys is how many keys are compared in the search for one; a comparison costs much less than a node.
const maxKeys = 100_000_000

// Tree gives access to the nodes of one file's documents, counts them, and remembers what was wrong with them.
type Tree struct {
	Problems text.Problems
	left     int
	keys     int
	spent    bool // the end of left or keys was reported
}

// New makes a Tree that looks at MaxNodes nodes.
func New() *Tree { return &Tree{left: MaxNodes, keys: maxKeys} }

// spend counts a node and reports whether it may still be looked at.
func (t *Tree) spend(n *yaml.Node) bool {
	t.left--
	return t.within(n)
}

// compare counts the comparison of a key of a mapping and reports whether it may be made.
func (t *Tree) compare(n *yaml.Node) bool {
	t.keys--
	return t.within(n)
}

func (t *Tree) within(n *yaml.Node) bool {
	if t.left >= 0 && t.keys >= 0 {
		return true
	}
	if !t.spent {
		t.spent = true
		line, words := quote(n)
		t.Problems.Lose(line, words, "too many elements: the rest is not read")
	}
	return false
}

// Problem records a node as not understood.
func (t *Tree) Problem(n *yaml.Node, why string) {
	line, words := quote(n)
	t.Problems.Add(line, words, why)
}

// quote is the line of a node and what a problem with it shows of it.
func quote(n *yaml.Node) (line int, words string) {
	words, _, _ = strings.Cut(n.Value, "\n")
	return max(n.Line, 1), strings.TrimSpace(words)
}

// Follow returns the node that an alias stands for, nil for no node and when too many were looked at.
func (t *Tree) Follow(n *yaml.Node) *yaml.Node {
	for hops := 0; n != nil && n.Kind == yaml.AliasNode; hops++ {
		if n = n.Alias; hops > 10 {
			return nil
		}
	}
	if n == nil || !t.spend(n) {
		return nil
	}
	return n
}

// Get returns the value of the first of the keys that a mapping has, nil when n is no mapping or has none.
func (t *Tree) Get(n *yaml.Node, keys ...string) *yaml.Node {
	if n = t.Follow(n); n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for _, key := range keys {
		for i := 0; i+1 < len(n.Content) && t.compare(n); i += 2 {
			if n.Content[i].Value == key {
				return t.Follow(n.Content[i+1])
			}
		}
	}
	return nil
}

// Path descends through mappings by one key after the other, nil when one of them is missing.
func (t *Tree) Path(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		n = t.Get(n, key)
	}
	return n
}

// Pairs yields the keys of a mapping, which know their lines, with their values; nothing when n is no mapping.
func (t *Tree) Pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(*yaml.Node, *yaml.Node) bool) {
		if n = t.Follow(n); n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if value := t.Follow(n.Content[i+1]); value != nil && !yield(n.Content[i], value) {
				return
			}
		}
	}
}

// Object returns the members of a mapping by their keys; of members of the same name the first, with nil for those that it does not have.
func (t *Tree) Object(n *yaml.Node) map[string]*yaml.Node {
	o := map[string]*yaml.Node{}
	for key, value := range t.Pairs(n) {
		if _, ok := o[key.Value]; !ok {
			o[key.Value] = value
		}
	}
	return o
}

// Items are the elements of a sequence.
func (t *Tree) Items(n *yaml.Node) (items []*yaml.Node) {
	if n = t.Follow(n); n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	for _, item := range n.Content {
		if item = t.Follow(item); item != nil {
			items = append(items, item)
		}
	}
	return items
}

// Text is a scalar that is not null.
func (t *Tree) Text(n *yaml.Node) (v text.At[string]) {
	if n = t.Follow(n); n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return v
	}
	return text.Of(n.Value, max(n.Line, 1))
}

// maxExact bounds the whole numbers that a float64 holds exactly.
const maxExact = 1 << 53

// Number is a scalar that is a whole number, one that was written as a float ("1.5e+03") too; another one is recorded as a problem.
func (t *Tree) Number(n *yaml.Node) (v text.At[int]) {
	s := t.Text(n)
	if !s.Found() {
		return v
	}
	if i, err := strconv.Atoi(s.Value); err == nil {
		return text.Of(i, s.Line)
	}
	if f, err := strconv.ParseFloat(s.Value, 64); err == nil && f == math.Trunc(f) && math.Abs(f) <= maxExact {
		return text.Of(int(f), s.Line)
	}
	t.Problem(n, "not a number")
	return v
}

// Bool is a scalar that is a truth value in one of the ways to write one; another one is recorded as a problem.
func (t *Tree) Bool(n *yaml.Node) (v text.At[bool]) {
	s := t.Text(n)
	switch strings.ToLower(s.Value) {
	case "true", "yes", "on", "1":
		return text.Of(true, s.Line)
	case "false", "no", "off", "0":
		return text.Of(false, s.Line)
	}
	if s.Found() {
		t.Problem(n, "not a truth value")
	}
	return v
}

// Names are the names in a list of strings or of objects with a name.
func (t *Tree) Names(n *yaml.Node) (names []text.At[string]) {
	for _, item := range t.Items(n) {
		name := t.Text(item)
		if item.Kind == yaml.MappingNode {
			name = t.Text(t.Get(item, "name"))
		}
		if name.Found() && name.Value != "" {
			names = append(names, name)
		}
	}
	return names
}
