package kernlog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func scan(t testing.TB, log string) Log {
	t.Helper()
	s := NewScanner()
	if err := s.Scan(strings.NewReader(log)); err != nil {
		t.Fatal(err)
	}
	return s.Log()
}

// summary is an event in one line: kind, then what it names, then the count and the lines.
func summary(e Event) string {
	s := string(e.Kind)
	for _, field := range []struct{ name, value string }{
		{"bond", e.Bond}, {"slave", e.Slave}, {"bridge", e.Bridge}, {"port", e.Port}, {"mac", e.MAC}, {"detail", e.Detail},
	} {
		if field.value != "" {
			s += " " + field.name + "=" + field.value
		}
	}
	return fmt.Sprintf("%s n=%d %d-%d", s, e.Count, e.First.Number, e.Last.Number)
}

func summaries(log Log) []string {
	var list []string
	for _, e := range log.Events {
		list = append(list, summary(e))
	}
	return list
}

// Each message as the kernels of RHEL 5 to 10 print it.
func TestMessages(t *testing.T) {
	tests := []struct{ message, want string }{
		{"bonding: bond0: link status definitely down for interface eth0, disabling it", "link-down bond=bond0 slave=eth0"},
		{"bond0: link status definitely down for interface eth0.100, disabling it", "link-down bond=bond0 slave=eth0.100"},
		{"bond0: (slave eth0): link status definitely down, disabling slave", "link-down bond=bond0 slave=eth0"},
		{"bonding: bond0: link status down for active interface eth0, disabling it", "link-down bond=bond0 slave=eth0"},
		{"bonding: bond0: interface eth0 is now down.", "link-down bond=bond0 slave=eth0"},
		{"bonding: bond0: backup interface eth1 is now down", "link-down bond=bond0 slave=eth1"},
		{"bond0: (slave eth0): interface is now down", "link-down bond=bond0 slave=eth0"},
		{"bonding: bond0: link status definitely up for interface eth0.", "link-up bond=bond0 slave=eth0"},
		{"bonding: bond0: link status definitely up for interface eth0, 1000 Mbps full duplex.", "link-up bond=bond0 slave=eth0"},
		{"bond0: link status definitely up for interface eth0, ", "link-up bond=bond0 slave=eth0"},
		{"bond0: (slave eth0): link status definitely up, 10000 Mbps full duplex", "link-up bond=bond0 slave=eth0"},
		{"bond0: (slave eth1): link status definitely up", "link-up bond=bond0 slave=eth1"},
		{"bonding: bond0: interface eth0 is now up", "link-up bond=bond0 slave=eth0"},
		{"bonding: link status definitely up for interface eno2, 1000 Mbps full duplex", "link-up bond=bonding slave=eno2"},
		{"bonding: bond0: making interface eth1 the new active one.", "failover bond=bond0 slave=eth1"},
		{"bond0: making interface eth1 the new active one 100 ms earlier", "failover bond=bond0 slave=eth1"},
		{"bond0: (slave eth1): making interface the new active one", "failover bond=bond0 slave=eth1"},
		{"bonding: bond0: now running without any active interface !", "no-active bond=bond0"},
		{"bond0: now running without any active interface!", "no-active bond=bond0"},
		{"eth0: received packet with  own address as source address", "own-address port=eth0"},
		{"br0: received packet on bond0 with own address as source address", "own-address bridge=br0 port=bond0"},
		{
			"br0: received packet on bond0.100 with own address as source address (addr:02:00:00:00:10:01, vlan:0)",
			"own-address bridge=br0 port=bond0.100 mac=02:00:00:00:10:01",
		},
		{
			"br0: received packet on bond0 with own address as source address (addr:x-mac-0000000001-x, vlan:0)",
			"own-address bridge=br0 port=bond0 mac=x-mac-0000000001-x",
		},
		{
			"bonding: bond0: Warning: No 802.3ad response from the link partner for any adapters in the bond",
			"no-lacp-partner bond=bond0",
		},
		{"bond0: Warning: No 802.3ad response from the link partner for any adapters in the bond", "no-lacp-partner bond=bond0"},
		{"bonding: bond0: An illegal loopback occurred on adapter (eth0).", "loopback bond=bond0 slave=eth0"},
		{"bond0: (slave eth0): An illegal loopback occurred on slave", "loopback bond=bond0 slave=eth0"},
		{
			"bond0: option arp_interval: mode dependency failed, not supported in mode 802.3ad(4)",
			"option-error bond=bond0 detail=arp_interval",
		},
		{"bond0: option xmit_hash_policy: invalid value (layer23)", "option-error bond=bond0 detail=xmit_hash_policy"},
		{"bond0: option mode: unable to set because the bond device has slaves", "option-error bond=bond0 detail=mode"},
		{"bond0: option miimon: allowed values 0 - 2147483647", ""},
		{
			"(unnamed net_device) (uninitialized): option arp_interval: mode dependency failed, not supported in mode balance-alb(6)",
			"option-error detail=arp_interval",
		},
		{"bond0: updelay (250) is not a multiple of miimon (100), value rounded to 200 ms", "option-error bond=bond0 detail=updelay"},
		{
			"bonding: bond0: Warning: up delay (250) is not a multiple of miimon (100), updelay rounded to 200 ms",
			"option-error bond=bond0 detail=updelay",
		},
		{"bond0: Unable to set updelay as MII monitoring is disabled", "option-error bond=bond0 detail=updelay"},
		{"bonding: bond0: Unable to set down delay as MII monitoring is disabled", "option-error bond=bond0 detail=downdelay"},
		{"bond0: 802.3ad mode is incompatible with arp monitoring, start mii monitoring", "option-error bond=bond0 detail=arp_interval"},
		{
			"bonding: Warning: miimon must be specified, otherwise bonding will not detect link failure! see bonding.txt for details.",
			"option-error detail=miimon",
		},
		{`bonding: Error: Invalid bonding mode "balance-slb"`, "option-error detail=mode"},
		{"bonding: bond0: Error: Could not set primary: eth9 is no slave", "option-error bond=bond0 detail=primary"},
		{"bonding: bond0: no path to arp_ip_target 192.0.2.1 via rt.dev br0", "arp-no-route bond=bond0 detail=192.0.2.1"},
		{"bond0: no route to arp_ip_target 10.0.0.20 and arp_validate is set", "arp-no-route bond=bond0 detail=10.0.0.20"},
		{"bond0: no route to ns_ip6_target fd00::20 and arp_validate is set", "arp-no-route bond=bond0 detail=fd00::20"},
		{
			"bonding: bond0: Warning: the permanent HWaddr of eth0 - 00:1E:C9:aa:01:02 - is still in use by bond0. Set the HWaddr of eth0",
			"mac-in-use bond=bond0 slave=eth0 mac=00:1e:c9:aa:01:02",
		},
		{
			"bond1: (slave swp1): the permanent HWaddr of slave - 00:00:00:00:00:35 - is still in use by bond - set the HWaddr of slave",
			"mac-in-use bond=bond1 slave=swp1 mac=00:00:00:00:00:35",
		},
		{"br0: port 1(bond0) entering forwarding state", "bridge-port bridge=br0 port=bond0 detail=forwarding"},
		{"br-ex: port 12(bond0.100) entered blocking state", "bridge-port bridge=br-ex port=bond0.100 detail=blocking"},
		{"bond0 (unregistering): (slave eth1): making interface the new active one", "failover bond=bond0 slave=eth1"},

		{"bond0: (slave eth0): link status down for active interface, disabling it in 200 ms", ""},
		{"bonding: bond0: link status down for active interface eth0, disabling it in 200 ms.", ""},
		{"bond0: active interface up!", ""},
		{"bond0: (slave eth0): Enslaving as a backup interface with an up link", ""},
		{"bonding: bond0: Warning: enslaved VLAN challenged slave eth1", ""},
		{"IPv6: bond0: received packet on", ""},
		{"audit: type=1400 audit(1.2:3): msg='bond0: link status definitely down for interface eth0'", ""},
		{"usb 1-1: link status definitely down for interface eth0", ""},
		{"bond0:", ""},
		{"bond0: ", ""},
		{": (slave ): ", ""},
		{"bond0: (slave eth0): ", ""},
		{"(", ""},
		{"bond0: link status definitely down for interface " + strings.Repeat("x", 100) + ", disabling it", ""},
	}
	for _, test := range tests {
		want := []string{test.want + " n=1 1-1"}
		if test.want == "" {
			want = nil
		}
		if diff := cmp.Diff(want, summaries(scan(t, "[   23.190000] "+test.message+"\n"))); diff != "" {
			t.Errorf("%s\n(-want +got)\n%s", test.message, diff)
		}
	}
}

