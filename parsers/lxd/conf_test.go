package lxd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

func TestParseConf(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []NIC
	}{
		{"default.conf of LXC 5.0", `lxc.net.0.type = veth
lxc.net.0.link = lxcbr0
lxc.net.0.flags = up
lxc.net.0.hwaddr = 00:16:3e:xx:xx:xx

lxc.apparmor.profile = generated
lxc.apparmor.allow_nesting = 1
`, []NIC{{Line: 1, Type: "veth", Link: text.Of("lxcbr0", 2)}}},
		{"a veth and a macvlan, as LXD 3 writes them", `lxc.log.file = /var/log/lxd/c1/lxc.log
lxc.cap.drop = sys_time sys_module sys_rawio mac_admin mac_override
lxc.include = /usr/share/lxc/config/common.conf.d/
lxc.uts.name = c1
lxc.net.0.type = veth
lxc.net.0.flags = up
lxc.net.0.link = br0
lxc.net.0.hwaddr = 00:16:3E:67:03:4a
lxc.net.0.name = eth0
lxc.net.0.veth.pair = vethK2ZJXL
lxc.net.1.type = macvlan
lxc.net.1.macvlan.mode = bridge
lxc.net.1.link = bond0
lxc.net.1.name = eth1
lxc.rootfs.path = dir:/var/lib/lxd/containers/c1/rootfs
`, []NIC{
			{Line: 5, Type: "veth", Link: text.Of("br0", 7), MAC: text.Of("00:16:3e:67:03:4a", 8), Name: text.Of("eth0", 9), Pair: text.Of("vethK2ZJXL", 10)},
			{Line: 11, Index: 1, Type: "macvlan", Mode: text.Of("bridge", 12), Link: text.Of("bond0", 13), Name: text.Of("eth1", 14)},
		}},
		{"a veth that LXD makes itself", `lxc.net.0.type = phys
lxc.net.0.name = eth0
lxc.net.0.flags = up
lxc.net.0.link = vethd7c9f8a2
lxc.net.0.hwaddr = 00:16:3e:b7:07:84
`, []NIC{{Line: 1, Type: "phys", Name: text.Of("eth0", 2), Link: text.Of("vethd7c9f8a2", 4), MAC: text.Of("00:16:3e:b7:07:84", 5)}}},
		{"vlan of the examples of LXC 5.0", `# Container with network virtualized using the vlan device driver
lxc.uts.name = alpha
lxc.net.0.type = vlan
lxc.net.0.vlan.id = 1234
lxc.net.0.flags = up
lxc.net.0.link = eth0
lxc.net.0.hwaddr = 4a:49:43:49:79:bd
lxc.net.0.ipv4.address = 10.2.3.4/24
`, []NIC{{Line: 3, Type: "vlan", VLAN: text.Of(1234, 4), Link: text.Of("eth0", 6), MAC: text.Of("4a:49:43:49:79:bd", 7)}}},
		{"the examples of LXC 5.0 set a device again", "lxc.net.0.type = veth\nlxc.net.0.link = br0\nlxc.net.0.type = macvlan\nlxc.net.0.link = eth0\n",
			[]NIC{{Line: 1, Type: "macvlan", Link: text.Of("eth0", 4)}}},
		{"Proxmox VE", "lxc.net.0.type = veth\nlxc.net.0.veth.pair = veth101i0\nlxc.net.0.hwaddr = BA:97:85:78:49:F6\nlxc.net.0.name = eth0\nlxc.net.0.script.up = /usr/share/lxc/lxcnetaddbr\n",
			[]NIC{{Line: 1, Type: "veth", Pair: text.Of("veth101i0", 2), MAC: text.Of("ba:97:85:78:49:f6", 3), Name: text.Of("eth0", 4)}}},
		{"LXC 2.0", `lxc.rootfs = /var/lib/lxc/border-eth0/rootfs
# Network configuration
lxc.network.type = veth
lxc.network.flags = up
lxc.network.link = lxcbr0
lxc.network.hwaddr = 00:16:3e:67:03:4a
lxc.network.type = macvlan
lxc.network.macvlan.mode = vepa
lxc.network.link = eth1
lxc.network.hwaddr = 00:16:3e:XX:XX:XX
lxc.network.vlan.id=
`, []NIC{
			{Line: 3, Type: "veth", Link: text.Of("lxcbr0", 5), MAC: text.Of("00:16:3e:67:03:4a", 6)},
			{Line: 7, Index: 1, Type: "macvlan", Mode: text.Of("vepa", 8), Link: text.Of("eth1", 9)},
		}},
		{"no blanks, quotes", "lxc.net.0.type=veth\nlxc.net.0.link=\"br0\"\n  lxc.net.0.name='eth0'\n", []NIC{{Line: 1, Type: "veth", Link: text.Of("br0", 2), Name: text.Of("eth0", 3)}}},
		{"cleared", "lxc.net.0.type = veth\nlxc.net.1.type = veth\nlxc.net.0 =\nlxc.net.1.link = br1\n", []NIC{{Line: 2, Index: 1, Type: "veth", Link: text.Of("br1", 4)}}},
		{"all cleared", "lxc.net.0.type = veth\nlxc.net =\nlxc.net.3.type = empty\n", []NIC{{Line: 3, Index: 3, Type: "empty"}}},
		{"untagged VLAN of a port", "lxc.net.0.veth.vlan.id = 7\nlxc.net.1.veth.vlan.id = none\n", []NIC{{Line: 1, VLAN: text.Of(7, 1)}, {Line: 2, Index: 1}}},
		{"obfuscated MAC", "lxc.net.0.hwaddr = 53:4f:53:aa:00:01\nlxc.net.1.hwaddr = x-mac-0000000001-x\n",
			[]NIC{{Line: 1, MAC: text.Of("53:4f:53:aa:00:01", 1)}, {Line: 2, Index: 1, MAC: text.Of("x-mac-0000000001-x", 2)}}},
		{"CRLF", "lxc.net.0.type = veth\r\nlxc.net.0.link = br0\r\n", []NIC{{Line: 1, Type: "veth", Link: text.Of("br0", 2)}}},
		{"cut", "lxc.net.0.type = veth\nlxc.net.0.link =", []NIC{{Line: 1, Type: "veth"}}},
		{"empty", "", nil},
	} {
		got, problems := ParseConf([]byte(c.text))
		if d := cmp.Diff(c.want, got); d != "" || len(problems) > 0 {
			t.Errorf("%s: %s\nproblems %v", c.name, d, problems)
		}
	}
}

