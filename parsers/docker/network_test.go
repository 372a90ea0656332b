package docker

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// dockerNetworks is `docker network inspect br2 mv iv br1 bridge host` of Docker 20.10, without some IPAM and empty values.
const dockerNetworks = `[
    {
        "Name": "br2",
        "Id": "47191a993eedf7f73ae2145c09f985e6cd13087efdb506f4f00deef4270a0b0d",
        "Created": "2026-11-22T10:09:16.570883306Z",
        "Scope": "local",
        "Driver": "bridge",
        "EnableIPv6": false,
        "IPAM": {
            "Driver": "default",
            "Options": {},
            "Config": [
                {
                    "Subnet": "172.18.0.0/16",
                    "Gateway": "172.18.0.1"
                }
            ]
        },
        "Internal": false,
        "Attachable": false,
        "Ingress": false,
        "ConfigFrom": {
            "Network": ""
        },
        "ConfigOnly": false,
        "Containers": {
            "d5e18133d213d8876d7d7763aea07b7fd7e9221b925737cd8c0975afa000ad65": {
                "Name": "cbr2",
                "EndpointID": "a5bcf981b5acc1643a2e33f6f506b71b313da6c313a63fa3a28638c4813e03e1",
                "MacAddress": "02:42:AC:12:00:02",
                "IPv4Address": "172.18.0.2/16",
                "IPv6Address": ""
            }
        },
        "Options": {
            "com.docker.network.bridge.name": "br-guests"
        },
        "Labels": {}
    },
    {
        "Name": "mv",
        "Id": "3671b66d6462bae81a9407a70941add501c60a4a98c616d784bbf96ef8002c58",
        "Driver": "macvlan",
        "Internal": false,
        "Containers": {},
        "Options": {
            "macvlan_mode": "bridge",
            "parent": "eth0"
        },
        "Labels": {}
    },
    {
        "Name": "iv",
        "Id": "dccd7588ea26ccef4024a87b32cde9ddbd8203a1550e74f64b9111fee207ff8c",
        "Driver": "ipvlan",
        "Containers": {},
        "Options": {
            "ipvlan_mode": "l3",
            "parent": "ifb0"
        }
    },
    {
        "Name": "br1",
        "Id": "1e9aa1005357e41c332ca3ecc22044d10bf484f35718a201bc7e16237550c4f6",
        "Driver": "bridge",
        "Internal": true,
        "Options": {}
    },
    {
        "Name": "bridge",
        "Id": "782735c3d95c994cd49956cace3940ce2306c5ea6a8e04ed8e9cd96a53759936",
        "Driver": "bridge",
        "Containers": {
            "b33c1921b9dee2cdc01f8103a558d8a66482a7a93ffbc8367985dfefad79c0c8": {
                "Name": "cbr",
                "MacAddress": "",
                "IPv4Address": "",
                "IPv6Address": "fd00::242:ac11:2/64"
            }
        },
        "Options": {
            "com.docker.network.bridge.default_bridge": "true",
            "com.docker.network.bridge.enable_icc": "true",
            "com.docker.network.bridge.name": "docker0",
            "com.docker.network.driver.mtu": "1500"
        }
    },
    {
        "Name": "host",
        "Id": "c1274be417b6c2691cb967a0dcac784b7ee083b6f2e5480ea07742377fa0fed9",
        "Driver": "host",
        "IPAM": {
            "Driver": "default",
            "Options": null,
            "Config": []
        },
        "Containers": {},
        "Options": {}
    }
]
`

