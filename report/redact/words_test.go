package redact

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	wordForm  = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]+|[0-9a-f]{12,}`)
	compounds = regexp.MustCompile(`[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)+`)
)

// TestWords holds words.txt against what the program says: a guest that is called like one of its words is told from the word by its place.
// GOLDIE_UPDATE=1 writes the file anew.
func TestWords(t *testing.T) {
	want := map[string]bool{}
	add := func(text string) {
		for _, w := range append(wordForm.FindAllString(text, -1), compounds.FindAllString(text, -1)...) {
			want[strings.ToLower(w)] = true
		}
	}
	root := filepath.Join("..", "..")
	for _, dir := range []string{"analyzer", "parsers", "report"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "testdata" || d.Name() == "redact"):
				return filepath.SkipDir
			case strings.HasSuffix(path, ".md"):
				data, err := os.ReadFile(path)
				add(string(data))
				return err
			case strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") && !strings.Contains(path, "test"+string(filepath.Separator)):
				return literals(path, add)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var list []string
	for w := range want {
		if name := strings.TrimRight(w, "0123456789.-_"); len(w) > 1 && (w == name || len(w) >= 12 && !strings.ContainsAny(w, "-_.")) {
			list = append(list, w)
		}
	}
	slices.Sort(list)
	if len(list) < 1000 {
		t.Fatalf("only %d words were found", len(list))
	}
	if os.Getenv("GOLDIE_UPDATE") != "" {
		if err := os.WriteFile("words.txt", []byte(strings.Join(list, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile("words.txt")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for line := range bytes.Lines(data) {
		have[strings.TrimSpace(string(line))] = true
	}
	missing := slices.DeleteFunc(slices.Clone(list), func(w string) bool { return have[w] })
	if len(missing) > len(list)/50 { // some may be missing: who calls a guest like the newest word?
		t.Errorf("words.txt lacks %q; GOLDIE_UPDATE=1 go test ./report/redact writes it anew", missing)
	}
}

// literals calls f for the strings of a Go file, but for its imports.
func literals(path string, f func(string)) error {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		ast.Inspect(d, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if s, err := strconv.Unquote(l.Value); err == nil {
					f(s)
				}
			}
			return true
		})
	}
	return nil
}
