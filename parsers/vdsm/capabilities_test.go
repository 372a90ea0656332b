package vdsm

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// caps440 has the form of `vdsm-client Host getCapabilities` of vdsm 4.40 (netinfo/cache.py): an LACP bond below a bridge, a bridgeless network.
const caps440 = `{
    "bondings": {
        "bond0": {
            "active_slave": "",
            "ad_aggregator_id": "1",
            "ad_partner_mac": "00:1C:73:00:00:99",
            "addr": "",
            "hwaddr": "b8:ca:3a:a9:77:e2",
            "ipv4defaultroute": false,
            "mtu": 9000,
            "opts": {
                "miimon": "100",
                "mode": "4",
                "xmit_hash_policy": "2"
            },
            "slaves": [
                "eno1",
                "eno2"
            ],
            "speed": 20000,
            "switch": "legacy"
        }
    },
    "bridges": {
        "ovirtmgmt": {
            "addr": "192.168.1.106",
            "mtu": 9000,
            "opts": {
                "ageing_time": "30000",
                "vlan_filtering": "0"
            },
            "ports": [
                "vnet0",
                "bond0.10"
            ],
            "stp": "off"
        }
    },
    "clusterLevels": ["4.2", "4.3", "4.4"],
    "networks": {
        "ovirtmgmt": {
            "addr": "192.168.1.102",
            "bridged": true,
            "iface": "ovirtmgmt",
            "ipv4defaultroute": true,
            "mtu": 9000,
            "ports": [
                "vnet0",
                "bond0.10"
            ],
            "southbound": "bond0.10",
            "stp": "off",
            "switch": "legacy",
            "vlanid": 10
        },
        "storage": {
            "bridged": false,
            "iface": "eno3",
            "interface": "eno3",
            "ipv4defaultroute": false,
            "mtu": 1500,
            "southbound": "eno3",
            "switch": "legacy"
        }
    },
    "nics": {
        "eno1": {
            "ad_aggregator_id": "1",
            "hwaddr": "b8:ca:3a:a9:77:e2",
            "mtu": 9000,
            "permhwaddr": "B8:ca:3a:a9:77:e3",
            "speed": 10000
        },
        "eno3": {
            "hwaddr": "b8:ca:3a:a9:77:e9",
            "mtu": 1500,
            "speed": 0
        }
    },
    "operatingSystem": {
        "name": "RHEL",
        "pretty_name": "oVirt Node 4.4.10",
        "release": "2.el8",
        "version": "8.6.2109.0"
    },
    "software_revision": "1",
    "software_version": "4.40.100.2",
    "vlans": {
        "bond0.10": {
            "iface": "bond0",
            "mtu": 9000,
            "vlanid": 10
        }
    }
}
`

