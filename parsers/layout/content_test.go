package layout_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/layout"
)

func TestLinks(t *testing.T) {
	tree := collect(t, members(t, `
		r/
		r/etc/os-release -> /usr/lib/os-release
		r/hostname -> sos_commands/host/hostname
		r/loop1 -> loop2
		r/loop2 -> loop1
		r/lib -> usr/lib
		r/etc/hostname -> ../../outside
		r/uname -> sos_commands/kernel/uname_-a
		r/proc/812/net/bonding/bond0 = mode
		r/proc/net -> self/net
		r/proc/self -> 812
		r/sos_commands/host/hostname -> ../networking/real
		r/sos_commands/networking/real = hv01
		r/sos_commands/networking/same -> ./real
		r/sys/class/net/eth0 -> ../../devices/virtual/net/eth0
		r/usr/lib/os-release = ID=rhel
	`), usual()).Trees[0]
	same(t, "tree", show(tree), `
		sosreport "" "r"
		etc/os-release = ID=rhel
		hostname = hv01
		proc/812/net/bonding/bond0 = mode
		sos_commands/host/hostname = hv01
		sos_commands/networking/real = hv01
		sos_commands/networking/same = hv01
		usr/lib/os-release = ID=rhel
		note 1 symbolic link leads out of the report and was not followed: etc/hostname -> ../../outside.
		note 2 symbolic links lead through more than 40 links and were not followed, the first is loop1 -> loop2.`)
	for name, want := range map[string]string{
		"proc/net/bonding/bond0":      "proc/812/net/bonding/bond0",
		"proc/self/net/bonding/bond0": "proc/812/net/bonding/bond0",
		"lib/os-release":              "usr/lib/os-release",
		"./hostname":                  "sos_commands/networking/real",
		"/hostname":                   "sos_commands/networking/real",
		"loop1":                       "",
		"etc/hostname":                "",
		"uname":                       "",
		"../r/hostname":               "",
		"etc":                         "",
		"":                            "",
	} {
		got, ok := tree.Resolve(name)
		if got != want || ok != (want != "") || ok != tree.Exists(name) {
			t.Errorf("Resolve(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	if _, err := tree.ReadFile("uname"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading what was not kept: %v", err)
	}
	if diff := cmp.Diff([]string{"proc/812/net/bonding/bond0"}, tree.Glob("proc/*/net/bonding/*")); diff != "" {
		t.Errorf("Glob (-want +got):\n%s", diff)
	}
	if got := tree.Glob("[bad"); got != nil {
		t.Errorf("a malformed pattern gave %q", got)
	}
	if _, ok := tree.Links["sys/class/net/eth0"]; ok {
		t.Error("a link that leads to nothing that is wanted was kept")
	}
}

func TestTailed(t *testing.T) {
	text := `
		r/sos_commands/networking/bridge_-s_fdb_show -> ../../sos_strings/networking/bridge_-s_fdb_show.tailed
		r/sos_commands/networking/namespaces/ns/ip_link -> ../../../../sos_strings/networking/namespaces/ns/ip_link.tailed
		r/sos_strings/logs/host.var.log.syslog.tailed = in a container
		r/sos_strings/logs/var.log.messages-20261122.tailed = older lines
		r/sos_strings/logs/var.log.messages.tailed = last lines
		r/sos_strings/logs/var.log.secure.tailed = not wanted
		r/sos_strings/networking/bridge_-s_fdb_show.tailed = fdb
		r/sos_strings/networking/namespaces/ns/ip_link.tailed = link
		r/sos_strings/networking/not_cut = not wanted
		r/var/log/messages -> ../../sos_strings/logs/var.log.messages.tailed`
	want := `
		sosreport "" "r"
		sos_commands/networking/bridge_-s_fdb_show = fdb
		sos_commands/networking/namespaces/ns/ip_link = link
		sos_strings/networking/bridge_-s_fdb_show.tailed = fdb
		sos_strings/networking/namespaces/ns/ip_link.tailed = link
		scan syslog sos_strings/logs/host.var.log.syslog.tailed = in a container
		scan syslog sos_strings/logs/var.log.messages-20261122.tailed = older lines
		scan syslog sos_strings/logs/var.log.messages.tailed = last lines`
	tree := collect(t, members(t, "r/sos_commands/\n"+text), usual()).Trees[0]
	same(t, "tree", show(tree), want)
	if !tree.Exists("var/log/messages") || tree.Exists("var/log/secure") {
		t.Error("Exists is wrong about the logs")
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	links, rest := lines[:2], lines[2:]
	text = strings.Join(append(rest, links...), "\n") // sos_strings before the links, and before the root is known
	same(t, "links last", show(collect(t, members(t, text+"\nr/sos_commands/"), usual()).Trees[0]), want)
}

func TestHardLinks(t *testing.T) {
	for _, root := range []string{"r/", ""} {
		text := strings.ReplaceAll(`
		R/sos_commands/host/unwanted = u
		R/sos_commands/networking/a = a
		R/sos_commands/networking/b => R/sos_commands/networking/a
		R/sos_commands/networking/c => R/sos_commands/host/unwanted
		R/sos_commands/networking/d => R/sos_commands/networking/d`, "R/", root)
		same(t, "root "+root, show(collect(t, members(t, text), usual()).Trees[0]), fmt.Sprintf(`
		sosreport "" "%s" incomplete
		sos_commands/networking/a = a
		sos_commands/networking/b = a
		failed sos_commands/networking/c: it is a hard link to sos_commands/host/unwanted, which was not kept
		note sos_commands/networking/c could not be read: it is a hard link to sos_commands/host/unwanted, which was not kept.`, strings.TrimSuffix(root, "/")))
	}
	tree := collect(t, members(t, "x = x\nr/sos_commands/networking/c => x"), usual()).Trees[0]
	if want := "it is a hard link to a file outside of the report"; tree.Failed["sos_commands/networking/c"] != want {
		t.Errorf("failed: %q", tree.Failed)
	}
}

func TestLastWins(t *testing.T) {
	same(t, "tree", show(collect(t, members(t, `
		r/sos_commands/networking/a = first
		r/sos_commands/networking/b = first
		r/sos_commands/networking/c -> a
		r/sos_commands/kernel/dmesg = first
		r/sos_commands/kernel/dmesg_-T = first
		r/sos_commands/networking/a = second
		r/sos_commands/networking/b -> a
		r/sos_commands/networking/c = file
		r/sos_commands/kernel/dmesg = second
	`), usual()).Trees[0]), `
		sosreport "" "r"
		sos_commands/networking/a = second
		sos_commands/networking/b = second
		sos_commands/networking/c = file
		scan kernel log sos_commands/kernel/dmesg_-T = first
		scan kernel log sos_commands/kernel/dmesg = second`)
}

func TestSizes(t *testing.T) {
	wants := []layout.Want{{Name: "short", Globs: []string{"a/*"}, Max: 4}, {Name: "long", Globs: []string{"a/both", "b/*"}, Max: 8}}
	data := members(t, "sos_commands/\na/1 = 1234\na/2 = 12345\na/both = 123456789\nb/1 = 123\nb/2 = 4567890\nb/3 = \nb/4 = 4")
	for name, data := range map[string][]byte{"root first": data, "root last": members(t, "r/a/1 = 1234\nr/a/2 = 12345\nr/a/both = 123456789\nr/b/1 = 123\nr/b/2 = 4567890\nr/b/3 = \nr/b/4 = 4\nr/sos_commands/")} {
		tree := collect(t, data, wants).Trees[0]
		tree.Root = ""
		same(t, name, show(tree), `
		sosreport "" "" incomplete
		a/1 = 1234
		a/2 = 1234
		a/both = 12345678
		b/1 = 123
		b/2 = 4567890
		b/3 =
		b/4 = 4
		cut a/2 at 4
		cut a/both at 8
		note a/2 is larger than 4 bytes; only that much of it was read (raise the limit with --max-file if you trust it).
		note a/both is larger than 8 bytes; only that much of it was read (raise the limit with --max-file if you trust it).`)
	}
	found, err := layout.Collect(context.Background(), stdin(data), wants, layout.Options{Keep: 2600})
	must(t, err)
	same(t, "limit", show(found.Trees[0]), `
		sosreport "" "" incomplete
		a/1 = 1234
		a/2 = 1234
		a/both = 12345678
		cut a/2 at 4
		cut a/both at 8
		failed b/1: it was not kept, since the wanted files of the report take more than 2.5 KiB (raise the limit with --max-host if you trust it)
		failed b/2: it was not kept, since the wanted files of the report take more than 2.5 KiB (raise the limit with --max-host if you trust it)
		failed b/3: it was not kept, since the wanted files of the report take more than 2.5 KiB (raise the limit with --max-host if you trust it)
		failed b/4: it was not kept, since the wanted files of the report take more than 2.5 KiB (raise the limit with --max-host if you trust it)
		note a/2 is larger than 4 bytes; only that much of it was read (raise the limit with --max-file if you trust it).
		note a/both is larger than 8 bytes; only that much of it was read (raise the limit with --max-file if you trust it).
		note Not all files were kept, since the wanted files of the report take more than 2.5 KiB (raise the limit with --max-host if you trust it); the first that was left out is b/1.`)
}

// TestScans: several wants for one file each get all of it.
func TestScans(t *testing.T) {
	body := strings.Repeat("0123456789abcdef", 10000)
	failing := errors.New("no\nlog")
	lazy := func() layout.Scanner { return lazyScanner{} }
	wants := []layout.Want{
		{Name: "keep", Globs: []string{"log"}, Max: 1 << 20},
		{Name: "one", Globs: []string{"log", "other"}, Scan: scanLines},
		{Name: "two", Globs: []string{"*"}, Scan: scanLines},
		{Name: "lazy", Globs: []string{"log"}, Scan: lazy},
		{Name: "bad", Globs: []string{"bad"}, Scan: func() layout.Scanner { return &lines{err: failing} }},
	}
	for _, text := range []string{"sos_commands/\nlog = %s\nother = x\nbad = y\nnone/x = z", "log = %s\nother = x\nbad = y\nnone/x = z\nsos_commands/"} {
		tree := collect(t, members(t, fmt.Sprintf(text, body)), wants).Trees[0]
		var got []string
		for _, s := range tree.Scans {
			if l, ok := s.Scanner.(*lines); ok && s.Path == "log" && l.text != body {
				t.Errorf("%s of %s: %d bytes", s.Want, s.Path, len(l.text))
			}
			got = append(got, s.Path+" "+s.Want)
		}
		if diff := cmp.Diff([]string{"log one", "log two", "log lazy", "other one", "other two", "bad two", "bad bad"}, got); diff != "" {
			t.Errorf("scans (-want +got):\n%s", diff)
		}
		if data, err := tree.ReadFile("log"); err != nil || string(data) != body {
			t.Errorf("the kept file has %d bytes, %v", len(data), err)
		}
		if tree.Failed["bad"] != "no log" {
			t.Errorf("failed: %q", tree.Failed)
		}
	}
}

// TestUnless: a fallback is read only where nothing came before it.
func TestUnless(t *testing.T) {
	with := collect(t, members(t, "r/sos_commands/kernel/dmesg = d\nr/var/log/messages = m"), usual()).Trees[0]
	same(t, "with dmesg", show(with), "sosreport \"\" \"r\"\nscan kernel log sos_commands/kernel/dmesg = d")
	without := collect(t, members(t, "r/sos_commands/\nr/var/log/messages = m\nr/var/log/messages.1 = 1"), usual()).Trees[0]
	same(t, "without", show(without), "sosreport \"\" \"r\"\nscan syslog var/log/messages = m\nscan syslog var/log/messages.1 = 1")
}

func TestBadGlob(t *testing.T) {
	_, err := layout.Collect(context.Background(), stdin(nil), []layout.Want{{Name: "w", Globs: []string{"a/[b"}}}, layout.Options{})
	if err == nil || err.Error() != `want "w": glob "a/[b": syntax error in pattern` {
		t.Errorf("got %v", err)
	}
}

func TestFromFS(t *testing.T) {
	for _, slash := range []string{"", "/"} {
		fsys := afero.NewMemMapFs()
		for name, body := range map[string]string{"sos_commands/networking/a": "a", "etc/unwanted": "u", "sos_commands/kernel/dmesg": "d",
			"var/log/messages": "m", "sos_strings/networking/b.tailed": "b"} {
			must(t, afero.WriteFile(fsys, slash+name, []byte(body), 0o600))
		}
		links := map[string]string{slash + "sos_commands/networking/b": "../../sos_strings/networking/b.tailed"}
		tree, err := layout.FromFS(fsys, layout.SosReport, links, usual())
		must(t, err)
		same(t, "wanted", show(tree), `
		sosreport "" ""
		sos_commands/networking/a = a
		sos_commands/networking/b = b
		sos_strings/networking/b.tailed = b
		scan kernel log sos_commands/kernel/dmesg = d`)
		tree, err = layout.FromFS(fsys, layout.Unknown, links, nil)
		must(t, err)
		if got := tree.Glob("**"); len(got) != 6 || tree.Kind != layout.Unknown {
			t.Errorf("all: %q", got)
		}
	}
	if _, err := layout.FromFS(afero.NewMemMapFs(), layout.SosReport, nil, []layout.Want{{Globs: []string{"["}}}); err == nil {
		t.Error("a malformed glob was taken")
	}
	dir := t.TempDir()
	extract(t, members(t, "a/b = b\na/l -> b"), dir)
	tree, err := layout.FromFS(afero.NewBasePathFs(afero.NewOsFs(), dir), layout.SosReport, nil, nil)
	must(t, err)
	same(t, "a directory on disk", show(tree), "sosreport \"\" \"\"\na/b = b\na/l = b")
}

// TestTreeByHand: a tree that somebody fills in himself works too.
func TestTreeByHand(t *testing.T) {
	tree := &layout.Tree{Files: afero.NewMemMapFs(), Links: map[string]string{"l": "d/f"}}
	must(t, afero.WriteFile(tree.Files, "d/f", []byte("x"), 0o600))
	if diff := cmp.Diff([]string{"d/f", "l"}, tree.Glob("**")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if data, err := tree.ReadFile("l"); string(data) != "x" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
}
