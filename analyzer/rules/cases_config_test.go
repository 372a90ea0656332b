package rules

// Files of configuration systems.
const (
	netplanBond = "etc/netplan/60-bond.yaml"
	vdsmBond    = "var/lib/vdsm/persistence/netconf/bonds/bond0"
	nmstateBond = "etc/nmstate/bond0.yml"
	ifcfgEth    = "etc/sysconfig/network-scripts/ifcfg-"
)

// labIfcfg configures the bond of a lab by ifcfg files.
func labIfcfg(opts string, slaves ...string) edit {
	edits := []edit{add(ifcfgBond, "DEVICE=bond0\nTYPE=Bond\nBONDING_MASTER=yes\nONBOOT=yes\nBONDING_OPTS=\""+opts+"\"\n")}
	for _, s := range slaves {
		edits = append(edits, add(ifcfgEth+s, "DEVICE="+s+"\nTYPE=Ethernet\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n"))
	}
	return all(edits...)
}

// labLink adds a network card, eth2, that is in no bond.
func labLink() edit {
	return add(ipLink, "9: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:10:09 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 9702 \n")
}

// labNetplan configures the bond of a lab by netplan.
func labNetplan(mode string, interfaces string) edit {
	return add(netplanBond, "network:\n  version: 2\n  bonds:\n    bond0:\n      interfaces: ["+interfaces+"]\n      parameters:\n        mode: "+mode+"\n        mii-monitor-interval: 100\n")
}

var (
	ubuntu = subOS("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\nPRETTY_NAME=\"Ubuntu 24.04.1 LTS\"\n")
	suse   = subOS("NAME=\"SLES\"\nID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.5\"\nPRETTY_NAME=\"SUSE Linux Enterprise Server 15 SP5\"\n")
	rhvNet = all(add("etc/vdsm/vdsm.conf", "[vars]\nssl = true\n"), add("var/lib/vdsm/persistence/netconf/nets/ovirtmgmt", `{"bonding": "bond0", "bridged": true, "defaultRoute": true}`+"\n"))
)

// persisted is what vdsm has of the bond.
func persisted(options, nics string) edit {
	return all(rhvNet, add(vdsmBond, `{"nics": [`+nics+`], "options": "`+options+`", "switch": "legacy"}`+"\n"))
}

// desiredBond is a file of nmstate.
func desiredBond(path, mode string) edit {
	return add(path, "interfaces:\n- name: bond0\n  type: bond\n  state: up\n  link-aggregation:\n    mode: "+mode+"\n    options:\n      miimon: '100'\n    port:\n    - eth0\n    - eth1\n")
}

