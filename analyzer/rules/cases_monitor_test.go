package rules

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/analyzer/topology"
)

const (
	nmstateShow = "sos_commands/networking/nmstatectl_show"
	rpms        = "installed-rpms"
)

// What switches say of themselves (TLV 6).
const (
	sysIOS     = "Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E7"
	sysNXOS    = "Cisco Nexus Operating System (NX-OS) Software 9.3(8)"
	sysEOS     = "Arista Networks EOS version 4.27.3F running on an Arista Networks DCS-7050SX"
	sysJunos   = "Juniper Networks, Inc. qfx5120-48y-8c Ethernet Switch, kernel JUNOS 20.4R3"
	sysCumulus = "Cumulus Linux version 5.4.0 running on Mellanox Technologies Ltd. MSN2410"
	sysSONiC   = "SONiC Software Version: SONiC.202205 - HwSku: ACS-MSN2700"
)

// lldpHeard is what a slave hears by LLDP.
type lldpHeard struct {
	slave, system, chassis, port, text, about string
	vlans                                     []int
}

// labLLDP is `nmstatectl show` with what slaves hear.
func labLLDP(list ...lldpHeard) edit {
	var b strings.Builder
	b.WriteString("---\ninterfaces:\n")
	for _, n := range list {
		fmt.Fprintf(&b, "- name: %s\n  type: ethernet\n  state: up\n  lldp:\n    enabled: true\n    neighbors:\n    - - type: 5\n        system-name: %s\n      - type: 1\n        chassis-id: %s\n      - type: 2\n        port-id: %s\n",
			n.slave, n.system, n.chassis, n.port)
		if n.about != "" {
			fmt.Fprintf(&b, "      - type: 6\n        system-description: '%s'\n", n.about)
		}
		if n.text != "" {
			fmt.Fprintf(&b, "      - type: 4\n        port-description: '%s'\n", n.text)
		}
		if len(n.vlans) > 0 {
			b.WriteString("      - type: 127\n        ieee-802-1-vlans:\n")
			for _, v := range n.vlans {
				fmt.Fprintf(&b, "        - name: v%d\n          vid: %d\n", v, v)
			}
			b.WriteString("        oui: 00:80:c2\n        subtype: 3\n")
		}
	}
	return add(nmstateShow, b.String())
}

// twoLeaves plugs the slaves into two switches, oneLeaf into one.
var (
	twoLeaves = labLLDP(lldpHeard{slave: "eth0", system: "leaf01", chassis: "00:1C:73:00:00:01", port: "Ethernet7", about: sysEOS}, lldpHeard{slave: "eth1", system: "leaf02", chassis: "00:1C:73:00:00:02", port: "Ethernet7", about: sysEOS})
	oneLeaf   = labLLDP(lldpHeard{slave: "eth0", system: "leaf01", chassis: "00:1C:73:00:00:01", port: "Ethernet7", about: sysEOS}, lldpHeard{slave: "eth1", system: "leaf01", chassis: "00:1C:73:00:00:01", port: "Ethernet8", about: sysEOS})
)

// rpm is a list of packages with one more.
func rpm(nvra string) edit {
	return add(rpms, fmt.Sprintf("%-59s Tue 12 Dec 2023 10:11:12 AM UTC\n", nvra))
}

// noTable takes the table of balance-slb away.
var noTable = sub(nftRules, "nm-mlag-bond0", "nm-mlag-bond1")

// linkAttr changes an attribute of the bond in `ip -d link` of a lab.
func linkAttr(from, to string) edit { return sub(ipLink, from, to) }

// secondGuest adds a guest whose address has the same last bit as the first one's.
var secondGuest = all(
	add(ipLink, strings.NewReplacer("6: vnet0", "8: vnet1", "fe:54:00:aa:00:01", "fe:54:00:aa:00:03", "port_no 0x2", "port_no 0x3").Replace(labTap)),
	add(fdb, "52:54:00:aa:00:03 dev vnet1 used 4/2 master br0 \n"),
)

