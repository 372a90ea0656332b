package team

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// lacpDump has the form of `teamdctl team0 state dump`, put together from the state values of teamd_runner_lacp.c.
const lacpDump = `{
    "ports": {
        "eth1": {
            "ifinfo": {
                "dev_addr": "52:54:00:6A:13:EE",
                "dev_addr_len": 6,
                "ifindex": 4,
                "ifname": "eth1"
            },
            "link": {
                "duplex": "full",
                "speed": 10000,
                "up": true
            },
            "link_watches": {
                "list": {
                    "link_watch_0": {
                        "delay_down": 0,
                        "delay_up": 0,
                        "down_count": 2,
                        "name": "ethtool",
                        "up": true
                    }
                },
                "up": true
            },
            "runner": {
                "actor_lacpdu_info": {
                    "key": 0,
                    "port": 4,
                    "port_priority": 255,
                    "state": 61,
                    "system": "52:54:00:6a:13:ee",
                    "system_priority": 65535
                },
                "aggregator": {
                    "id": 4,
                    "selected": true
                },
                "key": 0,
                "partner_lacpdu_info": {
                    "key": 8,
                    "port": 51,
                    "port_priority": 32768,
                    "state": 60,
                    "system": "C4:7D:4F:44:55:66",
                    "system_priority": 32768
                },
                "prio": 255,
                "selected": true,
                "state": "current"
            }
        }
    },
    "runner": {
        "active": true,
        "fast_rate": false,
        "select_policy": "lacp_prio",
        "sys_prio": 65535
    },
    "setup": {
        "daemonized": false,
        "dbus_enabled": true,
        "debug_level": 0,
        "kernel_team_mode_name": "loadbalance",
        "pid": 5018,
        "pid_file": "/var/run/teamd/team0.pid",
        "runner_name": "lacp",
        "zmq_enabled": false
    },
    "team_device": {
        "ifinfo": {
            "dev_addr": "52:54:00:6A:13:EE",
            "dev_addr_len": 6,
            "ifindex": 5,
            "ifname": "team0"
        }
    }
}
`

// roundrobinDump is a host's dump, compacted, with a second link watch added; it has no runner object.
const roundrobinDump = `{
    "ports": {
        "eno12399": {
            "ifinfo": {"dev_addr": "9c:63:c0:bd:7d:5e", "dev_addr_len": 6, "ifindex": 4, "ifname": "eno12399"},
            "link": {"duplex": "full", "speed": 10000, "up": true},
            "link_watches": {"list": {
                "link_watch_0": {"delay_down": 0, "delay_up": 0, "down_count": 0, "name": "ethtool", "up": true},
                "link_watch_1": {"down_count": 3, "name": "arp_ping", "up": false}},
                "up": false}
        },
        "ens1f0": {
            "link": {"duplex": "half", "speed": 0, "up": false}
        }
    },
    "setup": {"kernel_team_mode_name": "roundrobin", "runner_name": "roundrobin"},
    "team_device": {"ifinfo": {"dev_addr": "9c:63:c0:bd:7d:5e", "ifindex": 8, "ifname": "team0"}}
}
`

// activebackupDump is a host's dump without ports.
const activebackupDump = `{
    "runner": {
        "active_port": "eno1"
    },
    "setup": {
        "kernel_team_mode_name": "activebackup",
        "runner_name": "activebackup"
    },
    "team_device": {
        "ifinfo": {
            "ifindex": 5
        }
    }
}
`

