package kube

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

// machines are a machine and its instance of KubeVirt 1.3, and a machine of 0.17 (v1alpha3).
const machines = `apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: vm1
  namespace: guests
spec:
  runStrategy: RerunOnFailure
  template:
    metadata:
      labels:
        kubevirt.io/domain: vm1
    spec:
      domain:
        devices:
          disks: []
          interfaces:
          - masquerade: {}
            name: default
          - bridge: {}
            macAddress: 02:4E:CB:00:00:01
            model: virtio
            name: nic-bond
          - binding:
              name: l2bridge
            name: udn
          - name: unbound
      networks:
      - name: default
        pod: {}
      - multus:
          networkName: default/bridge-conf
        name: nic-bond
      - multus:
          networkName: primary
        name: udn
status:
  printableStatus: Running
---
apiVersion: kubevirt.io/v1
kind: VirtualMachineInstance
metadata:
  name: vm1
  namespace: guests
  uid: 3cbb32a1-f11c-4065-99e6-62ce670bff12
spec:
  domain:
    devices:
      interfaces:
      - masquerade: {}
        name: default
      - bridge: {}
        name: nic-bond
  networks:
  - name: default
    pod: {}
  - multus:
      networkName: bridge-conf
    name: nic-bond
status:
  activePods:
    0bd4a8c0-5f1d-4c2e-b0f1-000000000001: worker-0
  interfaces:
  - infoSource: domain, guest-agent
    interfaceName: enp1s0
    ipAddress: 10.128.2.190
    mac: 52:54:00:AA:00:01
    name: default
    podInterfaceName: eth0
  - infoSource: domain, guest-agent, multus-status
    linkState: up
    mac: xx:xx:xx:xx:xx:xx
    name: nic-bond
    podInterfaceName: pod16477688c0e
  - infoSource: guest-agent
    interfaceName: docker0
    mac: 02:42:00:00:00:01
  nodeName: worker-0
  phase: Running
---
apiVersion: kubevirt.io/v1alpha3
kind: VirtualMachine
metadata:
  name: old
spec:
  running: false
  template:
    spec:
      domain:
        devices:
          interfaces:
          - name: default
            slirp: {}
`

func TestMachines(t *testing.T) {
	check(t, machines, Objects{
		VMs: []VM{
			{Meta: Meta{Line: 1, Name: "vm1", Namespace: "guests"}, Running: text.Of(true, 7), Status: text.Of("Running", 37), Interfaces: []Interface{
				{Line: 17, Name: "default", Binding: "masquerade", Pod: true},
				{Line: 19, Name: "nic-bond", Binding: "bridge", Network: text.Of("default/bridge-conf", 31), MAC: text.Of("02:4e:cb:00:00:01", 20)},
				{Line: 23, Name: "udn", Binding: "l2bridge", Network: text.Of("primary", 34)},
				{Line: 26, Name: "unbound"},
			}},
			{Meta: Meta{Line: 80, Name: "old"}, Running: text.Of(false, 85), Interfaces: []Interface{{Line: 91, Name: "default", Binding: "slirp"}}},
		},
		VMIs: []VMI{{
			Meta: Meta{Line: 39, Name: "vm1", Namespace: "guests", UID: "3cbb32a1-f11c-4065-99e6-62ce670bff12"},
			Node: text.Of("worker-0", 77), Phase: text.Of("Running", 78), Pods: []string{"0bd4a8c0-5f1d-4c2e-b0f1-000000000001"},
			Interfaces: []Interface{
				{Line: 49, Name: "default", Binding: "masquerade", Pod: true, MAC: text.Of("52:54:00:aa:00:01", 66), InPod: text.Of("eth0", 68)},
				{Line: 51, Name: "nic-bond", Binding: "bridge", Network: text.Of("bridge-conf", 57), MAC: text.Of("xx:xx:xx:xx:xx:xx", 71),
					InPod: text.Of("pod16477688c0e", 73), LinkState: text.Of("up", 70)},
			},
		}},
	})
}

func TestRunning(t *testing.T) {
	for s, want := range map[string]text.At[bool]{
		"{running: true}":                       text.Of(true, 1),
		"{running: false, runStrategy: Always}": text.Of(false, 1),
		"{runStrategy: Halted}":                 text.Of(false, 1),
		"{runStrategy: Manual}":                 text.Of(true, 1),
		"{}":                                    {},
	} {
		got, _ := Parse([]byte("{kind: VirtualMachine, apiVersion: kubevirt.io/v1, metadata: {name: a}, spec: " + s + "}"))
		if got.VMs[0].Running != want {
			t.Errorf("%s: %+v", s, got.VMs[0].Running)
		}
	}
}

