package bonding

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// The texts are as kernels print them, from RHEL 5 on. Tabs are real.
const (
	rhel5LACP = `Ethernet Channel Bonding Driver: v3.4.0 (October 7, 2008)

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer2 (0)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0

802.3ad info
LACP rate: slow
Active Aggregator Info:
	Aggregator ID: 1
	Number of ports: 2
	Actor Key: 17
	Partner Key: 32788
	Partner Mac Address: 00:1B:54:C2:6B:80

Slave Interface: eth0
MII Status: up
Link Failure Count: 0
Permanent HW addr: 00:1E:C9:AA:01:02
Aggregator ID: 1

Slave Interface: eth1
MII Status: up
Link Failure Count: 3
Permanent HW addr: 00:1e:c9:aa:01:04
Aggregator ID: 1
`
	rhel5Backup = `Ethernet Channel Bonding Driver: v3.0.3 (March 23, 2006)

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: eth0
MII Status: up
MII Polling Interval (ms): 0
Up Delay (ms): 0
Down Delay (ms): 0
ARP Polling Interval (ms): 1000
ARP IP target/s (n.n.n.n form): 192.0.2.1, 192.0.2.2

Slave Interface: eth0
MII Status: up
Link Failure Count: 0
Permanent HW addr: 00:1e:c9:aa:01:02

Slave Interface: eth1
MII Status: down
Link Failure Count: 4294967295
Permanent HW addr: 00:1e:c9:aa:01:04
`
	rhel6LACP = `Ethernet Channel Bonding Driver: v3.6.0 (September 26, 2009)

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer2+3 (2)
MII Status: down
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0

802.3ad info
LACP rate: fast
Aggregator selection policy (ad_select): bandwidth
bond bond0 has no active aggregator

Slave Interface: em1
MII Status: down
Speed: 65535 Mbps
Duplex: half
Link Failure Count: 1
Permanent HW addr: d4:ae:52:00:00:01
Aggregator ID: N/A
Slave queue ID: 0

Slave Interface: em2
MII Status: down
Speed: 4294967295 Mbps
Duplex: Unknown
Link Failure Count: 1
Permanent HW addr:
Aggregator ID: 2
Slave queue ID: 1
`
	rhel7Infiniband = `Ethernet Channel Bonding Driver: v3.7.1 (April 27, 2011)

Bonding Mode: fault-tolerance (active-backup) (fail_over_mac active)
Primary Slave: ib0 (primary_reselect failure)
Currently Active Slave: None
MII Status: down
MII Polling Interval (ms): 100
Up Delay (ms): 200
Down Delay (ms): 200

Slave Interface: ib0
MII Status: going back
Speed: Unknown
Duplex: Unknown
Link Failure Count: 2
Permanent HW addr: 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1
Slave queue ID: 0
`
	kernel612LACP = `Ethernet Channel Bonding Driver: v6.12.107+deb13-cloud-amd64

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: vlan+srcmac (5)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

802.3ad info
LACP active: on
LACP rate: slow
Min links: 0
Aggregator selection policy (ad_select): stable
System priority: 65535
System MAC address: 02:00:00:00:10:01
Active Aggregator Info:
	Aggregator ID: 1
	Number of ports: 2
	Actor Key: 15
	Partner Key: 15
	Partner Mac Address: 6e:d0:eb:c6:c4:dc

Slave Interface: eth0
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: 02:00:00:00:10:01
Slave queue ID: 0
Aggregator ID: 1
Actor Churn State: none
Partner Churn State: churned
Actor Churned Count: 0
Partner Churned Count: 2
details actor lacp pdu:
    system priority: 65535
    system mac address: 02:00:00:00:10:01
    port key: 15
    port priority: 255
    port number: 1
    port state: 61
details partner lacp pdu:
    system priority: 65535
    system mac address: 6e:d0:eb:c6:c4:dc
    oper key: 15
    port priority: 255
    port number: 1
    port state: 63
`
	kernel612ARP = `Ethernet Channel Bonding Driver: v6.12.107+deb12-cloud-amd64

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: eth2
MII Status: up
MII Polling Interval (ms): 0
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0
ARP Polling Interval (ms): 500
ARP Missed Max: 2
ARP IP target/s (n.n.n.n form): 10.0.0.20, 10.0.0.21
NS IPv6 target/s (xx::xx form): fd00::20, fd00::21
`
)

func at[T any](v T, line int) text.At[T] { return text.Of(v, line) }

