package cni

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// podmanConflist is a file of /etc/cni/net.d as podman 4.3 writes it with its CNI backend.
const podmanConflist = `{
   "args": {
      "podman_options": {
         "vlan": "100"
      }
   },
   "cniVersion": "0.4.0",
   "name": "br100",
   "plugins": [
      {
         "type": "bridge",
         "bridge": "cni-podman1",
         "isGateway": true,
         "ipMasq": true,
         "hairpinMode": true,
         "vlan": 100,
         "ipam": {
            "type": "host-local",
            "routes": [
               {
                  "dst": "0.0.0.0/0"
               }
            ],
            "ranges": [
               [
                  {
                     "subnet": "10.89.0.0/24",
                     "gateway": "10.89.0.1"
                  }
               ]
            ]
         },
         "capabilities": {
            "ips": true
         }
      },
      {
         "type": "portmap",
         "capabilities": {
            "portMappings": true
         }
      },
      {
         "type": "firewall",
         "backend": ""
      },
      {
         "type": "tuning"
      }
   ]
}`

func TestParseConflist(t *testing.T) {
	want := Config{Line: 1, Name: "br100", Plugins: []Plugin{
		{Line: 10, Type: "bridge", Bridge: text.Of("cni-podman1", 12), Gateway: text.Of(true, 13), IPMasq: text.Of(true, 14), VLAN: text.Of(100, 16)},
		{Line: 37, Type: "portmap"},
		{Line: 43, Type: "firewall"},
		{Line: 47, Type: "tuning"},
	}}
	for _, s := range []string{podmanConflist, strings.ReplaceAll(podmanConflist, "\n", "\r\n")} {
		got, problems := Parse([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

func one(name string, p Plugin) Config {
	p.Line = 1
	return Config{Line: 1, Name: name, Plugins: []Plugin{p}}
}

func TestParsePlugins(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Config
	}{
		{"macvlan of podman 4.3", `{"cniVersion": "0.4.0", "name": "mv1", "plugins": [{"type": "macvlan", "master": "bond0", "ipam": {"type": "dhcp"}}]}`,
			one("mv1", Plugin{Type: "macvlan", Master: text.Of("bond0", 1)})},
		{"macvlan of the OpenShift documentation", `{ "cniVersion": "0.3.1", "name": "macvlan-net", "type": "macvlan",
  "master": "eth1", "linkInContainer": false, "mode": "bridge", "ipam": { "type": "dhcp" } }`,
			one("macvlan-net", Plugin{Type: "macvlan", Master: text.Of("eth1", 2), InContainer: text.Of(false, 2), Mode: text.Of("bridge", 2)})},
		{"ipvlan", `{"cniVersion": "0.3.1", "name": "ipvlan-net", "type": "ipvlan", "master": "eth1", "mode": "l3"}`,
			one("ipvlan-net", Plugin{Type: "ipvlan", Master: text.Of("eth1", 1), Mode: text.Of("l3", 1)})},
		{"cnv-bridge of OpenShift Virtualization 4.12", `{
  "cniVersion": "0.3.1",
  "name": "bridge-network",
  "type": "cnv-bridge",
  "bridge": "bridge-interface",
  "macspoofchk": false,
  "vlan": 100,
  "disableContainerInterface": true,
  "preserveDefaultVlan": false
}`, one("bridge-network", Plugin{Type: "cnv-bridge", Bridge: text.Of("bridge-interface", 5), MACSpoof: text.Of(false, 6), VLAN: text.Of(100, 7)})},
		{"plugins of KubeVirt", `{"name": "vlan-1928", "cniVersion": "0.3.1", "plugins": [{"type": "cnv-bridge", "bridge":"br-1928", "vlan":1928, "ipam":{}}, {"type": "cnv-tuning"}]}`,
			Config{Line: 1, Name: "vlan-1928", Plugins: []Plugin{
				{Line: 1, Type: "cnv-bridge", Bridge: text.Of("br-1928", 1), VLAN: text.Of(1928, 1)}, {Line: 1, Type: "cnv-tuning"}}}},
		{"no name, of the web console", `{ "cniVersion": "0.3.1", "type": "cnv-bridge", "bridge": "testbridge", "ipam": {} }`,
			one("", Plugin{Type: "cnv-bridge", Bridge: text.Of("testbridge", 1)})},
		{"localnet", `{
  "cniVersion": "0.3.1",
  "name": "localnet1",
  "type": "ovn-k8s-cni-overlay",
  "topology":"localnet",
  "physicalNetworkName": "localnet1",
  "subnets": "202.10.130.112/28",
  "vlanID": 33,
  "mtu": 1500,
  "netAttachDefName": "ns1/localnet-network",
  "excludeSubnets": "10.100.200.0/29"
}`, one("localnet1", Plugin{Type: "ovn-k8s-cni-overlay", Topology: text.Of("localnet", 5), Physical: text.Of("localnet1", 6), VLAN: text.Of(33, 8),
			NetAttachDef: text.Of("ns1/localnet-network", 10)})},
		{"localnet with a number in quotes, of the OVN-Kubernetes documentation",
			`{"cniVersion": "0.3.1", "type": "ovn-k8s-cni-overlay", "netAttachDefName": "blue/tenantblue", "topology": "localnet", "name": "tenantblue", "vlanID": "200"}`,
			one("tenantblue", Plugin{Type: "ovn-k8s-cni-overlay", Topology: text.Of("localnet", 1), VLAN: text.Of(200, 1), NetAttachDef: text.Of("blue/tenantblue", 1)})},
		{"ovs", `{ "cniVersion": "0.4.0", "type": "ovs", "bridge": "br1", "vlan": 200 }`, one("", Plugin{Type: "ovs", Bridge: text.Of("br1", 1), VLAN: text.Of(200, 1)})},
		{"sriov of the SR-IOV operator", `{ "cniVersion":"0.3.1", "name":"sriov-net","type":"sriov","vlan":0,"spoofchk":"on","trust":"off","vlanQoS":0,"logLevel":"info","ipam":{} }`,
			one("sriov-net", Plugin{Type: "sriov", VLAN: text.Of(0, 1), MACSpoof: text.Of(true, 1)})},
		{"host-device", `{"cniVersion": "0.3.1", "name": "hd", "type": "host-device", "device": "eth1"}`, one("hd", Plugin{Type: "host-device", Master: text.Of("eth1", 1)})},
		{"vlan", `{"name": "vlan-net", "cniVersion": "0.3.1", "type": "vlan", "master": "eth0", "mtu": 1500, "vlanId": 5, "linkInContainer": true}`,
			one("vlan-net", Plugin{Type: "vlan", Master: text.Of("eth0", 1), VLAN: text.Of(5, 1), InContainer: text.Of(true, 1)})},
		{"tap", `{"name": "mynet", "cniVersion": "0.3.1", "type": "tap", "mac": "00:11:22:33:44:55", "mtu": 1500, "selinuxcontext": "x", "multiQueue": true, "bridge": "br1"}`,
			one("mynet", Plugin{Type: "tap", Bridge: text.Of("br1", 1)})},
		{"bond", `{"type": "bond", "cniVersion": "0.3.1", "name": "bond-net1", "ifname": "bond0", "mode": "active-backup", "failOverMac": 1,
 "linksInContainer": true, "miimon": "100",
 "links": [
   {"name": "net1"},
   {"name": "net2"}
 ]}`, one("bond-net1", Plugin{Type: "bond", Mode: text.Of("active-backup", 1), InContainer: text.Of(true, 2),
			Links: []text.At[string]{text.Of("net1", 4), text.Of("net2", 5)}})},
		{"keys in any case", `{"Type": "bridge", "Bridge": "br0", "ISGATEWAY": true}`, one("", Plugin{Type: "bridge", Bridge: text.Of("br0", 1), Gateway: text.Of(true, 1)})},
		{"default gateway", `{"type": "bridge", "isDefaultGateway": true, "bridge": ""}`, one("", Plugin{Type: "bridge", Gateway: text.Of(true, 1)})},
		{"no default gateway", `{"type": "bridge", "isGateway": true, "isDefaultGateway": false}`, one("", Plugin{Type: "bridge", Gateway: text.Of(true, 1)})},
		{"multus", `{ "cniVersion": "0.3.1", "name": "multus-cni-network", "type": "multus", "kubeconfig": "/etc/cni/net.d/multus.d/multus.kubeconfig",
"delegates": [ { "cniVersion": "0.3.1", "name": "default-cni-network", "plugins": [
  {"type": "flannel", "name": "flannel.1", "delegate": { "isDefaultGateway": true, "hairpinMode": true } },
  {"type": "portmap"} ] } ] }`,
			Config{Line: 1, Name: "multus-cni-network", Plugins: []Plugin{{Line: 1, Type: "multus"}, {Line: 3, Type: "flannel"}, {Line: 4, Type: "portmap"}}}},
		{"delegate", `{"name": "cbr0", "type": "flannel", "delegate": {"type": "bridge", "bridge": "mynet0", "mtu": 1400}}`,
			Config{Line: 1, Name: "cbr0", Plugins: []Plugin{{Line: 1, Type: "flannel"}, {Line: 1, Type: "bridge", Bridge: text.Of("mynet0", 1)}}}},
		{"empty", "", Config{}},
		{"blank", " \n\n", Config{}},
	} {
		got, problems := Parse([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		plugins    int
		why        string
	}{
		{"stderr", "cat: /etc/cni/net.d/10-x.conf: Permission denied\n", 0, "not JSON"},
		{"a list", `[{"type": "bridge"}]`, 0, "not a network configuration"},
		{"no type", `{"cniVersion": "0.3.1", "name": "a"}`, 0, "without a type"},
		{"no plugin", `{"plugins": [5, {"type": "bridge"}]}`, 1, "without a type"},
		{"no list", `{"plugins": {"type": "bridge"}}`, 0, "not a list"},
		{"no comma", `{"type": "ovn-k8s-cni-overlay" "topology": "localnet"}`, 1, "not JSON"},
		{"last comma", `{"type": "cnv-bridge", "bridge": "br-vmdata",}`, 1, "not JSON"},
		{"cut", until(podmanConflist, "hairpin"), 1, "not JSON"},
		{"two", `{"type": "bridge"} {"type": "macvlan"}`, 1, "more than one"},
		{"bad number", `{"type": "bridge", "vlan": "all"}`, 1, "not a number"},
		{"bad truth", `{"type": "bridge", "ipMasq": "perhaps"}`, 1, "not a truth value"},
		{"bad text", `{"type": "bridge", "bridge": ["br0"]}`, 1, "not a text"},
		{"null", `{"type": "bridge", "bridge": null, "vlan": null}`, 1, ""},
		{"invalid UTF-8", "{\"type\": \"bridge\", \"bridge\": \"br\xff\"}", 1, ""},
		{"delegates of delegates", strings.Repeat(`{"type": "a", "delegate": `, 50) + "{}" + strings.Repeat("}", 50), 6, "too deeply"},
		{"deep", strings.Repeat("[", 100000), 0, "too deeply"},
	} {
		got, problems := Parse([]byte(c.text))
		if len(got.Plugins) != c.plugins {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestParseStatus(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Status
		why        string
	}{
		{"multus of OpenShift 4.12", `[{
    "name": "ovn-kubernetes",
    "interface": "eth0",
    "ips": [
        "10.128.0.33"
    ],
    "mac": "0A:58:0a:80:00:21",
    "default": true,
    "dns": {}
},{
    "name": "default/br1-nad",
    "interface": "net1",
    "mac": "02:f7:5d:00:00:01",
    "dns": {}
}]`, []Status{
			{Line: 1, Name: "ovn-kubernetes", Interface: "eth0", MAC: text.Of("0a:58:0a:80:00:21", 7), IPs: []string{"10.128.0.33"}, Default: true},
			{Line: 10, Name: "default/br1-nad", Interface: "net1", MAC: text.Of("02:f7:5d:00:00:01", 13)},
		}, ""},
		{"no interface, of Calico", `[{"name": "k8s-pod-network", "ips": ["10.52.0.15"], "default": true, "dns": {}}]`,
			[]Status{{Line: 1, Name: "k8s-pod-network", IPs: []string{"10.52.0.15"}, Default: true}}, ""},
		{"empty MAC", `[{"name": "cbr0", "interface": "eth0", "mac": "", "ips": null, "gateway": ["10.244.6.1"]}]`,
			[]Status{{Line: 1, Name: "cbr0", Interface: "eth0"}}, ""},
		{"obfuscated MAC", `[{"name": "a", "mac": "x-mac-0000000001-x"}]`, []Status{{Line: 1, Name: "a", MAC: text.Of("x-mac-0000000001-x", 1)}}, ""},
		{"one", `{"name": "a"}`, []Status{{Line: 1, Name: "a"}}, ""},
		{"none", "[]", nil, ""},
		{"empty", "", nil, ""},
		{"cut", `[{"name": "a", "interface": "net1"}, {"name": "b", "inter`, []Status{{Line: 1, Name: "a", Interface: "net1"}, {Line: 1, Name: "b"}}, "not JSON"},
		{"no object", `["a"]`, nil, "not the status"},
		{"number", `5`, nil, "not the status"},
	} {
		got, problems := ParseStatus([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestDecodeOutput(t *testing.T) {
	for _, c := range []struct {
		name, text             string
		line, second, problems int
	}{
		{"no message", "[\n{}]", 1, 2, 0},
		{"messages", "WARN[0000] runtime connect using default endpoints\n\ntime=\"2024-02-01T10:00:00Z\" level=warning msg=\"x\"\r\n[\n{}]", 4, 5, 2},
		{"a message behind", "[\n{}]\nError: inspecting object: network mv1: network not found\n", 1, 2, 1},
		{"many messages", strings.Repeat("x\n", 100) + "[{}]", 101, 101, 10},
		{"indented", "x\n   [{}]\n", 2, 2, 1},
	} {
		documents, problems := DecodeOutput([]byte(c.text))
		if len(documents) != 1 || len(documents[0].Content) != 1 || len(problems) != c.problems {
			t.Errorf("%s: %d documents, problems %v", c.name, len(documents), problems)
			continue
		}
		if d := documents[0]; d.Line != c.line || d.Content[0].Line != c.second {
			t.Errorf("%s: lines %d and %d", c.name, d.Line, d.Content[0].Line)
		}
	}
	if documents, problems := DecodeOutput([]byte("Cannot connect to the Docker daemon\n")); len(documents) != 0 || len(problems) != 1 {
		t.Errorf("%v %v", documents, problems)
	}
}

// until is what stands before mark.
func until(s, mark string) string {
	s, _, _ = strings.Cut(s, mark)
	return s
}

// within reports lines that a text of this length does not have.
func within(t *testing.T, data []byte, problems text.Problems, lines ...int) {
	t.Helper()
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	last := strings.Count(string(data), "\n") + 1
	for _, n := range lines {
		if n < 1 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{podmanConflist, `{"type": "bond", "links": [{"name": "a"}, "b"], "vlanID": "3"}`, "{\n\"delegates\": [{\"delegate\": {\"type\": 5}}]}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := Parse(data)
		within(t, data, problems)
		for _, p := range c.Plugins {
			within(t, data, nil, p.Line)
			if p.Type == "" || p.Bridge.Found() && p.Bridge.Value == "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

func FuzzParseStatus(f *testing.F) {
	f.Add([]byte(`[{"name": "a", "interface": "net1", "mac": "02:f7:5d:00:00:01", "ips": ["1"], "default": true}, 5]`))
	f.Add([]byte("{\n\"mac\": \"\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseStatus(data)
		within(t, data, problems)
		for _, s := range list {
			within(t, data, nil, s.Line)
		}
	})
}

func FuzzDecodeOutput(f *testing.F) {
	f.Add([]byte("a\n[\n1]"))
	f.Add([]byte("\n\r\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		documents, problems := DecodeOutput(data)
		within(t, data, problems)
		for _, d := range documents {
			within(t, data, nil, d.Line)
		}
	})
}
