package rules

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// The files that edits of hosts with teams and Open vSwitch concern.
const (
	teamState  = "sos_commands/teamd/teamdctl_team0_state_dump"
	teamConfig = "sos_commands/teamd/teamdctl_team0_config_dump"
	teamKey    = "etc/NetworkManager/system-connections/team0.nmconnection"
	ovsShow    = "sos_commands/openvswitch/ovs-vsctl_-t_5_show"
	ovsBond    = "sos_commands/openvswitch/ovs-appctl_bond.show"
	ovsLACP    = "sos_commands/openvswitch/ovs-appctl_lacp.show"
	ovsFDB     = "sos_commands/openvswitch/ovs-appctl_fdb.show_br1"
	virshXML   = "sos_commands/virsh/virsh_-r_dumpxml_web01"
)

// setRunner gives the team another runner: its state then has no LACP.
func setRunner(name string) edit {
	return all(
		sub(teamState, `"runner_name": "lacp"`, `"runner_name": "`+name+`"`),
		sub(teamConfig, `"name": "lacp"`, `"name": "`+name+`"`),
		sub(teamKey, `"name": "lacp"`, `"name": "`+name+`"`),
		subRE(teamState, `(?s)            "runner": \{\n                "actor_lacpdu_info".*?"state": "current"\n            \}\n`, "            \"runner\": {}\n"),
	)
}

// setOVSMode gives the bond another mode, and LACP another state.
func setOVSMode(mode, lacp string) edit {
	edits := []edit{sub(ovsBond, "bond_mode: balance-tcp", "bond_mode: "+mode)}
	if mode == "balance-tcp" {
		edits = nil
	}
	if lacp != "negotiated" {
		edits = append(edits, sub(ovsBond, "lacp_status: negotiated", "lacp_status: "+lacp), drop(ovsLACP))
	}
	return all(edits...)
}

