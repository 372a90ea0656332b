package layout_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// lazyScanner leaves most of its input unread.
type lazyScanner struct{}

func (lazyScanner) Scan(r io.Reader) error {
	_, err := r.Read(make([]byte, 3))
	return err
}

// long is a report as sos writes it, sorted, with enough members to be believed.
func long(t *testing.T, head string, dmesg bool) []string {
	t.Helper()
	lines := []string{"R/"}
	for i := range 120 {
		lines = append(lines, fmt.Sprintf("R/etc/f%03d = x", i))
	}
	lines = append(lines, "R/hostname -> sos_commands/host/hostname", "R/sos_commands/", "R/sos_commands/host/hostname = hv01")
	if dmesg {
		lines = append(lines, "R/sos_commands/kernel/dmesg = d")
	}
	lines = append(lines, "R/sos_strings/logs/var.log.messages.tailed = tail", "R/sys/x = x", "R/usr/lib/os-release = ID=rhel", "R/usr/share/x = x",
		"R/var/", "R/var/lib/x = x", "R/var/log/messages = "+strings.Repeat("m", 1000), "R/var/log/syslog = s", "R/var/tmp/x = x")
	if head != "" {
		lines = slices.Insert(lines, 0, head)
	}
	return lines
}

const newHead = "R/version.txt = sos report: 4.9.1"

func TestEarlyStop(t *testing.T) {
	noVersion := slices.DeleteFunc(usual(), func(w layout.Want) bool { return w.Name == "version" })
	swapped := long(t, newHead, true)
	swapped[50], swapped[51] = swapped[51], swapped[50]
	cases := map[string]struct {
		lines   []string
		wants   []layout.Want
		whole   bool
		stopped bool
		members int64
	}{
		"new":               {lines: long(t, newHead, true), stopped: true, members: 130}, // at usr/share
		"old":               {lines: long(t, "", true), members: 134},                     // version.txt would come last
		"old, no version":   {lines: long(t, "", true), wants: noVersion, stopped: true, members: 129},
		"fallback needed":   {lines: long(t, newHead, false), stopped: true, members: 134}, // at var/tmp
		"whole":             {lines: long(t, newHead, true), whole: true, members: 135},
		"not sorted":        {lines: swapped, members: 135},
		"made by hand":      {lines: slices.Insert(long(t, newHead, true), 0, "./"), members: 135},
		"without its root":  {lines: long(t, "", true)[1:], wants: noVersion, members: 133}, // sos writes the directory first
		"something beside":  {lines: slices.Insert(long(t, newHead, true), 10, "S/x = x"), members: 136},
		"wanted everywhere": {lines: long(t, newHead, true), wants: append(usual(), layout.Want{Globs: []string{"**/x"}}), members: 135},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if c.wants == nil {
				c.wants = usual()
			}
			data := members(t, strings.ReplaceAll(strings.Join(c.lines, "\n"), "R/", "sosreport-a/"))
			found, err := layout.Collect(context.Background(), stdin(gz(t, data)), c.wants, layout.Options{Whole: c.whole})
			must(t, err)
			tree := found.Trees[0]
			if found.Stopped != c.stopped || found.Members != c.members || !tree.Complete || len(tree.Notes) > 0 {
				t.Errorf("stopped %v after %d members, want %v after %d; complete %v %q", found.Stopped, found.Members, c.stopped, c.members, tree.Complete, tree.Notes)
			}
			for _, want := range []string{"hostname", "usr/lib/os-release"} {
				if !tree.Exists(want) {
					t.Errorf("%s was not collected", want)
				}
			}
		})
	}
}