func TestParse(t *testing.T) {
	tests := []struct {
		name, text string
		want       Bond
	}{
		{"RHEL 5, LACP, no speed lines", rhel5LACP, Bond{
			DriverVersion: at("v3.4.0 (October 7, 2008)", 1), Mode: at(LACP, 3), HashPolicy: at("layer2", 4), MIIStatus: at("up", 5),
			MIIMon: at(100, 6), UpDelay: at(0, 7), DownDelay: at(0, 8),
			LACP: &LACPInfo{Line: 10, Rate: at("slow", 11), Aggregator: &Aggregator{
				Line: 12, ID: at(1, 13), Ports: at(2, 14), ActorKey: at(17, 15), PartnerKey: at(32788, 16), PartnerMAC: at("00:1b:54:c2:6b:80", 17),
			}},
			Slaves: []Slave{
				{Name: at("eth0", 19), MIIStatus: at("up", 20), LinkFailures: at(0, 21), PermHWAddr: at("00:1e:c9:aa:01:02", 22), AggregatorID: at(1, 23)},
				{Name: at("eth1", 25), MIIStatus: at("up", 26), LinkFailures: at(3, 27), PermHWAddr: at("00:1e:c9:aa:01:04", 28), AggregatorID: at(1, 29)},
			},
		}},
		{"RHEL 5, oldest driver, ARP monitor", rhel5Backup, Bond{
			DriverVersion: at("v3.0.3 (March 23, 2006)", 1), Mode: at(ActiveBackup, 3), Primary: at("", 4), ActiveSlave: at("eth0", 5),
			MIIStatus: at("up", 6), MIIMon: at(0, 7), UpDelay: at(0, 8), DownDelay: at(0, 9), ARPInterval: at(1000, 10),
			ARPTargets: at([]string{"192.0.2.1", "192.0.2.2"}, 11),
			Slaves: []Slave{
				{Name: at("eth0", 13), MIIStatus: at("up", 14), LinkFailures: at(0, 15), PermHWAddr: at("00:1e:c9:aa:01:02", 16)},
				{Name: at("eth1", 18), MIIStatus: at("down", 19), LinkFailures: at(4294967295, 20), PermHWAddr: at("00:1e:c9:aa:01:04", 21)},
			},
		}},
		{"RHEL 6, no aggregator, queue ID last, unknown speeds", rhel6LACP, Bond{
			DriverVersion: at("v3.6.0 (September 26, 2009)", 1), Mode: at(LACP, 3), HashPolicy: at("layer2+3", 4), MIIStatus: at("down", 5),
			MIIMon: at(100, 6), UpDelay: at(0, 7), DownDelay: at(0, 8),
			LACP: &LACPInfo{Line: 10, Rate: at("fast", 11), SelectPolicy: at("bandwidth", 12), NoAggregator: 13},
			Slaves: []Slave{
				{
					Name: at("em1", 15), MIIStatus: at("down", 16), Speed: at(-1, 17), Duplex: at("half", 18), LinkFailures: at(1, 19),
					PermHWAddr: at("d4:ae:52:00:00:01", 20), AggregatorID: at(-1, 21), QueueID: at(0, 22),
				},
				{
					Name: at("em2", 24), MIIStatus: at("down", 25), Speed: at(-1, 26), Duplex: at("Unknown", 27), LinkFailures: at(1, 28),
					PermHWAddr: at("", 29), AggregatorID: at(2, 30), QueueID: at(1, 31),
				},
			},
		}},
		{"RHEL 7, InfiniBand, fail_over_mac and primary_reselect", rhel7Infiniband, Bond{
			DriverVersion: at("v3.7.1 (April 27, 2011)", 1), Mode: at(ActiveBackup, 3), FailOverMAC: at("active", 3),
			Primary: at("ib0", 4), PrimaryReselect: at("failure", 4), ActiveSlave: at("", 5), MIIStatus: at("down", 6),
			MIIMon: at(100, 7), UpDelay: at(200, 8), DownDelay: at(200, 9),
			Slaves: []Slave{{
				Name: at("ib0", 11), MIIStatus: at("going back", 12), Speed: at(-1, 13), Duplex: at("Unknown", 14), LinkFailures: at(2, 15),
				PermHWAddr: at("80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1", 16), QueueID: at(0, 17),
			}},
		}},
		{"6.12, LACP, everything printed", kernel612LACP, Bond{
			DriverVersion: at("v6.12.107+deb13-cloud-amd64", 1), Mode: at(LACP, 3), HashPolicy: at("vlan+srcmac", 4), MIIStatus: at("up", 5),
			MIIMon: at(100, 6), UpDelay: at(0, 7), DownDelay: at(0, 8), PeerNotifyDelay: at(0, 9),
			LACP: &LACPInfo{
				Line: 11, Active: at("on", 12), Rate: at("slow", 13), MinLinks: at(0, 14), SelectPolicy: at("stable", 15),
				SystemPriority: at(65535, 16), SystemMAC: at("02:00:00:00:10:01", 17),
				Aggregator: &Aggregator{
					Line: 18, ID: at(1, 19), Ports: at(2, 20), ActorKey: at(15, 21), PartnerKey: at(15, 22), PartnerMAC: at("6e:d0:eb:c6:c4:dc", 23),
				},
			},
			Slaves: []Slave{{
				Name: at("eth0", 25), MIIStatus: at("up", 26), Speed: at(10000, 27), Duplex: at("full", 28), LinkFailures: at(0, 29),
				PermHWAddr: at("02:00:00:00:10:01", 30), QueueID: at(0, 31), AggregatorID: at(1, 32),
				ActorChurn: at("none", 33), PartnerChurn: at("churned", 34), ActorChurnedCount: at(0, 35), PartnerChurnedCount: at(2, 36),
				Actor: &PDU{
					Line: 37, SystemPriority: at(65535, 38), SystemMAC: at("02:00:00:00:10:01", 39), Key: at(15, 40),
					PortPriority: at(255, 41), PortNumber: at(1, 42), PortState: at(61, 43),
				},
				Partner: &PDU{
					Line: 44, SystemPriority: at(65535, 45), SystemMAC: at("6e:d0:eb:c6:c4:dc", 46), Key: at(15, 47),
					PortPriority: at(255, 48), PortNumber: at(1, 49), PortState: at(63, 50),
				},
			}},
		}},
		{"6.12, IPv6 targets, a bond without slaves", kernel612ARP, Bond{
			DriverVersion: at("v6.12.107+deb12-cloud-amd64", 1), Mode: at(ActiveBackup, 3), Primary: at("", 4), ActiveSlave: at("eth2", 5),
			MIIStatus: at("up", 6), MIIMon: at(0, 7), UpDelay: at(0, 8), DownDelay: at(0, 9), PeerNotifyDelay: at(0, 10),
			ARPInterval: at(500, 11), ARPMissedMax: at(2, 12), ARPTargets: at([]string{"10.0.0.20", "10.0.0.21"}, 13),
			NSTargets: at([]string{"fd00::20", "fd00::21"}, 14),
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse([]byte(test.text))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Parse: (-want +got)\n%s", diff)
			}
			if len(problems) > 0 {
				t.Errorf("problems: %+v", problems)
			}
			if !got.Complete() {
				t.Error("Complete() = false")
			}
		})
	}
}

