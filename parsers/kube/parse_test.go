package kube

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/nmstate"
	"github.com/sosbond/sosbond/parsers/text"
)

// states is `oc get nns -o yaml` of kubernetes-nmstate 0.12: a List.
const states = `apiVersion: v1
items:
- apiVersion: nmstate.io/v1alpha1
  kind: NodeNetworkState
  metadata:
    creationTimestamp: "2019-06-24T07:48:25Z"
    generation: 1
    name: node01
    resourceVersion: "629"
    uid: 7298d496-9654-11e9-ba95-525500d15501
  status:
    currentState:
      dns-resolver:
        config:
          search: []
          server: []
      interfaces:
      - bridge:
          options:
            mac-ageing-time: 300
            stp:
              enabled: false
          port: []
        ipv4:
          address:
          - ip: 10.244.0.1
            prefix-length: 24
          dhcp: false
          enabled: true
        ipv6:
          enabled: false
        mac-address: 0A:58:0A:F4:00:01
        mtu: 1450
        name: cni0
        state: up
        type: linux-bridge
    lastSuccessfulUpdateTime: "2020-01-31T12:14:00Z"
kind: List
metadata:
  resourceVersion: ""
`

func TestStates(t *testing.T) {
	want := Objects{Lists: 1, States: []NodeNetworkState{{
		Meta:    Meta{Line: 3, Name: "node01", UID: "7298d496-9654-11e9-ba95-525500d15501"},
		Updated: text.Of("2020-01-31T12:14:00Z", 37),
		State: nmstate.State{Interfaces: []nmstate.Interface{{
			Line: 18, Name: "cni0", Type: "linux-bridge", State: text.Of("up", 35), MAC: text.Of("0A:58:0A:F4:00:01", 32), MTU: text.Of(1450, 33),
			IPv4: true, Addrs: []text.At[string]{text.Of("10.244.0.1/24", 26)},
			Bridge: &nmstate.Bridge{STP: text.Of(false, 22), AgeingTime: text.Of(300, 20)},
		}}},
	}}}
	check(t, states, want)
	check(t, strings.ReplaceAll(states, "\n", "\r\n"), want)
}

// check compares what is read of a text without problems.
func check(t *testing.T, s string, want Objects) {
	t.Helper()
	got, problems := Parse([]byte(s))
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %+v", d, problems)
	}
}

// policies are a policy and an enactment as `oc adm inspect` of OpenShift 4.14 writes them, one after the other.
const policies = `---
apiVersion: nmstate.io/v1
kind: NodeNetworkConfigurationPolicy
metadata:
  annotations:
    nmstate.io/webhook-mutating-timestamp: "1700000000000000000"
  managedFields:
  - apiVersion: nmstate.io/v1
    fieldsV1:
      f:spec:
        .: {}
    manager: kubectl
  name: mapping
spec:
  capture:
    default-gw: routes.running.destination=="0.0.0.0/0"
  desiredState:
    ovn:
      bridge-mappings:
      - bridge: br-ex
        localnet: localnet1
        state: present
      - bridge: br1
        localnet: old
        state: absent
  nodeSelector:
    node-role.kubernetes.io/worker: ""
status:
  conditions:
  - message: 2/2 nodes successfully configured
    reason: SuccessfullyConfigured
    status: "True"
    type: Available
  - reason: FailedToConfigure
    status: "False"
    type: Degraded
---
apiVersion: nmstate.io/v1beta1
kind: NodeNetworkConfigurationEnactment
metadata:
  labels:
    nmstate.io/node: worker-0.example.com
    nmstate.io/policy: bond0-eth1-eth2
  name: worker-0.example.com.bond0-eth1-eth2
  ownerReferences:
  - apiVersion: v1
    kind: Node
    name: worker-0.example.com
status:
  conditions:
  - reason: FailedToConfigure
    status: "False"
    type: Available
  - message: |-
      error reconciling NodeNetworkConfigurationPolicy at desired state apply: ,
      failed to execute nmstatectl set --no-commit --timeout 480: 'exit status 1' ''
    reason: FailedToConfigure
    status: "True"
    type: Failing
  desiredState:
    interfaces:
    - name: bond0
      type: bond
      link-aggregation:
        mode: balance-rr
        port: [eth1]
`

