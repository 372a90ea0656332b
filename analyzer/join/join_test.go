package join_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// files is a report: texts by path.
type files map[string]string

func (f files) host(t testing.TB) *topology.Host {
	t.Helper()
	ar := &txtar.Archive{}
	for name, text := range f {
		ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
	}
	slices.SortFunc(ar.Files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
	return hosttest.Host(t, ar)
}

// with returns a copy with more files; an empty text removes one.
func (f files) with(more files) files {
	out := files{}
	for k, v := range f {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
		if v == "" {
			delete(out, k)
		}
	}
	return out
}

const (
	ipLink   = "sos_commands/networking/ip_-s_-d_link"
	ipNetns  = "sos_commands/networking/ip_netns"
	fdbFile  = "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show"
	brLinks  = "sos_commands/networking/bridge_-s_-s_-d_link_show"
	procBond = "proc/1/net/bonding/bond0"
	virsh    = "sos_commands/virsh/"
)

// dev is an interface in `ip -d link`: head is "7: vnet0@if2" with the master after it, if any.
func dev(head, mac string, lines ...string) string {
	parts := strings.Fields(head)
	name, master := parts[0]+" "+parts[1], ""
	if len(parts) > 2 {
		master = " master " + parts[2]
	}
	mac, more, _ := strings.Cut(mac, " ")
	rest := strings.TrimSpace(mac + " brd ff:ff:ff:ff:ff:ff " + more)
	s := fmt.Sprintf("%s: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue%s state UP mode DEFAULT group default qlen 1000\n    link/ether %s promiscuity 1 allmulti 1 minmtu 68 maxmtu 65535 \n", name, master, rest)
	for _, l := range lines {
		s += "    " + l + " \n"
	}
	return s
}

const (
	bondMAC = "02:00:00:00:10:01"
	guest1  = "52:54:00:aa:00:01"
	tun     = "tun type tap pi off vnet_hdr on persist off"
	vlan100 = "vlan protocol 802.1Q id 100 <REORDER_HDR>"
	macvlan = "macvlan mode bridge bcqueuelen 1000 usedbcqueuelen 1000"
	bridge  = "bridge forward_delay 0 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0"
)

func port(n int) string {
	return fmt.Sprintf("bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x800%x port_no 0x%x", n, n)
}

// slaves are the two ports of the bond, and bond the bond with a master or none.
func slaves() string {
	s := ""
	for i, n := range []string{"eth0", "eth1"} {
		s += dev(fmt.Sprintf("%d: %s bond0", i+2, n), bondMAC, fmt.Sprintf("bond_slave state ACTIVE mii_status UP link_failure_count %d perm_hwaddr 02:00:00:00:10:0%d queue_id 0 prio 0", i, i+1))
	}
	return s
}

func bond(master string) string {
	lines := []string{"bond mode balance-xor miimon 100 updelay 0 downdelay 0 use_carrier 1 arp_interval 0 arp_validate none primary_reselect always fail_over_mac none xmit_hash_policy layer2 num_grat_arp 1"}
	if master != "" {
		lines = append(lines, port(1))
	}
	return slaves() + dev(strings.TrimSpace("4: bond0 "+master), bondMAC, lines...)
}

func br(index int, name string) string {
	return dev(fmt.Sprintf("%d: %s", index, name), bondMAC, bridge)
}

func domain(name string, live bool, ifs ...string) string {
	id := ""
	if live {
		id = " id='3'"
	}
	return fmt.Sprintf("<domain type='kvm'%s>\n  <name>%s</name>\n  <devices>\n%s  </devices>\n</domain>\n", id, name, strings.Join(ifs, ""))
}

func bridgeIf(mac, bridge, target string) string {
	s := fmt.Sprintf("    <interface type='bridge'>\n      <mac address='%s'/>\n      <source bridge='%s'/>\n", mac, bridge)
	if target != "" {
		s += fmt.Sprintf("      <target dev='%s'/>\n", target)
	}
	return s + "      <model type='virtio'/>\n    </interface>\n"
}

// show writes the attachments of the host's bonds, one a line: "bond0 > bond0.100 > br0 bridge on bond0.100: web01/vm/vnet0/MAC".
// A guest that is off ends in "(off)", a MAC that was worked out and not told in "?".
func show(h *topology.Host) (lines []string) {
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			s := strings.Join(a.Path, " > ") + " " + a.Kind + " on " + a.Port + ":"
			for _, g := range a.Guests {
				s += " " + strings.Join([]string{g.Guest, g.Kind, g.Interface, g.MAC.Value}, "/")
				if g.Learned && g.MAC.Known() {
					s += "?"
				}
				if !g.Running {
					s += "(off)"
				}
				if !g.Source.Known() {
					s += "(no source)"
				}
			}
			lines = append(lines, s)
		}
	}
	return lines
}

func check(t *testing.T, h *topology.Host, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, show(h)); d != "" {
		t.Error(d)
	}
}

