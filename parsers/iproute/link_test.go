package iproute

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sosbond/sosbond/parsers/text"
)

// `ip -s -d link` of iproute2 6.15, shortened to the attributes that matter.
const detailedLinks = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0 allmulti 0 minmtu 0 maxmtu 0 addrgenmode eui64 numtxqueues 1 
    RX:  bytes packets errors dropped  missed   mcast           
             0       0      0       0       0       0 
    TX:  bytes packets errors dropped carrier collsns           
             0       0      0       0       0       0 
2: eth0@if2: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc noqueue master bond0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff link-netns sw promiscuity 1 allmulti 1 minmtu 68 maxmtu 65535 
    veth 
    bond_slave state ACTIVE mii_status UP link_failure_count 0 perm_hwaddr 02:00:00:00:10:01 queue_id 0 prio 0 ad_aggregator_id 1 ad_actor_oper_port_state 61 ad_actor_oper_port_state_str <active,aggregating,in_sync,collecting,distributing> addrgenmode eui64 numtxqueues 1 
    RX:  bytes packets errors dropped  missed   mcast           
          3112      35      0       1       0       0 
4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 65535 
    bond mode 802.3ad miimon 100 arp_ip_target 10.0.0.1,10.0.0.2 arp_validate none primary eth0 xmit_hash_policy layer2+3 coupled_control on ad_partner_mac 6e:d0:eb:c6:c4:dc tlb_dynamic_lb 1 
    bridge_slave state forwarding priority 32 cost 2 designated_bridge 8000.2:0:0:0:10:1 hold_timer    0.00 forward_delay_timer    0.00 topology_change_ack 0 group_fwd_mask_str 0x0 isolated off mab off addrgenmode eui64 numtxqueues 16 
    altname team-uplink
    altname uplink0
5: br0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state DOWN mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 65535 
    bridge forward_delay 0 ageing_time 30000 vlan_filtering 0 bridge_id 8000.2:0:0:0:10:1 gc_timer  138.96 fdb_n_learned 6 a_new_attribute 7 nf_call_arptables 0 addrgenmode eui64 
