// Package yamltree reads YAML and JSON into nodes that know their lines, and walks them safely: what a stranger's document refers to, repeats
// or nests is bounded, and nothing in it makes the reader panic.
package yamltree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
)

// maxAttempts bounds how often a damaged text is cut back and read again.
const maxAttempts = 4

// Decode returns the documents of a text. One that YAML refuses is cut back, to before its last line (the usual damage is a text that ends in
// the middle of a line) or to before the line that the error names, so that of a text that is cut or damaged it returns what stands before
// the damage, where YAML permits. JSON is YAML.
func Decode(data []byte) (documents []*yaml.Node, problems text.Problems) {
	data, problems = withinBounds(normalize(data))
	documents, damage := decodeParts(data)
	problems.Join(damage)
	return documents, problems
}

// maxElements bounds the nodes of a text: one of 32 MB can be 16 million of them, which take gigabytes.
const maxElements = 2 * MaxNodes

// maxDirectives bounds the %TAG lines of a text: the decoder compares each with all others. Nothing that is read here has one.
const maxDirectives = 100

// withinBounds cuts a text to what may be decoded, at the end of a line. Nodes are counted as if each mark made one.
func withinBounds(data []byte) ([]byte, text.Problems) {
	var problems text.Problems
	elements, directives, at, n := 0, 0, 0, 0
	for line := range bytes.Lines(data) {
		n++
		elements += 2
		for _, c := range line {
			if c == ',' || c == '[' || c == '{' {
				elements++
			}
		}
		if bytes.HasPrefix(line, []byte("%TAG")) {
			directives++
		}
		if elements > maxElements || directives > maxDirectives {
			problems.Lose(n, strings.TrimSpace(string(line[:min(len(line), 200)])), "too many elements: the text is not read from here on")
			return data[:at], problems
		}
		at += len(line)
	}
	return data, nil
}

// decodeParts returns the documents of a text, of one that is damaged those before the damage.
func decodeParts(data []byte) (documents []*yaml.Node, problems text.Problems) {
	documents, err := decodeAll(data)
	if err == nil {
		return documents, nil
	}
	lines := bytes.SplitAfter(bytes.TrimRight(data, " \n"), []byte{'\n'})
	if last := len(lines) - 1; last > 0 {
		if whole, e := decodeAll(bytes.Join(lines[:last], nil)); e == nil {
			return whole, text.Problems{notYAML(lines, last+1, err)}
		}
	}
	for range maxAttempts {
		n := min(max(errorLine(err), 1), len(lines))
		problems = append(problems, notYAML(lines, n, err))
		if n == 1 {
			break
		}
		lines = lines[:n-1]
		if documents, err = decodeAll(bytes.Join(lines, nil)); err == nil {
			break
		}
	}
	return documents, problems
}

func notYAML(lines [][]byte, n int, err error) text.Problem {
	return text.NewProblem(n, strings.TrimSpace(string(lines[n-1])), "not YAML from here on: "+err.Error())
}

// breaks are what YAML takes for line ends beside LF, and nothing else does: lines would be counted differently.
var breaks = strings.NewReplacer("\r\n", "\n", "\r", " ", "\u0085", " ", "\u2028", " ", "\u2029", " ")

// normalize makes a text one that YAML can be asked for: the decoder refuses the whole of one that has a control character in it.
func normalize(data []byte) []byte {
	s := breaks.Replace(strings.ToValidUTF8(strings.TrimPrefix(string(data), "\uFEFF"), "\uFFFD"))
	return []byte(strings.Map(printable, s))
}

// printable replaces a character that YAML does not permit (c-printable in the specification of YAML 1.2).
func printable(r rune) rune {
	switch {
	case r == '\t' || r == '\n':
		return r
	case r < ' ' || r >= 0x7F && r < 0xA0 || r == 0xFEFF || r == 0xFFFE || r == 0xFFFF:
		return '\uFFFD'
	}
	return r
}

var errorLineRE = regexp.MustCompile(`line (\d{1,9})`)

// errorLine is the line that an error of the YAML decoder names, 0 when it names none.
func errorLine(err error) int {
	if m := errorLineRE.FindStringSubmatch(err.Error()); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			return n
		}
	}
	return 0
}

