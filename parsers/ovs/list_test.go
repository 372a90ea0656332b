package ovs

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/text"
)

// interfaces31 is of Open vSwitch 3.1.0, shortened.
const interfaces31 = `_uuid               : e51fa692-882b-4e69-a5c8-2663ea92e428
admin_state         : []
cfm_remote_opstate  : []
error               : "could not open network device eth9 (No such device)"
external_ids        : {}
ingress_policing_kpkts_burst: 0
mac_in_use          : []
name                : eth9
ofport              : -1
options             : {}
type                : ""

_uuid               : 9ad055b9-79e2-45df-afa4-e54726dceaf8
error               : []
external_ids        : {attached-mac="fa:16:3e:00:00:01", iface-id="0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", iface-status=active}
mac_in_use          : "aa:55:aa:55:00:0b"
name                : tap0a1b2c3d-4e
statistics          : {rx_bytes=0, rx_custom_packets_1=0}
type                : dummy

_uuid               : 9a335010-22ed-43bb-8c2f-84d64056feb4
name                : patch-int
options             : {peer=patch-ex}
type                : patch
`

var wantInterfaces31 = []Interface{
	{Line: 8, Name: "eth9", Error: at("could not open network device eth9 (No such device)", 4)},
	{Line: 17, Name: "tap0a1b2c3d-4e", Type: "dummy", MACInUse: at("aa:55:aa:55:00:0b", 16), ExternalIDs: map[string]text.At[string]{
		"attached-mac": at("fa:16:3e:00:00:01", 15), "iface-id": at("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", 15), "iface-status": at("active", 15),
	}},
	{Line: 22, Name: "patch-int", Type: "patch", Peer: at("patch-ex", 23), Options: map[string]text.At[string]{"peer": at("patch-ex", 23)}},
}

