package ovs

import (
	"bytes"
	"crypto/sha1"
	"fmt"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/text"
)

// records frames transactions as a database file does.
func records(transactions ...string) []byte {
	var b bytes.Buffer
	for _, s := range transactions {
		fmt.Fprintf(&b, "OVSDB JSON %d %x\n%s\n", len(s)+1, sha1.Sum([]byte(s+"\n")), s)
	}
	return b.Bytes()
}

// content is a database without the lines, and without what a log does not hold: columns with their defaults and those that are ephemeral.
func content(db Database) Database {
	strip := func(v *text.At[string]) { v.Line = min(v.Line, 1) }
	stripMap := func(m map[string]text.At[string]) map[string]text.At[string] {
		var out map[string]text.At[string]
		for k, v := range m {
			if out == nil {
				out = map[string]text.At[string]{}
			}
			out[k] = at(v.Value, 1)
		}
		return out
	}
	stripFlag := func(v *text.At[bool]) {
		if v.Line = min(v.Line, 1); !v.Value {
			v.Line = 0
		}
	}
	db.Line = 0
	strip(&db.Version)
	for i := range db.Mappings {
		db.Mappings[i].Line = 0
	}
	for i := range db.Bridges {
		b := &db.Bridges[i]
		b.Line = 0
		stripFlag(&b.STP)
		stripFlag(&b.RSTP)
		for j := range b.Ports {
			p := &b.Ports[j]
			p.Line, p.Tag.Line = 0, min(p.Tag.Line, 1)
			strip(&p.BondMode)
			strip(&p.LACP)
			stripFlag(&p.FallbackAB)
			for k := range p.Interfaces {
				i := &p.Interfaces[k]
				i.Line, i.MACInUse = 0, text.At[string]{}
				strip(&i.Peer)
				strip(&i.Error)
				i.Options, i.ExternalIDs = stripMap(i.Options), stripMap(i.ExternalIDs)
			}
		}
	}
	return db
}

// TestParseDB compares the log of a set-up with what ovsdb-client 3.1.0 dumped at its end: as it was written, with differences; as ovsdb-tool
// compacted it; and the log of the same set-up as versions before 2.15 write it, without differences.
func TestParseDB(t *testing.T) {
	dump, problems := ParseDump(readFile(t, "dump.txt"))
	checkLines(t, problems)
	if len(dump.Bridges) != 2 || len(dump.Bridges[0].Ports) != 5 || len(dump.Bridges[1].Ports) != 7 {
		t.Fatalf("the dump has %+v", dump)
	}
	want := content(dump)
	for _, name := range []string{"conf.db", "compacted.db", "conf-before-2.15.db"} {
		t.Run(name, func(t *testing.T) {
			data := readFile(t, name)
			db, problems := ParseDB(data)
			checkLines(t, problems)
			checkDatabase(t, db, 1+bytes.Count(data, []byte("\n")))
			checkEqual(t, want, content(db))
		})
	}
}

// TestParseDBLines looks at a port whose VLANs were changed, one whose settings were cleared, and an interface with external_ids: each value has
// the line of the record that told it last.
func TestParseDBLines(t *testing.T) {
	db, _ := ParseDB(readFile(t, "conf.db"))
	checkEqual(t, []Mapping{{50, "physnet1", "br-ex"}, {50, "datacentre", "br-int"}}, db.Mappings)
	ports := map[string]Port{}
	for _, b := range db.Bridges {
		for _, p := range b.Ports {
			ports[p.Name] = p
		}
	}
	checkEqual(t, Port{Line: 66, Name: "trunk0", Tag: text.Of(101, 90), Trunks: []int{100, 300, 400}, VLANMode: "native-tagged",
		Interfaces: []Interface{{Line: 66, Name: "trunk0", Type: "dummy"}}}, ports["trunk0"])
	checkEqual(t, Interface{Line: 58, Name: "tap0a1b2c3d-4e", Type: "dummy", ExternalIDs: map[string]text.At[string]{
		"attached-mac": at("fa:16:3e:00:00:01", 58), "iface-id": at("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9", 58),
		"iface-status": at("active", 62), "vm-uuid": at("11111111-2222-3333-4444-555555555555", 58),
	}}, ports["tap0a1b2c3d-4e"].Interfaces[0])
	checkEqual(t, at("off", 94), ports["bond1"].LACP)
	checkEqual(t, text.Of(true, 34), ports["bond2"].FallbackAB)
	if _, found := ports["gone0"]; found {
		t.Error("a port that was deleted is there")
	}
}

