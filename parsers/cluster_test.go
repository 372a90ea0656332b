package parsers

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/afero"

	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kube"
	"github.com/sosbond/sosbond/parsers/layout"
	"github.com/sosbond/sosbond/parsers/nmstate"
)

// image is the directory of one image of a must-gather.
func image(t testing.TB, root string, files map[string]string) *layout.Tree {
	t.Helper()
	fs := afero.NewMemMapFs()
	for name, body := range files {
		if err := afero.WriteFile(fs, name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := layout.FromFS(fs, layout.MustGather, nil, Wants(Options{}))
	if err != nil {
		t.Fatal(err)
	}
	tree.Root = root
	return tree
}

// nodesOf reads a must-gather of one image.
func nodesOf(t testing.TB, files map[string]string) map[string]*Facts {
	t.Helper()
	return byName(FromCluster([]*layout.Tree{image(t, "mg/quay-io-1", files)}, Options{}))
}

func byName(list []*Facts) map[string]*Facts {
	m := map[string]*Facts{}
	for _, f := range list {
		m[f.Node] = f
	}
	return m
}

// object is an object as `oc adm inspect` writes it.
func object(apiVersion, kind, metadata, rest string) string {
	return "---\napiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata:\n" + indented(metadata, 2) + rest
}

func indented(s string, n int) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimLeft(s, "\n")) {
		b.WriteString(strings.Repeat(" ", n) + line)
	}
	if s != "" && !strings.HasSuffix(s, "\n") {
		b.WriteString("\n")
	}
	return b.String()
}

func nodeYAML(name, config string, labels ...string) string {
	m := "annotations:\n  machineconfiguration.openshift.io/currentConfig: " + config + "\nlabels:\n  kubernetes.io/hostname: " + name + "\n"
	if config == "" {
		m = "labels:\n  kubernetes.io/hostname: " + name + "\n"
	}
	for _, l := range labels {
		m += "  node-role.kubernetes.io/" + l + ": \"\"\n"
	}
	return object("v1", "Node", m+"name: "+name, "status:\n  nodeInfo:\n    kernelVersion: 5.14.0-427.el9_4.x86_64\n    osImage: Red Hat Enterprise Linux CoreOS 417.94.202412040832-0\n")
}

func stateYAML(name, interfaces string) string {
	return object("nmstate.io/v1beta1", "NodeNetworkState", "name: "+name, "status:\n  currentState:\n    interfaces:\n"+indented(interfaces, 4))
}

const (
	nodesDir  = "cluster-scoped-resources/core/nodes/"
	statesDir = "cluster-scoped-resources/nmstate.io/nodenetworkstates/"
	policyDir = "cluster-scoped-resources/nmstate.io/nodenetworkconfigurationpolicies/"
	enactDir  = "cluster-scoped-resources/nmstate.io/nodenetworkconfigurationenactments/"
	configDir = "cluster-scoped-resources/machineconfiguration.openshift.io/machineconfigs/"
	nadDir    = "/k8s.cni.cncf.io/network-attachment-definitions/"

	bondState = "- name: bond0\n  type: bond\n  state: up\n  link-aggregation:\n    mode: active-backup\n    port: [eno1, eno2]\n"
)

