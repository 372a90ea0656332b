package libvirt

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// The limits of a document. A real domain has some hundred elements in at most a dozen levels.
const (
	maxDepth    = 100
	maxElements = 100_000
	maxText     = 4096 // bytes of an element's own text that are kept
)

var errLarge = fmt.Errorf("more than %d elements or %d levels", maxElements, maxDepth)

// element is an XML element with the place that it has in the file, which encoding/xml's unmarshalling does not tell.
type element struct {
	name     string
	line     int
	attrs    []xml.Attr
	text     string
	children []*element
	source   string // the element as it is written; one that the file cuts is completed
}

// attr is an attribute of an element, "" when there is none or no element.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	for _, a := range e.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// child is the first child of that name, nil when there is none or no element.
func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// at is an attribute with its element's line.
func (e *element) at(name string) text.At[string] {
	if v := e.attr(name); v != "" {
		return text.Of(v, e.line)
	}
	return text.At[string]{}
}

// content is the text of a child.
func (e *element) content(name string) string {
	if c := e.child(name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

// parseTree reads the first document of data. What stands before an error is returned with it, the elements around it completed. Entities of
// the document's own are not expanded but an error, as encoding/xml has it.
func parseTree(data []byte) (root *element, problems text.Problems) {
	doc := strings.ToValidUTF8(string(data), "\uFFFD")
	b := builder{doc: doc, dec: xml.NewDecoder(strings.NewReader(doc))}
	b.dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	err := b.run()
	if b.root == nil {
		return nil, notXML(data)
	}
	if err != nil {
		n := 1 + strings.Count(doc[:b.end], "\n")
		why := err.Error()
		var syntax *xml.SyntaxError
		if errors.As(err, &syntax) {
			why = syntax.Msg
		}
		if errors.Is(err, errLarge) {
			problems.Lose(n, lineOf(doc, b.end), "the XML is not read from here on: "+why)
		} else {
			problems.Add(n, lineOf(doc, b.end), "the XML ends early or is damaged: "+why)
		}
	}
	return b.root, problems
}

// notXML reports a file that has an error message in the place of XML.
func notXML(data []byte) (problems text.Problems) {
	for n, line := range text.Lines(data) {
		if strings.TrimSpace(line) != "" {
			return text.Problems{text.NewProblem(n, line, "not XML")}
		}
	}
	return nil
}

// lineOf is the line around an offset.
func lineOf(doc string, offset int) string {
	line, _, _ := strings.Cut(doc[strings.LastIndexByte(doc[:offset], '\n')+1:], "\n")
	return line
}

type builder struct {
	doc   string
	dec   *xml.Decoder
	root  *element
	stack []*element
	from  []int // offsets of the elements of stack
	count int
	end   int // offset after the last token that could be read
}

func (b *builder) run() error {
	defer b.complete()
	for b.root == nil || len(b.stack) > 0 {
		line, _ := b.dec.InputPos()
		start := int(b.dec.InputOffset())
		token, err := b.dec.Token()
		if err != nil {
			if errors.Is(err, io.EOF) && b.root == nil {
				return nil
			}
			return err
		}
		b.end = int(b.dec.InputOffset())
		switch t := token.(type) {
		case xml.StartElement:
			if b.count++; b.count > maxElements || len(b.stack) >= maxDepth {
				return errLarge
			}
			b.push(&element{name: t.Name.Local, line: line, attrs: t.Attr}, start)
		case xml.EndElement:
			top := len(b.stack) - 1
			b.stack[top].source = b.doc[b.from[top]:b.end]
			b.stack, b.from = b.stack[:top], b.from[:top]
		case xml.CharData:
			if n := len(b.stack); n > 0 && len(b.stack[n-1].text)+len(t) <= maxText {
				b.stack[n-1].text += string(t)
			}
		}
	}
	return nil
}

func (b *builder) push(e *element, start int) {
	if n := len(b.stack); n > 0 {
		b.stack[n-1].children = append(b.stack[n-1].children, e)
	} else {
		b.root = e
	}
	b.stack, b.from = append(b.stack, e), append(b.from, start)
}

// complete closes the elements that the file leaves open.
func (b *builder) complete() {
	closing := ""
	for i := len(b.stack) - 1; i >= 0; i-- {
		closing += "</" + b.stack[i].name + ">"
		if e := b.stack[i]; e.name == "interface" || e.name == "network" { // what is unmarshalled
			e.source = b.doc[b.from[i]:b.end] + closing
		}
	}
}
