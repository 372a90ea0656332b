package ovs

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/text"
)

const show31 = `b3bac406-aa0b-48c3-96e2-242e23503337
    Manager "ptcp:6640:127.0.0.1"
        is_connected: true
    Bridge br-ex
        fail_mode: standalone
        Port patch-ex
            Interface patch-ex
                type: patch
                options: {peer=patch-int}
        Port br-ex
            Interface br-ex
                type: internal
        Port bond0
            Interface p1
            Interface p2
    Bridge br-int
        Controller "tcp:127.0.0.1:6653"
            is_connected: true
        fail_mode: secure
        datapath_type: netdev
        Port eth9
            Interface eth9
                error: "could not open network device eth9 (No such device)"
        Port trunk0
            tag: 101
            trunks: [100, 300, 400]
            Interface trunk0
                type: dummy
        Port vx1
            Interface vx1
                type: vxlan
                options: {csum="true", key=flow, remote_ip="192.0.2.20"}
        Port "we ird"
            Interface "we ird"
    ovs_version: "3.1.0"
`

var want31 = Database{
	Line: 1, Version: at("3.1.0", 35),
	Bridges: []Bridge{
		{Line: 4, Name: "br-ex", FailMode: "standalone", Ports: []Port{
			{Line: 6, Name: "patch-ex", Interfaces: []Interface{{
				Line: 7, Name: "patch-ex", Type: "patch", Peer: at("patch-int", 9),
				Options: map[string]text.At[string]{"peer": at("patch-int", 9)},
			}}},
			{Line: 10, Name: "br-ex", Interfaces: []Interface{{Line: 11, Name: "br-ex", Type: "internal"}}},
			{Line: 13, Name: "bond0", Interfaces: []Interface{{Line: 14, Name: "p1"}, {Line: 15, Name: "p2"}}},
		}},
		{Line: 16, Name: "br-int", FailMode: "secure", Datapath: "netdev", Ports: []Port{
			{Line: 21, Name: "eth9", Interfaces: []Interface{{
				Line: 22, Name: "eth9", Error: at("could not open network device eth9 (No such device)", 23),
			}}},
			{Line: 24, Name: "trunk0", Tag: text.Of(101, 25), Trunks: []int{100, 300, 400},
				Interfaces: []Interface{{Line: 27, Name: "trunk0", Type: "dummy"}}},
			{Line: 29, Name: "vx1", Interfaces: []Interface{{Line: 30, Name: "vx1", Type: "vxlan", Options: map[string]text.At[string]{
				"csum": at("true", 32), "key": at("flow", 32), "remote_ip": at("192.0.2.20", 32),
			}}}},
			{Line: 33, Name: "we ird", Interfaces: []Interface{{Line: 34, Name: "we ird"}}},
		}},
	},
}

// show17 is of Open vSwitch 1.7.1 and 2.3, where all names with digits stand in quotes, without the UUID in the first line.
const show17 = `    Bridge "br0"
        Port "bond0"
            Interface "eth0"
            Interface "eth1"
        Port "vlan1000"
            tag: 1000
            Interface "vlan1000"
                type: internal
    Bridge br-int
        Port "gre0"
            Interface "gre0"
                type: gre
                options: {remote_ip="192.168.1.100"}
    ovs_version: "1.7.1"
`

var want17 = Database{
	Line: 1, Version: at("1.7.1", 14),
	Bridges: []Bridge{
		{Line: 1, Name: "br0", Ports: []Port{
			{Line: 2, Name: "bond0", Interfaces: []Interface{{Line: 3, Name: "eth0"}, {Line: 4, Name: "eth1"}}},
			{Line: 5, Name: "vlan1000", Tag: text.Of(1000, 6), Interfaces: []Interface{{Line: 7, Name: "vlan1000", Type: "internal"}}},
		}},
		{Line: 9, Name: "br-int", Ports: []Port{{Line: 10, Name: "gre0", Interfaces: []Interface{{
			Line: 11, Name: "gre0", Type: "gre", Options: map[string]text.At[string]{"remote_ip": at("192.168.1.100", 13)},
		}}}}},
	},
}