func TestNodesOfCluster(t *testing.T) {
	nodes := nodesOf(t, map[string]string{
		nodesDir + "worker-0.lab.example.com.yaml":     nodeYAML("worker-0.lab.example.com", "", "worker"),
		statesDir + "worker-1.lab.example.com.yaml":    stateYAML("worker-1.lab.example.com", bondState),
		nodesDir + "win-0.lab.example.com.yaml":        strings.Replace(nodeYAML("win-0.lab.example.com", "", "worker"), "labels:\n", "labels:\n    kubernetes.io/os: windows\n", 1),
		"nodes/worker-2.lab.example.com/ip.txt":        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n",
		"nodes/worker-3.lab.example.com/lspci":         "not read\n",
		"network_logs/worker-4.lab_ovs_dump":           "a1b2\n    Bridge br-ex\n",
		"namespaces/x/pods/nodes/nodes/ip.txt/ip.yaml": "kind: Pod\n",
	})
	var names []string
	for name := range nodes {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"worker-0.lab.example.com", "worker-1.lab.example.com", "worker-2.lab.example.com", "worker-4.lab"}
	if d := cmp.Diff(want, names); d != "" {
		t.Error(d)
	}
	if f := nodes["worker-0.lab.example.com"]; len(f.Hostname) != 1 || f.of(DatumLinks).Status != StatusNotCollected ||
		f.of(DatumLinks).Ask != "oc debug node/worker-0.lab.example.com -- chroot /host ip -s -d link" {
		t.Errorf("worker-0: %v %+v", f.Hostname, f.of(DatumLinks))
	}
	if f := nodes["worker-1.lab.example.com"]; f.of(DatumLinks).Status != StatusRead || f.of(DatumBonding).Status != StatusNotCollected {
		t.Errorf("worker-1: %+v %+v", f.of(DatumLinks), f.of(DatumBonding))
	}
	if f := nodes["worker-2.lab.example.com"]; len(f.Links) != 1 || f.of(DatumLinks).Status != StatusRead {
		t.Errorf("worker-2: %+v", f.of(DatumLinks))
	}
}

// TestStateWithoutInterfaces: a NodeNetworkState whose handler did not run shows no network, which is not a network without a bond.
func TestStateWithoutInterfaces(t *testing.T) {
	f := nodesOf(t, map[string]string{statesDir + "w.yaml": object("nmstate.io/v1beta1", "NodeNetworkState", "name: w", "status: {}\n")})["w"]
	if f == nil || len(f.NMState) != 0 || f.of(DatumLinks).Status != StatusNotCollected {
		t.Errorf("%+v", f)
	}
}