func TestParseStateDump(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       State
	}{
		{"lacp", lacpDump, State{
			Line: 1, Device: "team0", MAC: text.Of("52:54:00:6a:13:ee", 73), Runner: text.Of("lacp", 68),
			LACPActive: text.Of(true, 56), FastRate: text.Of(false, 57),
			Ports: []Port{{
				Line: 3, Name: "eth1", Up: text.Of(true, 25), Speed: text.Of(10000, 12), Duplex: text.Of("full", 11),
				MAC: text.Of("52:54:00:6a:13:ee", 5), DownCount: text.Of(2, 20), LinkWatch: text.Of("ethtool", 21),
				Aggregator: text.Of(4, 37), AggSelected: text.Of(true, 38), Selected: text.Of(true, 50), LACPState: text.Of("current", 51),
				ActorState: text.Of(61, 32), PartnerState: text.Of(60, 45), PartnerMAC: text.Of("c4:7d:4f:44:55:66", 46), PartnerKey: text.Of(8, 42),
			}}}},
		{"roundrobin, two link watches", roundrobinDump, State{
			Line: 1, Device: "team0", MAC: text.Of("9c:63:c0:bd:7d:5e", 16), Runner: text.Of("roundrobin", 15),
			Ports: []Port{
				{Line: 3, Name: "eno12399", Up: text.Of(false, 9), Speed: text.Of(10000, 5), Duplex: text.Of("full", 5),
					MAC: text.Of("9c:63:c0:bd:7d:5e", 4), DownCount: text.Of(3, 8), LinkWatch: text.Of("ethtool,arp_ping", 7)},
				{Line: 11, Name: "ens1f0", Up: text.Of(false, 12), Speed: text.Of(0, 12), Duplex: text.Of("half", 12)},
			}}},
		{"activebackup", activebackupDump, State{Line: 1, Runner: text.Of("activebackup", 7), ActivePort: text.Of("eno1", 3)}},
		{"no active port", `{"setup": {"runner_name": "activebackup"}, "runner": {"active_port": ""}}`,
			State{Line: 1, Runner: text.Of("activebackup", 1)}},
		{"lacp of the first releases", `{"setup": {"runner_name": "lacp"},
"runner": {"selected_aggregator_id": 4, "active": true, "sys_prio": 65535, "fast_rate": true},
"ports": {"eth1": {"runner": {"selected": true, "aggregator_id": 4, "state": "current"}},
"eth2": {"runner": {"selected": false, "aggregator_id": 0, "state": "expired"}}}}`,
			State{Line: 1, Runner: text.Of("lacp", 1), LACPActive: text.Of(true, 2), FastRate: text.Of(true, 2), Ports: []Port{
				{Line: 3, Name: "eth1", Aggregator: text.Of(4, 3), AggSelected: text.Of(true, 3), Selected: text.Of(true, 3), LACPState: text.Of("current", 3)},
				{Line: 4, Name: "eth2", Aggregator: text.Of(0, 4), AggSelected: text.Of(false, 4), Selected: text.Of(false, 4), LACPState: text.Of("expired", 4)},
			}}},
	} {
		for _, s := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
			got, problems := ParseState([]byte(s))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
				t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
			}
		}
	}
}

// lacpView is `teamdctl -v media state` of RHEL 7.
const lacpView = `setup:
  runner: lacp
  kernel team mode: loadbalance
  D-BUS enabled: yes
  ZeroMQ enabled: no
  debug level: 0
  daemonized: no
  PID: 5018
  PID file: /var/run/teamd/media.pid
ports:
  en5
    ifindex: 4
    addr: 00:0f:53:AA:BB:CC
    ethtool link: 10000mbit/fullduplex/up
    link watches:
      link summary: up
      instance[link_watch_0]:
        name: ethtool
        link: up
        down count: 0
        link up delay: 0
        link down delay: 0
    runner:
      aggregator ID: 4, Selected
      selected: yes
      state: current
      key: 0
      priority: 255
      actor LACPDU info:
        system priority: 65535
        system: 00:0f:53:11:22:33
        key: 0
        port_priority: 255
        port: 4
        state: 0x3d
      partner LACPDU info:
        system priority: 32768
        system: C4:7d:4f:44:55:66
        key: 8
        port_priority: 32768
        port: 51
        state: 0x3c
  en6
    ifindex: 5
    addr: 00:0f:53:dd:ee:ff
    ethtool link: 0mbit/halfduplex/down
    link watches:
      link summary: down
      instance[link_watch_0]:
        name: ethtool
        link: down
        down count: 1
    runner:
      aggregator ID: 0
      selected: no
      state: disabled
runner:
  active: yes
  fast rate: no
  system priority: 65535
`

// activebackupView is of Fedora CoreOS, with link watches changed on the second port.
const activebackupView = `setup:
  runner: activebackup
ports:
  eth0
    link watches:
      link summary: up
      instance[link_watch_0]:
        name: ethtool
        link: up
        down count: 0
  eth1.100
    link watches:
      link summary: down
      instance[link_watch_0]:
        name: arp_ping
        link: down
        down count: 7
      instance[link_watch_1]:
        name: nsna_ping
        link: up
        down count: 0
runner:
  active port: eth0
`

