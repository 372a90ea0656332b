package layout_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// report is a small report with its root at ROOT/.
const report = `
ROOT/version.txt = sos report: 4.9.1
ROOT/
ROOT/etc/os-release -> ../usr/lib/os-release
ROOT/etc/sysconfig/network-scripts/ifcfg-bond0 = DEVICE=bond0
ROOT/etc/unwanted = x
ROOT/hostname -> sos_commands/host/hostname
ROOT/proc/812/net/bonding/bond0 = Bonding Mode: IEEE 802.3ad
ROOT/proc/net -> self/net
ROOT/proc/self -> 812
ROOT/sos_commands/
ROOT/sos_commands/host/hostname = hv01
ROOT/sos_commands/networking/ip_-d_address = 1: lo
ROOT/usr/lib/os-release = ID=rhel
ROOT/var/lib/containers/storage/overlay/1/diff/etc/os-release = ID=alpine
ROOT/var/lib/containers/storage/overlay/1/diff/proc/net/bonding/bond9 = not a host's
ROOT/var/tmp/sosreport-old.tar.gz = not looked into
`

const reportShown = `sosreport "ARCHIVE" "ROOT"
etc/os-release = ID=rhel
etc/sysconfig/network-scripts/ifcfg-bond0 = DEVICE=bond0
hostname = hv01
proc/812/net/bonding/bond0 = Bonding Mode: IEEE 802.3ad
sos_commands/host/hostname = hv01
sos_commands/networking/ip_-d_address = 1: lo
usr/lib/os-release = ID=rhel
version.txt = sos report: 4.9.1`

// at puts the sample report's root at a place; "" makes it the archive's.
func at(text, root string) string {
	if root == "" {
		return strings.ReplaceAll(text, "ROOT/", "./")
	}
	return strings.ReplaceAll(text, "ROOT", root)
}

func shown(archive, root string) string {
	return strings.ReplaceAll(strings.ReplaceAll(reportShown, "ARCHIVE", archive), "ROOT", root)
}

// withoutRoot leaves out what tells the root before everything else.
func reordered(t *testing.T) string {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(report), "\n")
	var early, late []string
	for _, l := range lines {
		if strings.Contains(l, "sos_commands") && !strings.Contains(l, "->") || strings.Contains(l, "version.txt") {
			late = append(late, l)
		} else {
			early = append(early, l)
		}
	}
	return strings.Join(append(early, late...), "\n")
}

func TestRoots(t *testing.T) {
	for _, root := range []string{"", "sosreport-hv01", "home/user/cases/0123/sosreport-hv01", "a/b/c/d/e/f"} {
		for name, text := range map[string]string{"sorted": report, "root known late": reordered(t)} {
			same(t, name+" at "+root, showAll(collect(t, members(t, at(text, root)), usual())), shown("", root))
		}
	}
}

func TestRootTooDeep(t *testing.T) {
	_, err := layout.Collect(context.Background(), stdin(members(t, at(report, "a/b/c/d/e/f/g"))), usual(), layout.Options{})
	if err == nil {
		t.Error("a root seven directories down was found")
	}
}

// TestRootMarks has one mark of a root each.
func TestRootMarks(t *testing.T) {
	cases := map[string]struct{ text, want string }{
		"version of sos 3":  {"r/version.txt = sosreport: 3.6\nr/etc/hostname = h", "sosreport \"\" \"r\"\netc/hostname = h\nversion.txt = sosreport: 3.6"},
		"version at last":   {"r/etc/hostname = h\nr/version.txt = sos report: 4.0", "sosreport \"\" \"r\"\netc/hostname = h\nversion.txt = sos report: 4.0"},
		"empty directory":   {"r/etc/hostname = h\nr/sos_commands/", "sosreport \"\" \"r\"\netc/hostname = h"},
		"manifest":          {"r/etc/hostname = h\n" + `r/sos_reports/manifest.json = {"version": "4.9.1",\n "components": {\n "report": {}}}`, "sosreport \"\" \"r\"\netc/hostname = h"},
		"bonding only":      {"r/etc/hostname = h\nr/proc/7/net/bonding/bond0 = b", "unknown \"\" \"r\"\netc/hostname = h\nproc/7/net/bonding/bond0 = b"},
		"bonding, old":      {"./proc/net/bonding/bond0 = b", "unknown \"\" \"\"\nproc/net/bonding/bond0 = b"},
		"bonding, copied":   {"r/proc/self/net/bonding/bond0 = b", "unknown \"\" \"r\"\nproc/self/net/bonding/bond0 = b"},
		"bonding, several":  {"r/a/proc/net/bonding/b0 = a\nr/b/proc/1/net/bonding/b0 = b", "unknown \"\" \"r/a\"\nproc/net/bonding/b0 = a\nunknown \"\" \"r/b\"\nproc/1/net/bonding/b0 = b"},
		"bonding, in it":    {"r/proc/net/bonding/b0 = a\nr/var/lib/c/proc/net/bonding/b0 = b", "unknown \"\" \"r\"\nproc/net/bonding/b0 = a"},
		"marks beat others": {"x/proc/net/bonding/b0 = a\nr/sos_commands/host/hostname = h", "sosreport \"\" \"r\"\nsos_commands/host/hostname = h"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			same(t, "trees", showAll(collect(t, members(t, c.text), usual())), c.want)
		})
	}
}

