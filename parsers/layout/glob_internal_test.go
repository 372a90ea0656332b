package layout

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	cases := []struct {
		glob, path   string
		match, leads bool
	}{
		{"a/b", "a/b", true, false},
		{"a/b", "a", false, true},
		{"a/b", "a/b/c", false, false},
		{"/a/b/", "a/b", true, false},
		{"a/*/c", "a/b/c", true, false},
		{"a/*/c", "a/b/d/c", false, false},
		{"a/*/c", "a/x", false, true},
		{"a/**/c", "a/c", true, true},
		{"a/**/c", "a/1/2/3/c", true, true},
		{"a/**/c", "b/c", false, false},
		{"a/**", "a/b/c", true, true},
		{"**/c", "x/y/c", true, true},
		{"**/c", "x", false, true},
		{"**", "anything/at/all", true, true},
		{"a/**/b/**/c", "a/b/b/x/c", true, true},
		{"ifcfg-*", "ifcfg-bond0", true, false},
		{"ifcfg-*", "route-bond0", false, false},
		{"*.xml", "web01.xml", true, false},
		{"e?h[0-9]", "eth1", true, false},
		{"e?h[0-9]", "ethx", false, false},
		{"proc/*/net/bonding/*", "proc/812/net/bonding/bond0", true, false},
		{"proc/*/net/bonding/*", "proc/812/net", false, true},
		{"proc/*/net/bonding/*", "proc/812/fd", false, false},
		{"sos_commands/p/f", "sos_strings/p/f.tailed", true, true},
		{"sos_commands/p/f", "sos_strings/p/f", false, true},
		{"sos_commands/p/d/f", "sos_strings/p/d/f.tailed", true, true},
		{"var/log/messages*", "sos_strings/logs/var.log.messages-1.tailed", true, true},
		{"var/log/*/x", "sos_strings/logs/var.log.a.b.x.tailed", true, true},
		{"var/log/messages*", "sos_strings/logs/d/var.log.messages.tailed", false, true},
		{"var/log/messages*", "sos_strings/logs/.tailed", false, true},
	}
	for _, c := range cases {
		m, err := newMatcher([]Want{{Globs: []string{"never", c.glob, c.glob}}})
		if err != nil {
			t.Fatal(err)
		}
		parts := strings.Split(c.path, "/")
		if got := len(m.match(parts)) == 1; got != c.match {
			t.Errorf("%q matches %q: %v", c.glob, c.path, got)
		}
		if got := m.leads(parts); got != c.leads {
			t.Errorf("%q leads to %q: %v", c.path, c.glob, got)
		}
	}
}

func TestPassed(t *testing.T) {
	cases := []struct {
		glob string
		not  []string // may still come
		yes  []string // behind it
	}{
		{"usr/lib/os-release", []string{"usr", "usr/lib", "usr/lib/os-release", "etc/x", "usr/lib/a"}, []string{"usr/lib/os-release/x", "usr/lib/p", "usr/libx", "var"}},
		{"var/log/messages*", []string{"var/log", "var/log/a", "var/log/messages", "var/log/messages.1/x"}, []string{"var/log/n", "var/mail"}},
		{"proc/*/net", []string{"proc", "proc/1", "proc/zzz", "etc"}, []string{"q"}},
		{"a/[bc]", []string{"a/z"}, []string{"b"}},
		{"*/x", []string{"z", "zz/z"}, nil},
		{"**/x", []string{"z", "zz/z"}, nil},
	}
	for _, c := range cases {
		m, err := newMatcher([]Want{{Globs: []string{c.glob}}})
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range slices.Concat(c.not, c.yes) {
			want := slices.Contains(c.yes, path)
			if got := m.globs[0].passed(strings.Split(path, "/")); got != want {
				t.Errorf("at %q, %q has passed: %v", path, c.glob, got)
			}
		}
	}
}

// TestCandidates: what a glob leaves out by how a path starts it does not match.
func TestCandidates(t *testing.T) {
	names := []string{"a", "a-b", "a.b/c", "a/b", "a/b-c/d", "a/b.conf", "a/b/c", "a/b/c/d", "a/bc/d", "ab", "b", "b/c", "c"}
	for glob, most := range map[string]int{
		"a": 11, "a/b": 6, "a/b*": 6, "a/b/*": 6, "a/b/**": 6, "a/**/d": 10, "a/*/c": 10, "a/b/c": 2, "**": 13, "**/c": 13, "*": 13, "b*": 2, "b**": 2, "/a/b/": 6, "d": 0, "c/x": 0,
	} {
		m, err := newMatcher([]Want{{Globs: []string{glob}}})
		if err != nil {
			t.Fatal(err)
		}
		few := m.globs[0].candidates(names)
		if len(few) > most {
			t.Errorf("%s has %d candidates, want at most %d: %q", glob, len(few), most, few)
		}
		for _, name := range names {
			if m.matches(name) && !slices.Contains(few, name) {
				t.Errorf("%s matches %s, which is no candidate", glob, name)
			}
		}
	}
}

// TestIntact: what is lost of a report concerns the wants that it may have been for, and no others.
func TestIntact(t *testing.T) {
	wants := []Want{{Name: "a", Globs: []string{"etc/a/*.conf"}}, {Name: "b", Globs: []string{"etc/b"}}, {Name: "c", Globs: []string{"var/**/c"}}, {Name: "d", Globs: []string{"sos_commands/d/list"}}}
	for lost, want := range map[string]string{
		"etc/a/x.conf": "b c d", "etc/a": "b c d", "etc": "c d", "etc/b": "a c d", "etc/z": "a b c d", "var/lib/x": "a b d", "var": "a b d",
		"sos_strings/d/list.tailed": "a b c", "sos_strings/x": "", "": "",
	} {
		globs, err := newMatcher(wants)
		if err != nil {
			t.Fatal(err)
		}
		tree := newTree(SosReport, globs)
		if got := tree.intact(wants); got != nil {
			t.Errorf("of a complete tree: %q", got)
		}
		tree.lose(lost, "Something was lost.")
		if got := strings.Join(tree.intact(wants), " "); got != want || tree.Complete {
			t.Errorf("without %q: intact %q, want %q", lost, got, want)
		}
	}
}