// TestEarlyStopWaits: what is still to come although the plain path of all that is wanted has gone by.
func TestEarlyStopWaits(t *testing.T) {
	wants := []layout.Want{{Name: "net", Globs: []string{"sos_commands/networking/*"}}, {Name: "os", Globs: []string{"usr/lib/os-release"}}}
	lines := append(long(t, "", true), "R/sos_commands/networking/fdb -> ../../sos_strings/networking/fdb.tailed", "R/sos_strings/networking/fdb.tailed = cut")
	slices.Sort(lines[1:])
	for name, c := range map[string]struct {
		first, root string
		wants       []layout.Want
		file        string
	}{
		"the end of an output that sos cut": {"", "sosreport-a/", wants[:1], "sos_commands/networking/fdb"},
		"a report below another directory":  {"case/\n", "case/zz/", wants, "usr/lib/os-release"},
	} {
		t.Run(name, func(t *testing.T) {
			tree := collect(t, members(t, c.first+strings.ReplaceAll(strings.Join(lines, "\n"), "R/", c.root)), c.wants).Trees[0]
			if !tree.Exists(c.file) {
				t.Errorf("%s was not collected of %s", c.file, tree.Root)
			}
		})
	}
}

// TestEarlyStopBeforeDamage: what lies behind the stop is nobody's concern.
func TestEarlyStopBeforeDamage(t *testing.T) {
	data := members(t, strings.ReplaceAll(strings.Join(long(t, newHead, true), "\n"), "R/", "r/"))
	tail := bytes.Index(data, []byte("r/var/tmp/x"))
	found := collect(t, data[:tail+100], usual())
	if !found.Stopped || found.Err != nil || !found.Trees[0].Complete {
		t.Errorf("stopped %v, %v, complete %v", found.Stopped, found.Err, found.Trees[0].Complete)
	}
	found, err := layout.Collect(context.Background(), stdin(data[:tail+100]), usual(), layout.Options{Whole: true})
	must(t, err)
	var damaged *archive.Damaged
	if found.Stopped || !errors.As(found.Err, &damaged) || found.Trees[0].Complete {
		t.Errorf("whole: stopped %v, %v, complete %v", found.Stopped, found.Err, found.Trees[0].Complete)
	}
	if want := "The input is damaged: it was read up to member 134: the tar data end early."; !slices.Contains(found.Trees[0].Notes, want) {
		t.Errorf("notes %q, want %q", found.Trees[0].Notes, want)
	}
}

// TestCut cuts a report anywhere: it must never look complete, and what was complete before must be there.
func TestCut(t *testing.T) {
	data := members(t, at(report, "r"))
	whole := collect(t, data, usual()).Trees[0]
	for cut := 1024; cut < len(data)-512; cut += 97 {
		for _, in := range [][]byte{data[:cut]} {
			found, err := layout.Collect(context.Background(), stdin(in), usual(), layout.Options{})
			if err != nil {
				t.Fatalf("cut at %d: %v", cut, err)
			}
			tree := found.Trees[0]
			if tree.Complete || len(tree.Notes) == 0 || found.Err == nil {
				t.Errorf("cut at %d: complete %v, notes %q, %v", cut, tree.Complete, tree.Notes, found.Err)
			}
			for _, name := range tree.Glob("**") {
				got, _ := tree.ReadFile(name)
				want, _ := whole.ReadFile(name)
				if _, short := tree.Cut[mustResolve(t, tree, name)]; !short && !bytes.Equal(got, want) || !bytes.HasPrefix(want, got) {
					t.Errorf("cut at %d: %s = %q", cut, name, got)
				}
			}
		}
	}
}

func mustResolve(t *testing.T, tree *layout.Tree, name string) string {
	t.Helper()
	real, ok := tree.Resolve(name)
	if !ok {
		t.Fatalf("%s does not resolve", name)
	}
	return real
}