// TestProblems: a file about one node that cannot be read is told of that node, one about the cluster of all.
func TestProblems(t *testing.T) {
	const broken = "- 7\n"
	nodes := nodesOf(t, map[string]string{
		statesDir + "w.yaml": stateYAML("w", bondState+broken), statesDir + "w.lab.yaml": stateYAML("w.lab", bondState),
		policyDir + "p.yaml": object("nmstate.io/v1", "NodeNetworkConfigurationPolicy", "name: p", "spec:\n  desiredState:\n    interfaces:\n    - 7\n"),
	})
	for name, want := range map[string][]string{"w": {policyDir + "p.yaml", statesDir + "w.yaml"}, "w.lab": {policyDir + "p.yaml"}} {
		var got []string
		for _, p := range nodes[name].Problems {
			got = append(got, p.Source.File)
		}
		slices.Sort(got)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// TestFileOfUnknownNode: what a pod shows whose node nothing tells is not taken for every node's.
func TestFileOfUnknownNode(t *testing.T) {
	nodes := nodesOf(t, map[string]string{
		nodesDir + "w.yaml": nodeYAML("w", "", "worker"),
		"namespaces/openshift-sriov-network-operator/pods/sriov-network-config-daemon-abcde/ip_link": "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n",
		"namespaces/vms/vms/web/virt-launcher-web-x.dumpxml.xml":                                     "<domain type='kvm'><name>vms_web</name></domain>",
	})
	f := nodes["w"]
	if len(nodes) != 1 || len(f.Links)+len(f.PodDomains) != 0 || f.of(DatumLinks).Status != StatusNotCollected {
		t.Errorf("%d nodes; links %v, domains %v, %+v", len(nodes), f.Links, f.PodDomains, f.of(DatumLinks))
	}
}

func TestPodShowsNode(t *testing.T) {
	const dir = "namespaces/openshift-sriov-network-operator/pods/sriov-network-config-daemon-abcde/"
	pod := object("v1", "Pod", "name: sriov-network-config-daemon-abcde\nnamespace: openshift-sriov-network-operator",
		"spec:\n  containers:\n  - name: x\n  hostNetwork: true\n  nodeName: w.lab\nstatus:\n  phase: Running\n")
	other := strings.ReplaceAll(strings.ReplaceAll(pod, "openshift-sriov-network-operator", "other"), "w.lab", "x.lab")
	nodes := nodesOf(t, map[string]string{
		dir + "sriov-network-config-daemon-abcde.yaml": pod, "namespaces/other/pods/sriov-network-config-daemon-abcde/sriov-network-config-daemon-abcde.yaml": other,
		dir + "ip_link": "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n",
		dir + "dmesg":   "Nov 22 08:00:21 w.lab kernel: bond0: (slave eno1): Enslaving as a backup interface with an up link\n",
	})
	if f := nodes["w.lab"]; f == nil || len(f.Links) != 1 || len(f.Logs) != 1 || nodes["x.lab"] != nil {
		t.Errorf("%+v", nodes)
	}
}

func TestOnce(t *testing.T) {
	nad := func(ns, bridge string) string {
		return object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "name: lan\nnamespace: "+ns, "spec:\n  config: '{\"type\":\"bridge\",\"bridge\":\""+bridge+"\"}'\n")
	}
	a := image(t, "mg/a", map[string]string{
		"namespaces/x" + nadDir + "lan.yaml": nad("x", "br1"), "namespaces/y" + nadDir + "lan.yaml": nad("y", "br2"),
		statesDir + "w.yaml": object("nmstate.io/v1beta1", "NodeNetworkState", "name: w", "status: {}\n"),
	})
	b := image(t, "mg/b", map[string]string{
		"namespaces/x" + nadDir + "lan.yaml": nad("x", "br9"), statesDir + "w.yaml": stateYAML("w", bondState), policyDir + "lan.yaml": object("nmstate.io/v1", "NodeNetworkConfigurationPolicy", "name: lan", "spec: {}\n"),
	})
	f := FromCluster([]*layout.Tree{a, b}, Options{})[0]
	var got []string
	for _, r := range f.Kube {
		for _, n := range r.Value.NADs {
			got = append(got, n.Namespace+" "+n.Config.Plugins[0].Bridge.Value+" "+r.Path)
		}
		for _, p := range r.Value.Policies {
			got = append(got, "policy "+p.Name)
		}
	}
	want := []string{"policy lan", "x br1 a/namespaces/x/k8s.cni.cncf.io/network-attachment-definitions/lan.yaml", "y br2 a/namespaces/y/k8s.cni.cncf.io/network-attachment-definitions/lan.yaml"}
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(f.NMState) == 0 || f.NMState[0].Path != "b/"+statesDir+"w.yaml" {
		t.Errorf("the state that shows nothing hides the one that does: %+v", f.NMState)
	}
}

func linksRead(path string, names ...string) Read[[]iproute.Link] {
	r := Read[[]iproute.Link]{File: File{Path: path}}
	for _, n := range names {
		r.Value = append(r.Value, iproute.Link{Name: n})
	}
	return r
}

func current(path string) NetworkState {
	return NetworkState{Read: Read[nmstate.State]{File: File{Path: path}}, Role: RoleCurrent}
}

func TestMerge(t *testing.T) {
	report := &Facts{Report: true, Complete: true, Root: "sosreport-w", Links: []Read[[]iproute.Link]{linksRead("ip", "lo", "bond0")},
		Coverage: []Coverage{{Datum: DatumLinks, Status: StatusRead}, {Datum: DatumFDB, Status: StatusFailed}}}
	node := &Facts{Node: "w", AllNADs: true, AllVMs: true, Complete: false, Notes: []string{"cut"}, PodNamespaces: []string{"x"},
		Links: []Read[[]iproute.Link]{linksRead("ip.txt", "lo", "bond9")}, NMState: []NetworkState{current("nns"), {Role: RolePolicy, Policy: "p"}},
		Coverage: []Coverage{{Datum: DatumLinks, Status: StatusNotCollected}, {Datum: DatumFDB, Status: StatusNotCollected}, {Datum: DatumNADs, Status: StatusRead}, {Datum: DatumOVS, Status: StatusNotCollected}}}
	report.Merge(node)
	switch {
	case !report.Report, report.Complete, report.Node != "w", report.Root != "sosreport-w", !report.AllNADs, !report.AllVMs, len(report.Notes) != 1, len(report.PodNamespaces) != 1:
		t.Errorf("%+v", report)
	case len(report.Links) != 1:
		t.Errorf("what ran the day before was added: %v", report.Links)
	case len(report.NMState) != 1 || report.NMState[0].Role != RolePolicy:
		t.Errorf("states %v, want the policy's alone", report.NMState)
	case report.of(DatumLinks).Status != StatusRead, report.of(DatumFDB).Status != StatusFailed, report.of(DatumNADs).Status != StatusRead, report.of(DatumOVS).Status != StatusNotCollected:
		t.Errorf("coverage %+v", report.Coverage)
	}

	blind := &Facts{Report: true, Links: []Read[[]iproute.Link]{linksRead("ip", "bond0")}}
	blind.Merge(node)
	if len(blind.Links) != 2 || len(blind.NMState) != 2 {
		t.Errorf("a report whose interfaces are cut is not completed: %v %v", blind.Links, blind.NMState)
	}
}

// TestMergeShares: the nodes of a cluster share what is known of the cluster; merging one must not write into the others.
func TestMergeShares(t *testing.T) {
	shared := make([]Read[kube.Objects], 1, 8)
	shared[0].Value.NADs = []kube.NAD{{Meta: kube.Meta{Name: "a"}}}
	one, two := &Facts{Node: "w1", Kube: shared}, &Facts{Node: "w2", Kube: shared}
	more := func(name string) *Facts {
		return &Facts{Kube: []Read[kube.Objects]{{Value: kube.Objects{NADs: []kube.NAD{{Meta: kube.Meta{Name: "a"}}, {Meta: kube.Meta{Name: name}}}}}}}
	}
	one.Merge(more("x"))
	two.Merge(more("y"))
	names := func(f *Facts) (list []string) {
		for _, r := range f.Kube {
			for _, n := range r.Value.NADs {
				list = append(list, n.Name)
			}
		}
		return list
	}
	if d := cmp.Diff([][]string{{"a", "x"}, {"a", "y"}}, [][]string{names(one), names(two)}); d != "" {
		t.Error(d)
	}
	if len(shared[0].Value.NADs) != 1 {
		t.Error("the shared objects were changed")
	}
}

// TestMergeGathers: two must-gathers of one cluster hold the same state and the same policies.
func TestMergeGathers(t *testing.T) {
	a := &Facts{Node: "w", NMState: []NetworkState{current("a"), {Role: RolePolicy, Policy: "p"}, {Role: RoleDesired}, {Role: RoleDesired}}}
	a.Merge(&Facts{Node: "w", NMState: []NetworkState{current("b"), {Role: RolePolicy, Policy: "p"}, {Role: RolePolicy, Policy: "q"}}})
	var got []string
	for _, s := range a.NMState {
		got = append(got, string(s.Role)+" "+s.Policy+s.Path)
	}
	if d := cmp.Diff([]string{"current a", "policy p", "desired ", "desired ", "policy q"}, got); d != "" {
		t.Error(d)
	}
}

func TestOnNode(t *testing.T) {
	for ask, want := range map[string]string{
		"oc get nns -o yaml":     "oc get nns -o yaml",
		"ip -s -d link":          "oc debug node/w -- chroot /host ip -s -d link",
		"/proc/net/bonding/*":    "oc debug node/w -- chroot /host cat /proc/net/bonding/*",
		"nft list ruleset":       "oc debug node/w -- chroot /host nft list ruleset",
		"oc get pods -A -o wide": "oc get pods -A -o wide",
	} {
		if got := onNode("w", ask); got != want {
			t.Errorf("%s: %s, want %s", ask, got, want)
		}
	}
}

func TestSelects(t *testing.T) {
	node := &kube.Node{Meta: kube.Meta{Name: "w.lab", Labels: map[string]string{"kubernetes.io/hostname": "w.lab", "node-role.kubernetes.io/worker": ""}}}
	for _, c := range []struct {
		name     string
		selector map[string]string
		node     *kube.Node
		want     bool
	}{
		{"all nodes", nil, node, true},
		{"all nodes, labels not known", nil, nil, true},
		{"by role", map[string]string{"node-role.kubernetes.io/worker": ""}, node, true},
		{"by another role", map[string]string{"node-role.kubernetes.io/infra": ""}, node, false},
		{"by another value", map[string]string{"node-role.kubernetes.io/worker": "yes"}, node, false},
		{"all of several", map[string]string{"node-role.kubernetes.io/worker": "", "zone": "a"}, node, false},
		{"by role, labels not known", map[string]string{"node-role.kubernetes.io/worker": ""}, nil, false},
		{"by name, labels not known", map[string]string{"kubernetes.io/hostname": "w.lab"}, nil, true},
		{"by short name, labels not known", map[string]string{"kubernetes.io/hostname": "w"}, nil, true},
		{"by another name, labels not known", map[string]string{"kubernetes.io/hostname": "x.lab"}, nil, false},
		{"by name and more, labels not known", map[string]string{"kubernetes.io/hostname": "w.lab", "zone": "a"}, nil, false},
	} {
		if got := selects(c.selector, "w.lab", c.node); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

// TestPolicies: what came of a policy on a node comes before the policy, whose captures only the enactment resolves.
func TestPolicies(t *testing.T) {
	policy := func(name, spec string) string {
		return object("nmstate.io/v1", "NodeNetworkConfigurationPolicy", "name: "+name, "spec:\n"+spec+"  desiredState:\n    interfaces:\n"+indented(bondState, 4))
	}
	enactment := object("nmstate.io/v1beta1", "NodeNetworkConfigurationEnactment", "name: w.lab.captured.by.mac\nlabels:\n  nmstate.io/node: w.lab\n  nmstate.io/policy: captured.by.mac",
		"status:\n  conditions:\n  - message: 'error: NmstateError: VerificationError: mode'\n    status: \"True\"\n    type: Failing\n  desiredState:\n    interfaces:\n"+indented(bondState, 4))
	head, _, _ := strings.Cut(enactment, "  desiredState")
	notMatching := strings.NewReplacer("w.lab.captured.by.mac", "w.lab.other", "captured.by.mac", "other", "Failing", "NodeSelectorNotMatching").Replace(head)
	f := nodesOf(t, map[string]string{
		nodesDir + "w.lab.yaml":                 nodeYAML("w.lab", "", "worker"),
		policyDir + "captured.by.mac.yaml":      policy("captured.by.mac", "  capture:\n    nic: interfaces.mac-address==\"52:54:00:00:00:01\"\n"),
		policyDir + "unresolved.yaml":           policy("unresolved", "  capture:\n    nic: interfaces.mac-address==\"52:54:00:00:00:02\"\n"),
		policyDir + "plain.yaml":                policy("plain", ""),
		policyDir + "other.yaml":                policy("other", "  nodeSelector:\n    kubernetes.io/hostname: x.lab\n"),
		enactDir + "w.lab.captured.by.mac.yaml": enactment,
		enactDir + "w.lab.other.yaml":           notMatching,
	})["w.lab"]
	var got []string
	for _, s := range f.NMState {
		got = append(got, s.Policy+" "+s.Status.Value+" "+s.Message+" "+s.Path[strings.LastIndex(s.Path, "/")+1:])
	}
	want := []string{"captured.by.mac Failing NmstateError: VerificationError: mode w.lab.captured.by.mac.yaml", "plain   plain.yaml"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func configYAML(name, role, path, text string, args ...string) string {
	m := "name: " + name
	if role != "" {
		m = "labels:\n  machineconfiguration.openshift.io/role: " + role + "\n" + m
	}
	s := "spec:\n  config:\n    ignition:\n      version: 3.4.0\n"
	if path != "" {
		s += "    storage:\n      files:\n      - contents:\n          source: data:," + strings.NewReplacer("\n", "%0A", " ", "%20", "[", "%5B", "]", "%5D").Replace(text) + "\n        path: " + path + "\n"
	}
	if len(args) > 0 {
		s += "  kernelArguments:\n"
	}
	for _, a := range args {
		s += "  - " + a + "\n"
	}
	return object("machineconfiguration.openshift.io/v1", "MachineConfig", m, s)
}

func TestMachineConfigs(t *testing.T) {
	const profile = "/etc/NetworkManager/system-connections/bond0.nmconnection"
	const alb, lacp = "[connection]\ntype=bond\ninterface-name=bond0\n[bond]\nmode=balance-alb\n", "[connection]\ntype=bond\ninterface-name=bond0\n[bond]\nmode=802.3ad\n"
	const arg = "bond=bond0:eno1,eno2:mode=802.3ad"
	for _, c := range []struct {
		name    string
		node    string
		configs []string
		want    []string
	}{
		{"the source is cited where the rendered one says the same", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", profile, alb), configYAML("99-bond", "worker", profile, alb)}, []string{"99-bond balance-alb"}},
		{"a source that is not rendered yet is not what the node has", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", profile, alb), configYAML("99-bond", "worker", profile, lacp)}, []string{"rendered-worker-1 balance-alb"}},
		{"a file that is not rendered yet is not there", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", "", ""), configYAML("99-bond", "worker", profile, lacp)}, nil},
		{"of sources the last name counts", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("99-bond", "worker", profile, lacp), configYAML("10-bond", "worker", profile, alb)}, []string{"99-bond 802.3ad"}},
		{"another rendered one is another pool's, or an old one", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-0", "", profile, alb)}, nil},
		{"a master of a small cluster is labeled a worker", nodeYAML("m", "rendered-master-1", "master", "worker"),
			[]string{configYAML("99-worker", "worker", profile, alb), configYAML("99-master", "master", profile, lacp)}, []string{"99-master 802.3ad"}},
		{"a pool of its own takes what is for workers, too", nodeYAML("w", "rendered-worker-cnv-1", "worker", "worker-cnv"),
			[]string{configYAML("10-worker", "worker", profile, alb), configYAML("99-cnv", "worker-cnv", "/etc/modprobe.d/bond.conf", "options bonding mode=1\n")}, []string{"10-worker balance-alb"}},
		{"by labels where the configuration is not known", nodeYAML("w", "", "worker"),
			[]string{configYAML("99-bond", "worker", profile, lacp), configYAML("99-infra", "infra", profile, alb)}, []string{"99-bond 802.3ad"}},
		{"arguments of the kernel once", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", "", "", arg), configYAML("99-args", "worker", "", "", arg)}, []string{"99-args bond0"}},
		{"arguments that are not in use yet", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", "", ""), configYAML("99-args", "worker", "", "", arg)}, nil},
		{"arguments of the rendered one alone", nodeYAML("w", "rendered-worker-1", "worker"),
			[]string{configYAML("rendered-worker-1", "", "", "", arg)}, []string{"rendered-worker-1 bond0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string]string{nodesDir + "n.yaml": c.node}
			for _, y := range c.configs {
				_, rest, _ := strings.Cut(y, "  name: ")
				name, _, _ := strings.Cut(rest, "\n")
				files[configDir+name+".yaml"] = y
			}
			var got []string
			for _, f := range nodesOf(t, files) {
				for _, k := range f.Keyfiles {
					name, inner, _ := strings.Cut(strings.TrimPrefix(k.Path, configDir), ".yaml#")
					if inner != profile {
						t.Errorf("source %s", k.Path)
					}
					got = append(got, name+" "+k.Value.Get("bond", "mode").Value)
					if at := k.At(k.Value.Get("bond", "mode").Line); !strings.HasPrefix(at.Text, "mode=") {
						t.Errorf("%s:%d is %q", at.File, at.Line, at.Text)
					}
				}
				for _, n := range f.Netconf {
					got = append(got, n.Name+" "+n.Value.Devices[0].Name)
					if at := n.At(n.Value.Devices[0].Line); !strings.Contains(at.Text, arg) {
						t.Errorf("%s:%d is %q", at.File, at.Line, at.Text)
					}
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestEmbeddedFiles: each kind of file goes to its parser; a file for another node is passed over.
func TestEmbeddedFiles(t *testing.T) {
	state := "interfaces:\n- name: bond0\n  type: bond\n  link-aggregation:\n    mode: 802.3ad\n"
	files := map[string]string{nodesDir + "w.lab.yaml": nodeYAML("w.lab", "rendered-worker-1", "worker")}
	for name, f := range map[string][2]string{
		"01-ifcfg":   {"/etc/sysconfig/network-scripts/ifcfg-bond0", "DEVICE=bond0\nTYPE=Bond\n"},
		"02-module":  {"/etc/modprobe.d/bonding.conf", "options bonding miimon=100\n"},
		"03-cluster": {"/etc/nmstate/openshift/cluster.yml", state},
		"04-node":    {"/etc/nmstate/openshift/w.yml", state},
		"05-other":   {"/etc/nmstate/openshift/x.yml", state},
		"06-host":    {"/etc/nmstate/bond.yml", state},
	} {
		files[configDir+name+".yaml"] = configYAML(name, "worker", f[0], f[1])
	}
	f := nodesOf(t, files)["w.lab"]
	var got []string
	for _, s := range f.NMState {
		got = append(got, string(s.Role)+" "+strings.TrimPrefix(s.Path, configDir))
	}
	want := []string{"desired 06-host.yaml#/etc/nmstate/bond.yml", "desired 03-cluster.yaml#/etc/nmstate/openshift/cluster.yml", "desired 04-node.yaml#/etc/nmstate/openshift/w.yml"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(f.Ifcfg) != 1 || f.Ifcfg[0].Name != "bond0" || len(f.Modprobe) != 1 {
		t.Errorf("ifcfg %v, modprobe %v", f.Ifcfg, f.Modprobe)
	}
}

func TestClusterID(t *testing.T) {
	version := object("config.openshift.io/v1", "ClusterVersion", "name: version", "spec:\n  clusterID: 0c1d-22\n")
	for name, c := range map[string]struct{ path, text, want string }{
		"an object":        {"cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml", version, "0c1d-22"},
		"a list":           {"cluster-scoped-resources/config.openshift.io/clusterversions.yaml", "---\napiVersion: config.openshift.io/v1\nitems:\n- apiVersion: config.openshift.io/v1\n  kind: ClusterVersion\n  metadata:\n    name: version\n  spec:\n    clusterID: 0c1d-22\nkind: ClusterVersionList\n", "0c1d-22"},
		"nothing in it":    {"cluster-scoped-resources/config.openshift.io/clusterversions/version.yaml", "---\n", ""},
		"another resource": {nodesDir + "version.yaml", version, ""},
	} {
		if got := ClusterID(image(t, "", map[string]string{c.path: c.text})); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
