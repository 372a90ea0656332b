package yamltree

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

func decode(t *testing.T, s string) *yaml.Node {
	t.Helper()
	documents, problems := Decode([]byte(s))
	if len(documents) != 1 || len(problems) > 0 {
		t.Fatalf("%q: %d documents, problems %v", s, len(documents), problems)
	}
	return documents[0]
}

func TestTree(t *testing.T) {
	d := decode(t, "port: [a, {name: b}, {x: y}, '', null, 3]\nmaster: br0\nm: &m\n  n: {o: deep}\nalias: *m\nempty: ~\n")
	tree := New()
	if got := tree.Text(tree.Get(d, "controller", "master")); got != text.Of("br0", 2) {
		t.Errorf("Get: %+v", got)
	}
	if got := tree.Text(tree.Path(d, "alias", "n", "o")); got != text.Of("deep", 4) {
		t.Errorf("Path through an alias: %+v", got)
	}
	if tree.Path(d, "m", "missing", "o") != nil || tree.Get(d, "none") != nil || tree.Get(nil, "a") != nil || tree.Get(tree.Get(d, "master"), "a") != nil {
		t.Error("what is missing is nil")
	}
	if tree.Text(tree.Get(d, "empty")).Found() || tree.Text(tree.Get(d, "port")).Found() || tree.Text(nil).Found() {
		t.Error("null, a list and nothing have no text")
	}
	if diff := cmp.Diff([]text.At[string]{text.Of("a", 1), text.Of("b", 1), text.Of("3", 1)}, tree.Names(tree.Get(d, "port"))); diff != "" {
		t.Error(diff)
	}
	if len(tree.Items(d)) != 0 || len(tree.Items(nil)) != 0 {
		t.Error("only a sequence has items")
	}
	var keys []string
	for k, v := range tree.Pairs(d) {
		keys = append(keys, k.Value+"@"+strconv.Itoa(v.Line))
		if k.Value == "alias" {
			break // leaving early must not panic
		}
	}
	if diff := cmp.Diff([]string{"port@1", "master@2", "m@3", "alias@3"}, keys); diff != "" {
		t.Error(diff)
	}
	for range tree.Pairs(tree.Get(d, "master")) {
		t.Error("only a mapping has pairs")
	}
	if len(tree.Problems) > 0 {
		t.Error(tree.Problems)
	}
}

func TestNumber(t *testing.T) {
	for s, want := range map[string]text.At[int]{
		"1500": text.Of(1500, 1), "'1500'": text.Of(1500, 1), "-1": text.Of(-1, 1), "+7": text.Of(7, 1), "1e+06": text.Of(1_000_000, 1),
		"1500.0": text.Of(1500, 1), "9007199254740992": text.Of(1<<53, 1), strconv.Itoa(math.MaxInt64): text.Of(math.MaxInt64, 1),
		"1.5": {}, "big": {}, ".inf": {}, "Inf": {}, "NaN": {}, "1e300": {}, "99999999999999999999999": {}, "''": {}, "~": {}, "[1]": {},
	} {
		tree := New()
		got := tree.Number(decode(t, s))
		if got != want {
			t.Errorf("%s: %+v, want %+v", s, got, want)
		}
		if quiet := want.Found() || s == "~" || s == "[1]"; quiet != (len(tree.Problems) == 0) {
			t.Errorf("%s: problems %v", s, tree.Problems)
		}
	}
	if got := New().Number(decode(t, "1500")); got.Line != 1 {
		t.Error(got)
	}
	if tree := New(); tree.Number(nil).Found() || tree.Bool(nil).Found() || len(tree.Problems) > 0 {
		t.Error("nothing has no value, and that is no problem")
	}
}

func TestBool(t *testing.T) {
	for s, want := range map[string]text.At[bool]{
		"true": text.Of(true, 1), "True": text.Of(true, 1), "yes": text.Of(true, 1), "'on'": text.Of(true, 1), "1": text.Of(true, 1),
		"false": text.Of(false, 1), "NO": text.Of(false, 1), "off": text.Of(false, 1), "'0'": text.Of(false, 1),
		"maybe": {}, "''": {}, "null": {}, "{}": {},
	} {
		tree := New()
		if got := tree.Bool(decode(t, s)); got != want {
			t.Errorf("%s: %+v, want %+v", s, got, want)
		}
		if quiet := want.Found() || s == "null" || s == "{}"; quiet != (len(tree.Problems) == 0) {
			t.Errorf("%s: problems %v", s, tree.Problems)
		}
	}
}

// count returns how many nodes a Tree lets one look at.
func count(tree *Tree, n *yaml.Node) (nodes int) {
	for _, item := range tree.Items(n) {
		nodes += 1 + count(tree, item)
	}
	return nodes
}

func TestAliasBombs(t *testing.T) {
	laughs := "l0: &l0 [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 1; i < 9; i++ {
		laughs += "l" + strconv.Itoa(i) + ": &l" + strconv.Itoa(i) + " [" + strings.Repeat("*l"+strconv.Itoa(i-1)+",", 10) + "]\n"
	}
	tree := New()
	if nodes := count(tree, tree.Get(decode(t, laughs), "l8")); nodes > MaxNodes {
		t.Errorf("%d nodes", nodes)
	}
	if len(tree.Problems) != 1 || !strings.Contains(tree.Problems[0].Why, "too many elements") {
		t.Errorf("problems %v", tree.Problems)
	}
	if tree.Text(decode(t, "x")).Found() {
		t.Error("a Tree that is spent reads on")
	}
}

// TestKeyBombs looks again and again for a key that a large mapping does not have.
func TestKeyBombs(t *testing.T) {
	var s strings.Builder
	for i := range 20_000 {
		s.WriteString("k" + strconv.Itoa(i) + ": 1\n")
	}
	tree, d := New(), decode(t, s.String())
	for range MaxNodes / 2 {
		tree.Get(d, "missing")
	}
	if len(tree.Problems) != 1 {
		t.Errorf("problems %v", tree.Problems)
	}
}

func TestAliasChains(t *testing.T) {
	tree := New()
	if self := decode(t, "&a [*a]"); len(tree.Items(tree.Items(tree.Items(self)[0])[0])) != 1 {
		t.Error("a list that contains itself has one element")
	}
	loop := &yaml.Node{Kind: yaml.AliasNode}
	loop.Alias = loop
	if tree.Follow(loop) != nil || tree.Follow(&yaml.Node{Kind: yaml.AliasNode}) != nil {
		t.Error("an alias of itself or of nothing stands for nothing")
	}
}

// TestLargeList reads as many elements as a node with a thousand interfaces has, with many lookups each.
func TestLargeList(t *testing.T) {
	d := decode(t, strings.Repeat("- {name: a, type: b, state: c, ipv4: {enabled: false}, ipv6: {enabled: false}, mtu: 1500}\n", 5000))
	tree := New()
	for _, item := range tree.Items(d) {
		for range 40 {
			tree.Get(item, "missing", "absent")
		}
	}
	if len(tree.Problems) > 0 {
		t.Error(tree.Problems)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	tree, n := New(), &yaml.Node{Kind: yaml.ScalarNode, Value: "x\ny"}
	for range 10 * text.MaxProblems {
		tree.Problem(n, "why")
	}
	if len(tree.Problems) != text.MaxProblems || tree.Problems[0] != (text.Problem{Line: 1, Text: "x", Why: "why"}) {
		t.Errorf("%d problems, the first %+v", len(tree.Problems), tree.Problems[0])
	}
}