// launcher is a pod of KubeVirt 0.58 on OpenShift 4.12, with both annotations of multus.
const launcher = `---
apiVersion: v1
kind: Pod
metadata:
  annotations:
    k8s.v1.cni.cncf.io/network-status: |-
      [{
          "name": "openshift-sdn",
          "interface": "eth0",
          "ips": [
              "10.128.2.190"
          ],
          "default": true,
          "dns": {}
      },{
          "name": "guests/bridge-conf",
          "interface": "pod16477688c0e",
          "mac": "02:4E:CB:00:00:01",
          "dns": {}
      }]
    k8s.v1.cni.cncf.io/networks-status: |-
      [{
          "name": "openshift-sdn"
      }]
    kubevirt.io/domain: cat8kv-01
    post.hook.backup.velero.io/command: '["/usr/bin/virt-freezer", "--unfreeze", "--name",
      "cat8kv-01", "--namespace", "default"]'
  labels:
    kubevirt.io: virt-launcher
    kubevirt.io/created-by: 3cbb32a1-f11c-4065-99e6-62ce670bff12
    vm.kubevirt.io/name: cat8kv-01
  managedFields:
  - apiVersion: v1
    fieldsType: FieldsV1
    fieldsV1:
      f:metadata:
        f:annotations: {}
  name: virt-launcher-cat8kv-01-8dzl7
  namespace: guests
  uid: 0bd4a8c0-5f1d-4c2e-b0f1-000000000001
spec:
  containers:
  - command:
    - /usr/bin/virt-launcher-monitor
    name: compute
    terminationGracePeriodSeconds: 1
  nodeName: worker-0
status:
  containerStatuses:
  - name: compute
    ready: true
  phase: Running
`

// launchers is a PodList, with the older annotation in quotes, a pod of the host's network, and one that tells nothing.
const launchers = `---
apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      k8s.v1.cni.cncf.io/networks-status: '[{"name": "kindnet", "interface": "eth0",
        "ips": ["10.244.0.5"], "default": true}]'
    labels:
      kubevirt.io: virt-launcher
      kubevirt.io/domain: old
    name: virt-launcher-old-abcde
  spec:
    containers:
    - name: compute
      terminationGracePeriodSeconds: 1
    nodeName: node01
  status:
    phase: Succeeded
- apiVersion: v1
  kind: Pod
  metadata:
    name: etcd
  spec:
    hostNetwork: true
    nodeName: node01
- apiVersion: v1
  kind: Pod
  metadata:
    name: other
  spec:
    nodeName: node01
kind: PodList
metadata:
  resourceVersion: ""
`

func TestPods(t *testing.T) {
	check(t, launcher, Objects{Pods: []Pod{{
		Meta: Meta{Line: 2, Name: "virt-launcher-cat8kv-01-8dzl7", Namespace: "guests", UID: "0bd4a8c0-5f1d-4c2e-b0f1-000000000001", Labels: map[string]string{
			"kubevirt.io": "virt-launcher", "kubevirt.io/created-by": "3cbb32a1-f11c-4065-99e6-62ce670bff12", "vm.kubevirt.io/name": "cat8kv-01"}},
		Node: text.Of("worker-0", 47), Running: true, Domain: "cat8kv-01", Networks: []cni.Status{
			{Line: 7, Name: "openshift-sdn", Interface: "eth0", IPs: []string{"10.128.2.190"}, Default: true},
			{Line: 15, Name: "guests/bridge-conf", Interface: "pod16477688c0e", MAC: text.Of("02:4e:cb:00:00:01", 18)},
		},
	}}})
	check(t, launchers, Objects{Lists: 1, Other: 1, Pods: []Pod{
		{Meta: Meta{Line: 4, Name: "virt-launcher-old-abcde", Labels: map[string]string{"kubevirt.io": "virt-launcher", "kubevirt.io/domain": "old"}},
			Node: text.Of("node01", 18), Domain: "old",
			Networks: []cni.Status{{Line: 8, Name: "kindnet", Interface: "eth0", IPs: []string{"10.244.0.5"}, Default: true}}},
		{Meta: Meta{Line: 21, Name: "etcd"}, Node: text.Of("node01", 27), Host: true},
	}})
}

func TestDomain(t *testing.T) {
	for s, want := range map[string]string{
		"labels: {kubevirt.io: virt-launcher, vm.kubevirt.io/name: a}":                                          "a",
		"labels: {kubevirt.io: virt-launcher, vm.kubevirt.io/name: a}, annotations: {kubevirt.io/domain: long}": "long",
		"labels: {kubevirt.io: virt-launcher}":                                                                  "",
		"labels: {kubevirt.io: virt-handler, vm.kubevirt.io/name: a}":                                           "",
	} {
		got, _ := Parse([]byte("{kind: Pod, metadata: {name: p, " + s + "}, spec: {hostNetwork: true}}"))
		if got.Pods[0].Domain != want {
			t.Errorf("%s: %q", s, got.Pods[0].Domain)
		}
	}
}

