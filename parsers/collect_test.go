package parsers

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/layout"
)

// facts reads a report that is made of files.
func facts(t *testing.T, files map[string]string) *Facts {
	t.Helper()
	fs := afero.NewMemMapFs()
	for name, body := range files {
		if err := afero.WriteFile(fs, name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := layout.FromFS(fs, layout.SosReport, nil, Wants(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	return FromTree(tree, Options{})
}

func (f *Facts) of(d Datum) Coverage {
	i := slices.IndexFunc(f.Coverage, func(c Coverage) bool { return c.Datum == d })
	if i < 0 {
		return Coverage{}
	}
	return f.Coverage[i]
}

// TestCoverage: "not collected", "collection failed", "could not be parsed", "really not there" and "read" are five different answers.
func TestCoverage(t *testing.T) {
	const fdb = "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show"
	const manifest = `{"version": "4.9.1", "components": {"report": {"plugins": {"networking": {"timeout_hit": true, "commands": [], "files": []}}}}}`
	for _, c := range []struct {
		name   string
		files  map[string]string
		status Status
		note   string
	}{
		{"read", map[string]string{fdb: "52:54:00:aa:00:01 dev vnet0 master br0 \n"}, StatusRead, ""},
		{"empty", map[string]string{fdb: ""}, StatusEmpty, ""},
		{"white space", map[string]string{fdb: " \n\n"}, StatusEmpty, ""},
		{"failed", map[string]string{fdb: "RTNETLINK answers: Operation not permitted\nDump terminated\n"}, StatusFailed, "RTNETLINK answers"},
		{"unparsed", map[string]string{fdb: "lorem ipsum dolor sit amet\n"}, StatusUnparsed, "lorem ipsum"},
		{"not collected", nil, StatusNotCollected, ""},
		{"not collected, and the manifest says why", map[string]string{"sos_reports/manifest.json": manifest}, StatusNotCollected, "plugin networking of sos ran into its time limit"},
		{"a second form speaks where the first failed", map[string]string{
			fdb: "Cannot open network namespace\n", "sos_commands/networking/bridge_fdb_show": "52:54:00:aa:00:01 dev vnet0 master br0 \n"}, StatusRead, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := facts(t, c.files).of(DatumFDB)
			if got.Status != c.status || !strings.Contains(got.Note, c.note) {
				t.Errorf("%q %q, want %q with %q", got.Status, got.Note, c.status, c.note)
			}
			if got.Ask == "" {
				t.Error("nothing to ask for")
			}
		})
	}
}

// TestFailedIsNoProblem: the error text of a command is told once, as such, and not line by line as text that was not understood.
func TestFailedIsNoProblem(t *testing.T) {
	f := facts(t, map[string]string{"sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show": "RTNETLINK answers: Operation not permitted\n"})
	if len(f.Problems) > 0 {
		t.Errorf("problems: %+v", f.Problems)
	}
}

// TestNewestFirst: of several forms of one datum the newest is read first, whatever the order of the files.
func TestNewestFirst(t *testing.T) {
	link := "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP\n    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n"
	f := facts(t, map[string]string{
		"sos_commands/networking/ip_link": link, "sos_commands/networking/ip_-s_-d_link": link, "sos_commands/networking/ip_-d_address": link,
	})
	var got []string
	for _, r := range f.Links {
		got = append(got, base(r.Path))
	}
	if want := []string{"ip_-s_-d_link", "ip_-d_address", "ip_link"}; !slices.Equal(got, want) {
		t.Errorf("read in the order %q, want %q", got, want)
	}
}

func TestNames(t *testing.T) {
	f := facts(t, map[string]string{
		"proc/812/net/bonding/bond-storage":                                             "Ethernet Channel Bonding Driver: v5.14.0\n\nBonding Mode: load balancing (xor)\n",
		"sos_commands/networking/namespaces/ns_a/ip_netns_exec_ns_a_ip_-d_address_show": "1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n",
		"etc/sysconfig/network-scripts/ifcfg-br0.100":                                   "DEVICE=br0.100\n",
	})
	if len(f.Bonds) != 1 || f.Bonds[0].Name != "bond-storage" {
		t.Errorf("bonds: %+v", f.Bonds)
	}
	if len(f.NetnsLinks) != 1 || f.NetnsLinks[0].Name != "ns_a" {
		t.Errorf("namespaces: %+v", f.NetnsLinks)
	}
	if len(f.Ifcfg) != 1 || f.Ifcfg[0].Name != "br0.100" {
		t.Errorf("ifcfg: %+v", f.Ifcfg)
	}
	if at := f.Bonds[0].At(3); at.Text != "Bonding Mode: load balancing (xor)" || at.File != "proc/812/net/bonding/bond-storage" {
		t.Errorf("source: %+v", at)
	}
	if f.Bonds[0].At(0).Known() {
		t.Error("line 0 is no source")
	}
}

// TestKernelMessages: the logs below var/log are read only where the better sources have nothing, or on demand.
func TestKernelMessages(t *testing.T) {
	const own = "[   23.191469] br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)\n"
	boot := "[    0.000000] Linux version 5.14.0\n"
	syslog := "Nov 22 06:43:51 hv01 kernel: " + own
	for _, c := range []struct {
		name  string
		files map[string]string
		deep  bool
		want  []string
	}{
		{"dmesg is enough", map[string]string{"sos_commands/kernel/dmesg": boot + own, "var/log/messages": syslog}, false, []string{"sos_commands/kernel/dmesg"}},
		{"deep", map[string]string{"sos_commands/kernel/dmesg": boot + own, "var/log/messages": syslog}, true, []string{"sos_commands/kernel/dmesg", "var/log/messages"}},
		{"dmesg failed", map[string]string{"sos_commands/kernel/dmesg": "dmesg: read kernel buffer failed: Operation not permitted\n", "var/log/messages": syslog}, false, []string{"var/log/messages"}},
		{"no dmesg", map[string]string{"var/log/messages": syslog}, false, []string{"var/log/messages"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			fs := afero.NewMemMapFs()
			for name, body := range c.files {
				if err := afero.WriteFile(fs, name, []byte(body), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			opt := Options{Deep: c.deep}
			tree, err := layout.FromFS(fs, layout.SosReport, nil, Wants(opt))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range FromTree(tree, opt).Logs {
				if len(r.Value.Events) > 0 {
					got = append(got, r.Path)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("events from %q, want %q", got, c.want)
			}
		})
	}
}

// TestList: every parser names what it reads and how, and every datum its title.
func TestList(t *testing.T) {
	titles := map[Datum]string{}
	globs := map[string]bool{}
	for _, p := range List(Options{}) {
		if p.Title == "" || len(p.Globs) == 0 || (p.Parse == nil) == (p.Scan == nil) || (p.Scan == nil) != (p.Scanned == nil) {
			t.Errorf("%s: incomplete entry", p.Datum)
		}
		if was := titles[p.Datum]; was != "" && was != p.Title {
			t.Errorf("%s: titles %q and %q", p.Datum, was, p.Title)
		}
		titles[p.Datum] = p.Title
		for _, g := range p.Globs {
			if globs[g] {
				t.Errorf("%s is read twice", g)
			}
			globs[g] = true
		}
	}
}