const (
	schema = `{"name":"Open_vSwitch","version":"8.3.1","cksum":"1 2","tables":{"Bridge":{"columns":{"name":{"type":"string"}}}}}`
	insert = `{"_date":1,"_is_diff":true,"Bridge":{"b1":{"name":"br0","ports":["set",[["uuid","p1"],["uuid","p2"]]]}},` +
		`"Port":{"p1":{"name":"br0","interfaces":["uuid","i1"]},"p2":{"name":"bond0","interfaces":["set",[["uuid","i2"],["uuid","i3"]]],"tag":5}},` +
		`"Interface":{"i1":{"name":"br0"},"i2":{"name":"eth0"},"i3":{"name":"eth1","error":"gone"}}}`
)

func TestParseDBRecords(t *testing.T) {
	eth0, eth1 := Interface{Line: 4, Name: "eth0"}, Interface{Line: 4, Name: "eth1", Error: at("gone", 4)}
	local := Port{Line: 4, Name: "br0", Interfaces: []Interface{{Line: 4, Name: "br0"}}}
	bond := Port{Line: 4, Name: "bond0", Tag: text.Of(5, 4), Interfaces: []Interface{eth0, eth1}}
	of := func(ports ...Port) Database {
		return Database{Line: 2, Bridges: []Bridge{{Line: 4, Name: "br0", Ports: ports}}}
	}
	healthy := func(eth1 Interface) Interface { eth1.Error = text.At[string]{}; return eth1 }
	full := records(schema, insert)
	tests := []struct {
		name     string
		data     []byte
		want     Database
		problems []int
	}{
		{"insert", full, of(bond, local), nil},
		{"a member leaves, by a difference", records(schema, insert, `{"Port":{"p2":{"interfaces":["uuid","i3"]}},"Interface":{"i3":null},"_is_diff":true}`),
			of(Port{Line: 4, Name: "bond0", Tag: text.Of(5, 4), Interfaces: []Interface{eth0}}, local), nil},
		{"a member leaves, by the new value", records(schema, insert, `{"Port":{"p2":{"interfaces":["uuid","i3"]}},"Interface":{"i2":null}}`),
			of(Port{Line: 4, Name: "bond0", Tag: text.Of(5, 4), Interfaces: []Interface{eth1}}, local), nil},
		{"optional values are no differences", records(schema, insert, `{"_is_diff":true,"Port":{"p2":{"tag":["set",[]]}},"Interface":{"i3":{"error":["set",[]]}}}`),
			of(Port{Line: 4, Name: "bond0", Interfaces: []Interface{eth0, healthy(eth1)}}, local), nil},
		{"the first rows are cut", full[:len(full)-10], of(Port{Line: 4, Name: "bond0", Tag: text.Of(5, 4),
			Interfaces: []Interface{eth0, healthy(eth1)}}, local), []int{4, 4}},
		{"a later record is cut", append(records(schema, insert), records(`{"Bridge":{"b1":null}}`)[:60]...), of(bond, local), []int{6, 6}},
		{"only the header of the last record", append(records(schema, insert), records(`{}`)[:50]...), of(bond, local), []int{5}},
		{"a header without its record", append([]byte("OVSDB JSON 3 "+strings.Repeat("a", 40)+"\n"), full...),
			Database{Line: 3, Bridges: []Bridge{{Line: 5, Name: "br0", Ports: []Port{
				{Line: 5, Name: "bond0", Tag: text.Of(5, 5), Interfaces: []Interface{{Line: 5, Name: "eth0"}, {Line: 5, Name: "eth1", Error: at("gone", 5)}}},
				{Line: 5, Name: "br0", Interfaces: []Interface{{Line: 5, Name: "br0"}}},
			}}}}, []int{1}},
		{"a damaged record between", bytes.Join([][]byte{full, []byte("garbage\n"), records(`{"Port":{"p2":{"tag":7}}}`)}, nil),
			of(Port{Line: 4, Name: "bond0", Tag: text.Of(7, 7), Interfaces: []Interface{eth0, eth1}}, local), []int{5}},
		{"addresses were hidden", bytes.ReplaceAll(full, []byte(`"gone"`), []byte(`"x"`)),
			of(Port{Line: 4, Name: "bond0", Tag: text.Of(5, 4), Interfaces: []Interface{eth0, {Line: 4, Name: "eth1", Error: at("x", 4)}}}, local), []int{4}},
		{"the start is missing", full[70:],
			Database{Line: 3, Bridges: []Bridge{{Line: 3, Name: "br0", Ports: []Port{
				{Line: 3, Name: "bond0", Tag: text.Of(5, 3), Interfaces: []Interface{{Line: 3, Name: "eth0"}, {Line: 3, Name: "eth1", Error: at("gone", 3)}}},
				{Line: 3, Name: "br0", Interfaces: []Interface{{Line: 3, Name: "br0"}}},
			}}}}, []int{1}},
		{"a change of a row that was never told", records(schema, `{"_is_diff":true,"Bridge":{"b9":{"ports":["uuid","p9"]}}}`), Database{Line: 2}, nil},
		{"bad values", records(schema, insert, `{"Port":{"p2":{"tag":{},"trunks":["set",5],"other_config":["map",[["a"]]],"name":["set",[[]]]}}}`),
			of(bond, local), []int{6, 6, 6, 6}},
		{"another database", records(`{"name":"OVN_Northbound","tables":{}}`), Database{Line: 2}, []int{2}},
		{"clustered", []byte("OVSDB CLUSTER 1107 4a75ddd52c1d1ebbac62a5d8cb1b5e4d2cab9d4b\n{\"server_id\":\"x\"}\n"), Database{}, []int{1}},
		{"not an object", records(`[1]`), Database{}, []int{2}},
		{"nested too deeply", records(strings.Repeat("[", 5000)), Database{}, []int{2}},
		{"too many elements", records(`{"Bridge":{"b":{"ports":["set",[` + strings.Repeat("0,", maxElements) + `0]]}}}`), Database{}, []int{2}},
		{"invalid UTF-8", []byte("\xff\xfe\n"), Database{}, []int{1}},
		{"not a database", []byte("cat: /etc/openvswitch/conf.db: Permission denied\n"), Database{}, []int{1}},
		{"empty", nil, Database{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseDB(test.data)
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

func TestParseDBCRLF(t *testing.T) {
	data := bytes.ReplaceAll(readFile(t, "compacted.db"), []byte("\n"), []byte("\r\n"))
	got, problems := ParseDB(data)
	checkLines(t, problems, 2)                                   // the checksums are wrong
	if !strings.Contains(problems[0].Why, "used all the same") { // nobody must take the file for one that does not count
		t.Errorf("%q", problems[0].Why)
	}
	want, _ := ParseDB(readFile(t, "compacted.db"))
	checkEqual(t, want, got)
}

func TestParseDBTooManyRows(t *testing.T) {
	var transactions []string
	for n := 0; n <= maxRows; {
		var b strings.Builder
		b.WriteString(`{"Port":{"x":null`)
		for range maxElements / 4 {
			fmt.Fprintf(&b, `,"p%d":{"tag":1}`, n)
			n++
		}
		transactions = append(transactions, b.String()+"}}")
	}
	got, problems := ParseDB(records(transactions...))
	checkEqual(t, Database{Line: 2}, got)
	if len(problems) != 1 || !strings.HasPrefix(problems[0].Why, "too many rows") {
		t.Errorf("%v", problems)
	}
}

// A port that two bridges name is given to one of them, so that a small file cannot stand for a large network.
func TestParseDBSharedPort(t *testing.T) {
	db, _ := ParseDB(records(`{"Bridge":{"a":{"name":"a","ports":["uuid","p"]},"b":{"name":"b","ports":["uuid","p"]}},"Port":{"p":{"name":"p"}}}`))
	checkEqual(t, []Bridge{{Line: 2, Name: "a", Ports: []Port{{Line: 2, Name: "p"}}}, {Line: 2, Name: "b"}}, db.Bridges)
}

func FuzzParseDB(f *testing.F) {
	f.Add(records(schema, insert, `{"Port":{"p2":{"interfaces":["uuid","i3"]}},"Interface":{"i3":null},"_is_diff":true}`))
	f.Add(readFile(f, "compacted.db"))
	f.Add([]byte("OVSDB CLUSTER 1107 4a75ddd52c1d1ebbac62a5d8cb1b5e4d2cab9d4b\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		db, problems := ParseDB(data)
		checkDatabase(t, db, checkProblems(t, data, problems))
		for i := 1; i < len(db.Bridges); i++ {
			if db.Bridges[i-1].Name > db.Bridges[i].Name {
				t.Errorf("%q is before %q", db.Bridges[i-1].Name, db.Bridges[i].Name)
			}
		}
	})
}