`

func at(value string, line int) text.At[string] { return text.Of(value, line) }

func TestParseLinksDetailed(t *testing.T) {
	links, problems := ParseLinks([]byte(detailedLinks))
	if len(problems) > 0 {
		t.Errorf("problems: %+v", problems)
	}
	want := []Link{
		{
			Line: 1, Index: 1, Name: "lo", Flags: []string{"LOOPBACK", "UP", "LOWER_UP"}, MTU: text.Of(65536, 1), State: "UNKNOWN",
			Encap: "loopback", MAC: at("00:00:00:00:00:00", 2), LinkNetNSID: -1, Promiscuity: text.Of(0, 2),
			Details: map[string]text.At[string]{
				"brd": at("00:00:00:00:00:00", 2), "allmulti": at("0", 2), "minmtu": at("0", 2), "maxmtu": at("0", 2),
				"addrgenmode": at("eui64", 2), "numtxqueues": at("1", 2),
			},
			RX: &Counters{Line: 4}, TX: &Counters{Line: 6},
		},
		{
			Line: 7, Index: 2, Name: "eth0", LowerIndex: 2, Flags: []string{"BROADCAST", "MULTICAST", "SLAVE", "UP", "LOWER_UP"},
			MTU: text.Of(1500, 7), Master: at("bond0", 7), State: "UP", Encap: "ether", MAC: at("02:00:00:00:10:01", 8),
			LinkNetNS: "sw", LinkNetNSID: -1, Promiscuity: text.Of(1, 8),
			Details: map[string]text.At[string]{
				"brd": at("ff:ff:ff:ff:ff:ff", 8), "allmulti": at("1", 8), "minmtu": at("68", 8), "maxmtu": at("65535", 8),
				"addrgenmode": at("eui64", 10), "numtxqueues": at("1", 10),
			},
			Kind: at("veth", 9), Attrs: map[string]text.At[string]{}, SlaveKind: at("bond", 10),
			SlaveAttrs: map[string]text.At[string]{
				"state": at("ACTIVE", 10), "mii_status": at("UP", 10), "link_failure_count": at("0", 10),
				"perm_hwaddr": at("02:00:00:00:10:01", 10), "queue_id": at("0", 10), "prio": at("0", 10), "ad_aggregator_id": at("1", 10),
				"ad_actor_oper_port_state":     at("61", 10),
				"ad_actor_oper_port_state_str": at("active,aggregating,in_sync,collecting,distributing", 10),
			},
			RX: &Counters{Line: 12, Bytes: 3112, Packets: 35},
		},
		{
			Line: 13, Index: 4, Name: "bond0", Flags: []string{"BROADCAST", "MULTICAST", "MASTER", "UP", "LOWER_UP"},
			MTU: text.Of(1500, 13), Master: at("br0", 13), State: "UP", Encap: "ether", MAC: at("02:00:00:00:10:01", 14),
			LinkNetNSID: -1, Promiscuity: text.Of(1, 14), AltNames: []string{"team-uplink", "uplink0"},
			Details: map[string]text.At[string]{
				"brd": at("ff:ff:ff:ff:ff:ff", 14), "allmulti": at("1", 14), "minmtu": at("68", 14), "maxmtu": at("65535", 14),
				"addrgenmode": at("eui64", 16), "numtxqueues": at("16", 16),
			},
			Kind: at("bond", 15),
			Attrs: map[string]text.At[string]{
				"mode": at("802.3ad", 15), "miimon": at("100", 15), "arp_ip_target": at("10.0.0.1,10.0.0.2", 15), "arp_validate": at("none", 15),
				"primary": at("eth0", 15), "xmit_hash_policy": at("layer2+3", 15), "coupled_control": at("on", 15),
				"ad_partner_mac": at("6e:d0:eb:c6:c4:dc", 15), "tlb_dynamic_lb": at("1", 15),
			},
			SlaveKind: at("bridge", 16),
			SlaveAttrs: map[string]text.At[string]{
				"state": at("forwarding", 16), "priority": at("32", 16), "cost": at("2", 16), "designated_bridge": at("8000.2:0:0:0:10:1", 16),
				"hold_timer": at("0.00", 16), "forward_delay_timer": at("0.00", 16), "topology_change_ack": at("0", 16),
				"group_fwd_mask_str": at("0x0", 16), "isolated": at("off", 16), "mab": at("off", 16),
			},
		},
		{
			Line: 19, Index: 5, Name: "br0", Flags: []string{"NO-CARRIER", "BROADCAST", "MULTICAST", "UP"}, MTU: text.Of(1500, 19),
			State: "DOWN", Encap: "ether", MAC: at("02:00:00:00:10:01", 20), LinkNetNSID: -1, Promiscuity: text.Of(0, 20),
			Details: map[string]text.At[string]{
				"brd": at("ff:ff:ff:ff:ff:ff", 20), "minmtu": at("68", 20), "maxmtu": at("65535", 20), "addrgenmode": at("eui64", 21),
			},
			Kind: at("bridge", 21),
			Attrs: map[string]text.At[string]{
				"forward_delay": at("0", 21), "ageing_time": at("30000", 21), "vlan_filtering": at("0", 21), "bridge_id": at("8000.2:0:0:0:10:1", 21),
				"gc_timer": at("138.96", 21), "fdb_n_learned": at("6", 21), "a_new_attribute": at("7", 21), "nf_call_arptables": at("0", 21),
			},
		},
	}
	if diff := cmp.Diff(want, links); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// summary is the part of a Link that most of the tests below are about.
func summary(l Link) string {
	lower := l.Lower
	if l.LowerIndex > 0 {
		lower = fmt.Sprint("#", l.LowerIndex)
	}
	s := fmt.Sprintf("%d %s@%s master=%s state=%s %s/%s", l.Index, l.Name, lower, l.Master.Value, l.State, l.Encap, l.MAC.Value)
	if l.Kind.Found() {
		s += " " + l.Kind.Value + attrs(l.Attrs)
	}
	if l.SlaveKind.Found() {
		s += " " + l.SlaveKind.Value + "_slave" + attrs(l.SlaveAttrs)
	}
	return s
}

func attrs(m map[string]text.At[string]) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, name+"="+m[name].Value)
	}
	return "[" + strings.Join(list, " ") + "]"
}

func TestParseLinks(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"RHEL 5: ip address, no state, no group", `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 16436 qdisc noqueue 
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc pfifo_fast master bond0 qlen 1000
    link/ether 00:1e:c9:aa:01:02 brd ff:ff:ff:ff:ff:ff
4: sit0: <NOARP> mtu 1480 qdisc noop 
    link/sit 0.0.0.0 brd 0.0.0.0
7: bond0.100@bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue 
    link/ether 00:1e:c9:aa:01:02 brd ff:ff:ff:ff:ff:ff
