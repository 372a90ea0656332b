package yamltree

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

// outline writes a node as "kind@line" with its children, and follows no alias.
func outline(n *yaml.Node) string {
	switch n.Kind {
	case yaml.ScalarNode:
		return fmt.Sprintf("%s@%d", n.Value, n.Line)
	case yaml.AliasNode:
		return fmt.Sprintf("*%s@%d", n.Value, n.Line)
	}
	var children []string
	for _, c := range n.Content {
		children = append(children, outline(c))
	}
	if n.Kind == yaml.SequenceNode {
		return fmt.Sprintf("[%s]@%d", strings.Join(children, " "), n.Line)
	}
	return fmt.Sprintf("{%s}@%d", strings.Join(children, " "), n.Line)
}

func outlines(documents []*yaml.Node) (s []string) {
	for _, d := range documents {
		s = append(s, outline(d))
	}
	return s
}

// crd is cut out of what `oc adm inspect` writes.
const crd = `---
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
spec:
  kernelArguments:
  - bond=bond0:eno1,eno2:mode=4
  config: &c
    text: |-
      one

      two
    quoted: "a
      b"
`

func TestDecode(t *testing.T) {
	whole := "{apiVersion@2 machineconfiguration.openshift.io/v1@2 kind@3 MachineConfig@3 spec@4 {kernelArguments@5 [bond=bond0:eno1,eno2:mode=4@6]@6 " +
		"config@7 {text@8 one\n\ntwo@8 quoted@12 a b@12}@7}@5}@2"
	for _, c := range []struct {
		name, text string
		want       []string
		line       int // of the first problem
	}{
		{"whole", crd, []string{whole}, 0},
		{"CRLF", strings.ReplaceAll(crd, "\n", "\r\n"), []string{whole}, 0},
		{"byte order mark", "\uFEFF" + crd, []string{whole}, 0},
		{"empty", "", nil, 0},
		{"blank", "\n \n", nil, 0},
		{"comment", "# nothing\n", nil, 0},
		{"documents", "a: 1\n---\nb: 2\n...\n---\n- c\n", []string{"{a@1 1@1}@1", "{b@3 2@3}@3", "[c@6]@6"}, 0},
		{"JSON", "{\"a\": [1,\n 2],\n \"b\": null}", []string{"{a@1 [1@1 2@2]@1 b@3 null@3}@1"}, 0},
		{"alias", "a: &x [1]\nb: *x\n", []string{"{a@1 [1@1]@1 b@2 *x@2}@1"}, 0},
		{"line separator", "a: \"x\u2028y\u0085z\"\nb: 2\n", []string{"{a@1 x y z@1 b@2 2@2}@1"}, 0},
		{"lone CR", "a: 1\rb\nc: 2\n", []string{"{a@1 1 b@1 c@2 2@2}@1"}, 0},
		{"invalid UTF-8", "a: \xff\n", []string{"{a@1 \uFFFD@1}@1"}, 0},
		{"control characters", "a: x\x00\x1b[0m\x7f\nb: \uFEFF1\n", []string{"{a@1 x\uFFFD\uFFFD[0m\uFFFD@1 b@2 \uFFFD1@2}@1"}, 0},
		{"cut in a key", "a: 1\nb:\n  c: 2\n  de", []string{"{a@1 1@1 b@2 {c@3 2@3}@3}@1"}, 4},
		{"cut in a quote", "a: 1\nb: \"xy", []string{"{a@1 1@1}@1"}, 2},
		{"cut in a quote of several lines", "a: 1\nb: \"x\n  y\n  z", []string{"{a@1 1@1}@1"}, 2},
		{"cut in JSON of several lines", "{\"a\": 1,\n\"b\": 2,\n\"c", nil, 3},
		{"cut in a second document", "a: 1\n---\nb: [1,\n 2", []string{"{a@1 1@1}@1"}, 0},
		{"nothing after the start", "---", []string{"@1"}, 0},
		{"nothing after a key", "a: 1\nb:", []string{"{a@1 1@1 b@2 @2}@1"}, 0},
		{"tab", "a:\n\tb: 1\n", []string{"{a@1 @1}@1"}, 2},
		{"damage in the middle", "a: 1\n  b: 2\nc: 3\n", []string{"{a@1 1@1}@1"}, 2},
		{"unknown alias", "a: *x\n", nil, 1},
		{"plain text of several lines", "Error: no such thing: x\nRTNETLINK: a: b\n", nil, 1},
		{"a sentence", "command not found\n", []string{"command not found@1"}, 0},
	} {
		got, problems := Decode([]byte(c.text))
		if c.name == "cut in a second document" { // the line of the problem depends on the decoder
			if len(got) == 0 || outline(got[0]) != c.want[0] || len(problems) == 0 {
				t.Errorf("%s: %q, problems %v", c.name, outlines(got), problems)
			}
			continue
		}
		if d := cmp.Diff(c.want, outlines(got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		line := 0
		if len(problems) > 0 {
			line = problems[0].Line
		}
		if line != c.line {
			t.Errorf("%s: problems %+v, want one in line %d", c.name, problems, c.line)
		}
	}
}

// TestDecodeCut cuts a text at every byte: what was before the line of the cut stays readable.
func TestDecodeCut(t *testing.T) {
	const s = "apiVersion: v1\nitems:\n- metadata:\n    name: \"a\"\n    labels: {x: y}\n  spec: 'b'\n- metadata:\n    name: |-\n      c\nkind: List\n"
	for i := strings.Index(s, "- metadata") + 1; i < len(s); i++ {
		documents, problems := Decode([]byte(s[:i]))
		if len(documents) != 1 || documents[0].Kind != yaml.MappingNode || documents[0].Content[1].Value != "v1" {
			t.Errorf("cut at %d: %q, problems %v", i, outlines(documents), problems)
		}
	}
}

func TestDecodeJSON(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		line       int
		why        string
	}{
		{"object", "{\n \"a\": {\"b\": [1, \"x\",\n  true, null]},\n \"c\": []\n}\n", []string{"{a@2 {b@2 [1@2 x@2 true@3 null@3]@2}@2 c@4 []@4}@1"}, 0, ""},
		{"CRLF", "{\r\n\"a\": 1\r\n}", []string{"{a@2 1@2}@1"}, 0, ""},
		{"tabs", "{\n\t\"a\":\t\"b\"\n}", []string{"{a@2 b@2}@1"}, 0, ""},
		{"byte order mark", "\uFEFF{}", []string{"{}@1"}, 0, ""},
		{"empty", "", nil, 0, ""},
		{"blank", "\n\n", nil, 0, ""},
		{"several values", "{}\n[1]\n\"x\"\n3\n", []string{"{}@1", "[1@2]@2", "x@3", "3@4"}, 0, ""},
		{"line after line", "\n\n\n{\"a\":\n\n1}", []string{"{a@4 1@6}@4"}, 0, ""},
		{"cut in a key", "{\"a\": 1,\n\"b", []string{"{a@1 1@1}@1"}, 2, "not JSON"},
		{"cut in a value", "{\"a\": 1, \"b\":\n \"x", []string{"{a@1 1@1}@1"}, 2, "not JSON"},
		{"cut after a colon", "{\"a\": [{\"b\": 1}, {\"c\":", []string{"{a@1 [{b@1 1@1}@1 {}@1]@1}@1"}, 1, "not JSON"},
		{"cut after a comma", "[1,", []string{"[1@1]@1"}, 1, "not JSON"},
		{"text after it", "{\"a\": 1}\nError: x\n", []string{"{a@1 1@1}@1"}, 2, "not JSON"},
		{"text before it", "Error: x\n{\"a\": 1}", nil, 1, "not JSON"},
		{"end without a start", "]", nil, 1, "not JSON"},
		{"wrong end", "{\"a\": 1]\n", []string{"{a@1 1@1}@1"}, 1, "not JSON"},
		{"invalid UTF-8", "{\"a\": \"\xff\"}", []string{"{a@1 \uFFFD@1}@1"}, 0, ""},
		{"half a surrogate", `{"a": "\ud800"}`, []string{"{a@1 \uFFFD@1}@1"}, 0, ""},
	} {
		got, problems := DecodeJSON([]byte(c.text))
		if d := cmp.Diff(c.want, outlines(got)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if (c.line == 0) != (len(problems) == 0) || c.line > 0 && (problems[0].Line != c.line || !strings.Contains(problems[0].Why, c.why)) {
			t.Errorf("%s: problems %+v, want %q in line %d", c.name, problems, c.why, c.line)
		}
	}
}

func TestJSONTags(t *testing.T) {
	documents, _ := DecodeJSON([]byte(`[1, 1.5, "1", true, null, {}, []]`))
	var tags []string
	for _, n := range documents[0].Content {
		tags = append(tags, n.Tag)
	}
	if d := cmp.Diff([]string{"!!int", "!!float", "!!str", "!!bool", "!!null", "!!map", "!!seq"}, tags); d != "" {
		t.Error(d)
	}
}

func TestDeep(t *testing.T) {
	start := time.Now()
	for _, open := range []string{"[", `{"a":`, "- ", "{a: "} {
		s := []byte(strings.Repeat(open, 50_000))
		if _, problems := Decode(s); len(problems) == 0 {
			t.Errorf("%q nested 50,000 times is read by Decode without a problem", open)
		}
		if documents, problems := DecodeJSON(s); len(problems) == 0 || open == "[" && len(documents) != 1 {
			t.Errorf("%q nested 50,000 times by DecodeJSON: %d documents, problems %v", open, len(documents), problems)
		}
	}
	if d := time.Since(start); d > 20*time.Second {
		t.Errorf("deep nesting took %v", d)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{crd, "{\"a\": [1,\n 2],\n \"b\": null}", "a: &a [*a, *a]\n", "a:\n\tb: 1\n", "a: \"x\n  y", "? a\n: b\n", "%YAML 1.1\n---\na\n", "- - - a\n  - >-\n   b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, problems := Decode(data)
		walk(t, data, documents)
		tree := New()
		for _, d := range documents {
			tree.Problem(d, "why")
		}
		for _, p := range slices.Concat(problems, tree.Problems) {
			inRange(t, data, p.Line)
		}
	})
}

func FuzzDecodeJSON(f *testing.F) {
	for _, s := range []string{"{\n\t\"a\": {\"b\": [1, \"x\",\n  true, null]}}\n", "{}[1]\"x\"3", "{\"a\": 1, \"b", "[[[[", "{\"a\" 1}", "{1: 2}", "[1 2]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, problems := DecodeJSON(data)
		walk(t, data, documents)
		for _, p := range problems {
			inRange(t, data, p.Line)
		}
	})
}

func inRange(t *testing.T, data []byte, line int) {
	t.Helper()
	if last := strings.Count(string(data), "\n") + 1; line < 1 || line > last {
		t.Errorf("line %d of %d", line, last)
	}
}

// walk goes through all that a Tree reaches, and ends because a Tree does.
func walk(t *testing.T, data []byte, documents []*yaml.Node) {
	t.Helper()
	tree := New()
	tree.left = 10_000
	for _, d := range documents {
		if d.Kind == yaml.MappingNode && len(d.Content)%2 != 0 {
			t.Error("a key without a value")
		}
		visit(t, tree, data, d, 0)
	}
	for _, p := range tree.Problems {
		inRange(t, data, p.Line)
	}
}

func visit(t *testing.T, tree *Tree, data []byte, n *yaml.Node, depth int) {
	t.Helper()
	if depth > 200 {
		return
	}
	inRange(t, data, n.Line)
	if s := tree.Text(n); s.Found() {
		inRange(t, data, s.Line)
		tree.Number(n)
		tree.Bool(n)
	}
	tree.Names(n)
	for k, v := range tree.Pairs(n) {
		if k.Kind == yaml.ScalarNode {
			inRange(t, data, k.Line)
		}
		visit(t, tree, data, v, depth+1)
	}
	for _, item := range tree.Items(n) {
		visit(t, tree, data, item, depth+1)
	}
}
