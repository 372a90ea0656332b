package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSources: outside this package the sources use only what reads of the packages that reach outside of the process, open files for reading,
// and start no program but xz.
func TestSources(t *testing.T) {
	allowed := map[string]*regexp.Regexp{
		"os": regexp.MustCompile(`^(File|FileInfo|FileMode|DirEntry|Root|ModeSymlink|ModeDir|ModePerm|PathError|SyscallError|Err\w+|Open|OpenRoot|O_RDONLY|Stat|Lstat|` +
			`Pipe|ReadDir|Hostname|Getenv|LookupEnv|PathSeparator|Stdin|Stdout|Stderr)$`),
		"net":                    regexp.MustCompile(`^(ParseMAC|ParseIP|ParseCIDR|IP|IPNet|IPMask|CIDRMask|HardwareAddr|JoinHostPort|Error)$`),
		"os/exec":                nil,
		"syscall":                regexp.MustCompile(`^(O_NONBLOCK|Errno|E[A-Z]+|Stat_t)$`),
		"golang.org/x/sys/unix":  regexp.MustCompile(`^(FcntlInt|F_SETPIPE_SZ|Seek|SEEK_\w+|ENXIO|Statfs|Statfs_t|\w+_SUPER_MAGIC)$`),
		"unsafe":                 nil,
		"plugin":                 nil,
		"net/http":               nil,
		"C":                      nil,
		"github.com/spf13/afero": regexp.MustCompile(`^(Fs|File|NewMemMapFs|ReadFile|WriteFile|Walk|LinkReader)$`), // files in memory
	}
	for _, file := range ownSources(t) {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		names := map[string]*regexp.Regexp{} // what an import is called here
		for _, i := range f.Imports {
			path := strings.Trim(i.Path.Value, `"`)
			pattern, watched := allowed[path]
			switch {
			case !watched:
			case strings.HasSuffix(filepath.ToSlash(file), "parsers/archive/xz.go") && path == "os/exec":
			case pattern == nil || i.Name != nil:
				t.Errorf("%s imports %s", set.Position(i.Pos()), i.Path.Value)
			default:
				names[path[strings.LastIndexByte(path, '/')+1:]] = pattern
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if p, ok := s.X.(*ast.Ident); ok && names[p.Name] != nil && !names[p.Name].MatchString(s.Sel.Name) {
					t.Errorf("%s uses %s.%s", set.Position(n.Pos()), p.Name, s.Sel.Name)
				}
			}
			if c, ok := n.(*ast.CallExpr); ok {
				if s, ok := c.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "OpenFile" && len(c.Args) == 3 && !reading(c.Args[1]) {
					t.Errorf("%s opens a file for more than reading", set.Position(n.Pos()))
				}
			}
			return true
		})
	}
}

// reading reports whether the flags open a file for reading alone.
func reading(flags ast.Expr) bool {
	ok := true
	ast.Inspect(flags, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			ok = ok && (n.Sel.Name == "O_RDONLY" || n.Sel.Name == "O_NONBLOCK")
			return false
		case nil, *ast.BinaryExpr:
		default:
			ok = false
		}
		return true
	})
	return ok
}

// ownSources are the files of the packages that the program is made of, without this one.
func ownSources(t *testing.T) (files []string) {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-f", `{{if and .Module .Module.Main}}{{range .GoFiles}}{{$.Dir}}/{{.}}{{"\n"}}{{end}}{{end}}`, ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range strings.Fields(string(out)) {
		if filepath.Dir(f) != here {
			files = append(files, f)
		}
	}
	if len(files) < 100 {
		t.Fatalf("%d files", len(files))
	}
	return files
}
