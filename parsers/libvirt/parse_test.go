package libvirt

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

const definition = `<!--
WARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
OVERWRITTEN AND LOST.
-->

<domain type='qemu'>
  <name>web01</name>
  <uuid>3047621a-2347-405d-a26d-8cc2476a16a2</uuid>
  <memory unit='KiB'>65536</memory>
  <devices>
    <controller type='pci' index='0' model='pci-root'/>
    <interface type='bridge'>
      <mac address='52:54:00:AA:00:01'/>
      <source bridge='br0'/>
      <model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x00' slot='0x03' function='0x0'/>
    </interface>
  </devices>
</domain>
`

func TestParseDefinition(t *testing.T) {
	got, problems := ParseDomain([]byte(definition))
	want := Domain{Line: 6, Name: "web01", UUID: "3047621a-2347-405d-a26d-8cc2476a16a2", Type: "qemu", ID: -1, Interfaces: []Interface{
		{Line: 12, Type: "bridge", MAC: text.Of("52:54:00:aa:00:01", 13), Bridge: text.Of("br0", 14), Model: "virtio"},
	}}
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

const live = `<domain type='kvm' id='59' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>db 01</name>
  <metadata xmlns:ovirt="http://ovirt.org/vm/tune/1.0"><ovirt:qos/></metadata>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:00:00:01'/>
      <source network='default' portid='7a7d' bridge='virbr0'/>
      <target dev='vnet0'/>
      <model type='virtio'/>
      <link state='down'/>
      <mtu size='9000'/>
    </interface>
    <interface type='bridge'>
      <mac address='52:54:00:00:00:02'/>
      <source network='ovs' portgroup='vlan-10' portid='7a7e' bridge='ovsbr0'/>
      <vlan><tag id='10'/><tag id='20' nativeMode='untagged'/></vlan>
      <virtualport type='openvswitch'/>
      <target dev='vnet1'/>
    </interface>
    <interface type='direct'>
      <mac address='52:54:00:00:00:03'/><source dev='bond0' mode='bridge'/><target dev='macvtap0'/>
    </interface>
    <interface type='hostdev' managed='yes'>
      <mac address='52:54:00:00:00:04'/>
      <driver name='vfio'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x3b' slot='0x02' function='0x1'/>
      </source>
    </interface>
    <interface type='user'><mac address='x-mac-0000000001-x'/></interface>
  </devices>
</domain>`

func TestParseLive(t *testing.T) {
	got, problems := ParseDomain([]byte(strings.ReplaceAll(live, "\n", "\r\n")))
	want := Domain{Line: 1, Name: "db 01", Type: "kvm", ID: 59, Interfaces: []Interface{
		{Line: 5, Type: "network", MAC: text.Of("52:54:00:00:00:01", 6), Bridge: text.Of("virbr0", 7), Network: text.Of("default", 7),
			Target: text.Of("vnet0", 8), Model: "virtio", LinkState: "down", MTU: 9000},
		{Line: 13, Type: "bridge", MAC: text.Of("52:54:00:00:00:02", 14), Bridge: text.Of("ovsbr0", 15), Network: text.Of("ovs", 15),
			PortGroup: "vlan-10", Target: text.Of("vnet1", 18), Virtual: "openvswitch", VLANs: []int{10, 20}},
		{Line: 20, Type: "direct", MAC: text.Of("52:54:00:00:00:03", 21), Dev: text.Of("bond0", 21), Mode: "bridge",
			Target: text.Of("macvtap0", 21)},
		{Line: 23, Type: "hostdev", MAC: text.Of("52:54:00:00:00:04", 24), PCI: "0000:3b:02.1"},
		{Line: 30, Type: "user", MAC: text.Of("x-mac-0000000001-x", 30)},
	}}
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

const status = `<domstatus state='running' reason='booted' pid='17150'>
  <monitor path='/var/lib/libvirt/qemu/domain-59/monitor.sock' type='unix'/>
  <devices>
    <device alias='net0'/>
  </devices>
  <domain type='kvm' id='3'>
    <name>web02</name>
    <uuid>78177d07-ac0e-4057-b1de-9ccd66cbc3d7</uuid>
    <devices>
      <interface type='network'>
        <mac address='52:54:00:00:00:05'/>
        <source network='lan'/>
        <actual type='bridge'>
          <source bridge='br0'/>
          <virtualport type='openvswitch'><parameters interfaceid='09b11c53-8b5c-4eeb-8f00-d84eaa0aaa4f'/></virtualport>
        </actual>
        <target dev='vnet3'/>
      </interface>
      <interface type='network'>
        <source network='direct-net'/>
        <actual type='direct'><source dev='bond1' mode='vepa'/></actual>
      </interface>
    </devices>
  </domain>
</domstatus>
`

func TestParseStatus(t *testing.T) {
	got, problems := ParseDomain([]byte(status))
	want := Domain{Line: 6, Name: "web02", UUID: "78177d07-ac0e-4057-b1de-9ccd66cbc3d7", Type: "kvm", ID: 3, Status: true, State: "running",
		Interfaces: []Interface{
			{Line: 10, Type: "network", MAC: text.Of("52:54:00:00:00:05", 11), Bridge: text.Of("br0", 14), Network: text.Of("lan", 12),
				Target: text.Of("vnet3", 17), Virtual: "openvswitch", ActualType: "bridge"},
			{Line: 19, Type: "network", Network: text.Of("direct-net", 20), Dev: text.Of("bond1", 21), Mode: "vepa", ActualType: "direct"},
		}}
	if d := cmp.Diff(want, got); d != "" || len(problems) > 0 {
		t.Errorf("%s\nproblems %v", d, problems)
	}
}

func TestParseCutDomain(t *testing.T) {
	got, problems := ParseDomain([]byte(live[:strings.Index(live, "<virtualport")+8]))
	if len(problems) != 1 || problems[0].Line < 16 || !strings.Contains(problems[0].Why, "ends early") {
		t.Errorf("problems %+v", problems)
	}
	if len(got.Interfaces) != 2 || got.Name != "db 01" || got.Interfaces[1].Bridge != text.Of("ovsbr0", 15) ||
		!cmp.Equal(got.Interfaces[1].VLANs, []int{10, 20}) {
		t.Errorf("%+v", got)
	}
}

func TestParseDomainDefects(t *testing.T) {
	for _, c := range []struct {
		name, text, guest string
		interfaces        int
		why               string
	}{
		{"empty", "", "", 0, ""},
		{"blank", "\n \n", "", 0, ""},
		{"stderr", "\nerror: failed to get domain 'web 01'\n\n", "", 0, "not XML"},
		{"socket", "error: failed to connect to the hypervisor\nerror: Failed to connect socket\n", "", 0, "not XML"},
		{"HTML", "<html><head><title>404</title></head><body>x</body></html>", "", 0, "not a domain"},
		{"network", "<network><name>x</name></network>", "", 0, "not a domain"},
		{"status without a domain", "<domstatus state='running'></domstatus>", "", 0, "not a domain"},
		{"bad number", "<domain><name>a</name><devices><interface type='bridge'><mac address='1'/><source bridge='b'/><mtu size='x'/>" +
			"</interface></devices></domain>", "a", 1, "not as libvirt defines it"},
		{"bad number elsewhere", "<domain><name>a</name><vcpu>x</vcpu><devices><disk><driver queues='y'/></disk><interface type='bridge'/>" +
			"</devices></domain>", "a", 1, ""},
		{"no type", "<domain><name>a</name><devices><interface/></devices></domain>", "a", 1, "not as libvirt defines it"},
		{"encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><domain><name>a</name></domain>", "a", 0, ""},
		{"entity", "<!DOCTYPE d [<!ENTITY a 'x'>]><domain><name>b</name><uuid>&a;</uuid></domain>", "b", 0, "invalid character entity"},
		{"invalid UTF-8", "<domain><name>a\xff</name></domain>", "a\uFFFD", 0, ""},
		{"deep", "<domain><name>a</name>" + strings.Repeat("<a>", 200000), "a", 0, "levels"},
		{"wide", "<domain><name>a</name>" + strings.Repeat("<a/>", 200000), "a", 0, "elements"},
		{"unbalanced", "<domain><name>a</name></devices></domain>", "a", 0, "damaged"},
	} {
		got, problems := ParseDomain([]byte(c.text))
		if got.Name != c.guest || len(got.Interfaces) != c.interfaces || got.ID != -1 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[len(problems)-1].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestParseNetwork(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       Network
		why        string
	}{
		{"status", `<networkstatus>
  <class_id bitmap='0-2'/>
  <floor sum='0'/>
  <network>
    <name>default</name>
    <uuid>b3b1652d-233b-4a7b-9fbb-0c604c94dac6</uuid>
    <forward mode='nat'>
      <nat>
        <port start='1024' end='65535'/>
      </nat>
    </forward>
    <bridge name='virbr0' stp='on' delay='0'/>
    <ip address='192.168.122.1' netmask='255.255.255.0'>
      <dhcp>
        <range start='192.168.122.2' end='192.168.122.254'/>
      </dhcp>
    </ip>
  </network>
</networkstatus>
`, Network{Line: 4, Name: "default", Bridge: text.Of("virbr0", 12), Forward: text.Of("nat", 7), IPs: 1}, ""},
		{"host bridge", "<network connections='2'>\n<name>lan</name>\n<forward mode='bridge'/>\n<bridge name='br0'/>\n" +
			"<virtualport type='openvswitch'/>\n<portgroup name='a' default='yes'/>\n</network>",
			Network{Line: 1, Name: "lan", Bridge: text.Of("br0", 4), Forward: text.Of("bridge", 3), Virtual: "openvswitch"}, ""},
		{"macvtap", "<network>\n<name>d</name>\n<forward dev='eth0' mode='private'>\n<interface dev='eth0' connections='1'/>\n<interface dev='bond0'/>\n" +
			"<pf dev='ens1f0'/></forward>\n</network>",
			Network{Line: 1, Name: "d", Forward: text.Of("private", 3),
				Devs: []text.At[string]{text.Of("eth0", 4), text.Of("bond0", 5), text.Of("ens1f0", 6)}}, ""},
		{"device attribute", "<network><name>d</name><forward dev='bond0'/></network>",
			Network{Line: 1, Name: "d", Forward: text.Of("nat", 1), Devs: []text.At[string]{text.Of("bond0", 1)}}, ""},
		{"isolated", "<network>\n<name>i</name>\n<bridge name='virbr1'/>\n<port isolated='yes'/>\n</network>",
			Network{Line: 1, Name: "i", Bridge: text.Of("virbr1", 3), Forward: text.Of("none", 1), Isolated: true}, ""},
		{"cut", "<network>\n<name>i</name>\n<forward mode='bridge'/>\n<bridge name='br0'/>\n<ip add",
			Network{Line: 1, Name: "i", Bridge: text.Of("br0", 4), Forward: text.Of("bridge", 3)}, "ends early"},
		{"bad number", "<network><name>i</name><mtu size='x'/></network>",
			Network{Line: 1, Name: "i", Forward: text.Of("none", 1)}, "not as libvirt defines it"},
		{"domain", "<domain/>", Network{}, "not a network"},
		{"stderr", "error: Network not found\n", Network{}, "not XML"},
		{"empty", "", Network{}, ""},
	} {
		got, problems := ParseNetwork([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		if (c.why == "") != (len(problems) == 0) || c.why != "" && !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q", c.name, problems, c.why)
		}
	}
}

func TestParseList(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []Listed
		problems   int
	}{
		{"libvirt 10", " Id   Name    State\n------------------------\n -    web01   shut off\n -    web02   shut off\n\n",
			[]Listed{{3, "-", "web01", "shut off"}, {4, "-", "web02", "shut off"}}, 0},
		{"libvirt 0.10", " Id    Name                           State\n----------------------------------------------------\n" +
			" 12    rhel6 test                     running\n -     a-name-that-is-longer-than-its-column-is shut off\n",
			[]Listed{{3, "12", "rhel6 test", "running"}, {4, "-", "a-name-that-is-longer-than-its-column-is", "shut off"}}, 0},
		{"libvirt 0.6", " Id Name                 State\n----------------------------------\n  0 Domain-0             running\n  1 guest running        in shutdown\n",
			[]Listed{{3, "0", "Domain-0", "running"}, {4, "1", "guest running", "in shutdown"}}, 0},
		{"no header, CRLF", " 1   a   paused\r\n 2   b   no state\r\n", []Listed{{1, "1", "a", "paused"}, {2, "2", "b", "no state"}}, 0},
		{"other language", " -     web 01                         ausgeschaltet\n", []Listed{{1, "-", "web 01", "ausgeschaltet"}}, 0},
		{"cut", " Id   Name    State\n-----\n 1    web0", nil, 1},
		{"stderr", "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock-ro': No such file or directory\n\n",
			nil, 2},
		{"empty", "", nil, 0},
	} {
		got, problems := ParseList([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) != c.problems {
			t.Errorf("%s: %s\nproblems %+v", c.name, d, problems)
		}
	}
}

func checkLines(t *testing.T, data []byte, problems text.Problems, lines ...int) {
	t.Helper()
	last := strings.Count(string(data), "\n") + 1
	for _, p := range problems {
		lines = append(lines, max(p.Line, 0))
		if p.Line < 1 {
			t.Errorf("%+v", p)
		}
	}
	for _, n := range lines {
		if n < 0 || n > last {
			t.Errorf("line %d of %d", n, last)
		}
	}
}

func FuzzParseDomain(f *testing.F) {
	for _, s := range []string{definition, live, status, live[:900], "error: x", "<domain><devices><interface type='hostdev'><source><address type='pci' bus='1'/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, problems := ParseDomain(data)
		checkLines(t, data, problems, d.Line)
		for _, i := range d.Interfaces {
			checkLines(t, data, nil, i.Line, i.MAC.Line, i.Bridge.Line, i.Target.Line, i.Dev.Line)
		}
	})
}

func FuzzParseNetwork(f *testing.F) {
	f.Add([]byte("<networkstatus><network><name>a</name><forward dev='x' mode='nat'><pf dev='y'/></forward><ip/><bridge name='z'/></network></networkstatus>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, problems := ParseNetwork(data)
		checkLines(t, data, problems, n.Line, n.Bridge.Line, n.Forward.Line)
	})
}

func FuzzParseList(f *testing.F) {
	f.Add([]byte(" Id   Name    State\n----------\n -    web 01   shut off\n 1 x  y  z"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, problems := ParseList(data)
		checkLines(t, data, problems)
		for _, r := range rows {
			if r.Name == "" || r.State == "" || r.Line < 1 {
				t.Errorf("%+v", r)
			}
		}
	})
}
