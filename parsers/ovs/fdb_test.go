package ovs

import (
	"strings"
	"testing"
)

// fdb31 is of Open vSwitch 3.1.0; versions before 2.15 do not know static entries.
const fdb31 = ` port  VLAN  MAC                Age
LOCAL     0  50:54:00:00:00:77    2
    5     0  50:54:00:00:00:83    2
    7     5  FA:16:3E:00:00:99  static
   30  1500  fa:16:3e:42:49:25  226
`

var wantFDB31 = []MAC{
	{Line: 2, Port: -1, MAC: "50:54:00:00:00:77", Age: 2},
	{Line: 3, Port: 5, MAC: "50:54:00:00:00:83", Age: 2},
	{Line: 4, Port: 7, VLAN: 5, MAC: "fa:16:3e:00:00:99", Age: -1, Fixed: true},
	{Line: 5, Port: 30, VLAN: 1500, MAC: "fa:16:3e:42:49:25", Age: 226},
}

func TestParseFDB(t *testing.T) {
	tests := []struct {
		name, text string
		want       []MAC
		problems   []int
	}{
		{"3.1.0", fdb31, wantFDB31, nil},
		{"CRLF", strings.ReplaceAll(fdb31, "\n", "\r\n"), wantFDB31, nil},
		{"no entries", " port  VLAN  MAC                Age\n", nil, nil},
		{"addresses hidden", "    5     0  x-mac-0000000001-x    2\n65534     0  53:4f:53:00:00:01    1\n",
			[]MAC{{Line: 1, Port: 5, MAC: "x-mac-0000000001-x", Age: 2}, {Line: 2, Port: -1, MAC: "53:4f:53:00:00:01", Age: 1}}, nil},
		{"no such bridge", "no such bridge\novs-appctl: /var/run/openvswitch/ovs-vswitchd.1.ctl: server returned an error\n", nil, []int{1, 2}},
		{"fdb/stats-show", "Statistics for bridge \"br-ex\":\n  Current/maximum MAC entries in the table: 2/8192\n", nil, []int{1, 2}},
		{"bad numbers", "  -5  0  50:54:00:00:00:83  2\n  5  -1  50:54:00:00:00:83  2\n  5  0  50:54:00:00:00:83  old\n  x  0  50:54:00:00:00:83  2\n",
			nil, []int{1, 2, 3, 4}},
		{"no daemon", noDaemon, nil, []int{1, 2}},
		{"cut in the middle of a line", fdb31[:60], nil, []int{2}},
		{"invalid UTF-8", "\xff\n", nil, []int{1}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseFDB([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

// ports31 is of Open vSwitch 3.1.0.
const ports31 = `OFPT_FEATURES_REPLY (xid=0x2): dpid:0000020000000001
n_tables:254, n_buffers:0
capabilities: FLOW_STATS TABLE_STATS PORT_STATS QUEUE_STATS ARP_MATCH_IP
actions: output enqueue set_vlan_vid set_vlan_pcp strip_vlan mod_dl_src
 1(p7): addr:aa:55:aa:55:00:09
     config:     0
     state:      0
     speed: 0 Mbps now, 0 Mbps max
 2(patch-breth0_ov): addr:CA:2C:82:E9:06:42
     config:     0
     state:      LINK_DOWN
     current:    10GB-FD COPPER
     advertised: 1GB-FD COPPER AUTO_NEG
     supported:  1GB-FD COPPER AUTO_NEG
     peer:       1GB-FD COPPER
     speed: 10000 Mbps now, 0 Mbps max
 8(we ird): addr:aa:55:aa:55:00:0e
 LOCAL(br-int): addr:02:00:00:00:00:01
OFPT_GET_CONFIG_REPLY (xid=0x4): frags=normal miss_send_len=0
`

// description217 is of dump-ports-desc of Open vSwitch 2.17.
const description217 = `OFPST_PORT_DESC reply (xid=0x2):
 1(ovn-0a83b6-0): addr:ee:aa:92:dc:29:ef
     config:     0
     state:      0
     speed: 0 Mbps now, 0 Mbps max
 LOCAL(br-int): addr:8a:eb:c1:8f:d0:e8
     config:     PORT_DOWN
     state:      LINK_DOWN
     speed: 0 Mbps now, 0 Mbps max
`

func TestParsePorts(t *testing.T) {
	want31 := []PortNumber{
		{Line: 5, Number: 1, Name: "p7", MAC: "aa:55:aa:55:00:09"},
		{Line: 9, Number: 2, Name: "patch-breth0_ov", MAC: "ca:2c:82:e9:06:42"},
		{Line: 17, Number: 8, Name: "we ird", MAC: "aa:55:aa:55:00:0e"},
		{Line: 18, Number: -1, Name: "br-int", MAC: "02:00:00:00:00:01"},
	}
	tests := []struct {
		name, text string
		want       []PortNumber
		problems   []int
	}{
		{"3.1.0", ports31, want31, nil},
		{"CRLF", strings.ReplaceAll(ports31, "\n", "\r\n"), want31, nil},
		{"2.17", description217, []PortNumber{
			{Line: 2, Number: 1, Name: "ovn-0a83b6-0", MAC: "ee:aa:92:dc:29:ef"}, {Line: 6, Number: -1, Name: "br-int", MAC: "8a:eb:c1:8f:d0:e8"},
		}, nil},
		{"2.0, a large number", "100(p0): addr:00:00:00:00:00:00\n", []PortNumber{{Line: 1, Number: 100, Name: "p0", MAC: "00:00:00:00:00:00"}}, nil},
		{"a name in quotes", " 8(\"we ird\"): addr:00:00:00:00:00:00\n", []PortNumber{{Line: 1, Number: 8, Name: "we ird", MAC: "00:00:00:00:00:00"}}, nil},
		{"no such bridge", "ovs-ofctl: br9 is not a bridge or a socket\n", nil, []int{1}},
		{"another version of OpenFlow", "2026-11-22T06:37:47Z|00001|vconn|WARN|unix:/var/run/openvswitch/br0.mgmt: version negotiation failed\n", nil, []int{1}},
		{"cut in the middle of a line", description217[:60], nil, []int{2}},
		{"invalid UTF-8", "\xff\n", nil, []int{1}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParsePorts([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

func FuzzParseFDB(f *testing.F) {
	f.Add([]byte(fdb31))
	f.Add([]byte(noDaemon))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseFDB(data)
		lines := checkProblems(t, data, problems)
		for _, m := range list {
			if m.MAC == "" || m.Line < 1 || m.Line > lines || m.Port < -1 || m.VLAN < 0 || m.Fixed != (m.Age == -1) {
				t.Errorf("%+v", m)
			}
		}
	})
}

func FuzzParsePorts(f *testing.F) {
	f.Add([]byte(ports31))
	f.Add([]byte(description217))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParsePorts(data)
		lines := checkProblems(t, data, problems)
		for _, p := range list {
			if p.MAC == "" || p.Line < 1 || p.Line > lines || p.Number < -1 {
				t.Errorf("%+v", p)
			}
		}
	})
}