func TestPolicies(t *testing.T) {
	mappings := []nmstate.Mapping{
		{Line: 20, Localnet: "localnet1", Bridge: "br-ex", State: text.Of("present", 22)},
		{Line: 23, Localnet: "old", Bridge: "br1", State: text.Of("absent", 25)},
	}
	check(t, policies, Objects{
		Policies: []Policy{{
			Meta: Meta{Line: 2, Name: "mapping"}, Selector: map[string]string{"node-role.kubernetes.io/worker": ""},
			State: nmstate.State{Mappings: mappings}, Captures: true, Status: text.Of("Available", 33), Reason: "SuccessfullyConfigured",
			Mappings: []Mapping{{Line: 20, Localnet: "localnet1", Bridge: "br-ex"}, {Line: 23, Localnet: "old", Bridge: "br1", Absent: true}},
		}},
		Enactments: []Enactment{{
			Meta: Meta{Line: 38, Name: "worker-0.example.com.bond0-eth1-eth2",
				Labels: map[string]string{"nmstate.io/node": "worker-0.example.com", "nmstate.io/policy": "bond0-eth1-eth2"}},
			Node: "worker-0.example.com", Policy: "bond0-eth1-eth2", Status: text.Of("Failing", 59),
			Message: text.Of("error reconciling NodeNetworkConfigurationPolicy at desired state apply: ,\n"+
				"failed to execute nmstatectl set --no-commit --timeout 480: 'exit status 1' ''", 54),
			State: nmstate.State{Interfaces: []nmstate.Interface{{Line: 62, Name: "bond0", Type: "bond",
				Bond: &nmstate.Bond{Mode: text.Of("balance-rr", 65), Ports: []text.At[string]{text.Of("eth1", 66)}}}}},
		}},
	})
}

func TestEnacted(t *testing.T) {
	for _, c := range []struct{ metadata, node, policy string }{
		{"{name: node01.eth666}", "node01", "eth666"},
		{"{name: worker-0.example.com.br1}", "worker-0.example.com", "br1"},
		{"{name: w.example.com.br1.v2, ownerReferences: [{kind: NodeNetworkConfigurationPolicy, name: br1.v2}]}", "w.example.com", "br1.v2"},
		{"{name: w.example.com.br1.v2, ownerReferences: [{kind: Node, name: w.example.com}]}", "w.example.com", "br1.v2"},
		{"{name: w.example.com.br1.v2, labels: {nmstate.io/policy: br1.v2}}", "w.example.com", "br1.v2"},
		{"{name: w.example.com.br1.v2, labels: {nmstate.io/node: w.example.com}}", "w.example.com", "br1.v2"},
		{"{name: node01-eth666, ownerReferences: [{kind: NodeNetworkConfigurationPolicy, name: eth666}]}", "node01", "eth666"},
		{"{name: nothing}", "", ""},
	} {
		got, problems := Parse([]byte("{apiVersion: nmstate.io/v1beta1, kind: NodeNetworkConfigurationEnactment, metadata: " + c.metadata + "}"))
		if len(problems) > 0 || len(got.Enactments) != 1 || got.Enactments[0].Node != c.node || got.Enactments[0].Policy != c.policy {
			t.Errorf("%s: %+v, problems %v", c.metadata, got.Enactments, problems)
		}
	}
}

func TestCondition(t *testing.T) {
	const object = "{apiVersion: nmstate.io/v1, kind: NodeNetworkConfigurationPolicy, metadata: {name: a}, status: {conditions: ["
	for s, want := range map[string]string{
		"{type: Available, status: 'True'}, {type: Degraded, status: 'True', reason: R}": "Degraded R",
		"{type: Degraded, status: 'True', reason: R}, {type: Available, status: 'True'}": "Degraded R",
		"{type: Other, status: 'True'}, {type: Available, status: 'True'}":               "Available ",
		"{type: Other, status: 'True'}":                                                  "Other ",
		"{type: Available, status: Unknown}":                                             "",
		"x, {status: 'True'}, {type: Unready}":                                           "",
	} {
		got, _ := Parse([]byte(object + s + "]}}"))
		p := got.Policies[0]
		have := p.Status.Value + " " + p.Reason
		if !p.Status.Found() {
			have = ""
		}
		if have != want {
			t.Errorf("%s: %q, want %q", s, have, want)
		}
	}
}