8: veth0@NONE: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN 
    link/ether 5e:11:22:33:44:55 brd ff:ff:ff:ff:ff:ff
`, []string{
			"1 lo@ master= state= loopback/00:00:00:00:00:00",
			"2 eth0@ master=bond0 state= ether/00:1e:c9:aa:01:02",
			"4 sit0@ master= state= sit/0.0.0.0",
			"7 bond0.100@bond0 master= state= ether/00:1e:c9:aa:01:02",
			"8 veth0@ master= state=DOWN ether/5e:11:22:33:44:55",
		}},
		{"RHEL 6: ip -s link", `3: em2: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 9000 qdisc mq master bond0 state UP qlen 1000
    link/ether d4:ae:52:00:00:01 brd ff:ff:ff:ff:ff:ff
    RX: bytes  packets  errors  dropped overrun mcast   
    3112       35       0       0       0       0      
    TX: bytes  packets  errors  dropped carrier collsns 
    19978      165      0       0       0       0      
`, []string{"3 em2@ master=bond0 state=UP ether/d4:ae:52:00:00:01"}},
		{"-s -s and SR-IOV functions, old and new", `4: ens1f0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond1 state UP mode DEFAULT group default qlen 1000
    link/ether 3c:fd:fe:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 minmtu 68 maxmtu 9702 
    bond_slave state BACKUP mii_status GOING_BACK link_failure_count 3 perm_hwaddr 3c:fd:fe:00:00:01 queue_id 0 addrgenmode none numtxqueues 64 portid 3cfdfe000001 switchid 3cfdfe parentbus pci parentdev 0000:3b:00.0 
    RX: bytes  packets  errors  dropped overrun mcast   
    3112       35       0       0       0       0       
    RX errors: length   crc     frame   fifo    missed
               0        0       0       0       0       
    TX: bytes  packets  errors  dropped carrier collsns 
    19978      165      0       0       0       0       
    TX errors: aborted  fifo   window heartbeat transns
               0        0       0       0       2       
    vf 0 MAC 00:00:00:00:00:00, spoof checking on, link-state auto, trust off, query_rss off
    vf 1     link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff, vlan 100, spoof checking on, link-state auto, trust off
    RX: bytes  packets  mcast   bcast 
    0          0       0       0       
    TX: bytes  packets 
    0          0       
    altname enp59s0f0
`, []string{"4 ens1f0@ master=bond1 state=UP ether/3c:fd:fe:00:00:01" +
			" bond_slave[link_failure_count=3 mii_status=GOING_BACK perm_hwaddr=3c:fd:fe:00:00:01 queue_id=0 state=BACKUP]"}},
		{"VLANs with a map on lines of their own", `6: bond0.100@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br100 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 0 maxmtu 65535 
    vlan protocol 802.1Q id 100 <REORDER_HDR,GVRP> 
      ingress-qos-map { 1:2 3:4 } 
      egress-qos-map { 0:5 } 
    bridge_slave state forwarding addrgenmode eui64 
7: bond0.200@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default 
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    vlan id 200 <REORDER_HDR> 
`, []string{
			"6 bond0.100@bond0 master=br100 state=UP ether/02:00:00:00:10:01 vlan[GVRP= REORDER_HDR= egress-qos-map=0:5 id=100" +
				" ingress-qos-map=1:2 3:4 protocol=802.1Q] bridge_slave[state=forwarding]",
			"7 bond0.200@bond0 master= state=UP ether/02:00:00:00:10:01 vlan[REORDER_HDR= id=200]",
		}},
		{"devices on a bond", `10: macvtap0@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 500
    link/ether 52:54:00:11:22:33 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    macvtap mode bridge nopromisc bcqueuelen 1000 usedbcqueuelen 1000 addrgenmode eui64 
11: src0@bond0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default 
    link/ether 52:54:00:11:22:34 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    macvlan mode source nodst remotes (2) 52:54:00:00:00:01 52:54:00:00:00:02 bcqueuelen 1000 addrgenmode eui64 
12: ipvl0@bond0: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default 
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    ipvlan  mode l2 bridge addrgenmode eui64 
13: vxlan10: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UNKNOWN mode DEFAULT group default 
    link/ether 52:54:00:11:22:35 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    vxlan id 10 group 239.1.1.1 dev bond0 srcport 0 0 dstport 4789 nolearning ttl auto ageing 300 udpcsum noudp6zerocsumtx addrgenmode eui64 
