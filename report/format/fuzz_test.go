package format

import (
	"bytes"
	"slices"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/report"
)

// FuzzReport puts any text in the place of one file of a host and writes the reports: nothing panics, and nothing in the text reaches the
// terminal as a control character.
func FuzzReport(f *testing.F) {
	base := map[string]*txtar.Archive{}
	names := hosttest.Names(f)
	for i, name := range names {
		base[name] = hosttest.Archive(f, name)
		for j, file := range base[name].Files {
			f.Add(i, j, file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, host, file int, data []byte) {
		ar := base[names[abs(host)%len(names)]]
		ar = &txtar.Archive{Files: slices.Clone(ar.Files)}
		ar.Files[abs(file)%len(ar.Files)].Data = data
		h := analyzer.Judge(hosttest.Host(t, ar))
		doc := report.New(analyzer.Result{Hosts: []analyzer.Host{h}}, "test")
		for _, form := range Names() {
			var b bytes.Buffer
			if err := Write(&b, form, doc, Options{Width: 80}); err != nil {
				t.Fatal(err)
			}
			if i := bytes.IndexFunc(b.Bytes(), func(r rune) bool { return r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 }); i >= 0 {
				t.Fatalf("%s: control character %q at %d", form, b.Bytes()[i], i)
			}
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