// TestGuests: who is behind the port of a bridge.
func TestGuests(t *testing.T) {
	tap := dev("6: vnet0 br0", "fe:54:00:aa:00:01", tun, port(2))
	base := files{ipLink: bond("br0") + br(5, "br0") + tap}
	veth := func(mac string) string {
		return bond("br0") + br(5, "br0") + dev("6: veth7@if2 br0", mac, "veth", port(2))
	}
	const at = "bond0 > br0 bridge on bond0: "
	netns := "sos_commands/networking/namespaces/guest1/ip_netns_exec_guest1_ip_-d_address_show"
	inside := dev("2: eth0@if6", guest1+" link-netnsid 0", "veth")
	for _, c := range []struct {
		name  string
		files files
		want  string
	}{
		{"by the target device of a live XML", base.with(files{virsh + "virsh_-r_dumpxml_web01": domain("web01", true, bridgeIf(guest1, "br0", "vnet0"))}),
			at + "web01/vm/vnet0/" + guest1},
		{"the target device counts, not the MAC", base.with(files{virsh + "virsh_-r_dumpxml_web01": domain("web01", true, bridgeIf("53:4f:53:11:22:33", "br0", "vnet0"))}),
			at + "web01/vm/vnet0/53:4f:53:11:22:33"},
		{"by the MAC of the tap, from a definition without a target", base.with(files{"etc/libvirt/qemu/web01.xml": domain("web01", false, bridgeIf(guest1, "br0", ""))}),
			at + "web01/vm/vnet0/" + guest1},
		{"two guests whose MACs differ in the last octet", base.with(files{"etc/libvirt/qemu/web01.xml": domain("web01", false, bridgeIf(guest1, "br0", "")),
			"etc/libvirt/qemu/web02.xml":  domain("web02", false, bridgeIf("52:54:00:aa:00:02", "br0", "")),
			virsh + "virsh_-r_list_--all": " Id   Name    State\n-----------------------\n 1    web01   running\n -    web02   shut off\n\n"}),
			at + "web01/vm/vnet0/" + guest1 + " web02/vm//52:54:00:aa:00:02(off)"},
		{"by the address learned on its port", base.with(files{fdbFile: guest1 + " dev vnet0 used 4/2 master br0 \nfe:54:00:aa:00:01 dev vnet0 used 9/9 master br0 permanent\n"}),
			at + "vnet0/vm/vnet0/" + guest1 + "?"},
		{"by the address of the tap, learned on the bond", base.with(files{fdbFile: guest1 + " dev bond0 used 4/2 master br0 \n"}),
			at + "vnet0/vm/vnet0/" + guest1 + "?"},
		{"two addresses on its port: none can be told", files{ipLink: strings.Replace(base[ipLink], "fe:54:00:aa:00:01", "2e:8c:63:54:31:da", 1),
			fdbFile: guest1 + " dev vnet0 used 4/2 master br0 \n52:54:00:aa:00:02 dev vnet0 used 4/2 master br0 \n"},
			at + "vnet0/vm/vnet0/"},
		{"nothing known but the tap", base, at + "vnet0/vm/vnet0/"},
		{"a tap that libvirt did not make", files{ipLink: bond("br0") + br(5, "br0") + dev("6: vpn0 br0", "2e:8c:63:54:31:da", tun, port(2))}, at + "vpn0/unknown/vpn0/"},
		{"Xen", files{ipLink: bond("br0") + br(5, "br0") + dev("6: vif3.0 br0", "fe:ff:ff:ff:ff:ff", port(2))}, at + "vif3.0/vm/vif3.0/"},
		{"veth with link-netns", files{ipLink: veth("2e:8c:63:54:31:da link-netns guest1"), netns: inside}, at + "guest1/container/veth7/" + guest1},
		{"veth with link-netns, the namespace was not read", files{ipLink: veth("2e:8c:63:54:31:da link-netns guest1")}, at + "guest1/container/veth7/"},
		{"veth with link-netnsid, named by ip netns", files{ipLink: veth("2e:8c:63:54:31:da link-netnsid 3"), ipNetns: "guest1 (id: 3)\nother (id: 1)\n", netns: inside}, at + "guest1/container/veth7/" + guest1},
		{"veth with link-netnsid of a namespace without a name", files{ipLink: veth("2e:8c:63:54:31:da link-netnsid 3"), ipNetns: "other (id: 1)\n"}, at + "veth7/container/veth7/"},
		{"veth of an old iproute: @ifN alone", files{ipLink: veth("2e:8c:63:54:31:da")}, at + "veth7/container/veth7/"},
		{"shut off", files{ipLink: bond("br0") + br(5, "br0"), "etc/libvirt/qemu/web01.xml": domain("web01", false, bridgeIf(guest1, "br0", "")),
			virsh + "virsh_-r_list_--all": " Id   Name    State\n-----------------------\n -    web01   shut off\n\n"}, at + "web01/vm//" + guest1 + "(off)"},
		{"shut off on another bridge", files{ipLink: bond("br0") + br(5, "br0"), "etc/libvirt/qemu/web01.xml": domain("web01", false, bridgeIf(guest1, "br1", ""))}, strings.TrimSpace(at)},
		{"a stale target in the definition of a guest that is off", base.with(files{"etc/libvirt/qemu/old.xml": domain("old", false, bridgeIf("52:54:00:bb:00:09", "br0", "vnet0")),
			virsh + "virsh_-r_dumpxml_web01": domain("web01", true, bridgeIf(guest1, "br0", "vnet0")),
			virsh + "virsh_-r_list_--all":    " Id   Name    State\n-----------------------\n 3    web01   running\n -    old     shut off\n\n"}),
			at + "web01/vm/vnet0/" + guest1 + " old/vm/vnet0/52:54:00:bb:00:09(off)"},
		{"through a libvirt network with a bridge of the host", base.with(files{
			virsh + "virsh_-r_net-dumpxml_lan": "<network>\n  <name>lan</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n</network>\n",
			"etc/libvirt/qemu/web01.xml":       domain("web01", false, "    <interface type='network'>\n      <mac address='52:54:00:aa:00:07'/>\n      <source network='lan'/>\n    </interface>\n")}),
			at + "vnet0/vm/vnet0/ web01/vm//52:54:00:aa:00:07(off)"},
		{"through a libvirt network that translates addresses: its device leads out of the host, not to the guest", files{ipLink: bond(""),
			virsh + "virsh_-r_net-dumpxml_nat0": "<network>\n  <name>nat0</name>\n  <forward dev='bond0' mode='nat'>\n    <interface dev='bond0'/>\n  </forward>\n  <bridge name='virbr0'/>\n</network>\n",
			"etc/libvirt/qemu/web01.xml":        domain("web01", false, "    <interface type='network'>\n      <mac address='52:54:00:aa:00:07'/>\n      <source network='nat0'/>\n    </interface>\n")},
			"bond0 host on bond0:"},
		{"crashed", files{ipLink: bond("br0") + br(5, "br0"), "etc/libvirt/qemu/web01.xml": domain("web01", false, bridgeIf(guest1, "br0", "")),
			virsh + "virsh_-r_list_--all": " Id   Name    State\n-----------------------\n -    web01   crashed\n\n"}, at + "web01/vm//" + guest1 + "(off)"},
		{"the tap that old libvirt keeps in its bridge", files{ipLink: bond("br0") + br(5, "br0") + dev("6: br0-nic br0", "52:54:00:ff:00:01", tun, port(2))}, strings.TrimSpace(at)},
		{"veth whose index the end in the namespace names", files{ipLink: bond("br0") + br(5, "br0") + dev("6: veth7 br0", "2e:8c:63:54:31:da link-netns guest1", "veth", port(2)), netns: inside}, at + "guest1/container/veth7/" + guest1},
		{"veth that names the index of the end in the namespace", files{ipLink: veth("2e:8c:63:54:31:da link-netns guest1"), netns: dev("2: eth0", guest1, "veth")}, at + "guest1/container/veth7/" + guest1},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.files.host(t), c.want) })
	}
}

