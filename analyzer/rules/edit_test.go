package rules

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// edit changes the files of a host. One that finds nothing to change fails the test: the host is not what the case thinks it is.
type edit func(t testing.TB, ar *txtar.Archive)

// archive reads a host and edits it.
func archive(t testing.TB, name string, edits ...edit) *txtar.Archive {
	t.Helper()
	ar := hosttest.Archive(t, name)
	for _, e := range edits {
		e(t, ar)
	}
	return ar
}

// host is a host of testdata/hosts with edits.
func host(t testing.TB, name string, edits ...edit) *topology.Host {
	t.Helper()
	return hosttest.Host(t, archive(t, name, edits...))
}

// sub replaces text in the files that a glob matches.
func sub(glob, from, to string) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		change(t, ar, glob, from, func(s string) string { return strings.ReplaceAll(s, from, to) })
	}
}

// subRE replaces what a regular expression matches; "^" and "$" match at lines.
func subRE(glob, from, to string) edit {
	re := regexp.MustCompile("(?m)" + from)
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		change(t, ar, glob, from, func(s string) string { return re.ReplaceAllString(s, to) })
	}
}

func change(t testing.TB, ar *txtar.Archive, glob, what string, f func(string) string) {
	t.Helper()
	changed := false
	for i, file := range ar.Files {
		if !matches(t, glob, file.Name) {
			continue
		}
		s := f(string(file.Data))
		changed = changed || s != string(file.Data)
		ar.Files[i].Data = []byte(s)
	}
	if !changed {
		t.Fatalf("%s: no %q to replace", glob, what)
	}
}

func matches(t testing.TB, glob, name string) bool {
	t.Helper()
	ok, err := path.Match(glob, name)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// drop removes the files that a glob matches.
func drop(globs ...string) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		for _, g := range globs {
			before := len(ar.Files)
			ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return matches(t, g, f.Name) })
			if len(ar.Files) == before {
				t.Fatalf("%s: no such file to drop", g)
			}
		}
	}
}

// add adds a file, or appends to the one that is there.
func add(name, text string) edit {
	return func(_ testing.TB, ar *txtar.Archive) {
		for i, f := range ar.Files {
			if f.Name == name {
				ar.Files[i].Data = slices.Concat(f.Data, []byte(text))
				return
			}
		}
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
	}
}

// The files that edits mostly concern.
const (
	procBond  = "proc/*/net/bonding/*"
	ipLink    = "sos_commands/networking/ip_-s_-d_link"
	ipLinks   = "sos_commands/networking/ip_-*"
	fdb       = "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show"
	brLink    = "sos_commands/networking/bridge_-s_-s_-d_link_show"
	dmesg     = "sos_commands/kernel/dmesg"
	uname     = "sos_commands/kernel/uname_-a"
	nftRules  = "sos_commands/firewall_tables/nft_-a_list_ruleset"
	bondKey   = "etc/NetworkManager/system-connections/bond0.nmconnection"
	ifcfgBond = "etc/sysconfig/network-scripts/ifcfg-bond0"
)

// all joins edits.
func all(edits ...edit) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		for _, e := range edits {
			e(t, ar)
		}
	}
}

// noMode takes away what tells how the bonds run: /proc/net/bonding, and the line of details in `ip -d link`.
var noMode = all(drop(procBond), subRE(ipLinks, `^    bond mode .*\n`, ""))

// setMode makes another mode of the one that a host runs in.
func setMode(from, to int) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		change(t, ar, procBond, procNames[from], func(s string) string { return toMode(s, from, to) })
		change(t, ar, ipLinks, modeNames[from], func(s string) string {
			return strings.ReplaceAll(s, "bond mode "+modeNames[from]+" ", "bond mode "+modeNames[to]+" ")
		})
	}
}

var (
	modeNames = []string{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}
	procNames = []string{"load balancing (round-robin)", "fault-tolerance (active-backup)", "load balancing (xor)", "fault-tolerance (broadcast)",
		"IEEE 802.3ad Dynamic link aggregation", "transmit load balancing", "adaptive load balancing"}
)

var (
	hashLine   = regexp.MustCompile(`(?m)^Transmit Hash Policy: .*\n`)
	activeLine = regexp.MustCompile(`(?m)^(?:Primary Slave|Currently Active Slave): .*\n`)
	lacpBlock  = regexp.MustCompile(`(?ms)^802\.3ad info\n.*?\n\n`)
	lacpSlave  = regexp.MustCompile(`(?m)^(?:Aggregator ID|\w+ Churn State|\w+ Churned Count|details \w+ lacp pdu|    [a-z ]+):.*\n`)
)

// toMode rewrites the text of /proc/net/bonding: the lines that only some modes print go and come.
func toMode(s string, from, to int) string {
	s = strings.ReplaceAll(s, "Bonding Mode: "+procNames[from]+"\n", "Bonding Mode: "+procNames[to]+"\n")
	s = hashLine.ReplaceAllString(s, "")
	s = activeLine.ReplaceAllString(s, "")
	if to != 4 {
		s = lacpSlave.ReplaceAllString(lacpBlock.ReplaceAllString(s, ""), "")
	}
	line := "Bonding Mode: " + procNames[to] + "\n"
	switch to {
	case 2, 4:
		s = strings.ReplaceAll(s, line, line+"Transmit Hash Policy: layer2 (0)\n")
	case 1, 5, 6:
		_, first, _ := strings.Cut(s, "Slave Interface: ")
		first, _, _ = strings.Cut(first, "\n")
		s = strings.ReplaceAll(s, line, line+"Primary Slave: None\nCurrently Active Slave: "+first+"\n")
	}
	return s
}
