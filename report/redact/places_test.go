package redact_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/redact"
)

// host is a host with guests on a bridge, and texts about them.
func host(guests []string, texts ...string) report.Document {
	a := report.Attachment{Kind: "bridge", Name: "br0", Path: []string{"bond0", "br0"}}
	for i, g := range guests {
		a.Guests = append(a.Guests, report.Guest{Name: g, Kind: "vm", Interface: "vnet" + string(rune('0'+i))})
	}
	f := report.Finding{Rule: "SB103", Subject: report.Subject{Bond: "bond0", Guests: guests}}
	for _, s := range texts {
		f.Evidence = append(f.Evidence, report.Evidence{File: "x", Text: s})
	}
	b := report.Bond{Name: "bond0", Slaves: []report.Slave{{Name: "eth0"}, {Name: "eth1"}}, Attachments: []report.Attachment{a}}
	return report.Document{Hosts: []report.Host{{Name: "hv01.lab.example", Bonds: []report.Bond{b}, Findings: []report.Finding{f}}}}
}

func redacted(t *testing.T, guests []string, texts ...string) (names, out []string) {
	t.Helper()
	doc, _ := redactAlone(host(guests, texts...))
	for _, e := range doc.Hosts[0].Findings[0].Evidence {
		out = append(out, e.Text)
	}
	return doc.Hosts[0].Findings[0].Subject.Guests, out
}