// nads are definitions of OpenShift 4.8 and 4.16: a literal block, and a quoted string that goes over two lines.
const nads = `---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  annotations:
    k8s.v1.cni.cncf.io/resourceName: bridge.network.kubevirt.io/br1
  name: bridge-conf
  namespace: default
spec:
  config: |
    {
      "cniVersion": "0.3.1",
      "name": "bridge-network",
      "plugins": [
        {
          "type": "cnv-bridge",
          "bridge": "br1",
          "vlan": 10
        }, {
          "type": "cnv-tuning"
        }
      ]
    }
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: localnet
  namespace: default
spec:
  config: "{\n  \"cniVersion\":\"0.3.1\", \"name\":\"localnet1\", \"type\":\"ovn-k8s-cni-overlay\",\n
    \ \"topology\":\"localnet\"}"
---
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: on-disk
`

func TestNADs(t *testing.T) {
	check(t, nads, Objects{NADs: []NAD{
		{Meta: Meta{Line: 2, Name: "bridge-conf", Namespace: "default"}, Resource: text.Of("bridge.network.kubevirt.io/br1", 6), ConfigAt: 10,
			Config: cni.Config{Line: 11, Name: "bridge-network", Plugins: []cni.Plugin{
				{Line: 15, Type: "cnv-bridge", Bridge: text.Of("br1", 17), VLAN: text.Of(10, 18)}, {Line: 19, Type: "cnv-tuning"}}}},
		{Meta: Meta{Line: 25, Name: "localnet", Namespace: "default"}, ConfigAt: 31,
			Config: cni.Config{Line: 31, Name: "localnet1", Plugins: []cni.Plugin{
				{Line: 31, Type: "ovn-k8s-cni-overlay", Topology: text.Of("localnet", 31)}}}},
		{Meta: Meta{Line: 34, Name: "on-disk"}},
	}})
}

func TestNADProblems(t *testing.T) {
	for s, line := range map[string]int{
		"|\n    {\"type\": \"bridge\",\n     \"bridge\"": 6,
		"'{\"type\": \"bridge\"":                         4,
		"\"no JSON\"":                                    4,
	} {
		s = "kind: NetworkAttachmentDefinition\nmetadata: {name: a}\nspec:\n  config: " + s
		if strings.Contains(s, "'") {
			s += "'\n"
		}
		got, problems := Parse([]byte(s + "\n"))
		if len(got.NADs) != 1 || got.NADs[0].ConfigAt != 4 || len(problems) != 1 || problems[0].Line != line {
			t.Errorf("%s: %+v, problems %+v, want one in line %d", s, got.NADs, problems, line)
		}
	}
}

func TestMetaOfLists(t *testing.T) {
	const want = "node01"
	for name, s := range map[string]string{
		"typed":             "apiVersion: nmstate.io/v1beta1\nitems:\n- metadata: {name: node01}\nkind: NodeNetworkStateList\n",
		"List":              "apiVersion: v1\nitems:\n- apiVersion: nmstate.io/v1beta1\n  kind: NodeNetworkState\n  metadata: {name: node01}\nkind: List\n",
		"cut":               "apiVersion: v1\nitems:\n- apiVersion: nmstate.io/v1beta1\n  kind: NodeNetworkState\n  metadata: {name: node01}\n",
		"JSON":              `{"apiVersion":"v1","items":[{"apiVersion":"nmstate.io/v1","kind":"NodeNetworkState","metadata":{"name":"node01"}}],"kind":"List"}`,
		"JSON with tabs":    "{\n\t\"kind\": \"NodeNetworkStateList\",\n\t\"apiVersion\": \"nmstate.io/v1\",\n\t\"items\": [{\"metadata\": {\"name\": \"node01\"}}]\n}",
		"flow":              "{kind: NodeNetworkStateList, items: [{metadata: {name: node01}}]}\n",
		"indented sequence": "apiVersion: v1\nkind: List\nitems:\n  - kind: NodeNetworkState\n    metadata:\n      name: node01\n",
	} {
		got, problems := Parse([]byte(s))
		if len(got.States) != 1 || got.States[0].Name != want || got.Lists != 1 || len(problems) > 0 {
			t.Errorf("%s: %+v, problems %v", name, got, problems)
		}
	}
}