// TestStacks: what lies between a bond and its guests.
func TestStacks(t *testing.T) {
	tap := dev("9: vnet0 br0", "fe:54:00:aa:00:01", tun, port(2))
	overVLAN := dev("7: bond0.100@bond0 br0", bondMAC, vlan100, port(1))
	netns := func(name string) string {
		return "sos_commands/networking/namespaces/" + name + "/ip_netns_exec_" + name + "_ip_-d_address_show"
	}
	for _, c := range []struct {
		name  string
		files files
		want  []string
	}{
		{"host alone", files{ipLink: bond("")}, []string{"bond0 host on bond0:"}},
		{"bond, bridge", files{ipLink: bond("br0") + br(5, "br0") + tap}, []string{"bond0 > br0 bridge on bond0: vnet0/vm/vnet0/"}},
		{"bond, VLAN, bridge", files{ipLink: bond("") + br(5, "br0") + overVLAN + tap}, []string{"bond0 > bond0.100 > br0 bridge on bond0.100: vnet0/vm/vnet0/"}},
		{"a VLAN whose name says nothing", files{ipLink: bond("") + br(5, "br0") + strings.Replace(overVLAN, "bond0.100@", "storage@", 1) + tap}, []string{"bond0 > storage > br0 bridge on storage: vnet0/vm/vnet0/"}},
		{"stacked VLANs (QinQ)", files{ipLink: bond("") + br(5, "br0") + dev("7: bond0.100@bond0", bondMAC, "vlan protocol 802.1ad id 100 <REORDER_HDR>") + dev("8: inner@bond0.100 br0", bondMAC, "vlan protocol 802.1Q id 7 <REORDER_HDR>", port(1)) + tap},
			[]string{"bond0 > bond0.100 > inner > br0 bridge on inner: vnet0/vm/vnet0/"}},
		{"two VLANs in two bridges, one without guests", files{ipLink: bond("") + br(5, "br0") + br(6, "br1") + overVLAN + dev("8: bond0.200@bond0 br1", bondMAC, "vlan protocol 802.1Q id 200 <REORDER_HDR>", port(1)) + tap},
			[]string{"bond0 > bond0.100 > br0 bridge on bond0.100: vnet0/vm/vnet0/", "bond0 > bond0.200 > br1 bridge on bond0.200:"}},
		{"bond, bridge, VLAN, bridge", files{ipLink: bond("br9") + br(6, "br9") + br(5, "br0") + dev("7: br9.100@br9 br0", bondMAC, vlan100, port(1)) + tap},
			[]string{"bond0 > br9 bridge on bond0:", "bond0 > br9 > br9.100 > br0 bridge on br9.100: vnet0/vm/vnet0/"}},
		{"a pair of veth between two bridges", files{ipLink: bond("br9") + br(6, "br9") + br(5, "br0") + dev("7: up0@dn0 br9", "2e:00:00:00:00:01", "veth", port(2)) + dev("8: dn0@up0 br0", "2e:00:00:00:00:02", "veth", port(1)) + tap},
			[]string{"bond0 > br9 bridge on bond0:", "bond0 > br9 > up0 > dn0 > br0 bridge on dn0: vnet0/vm/vnet0/"}},
		{"two bridges tied in a ring", files{ipLink: bond("br9") + br(6, "br9") + br(5, "br0") + dev("7: up0@dn0 br9", "2e:00:00:00:00:01", "veth", port(2)) + dev("8: dn0@up0 br0", "2e:00:00:00:00:02", "veth", port(1)) +
			dev("9: up1@dn1 br0", "2e:00:00:00:00:03", "veth", port(3)) + dev("10: dn1@up1 br9", "2e:00:00:00:00:04", "veth", port(3))},
			[]string{"bond0 > br9 bridge on bond0:", "bond0 > br9 > up0 > dn0 > br0 bridge on dn0:"}},
		{"macvlan", files{ipLink: bond("") + dev("6: mv0@bond0", guest1, macvlan)}, []string{"bond0 > mv0 macvlan on bond0: mv0/unknown/mv0/" + guest1}},
		{"macvlan on a VLAN", files{ipLink: bond("") + strings.Replace(overVLAN, " master br0", "", 1) + dev("6: mv0@bond0.100", guest1, macvlan)}, []string{"bond0 > bond0.100 > mv0 macvlan on bond0.100: mv0/unknown/mv0/" + guest1}},
		{"macvlan in a namespace", files{ipLink: bond(""), ipNetns: "guest1 (id: 0)\n", netns("guest1"): dev("6: eth0@if4", guest1+" link-netnsid 0", macvlan)},
			[]string{"bond0 > guest1/eth0 macvlan on bond0: guest1/container/eth0/" + guest1}},
		{"macvlan in a namespace on a VLAN", files{ipLink: bond("") + strings.Replace(overVLAN, " master br0", "", 1), ipNetns: "guest1 (id: 0)\n", netns("guest1"): dev("6: eth0@if7", guest1+" link-netnsid 0", macvlan)},
			[]string{"bond0 > bond0.100 > guest1/eth0 macvlan on bond0.100: guest1/container/eth0/" + guest1}},
		{"macvlans of the same name in two namespaces", files{ipLink: bond(""), netns("guest1"): dev("6: eth0@if4", guest1+" link-netnsid 0", macvlan), netns("guest2"): dev("6: eth0@if4", "52:54:00:aa:00:02 link-netnsid 0", macvlan)},
			[]string{"bond0 > guest1/eth0 macvlan on bond0: guest1/container/eth0/" + guest1, "bond0 > guest2/eth0 macvlan on bond0: guest2/container/eth0/52:54:00:aa:00:02"}},
		{"ipvlan in a namespace", files{ipLink: bond(""), netns("guest1"): dev("6: eth0@if4", bondMAC+" link-netnsid 0", "ipvlan  mode l2 bridge")}, []string{"bond0 > guest1/eth0 ipvlan on bond0: guest1/container/eth0/" + bondMAC}},
		{"macvlan that only the device below knows", files{ipLink: bond(""), fdbFile: guest1 + " dev bond0 self permanent\n33:33:00:00:00:01 dev bond0 self permanent\n0e:fc:00:01:02:03 dev bond0 self permanent\n" + bondMAC + " dev bond0 self permanent\n"},
			[]string{"bond0 > " + guest1 + " macvlan on bond0: " + guest1 + "/unknown//" + guest1}},
		{"macvtap of a guest", files{ipLink: bond("") + dev("6: macvtap0@bond0", guest1, "macvtap mode bridge"),
			virsh + "virsh_-r_dumpxml_web01": domain("web01", true, "    <interface type='direct'>\n      <mac address='"+guest1+"'/>\n      <source dev='bond0' mode='bridge'/>\n      <target dev='macvtap0'/>\n    </interface>\n")},
			[]string{"bond0 > macvtap0 macvtap on bond0: web01/vm/macvtap0/" + guest1}},
		{"interface of type direct of a guest that is off", files{ipLink: bond(""), "etc/libvirt/qemu/web01.xml": domain("web01", false, "    <interface type='direct'>\n      <mac address='"+guest1+"'/>\n      <source dev='bond0' mode='bridge'/>\n    </interface>\n")},
			[]string{"bond0 macvtap on bond0: web01/vm//" + guest1 + "(off)"}},
		{"Open vSwitch", files{ipLink: bond("ovs-system") + dev("5: ovs-system", "3a:00:00:00:00:01", "openvswitch") + dev("6: br-ex", bondMAC, "openvswitch") + dev("9: vnet0 ovs-system", "fe:54:00:aa:00:01", tun, "openvswitch_slave")},
			[]string{"bond0 > ovs-system ovs-bridge on bond0: vnet0/vm/vnet0/"}},
		{"a bridge with a network card and a tap, the bond elsewhere", files{ipLink: bond("") + br(5, "br0") + dev("7: eno3 br0", "b8:3f:d2:11:0a:d0", port(1)) + tap}, []string{"bond0 host on bond0:"}},
		{"a VLAN in a namespace of the host", files{ipLink: bond(""), netns("guest1"): dev("6: v100@if4", bondMAC+" link-netnsid 0", vlan100)}, []string{"bond0 host on bond0:"}},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.files.host(t), c.want...) })
	}
}