func TestParseStateView(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       State
	}{
		{"lacp", lacpView, State{
			Line: 1, Runner: text.Of("lacp", 2), LACPActive: text.Of(true, 58), FastRate: text.Of(false, 59),
			Ports: []Port{
				{Line: 11, Name: "en5", Up: text.Of(true, 16), Speed: text.Of(10000, 14), Duplex: text.Of("full", 14),
					MAC: text.Of("00:0f:53:aa:bb:cc", 13), DownCount: text.Of(0, 20), LinkWatch: text.Of("ethtool", 18),
					Aggregator: text.Of(4, 24), AggSelected: text.Of(true, 24), Selected: text.Of(true, 25), LACPState: text.Of("current", 26),
					ActorState: text.Of(0x3d, 35), PartnerState: text.Of(0x3c, 42), PartnerMAC: text.Of("c4:7d:4f:44:55:66", 38), PartnerKey: text.Of(8, 39)},
				{Line: 43, Name: "en6", Up: text.Of(false, 48), Speed: text.Of(0, 46), Duplex: text.Of("half", 46),
					MAC: text.Of("00:0f:53:dd:ee:ff", 45), DownCount: text.Of(1, 52), LinkWatch: text.Of("ethtool", 50),
					Aggregator: text.Of(0, 54), AggSelected: text.Of(false, 54), Selected: text.Of(false, 55), LACPState: text.Of("disabled", 56)},
			}}},
		{"activebackup", activebackupView, State{
			Line: 1, Runner: text.Of("activebackup", 2), ActivePort: text.Of("eth0", 23),
			Ports: []Port{
				{Line: 4, Name: "eth0", Up: text.Of(true, 6), DownCount: text.Of(0, 10), LinkWatch: text.Of("ethtool", 8)},
				{Line: 11, Name: "eth1.100", Up: text.Of(false, 13), DownCount: text.Of(7, 17), LinkWatch: text.Of("arp_ping,nsna_ping", 15)},
			}}},
		{"no ports yet", "setup:\n  runner: roundrobin\n", State{Line: 1, Runner: text.Of("roundrobin", 2)}},
	} {
		for _, s := range []string{c.text, strings.ReplaceAll(c.text, "\n", "\r\n")} {
			got, problems := ParseState([]byte(s))
			if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
				t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
			}
		}
	}
}

// until is the text before mark.
func until(s, mark string) string {
	before, _, _ := strings.Cut(s, mark)
	return before
}

func TestStateDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		runner     string
		ports      int
		why        string
	}{
		{"empty", "", "", 0, ""},
		{"blank", "\n \n", "", 0, ""},
		{"no device", "Device \"team0\" does not exist\n", "", 0, "not a line of a team's state"},
		{"no daemon", "command call failed (Invalid argument)\n", "", 0, "not a line of a team's state"},
		{"no command", "sh: teamdctl: command not found", "", 0, "not a line of a team's state"},
		{"other JSON", `{"kind": "Pod"}`, "", 0, "not the state of a team"},
		{"a configuration", `{"device": "team0", "runner": {"name": "lacp"}}`, "", 0, "not the state of a team"},
		{"cut dump", until(lacpDump, `"runner_name"`), "", 1, "not JSON from here on"},
		{"dump cut in a port", lacpDump[:strings.Index(lacpDump, `"prio"`)+3], "", 1, "not JSON from here on"},
		{"text after the dump", activebackupDump + "Failed to get state dump.\n", "activebackup", 0, "not JSON from here on"},
		{"odd types", `{"setup": [], "ports": {"eth0": 3, "eth1": {"link": {"up": "x", "speed": "fast"}}}, "runner": null}`, "", 2, "not a truth value"},
		{"invalid UTF-8", "{\"setup\": {\"runner_name\": \"la\xffcp\"}}", "la\uFFFDcp", 0, ""},
		{"cut view", lacpView[:strings.Index(lacpView, "runner:\n      aggregator")+3], "lacp", 1, "not a line of a team's state"},
		{"view without a head", strings.TrimPrefix(lacpView, until(lacpView, "ports:")), "", 2, ""},
		{"bad words", "setup:\n  runner: lacp\nports:\n  eth0\n    runner:\n      aggregator ID: x, Selected\n", "lacp", 1, "not a number"},
		{"bad flag", "setup:\n  runner: lacp\nrunner:\n  active: maybe\n", "lacp", 0, "neither yes nor no"},
		{"bad link", "setup:\n  runner: lacp\nports:\n  eth0\n    ethtool link: fast\n", "lacp", 1, "not a link's state"},
	} {
		got, problems := ParseState([]byte(c.text))
		if got.Runner.Value != c.runner || len(got.Ports) != c.ports {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func FuzzParseState(f *testing.F) {
	for _, s := range []string{lacpDump, roundrobinDump, activebackupDump, lacpView, activebackupView, "ports:\n eth0:\n  x:\n   y: 1\n", "runner:\n active port:"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, problems := ParseState(data)
		lines := []int{s.Line, s.Runner.Line, s.ActivePort.Line, s.LACPActive.Line, s.FastRate.Line, s.MAC.Line}
		for _, p := range s.Ports {
			if p.Line == 0 {
				t.Error("a port without a line")
			}
			lines = append(lines, p.Line, p.Up.Line, p.Speed.Line, p.DownCount.Line, p.LinkWatch.Line, p.Aggregator.Line, p.PartnerMAC.Line)
		}
		inRange(t, data, lines, problems)
	})
}

// inRange checks that lines (0 for absent) and problems are of the text.
func inRange(t *testing.T, data []byte, lines []int, problems text.Problems) {
	last := strings.Count(string(data), "\n") + 1
	for _, n := range lines {
		if n < 0 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
	for _, p := range problems {
		if p.Line < 1 || p.Line > last || p.Why == "" {
			t.Errorf("problem %+v of %d lines", p, last)
		}
	}
}
