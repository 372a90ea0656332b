package kube

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// configs are a MachineConfig of OpenShift 4.5 (Ignition 2.2) and one of 4.16 (Ignition 3.4), and a pool.
const configs = `apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  labels:
    machineconfiguration.openshift.io/role: worker
  name: 10-bond
spec:
  config:
    ignition:
      version: 2.2.0
    storage:
      files:
      - contents:
          source: data:text/plain;charset=utf-8;base64,REVWSUNFPWJvbmQwCkJPTkRJTkdfT1BUUz0ibW9kZT00Igo=
          verification: {}
        filesystem: root
        mode: 420
        path: /etc/sysconfig/network-scripts/ifcfg-bond0
      - contents:
          source: data:,%5Bconnection%5D%0Aid%3Dbond0%0Atype%3Dbond%0A
        mode: 384
        overwrite: true
        path: /etc/NetworkManager/system-connections/bond0.nmconnection
      - contents:
          source: data:,not%20of%20networks
        path: /etc/chrony.conf
    systemd:
      units:
      - contents: "[Unit]"
        name: x.service
  kernelArguments:
  - bond=bond0:eno1,eno2:mode=802.3ad
  - ip=bond0:dhcp
---
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 11-nmstate
spec:
  config:
    ignition:
      version: 3.4.0
    storage:
      files:
      - contents:
          compression: ""
          source: data:;base64,aW50ZXJmYWNlczogW10K
        overwrite: false
        path: /etc/nmstate/openshift/cluster.yml
      - append:
        - source: data:,options%20bonding%20
        - source: data:,mode%3D1%0A
        path: /etc/modprobe.d/bonding.conf
---
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfigPool
metadata:
  name: worker
spec:
  nodeSelector:
    matchLabels:
      node-role.kubernetes.io/worker: ""
status:
  configuration:
    name: rendered-worker-24d2bd3a2af8e32e4bd3a5a0a8d0ee4c
`

func TestMachineConfigs(t *testing.T) {
	check(t, configs, Objects{
		MachineConfigs: []MachineConfig{
			{Meta: Meta{Line: 1, Name: "10-bond", Labels: map[string]string{"machineconfiguration.openshift.io/role": "worker"}}, Role: "worker",
				Files: []ConfigFile{
					{Line: 18, Path: "/etc/sysconfig/network-scripts/ifcfg-bond0", Contents: []byte("DEVICE=bond0\nBONDING_OPTS=\"mode=4\"\n")},
					{Line: 23, Path: "/etc/NetworkManager/system-connections/bond0.nmconnection", Contents: []byte("[connection]\nid=bond0\ntype=bond\n"),
						Overwrite: text.Of(true, 22)},
				},
				KernelArgs: []text.At[string]{text.Of("bond=bond0:eno1,eno2:mode=802.3ad", 32), text.Of("ip=bond0:dhcp", 33)}},
			{Meta: Meta{Line: 35, Name: "11-nmstate"}, Files: []ConfigFile{
				{Line: 49, Path: "/etc/nmstate/openshift/cluster.yml", Contents: []byte("interfaces: []\n"), Overwrite: text.Of(false, 48)},
				{Line: 53, Path: "/etc/modprobe.d/bonding.conf", Contents: []byte("options bonding mode=1\n"), Appended: true},
			}},
		},
		Pools: []Pool{{Meta: Meta{Line: 55, Name: "worker"}, NodeSelector: map[string]string{"node-role.kubernetes.io/worker": ""},
			Rendered: text.Of("rendered-worker-24d2bd3a2af8e32e4bd3a5a0a8d0ee4c", 65)}},
	})
}