// Copies lose the tabs, gain an indentation, or hold `\t` as two characters, and some have CRLF.
func TestParseCopies(t *testing.T) {
	want, _ := Parse([]byte(kernel612LACP))
	indent := func(by string) string { return by + strings.ReplaceAll(kernel612LACP, "\n", "\n"+by) }
	copies := map[string]string{
		"CRLF":           strings.ReplaceAll(kernel612LACP, "\n", "\r\n"),
		"tabs expanded":  strings.ReplaceAll(kernel612LACP, "\t", "        "),
		"tabs as \\t":    strings.ReplaceAll(kernel612LACP, "\t", `\t`),
		"indented":       indent("    "),
		"indented by \t": indent("\t"),
		"not indented":   strings.NewReplacer("\t", "", "    ", "").Replace(kernel612LACP),
	}
	for name, text := range copies {
		t.Run(name, func(t *testing.T) {
			got, problems := Parse([]byte(text))
			if diff := cmp.Diff(want, got); diff != "" || len(problems) > 0 {
				t.Errorf("problems %+v, (-want +got)\n%s", problems, diff)
			}
		})
	}
}

// A reader without CAP_NET_ADMIN gets neither the aggregator nor the PDUs. That is no damage.
func TestParseUnprivileged(t *testing.T) {
	lines := strings.Split(kernel612LACP, "\n")
	unprivileged := strings.Join(append(append([]string{}, lines[:15]...), lines[23:36]...), "\n") + "\n"
	got, problems := Parse([]byte(unprivileged))
	if len(problems) > 0 || !got.Complete() {
		t.Errorf("problems %+v, Complete() = %v", problems, got.Complete())
	}
	if got.LACP == nil || got.LACP.Aggregator != nil || got.LACP.SystemMAC.Found() || got.Slaves[0].Actor != nil {
		t.Errorf("privileged blocks found: %+v", got)
	}
}