var (
	noTeamState   = drop(teamState, teamConfig)
	noTeamPartner = all(sub(teamState, `"system": "00:1c:73:0a:5b:11"`, `"system": "00:00:00:00:00:00"`), sub(teamState, `"state": 61`, `"state": 0`),
		sub(teamState, `"state": "current"`, `"state": "defaulted"`), sub(teamState, `"selected": true`, `"selected": false`))
	hiddenPartner = drop(teamState) // the configuration that teamd runs with tells the runner
	teamPoison    = sub(fdb, "52:54:00:aa:00:01 dev vnet0 used 4/2 master br0 \n", "52:54:00:aa:00:01 dev team0 used 1/0 master br0 \n")
	teamNoGuest   = all(drop("sos_commands/virsh/*"), subRE(ipLink, `^6: vnet0: (?:.*\n)(?:    .*\n)*`, ""), subRE(fdb, `^52:54.*\n`, ""))
	teamHostOnly  = all(teamNoGuest, subRE(ipLink, `^(4: team0: .*) master br0 `, "$1 "), subRE(ipLink, `^(    team \n)    bridge_slave .*\n`, "$1"),
		sub(teamKey, "master=br0\nslave-type=bridge\n", ""), subRE(fdb, `^.* master br0 .*\n`, ""))
	teamMACVLAN = all(teamHostOnly, add(ipLink, strings.ReplaceAll(labOwn("mv0@bond0", "macvlan mode bridge bcqueuelen 1000 usedbcqueuelen 1000"), "@bond0", "@team0")))

	ovsPoison   = sub(ovsFDB, "    3     0  52:54:00:aa:00:01", "    1     0  52:54:00:aa:00:01")
	ovsFallback = sub(ovsBond, "lacp_fallback_ab: false", "lacp_fallback_ab: true")
	ovsNoGuest  = all(drop("sos_commands/virsh/*", ovsFDB), subRE(ipLink, `^6: vnet0: (?:.*\n)(?:    .*\n)*`, ""), sub(ovsShow, "        Port vnet0\n            Interface vnet0\n", ""))
	memberOff   = sub(ovsBond, "member eth1: enabled\n  may_enable: true", "member eth1: disabled\n  may_enable: false")
	membersOff  = all(memberOff, sub(ovsBond, "member eth0: enabled\n  active member\n  may_enable: true", "member eth0: disabled\n  may_enable: false"))
	oneMember   = all(sub(ovsShow, "            Interface eth1\n", ""), sub(ovsBond, "member eth1: enabled\n  may_enable: true\n\n", ""), subRE(ovsLACP, `(?s)member: eth1: .*`, ""))
	// unbonded makes ports of their own of the members.
	unbonded = all(drop(ovsBond, ovsLACP), sub(ovsShow, "        Port bond1\n            Interface eth0\n            Interface eth1\n",
		"        Port eth0\n            Interface eth0\n        Port eth1\n            Interface eth1\n"))

	// ovsOverBond puts an Open vSwitch bridge with an address over the bond of a lab.
	ovsOverBond = all(
		subRE(ipLink, `^(4: bond0: .*mtu 1500 qdisc noqueue) `, "$1 master ovs-system "),
		add(ipLink, `5: ovs-system: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN mode DEFAULT group default qlen 1000
    link/ether 6e:0d:5b:21:44:0c brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 0 minmtu 68 maxmtu 65535 
    openvswitch 
`),
		add(ovsShow, "    Bridge br-ex\n        Port bond0\n            Interface bond0\n        Port br-ex\n            Interface br-ex\n                type: internal\n    ovs_version: \"2.17.9\"\n"),
		add("sos_commands/networking/ip_-d_address", `7: br-ex: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UNKNOWN group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 minmtu 68 maxmtu 65535 
    openvswitch 
    inet 192.0.2.5/24 brd 192.0.2.255 scope global noprefixroute br-ex
       valid_lft forever preferred_lft forever
`),
	)
	rhel10 = all(sub("etc/os-release", `VERSION_ID="9.4"`, `VERSION_ID="10.0"`), sub("etc/os-release", `PRETTY_NAME="Red Hat Enterprise Linux 9.4 (Plow)"`, `PRETTY_NAME="Red Hat Enterprise Linux 10.0 (Coughlan)"`))
	rhel8  = sub("etc/os-release", `VERSION_ID="9.4"`, `VERSION_ID="8.9"`)
	vdsm   = add("etc/vdsm/vdsm.conf", "[vars]\nssl = true\n")
)

// rhcos makes the host a node of OpenShift of a release.
func rhcos(version string) edit {
	return subOS("NAME=\"Red Hat Enterprise Linux CoreOS\"\nID=\"rhcos\"\nVARIANT_ID=\"coreos\"\nVERSION_ID=\"" + version + "\"\nOPENSHIFT_VERSION=\"" + version + "\"\n")
}

// noOS leaves nothing that tells the system.
func noOS(t testing.TB, ar *txtar.Archive) { drop("etc/os-release")(t, ar) }

