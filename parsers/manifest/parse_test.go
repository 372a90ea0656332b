package manifest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const report = `{
    "version": "4.9.1",
    "cmdline": "report --batch",
    "start_time": "2026-11-22 06:43:51.157044",
    "end_time": "2026-11-22 06:46:38.584311",
    "policy": "CentOS Linux",
    "components": {
        "report": {
            "sysroot": "/",
            "profiles": [],
            "devices": {
                "storage": {"block": ["/dev/vda"], "fibre": []},
                "network": {
                    "ethernet": ["eth0", "eth1", "bond0"], "bridge": ["br0", "vnet0"], "team": [], "bond": ["bond0"], "tun": []
                }
            },
            "plugins": {
                "host": {"timeout": 120, "commands": [], "files": null},
                "networking": {
                    "timeout_hit": true,
                    "commands": [
                        {
                            "command": "ip", "parameters": ["-s", "-d", "link"], "exec": "ip -s -d link",
                            "filepath": "sos_commands/networking/ip_-s_-d_link", "truncated": false, "return_code": 0,
                            "start_time": 1795327058.713908, "tags": ["ip_s_link"]
                        },
                        {"exec": "brctl show", "filepath": null, "truncated": false, "return_code": 127},
                        {"exec": "ip netns", "filepath": "sos_commands/networking/ip_netns", "truncated": true, "return_code": 1}
                    ],
                    "files": [
                        {"specification": "/proc/net/", "files_copied": ["proc/812/net/bonding/bond0", "proc/812/net/dev"], "tags": []},
                        {"specification": "/etc/host*", "files_copied": ["etc/hosts"], "tags": []}
                    ]
                }
            },
            "tag_summary": {"a": {"b": [1, 2, {"c": null}]}}
        }
    }
}
`

func TestParse(t *testing.T) {
	want := Manifest{
		Version: "4.9.1", Policy: "CentOS Linux", Start: "2026-11-22 06:43:51.157044", End: "2026-11-22 06:46:38.584311",
		Sysroot: "/", Bonds: []string{"bond0"},
		Plugins: []Plugin{
			{Name: "host"},
			{Name: "networking", TimeoutHit: true,
				Commands: []Command{
					{Exec: "ip -s -d link", Path: "sos_commands/networking/ip_-s_-d_link"},
					{Exec: "brctl show", ReturnCode: 127},
					{Exec: "ip netns", Path: "sos_commands/networking/ip_netns", ReturnCode: 1, Truncated: true},
				},
				Files: []string{"proc/812/net/bonding/bond0", "proc/812/net/dev", "etc/hosts"}},
		},
	}
	got, problems := Parse([]byte(report))
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
	compact := strings.Join(strings.Fields(report), "")
	if got, problems := Parse([]byte(compact)); len(got.Plugins) != 2 || len(problems) > 0 {
		t.Errorf("on one line: %+v, problems %v", got, problems)
	}
}

func TestParseCollect(t *testing.T) {
	got, problems := Parse([]byte(`{"version": "4.9.1", "components": {"collect": {"nodes": ["a", "b"]}}}`))
	if d := cmp.Diff(Manifest{Version: "4.9.1", Collect: true}, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

func TestParseCut(t *testing.T) {
	before, _, _ := strings.Cut(report, `{"exec": "ip netns"`)
	got, problems := Parse([]byte(before))
	if len(got.Plugins) != 2 || len(got.Plugins[1].Commands) != 2 || !got.Plugins[1].TimeoutHit || got.Bonds == nil {
		t.Errorf("%+v", got)
	}
	if len(problems) != 1 || problems[0].Why != "the manifest ends early" || problems[0].Line < 26 {
		t.Errorf("problems %+v", problems)
	}
}

func TestParseDefects(t *testing.T) {
	for _, c := range []struct {
		name, text, version string
		problems            int
	}{
		{"empty", "", "", 0},
		{"blank", " \n", "", 0},
		{"no JSON", "error: no manifest\n", "", 1},
		{"no object", "[1, {\"a\": []}]", "", 1},
		{"wrong types", `{"version": 4, "components": [1], "policy": "x"}`, "", 2},
		{"null components", `{"version": "4.0", "components": null}`, "4.0", 0},
		{"wrong types below", `{"version": "4.0", "components": {"report": {"plugins": {"a": {"commands": [1, {"exec": 1}], "files": {}}}}}}`, "4.0", 3},
		{"invalid UTF-8", "{\"version\": \"4.\xff\"}", "4.\uFFFD", 0},
		{"deep", strings.Repeat(`{"x":[`, 200000), "", 1},
	} {
		got, problems := Parse([]byte(c.text))
		if got.Version != c.version || len(problems) != c.problems {
			t.Errorf("%s: %+v, problems %v", c.name, got, problems)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(report))
	f.Add([]byte(`{"components":{"collect":1,"report":{"devices":{"network":{"bond":[1]}},"plugins":{"a":null}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, problems := Parse(data)
		last := strings.Count(string(data), "\n") + 1
		for _, p := range problems {
			if p.Line < 1 || p.Line > last {
				t.Errorf("%+v, %d lines", p, last)
			}
		}
		for _, p := range m.Plugins {
			for _, c := range p.Commands {
				if c.Exec == "" {
					t.Errorf("%+v", p)
				}
			}
		}
	})
}
