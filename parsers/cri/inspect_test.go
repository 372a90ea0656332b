package cri

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/cni"
	"github.com/sosbond/sosbond/parsers/text"
)

// containerd2024 is `crictl inspectp` with containerd, of April 2024, without what does not concern networks.
const containerd2024 = `{
  "status": {
    "id": "fce6f52914c45673e3b34d9ede950fc24951c31380818f3e256e93eb0fe1f410",
    "metadata": {
      "attempt": 0,
      "name": "red-deployment-5bc7b56845-cgt7w",
      "namespace": "test-ns-fc5ef8f4",
      "uid": "0e760759-7576-4c0b-89d0-bf5c9539026e"
    },
    "state": "SANDBOX_READY",
    "createdAt": "2024-04-25T10:00:21.254165717Z",
    "network": {
      "additionalIps": [],
      "ip": "10.244.0.9"
    },
    "linux": {
      "namespaces": {
        "options": {
          "ipc": "POD",
          "network": "POD",
          "pid": "CONTAINER",
          "targetId": "",
          "usernsOptions": null
        }
      }
    },
    "labels": {
      "app": "test-app"
    },
    "annotations": {
      "kubernetes.io/config.seen": "2024-04-25T10:00:20.942545606Z",
      "kubernetes.io/config.source": "api"
    },
    "runtimeHandler": ""
  },
  "info": {
    "pid": 6075,
    "processStatus": "running",
    "netNamespaceClosed": false,
    "image": "registry.k8s.io/pause:3.7",
    "runtimeSpec": {
      "ociVersion": "1.0.2-dev",
      "annotations": {
        "io.kubernetes.cri.container-type": "sandbox"
      },
      "linux": {
        "namespaces": [
          {
            "type": "pid"
          },
          {
            "type": "network",
            "path": "/var/run/netns/cni-6c2f3f24-c065-fe4d-c5d6-849f28acc7de"
          }
        ]
      }
    },
    "cniResult": {
      "Interfaces": {
        "eth0": {
          "IPConfigs": [
            {
              "IP": "10.244.0.9",
              "Gateway": "10.244.0.1"
            }
          ],
          "Mac": "02:ED:dc:38:4b:9b",
          "Sandbox": "/var/run/netns/cni-6c2f3f24-c065-fe4d-c5d6-849f28acc7de"
        },
        "lo": {
          "Mac": "00:00:00:00:00:00",
          "Sandbox": "/var/run/netns/cni-6c2f3f24-c065-fe4d-c5d6-849f28acc7de"
        },
        "veth57ab7399": {
          "IPConfigs": null,
          "Mac": "02:a6:09:e1:2c:b0",
          "Sandbox": ""
        }
      },
      "Routes": [
        {
          "dst": "0.0.0.0/0"
        }
      ]
    }
  }
}
`

// crio2023 is the same with CRI-O, of December 2023, with the annotations of a pod that multus gave a second interface.
const crio2023 = `{
  "status": {
    "id": "1f04600dc6949359da68eee5fe7c4069706a567c07d1ef89fe3bbfdeac7a6dca",
    "metadata": {
      "attempt": 1,
      "name": "podsandbox1",
      "namespace": "redhat.test.crio",
      "uid": "redhat-test-crio"
    },
    "state": "SANDBOX_NOTREADY",
    "linux": {
      "namespaces": {
        "options": {
          "ipc": "POD",
          "network": "POD",
          "pid": "CONTAINER"
        }
      }
    },
    "annotations": {
      "k8s.v1.cni.cncf.io/network-status": "[{\n    \"name\": \"ovn-kubernetes\",\n    \"interface\": \"eth0\",\n    \"ips\": [\n        \"10.128.0.33\"\n    ],\n    \"mac\": \"0a:58:0a:80:00:21\",\n    \"default\": true,\n    \"dns\": {}\n},{\n    \"name\": \"default/br1-nad\",\n    \"interface\": \"net1\",\n    \"mac\": \"02:f7:5d:00:00:01\",\n    \"dns\": {}\n}]",
      "k8s.v1.cni.cncf.io/networks": "br1-nad"
    }
  },
  "info": {
    "image": "registry.k8s.io/pause:3.6",
    "pid": 1835000,
    "runtimeSpec": {
      "annotations": {
        "io.kubernetes.cri-o.CNIResult": "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"bridge\",\"mac\":\"ce:64:08:76:88:6a\"},{\"name\":\"veth71b0e931\",\"mac\":\"72:b7:4f:bc:e4:a4\"},{\"name\":\"eth0\",\"mac\":\"fe:06:00:f8:2f:4d\",\"sandbox\":\"/var/run/netns/dec735d1-0e86-44c1-94e0-a102173334a4\"}],\"ips\":[{\"interface\":2,\"address\":\"10.244.0.3/16\",\"gateway\":\"10.244.0.1\"}],\"dns\":{}}",
        "io.kubernetes.cri-o.HostNetwork": "false"
      },
      "linux": {
        "namespaces": [
          {
            "type": "network",
            "path": "/var/run/netns/dec735d1-0e86-44c1-94e0-a102173334a4"
          }
        ]
      }
    }
  }
}
`