func TestCutFile(t *testing.T) {
	body := strings.Repeat("0123456789", 200)
	data := members(t, "r/sos_commands/networking/a = "+body)
	same(t, "kept", show(collect(t, data[:512+300], usual()).Trees[0]), `
		sosreport "" "r" incomplete
		sos_commands/networking/a = `+body[:300]+`
		cut sos_commands/networking/a at 300
		note sos_commands/networking/a breaks off after 300 bytes.
		note The input is damaged: it was read up to member 1: the tar data end early.`)
	data = members(t, "r/sos_commands/kernel/dmesg = "+body)
	same(t, "scanned", show(collect(t, data[:512+300], usual()).Trees[0]), `
		sosreport "" "r" incomplete
		scan kernel log sos_commands/kernel/dmesg = `+body[:300]+`
		cut sos_commands/kernel/dmesg at 300
		note sos_commands/kernel/dmesg breaks off after 300 bytes.
		note The input is damaged: it was read up to member 1: the tar data end early.`)
}

// TestDamagedBeside: one damaged archive of a bundle leaves the others complete.
func TestDamagedBeside(t *testing.T) {
	good := gz(t, members(t, at(report, "good")))
	bad := gz(t, members(t, at(report, "bad")))
	data := bundle(t, "1.tar.gz", good, "2.tar.gz", bad[:len(bad)*2/3], "3.tar.gz", good)
	found := collect(t, data, usual())
	if len(found.Trees) != 3 || len(found.Problems) != 1 || found.Err != nil {
		t.Fatalf("%d trees, problems %v, %v", len(found.Trees), found.Problems, found.Err)
	}
	for i, tree := range found.Trees {
		if tree.Complete != (i != 1) {
			t.Errorf("%s: complete %v", tree.Archive, tree.Complete)
		}
	}
	if notes := found.Trees[1].Notes; len(notes) != 1 || !strings.HasPrefix(notes[0], "2.tar.gz is damaged: it was read up to member ") {
		t.Errorf("notes %q", notes)
	}
	// The bundle itself cut in the last of them.
	found = collect(t, data[:len(data)-1500], usual())
	if n := len(found.Trees); n != 3 || !found.Trees[0].Complete || found.Trees[n-1].Complete || found.Err == nil {
		t.Errorf("cut bundle: %d trees, %v", n, found.Err)
	}
}

func TestRefusedNames(t *testing.T) {
	found := collect(t, members(t, "r/sos_commands/host/hostname = hv01\n/etc/hostname = x\nr/../../x = x"), usual())
	same(t, "tree", show(found.Trees[0]), `
		sosreport "" "r" incomplete
		sos_commands/host/hostname = hv01
		note 1 member has an absolute name and was left out: "/etc/hostname".
		note 1 member has a name with ".." in it and was left out: "r/../../x".`)
}