// TestModeUnknown: a mode that nothing told is Unknown, and not the first of the modes.
func TestModeUnknown(t *testing.T) {
	for name, f := range map[string]files{
		"/proc/net/bonding without its mode, no ip link": {procBond: "Ethernet Channel Bonding Driver: v5.14.0-427.el9.x86_64\n\nMII Status: up\n"},
		"ip link without details":                        {ipLink: strings.Replace(dev("4: bond0", bondMAC), "MULTICAST,", "MULTICAST,MASTER,", 1)},
		"a configuration that names none":                {"etc/sysconfig/network-scripts/ifcfg-bond0": "DEVICE=bond0\nTYPE=Bond\nBONDING_OPTS=miimon=100\n"},
	} {
		b := f.host(t).Bond("bond0")
		if b == nil || b.Mode.Known() || b.Mode.Value != bonding.Unknown {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// TestMissingLinks: without `ip link` the bridges tell what they can, and what cannot be seen is not said not to be there.
func TestMissingLinks(t *testing.T) {
	proc := "Ethernet Channel Bonding Driver: v5.14.0-427.31.1.el9_4.x86_64\n\nBonding Mode: load balancing (xor)\nTransmit Hash Policy: layer2 (0)\nMII Status: up\nMII Polling Interval (ms): 100\nUp Delay (ms): 0\nDown Delay (ms): 0\n\n" +
		"Slave Interface: eth0\nMII Status: up\nLink Failure Count: 0\nPermanent HW addr: " + bondMAC + "\n"
	bl := func(names ...string) (s string) {
		for i, n := range names {
			s += fmt.Sprintf("%d: %s: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 100 \n    hairpin off guard off \n", i+4, n)
		}
		return s
	}
	for _, c := range []struct {
		name  string
		files files
		want  string
	}{
		{"nothing but the bond", files{procBond: proc}, "bond0 unknown on bond0:"},
		{"bridge link", files{procBond: proc, brLinks: bl("bond0", "vnet0")}, "bond0 > br0 bridge on bond0: vnet0/vm/vnet0/"},
		{"brctl", files{procBond: proc, "sos_commands/networking/brctl_show": "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.020000001001\tno\t\tbond0\n\t\t\t\t\t\t\tvnet0\n"}, "bond0 > br0 bridge on bond0: vnet0/vm/vnet0/"},
		{"bridge link, and the VLAN from /proc", files{procBond: proc, brLinks: bl("bond0.100@bond0", "vnet0"), "proc/1/net/vlan/config": "VLAN Dev name	 | VLAN ID\nName-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD\nbond0.100      | 100  | bond0\n"},
			"bond0 > bond0.100 > br0 bridge on bond0.100: vnet0/vm/vnet0/"},
		{"bridge link alone: what bond0.100 is was not collected, so what sits on the bond is not known", files{procBond: proc, brLinks: bl("bond0.100@bond0", "vnet0")}, "bond0 unknown on bond0:"},
		{"bridges without the bond, and no list of devices that could sit on it", files{procBond: proc, brLinks: bl("eno3", "vnet0")}, "bond0 unknown on bond0:"},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, c.files.host(t), c.want) })
	}
}