14: vnet0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master br0 state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether fe:54:00:aa:00:10 brd ff:ff:ff:ff:ff:ff promiscuity 1 
    tun type tap pi off vnet_hdr on multi_queue numqueues 4 numdisabled 0 persist off user qemu group qemu 
    bridge_slave state forwarding addrgenmode eui64 
15: eth7@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default 
    link/ether 0a:58:0a:80:00:05 brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0 
    veth numtxqueues 1 
16: gre1@NONE: <POINTOPOINT,NOARP> mtu 1476 qdisc noop state DOWN mode DEFAULT group default qlen 1000
    link/gre 10.0.0.1 peer 10.0.0.2 promiscuity 0 
    gre remote 10.0.0.2 local 10.0.0.1 ttl inherit nopmtudisc ikey 0.0.0.1 seq addrgenmode eui64 
`, []string{
			"10 macvtap0@bond0 master= state=UP ether/52:54:00:11:22:33 macvtap[bcqueuelen=1000 mode=bridge nopromisc= usedbcqueuelen=1000]",
			"11 src0@bond0 master= state=DOWN ether/52:54:00:11:22:34" +
				" macvlan[bcqueuelen=1000 mode=source nodst= remotes=52:54:00:00:00:01 52:54:00:00:00:02]",
			"12 ipvl0@bond0 master= state=DOWN ether/02:00:00:00:10:01 ipvlan[bridge= mode=l2]",
			"13 vxlan10@ master= state=UNKNOWN ether/52:54:00:11:22:35 vxlan[ageing=300 dev=bond0 dstport=4789 group=239.1.1.1 id=10" +
				" nolearning= noudp6zerocsumtx= srcport=0 0 ttl=auto udpcsum=]",
			"14 vnet0@ master=br0 state=UNKNOWN ether/fe:54:00:aa:00:10" +
				" tun[group=qemu multi_queue= numdisabled=0 numqueues=4 persist=off pi=off type=tap user=qemu vnet_hdr=on] bridge_slave[state=forwarding]",
			"15 eth7@#3 master= state=UP ether/0a:58:0a:80:00:05 veth[]",
			"16 gre1@ master= state=DOWN gre/10.0.0.1 gre[ikey=0.0.0.1 local=10.0.0.1 nopmtudisc= remote=10.0.0.2 seq= ttl=inherit]",
		}},
		{"ports of other masters, no address, an alias, an XDP program", `3: ib0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 2044 xdp qdisc mq master team0 state UP mode DEFAULT group default qlen 256
    link/infiniband 80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1 brd 00:ff:ff:ff:ff:12:40:1b:ff:ff:00:00:00:00:00:00:ff:ff:ff:ff promiscuity 0 
    ipoib pkey  0xffff mode  datagram umcast  0000 
    team_slave addrgenmode eui64 
    alias 12: to <core>, a bond
    prog/xdp id 12 name xdp_prog tag 3b185187f1855c4c jited 
9: bond1: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master ovs-system state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:20:01 brd ff:ff:ff:ff:ff:ff promiscuity 2 permaddr 02:00:00:00:20:02 
    bond mode balance-xor a_flag xmit_hash_policy vlan+srcmac 
    openvswitch_slave addrgenmode eui64 
10: tun0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1500 qdisc fq_codel master vrf-blue state UNKNOWN mode DEFAULT group default qlen 500
    link/none promiscuity 0 minmtu 68 maxmtu 65535 
    tun type tun pi off vnet_hdr off persist on 
    vrf_slave table 10 addrgenmode random 
`, []string{
			"3 ib0@ master=team0 state=UP infiniband/80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:7b:cb:a1" +
				" ipoib[mode=datagram pkey=0xffff umcast=0000] team_slave[]",
			"9 bond1@ master=ovs-system state=UP ether/02:00:00:00:20:01 bond[a_flag= mode=balance-xor xmit_hash_policy=vlan+srcmac] openvswitch_slave[]",
			"10 tun0@ master=vrf-blue state=UNKNOWN none/ tun[persist=on pi=off type=tun vnet_hdr=off] vrf_slave[table=10]",
		}},
		{"ip -o link", `4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000\    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 \    bond mode active-backup miimon 100 \    bridge_slave state forwarding addrgenmode eui64 
