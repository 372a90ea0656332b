package rules

import (
	"strings"
	"testing"
)

// ifcfgText is an ifcfg file of the bond of a lab with another line of options.
func ifcfgText(line string) edit {
	return all(add(ifcfgBond, "DEVICE=bond0\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\n"+line+"\n"),
		add(ifcfgEth+"eth0", "DEVICE=eth0\nTYPE=Ethernet\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n"), add(ifcfgEth+"eth1", "DEVICE=eth1\nTYPE=Ethernet\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n"))
}

// keyfileBond is a profile of NetworkManager for a bond.
func keyfileBond(file, id, device, options string) edit {
	return add("etc/NetworkManager/system-connections/"+file, "[connection]\nid="+id+"\ntype=bond\ninterface-name="+device+"\n\n[bond]\n"+options)
}

// modeRefused is a message of the kernel about a mode that cannot be set now.
var modeRefused = add(dmesg, "[  420.113355] bond0: option mode: unable to set because the bond device has slaves\n")

// noLinks leaves out the lists of links.
var noLinks = drop(ipLink)

const osRHEL10 = "NAME=\"Red Hat Enterprise Linux\"\nID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"10.0\"\nPRETTY_NAME=\"Red Hat Enterprise Linux 10.0 (Coughlan)\"\n"

