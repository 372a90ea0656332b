package parsers

import (
	"fmt"
	"strings"
	"testing"

	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/text"
)

func hostOf(t *testing.T, files map[string]string) *Facts {
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

func statusOf(f *Facts, d Datum) Status {
	for _, c := range f.Coverage {
		if c.Datum == d {
			return c.Status
		}
	}
	return ""
}

// TestAt: a source quotes the line as text.Lines has it, of a very long one the beginning.
func TestAt(t *testing.T) {
	long := strings.Repeat("x", maxSourceText-1) + "\u20ac" + strings.Repeat("y", maxSourceText)
	for name, data := range map[string]string{
		"empty":           "",
		"no last newline": "a\r\nb\n\nc",
		"blank":           strings.Repeat("\n", 5*apart),
		"short":           strings.Repeat("a\nbb\r\n", 2*apart),
		"long":            "a\n" + long + "\nb\n" + long + "\r\nc",
		"not UTF-8":       "\xff\xfea\n\xe2\x82\nb",
		"one":             strings.Repeat("z", maxSourceText) + "\r\n",
	} {
		f := newFile("f", []byte(data))
		last := 0
		for n, want := range text.Lines([]byte(data)) {
			last = n
			if len(want) > maxSourceText {
				want = strings.TrimSuffix(want[:maxSourceText-1], "\r")
			}
			if got := f.At(n).Text; got != want {
				t.Fatalf("%s: line %d is %.60q, want %.60q", name, n, got, want)
			}
		}
		if at := f.At(last + 2); at.Text != "" {
			t.Errorf("%s: a line behind the end is %q", name, at.Text)
		}
		if len(f.marks) > 1+len(data)/apart {
			t.Errorf("%s: %d marks for %d bytes", name, len(f.marks), len(data))
		}
	}
}

// TestLimits: what a parser leaves out because there is too much of it makes a report incomplete, and is told.
func TestLimits(t *testing.T) {
	deep := func(n int) string {
		return "<domain type='kvm'><name>g</name><devices>" + strings.Repeat("<a>", n) + strings.Repeat("</a>", n) + "</devices></domain>"
	}
	guests := "*nat\n-A POSTROUTING --among-src 52:54:00:00:00:00" + strings.Repeat(",52:54:00:00:00:01", 1000) + " -j C\n" +
		strings.Repeat("-A C -j snat --to-src 02:00:00:00:00:01\n", 1000)
	for name, c := range map[string]struct {
		path, text string
		complete   bool
	}{
		"nested XML":          {"run/libvirt/qemu/g.xml", deep(200), false},
		"XML":                 {"run/libvirt/qemu/g.xml", deep(20), true},
		"nested JSON":         {"sos_commands/docker/docker_network_inspect_x", strings.Repeat("[", 2000), false},
		"elements of JSON":    {"sos_commands/networking/bridge_-d_vlan_show", "[" + strings.Repeat("1,", 2_000_000) + "1]", false},
		"elements of YAML":    {"etc/nmstate/a.yml", "interfaces: [" + strings.Repeat("a,", 4_100_000) + "a]\n", false},
		"directives of YAML":  {"etc/nmstate/a.yml", strings.Repeat("%TAG !a! b\n", 200) + "---\na: b\n", false},
		"guests times rules":  {"etc/sysconfig/ebtables", guests, false},
		"damaged, not beyond": {"etc/nmstate/a.yml", "interfaces: [a, b\n", true},
	} {
		f := hostOf(t, map[string]string{c.path: c.text})
		if f.Complete != c.complete || c.complete != (len(f.Notes) == 0) {
			t.Errorf("%s: complete %v, notes %q", name, f.Complete, f.Notes)
		}
		if !c.complete && !strings.Contains(strings.Join(f.Notes, "\n"), c.path+" was not read as a whole (line ") {
			t.Errorf("%s: notes %q", name, f.Notes)
		}
	}
}

// TestProblemsOfHost: a report full of other texts has a list of problems that ends, and their number.
func TestProblemsOfHost(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("proc/net/bonding/bond%d", i)] = strings.Repeat("garbage\n", 1000)
	}
	f := hostOf(t, files)
	if len(f.Problems) != maxProblems || len(f.Notes) != 1 || !strings.Contains(f.Notes[0], "the others are not listed") {
		t.Errorf("%d problems, notes %q", len(f.Problems), f.Notes)
	}
	if last := f.Problems[text.MaxProblems-1]; last.More != 1000-text.MaxProblems {
		t.Errorf("the last problem of a file stands for %d more", last.More)
	}
}

// TestOtherTexts: a text of another kind never counts as one that says that there is nothing.
func TestOtherTexts(t *testing.T) {
	const page = "<!DOCTYPE html>\n<html><body><h1>404 Not Found</h1></body></html>\n"
	for path, datum := range map[string]Datum{
		"sos_commands/kernel/sysctl_-a":                       DatumSysctl,
		"sos_commands/process/ps_auxwwwm":                     DatumQEMU,
		"sos_commands/networkmanager/nmcli_general_status":    DatumNmcli,
		"sos_commands/networking/bridge_-d_vlan_show":         DatumVLANs,
		"sos_commands/networking/ip_-s_-d_link":               DatumLinks,
		"sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show": DatumFDB,
		"proc/net/bonding/bond0":                              DatumBonding,
		"sos_commands/firewall_tables/nft_-a_list_ruleset":    DatumNFT,
		"sos_commands/virsh/virsh_-r_list_--all":              DatumDomains,
	} {
		for _, body := range []string{page, "\xff\xfeh\x00o\x00s\x00t\x00\n\x00", "\x7fELF\x02\x01\x01\x00\n\x00\x00"} {
			if got := statusOf(hostOf(t, map[string]string{path: body}), datum); got != StatusUnparsed && got != StatusFailed {
				t.Errorf("%s: %.20q is %s", path, body, got)
			}
		}
	}
	for path, datum := range map[string]Datum{
		"cluster-scoped-resources/nmstate.io/nodenetworkstates/w.yaml": DatumNNS,
		"network_logs/net-attach-def":                                  DatumNADs,
		"namespaces/x/core/pods.yaml":                                  DatumPodNet,
	} {
		f := FromCluster([]*layout.Tree{image(t, "", map[string]string{path: page, nodesDir + "w.yaml": nodeYAML("w", "", "worker")})}, Options{})[0]
		if got := statusOf(f, datum); got != StatusUnparsed {
			t.Errorf("%s: %s", path, got)
		}
		if f.AllNADs {
			t.Errorf("%s stands for all networks of the cluster", path)
		}
	}
}