var monitorCases = []ruleCase{
	{rule: "SB111", kind: fires, name: "NetworkManager", host: "slb-active", edits: []edit{noTable, rpm("NetworkManager-1.40.16-13.el9.x86_64")}, severity: Critical, subject: "bond0 br0: web31 web32",
		file: rpms, text: "NetworkManager-1.40.16", title: "NetworkManager 1.40.16 cannot run it"},
	{rule: "SB111", kind: fires, name: "a kernel of RHEL 8", host: "slb-active", edits: []edit{noTable, sub(uname, "5.14.0-427.31.1.el9_4.x86_64", "4.18.0-513.24.1.el8_9.x86_64")}, severity: Critical,
		subject: "bond0 br0: web31 web32", file: uname, text: "4.18.0", title: "kernel 4.18.0"},
	{rule: "SB111", kind: fires, name: "nmstate", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{
		add(nmstateBond, "interfaces:\n- name: bond0\n  type: bond\n  state: up\n  link-aggregation:\n    mode: balance-xor\n    options:\n      xmit_hash_policy: vlan+srcmac\n      balance-slb: 1\n    port: [eth0, eth1]\n"),
		rpm("nmstate-2.2.0-1.el9.x86_64")}}, severity: Error, subject: "bond0 br0: vnet0", file: rpms, text: "nmstate-2.2.0", title: "nmstate 2.2.0"},
	{rule: "SB111", kind: near, name: "new enough, the table is missing for another reason", host: "slb-active", edits: []edit{noTable, rpm("NetworkManager-1.42.2-1.el9.x86_64"), rpm("nmstate-2.2.1-1.el9.x86_64")}},
	{rule: "SB111", kind: near, name: "nmstate does not set it up", host: "slb-active", edits: []edit{noTable, rpm("nmstate-1.4.5-1.el9.x86_64")}},
	{rule: "SB111", kind: near, name: "it works", host: "slb-active", edits: []edit{rpm("NetworkManager-1.40.16-13.el9.x86_64")}},
	{rule: "SB111", kind: near, name: "not wanted", host: "slb-active", edits: []edit{sub(bondKey, "balance-slb=1\n", ""), noTable, rpm("NetworkManager-1.40.16-13.el9.x86_64")}},
	{rule: "SB111", kind: absent, name: "no list of packages", host: "slb-active", edits: []edit{noTable}, lowers: true},

	{rule: "SB131", kind: fires, name: "a loop", lab: &lab{mode: 2, on: "VMs", edits: []edit{twoLeaves, poison}}, severity: Critical, subject: "bond0 br0: vnet0", file: nmstateShow, text: "port-id: Ethernet7",
		title: "leaf01 and leaf02: frames come back"},
	{rule: "SB131", kind: fires, name: "nothing tells", lab: &lab{mode: 0, on: "host", edits: []edit{twoLeaves}}, severity: Warning, subject: "bond0 : ", file: nmstateShow, text: "port-id: Ethernet7",
		title: "this works only if these act as one"},
	{rule: "SB131", kind: fires, name: "it seems to work", lab: &lab{mode: 2, on: "VMs", edits: []edit{twoLeaves}}, severity: Info, subject: "bond0 br0: vnet0", title: "seem to act as one"},
	{rule: "SB131", kind: fires, name: "LACP, not taken as root", lab: &lab{mode: 4, partner: "hidden", on: "VMs", edits: []edit{twoLeaves}}, severity: Warning, subject: "bond0 br0: vnet0"},
	{rule: "SB131", kind: near, name: "one switch", lab: &lab{mode: 2, on: "host", edits: []edit{oneLeaf}}},
	{rule: "SB131", kind: near, name: "a stack", lab: &lab{mode: 2, on: "host", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "stack", chassis: "00:1C:73:00:00:01", port: "Gi1/0/1"}, lldpHeard{slave: "eth1", system: "stack", chassis: "00:1C:73:00:00:02", port: "Gi2/0/1"})}}},
	{rule: "SB131", kind: near, name: "LACP with a partner", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{twoLeaves}}},
	{rule: "SB131", kind: near, name: "active-backup", lab: &lab{mode: 1, on: "VMs", edits: []edit{twoLeaves}}},
	{rule: "SB131", kind: near, name: "balance-slb", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{twoLeaves, add(nftRules, labNFT)}}},
	{rule: "SB131", kind: near, name: "two devices on one slave", lab: &lab{mode: 2, on: "host", edits: []edit{twoLeaves, sub(nmstateShow, "port-id: Ethernet7\n      - type: 6", "port-id: Ethernet7\n    - - type: 5\n        system-name: x\n      - type: 6")}}},
	{rule: "SB131", kind: absent, name: "no LLDP", lab: &lab{mode: 2, on: "host", edits: []edit{twoLeaves, drop(nmstateShow)}}},

	{rule: "SB132", kind: fires, name: "a channel", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "00:1C:73:00:00:01", port: "ae0"}, lldpHeard{slave: "eth1", system: "sw1", chassis: "00:1C:73:00:00:01", port: "ae0"})}},
		severity: Error, subject: "bond0 br0: vnet0", file: nmstateShow, text: "port-id: ae0", title: "eth0 in ae0 and eth1 in ae0"},
	{rule: "SB132", kind: fires, name: "VLANs differ", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", vlans: []int{200, 100}}, lldpHeard{slave: "eth1", system: "sw2", chassis: "b", port: "Gi1/0/1", vlans: []int{100}})}},
		severity: Warning, subject: "bond0 br0: vnet0", file: nmstateShow, text: "vid: 100", title: "eth0 has VLAN 100, 200, eth1 has 100"},
	{rule: "SB132", kind: fires, name: "a checklist", lab: &lab{mode: 1, on: "VMs", edits: []edit{twoLeaves}}, severity: Info, subject: "bond0 br0: vnet0", file: nmstateShow, text: "Ethernet7",
		title: "check eth0 in port Ethernet7 of leaf01 and eth1 in port Ethernet7 of leaf02"},
	{rule: "SB132", kind: fires, name: "balance-slb", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{twoLeaves, add(nftRules, labNFT)}}, severity: Info, subject: "bond0 br0: vnet0", title: "with balance-slb"},
	{rule: "SB132", kind: near, name: "the same VLANs", lab: &lab{mode: 2, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", vlans: []int{200, 100}}, lldpHeard{slave: "eth1", system: "sw2", chassis: "b", port: "Gi1/0/1", vlans: []int{100, 200}})}}},
	{rule: "SB132", kind: near, name: "LACP", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{twoLeaves}}},
	{rule: "SB132", kind: absent, name: "no LLDP", lab: &lab{mode: 1, on: "VMs", edits: []edit{twoLeaves, drop(nmstateShow)}}},

	{rule: "SB133", kind: fires, name: "by its description", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", text: "hv01 LACP Po10"})}}, severity: Warning,
		subject: "bond0 br0: vnet0", file: nmstateShow, text: "hv01 LACP Po10", title: `the switch port of eth0 is called "hv01 LACP Po10"`},
	{rule: "SB133", kind: near, name: "the bond runs LACP", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", text: "LACP Po10"})}}},
	{rule: "SB133", kind: near, name: "a part of another word", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", text: "replacpart"})}}},
	{rule: "SB133", kind: absent, name: "no LLDP", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "a", port: "Gi1/0/1", text: "LACP"}), drop(nmstateShow)}}},

	{rule: "SB154", kind: fires, name: "MII won", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 arp_interval=200 arp_ip_target=192.168.50.11")}}, severity: Warning, subject: "bond0 br0: vnet0",
		file: ifcfgBond, text: "arp_interval=200", title: "(now it is MII monitoring)"},
	{rule: "SB154", kind: fires, name: "ARP won", lab: &lab{mode: 2, arp: true, on: "VMs", edits: []edit{labIfcfg("mode=2 miimon=100 arp_interval=200 arp_ip_target=192.168.50.11")}}, severity: Error, subject: "bond0 br0: vnet0",
		file: ifcfgBond, text: "miimon=100", title: "(now it is ARP monitoring)"},
	{rule: "SB154", kind: near, name: "one is 0", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 arp_interval=0")}}},
	{rule: "SB154", kind: near, name: "mode 4", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{labIfcfg("mode=4 miimon=100 arp_interval=200")}}},
	{rule: "SB154", kind: absent, name: "no configuration", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 arp_interval=200 arp_ip_target=192.168.50.11"), drop(ifcfgBond)}}},

	{rule: "SB155", kind: fires, name: "no target", lab: &lab{mode: 2, arp: true, on: "host", edits: []edit{subRE(procBond, `(ARP IP target/s .*form\)): .*`, "$1:")}}, severity: Error, subject: "bond0 : ", file: procBond,
		text: "ARP IP target/s", title: "without any target"},
	{rule: "SB155", kind: fires, name: "configured without", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 arp_interval=200")}}, severity: Error, subject: "bond0 : ", file: ifcfgBond, text: "arp_interval=200"},
	{rule: "SB155", kind: fires, name: "another network", lab: &lab{mode: 2, arp: true, on: "VMs", edits: []edit{address("5: br0", "10.0.0.1/24")}}, severity: Warning, subject: "bond0 br0: vnet0", file: "sos_commands/networking/ip_-d_address",
		text: "inet 10.0.0.1/24", title: "no target (192.168.50.11) is in a network on the bond"},
	{rule: "SB155", kind: fires, name: "another network, and a link is down", lab: &lab{mode: 2, arp: true, on: "VMs", edits: []edit{address("5: br0", "10.0.0.1/24"), subRE(procBond, `(?s)(Slave Interface: eth1\nMII Status: )up`, "${1}down")}}, severity: Error,
		subject: "bond0 br0: vnet0"},
	{rule: "SB155", kind: fires, name: "the host itself", lab: &lab{mode: 2, arp: true, on: "VMs", edits: []edit{address("5: br0", "192.168.50.11/24")}}, severity: Error, subject: "bond0 br0: vnet0", title: "is an address of this host"},
	{rule: "SB155", kind: fires, name: "too many", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 arp_interval=200 arp_ip_target=" + strings.TrimSuffix(strings.Repeat("192.0.2.1,", 17), ","))}}, severity: Error, subject: "bond0 : ",
		title: "with 17 targets"},
	{rule: "SB155", kind: near, name: "in the network of the bridge", lab: &lab{mode: 2, arp: true, on: "VMs", edits: []edit{address("5: br0", "192.168.50.1/24")}}},
	{rule: "SB155", kind: near, name: "no address anywhere", lab: &lab{mode: 2, arp: true, on: "VMs"}},
	{rule: "SB155", kind: near, name: "a target of IPv6", lab: &lab{mode: 2, arp: true, on: "host", edits: []edit{subRE(procBond, `(ARP IP target/s .*form\)): .*`, "$1:"), subRE(procBond, `(NS IPv6 target/s .*form\)):`, "$1: 2001:db8::1")}}},
	{rule: "SB155", kind: absent, name: "no mode", lab: &lab{mode: 2, arp: true, on: "host", edits: []edit{subRE(procBond, `(ARP IP target/s .*form\)): .*`, "$1:"), noMode}}},

	{rule: "SB156", kind: fires, name: "RHEL 6", lab: &lab{mode: 2, arp: true, on: "empty bridge", kernel: "2.6.32-696.el6.x86_64", edits: []edit{address("5: br0", "192.168.50.1/24")}}, severity: Error, subject: "bond0 br0: ",
		file: "sos_commands/networking/ip_-d_address", text: "192.168.50.1/24", title: "192.168.50.1/24 is on bridge br0"},
	{rule: "SB156", kind: fires, name: "the kernel says so", lab: &lab{mode: 2, arp: true, on: "empty bridge", kernel: "2.6.32-696.el6.x86_64", edits: []edit{address("5: br0", "192.168.50.1/24"),
		add(dmesg, "[   30.100000] bonding: bond0: no path to arp_ip_target 192.168.50.11 via rt.dev br0\n")}}, severity: Error, subject: "bond0 br0: ", file: dmesg, text: "no path to arp_ip_target", title: "it finds no path"},
	{rule: "SB156", kind: near, name: "RHEL 9", lab: &lab{mode: 2, arp: true, on: "empty bridge", edits: []edit{address("5: br0", "192.168.50.1/24")}}},
	{rule: "SB156", kind: near, name: "RHEL 7 may look through", lab: &lab{mode: 2, arp: true, on: "empty bridge", kernel: "3.10.0-1160.el7.x86_64", edits: []edit{address("5: br0", "192.168.50.1/24")}}},
	{rule: "SB156", kind: near, name: "the bond has an address", lab: &lab{mode: 2, arp: true, on: "empty bridge", kernel: "2.6.32-696.el6.x86_64", edits: []edit{address("5: br0", "192.168.50.1/24"), address("4: bond0", "192.168.50.2/24")}}},
	{rule: "SB156", kind: absent, name: "no addresses", lab: &lab{mode: 2, arp: true, on: "empty bridge", kernel: "2.6.32-696.el6.x86_64", edits: []edit{address("5: br0", "192.168.50.1/24"), drop("sos_commands/networking/ip_-d_address")}}},

	{rule: "SB157", kind: fires, name: "rounded", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 updelay=250 downdelay=200")}}, severity: Info, subject: "bond0 : ", file: ifcfgBond, text: "updelay=250",
		title: "updelay 250 counts as 200 ms"},
	{rule: "SB157", kind: fires, name: "nothing is left", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 updelay=50")}}, severity: Warning, subject: "bond0 : ", title: "updelay 50 counts as 0 ms"},
	{rule: "SB157", kind: fires, name: "no MII monitoring", lab: &lab{mode: 2, arp: true, on: "host", edits: []edit{labIfcfg("mode=2 arp_interval=200 arp_ip_target=192.168.50.11 downdelay=200")}}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "downdelay=200", title: "need MII monitoring, which is off: downdelay 200 counts as 0 ms"},
	{rule: "SB157", kind: near, name: "multiples", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 updelay=30000 downdelay=0")}}},
	{rule: "SB157", kind: near, name: "the running interval counts", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 updelay=200")}}},
	{rule: "SB157", kind: absent, name: "no interval known", host: "guests-off", edits: []edit{sub(bondKey, "miimon=100", "updelay=250"), drop(procBond), subRE(ipLinks, `^    bond mode .*\n`, "")}},

	{rule: "SB158", kind: fires, name: "slow", lab: &lab{mode: 1, on: "host", edits: []edit{sub(procBond, "MII Polling Interval (ms): 100", "MII Polling Interval (ms): 5000")}}, severity: Warning, subject: "bond0 : ", file: procBond,
		text: "5000", title: "slowly: miimon is 5000 ms"},
	{rule: "SB158", kind: fires, name: "quick", lab: &lab{mode: 1, on: "host", edits: []edit{sub(procBond, "MII Polling Interval (ms): 100", "MII Polling Interval (ms): 1")}}, severity: Warning, subject: "bond0 : ", title: "miimon is 1 ms"},
	{rule: "SB158", kind: fires, name: "ARP", lab: &lab{mode: 1, arp: true, on: "host", edits: []edit{sub(procBond, "ARP Polling Interval (ms): 200", "ARP Polling Interval (ms): 10000"), sub(procBond, "ARP Missed Max: 2", "ARP Missed Max: 60")}},
		severity: Warning, subject: "bond0 : ", file: procBond, text: "ARP Missed Max: 60", title: "arp_interval is 10000 ms and arp_missed_max is 60"},
	{rule: "SB158", kind: near, name: "a second", lab: &lab{mode: 1, on: "host", edits: []edit{sub(procBond, "MII Polling Interval (ms): 100", "MII Polling Interval (ms): 1000")}}},
	{rule: "SB158", kind: near, name: "off", host: "xor-nomon"},
	{rule: "SB158", kind: absent, name: "no mode", lab: &lab{mode: 1, on: "host", edits: []edit{sub(procBond, "MII Polling Interval (ms): 100", "MII Polling Interval (ms): 5000"), noMode}}},

	{rule: "SB159", kind: fires, name: "it runs", lab: &lab{mode: 1, on: "host", edits: []edit{sub(ipLink, "use_carrier 1", "use_carrier 0")}}, severity: Warning, subject: "bond0 : ", file: ipLink, text: "use_carrier 0", title: "in an old way"},
	{rule: "SB159", kind: fires, name: "configured", lab: &lab{mode: 1, on: "host", kernel: "6.18.2", edits: []edit{labIfcfg("mode=1 miimon=100 use_carrier=0")}}, severity: Warning, subject: "bond0 : ", file: ifcfgBond, text: "use_carrier=0",
		title: "which this kernel refuses"},
	{rule: "SB159", kind: near, name: "1", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 use_carrier=1")}}},
	{rule: "SB159", kind: absent, name: "no details", lab: &lab{mode: 1, on: "host", edits: []edit{sub(ipLink, "use_carrier 1", "use_carrier 0"), drop(ipLinks)}}},

	{rule: "SB160", kind: fires, name: "a primary", lab: &lab{mode: 1, on: "VMs", edits: []edit{primaryOf("always"), failedOnce}}, severity: Info, subject: "bond0 br0: vnet0", file: procBond, text: "Primary Slave: eth0", title: "at once"},
	{rule: "SB160", kind: fires, name: "balance-alb", lab: &lab{mode: 6, on: "host", edits: []edit{failedOnce, sub(procBond, "Up Delay (ms): 0", "Up Delay (ms): 200")}}, severity: Info, subject: "bond0 : ", file: procBond, text: "Link Failure Count: 3", title: "200 ms"},
	{rule: "SB160", kind: near, name: "a long delay", lab: &lab{mode: 1, on: "VMs", edits: []edit{primaryOf("always"), failedOnce, sub(procBond, "Up Delay (ms): 0", "Up Delay (ms): 30000")}}},
	{rule: "SB160", kind: near, name: "no return", lab: &lab{mode: 1, on: "VMs", edits: []edit{primaryOf("failure"), failedOnce}}},
	{rule: "SB160", kind: near, name: "no primary", lab: &lab{mode: 1, on: "VMs", edits: []edit{failedOnce}}},
	{rule: "SB160", kind: near, name: "no failure", lab: &lab{mode: 6, on: "host"}},
	{rule: "SB160", kind: absent, name: "no delay", lab: &lab{mode: 6, on: "host", edits: []edit{failedOnce, linkAttr("updelay 0 ", ""), subRE(procBond, `^Up Delay.*\n`, "")}}},

	{rule: "SB190", kind: fires, name: "two guests, one gateway", lab: &lab{mode: 2, on: "VMs", edits: []edit{secondGuest}}, severity: Warning, subject: "bond0 br0: vnet0 vnet1", file: fdb, text: "02:00:00:00:99:01 dev bond0",
		title: "on one of 2 links"},
	{rule: "SB190", kind: fires, name: "one guest", lab: &lab{mode: 4, partner: labPartner, on: "VMs"}, severity: Info, subject: "bond0 br0: vnet0"},
	{rule: "SB190", kind: near, name: "guests on both links", lab: &lab{mode: 2, on: "VMs", edits: []edit{secondGuest, sub(fdb, "52:54:00:aa:00:03", "52:54:00:aa:00:04"), sub(ipLink, "fe:54:00:aa:00:03", "fe:54:00:aa:00:04")}}},
	{rule: "SB190", kind: near, name: "several peers", lab: &lab{mode: 2, on: "VMs", edits: []edit{secondGuest, add(fdb, "02:00:00:00:99:02 dev bond0 used 3/1 master br0 \n")}}},
	{rule: "SB190", kind: near, name: "another hash", lab: &lab{mode: 2, hash: "layer2+3", on: "VMs", edits: []edit{secondGuest}}},
	{rule: "SB190", kind: near, name: "one link in the aggregator", lab: &lab{mode: 4, on: "VMs"}},
	{rule: "SB190", kind: absent, name: "no forwarding database", lab: &lab{mode: 2, on: "VMs", edits: []edit{secondGuest, drop(fdb)}}},

	{rule: "SB191", kind: fires, name: "a tunnel as large as the bond", lab: &lab{mode: 2, on: "VMs", edits: []edit{setHash("layer3+4", 1), vxlan(1500)}}, severity: Info, subject: "bond0 vxlan7: ", file: ipLink, text: "vxlan7", title: "MTU of 1500"},
	{rule: "SB191", kind: near, name: "it fits", lab: &lab{mode: 2, on: "VMs", edits: []edit{setHash("layer3+4", 1), vxlan(1450)}}},
	{rule: "SB191", kind: near, name: "no tunnel", lab: &lab{mode: 2, on: "VMs", edits: []edit{setHash("layer3+4", 1)}}},
	{rule: "SB191", kind: near, name: "another hash", lab: &lab{mode: 2, hash: "layer2+3", on: "VMs", edits: []edit{vxlan(1500)}}},
	{rule: "SB191", kind: absent, name: "no links", lab: &lab{mode: 2, on: "host", edits: []edit{setHash("layer3+4", 1), vxlan(1500), drop(ipLinks)}}},

	{rule: "SB192", kind: fires, name: "active-backup", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 xmit_hash_policy=layer2+3")}}, severity: Info, subject: "bond0 : ", file: ifcfgBond, text: "xmit_hash_policy",
		title: "xmit_hash_policy=layer2+3"},
	{rule: "SB192", kind: fires, name: "by its number", lab: &lab{mode: 0, on: "host", edits: []edit{labIfcfg("mode=0 miimon=100 xmit_hash_policy=2")}}, severity: Info, subject: "bond0 : ", title: "xmit_hash_policy=layer2+3"},
	{rule: "SB192", kind: near, name: "balance-xor", lab: &lab{mode: 2, on: "host", edits: []edit{labIfcfg("mode=2 miimon=100 xmit_hash_policy=layer2+3")}}},
	{rule: "SB192", kind: near, name: "balance-tlb that may use it", lab: &lab{mode: 5, on: "host", edits: []edit{labIfcfg("mode=5 miimon=100 xmit_hash_policy=layer2+3")}}},
	{rule: "SB192", kind: near, name: "another mode is configured", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=4 miimon=100 xmit_hash_policy=layer2+3")}}},
	{rule: "SB192", kind: absent, name: "not configured: ip link prints it for every bond", lab: &lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 xmit_hash_policy=layer2+3"), drop(ifcfgBond)}}},

	{rule: "SB193", kind: fires, name: "no tunnel", lab: &lab{mode: 2, on: "VMs", edits: []edit{setHash("encap3+4", 4)}}, severity: Info, subject: "bond0 : ", file: procBond, text: "encap3+4", title: "layer3+4 does the same"},
	{rule: "SB193", kind: near, name: "a tunnel", lab: &lab{mode: 2, on: "VMs", edits: []edit{setHash("encap3+4", 4), vxlan(1450)}}},
	{rule: "SB193", kind: near, name: "another hash", lab: &lab{mode: 2, hash: "layer2+3", on: "VMs"}},
	{rule: "SB193", kind: absent, name: "no links", lab: &lab{mode: 2, on: "host", edits: []edit{setHash("encap3+4", 4), drop(ipLinks)}}},

	{rule: "SB195", kind: fires, name: "one guest", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{add(nftRules, labNFT)}}, severity: Info, subject: "bond0 br0: vnet0", file: procBond, text: "vlan+srcmac"},
	{rule: "SB195", kind: fires, name: "two guests", host: "slb-active", edits: []edit{sub("sos_commands/*/*", "54:00:31:0b:02", "54:00:31:0b:03")}, severity: Info, subject: "bond0 br0: web31 web32", title: "from web31 and web32 on one of 2 links"},
	{rule: "SB195", kind: near, name: "guests on both links", host: "slb-active"},
	{rule: "SB195", kind: near, name: "another hash", lab: &lab{mode: 2, on: "VMs"}},
	{rule: "SB195", kind: absent, name: "no addresses of guests", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{add(nftRules, labNFT), drop(fdb)}}},
}

// address gives a device an address, in the output of `ip -d address`.
func address(device, cidr string) edit {
	return add("sos_commands/networking/ip_-d_address", device+": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n"+
		"    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff\n    inet "+cidr+" scope global "+device[strings.Index(device, " ")+1:]+"\n")
}

// primaryOf makes eth0 the primary of a lab in mode 1.
func primaryOf(reselect string) edit {
	return sub(procBond, "Primary Slave: None\n", "Primary Slave: eth0 (primary_reselect "+reselect+")\n")
}

// failedOnce says that the links of a lab went down before.
var failedOnce = sub(procBond, "Link Failure Count: 0", "Link Failure Count: 3")

// setHash gives a lab in mode 2 another hash.
func setHash(name string, number int) edit {
	return all(sub(procBond, "Hash Policy: layer2 (0)", fmt.Sprintf("Hash Policy: %s (%d)", name, number)), sub(ipLink, "xmit_hash_policy layer2 ", "xmit_hash_policy "+name+" "))
}

// vxlan puts a tunnel on a lab's bond.
func vxlan(mtu int) edit {
	return add(ipLink, fmt.Sprintf("11: vxlan7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu %d qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000\n", mtu)+
		"    link/ether 02:00:00:00:10:77 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 65535 \n    vxlan id 7 group 239.1.1.1 dev bond0 srcport 0 0 dstport 4789 ttl auto ageing 300 \n")
}

// TestOlder compares versions as distributions write them.
func TestOlder(t *testing.T) {
	for _, c := range []struct {
		version string
		than    []int
		want    bool
	}{
		{"1.40.16", []int{1, 42}, true}, {"1.42", []int{1, 42}, false}, {"1.42.2", []int{1, 42}, false}, {"1.9.8", []int{1, 42}, true}, {"0.8.1", []int{1, 42}, true}, {"2.0", []int{1, 42}, false},
		{"2.2.0", []int{2, 2, 1}, true}, {"2.2", []int{2, 2, 1}, true}, {"2.2.1", []int{2, 2, 1}, false}, {"1.43.90~rc1", []int{1, 42}, false}, {"1.41.6+git", []int{1, 42}, true},
		{"", []int{1, 42}, false}, {"master", []int{1, 42}, false},
	} {
		if got := older(c.version, c.than); got != c.want {
			t.Errorf("%q older than %v: %v", c.version, c.than, got)
		}
	}
}

// TestSwitchSections: what switches say by LLDP becomes their commands, for each maker; without it examples are shown.
func TestSwitchSections(t *testing.T) {
	for _, c := range []struct {
		name, about, first, second, text string
		static, lacp, plain              []string
	}{
		{name: "ios", about: sysIOS, first: "Gi1/0/1", second: "Gi1/0/2", static: []string{"on sw1 (Cisco IOS)", "interface range Gi1/0/1, Gi1/0/2", "channel-group 1 mode on"},
			lacp: []string{"interface range Gi1/0/1, Gi1/0/2", "channel-group 1 mode active"}, plain: []string{"interface range Gi1/0/1, Gi1/0/2", "no channel-group"}},
		{name: "nxos", about: sysNXOS, first: "Ethernet1/1", second: "Ethernet1/2", static: []string{"on sw1 (Cisco NX-OS)", "interface Ethernet1/1, Ethernet1/2"}, lacp: []string{"feature lacp", "no lacp suspend-individual"},
			plain: []string{"spanning-tree port type edge trunk"}},
		{name: "eos", about: sysEOS, first: "Ethernet1", second: "Ethernet2", static: []string{"on sw1 (Arista EOS)", "interface Ethernet2"}, lacp: []string{"lacp timer fast"}, plain: []string{"interface Ethernet1", "no channel-group"}},
		{name: "junos", about: sysJunos, first: "513", second: "514", text: "xe-0/0/", static: []string{"set interfaces xe-0/0/1 ether-options 802.3ad ae0", "set interfaces xe-0/0/2 ether-options 802.3ad ae0"},
			lacp: []string{"aggregated-ether-options lacp active periodic fast"}, plain: []string{"delete interfaces xe-0/0/2 ether-options 802.3ad"}},
		{name: "cumulus", about: sysCumulus, first: "swp1", second: "swp2", static: []string{"bond-slaves swp1 swp2", "bond-mode balance-xor"}, lacp: []string{"bond-slaves swp1 swp2", "bond-mode 802.3ad"}, plain: []string{"take swp1 swp2 out of bond-slaves"}},
		{name: "sonic", about: sysSONiC, first: "Ethernet0", second: "Ethernet4", static: []string{"it has no static channel of its own"}, lacp: []string{"config portchannel member add PortChannel1 Ethernet4"},
			plain: []string{"config portchannel member del PortChannel1 Ethernet0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := func(n string) string {
				if c.text == "" {
					return ""
				}
				return c.text + n
			}
			hear := labLLDP(lldpHeard{slave: "eth0", system: "sw1", chassis: "00:1C:73:00:00:01", port: c.first, about: c.about, text: text("1")},
				lldpHeard{slave: "eth1", system: "sw1", chassis: "00:1C:73:00:00:01", port: c.second, about: c.about, text: text("2")})
			xor := commandsOf(t, lab{mode: 2, on: "VMs", edits: []edit{hear}}.host(t), "SB130")
			lacp := commandsOf(t, lab{mode: 4, on: "VMs", edits: []edit{hear}}.host(t), "SB170")
			backup := commandsOf(t, lab{mode: 1, on: "VMs", edits: []edit{hear}}.host(t), "SB132")
			for where, want := range map[string][]string{xor: c.static, lacp: c.lacp, backup: c.plain} {
				for _, w := range want {
					if !strings.Contains(where, w) {
						t.Errorf("no %q in\n%s", w, where)
					}
				}
				if strings.Contains(where, "others, one line") || strings.Contains(where, "# others: take") {
					t.Errorf("examples beside the real ports:\n%s", where)
				}
			}
		})
	}
	unknown := labLLDP(lldpHeard{slave: "eth0", system: "sum", chassis: "a", port: "1/1", about: "Summit300-48"}, lldpHeard{slave: "eth1", system: "sum", chassis: "a", port: "1/2", about: "Summit300-48"})
	if got := commandsOf(t, lab{mode: 2, on: "VMs", edits: []edit{unknown}}.host(t), "SB130"); !strings.Contains(got, "# by LLDP, eth1 is in port 1/2 of sum") || !strings.Contains(got, "Gi1/0/1 - 2") {
		t.Errorf("a switch of another maker:\n%s", got)
	}
	if got := commandsOf(t, lab{mode: 2, on: "VMs"}.host(t), "SB130"); strings.Contains(got, "by LLDP,") || !strings.Contains(got, "Gi1/0/1 - 2") {
		t.Errorf("without LLDP:\n%s", got)
	}
	mlag := commandsOf(t, lab{mode: 2, on: "VMs", edits: []edit{twoLeaves}}.host(t), "SB130")
	if !strings.Contains(mlag, "on leaf01 (Arista EOS)") || !strings.Contains(mlag, "on leaf02 (Arista EOS)") || !strings.Contains(mlag, "mlag 1") {
		t.Errorf("two switches:\n%s", mlag)
	}
}

// TestHostileLLDP: what a switch says of itself does no harm in commands, where makers' commands name it and where they do not.
func TestHostileLLDP(t *testing.T) {
	for _, mode := range []int{1, 2, 4} {
		for _, old := range [][]string{{"leaf01"}, {"Ethernet7"}, {sysEOS}, {"lacp 7"}} {
			for _, bad := range hostile {
				h := lab{mode: mode, on: "VMs", edits: []edit{labLLDP(lldpHeard{slave: "eth0", system: "leaf01", chassis: "a", port: "Ethernet7", about: sysEOS, text: "lacp 7"}, lldpHeard{slave: "eth1", system: "leaf02", chassis: "b", port: "Ethernet8", about: sysEOS})}}.host(t)
				if !rename(reflect.ValueOf(h), old, bad, map[uintptr]bool{}) {
					t.Fatalf("no %q", old)
				}
				checkHostile(t, h, bad)
			}
		}
	}
}

// commandsOf are all commands of the remedies of a rule's finding.
func commandsOf(t *testing.T, h *topology.Host, rule string) string {
	t.Helper()
	findings, _ := Run(h)
	var all []string
	for _, f := range findings {
		if f.Rule == rule {
			for _, m := range f.Remediation {
				all = append(append(all, m.Title), m.Commands...)
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s does not fire", rule)
	}
	return strings.Join(all, "\n")
}

// TestMonitorWording: what the texts claim fits the kernel.
func TestMonitorWording(t *testing.T) {
	carrier := lab{mode: 1, on: "host", edits: []edit{labIfcfg("mode=1 miimon=100 use_carrier=0")}}
	const old, now, both = "This kernel still takes the option", "This kernel always uses the carrier", "Kernels before about Linux 6.18"
	for k, want := range map[string]string{"2.6.32-696.el6.x86_64": old, "3.10.0-1160.el7.x86_64": old, "4.18.0-513.24.1.el8_9.x86_64": old, labKernel: both, "6.12.0-55.9.1.el10_0.x86_64": both, "6.17.9": old, "6.18.0": now, "7.2.13": now, "": both} {
		_, cause, _ := onKernel(t, carrier, "SB159", k)
		for _, s := range []string{old, now, both} {
			if strings.Contains(cause, s) != (s == want) {
				t.Errorf("SB159 on %q: %q: %v in\n%s", k, s, strings.Contains(cause, s), cause)
			}
		}
	}
	source := lab{mode: 2, arp: true, on: "empty bridge", edits: []edit{address("5: br0", "192.168.50.1/24")}}
	for _, k := range []string{"2.6.18-398.el5", "2.6.32-696.el6.x86_64", "3.11.0"} {
		if _, cause, _ := onKernel(t, source, "SB156", k); !strings.Contains(cause, "This kernel looks for the source") {
			t.Errorf("SB156 on %q:\n%s", k, cause)
		}
	}
	for _, k := range []string{"3.10.0-1160.el7.x86_64", "3.12.0", labKernel} {
		l := source
		l.kernel = k
		findings, _ := Run(l.host(t))
		for _, f := range findings {
			if f.Rule == "SB156" {
				t.Errorf("SB156 fires on %q", k)
			}
		}
	}
}