5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff
`, []string{
			"4 bond0@ master=br0 state=UP ether/02:00:00:00:10:01 bond[miimon=100 mode=active-backup] bridge_slave[state=forwarding]",
			"5 br0@ master= state=UP ether/02:00:00:00:10:01",
		}},
	}
	for _, test := range tests {
		for _, copied := range []struct{ name, text string }{
			{"", test.text},
			{" CRLF", strings.ReplaceAll(test.text, "\n", "\r\n")},
			{" indented", "  " + strings.ReplaceAll(strings.TrimSuffix(test.text, "\n"), "\n", "\n  ")},
		} {
			t.Run(test.name+copied.name, func(t *testing.T) {
				links, problems := ParseLinks([]byte(copied.text))
				var got []string
				for _, link := range links {
					got = append(got, summary(link))
				}
				if diff := cmp.Diff(test.want, got); diff != "" || len(problems) > 0 {
					t.Errorf("problems %+v, (-want +got)\n%s", problems, diff)
				}
			})
		}
	}
}

func TestParseLinksOtherFields(t *testing.T) {
	links, _ := ParseLinks([]byte(`3: ens3: <UP> mtu 1500 qdisc mq state UP
    link/ether 02:00:00:00:20:01 brd ff:ff:ff:ff:ff:ff permaddr 02:00:00:00:20:02 link-netnsid 4 promiscuity 2 strange promiscuity 3 parentbus pci parentdev 0000:3b:00.0 
    alias 12: to <core>, a bond
4: ens4: <UP> mtu 1500 qdisc mq state UP
    link/ether x-mac-0000000001-x brd ff:ff:ff:ff:ff:ff link-netnsid unknown
`))
	got := links[0]
	if got.PermMAC != at("02:00:00:00:20:02", 2) || got.LinkNetNSID != 4 || got.Promiscuity != text.Of(3, 2) {
		t.Errorf("permaddr %+v, link-netnsid %d, promiscuity %+v", got.PermMAC, got.LinkNetNSID, got.Promiscuity)
	}
	if got.Details["parentdev"].Value != "0000:3b:00.0" || got.Details["alias"].Value != "12: to <core>, a bond" {
		t.Errorf("details %+v", got.Details)
	}
	if _, ok := got.Details["strange"]; !ok {
		t.Errorf("the unknown flag is missing: %+v", got.Details)
	}
	if links[1].MAC.Value != "x-mac-0000000001-x" || links[1].LinkNetNSID != -1 {
		t.Errorf("MAC %+v, link-netnsid %d", links[1].MAC, links[1].LinkNetNSID)
	}
}

func TestParseAddresses(t *testing.T) {
	full := `5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff
    inet 192.168.50.1/24 brd 192.168.50.255 scope global dynamic noprefixroute br0
       valid_lft 86000sec preferred_lft 86000sec
    inet6 fe80::ff:fe00:1001/64 scope link proto kernel_ll 
       valid_lft forever preferred_lft forever
6: tun0: <POINTOPOINT,UP> mtu 1500 qdisc noqueue state UP
    link/none 
    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0
`
	oneline := `5: br0    inet 192.168.50.1/24 brd 192.168.50.255 scope global dynamic br0\       valid_lft 86000sec preferred_lft 86000sec
5: br0    inet6 fe80::ff:fe00:1001/64 scope link proto kernel_ll \       valid_lft forever preferred_lft forever
6: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0\       valid_lft forever preferred_lft forever
`
	oneline2618 := `5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue \    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff
5: br0    inet 192.168.50.1/24 brd 192.168.50.255 scope global br0
5: br0    inet6 fe80::ff:fe00:1001/64 scope link \       valid_lft forever preferred_lft forever
6: tun0: <POINTOPOINT,UP> mtu 1500 qdisc noqueue \    link/[65534] 
6: tun0    inet 10.8.0.1 peer 10.8.0.2/32 scope global tun0
`
	for name, s := range map[string]string{"address": full, "-o address": oneline, "-o address of 2.6.18": oneline2618} {
		t.Run(name, func(t *testing.T) {
			links, problems := ParseLinks([]byte(s))
			if len(problems) > 0 || len(links) != 2 {
				t.Fatalf("%d links, problems %+v", len(links), problems)
			}
			var got []string
			for _, link := range links {
				for _, addr := range link.Addrs {
					got = append(got, strings.Join([]string{link.Name, addr.Family, addr.CIDR, addr.Scope}, " "))
				}
			}
			want := []string{"br0 inet 192.168.50.1/24 global", "br0 inet6 fe80::ff:fe00:1001/64 link", "tun0 inet 10.8.0.1/32 global"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestParseLinksProblems(t *testing.T) {
	tests := []struct {
		name, text string
		links      int
		lines      []int
	}{
		{"empty", "", 0, nil},
		{"no such namespace", `Cannot open network namespace "guest1": No such file or directory` + "\n", 0, []int{1}},
		{"no such device", "Device \"bond9\" does not exist.\n", 0, []int{1}},
		{"not permitted", "RTNETLINK answers: Operation not permitted\nDump terminated\n", 0, []int{1, 2}},
		{"details before a device", "    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff\n1: lo: <UP> mtu 1\n", 1, []int{1}},
		{"cut in the name line", "1: lo: <UP> mtu 1\n2: eth0: <BROADC", 1, []int{2}},
		{"cut in the details", "1: lo: <UP> mtu 1\n    link/loopback 00:00", 1, nil},
		{"an error between devices", "1: lo: <UP> mtu 1\nDump was interrupted.\n2: eth0: <UP> mtu 1\n", 2, []int{2}},
		{"MTU is no number", "1: lo: <UP> mtu many\n", 1, []int{1}},
		{"invalid UTF-8", "1: lo\xff: <UP> mtu 1\n\xfe\n", 1, []int{2}},
		{"brackets without end", "1: lo: <> mtu 1\n    link/ether " + strings.Repeat("{ ", 100) + "\n", 1, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			links, problems := ParseLinks([]byte(test.text))
			if len(links) != test.links {
				t.Errorf("%d links, want %d", len(links), test.links)
			}
			checkLines(t, problems, test.lines)
		})
	}
}

func checkLines(t *testing.T, problems text.Problems, want []int) {
	t.Helper()
	var got []int
	for _, p := range problems {
		got = append(got, p.Line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines of problems: (-want +got)\n%s\n%+v", diff, problems)
	}
}

// checkProblems asserts what holds for the problems of any text.
func checkProblems(t *testing.T, data []byte, problems text.Problems) {
	t.Helper()
	if len(problems) > text.MaxProblems {
		t.Errorf("%d problems", len(problems))
	}
	lines := 1 + strings.Count(string(data), "\n")
	for _, p := range problems {
		if p.Line < 1 || p.Line > lines || p.Why == "" {
			t.Errorf("problem %+v of %d lines", p, lines)
		}
	}
}

func FuzzParseLinks(f *testing.F) {
	f.Add([]byte(detailedLinks))
	f.Add([]byte("4: bond0    inet6 fe80::1/64 scope link \\       valid_lft forever\n4: a: <>\\    link/x < {\n"))
	f.Add([]byte("1: a@if: < > mtu\n    link/\n    x_slave\n    <\n    remotes (9) a:\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		links, problems := ParseLinks(data)
		checkProblems(t, data, problems)
		lines := 1 + strings.Count(string(data), "\n")
		for _, l := range links {
			if l.Name == "" || l.Index < 0 || l.Line < 1 || l.Line > lines || l.Kind.Line > lines {
				t.Errorf("%+v of %d lines", l, lines)
			}
			if l.Kind.Found() != (l.Attrs != nil) || l.SlaveKind.Found() != (l.SlaveAttrs != nil) {
				t.Errorf("attributes without a kind: %+v", l)
			}
		}
	})
}

// TestVirtualFunctions reads the functions of a card in the forms before and since iproute2 5.0.
func TestVirtualFunctions(t *testing.T) {
	links, problems := ParseLinks([]byte(`4: ens1f0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond1 state UP mode DEFAULT group default qlen 1000
    link/ether 3c:fd:fe:00:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 
    vf 0 MAC 52:54:00:00:00:0A, vlan 100, spoof checking on, link-state auto
    vf 1     link/ether 00:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off
    RX: bytes  packets  mcast   bcast 
    0          0       0       0       
    vf x MAC
    vf 3
5: ens1f1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
    link/ether 3c:fd:fe:00:00:02 brd ff:ff:ff:ff:ff:ff
`))
	want := []VF{{Line: 3, Number: 0, MAC: "52:54:00:00:00:0a"}, {Line: 4, Number: 1, MAC: "00:00:00:00:00:00"}}
	if len(links) != 2 || len(problems) > 0 {
		t.Fatalf("%d links, problems %v", len(links), problems)
	}
	if d := cmp.Diff(want, links[0].VFs); d != "" || links[1].VFs != nil {
		t.Errorf("%s, and %v", d, links[1].VFs)
	}
}
