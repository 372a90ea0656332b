package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/rules"
)

// TestRulesListed: `sosbond rules` lists every rule with its severity, family and name, as text and as JSON.
func TestRulesListed(t *testing.T) {
	list := func(args ...string) string {
		var out, problems bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &sink{w: &out}, stderr: &problems}
		cmd := a.command()
		cmd.SetArgs(append([]string{"rules"}, args...))
		if err := cmd.Execute(); err != nil || problems.Len() > 0 {
			t.Fatalf("%v %s", err, problems.String())
		}
		return out.String()
	}
	lines := strings.Split(strings.TrimSpace(list()), "\n")
	var rows []map[string]string
	if err := json.Unmarshal([]byte(list("--json")), &rows); err != nil {
		t.Fatal(err)
	}
	all := rules.All()
	if len(lines) != len(all) || len(rows) != len(all) {
		t.Fatalf("%d lines, %d rows, %d rules", len(lines), len(rows), len(all))
	}
	for i, r := range all {
		fields := strings.Fields(lines[i])
		if len(fields) < 4 || fields[0] != r.ID || fields[1] != string(r.Severity) || fields[2] != string(r.Family) {
			t.Errorf("line %q of %s", lines[i], r.ID)
		}
		row := rows[i]
		if row["id"] != r.ID || row["severity"] != string(r.Severity) || row["family"] != string(r.Family) || row["name"] == "" || !strings.HasSuffix(lines[i], row["name"]) {
			t.Errorf("row %v of %s", row, r.ID)
		}
		if !slices.Contains(rules.Families(), r.Family) {
			t.Errorf("%s: unknown family %q", r.ID, r.Family)
		}
	}
}