// decodeAll returns the documents before the first error with it. The decoder reports some damage by a panic that is not its own.
func decodeAll(data []byte) (documents []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the YAML decoder failed: %v", p)
		}
	}()
	last := bytes.Count(data, []byte{'\n'}) + 1
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for {
		var n yaml.Node
		err := decoder.Decode(&n)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return documents, err
		}
		if n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
			clamp(n.Content[0], last)
			documents = append(documents, n.Content[0])
		}
	}
}

// clamp moves nodes that the decoder sees after the end of a text, where something is missing ("---", "a:\n- "), to its last line. Only the
// last nodes of a document can be such.
func clamp(n *yaml.Node, last int) {
	n.Line = min(max(n.Line, 1), last)
	for _, c := range n.Content[max(len(n.Content)-2, 0):] {
		clamp(c, last)
	}
}

// maxDepth bounds the nesting of JSON; encoding/json itself stops at 10,000.
const maxDepth = 1000

// DecodeJSON returns the JSON values of a text as nodes; several may follow one another. Of a text that is cut it returns what stands before
// the cut. It takes the tabs that YAML refuses.
func DecodeJSON(data []byte) (documents []*yaml.Node, problems text.Problems) {
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	d := &jsonDecoder{data: data, dec: json.NewDecoder(bytes.NewReader(data)), line: 1, left: MaxNodes}
	d.dec.UseNumber()
	for {
		token, err := d.dec.Token()
		if errors.Is(err, io.EOF) {
			return documents, problems
		}
		var n *yaml.Node
		if err == nil {
			n, err = d.value(token, 0)
		}
		if n != nil {
			documents = append(documents, n)
		}
		if err != nil {
			line := d.at()
			if errors.Is(err, errMany) || errors.Is(err, errDeep) {
				problems.Lose(line, lineOf(data, line), err.Error()+": the text is not read from here on")
			} else {
				problems.Add(line, lineOf(data, line), "not JSON from here on: "+err.Error())
			}
			return documents, problems
		}
	}
}

type jsonDecoder struct {
	data   []byte
	dec    *json.Decoder
	line   int
	passed int64 // bytes whose line ends are counted in line
	left   int   // nodes that may still be made
}

// at is the line of the token that was read last.
func (d *jsonDecoder) at() int {
	offset := min(d.dec.InputOffset(), int64(len(d.data)))
	if offset > d.passed {
		d.line += bytes.Count(d.data[d.passed:offset], []byte{'\n'})
		d.passed = offset
	}
	return d.line
}

var (
	errDeep = errors.New("nested too deeply")
	errMany = errors.New("too many elements")
)

// value reads the value that begins with token. With an error it returns what was read before it.
func (d *jsonDecoder) value(token json.Token, depth int) (*yaml.Node, error) {
	line := d.at()
	if d.left--; d.left < 0 {
		return nil, errMany
	}
	switch v := token.(type) {
	case json.Delim:
		if depth > maxDepth {
			return nil, errDeep
		}
		return d.collection(v, line, depth)
	case string:
		return scalar("!!str", v, line), nil
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return scalar("!!float", v.String(), line), nil
		}
		return scalar("!!int", v.String(), line), nil
	case bool:
		return scalar("!!bool", strconv.FormatBool(v), line), nil
	}
	return scalar("!!null", "null", line), nil
}

func scalar(tag, value string, line int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: strings.ToValidUTF8(value, "\uFFFD"), Line: line}
}

// collection reads an object or array up to its end. An object's keys and values alternate, as in a mapping of YAML.
func (d *jsonDecoder) collection(open json.Delim, line, depth int) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: line}
	if open == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for {
		token, err := d.dec.Token()
		if err != nil {
			return whole(n), noEOF(err)
		}
		if end, ok := token.(json.Delim); ok && (end == '}' || end == ']') {
			return n, nil
		}
		child, err := d.value(token, depth+1)
		if child != nil {
			n.Content = append(n.Content, child)
		}
		if err != nil {
			return whole(n), err
		}
	}
}

// whole drops the key without value at the end of an object that is cut.
func whole(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.MappingNode && len(n.Content)%2 == 1 {
		n.Content = n.Content[:len(n.Content)-1]
	}
	return n
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

func lineOf(data []byte, n int) string {
	for i, s := range text.Lines(data) {
		if i == n {
			return strings.TrimSpace(s)
		}
	}
	return ""
}