// TestPlaces: names are replaced where they are names, and nowhere else.
func TestPlaces(t *testing.T) {
	for _, c := range []struct {
		guests      []string
		texts, want string // the texts separated by " ‖ "
	}{
		{[]string{"web"}, "the website of web ‖ web01 and web-data ‖ virsh_-r_dumpxml_web ‖ cobweb", "the website of guest1 ‖ web01 and guest1-data ‖ virsh_-r_dumpxml_guest1 ‖ cobweb"},
		{[]string{"web", "web-data"}, "web, web-data", "guest1, guest2"},
		{[]string{"Mail"}, "mail and MAIL.xml ‖ emails", "guest1 and guest1.xml ‖ emails"},
		{[]string{"the"}, "carries the through bridge br0: the switch must treat the links as one ‖ <name>the</name> ‖ guest the is attached to br0 through vnet0",
			"carries guest1 through bridge br0: the switch must treat the links as one ‖ <name>guest1</name> ‖ guest guest1 is attached to br0 through vnet0"},
		{[]string{"the", "up"}, "carries the and up through bridge br0 ‖ state UP, links up, the end", "carries guest1 and guest2 through bridge br0 ‖ state UP, links up, the end"},
		{[]string{"bond0", "eth0", "br0"}, "bond0 runs and carries bond0, eth0 and br0 through bridge br0 ‖ eth0 in bond0 counted 7 ‖ guest eth0 is attached to br0 ‖ 4: bond0: <UP> master br0",
			"bond0 runs and carries guest1, guest2 and guest3 through bridge br0 ‖ eth0 in bond0 counted 7 ‖ guest guest2 is attached to br0 ‖ 4: bond0: <UP> master br0"},
		{[]string{"vm"}, "-name guest=vm,debug-threads=on ‖ a vm ‖ virsh domiflist vm ‖ etc/libvirt/qemu/vm.xml ‖ sos_commands/virsh/virsh_-r_dumpxml_vm",
			"-name guest=guest1,debug-threads=on ‖ a vm ‖ virsh domiflist guest1 ‖ etc/libvirt/qemu/guest1.xml ‖ sos_commands/virsh/virsh_-r_dumpxml_guest1"},
		{[]string{"100"}, "every 100 ms, bond0.100 ‖ guest 100 is attached", "every 100 ms, bond0.100 ‖ guest guest1 is attached"},
		{[]string{"guest2", "guest1"}, "carries guest2 and guest1 through", "carries guest3 and guest4 through"},
		{[]string{"vnet0"}, "carries vnet0 through bridge br0 ‖ 6: vnet0: <UP>", "carries vnet0 through bridge br0 ‖ 6: vnet0: <UP>"},
		{[]string{"a & b"}, "<name>a &amp; b</name> ‖ a & b", "<name>guest1</name> ‖ guest1"},
		{[]string{"prod/web", "test/web"}, "prod/web and test/web ‖ namespaces/prod/pods/web/x ‖ prod", "namespace1/guest1 and namespace2/guest1 ‖ namespaces/namespace1/pods/guest1/x ‖ namespace1"},
		{[]string{"bridge/web"}, "networkName: bridge/vlan100 ‖ oc get vmi -n bridge web ‖ namespaces/bridge/x ‖ a bridge", "networkName: namespace1/vlan100 ‖ oc get vmi -n namespace1 guest1 ‖ namespaces/namespace1/x ‖ a bridge"},
		{[]string{"hv01"}, "hv01 kernel ‖ guest hv01 is attached ‖ virsh_-r_dumpxml_hv01", "host1 kernel ‖ guest guest1 is attached ‖ virsh_-r_dumpxml_guest1"},
		{[]string{"a-guest-with-a-long-name", "o'brien \"x\""}, "qemu/domain-3-a-guest-with-a-long-/monitor.sock ‖ machine-qemu\\x2d3\\x2da\\x2dguest\\x2dwith\\x2da\\x2dlong\\x2dname.scope ‖ <name>o&apos;brien &quot;x&quot;</name>",
			"qemu/domain-3-guest1/monitor.sock ‖ machine-qemu\\x2d3\\x2dguest1.scope ‖ <name>guest2</name>"},
		{[]string{"x1"}, "bond0.kvm7.acme.com.nmconnection kvm7.acme.com.xml bond0.conf a.yaml net.ipv4.conf.all.arp_ignore ‖ tcp:alice@10.0.0.1:22 and alice ‖ -drive file=/srv/acme/a.qcow2,if=none -pidfile /run/x.pid ‖ ip-10-0-0-1 ip-10-0-0-300",
			"bond0.host2.domain2.nmconnection host2.domain2.xml bond0.conf a.yaml net.ipv4.conf.all.arp_ignore ‖ tcp:user1@240.0.0.1:22 and user1 ‖ -drive file=label1,if=none -pidfile /run/x.pid ‖ ip-240-0-0-1 ip-10-0-0-300"},
		{[]string{"x1"}, "MAC=52:54:00:ab:cd:ef:52:54:00:ab:cd:f0:08:00 enx525400abcdef wlx525400ABCDEF ‖ 0x7cfe900300abcdef 7cfe:9003:00ab:cdef 0x525400abcdef 0x00200000100199 ‖ 0000:3b:00.0 20121001123456",
			"MAC=52:54:00:00:00:01:52:54:00:00:00:02:08:00 enx525400000001 wlx525400000001 ‖ 0x0000000000000001 0000:0000:0000:0001 0x525400000001 0x00000000000002 ‖ 0000:3b:00.0 20121001123456"},
		{[]string{"x1"}, "hv01.lab.example hv01 HV01 lab hv010 ntp.lab.example http://access.redhat.com/x bond0.conf getty@tty1.service vnet0@if2",
			"host1.domain1 host1 host1 lab hv010 host2.domain1 http://access.redhat.com/x bond0.conf getty@tty1.service vnet0@if2"},
		{[]string{"x1"}, "06:05:33 0000:3b:00.0 ::1 127.0.0.1 255.255.255.0 0.0.0.0 169.254.1.1 224.0.0.18 5.14.0.1.2 v1.2.3.4 ff:ff:ff:ff:ff:ff 00:00:5e:00:01:0a 01:80:c2:00:00:02 33:33:00:00:00:01",
			"06:05:33 0000:3b:00.0 ::1 127.0.0.1 255.255.255.0 0.0.0.0 169.254.1.1 224.0.0.18 5.14.0.1.2 v1.2.3.4 ff:ff:ff:ff:ff:ff 00:00:5e:00:01:0a 01:80:c2:00:00:02 33:33:00:00:00:01"},
		{[]string{"x1"}, "52:54:00:ab:cd:ef fe:54:00:ab:cd:ef 5254.00ab.cdef 8000.525400abcdef 8000.52:54:0:ab:cd:ef mac:52:54:00:ab:cd:ef 52-54-00-AB-CD-EF, 52:54:00:ab:cd:f0",
			"52:54:00:00:00:01 fe:54:00:00:00:01 5254.0000.0001 8000.525400000001 8000.52:54:0:0:0:1 mac:52:54:00:00:00:01 52-54-00-00-00-01, 52:54:00:00:00:02"},
		{[]string{"x1"}, "80:00:02:08:fe:80:00:00:00:00:00:00:7c:fe:90:03:00:ab:cd:ef fe80::5054:ff:feab:cdef%eth0 33:33:ff:ab:cd:ef",
			"80:00:02:08:fe:80:00:00:00:00:00:00:7c:fe:90:03:00:00:00:01 fe80::5054:ff:fe00:1%eth0 33:33:ff:00:00:01"},
		{[]string{"x1"}, "10.1.2.3/24 10.1.2.0/24 10.1.2.255 10.1.9.3 10.2.2.3 10.0.0.0/8 ip:10.1.2.3:22 a:b:10.1.2.3 2a01:4f8:1:2::5/64 2a01:4f8:1:2::/64 2a01:4f8:1:3::5",
			"240.0.2.2/24 240.0.2.0/24 240.0.2.255 240.0.8.2 240.1.2.2 240.0.0.0/8 ip:240.0.2.2:22 a:b:240.0.2.2 3fff:0:0:2::1/64 3fff:0:0:2::/64 3fff:0:0:3::1"},
	} {
		names, out := redacted(t, c.guests, strings.Split(c.texts, " ‖ ")...)
		if d := cmp.Diff(strings.Split(c.want, " ‖ "), out); d != "" {
			t.Errorf("%q: %s", c.guests, d)
		}
		for i, n := range names {
			if n == c.guests[i] && n != "vnet0" {
				t.Errorf("the guest %q keeps its name", n)
			}
		}
	}
}