func TestParseDockerNetworks(t *testing.T) {
	want := []Network{
		{Line: 2, Name: "br2", ID: "47191a993eedf7f73ae2145c09f985e6cd13087efdb506f4f00deef4270a0b0d", Driver: "bridge",
			Bridge: text.Of("br-guests", 36), Internal: text.Of(false, 19),
			Endpoints: []Endpoint{{Line: 27, Container: "cbr2", MAC: text.Of("02:42:ac:12:00:02", 30), IP: "172.18.0.2"}}},
		{Line: 40, Name: "mv", ID: "3671b66d6462bae81a9407a70941add501c60a4a98c616d784bbf96ef8002c58", Driver: "macvlan",
			Parent: text.Of("eth0", 48), Mode: text.Of("bridge", 47), Internal: text.Of(false, 44)},
		{Line: 52, Name: "iv", ID: "dccd7588ea26ccef4024a87b32cde9ddbd8203a1550e74f64b9111fee207ff8c", Driver: "ipvlan",
			Parent: text.Of("ifb0", 59), Mode: text.Of("l3", 58)},
		{Line: 62, Name: "br1", ID: "1e9aa1005357e41c332ca3ecc22044d10bf484f35718a201bc7e16237550c4f6", Driver: "bridge",
			Bridge: text.Of("br-1e9aa1005357", 64), Internal: text.Of(true, 66)},
		{Line: 69, Name: "bridge", ID: "782735c3d95c994cd49956cace3940ce2306c5ea6a8e04ed8e9cd96a53759936", Driver: "bridge",
			Bridge: text.Of("docker0", 84), Endpoints: []Endpoint{{Line: 74, Container: "cbr", IP: "fd00::242:ac11:2"}}},
		{Line: 88, Name: "host", ID: "c1274be417b6c2691cb967a0dcac784b7ee083b6f2e5480ea07742377fa0fed9", Driver: "host"},
	}
	for _, s := range []string{dockerNetworks, strings.ReplaceAll(dockerNetworks, "\n", "\r\n")} {
		got, problems := ParseNetworks([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

func TestDockerBridge(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       text.At[string]
	}{
		{"default_bridge", `"Name": "default", "Id": "1e9aa1005357e41c", "Options": {"com.docker.network.bridge.default_bridge": "true"}`, text.Of("docker0", 1)},
		{"not default_bridge", `"Name": "a", "Id": "1e9aa1005357e41c", "Options": {"com.docker.network.bridge.default_bridge": "false"}`, text.Of("br-1e9aa1005357", 1)},
		{"name", `"Name": "bridge", "Id": "1e9aa1005357e41c", "Options": null`, text.Of("docker0", 1)},
		{"empty option", `"Name": "a", "Id": "1e9aa1005357e41c", "Options": {"com.docker.network.bridge.name": ""}`, text.Of("br-1e9aa1005357", 1)},
		{"short id", `"Name": "a", "Id": "1e9aa100535"`, text.At[string]{}},
		{"obfuscated id", `"Name": "a", "Id": "obfuscatedword0"`, text.At[string]{}},
	} {
		got, problems := ParseNetworks([]byte(`{"Driver": "bridge", ` + c.text + "}"))
		if len(got) != 1 || got[0].Bridge != c.want || len(problems) > 0 {
			t.Errorf("%s: %+v %v", c.name, got, problems)
		}
	}
}

func TestParsePodmanNetworks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Network
	}{
		{"bridge of podman 4.3, netavark", `[
     {
          "name": "br100",
          "id": "c4b08c09ef5558951e82b9a09cc7029ba07ccf6a3b60f027aa838477e5a0b170",
          "driver": "bridge",
          "network_interface": "podman1",
          "created": "2026-11-22T10:08:21.870817881Z",
          "subnets": [
               {
                    "subnet": "10.89.0.0/24",
                    "gateway": "10.89.0.1"
               }
          ],
          "ipv6_enabled": false,
          "internal": true,
          "dns_enabled": true,
          "options": {
               "vlan": "100"
          },
          "ipam_options": {
               "driver": "host-local"
          }
     }
]
`, Network{Line: 2, Name: "br100", ID: "c4b08c09ef5558951e82b9a09cc7029ba07ccf6a3b60f027aa838477e5a0b170", Driver: "bridge",
			Bridge: text.Of("podman1", 6), Internal: text.Of(true, 15), VLAN: text.Of(100, 18)}},
		{"macvlan of podman 4.3, netavark", `[{"name": "mv2", "id": "bd13", "driver": "macvlan", "network_interface": "bond0", "internal": false, "options": {"mode": "vepa"}}]`,
			Network{Line: 1, Name: "mv2", ID: "bd13", Driver: "macvlan", Parent: text.Of("bond0", 1), Internal: text.Of(false, 1), Mode: text.Of("vepa", 1)}},
		{"parent as an option", `[{"name": "mv2", "driver": "macvlan", "options": {"parent": "eth1"}}]`,
			Network{Line: 1, Name: "mv2", Driver: "macvlan", Parent: text.Of("eth1", 1)}},
		{"macvlan of podman 4.3, CNI", `[{"name": "mv1", "id": "3f48", "driver": "macvlan", "network_interface": "lo", "ipam_options": {"driver": "dhcp"}}]`,
			Network{Line: 1, Name: "mv1", ID: "3f48", Driver: "macvlan", Parent: text.Of("lo", 1)}},
		{"containers of podman 5", `[
     {
          "name": "podman",
          "driver": "bridge",
          "network_interface": "br0",
          "options": {"mode": "unmanaged"},
          "containers": {
               "e2e7b53d82e298aa68d5ad20044f5aebaa9705bc6a98849c9031c70c8822ac5a": {
                    "name": "web",
                    "interfaces": {
                         "eth0": {
                              "subnets": [
                                   {
                                        "ipnet": "10.88.0.2/16",
                                        "gateway": "10.88.0.1"
                                   }
                              ],
                              "mac_address": "CA:e7:05:0f:13:52"
                         }
                    }
               }
          }
     }
]`, Network{Line: 2, Name: "podman", Driver: "bridge", Bridge: text.Of("br0", 5), Mode: text.Of("unmanaged", 6),
			Endpoints: []Endpoint{{Line: 11, Container: "web", MAC: text.Of("ca:e7:05:0f:13:52", 18), IP: "10.88.0.2"}}}},
		{"podman 2, CNI", `[
    {
        "cniVersion": "0.4.0",
        "name": "podman",
        "plugins": [
            {
                "bridge": "cni-podman0",
                "hairpinMode": true,
                "ipMasq": true,
                "ipam": {"ranges": [[{"gateway": "10.88.0.1", "subnet": "10.88.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}], "type": "host-local"},
                "isGateway": true,
                "type": "bridge"
            },
            {
                "capabilities": {"portMappings": true},
                "type": "portmap"
            },
            {"type": "firewall"},
            {"type": "tuning"}
        ]
    }
]`, Network{Line: 2, Name: "podman", Driver: "bridge", Bridge: text.Of("cni-podman0", 7)}},
		{"macvlan of podman 3.4", `[{"cniVersion": "0.4.0", "name": "mv1", "plugins": [{"type": "tuning"}, {"type": "macvlan", "master": "bond0", "mode": "bridge"}]}]`,
			Network{Line: 1, Name: "mv1", Driver: "macvlan", Parent: text.Of("bond0", 1), Mode: text.Of("bridge", 1)}},
		{"other plugin", `[{"cniVersion": "0.4.0", "name": "p", "plugins": [{"type": "ptp"}]}]`, Network{Line: 1, Name: "p", Driver: "ptp"}},
	} {
		got, problems := ParseNetworks([]byte(c.text))
		if d := cmp.Diff([]Network{c.want}, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestNetworkDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		networks   int
		why        string
	}{
		{"empty", "", 0, ""},
		{"none", "[]\n", 0, ""},
		{"docker's error", "[]\nError: No such network: mvint\n", 0, "not JSON"},
		{"podman's error", "[]\nError: inspecting object: network mv1: unable to find network with name or ID mv1: network not found\n", 0, "not JSON"},
		{"no daemon", "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n", 0, "not JSON"},
		{"a message before", "WARNING: Error loading config file: /home/admin/.docker/config.json\n" + dockerNetworks, 6, "a message"},
		{"cut", until(dockerNetworks, "ipvlan_mode") + "ipv", 3, "not JSON"},
		{"a container", `[{"Id": "a", "Name": "/a", "State": {}}]`, 0, "not a network"},
		{"no plugins", `[{"cniVersion": "0.4.0", "name": "p", "plugins": []}]`, 1, ""},
		{"no object", `["a", 1, null]`, 0, "not an object"},
		{"bad number", `[{"driver": "bridge", "name": "a", "options": {"vlan": "x"}}]`, 1, "not a number"},
		{"odd values", `[{"Driver": "bridge", "Name": "a", "Containers": {"a": 1}, "Options": []}, {"driver": "macvlan", "containers": {"a": {"interfaces": {"b": []}}}}]`, 2, ""},
		{"invalid UTF-8", "[{\"Driver\": \"bridge\", \"Name\": \"a\xff\"}]", 1, ""},
	} {
		got, problems := ParseNetworks([]byte(c.text))
		if len(got) != c.networks {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func FuzzParseNetworks(f *testing.F) {
	for _, s := range []string{dockerNetworks, "x\n" + `[{"cniVersion": "0.4.0", "plugins": [{"type": "bridge"}]}, {"driver": "ipvlan", "containers": {"a": {"interfaces": {"b": {"subnets": [1]}}}}}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseNetworks(data)
		within(t, data, problems)
		for _, n := range list {
			within(t, data, nil, n.Line)
			for _, e := range n.Endpoints {
				within(t, data, nil, e.Line)
			}
			if n.Bridge.Found() && n.Bridge.Value == "" {
				t.Errorf("%+v", n)
			}
		}
	})
}