// TestOldLinks: RHEL 6, whose ip prints neither details nor the master of a bridge's port.
func TestOldLinks(t *testing.T) {
	h := hosttest.Host(t, hosttest.Archive(t, "rhel6-brctl"))
	check(t, h, "bond0 > br0 bridge on bond0: mail01/vm/vnet0/52:54:00:4a:11:01 mail02/vm/vnet1/52:54:00:4a:11:02")
	on := map[string]string{}
	for _, e := range h.FDB {
		if !e.Local {
			on[e.MAC] = e.Bridge + " " + e.Dev
		}
	}
	want := map[string]string{"00:50:56:8e:01:77": "br0 bond0", "52:54:00:4a:11:01": "br0 bond0", "52:54:00:4a:11:02": "br0 vnet1"}
	if d := cmp.Diff(want, on); d != "" {
		t.Error(d)
	}
	if n := h.Bridge("br0").Ports; len(n) != 3 || n[0].Number != 1 || n[2].Number != 3 || n[0].State.Value != "forwarding" {
		t.Errorf("ports %+v", n)
	}
	b := h.Bond("bond0")
	if b.Mode.Value != bonding.BalanceALB || b.Link == nil || b.Link.Kind != "bond" || b.MAC.Value != "00:1b:21:3c:9d:10" || len(b.Slaves) != 2 || b.Slaves[1].LinkFailures.Value != 2 {
		t.Errorf("%+v", b)
	}
	if l := h.Link("virbr0"); l == nil || l.Kind != "bridge" {
		t.Errorf("virbr0: %+v", l)
	}
	// without brctl nothing tells what is in a bridge: whether guests sit on the bond is not known
	ar := hosttest.Archive(t, "rhel6-brctl")
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.Contains(f.Name, "brctl_") })
	check(t, hosttest.Host(t, ar), "bond0 unknown on bond0:")
}

