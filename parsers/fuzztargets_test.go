package parsers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// noFormats are folders of no format; archive and layout have targets for whole inputs.
var noFormats = []string{"testdata", "archive", "layout"}

// TestFuzzTargets: each exported function of a parser that takes text is called by a fuzz target of its package.
func TestFuzzTargets(t *testing.T) {
	packages := 0
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || dir == "." || slices.Contains(noFormats, d.Name()) {
			return err
		}
		packages++
		takers, fuzzed := functions(t, dir)
		for name := range takers {
			if !fuzzed[name] {
				t.Errorf("%s.%s takes text, and no Fuzz function of its package calls it", dir, name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if packages < 35 {
		t.Errorf("only %d packages were looked at", packages)
	}
}

// functions are the exported functions and methods of a package that take text, and the names that its fuzz targets use, with those that the
// helpers use that they call.
func functions(t *testing.T, dir string) (takers, fuzzed map[string]bool) {
	t.Helper()
	takers, fuzzed = map[string]bool{}, map[string]bool{}
	helpers := map[string]*ast.FuncDecl{}
	var targets []*ast.FuncDecl
	for _, file := range parsed(t, dir) {
		for _, d := range file.decls {
			f, ok := d.(*ast.FuncDecl)
			switch {
			case !ok:
			case file.test && strings.HasPrefix(f.Name.Name, "Fuzz"):
				targets = append(targets, f)
			case file.test && f.Recv == nil:
				helpers[f.Name.Name] = f
			case !file.test && f.Name.IsExported() && takesText(f.Type) && exportedReceiver(f):
				takers[f.Name.Name] = true
			}
		}
	}
	for len(targets) > 0 {
		f := targets[0]
		targets = targets[1:]
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && !fuzzed[id.Name] {
				fuzzed[id.Name] = true
				if h := helpers[id.Name]; h != nil {
					targets = append(targets, h)
				}
			}
			return true
		})
	}
	return takers, fuzzed
}

type source struct {
	test  bool
	decls []ast.Decl
}

func parsed(t *testing.T, dir string) (files []source) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, e.Name()), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source{test: strings.HasSuffix(e.Name(), "_test.go"), decls: f.Decls})
	}
	return files
}

// takesText reports a function with a parameter of type []byte, string or io.Reader.
func takesText(f *ast.FuncType) bool {
	for _, p := range f.Params.List {
		switch typ := p.Type.(type) {
		case *ast.Ident:
			if typ.Name == "string" {
				return true
			}
		case *ast.ArrayType:
			if e, ok := typ.Elt.(*ast.Ident); ok && typ.Len == nil && e.Name == "byte" {
				return true
			}
		case *ast.SelectorExpr:
			if typ.Sel.Name == "Reader" {
				return true
			}
		}
	}
	return false
}

func exportedReceiver(f *ast.FuncDecl) bool {
	if f.Recv == nil {
		return true
	}
	typ := f.Recv.List[0].Type
	if p, ok := typ.(*ast.StarExpr); ok {
		typ = p.X
	}
	id, ok := typ.(*ast.Ident)
	return ok && id.IsExported()
}