func TestNoRoot(t *testing.T) {
	for name, text := range map[string]string{
		"nothing of sos":    "r/etc/hostname = h\nr/version.txt = 4.14.1",
		"collector's own":   "r/sos_logs/sos.log = x\n" + `r/sos_reports/manifest.json = {"version": "4.9.1", "components": {"collect": {}}}`,
		"file sos_commands": "r/sos_commands = x\nr/etc/hostname = h",
	} {
		_, err := layout.Collect(context.Background(), stdin(members(t, text)), usual(), layout.Options{})
		var refused *archive.Refused
		if !errors.As(err, &refused) || !strings.HasPrefix(err.Error(), "standard input holds neither a sosreport nor a must-gather: expected a directory with sos_commands/") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := layout.Collect(context.Background(), archive.Input{Path: t.TempDir() + "/none"}, usual(), layout.Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	cut := gz(t, members(t, "r/etc/hostname = "+strings.Repeat("0123456789", 100)))
	_, err = layout.Collect(context.Background(), stdin(cut[:len(cut)-10]), usual(), layout.Options{})
	var damaged *archive.Damaged
	if !errors.As(err, &damaged) || !strings.HasPrefix(err.Error(), "standard input holds neither a sosreport nor a must-gather as far as it could be read: ") {
		t.Errorf("got %v", err)
	}
}

func TestBundle(t *testing.T) {
	a, b := members(t, at(report, "sosreport-a")), members(t, at(report, "sosreport-b"))
	manifest := []byte(`{"version": "4.9.1", "components": {"collect": {}}}`)
	const top = "sos-collector-1/"
	data := bundle(t, top+"sosreport-a.tar.xz", xzip(t, a), top+"checksums/a.sha256", []byte("0123\n"), top+"sosreport-b.tar.gz", gz(t, b),
		top+"sos_logs/sos.log", []byte("x"), top+"sos_reports/manifest.json", manifest)
	want := shown(top+"sosreport-a.tar.xz", "sosreport-a") + "\n" + shown(top+"sosreport-b.tar.gz", "sosreport-b")
	for name, data := range map[string][]byte{"tar": data, "tar.xz": xzip(t, data)} {
		same(t, name, showAll(collect(t, data, usual())), want)
	}
	// The same again one archive deeper, and with a version.txt that makes the bundle look like a report.
	data = bundle(t, top+"version.txt", []byte("sos report: 4.9.1"), top+"sosreport-a.tar.xz", xzip(t, a), top+"sosreport-b.tar.gz", gz(t, b))
	want = strings.ReplaceAll(want, top, "case/all.tar/"+top)
	same(t, "in a case", showAll(collect(t, bundle(t, "case/all.tar", data), usual())), want)
}

func TestTwoRoots(t *testing.T) {
	data := members(t, at(report, "case/sosreport-a")+at(report, "case/sosreport-b"))
	found := collect(t, data, usual())
	same(t, "trees", showAll(found), shown("", "case/sosreport-a")+"\n"+shown("", "case/sosreport-b"))
	if found.Stopped {
		t.Error("stopped")
	}
}

func TestDirectory(t *testing.T) {
	dir := t.TempDir()
	extract(t, members(t, at(report, "x/sosreport-a")), dir)
	extract(t, members(t, at(report, "x/sosreport-b")), dir)
	must(t, os.WriteFile(filepath.Join(dir, "c.tar.xz"), xzip(t, members(t, at(report, "sosreport-c"))), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("text"), 0o600))
	got, err := layout.Collect(context.Background(), archive.Input{Path: dir}, usual(), layout.Options{})
	must(t, err)
	same(t, "a folder of reports", showAll(got),
		shown("c.tar.xz", "sosreport-c")+"\n"+shown("", "x/sosreport-a")+"\n"+shown("", "x/sosreport-b"))
	got, err = layout.Collect(context.Background(), archive.Input{Path: dir + "/x/sosreport-a"}, usual(), layout.Options{})
	must(t, err)
	same(t, "a report", showAll(got), shown("", ""))
}

// TestDirectoryPruned: what cannot hold wanted files is not even listed.
func TestDirectoryPruned(t *testing.T) {
	dir := t.TempDir()
	extract(t, members(t, at(report, "r")), dir)
	extract(t, members(t, "r/sys/devices/a/b = x\nr/boot/config = x"), dir)
	got, err := layout.Collect(context.Background(), archive.Input{Path: dir}, usual(), layout.Options{})
	must(t, err)
	// The root r, 3 at its top that are no directories, its 7 directories, and what is below those that are not pruned: etc 5, proc 6,
	// sos_commands 4, usr 2, var 2 (lib and tmp, for var/log).
	if want := int64(1 + 2 + 7 + 5 + 6 + 4 + 2 + 2); got.Members != want {
		t.Errorf("%d members were visited, want %d", got.Members, want)
	}
}

// TestInsideKnownLate: an archive that turns out to lie in a host's report was none of its own.
func TestInsideKnownLate(t *testing.T) {
	inner := gz(t, members(t, at(report, "sosreport-old")))
	data := bundle(t, "r/var/tmp/old.tar.gz", inner, "r/var/tmp/cut.tar.gz", inner[:len(inner)/2], "r/x/sos_commands/host/hostname", []byte("inner"),
		"r/sos_commands/host/hostname", []byte("hv01"))
	found := collect(t, data, usual())
	same(t, "trees", showAll(found), "sosreport \"\" \"r\"\nsos_commands/host/hostname = hv01\nnote r/x lies inside another report and was not taken for a report of its own.")
	if len(found.Problems) != 1 {
		t.Errorf("problems %v", found.Problems)
	}
}

func TestSameArchiveTwice(t *testing.T) {
	data := bundle(t, "a.tar", members(t, "old/sos_commands/host/hostname = old"), "b", []byte("x"), "a.tar", members(t, "new/sos_commands/host/hostname = new"))
	same(t, "trees", showAll(collect(t, data, usual())), "sosreport \"a.tar\" \"new\"\nsos_commands/host/hostname = new")
}

func TestTooManyHosts(t *testing.T) {
	var text strings.Builder
	for i := range 4200 {
		fmt.Fprintf(&text, "r%d/sos_commands/\n", i)
	}
	found := collect(t, members(t, text.String()), usual())
	if len(found.Trees) != 4096 || len(found.Problems) != 1 || !found.Problems[0].Lost {
		t.Errorf("%d trees, problems %v", len(found.Trees), found.Problems)
	}
}

// TestUnreadable: what its user may not read is named, in a report that otherwise is fine.
func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root reads everything")
	}
	dir := t.TempDir()
	extract(t, members(t, at(report, "r")), dir)
	must(t, os.Chmod(filepath.Join(dir, "r/sos_commands/networking/ip_-d_address"), 0))
	must(t, os.Chmod(filepath.Join(dir, "r/etc/sysconfig"), 0))
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(dir, "r/etc/sysconfig"), 0o700) })
	found, err := layout.Collect(context.Background(), archive.Input{Path: dir}, usual(), layout.Options{})
	must(t, err)
	tree := found.Trees[0]
	if tree.Complete || len(found.Problems) != 2 || !tree.Exists("hostname") {
		t.Errorf("complete %v, problems %v", tree.Complete, found.Problems)
	}
	if diff := cmp.Diff([]string{"sos_commands/networking/ip_-d_address"}, sortedKeys(tree.Failed)); diff != "" {
		t.Errorf("failed (-want +got):\n%s", diff)
	}
	want := []string{"The directory r/etc/sysconfig could not be read: permission denied.",
		"r/sos_commands/networking/ip_-d_address could not be read: permission denied."}
	if diff := cmp.Diff(want, tree.Notes); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