// The same message in every kind of log, and beside each what must not be taken for one.
func TestForms(t *testing.T) {
	const message = "bond0: (slave eth0): link status definitely down, disabling slave"
	tests := []struct {
		line    string
		counted bool
	}{
		{"[   23.190000] " + message, true},
		{"[12345678.190000] " + message, true},
		{"[Sun Nov 22 06:43:51 2026] " + message, true},
		{"[Nov22 06:43] " + message, true},
		{"[   23.190000][   T12] " + message, true},
		{"[   23.190000] [    C0] " + message, true},
		{"<4>[   23.190000] " + message, true},
		{"kern  :info  : [   23.190000] " + message, true},
		{"** 11 printk messages dropped ** [  737.350162] " + message, true},
		{"2026-11-22T06:43:51,123456+00:00 " + message, true},
		{message, true},
		{"Nov 22 06:43:51 host kernel: " + message, true},
		{"Nov  2 06:43:51 host kernel: " + message, true},
		{"Nov 22 06:43:51 host kernel: [   23.190000] " + message, true},
		{"Nov 22 06:43:51 host kernel: [   23.190000] [    T1] " + message, true},
		{"Nov 22 06:43:51.123456 host kernel: " + message, true},
		{"Nov 22 06:43:51 kernel: " + message, true},
		{"Nov 22 06:43:51 host kernel[0]: " + message, true},
		{"Nov 22 06:43:51 host kern.warn kernel: [   23.1] " + message, true},
		{"<6>Nov 22 06:43:51 host kernel: " + message, true},
		{"2026-11-22T06:43:51+0000 host kernel: " + message, true},
		{"2026-11-22T06:43:51.123456+00:00 fe80::1 kernel: [   23.1] " + message, true},
		{"2026-11-22 06:43:51 host kernel: " + message, true},
		{"2026 Nov 22 06:43:51 host kernel: " + message, true},
		{"Sun 2026-11-22 06:43:51 UTC host kernel: " + message, true},
		{"1795329831.123456 host kernel: " + message, true},
		{"[   23.190000] host kernel: " + message, true},
		{"[   23.190000] " + message + "\r", true},

		{"Nov 22 06:43:51 host NetworkManager[812]: <info>  kernel: " + message, false},
		{"Nov 22 06:43:51 host NetworkManager[812]: " + message, false},
		{"2026-11-22T06:43:51+00:00 host logger: kernel: " + message, false},
		{"Nov 22 06:43:51 host kernelspy: " + message, false},
		{"Nov 22 06:43:51 host kernel " + message, false},
		{"[   23.190000] host NetworkManager[812]: " + message, false},
		{"                 " + message, false},
		{"-- " + message, false},
	}
	for _, test := range tests {
		log := scan(t, test.line+"\n")
		var want []string
		if test.counted {
			want = []string{"link-down bond=bond0 slave=eth0 n=1 1-1"}
		}
		if diff := cmp.Diff(want, summaries(log)); diff != "" {
			t.Errorf("%s\n(-want +got)\n%s", test.line, diff)
		}
		if test.counted && log.KernelLines != 1 {
			t.Errorf("%s: %d kernel lines", test.line, log.KernelLines)
		}
	}
}