// TestPodJSON has a pod as an archive of Insights holds it.
func TestPodJSON(t *testing.T) {
	got, problems := Parse([]byte(`{"metadata":{"name":"virt-launcher-a","annotations":{"k8s.v1.cni.cncf.io/network-status":` +
		`"[{\n    \"name\": \"ovn-kubernetes\",\n    \"interface\": \"eth0\"\n}]"}},"kind":"Pod","apiVersion":"v1"}` + "\n"))
	want := Objects{Pods: []Pod{{Meta: Meta{Name: "virt-launcher-a"}, Networks: []cni.Status{{Line: 1, Name: "ovn-kubernetes", Interface: "eth0"}}}}}
	if d := cmp.Diff(want, got, ignoreLines); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

const rule = "###################################\n"

// bridgeText is of kubevirt/must-gather 4.14.
const bridgeText = rule + "bridge link show:\n" + rule +
	"3: eth0-nic@if52: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 master k6t-eth0 state forwarding priority 32 cost 2 \n" +
	"5: tap0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 master k6t-eth0 state forwarding priority 32 cost 2 \n" +
	rule + "bridge fdb show:\n" + rule +
	"02:4e:cb:00:00:01 dev tap0 master k6t-eth0 \n" +
	"33:33:00:00:00:01 dev eth0-nic self permanent\n" +
	rule + "bridge vlan show:\n" + rule +
	"port              vlan-id  \n" +
	"tap0              1 PVID Egress Untagged\n"

func TestParseBridgeText(t *testing.T) {
	for _, s := range []string{bridgeText, strings.ReplaceAll(bridgeText, "\n", "\r\n")} {
		got, problems := ParseBridgeText([]byte(s))
		if len(problems) > 0 || len(got.Links) != 2 || len(got.FDB) != 2 || len(got.VLANs) != 1 || len(got.Bridges) != 0 {
			t.Fatalf("%+v, problems %v", got, problems)
		}
		if l := got.Links[1]; l.Line != 5 || l.Name != "tap0" || l.Master != "k6t-eth0" {
			t.Errorf("link %+v", l)
		}
		if f := got.FDB[0]; f.Line != 9 || f.MAC != "02:4e:cb:00:00:01" || f.Dev != "tap0" || f.Master != "k6t-eth0" {
			t.Errorf("FDB %+v", f)
		}
		if v := got.VLANs[0]; v.Line != 15 || v.Port != "tap0" || v.First != 1 || !v.PVID || !v.Untagged {
			t.Errorf("VLAN %+v", v)
		}
	}
}

func TestParseBridgeTextForms(t *testing.T) {
	const fdb = "02:4e:cb:00:00:01 dev net1 self permanent\n"
	for _, c := range []struct {
		name, text               string
		links, fdb, vlans, brctl int
		problem                  int // its line
	}{
		{"must-gather 4.8", rule + "brctl show:\n" + rule + "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nk6t-net1\t\t8000.024ecb000001\tno\t\tnet1-nic\n\t\t\t\t\t\t\ttap1\n\n" +
			rule + "bridge fdb show:\n" + rule + fdb + rule + "bridge vlan show:\n" + rule, 0, 1, 0, 1, 0},
		{"must-gather 2.4: without titles", fdb + fdb, 0, 2, 0, 0, 0},
		{"empty", "", 0, 0, 0, 0, 0},
		{"titles alone", rule + "bridge link show:\n" + rule + rule + "bridge fdb show:\n" + rule, 0, 0, 0, 0, 0},
		{"cut in a title", rule + "bridge link show:\n" + rule + rule + "bridge f", 0, 0, 0, 0, 5},
		{"cut after a title", rule + "bridge fdb show:\n" + fdb, 0, 1, 0, 0, 0},
		{"an unknown title", rule + "bridge mdb show:\n" + rule + "x\ny\n" + rule + "bridge fdb show:\n" + rule + fdb, 0, 1, 0, 0, 2},
		{"twice", rule + "bridge fdb show:\n" + rule + fdb + rule + "bridge fdb show:\n" + rule + fdb, 0, 2, 0, 0, 0},
		{"an error", rule + "bridge fdb show:\n" + rule + "command terminated with exit code 127\n", 0, 0, 0, 0, 4},
		{"cut in an entry", rule + "bridge fdb show:\n" + rule + fdb + "02:4e", 0, 1, 0, 0, 5},
	} {
		got, problems := ParseBridgeText([]byte(c.text))
		if len(got.Links) != c.links || len(got.FDB) != c.fdb || len(got.VLANs) != c.vlans || len(got.Bridges) != c.brctl {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.problem == 0) != (len(problems) == 0) || c.problem > 0 && problems[0].Line != c.problem {
			t.Errorf("%s: problems %+v, want one in line %d", c.name, problems, c.problem)
		}
	}
}

func FuzzParseBridgeText(f *testing.F) {
	f.Add([]byte(bridgeText))
	f.Add([]byte(rule + "brctl show:\n" + rule + "br0\t8000.024ecb000001\tno\teth0\n"))
	f.Add([]byte("02:4e:cb:00:00:01 dev net1\n###\n###\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, problems := ParseBridgeText(data)
		last := strings.Count(string(data), "\n") + 1
		var all []int
		for _, x := range got.Links {
			all = append(all, x.Line)
		}
		for _, x := range got.FDB {
			all = append(all, x.Line)
		}
		for _, x := range got.VLANs {
			all = append(all, x.Line)
		}
		for _, x := range got.Bridges {
			all = append(all, x.Line)
		}
		for _, x := range problems {
			all = append(all, x.Line)
		}
		for _, n := range all {
			if n < 1 || n > last {
				t.Errorf("line %d of %d", n, last)
			}
		}
	})
}
