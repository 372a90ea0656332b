package parsers

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/sosbond/sosbond/"

// forbidden says which imports a package must not have: data flows from the archive to the report, and imports point the other way.
var forbidden = []struct {
	in    string   // packages that begin so
	but   []string // except these
	never []string // must not import what begins so
	why   string
}{
	{in: "parsers", never: []string{module + "analyzer", module + "report", module + "cmd"}, why: "parsers know nothing of what is made of their facts"},
	{in: "analyzer", never: []string{module + "report", module + "cmd"}, why: "the analyzer does not know how it is reported"},
	{in: "report", never: []string{module + "cmd", module + "parsers"}, why: "a report is made of an analysis and decides nothing"},
	{in: "cmd", never: []string{module + "analyzer/topology", module + "analyzer/join"}, why: "a command has no logic of its own"},
	{in: "parsers/", but: []string{"parsers/layout"}, never: []string{"github.com/spf13/afero"}, why: "format parsers are pure functions of text"},
	{in: "parsers/", but: []string{"parsers/layout", "parsers/archive"}, never: []string{module + "parsers/archive", module + "parsers/layout", "os"}, why: "format parsers do not see files"},
	{in: "analyzer/rules", never: []string{module + "parsers/archive", module + "parsers/layout", module + "analyzer/join", "os"}, why: "rules see only the topology"},
	{in: "", but: []string{"parsers/archive"}, never: []string{"github.com/mholt/archiver"}, why: "archives are opened in one place"},
}

// renderers write a Document and see nothing of the analysis.
var renderers = []string{"report/terminal", "report/markdown", "report/html", "report/jira", "report/jsonout", "report/picture", "report/redact", "report/render",
	"report/short", "report/summary/form"}

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	packages := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		packages++
		for _, imp := range fields[1:] {
			for _, rule := range forbidden {
				if applies(pkg, rule.in, rule.but) && hasPrefix(imp, rule.never) {
					t.Errorf("%s imports %s: %s", pkg, imp, rule.why)
				}
			}
			if hasPrefix(pkg, renderers) && strings.HasPrefix(imp, module+"analyzer") {
				t.Errorf("%s imports %s: a renderer writes a Document and sees nothing else", pkg, imp)
			}
		}
	}
	if packages < 20 {
		t.Fatalf("only %d packages were listed", packages)
	}
}

func applies(pkg, in string, but []string) bool {
	return strings.HasPrefix(pkg, in) && !strings.HasSuffix(pkg, "test") && !hasPrefix(pkg, but)
}

// hasPrefix reports whether s is one of the paths or below one of them.
func hasPrefix(s string, paths []string) bool {
	for _, p := range paths {
		if s == p || strings.HasPrefix(s, strings.TrimSuffix(p, "/")+"/") {
			return true
		}
	}
	return false
}