func TestIsNetworkFile(t *testing.T) {
	for name, want := range map[string]bool{
		"/etc/sysconfig/network-scripts/ifcfg-bond0":            true,
		"/etc/sysconfig/network-scripts/route-bond0":            false,
		"/etc/NetworkManager/system-connections/a.nmconnection": true,
		"/etc/NetworkManager/conf.d/99-sdn.conf":                false,
		"/etc/nmstate/a.yml":                                    true,
		"/etc/nmstate/openshift/worker-0.yaml":                  true,
		"/etc/nmstate/a.policy":                                 false,
		"/etc/modprobe.d/bonding.conf":                          true,
		"/etc/modprobe.d/":                                      false,
		"/usr/local/bin/configure-ovs.sh":                       false,
		"":                                                      false,
	} {
		if isNetworkFile(name) != want {
			t.Errorf("%s: not %v", name, want)
		}
	}
}

// zip packs with gzip.
func zip(t *testing.T, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestContents(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	packed := zip(t, []byte("hello"))
	bomb := zip(t, make([]byte, 8*maxContents))
	for _, c := range []struct {
		name, contents, want string
		why                  string
	}{
		{"percent", "{source: 'data:,a%20b+c%0A'}", "a b+c\n", ""},
		{"plain", "{source: 'data:text/plain,a,b'}", "a,b", ""},
		{"base64", "{source: 'data:;base64,aGVsbG8='}", "hello", ""},
		{"base64 without padding", "{source: 'data:;base64,aGVsbG8'}", "hello", ""},
		{"base64 with percents", "{source: 'data:;base64,aGVsbG8%3D'}", "hello", ""},
		{"base64 of URLs", "{source: 'data:;base64,-_8='}", "\xfb\xff", ""},
		{"base64 with blanks", "{source: 'data:;base64,aGVs bG8='}", "hello", ""},
		{"upper case", "{source: 'DATA:text/plain;charset=UTF-8;BASE64,aGVsbG8='}", "hello", ""},
		{"gzip", "{compression: gzip, source: 'data:;base64," + b64(packed) + "'}", "hello", ""},
		{"gzip without saying so", "{source: 'data:;base64," + b64(packed) + "'}", "hello", ""},
		{"empty", "{source: 'data:,'}", "", ""},
		{"no source", "{source: ''}", "", ""},
		{"null", "null", "", ""},
		{"elsewhere", "{source: 'https://example.com/x'}", "", "not a data URL"},
		{"no comma", "{source: 'data:abc'}", "", "without data"},
		{"bad percent", "{source: 'data:,a%zz'}", "", "cannot be decoded"},
		{"bad base64", "{source: 'data:;base64,aGVs!!'}", "hel", "not base64"},
		{"other compression", "{compression: zstd, source: 'data:,a'}", "", "unknown compression"},
		{"not gzip", "{compression: gzip, source: 'data:,a'}", "", "not gzip"},
		{"cut gzip", "{compression: gzip, source: 'data:;base64," + b64(packed[:len(packed)-4]) + "'}", "hello", "damaged"},
		{"bomb", "{compression: gzip, source: 'data:;base64," + b64(bomb) + "'}", string(make([]byte, maxContents)), "too long"},
		{"long", "{source: 'data:," + strings.Repeat("a", maxContents+1) + "'}", strings.Repeat("a", maxContents), "too long"},
	} {
		got, problems := Parse([]byte("{kind: MachineConfig, metadata: {name: a}, spec: {config: {storage: {files: [{path: /etc/modprobe.d/a, contents: " +
			c.contents + "}]}}}}"))
		if len(got.MachineConfigs) != 1 || len(got.MachineConfigs[0].Files) != 1 {
			t.Fatalf("%s: problems %+v", c.name, problems)
		}
		if have := string(got.MachineConfigs[0].Files[0].Contents); have != c.want {
			t.Errorf("%s: %.100q, want %.100q", c.name, have, c.want)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
		if len(problems) > 0 && strings.Contains(problems[0].Text, ",") {
			t.Errorf("%s: contents in a problem: %s", c.name, problems[0].Text)
		}
	}
}

func TestTotalOfContents(t *testing.T) {
	bomb := base64.StdEncoding.EncodeToString(zip(t, make([]byte, 2*maxContents)))
	file := "{path: /etc/modprobe.d/a, contents: &c {source: 'data:;base64," + bomb + "'}},"
	got, problems := Parse([]byte("{kind: MachineConfig, metadata: {name: a}, spec: {config: {storage: {files: [" + file +
		strings.Repeat("{path: /etc/modprobe.d/b, contents: *c},", 2*maxTotal/maxContents) + "]}}}}"))
	total := 0
	for _, f := range got.MachineConfigs[0].Files {
		total += len(f.Contents)
	}
	if total != maxTotal || len(problems) == 0 {
		t.Errorf("%d bytes, %d problems", total, len(problems))
	}
}

// cluster are a node and the version of OpenShift 4.16.
const cluster = `apiVersion: v1
kind: Node
metadata:
  annotations:
    machineconfiguration.openshift.io/currentConfig: rendered-worker-24d2bd3a2af8e32e4bd3a5a0a8d0ee4c
  labels:
    kubernetes.io/hostname: worker-0
  name: worker-0.example.com
spec: {}
status:
  addresses:
  - address: 192.0.2.10
    type: InternalIP
  - address: 2001:db8::10
    type: InternalIP
  - address: worker-0.example.com
    type: Hostname
  images:
  - names:
    - quay.io/x
    sizeBytes: 1
  nodeInfo:
    kernelVersion: 5.14.0-427.13.1.el9_4.x86_64
    machineID: e5a5c1f5bd5f4e5ea5a4e6a5d7c9b1a2
    osImage: Red Hat Enterprise Linux CoreOS 416.94.202405291527-0
---
apiVersion: config.openshift.io/v1
kind: ClusterVersion
metadata:
  name: version
spec:
  clusterID: 70a0b1c2-0000-4000-8000-000000000001
status:
  desired:
    version: 4.16.1
  history:
  - state: Partial
    version: 4.16.1
  - state: Completed
    version: 4.16.0
  - state: Completed
    version: 4.15.9
`

func TestCluster(t *testing.T) {
	check(t, cluster, Objects{
		Nodes: []Node{{
			Meta:      Meta{Line: 1, Name: "worker-0.example.com", Labels: map[string]string{"kubernetes.io/hostname": "worker-0"}},
			Addresses: []string{"192.0.2.10", "2001:db8::10"}, Hostname: "worker-0.example.com",
			OSImage: text.Of("Red Hat Enterprise Linux CoreOS 416.94.202405291527-0", 25), Kernel: text.Of("5.14.0-427.13.1.el9_4.x86_64", 23),
			MachineID: text.Of("e5a5c1f5bd5f4e5ea5a4e6a5d7c9b1a2", 24),
			Config:    text.Of("rendered-worker-24d2bd3a2af8e32e4bd3a5a0a8d0ee4c", 5),
		}},
		Versions: []ClusterVersion{{Meta: Meta{Line: 27, Name: "version"}, ID: text.Of("70a0b1c2-0000-4000-8000-000000000001", 32), Version: text.Of("4.16.0", 40)}},
	})
}

func TestRole(t *testing.T) {
	labels := map[string]string{RoleLabel + "worker": "", RoleLabel + "infra": "", "kubernetes.io/os": "linux"}
	for config, want := range map[string]string{"rendered-worker-cnv-24d2bd3a": "worker-cnv", "": "infra, worker", "rendered-": "infra, worker", "other-1": "infra, worker"} {
		if got := (Node{Meta: Meta{Labels: labels}, Config: text.Of(config, 1)}).Role(); got != want {
			t.Errorf("%q: %q", config, got)
		}
	}
	if got := (Node{}).Role(); got != "" {
		t.Errorf("%q", got)
	}
}

func TestVersionWhileInstalling(t *testing.T) {
	got, problems := Parse([]byte("{kind: ClusterVersion, apiVersion: config.openshift.io/v1, metadata: {name: version}, " +
		"status: {desired: {version: 4.16.1}, history: [{state: Partial, version: 4.16.1}]}}"))
	if d := cmp.Diff(text.Of("4.16.1", 1), got.Versions[0].Version); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}