// However much is cut off, no value may be wrong: each is that of the whole text, or absent.
func TestParseTruncated(t *testing.T) {
	_, slave, _ := strings.Cut(kernel612LACP, "\nSlave Interface: eth0")
	whole := kernel612LACP + "\nSlave Interface: eth1" + slave
	want, _ := Parse([]byte(whole))
	for n := range len(whole) - 1 {
		got, problems := Parse([]byte(whole[:n]))
		if diff := wrong(reflect.ValueOf(want), reflect.ValueOf(got), "Bond"); diff != "" {
			t.Fatalf("cut after %q: wrong value %s", whole[max(0, n-30):n], diff)
		}
		if len(problems) > 1 || len(problems) == 1 && problems[0].Line != got.Truncated {
			t.Fatalf("cut after %q: problems %+v, Truncated %d", whole[max(0, n-30):n], problems, got.Truncated)
		}
		if got.Complete() && (n < strings.Index(whole, "Down Delay") || got.Truncated > 0) {
			t.Fatalf("cut after %q: Complete() = true", whole[max(0, n-30):n])
		}
	}
	if cut, _ := Parse([]byte(whole[:strings.LastIndex(whole, "details partner")])); cut.Complete() {
		t.Error("Complete() = true although the last slave has no partner block")
	}
	if cut, _ := Parse([]byte(whole[:strings.LastIndex(whole, "Slave queue")])); cut.Complete() {
		t.Error("Complete() = true although the last slave has no queue ID")
	}
}

// wrong returns the path of a value that got has and want has not, or has differently.
func wrong(want, got reflect.Value, path string) string {
	switch got.Kind() {
	case reflect.Pointer:
		if !got.IsNil() {
			return wrong(want.Elem(), got.Elem(), path)
		}
	case reflect.Slice:
		for i := range got.Len() {
			if found := wrong(want.Index(i), got.Index(i), fmt.Sprintf("%s[%d]", path, i)); found != "" {
				return found
			}
		}
	case reflect.Struct:
		line := got.FieldByName("Line")
		if value := got.FieldByName("Value"); value.IsValid() {
			if line.Int() > 0 && !reflect.DeepEqual(want.Interface(), got.Interface()) {
				return path
			}
			return ""
		}
		for i := range got.NumField() {
			name := got.Type().Field(i).Name
			if found := wrong(want.Field(i), got.Field(i), path+"."+name); found != "" {
				return found
			}
		}
	}
	return ""
}

// A last line without a line end keeps its value only where the value must be whole.
func TestParseLastLine(t *testing.T) {
	tests := []struct {
		text string
		kept bool
	}{
		{"Slave Interface: eth0\nMII Status: up", true},
		{"Slave Interface: eth0\nMII Status: u", false},
		{"Slave Interface: eth0\nSpeed: 1000 Mbps", true},
		{"Slave Interface: eth0\nSpeed: 1000", false},
		{"Slave Interface: eth0\nPermanent HW addr: 02:00:00:00:10:01", true},
		{"Slave Interface: eth0\nPermanent HW addr: 02:00:00:00:10:0", false},
		{"Slave Interface: eth0\nSlave queue ID: 0", true},
		{"Slave Interface: eth0\nLink Failure Count: 1", false},
		{"Slave Interface: eth0\ndetails actor lacp pdu:\nport state: 61", true},
		{"Slave Interface: eth0\ndetails actor lacp pdu:\nport state: 6", false},
		{"Slave Interface: eth0\ndetails actor lacp pdu:\nport state: 25", false},
		{"Slave Interface: eth0\nSlave Interface: eth1", false},
		{"Slave Interface: eth0\nSlave Inter", false},
	}
	for _, test := range tests {
		bond, problems := Parse([]byte(test.text))
		if kept := len(problems) == 0; kept != test.kept || (bond.Truncated == 0) != test.kept {
			t.Errorf("%q: kept %v, Truncated %d, want kept %v", test.text, kept, bond.Truncated, test.kept)
		}
		if len(bond.Slaves) != 1 {
			t.Errorf("%q: %d slaves", test.text, len(bond.Slaves))
		}
	}
}