func TestLimit(t *testing.T) {
	opt := layout.Options{Options: archive.Options{Limits: archive.Limits{Members: 4}}}
	found, err := layout.Collect(context.Background(), stdin(members(t, at(report, "r"))), usual(), opt)
	must(t, err)
	var limit *archive.LimitError
	if !errors.As(found.Err, &limit) || limit.Flag != archive.FlagMembers || found.Trees[0].Complete {
		t.Errorf("%v, complete %v", found.Err, found.Trees[0].Complete)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	wants := []layout.Want{{Globs: []string{"hostname"}, Scan: func() layout.Scanner { cancel(); return &lines{} }}}
	found, err := layout.Collect(ctx, stdin(members(t, "sos_commands/\nhostname = x\nz = z")), wants, layout.Options{})
	if !errors.Is(err, context.Canceled) || found != nil {
		t.Errorf("%v, %v", found, err)
	}
}

func FuzzCollect(f *testing.F) {
	one := members(f, at(report, "r"))
	for _, data := range [][]byte{one, gz(f, one), members(f, at(report, "")), bundle(f, "a.tar.gz", gz(f, one), "b.tar", one),
		members(f, "r/a -> b\nr/b -> ../a\nr/sos_strings/p/var.log.messages.tailed = x\nr/sos_commands/networking/x => r/version.txt")} {
		f.Add(data)
	}
	opt := layout.Options{Keep: 4096, Options: archive.Options{XZ: archive.XZGo,
		Limits: archive.Limits{Members: 1000, Total: 4 << 20, Ratio: 100, Depth: 2, Zip: 1 << 20}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		found, err := layout.Collect(context.Background(), stdin(data), usual(), opt)
		if err != nil {
			var refused *archive.Refused
			var damaged *archive.Damaged
			if !errors.As(err, &refused) && !errors.As(err, &damaged) || found != nil {
				t.Errorf("%v, %v", found, err)
			}
			return
		}
		for _, tree := range found.Trees {
			check(t, tree)
		}
	})
}

// FuzzMembers makes an archive of lines that say "kind name rest": mutated archives seldom get past their checksums.
func FuzzMembers(f *testing.F) {
	f.Add("f r/sos_commands/networking/a body\nl r/hostname sos_commands/networking/a\nh r/sos_commands/networking/b r/sos_commands/networking/a")
	f.Add("d r\nf r/version.txt sos\nf r/proc/1/net/bonding/b x\nf r/sos_strings/p/var.log.messages.tailed m\nl r/var/log/messages ../../sos_strings/p/var.log.messages.tailed")
	f.Add("f a/b/sos_commands/x 1\nf a/sos_commands/host/hostname 2\nf a 3\nl a/hostname ../..")
	f.Add("t x/y.tar sos_commands/host/hostname\nf x/sos_commands/host/hostname n\nt x/y.tar version.txt")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "\n") > 500 {
			return
		}
		data := fuzzed(text)
		opt := layout.Options{Keep: 4096}
		found, err := layout.Collect(context.Background(), stdin(data), usual(), opt)
		again, errAgain := layout.Collect(context.Background(), stdin(gz(t, data)), usual(), opt)
		if (err == nil) != (errAgain == nil) {
			t.Fatalf("%v, %v", err, errAgain)
		}
		if err != nil {
			return
		}
		for _, tree := range found.Trees {
			check(t, tree)
		}
		if showAll(found) != showAll(again) {
			t.Errorf("not deterministic:\n%s\n%s", showAll(found), showAll(again))
		}
	})
}

// fuzzed is the archive that the lines describe; what tar cannot store is left out.
func fuzzed(text string) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for line := range strings.SplitSeq(text, "\n") {
		kind, rest, _ := strings.Cut(line, " ")
		name, rest, _ := strings.Cut(rest, " ")
		h := &tar.Header{Name: name, Mode: 0o644, Typeflag: tar.TypeReg}
		switch kind {
		case "d":
			h.Typeflag, rest = tar.TypeDir, ""
		case "l":
			h.Typeflag, h.Linkname, rest = tar.TypeSymlink, rest, ""
		case "h":
			h.Typeflag, h.Linkname, rest = tar.TypeLink, rest, ""
		case "t":
			rest = string(fuzzed("f " + rest + " sos"))
		}
		h.Size = int64(len(rest))
		if w.WriteHeader(h) == nil {
			_, _ = w.Write([]byte(rest))
		}
	}
	_ = w.Close()
	return out.Bytes()
}

// check fails the test where a tree contradicts itself.
func check(t *testing.T, tree *layout.Tree) {
	t.Helper()
	var kept int
	names := tree.Glob("**")
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %q", names)
	}
	for _, name := range names {
		real := mustResolve(t, tree, name)
		data, err := tree.ReadFile(name)
		if err != nil {
			t.Errorf("%s -> %s: %v", name, real, err)
		}
		if name == real {
			kept += len(data)
		}
	}
	if kept > 4096 {
		t.Errorf("%d bytes were kept", kept)
	}
	for _, note := range tree.Notes {
		if note == "" || strings.ContainsAny(note, "\n\x1b") {
			t.Errorf("note %q", note)
		}
	}
	if !tree.Complete && len(tree.Notes) == 0 {
		t.Error("incomplete without a note")
	}
}
