package layout_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// gathered is what is wanted of must-gathers, beside what is wanted of reports.
func gathered() []layout.Want {
	return append(usual(), layout.Want{Name: "objects", Kind: layout.MustGather, Globs: []string{
		"version", "cluster-scoped-resources/core/nodes/*.yaml", "nodes/*/ip.txt", "namespaces/*/core/pods.yaml", "namespaces/*/pods/*/ip_link"}})
}

// gather is the directory of one image.
const gather = `
ROOT/cluster-scoped-resources/core/nodes/w1.lab.yaml = kind: Node
ROOT/cluster-scoped-resources/core/events.yaml = not wanted
ROOT/namespaces/vms/core/pods.yaml = kind: PodList
ROOT/namespaces/vms/vms.yaml = kind: Namespace
ROOT/nodes/w1.lab/ip.txt = 1: lo
ROOT/nodes/w1.lab/lspci = not wanted
ROOT/version = openshift/must-gather\n4.17.9`

const gatherShown = `must-gather "" "ROOT"
cluster-scoped-resources/core/nodes/w1.lab.yaml = kind: Node
namespaces/vms/core/pods.yaml = kind: PodList
nodes/w1.lab/ip.txt = 1: lo
version = openshift/must-gather\n4.17.9`

func gatherAt(root string) string { return strings.ReplaceAll(gatherShown, "ROOT", root) }

const (
	imageA = "must-gather.local.1/quay-io-openshift-release-dev-ocp-v4-0-art-dev-sha256-1"
	imageB = "must-gather.local.1/registry-redhat-io-cnv-must-gather-rhel9-v4-17-3"
)

func TestGatherRoots(t *testing.T) {
	for _, root := range []string{"", "quay-io-1", imageA, "home/user/cases/0123/mg/quay-io-1", "a/b/c/d/e/f"} {
		want := gatherAt(root)
		same(t, "sorted at "+root, showAll(collect(t, members(t, at(gather, root)), gathered())), want)
		same(t, "nodes/ first at "+root, showAll(collect(t, members(t, at(reversed(gather), root)), gathered())), want)
	}
}

func reversed(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}

// TestGatherOrders: the order of the members does not matter. What comes last in one is what tells the root.
func TestGatherOrders(t *testing.T) {
	text := at(gather, imageA) + at(gather, imageB)
	want := gatherAt(imageA) + "\n" + gatherAt(imageB)
	random := rand.New(rand.NewPCG(1, 2))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for range 200 {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		found := collect(t, members(t, strings.Join(lines, "\n")), gathered())
		slices.SortFunc(found.Trees, func(a, b *layout.Tree) int { return strings.Compare(a.Root, b.Root) })
		same(t, strings.Join(lines, "\n"), showAll(found), want)
	}
}

func TestGatherForms(t *testing.T) {
	data := members(t, at(gather, imageA))
	dir := t.TempDir()
	extract(t, data, filepath.Join(dir, "extracted"))
	for name, body := range map[string][]byte{"mg.tar": data, "mg.tar.gz": gz(t, data), "mg.tar.xz": xzip(t, data), "mg.zip": zipped(t, at(gather, imageA)),
		"case.tar": bundle(t, "notes.txt", []byte("x"), "mg.tar.gz", gz(t, data))} {
		must(t, os.WriteFile(filepath.Join(dir, name), body, 0o600))
	}
	for name, want := range map[string]string{"extracted": "", "mg.tar": "", "mg.tar.gz": "", "mg.tar.xz": "", "mg.zip": "", "case.tar": "mg.tar.gz"} {
		found, err := layout.Collect(context.Background(), archive.Input{Path: filepath.Join(dir, name)}, gathered(), layout.Options{})
		must(t, err)
		same(t, name, showAll(found), strings.Replace(gatherAt(imageA), `""`, fmt.Sprintf("%q", want), 1))
	}
	for _, below := range []string{"extracted/must-gather.local.1", "extracted/" + imageA} {
		found, err := layout.Collect(context.Background(), archive.Input{Path: filepath.Join(dir, below)}, gathered(), layout.Options{})
		must(t, err)
		root, _ := filepath.Rel(below, "extracted/"+imageA)
		same(t, below, showAll(found), gatherAt(strings.TrimPrefix(root, ".")))
	}
}

// zipped is a zip of members "path = content".
func zipped(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		name, body, _ := strings.Cut(line, " = ")
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(strings.ReplaceAll(body, `\n`, "\n")))
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// inBothForms collects members as a tar file in the order given, in the reverse order, and from a directory.
func inBothForms(t *testing.T, text string, check func(form string, f *layout.Found)) {
	t.Helper()
	check("tar", collect(t, members(t, text), gathered()))
	check("tar, reversed", collect(t, members(t, reversed(text)), gathered()))
	dir := t.TempDir()
	extract(t, members(t, text), dir)
	found, err := layout.Collect(context.Background(), archive.Input{Path: dir}, gathered(), layout.Options{})
	must(t, err)
	check("directory", found)
}