// TestPortNumbers: numbers of brctl have names from `brctl showstp`, else from `ip -d link`.
func TestPortNumbers(t *testing.T) {
	macs := "port no\tmac addr\t\tis local?\tageing timer\n  2\t" + guest1 + "\tno\t\t   0.74\n 11\t52:54:00:aa:00:02\tno\t\t   0.74\n"
	h := files{ipLink: bond("br0") + br(5, "br0") + dev("6: vnet0 br0", "fe:54:00:aa:00:01", tun, port(2)) + dev("7: vnet9 br0", "fe:54:00:aa:00:02", tun, port(11)),
		"sos_commands/networking/brctl_showmacs_br0": macs}.host(t)
	check(t, h, "bond0 > br0 bridge on bond0: vnet0/vm/vnet0/"+guest1+"? vnet9/vm/vnet9/52:54:00:aa:00:02?")
	h = files{ipLink: bond("br0") + br(5, "br0") + dev("6: vnet0 br0", "fe:54:00:aa:00:01", tun, port(3)), "sos_commands/networking/brctl_showmacs_br0": macs}.host(t)
	if len(h.FDB) != 0 {
		t.Errorf("entries of ports that have no name: %+v", h.FDB)
	}
}

// TestContradictions: /proc is believed, and the difference is told.
func TestContradictions(t *testing.T) {
	proc := "Ethernet Channel Bonding Driver: v5.14.0-427.31.1.el9_4.x86_64\n\nBonding Mode: transmit load balancing\nPrimary Slave: None\nCurrently Active Slave: eth1\nMII Status: up\nMII Polling Interval (ms): 50\nUp Delay (ms): 0\nDown Delay (ms): 0\n\n" +
		"Slave Interface: eth1\nMII Status: up\nSpeed: 10000 Mbps\nDuplex: full\nLink Failure Count: 4\nPermanent HW addr: 02:00:00:00:10:02\nSlave queue ID: 0\n"
	h := files{procBond: proc, ipLink: bond("br0") + br(5, "br0")}.host(t)
	b := h.Bond("bond0")
	if b.Mode.Value != bonding.BalanceTLB || b.Mode.Source.File != procBond || b.MIIMon.Value != 50 || b.ActiveSlave.Value != "eth1" {
		t.Errorf("%+v", b)
	}
	if !slices.ContainsFunc(h.Problems, func(p topology.Problem) bool {
		return p.Source.File == ipLink && strings.Contains(p.Why, "balance-xor") && strings.Contains(p.Why, "balance-tlb")
	}) {
		t.Errorf("nobody tells: %+v", h.Problems)
	}
	if d := cmp.Diff([]string{"eth1", "eth0"}, b.SlaveNames()); d != "" || b.Slaves[0].LinkFailures.Value != 4 || b.Slaves[1].PermMAC.Value != bondMAC {
		t.Errorf("slaves: %s %+v", d, b.Slaves[0])
	}
	// a mode that no kernel has
	h = files{ipLink: strings.Replace(bond(""), "mode balance-xor", "mode balance-best", 1)}.host(t)
	if b := h.Bond("bond0"); b.Mode.Known() || b.Mode.Value != bonding.Unknown || len(h.Problems) == 0 {
		t.Errorf("%+v, problems %v", b.Mode, h.Problems)
	}
}