func TestOther(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want Objects
	}{
		"empty":             {"", Objects{}},
		"comment":           {"# x\n---\n", Objects{}},
		"another kind":      {"---\napiVersion: v1\nkind: ConfigMap\ndata:\n  x: |\n    kind: Pod\n", Objects{Other: 1}},
		"two of them":       {"kind: ConfigMap\n---\nkind: Secret\n", Objects{Other: 2}},
		"JSON":              {`{"apiVersion": "v1", "kind": "ConfigMap"}`, Objects{Other: 1}},
		"another group":     {"apiVersion: config.openshift.io/v1\nkind: Node\nmetadata:\n  name: cluster\n", Objects{Other: 1}},
		"another group VM":  {"apiVersion: vmoperator.vmware.com/v1alpha1\nkind: VirtualMachine\nmetadata:\n  name: a\n", Objects{Other: 1}},
		"empty List":        {"---\napiVersion: v1\nitems: []\nkind: List\nmetadata: {}\n", Objects{Lists: 1}},
		"empty PodList":     {"---\napiVersion: v1\nitems: []\nkind: PodList\nmetadata: {}\n", Objects{Lists: 1}},
		"empty JSON List":   {`{"apiVersion": "v1", "items": [], "kind": "ConfigMapList"}`, Objects{Lists: 1}},
		"List of others":    {"apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\nkind: ConfigMapList\n", Objects{Lists: 1}},
		"a pod as others":   {"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  nodeName: b\n", Objects{Other: 1}},
		"a pod with labels": {"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  labels: {kubevirt.io: virt-handler}\nspec:\n  nodeName: b\n", Objects{Other: 1}},
	} {
		got, problems := Parse([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", name, d, problems)
		}
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct{ name, text, why string }{
		{"stderr", "error: the server doesn't have a resource type \"nns\"\n", "not an object"},
		{"text", "No resources found\n", "not an object"},
		{"a list", "- a\n", "not an object"},
		{"another YAML", "interfaces: []\n", "not an object"},
		{"an element", "kind: PodList\nitems: [hostNetwork]\n", "not an object"},
		{"no name", "apiVersion: v1\nkind: Node\n", "without a name"},
		{"damaged", "apiVersion: v1\nkind: Node\nmetadata:\n  name: a\n  x\n  y: z\n", "not YAML"},
		{"cut JSON", `{"kind": "Node", "metadata": {"name": "a"`, "not JSON"},
		{"alias bomb", "kind: NodeNetworkState\nmetadata: {name: a}\np: &p [" + strings.Repeat("eth0,", 5000) +
			"]\ni: &i {name: b, link-aggregation: {port: *p}}\nstatus: {currentState: {interfaces: [" + strings.Repeat("*i,", 5000) + "]}}\n", "too many"},
	} {
		if _, problems := Parse([]byte(c.text)); len(problems) == 0 || !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestBounds(t *testing.T) {
	long := strings.Repeat("é", 1<<20)
	got, problems := Parse([]byte("apiVersion: nmstate.io/v1\nkind: NodeNetworkConfigurationEnactment\nmetadata: {name: x, labels: {a: \"" + long +
		"\"}}\nstatus: {conditions: [{type: Failing, status: \"True\", message: \"" + strings.Repeat("line\\n", 100) + "\"}]}\n"))
	if len(got.Enactments) != 1 || len(problems) > 0 {
		t.Fatalf("%d enactments, problems %v", len(got.Enactments), problems)
	}
	e := got.Enactments[0]
	if n := len(e.Labels["a"]); n == 0 || n > maxText || strings.ContainsRune(e.Labels["a"], '\uFFFD') {
		t.Errorf("%d bytes of a label", n)
	}
	if n := strings.Count(e.Message.Value, "line"); n != maxLines {
		t.Errorf("%d lines of a message", n)
	}
}

// TestGlance compares what is read with and without a look at the text before.
func TestGlance(t *testing.T) {
	for _, s := range []string{states, policies, nads, machines, launcher, configs, cluster} {
		if _, done := glance([]byte(s)); done {
			t.Errorf("passed over:\n%s", s)
		}
		documents, _ := decode([]byte(s))
		whole := newReader()
		for _, d := range documents {
			whole.document(d)
		}
		got, _ := Parse([]byte(s))
		if d := cmp.Diff(whole.objects, got); d != "" {
			t.Error(d)
		}
	}
	for name, s := range map[string]string{
		"no kind":               "apiVersion: v1\nitems:\n- kind: Node\n",
		"no kind in the second": "kind: ConfigMap\n---\nitems:\n- kind: Node\n",
		"no kind in the first":  "items:\n- kind: Node\n---\nkind: ConfigMap\n",
		"quoted key":            "\"kind\": Node\n",
		"quoted value":          "kind: \"Node\"\n",
		"comment":               "kind: Node # x\n",
		"blank":                 "kind : Node\n",
		"tag":                   "kind: !!str Node\n",
		"flow":                  "{kind: Node}\n",
		"flow after a mark":     "--- {kind: Node}\n",
		"indented":              "  kind: Node\n",
		"a List of anything":    "items:\n- metadata: {}\nkind: List\n",
		"JSON without a kind":   "{\"items\": [",
	} {
		if _, done := glance([]byte(s)); done {
			t.Errorf("%s: passed over", name)
		}
	}
}

func TestPrune(t *testing.T) {
	for _, s := range []string{policies, launcher, launchers} {
		out := prune([]byte(s))
		if len(out) >= len(s) || bytes.Count(out, []byte{'\n'}) != strings.Count(s, "\n") {
			t.Errorf("%d of %d bytes, %d of %d lines", len(out), len(s), bytes.Count(out, []byte{'\n'}), strings.Count(s, "\n"))
		}
		if bytes.Contains(out, []byte("fieldsV1")) || bytes.Contains(out, []byte("terminationGracePeriod")) || !bytes.Contains(out, []byte("name:")) {
			t.Errorf("pruned to:\n%s", out)
		}
	}
	for name, s := range map[string]string{
		"cut in a field":     "kind: Pod\nspec:\n  containers:\n  - name: a\n    ima",
		"JSON":               "{\n\"kind\": \"Pod\",\n\"spec\": {\n\"containers\": []}}",
		"another place":      "kind: Pod\nspec:\n  template:\n    containers:\n    - a\n  x: y\n",
		"a block of text":    "kind: Pod\nmetadata:\n  annotations:\n    x: |\n      spec:\n        containers:\n        - a\n  name: b\n",
		"not in block style": "{kind: Pod,\nspec: {\n  containers:\n [a],\n  x: y}}",
	} {
		if out := prune([]byte(s)); string(out) != s {
			t.Errorf("%s:\n%s", name, out)
		}
	}
}

var ignoreLines = cmpopts.IgnoreFields(Meta{}, "Line")

func FuzzParse(f *testing.F) {
	for _, s := range []string{states, policies, nads, machines, launcher, launchers, configs, cluster, "kind: List\nitems:\n- &a {kind: Pod, metadata: *a}\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > last {
				t.Errorf("problem in line %d of %d", p.Line, last)
			}
		}
		for _, line := range lines(objects) {
			if line < 0 || line > last {
				t.Errorf("line %d of %d", line, last)
			}
		}
	})
}