func TestParseCapabilitiesJSON(t *testing.T) {
	want := Capabilities{
		Line: 1, Version: text.Of("4.40.100.2", 87), Release: text.Of("oVirt Node 4.4.10", 82),
		Cluster: []text.At[string]{text.Of("4.2", 39), text.Of("4.3", 39), text.Of("4.4", 39)},
		Bonds: []Bond{{
			Line: 3, Name: "bond0", Active: text.Of("", 4), PartnerMAC: text.Of("00:1c:73:00:00:99", 6), MAC: text.Of("b8:ca:3a:a9:77:e2", 8),
			Options: []netconf.Option{{Line: 12, Name: "miimon", Value: "100"}, {Line: 13, Name: "mode", Value: "4"}, {Line: 14, Name: "xmit_hash_policy", Value: "2"}},
			Slaves:  names(17, "eno1", "eno2"), Switch: text.Of("legacy", 21),
		}},
		Networks: []Network{
			{Line: 41, Name: "ovirtmgmt", Bridged: text.Of(true, 43), Bridge: text.Of("ovirtmgmt", 44), Default: text.Of(true, 45), MTU: text.Of(9000, 46),
				Switch: text.Of("legacy", 53), VLAN: text.Of(10, 54), Bond: text.Of("bond0", 90)},
			{Line: 56, Name: "storage", Bridged: text.Of(false, 57), Default: text.Of(false, 60), MTU: text.Of(1500, 61), NIC: text.Of("eno3", 62),
				Switch: text.Of("legacy", 63)},
		},
		Bridges: []Bridge{{Line: 25, Name: "ovirtmgmt", MTU: text.Of(9000, 27), Ports: names(33, "vnet0", "bond0.10"), STP: text.Of("off", 36)}},
		VLANs:   []VLAN{{Line: 89, Name: "bond0.10", Lower: text.Of("bond0", 90), MTU: text.Of(9000, 91), ID: text.Of(10, 92)}},
		NICs: []NIC{
			{Line: 67, Name: "eno1", MAC: text.Of("b8:ca:3a:a9:77:e2", 69), MTU: text.Of(9000, 70), PermMAC: text.Of("b8:ca:3a:a9:77:e3", 71), Speed: text.Of(10000, 72)},
			{Line: 74, Name: "eno3", MAC: text.Of("b8:ca:3a:a9:77:e9", 75), MTU: text.Of(1500, 76), Speed: text.Of(0, 77)},
		},
	}
	for _, s := range []string{caps440, strings.ReplaceAll(caps440, "\n", "\r\n")} {
		got, problems := ParseCapabilities([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

// caps416 has the form of `vdsClient -s 0 getVdsCaps` of vdsm 4.16 (printDict of vdsClient.py): values by pprint, indented below their keys.
const caps416 = "\tHBAInventory = {'FC': [],\n" +
	"\t                'iSCSI': [{'InitiatorName': 'iqn.1994-05.com.redhat:7d366003913'}]}\n" +
	"\tISCSIInitiatorName = 'iqn.1994-05.com.redhat:7d366003913'\n" +
	"\tbondings = {'bond0': {'active_slave': '',\n" +
	"\t                      'addr': '',\n" +
	"\t                      'cfg': {'BONDING_OPTS': 'mode=4 miimon=100',\n" +
	"\t                              'DEVICE': 'bond0'},\n" +
	"\t                      'hwaddr': '3A:02:ff:17:ac:74',\n" +
	"\t                      'mtu': '1500',\n" +
	"\t                      'opts': {'miimon': '100', 'mode': '4'},\n" +
	"\t                      'slaves': ['em1', 'em2']}}\n" +
	"\tbridges = {'VM \"net\"': {'ports': [u'vnet0', 'bond0.20'], 'stp': 'off'},\n" +
	"\t           'rhevm': {'mtu': '1500', 'ports': ['bond0'], 'stp': 'on'}}\n" +
	"\tclusterLevels = ['3.4', '3.5']\n" +
	"\thooks = <bound method x>\n" +
	"\tnetworks = {'VM \"net\"': {'bridged': True,\n" +
	"\t                         'iface': 'VM \"net\"',\n" +
	"\t                         'mtu': '',\n" +
	"\t                         'ports': [u'vnet0', 'bond0.20']},\n" +
	"\t            'rhevm': {'bridged': True,\n" +
	"\t                      'iface': 'rhevm',\n" +
	"\t                      'mtu': '1500',\n" +
	"\t                      'ports': ['bond0'],\n" +
	"\t                      'qosInbound': None}}\n" +
	"\tnics = {'em1': {'hwaddr': 'b8:ca:3a:a9:77:e2', 'mtu': '1500', 'permhwaddr': 'b8:ca:3a:a9:77:e2', 'speed': 1000L}}\n" +
	"\toperatingSystem = {'name': 'RHEV Hypervisor', 'release': '20150128.0.el6ev', 'version': '6.6'}\n" +
	"\tsoftware_version = '4.16'\n" +
	"\tvlans = {'bond0.20': {'iface': 'bond0', 'mtu': '1500'}}\n"

func TestParseCapabilitiesText(t *testing.T) {
	want := Capabilities{
		Line: 1, Version: text.Of("4.16", 27), Release: text.Of("RHEV Hypervisor 6.6", 26), Cluster: []text.At[string]{text.Of("3.4", 14), text.Of("3.5", 14)},
		Bonds: []Bond{{
			Line: 4, Name: "bond0", Active: text.Of("", 4), MAC: text.Of("3a:02:ff:17:ac:74", 8),
			Options: []netconf.Option{{Line: 10, Name: "miimon", Value: "100"}, {Line: 10, Name: "mode", Value: "4"}},
			Slaves:  []text.At[string]{text.Of("em1", 11), text.Of("em2", 11)},
		}},
		Networks: []Network{
			{Line: 16, Name: `VM "net"`, Bridged: text.Of(true, 16), Bridge: text.Of(`VM "net"`, 17), VLAN: text.Of(20, 28), Bond: text.Of("bond0", 28)},
			{Line: 20, Name: "rhevm", Bridged: text.Of(true, 20), Bridge: text.Of("rhevm", 21), MTU: text.Of(1500, 22), Bond: text.Of("bond0", 23)},
		},
		Bridges: []Bridge{
			{Line: 12, Name: `VM "net"`, Ports: []text.At[string]{text.Of("vnet0", 12), text.Of("bond0.20", 12)}, STP: text.Of("off", 12)},
			{Line: 13, Name: "rhevm", MTU: text.Of(1500, 13), Ports: []text.At[string]{text.Of("bond0", 13)}, STP: text.Of("on", 13)},
		},
		VLANs: []VLAN{{Line: 28, Name: "bond0.20", Lower: text.Of("bond0", 28), MTU: text.Of(1500, 28), ID: text.Of(20, 28)}},
		NICs: []NIC{{Line: 25, Name: "em1", MAC: text.Of("b8:ca:3a:a9:77:e2", 25), MTU: text.Of(1500, 25),
			PermMAC: text.Of("b8:ca:3a:a9:77:e2", 25), Speed: text.Of(1000, 25)}},
	}
	for _, s := range []string{caps416, strings.ReplaceAll(caps416, "\n", "\r\n")} {
		got, problems := ParseCapabilities([]byte(s))
		if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s\nproblems %v", d, problems)
		}
	}
}

// TestCapabilitiesForms has what a host with vdsm 4.18 reports, compacted, and networks on Open vSwitch.
func TestCapabilitiesForms(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Capabilities
	}{
		{"vdsm 4.18: a bridge on a NIC, a bond without slaves", `{"networks": {"ovirtmgmt": {"bridged": true, "iface": "ovirtmgmt",
"ipv4defaultroute": true, "mtu": "1500", "ports": ["vnet3", "eno1"], "switch": "legacy"}},
"nics": {"eno1": {"speed": 1000, "mtu": "1500"}}, "vlans": {},
"bondings": {"bond0": {"slaves": [], "opts": {"mode": "0", "custom": {"a": 1}}}},
"operatingSystem": {"name": "Fedora", "pretty_name": "Fedora 24 (Workstation)", "version": "23"}, "software_version": "4.18"}`,
			Capabilities{Line: 1, Version: text.Of("4.18", 5),
				Bonds: []Bond{{Line: 4, Name: "bond0", Options: []netconf.Option{{Line: 4, Name: "mode", Value: "0"}}}},
				NICs:  []NIC{{Line: 3, Name: "eno1", Speed: text.Of(1000, 3), MTU: text.Of(1500, 3)}},
				Networks: []Network{{Line: 1, Name: "ovirtmgmt", Bridged: text.Of(true, 1), Bridge: text.Of("ovirtmgmt", 1), Default: text.Of(true, 2),
					MTU: text.Of(1500, 2), NIC: text.Of("eno1", 2), Switch: text.Of("legacy", 2)}}}},
		{"a bridgeless network on a VLAN of a bond, before southbound was told", `{"networks": {"mig": {"bridged": false, "iface": "bond0.30"}},
"bondings": {"bond0": {}}, "vlans": {"bond0.30": {"iface": "bond0", "vlanid": 30}}}`,
			Capabilities{Line: 1, Bonds: []Bond{{Line: 2, Name: "bond0"}},
				VLANs:    []VLAN{{Line: 2, Name: "bond0.30", Lower: text.Of("bond0", 2), ID: text.Of(30, 2)}},
				Networks: []Network{{Line: 1, Name: "mig", Bridged: text.Of(false, 1), VLAN: text.Of(30, 2), Bond: text.Of("bond0", 2)}}}},
		{"Open vSwitch", `{"networks": {"n1": {"bond": "bond1", "nics": ["eth1", "eth2"], "vlanid": 122, "bridged": true, "switch": "ovs", "iface": "n1"},
"n2": {"bond": "", "nics": ["eth3"], "switch": "ovs"}}, "nics": {"eth3": {}}}`,
			Capabilities{Line: 1, NICs: []NIC{{Line: 2, Name: "eth3"}}, Networks: []Network{
				{Line: 1, Name: "n1", Bond: text.Of("bond1", 1), VLAN: text.Of(122, 1), Bridged: text.Of(true, 1), Bridge: text.Of("n1", 1), Switch: text.Of("ovs", 1)},
				{Line: 2, Name: "n2", NIC: text.Of("eth3", 2), Switch: text.Of("ovs", 2)}}}},
		{"an isolated network", `{"networks": {"iso": {"bridged": true, "iface": "iso", "ports": ["vnet0"], "southbound": null}}}`,
			Capabilities{Line: 1, Networks: []Network{{Line: 1, Name: "iso", Bridged: text.Of(true, 1), Bridge: text.Of("iso", 1)}}}},
		{"text on one line each", "\tnics = {}\n\tsoftware_version = '4.9'\n\tbondings = {u'bond\\xc3\\xa9': {'opts': {'mode': u'\\u0031'}, 'slaves': ('a',)}}\n",
			Capabilities{Line: 1, Version: text.Of("4.9", 2), Bonds: []Bond{{Line: 3, Name: "bondé",
				Slaves: []text.At[string]{text.Of("a", 3)}, Options: []netconf.Option{{Line: 3, Name: "mode", Value: "1"}}}}}},
	} {
		got, problems := ParseCapabilities([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestCapabilitiesDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		bonds      int
		why        string
	}{
		{"empty", "", 0, ""},
		{"no server", "vdsm-client: Connection to localhost:54321 with use_tls=True, timeout=60 failed: [Errno 111] Connection refused\n", 0, "not a line of a host's capabilities"},
		{"other JSON", `{"status": "Up"}`, 0, "not the capabilities of a host"},
		{"a list", "[1]", 0, "not a line of a host's capabilities"},
		{"cut JSON", caps440[:strings.Index(caps440, `"bridges"`)+5], 1, "not JSON from here on"},
		{"cut text", caps416[:strings.Index(caps416, "'slaves'")+14], 1, "it is cut"},
		{"cut in a string", caps416[:strings.Index(caps416, "'bond0'")+4], 0, "it is cut"},
		{"other text", "\tvmId = 'x'\n", 0, "not the capabilities of a host"},
		{"no colon", "bondings = {'bond0' {}}\nnics = {}\n", 0, "a colon is missing"},
		{"no comma", "bondings = {'bond0': {} 'bond1': {}}\nnics = {}\n", 1, "a comma is missing"},
		{"no literal", "bondings = {'bond0': <x>}\nnics = {}\n", 0, "no literal"},
		{"two literals", "bondings = {'bond0': {}} {}\nnics = {}\n", 1, "something follows it"},
		{"NUL", "bondings = \x00\nnics = {}\n", 0, "no literal"},
		{"deep", "nics = " + strings.Repeat("[", 100000), 0, "nested too deeply"},
		{"odd types", `{"bondings": {"bond0": 3}, "networks": [], "nics": "x", "vlans": {"a.b": null}, "clusterLevels": 4}`, 1, ""},
	} {
		got, problems := ParseCapabilities([]byte(c.text))
		if len(got.Bonds) != c.bonds {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func FuzzParseCapabilities(f *testing.F) {
	for _, s := range []string{caps440, caps416, "nics = [(u'\\x41', -1.5e3, True, None), {\n", "a = \\\nbondings = {'a': \"\\u12", "{\"networks\": {\"a\": {\"iface\": \"b\"}}}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, problems := ParseCapabilities(data)
		lines := []int{c.Line, c.Version.Line, c.Release.Line}
		for _, b := range c.Bonds {
			lines = append(lines, bondLines(t, b)...)
		}
		for _, n := range c.Networks {
			lines = append(lines, n.Line, n.Bond.Line, n.NIC.Line, n.VLAN.Line, n.Bridge.Line)
		}
		for _, v := range c.VLANs {
			lines = append(lines, v.Line, v.ID.Line, v.Lower.Line)
		}
		inRange(t, data, lines, problems)
	})
}
