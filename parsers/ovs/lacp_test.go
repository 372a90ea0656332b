package ovs

import (
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/text"
)

// lacp31 is of Open vSwitch 3.1.0.
const lacp31 = `---- bond2 ----
  status: active negotiated
  sys_id: 02:00:00:00:00:02
  sys_priority: 65534
  aggregation key: 5
  lacp_time: fast

member: p5: current attached
  port_id: 6
  port_priority: 65535
  may_enable: true

  actor sys_id: 02:00:00:00:00:02
  actor sys_priority: 65534
  actor port_id: 6
  actor port_priority: 65535
  actor key: 5
  actor state: activity timeout aggregation synchronized collecting distributing

  partner sys_id: 02:00:00:00:00:01
  partner sys_priority: 65534
  partner port_id: 1
  partner port_priority: 65535
  partner key: 1
  partner state: aggregation synchronized collecting distributing
---- bond3 ----
  status: passive
  sys_id: 02:00:00:00:00:01
`

var wantLACP31 = []LACP{
	{Line: 1, Name: "bond2", Active: true, Negotiated: text.Of(true, 2), SysID: at("02:00:00:00:00:02", 3), Members: []LACPMember{{
		Line: 8, Name: "p5", Status: "current", Attached: true, PartnerSysID: at("02:00:00:00:00:01", 20), PartnerKey: text.Of(1, 24),
		ActorState:   text.Of([]string{"activity", "timeout", "aggregation", "synchronized", "collecting", "distributing"}, 18),
		PartnerState: text.Of([]string{"aggregation", "synchronized", "collecting", "distributing"}, 25),
	}}},
	{Line: 26, Name: "bond3", Negotiated: text.Of(false, 27), SysID: at("02:00:00:00:00:01", 28)},
}

// lacp20 is of Open vSwitch 2.0, shortened: up to 2.14 members are slaves, and older ones are indented by a tab.
const lacp20 = `---- bond0 ----
	status: active negotiated
	sys_id: AA:55:AA:55:00:00

slave: p0: defaulted detached
	may_enable: false

	actor key: 2
	actor state: activity timeout aggregation defaulted

	partner sys_id: 00:00:00:00:00:00
	partner key: 0
	partner state:

slave: p1: expired attached
`

func TestParseLACP(t *testing.T) {
	tests := []struct {
		name, text string
		want       []LACP
		problems   []int
	}{
		{"3.1.0", lacp31, wantLACP31, nil},
		{"CRLF", strings.ReplaceAll(lacp31, "\n", "\r\n"), wantLACP31, nil},
		{"2.0", lacp20, []LACP{{
			Line: 1, Name: "bond0", Active: true, Negotiated: text.Of(true, 2), SysID: at("aa:55:aa:55:00:00", 3), Members: []LACPMember{
				{
					Line: 5, Name: "p0", Status: "defaulted", PartnerSysID: at("00:00:00:00:00:00", 11), PartnerKey: text.Of(0, 12),
					ActorState:   text.Of([]string{"activity", "timeout", "aggregation", "defaulted"}, 9),
					PartnerState: text.Of([]string{}, 13),
				},
				{Line: 15, Name: "p1", Status: "expired", Attached: true},
			},
		}}, nil},
		{"lacp/show-stats", "---- bond2 statistics ----\n\nmember: p5:\n  TX PDUs: 9\n", nil, []int{1, 3, 4}},
		{"no daemon", noDaemon, nil, []int{1, 2}},
		{"lines that are not known", "---- b ----\nstatus: asleep\nmood: good\nmember: p1: current attached\npartner key: x\nmood: bad\nnothing\n",
			[]LACP{{Line: 1, Name: "b", Members: []LACPMember{{Line: 4, Name: "p1", Status: "current", Attached: true}}}}, []int{2, 3, 5, 6, 7}},
		{"cut in the middle of a line", lacp31[:strings.Index(lacp31, "negotiated")+4], []LACP{{Line: 1, Name: "bond2"}}, []int{2}},
		{"invalid UTF-8", "---- \xff ----\n\xfe\n", []LACP{{Line: 1, Name: "\uFFFD"}}, []int{2}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseLACP([]byte(test.text))
			checkEqual(t, test.want, got)
			checkLines(t, problems, test.problems...)
		})
	}
}

func FuzzParseLACP(f *testing.F) {
	f.Add([]byte(lacp31))
	f.Add([]byte(lacp20))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseLACP(data)
		lines := checkProblems(t, data, problems)
		for _, l := range list {
			if l.Name == "" || l.Line < 1 || l.Line > lines {
				t.Errorf("%+v", l)
			}
			for _, m := range l.Members {
				if m.Name == "" || m.Status == "" || m.Line <= l.Line || m.Line > lines {
					t.Errorf("%+v", m)
				}
			}
		}
	})
}
