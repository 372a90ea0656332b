package ovsconf

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/text"
)

// ocp414 is of OpenShift 4.14 (iproute2 5.18): two states, of which the second counts.
const ocp414 = `-- Logs begin at Tue 2023-10-17 12:30:01 UTC, end at Tue 2023-10-17 12:50:00 UTC. --
Oct 17 12:48:29 localhost.localdomain systemd[1]: Starting Configures OVS with proper host networking configuration...
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5533]: + print_state
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5533]: + echo 'Current device, connection, interface and routing state:'
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5533]: Current device, connection, interface and routing state:
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5536]: + grep -v unmanaged
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5535]: + nmcli -g all device
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5536]: bond0:bond:connected:limited:limited:/org/freedesktop/NetworkManager/Devices/5:bond-bond0:a9732df4-4570-4f64-853f-f8b21d6c8a09:/org/freedesktop/NetworkManager/ActiveConnection/36
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5533]: + ip -d address show
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5547]: 3: eth1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP group default qlen 1000
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5547]:     link/ether 86:52:90:7d:7a:e7 brd ff:ff:ff:ff:ff:ff permaddr 52:54:00:0d:cd:ce promiscuity 0 minmtu 68 maxmtu 65535
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5533]: + ip route show
Oct 17 12:48:29 localhost.localdomain configure-ovs.sh[5548]: default via 192.168.121.1 dev eth0 proto dhcp src 192.168.121.102 metric 100
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[5533]: ++ print_state
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[5533]: ++ ip -d address show
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]: 3: eth1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP group default qlen 1000
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     link/ether 86:52:90:7d:7a:e7 brd ff:ff:ff:ff:ff:ff permaddr 52:54:00:0d:cd:ce promiscuity 0 minmtu 68 maxmtu 65535
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     bond_slave state ACTIVE mii_status UP link_failure_count 0 perm_hwaddr 52:54:00:0d:cd:ce queue_id 0 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 gro_max_size 65536 parentbus virtio parentdev virtio3
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     altname enp0s6
Oct 17 12:48:41 localhost.localdomain NetworkManager[931]: <info>  [1697546921.1]  device (bond0): carrier: link connected
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]: 7: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master ovs-system state UP group default qlen 1000
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     link/ether 36:1d:c3:72:9b:d1 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65535
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     bond mode balance-rr miimon 100 updelay 0 downdelay 0 peer_notify_delay 0
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     openvswitch_slave numtxqueues 16 numrxqueues 16
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:     inet 192.168.50.112/32 scope global noprefixroute bond0
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[6394]:        valid_lft forever preferred_lft forever
Oct 17 12:48:41 localhost.localdomain configure-ovs.sh[5533]: ++ ip route show
`

func TestParse(t *testing.T) {
	logs, problems := Parse([]byte(ocp414))
	if len(problems) > 0 {
		t.Errorf("problems: %+v", problems)
	}
	if len(logs) != 1 || logs[0].Node != "localhost.localdomain" || logs[0].Line != 2 || len(logs[0].Links) != 2 {
		t.Fatalf("logs: %+v", logs)
	}
	at := text.Of[string]
	want := iproute.Link{
		Line: 21, Index: 7, Name: "bond0", Flags: []string{"BROADCAST", "MULTICAST", "MASTER", "UP", "LOWER_UP"}, MTU: text.Of(1500, 21),
		Master: at("ovs-system", 21), State: "UP", Encap: "ether", MAC: at("36:1d:c3:72:9b:d1", 22), LinkNetNSID: -1,
		Promiscuity: text.Of(1, 22), Kind: at("bond", 23), SlaveKind: at("openvswitch", 24), SlaveAttrs: map[string]text.At[string]{},
		Attrs: map[string]text.At[string]{
			"mode": at("balance-rr", 23), "miimon": at("100", 23), "updelay": at("0", 23), "downdelay": at("0", 23),
			"peer_notify_delay": at("0", 23),
		},
		Details: map[string]text.At[string]{
			"brd": at("ff:ff:ff:ff:ff:ff", 22), "minmtu": at("68", 22), "maxmtu": at("65535", 22), "numtxqueues": at("16", 24), "numrxqueues": at("16", 24),
		},
		Addrs: []iproute.Addr{{Line: 25, Family: "inet", CIDR: "192.168.50.112/32", Scope: "global"}},
	}
	if diff := cmp.Diff(want, logs[0].Links[1]); diff != "" {
		t.Error(diff)
	}
	eth1 := logs[0].Links[0]
	if eth1.Name != "eth1" || eth1.Line != 16 || eth1.SlaveAttrs["state"] != at("ACTIVE", 18) || eth1.PermMAC.Line != 17 {
		t.Errorf("eth1: %+v", eth1)
	}
}