// configCases are about configuration and what differs from it.
var configCases = []ruleCase{
	{rule: "SB123", kind: fires, name: "the mode", lab: &lab{mode: 1, on: "VMs", edits: []edit{persisted("mode=4 miimon=100", `"eth0", "eth1"`)}}, severity: Warning, subject: "bond0 : ",
		file: vdsmBond, text: "mode=4 miimon=100", title: "without the engine"},
	{rule: "SB123", kind: fires, name: "a slave, and an option that the ifcfg file has too", lab: &lab{mode: 1, on: "VMs", edits: []edit{
		labIfcfg("mode=1 miimon=50", "eth0", "eth1"), persisted("mode=1 miimon=50", `"eth0"`)}}, severity: Warning, subject: "bond0 : ", file: procBond, text: "MII Polling Interval (ms): 100"},
	{rule: "SB123", kind: near, name: "as it is persisted", lab: &lab{mode: 1, on: "VMs", edits: []edit{persisted("mode=1 miimon=100", `"eth1", "eth0"`)}}},
	{rule: "SB123", kind: near, name: "what vdsm saw running is no configuration", lab: &lab{mode: 1, on: "VMs", edits: []edit{rhvNet,
		add("var/lib/vdsm/staging/netconf/bonds/bond0", `{"nics": ["eth0", "eth1"], "options": "mode=4 miimon=100", "switch": "legacy"}`+"\n")}}},
	{rule: "SB123", kind: absent, name: "nothing is persisted", lab: &lab{mode: 1, on: "VMs", edits: []edit{persisted("mode=4 miimon=100", `"eth0", "eth1"`), drop(vdsmBond)}}},

	{rule: "SB206", kind: fires, name: "its link is there, outside of the bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), labIfcfg("mode=1 miimon=100", "eth0", "eth1", "eth2")}},
		severity: Error, subject: "bond0 : ", file: ifcfgEth + "eth2", text: "MASTER=bond0", title: "eth2 is configured as slave"},
	{rule: "SB206", kind: fires, name: "no such interface", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{ubuntu, labNetplan("802.3ad", "eth0, eth1, ens7")}}, severity: Error, subject: "bond0 : ",
		file: netplanBond, text: "interfaces: [eth0, eth1, ens7]", title: "ens7"},
	{rule: "SB206", kind: fires, name: "a profile of NetworkManager", host: "rhel9-lacp-nm", edits: []edit{
		add("etc/NetworkManager/system-connections/ens9.nmconnection", "[connection]\nid=ens9\ntype=ethernet\ninterface-name=ens9\nmaster=bond0\nslave-type=bond\n")}, severity: Error, subject: "bond0 : ",
		file: "etc/NetworkManager/system-connections/ens9.nmconnection", text: "master=bond0"},
	{rule: "SB206", kind: near, name: "all are there", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB206", kind: near, name: "one is not started with the host", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), labIfcfg("mode=1 miimon=100", "eth0", "eth1", "eth2"),
		sub(ifcfgEth+"eth2", "ONBOOT=yes", "ONBOOT=no")}}},
	{rule: "SB206", kind: near, name: "a profile that is not started with the host", host: "rhel9-lacp-nm", edits: []edit{
		add("etc/NetworkManager/system-connections/ens9.nmconnection", "[connection]\nid=ens9\ntype=ethernet\ninterface-name=ens9\nautoconnect=false\nmaster=bond0\nslave-type=bond\n")}},
	{rule: "SB206", kind: near, name: "aliases of os-net-config", lab: &lab{mode: 1, on: "VMs", edits: []edit{add("etc/os-net-config/config.yaml",
		"network_config:\n- type: linux_bond\n  name: bond0\n  bonding_options: mode=active-backup miimon=100\n  members:\n  - {type: interface, name: nic1, primary: true}\n  - {type: interface, name: nic2}\n")}}},
	{rule: "SB206", kind: near, name: "an interface by its address", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0"),
		add(ifcfgEth+"Wired_connection_1", "HWADDR=02:00:00:00:10:02\nTYPE=Ethernet\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n")}}},
	{rule: "SB206", kind: near, name: "an id of netplan by its address", lab: &lab{mode: 1, on: "VMs", edits: []edit{ubuntu, labNetplan("active-backup", "eth0, lan"),
		add(netplanBond, "  ethernets:\n    lan:\n      match:\n        macaddress: 02:00:00:00:10:02\n")}}},
	{rule: "SB206", kind: near, name: "bond= for the initrd", lab: &lab{mode: 1, on: "VMs", edits: []edit{add("proc/cmdline", "BOOT_IMAGE=/vmlinuz ro bond=bond0:eth0,eth1,eth2:mode=802.3ad ip=bond0:dhcp\n")}}},
	{rule: "SB206", kind: near, name: "a backup of a slave's file", lab: &lab{mode: 1, on: "VMs", edits: []edit{labLink(), labIfcfg("mode=1 miimon=100", "eth0", "eth1"),
		add(ifcfgEth+"eth2.bak", "DEVICE=eth2\nONBOOT=yes\nMASTER=bond0\nSLAVE=yes\n")}}},
	{rule: "SB206", kind: near, name: "a bond of wicked that is not started", lab: &lab{mode: 1, on: "VMs", edits: []edit{suse, labLink(),
		add("etc/sysconfig/network/ifcfg-bond0", "STARTMODE='off'\nBOOTPROTO='none'\nBONDING_MASTER='yes'\nBONDING_MODULE_OPTS='mode=active-backup miimon=100'\nBONDING_SLAVE0='eth0'\nBONDING_SLAVE1='eth2'\n")}}},
	{rule: "SB206", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1", "eth2"), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB207", kind: fires, name: "added by hand", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0")}}, severity: Warning, subject: "bond0 : ",
		file: procBond, text: "Slave Interface: eth1", title: "eth1 runs as slave"},
	{rule: "SB207", kind: fires, name: "wicked", lab: &lab{mode: 1, on: "VMs", edits: []edit{suse,
		add("etc/sysconfig/network/ifcfg-bond0", "STARTMODE='auto'\nBOOTPROTO='none'\nBONDING_MASTER='yes'\nBONDING_MODULE_OPTS='mode=active-backup miimon=100'\nBONDING_SLAVE0='eth0'\n")}}, severity: Warning, subject: "bond0 : ",
		file: "etc/sysconfig/network/ifcfg-bond0", text: "BONDING_SLAVE0='eth0'"},
	{rule: "SB207", kind: near, name: "both are configured", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB207", kind: near, name: "one of ifcfg, one of NetworkManager", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0"),
		add("etc/NetworkManager/system-connections/eth1.nmconnection", "[connection]\nid=eth1\ntype=ethernet\ninterface-name=eth1\nmaster=bond0\nslave-type=bond\n")}}},
	{rule: "SB207", kind: near, name: "an unknown name may be the slave's", lab: &lab{mode: 1, on: "VMs", edits: []edit{ubuntu, labNetplan("active-backup", "eth0, lan")}}},
	{rule: "SB207", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0"), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB260", kind: fires, name: "ifcfg", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=4 miimon=100", "eth0", "eth1")}}, severity: Error, subject: "bond0 br0: vnet0",
		file: ifcfgBond, text: "mode=4 miimon=100", title: "its configuration names 802.3ad"},
	{rule: "SB260", kind: fires, name: "netplan, which was not applied", lab: &lab{mode: 1, on: "host", edits: []edit{ubuntu, labNetplan("802.3ad", "eth0, eth1"),
		add("run/systemd/network/10-netplan-bond0.netdev", "[NetDev]\nName=bond0\nKind=bond\n\n[Bond]\nMode=active-backup\nMIIMonitorSec=100ms\n")}}, severity: Error, subject: "bond0 : ", file: netplanBond, text: "mode: 802.3ad"},
	{rule: "SB260", kind: near, name: "as a number", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB260", kind: near, name: "another profile agrees", host: "rhel9-lacp-nm", edits: []edit{labIfcfg("mode=1 miimon=100")}},
	{rule: "SB260", kind: near, name: "bond= for the initrd", lab: &lab{mode: 1, on: "VMs", edits: []edit{add("proc/cmdline", "BOOT_IMAGE=/vmlinuz ro bond=bond0:eth0,eth1:mode=802.3ad ip=bond0:dhcp\n")}}},
	{rule: "SB260", kind: near, name: "a policy of nmstate: another rule speaks", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), labIfcfg("mode=4 miimon=100", "eth0", "eth1")}}},
	{rule: "SB260", kind: absent, name: "no mode", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=4 miimon=100", "eth0", "eth1"), noMode}}},

	{rule: "SB261", kind: fires, name: "ifcfg", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=50", "eth0", "eth1")}}, severity: Warning, subject: "bond0 : ",
		file: procBond, text: "MII Polling Interval (ms): 100", title: "miimon"},
	{rule: "SB261", kind: fires, name: "a profile of NetworkManager", host: "rhel9-lacp-nm", edits: []edit{sub(bondKey, "xmit_hash_policy=layer2+3", "xmit_hash_policy=layer3+4")}, severity: Warning, subject: "bond0 : ",
		file: bondKey, text: "xmit_hash_policy=layer3+4"},
	{rule: "SB261", kind: near, name: "by numbers", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{labIfcfg("mode=4 miimon=100 lacp_rate=0 xmit_hash_policy=0", "eth0", "eth1")}}},
	{rule: "SB261", kind: near, name: "delays are rounded", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 updelay=250 downdelay=30", "eth0", "eth1")}}},
	{rule: "SB261", kind: near, name: "primary of os-net-config", lab: &lab{mode: 1, on: "VMs", edits: []edit{add("etc/os-net-config/config.yaml",
		"network_config:\n- type: linux_bond\n  name: bond0\n  bonding_options: mode=active-backup miimon=100\n  members:\n  - {type: interface, name: eth0, primary: true}\n  - {type: interface, name: eth1}\n")}}},
	{rule: "SB261", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=50", "eth0", "eth1"), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB263", kind: fires, name: "other interfaces have files", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n")}}, severity: Error, subject: "bond0 : ",
		file: procBond, text: "active-backup", title: "no file of the host configures it"},
	{rule: "SB263", kind: fires, name: "a profile in memory alone", lab: &lab{mode: 1, on: "VMs", edits: []edit{
		add("etc/NetworkManager/system-connections/br0.nmconnection", "[connection]\nid=br0\ntype=bridge\ninterface-name=br0\n"),
		add("sos_commands/networkmanager/nmcli_con_show_id_bond0", "connection.id:                          bond0\nconnection.uuid:                        5f7e6b1c-0d7c-4d0e-9d51-0d0f4b9a6d11\nconnection.type:                        bond\n"+
			"connection.interface-name:              bond0\nbond.options:                           mode=active-backup,miimon=100\nGENERAL.STATE:                          activated\n")}}, severity: Error, subject: "bond0 : ",
		file: "sos_commands/networkmanager/nmcli_con_show_id_bond0", text: "bond.options:"},
	{rule: "SB263", kind: near, name: "it has a file", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"), labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}},
	{rule: "SB263", kind: near, name: "only the file of lo", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"lo", "DEVICE=lo\nIPADDR=127.0.0.1\nONBOOT=yes\n")}}},
	{rule: "SB263", kind: near, name: "NetworkManager runs, and its profiles were not collected", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"),
		add("sos_commands/networkmanager/nmcli_general_status", "STATE      CONNECTIVITY  WIFI-HW  WIFI     WWAN-HW  WWAN    \nconnected  full          missing  enabled  missing  enabled \n")}}},
	{rule: "SB263", kind: near, name: "a bond without slaves, as the driver makes it", lab: &lab{mode: 0, on: "host", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"), noSlaves}}},
	{rule: "SB263", kind: near, name: "RHV", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"), rhvNet}}},
	{rule: "SB263", kind: near, name: "a kernel's command line makes it", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"),
		add("proc/cmdline", "BOOT_IMAGE=/vmlinuz ro bond=bond0:eth0,eth1:mode=active-backup ip=bond0:dhcp\n")}}},
	{rule: "SB263", kind: absent, name: "no files", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ifcfgEth+"br0", "DEVICE=br0\nTYPE=Bridge\nONBOOT=yes\n"), drop(ifcfgEth + "br0")}}},

	{rule: "SB273", kind: fires, name: "a file that was not applied", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}, severity: Error,
		subject: "bond0 : ", file: nmstateBond, text: "mode: 802.3ad", title: "does not run as /etc/nmstate/bond0.yml wants it"},
	{rule: "SB273", kind: near, name: "as it is wanted", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "active-backup")}}},
	{rule: "SB273", kind: near, name: "a file for another node", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond("etc/nmstate/openshift/worker-7.yml", "802.3ad")}}},
	{rule: "SB273", kind: near, name: "what nmstatectl printed is what runs", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond("sos_commands/networking/nmstatectl_show", "802.3ad")}}},
	{rule: "SB273", kind: absent, name: "no file", lab: &lab{mode: 1, on: "VMs", edits: []edit{desiredBond(nmstateBond, "802.3ad"), drop(nmstateBond)}}},
}
