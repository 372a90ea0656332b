package picture

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/render/rendertest"
)

// draw writes a picture in lines: a node with its layer, what it says and its marks; then the edges.
func draw(p Picture) string {
	var b strings.Builder
	words := func(list ...string) string {
		return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), " | ")
	}
	marks := func(list []Mark) (s string) {
		for _, m := range list {
			s += "!" + m.Rule
		}
		return s
	}
	for _, n := range p.Nodes {
		fmt.Fprintf(&b, "%d %s: %s\n", n.Layer, n.ID, words(n.Name, n.Note, n.State, n.Verdict, marks(n.Marks), strings.Join(n.Folded, ",")))
	}
	for _, e := range p.Edges {
		b.WriteString(strings.TrimRight(fmt.Sprintf("%s > %s  %s", e.From, e.To, words(e.Label, e.State, marks(e.Marks))), " ") + "\n")
	}
	if len(p.Marks) > 0 {
		b.WriteString("host " + marks(p.Marks) + "\n")
	}
	return b.String()
}

func nic(name, state string, active bool) report.Slave {
	return report.Slave{Name: name, MIIStatus: state, Active: active, SpeedMbps: 10000}
}

func lagged(aggregator int, partner string, s report.Slave) report.Slave {
	s.Aggregator, s.PartnerMAC = aggregator, partner
	return s
}

func plugged(sw, port string, s report.Slave) report.Slave {
	s.Switch = &report.Port{Switch: sw, Port: port}
	return s
}

func bonded(name string, mode int, slaves []report.Slave, attachments ...report.Attachment) report.Bond {
	modes := []string{"balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"}
	return report.Bond{Name: name, Kind: "kernel", Mode: modes[mode], ModeNumber: mode, MIIStatus: "up", Verdict: "recommended", Slaves: slaves, Attachments: attachments}
}

func bridge(guests []report.Guest, path ...string) report.Attachment {
	return report.Attachment{Kind: "bridge", Name: path[len(path)-1], Path: path, Verdict: "recommended", Guests: guests}
}

func vms(names ...string) (list []report.Guest) {
	for i, n := range names {
		list = append(list, report.Guest{Name: n, Kind: "vm", Interface: fmt.Sprintf("vnet%d", i), Running: true})
	}
	return list
}

func devices(a report.Attachment, list ...report.Device) report.Attachment {
	a.Devices = list
	return a
}

var pair = []report.Slave{nic("eth0", "up", true), nic("eth1", "up", true)}

