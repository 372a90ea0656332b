package docker

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// dockerContainers is `docker inspect` of Docker 20.10, without what does not concern networks: of a container in two networks, one that has
// stopped, one in the host's namespace and one in the namespace of another.
const dockerContainers = `[
    {
        "Id": "d5e18133d213d8876d7d7763aea07b7fd7e9221b925737cd8c0975afa000ad65",
        "Created": "2026-11-22T10:09:17.8Z",
        "State": {
            "Status": "running",
            "Running": true,
            "Paused": false,
            "Pid": 25235,
            "ExitCode": 0
        },
        "Name": "/cbr2",
        "HostConfig": {
            "NetworkMode": "br2"
        },
        "NetworkSettings": {
            "Bridge": "",
            "SandboxID": "ffcf57148e04ca5ba4b0e352138851b078358c8271f07e392f5cbc0602b6dfd5",
            "SandboxKey": "/var/run/docker/netns/ffcf57148e04",
            "IPAddress": "",
            "MacAddress": "",
            "Networks": {
                "br1": {
                    "NetworkID": "1e9aa1005357e41c332ca3ecc22044d10bf484f35718a201bc7e16237550c4f6",
                    "IPAddress": "172.17.0.3",
                    "IPPrefixLen": 16,
                    "MacAddress": "02:42:ac:11:00:03"
                },
                "br2": {
                    "NetworkID": "47191a993eedf7f73ae2145c09f985e6cd13087efdb506f4f00deef4270a0b0d",
                    "IPAddress": "172.18.0.2",
                    "MacAddress": "02:42:ac:12:00:02"
                }
            }
        }
    },
    {
        "Id": "2d0cea36fc5bf93de21d38fa17159071f31402f9d4486351b22cde5a34beb542",
        "State": {"Status": "exited", "Running": false, "Pid": 0},
        "Name": "/cbr1",
        "HostConfig": {"NetworkMode": "br1"},
        "NetworkSettings": {"SandboxKey": "/var/run/docker/netns/20d872fc5225", "IPAddress": "", "MacAddress": "",
            "Networks": {"br1": {"IPAddress": "", "MacAddress": ""}}}
    },
    {
        "Id": "d51b300010b3dc2d8a70cab758cfa74916d419bfd3d302f86f3ce170734b6c17",
        "State": {"Status": "running", "Running": true, "Pid": 24996},
        "Name": "/chost",
        "HostConfig": {"NetworkMode": "host"},
        "NetworkSettings": {"SandboxKey": "/var/run/docker/netns/default", "Networks": {"host": {"IPAddress": "", "MacAddress": ""}}}
    },
    {
        "Id": "6be8cd8933cb44a32515d855d2b4efaab2202f37b31db794fb9d2ece632c591c",
        "State": {"Status": "running", "Running": true, "Pid": 26199},
        "Name": "/cshare",
        "HostConfig": {"NetworkMode": "container:57cca72dccb934dcb3f32e861e07b8eaec144296b91aeb75df7e97a2446d6e92"},
        "NetworkSettings": {"SandboxKey": "", "IPAddress": "", "MacAddress": "", "Networks": {}}
    }
]
`