func TestParseInspect(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Pod
	}{
		{"containerd of 2024", containerd2024, Pod{Line: 1, ID: "fce6f52914c45673e3b34d9ede950fc24951c31380818f3e256e93eb0fe1f410", Name: "red-deployment-5bc7b56845-cgt7w",
			Namespace: "test-ns-fc5ef8f4", Ready: text.Of(true, 10), HostNetwork: text.Of(false, 20),
			NetNS: text.Of("/var/run/netns/cni-6c2f3f24-c065-fe4d-c5d6-849f28acc7de", 53),
			Interfaces: []Interface{
				{Line: 60, Name: "eth0", MAC: text.Of("02:ed:dc:38:4b:9b", 60), InPod: true},
				{Line: 74, Name: "veth57ab7399", MAC: text.Of("02:a6:09:e1:2c:b0", 74)},
			}}},
		{"CRI-O of 2023", crio2023, Pod{Line: 1, ID: "1f04600dc6949359da68eee5fe7c4069706a567c07d1ef89fe3bbfdeac7a6dca", Name: "podsandbox1",
			Namespace: "redhat.test.crio", Ready: text.Of(false, 10), HostNetwork: text.Of(false, 15),
			NetNS: text.Of("/var/run/netns/dec735d1-0e86-44c1-94e0-a102173334a4", 37), Requested: text.Of("br1-nad", 22),
			Networks: []cni.Status{
				{Line: 21, Name: "ovn-kubernetes", Interface: "eth0", MAC: text.Of("0a:58:0a:80:00:21", 21), IPs: []string{"10.128.0.33"}, Default: true},
				{Line: 21, Name: "default/br1-nad", Interface: "net1", MAC: text.Of("02:f7:5d:00:00:01", 21)},
			},
			Interfaces: []Interface{
				{Line: 30, Name: "bridge", MAC: text.Of("ce:64:08:76:88:6a", 30)}, {Line: 30, Name: "veth71b0e931", MAC: text.Of("72:b7:4f:bc:e4:a4", 30)},
				{Line: 30, Name: "eth0", MAC: text.Of("fe:06:00:f8:2f:4d", 30), InPod: true},
			}}},
		{"containerd's plugin of 2017", `{
  "status": {"id": "6ecc8a386012a", "metadata": {"attempt": 0, "name": "kube-dns-6c857864fb-z88p2", "namespace": "kube-system"},
    "state": "SANDBOX_NOTREADY", "linux": {"namespaces": {"options": {"hostIpc": false, "hostNetwork": false, "hostPid": false}}}},
  "info": {"pid": 0, "processStatus": "deleted", "netNamespace": "/var/run/netns/cni-ae2bd03e-4f7e-d9d0-911e-dafa7bb860e2", "runtimeSpec": null}
}`, Pod{Line: 1, ID: "6ecc8a386012a", Name: "kube-dns-6c857864fb-z88p2", Namespace: "kube-system", Ready: text.Of(false, 3), HostNetwork: text.Of(false, 3),
			NetNS: text.Of("/var/run/netns/cni-ae2bd03e-4f7e-d9d0-911e-dafa7bb860e2", 4)}},
		{"host network", `{"status": {"id": "a", "metadata": {"name": "etcd", "namespace": "openshift-etcd"}, "state": "SANDBOX_READY",
"linux": {"namespaces": {"options": {"ipc": "POD", "network": "NODE", "pid": "NODE"}}}},
"info": {"runtimeSpec": {"linux": {"namespaces": [{"type": "ipc"}, {"type": "mount"}]}}}}`,
			Pod{Line: 1, ID: "a", Name: "etcd", Namespace: "openshift-etcd", Ready: text.Of(true, 1), HostNetwork: text.Of(true, 2)}},
		{"host network as a number", `{"status": {"linux": {"namespaces": {"options": {"network": 2}}}}}`, Pod{Line: 1, HostNetwork: text.Of(true, 1)}},
		{"host network of CRI-O alone", `{"status": {"id": "a"}, "info": {"runtimeSpec": {"annotations": {"io.kubernetes.cri-o.HostNetwork": "true"}}}}`,
			Pod{Line: 1, ID: "a", HostNetwork: text.Of(true, 1)}},
		{"annotations of the runtime, of an old multus", `{"status": {"id": "a", "annotations": {}}, "info": {"runtimeSpec": {"annotations":
{"k8s.v1.cni.cncf.io/networks-status": "[{\"name\": \"x\"}]", "k8s.v1.cni.cncf.io/networks": "[{\"name\": \"x\"}]"}}}}`,
			Pod{Line: 1, ID: "a", Networks: []cni.Status{{Line: 2, Name: "x"}}, Requested: text.Of(`[{"name": "x"}]`, 2)}},
		{"no info", `{"status": {"id": "a"}}`, Pod{Line: 1, ID: "a"}},
		{"in a list", "[\n" + `{"status": {"id": "a"}}` + "\n]", Pod{Line: 2, ID: "a"}},
		{"empty", "", Pod{}},
	} {
		for _, s := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
			got, problems := ParseInspect([]byte(s))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
				t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
			}
		}
	}
}

