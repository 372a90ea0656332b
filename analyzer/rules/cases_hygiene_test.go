package rules

// Edits of slb-active (bond0 in br0, guests web31 on vnet0 and web32 on vnet1) and others.
const (
	xml31   = "sos_commands/virsh/virsh_-r_dumpxml_web31"
	xml32   = "sos_commands/virsh/virsh_-r_dumpxml_web32"
	mac31   = "52:54:00:31:0b:01"
	mac32   = "52:54:00:31:0b:02"
	bondMAC = "b8:3f:d2:11:0a:c0"
)

// plainXOR makes plain balance-xor of balance-slb.
var plainXOR = all(subRE(procBond, `^Transmit Hash Policy: .*`, "Transmit Hash Policy: layer2 (0)"), sub(ipLinks, "xmit_hash_policy vlan+srcmac", "xmit_hash_policy layer2"),
	sub(nftRules, "nm-mlag-bond0", "nm-mlag-bond1"), drop(bondKey))

// twin is a second domain with a MAC and bridge; id 0 for one that is off.
func twin(name, mac, bridge string) edit {
	return all(
		add("etc/libvirt/qemu/"+name+".xml", "<domain type='kvm'>\n  <name>"+name+"</name>\n  <uuid>11110000-2222-4333-8444-555566667777</uuid>\n  <devices>\n    <interface type='bridge'>\n      <mac address='"+mac+
			"'/>\n      <source bridge='"+bridge+"'/>\n    </interface>\n  </devices>\n</domain>\n"))
}

// secondBond is a bond of two other cards.
func secondBond(mac string) edit {
	return all(
		add("proc/1/net/bonding/bond1", "Ethernet Channel Bonding Driver: v5.14.0\n\nBonding Mode: fault-tolerance (active-backup)\nPrimary Slave: None\nCurrently Active Slave: eno1\nMII Status: up\nMII Polling Interval (ms): 100\n"+
			"\nSlave Interface: eno1\nMII Status: up\nSpeed: 1000 Mbps\nDuplex: full\nLink Failure Count: 0\nPermanent HW addr: b8:3f:d2:11:0a:d0\nSlave queue ID: 0\n"),
		add(ipLink, "20: eno1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond1 state UP mode DEFAULT group default qlen 1000\n    link/ether "+mac+" brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 9702 \n"+
			"    bond_slave state ACTIVE mii_status UP link_failure_count 0 perm_hwaddr b8:3f:d2:11:0a:d0 queue_id 0 prio 0 \n"+
			"21: bond1: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether "+mac+" brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 \n"+
			"    bond mode active-backup active_slave eno1 miimon 100 updelay 0 downdelay 0 \n"))
}