// switchCases are about Open vSwitch, team and the lists of platforms.
var switchCases = []ruleCase{
	{rule: "SB119", kind: fires, name: "an old kernel", lab: &lab{mode: 6, on: "host", kernel: "5.10.0-32-amd64", edits: []edit{ovsOverBond}}, severity: Critical,
		subject: "bond0 br-ex: ", file: "sos_commands/networking/ip_-d_address", text: "192.0.2.5/24", title: "this kernel answers"},
	{rule: "SB119", kind: fires, name: "RHEL 9, which may have the change", lab: &lab{mode: 6, on: "host", edits: []edit{ovsOverBond}}, severity: Warning,
		subject: "bond0 br-ex: ", file: procBond, text: "adaptive load balancing", title: "before 6.6"},
	{rule: "SB119", kind: near, name: "a new kernel", lab: &lab{mode: 6, on: "host", kernel: "6.12.0-55.9.1.el10_0.x86_64", edits: []edit{ovsOverBond}}},
	{rule: "SB119", kind: near, name: "balance-tlb", lab: &lab{mode: 5, on: "host", kernel: "5.10.0-32-amd64", edits: []edit{ovsOverBond}}},
	{rule: "SB119", kind: near, name: "a Linux bridge", lab: &lab{mode: 6, on: "VMs", kernel: "5.10.0-32-amd64"}},
	{rule: "SB119", kind: absent, name: "no mode", lab: &lab{mode: 6, on: "host", kernel: "5.10.0-32-amd64", edits: []edit{ovsOverBond, noMode}}},

	{rule: "SB122", kind: fires, name: "RHV", lab: &lab{mode: 3, on: "VMs", edits: []edit{vdsm}}, severity: Warning, subject: "bond0 br0: vnet0", file: procBond, text: "fault-tolerance (broadcast)"},
	{rule: "SB122", kind: near, name: "no RHV", lab: &lab{mode: 3, on: "VMs"}},
	{rule: "SB122", kind: near, name: "no bridge", lab: &lab{mode: 3, on: "host", edits: []edit{vdsm}}},
	{rule: "SB122", kind: near, name: "RHEV 3.5", lab: &lab{mode: 3, on: "VMs", edits: []edit{vdsm, sub("etc/os-release", `"9.4"`, `"6.6"`)}}},
	{rule: "SB122", kind: absent, name: "no mode", lab: &lab{mode: 3, on: "VMs", edits: []edit{vdsm, noMode}}},

	{rule: "SB124", kind: fires, name: "4.20", lab: &lab{mode: 6, on: "VMs", edits: []edit{rhcos("4.20")}}, severity: Error, subject: "bond0 br0: vnet0", file: "etc/os-release",
		title: "active-backup, balance-xor and 802.3ad alone"},
	{rule: "SB124", kind: fires, name: "4.16, the list of which is not known", lab: &lab{mode: 5, on: "host", edits: []edit{rhcos("4.16")}}, severity: Warning, subject: "bond0 : ", title: "up to about 4.15"},
	{rule: "SB124", kind: fires, name: "4.16, a mode that no list has", lab: &lab{mode: 0, on: "host", edits: []edit{rhcos("4.16")}}, severity: Error, subject: "bond0 : ", title: "no list"},
	{rule: "SB124", kind: fires, name: "4.12", lab: &lab{mode: 3, on: "host", edits: []edit{rhcos("4.12")}}, severity: Warning, subject: "bond0 : ", title: "1, 2, 4, 5 and 6"},
	{rule: "SB124", kind: fires, name: "4.5", lab: &lab{mode: 4, partner: labPartner, on: "host", edits: []edit{rhcos("4.5")}}, severity: Info, subject: "bond0 : ", title: "1, 5 and 6"},
	{rule: "SB124", kind: near, name: "4.12 lists balance-alb", lab: &lab{mode: 6, on: "VMs", edits: []edit{rhcos("4.12")}}},
	{rule: "SB124", kind: near, name: "4.20 lists LACP", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{rhcos("4.20")}}},
	{rule: "SB124", kind: near, name: "no OpenShift", lab: &lab{mode: 6, on: "VMs"}},
	{rule: "SB124", kind: absent, name: "no mode", lab: &lab{mode: 6, on: "VMs", edits: []edit{rhcos("4.20"), noMode}}},

	{rule: "SB280", kind: fires, name: "lacp", host: "sw-team-lacp", severity: OK, subject: "team0 br0: web01", file: teamState, text: `"runner_name": "lacp"`, title: "LACP is negotiated"},
	{rule: "SB280", kind: fires, name: "lacp, no partner", host: "sw-team-lacp", edits: []edit{noTeamPartner}, severity: Critical, subject: "team0 br0: web01", file: teamState,
		text: `"system": "00:00:00:00:00:00"`, title: "nothing passes"},
	{rule: "SB280", kind: fires, name: "lacp, no partner, the host alone", host: "sw-team-lacp", edits: []edit{teamHostOnly, noTeamPartner}, severity: Error, subject: "team0 : ", title: "nothing passes"},
	{rule: "SB280", kind: fires, name: "lacp, partner not collected", host: "sw-team-lacp", edits: []edit{hiddenPartner}, severity: Info, subject: "team0 br0: web01", title: "was not collected"},
	{rule: "SB280", kind: fires, name: "lacp, one link outside", host: "sw-team-lacp", severity: Warning, subject: "team0 br0: web01", title: "1 of the 2 links",
		edits: []edit{subRE(teamState, `(?s)("eth1": \{.*?"id": 2,\n +"selected": )true`, "${1}false")}},
	{rule: "SB280", kind: fires, name: "activebackup", host: "sw-team-lacp", edits: []edit{setRunner("activebackup")}, severity: Warning, subject: "team0 br0: web01", title: "until a failover"},
	{rule: "SB280", kind: fires, name: "loadbalance", host: "sw-team-lacp", edits: []edit{setRunner("loadbalance")}, severity: Info, subject: "team0 br0: web01", title: "verify the static channel"},
	{rule: "SB280", kind: fires, name: "loadbalance, the guest on the wrong side", host: "sw-team-lacp", edits: []edit{setRunner("loadbalance"), teamPoison}, severity: Critical,
		subject: "team0 br0: web01", file: fdb, text: "52:54:00:aa:00:01 dev team0", title: "come back"},
	{rule: "SB280", kind: fires, name: "roundrobin", host: "sw-team-lacp", edits: []edit{setRunner("roundrobin")}, severity: Warning, subject: "team0 br0: web01", title: "not recommended"},
	{rule: "SB280", kind: fires, name: "random", host: "sw-team-lacp", edits: []edit{setRunner("random")}, severity: Warning, subject: "team0 br0: web01", title: "runs random, which does what balance-rr does"},
	{rule: "SB280", kind: fires, name: "broadcast, a loop in the log", host: "sw-team-lacp", severity: Critical, subject: "team0 br0: web01", file: dmesg, text: "own address",
		edits: []edit{setRunner("broadcast"), add(dmesg, strings.Replace(ownAddress, "bond0", "team0", 1))}},
	{rule: "SB280", kind: fires, name: "macvlan", host: "sw-team-lacp", edits: []edit{setRunner("activebackup"), teamMACVLAN}, severity: Warning, subject: "team0 mv0: mv0"},
	{rule: "SB280", kind: fires, name: "the host alone", host: "sw-team-lacp", edits: []edit{setRunner("roundrobin"), teamHostOnly}, severity: Info, subject: "team0 : ", title: "no guest depends on it"},
	{rule: "SB280", kind: near, name: "a bond", host: "rhel9-lacp-nm"},
	{rule: "SB280", kind: absent, name: "no runner", host: "sw-team-lacp", edits: []edit{noTeamState}},

	{rule: "SB281", kind: fires, name: "by_active", host: "sw-team-lacp", severity: Warning, subject: "team0 br0: web01", file: teamConfig, text: `"hwaddr_policy": "by_active"`, title: "changes with each failover",
		edits: []edit{setRunner("activebackup"), sub(teamConfig, `"name": "activebackup"`, `"hwaddr_policy": "by_active",`+"\n"+`        "name": "activebackup"`)}},
	{rule: "SB281", kind: fires, name: "only_active, in the profile", host: "sw-team-lacp", severity: Warning, subject: "team0 br0: web01", file: teamKey, title: "moves from one port",
		edits: []edit{setRunner("activebackup"), sub(teamKey, `"name": "activebackup"`, `"name": "activebackup", "hwaddr_policy": "only_active"`)}},
	{rule: "SB281", kind: near, name: "same_all", host: "sw-team-lacp", edits: []edit{setRunner("activebackup"), sub(teamKey, `"name": "activebackup"`, `"name": "activebackup", "hwaddr_policy": "same_all"`)}},
	{rule: "SB281", kind: near, name: "no guests", host: "sw-team-lacp", edits: []edit{setRunner("activebackup"), teamHostOnly, sub(teamKey, `"name": "activebackup"`, `"name": "activebackup", "hwaddr_policy": "by_active"`)}},
	{rule: "SB281", kind: absent, name: "no configuration", host: "sw-team-lacp", edits: []edit{setRunner("activebackup"), drop(teamConfig, teamKey)}},

	{rule: "SB282", kind: fires, name: "RHEL 9", host: "sw-team-lacp", severity: Warning, subject: "team0 br0: web01", file: "etc/os-release", title: "deprecated"},
	{rule: "SB282", kind: fires, name: "RHEL 10, a profile that is left", host: "sw-team-lacp", severity: Error, subject: "team0 : ", file: teamKey, text: "runner", title: "no teamd any more",
		edits: []edit{teamHostOnly, noTeamState, rhel10, subRE(ipLink, `^4: team0: (?:.*\n)(?:    .*\n)*`, "")}},
	{rule: "SB282", kind: near, name: "RHEL 8", host: "sw-team-lacp", edits: []edit{rhel8}},
	{rule: "SB282", kind: near, name: "Fedora", host: "sw-team-lacp", edits: []edit{subOS("NAME=\"Fedora Linux\"\nID=fedora\nVERSION_ID=42\nPRETTY_NAME=\"Fedora Linux 42\"\n")}},
	{rule: "SB282", kind: near, name: "a bond", host: "rhel9-lacp-nm"},
	{rule: "SB282", kind: absent, name: "no release", host: "sw-team-lacp", edits: []edit{noOS}},

	{rule: "SB283", kind: fires, name: "active-backup", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off")}, severity: OK, subject: "bond1 br1: web01", file: ovsBond,
		text: "bond_mode: active-backup", title: "announces it"},
	{rule: "SB283", kind: fires, name: "no guests", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), ovsNoGuest}, severity: OK, subject: "bond1 br1: ", title: "suits guests as it is"},
	{rule: "SB283", kind: fires, name: "the guest on the wrong side", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), ovsPoison}, severity: Critical, subject: "bond1 br1: web01",
		file: ovsFDB, text: "52:54:00:aa:00:01", title: "traffic is lost"},
	{rule: "SB283", kind: near, name: "LACP configured, not negotiated", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "configured")}},
	{rule: "SB283", kind: near, name: "balance-slb", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "off")}},
	{rule: "SB283", kind: near, name: "active-backup of the kernel", host: "ab-obfuscated"},
	{rule: "SB283", kind: absent, name: "no mode", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), drop(ovsBond)}},

	{rule: "SB284", kind: fires, name: "balance-slb", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "off")}, severity: OK, subject: "bond1 br1: web01", file: ovsBond,
		text: "bond_mode: balance-slb", title: "in no channel"},
	{rule: "SB284", kind: fires, name: "with LACP", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "negotiated")}, severity: OK, subject: "bond1 br1: web01", title: "with LACP negotiated"},
	{rule: "SB284", kind: near, name: "LACP configured, with fallback", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "configured"), ovsFallback}},
	{rule: "SB284", kind: near, name: "no member enabled", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "off"), membersOff}},
	{rule: "SB284", kind: absent, name: "no mode", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "off"), drop(ovsBond)}},

	{rule: "SB285", kind: fires, name: "negotiated", host: "sw-ovs-tcp", severity: OK, subject: "bond1 br1: web01", file: ovsBond, text: "lacp_status: negotiated", title: "negotiated with the switch"},
	{rule: "SB285", kind: fires, name: "configured", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-tcp", "configured"), membersOff}, severity: Critical, subject: "bond1 br1: web01",
		file: ovsBond, text: "lacp_status: configured", title: "nothing passes"},
	{rule: "SB285", kind: fires, name: "off", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-tcp", "off")}, severity: Critical, subject: "bond1 br1: web01", title: "sends nothing without it"},
	{rule: "SB285", kind: fires, name: "off, no guests", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-tcp", "off"), ovsNoGuest}, severity: Error, subject: "bond1 br1: "},
	{rule: "SB285", kind: fires, name: "configured, with fallback", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-tcp", "configured"), ovsFallback}, severity: Warning, subject: "bond1 br1: web01",
		file: ovsBond, text: "lacp_fallback_ab: true", title: "as active-backup"},
	{rule: "SB285", kind: fires, name: "active-backup, configured", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "configured"), membersOff}, severity: Critical, subject: "bond1 br1: web01",
		title: "it uses no member"},
	{rule: "SB285", kind: fires, name: "balance-slb, configured, with fallback", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-slb", "configured"), ovsFallback}, severity: Info, subject: "bond1 br1: web01"},
	{rule: "SB285", kind: fires, name: "not collected", host: "sw-ovs-tcp", severity: Info, subject: "bond1 br1: web01", title: "was not collected",
		edits: []edit{subRE(ovsBond, `^lacp_status: .*\n`, ""), drop(ovsLACP)}},
	{rule: "SB285", kind: near, name: "active-backup without LACP", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off")}},
	{rule: "SB285", kind: absent, name: "no mode", host: "sw-ovs-tcp", edits: []edit{drop(ovsBond)}},

	{rule: "SB286", kind: fires, name: "one disabled", host: "sw-ovs-tcp", edits: []edit{memberOff}, severity: Warning, subject: "bond1 br1: web01", file: ovsBond, text: "member eth1: disabled", title: "with eth1 disabled"},
	{rule: "SB286", kind: fires, name: "all disabled", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), membersOff}, severity: Critical, subject: "bond1 br1: web01", title: "nothing passes between web01"},
	{rule: "SB286", kind: fires, name: "all disabled, no guests", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), membersOff, ovsNoGuest}, severity: Error, subject: "bond1 : ", title: "nothing passes"},
	{rule: "SB286", kind: fires, name: "one member", host: "sw-ovs-tcp", edits: []edit{oneMember}, severity: Warning, subject: "bond1 br1: web01", file: ovsBond, text: "member eth0: enabled", title: "nothing protects it"},
	{rule: "SB286", kind: near, name: "disabled by LACP", host: "sw-ovs-tcp", edits: []edit{setOVSMode("balance-tcp", "configured"), membersOff}},
	{rule: "SB286", kind: near, name: "all enabled", host: "sw-ovs-tcp"},
	{rule: "SB286", kind: absent, name: "no state of the members", host: "sw-ovs-tcp", edits: []edit{memberOff, drop(ovsBond)}},

	{rule: "SB287", kind: fires, name: "two trunks", host: "sw-ovs-tcp", edits: []edit{unbonded}, severity: Warning, subject: " br1: web01", file: ovsShow, text: "Port eth0", title: "if they lead to one network"},
	{rule: "SB287", kind: fires, name: "a guest came back", host: "sw-ovs-tcp", edits: []edit{unbonded, ovsPoison}, severity: Critical, subject: " br1: web01", file: ovsFDB, text: "52:54:00:aa:00:01", title: "a loop"},
	{rule: "SB287", kind: near, name: "different VLANs", host: "sw-ovs-tcp", edits: []edit{unbonded, sub(ovsShow, "        Port eth0\n", "        Port eth0\n            tag: 10\n"), sub(ovsShow, "        Port eth1\n", "        Port eth1\n            trunks: [20, 30]\n")}},
	{rule: "SB287", kind: near, name: "flows of a controller", host: "sw-ovs-tcp", edits: []edit{unbonded, sub(ovsShow, "    Bridge br1\n", "    Bridge br1\n        fail_mode: secure\n")}},
	{rule: "SB287", kind: near, name: "one is down", host: "sw-ovs-tcp", edits: []edit{unbonded, subRE(ipLink, `^(3: eth1: <BROADCAST,MULTICAST,UP),LOWER_UP>(.*) state UP`, "$1>$2 state DOWN")}},
	{rule: "SB287", kind: near, name: "a bond", host: "sw-ovs-tcp"},
	{rule: "SB287", kind: absent, name: "no links", host: "sw-ovs-tcp", edits: []edit{unbonded, drop(ipLink)}},

	{rule: "SB288", kind: fires, name: "no such member", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), sub(ovsBond, "primary: <none>", "primary: eth9 (no such member)")}, severity: Warning,
		subject: "bond1 br1: web01", file: ovsBond, text: "eth9 (no such member)", title: "eth9"},
	{rule: "SB288", kind: near, name: "a member", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), sub(ovsBond, "primary: <none>", "primary: eth1")}},
	{rule: "SB288", kind: absent, name: "not told", host: "sw-ovs-tcp", edits: []edit{setOVSMode("active-backup", "off"), subRE(ovsBond, `^active-backup primary: .*\n`, "")}},
}
