package rules

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/hosttest"
	"github.com/sosbond/sosbond/analyzer/topology"
)

// lab is a made-up host: a bond of eth0 and eth1 in a mode, with something on it.
type lab struct {
	mode    int
	hash    string // of modes 2 and 4; "" for layer2
	partner string // of mode 4: MAC of the partner, "" for none, "hidden" where the report was not taken as root
	on      string // what sits on it: a key of labUpper
	arp     bool   // ARP monitoring in place of MII
	kernel  string // release; "" for one of RHEL 9.4
	edits   []edit
}

const (
	labKernel  = "5.14.0-427.31.1.el9_4.x86_64"
	labPartner = "00:1c:73:0a:5b:11"
)

// labUpper is, by what sits on the bond: its master, what `ip -d link` shows beside it, the forwarding database, and the links of a namespace.
var labUpper = map[string]struct{ master, links, fdb, netns string }{
	"VMs": {master: " master br0", links: labBridge + labTap, fdb: labGuestFDB},
	"containers": {master: " master br0", links: labBridge + `6: vnet0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000
    link/ether 2e:8c:63:54:31:da brd ff:ff:ff:ff:ff:ff link-netns guest1 promiscuity 1 allmulti 1 minmtu 68 maxmtu 65535 
    veth 
    bridge_slave state forwarding priority 32 cost 2 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8002 port_no 0x2 
`, fdb: labGuestFDB},
	"VLAN": {links: `7: bond0.100@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 0 maxmtu 65535 
    vlan protocol 802.1Q id 100 <REORDER_HDR> 
    bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8001 port_no 0x1 
` + labBridge + labTap, fdb: strings.ReplaceAll(labGuestFDB, "dev bond0 ", "dev bond0.100 ")},
	"macvlan":                {links: labOwn("mv0@bond0", "macvlan mode bridge bcqueuelen 1000 usedbcqueuelen 1000")},
	"macvlan in a namespace": {netns: labOwn("eth0@if4", "macvlan mode bridge bcqueuelen 1000 usedbcqueuelen 1000")},
	"macvtap":                {links: labOwn("macvtap0@bond0", "macvtap mode bridge bcqueuelen 1000 usedbcqueuelen 1000")},
	"ipvlan":                 {links: labOwn("ipv0@bond0", "ipvlan  mode l2 bridge")},
	"ipvlan in a namespace":  {netns: labOwn("eth0@if4", "ipvlan  mode l2 bridge")},
	"empty bridge":           {master: " master br0", links: labBridge, fdb: strings.ReplaceAll(labGuestFDB, "52:54:00:aa:00:01 dev vnet0 used 4/2 master br0 \n", "")},
	"host":                   {},
	"unknown":                {},
}

const (
	labBridge = `5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 
    bridge forward_delay 0 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 vlan_protocol 802.1Q bridge_id 8000.2:0:0:0:10:1 
`
	labTap = `6: vnet0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UNKNOWN mode DEFAULT group default qlen 1000
    link/ether fe:54:00:aa:00:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 65521 
    tun type tap pi off vnet_hdr on persist off 
    bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8002 port_no 0x2 
`
	labGuestFDB = `33:33:00:00:00:01 dev bond0 self permanent
02:00:00:00:99:01 dev bond0 used 3/1 master br0 
02:00:00:00:10:01 dev bond0 used 287/287 master br0 permanent
52:54:00:aa:00:01 dev vnet0 used 4/2 master br0 
`
)

func labOwn(name, kind string) string {
	return "6: " + name + `: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 500
    link/ether 52:54:00:aa:00:01 brd ff:ff:ff:ff:ff:ff` + map[bool]string{true: " link-netnsid 0", false: ""}[strings.Contains(name, "@if")] + ` promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 
    ` + kind + " \n"
}

// archive writes the report.
func (l lab) archive(t testing.TB) *txtar.Archive {
	t.Helper()
	up, ok := labUpper[l.on]
	if !ok {
		t.Fatalf("nothing to put on the bond: %q", l.on)
	}
	kernel := l.kernel
	if kernel == "" {
		kernel = labKernel
	}
	ar := &txtar.Archive{}
	put := func(name, text string) { ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(text)}) }
	put("etc/os-release", "NAME=\"Red Hat Enterprise Linux\"\nID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.4\"\nPRETTY_NAME=\"Red Hat Enterprise Linux 9.4 (Plow)\"\n")
	put("proc/1/net/bonding/bond0", l.proc(kernel))
	put(dmesg, "[    0.000000] Linux version "+kernel+" (mockbuild@x86-64-01.build.eng.rdu2.redhat.com)\n")
	put(uname, "Linux lab.example.com "+kernel+" #1 SMP PREEMPT_DYNAMIC Fri Aug 9 14:06:03 EDT 2024 x86_64 x86_64 x86_64 GNU/Linux\n")
	if l.on != "unknown" {
		put(ipLink, l.link(up.master)+up.links)
		put(fdb, "33:33:00:00:00:01 dev eth0 self permanent\n"+up.fdb)
	}
	if up.netns != "" {
		put("sos_commands/networking/ip_netns", "guest1 (id: 0)\n")
		put("sos_commands/networking/namespaces/guest1/ip_netns_exec_guest1_ip_-d_address_show", up.netns)
	}
	for _, e := range l.edits {
		e(t, ar)
	}
	return ar
}

