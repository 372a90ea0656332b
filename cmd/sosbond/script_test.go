package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sosbond/sosbond/report"
)

// same compares members of two JSON objects: same FILE FILE NAME...
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: same FILE FILE NAME...")
	}
	var a, b map[string]any
	ts.Check(json.Unmarshal(content(ts, args[0]), &a))
	ts.Check(json.Unmarshal(content(ts, args[1]), &b))
	for _, name := range args[2:] {
		if _, ok := a[name]; !ok || !reflect.DeepEqual(a[name], b[name]) {
			ts.Fatalf("%s differs:\n%v\n%v", name, a[name], b[name])
		}
	}
}

func content(ts *testscript.TestScript, name string) []byte {
	data, err := os.ReadFile(ts.MkAbs(name))
	ts.Check(err)
	return data
}

// parses reads a file in a form: parses csv|html|jsonl FILE
func parses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: parses csv|html|jsonl FILE")
	}
	data := content(ts, args[1])
	switch args[0] {
	case "csv":
		rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		ts.Check(err)
		if len(rows) < 2 {
			ts.Fatalf("%d rows", len(rows))
		}
	case "html":
		checkTags(ts, data)
	case "jsonl":
		lines := bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n"))
		for _, line := range lines {
			var doc report.Document
			ts.Check(json.Unmarshal(line, &doc))
			if doc.Schema != report.Schema || len(doc.Hosts) == 0 {
				ts.Fatalf("no report: %s", line)
			}
		}
	default:
		ts.Fatalf("no form %s", args[0])
	}
}

// checkTags checks that every element is closed where it was opened.
func checkTags(ts *testscript.TestScript, data []byte) {
	void := regexp.MustCompile(`<(meta|link|br|hr|img|col)\b([^>]*)>`) // have no end
	d := xml.NewDecoder(bytes.NewReader(void.ReplaceAll(data, []byte("<$1$2/>"))))
	d.Entity = xml.HTMLEntity
	elements := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements < 10 {
		ts.Fatalf("%d elements", elements)
	}
}

// writeZeros writes the lines of a list with a zero byte after each: zeros LIST FILE
func writeZeros(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: zeros LIST FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), bytes.ReplaceAll(content(ts, args[0]), []byte("\n"), []byte{0}), 0o666))
}

// known drops from a summary how many inputs were known already: known FILE TO
func known(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: known FILE TO")
	}
	data := content(ts, args[0])
	count := regexp.MustCompile(`, \d+ known\s+from\s+an\s+earlier\s+run`)
	if !count.Match(data) {
		ts.Fatalf("nothing is known:\n%s", data)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), count.ReplaceAll(data, nil), 0o666))
}

// asAnalyze compares what report prints of inputs with what analyze makes of them, in all forms: asanalyze DATABASE INPUT...
func asAnalyze(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: asanalyze DATABASE INPUT...")
	}
	output := func(args ...string) string {
		cmd := exec.Command("sosbond", args...)
		var out bytes.Buffer
		cmd.Stdout = &out
		_ = cmd.Run() // the statuses differ: a report of what was cut off is there, whole
		return out.String()
	}
	for _, in := range args[1:] {
		for _, form := range []string{"terminal", "markdown", "json", "html"} {
			want, got := output("analyze", "-f", form, in), output("report", "--db", ts.MkAbs(args[0]), "-f", form, in)
			if want == "" || got != want {
				ts.Fatalf("%s as %s: report prints\n%s\nanalyze\n%s", filepath.Base(in), form, got, want)
			}
		}
	}
}

// private checks that nobody but its owner may read a file: private FILE
func private(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: private FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if mode := info.Mode().Perm(); mode != 0o600 {
		ts.Fatalf("%s has mode %v", args[0], mode)
	}
}