func roots(f *layout.Found) string {
	var list []string
	for _, t := range f.Trees {
		list = append(list, strings.TrimLeft(fmt.Sprintf("%s %s %s", t.Kind, t.Archive, t.Root), " "))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

func TestSeveralTrees(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"two images", at(gather, imageA) + at(gather, imageB), "must-gather  " + imageA + "\nmust-gather  " + imageB},
		{"two clusters", at(gather, "case/prod/quay-io-1") + at(gather, "case/test/quay-io-1"), "must-gather  case/prod/quay-io-1\nmust-gather  case/test/quay-io-1"},
		{"a report beside", at(gather, imageA) + at(report, "sosreport-w1"), "must-gather  " + imageA + "\nsosreport  sosreport-w1"},
		{"a report in the must-gather", at(gather, imageA) + at(report, "must-gather.local.1/node_sosreports/sosreport-w1"),
			"must-gather  " + imageA + "\nsosreport  must-gather.local.1/node_sosreports/sosreport-w1"},
		{"a report in the image", at(gather, imageA) + at(report, imageA+"/sosreport-w1"), "must-gather  " + imageA + "\nsosreport  " + imageA + "/sosreport-w1"},
		{"a report in one without a directory of its own", at(gather, "mg") + at(report, "mg/sosreport-w1"), "must-gather  mg\nsosreport  mg/sosreport-w1"},
		{"a hosted cluster in the image", at(gather, imageA) + at(gather, imageA+"/hostedcluster-dev"), "must-gather  " + imageA + "\nmust-gather  " + imageA + "/hostedcluster-dev"},
		{"an inspection around", at(gather, "case") + at(gather, "case/"+imageA), "must-gather  case\nmust-gather  case/" + imageA},
		{"MicroShift in a report", at(report, "sosreport-edge") + at(gather, "sosreport-edge/sos_commands/microshift/inspect"), "sosreport  sosreport-edge"},
	} {
		inBothForms(t, c.text, func(form string, f *layout.Found) { same(t, c.name+", "+form, roots(f), c.want) })
	}
}

// TestPackedReports: reports of nodes that are packed in a must-gather are found by their names; other archives in it are left alone.
func TestPackedReports(t *testing.T) {
	packed := gz(t, members(t, at(report, "sosreport-w1")))
	var parts []any
	for _, line := range strings.Split(strings.TrimSpace(at(gather, imageA)), "\n") {
		name, body, _ := strings.Cut(line, " = ")
		parts = append(parts, name, []byte(body))
	}
	parts = append(parts, imageA+"/node_sosreports/sosreport-w1-2026-11-20-abcdefg.tar.gz", packed, imageA+"/node_sosreports/w2.tar.gz", packed,
		imageA+"/network_logs/ovnk_database_store.tar.gz", packed, imageA+"/must_gather_sosreport.w1.log", []byte("Your sosreport has been generated"))
	same(t, "packed reports", roots(collect(t, bundle(t, parts...), gathered())), "must-gather  "+imageA+`
		sosreport `+imageA+`/node_sosreports/sosreport-w1-2026-11-20-abcdefg.tar.gz sosreport-w1
		sosreport `+imageA+`/node_sosreports/w2.tar.gz sosreport-w1`)
}

// TestInspection: the output of `oc adm inspect ns/NAME` has no nodes, and is one nevertheless; a folder named namespaces is none.
func TestInspection(t *testing.T) {
	found := collect(t, members(t, "inspect.local.1/namespaces/vms/core/pods.yaml = kind: PodList\ninspect.local.1/timestamp = x"), gathered())
	same(t, "inspection", roots(found), "must-gather  inspect.local.1")
	for _, text := range []string{"src/namespaces/a/b.go = x", "namespaces/readme.md = x", "chart/cluster-scoped-resources = x", "app/version = 1.2.3"} {
		if _, err := layout.Collect(context.Background(), stdin(members(t, text)), gathered(), layout.Options{}); err == nil {
			t.Errorf("%s was taken for a must-gather", text)
		}
	}
}

// TestManyFiles: thousands of files that nobody wants cost neither memory nor the wanted ones.
func TestManyFiles(t *testing.T) {
	var b strings.Builder
	for i := range 30000 {
		fmt.Fprintf(&b, "%s/namespaces/ns-%d/pods/pod-%d/c/c/logs/current.log = a line of a log\n", imageA, i%300, i)
	}
	b.WriteString(strings.TrimSpace(at(gather, imageA)))
	found := collect(t, members(t, b.String()), gathered())
	same(t, "many files", showAll(found), gatherAt(imageA))
	if found.Members != 30007 {
		t.Errorf("%d members", found.Members)
	}
}

// TestCutGather: of a must-gather whose archive breaks off, what came before is there, and that it is not all is told.
func TestCutGather(t *testing.T) {
	data := members(t, at(gather, imageA))
	found := collect(t, data[:len(data)-2048-600], gathered())
	if len(found.Trees) != 1 || found.Trees[0].Complete || found.Err == nil || !found.Trees[0].Exists("nodes/w1.lab/ip.txt") {
		t.Errorf("%s, %v", showAll(found), found.Err)
	}
}