// named makes another machine of the lab.
func (l lab) named(i int) lab {
	l.edits = append(slices.Clone(l.edits), sub(uname, "lab.example.com", fmt.Sprintf("lab%d.example.com", i)), subRE("*/*/*", "02:00:00:00:10:", fmt.Sprintf("02:00:00:00:2%d:", i)),
		subRE("proc/1/net/bonding/*", "02:00:00:00:10:", fmt.Sprintf("02:00:00:00:2%d:", i)))
	if labUpper[l.on].fdb != "" {
		l.edits = append(l.edits, subRE("*/*/*", "52:54:00:aa:00:", fmt.Sprintf("52:54:00:bb:0%d:", i)))
	}
	return l
}

func (l lab) host(t testing.TB) *topology.Host {
	t.Helper()
	return hosttest.Host(t, l.archive(t))
}

// proc is /proc/net/bonding/bond0.
func (l lab) proc(kernel string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Ethernet Channel Bonding Driver: v%s\n\nBonding Mode: %s\n", kernel, procNames[l.mode])
	switch l.mode {
	case 2, 4:
		hash := map[string]string{"": "layer2 (0)", "layer2+3": "layer2+3 (2)", "vlan+srcmac": "vlan+srcmac (5)"}[l.hash]
		fmt.Fprintf(&b, "Transmit Hash Policy: %s\n", hash)
	case 1, 5, 6:
		b.WriteString("Primary Slave: None\nCurrently Active Slave: eth0\n")
	}
	mii := 100
	if l.arp {
		mii = 0
	}
	fmt.Fprintf(&b, "MII Status: up\nMII Polling Interval (ms): %d\nUp Delay (ms): 0\nDown Delay (ms): 0\nPeer Notification Delay (ms): 0\n", mii)
	if l.arp {
		b.WriteString("ARP Polling Interval (ms): 200\nARP Missed Max: 2\nARP IP target/s (n.n.n.n form): 192.168.50.11\nNS IPv6 target/s (xx::xx form):\n")
	}
	partner, ports := l.partner, 2
	if partner == "" {
		partner, ports = "00:00:00:00:00:00", 1
	}
	if l.mode == 4 {
		b.WriteString("\n802.3ad info\nLACP active: on\nLACP rate: slow\nMin links: 0\nAggregator selection policy (ad_select): stable\n")
		if l.partner != "hidden" {
			fmt.Fprintf(&b, "System priority: 65535\nSystem MAC address: 02:00:00:00:10:01\nActive Aggregator Info:\n\tAggregator ID: 1\n\tNumber of ports: %d\n"+
				"\tActor Key: 15\n\tPartner Key: 15\n\tPartner Mac Address: %s\n", ports, partner)
		}
	}
	for i, n := range []string{"eth0", "eth1"} {
		fmt.Fprintf(&b, "\nSlave Interface: %s\nMII Status: up\nSpeed: 10000 Mbps\nDuplex: full\nLink Failure Count: 0\nPermanent HW addr: 02:00:00:00:10:0%d\nSlave queue ID: 0\n", n, i+1)
		if l.mode == 4 {
			fmt.Fprintf(&b, "Aggregator ID: %d\nActor Churn State: none\nPartner Churn State: none\nActor Churned Count: 0\nPartner Churned Count: 0\n", 1+i*(2-ports))
		}
	}
	return b.String()
}

// link is the bond with its slaves in `ip -s -d link`.
func (l lab) link(master string) string {
	var b strings.Builder
	for i, n := range []string{"eth0", "eth1"} {
		fmt.Fprintf(&b, `%d: %s: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 9702 
    bond_slave state ACTIVE mii_status UP link_failure_count 0 perm_hwaddr 02:00:00:00:10:0%d queue_id 0 prio 0 
`, i+2, n, i+1)
	}
	hash := l.hash
	if hash == "" {
		hash = "layer2"
	}
	monitor := "miimon 100 updelay 0 downdelay 0 peer_notify_delay 0 use_carrier 1 arp_interval 0 arp_missed_max 2"
	if l.arp {
		monitor = "miimon 0 updelay 0 downdelay 0 peer_notify_delay 0 use_carrier 1 arp_interval 200 arp_missed_max 2 arp_ip_target 192.168.50.11"
	}
	fmt.Fprintf(&b, `4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue%s state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 65535 
    bond mode %s %s arp_validate none arp_all_targets any primary_reselect always fail_over_mac none xmit_hash_policy %s resend_igmp 1 num_grat_arp 1 all_slaves_active 0 min_links 0 
`, master, modeNames[l.mode], monitor, hash)
	if master != "" {
		b.WriteString("    bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8001 port_no 0x1 \n")
	}
	return b.String()
}

// The nftables ruleset of a host with balance-slb, and of one without.
const (
	labNFT = `table netdev nm-mlag-bond0 { # handle 1
	chain rx-drop-bc-mc-eth1 { # handle 1
		type filter hook ingress device "eth1" priority filter; policy accept;
		meta pkttype { broadcast, multicast } counter packets 0 bytes 0 drop # handle 3
	}

	chain tx-snoop-source-mac { # handle 6
		type filter hook egress device "bond0" priority filter; policy accept;
		update @macset-untagged { ether saddr timeout 5s } counter packets 0 bytes 0 # handle 8
	}

	chain rx-drop-looped-packets { # handle 9
		type filter hook ingress device "bond0" priority filter; policy accept;
		ether saddr @macset-untagged counter packets 0 bytes 0 drop # handle 12
	}
}
`
	otherNFT = `table ip filter { # handle 1
	chain INPUT { # handle 1
		type filter hook input priority filter; policy accept;
	}
}
`
)
