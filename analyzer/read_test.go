package analyzer_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer"
	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/archive"
)

// input is a folder with files, by their paths.
func input(t *testing.T, name string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for path, body := range files {
		file := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t *testing.T, paths ...string) analyzer.Result {
	t.Helper()
	var all analyzer.Reading
	for _, p := range paths {
		r, err := analyzer.Read(context.Background(), archive.Input{Path: p}, analyzer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		all.Join(r)
	}
	return all.Judge()
}

// summary is a line for each host: its name, what it is known from, its bonds and the guests on them.
func summary(r analyzer.Result) (lines []string) {
	for _, h := range r.Hosts {
		line := h.Topology.Name.Value
		if h.Topology.Report {
			line += " report"
		}
		if h.Topology.Node != "" {
			line += " node " + h.Topology.Node
		}
		for _, b := range h.Bonds {
			line += fmt.Sprintf("; %s %s", b.Topology.Name, b.Topology.Mode.Value)
			for _, a := range b.Topology.Attachments {
				line += " " + a.Name + guests(a)
			}
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

func guests(a *topology.Attachment) string {
	var names []string
	for _, g := range a.Guests {
		name := g.Guest
		if !g.Running {
			name += " off"
		}
		names = append(names, name)
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func want(t *testing.T, r analyzer.Result, lines ...string) {
	t.Helper()
	if d := cmp.Diff(lines, summary(r)); d != "" {
		t.Error(d)
	}
}

func fails(t *testing.T, r analyzer.Result, texts ...string) {
	t.Helper()
	if len(r.Errors) != len(texts) {
		t.Fatalf("errors %v, want %d", r.Errors, len(texts))
	}
	for i, e := range r.Errors {
		if !strings.Contains(e.Error(), texts[i]) {
			t.Errorf("%v, want %q", e, texts[i])
		}
	}
}

func object(apiVersion, kind, name, ns, rest string) string {
	s := "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n  name: " + name + "\n"
	if ns != "" {
		s += "  namespace: " + ns + "\n"
	}
	return s + rest
}

const (
	versionFile = "cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml"
	nodeFile    = "cluster-scoped-resources/core/nodes/%s.yaml"
	stateFile   = "cluster-scoped-resources/nmstate.io/nodenetworkstates/%s.yaml"
	nadFile     = "namespaces/vms/k8s.cni.cncf.io/network-attachment-definitions/lan.yaml"
	vmiFile     = "namespaces/vms/crs/virtualmachineinstances.kubevirt.io/web.yaml"
)

// gather is the directory of one image of a must-gather.
type gather map[string]string

func (g gather) version(id string) gather {
	g[versionFile] = object("config.openshift.io/v1", "ClusterVersion", "version", "", "spec:\n  clusterID: "+id+"\nstatus:\n  desired:\n    version: 4.17.9\n")
	return g
}

func (g gather) node(name string) gather {
	g[fmt.Sprintf(nodeFile, name)] = object("v1", "Node", name, "", "status:\n  nodeInfo:\n    kernelVersion: 5.14.0-427.el9_4.x86_64\n    osImage: Red Hat Enterprise Linux CoreOS 417.94\n")
	return g
}

func (g gather) state(name, mode string) gather {
	g[fmt.Sprintf(stateFile, name)] = object("nmstate.io/v1beta1", "NodeNetworkState", name, "", `status:
  currentState:
    interfaces:
    - name: eno1
      type: ethernet
      state: up
      controller: bond0
    - name: eno2
      type: ethernet
      state: up
      controller: bond0
    - name: bond0
      type: bond
      state: up
      mac-address: 52:54:00:00:00:01
      controller: br1
      link-aggregation:
        mode: `+mode+`
        options:
          miimon: 100
        port: [eno1, eno2]
    - name: br1
      type: linux-bridge
      state: up
      bridge:
        port:
        - name: bond0
`)
	return g
}

// machine is a virtual machine on a node, and the network that it is on.
func (g gather) machine(node string) gather {
	g["version"] = "kubevirt/must-gather\nv4.17.3\n"
	g[nadFile] = object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "lan", "vms", "spec:\n  config: '{\"type\":\"cnv-bridge\",\"name\":\"lan\",\"bridge\":\"br1\"}'\n")
	g[vmiFile] = object("kubevirt.io/v1", "VirtualMachineInstance", "web", "vms", "spec:\n  domain:\n    devices:\n      interfaces:\n      - bridge: {}\n        name: lan\n"+
		"  networks:\n  - multus:\n      networkName: lan\n    name: lan\nstatus:\n  interfaces:\n  - mac: 02:00:00:00:00:01\n    name: lan\n  nodeName: "+node+"\n  phase: Running\n")
	return g
}

// below puts the files of directories into one folder.
func below(dirs map[string]gather) map[string]string {
	all := map[string]string{}
	for dir, g := range dirs {
		for path, text := range g {
			all[dir+"/"+path] = text
		}
	}
	return all
}

// sosreport is a report of a host with bond0 in a mode, in no bridge.
func sosreport(host, mode string) gather {
	return gather{
		"version.txt": "sos report: 4.7.2\n", "sos_commands/host/hostname": host + "\n",
		"proc/1/net/bonding/bond0": "Ethernet Channel Bonding Driver: v5.14.0-427.el9_4.x86_64\n\nBonding Mode: " + mode + "\nMII Status: up\nMII Polling Interval (ms): 100\n\nSlave Interface: eno1\nMII Status: up\nPermanent HW addr: 52:54:00:00:00:01\n",
		"sos_commands/networking/ip_-s_-d_link": "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n" +
			"2: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP mode DEFAULT group default qlen 1000\n    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n" +
			"4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff\n",
	}
}

const (
	ab    = "fault-tolerance (active-backup)"
	noOne = "the must-gather names no node of the cluster"
)

func TestImagesOfOneCluster(t *testing.T) {
	dir := input(t, "mg", below(map[string]gather{
		"mg/quay-io-1":      gather{}.version("a").node("w1").state("w1", "balance-alb"),
		"mg/registry-cnv-1": gather{}.machine("w1").state("w1", "balance-alb"),
	}))
	r := read(t, dir)
	want(t, r, "w1 node w1; bond0 balance-alb br1(vms/web)")
	fails(t, r)
	if got := r.Hosts[0].Source; got.Root != "mg" || !got.Complete {
		t.Errorf("%+v", got)
	}
}

// TestTwoGathers: must-gathers of one cluster, packed apart, complete one another; what both hold counts once.
func TestTwoGathers(t *testing.T) {
	first := input(t, "first", gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1"))
	again := input(t, "again", gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1"))
	machines := input(t, "machines", gather{}.machine("w1"))
	states := input(t, "states", gather{}.version("a").node("w1").state("w1", "balance-alb"))
	want(t, read(t, first, again), "w1 node w1; bond0 balance-alb br1(vms/web)")
	r := read(t, first, again)
	if d := cmp.Diff([]string{"again"}, r.Hosts[0].Source.Also); d != "" {
		t.Error(d)
	}
	r = read(t, states, machines)
	want(t, r, "w1 node w1; bond0 balance-alb br1(vms/web)")
	fails(t, r)
	other := input(t, "other", gather{}.version("b").node("x1").state("x1", "active-backup"))
	r = read(t, states, machines, other)
	want(t, r, "w1 node w1; bond0 balance-alb br1()", "x1 node x1; bond0 active-backup br1()")
	fails(t, r, "machines: "+noOne)
}

func TestTwoClusters(t *testing.T) {
	r := read(t, input(t, "case", below(map[string]gather{
		"prod/quay-io-1": gather{}.version("a").node("w1").state("w1", "balance-alb"), "prod/registry-cnv-1": gather{}.machine("w1"),
		"test/quay-io-1": gather{}.version("b").node("w1").state("w1", "active-backup"), "test/registry-cnv-1": {"nodes/w1/ip.txt": ""},
	})))
	want(t, r, "w1 node w1; bond0 active-backup br1()", "w1 node w1; bond0 balance-alb br1(vms/web)")
}

// TestUnknownCluster: a directory that does not tell its cluster belongs to the one whose nodes it names.
func TestUnknownCluster(t *testing.T) {
	dirs := map[string]gather{
		"prod/quay-io-1": gather{}.version("a").node("w1").state("w1", "balance-alb"),
		"test/quay-io-1": gather{}.version("b").node("x1").state("x1", "active-backup"),
		"more/cnv":       gather{}.machine("w1").state("w1", "balance-alb"),
		"else/cnv":       gather{}.state("y1", "broadcast"),
	}
	want(t, read(t, input(t, "case", below(dirs))), "w1 node w1; bond0 balance-alb br1(vms/web)", "x1 node x1; bond0 active-backup br1()", "y1 node y1; bond0 broadcast br1()")
	delete(dirs, "test/quay-io-1")
	want(t, read(t, input(t, "case", below(dirs))), "w1 node w1; bond0 balance-alb br1(vms/web)", "y1 node y1; bond0 broadcast br1()")
}

// TestReportOfNode: a node with a report stands once, as its report shows it, with the guests that the cluster knows.
func TestReportOfNode(t *testing.T) {
	nodes := gather{}.version("a").node("w1.lab").state("w1.lab", "balance-alb").node("w2.lab").state("w2.lab", "active-backup").machine("w1.lab")
	for _, host := range []string{"w1.lab", "w1", "W1.LAB"} {
		r := read(t, input(t, "case", below(map[string]gather{"mg/quay-io-1": nodes, "sosreport-w1": sosreport(host, ab)})))
		want(t, r, host+" report node w1.lab; bond0 active-backup unknown()", "w2.lab node w2.lab; bond0 active-backup br1()")
		fails(t, r)
	}
	r := read(t, input(t, "case", below(map[string]gather{"mg/quay-io-1": nodes, "sosreport-w1": sosreport("w1.other", ab)})))
	want(t, r, "w1.lab node w1.lab; bond0 balance-alb br1(vms/web)", "w1.other report; bond0 active-backup unknown()", "w2.lab node w2.lab; bond0 active-backup br1()")
}

// TestReportsOfNode: each of several reports of one node is completed.
func TestReportsOfNode(t *testing.T) {
	r := read(t, input(t, "case", below(map[string]gather{
		"mg/quay-io-1":   gather{}.version("a").node("w1.lab").state("w1.lab", "balance-alb").machine("w1.lab"),
		"sosreport-w1-a": sosreport("w1.lab", ab), "sosreport-w1-b": sosreport("w1", "adaptive load balancing"),
	})))
	want(t, r, "w1 report node w1.lab; bond0 balance-alb unknown()", "w1.lab report node w1.lab; bond0 active-backup unknown()")
}

// TestReportOfAmbiguousNode: nodes of two clusters have one name. The report belongs to the must-gather that it lies in, or to none.
func TestReportOfAmbiguousNode(t *testing.T) {
	dirs := map[string]gather{
		"prod/quay-io-1": gather{}.version("a").node("w1.prod").state("w1.prod", "balance-alb"),
		"test/quay-io-1": gather{}.version("b").node("w1.test").state("w1.test", "active-backup"),
		"sosreport-w1":   sosreport("w1", ab),
	}
	want(t, read(t, input(t, "case", below(dirs))), "w1 report; bond0 active-backup unknown()", "w1.prod node w1.prod; bond0 balance-alb br1()", "w1.test node w1.test; bond0 active-backup br1()")
	dirs["prod/node_sosreports/sosreport-w1"] = dirs["sosreport-w1"]
	delete(dirs, "sosreport-w1")
	want(t, read(t, input(t, "case", below(dirs))), "w1 report node w1.prod; bond0 active-backup unknown()", "w1.test node w1.test; bond0 active-backup br1()")
}

func TestNoNodes(t *testing.T) {
	r := read(t, input(t, "inspect", map[string]string{"namespaces/vms/core/pods.yaml": "---\napiVersion: v1\nitems: []\nkind: PodList\n"}))
	want(t, r)
	fails(t, r, noOne)
}

func TestBlindNodes(t *testing.T) {
	r := read(t, input(t, "mg", gather{}.version("a").node("m1").node("w1").state("w1", "active-backup")))
	fails(t, r, "shows no network interfaces of m1, so whether this node has a bond")
	r = read(t, input(t, "mg", gather{}.version("a").node("m1").node("m2").node("m3").node("m4").node("m5").node("m6")))
	fails(t, r, "shows no network interfaces of m1, m2, m3, m4, m5 and 1 more, so whether these nodes have a bond")
}

const addresses = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
3: eno2: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master br2 state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
5: br2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
6: vethab12cd34@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br2 state UP group default
    link/ether ae:54:00:00:00:06 brd ff:ff:ff:ff:ff:ff link-netns 5f0c2a7e-41d2-4c40-9a3f-6f1e2d3c4b5a
`

// TestAddressesAndState: `ip a` shows what there is and NodeNetworkState the details; a state that is older does not bring back what is gone.
func TestAddressesAndState(t *testing.T) {
	g := gather{}.version("a").node("w1").state("w1", "balance-alb")
	g["nodes/w1/ip.txt"] = addresses
	r := read(t, input(t, "mg", g))
	want(t, r, "w1 node w1; bond0 balance-alb br2(5f0c2a7e-41d2-4c40-9a3f-6f1e2d3c4b5a)")
	h := r.Hosts[0].Topology
	if h.Link("br1") != nil || h.Bridge("br1") != nil || len(h.Bonds[0].Slaves) != 2 {
		t.Errorf("links %v, bridges %v, slaves %v", h.Links, h.Bridges, h.Bonds[0].SlaveNames())
	}

	g = gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1")
	g["nodes/w1/ip.txt"] = strings.ReplaceAll(addresses, "br2", "br1")
	want(t, read(t, input(t, "mg", g)), "w1 node w1; bond0 balance-alb br1(vms/web)") // the machine's pod is what is behind the veth
}

// TestMaskedAddresses: must-gather-clean writes "x-mac-0000001-x", or the same mask for all.
func TestMaskedAddresses(t *testing.T) {
	for _, mask := range []string{"x-mac-0000001-x", "xx:xx:xx:xx:xx:xx"} {
		g := gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1")
		for path := range g {
			g[path] = strings.NewReplacer("52:54:00:00:00:01", mask, "02:00:00:00:00:01", mask).Replace(g[path])
		}
		g["nodes/w1/ip.txt"] = strings.NewReplacer("br2", "br1", "52:54:00:00:00:01", mask, "ae:54:00:00:00:06", mask).Replace(addresses)
		want(t, read(t, input(t, "mg", g)), "w1 node w1; bond0 balance-alb br1(vms/web)")
	}
}

// TestUsersNotCollected: what was inspected of one namespace does not say who uses the networks of the others.
func TestUsersNotCollected(t *testing.T) {
	g := gather{}.version("a").node("w1").state("w1", "balance-alb")
	g[nadFile] = object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "lan", "vms", "spec:\n  config: '{\"type\":\"cnv-bridge\",\"name\":\"lan\",\"bridge\":\"br1\"}'\n")
	if r := read(t, input(t, "mg", g)); r.Hosts[0].Verdict != rules.Undecided || !strings.Contains(r.Hosts[0].Bonds[0].Judgement.Summary, "network vms/lan") {
		t.Errorf("%s: %s", r.Hosts[0].Verdict, r.Hosts[0].Bonds[0].Judgement.Summary)
	}
	g["version"] = "kubevirt/must-gather\nv4.17.3\n"
	want(t, read(t, input(t, "mg", g)), "w1 node w1; bond0 balance-alb br1()")
	delete(g, "version")
	g[strings.Replace(vmiFile, "vms", "other", 1)] = strings.Replace(gather{}.machine("w1")[vmiFile], "namespace: vms", "namespace: other", 1)
	if r := read(t, input(t, "mg", g)); r.Hosts[0].Verdict != rules.Undecided {
		t.Errorf("machines of another namespace: %s", r.Hosts[0].Verdict)
	}
}

// TestMachinesThatEnded: an instance that ended does not run; a machine whose pod runs elsewhere is not off here.
func TestMachinesThatEnded(t *testing.T) {
	g := gather{}.version("a").node("w1").state("w1", "balance-alb").machine("w1")
	g[vmiFile] = strings.Replace(g[vmiFile], "phase: Running", "phase: Succeeded", 1)
	vm := object("kubevirt.io/v1", "VirtualMachine", "web", "vms", "spec:\n  runStrategy: Always\n  template:\n    spec:\n      domain:\n        devices:\n          interfaces:\n          - bridge: {}\n            name: lan\n"+
		"      networks:\n      - multus:\n          networkName: lan\n        name: lan\n")
	g["namespaces/vms/kubevirt.io/virtualmachines/custom/web.yaml"] = vm
	want(t, read(t, input(t, "mg", g)), "w1 node w1; bond0 balance-alb br1(vms/web off)")
	g["namespaces/vms/core/pods.yaml"] = "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    annotations:\n      kubevirt.io/domain: web\n    labels:\n      kubevirt.io: virt-launcher\n    name: virt-launcher-web-x\n    namespace: vms\n  spec:\n    nodeName: w2\n  status:\n    phase: Running\nkind: PodList\n"
	delete(g, vmiFile)
	want(t, read(t, input(t, "mg", g)), "w1 node w1; bond0 balance-alb br1()")
}

// TestInputsInAllForms reads the inputs of testdata as a folder and packed: the hosts are the same.
func TestInputsInAllForms(t *testing.T) {
	for _, name := range hosttest.Inputs(t) {
		ar := hosttest.Archive(t, name)
		var tar bytes.Buffer
		if err := hosttest.WriteTar(&tar, ar, name); err != nil {
			t.Fatal(err)
		}
		packed := filepath.Join(t.TempDir(), name+".tar")
		if err := os.WriteFile(packed, tar.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
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
		if len(all) < len(files) {
			continue // with links
		}
		if d := cmp.Diff(summary(read(t, packed)), summary(read(t, input(t, name, all)))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