// TestSources: `ip -d link` alone, /proc alone, and what each of them tells first.
func TestSources(t *testing.T) {
	h := files{ipLink: bond("br0") + br(5, "br0")}.host(t)
	b := h.Bond("bond0")
	if b.Proc || b.Mode.Value != bonding.BalanceXOR || b.MIIMon.Value != 100 || b.HashPolicy.Value != "layer2" || b.MAC.Value != bondMAC || len(b.UpSlaves()) != 2 {
		t.Errorf("%+v", b)
	}
	if s := b.Slaves[1]; s.LinkFailures.Value != 1 || s.PermMAC.Value != "02:00:00:00:10:02" || s.State.Value != "ACTIVE" || s.Link == nil {
		t.Errorf("%+v", s)
	}
	for name, f := range map[string]topology.Source{"mode": b.Mode.Source, "MII": b.MIIMon.Source, "slave": b.Slaves[0].Source, "MAC": b.MAC.Source} {
		if f.File != ipLink || f.Line == 0 || f.Text == "" {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

// TestObfuscated: MACs of `sos clean` join nothing and stay what they are.
func TestObfuscated(t *testing.T) {
	f := files{ipLink: strings.ReplaceAll(bond("br0")+br(5, "br0"), bondMAC, "53:4f:53:01:02:03") + dev("6: vnet0 br0", "53:4f:53:aa:bb:cc", tun, port(2)),
		fdbFile:                          "53:4f:53:99:99:99 dev bond0 self permanent\n53:4f:53:11:11:11 dev vnet0 used 1/1 master br0 \n",
		virsh + "virsh_-r_dumpxml_web01": domain("web01", true, bridgeIf("53:4f:53:11:11:11", "br0", "vnet0"))}
	h := f.host(t)
	if !h.Obfuscated.Known() || h.Obfuscated.File != ipLink {
		t.Errorf("obfuscation: %+v", h.Obfuscated)
	}
	check(t, h, "bond0 > br0 bridge on bond0: web01/vm/vnet0/53:4f:53:11:11:11")
	if hosttest.Host(t, hosttest.Archive(t, "rhel9-lacp-nm")).Obfuscated.Known() {
		t.Error("a report that was not cleaned")
	}
}

// TestVLANFiltering: with vlan_filtering the bridge has a database for each VLAN. The same MAC on the bond in another VLAN is another host's.
func TestVLANFiltering(t *testing.T) {
	f := files{ipLink: bond("br0") + strings.Replace(br(5, "br0"), "vlan_filtering 0", "vlan_filtering 1", 1) + dev("6: vnet0 br0", "fe:54:00:aa:00:01", tun, port(2)),
		fdbFile: guest1 + " dev vnet0 vlan 10 used 4/2 master br0 \n" + guest1 + " dev bond0 vlan 20 used 4/2 master br0 \n"}
	h := f.host(t)
	if !h.Bridge("br0").VLANs {
		t.Error("vlan_filtering was not seen")
	}
	check(t, h, "bond0 > br0 bridge on bond0: vnet0/vm/vnet0/"+guest1+"?")
	var vlans []string
	for _, e := range h.FDB {
		vlans = append(vlans, fmt.Sprint(e.Dev, " ", e.VLAN))
	}
	if d := cmp.Diff([]string{"vnet0 10", "bond0 20"}, vlans); d != "" {
		t.Error(d)
	}
}

// TestConfigs: what each configuration system says of a bond, with its slaves and the bridge that it is put in.
func TestConfigs(t *testing.T) {
	const nm = "etc/NetworkManager/system-connections/"
	f := files{
		"etc/sysconfig/network-scripts/ifcfg-bond1":     "DEVICE=bond1\nTYPE=Bond\nBONDING_MASTER=yes\nBRIDGE=br1\nNM_CONTROLLED=no\nONBOOT=yes\nBONDING_OPTS=\"mode=4 miimon=100\"\n",
		"etc/sysconfig/network-scripts/ifcfg-bond1.bak": "DEVICE=bond1\nTYPE=Bond\nBONDING_OPTS=\"mode=0\"\n",
		"etc/sysconfig/network-scripts/ifcfg-em1":       "DEVICE=em1\nMASTER=bond1\nSLAVE=yes\n",
		"etc/sysconfig/network-scripts/ifcfg-em2":       "DEVICE=em2\nMASTER=bond1\nSLAVE=yes\n",
		nm + "b.nmconnection":                           "[connection]\nid=team of two\nuuid=aaaa-1\ntype=bond\ninterface-name=bond2\ncontroller=aaaa-2\nport-type=bridge\n\n[bond]\nmode=balance-alb\nmiimon=100\n",
		nm + "br.nmconnection":                          "[connection]\nid=bridge\nuuid=aaaa-2\ntype=bridge\ninterface-name=br2\n",
		nm + "p1.nmconnection":                          "[connection]\nid=p1\ntype=ethernet\ninterface-name=em3\ncontroller=aaaa-1\nport-type=bond\n",
		nm + "p2.nmconnection":                          "[connection]\nid=p2\ntype=ethernet\ninterface-name=em4\nmaster=bond2\nslave-type=bond\n",
		"etc/nmstate/b3.yml":                            "interfaces:\n- name: bond3\n  type: bond\n  link-aggregation:\n    mode: active-backup\n    port:\n    - em5\n    - em6\n- name: br3\n  type: linux-bridge\n  bridge:\n    port:\n    - name: bond3\n",
		"etc/modprobe.d/bonding.conf":                   "alias bond0 bonding\noptions bond0 mode=1\noptions bonding max_bonds=0\n",
	}
	h := f.host(t)
	var got []string
	for _, c := range h.Configs {
		var names []string
		for _, s := range c.Slaves {
			names = append(names, s.Value)
		}
		got = append(got, fmt.Sprintf("%s %s %s in %s: %s, NM off %v, connection %q", c.System, c.Name, c.Mode.Value, c.Bridge.Value, strings.Join(names, " "), c.NMOff, c.Connection))
	}
	want := []string{
		`ifcfg bond1 802.3ad in br1: em1 em2, NM off true, connection ""`,
		`keyfile bond2 balance-alb in br2: em3 em4, NM off false, connection "team of two"`,
		`nmstate bond3 active-backup in br3: em5 em6, NM off false, connection ""`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(h.Module) != 3 || !h.Module[0].Alias || h.Module[1].Module != "bond0" || h.Module[1].Options[0].Value != "1" {
		t.Errorf("module options %+v", h.Module)
	}
	if len(h.Bonds) != 3 || !h.Bonds[0].ConfigOnly {
		t.Errorf("bonds of the configuration, where no running state was collected: %+v", h.Bonds)
	}
	check(t, h, "bond1 > br1 bridge on bond1:", "bond2 > br2 bridge on bond2:", "bond3 > br3 bridge on bond3:")
	// with links collected that show no such bond, they do not run
	if h := f.with(files{ipLink: bond("")}).host(t); len(h.Bonds) != 1 || len(h.Configs) != 3 {
		t.Errorf("bonds %+v", h.Bonds)
	}
}

// TestEvents: several files hold the same messages; they are counted once.
func TestEvents(t *testing.T) {
	const line = "br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)\n"
	h := files{ipLink: bond("br0") + br(5, "br0"),
		"sos_commands/kernel/dmesg":                      "[    1.000000] Linux version 5.14.0\n[   23.191469] " + line + "[   24.191469] " + line,
		"sos_commands/logs/journalctl_--no-pager_--boot": "Nov 22 05:57:01 hv01 kernel: Linux version 5.14.0\nNov 22 05:57:23 hv01 kernel: " + line + "Nov 22 05:57:24 hv01 kernel: " + line + "Nov 22 05:57:25 hv01 kernel: " + line}.host(t)
	if len(h.Events) != 1 {
		t.Fatalf("%d events: %+v", len(h.Events), h.Events)
	}
	e := h.Events[0]
	if e.Count != 3 || e.Bridge != "br0" || e.Port != "bond0" || !strings.HasPrefix(e.Source.Text, "Nov 22 05:57:23") || !strings.HasPrefix(e.Last.Text, "Nov 22 05:57:25") {
		t.Errorf("%+v", e)
	}
}

// TestIdentity: names, releases and platforms.
func TestIdentity(t *testing.T) {
	for _, c := range []struct {
		host, name, kernel, os string
		platform               topology.Platform
	}{
		{"rhel9-lacp-nm", "kvm21.example.com", "5.14.0-427.31.1.el9_4.x86_64", "rhel", topology.Libvirt},
		{"rhel6-brctl", "kvm06.example.com", "2.6.32-696.el6.x86_64", "rhel", topology.Libvirt},
		{"rhv-rr", "rhvh03.example.com", "4.18.0-372.32.1.el8_6.x86_64", "rhel", topology.RHV},
		{"bc-static", "hv01.lab.example", "6.12.107+deb13-cloud-amd64", "centos", topology.Plain},
	} {
		h := hosttest.Host(t, hosttest.Archive(t, c.host))
		if h.Name.Value != c.name || h.Kernel.Value.Release != c.kernel || h.OS.Value.ID != c.os || h.Platform.Value != c.platform {
			t.Errorf("%s: %q %q %q %q", c.host, h.Name.Value, h.Kernel.Value.Release, h.OS.Value.ID, h.Platform.Value)
		}
	}
	// the header of /proc/net/bonding tells the kernel where uname is missing
	ar := hosttest.Archive(t, "rhel9-lacp-nm")
	ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return strings.Contains(f.Name, "uname") })
	if h := hosttest.Host(t, ar); h.Kernel.Value.Release != "5.14.0-427.31.1.el9_4.x86_64" || h.Kernel.Source.Line != 1 {
		t.Errorf("kernel %+v", h.Kernel)
	}
	h := files{"etc/os-release": "NAME=\"Red Hat Enterprise Linux CoreOS\"\nID=\"rhcos\"\nVERSION_ID=\"4.16\"\nOPENSHIFT_VERSION=\"4.16\"\n"}.host(t)
	if h.Platform.Value != topology.OpenShift {
		t.Errorf("platform %+v", h.Platform)
	}
}

// TestEmpty: a report without anything, and files that hold nothing or garbage, make a host and no panic.
func TestEmpty(t *testing.T) {
	if h := (files{}).host(t); len(h.Bonds) != 0 || h.Seen("links") || h.Platform.Value != topology.Plain {
		t.Errorf("%+v", h)
	}
	for _, text := range []string{"", "\n", "\x00\xff\xfe", "RTNETLINK answers: Operation not permitted\n", "1: lo", "Slave Interface: ", "<domain", "[bond]\nmode"} {
		f := files{}
		for _, name := range hosttest.Names(t) {
			for _, file := range hosttest.Archive(t, name).Files {
				if !strings.Contains(file.Name, " -> ") {
					f[file.Name] = text
				}
			}
		}
		ar := &txtar.Archive{}
		for name, text := range f {
			ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)})
		}
		slices.SortFunc(ar.Files, func(a, b txtar.File) int { return strings.Compare(a.Name, b.Name) })
		hosttest.Host(t, ar)
	}
}

// TestLoops: data that refer to themselves end.
func TestLoops(t *testing.T) {
	h := files{ipLink: bond("br0") + br(5, "br0") + dev("6: a@b br0", "2e:00:00:00:00:01", "vlan protocol 802.1Q id 1 <REORDER_HDR>", port(2)) +
		dev("7: b@a", "2e:00:00:00:00:02", "vlan protocol 802.1Q id 2 <REORDER_HDR>") + dev("8: c@c", "2e:00:00:00:00:03", macvlan) +
		dev("9: br1 br1", "2e:00:00:00:00:04", bridge) + dev("10: d@bond0", "2e:00:00:00:00:05", vlan100) + dev("11: bond0@d", "2e:00:00:00:00:06", vlan100)}.host(t)
	if b := h.Bond("bond0"); b == nil || len(b.Attachments) == 0 {
		t.Errorf("%+v", h.Bonds)
	}
	if h.BondBelow("a") != nil {
		t.Error("a ring of VLANs leads to a bond")
	}
}
