package analyzer_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/rules"
)

// TestOtherNodes: a report that no node of the must-gather beside it fits knows the names of the nodes; one that fits does not, nor one whose node
// cannot be told among several.
func TestOtherNodes(t *testing.T) {
	nodes := gather{}.version("a").node("w2.lab").state("w2.lab", "balance-alb").node("w1.lab").state("w1.lab", "active-backup")
	for host, want := range map[string][]string{"w1.lab": nil, "w1": nil, "w9.lab": {"w1.lab", "w2.lab"}} {
		r := read(t, input(t, "case", below(map[string]gather{"mg/quay-io-1": nodes, "sosreport-w": sosreport(host, ab)})))
		for _, h := range r.Hosts {
			if h.Topology.Name.Value != host || !h.Topology.Report {
				continue
			}
			if d := cmp.Diff(want, h.Topology.Others); d != "" {
				t.Errorf("%s: %s", host, d)
			}
		}
	}
	r := read(t, input(t, "case", sosreport("w1", ab)))
	if others := r.Hosts[0].Topology.Others; others != nil {
		t.Errorf("no must-gather, and nodes %q", others)
	}
}

// lacking are findings that an input may get by lacking a file, with the reason why that is right: globs over the file's path, and the rule.
var lacking = []struct{ file, rule, why string }{
	{"version.yaml", "SB124", "of an unknown release both lists are told, and the mode is in none that is still in force"},
}

// TestAbsenceInInputs: an input that lacks one file has no finding at warning or above that it does not have with it.
func TestAbsenceInInputs(t *testing.T) {
	used := make([]bool, len(lacking))
	for _, name := range hosttest.Inputs(t) {
		ar := hosttest.Archive(t, name)
		base := accusations(t, ar)
		for i, f := range ar.Files {
			less := &txtar.Archive{Files: slices.Delete(slices.Clone(ar.Files), i, i+1)}
			for what, title := range accusations(t, less) {
				if _, had := base[what]; had {
					continue
				}
				k := slices.IndexFunc(lacking, func(l struct{ file, rule, why string }) bool {
					ok, err := path.Match(l.file, path.Base(f.Name))
					return err == nil && ok && strings.HasPrefix(what, l.rule+" ")
				})
				if k >= 0 {
					used[k] = true
					continue
				}
				t.Errorf("%s without %s: %s: %s", name, f.Name, what, title)
			}
		}
	}
	for i, l := range lacking {
		if !used[i] {
			t.Errorf("explained and never met: %+v", l)
		}
	}
}

// accusations are the findings at warning or above, by rule, host and bond.
func accusations(t *testing.T, ar *txtar.Archive) map[string]string {
	t.Helper()
	files, err := hosttest.Packed(&txtar.Archive{Files: ar.Files})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		if !strings.Contains(f.Name, " -> ") {
			all[f.Name] = string(f.Data)
		}
	}
	found := map[string]string{}
	for _, h := range read(t, input(t, "case", all)).Hosts {
		for _, f := range h.Findings {
			if f.Severity.AtLeast(rules.Warning) {
				found[fmt.Sprintf("%s %s %s", f.Rule, nameOf(h), f.Bond)] = fmt.Sprintf("%s: %s", f.Severity, f.Title)
			}
		}
	}
	return found
}

// nameOf is the name of a host without its domain: a node and its report need not have the same.
func nameOf(h analyzer.Host) string {
	name, _, _ := strings.Cut(h.Topology.Name.Value, ".")
	return name
}