func TestParseShow(t *testing.T) {
	tests := []struct {
		name, text string
		want       Database
		problems   []int
	}{
		{"3.1.0", show31, want31, nil},
		{"1.7.1", show17, want17, nil},
		{"CRLF", strings.ReplaceAll(show31, "\n", "\r\n"), want31, nil},
		{"nested deeper", "  " + strings.ReplaceAll(strings.TrimSuffix(show17, "\n"), "\n", "\n  "), want17, nil},
		{"no server", noDatabase, Database{}, []int{1}},
		{"a line that is not known", "    Bridge br0\n        mirror of something\n        paint: red\n        Port p1\n",
			Database{Line: 1, Bridges: []Bridge{{Line: 1, Name: "br0", Ports: []Port{{Line: 4, Name: "p1"}}}}}, []int{2, 3}},
		{"an interface without a port", "    Bridge br0\n        Interface eth0\n        Port p1\n",
			Database{Line: 1, Bridges: []Bridge{{Line: 1, Name: "br0", Ports: []Port{{Line: 3, Name: "p1"}}}}}, []int{2}},
		{"VLAN mode", "    Bridge br0\n        Port p1\n            vlan_mode: native-untagged\n            tag: x\n",
			Database{Line: 1, Bridges: []Bridge{{Line: 1, Name: "br0", Ports: []Port{{Line: 2, Name: "p1", VLANMode: "native-untagged"}}}}}, []int{4}},
		{"cut in the middle of a value", "    Bridge br0\n        Port p1\n            trunks: [100, 30",
			Database{Line: 1, Bridges: []Bridge{{Line: 1, Name: "br0", Ports: []Port{{Line: 2, Name: "p1"}}}}}, []int{3}},
		{"invalid UTF-8", "    Bridge \xff\n\xfe\n", Database{Line: 1, Bridges: []Bridge{{Line: 1, Name: "\uFFFD"}}}, []int{2}},
		{"no bridges", "b3bac406-aa0b-48c3-96e2-242e23503337\n", Database{Line: 1}, nil},
		{"empty", "", Database{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseShow([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

func TestParseValue(t *testing.T) {
	tests := []struct {
		text string
		want map[string]string
		ok   bool
	}{
		{`[]`, map[string]string{}, true},
		{`{}`, map[string]string{}, true},
		{`""`, map[string]string{"": ""}, true},
		{`bond-0.1`, map[string]string{"bond-0.1": ""}, true},
		{`00:60:e0:4a:84:eb`, map[string]string{"00:60:e0:4a:84:eb": ""}, true}, // with --data=bare
		{`"a\"b\u0041\\"`, map[string]string{`a"bA\`: ""}, true},
		{`[a, "b, ]c", 3]`, map[string]string{"a": "", "b, ]c": "", "3": ""}, true},
		{`{a=b, "c d"="e=f}", g=""}`, map[string]string{"a": "b", "c d": "e=f}", "g": ""}, true},
		{`{"ovn-bridge-mappings"="physnet1:br-ex"}`, map[string]string{"ovn-bridge-mappings": "physnet1:br-ex"}, true},
	}
	for _, test := range tests {
		got, ok := parseValue(test.text)
		if !ok {
			t.Errorf("%s: not read", test.text)
		}
		checkEqual(t, test.want, got)
	}
	for _, s := range []string{`[`, `[a`, `[a, `, `[a b`, `{a=`, `{a=}`, `{a=b`, `[a]]`, `"a`, `"a"b`, `"\x"`, `"a\`, `[a=b]`} {
		if got, ok := parseValue(s); ok {
			t.Errorf("%s is read as %v", s, got)
		}
	}
}

func FuzzParseShow(f *testing.F) {
	f.Add([]byte(show31))
	f.Add([]byte(show17))
	f.Add([]byte(noDatabase))
	f.Fuzz(func(t *testing.T, data []byte) {
		db, problems := ParseShow(data)
		checkDatabase(t, db, checkProblems(t, data, problems))
	})
}
