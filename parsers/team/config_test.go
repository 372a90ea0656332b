package team

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// multiWatch is an example configuration of libteam with more of its options added.
const multiWatch = `{
	"device":	"team0",
	"runner":	{"name": "activebackup", "hwaddr_policy": "by_active"},
	"notify_peers": {"count": 3, "interval": 100},
	"hwaddr": "00:11:22:33:44:AA",
	"link_watch_policy": "all",
	"link_watch":	[
		{
		"name": "arp_ping",
		"interval": 100,
		"missed_max": 30,
		"target_host": "192.168.23.1"
		},
		{
		"name": "ethtool"
		}
	],
	"ports":	{
		"eth1": {
			"prio": -10,
			"sticky": true,
			"link_watch": {"name": "ethtool"}
		},
		"eth2": {
			"prio": 100,
			"link_watch": {"name": "nsna_ping"}
		}
	}
}`

// ifcfgValue is an example of libteam's initscripts.
const ifcfgValue = `{"runner": {"name": "lacp", "active": 1, "fast_rate": 1, "tx_hash": ["eth", "ipv4", "ipv6"]},"link_watch":	{"name": "ethtool"}}`

func TestParseConfig(t *testing.T) {
	hash := text.Of([]string{"eth", "ipv4", "ipv6"}, 1)
	lacp := Config{Line: 1, Runner: text.Of("lacp", 1), Active: text.Of(true, 1), FastRate: text.Of(true, 1), TxHash: hash,
		LinkWatch: []text.At[string]{text.Of("ethtool", 1)}}
	activebackup := Config{Line: 1, Runner: text.Of("activebackup", 1), LinkWatch: []text.At[string]{text.Of("ethtool", 1)}}
	for _, c := range []struct {
		name, text string
		want       Config
	}{
		{"example of libteam", multiWatch, Config{
			Line: 1, Device: "team0", Runner: text.Of("activebackup", 3), HWAddrPolicy: text.Of("by_active", 3), NotifyPeers: text.Of(3, 4),
			MAC:       text.Of("00:11:22:33:44:aa", 5),
			LinkWatch: []text.At[string]{text.Of("arp_ping", 9), text.Of("ethtool", 15), text.Of("nsna_ping", 26)},
			Ports:     []text.At[string]{text.Of("eth1", 19), text.Of("eth2", 24)},
		}},
		{"config dump of RHEL 7, loadbalance", "{\n    \"device\": \"team0\",\n    \"ports\": {\n        \"eth0\": {\n            \"link_watch\": {\n                \"name\": \"ethtool\"\n            }\n        }\n    },\n" +
			"    \"runner\": {\n        \"name\": \"loadbalance\",\n        \"tx_balancer\": {\n            \"name\": \"basic\"\n        },\n        \"tx_hash\": [\n            \"eth\",\n            \"ipv4\",\n            \"ipv6\"\n        ]\n    }\n}\n",
			Config{Line: 1, Device: "team0", Runner: text.Of("loadbalance", 11), TxBalancer: text.Of("basic", 13),
				TxHash:    text.Of([]string{"eth", "ipv4", "ipv6"}, 15),
				LinkWatch: []text.At[string]{text.Of("ethtool", 6)}, Ports: []text.At[string]{text.Of("eth0", 4)}}},
		{"lacp with all that is read", `{"runner": {"name": "lacp", "active": false, "fast_rate": true, "min_ports": 2}}`,
			Config{Line: 1, Runner: text.Of("lacp", 1), Active: text.Of(false, 1), FastRate: text.Of(true, 1), MinPorts: text.Of(2, 1)}},
		{"no configuration: the default", "{}\n", Config{Line: 1}},
		{"value of TEAM_CONFIG", ifcfgValue, lacp},
		{"line of ifcfg", "TEAM_CONFIG='" + ifcfgValue + "'\n", lacp},
		{"line of ifcfg, double quotes", `TEAM_CONFIG="` + strings.ReplaceAll(ifcfgValue, `"`, `\"`) + `"`, lacp},
		{"double-quoted value", strings.ReplaceAll(ifcfgValue, `"`, `\"`), lacp},
		{"line of a keyfile", `config={"runner": {"name": "activebackup"}, "link_watch": {"name": "ethtool"}}`, activebackup},
		{"value of a keyfile with escapes", `{\n\t"runner": {\n\t\t"name": "activebackup"\n\t},\n\t"link_watch":\s{"name": "ethtool"}\n}`, activebackup},
		{"over several lines", "\n  TEAM_CONFIG='{\n \"runner\": {\"name\": \"random\"}}'\n", Config{Line: 2, Runner: text.Of("random", 3)}},
	} {
		got, problems := ParseConfig([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestConfigDefects(t *testing.T) {
	for _, c := range []struct {
		name, text, runner, why string
	}{
		{"empty", "", "", ""},
		{"stderr", "This program is not intended to be run as root.\n", "", "not JSON"},
		{"a list", "[1]", "", "not the configuration of a team"},
		{"a word", `"lacp"`, "", "not the configuration of a team"},
		{"cut", until(multiWatch, "by_active"), "activebackup", "not JSON from here on"},
		{"cut, escaped", `{\n "runner": {"name": "lacp", "act`, "lacp", "not JSON from here on"},
		{"open quote", `TEAM_CONFIG='{"runner": {"name": "lacp"}}`, "lacp", ""},
		{"odd types", `{"runner": {"name": "lacp", "active": [], "min_ports": "many", "tx_hash": "eth"}, "link_watch": 3, "ports": []}`, "lacp", "not a number"},
		{"single backslash", `{"runner": {"name": "lacp"}}\`, "lacp", "not JSON"},
	} {
		got, problems := ParseConfig([]byte(c.text))
		if got.Runner.Value != c.runner {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	for _, s := range []string{multiWatch, ifcfgValue, "TEAM_CONFIG='" + ifcfgValue + "'\n", `config={\n"runner": {}}`, "'", "\n\n=\"", `\`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := ParseConfig(data)
		lines := []int{c.Line, c.Runner.Line, c.Active.Line, c.TxHash.Line, c.MinPorts.Line, c.MAC.Line}
		for _, v := range append(c.LinkWatch, c.Ports...) {
			lines = append(lines, v.Line)
		}
		inRange(t, data, lines, problems)
	})
}