// A journal with --catalog: the boot before, explanations, a NetworkManager that quotes the kernel, lines of programs.
const journal = `-- Logs begin at Sun 2026-11-22 05:00:01 UTC, end at Sun 2026-11-22 06:43:51 UTC. --
Nov 22 05:00:01 hv01 kernel: Linux version 5.14.0-70.el9.x86_64
Nov 22 05:00:09 hv01 kernel: bond0: (slave eth0): link status definitely down, disabling slave
-- Reboot --
Nov 22 06:40:01 hv01 kernel: Linux version 5.14.0-70.el9.x86_64
Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered blocking state
Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered forwarding state
Nov 22 06:40:10 hv01 systemd[1]: Started Network Manager.
-- Subject: A start job for unit NetworkManager.service has finished successfully
-- Defined-By: systemd
-- 
-- A start job for unit NetworkManager.service has finished successfully.

Nov 22 06:40:11 hv01 kernel: br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)
Nov 22 06:40:12 hv01 NetworkManager[812]: <warn>  br0: received packet on bond0 with own address as source address
Nov 22 06:40:13 hv01 kernel: br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)
`

func TestJournal(t *testing.T) {
	log := scan(t, journal)
	want := Log{Lines: 16, KernelLines: 7, Boots: 2, Events: []Event{
		{
			Kind: BridgePort, Bridge: "br0", Port: "bond0", Detail: "blocking", Count: 1,
			First: Line{6, "Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered blocking state"},
			Last:  Line{6, "Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered blocking state"},
		},
		{
			Kind: BridgePort, Bridge: "br0", Port: "bond0", Detail: "forwarding", Count: 1,
			First: Line{7, "Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered forwarding state"},
			Last:  Line{7, "Nov 22 06:40:09 hv01 kernel: br0: port 1(bond0) entered forwarding state"},
		},
		{
			Kind: OwnAddress, Bridge: "br0", Port: "bond0", MAC: "02:00:00:00:10:01", Count: 2,
			First: Line{14, "Nov 22 06:40:11 hv01 kernel: br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)"},
			Last:  Line{16, "Nov 22 06:40:13 hv01 kernel: br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)"},
		},
	}}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestBoots(t *testing.T) {
	const event = "[    9.1] bond0: now running without any active interface!\n"
	tests := []struct {
		name, log     string
		boots, events int
	}{
		{"dmesg", "[    0.000000] Linux version 6.12.107\n" + event, 1, 1},
		{"a wrapped dmesg", event, 0, 1},
		{"the console of two boots", "[    0.0] Linux version 5.14.0\n" + event + "[    0.0] Linux version 5.14.0\n", 2, 0},
		{"systemd 250", event + "-- Boot 0123456789abcdef0123456789abcdef --\n", 1, 0},
		{"a marker of a unit's journal, then the kernel's", "-- Reboot --\n-- Reboot --\n[    0.0] Linux version 5.14.0\n" + event, 2, 1},
		{"explanations are no marker", event + "-- Boot-up is complete\n-- Subject: Reboot --x\n", 0, 1},
	}
	for _, test := range tests {
		if log := scan(t, test.log); log.Boots != test.boots || len(log.Events) != test.events {
			t.Errorf("%s: %d boots, %d events, want %d, %d", test.name, log.Boots, len(log.Events), test.boots, test.events)
		}
	}
}

// A bond that was destroyed takes its events along, also those about it as a bridge port, and nothing else.
func TestRelease(t *testing.T) {
	for _, release := range []string{
		"bond0 (unregistering): Released all slaves", "bond0: Released all slaves", "bonding: bond0: released all slaves",
	} {
		log := scan(t, `[ 1.1] bond0: (slave eth0): making interface the new active one
[ 1.2] br0: port 1(bond0) entered forwarding state
[ 1.3] br0: port 2(bond0.100) entered forwarding state
[ 1.4] br0: received packet on bond0.100 with own address as source address
[ 1.5] bond01: now running without any active interface!
[ 1.6] br1: port 1(bond01.100) entered forwarding state
[ 1.7] `+release+`
[ 1.8] bond0: (slave eth0): making interface the new active one
[ 1.9] (unregistering): Released all slaves
`)
		want := []string{
			"no-active bond=bond01 n=1 5-5",
			"bridge-port bridge=br1 port=bond01.100 detail=forwarding n=1 6-6",
			"failover bond=bond0 slave=eth0 n=1 8-8",
		}
		if diff := cmp.Diff(want, summaries(log)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", release, diff)
		}
	}
}

func TestRepeated(t *testing.T) {
	log := scan(t, `Nov 22 06:43:51 host kernel: eth0: received packet with  own address as source address
Nov 22 06:44:51 host last message repeated 5 times
Nov 22 06:44:52 host sshd[1]: Connection closed
Nov 22 06:45:51 host last message repeated 7 times
Nov 22 06:46:51 host kernel: [  9.1] message repeated 3 times: [ eth0: received packet with  own address as source address]
Nov 22 06:46:52 host kernel: message repeated 99999999999999999999 times: [ bond0: now running without any active interface!]
`)
	want := []string{"own-address port=eth0 n=9 1-5", "no-active bond=bond0 n=1000000 6-6"}
	if diff := cmp.Diff(want, summaries(log)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// An error message instead of a log is no kernel log, a long text without time stamps is.
func TestBareText(t *testing.T) {
	tests := []struct {
		name, log     string
		lines, kernel int
	}{
		{"empty", "", 0, 0},
		{"an error", "dmesg: read kernel buffer failed: Operation not permitted\n", 1, 0},
		{"no entries", "-- No entries --\n", 1, 0},
		{"a whole boot", "Linux version 2.6.18-398.el5\nbond0: no IPv6 routers present\n", 2, 2},
		{"a wrapped buffer", strings.Repeat("bond0: no IPv6 routers present\n", 30), 30, 30},
		{"the lines of a program between", "Nov 22 06:43:51 host sshd[1]: x\nbond0: now running without any active interface!\n", 2, 0},
		{"a tag is no time", "[drm] Initialized\n" + "[0000:00:1f.2] x\nbond0: now running without any active interface!\n", 3, 3},
		{"no line end", "[    1.0] x", 1, 1},
	}
	for _, test := range tests {
		if log := scan(t, test.log); log.Lines != test.lines || log.KernelLines != test.kernel {
			t.Errorf("%s: %d lines, %d of the kernel, want %d, %d", test.name, log.Lines, log.KernelLines, test.lines, test.kernel)
		}
	}
}

// Lines of any length are one line each, and the text that events keep is short.
func TestLongLines(t *testing.T) {
	long := strings.Repeat("x\xff", bufferSize)
	log := scan(t, "[ 1.0] bond0: now running without any active interface! "+long+"\n[ 1.1] "+long+long+"\n[ 1.2] bond0: now running without any active interface!\n")
	if log.Lines != 3 || len(log.Events) != 1 || log.Events[0].Count != 2 || log.Events[0].Last.Number != 3 {
		t.Fatalf("%d lines, events %v", log.Lines, summaries(log))
	}
	if first := log.Events[0].First.Text; len(first) > maxText || !strings.HasPrefix(first, "[ 1.0] bond0: now") || strings.Contains(first, "\xff") {
		t.Errorf("text of %d bytes", len(first))
	}
}

// A log with millions of subjects must not cost memory for each, and the other kinds of events stay.
func TestManySubjects(t *testing.T) {
	var log bytes.Buffer
	for i := range 3 * maxSubjects {
		fmt.Fprintf(&log, "[ 1.0] br0: port 1(veth%d) entered blocking state\n", i)
	}
	log.WriteString("[ 1.1] bond0: now running without any active interface!\n[ 1.2] br0: port 1(veth1) entered blocking state\n")
	got := scan(t, log.String())
	if len(got.Events) != maxSubjects+1 || got.Dropped != 2*maxSubjects {
		t.Errorf("%d events, %d dropped", len(got.Events), got.Dropped)
	}
	if second := got.Events[1]; second.Port != "veth1" || second.Count != 2 {
		t.Errorf("a subject that was there before the limit is not counted any more: %+v", second)
	}
}

func TestScanError(t *testing.T) {
	s := NewScanner()
	broken := errors.New("broken")
	log := "[ 1.0] bond0: now running without any active interface!\n[ 1.1] cut"
	err := s.Scan(io.MultiReader(strings.NewReader(log), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	if got := s.Log(); len(got.Events) != 1 || got.Lines != 2 {
		t.Errorf("before the error: %d lines, %v", got.Lines, summaries(got))
	}
	if err := s.Scan(strings.NewReader("[ 2.0] bond0: now running without any active interface!\n")); err != nil {
		t.Fatal(err)
	}
	if got := s.Log(); got.Events[0].Count != 2 || got.Events[0].Last.Number != 3 {
		t.Errorf("continued: %v", summaries(got))
	}
	if err := s.Scan(iotest.OneByteReader(strings.NewReader(journal))); err != nil || s.Log().Boots != 2 {
		t.Errorf("read byte by byte: %v, %d boots", err, s.Log().Boots)
	}
}

func FuzzScanner(f *testing.F) {
	f.Add([]byte(journal))
	f.Add([]byte("bonding: bond0: An illegal loopback occurred on adapter (eth0).\n(slave \n** [\n<>\nbond0 (x): Released all slaves"))
	f.Add([]byte("Nov 22 06:43:51 h kernel: [1.1][T1] message repeated 3 times: [ br0: port 1(bond0.1) entered x state]\nNov 22 06:43:51 h last message repeated 5 times"))
	f.Fuzz(func(t *testing.T, data []byte) {
		log := scan(t, string(data))
		lines := bytes.Count(data, []byte{'\n'})
		if len(data) > 0 && data[len(data)-1] != '\n' {
			lines++
		}
		if log.Lines != lines || log.KernelLines > lines || log.Boots > lines {
			t.Errorf("%+v of %d lines", log, lines)
		}
		before := 0
		for _, e := range log.Events {
			if e.Count < 1 || e.First.Number <= before || e.Last.Number < e.First.Number || e.Last.Number > lines {
				t.Errorf("%+v of %d lines", e, lines)
			}
			if e.Bond+e.Slave+e.Bridge+e.Port == "" && e.Kind != OptionError {
				t.Errorf("an event about nothing: %+v", e)
			}
			before = e.First.Number
		}
	})
}

// benchLog returns about 8 MB of a log whose lines repeat the given ones.
func benchLog(lines ...string) []byte {
	text := []byte(strings.Join(lines, "\n") + "\n")
	return bytes.Repeat(text, 8<<20/len(text))
}

func BenchmarkScan(b *testing.B) {
	logs := map[string][]byte{
		"programs": benchLog(
			"Nov 22 06:43:51 hv01.example.com systemd[1]: Started Session 1234 of user root.",
			"Nov 22 06:43:51 hv01.example.com kubelet[4711]: I1122 06:43:51.123456 4711 reconciler.go:224] operationExecutor.VerifyControllerAttachedVolume started",
			"Nov 22 06:43:52 hv01.example.com sshd[991]: Accepted publickey for core from 192.0.2.7 port 51022 ssh2: RSA SHA256:abcdefghijklmnop",
		),
		"kernel": benchLog(
			"Nov 22 06:43:51 hv01 kernel: IN=bond0 OUT= MAC=02:00:00:00:10:01:02:00:00:00:99:01:08:00 SRC=192.0.2.1 DST=192.0.2.2 LEN=60 TOS=0x00 PREC=0x00 TTL=64",
			"Nov 22 06:43:51 hv01 kernel: device veth1234 entered promiscuous mode",
			"Nov 22 06:43:51 hv01 kernel: IPv6: ADDRCONF(NETDEV_CHANGE): br0: link becomes ready",
			"Nov 22 06:43:51 hv01 kernel: audit: type=1400 audit(1795329831.123:4711): avc:  denied  { read } for  pid=1234 comm=\"qemu-kvm\"",
		),
		"events": benchLog(
			"[   23.190000] br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)",
		),
	}
	for name, log := range logs {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(log)))
			b.ReportAllocs()
			for b.Loop() {
				if err := NewScanner().Scan(bytes.NewReader(log)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