func TestParseDockerContainers(t *testing.T) {
	want := []Container{
		{Line: 2, ID: "d5e18133d213d8876d7d7763aea07b7fd7e9221b925737cd8c0975afa000ad65", Name: "cbr2", Running: text.Of(true, 7), PID: 25235,
			NetMode: text.Of("br2", 14), Sandbox: text.Of("/var/run/docker/netns/ffcf57148e04", 19),
			Endpoints: []Endpoint{
				{Line: 23, Network: "br1", MAC: text.Of("02:42:ac:11:00:03", 27), IP: "172.17.0.3"},
				{Line: 29, Network: "br2", MAC: text.Of("02:42:ac:12:00:02", 32), IP: "172.18.0.2"},
			}},
		{Line: 37, ID: "2d0cea36fc5bf93de21d38fa17159071f31402f9d4486351b22cde5a34beb542", Name: "cbr1", Running: text.Of(false, 39),
			NetMode: text.Of("br1", 41), Sandbox: text.Of("/var/run/docker/netns/20d872fc5225", 42), Endpoints: []Endpoint{{Line: 43, Network: "br1"}}},
		{Line: 45, ID: "d51b300010b3dc2d8a70cab758cfa74916d419bfd3d302f86f3ce170734b6c17", Name: "chost", Running: text.Of(true, 47), PID: 24996,
			NetMode: text.Of("host", 49), Sandbox: text.Of("/var/run/docker/netns/default", 50), Endpoints: []Endpoint{{Line: 50, Network: "host"}}},
		{Line: 52, ID: "6be8cd8933cb44a32515d855d2b4efaab2202f37b31db794fb9d2ece632c591c", Name: "cshare", Running: text.Of(true, 54), PID: 26199,
			NetMode: text.Of("container:57cca72dccb934dcb3f32e861e07b8eaec144296b91aeb75df7e97a2446d6e92", 56)},
	}
	for _, s := range []string{dockerContainers, strings.ReplaceAll(dockerContainers, "\n", "\r\n")} {
		got, problems := ParseContainers([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

func TestParsePodmanContainers(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Container
	}{
		{"podman 3.0", `[
    {
        "Id": "b1c2",
        "State": {
            "OciVersion": "1.0.2-dev",
            "Status": "running",
            "Running": true,
            "Pid": 3013
        },
        "Name": "web",
        "NetworkSettings": {
            "EndpointID": "",
            "Gateway": "10.88.0.1",
            "IPAddress": "10.88.0.9",
            "IPPrefixLen": 16,
            "MacAddress": "d6:1b:73:04:81:03",
            "Bridge": "",
            "Ports": {},
            "SandboxKey": "/run/netns/cni-f925b703-b150-a170-20e9-b52030a89784",
            "Networks": {
                "podman": {
                    "EndpointID": "",
                    "IPAddress": "10.88.0.9",
                    "IPPrefixLen": 16,
                    "MacAddress": "d6:1b:73:04:81:03",
                    "NetworkID": "podman"
                }
            }
        },
        "HostConfig": {
            "NetworkMode": "bridge"
        }
    }
]`, Container{Line: 2, ID: "b1c2", Name: "web", Running: text.Of(true, 7), PID: 3013, NetMode: text.Of("bridge", 31),
			Sandbox:   text.Of("/run/netns/cni-f925b703-b150-a170-20e9-b52030a89784", 19),
			Endpoints: []Endpoint{{Line: 21, Network: "podman", MAC: text.Of("d6:1b:73:04:81:03", 25), IP: "10.88.0.9"}}}},
		{"podman 1.6, one network without a name", `[{"Id": "a", "State": {"Status": "running", "Running": true, "Pid": 7}, "Name": "db",
"NetworkSettings": {"Bridge": "", "SandboxKey": "/run/netns/cni-a", "IPAddress": "10.88.0.4", "IPPrefixLen": 16, "MacAddress": "0E:98:05:0d:1b:e6"},
"HostConfig": {"NetworkMode": "default"}}]`,
			Container{Line: 1, ID: "a", Name: "db", Running: text.Of(true, 1), PID: 7, NetMode: text.Of("default", 3), Sandbox: text.Of("/run/netns/cni-a", 2),
				Endpoints: []Endpoint{{Line: 2, MAC: text.Of("0e:98:05:0d:1b:e6", 2), IP: "10.88.0.4"}}}},
		{"podman 4.3, created", `[{"Id": "b", "State": {"Status": "created", "Running": false, "Pid": 0}, "Name": "pbr100",
"NetworkSettings": {"IPAddress": "", "MacAddress": "", "SandboxKey": "", "Networks": {"br100": {"IPAddress": "", "MacAddress": "", "NetworkID": "br100"}}},
"HostConfig": {"NetworkMode": "bridge"}}]`,
			Container{Line: 1, ID: "b", Name: "pbr100", Running: text.Of(false, 1), NetMode: text.Of("bridge", 3), Endpoints: []Endpoint{{Line: 2, Network: "br100"}}}},
		{"podman 4.3, host", `[{"Id": "c", "State": {"Status": "running"}, "Name": "phost", "NetworkSettings": {"SandboxKey": ""}, "HostConfig": {"NetworkMode": "host"}}]`,
			Container{Line: 1, ID: "c", Name: "phost", Running: text.Of(true, 1), NetMode: text.Of("host", 1)}},
		{"IPv6 only", `[{"Id": "d", "State": {"Status": "exited"}, "NetworkSettings": {"Networks": {"a": {"IPAddress": "", "GlobalIPv6Address": "fd00::2"}}}}]`,
			Container{Line: 1, ID: "d", Running: text.Of(false, 1), Endpoints: []Endpoint{{Line: 1, Network: "a", IP: "fd00::2"}}}},
	} {
		got, problems := ParseContainers([]byte(c.text))
		if d := cmp.Diff([]Container{c.want}, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestContainerDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		containers int
		why        string
	}{
		{"empty", "", 0, ""},
		{"none", "[]\n", 0, ""},
		{"error", "[]\nError: No such object: x\n", 0, "not JSON"},
		{"podman without locks", "Error: failed to get new shm lock manager: failed to create 2048 locks in /libpod_lock: no such file or directory\n", 0, "not JSON"},
		{"timeout", "timeout: failed to run command 'docker': No such file or directory\n", 0, "not JSON"},
		{"a message before", "time=\"2024-05-02T08:00:00Z\" level=warning msg=\"x\"\n" + dockerContainers, 4, "a message"},
		{"cut", until(dockerContainers, "172.18"), 1, "not JSON"},
		{"an image", `[{"Id": "sha256:ab", "RepoTags": ["bb:latest"]}]`, 0, "not a container"},
		{"state of an old podman", `[{"Id": "a", "State": "running"}]`, 1, ""},
		{"bad PID", `[{"Id": "a", "State": {"Pid": "x"}}]`, 1, "not a number"},
		{"bad truth", `[{"Id": "a", "State": {"Running": "x"}}]`, 1, "not a truth value"},
		{"null", `[{"Id": "a", "State": {"Running": null, "Pid": null}, "HostConfig": null, "NetworkSettings": null}]`, 1, ""},
		{"odd values", `[{"Id": [], "State": [], "NetworkSettings": {"Networks": {"a": 1, "b": null}}, "HostConfig": {"NetworkMode": {}}}]`, 1, ""},
	} {
		got, problems := ParseContainers([]byte(c.text))
		if len(got) != c.containers {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
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

func FuzzParseContainers(f *testing.F) {
	for _, s := range []string{dockerContainers, "x\n" + `{"State": {"Status": "running"}, "NetworkSettings": {"MacAddress": "A", "IPAddress": "1/2"}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseContainers(data)
		within(t, data, problems)
		for _, c := range list {
			within(t, data, nil, c.Line)
			for _, e := range c.Endpoints {
				within(t, data, nil, e.Line)
				if e.MAC.Found() && e.MAC.Value == "" || strings.Contains(e.IP, "/") {
					t.Errorf("%+v", e)
				}
			}
		}
	})
}