func TestConfDefects(t *testing.T) {
	for _, c := range []struct {
		name, text string
		nics, line int
		why        string
	}{
		{"cut in a key", "lxc.net.0.type = veth\nlxc.net.0.li", 1, 2, "not a setting"},
		{"stderr", "cat: lxc.conf: Permission denied\n", 0, 1, "not a setting"},
		{"no type", "lxc.network.link = br0\n", 0, 1, "no lxc.network.type"},
		{"bad VLAN", "lxc.net.0.vlan.id = x\n", 1, 1, "not a number"},
		{"huge index", "lxc.net.99999999999999999999.type = veth\n", 0, 1, "not the number"},
		{"invalid UTF-8", "lxc.net.0.link = br\xff\n\xfe\n", 1, 2, "not a setting"},
	} {
		got, problems := ParseConf([]byte(c.text))
		if len(got) != c.nics {
			t.Errorf("%s: %+v", c.name, got)
		}
		if len(problems) == 0 || problems[0].Line != c.line || !strings.Contains(problems[0].Why, c.why) {
			t.Errorf("%s: problems %+v, want %q in line %d", c.name, problems, c.why, c.line)
		}
	}
}

func FuzzParseConf(f *testing.F) {
	for _, s := range []string{"lxc.net.0.type = veth\nlxc.net.0 =\nlxc.net.0.hwaddr = xx\nlxc.net =", "lxc.network.type=veth\nlxc.network.0.link='b'\nlxc.network.link=\"", "#\n=\n'"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		list, problems := ParseConf(data)
		within(t, data, problems)
		for _, nic := range list {
			within(t, data, nil, nic.Line)
			if nic.Index < 0 || nic.Link.Found() && nic.Link.Value == "" || strings.HasPrefix(nic.MAC.Value, "00:16:3e:xx") {
				t.Errorf("%+v", nic)
			}
		}
	})
}