// state48 is what configure-ovs.sh of OpenShift 4.8 to 4.11 prints with a bond in mode 802.3ad (iproute2 5.15).
const state48 = `+ ip -d address show
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0 minmtu 0 maxmtu 0 numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
3: enp0s4: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc fq_codel master bond0 state UP group default qlen 1000
    link/ether 52:54:00:3a:af:32 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65535 
    bond_slave state BACKUP mii_status UP link_failure_count 0 perm_hwaddr 52:54:00:3a:af:32 queue_id 0 ad_aggregator_id 3 ad_actor_oper_port_state 69 ad_actor_oper_port_state_str <active,aggregating,defaulted> ad_partner_oper_port_state 1 ad_partner_oper_port_state_str <active> numtxqueues 1 numrxqueues 1 gso_max_size 65536 gso_max_segs 65535 
+ ip route show
192.168.123.0/24 dev br-ex proto kernel scope link src 192.168.123.77 metric 48 
+ exit 0
`

// journal puts the prefix of the journal before the lines of a text.
func journal(node, pid, s string) (lines []string) {
	for line := range strings.Lines(s) {
		lines = append(lines, fmt.Sprintf("Mar 11 10:53:59.%06d %s configure-ovs.sh[%s]: %s", len(lines), node, pid, line))
	}
	return lines
}

// TestNodes reads a file of several nodes whose lines alternate, as `oc adm node-logs` sorts them by time.
func TestNodes(t *testing.T) {
	a := journal("master-0", "918", state48)
	b := journal("master-1.example.com", "920", strings.ReplaceAll(state48, "BACKUP", "ACTIVE"))
	var mixed strings.Builder
	for i := range a {
		mixed.WriteString(a[i])
		mixed.WriteString(b[i])
	}
	mixed.WriteString("-- Reboot --\nMar 11 10:55:00 worker-2 systemd[1]: Finished Configures OVS with proper host networking configuration.\n")
	for name, data := range map[string]string{
		"LF": mixed.String(), "CRLF": strings.ReplaceAll(mixed.String(), "\n", "\r\n"),
		"the name of the node before all": strings.ReplaceAll(mixed.String(), "Mar 11", "node Mar 11"),
		"short-iso":                       strings.ReplaceAll(mixed.String(), "Mar 11 10:53:59", "2021-03-11T10:53:59+0000"),
	} {
		logs, problems := Parse([]byte(data))
		if len(problems) > 0 || len(logs) != 3 {
			t.Fatalf("%s: %d logs, problems %+v", name, len(logs), problems)
		}
		for i, want := range []struct {
			node, state string
			line        int
		}{{"master-0", "BACKUP", 15}, {"master-1.example.com", "ACTIVE", 16}} {
			got := logs[i]
			if got.Node != want.node || got.Line != i+1 || len(got.Links) != 2 {
				t.Fatalf("%s: %+v", name, got)
			}
			if s := got.Links[1].SlaveAttrs["state"]; s != text.Of(want.state, want.line) {
				t.Errorf("%s: %s: state %+v, want %s on line %d", name, want.node, s, want.state, want.line)
			}
		}
		if logs[2].Node != "worker-2" || logs[2].Links != nil {
			t.Errorf("%s: %+v", name, logs[2])
		}
	}
}