// TestSeveral: documents that are read one after the other share their pseudonyms.
func TestSeveral(t *testing.T) {
	r := redact.New()
	a := r.Document(host([]string{"web", "db01"}, "10.0.0.1 52:54:00:ab:cd:ef"))
	b := r.Document(host([]string{"db01", "new"}, "10.0.0.9 10.0.0.1 52:54:00:ab:cd:ef"))
	if a.Hosts[0].Name != b.Hosts[0].Name || a.Hosts[0].Findings[0].Subject.Guests[1] != b.Hosts[0].Findings[0].Subject.Guests[0] {
		t.Errorf("%+v\n%+v", a.Hosts[0], b.Hosts[0])
	}
	first, second := a.Hosts[0].Findings[0].Evidence[0].Text, b.Hosts[0].Findings[0].Evidence[0].Text
	if !strings.HasSuffix(second, first) {
		t.Errorf("%q, then %q", first, second)
	}
	if got := r.Path("sosreport-hv01-2026-11-22-abcdefg.tar.xz"); got != "sosreport-host1-2026-11-22-abcdefg.tar.xz" {
		t.Errorf("%q", got)
	}
	for _, c := range [][2]string{ // the number of a case is none of a date
		{"sosreport-hv01.03377779-20161122120000.tar.xz", "sosreport-host1-20161122120000.tar.xz"},
		{"sosreport-hv01-03377779.tar.xz", "sosreport-host1-label1.tar.xz"},
		{"sosreport-hv01-20991122.tar.xz", "sosreport-host1-20991122.tar.xz"},
		{"sosreport-else-03377779.tar.xz", "sosreport-host2-label1.tar.xz"},
		{"sosreport-kvm9.03377779-20161122120000.tar.xz", "sosreport-host3.label1-20161122120000.tar.xz"},
	} {
		if got := r.Path(c[0]); got != c[1] {
			t.Errorf("%s is %s", c[0], got)
		}
	}
	if got := r.Path("acme-berlin.tar.gz"); got != "input1.tar.gz" {
		t.Errorf("%q", got)
	}
}

