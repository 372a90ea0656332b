package markdown_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/sosbond/sosbond/report/render/rendertest"
)

// TestGFM parses reports as GitHub and GitLab do: GitHub Flavored Markdown, with tables, bare links and strikethrough.
func TestGFM(t *testing.T) {
	for _, d := range rendertest.Documents() {
		t.Run(d.Name, func(t *testing.T) { checkGFM(t, write(t, d.Doc)) })
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "golden", "*.md"))
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			checkGFM(t, string(data))
		})
	}
}

// checkGFM: the page has the parts that were written and no other: every table is one, every fence ends, and nothing of the input is a link, a tag, an
// image, or struck through.
func checkGFM(t *testing.T, source string) {
	t.Helper()
	data := []byte(source)
	page := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(data))
	var tables, fences int
	err := ast.Walk(page, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.RawHTML, *ast.HTMLBlock, *ast.Image, *ast.Link, *east.Strikethrough, *east.TaskCheckBox, *ast.CodeBlock:
			t.Errorf("%s at %q", n.Kind(), near(data, n))
		case *ast.AutoLink:
			if !strings.HasPrefix(string(n.URL(data)), "https://") {
				t.Errorf("a link to %q", n.URL(data))
			}
		case *ast.FencedCodeBlock:
			fences++
			if language := string(n.Language(data)); !slices.Contains([]string{"text", "sh", "mermaid"}, language) {
				t.Errorf("a fence of %q", language)
			}
		case *east.Table:
			tables++
			checkTable(t, n)
		case *ast.Paragraph:
			if s := near(data, n); strings.HasPrefix(s, "|") {
				t.Errorf("a paragraph that should have been a table: %q", s)
			}
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Count("\n"+source, "\n| --- |"); tables != want {
		t.Errorf("%d tables, written were %d", tables, want)
	}
	if want := strings.Count("\n"+source, "\n```mermaid\n"); want > fences {
		t.Errorf("%d fences, and %d diagrams were written", fences, want)
	}
}

// checkTable: a bar in a name would make one more cell.
func checkTable(t *testing.T, table *east.Table) {
	t.Helper()
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		if n := row.ChildCount(); n != len(table.Alignments) {
			t.Errorf("a row of %d cells in a table of %d columns", n, len(table.Alignments))
		}
	}
}

// near is the beginning of the source of a node.
func near(data []byte, n ast.Node) string {
	for ; n != nil; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			line := n.Lines().At(0)
			return string(line.Value(data))
		}
	}
	return ""
}