// lines are the line numbers of objects.
func lines(o Objects) (all []int) {
	meta := func(m Meta) { all = append(all, m.Line) }
	guest := func(interfaces []Interface) {
		for _, i := range interfaces {
			all = append(all, i.Line, i.Network.Line, i.MAC.Line, i.InPod.Line)
		}
	}
	for _, s := range o.States {
		meta(s.Meta)
		all = append(all, s.Updated.Line)
	}
	for _, p := range o.Policies {
		meta(p.Meta)
		all = append(all, p.Status.Line)
	}
	for _, e := range o.Enactments {
		meta(e.Meta)
		all = append(all, e.Status.Line, e.Message.Line)
	}
	for _, n := range o.NADs {
		meta(n.Meta)
		all = append(all, n.ConfigAt, n.Config.Line)
		for _, p := range n.Config.Plugins {
			all = append(all, p.Line, p.Bridge.Line)
		}
	}
	for _, v := range o.VMs {
		meta(v.Meta)
		guest(v.Interfaces)
	}
	for _, v := range o.VMIs {
		meta(v.Meta)
		guest(v.Interfaces)
	}
	for _, c := range o.MachineConfigs {
		meta(c.Meta)
		for _, f := range c.Files {
			all = append(all, f.Line)
		}
	}
	for _, p := range o.Pods {
		meta(p.Meta)
		for _, n := range p.Networks {
			all = append(all, n.Line)
		}
	}
	return all
}
