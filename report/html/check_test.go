package html_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/report/render/rendertest"
)

// element is an element of a page, with all the text in it.
type element struct {
	name  string
	attrs []xml.Attr
	text  string
}

func (e element) attr(name string) string {
	for _, a := range e.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) has(name string) bool {
	return slices.ContainsFunc(e.attrs, func(a xml.Attr) bool { return a.Name.Local == name })
}

// void elements have no end.
var void = regexp.MustCompile(`<(meta|br)\b([^>]*)>`)

// parse reads a page, which is written so that it is XML but for the elements without an end, in the order in which the elements open.
func parse(t testing.TB, out string) (list []element) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(void.ReplaceAllString(out, "<$1$2/>")))
	d.Entity = xml.HTMLEntity
	var open []int
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, out)
		}
		switch x := token.(type) {
		case xml.StartElement:
			open = append(open, len(list))
			list = append(list, element{name: x.Name.Local, attrs: slices.Clone(x.Attr)})
		case xml.EndElement:
			if len(open) == 0 || list[open[len(open)-1]].name != x.Name.Local {
				t.Fatalf("%s is closed where it is not open", x.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, i := range open {
				list[i].text += string(x)
			}
		case xml.Comment:
			t.Errorf("a comment: %q", x)
		}
	}
	if len(open) > 0 {
		t.Errorf("%s is open at the end", list[open[len(open)-1]].name)
	}
	return list
}

// text is what a page says.
func text(t testing.TB, out string) string {
	t.Helper()
	for _, e := range parse(t, out) {
		if e.name == "body" {
			return e.text
		}
	}
	t.Fatal("no body")
	return ""
}

// The elements that the page has, with the attributes that each may have beside id and class.
var allowed = map[string]string{
	"html": "lang", "head": "", "meta": "charset http-equiv content name", "title": "", "style": "", "body": "", "script": "",
	"header": "", "main": "", "footer": "", "section": "aria-labelledby", "article": "aria-labelledby", "div": "role tabindex aria-label", "figure": "aria-labelledby aria-describedby",
	"figcaption": "", "h1": "", "h2": "", "h3": "", "h4": "", "h5": "", "p": "", "span": "aria-hidden", "strong": "", "code": "", "pre": "", "br": "",
	"ul": "", "ol": "", "li": "", "dl": "", "dt": "", "dd": "", "details": "open data-finding", "summary": "", "a": "href rel " + drawing,
	"table": "", "thead": "", "tbody": "", "tr": "", "th": "scope rowspan", "td": "",
	"svg": "xmlns viewBox role aria-label aria-labelledby aria-describedby preserveAspectRatio focusable " + drawing, "g": drawing, "rect": drawing, "path": drawing, "circle": drawing,
	"line": drawing, "polygon": drawing, "polyline": drawing, "ellipse": drawing, "text": drawing, "tspan": drawing, "desc": "",
}

// drawing are the attributes of shapes.
const drawing = "x y x1 x2 y1 y2 cx cy r rx ry dx dy d points width height transform text-anchor textLength lengthAdjust data-findings data-node aria-hidden aria-label role tabindex"

// check fails when the page holds an element or an attribute that the report does not write, or a reference to what is not in it.
func check(t *testing.T, out string) {
	t.Helper()
	out = carried.ReplaceAllString(out, "$1$2") // TestPolicy looks at them
	rendertest.CheckHarmless(t, out)
	elements := parse(t, out)
	ids := map[string]bool{}
	for _, e := range elements {
		attrs, ok := allowed[e.name]
		if !ok {
			t.Fatalf("the element %s %v is alive", e.name, e.attrs)
		}
		for _, a := range e.attrs {
			if name := a.Name.Local; a.Name.Space != "" || name != "id" && name != "class" && !slices.Contains(strings.Fields(attrs), name) {
				t.Errorf("the attribute %s=%q of %s is alive", name, a.Value, e.name)
			}
		}
		if id := e.attr("id"); id != "" && ids[id] {
			t.Errorf("the id %s is there twice", id)
		}
		ids[e.attr("id")] = true
		if class := e.attr("class"); strings.Trim(class, "abcdefghijklmnopqrstuvwxyz0123456789- ") != "" {
			t.Errorf("%s has the class %q", e.name, class)
		}
	}
	for _, e := range elements {
		checkLinks(t, e, ids)
	}
}

// web is an address that may be opened in a browser.
var web = regexp.MustCompile(`^https?://[!-~]+$`)

func checkLinks(t *testing.T, e element, ids map[string]bool) {
	t.Helper()
	for _, name := range []string{"aria-labelledby", "aria-describedby"} {
		for _, id := range strings.Fields(e.attr(name)) {
			if !ids[id] {
				t.Errorf("%s of %s names %s, which is not there", name, e.name, id)
			}
		}
	}
	if !e.has("href") {
		return
	}
	id, inside := strings.CutPrefix(e.attr("href"), "#")
	switch {
	case inside && ids[id]:
	case !inside && web.MatchString(e.attr("href")) && e.attr("rel") == "noreferrer noopener":
	default:
		t.Errorf("a link to %q, rel %q", e.attr("href"), e.attr("rel"))
	}
}