func TestNew(t *testing.T) {
	tests := map[string]struct {
		bonds []report.Bond
		opt   Options
		want  string
	}{
		"no bond":             {},
		"a bond with nothing": {bonds: []report.Bond{bonded("bond0", 0, nil)}, want: "0 bond-bond0: bond0 | balance-rr (mode 0) | up | recommended\n"},
		"active and backup": {
			bonds: []report.Bond{bonded("bond0", 1, []report.Slave{nic("eth0", "up", true), nic("eth1", "up", false), nic("eth2", "down", false), nic("eth3", "", false)})},
			want: `2 bond-bond0: bond0 | active-backup (mode 1) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s, active | up
0 switch-switch: switch | not in the report
1 nic-eth1: eth1 | 10 Gb/s, backup | up
1 nic-eth2: eth2 | DOWN | down
1 nic-eth3: eth3 | state unknown
nic-eth0 > bond-bond0  up
nic-eth1 > bond-bond0  standby
nic-eth2 > bond-bond0  down
nic-eth3 > bond-bond0
switch-switch > nic-eth0  up
switch-switch > nic-eth1  up
switch-switch > nic-eth2  down
switch-switch > nic-eth3
`},
		"the active slave is not known": {
			bonds: []report.Bond{bonded("bond0", 1, []report.Slave{nic("eth0", "up", false)})},
			want: `2 bond-bond0: bond0 | active-backup (mode 1) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s | up
0 switch-switch: switch | not in the report
nic-eth0 > bond-bond0  up
switch-switch > nic-eth0  up
`},
		"balance-alb sends by all": {
			bonds: []report.Bond{bonded("bond0", 6, []report.Slave{nic("eth0", "up", true), nic("eth1", "up", false)})},
			want: `2 bond-bond0: bond0 | balance-alb (mode 6) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s, active | up
0 switch-switch: switch | not in the report
1 nic-eth1: eth1 | 10 Gb/s | up
nic-eth0 > bond-bond0  up
nic-eth1 > bond-bond0  up
switch-switch > nic-eth0  up
switch-switch > nic-eth1  up
`},
		"two switches by LLDP, one of two aggregators": {
			bonds: []report.Bond{func() report.Bond {
				b := bonded("bond0", 4, []report.Slave{plugged("leaf1", "Et1", lagged(1, "00:1C:73:00:00:01", nic("eth0", "up", true))), plugged("leaf2", "Et1", lagged(2, "00:1c:73:00:00:02", nic("eth1", "up", true)))})
				b.LACP = &report.LACP{PartnerMAC: "00:1c:73:00:00:01", Ports: 1, Aggregator: 1}
				return b
			}()},
			want: `2 bond-bond0: bond0 | 802.3ad (mode 4) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s, aggregator 1 | up
0 switch-leaf1: leaf1 | by LLDP
1 nic-eth1: eth1 | 10 Gb/s, not in use, aggregator 2 | up
0 switch-leaf2: leaf2 | by LLDP
nic-eth0 > bond-bond0  up
nic-eth1 > bond-bond0  standby
switch-leaf1 > nic-eth0  Et1 | up
switch-leaf2 > nic-eth1  Et1 | up
`},
		"partners of LACP": {
			bonds: []report.Bond{bonded("bond0", 4, []report.Slave{lagged(0, "00:1c:73:00:00:01", nic("eth0", "up", true)), lagged(0, "00:00:00:00:00:00", nic("eth1", "up", true)),
				lagged(0, "00:00:00:00:00:00", nic("eth2", "down", false))})},
			want: `2 bond-bond0: bond0 | 802.3ad (mode 4) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s | up
0 switch-switch: switch | LACP partner 00:1c:73:00:00:01
1 nic-eth1: eth1 | 10 Gb/s | up
0 switch-switch-x2: switch | no LACP answer
1 nic-eth2: eth2 | DOWN | down
0 switch-switch-x3: switch | not in the report
nic-eth0 > bond-bond0  up
nic-eth1 > bond-bond0  up
nic-eth2 > bond-bond0  down
switch-switch > nic-eth0  up
switch-switch-x2 > nic-eth1  up
switch-switch-x3 > nic-eth2  down
`},
		"two bonds on one bridge: the worse verdict": {
			bonds: []report.Bond{
				bonded("bond0", 2, pair[:1], bridge(vms("a"), "bond0", "br0")),
				func() report.Bond {
					b := bonded("bond1", 2, pair[1:], bridge(vms("a"), "bond1", "br0"))
					b.Attachments[0].Verdict = "not-working"
					return b
				}(),
			},
			want: `2 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s | up
0 switch-switch: switch | not in the report
3 bridge-br0: br0 | bridge | not-working
4 guest-a: a | VM | up
2 bond-bond1: bond1 | balance-xor (mode 2) | up | recommended
1 nic-eth1: eth1 | 10 Gb/s | up
0 switch-switch-x2: switch | not in the report
nic-eth0 > bond-bond0  up
switch-switch > nic-eth0  up
bond-bond0 > bridge-br0
bond-bond1 > bridge-br0
bridge-br0 > guest-a  vnet0 | up
nic-eth1 > bond-bond1  up
switch-switch-x2 > nic-eth1  up
`},
		"a guest on two bridges, twice on one": {
			bonds: []report.Bond{bonded("bond0", 2, nil, bridge(append(vms("a"), report.Guest{Name: "a", Kind: "vm", Interface: "vnet7"}), "bond0", "br0"), bridge(vms("b", "a"), "bond0", "br1"))},
			want: `0 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 bridge-br0: br0 | bridge | recommended
2 guest-a: a | VM | up
1 bridge-br1: br1 | bridge | recommended
2 guest-b: b | VM | up
bond-bond0 > bridge-br0
bridge-br0 > guest-a  vnet0 | up
bridge-br0 > guest-a  vnet7 | off
bridge-br1 > guest-a  vnet1 | up
bond-bond0 > bridge-br1
bridge-br1 > guest-b  vnet0 | up
`},
		"VLANs on one another; the host; a bridge without VLAN in line with the others": {
			bonds: []report.Bond{bonded("bond0", 2, nil,
				devices(bridge(nil, "bond0", "bond0.10", "bond0.10.5", "br5"), report.Device{Name: "bond0.10", Kind: "vlan", VLAN: 10, State: "up"}, report.Device{Name: "bond0.10.5", Kind: "vlan", VLAN: 5}),
				bridge(nil, "bond0", "br0"), report.Attachment{Kind: "host", Name: "bond0.10", Path: []string{"bond0", "bond0.10"}, Verdict: "not-affected"},
				devices(bridge(nil, "bond0", "br0", "br0.7", "br7"), report.Device{Name: "br0", Kind: "bridge"}, report.Device{Name: "br0.7", Kind: "vlan", VLAN: 7}))},
			want: `0 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 vlan-bond0-10: bond0.10 | VLAN 10 | up
2 vlan-bond0-10-5: bond0.10.5 | VLAN 5
3 bridge-br5: br5 | bridge | recommended
3 bridge-br0: br0 | bridge | recommended
6 host-this-host: this host | its own traffic | not-affected
4 vlan-br0-7: br0.7 | VLAN 7
5 bridge-br7: br7 | bridge | recommended
bond-bond0 > vlan-bond0-10
vlan-bond0-10 > vlan-bond0-10-5
vlan-bond0-10-5 > bridge-br5
bond-bond0 > bridge-br0
vlan-bond0-10 > host-this-host
bridge-br0 > vlan-br0-7
vlan-br0-7 > bridge-br7
`},
		"Open vSwitch: patch ports and a pair of veth are edges": {
			bonds: []report.Bond{bonded("bond0", 2, nil,
				devices(bridge(vms("a"), "bond0", "br-ex", "phy", "int", "br-int", "qvo", "qvb", "qbr"), report.Device{Name: "br-ex", Kind: "openvswitch"}, report.Device{Name: "br-int", Kind: "openvswitch", State: "off"},
					report.Device{Name: "qvo", Kind: "veth", State: "up"}, report.Device{Name: "qvb", Kind: "veth", State: "down"}),
				report.Attachment{Kind: "ovs-bridge", Name: "br-int", Path: []string{"bond0", "br-ex", "phy", "int", "br-int"}, Verdict: "partial", Guests: vms("b"),
					Devices: []report.Device{{Name: "br-ex", Kind: "openvswitch"}, {Name: "br-int", Kind: "openvswitch", State: "off"}}})},
			want: `0 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 bridge-br-ex: br-ex | Open vSwitch bridge
2 bridge-br-int: br-int | Open vSwitch bridge | partial
3 bridge-qbr: qbr | bridge | recommended
4 guest-a: a | VM | up
4 guest-b: b | VM | up
bond-bond0 > bridge-br-ex
bridge-br-ex > bridge-br-int  phy – int
bridge-br-int > bridge-qbr  qvo – qvb | down
bridge-qbr > guest-a  vnet0 | up
bridge-br-int > guest-b  vnet0 | up
`},
		"macvtap, and what is not known": {
			bonds: []report.Bond{bonded("bond0", 2, nil, report.Attachment{Kind: "macvtap", Name: "macvtap0", Path: []string{"bond0", "macvtap0"}, Verdict: "partial", Guests: vms("a")},
				report.Attachment{Kind: "unknown", Name: "bond0", Path: []string{"bond0"}, Verdict: "unknown"})},
			want: `0 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 device-macvtap0: macvtap0 | macvtap | partial
2 guest-a: a | VM | up
1 unknown-not-in-the-report: not in the report | what sits here | unknown
bond-bond0 > device-macvtap0
device-macvtap0 > guest-a  vnet0 | up
bond-bond0 > unknown-not-in-the-report
`},
		"a bond of bonds": {
			bonds: []report.Bond{bonded("outer", 2, []report.Slave{nic("inner", "up", true)}), bonded("inner", 2, pair[:1]), bonded("circle", 0, []report.Slave{nic("outer", "up", true), nic("circle", "up", true)}),
				bonded("late", 0, nil, report.Attachment{Kind: "host", Name: "inner", Path: []string{"late", "inner"}, Verdict: "not-affected"})},
			want: `4 bond-outer: outer | balance-xor (mode 2) | up | recommended
3 bond-inner: inner | balance-xor (mode 2) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s | up
0 switch-switch: switch | not in the report
5 bond-circle: circle | balance-rr (mode 0) | up | recommended
1 nic-circle: circle | 10 Gb/s | up
0 switch-switch-x2: switch | not in the report
2 bond-late: late | balance-rr (mode 0) | up | recommended
6 host-this-host: this host | its own traffic | not-affected
bond-inner > bond-outer  up
nic-eth0 > bond-inner  up
bond-late > bond-inner
switch-switch > nic-eth0  up
bond-outer > bond-circle  up
nic-circle > bond-circle  up
switch-switch-x2 > nic-circle  up
bond-inner > host-this-host
`},
		"names that are not names, and a circle": {
			bonds: []report.Bond{bonded("漢字", 2, []report.Slave{nic("漢字", "up", true), nic("--", "up", true), nic(strings.Repeat("long", 20), "up", true), nic(strings.Repeat("long", 20)+"!", "weird", false)},
				bridge(nil, "漢字", "x", "y"), bridge(nil, "漢字", "y", "x"), bridge(nil, "漢字", "漢字"))},
			want: `2 bond: 漢字 | balance-xor (mode 2) | up | recommended
1 nic: 漢字 | 10 Gb/s | up
0 switch-switch: switch | not in the report
1 nic-x2: -- | 10 Gb/s | up
1 nic-longlonglonglonglonglonglonglonglong: longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong | 10 Gb/s | up
1 nic-longlonglonglonglonglonglonglonglong-x2: longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong! | WEIRD
3 bridge-x: x | bridge | recommended
4 bridge-y: y | bridge | recommended
3 bridge: 漢字 | bridge | recommended
nic > bond  up
nic-x2 > bond  up
nic-longlonglonglonglonglonglonglonglong > bond  up
nic-longlonglonglonglonglonglonglonglong-x2 > bond
switch-switch > nic  up
switch-switch > nic-x2  up
switch-switch > nic-longlonglonglonglonglonglonglonglong  up
switch-switch > nic-longlonglonglonglonglonglonglonglong-x2
bond > bridge-x
bond > bridge-y
bridge-x > bridge-y
bond > bridge
`},
		"folds": {
			opt: Options{Fold: 2},
			bonds: []report.Bond{bonded("bond0", 2, []report.Slave{nic("eth0", "up", true), nic("eth1", "up", true), nic("eth2", "up", true), nic("eth3", "up", true), nic("eth4", "down", false)},
				bridge(append(vms("a", "b", "c", "d"), report.Guest{Name: "e", Kind: "vm"}, report.Guest{Name: "x", Kind: "container", Running: true}), "bond0", "br0"),
				bridge(nil, "bond0", "br1"), bridge(vms("p", "q"), "bond0", "br2"), report.Attachment{Kind: "ovs-bridge", Name: "br3", Path: []string{"bond0", "br3"}, Verdict: "partial", Guests: vms("q", "r")})},
			want: `2 bond-bond0: bond0 | balance-xor (mode 2) | up | recommended
1 nic-eth0: eth0 | 10 Gb/s | up
0 switch-switch: switch | not in the report
1 nic-eth4: eth4 | DOWN | down
1 fold-and-3-more-links: and 3 more links | up | eth1,eth2,eth3
3 bridge-br0: br0 | bridge | recommended
4 guest-a: a | VM | up
4 guest-b: b | VM | up
4 fold-and-3-more-vms: and 3 more VMs | 1 off | c,d,e
4 fold-and-1-more-container: and 1 more container | x
3 bridge-br1: br1 | bridge | recommended
3 fold-and-2-more-bridges: and 2 more bridges | 3 guests | partial | br2,br3
nic-eth0 > bond-bond0  up
nic-eth4 > bond-bond0  down
fold-and-3-more-links > bond-bond0  up
switch-switch > nic-eth0  up
switch-switch > nic-eth4  down
bond-bond0 > bridge-br0
bridge-br0 > guest-a  vnet0 | up
bridge-br0 > guest-b  vnet1 | up
bridge-br0 > fold-and-3-more-vms
bridge-br0 > fold-and-1-more-container
bond-bond0 > bridge-br1
bond-bond0 > fold-and-2-more-bridges
`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := New(report.Host{Bonds: tt.bonds}, tt.opt)
			sound(t, report.Host{Bonds: tt.bonds}, p)
			if diff := gocmp.Diff(tt.want, draw(p)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMarks checks where a finding is marked.
func TestMarks(t *testing.T) {
	guests := append(vms("web01", "web02"), report.Guest{Name: "ns1", Kind: "container", Interface: "veth1", Running: true})
	bond := bonded("bond0", 1, pair, devices(bridge(guests, "bond0", "bond0.100", "br100", "left", "right", "br9"), report.Device{Name: "bond0.100", Kind: "vlan"}, report.Device{Name: "br100", Kind: "bridge"}),
		report.Attachment{Kind: "host", Name: "bond0.5", Path: []string{"bond0", "bond0.5"}})
	tests := map[string]struct {
		subject  report.Subject
		severity string
		want     string
	}{
		"bond":                     {report.Subject{Bond: "bond0"}, "error", "bond-bond0"},
		"the bond as a link":       {report.Subject{Link: "bond0"}, "error", "bond-bond0"},
		"bridge":                   {report.Subject{Bond: "bond0", Bridge: "br9"}, "error", "bridge-br9"},
		"bridge and all guests":    {report.Subject{Bond: "bond0", Bridge: "br9", Guests: []string{"ns1", "web01", "web02"}}, "error", "bridge-br9"},
		"bridge and some guests":   {report.Subject{Bridge: "br9", Guests: []string{"ns1", "web01"}}, "error", "guest-web01 guest-ns1 bridge-br9>guest-web01 bridge-br9>guest-ns1"},
		"bridge and other guests":  {report.Subject{Bond: "bond0", Bridge: "br9", Guests: []string{"gone"}}, "error", "bridge-br9"},
		"a bridge below":           {report.Subject{Bond: "bond0", Bridge: "br100"}, "warning", "bridge-br100"},
		"guest alone":              {report.Subject{Bond: "bond0", Guests: []string{"web02"}}, "error", "guest-web02 bridge-br9>guest-web02"},
		"link of the bond":         {report.Subject{Bond: "bond0", Link: "eth1"}, "error", "nic-eth1 nic-eth1>bond-bond0"},
		"link of a guest":          {report.Subject{Bond: "bond0", Link: "veth1"}, "error", "guest-ns1 bridge-br9>guest-ns1"},
		"VLAN":                     {report.Subject{Bond: "bond0", Link: "bond0.100"}, "error", "vlan-bond0-100"},
		"VLAN of the host":         {report.Subject{Bond: "bond0", Link: "bond0.5"}, "error", "vlan-bond0-5"},
		"a port between bridges":   {report.Subject{Bond: "bond0", Link: "right"}, "error", "bridge-br100>bridge-br9"},
		"unknown link":             {report.Subject{Bond: "bond0", Link: "eth9"}, "error", "bond-bond0"},
		"unknown bridge":           {report.Subject{Bond: "bond0", Bridge: "br77"}, "error", "bond-bond0"},
		"unknown bridge, no bond":  {report.Subject{Bridge: "br77"}, "error", "host"},
		"another bond":             {report.Subject{Bond: "bond1", Link: "eth1"}, "error", "host"},
		"the host":                 {report.Subject{}, "critical", "host"},
		"info is not marked":       {report.Subject{Bond: "bond0"}, "info", ""},
		"a severity of the future": {report.Subject{Bond: "bond0"}, "fatal", "bond-bond0"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := report.Finding{Rule: "SB999", Severity: tt.severity, Subject: tt.subject}
			symptom := f
			symptom.ExplainedBy = "SB998"
			h := report.Host{Bonds: []report.Bond{bond}, Findings: []report.Finding{symptom, f, f}}
			p := New(h, Options{})
			sound(t, h, p)
			if got := strings.Join(marked(t, p), " "); got != tt.want {
				t.Errorf("marked %q, want %q", got, tt.want)
			}
		})
	}
}

// TestMarksDevices: a finding about several macvlan devices names the first of them, and the guests of all.
func TestMarksDevices(t *testing.T) {
	var list []report.Attachment
	for _, n := range []string{"a", "b", "c"} {
		list = append(list, report.Attachment{Kind: "macvlan", Name: n + "/eth0", Path: []string{"bond0", n + "/eth0"}, Guests: vms(n)})
	}
	list = append(list, bridge(vms("b"), "bond0", "br0"))
	h := report.Host{Bonds: []report.Bond{bonded("bond0", 6, nil, list...)}}
	for range 3 {
		h.Findings = append(h.Findings, report.Finding{Rule: "SB999", Severity: "error", Subject: report.Subject{Bond: "bond0", Bridge: "a/eth0", Guests: []string{"a", "b"}}})
	}
	h.Findings[0].ExplainedBy = "SB998"
	p := New(h, Options{})
	sound(t, h, p)
	if got := marked(t, p); !slices.Equal(got, []string{"device-a-eth0", "device-b-eth0"}) {
		t.Error(got)
	}
}

// TestWords: a good verdict that holds on conditions says so, and one of a bond in trouble.
func TestWords(t *testing.T) {
	plain := bonded("bond0", 4, pair, bridge(vms("a"), "bond0", "br0"))
	held := bonded("bond0", 2, pair, bridge(vms("a"), "bond0", "br0"))
	held.Attachments[0].Conditions = []string{"a channel on the switch"}
	trouble := []report.Finding{{Rule: "SB200", Severity: "error", Subject: report.Subject{Bond: "bond0", Link: "eth1"}}}
	for name, tt := range map[string]struct {
		bond     report.Bond
		findings []report.Finding
		want     string // of the host, the bond, the bridge
	}{
		"works":              {plain, nil, "works; works; works"},
		"on conditions":      {held, nil, "works, see conditions; works, see conditions; works, see conditions"},
		"in trouble":         {plain, trouble, "works, but in trouble; works, but in trouble; works"},
		"both":               {held, trouble, "works, but in trouble; works, but in trouble; works, see conditions"},
		"of another verdict": {func() report.Bond { b := plain; b.Verdict = "partial"; return b }(), trouble, "works; partial; works"},
	} {
		p := New(report.Host{Verdict: "recommended", Bonds: []report.Bond{tt.bond}, Findings: tt.findings}, Options{})
		at := map[Kind]Node{}
		for _, n := range p.Nodes {
			at[n.Kind] = n
		}
		if got := strings.Join([]string{p.Words, at[Bond].Words, at[Bridge].Words}, "; "); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if troubled := strings.Contains(tt.want, "trouble"); p.Despite != troubled || at[Bond].Despite != troubled {
			t.Errorf("%s: despite %v, %v", name, p.Despite, at[Bond].Despite)
		}
	}
}

// marked lists what both copies of the one finding are marked at.
func marked(t *testing.T, p Picture) (list []string) {
	both := func(at string, marks []Mark) {
		if len(marks) == 0 {
			return
		}
		if want := []Mark{{"SB999", marks[0].Severity, 1}, {"SB999", marks[0].Severity, 2}}; !slices.Equal(marks, want) || len(Rules(marks)) != 1 {
			t.Errorf("%s: %v", at, marks)
		}
		list = append(list, at)
	}
	for _, n := range p.Nodes {
		both(n.ID, n.Marks)
	}
	for _, e := range p.Edges {
		both(e.From+">"+e.To, e.Marks)
	}
	both("host", p.Marks)
	return list
}

// TestMarksFold checks that what a finding is about is drawn, however much there is of it.
func TestMarksFold(t *testing.T) {
	var list []report.Attachment
	var names, nics []string
	var slaves []report.Slave
	for i := range 30 {
		name := fmt.Sprintf("g%d", i)
		names, nics = append(names, name), append(nics, fmt.Sprintf("eth%d", i))
		slaves = append(slaves, nic(nics[i], "up", true))
	}
	for i := range 30 {
		list = append(list, bridge(vms(names...), "bond0", fmt.Sprintf("br%d", i)))
	}
	h := report.Host{Bonds: []report.Bond{bonded("bond0", 0, slaves, list...)}, Findings: []report.Finding{
		{Rule: "SB1", Severity: "error", Subject: report.Subject{Bridge: "br27", Guests: []string{"g29"}}}, {Rule: "SB2", Severity: "error", Subject: report.Subject{Link: "eth29"}},
	}}
	p := New(h, Options{})
	sound(t, h, p)
	at := map[string]Node{}
	for _, n := range p.Nodes {
		at[n.ID] = n
	}
	for id, rule := range map[string]string{"guest-g29": "SB1", "nic-eth29": "SB2"} {
		if n := at[id]; len(n.Marks) != 1 || n.Marks[0].Rule != rule {
			t.Errorf("%s: %v", id, n.Marks)
		}
	}
	if _, ok := at["bridge-br27"]; !ok || len(p.Nodes) > 80 {
		t.Errorf("br27 drawn: %v; %d nodes", ok, len(p.Nodes))
	}
	if all := New(h, Options{All: true}); len(all.Nodes) != 30+30+30+2 {
		t.Errorf("unfolded: %d nodes", len(all.Nodes))
	}
}

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// sound fails when a picture is not sound, or leaves out something of the host.
func sound(t *testing.T, h report.Host, p Picture) {
	t.Helper()
	layer, folded := map[string]int{}, 0
	columns := map[int]bool{}
	for _, n := range p.Nodes {
		if _, twice := layer[n.ID]; twice || !idForm.MatchString(n.ID) {
			t.Errorf("id %q", n.ID)
		}
		layer[n.ID], columns[n.Layer] = n.Layer, true
		folded += n.Count
		if (n.Kind == Fold) != (n.Count > 0) || n.Count != len(n.Folded) {
			t.Errorf("%s folds %d: %q", n.ID, n.Count, n.Folded)
		}
	}
	for i := range len(columns) {
		if !columns[i] {
			t.Errorf("%d layers, none is %d", len(columns), i)
		}
	}
	seen, order, marks := map[[3]string]bool{}, -1, slices.Clone(p.Marks)
	for _, e := range p.Edges {
		from, known := layer[e.From]
		if to := layer[e.To]; !known || from >= to {
			t.Errorf("edge %s (%d) to %s (%d)", e.From, from, e.To, to)
		}
		to := slices.IndexFunc(p.Nodes, func(n Node) bool { return n.ID == e.To })
		if to < order {
			t.Errorf("edge to %s comes late", e.To)
		}
		order, marks = to, append(marks, e.Marks...)
		key := [3]string{e.From, e.To, e.Label}
		if seen[key] {
			t.Errorf("%s to %s twice", e.From, e.To)
		}
		seen[key] = true
	}
	for _, n := range p.Nodes {
		marks = append(marks, n.Marks...)
	}
	for i, f := range h.Findings {
		if at := slices.ContainsFunc(marks, func(m Mark) bool { return m.Finding == i && m.Rule == f.Rule && m.Severity == f.Severity }); at != render.InFull(f) {
			t.Errorf("finding %d (%s, %s): marked %v", i, f.Rule, f.Severity, at)
		}
	}
	checkGuests(t, h, p)
}

// checkGuests checks that every guest is drawn, or folded, or on a bridge that is.
func checkGuests(t *testing.T, h report.Host, p Picture) {
	t.Helper()
	there := map[string]bool{}
	for _, n := range p.Nodes {
		there[cmp.Or(n.Name, "unnamed")] = true
		for _, name := range n.Folded {
			there[cmp.Or(name, "unnamed")] = true
		}
	}
	for _, b := range h.Bonds {
		for _, s := range b.Slaves {
			if !there[cmp.Or(s.Name, "unnamed")] {
				t.Errorf("slave %q is not there", s.Name)
			}
		}
		for _, a := range b.Attachments {
			if hasTop(a) && !there[a.Name] {
				t.Errorf("%q is not there", a.Name)
			}
			for _, g := range a.Guests {
				if !there[cmp.Or(g.Name, "unnamed")] && !slices.ContainsFunc(p.Nodes, func(n Node) bool { return slices.Contains(n.Folded, a.Name) }) {
					t.Errorf("guest %q is not there", g.Name)
				}
			}
		}
	}
}

// TestHosts makes the picture of each host that the project has a report of.
func TestHosts(t *testing.T) {
	files, err := filepath.Glob("../../testdata/golden/*.json")
	if err != nil || len(files) < 30 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		for _, h := range readDocument(t, file).Hosts {
			sound(t, h, New(h, Options{}))
			sound(t, h, New(h, Options{All: true}))
		}
	}
	for _, d := range rendertest.Documents() {
		for _, h := range d.Doc.Hosts {
			sound(t, h, New(h, Options{}))
		}
	}
}

func readDocument(t *testing.T, file string) (doc report.Document) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// FuzzNew makes pictures of hosts that no analysis would bring forth.
func FuzzNew(f *testing.F) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 120 {
		seed := make([]byte, random.IntN(600))
		for i := range seed {
			seed[i] = byte(random.Uint32())
		}
		f.Add(seed, uint8(random.Uint32()))
	}
	f.Fuzz(func(t *testing.T, data []byte, fold uint8) {
		filled := rendertest.Fill(append([]byte{0x80, 0x80, 0x80, 1}, data...)).Hosts
		for _, h := range append(filled, tangled(data)) {
			opt := Options{Fold: int(fold % 5), All: fold >= 128}
			p := New(h, opt)
			sound(t, h, p)
			checkScene(t, arrange(p))
			checkMarkup(t, svg(t, p, SVGOptions{}))
			if diff := gocmp.Diff(p, New(h, opt)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// tangled makes a host whose parts have a few names among them, so that everything is joined to everything.
func tangled(data []byte) (h report.Host) {
	next := func(n int) int {
		if len(data) == 0 {
			return 0
		}
		b := int(data[0])
		data = data[1:]
		return b % n
	}
	pick := func(list ...string) string { return list[next(len(list))] }
	name := func() string {
		return pick("bond0", "bond1", "eth0", "eth1", "br0", "br1", "br0.5", "web", "", "漢", "a-b", "a_b", "x\x00\"<")
	}
	names := func() (list []string) {
		for range next(5) {
			list = append(list, name())
		}
		return list
	}
	for range next(4) {
		b := report.Bond{Name: name(), Mode: pick("", "802.3ad"), ModeNumber: next(8) - 1, MIIStatus: pick("up", "down", ""), Verdict: pick("partial", "unknown", "new")}
		if next(2) == 1 {
			b.LACP = &report.LACP{PartnerMAC: pick("", "00:00:00:00:00:00", "aa"), Ports: next(3), Aggregator: next(3)}
		}
		for range next(5) {
			s := report.Slave{Name: name(), MIIStatus: pick("up", "down", "", "going back"), Active: next(2) == 1, Aggregator: next(3), PartnerMAC: pick("", "00:00:00:00:00:00", "aa")}
			if next(3) == 1 {
				s.Switch = &report.Port{Switch: name(), Port: name()}
			}
			b.Slaves = append(b.Slaves, s)
		}
		for range next(6) {
			a := report.Attachment{Kind: pick("bridge", "ovs-bridge", "macvlan", "host", "unknown", "new"), Name: name(), Path: names(), Verdict: pick("partial", "recommended", "")}
			for range next(6) {
				a.Guests = append(a.Guests, report.Guest{Name: name(), Kind: pick("vm", "container", "unknown", ""), Interface: name(), Running: next(2) == 1})
			}
			for range next(4) {
				a.Devices = append(a.Devices, report.Device{Name: name(), Kind: pick("vlan", "bridge", "veth", "openvswitch", ""), VLAN: next(3), State: pick("up", "down", "off", "")})
			}
			b.Attachments = append(b.Attachments, a)
		}
		h.Bonds = append(h.Bonds, b)
	}
	for i := range next(6) {
		f := report.Finding{Rule: fmt.Sprintf("SB%d", i/2), Severity: pick("error", "warning", "info", "new"), ExplainedBy: pick("", "", "SB0")}
		f.Subject = report.Subject{Bond: name(), Bridge: name(), Link: name(), Guests: names()}
		h.Findings = append(h.Findings, f)
	}
	return h
}
