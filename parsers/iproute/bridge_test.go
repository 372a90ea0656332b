package iproute

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

func TestParseFDB(t *testing.T) {
	entry := func(line int, mac, dev string, change func(*FDBEntry)) FDBEntry {
		e := FDBEntry{Line: line, MAC: mac, Dev: dev, State: "dynamic", Used: -1, Updated: -1}
		change(&e)
		return e
	}
	tests := []struct {
		name, text string
		want       []FDBEntry
		problems   []int
	}{
		{"iproute2 6.15, -s", `33:33:00:00:00:01 dev eth0 self permanent
02:00:00:00:10:02 dev bond0 used 144/4 master br0 
02:00:00:00:10:01 dev bond0 vlan 1 used 255/255 master br0 permanent
52:54:00:AA:00:01 dev vnet0 master br0 sticky static
52:54:00:aa:00:02 dev bond0.100 extern_learn offload master br100 
`, []FDBEntry{
			entry(1, "33:33:00:00:00:01", "eth0", func(e *FDBEntry) { e.Self, e.State = true, "permanent" }),
			entry(2, "02:00:00:00:10:02", "bond0", func(e *FDBEntry) { e.Used, e.Updated, e.Master = 144, 4, "br0" }),
			entry(3, "02:00:00:00:10:01", "bond0", func(e *FDBEntry) {
				e.VLAN, e.Used, e.Updated, e.Master, e.State = 1, 255, 255, "br0", "permanent"
			}),
			entry(4, "52:54:00:aa:00:01", "vnet0", func(e *FDBEntry) { e.Master, e.Sticky, e.State = "br0", true, "static" }),
			entry(5, "52:54:00:aa:00:02", "bond0.100", func(e *FDBEntry) { e.ExternLearn, e.Offload, e.Master = true, true, "br100" }),
		}, nil},
		{"the bare word master", `52:54:00:aa:00:01 dev vnet0 vlan 10  used 3/1 self master stale
52:54:00:aa:00:02 dev vnet0 master sticky master br0 static
52:54:00:aa:00:03 dev vnet0 master
52:54:00:aa:00:04 dev vnet0 master state=0x40
`, []FDBEntry{
			entry(1, "52:54:00:aa:00:01", "vnet0", func(e *FDBEntry) {
				e.VLAN, e.Used, e.Updated, e.Self, e.OfMaster, e.State = 10, 3, 1, true, true, "stale"
			}),
			entry(2, "52:54:00:aa:00:02", "vnet0", func(e *FDBEntry) { e.OfMaster, e.Sticky, e.Master, e.State = true, true, "br0", "static" }),
			entry(3, "52:54:00:aa:00:03", "vnet0", func(e *FDBEntry) { e.OfMaster = true }),
			entry(4, "52:54:00:aa:00:04", "vnet0", func(e *FDBEntry) { e.OfMaster, e.State = true, "state=0x40" }),
		}, nil},
		{"VXLAN", `00:00:00:00:00:00 dev vx0 dst 10.0.0.2 port 4789 vni 5 src_vni 6 via eth0 link-netnsid 1 self permanent
52:54:00:aa:00:01 dev vx0 nhid 7 via ifindex 12 activity_notify inactive extern_learn self
`, []FDBEntry{
			entry(1, "00:00:00:00:00:00", "vx0", func(e *FDBEntry) { e.Self, e.State = true, "permanent" }),
			entry(2, "52:54:00:aa:00:01", "vx0", func(e *FDBEntry) { e.Self, e.ExternLearn = true, true }),
		}, nil},
		{"no device, hidden addresses, CRLF", "x-mac-0000000001-x vlan 5 master br0 permanent\r\nxx:xx:xx:xx:xx:xx dev eth0 self\r\n", []FDBEntry{
			entry(1, "x-mac-0000000001-x", "", func(e *FDBEntry) { e.VLAN, e.Master, e.State = 5, "br0", "permanent" }),
			entry(2, "xx:xx:xx:xx:xx:xx", "eth0", func(e *FDBEntry) { e.Self = true }),
		}, nil},
		{"errors", `RTNETLINK answers: Operation not supported
Cannot find device "br9"
52:54:00:aa:00:01 dev vnet0 vlan x used 1 master br0
52:54:00:aa:00:01`, []FDBEntry{
			entry(3, "52:54:00:aa:00:01", "vnet0", func(e *FDBEntry) { e.Master = "br0" }),
		}, []int{1, 2, 3, 4}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseFDB([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLines(t, problems, test.problems)
		})
	}
}

func TestParseBridgeLinks(t *testing.T) {
	tests := []struct {
		name, text string
		want       []BridgePort
		problems   []int
	}{
		{"iproute2 6.1, -d", `4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 
    hairpin off guard off learning on mcast_router 1 
5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 
    hairpin off 
6: vnet0@eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state blocking priority 32 cost 2 
    hairpin off isolated on 
`, []BridgePort{
			{Line: 1, Index: 4, Name: "bond0", Master: "br0", State: at("forwarding", 1), Attrs: map[string]text.At[string]{
				"priority": at("32", 1), "cost": at("2", 1), "hairpin": at("off", 2), "guard": at("off", 2), "learning": at("on", 2), "mcast_router": at("1", 2),
			}},
			{Line: 5, Index: 6, Name: "vnet0", Master: "br0", State: at("blocking", 5), Attrs: map[string]text.At[string]{
				"priority": at("32", 5), "cost": at("2", 5), "hairpin": at("off", 6), "isolated": at("on", 6),
			}},
		}, nil},
		{"RHEL 7, the link state first", `3: eth1 state UP : <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master virbr0 state forwarding priority 32 cost 100 
7: vnet0 state UNKNOWN @if6: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master virbr0 state disabled priority 32 cost 100 
    	 1 PVID Egress Untagged
2: ens1 state UP : <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 hwmode VEB 
`, []BridgePort{
			{Line: 1, Index: 3, Name: "eth1", Master: "virbr0", State: at("forwarding", 1), Attrs: map[string]text.At[string]{
				"priority": at("32", 1), "cost": at("100", 1),
			}},
			{Line: 2, Index: 7, Name: "vnet0", Master: "virbr0", State: at("disabled", 2), Attrs: map[string]text.At[string]{
				"priority": at("32", 2), "cost": at("100", 2),
			}},
			{Line: 4, Index: 2, Name: "ens1", Attrs: map[string]text.At[string]{"hwmode": at("VEB", 4)}},
		}, nil},
		{"errors", "Cannot open network namespace \"x\": No such file or directory\n    hairpin off\n4: bond0", nil, []int{1, 3}},
		{"empty", "\n", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseBridgeLinks([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLines(t, problems, test.problems)
		})
	}
}

func TestParseVLANs(t *testing.T) {
	want := func(lines ...int) []PortVLAN {
		list := []PortVLAN{
			{Port: "bond0", First: 1, Last: 1, PVID: true, Untagged: true},
			{Port: "bond0", First: 10, Last: 10},
			{Port: "bond0", First: 100, Last: 199},
			{Port: "vnet0", First: 10, Last: 10, PVID: true, Untagged: true},
		}
		for i := range list {
			list[i].Line = lines[i]
		}
		return list
	}
	detailed := `port              vlan-id  
bond0             1 PVID Egress Untagged
                    state forwarding mcast_router 1 neigh_suppress off 
                  10
                    state forwarding mcast_router 1 
                    RX: 0 bytes 0 packets
                  100-199
                    state forwarding 
docker0           None
vnet0             10 PVID Egress Untagged
                    state forwarding mcast_router 1 
`
	tests := []struct {
		name, text string
		want       []PortVLAN
		problems   []int
	}{
		{"before 5.0", "port\tvlan ids\nbond0\t 1 PVID Egress Untagged\n\t 10\n\t 100-199\n\ndocker0\tNone\nvnet0\t 10 PVID Egress Untagged\n\n", want(2, 3, 4, 7), nil},
		{"5.16, details", detailed, want(2, 4, 7, 10), nil},
		{"indented, CRLF", "  " + strings.ReplaceAll(detailed, "\n", "\r\n  "), want(2, 4, 7, 10), nil},
		{"errors", "RTNETLINK answers: Operation not supported\nport\tvlan ids\n\t 10\n", nil, []int{1, 3}},
		{"empty", "", nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := ParseVLANs([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			checkLines(t, problems, test.problems)
		})
	}
}

func TestParseNamespaces(t *testing.T) {
	got, problems := ParseNamespaces([]byte("guest2 (id: 2)\r\nrem4\n\nqrouter-1b2c (id: 0)\n" +
		"RTNETLINK answers: Invalid argument\nError: Peer netns reference is invalid.\nx (id: y)\nfa8"))
	want := []Namespace{
		{Line: 1, Name: "guest2", ID: 2}, {Line: 2, Name: "rem4", ID: -1}, {Line: 4, Name: "qrouter-1b2c", ID: 0}, {Line: 8, Name: "fa8", ID: -1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	checkLines(t, problems, []int{5, 6, 7})
	if got, problems := ParseNamespaces(nil); got != nil || problems != nil {
		t.Errorf("of nothing: %v, %v", got, problems)
	}
}

func FuzzParseFDB(f *testing.F) {
	f.Add([]byte("02:00:00:00:10:01 dev bond0 vlan 1 used 255/255 master br0 permanent\n02::1 master master via ifindex\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, problems := ParseFDB(data)
		checkProblems(t, data, problems)
		for _, e := range entries {
			if e.MAC == "" || e.State == "" || e.Line < 1 || e.Line > 1+strings.Count(string(data), "\n") {
				t.Errorf("%+v", e)
			}
		}
	})
}

func FuzzParseBridgeLinks(f *testing.F) {
	f.Add([]byte("4: bond0@x: <UP> mtu 1500 master br0 state forwarding\n    hairpin off\n7: v state UP @if6: <> hwmode VEB\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		ports, problems := ParseBridgeLinks(data)
		checkProblems(t, data, problems)
		for _, p := range ports {
			if p.Line < 1 || p.Line > 1+strings.Count(string(data), "\n") || p.Attrs == nil || p.Name == p.Master && p.Name != "" {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestParseVLANsJSON(t *testing.T) {
	for name, data := range map[string]string{
		"iproute2 5 and later": `[{"ifname":"bond0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":100,"vlanEnd":199}]}]`,
		"iproute2 4":           `{"bond0":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":100,"vlanEnd":199}]}`,
	} {
		got, problems := ParseVLANs([]byte(data + "\n"))
		want := []PortVLAN{{Line: 1, Port: "bond0", First: 1, Last: 1, PVID: true, Untagged: true}, {Line: 1, Port: "bond0", First: 100, Last: 199}}
		if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
			t.Errorf("%s: %s %v", name, diff, problems)
		}
	}
	if got, problems := ParseVLANs([]byte(`[{"ifname":"bond0","vlans":[{"vlan":"x"},{"vlan":9000}]}]`)); len(got) != 0 || len(problems) == 0 {
		t.Errorf("bad numbers: %v %v", got, problems)
	}
}

func FuzzParseVLANs(f *testing.F) {
	f.Add([]byte(`[{"ifname":"bond0","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":100,"vlanEnd":199}]}]`))
	f.Add([]byte("port\tvlan ids\nbond0\t 1 PVID Egress Untagged\n\t 100-199\nd None\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		vlans, problems := ParseVLANs(data)
		checkProblems(t, data, problems)
		for _, v := range vlans {
			if v.Port == "" || v.First < 0 || v.First > v.Last || v.Last > 4095 || v.Line < 1 {
				t.Errorf("%+v", v)
			}
		}
	})
}

func FuzzParseNamespaces(f *testing.F) {
	f.Add([]byte("guest2 (id: 2)\nrem4\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseNamespaces(data)
		checkProblems(t, data, problems)
		for _, ns := range list {
			if ns.Name == "" || ns.Line < 1 || ns.Line > 1+strings.Count(string(data), "\n") {
				t.Errorf("%+v", ns)
			}
		}
	})
}
