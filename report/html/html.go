// Package html writes a report as one page that needs nothing else: it opens offline from a ticket, in any browser, and fetches nothing. Its policy
// allows the one style and the one script that it carries, by their hashes; without the script all but the copying of commands works.
package html

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page, its style and its script
	"encoding/base64"
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/picture"
	"github.com/sosbond/sosbond/report/render"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var script string

// style is that of the page and of the pictures in it.
var style = pageStyle + picture.CSS

// Write writes the report. Nothing is written before the whole page is there.
func Write(w io.Writer, doc report.Document) error {
	p, err := newPage(render.Sanitize(doc))
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := pageTemplate().Execute(&b, p); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// policy forbids whatever the page does not carry itself, should anything of the input get past the escaping.
var policy = strings.Join([]string{
	"default-src 'none'", "style-src '" + hash(style) + "'", "script-src '" + hash(script) + "'", "img-src data:", "base-uri 'none'", "form-action 'none'",
}, "; ")

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// pageTemplate is parsed when it is needed first.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"role":       func(r render.Role) string { return roleNames[r] },
		"sentence":   render.Sentence,
		"prose":      prose,
		"count":      render.Count,
		"join":       strings.Join,
		"incomplete": func() string { return render.Incomplete },
	}).Parse(pageText))
})

// roleNames are the classes of the style.
var roleNames = map[render.Role]string{
	render.Good: "good", render.Fair: "fair", render.Warn: "warn", render.Bad: "bad", render.Unsure: "unsure", render.Dim: "dim",
}

// block is a paragraph, or a list.
type block struct {
	Text  []render.Inline
	Items [][]render.Inline
}

// prose reads a text of several paragraphs and lists.
func prose(s string) (blocks []block) {
	for _, b := range render.Prose(s) {
		last := len(blocks) - 1
		switch {
		case !b.Item:
			blocks = append(blocks, block{Text: b.Inline})
		case last >= 0 && blocks[last].Items != nil:
			blocks[last].Items = append(blocks[last].Items, b.Inline)
		default:
			blocks = append(blocks, block{Items: [][]render.Inline{b.Inline}})
		}
	}
	return blocks
}