func TestIncomplete(t *testing.T) {
	whole := strings.Join(journal("n", "1", state48), "")
	opened := strings.Join(journal("n", "2", state48)[:4], "")
	tests := []struct {
		name, data string
		links      int
		line       int // of the problem
		why        string
	}{
		{"the log ends in the block", whole + opened, 2, 12, "not complete"},
		{"the script was killed and started again", opened + whole, 2, 1, "not complete"},
		{"nothing but a cut block", opened, 0, 1, "not complete"},
		{"no prefix", "+ ip -d address show\n1: lo: <UP> mtu 1\n", 0, 1, "not a line of the journal"},
		{
			"the command fails", strings.Join(journal("n", "3", "+ ip -d address show\nCannot open netlink socket: Permission denied\n+ exit 1"), ""),
			0, 2, "not the line of a device",
		},
	}
	for _, tt := range tests {
		logs, problems := Parse([]byte(tt.data))
		if len(logs) > 0 && len(logs[0].Links) != tt.links {
			t.Errorf("%s: %d links, want %d", tt.name, len(logs[0].Links), tt.links)
		}
		if len(problems) == 0 || problems[0].Line != tt.line || !strings.Contains(problems[0].Why, tt.why) {
			t.Errorf("%s: problems %+v, want one on line %d with %q", tt.name, problems, tt.line, tt.why)
		}
	}
}

func TestNothing(t *testing.T) {
	for _, data := range []string{"", "-- No entries --\n", "No journal files were found.\n-- No entries --\n"} {
		if logs, problems := Parse([]byte(data)); len(logs) > 0 || len(problems) > 0 {
			t.Errorf("%q: %+v, %+v", data, logs, problems)
		}
	}
}

// lineFields calls f with every Line in v, however deep: a field that is added to iproute.Link must be renumbered, too.
func lineFields(v reflect.Value, f func(int)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name == "Line" {
				f(int(v.Field(i).Int()))
			}
			lineFields(v.Field(i), f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			lineFields(v.Index(i), f)
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			lineFields(it.Value(), f)
		}
	}
}

func TestAllLinesAreOfTheFile(t *testing.T) {
	const before = 1000
	logs, _ := Parse([]byte(strings.Repeat("\n", before) + ocp414))
	count := 0
	lineFields(reflect.ValueOf(logs), func(line int) {
		count++
		if line != 0 && line <= before {
			t.Errorf("line %d is none of the file", line)
		}
	})
	if count < 30 {
		t.Errorf("only %d lines were looked at", count)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(ocp414))
	f.Add([]byte(strings.Join(journal("master-0", "918", state48), "")))
	f.Add([]byte("-- Reboot --\r\nn 2021-03-11T10:53:59+0000 h configure-ovs.sh: + ip a\n\xff\nOct 17 12:48:29 h configure-ovs.sh[: + exit"))
	f.Fuzz(func(t *testing.T, data []byte) {
		logs, problems := Parse(data)
		lines := bytes.Count(data, []byte{'\n'}) + 1
		seen := map[string]bool{}
		for _, l := range logs {
			if l.Node == "" || seen[l.Node] || l.Line < 1 {
				t.Errorf("log of %q on line %d", l.Node, l.Line)
			}
			seen[l.Node] = true
			for _, link := range l.Links {
				if link.Line <= l.Line {
					t.Errorf("link %q on line %d, before the node's", link.Name, link.Line)
				}
			}
		}
		lineFields(reflect.ValueOf(logs), func(line int) {
			if line < 0 || line > lines {
				t.Errorf("line %d of %d", line, lines)
			}
		})
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines {
				t.Errorf("problem %+v of %d lines", p, lines)
			}
		}
	})
}