// TestFoldersAndFiles: what the files of evidence are called by.
func TestFoldersAndFiles(t *testing.T) {
	doc := host([]string{"x1"})
	for _, file := range []string{
		"registry-acme-bank-5000-cnv-must-gather-sha256-0a1b/nodes/hv01.lab.example/dmesg", "registry-redhat-io-cnv/namespaces/prod/x.yaml", "sos_commands/process/ps_auxwwwm",
	} {
		doc.Hosts[0].Findings[0].Evidence = append(doc.Hosts[0].Findings[0].Evidence, report.Evidence{File: file, Text: "alice  2311 12.4  6.4 /usr/bin/kvm"})
	}
	out := redact.New().Document(doc)
	var got []string
	for _, e := range out.Hosts[0].Findings[0].Evidence {
		got = append(got, e.File)
	}
	want := []string{"input1/nodes/host1.domain1/dmesg", "registry-redhat-io-cnv/namespaces/namespace1/x.yaml", "sos_commands/process/ps_auxwwwm"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if text := out.Hosts[0].Findings[0].Evidence[2].Text; text != "user1  2311 12.4  6.4 /usr/bin/kvm" {
		t.Errorf("%q", text)
	}
}

// TestPorts: what vendors call the ports of a switch stays, what somebody wrote there does not.
func TestPorts(t *testing.T) {
	for _, name := range []string{
		"Ethernet1/17", "Gi1/0/1", "GigabitEthernet1/0/1", "TenGigE0/0/0/1", "xe-0/0/0", "swp1s0", "1/1/c1/1", "Eth1/1/1", "ethernet1/1/2:1", "Port 5", "TenGigabitEthernet 1/1",
		"port-channel10", "X1", "25", "Twe1/0/3", "HundredGigE0/0/1/0", "Bundle-Ether1", "ge-0/0/1.0", "Te1/1", "Fo1/1", "Slot0/1", "mgmt0", "enp3s0f0np0", "eth0",
	} {
		if got := port(name); got != name {
			t.Errorf("%q becomes %q", name, got)
		}
	}
	for name, want := range map[string]string{"to hv01 rack acme": "label1", "acme": "label1", "port of acme-1": "label1", "00-1C-73-0A-5B-42": "00-1C-73-00-00-01"} {
		if got := port(name); got != want {
			t.Errorf("%q becomes %q", name, got)
		}
	}
}

func port(name string) string {
	doc := host([]string{"x1"})
	doc.Hosts[0].Bonds[0].Slaves[0].Switch = &report.Port{Switch: "leaf01", Port: name}
	out := redact.New().Document(doc)
	return out.Hosts[0].Bonds[0].Slaves[0].Switch.Port
}

// TestPortAsGuest: a guest that is known by its port alone is called so everywhere, below a bond or not.
func TestPortAsGuest(t *testing.T) {
	doc := host([]string{"x1"})
	f := report.Finding{Rule: "SB115", Title: "The traffic of veth3a1b2c4 on bridge docker0", Subject: report.Subject{Guests: []string{"veth3a1b2c4"}}}
	f.Evidence = []report.Evidence{{File: "x", Text: "8: veth3a1b2c4@if7: <BROADCAST>"}}
	doc.Hosts[0].Findings = append(doc.Hosts[0].Findings, f)
	out := redact.New().Document(doc)
	if d := cmp.Diff(f, out.Hosts[0].Findings[1]); d != "" {
		t.Error(d)
	}
}