func TestParseListInterface(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Interface
		problems   []int
	}{
		{"3.1.0", interfaces31, wantInterfaces31, nil},
		{"CRLF", strings.ReplaceAll(interfaces31, "\n", "\r\n"), wantInterfaces31, nil},
		{"1.9, names with digits in quotes", "_uuid               : 5bef7f0e-ea58-42b4-b0bf-bbe834433858\nmac_in_use          : \"00:60:e0:4a:84:eb\"\n" +
			"name                : \"eth7\"\nstatus              : {driver_name=igb, driver_version=\"3.2.10-k\"}\ntype                : \"\"\n",
			[]Interface{{Line: 3, Name: "eth7", MACInUse: at("00:60:e0:4a:84:eb", 2)}}, nil},
		{"bare", "mac_in_use          : 00:60:e0:4a:84:eb\nname                : eth7\ntype                : \n",
			[]Interface{{Line: 2, Name: "eth7", MACInUse: at("00:60:e0:4a:84:eb", 1)}}, nil},
		{"cut in the middle of a value", "name                : eth7\nexternal_ids        : {attached-mac=\"fa:16", []Interface{{Line: 1, Name: "eth7"}}, []int{2}},
		{"a row without its name", "type                : internal\n", nil, nil},
		{"no server", noDatabase, nil, []int{1}},
		{"no such table", "ovs-vsctl: unknown table \"interfac\"\n", nil, []int{1}},
		{"invalid UTF-8", "name                : \xff\n\xfe\n", []Interface{{Line: 1, Name: "\uFFFD"}}, []int{2}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseListInterface([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

const bridges31 = `_uuid               : 692086b5-4bdf-485a-8c25-a1d3aa7e7236
controller          : []
datapath_type       : netdev
fail_mode           : secure
name                : br-int
ports               : [02d64f33-6ddb-484f-8b3b-011e5cab922d, 3370d178-793b-42fc-ab88-632f71b3a24a]
rstp_enable         : false
rstp_status         : {rstp_bridge_id="8.000.ea8700d8dd4b"}
stp_enable          : true

_uuid               : 3b2d753d-9cad-4424-ab0b-5483b856bc17
datapath_type       : ""
fail_mode           : []
name                : "br0"
stp_enable          : maybe
`

func TestParseListBridge(t *testing.T) {
	got, problems := ParseListBridge([]byte(bridges31))
	checkEqual(t, []Bridge{
		{Line: 5, Name: "br-int", Datapath: "netdev", FailMode: "secure", STP: text.Of(true, 9), RSTP: text.Of(false, 7)},
		{Line: 14, Name: "br0"},
	}, got)
	checkLines(t, problems, 15)
	got, problems = ParseListBridge([]byte(noDatabase))
	checkEqual(t, []Bridge(nil), got)
	checkLines(t, problems, 1)
}

func TestParseListOpenvSwitch(t *testing.T) {
	const list = `_uuid               : fd3154b3-e4fb-4d4c-8636-143756bdca6c
bridges             : [d045c872-590b-4e90-a69f-b879cec1e2ab]
external_ids        : {hostname=hv01, ovn-bridge-mappings="physnet1:br-ex, datacentre:br-int,,x:,:y", system-id=hv01}
ovs_version         : "3.1.0"
`
	got, problems := ParseListOpenvSwitch([]byte(list))
	checkEqual(t, Database{Line: 1, Version: at("3.1.0", 4), Mappings: []Mapping{{3, "physnet1", "br-ex"}, {3, "datacentre", "br-int"}}}, got)
	checkLines(t, problems)

	own := strings.Replace(list, "hostname=hv01", `"ovn-bridge-mappings-hv01"="physnet1:br-own"`, 1)
	got, _ = ParseListOpenvSwitch([]byte(own))
	checkEqual(t, []Mapping{{3, "physnet1", "br-own"}}, got.Mappings)

	got, problems = ParseListOpenvSwitch([]byte(noDatabase))
	checkEqual(t, Database{}, got)
	checkLines(t, problems, 1)
}

func TestParseDump(t *testing.T) {
	got, problems := ParseDump(readFile(t, "dump.txt"))
	checkLines(t, problems)
	checkEqual(t, 1, got.Line)
	checkEqual(t, "3.1.0", got.Version.Value)
	bond2 := got.Bridges[0].Ports[2]
	if bond2.Name != "bond2" || bond2.BondMode.Value != "balance-tcp" || bond2.LACP.Value != "active" || !bond2.FallbackAB.Value ||
		len(bond2.Interfaces) != 2 || bond2.Interfaces[1].Name != "p6" || bond2.Interfaces[1].MACInUse.Value != "aa:55:aa:55:00:07" {
		t.Errorf("bond2 is %+v", bond2)
	}
	cut, _ := ParseDump(readFile(t, "dump.txt")[:2000])
	if len(cut.Bridges) == 0 || len(cut.Bridges[0].Ports) != 0 {
		t.Errorf("of a dump that is cut after its bridges: %+v", cut)
	}
	for name, s := range map[string]string{
		"no server":     "ovsdb-client: failed to connect to \"unix:/var/run/openvswitch/db.sock\" (No such file or directory)\n",
		"not in a list": "Bridge table\n_uuid auto_attach\n",
		"no table":      "name : br0\n",
	} {
		db, problems := ParseDump([]byte(s))
		if len(db.Bridges) != 0 || len(problems) != 1 {
			t.Errorf("%s: %+v, %v", name, db, problems)
		}
	}
}

func FuzzParseListInterface(f *testing.F) {
	f.Add([]byte(interfaces31))
	f.Add([]byte(noDatabase))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseListInterface(data)
		lines := checkProblems(t, data, problems)
		for _, i := range list {
			checkInterface(t, i, lines)
		}
	})
}

func FuzzParseListBridge(f *testing.F) {
	f.Add([]byte(bridges31))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseListBridge(data)
		checkDatabase(t, Database{Line: 1, Bridges: list}, checkProblems(t, data, problems))
	})
}

func FuzzParseListOpenvSwitch(f *testing.F) {
	f.Add([]byte("_uuid : x\nexternal_ids : {ovn-bridge-mappings=\"a:b,c:d\"}\novs_version : \"3.1.0\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		db, problems := ParseListOpenvSwitch(data)
		checkDatabase(t, db, checkProblems(t, data, problems))
	})
}

func FuzzParseDump(f *testing.F) {
	f.Add(readFile(f, "dump.txt"))
	f.Add([]byte("Bridge table\n_uuid : b\nname : br0\nports : [p]\n\nPort table\n_uuid : p\nname : p\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		db, problems := ParseDump(data)
		checkDatabase(t, db, checkProblems(t, data, problems))
	})
}