func TestInspectDefects(t *testing.T) {
	for _, c := range []struct {
		name, text, id string
		line           int
		why            string
	}{
		{"stderr", `time="2024-02-01T10:00:00Z" level=fatal msg="getting the status of the pod sandbox \"a\": rpc error: code = NotFound"` + "\n", "", 1, "not JSON"},
		{"a message before", "WARN[0000] runtime connect using default endpoints: [unix:///run/containerd/containerd.sock].\n{\"status\": {\"id\": \"a\"}}\n", "a", 1, "a message"},
		{"cut", until(containerd2024, "netNamespaceClosed"), "fce6f52914c45673e3b34d9ede950fc24951c31380818f3e256e93eb0fe1f410", 39, "not JSON"},
		{"a container", `{"status": {"id": "a", "state": "CONTAINER_RUNNING"}}`, "", 1, "not a pod"},
		{"no status", `{"items": []}`, "", 1, "not a pod"},
		{"no object", "[5]", "", 1, "not a pod"},
		{"two", "[{\"status\": {\"id\": \"a\"}},\n{\"status\": {\"id\": \"b\"}}]", "a", 2, "more than one"},
		{"bad annotation", "{\"status\": {\"id\": \"a\",\n\"annotations\": {\"k8s.v1.cni.cncf.io/network-status\": \"[{\\n\\n5\"}}}", "a", 2, "not JSON"},
		{"bad result", "{\"status\": {\"id\": \"a\"}, \"info\": {\"runtimeSpec\": {\"annotations\":\n{\"io.kubernetes.cri-o.CNIResult\": \"{\\n\\n\\n\"}}}}", "a", 2, "not JSON"},
		{"bad truth", `{"status": {"id": "a", "linux": {"namespaces": {"options": {"hostNetwork": "x"}}}}}`, "a", 1, "not a truth value"},
	} {
		got, problems := ParseInspect([]byte(c.text))
		if got.ID != c.id {
			t.Errorf("%s: %+v", c.name, got)
		}
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q in line %d", c.name, problems, c.why, c.line)
		}
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

func FuzzParseInspect(f *testing.F) {
	for _, s := range []string{containerd2024, crio2023, "x\n" + `[{"status": {"annotations": {"k8s.v1.cni.cncf.io/network-status": "[{\n\"mac\": \"a\"}, 5"}}}, {}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, problems := ParseInspect(data)
		within(t, data, problems)
		for _, n := range p.Networks {
			within(t, data, nil, n.Line)
			if n.MAC.Found() {
				within(t, data, nil, n.MAC.Line)
			}
		}
		for _, i := range p.Interfaces {
			within(t, data, nil, i.Line)
		}
	})
}