// hygieneCases are about what the forwarding database and the addresses and MTUs of devices show.
var hygieneCases = []ruleCase{
	{rule: "SB143", kind: fires, name: "mode 6", host: "alb-netns", severity: Warning, subject: "bond0 br0: guest1 guest2", file: fdb, text: "02:00:00:00:10:02 dev bond0", title: "the address of eth1"},
	{rule: "SB143", kind: fires, name: "a loop in mode 4", host: "slb-active", edits: []edit{plainXOR, add(fdb, "b8:3f:d2:11:0a:c1 dev bond0 used 2/1 master br0 \n")}, severity: Warning,
		subject: "bond0 br0: web31 web32", file: procBond, text: "Permanent HW addr: b8:3f:d2:11:0a:c1"},
	{rule: "SB143", kind: near, name: "the bond's own address", host: "slb-active", edits: []edit{add(fdb, bondMAC+" dev bond0 used 2/1 master br0 \n")}},
	{rule: "SB143", kind: near, name: "a permanent entry", host: "slb-active", edits: []edit{add(fdb, "b8:3f:d2:11:0a:c1 dev bond0 used 2/1 master br0 permanent\n")}},
	{rule: "SB143", kind: near, name: "a device of the host has the address", host: "slb-active", edits: []edit{add(fdb, "b8:3f:d2:11:0a:c1 dev bond0 used 2/1 master br0 \n"),
		add(ipLink, "20: br7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000\n    link/ether b8:3f:d2:11:0a:c1 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 \n    bridge forward_delay 0 stp_state 0 \n")}},
	{rule: "SB143", kind: absent, name: "no forwarding database", host: "alb-netns", edits: []edit{drop(fdb)}},

	{rule: "SB144", kind: fires, name: "one of two", host: "rhel9-lacp-nm", edits: []edit{subRE(fdb, `^52:54:00:21:0a:02 .*\n`, "")}, severity: Info, subject: "bond0 br100: db01",
		file: "*/*/virsh_-r_dumpxml_db01", text: "52:54:00:21:0a:02"},
	{rule: "SB144", kind: near, name: "both are there", host: "rhel9-lacp-nm"},
	{rule: "SB144", kind: near, name: "just started", host: "rhel9-lacp-nm", edits: []edit{subRE(fdb, `^52:54:00:21:0a:02 .*\n`, ""), sub("sos_commands/host/uptime", "up 12 days,  3:44", "up 4 min")}},
	{rule: "SB144", kind: near, name: "paused", host: "rhel9-lacp-nm", edits: []edit{subRE(fdb, `^52:54:00:21:0a:02 .*\n`, ""), sub("sos_commands/virsh/virsh_-r_list_--all", "db01    running", "db01    paused ")}},
	{rule: "SB144", kind: near, name: "unplugged", host: "rhel9-lacp-nm", edits: []edit{subRE(fdb, `^52:54:00:21:0a:02 .*\n`, ""), sub("sos_commands/virsh/virsh_-r_dumpxml_db01", "<target dev='vnet1'/>", "<target dev='vnet1'/><link state='down'/>")}},
	{rule: "SB144", kind: near, name: "an empty database", host: "rhel9-lacp-nm", edits: []edit{subRE(fdb, `^.* used .*\n`, "")}},
	{rule: "SB144", kind: absent, name: "no forwarding database", host: "rhel9-lacp-nm", edits: []edit{drop(fdb)}},

	{rule: "SB145", kind: fires, name: "behind another guest", host: "rhel9-lacp-nm", edits: []edit{sub(fdb, "52:54:00:21:0a:02 dev vnet1", "52:54:00:21:0a:02 dev vnet0")}, severity: Error,
		subject: "bond0 br100: db01", file: fdb, text: "52:54:00:21:0a:02 dev vnet0", title: "the port of app01"},
	{rule: "SB145", kind: fires, name: "on another VLAN of the bond", host: "rhel9-lacp-nm", edits: []edit{otherVLAN, add(fdb, "52:54:00:21:0a:02 dev bond0.200 used 3/1 master br200 \n")}, severity: Warning,
		subject: "bond0 br100: db01", file: fdb, text: "dev bond0.200", title: "on bridge br200"},
	{rule: "SB145", kind: near, name: "a guest with a bond of its own", host: "rhel9-lacp-nm", edits: []edit{sub("sos_commands/virsh/virsh_-r_dumpxml_app01", "<target dev='vnet0'/>", "<target dev='vnet7'/>"),
		sub("sos_commands/virsh/virsh_-r_dumpxml_db01", "    <interface type='bridge'>", "    <interface type='bridge'>\n      <mac address='52:54:00:21:0a:03'/>\n      <source bridge='br100'/>\n      <target dev='vnet0'/>\n    </interface>\n    <interface type='bridge'>"),
		sub(fdb, "52:54:00:21:0a:02 dev vnet1", "52:54:00:21:0a:02 dev vnet0"), subRE(fdb, `^52:54:00:21:0a:01 .*\n`, "")}},
	{rule: "SB145", kind: near, name: "on the bond: another rule", host: "rhel9-lacp-nm", edits: []edit{sub(fdb, "52:54:00:21:0a:02 dev vnet1", "52:54:00:21:0a:02 dev bond0.100")}},
	{rule: "SB145", kind: near, name: "an entry of another VLAN", host: "rhel9-lacp-nm", edits: []edit{add(fdb, "52:54:00:21:0a:02 dev vnet0 vlan 7 used 3/1 master br100 \n")}},
	{rule: "SB145", kind: absent, name: "no forwarding database", host: "rhel9-lacp-nm", edits: []edit{drop(fdb)}},

	{rule: "SB146", kind: fires, name: "mode 2 without a channel for sure", host: "slb-active", edits: []edit{plainXOR, sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 master br0 static")}, severity: Warning,
		subject: "bond0 br0: web31", file: fdb, text: "master br0 static"},
	{rule: "SB146", kind: near, name: "sticky", host: "slb-active", edits: []edit{plainXOR, sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 sticky master br0 static")}},
	{rule: "SB146", kind: near, name: "LACP", host: "rhel9-lacp-nm", edits: []edit{sub(fdb, "52:54:00:21:0a:01 dev vnet0 used 4/2 master br100 ", "52:54:00:21:0a:01 dev vnet0 used 4/2 master br100 static")}},
	{rule: "SB146", kind: near, name: "libvirt manages the table", host: "slb-active", edits: []edit{plainXOR, subRE(ipLink, `learning on flood on port_id 0x8002`, "learning off flood off port_id 0x8002"), sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 master br0 static")}},
	{rule: "SB146", kind: absent, name: "no forwarding database", host: "slb-active", edits: []edit{plainXOR, drop(fdb)}},

	{rule: "SB147", kind: fires, name: "one of two", host: "slb-active", edits: []edit{plainXOR, sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 sticky master br0 static")}, severity: Info,
		subject: "bond0 br0: web31", file: fdb, text: "sticky", title: "web32 has none"},
	{rule: "SB147", kind: near, name: "static alone", host: "slb-active", edits: []edit{sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 master br0 static")}},
	{rule: "SB147", kind: absent, name: "no forwarding database", host: "slb-active", edits: []edit{drop(fdb)}},

	{rule: "SB220", kind: fires, name: "the bridge is larger than the VLAN", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLink, `^(6: br100: .*) mtu 1500 `, "$1 mtu 9000 ")}, severity: Error, subject: "bond0 br100: app01 db01",
		file: ipLink, text: "6: br100:", title: "br100 has MTU 9000"},
	{rule: "SB220", kind: fires, name: "the VLAN is larger than the bond", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLink, `^(5: bond0.100@bond0: .*) mtu 1500 `, "$1 mtu 9000 ")}, severity: Error, subject: "bond0 br100: app01 db01",
		file: ipLink, text: "4: bond0:", title: "bond0.100 has MTU 9000"},
	{rule: "SB220", kind: near, name: "the bond is larger", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLink, `^([234]: (?:bond0|ens1f.np.): .*) mtu 1500 `, "$1 mtu 9000 "), subRE("sos_commands/networking/ip_-d_address", `^(4: bond0: .*) mtu 1500 `, "$1 mtu 9000 ")}},
	{rule: "SB220", kind: absent, name: "no links", host: "rhel9-lacp-nm", edits: []edit{drop(ipLinks)}},

	{rule: "SB221", kind: fires, name: "a smaller slave", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLinks, `^([4]: bond0: .*) mtu 1500 `, "$1 mtu 9000 "), subRE(ipLink, `^(2: ens1f0np0: .*) mtu 1500 `, "$1 mtu 9000 ")}, severity: Error,
		subject: "bond0 : ", file: ipLink, text: "3: ens1f1np1:", title: "ens1f1np1 has a smaller MTU"},
	{rule: "SB221", kind: fires, name: "a larger slave", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLink, `^(2: ens1f0np0: .*) mtu 1500 `, "$1 mtu 9000 ")}, severity: Info,
		subject: "bond0 : ", file: ipLink, text: "2: ens1f0np0:", title: "ens1f0np0 has a larger MTU"},
	{rule: "SB221", kind: near, name: "all the same", host: "rhel9-lacp-nm"},
	{rule: "SB221", kind: absent, name: "no links", host: "rhel9-lacp-nm", edits: []edit{drop(ipLinks)}},

	{rule: "SB222", kind: fires, name: "libvirt tells it", host: "slb-active", edits: []edit{sub(xml31, "<target dev='vnet0'/>", "<target dev='vnet0'/><mtu size='9000'/>")}, severity: Warning, subject: "bond0 br0: web31",
		file: xml31, text: "<interface type='bridge'>", title: "may use MTU 9000"},
	{rule: "SB222", kind: fires, name: "the tap", host: "slb-active", edits: []edit{subRE(ipLink, `^(6: vnet0: .*) mtu 1500 `, "$1 mtu 9000 ")}, severity: Warning, subject: "bond0 br0: web31", file: ipLink, text: "6: vnet0:"},
	{rule: "SB222", kind: near, name: "a smaller guest", host: "slb-active", edits: []edit{subRE(ipLink, `^(6: vnet0: .*) mtu 1500 `, "$1 mtu 1400 ")}},
	{rule: "SB222", kind: absent, name: "no links", host: "slb-active", edits: []edit{sub(xml31, "<target dev='vnet0'/>", "<target dev='vnet0'/><mtu size='9000'/>"), drop(ipLinks)}, lowers: true},

	{rule: "SB223", kind: fires, name: "two that run", host: "slb-active", edits: []edit{sub(xml32, mac32, mac31)}, severity: Critical, subject: "bond0 br0: web31 web32", file: xml32, text: mac31, title: "both lose traffic"},
	{rule: "SB223", kind: fires, name: "a clone that is off", host: "slb-active", edits: []edit{twin("copy", mac31, "br0")}, severity: Error, subject: "bond0 br0: web31 copy", file: "etc/libvirt/qemu/copy.xml", text: mac31, title: "copy is off"},
	{rule: "SB223", kind: near, name: "on another VLAN", host: "rhel9-lacp-nm", edits: []edit{otherVLAN, twin("copy", "52:54:00:21:0a:01", "br200")}},
	{rule: "SB223", kind: near, name: "a virtual router", host: "slb-active", edits: []edit{sub(xml31, mac31, "00:00:5e:00:01:07"), sub(xml32, mac32, "00:00:5e:00:01:07")}},
	{rule: "SB223", kind: near, name: "two interfaces of one guest", host: "slb-active", edits: []edit{
		sub(xml31, "    <interface type='bridge'>", "    <interface type='bridge'>\n      <mac address='"+mac31+"'/>\n      <source bridge='br0'/>\n      <target dev='vnet9'/>\n    </interface>\n    <interface type='bridge'>")}},
	{rule: "SB223", kind: absent, name: "no descriptions", host: "slb-active", edits: []edit{sub(xml32, mac32, mac31), drop("sos_commands/virsh/*")}, lowers: true},

	{rule: "SB224", kind: fires, name: "the bond's", host: "slb-active", edits: []edit{sub(xml31, mac31, bondMAC)}, severity: Critical, subject: "bond0 br0: web31", file: xml31, text: bondMAC, title: "that of bond0"},
	{rule: "SB224", kind: fires, name: "a slave's, and the guest is off", host: "slb-active", edits: []edit{twin("p2v", "b8:3f:d2:11:0a:c1", "br0")}, severity: Warning, subject: "bond0 br0: p2v", file: "etc/libvirt/qemu/p2v.xml", text: "0a:c1",
		title: "the permanent one of ens1f1np1"},
	{rule: "SB224", kind: near, name: "another address", host: "slb-active"},
	{rule: "SB224", kind: near, name: "ipvlan has the bond's", host: "alb-macvlan", edits: []edit{ipvlan}},
	{rule: "SB224", kind: absent, name: "no descriptions", host: "slb-active", edits: []edit{sub(xml31, mac31, bondMAC), drop("sos_commands/virsh/*")}, lowers: true},

	{rule: "SB225", kind: fires, name: "a group", host: "slb-active", edits: []edit{sub(xml31, mac31, "53:54:00:31:0b:01")}, severity: Warning, subject: "bond0 br0: web31", file: xml31, text: "53:54:00", title: "group address"},
	{rule: "SB225", kind: fires, name: "that of a tap", host: "slb-active", edits: []edit{sub(xml31, mac31, "fe:54:00:31:0b:77")}, severity: Warning, subject: "bond0 br0: web31", file: xml31, text: "fe:54:00"},
	{rule: "SB225", kind: fires, name: "zero", host: "slb-active", edits: []edit{sub(xml31, mac31, "00:00:00:00:00:00")}, severity: Warning, subject: "bond0 br0: web31", file: xml31, text: "00:00:00:00:00:00"},
	{rule: "SB225", kind: near, name: "sos clean wrote it", host: "slb-active", edits: []edit{sub(xml31, mac31, "53:4f:53:0b:00:01")}},
	{rule: "SB225", kind: near, name: "local addresses", host: "slb-active", edits: []edit{sub(xml31, mac31, "02:54:00:31:0b:01")}},
	{rule: "SB225", kind: absent, name: "no descriptions", host: "slb-active", edits: []edit{sub(xml31, mac31, "53:54:00:31:0b:01"), drop("sos_commands/virsh/*")}, lowers: true},

	{rule: "SB226", kind: fires, name: "a veth is lower", host: "alb-netns", edits: []edit{subRE(ipLinks, `^(\d+: br0: .*\n    link/ether )02:00:00:00:10:01`, "${1}06:4b:39:0f:ce:1e")}, severity: Warning, subject: "bond0 br0: guest2",
		file: ipLinks, text: "06:4b:39:0f:ce:1e", title: "vnet1"},
	{rule: "SB226", kind: near, name: "the bond's", host: "alb-netns"},
	{rule: "SB226", kind: near, name: "one of its own", host: "slb-active", edits: []edit{subRE(ipLinks, `^(\d+: br0: .*\n    link/ether )b8:3f:d2:11:0a:c0`, "${1}02:12:34:56:78:9a")}},
	{rule: "SB226", kind: absent, name: "no links", host: "alb-netns", edits: []edit{drop(ipLinks)}, lowers: true},

	{rule: "SB227", kind: fires, name: "two bonds", host: "slb-active", edits: []edit{secondBond(bondMAC)}, severity: Error, subject: "bond0 : ", file: ipLink, text: bondMAC, title: "bond0 and bond1"},
	{rule: "SB227", kind: near, name: "two bonds with their own", host: "slb-active", edits: []edit{secondBond("b8:3f:d2:11:0a:d0")}},
	{rule: "SB227", kind: near, name: "VLANs and bridges of one bond", host: "rhel9-lacp-nm", edits: []edit{otherVLAN}},
	{rule: "SB227", kind: absent, name: "the address of one is not told", host: "slb-active", edits: []edit{secondBond(bondMAC), drop(ipLinks)}, lowers: true},
}

// otherVLAN is a second VLAN of bond0 in a bridge of its own.
var otherVLAN = add(ipLink, `20: bond0.200@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br200 state UP mode DEFAULT group default qlen 1000
    link/ether b8:3f:d2:11:0a:c0 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 0 maxmtu 65535 
    vlan protocol 802.1Q id 200 <REORDER_HDR> 
    bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8001 port_no 0x1 
21: br200: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether b8:3f:d2:11:0a:c0 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 
    bridge forward_delay 0 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0 priority 32768 vlan_filtering 0 
`)