func TestParseProblems(t *testing.T) {
	tests := []struct {
		name, text string
		lines      []int
	}{
		{"empty", "", nil},
		{"stderr", "cat: /proc/net/bonding/bond0: No such file or directory\n", []int{1}},
		{"unknown line", strings.Replace(rhel5Backup, "MII Status: up\n", "MII Status: up\nFancy Option: 7\n", 1), []int{7}},
		{"no number", strings.Replace(rhel5Backup, "(ms): 1000", "(ms): many", 1), []int{10}},
		{"mode", "Bonding Mode: unknown\n", []int{1}},
		{"two bonds", rhel5Backup + rhel5LACP, []int{22}},
		{"invalid UTF-8", "Bonding Mode: \xff\xfe\n", []int{1}},
		{"PDU line outside a PDU", "Bonding Mode: load balancing (xor)\n    port state: 61\n", []int{2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, problems := Parse([]byte(test.text))
			var lines []int
			for _, p := range problems {
				lines = append(lines, p.Line)
			}
			if diff := cmp.Diff(test.lines, lines); diff != "" {
				t.Errorf("lines of problems: (-want +got)\n%s", diff)
			}
			if test.name == "two bonds" && (got.Mode.Value != ActiveBackup || len(got.Slaves) != 2) {
				t.Errorf("the second bond was mixed into the first: %+v", got)
			}
		})
	}
	if _, problems := Parse([]byte(strings.Repeat("garbage\n", 10*text.MaxProblems))); len(problems) != text.MaxProblems {
		t.Errorf("%d problems, want %d", len(problems), text.MaxProblems)
	}
}

func TestHashPolicyName(t *testing.T) {
	for in, want := range map[string]string{
		"layer2+3 (2)": "layer2+3", "2": "layer2+3", "layer2+3": "layer2+3", "layer3+4 1": "layer3+4", " vlan+srcmac (5) ": "vlan+srcmac",
		"0": "layer2", "encap3+4": "encap3+4", "9": "9", "-1": "-1", "": "", "layer23": "layer23",
	} {
		if got := HashPolicyName(in); got != want {
			t.Errorf("HashPolicyName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPortState(t *testing.T) {
	for state, want := range map[PortState]string{
		0:    "none",
		61:   "activity, aggregation, synchronization, collecting, distributing",
		63:   "activity, short timeout, aggregation, synchronization, collecting, distributing",
		77:   "activity, aggregation, synchronization, defaulted",
		0x80: "expired",
	} {
		if got := state.String(); got != want {
			t.Errorf("PortState(%d) = %q, want %q", state, got, want)
		}
	}
	if !PortState(61).Has(LACPCollecting|LACPDistributing) || PortState(13).Has(LACPSynchronization|LACPCollecting) {
		t.Error("Has must be true when all bits are set, and only then")
	}
	pdu := &PDU{PortState: at(77, 3)}
	if pdu.State() != 77 || (*PDU)(nil).State() != 0 {
		t.Error("State() must be the printed state, 0 without a PDU")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{rhel5LACP, rhel5Backup, rhel6LACP, rhel7Infiniband, kernel612LACP, kernel612ARP, "Slave Interface:", "\\t\xff: "} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		bond, problems := Parse(data)
		lines := 1 + strings.Count(string(data), "\n")
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Why == "" {
				t.Errorf("problem %+v of %d lines", p, lines)
			}
		}
		for _, s := range bond.Slaves {
			if !s.Name.Found() || s.Name.Line > lines {
				t.Errorf("slave %+v of %d lines", s.Name, lines)
			}
		}
		if bond.Mode.Found() == (bond.Mode.Value == Unknown) {
			t.Errorf("mode %+v", bond.Mode)
		}
		bond.Complete()
	})
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{"802.3ad", " 4", "-1", "99999999999999999999", "fault-tolerance (active-backup) (fail_over_mac active)", "layer2+3 (2)", "layer3+4 1", "0\n 0", "5", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if mode, ok := ParseMode(s); ok == (mode == Unknown) {
			t.Errorf("%q: mode %v, %v", s, mode, ok)
		} else if again, _ := ParseMode(mode.String()); ok && again != mode {
			t.Errorf("%q: %v, whose name is that of %v", s, mode, again)
		}
		if name := HashPolicyName(s); HashPolicyName(name) != name {
			t.Errorf("%q: %q, whose name is %q", s, name, HashPolicyName(name))
		}
	})
}
