package ovs

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/text"
)

// bonds31 is of Open vSwitch 3.1.0.
const bonds31 = `---- bond2 ----
bond_mode: balance-tcp
bond may use recirculation: yes, Recirc-ID : 2
bond-hash-basis: 0
lb_output action: disabled, bond-id: -1
updelay: 0 ms
downdelay: 0 ms
next rebalance: 971 ms
lacp_status: negotiated
lacp_fallback_ab: true
active-backup primary: <none>
active member mac: aa:55:aa:55:00:07(p6)

member p5: enabled
  may_enable: true
  hash 234: 899 kB load

member p6: enabled
  active member
  may_enable: true

---- bond1 ----
bond_mode: balance-slb
bond may use recirculation: no, Recirc-ID : -1
bond-hash-basis: 0
lb_output action: disabled, bond-id: -1
all members active: false
updelay: 100 ms
downdelay: 200 ms
next rebalance: 571 ms
lacp_status: off
lacp_fallback_ab: false
active-backup primary: p9 (no such member)
active member mac: 00:00:00:00:00:00(none)

member p3: disabled
  updelay expires in 97 ms
  may_enable: false

`

var wantBonds31 = []Bond{
	{
		Line: 1, Name: "bond2", Mode: at("balance-tcp", 2), LACPStatus: at("negotiated", 9), FallbackAB: text.Of(true, 10),
		ActiveMAC: at("aa:55:aa:55:00:07", 12), ActiveName: "p6", UpDelay: text.Of(0, 6), DownDelay: text.Of(0, 7), Rebalance: text.Of(971, 8),
		Members: []Member{
			{Line: 14, Name: "p5", Enabled: text.Of(true, 14), MayEnable: text.Of(true, 15)},
			{Line: 18, Name: "p6", Enabled: text.Of(true, 18), Active: 19, MayEnable: text.Of(true, 20)},
		},
	},
	{
		Line: 22, Name: "bond1", Mode: at("balance-slb", 23), LACPStatus: at("off", 31), FallbackAB: text.Of(false, 32), Primary: at("p9", 33),
		ActiveMAC: at("00:00:00:00:00:00", 34), UpDelay: text.Of(100, 28), DownDelay: text.Of(200, 29), Rebalance: text.Of(571, 30),
		Members: []Member{{Line: 36, Name: "p3", Enabled: text.Of(false, 36), MayEnable: text.Of(false, 38)}},
	},
}

// bond25 is of Open vSwitch 2.5 to 2.14, where older ones indent by a tab.
const bond25 = `---- br0-up ----
bond_mode: active-backup
bond may use recirculation: no, Recirc-ID : -1
bond-hash-basis: 0
updelay: 31000 ms
downdelay: 200 ms
lacp_status: off
lacp_fallback_ab: false
active slave mac: 0C:C4:7A:59:CF:CF(eth3)

slave eth2: disabled
	may_enable: false

slave eth3: enabled
	active slave
	may_enable: true

`

// bond20 is of Open vSwitch 2.0, which does not tell the address of the active slave.
const bond20 = `---- bond ----
bond_mode: active-backup
bond-hash-basis: 0
updelay: 0 ms
downdelay: 0 ms
lacp_status: configured

slave p1: disabled
	may_enable: false
`

func TestParseBonds(t *testing.T) {
	tests := []struct {
		name, text string
		want       []Bond
		problems   []int
	}{
		{"3.1.0", bonds31, wantBonds31, nil},
		{"CRLF", strings.ReplaceAll(bonds31, "\n", "\r\n"), wantBonds31, nil},
		{"2.5", bond25, []Bond{{
			Line: 1, Name: "br0-up", Mode: at("active-backup", 2), LACPStatus: at("off", 7), FallbackAB: text.Of(false, 8),
			ActiveMAC: at("0c:c4:7a:59:cf:cf", 9), ActiveName: "eth3", UpDelay: text.Of(31000, 5), DownDelay: text.Of(200, 6),
			Members: []Member{
				{Line: 11, Name: "eth2", Enabled: text.Of(false, 11), MayEnable: text.Of(false, 12)},
				{Line: 14, Name: "eth3", Enabled: text.Of(true, 14), Active: 15, MayEnable: text.Of(true, 16)},
			},
		}}, nil},
		{"2.0", bond20, []Bond{{
			Line: 1, Name: "bond", Mode: at("active-backup", 2), LACPStatus: at("configured", 6), UpDelay: text.Of(0, 4), DownDelay: text.Of(0, 5),
			Members: []Member{{Line: 8, Name: "p1", Enabled: text.Of(false, 8), MayEnable: text.Of(false, 9)}},
		}}, nil},
		{"1.2", "---- b ----\nbond-hash-algorithm: balance-slb\nlacp_negotiated: true\n",
			[]Bond{{Line: 1, Name: "b", LACPStatus: at("negotiated", 3)}}, nil},
		{"a port that is no bond", "no such bond\novs-appctl: /var/run/openvswitch/ovs-vswitchd.1.ctl: server returned an error\n", nil, nil},
		{"a port that is no bond, in other words", "vnet0: not a bond\n", nil, nil},
		{"bond/list", "bond\ttype\trecircID\tmembers\nbond0\tactive-backup\t0\tp2, p1\n", nil, []int{1, 2}},
		{"no daemon", noDaemon, nil, []int{1, 2}},
		{"lines that are not known", "---- b ----\nspeed: fast\nmember p1: enabled\n  mood: good\nlacp_status: off\n",
			[]Bond{{Line: 1, Name: "b", LACPStatus: at("off", 5), Members: []Member{{Line: 3, Name: "p1", Enabled: text.Of(true, 3)}}}}, []int{2, 4}},
		{"values that are not known", "---- b ----\nupdelay: long\ndowndelay: 999999999999999999999 ms\nlacp_fallback_ab: x\nactive member mac: none\n",
			[]Bond{{Line: 1, Name: "b"}}, []int{2, 3, 4, 5}},
		{"cut in the middle of a line", bond20[:strings.Index(bond20, "0 ms")+2], []Bond{{Line: 1, Name: "bond", Mode: at("active-backup", 2)}}, []int{4}},
		{"invalid UTF-8", "---- \xff ----\n\xfe\n", []Bond{{Line: 1, Name: "\uFFFD"}}, []int{2}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseBonds([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

func FuzzParseBonds(f *testing.F) {
	f.Add([]byte(bonds31))
	f.Add([]byte(bond25))
	f.Add([]byte(noDaemon))
	f.Fuzz(func(t *testing.T, data []byte) {
		bonds, problems := ParseBonds(data)
		lines := checkProblems(t, data, problems)
		for _, b := range bonds {
			if b.Name == "" || b.Line < 1 || b.Line > lines {
				t.Errorf("%+v", b)
			}
			for _, m := range b.Members {
				if m.Name == "" || m.Line <= b.Line || m.Line > lines || m.Active != 0 && m.Active <= m.Line || m.Active > lines {
					t.Errorf("%+v", m)
				}
			}
		}
	})
}
