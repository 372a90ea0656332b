package rules

import "strings"

// stp turns spanning tree on in the bridges, with a forward delay in hundredths of a second.
func stp(delay string) edit {
	return all(sub(ipLink, "bridge forward_delay 0 ", "bridge forward_delay "+delay+" "), sub(ipLink, " stp_state 0 ", " stp_state 1 "))
}

// card is a network card with a master.
func card(name, master, state string) edit {
	return add(ipLink, "30: "+name+": <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master "+master+" state "+state+` mode DEFAULT group default qlen 1000
    link/ether b8:3f:d2:11:0a:e0 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 9702 
    bridge_slave state forwarding priority 32 cost 100 hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8009 port_no 0x9 
`)
}

// vlans makes br0 of slb-active filter VLANs, with what `bridge vlan show` says.
func vlans(show string) edit {
	return all(sub(ipLink, "vlan_filtering 0", "vlan_filtering 1"), add("sos_commands/networking/bridge_-d_vlan_show", "port              vlan-id  \n"+show))
}

// unbridge takes bond0 of slb-active out of br0.
var unbridge = all(subRE(ipLink, `^(4: bond0: .*) master br0 `, "$1 "), subRE(ipLink, `^(4: bond0: (?:.*\n)(?:    link.*\n)(?:    bond .*\n))    bridge_slave .*\n`, "$1"), subRE(brLink, `^4: bond0: .*\n.*\n`, ""), drop(bondKey))

const (
	ipAddr       = "sos_commands/networking/ip_-d_address"
	bondAddress  = "4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether b8:3f:d2:11:0a:c0 brd ff:ff:ff:ff:ff:ff promiscuity 1 \n    inet 10.31.0.11/24 brd 10.31.0.255 scope global bond0\n       valid_lft forever preferred_lft forever\n"
	bridgeVLANs  = "sos_commands/networking/bridge_-d_vlan_show"
	vlansOfBr0   = "bond0             1 PVID Egress Untagged\n                  100\nbr0               1 PVID Egress Untagged\nvnet0             100 PVID Egress Untagged\nvnet1             1 PVID Egress Untagged\n"
	portOptions  = "hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8001"
	guestOptions = "hairpin off guard off root_block off fastleave off learning on flood on port_id 0x8002"
)

