package parsers

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/kube"

	"github.com/sosbond/sosbond/parsers/layout"
)

func podItem(name, annotations string) string {
	return "- apiVersion: v1\n  kind: Pod\n  metadata:\n" + annotations + "    name: " + name + "\n    namespace: x\n  spec:\n    containers:\n    - name: c\n    nodeName: w" +
		"\n  status:\n    phase: Running\n"
}

const onNetwork = `    annotations:
      k8s.v1.cni.cncf.io/network-status: |-
        [{
            "name": "ovn-kubernetes",
            "default": true
        },{
            "name": "x/lan",
            "interface": "net1",
            "mac": "02:00:00:00:20:01"
        }]
      k8s.v1.cni.cncf.io/networks: lan
`

func podList(items ...string) string {
	return "---\napiVersion: v1\nitems:\n" + strings.Join(items, "") + "kind: PodList\nmetadata:\n  resourceVersion: \"1\"\n"
}

// TestOnlyTelling: the pods that tell nothing are blanked, and what is left stays on its line.
func TestOnlyTelling(t *testing.T) {
	plain := func(n int) string { return podItem(fmt.Sprintf("plain-%d", n), "") }
	telling := podItem("probe", onNetwork)
	for _, c := range []struct {
		name, text string
		want       []string // pods that are left
	}{
		{"first", podList(telling, plain(1), plain(2)), []string{"probe"}},
		{"last", podList(plain(1), plain(2), telling), []string{"probe"}},
		{"between", podList(plain(1), telling, plain(2)), []string{"probe"}},
		{"all", podList(telling, strings.Replace(telling, "probe", "probe2", 1)), []string{"probe", "probe2"}},
		{"none", podList(plain(1), plain(2)), nil},
		{"two documents", podList(plain(1), telling) + podList(strings.Replace(telling, "probe", "probe2", 1), plain(2)), []string{"probe", "probe2"}},
		{"cut within one that tells nothing", strings.TrimSuffix(podList(telling, plain(1)), "kind: PodList\nmetadata:\n  resourceVersion: \"1\"\n"), []string{"probe"}},
		{"an object", strings.ReplaceAll(strings.Replace(telling, "- apiVersion", "apiVersion", 1), "\n  ", "\n"), []string{"probe"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := string(onlyTelling([]byte(c.text)))
			before, after := strings.Split(c.text, "\n"), strings.Split(out, "\n")
			if len(before) != len(after) {
				t.Fatalf("%d lines became %d:\n%s", len(before), len(after), out)
			}
			for i := range after {
				if after[i] != "" && after[i] != before[i] {
					t.Errorf("line %d: %q was %q", i+1, after[i], before[i])
				}
			}
			if strings.Contains(out, "plain-") && strings.Contains(c.text, "items:") {
				t.Error("a pod that tells nothing is left")
			}
			f := &Facts{}
			scanner := newPodScanner()
			if err := scanner.Scan(strings.NewReader(out)); err != nil {
				t.Fatal(err)
			}
			scannedPods(f, File{Path: "namespaces/x/core/pods.yaml"}, scanner)
			var got []string
			for _, p := range slices.Concat(podsOf(f)...) {
				got = append(got, p.Name)
				if line := before[p.Networks[1].MAC.Line-1]; !strings.Contains(line, "02:00:00:00:20:01") {
					t.Errorf("%s: line %d is %q", p.Name, p.Networks[1].MAC.Line, line)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzOnlyTelling(f *testing.F) {
	f.Add(podList(podItem("probe", onNetwork), podItem("plain", "")))
	f.Add("items:\n- a\n- k8s.v1.cni.cncf.io/networks:\nkind: \n- b")
	f.Fuzz(func(t *testing.T, s string) {
		out := onlyTelling([]byte(s))
		before, after := bytes.Split([]byte(s), []byte("\n")), bytes.Split(out, []byte("\n"))
		if len(before) != len(after) {
			t.Fatalf("%d lines became %d", len(before), len(after))
		}
		for i := range after {
			if len(after[i]) > 0 && !bytes.Equal(before[i], after[i]) {
				t.Fatalf("line %d: %q was %q", i+1, after[i], before[i])
			}
		}
	})
}

func TestPodScannerLimit(t *testing.T) {
	s := newPodScanner()
	long := strings.NewReader("kubevirt.io/domain" + strings.Repeat("\n", maxFile))
	if err := s.Scan(long); err == nil || len(s.data) != maxFile {
		t.Errorf("%d bytes, %v; a file that is not read to its end is told of", len(s.data), err)
	}
	if err := newPodScanner().Scan(strings.NewReader("a pod")); err != nil {
		t.Error(err)
	}
}

func TestPodNamespaces(t *testing.T) {
	f := nodesOf(t, map[string]string{
		nodesDir + "w.yaml":                nodeYAML("w", "", "worker"),
		"namespaces/a/core/pods.yaml":      podList(podItem("plain", "")),
		"namespaces/b/pods/p1/p1.yaml":     podItem("p1", onNetwork)[2:],
		"namespaces/b/pods/p2/p2.yaml":     "---\n",
		"namespaces/c/core/configmap.yaml": "kind: ConfigMap\n",
	})["w"]
	if d := cmp.Diff([]string{"a", "b"}, slices.Compact(slices.Sorted(slices.Values(f.PodNamespaces)))); d != "" {
		t.Error(d)
	}
	if f.of(DatumPodNet).Status != StatusRead {
		t.Errorf("%+v", f.of(DatumPodNet))
	}
}

// TestAllCollected: what the image of OpenShift collected of networks is told by network_logs/, that of OpenShift Virtualization collects all.
func TestAllCollected(t *testing.T) {
	for _, c := range []struct {
		name      string
		files     map[string]string
		nads, vms bool
	}{
		{"image of OpenShift", map[string]string{"version": "openshift/must-gather\n4.17.0\n"}, false, false},
		{"with its networks", map[string]string{"version": "openshift/must-gather\n4.17.0\n", "network_logs/net-attach-def": "Name:  lan\n"}, true, false},
		{"with none", map[string]string{"network_logs/net-attach-def": "No resources found\n"}, true, false},
		{"where the kind is not known", map[string]string{"network_logs/net-attach-def": "error: the server doesn't have a resource type \"net-attach-def\"\n"}, false, false},
		{"before 4.9", map[string]string{"network_logs/net_attach_def": "apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: \"\"\n"}, true, false},
		{"before 4.9, failed", map[string]string{"network_logs/net_attach_def": ""}, false, false},
		{"image of OpenShift Virtualization", map[string]string{"version": "kubevirt/must-gather\nv4.17.3\n"}, true, true},
		{"another image", map[string]string{"version": "v1.2.3\n"}, false, false},
		{"some networks", map[string]string{"namespaces/x" + nadDir + "lan.yaml": object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition", "name: lan\nnamespace: x", "spec: {}\n")}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.files[nodesDir+"w.yaml"] = nodeYAML("w", "", "worker")
			f := nodesOf(t, c.files)["w"]
			if f.AllNADs != c.nads || f.AllVMs != c.vms {
				t.Errorf("networks %v, machines %v", f.AllNADs, f.AllVMs)
			}
			if status := f.of(DatumVMs).Status; (status == StatusRead) != c.vms || status == StatusEmpty {
				t.Errorf("machines: %s", status)
			}
		})
	}
}

// TestForms: the forms in which a must-gather holds one object.
func TestForms(t *testing.T) {
	state := stateYAML("w", bondState)
	list := "---\napiVersion: nmstate.io/v1beta1\nitems:\n- " + strings.TrimLeft(indented(strings.TrimPrefix(state, "---\n"), 2), " ") + "kind: NodeNetworkStateList\nmetadata:\n  continue: \"\"\n"
	for name, files := range map[string]map[string]string{
		"an object a file":  {statesDir + "w.yaml": state},
		"a list":            {strings.TrimSuffix(statesDir, "/") + ".yaml": list},
		"several documents": {strings.TrimSuffix(statesDir, "/") + ".yaml": stateYAML("v", "- name: eno1\n  type: ethernet\n") + state},
		"JSON of Insights":  {statesDir + "w.json": `{"apiVersion":"nmstate.io/v1beta1","kind":"NodeNetworkState","metadata":{"name":"w"},"status":{"currentState":{"interfaces":[{"name":"bond0","type":"bond","link-aggregation":{"mode":"active-backup","port":["eno1","eno2"]}}]}}}`},
		"masked addresses":  {statesDir + "w.yaml": stateYAML("w", strings.Replace(bondState, "  state: up\n", "  state: up\n  mac-address: x-mac-0000001-x\n", 1))},
		"line ends of DOS":  {statesDir + "w.yaml": strings.ReplaceAll(state, "\n", "\r\n")},
	} {
		f := nodesOf(t, files)["w"]
		if f == nil || len(f.NMState) != 1 {
			t.Errorf("%s: %+v", name, f)
			continue
		}
		bond := f.NMState[0].Value.Interfaces[0].Bond
		if bond.Mode.Value != "active-backup" || len(bond.Ports) != 2 || !strings.Contains(f.NMState[0].At(bond.Mode.Line).Text, "active-backup") {
			t.Errorf("%s: %+v", name, bond)
		}
		for _, p := range f.Problems {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestNodeFiles(t *testing.T) {
	const dir = "nodes/w.lab/"
	f := nodesOf(t, map[string]string{
		dir + "ip.txt":         "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n",
		dir + "bridge":         `7: br1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff` + "\n",
		dir + "vlan":           `[{"ifname":"bond0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":2,"vlanEnd":4094}]}]` + "\n",
		dir + "dmesg":          "[   21.402113] bond0: (slave eno1): Enslaving as an active interface with an up link\n",
		dir + "proc_cmdline":   "BOOT_IMAGE=(hd0,gpt3)/ostree/rhcos/vmlinuz bond=bond0:eno1,eno2:mode=active-backup ip=bond0:dhcp\n",
		"nodes/old.lab/bridge": "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr1\t\t8000.525400000001\tno\t\tbond0\n",
		"nodes/old.lab/vlan":   "port\tvlan ids\nbond0\t 1 PVID Egress Untagged\n\n",
	})
	w, old := f["w.lab"], f["old.lab"]
	if len(w.Links) != 2 || len(w.BridgeVLANs) != 1 || len(w.Logs) != 1 || len(w.Netconf) != 1 || len(w.Problems) != 0 {
		t.Errorf("links %v, VLANs %v, logs %v, configuration %v, problems %v", w.Links, w.BridgeVLANs, w.Logs, w.Netconf, w.Problems)
	}
	if v := w.BridgeVLANs[0].Value; len(v) != 2 || v[0].Port != "bond0" {
		t.Errorf("%+v", v)
	}
	if len(old.Brctl) != 1 || old.Brctl[0].Value[0].Ports[0].Value != "bond0" || len(old.BridgeVLANs) != 1 || len(old.Problems) != 0 {
		t.Errorf("%+v", old)
	}
}

// TestImages: several images are told apart in sources, one needs no name.
func TestImages(t *testing.T) {
	one := map[string]string{statesDir + "w.yaml": stateYAML("w", bondState)}
	two := map[string]string{"nodes/w/ip.txt": "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n"}
	f := FromCluster([]*layout.Tree{image(t, "mg/quay-io-ocp", one), image(t, "mg/registry-cnv", two)}, Options{})[0]
	if f.NMState[0].Path != "quay-io-ocp/"+statesDir+"w.yaml" || f.Links[0].Path != "registry-cnv/nodes/w/ip.txt" {
		t.Errorf("%s, %s", f.NMState[0].Path, f.Links[0].Path)
	}
	if alone := nodesOf(t, one)["w"]; alone.NMState[0].Path != statesDir+"w.yaml" {
		t.Error(alone.NMState[0].Path)
	}
}

func podsOf(f *Facts) (lists [][]kube.Pod) {
	for _, r := range f.Kube {
		lists = append(lists, r.Value.Pods)
	}
	return lists
}

func newPodScanner() *kubeScanner {
	room := &atomic.Int64{}
	room.Store(DefaultObjects)
	return &kubeScanner{room: room, size: DefaultObjects, max: maxFile, pods: true}
}

// TestObjectsRoom: the objects of a must-gather cannot fill the memory.
func TestObjectsRoom(t *testing.T) {
	room := &atomic.Int64{}
	room.Store(10)
	s := &kubeScanner{room: room, size: 10, max: maxFile}
	if err := s.Scan(strings.NewReader("apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n")); err == nil || s.data != nil || len(s.objects.Nodes) > 0 {
		t.Errorf("an object beyond the room was kept: %v", err)
	}
}
