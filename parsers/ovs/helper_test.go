package ovs

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

func at(s string, line int) text.At[string] { return text.Of(s, line) }

// noDatabase is what the tools say when ovsdb-server or ovs-vswitchd does not run.
const (
	noDatabase = "ovs-vsctl: unix:/var/run/openvswitch/db.sock: database connection failed (No such file or directory)\n"
	noDaemon   = "2026-11-22T06:37:47Z|00001|daemon_unix|WARN|/var/run/openvswitch/ovs-vswitchd.pid: open: No such file or directory\n" +
		"ovs-appctl: cannot read pidfile \"/var/run/openvswitch/ovs-vswitchd.pid\" (No such file or directory)\n"
)

func readFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checkLines compares the lines of the problems.
func checkLines(t *testing.T, problems text.Problems, want ...int) {
	t.Helper()
	var got []int
	for _, p := range problems {
		got = append(got, p.Line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines of problems: (-want +got)\n%s\n%v", diff, problems)
	}
}

func checkEqual(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// checkProblems asserts what holds for the problems of any text, and returns how many lines the text has.
func checkProblems(t *testing.T, data []byte, problems text.Problems) (lines int) {
	t.Helper()
	lines = 1 + bytes.Count(data, []byte("\n"))
	if len(problems) > text.MaxProblems {
		t.Errorf("%d problems", len(problems))
	}
	for _, p := range problems {
		if p.Line < 1 || p.Line > lines || p.Why == "" {
			t.Errorf("problem %+v of %d lines", p, lines)
		}
	}
	return lines
}

// checkDatabase asserts what holds for what any text tells.
func checkDatabase(t *testing.T, db Database, lines int) {
	t.Helper()
	checkLine := func(what string, line, least int) {
		if line < least || line > lines {
			t.Errorf("%s has the line %d of %d", what, line, lines)
		}
	}
	checkLine("the database", db.Line, 0)
	checkLine("the version", db.Version.Line, 0)
	for _, m := range db.Mappings {
		checkLine("a mapping", m.Line, 1)
		if m.Network == "" || m.Bridge == "" {
			t.Errorf("%+v", m)
		}
	}
	for _, b := range db.Bridges {
		checkLine("a bridge", b.Line, 1)
		for _, p := range b.Ports {
			checkLine("a port", p.Line, 1)
			checkLine("a tag", p.Tag.Line, 0)
			for _, i := range p.Interfaces {
				checkInterface(t, i, lines)
			}
		}
	}
	if len(db.Bridges) > 0 && db.Line == 0 {
		t.Error("bridges, but no database")
	}
}

func checkInterface(t *testing.T, i Interface, lines int) {
	t.Helper()
	if i.Line < 1 || i.Line > lines {
		t.Errorf("interface %+v of %d lines", i, lines)
	}
	for _, m := range []map[string]text.At[string]{i.Options, i.ExternalIDs} {
		for k, v := range m {
			if v.Line < 1 || v.Line > lines {
				t.Errorf("%s: %+v of %d lines", k, v, lines)
			}
		}
	}
}