// optionsCases are about the text of configurations, their options, and what is left of them.
var optionsCases = []ruleCase{
	{rule: "SB264", kind: fires, name: "an ifcfg file, its slaves are idle", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(),
		add(ifcfgEth+"bond1", "DEVICE=bond1\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\nBONDING_OPTS=\"mode=4 miimon=100\"\n"),
		add(ifcfgEth+"eth2", "DEVICE=eth2\nONBOOT=yes\nMASTER=bond1\nSLAVE=yes\n")}}, severity: Warning, subject: "bond1 : ", file: ipLink, text: "9: eth2:", title: "no such bond runs"},
	{rule: "SB264", kind: fires, name: "a profile, its slaves are in another bond", host: "rhel9-lacp-nm", edits: []edit{keyfileBond("bond7.nmconnection", "bond7", "bond7", "mode=active-backup\n")},
		severity: Warning, subject: "bond7 : ", file: "etc/NetworkManager/system-connections/bond7.nmconnection", text: "type=bond"},
	{rule: "SB264", kind: near, name: "it runs", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB264", kind: near, name: "it is not started with the host", lab: &lab{mode: 1, on: "VMs", edits: []edit{
		add(ifcfgEth+"bond1", "DEVICE=bond1\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=no\nBONDING_OPTS=\"mode=4 miimon=100\"\n")}}},
	{rule: "SB264", kind: near, name: "a profile that is not started with the host", host: "rhel9-lacp-nm", edits: []edit{
		add("etc/NetworkManager/system-connections/bond7.nmconnection", "[connection]\nid=bond7\ntype=bond\nautoconnect=false\ninterface-name=bond7\n\n[bond]\nmode=active-backup\n")}},
	{rule: "SB264", kind: near, name: "a backup of a file", lab: &lab{mode: 1, on: "VMs", edits: []edit{
		add(ifcfgEth+"bond1.rpmsave", "DEVICE=bond1\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\nBONDING_OPTS=\"mode=4 miimon=100\"\n")}}},
	{rule: "SB264", kind: near, name: "a bond of the initrd", lab: &lab{mode: 1, on: "VMs", edits: []edit{add("proc/cmdline", "BOOT_IMAGE=/vmlinuz ro bond=bond9:eth0,eth1:mode=802.3ad ip=bond9:dhcp\n")}}},
	{rule: "SB264", kind: absent, name: "no list of links", lab: &lab{mode: 1, on: "VMs", edits: []edit{
		add(ifcfgEth+"bond1", "DEVICE=bond1\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\nBONDING_OPTS=\"mode=4 miimon=100\"\n"), noLinks}}},

	{rule: "SB265", kind: fires, name: "commas", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS=mode=4,miimon=100`)}}, severity: Error, subject: "bond0 : ",
		file: ifcfgBond, text: "BONDING_OPTS=mode=4,miimon=100", title: "do not read as it was meant"},
	{rule: "SB265", kind: fires, name: "no quotes", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS=mode=1 miimon=100`)}}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "BONDING_OPTS=mode=1 miimon=100", title: "though the running bond has the meant ones"},
	{rule: "SB265", kind: fires, name: "twice", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miimon=100 mode=802.3ad"`)}}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "mode=1 miimon=100 mode=802.3ad"},
	{rule: "SB265", kind: fires, name: "typographic quotes", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS=“mode=4 miimon=100”`)}}, severity: Error, subject: "bond0 : ", file: ifcfgBond, text: "“mode=4"},
	{rule: "SB265", kind: fires, name: "an unbalanced quote", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=4 miimon=100`)}}, severity: Error, subject: "bond0 : ", file: ifcfgBond, text: `BONDING_OPTS="mode=4`},
	{rule: "SB265", kind: near, name: "single quotes, targets by commas", lab: &lab{mode: 1, arp: true, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS='mode=1 arp_interval=200 arp_ip_target=192.168.50.11,192.168.50.12'`)}}},
	{rule: "SB265", kind: near, name: "the same value by name and by number", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=4 miimon=100 lacp_rate=0 lacp_rate=slow"`)}}},
	{rule: "SB265", kind: near, name: "targets twice", lab: &lab{mode: 1, arp: true, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 arp_interval=200 arp_ip_target=192.168.50.11 arp_ip_target=192.168.50.12"`)}}},
	{rule: "SB265", kind: near, name: "not started with the host", lab: &lab{mode: 0, on: "VMs", edits: []edit{add(ifcfgBond, "DEVICE=bond0\nTYPE=Bond\nONBOOT=no\nBONDING_OPTS=mode=4,miimon=100\n")}}},
	{rule: "SB265", kind: absent, name: "no files", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS=mode=4,miimon=100`), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB266", kind: fires, name: "misspelled", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miion=100"`)}}, severity: Error, subject: "bond0 : ",
		file: ifcfgBond, text: "miion=100", title: "sets miion"},
	{rule: "SB266", kind: fires, name: "a profile", host: "rhel9-lacp-nm", edits: []edit{sub(bondKey, "xmit_hash_policy=", "xmit_hash=")}, severity: Error, subject: "bond0 : ",
		file: bondKey, text: "xmit_hash=layer2+3"},
	{rule: "SB266", kind: near, name: "names of new kernels, and of NetworkManager", host: "rhel9-lacp-nm", edits: []edit{sub(bondKey, "[bond]\n", "[bond]\nlacp_active=on\narp_missed_max=2\ncoupled_control=1\n")}},
	{rule: "SB266", kind: near, name: "a word in a faulty place: another rule speaks", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miimon=100 fast"`)}}},
	{rule: "SB266", kind: near, name: "names of netplan", lab: &lab{mode: 1, on: "VMs", edits: []edit{ubuntu, labNetplan("active-backup", "eth0, eth1")}}},
	{rule: "SB266", kind: near, name: "the spelling of nmstate", lab: &lab{mode: 2, hash: "vlan+srcmac", on: "VMs", edits: []edit{add(nftRules, labNFT),
		add(nmstateBond, "interfaces:\n- name: bond0\n  type: bond\n  state: up\n  link-aggregation:\n    mode: balance-xor\n    options:\n      balance_slb: 1\n      miimon: '100'\n    port:\n    - eth0\n    - eth1\n")}}},
	{rule: "SB266", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miion=100"`), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB267", kind: fires, name: "a hash that does not exist", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=4 miimon=100 xmit_hash_policy=layer23"`)}}, severity: Error,
		subject: "bond0 : ", file: ifcfgBond, text: "xmit_hash_policy=layer23", title: "xmit_hash_policy=layer23"},
	{rule: "SB267", kind: fires, name: "lacp_rate in mode 1", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miimon=100 lacp_rate=fast"`)}}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "lacp_rate=fast"},
	{rule: "SB267", kind: fires, name: "primary in mode 4, a profile", host: "rhel9-lacp-nm", edits: []edit{sub(bondKey, "[bond]\n", "[bond]\nprimary=ens1f0np0\n")}, severity: Error, subject: "bond0 : ",
		file: bondKey, text: "primary=ens1f0np0"},
	{rule: "SB267", kind: fires, name: "a mode that does not exist", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=lacp miimon=100"`)}}, severity: Error, subject: "bond0 : ", file: ifcfgBond, text: "mode=lacp"},
	{rule: "SB267", kind: fires, name: "out of range", lab: &lab{mode: 0, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=0 miimon=100 packets_per_slave=70000"`)}}, severity: Error, subject: "bond0 : ",
		file: ifcfgBond, text: "packets_per_slave=70000"},
	{rule: "SB267", kind: near, name: "names and numbers", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=802.3ad miimon=100 lacp_rate=1 xmit_hash_policy=2 ad_select=bandwidth min_links=1"`)}}},
	{rule: "SB267", kind: near, name: "the default of every mode", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miimon=100 lacp_rate=slow xmit_hash_policy=layer3+4 fail_over_mac=0"`)}}},
	{rule: "SB267", kind: near, name: "ARP monitoring: another rule speaks", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=4 arp_interval=100 arp_ip_target=192.168.50.1"`)}}},
	{rule: "SB267", kind: near, name: "a comma: another rule speaks", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=4,5 miimon=100"`)}}},
	{rule: "SB267", kind: near, name: "a variable", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="mode=1 miimon=$MIIMON"`)}}},
	{rule: "SB267", kind: absent, name: "neither a mode in the file nor a running one", lab: &lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(`BONDING_OPTS="miimon=100 lacp_rate=fast"`), noMode}}},

	{rule: "SB269", kind: fires, name: "ifcfg and a profile that contradict one another", host: "rhel9-lacp-nm", edits: []edit{labIfcfg("mode=1 miimon=100")}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "BONDING_OPTS", title: "contradict one another in mode"},
	{rule: "SB269", kind: fires, name: "two that agree", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), keyfileBond("bond0.nmconnection", "bond0", "bond0", "mode=active-backup\nmiimon=100\n")}},
		severity: Info, subject: "bond0 : ", file: bondKey, text: "type=bond", title: "alike"},
	{rule: "SB269", kind: fires, name: "two profiles", host: "rhel9-lacp-nm", edits: []edit{keyfileBond("other.nmconnection", "other", "bond0", "mode=active-backup\n")}, severity: Warning, subject: "bond0 : ",
		file: "etc/NetworkManager/system-connections/other.nmconnection", text: "type=bond"},
	{rule: "SB269", kind: near, name: "what netplan renders", lab: &lab{mode: 1, on: "host", edits: []edit{ubuntu, labNetplan("active-backup", "eth0, eth1"),
		add("run/systemd/network/10-netplan-bond0.netdev", "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\n")}}},
	{rule: "SB269", kind: near, name: "what vdsm writes", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), persisted("mode=1 miimon=100", `"eth0", "eth1"`)}}},
	{rule: "SB269", kind: near, name: "one is not started with the host", host: "rhel9-lacp-nm", edits: []edit{labIfcfg("mode=1 miimon=100"), sub(ifcfgBond, "ONBOOT=yes", "ONBOOT=no")}},
	{rule: "SB269", kind: absent, name: "one of them was not collected", host: "rhel9-lacp-nm", edits: []edit{labIfcfg("mode=1 miimon=100"), drop(bondKey)}},

	{rule: "SB270", kind: fires, name: "NM_CONTROLLED=no on RHEL 9", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "NM_CONTROLLED=no\n")}}, severity: Warning,
		subject: "bond0 : ", file: ifcfgBond, text: "NM_CONTROLLED=no", title: "NM_CONTROLLED=no"},
	{rule: "SB270", kind: fires, name: "RHEL 10", lab: &lab{mode: 1, on: "VMs", kernel: "6.12.0-55.9.1.el10_0.x86_64", edits: []edit{subOS(osRHEL10), labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}, severity: Warning,
		subject: "bond0 : ", file: ifcfgBond, text: "DEVICE=bond0", title: "does not read"},
	{rule: "SB270", kind: near, name: "RHEL 9, read by NetworkManager", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB270", kind: near, name: "RHEL 8", lab: &lab{mode: 1, on: "VMs", edits: []edit{subOS("NAME=\"Red Hat Enterprise Linux\"\nID=\"rhel\"\nVERSION_ID=\"8.9\"\n"), labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "NM_CONTROLLED=no\n")}}},
	{rule: "SB270", kind: near, name: "RHV", lab: &lab{mode: 1, on: "VMs", edits: []edit{systems["rhv"], labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "NM_CONTROLLED=no\n")}}},
	{rule: "SB270", kind: absent, name: "the release is unknown", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "NM_CONTROLLED=no\n"), drop("etc/os-release")}}},

	{rule: "SB271", kind: fires, name: "no SLAVE=yes, initscripts", lab: &lab{mode: 1, on: "VMs", edits: []edit{subOS("NAME=\"Red Hat Enterprise Linux Server\"\nID=\"rhel\"\nVERSION_ID=\"7.9\"\n"), labLink(),
		labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth2", "DEVICE=eth2\nONBOOT=yes\nMASTER=bond0\nNM_CONTROLLED=no\n")}}, severity: Error, subject: "bond0 eth2: ", file: ifcfgEth + "eth2", text: "MASTER=bond0",
		title: "SLAVE=yes is missing"},
	{rule: "SB271", kind: fires, name: "a bridge beside the bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth1", "BRIDGE=br0\n")}}, severity: Warning,
		subject: "bond0 eth1: ", file: ifcfgEth + "eth1", text: "BRIDGE=br0"},
	{rule: "SB271", kind: fires, name: "a bond that does not exist", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), labIfcfg("mode=1 miimon=100", "eth0", "eth1"),
		add(ifcfgEth+"eth2", "DEVICE=eth2\nONBOOT=yes\nMASTER=bnod0\nSLAVE=yes\n")}}, severity: Error, subject: "bnod0 eth2: ", file: ifcfgEth + "eth2", text: "MASTER=bnod0"},
	{rule: "SB271", kind: fires, name: "neither TYPE nor BONDING_MASTER", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"bond1", "DEVICE=bond1\nONBOOT=yes\nBONDING_OPTS=\"mode=1 miimon=100\"\n")}}, severity: Error,
		subject: "bond1 bond1: ", file: ifcfgEth + "bond1", text: "BONDING_OPTS", title: "a bond"},
	{rule: "SB271", kind: near, name: "complete", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB271", kind: near, name: "no SLAVE=yes, but it is in the bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), sub(ifcfgEth+"eth1", "SLAVE=yes\n", "")}}},
	{rule: "SB271", kind: near, name: "a bond of RHEL 5 without TYPE, which runs", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), sub(ifcfgBond, "TYPE=Bond\nBONDING_MASTER=yes\n", "")}}},
	{rule: "SB271", kind: near, name: "the bond by the name of its profile", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), keyfileBond("uplink.nmconnection", "uplink", "bond0", "mode=active-backup\n"),
		add(ifcfgEth+"eth2", "DEVICE=eth2\nONBOOT=no\nMASTER=uplink\nSLAVE=yes\n")}}},
	{rule: "SB271", kind: absent, name: "no list of links", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), add(ifcfgEth+"eth2", "DEVICE=eth2\nONBOOT=yes\nMASTER=bnod0\nSLAVE=yes\n"), noLinks}}},

	{rule: "SB272", kind: fires, name: "a card that was replaced", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), labIfcfg("mode=1 miimon=100", "eth0", "eth1"),
		add(ifcfgEth+"eth2", "DEVICE=eth2\nHWADDR=02:00:00:00:AA:AA\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n")}}, severity: Error, subject: "bond0 eth2: ", file: ifcfgEth + "eth2", text: "HWADDR=02:00:00:00:AA:AA",
		title: "does not join bond0"},
	{rule: "SB272", kind: fires, name: "it runs still", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth1", "HWADDR=02:00:00:00:aa:aa\n")}}, severity: Warning,
		subject: "bond0 eth1: ", file: ifcfgEth + "eth1", text: "HWADDR", title: "not started by it again"},
	{rule: "SB272", kind: near, name: "the burned-in addresses of slaves", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"),
		add(ifcfgEth+"eth0", "HWADDR=02:00:00:00:10:01\n"), add(ifcfgEth+"eth1", "HWADDR=02:00:00:00:10:02\n")}}},
	{rule: "SB272", kind: near, name: "not started with the host", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"),
		add(ifcfgEth+"eth9", "DEVICE=eth9\nHWADDR=02:00:00:00:aa:aa\nONBOOT=no\nMASTER=bond0\nSLAVE=yes\n")}}},
	{rule: "SB272", kind: absent, name: "the addresses of the slaves are unknown", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth1", "HWADDR=02:00:00:00:aa:aa\n"),
		noLinks}}},

	{rule: "SB274", kind: fires, name: "a file of nmstate", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), modeRefused}}, severity: Error, subject: "bond0 : ", file: dmesg,
		text: "bond device has slaves", title: "wants 802.3ad"},
	{rule: "SB274", kind: near, name: "no message: another rule speaks alone", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad")}}},
	{rule: "SB274", kind: near, name: "the mode was set since", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), modeRefused}}},
	{rule: "SB274", kind: absent, name: "no mode", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), modeRefused, noMode}}},

	{rule: "SB275", kind: fires, name: "the MTU of slaves alone", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth0", "MTU=9000\n"), add(ifcfgEth+"eth1", "MTU=9000\n")}},
		severity: Info, subject: "bond0 : ", file: ifcfgEth + "eth1", text: "MTU=9000", title: "MTU of 9000"},
	{rule: "SB275", kind: fires, name: "options in the file of a slave", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth0", "BONDING_OPTS=\"mode=1\"\n")}}, severity: Info,
		subject: "bond0 : ", file: ifcfgEth + "eth0", text: "BONDING_OPTS"},
	{rule: "SB275", kind: near, name: "the MTU of both", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "MTU=9000\n"), add(ifcfgEth+"eth0", "MTU=9000\n")}}},
	{rule: "SB275", kind: near, name: "the MTU of the bond alone", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgBond, "MTU=9000\n")}}},
	{rule: "SB275", kind: near, name: "the bond runs with it", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth0", "MTU=1500\n")}}},
	{rule: "SB275", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1"), add(ifcfgEth+"eth0", "MTU=9000\n"), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB303", kind: fires, name: "a guest that came meanwhile", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:07 dev vnet7 used 1/1 master br0 \n")}}, severity: Info, subject: " : ", file: fdb, text: "vnet7", title: "vnet7"},
	{rule: "SB303", kind: near, name: "all are there", lab: &lab{mode: 1, on: "VMs"}},
	{rule: "SB303", kind: absent, name: "no list of links", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(fdb, "52:54:00:aa:00:07 dev vnet7 used 1/1 master br0 \n"), noLinks}}},

	{rule: "SB304", kind: fires, name: "no node has the name", lab: &lab{mode: 1, on: "VMs", edits: []edit{systems["nncp"]}}, others: []string{"worker-1", "worker-2"}, severity: Info, subject: " : ", file: "etc/os-release",
		text: "CoreOS", title: "worker-1 and worker-2"},
	{rule: "SB304", kind: near, name: "no node of a cluster", lab: &lab{mode: 1, on: "VMs"}, others: []string{"worker-1"}},
	{rule: "SB304", kind: near, name: "no must-gather", lab: &lab{mode: 1, on: "VMs", edits: []edit{systems["nncp"]}}},
	{rule: "SB304", kind: absent, name: "what the host is, is unknown", lab: &lab{mode: 1, on: "VMs", edits: []edit{drop("etc/os-release")}}, others: []string{"worker-1"}},
}

// TestFaultyOptionsToldOnce: what is wrong with the text of options is told by SB265 alone, with all options that were meant.
func TestFaultyOptionsToldOnce(t *testing.T) {
	for text, want := range map[string]string{
		`BONDING_OPTS=mode=1,miimon=100`:                          "mode=1 miimon=100",
		`BONDING_OPTS=mode=1 miimon=100`:                          "mode=1 miimon=100",
		`BONDING_OPTS=“mode=1 miimon=100”`:                        "mode=1 miimon=100",
		`BONDING_OPTS="mode = 1 miimon = 100"`:                    "mode=1 miimon=100",
		`BONDING_OPTS="mode=1 miimon=100 # LACP=no"`:              "mode=1 miimon=100",
		`BONDING_OPTS="mode=4 miimon=100 mode=1"`:                 "miimon=100 mode=1",
		`BONDING_OPTS="mode=1 'miimon=100'"`:                      "mode=1 miimon=100",
		`BONDING_OPTS="mode=1 miimon=100`:                         "mode=1 miimon=100",
		"BONDING_OPTS=mode=4\nBONDING_OPTS=\"mode=1 miimon=100\"": "mode=1 miimon=100",
	} {
		findings, _ := Run(lab{mode: 1, on: "VMs", edits: []edit{ifcfgText(text)}}.host(t))
		told := 0
		for _, f := range findings {
			switch f.Rule {
			case "SB265":
				told++
				if !strings.Contains(f.Cause, "`"+want+"`") {
					t.Errorf("%s: want %q in\n%s", text, want, f.Cause)
				}
			case "SB266", "SB267", "SB301":
				t.Errorf("%s: %s too: %s", text, f.Rule, f.Title)
			}
		}
		if told != 1 {
			t.Errorf("%s: told %d times", text, told)
		}
	}
}