// bridgeCases are about how bridges and their ports are set, and about the workaround.
var bridgeCases = []ruleCase{
	{rule: "SB230", kind: fires, name: "the default of NetworkManager", host: "slb-active", edits: []edit{stp("1500")}, severity: Warning, subject: "bond0 br0: web31 web32", file: ipLink, text: "stp_state 1", title: "no network for 30 s"},
	{rule: "SB230", kind: fires, name: "brctl", host: "rhel6-brctl", edits: []edit{sub("*/*/brctl_show", "br0		8000.001b213c9d10	no", "br0		8000.001b213c9d10	yes"), slowBrctl}, severity: Warning, subject: "bond0 br0: mail01 mail02", file: "*/*/brctl_show", text: "yes"},
	{rule: "SB230", kind: near, name: "2 s", host: "slb-active", edits: []edit{stp("200")}},
	{rule: "SB230", kind: near, name: "off", host: "slb-active", edits: []edit{sub(ipLink, "bridge forward_delay 0 ", "bridge forward_delay 1500 ")}},
	{rule: "SB230", kind: near, name: "a bridge that no bond leads out of", host: "nat-only", edits: []edit{stp("1500")}},
	{rule: "SB230", kind: absent, name: "no details of the bridge", host: "slb-active", edits: []edit{stp("1500"), subRE(ipLink, `^    bridge forward_delay .*\n`, "")}},

	{rule: "SB231", kind: fires, name: "RHEL 5", host: "rhel6-brctl", edits: []edit{oldKernel, slowBrctl}, severity: Warning, subject: "bond0 br0: mail01 mail02", file: "*/*/brctl_showstp_br0", text: "forward delay", title: "this kernel makes each new port wait 30 s"},
	{rule: "SB231", kind: near, name: "RHEL 6", host: "rhel6-brctl", edits: []edit{slowBrctl}},
	{rule: "SB231", kind: near, name: "no delay", host: "rhel6-brctl", edits: []edit{oldKernel}},
	{rule: "SB231", kind: absent, name: "no brctl showstp", host: "rhel6-brctl", edits: []edit{oldKernel, slowBrctl, drop("*/*/brctl_showstp_br0")}, lowers: true},

	{rule: "SB233", kind: fires, name: "a card beside the bond", host: "slb-active", edits: []edit{card("eno3", "br0", "UP")}, severity: Error, subject: "bond0 br0: web31 web32", file: ipLink, text: "30: eno3:", title: "bond0 and eno3"},
	{rule: "SB233", kind: fires, name: "the kernel sees a loop", host: "rhel9-lacp-nm", edits: []edit{card("eno3", "br100", "UP"), add(dmesg, strings.NewReplacer("br0:", "br100:", "on bond0", "on bond0.100").Replace(ownAddress))}, severity: Critical,
		subject: "bond0 br100: app01 db01", file: dmesg, text: "own address"},
	{rule: "SB233", kind: near, name: "spanning tree", host: "slb-active", edits: []edit{stp("200"), card("eno3", "br0", "UP")}},
	{rule: "SB233", kind: near, name: "its link is down", host: "slb-active", edits: []edit{card("eno3", "br0", "DOWN")}},
	{rule: "SB233", kind: near, name: "two VLANs of the bond", host: "rhel9-lacp-nm", edits: []edit{otherVLAN, sub(ipLink, "master br200", "master br100")}},
	{rule: "SB233", kind: near, name: "the representor of a virtual function", host: "slb-active", edits: []edit{card("ens1f0v0", "br0", "UP"), sub(ipLink, "link/ether b8:3f:d2:11:0a:e0 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 9702 \n", "link/ether b8:3f:d2:11:0a:e0 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 9702 portname pf0vf0 switchid c00a11fed23f \n")}},
	{rule: "SB233", kind: absent, name: "no links", host: "slb-active", edits: []edit{card("eno3", "br0", "UP"), drop(ipLinks)}, lowers: true},

	{rule: "SB234", kind: fires, name: "configured to be in it", host: "slb-active", edits: []edit{unbridge, add(bondKey, "[connection]\nid=bond0\ntype=bond\ninterface-name=bond0\ncontroller=br0\nport-type=bridge\n\n[bond]\nmode=balance-xor\n")}, severity: Error,
		subject: "bond0 br0: web31 web32", file: bondKey, text: "controller=br0"},
	{rule: "SB234", kind: fires, name: "beside a bond with the address", host: "slb-active", edits: []edit{unbridge, subRE(ipAddr, `(?s)^.*`, bondAddress)}, severity: Warning, subject: "bond0 br0: web31 web32", file: ipAddr, text: "10.31.0.11",
		title: "serves the host alone"},
	{rule: "SB234", kind: near, name: "a network of libvirt", host: "nat-only"},
	{rule: "SB234", kind: near, name: "a bridge with an address", host: "nat-only", edits: []edit{drop("sos_commands/virsh/virsh_-r_net-dumpxml_default")}},
	{rule: "SB234", kind: near, name: "the bond is in it", host: "slb-active"},
	{rule: "SB234", kind: absent, name: "no links", host: "slb-active", edits: []edit{unbridge, drop(ipLinks)}, lowers: true},

	{rule: "SB236", kind: fires, name: "on", host: "slb-active", edits: []edit{sub(ipLink, "nf_call_iptables 0", "nf_call_iptables 1")}, severity: Info, subject: "bond0 br0: web31 web32", file: ipLink,
		text: "nf_call_iptables 1"},
	{rule: "SB236", kind: fires, name: "on for all bridges", host: "slb-active", edits: []edit{add("sos_commands/kernel/sysctl_-a", "net.bridge.bridge-nf-call-iptables = 1\n")}, severity: Info,
		subject: "bond0 br0: web31 web32", file: "sos_commands/kernel/sysctl_-a", text: "bridge-nf-call-iptables = 1"},
	{rule: "SB236", kind: near, name: "off for all bridges", host: "slb-active", edits: []edit{add("sos_commands/kernel/sysctl_-a", "net.bridge.bridge-nf-call-iptables = 0\n")}},
	{rule: "SB236", kind: near, name: "off", host: "slb-active"},
	{rule: "SB236", kind: absent, name: "not told", host: "slb-active", edits: []edit{subRE(ipLink, `^    bridge forward_delay .*\n`, "")}},

	{rule: "SB237", kind: fires, name: "not on the bond", host: "slb-active", edits: []edit{vlans(strings.Replace(vlansOfBr0, "                  100\n", "", 1))}, severity: Error, subject: "bond0 br0: web31", file: bridgeVLANs, text: "vnet0",
		title: "web31 is in VLAN 100"},
	{rule: "SB237", kind: fires, name: "not on the guest's port", host: "slb-active", edits: []edit{sub(xml32, "<target dev='vnet1'/>", "<target dev='vnet1'/><vlan><tag id='300'/></vlan>"), vlans(vlansOfBr0)}, severity: Error, subject: "bond0 br0: web32",
		file: bridgeVLANs, text: "vnet1", title: "its port vnet1"},
	{rule: "SB237", kind: fires, name: "the host is in it", host: "slb-active", edits: []edit{vlans(strings.NewReplacer("                  100\n", "", "br0               1 PVID Egress Untagged\n", "br0               1 PVID Egress Untagged\n                  100\n").Replace(vlansOfBr0))},
		severity: Warning, subject: "bond0 br0: web31", file: bridgeVLANs, text: "vnet0"},
	{rule: "SB237", kind: near, name: "on both", host: "slb-active", edits: []edit{vlans(vlansOfBr0)}},
	{rule: "SB237", kind: near, name: "the bridge filters nothing", host: "slb-active", edits: []edit{add(bridgeVLANs, "port              vlan-id  \n"+strings.Replace(vlansOfBr0, "                  100\n", "", 1))}},
	{rule: "SB237", kind: near, name: "nothing is told of the bond's port", host: "slb-active", edits: []edit{vlans("vnet0             100 PVID Egress Untagged\n")}},
	{rule: "SB237", kind: absent, name: "no VLANs collected", host: "slb-active", edits: []edit{sub(ipLink, "vlan_filtering 0", "vlan_filtering 1")}},

	{rule: "SB238", kind: fires, name: "no flooding to the bond", host: "slb-active", edits: []edit{sub(ipLink, portOptions, strings.Replace(portOptions, "flood on", "flood off", 1))}, severity: Error, subject: "bond0 br0: web31 web32", file: ipLink,
		text: "flood off", title: "flood=off on bond0"},
	{rule: "SB238", kind: fires, name: "no learning on the bond", host: "slb-active", edits: []edit{sub(ipLink, portOptions, strings.Replace(portOptions, "learning on", "learning off", 1))}, severity: Warning, subject: "bond0 br0: web31 web32", file: ipLink,
		text: "learning off"},
	{rule: "SB238", kind: fires, name: "both isolated", host: "slb-active", edits: []edit{sub(ipLink, "isolated off", "isolated on")}, severity: Error,
		subject: "bond0 br0: web31 web32", file: ipLink, text: "isolated on", title: "isolated=on on vnet0"},
	{rule: "SB238", kind: near, name: "isolated guests", host: "slb-active", edits: []edit{subRE(ipLink, `(port_id 0x800[23] .*) isolated off`, "$1 isolated on")}},
	{rule: "SB238", kind: near, name: "a guest whose entry libvirt sets", host: "slb-active", edits: []edit{sub(ipLink, guestOptions, strings.Replace(guestOptions, "learning on flood on", "learning off flood off", 1)),
		sub(fdb, mac31+" dev vnet0 used 1/1 master br0 ", mac31+" dev vnet0 used 1/1 master br0 static")}},
	{rule: "SB238", kind: absent, name: "no options", host: "slb-active", edits: []edit{subRE(ipLink, `^    bridge_slave .*\n`, "")}},

	{rule: "SB239", kind: fires, name: "none", host: "slb-active", edits: []edit{sub(ipLink, "ageing_time 30000", "ageing_time 0")}, severity: Warning, subject: "bond0 br0: web31 web32", file: ipLink, text: "ageing_time 0", title: "remembers no address"},
	{rule: "SB239", kind: fires, name: "a day", host: "slb-active", edits: []edit{sub(ipLink, "ageing_time 30000", "ageing_time 8640000")}, severity: Warning, subject: "bond0 br0: web31 web32", file: ipLink, text: "ageing_time", title: "86400 s"},
	{rule: "SB239", kind: near, name: "as long as a switch", host: "slb-active", edits: []edit{sub(ipLink, "ageing_time 30000", "ageing_time 180000")}},
	{rule: "SB239", kind: absent, name: "not told", host: "slb-active", edits: []edit{subRE(ipLink, ` ageing_time 30000`, "")}},

	{rule: "SB240", kind: fires, name: "on the bond", host: "slb-active", edits: []edit{add(ipAddr, bondAddress)}, severity: Error, subject: "bond0 br0: web31 web32", file: ipAddr, text: "10.31.0.11", title: "bond0 has the address 10.31.0.11/24"},
	{rule: "SB240", kind: near, name: "a VLAN of the bond is in the bridge", host: "rhel9-lacp-nm"},
	{rule: "SB240", kind: near, name: "on the bridge", host: "slb-active"},
	{rule: "SB240", kind: absent, name: "no addresses", host: "slb-active", edits: []edit{drop(ipAddr)}},

	{rule: "SB241", kind: fires, name: "one of two", host: "rhel9-lacp-nm", edits: []edit{sub(ipLink, "permaddr b8:3f:d2:11:0a:c1 promiscuity 1", "permaddr b8:3f:d2:11:0a:c1 promiscuity 0")}, severity: Error, subject: "bond0 br100: app01 db01",
		file: ipLink, text: "promiscuity 0", title: "ens1f1np1 of bond0 is not promiscuous"},
	{rule: "SB241", kind: fires, name: "the active one", host: "ab-obfuscated", edits: []edit{sub(ipLinks, "promiscuity 1 ", "promiscuity 0 ")}, severity: Error, subject: "bond0 br0: guest1 guest2", file: ipLinks, text: "promiscuity 0", title: "eth1 of bond0"},
	{rule: "SB241", kind: near, name: "the one that is not active", host: "ab-obfuscated"},
	{rule: "SB241", kind: near, name: "no guests", host: "nat-only"},
	{rule: "SB241", kind: near, name: "the bridge filters VLANs", host: "rhel9-lacp-nm", edits: []edit{sub(ipLink, "vlan_filtering 0", "vlan_filtering 1"), sub(ipLink, "permaddr b8:3f:d2:11:0a:c1 promiscuity 1", "permaddr b8:3f:d2:11:0a:c1 promiscuity 0")}},
	{rule: "SB241", kind: absent, name: "not told", host: "rhel9-lacp-nm", edits: []edit{subRE(ipLinks, ` promiscuity \d+`, "")}},

	{rule: "SB254", kind: fires, name: "the saved file lacks it", host: "xor-vlan-loop", edits: []edit{add(ebtablesFile, ebtablesTop+ebtables1+ebtables2), add("etc/sysconfig/ebtables", ebtablesTop+"-A POSTROUTING -p ARP -s 52:54:00:bb:00:07 -o bond9 -j snat --to-src 02:00:00:00:70:07 --snat-target ACCEPT\n")},
		severity: Warning, subject: "bond0 br0: guest1 guest2", file: ebtablesFile, text: "snat", title: "/etc/sysconfig/ebtables does not hold it"},
	{rule: "SB254", kind: fires, name: "no saved file", host: "xor-vlan-loop", edits: []edit{add(ebtablesFile, ebtablesTop+ebtables1+ebtables2)}, severity: Info, subject: "bond0 br0: guest1 guest2", file: ebtablesFile, text: "snat"},
	{rule: "SB254", kind: near, name: "saved", host: "xor-vlan-loop", edits: []edit{add(ebtablesFile, ebtablesTop+ebtables1+ebtables2), add("etc/sysconfig/ebtables", ebtablesTop+ebtables1+ebtables2)}},
	{rule: "SB254", kind: absent, name: "no rules", host: "xor-vlan-loop"},

	{rule: "SB255", kind: fires, name: "a loop", host: "rr-loop", severity: Info, subject: "bond0 br0: guest2", file: dmesg, text: "own address"},
	{rule: "SB255", kind: near, name: "no loop", host: "xor-nomon"},
	{rule: "SB255", kind: near, name: "mode 6", host: "rr-loop", edits: []edit{setMode(0, 6)}},
	{rule: "SB255", kind: absent, name: "no kernel", host: "rr-loop", edits: []edit{drop(uname, procBond), subRE(dmesg, `^.*Linux version.*\n`, "")}, lowers: true},
}

var (
	oldKernel = sub("sos_commands/kernel/uname_-a", "2.6.32-696.el6", "2.6.18-419.el5")
	slowBrctl = subRE("*/*/brctl_showstp_br0", `forward delay\t\t   0\.00\t\t\tbridge forward delay\t   0\.00`, "forward delay\t\t  14.99\t\t\tbridge forward delay\t  14.99")
)
