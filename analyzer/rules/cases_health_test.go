package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// linkDown takes the link of eth1 in a lab away.
var linkDown = all(
	subRE(procBond, `(Slave Interface: eth1\nMII Status: )up\nSpeed: .*\nDuplex: .*\n(Link Failure Count: )0`, "${1}down\nSpeed: Unknown\nDuplex: Unknown\n${2}1"),
	subRE(ipLink, `^(3: eth1: <)(BROADCAST,MULTICAST,SLAVE,UP),LOWER_UP>(.*) state UP`, "${1}NO-CARRIER,$2>$3 state DOWN"),
	subRE(ipLink, `(mii_status )UP (link_failure_count )0 (perm_hwaddr 02:00:00:00:10:02)`, "${1}DOWN ${2}1 $3"),
)

// third adds a slave to a lab.
var third = all(
	add("proc/1/net/bonding/bond0", "\nSlave Interface: eth2\nMII Status: up\nSpeed: 10000 Mbps\nDuplex: full\nLink Failure Count: 0\nPermanent HW addr: 02:00:00:00:10:03\nSlave queue ID: 0\n"),
	subRE(ipLink, `^4: bond0: `, `9: eth2: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff promiscuity 1 allmulti 1 minmtu 68 maxmtu 9702 
    bond_slave state ACTIVE mii_status UP link_failure_count 0 perm_hwaddr 02:00:00:00:10:03 queue_id 0 prio 0 
4: bond0: `),
)

// noSlaveState leaves out what tells which slaves are up.
var noSlaveState = all(drop(procBond), subRE(ipLinks, `^    bond_slave .*\n`, ""))

// oneLink takes eth1 out of a lab's bond.
var oneLink = all(subRE(procBond, `(?s)\nSlave Interface: eth1\n.*`, ""), subRE(ipLink, `^3: eth1: .*\n.*\n.*\n`, ""))

// teamPortDown takes the link of the last port of a team away.
var teamPortDown = func(t testing.TB, ar *txtar.Archive) {
	t.Helper()
	change(t, ar, teamState, "ens1f1", func(s string) string {
		i := strings.Index(s, `"ifname": "ens1f1"`)
		return s[:i] + strings.ReplaceAll(s[i:], `"up": true`, `"up": false`)
	})
}

// flaps are n failures of a link in the kernel log, a minute apart.
func flaps(slave string, n int) edit {
	var b strings.Builder
	for i := range n {
		b.WriteString(logTime(100+60*i) + "bond0: (slave " + slave + "): link status definitely down, disabling slave\n")
		b.WriteString(logTime(110+60*i) + "bond0: (slave " + slave + "): link status definitely up, 10000 Mbps full duplex\n")
	}
	return add(dmesg, b.String())
}

// dayFlaps are failures of eth0 in the kernel log, each so many days after the start of the host.
func dayFlaps(days ...float64) edit {
	var b strings.Builder
	for _, d := range days {
		fmt.Fprintf(&b, "[%d.000000] bond0: (slave eth0): link status definitely down, disabling slave\n", int(d*86400))
		fmt.Fprintf(&b, "[%d.000000] bond0: (slave eth0): link status definitely up, 10000 Mbps full duplex\n", int(d*86400)+10)
	}
	return add(dmesg, b.String())
}

// upFor tells in a lab when the report was taken and how long the host had been up.
func upFor(up string) edit {
	return all(add("sos_commands/host/uptime", " 03:20:30 up "+up+",  1 user,  load average: 0.00, 0.01, 0.05\n"), add("sos_reports/manifest.json",
		`{"version": "4.7.2", "cmdline": "", "start_time": "2026-11-22 03:20:10.157044", "end_time": "", "components": {"report": {}}}`+"\n"))
}

// outageAt is an outage of all slaves so many seconds after the start of the host.
func outageAt(seconds int) edit {
	return add(dmesg, strings.NewReplacer("[  900.", fmt.Sprintf("[%5d.", seconds), "[  930.", fmt.Sprintf("[%5d.", seconds+30)).Replace(noneLeft))
}

func logTime(seconds int) string {
	digits := []byte("[     .000000] ")
	for i := 5; seconds > 0; i-- {
		digits[i] = byte('0' + seconds%10)
		seconds /= 10
	}
	return string(digits)
}

const (
	noneLeft = "[  900.000000] bond0: (slave eth0): link status definitely down, disabling slave\n" +
		"[  900.000001] bond0: (slave eth1): link status definitely down, disabling slave\n" +
		"[  900.000002] bond0: now running without any active interface!\n" +
		"[  930.000000] bond0: (slave eth0): link status definitely up, 10000 Mbps full duplex\n" +
		"[  930.000001] bond0: active interface up!\n"
	virshGuest = "sos_commands/virsh/virsh_-r_dumpxml_web01"
)

// failures sets the counter of eth0's failures, in both places.
func failures(n string) edit {
	return all(
		subRE(procBond, `(Slave Interface: eth0\n(?:.*\n)*?Link Failure Count: )0`, "${1}"+n),
		subRE(ipLink, `link_failure_count 0 (perm_hwaddr 02:00:00:00:10:01)`, "link_failure_count "+n+" $1"),
	)
}

// cards puts eth0 and eth1 on the PCI bus.
func cards(first, second string) edit {
	at := func(mac, pci string) edit {
		return subRE(ipLink, `(bond_slave .* perm_hwaddr `+mac+` .*) \n`, "$1 parentbus pci parentdev "+pci+" \n")
	}
	return all(at("02:00:00:00:10:01", first), at("02:00:00:00:10:02", second))
}

// otherCard adds an interface on another card.
var otherCard = add(ipLink, `11: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:00:00:10:11 brd ff:ff:ff:ff:ff:ff promiscuity 0 allmulti 0 minmtu 68 maxmtu 9702 addrgenmode none parentbus pci parentdev 0000:18:00.0 
`)

// functions adds two virtual functions to eth0.
var functions = subRE(ipLink, `(?m)^(3: eth1: )`, `    vf 0     link/ether 52:54:00:bb:00:01 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off
    vf 1     link/ether 00:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff, spoof checking on, link-state auto, trust off
3: eth1: `)

func hostdevGuest(mac, pci string) edit {
	return all(add("sos_commands/virsh/virsh_-r_list_--all", " Id   Name    State\n-----------------------\n 1    web01   running\n"),
		add(virshGuest, `<domain type='kvm' id='1'>
  <name>web01</name>
  <devices>
    <interface type='hostdev' managed='yes'>
      <mac address='`+mac+`'/>
      <driver name='vfio'/>
      <source>
        <address type='pci' domain='0x0000' bus='0x`+pci[:2]+`' slot='0x`+pci[3:5]+`' function='0x`+pci[6:]+`'/>
      </source>
      <alias name='hostdev0'/>
    </interface>
  </devices>
</domain>
`))
}

// option gives the running bond of a lab another value of an option.
func option(name, from, to string) edit {
	return sub(ipLink, " "+name+" "+from+" ", " "+name+" "+to+" ")
}

func primary(slave string) edit {
	return sub(procBond, "Primary Slave: None", "Primary Slave: "+slave+" (primary_reselect always)")
}

// bondOfBond puts another bond into bond0 in place of eth1.
var bondOfBond = all(
	sub(procBond, "Slave Interface: eth1", "Slave Interface: bond1"),
	subRE(ipLink, `^3: eth1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP>(.*\n.*\n)`, "3: bond1: <BROADCAST,MULTICAST,MASTER,SLAVE,UP,LOWER_UP>${1}    bond mode 802.3ad miimon 100 updelay 0 downdelay 0 \n"),
)

var withAddress = func(dev string) edit {
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		add("sos_commands/networking/ip_-d_address", "4: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n"+
			"    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff\n    inet6 fe80::1/64 scope link \n       valid_lft forever preferred_lft forever\n")(t, ar)
		change(t, ar, "sos_commands/networking/ip_-d_address", "bond0", func(s string) string {
			s = strings.ReplaceAll(s, "4: bond0:", map[string]string{"eth1": "3: eth1:", "bond0": "4: bond0:", "bond0.100": "7: bond0.100@bond0:"}[dev])
			return strings.ReplaceAll(s, "    inet6 fe80", "    inet 192.0.2.5/24 brd 192.0.2.255 scope global "+dev+"\n       valid_lft forever preferred_lft forever\n    inet6 fe80")
		})
	}
}

var healthCases = []ruleCase{
	{rule: "SB148", kind: fires, name: "a link that flaps", lab: &lab{mode: 1, on: "VMs", edits: []edit{flaps("eth0", 4)}}, severity: Warning, subject: "bond0 br0eth0: vnet0",
		file: dmesg, text: "[  280.000000] bond0: (slave eth0): link status definitely down", title: "at least 4 times in the kernel log, first at 100 s after the start of the host"},
	{rule: "SB148", kind: fires, name: "a link that failed once", lab: &lab{mode: 4, partner: labPartner, on: "host", edits: []edit{flaps("eth1", 1)}}, severity: Info,
		subject: "bond0 eth1: ", file: dmesg, text: "link status definitely up"},
	{rule: "SB148", kind: fires, name: "spread over months", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), dayFlaps(26, 80, 130, 200)}}, severity: Info,
		subject: "bond0 br0eth0: vnet0", title: "4 times in the kernel log, first at about 2025-11-13 03:20, last at about 2026-05-06 03:20"},
	{rule: "SB148", kind: fires, name: "spread over months, no date", lab: &lab{mode: 1, on: "VMs", edits: []edit{dayFlaps(26, 80, 130, 200)}}, severity: Info,
		subject: "bond0 br0eth0: vnet0", title: "first at 26 days after the start of the host, last at 200 days after the start of the host"},
	{rule: "SB148", kind: fires, name: "within an hour, long ago", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), dayFlaps(200, 200.01, 200.02)}}, severity: Warning,
		subject: "bond0 br0eth0: vnet0"},
	{rule: "SB148", kind: fires, name: "within a day, last week", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), dayFlaps(395, 395.4, 395.8)}}, severity: Warning,
		subject: "bond0 br0eth0: vnet0"},
	{rule: "SB148", kind: fires, name: "within a day, long ago", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), dayFlaps(200, 200.4, 200.8)}}, severity: Info,
		subject: "bond0 br0eth0: vnet0"},
	{rule: "SB148", kind: fires, name: "more than one a day", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("8 days,  0:00"), dayFlaps(3, 4, 4.5, 5, 6, 7)}}, severity: Warning,
		subject: "bond0 br0eth0: vnet0"},
	{rule: "SB148", kind: fires, name: "many over months", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), dayFlaps(1, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300)}},
		severity: Warning, subject: "bond0 br0eth0: vnet0"},
	{rule: "SB148", kind: near, name: "failures of the whole bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(dmesg, noneLeft)}}},
	{rule: "SB148", kind: near, name: "another bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(dmesg, strings.ReplaceAll(noneLeft, "bond0", "bond1"))}}},
	{rule: "SB148", kind: absent, name: "no kernel log", lab: &lab{mode: 1, on: "VMs", edits: []edit{flaps("eth0", 4), drop(dmesg)}}},

	{rule: "SB149", kind: fires, name: "once", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(dmesg, noneLeft)}}, severity: Warning, subject: "bond0 br0: vnet0", file: dmesg,
		text: "now running without any active interface", title: "at 15 minutes after the start of the host"},
	{rule: "SB149", kind: fires, name: "once, less than a day ago", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("20 days,  0:00"), outageAt(20*86400 - 23*3600)}}, severity: Warning,
		subject: "bond0 br0: vnet0", title: "at about 2026-11-21 04:20"},
	{rule: "SB149", kind: fires, name: "once, long ago", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), outageAt(17280000)}}, severity: Info,
		subject: "bond0 br0: vnet0", file: dmesg, text: "now running without any active interface", title: "at about 2026-05-06 03:20"},
	{rule: "SB149", kind: fires, name: "once, at the start of the host", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("1:00"), outageAt(110)}}, severity: Info,
		subject: "bond0 br0: vnet0", title: "at about 2026-11-22 02:22"},
	{rule: "SB149", kind: fires, name: "twice, long ago", lab: &lab{mode: 1, on: "VMs", edits: []edit{upFor("400 days,  0:00"), outageAt(17280000), outageAt(17290000)}}, severity: Error,
		subject: "bond0 br0: vnet0"},
	{rule: "SB149", kind: fires, name: "often", host: "ab-arp", severity: Error, subject: "bond0 br0: guest1 guest2", file: dmesg, text: "now running without any active interface"},
	{rule: "SB149", kind: near, name: "the slaves were taken out", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(dmesg, "[  900.000002] bond0: now running without any active interface!\n")}}},
	{rule: "SB149", kind: near, name: "one link failed", lab: &lab{mode: 1, on: "VMs", edits: []edit{flaps("eth0", 4)}}},
	{rule: "SB149", kind: absent, name: "no kernel log", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(dmesg, noneLeft), drop(dmesg)}}},

	{rule: "SB200", kind: fires, name: "one of two", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown}}, severity: Error, subject: "bond0 br0eth1: vnet0", file: procBond,
		text: "MII Status: down", title: "one link is left, and no spare"},
	{rule: "SB200", kind: fires, name: "one of three", lab: &lab{mode: 2, on: "host", edits: []edit{third, linkDown}}, severity: Warning, subject: "bond0 eth1: ", file: ipLink,
		text: "3: eth1: <NO-CARRIER", title: "2 links are left"},
	{rule: "SB200", kind: fires, name: "switched off on the host", lab: &lab{mode: 4, partner: labPartner, on: "VLAN", edits: []edit{linkDown, sub(ipLink, "<NO-CARRIER,BROADCAST,MULTICAST,SLAVE,UP>", "<BROADCAST,MULTICAST,SLAVE>")}},
		severity: Error, subject: "bond0 br0eth1: vnet0", file: ipLink, text: "3: eth1: <BROADCAST,MULTICAST,SLAVE>", title: "switched off by the host"},
	{rule: "SB200", kind: fires, name: "a port of a team", host: "team-ab", edits: []edit{teamPortDown}, severity: Error,
		subject: "team0 br0ens1f1: db01 db02", file: "sos_commands/teamd/*"},
	{rule: "SB200", kind: near, name: "all is up", host: "rhel9-lacp-nm"},
	{rule: "SB200", kind: near, name: "on its way back", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown, sub(procBond, "MII Status: down", "MII Status: going back")}}},
	{rule: "SB200", kind: near, name: "an old kernel prints the bond as down", lab: &lab{mode: 0, on: "VMs", edits: []edit{subRE(procBond, `^MII Status: up\n(MII Polling)`, "MII Status: down\n$1")}}},
	{rule: "SB200", kind: absent, name: "no state of slaves", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown, noSlaveState}}},

	{rule: "SB202", kind: fires, name: "going back", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown, sub(procBond, "MII Status: down", "MII Status: going back"), sub(procBond, "Up Delay (ms): 0", "Up Delay (ms): 30000")}},
		severity: Info, subject: "bond0 eth1: ", file: procBond, text: "Up Delay (ms): 30000", title: "coming back up when the report was taken, which takes 30000 ms"},
	{rule: "SB202", kind: fires, name: "going down", lab: &lab{mode: 2, on: "host", edits: []edit{linkDown, drop(procBond), sub(ipLink, "mii_status DOWN", "mii_status GOING_DOWN")}}, severity: Info,
		subject: "bond0 eth1: ", file: ipLink, text: "GOING_DOWN"},
	{rule: "SB202", kind: near, name: "down", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown}}},
	{rule: "SB202", kind: absent, name: "no state of slaves", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown, noSlaveState}}},

	{rule: "SB203", kind: fires, name: "balance-xor", lab: &lab{mode: 2, on: "VMs", edits: []edit{slowLink}}, severity: Warning, subject: "bond0 br0: vnet0", file: procBond, text: "Speed: 1000 Mbps",
		title: "eth0 10000 Mbps full and eth1 1000 Mbps full"},
	{rule: "SB203", kind: fires, name: "LACP", lab: &lab{mode: 4, partner: labPartner, on: "host", edits: []edit{slowLink}}, severity: Error, subject: "bond0 : ", file: procBond, text: "802.3ad"},
	{rule: "SB203", kind: fires, name: "a slow spare", lab: &lab{mode: 1, on: "VMs", edits: []edit{slowLink}}, severity: Info, subject: "bond0 br0: vnet0", title: "the active one is the fastest"},
	{rule: "SB203", kind: fires, name: "the slow one is active", lab: &lab{mode: 1, on: "VMs", edits: []edit{slowLink, sub(procBond, "Currently Active Slave: eth0", "Currently Active Slave: eth1")}}, severity: Warning,
		subject: "bond0 br0: vnet0", file: procBond, text: "Currently Active Slave: eth1"},
	{rule: "SB203", kind: fires, name: "half duplex", lab: &lab{mode: 0, on: "VMs", edits: []edit{subRE(procBond, `(Slave Interface: eth1\n(?:.*\n)*?Duplex: )full`, "${1}half")}}, severity: Warning, subject: "bond0 br0: vnet0",
		file: procBond, text: "Duplex: half", title: "differ in duplex"},
	{rule: "SB203", kind: near, name: "a slave that is down has no speed", lab: &lab{mode: 2, on: "VMs", edits: []edit{linkDown}}},
	{rule: "SB203", kind: near, name: "unknown speed", lab: &lab{mode: 2, on: "VMs", edits: []edit{virtualCard}}},
	{rule: "SB203", kind: absent, name: "an old kernel prints no speed", lab: &lab{mode: 2, on: "VMs", edits: []edit{slowLink, subRE(procBond, `^(?:Speed|Duplex): .*\n`, "")}}},

	{rule: "SB204", kind: fires, name: "LACP on virtual cards", lab: &lab{mode: 4, on: "host", edits: []edit{virtualCard}}, severity: Warning, subject: "bond0 : ", file: procBond, text: "Speed: Unknown", title: "eth1 in bond0 is up and tells no speed"},
	{rule: "SB204", kind: fires, name: "balance-alb, an old kernel", lab: &lab{mode: 6, on: "VMs", edits: []edit{virtualCard, sub(procBond, "Speed: Unknown", "Speed: 65535 Mbps")}}, severity: Warning, subject: "bond0 br0: vnet0",
		file: procBond, text: "Speed: 65535 Mbps"},
	{rule: "SB204", kind: fires, name: "LACP, the channel is complete", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{virtualCard}}, severity: Info, subject: "bond0 br0: vnet0"},
	{rule: "SB204", kind: near, name: "balance-xor", lab: &lab{mode: 2, on: "VMs", edits: []edit{virtualCard}}},
	{rule: "SB204", kind: near, name: "the slave is down", lab: &lab{mode: 6, on: "VMs", edits: []edit{linkDown}}},
	{rule: "SB204", kind: absent, name: "no speed is printed", lab: &lab{mode: 6, on: "VMs", edits: []edit{virtualCard, subRE(procBond, `^(?:Speed|Duplex): .*\n`, "")}}},

	{rule: "SB205", kind: fires, name: "a few", lab: &lab{mode: 1, on: "VMs", edits: []edit{failures("2")}}, severity: Info, subject: "bond0 br0eth0: vnet0", file: procBond, text: "Link Failure Count: 2"},
	{rule: "SB205", kind: fires, name: "many", lab: &lab{mode: 2, on: "host", edits: []edit{failures("11")}}, severity: Warning, subject: "bond0 eth0: ", title: "counted 11 link failures"},
	{rule: "SB205", kind: fires, name: "growing", lab: &lab{mode: 1, on: "VMs", edits: []edit{failures("2"), sub(ipLink, "link_failure_count 2", "link_failure_count 3")}}, severity: Warning,
		subject: "bond0 br0eth0: vnet0", file: ipLink, text: "link_failure_count 3", title: "grew while the report was taken"},
	{rule: "SB205", kind: near, name: "none", host: "rhel9-lacp-nm"},
	{rule: "SB205", kind: absent, name: "no counters", lab: &lab{mode: 1, on: "VMs", edits: []edit{failures("11"), noSlaveState}}},

	{rule: "SB208", kind: fires, name: "an address", lab: &lab{mode: 1, on: "VMs", edits: []edit{withAddress("eth1")}}, severity: Error, subject: "bond0 eth1: ",
		file: "sos_commands/networking/ip_-d_address", text: "inet 192.0.2.5/24", title: "has the address 192.0.2.5/24"},
	{rule: "SB208", kind: fires, name: "in a bridge too", lab: &lab{mode: 1, on: "host", edits: []edit{add("sos_commands/networking/brctl_show",
		"bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr1\t\t8000.020000001002\tno\t\teth1\n")}}, severity: Error, subject: "bond0 eth1: ", file: "sos_commands/networking/brctl_show",
		text: "eth1", title: "a port of br1"},
	{rule: "SB208", kind: near, name: "the address is on the bond", lab: &lab{mode: 1, on: "host", edits: []edit{withAddress("bond0")}}},
	{rule: "SB208", kind: absent, name: "no addresses", lab: &lab{mode: 1, on: "VMs", edits: []edit{withAddress("eth1"), drop("sos_commands/networking/ip_-d_address")}}},

	{rule: "SB209", kind: fires, name: "on the bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{withAddress("bond0")}}, severity: Error, subject: "bond0 br0: vnet0",
		file: "sos_commands/networking/ip_-d_address", text: "inet 192.0.2.5/24", title: "bond0 is the port of bridge br0 and has the address"},
	{rule: "SB209", kind: fires, name: "on the VLAN in the bridge", lab: &lab{mode: 4, partner: labPartner, on: "VLAN", edits: []edit{withAddress("bond0.100")}}, severity: Error, subject: "bond0 br0: vnet0",
		title: "bond0.100 is the port"},
	{rule: "SB209", kind: near, name: "on the bond below the VLAN in the bridge", lab: &lab{mode: 4, partner: labPartner, on: "VLAN", edits: []edit{withAddress("bond0")}}},
	{rule: "SB209", kind: near, name: "not in a bridge", lab: &lab{mode: 1, on: "host", edits: []edit{withAddress("bond0")}}},
	{rule: "SB209", kind: absent, name: "no addresses", lab: &lab{mode: 1, on: "VMs", edits: []edit{withAddress("bond0"), drop("sos_commands/networking/ip_-d_address")}}},

	{rule: "SB210", kind: fires, name: "guests", lab: &lab{mode: 1, on: "VMs", edits: []edit{noSlaves, bondDown}}, severity: Critical, subject: "bond0 br0: vnet0", file: ipLink, text: "4: bond0:",
		title: "bond0 has no slave, so it passes nothing between vnet0 and the network"},
	{rule: "SB210", kind: fires, name: "configured slaves", lab: &lab{mode: 2, on: "host", edits: []edit{noSlaves, bondDown, labIfcfg("mode=2 miimon=100", "eth0", "eth1")}}, severity: Error, subject: "bond0 : ",
		file: "etc/sysconfig/network-scripts/ifcfg-eth0", title: "although its configuration names eth0 and eth1"},
	{rule: "SB210", kind: near, name: "one slave", lab: &lab{mode: 1, on: "VMs", edits: []edit{oneLink}}},
	{rule: "SB210", kind: near, name: "made by the module and unused", lab: &lab{mode: 0, on: "host", edits: []edit{noSlaves, bondDown, sub(ipLink, "<BROADCAST,MULTICAST,MASTER,UP,LOWER_UP>", "<BROADCAST,MULTICAST,MASTER>")}}},
	{rule: "SB210", kind: absent, name: "the slaves were not collected", lab: &lab{mode: 1, on: "VMs", edits: []edit{noSlaves, drop(procBond)}}},

	{rule: "SB211", kind: fires, name: "guests", lab: &lab{mode: 1, on: "VMs", edits: []edit{oneLink}}, severity: Warning, subject: "bond0 br0: vnet0", file: procBond, text: "Slave Interface: eth0"},
	{rule: "SB211", kind: fires, name: "host only", lab: &lab{mode: 0, on: "host", edits: []edit{oneLink}}, severity: Warning, subject: "bond0 : ", title: "bond0 has one slave, eth0"},
	{rule: "SB211", kind: near, name: "two, one of them down", lab: &lab{mode: 1, on: "VMs", edits: []edit{linkDown}}},
	{rule: "SB211", kind: absent, name: "not all slaves were collected", lab: &lab{mode: 1, on: "VMs", edits: []edit{oneLink, drop(procBond)}}},

	{rule: "SB212", kind: fires, name: "two ports of one card", lab: &lab{mode: 1, on: "VMs", edits: []edit{cards("0000:3b:00.0", "0000:3b:00.1"), otherCard}}, severity: Info, subject: "bond0 br0: vnet0", file: ipLink,
		text: "parentdev 0000:3b:00.1", title: "one card, 0000:3b:00"},
	{rule: "SB212", kind: near, name: "two cards", lab: &lab{mode: 1, on: "VMs", edits: []edit{cards("0000:3b:00.0", "0000:5e:00.0"), otherCard}}},
	{rule: "SB212", kind: near, name: "the only card", host: "rhel9-lacp-nm"},
	{rule: "SB212", kind: near, name: "virtual cards", lab: &lab{mode: 1, on: "VMs", edits: []edit{cards("virtio1", "virtio2"), otherCard}}},
	{rule: "SB212", kind: absent, name: "not printed", lab: &lab{mode: 1, on: "VMs", edits: []edit{cards("0000:3b:00.0", "0000:3b:00.1"), otherCard, subRE(ipLink, ` parentbus pci parentdev \S+`, "")}}},

	{rule: "SB213", kind: fires, name: "a bond in a bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{bondOfBond}}, severity: Warning, subject: "bond0 br0: vnet0", file: ipLink, text: "bond mode 802.3ad", title: "bond1"},
	{rule: "SB213", kind: near, name: "two bonds beside one another", host: "rhv-vdsm"},
	{rule: "SB213", kind: absent, name: "what the slave is was not collected", lab: &lab{mode: 1, on: "VMs", edits: []edit{bondOfBond, drop(ipLink)}}},

	{rule: "SB214", kind: fires, name: "active", lab: &lab{mode: 1, on: "VMs", edits: []edit{sub(procBond, "(active-backup)", "(active-backup) (fail_over_mac active)")}}, severity: Warning, subject: "bond0 br0: vnet0", file: procBond,
		text: "fail_over_mac active"},
	{rule: "SB214", kind: fires, name: "follow, as ip tells, a macvtap", lab: &lab{mode: 1, on: "macvtap", edits: []edit{drop(procBond), option("fail_over_mac", "none", "follow")}}, severity: Warning, subject: "bond0 macvtap0: macvtap0",
		file: ipLink, text: "fail_over_mac follow"},
	{rule: "SB214", kind: near, name: "host only", lab: &lab{mode: 1, on: "host", edits: []edit{sub(procBond, "(active-backup)", "(active-backup) (fail_over_mac active)")}}},
	{rule: "SB214", kind: near, name: "a mode without it", lab: &lab{mode: 2, on: "VMs", edits: []edit{option("fail_over_mac", "none", "active")}}},
	{rule: "SB214", kind: absent, name: "not told", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("fail_over_mac", "none", "active"), subRE(ipLink, ` fail_over_mac active`, "")}}},

	{rule: "SB215", kind: fires, name: "guests", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("num_grat_arp", "1", "0")}}, severity: Warning, subject: "bond0 br0: vnet0", file: ipLink, text: "num_grat_arp 0"},
	{rule: "SB215", kind: fires, name: "host only", lab: &lab{mode: 1, on: "host", edits: []edit{option("num_grat_arp", "1", "0")}}, severity: Warning, subject: "bond0 : "},
	{rule: "SB215", kind: near, name: "the default", lab: &lab{mode: 1, on: "VMs"}},
	{rule: "SB215", kind: near, name: "another mode", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{option("num_grat_arp", "1", "0")}}},
	{rule: "SB215", kind: absent, name: "not told", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("num_grat_arp", "1", "0"), subRE(ipLink, ` num_grat_arp 0`, "")}}},

	{rule: "SB216", kind: fires, name: "active-backup", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("all_slaves_active", "0", "1")}}, severity: Error, subject: "bond0 br0: vnet0", file: ipLink, text: "all_slaves_active 1"},
	{rule: "SB216", kind: fires, name: "a guest was learned on the bond", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("all_slaves_active", "0", "1"),
		sub(fdb, "52:54:00:aa:00:01 dev vnet0", "52:54:00:aa:00:01 dev bond0")}}, severity: Critical, subject: "bond0 br0: vnet0", file: fdb, text: "52:54:00:aa:00:01 dev bond0"},
	{rule: "SB216", kind: near, name: "a static mode has no inactive slaves", lab: &lab{mode: 2, on: "VMs", edits: []edit{option("all_slaves_active", "0", "1")}}},
	{rule: "SB216", kind: near, name: "host only", lab: &lab{mode: 1, on: "host", edits: []edit{option("all_slaves_active", "0", "1")}}},
	{rule: "SB216", kind: absent, name: "not told", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("all_slaves_active", "0", "1"), subRE(ipLink, ` all_slaves_active 1`, "")}}},

	{rule: "SB217", kind: fires, name: "by the counter", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth0"), failures("5")}}, severity: Warning, subject: "bond0 br0eth0: vnet0", file: procBond,
		text: "primary_reselect always", title: "failed at least 5 times"},
	{rule: "SB217", kind: fires, name: "by the log", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth0"), flaps("eth0", 3)}}, severity: Warning, subject: "bond0 br0eth0: vnet0", file: dmesg, text: "[  220.000000]"},
	{rule: "SB217", kind: near, name: "it stays where it is", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth0"), failures("5"), sub(procBond, "primary_reselect always", "primary_reselect failure")}}},
	{rule: "SB217", kind: near, name: "the other slave fails", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth1"), failures("5")}}},
	{rule: "SB217", kind: near, name: "no primary", lab: &lab{mode: 1, on: "VMs", edits: []edit{failures("5")}}},
	{rule: "SB217", kind: absent, name: "no counters", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth0"), failures("5"), subRE(procBond, `^Link Failure Count: .*\n`, ""), subRE(ipLink, ` link_failure_count \d+`, "")}}},

	{rule: "SB218", kind: fires, name: "no such interface", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 primary=eth7", "eth0", "eth1")}}, severity: Warning, subject: "bond0 : ",
		file: ifcfgBond, text: "primary=eth7", title: "no interface of the host"},
	{rule: "SB218", kind: near, name: "a slave", lab: &lab{mode: 1, on: "VMs", edits: []edit{primary("eth0"), labIfcfg("mode=1 miimon=100 primary=eth0", "eth0", "eth1")}}},
	{rule: "SB218", kind: near, name: "a mode without a primary", lab: &lab{mode: 2, on: "VMs", edits: []edit{labIfcfg("mode=2 miimon=100 primary=eth7", "eth0", "eth1")}}},
	{rule: "SB218", kind: absent, name: "no configuration", lab: &lab{mode: 1, on: "VMs", edits: []edit{labIfcfg("mode=1 miimon=100 primary=eth7", "eth0", "eth1"), drop("etc/sysconfig/network-scripts/*")}}},

	{rule: "SB219", kind: fires, name: "turned off", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("resend_igmp", "1", "0")}}, severity: Info, subject: "bond0 br0: vnet0", file: ipLink, text: "resend_igmp 0"},
	{rule: "SB219", kind: near, name: "the default", lab: &lab{mode: 1, on: "VMs"}},
	{rule: "SB219", kind: near, name: "host only", lab: &lab{mode: 1, on: "host", edits: []edit{option("resend_igmp", "1", "0")}}},
	{rule: "SB219", kind: absent, name: "not told", lab: &lab{mode: 1, on: "VMs", edits: []edit{option("resend_igmp", "1", "0"), subRE(ipLink, ` resend_igmp 0`, "")}}},

	{rule: "SB290", kind: fires, name: "both are off", host: "guests-off", severity: Info, subject: "bond0 br0: ci01 ci02", file: "etc/libvirt/qemu/ci01.xml", text: "br0", title: "are defined on bridge br0 over bond0 and do not run"},
	{rule: "SB290", kind: near, name: "both run", host: "lacp-libvirt"},
	{rule: "SB290", kind: absent, name: "no definitions", host: "guests-off", edits: []edit{drop("etc/libvirt/qemu/*.xml")}, lowers: true},

	{rule: "SB291", kind: fires, name: "the MAC of a function", lab: &lab{mode: 4, partner: labPartner, on: "VMs", edits: []edit{functions, hostdevGuest("52:54:00:bb:00:01", "3b:02.1")}}, severity: Warning,
		subject: "bond0 eth0: web01", file: ipLink, text: "vf 0     link/ether 52:54:00:bb:00:01", title: "web01 drives a virtual function of eth0 (0000:3b:02.1)"},
	{rule: "SB291", kind: fires, name: "the same bus", lab: &lab{mode: 1, on: "host", edits: []edit{functions, cards("0000:3b:00.0", "0000:3b:00.1"), hostdevGuest("52:54:00:cc:00:01", "3b:02.1")}}, severity: Warning,
		subject: "bond0 eth0: web01", file: ipLink, text: "parentdev 0000:3b:00.0"},
	{rule: "SB291", kind: fires, name: "vfio of QEMU", lab: &lab{mode: 1, on: "host", edits: []edit{functions, cards("0000:3b:00.0", "0000:3b:00.1"), add("sos_commands/process/ps_auxwwwm",
		"USER       PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nqemu      4711  1.0  1.0 650004 51928 ?        -    06:41   0:06 /usr/libexec/qemu-kvm -name guest=db01,debug-threads=on -device vfio-pci,host=0000:3b:02.1,id=hostdev0\n")}},
		severity: Warning, subject: "bond0 eth0: db01", file: "sos_commands/process/ps_auxwwwm", text: "vfio-pci"},
	{rule: "SB291", kind: near, name: "a card on another bus", lab: &lab{mode: 1, on: "host", edits: []edit{functions, cards("0000:3b:00.0", "0000:3b:00.1"), hostdevGuest("52:54:00:cc:00:01", "5e:02.1")}}},
	{rule: "SB291", kind: near, name: "guests on a bridge", host: "rhel9-lacp-nm"},
	{rule: "SB291", kind: absent, name: "the functions were not collected", lab: &lab{mode: 1, on: "host", edits: []edit{hostdevGuest("52:54:00:cc:00:01", "3b:02.1")}}},

	{rule: "SB292", kind: fires, name: "brctl alone", lab: &lab{mode: 1, on: "empty bridge", edits: []edit{add("sos_commands/networking/brctl_show",
		"bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.020000001001\tno\t\tbond0\n\t\t\t\t\t\t\tveth1a2b3c\n")}}, severity: Info, subject: "bond0 br0: veth1a2b3c",
		file: "sos_commands/networking/brctl_show", text: "veth1a2b3c"},
	{rule: "SB292", kind: near, name: "a veth with its namespace", lab: &lab{mode: 1, on: "containers"}},
	{rule: "SB292", kind: absent, name: "no names of ports", lab: &lab{mode: 1, on: "empty bridge", edits: []edit{add("sos_commands/networking/brctl_show",
		"bridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.020000001001\tno\t\tbond0\n\t\t\t\t\t\t\tveth1a2b3c\n"), drop("sos_commands/networking/brctl_show")}}, lowers: true},

	{rule: "SB293", kind: fires, name: "a silent tap", lab: &lab{mode: 1, on: "VMs", edits: []edit{subRE(fdb, `^52:54:.*\n`, "")}}, severity: Info, subject: "bond0 br0: vnet0", file: ipLink, text: "vnet0"},
	{rule: "SB293", kind: near, name: "learned from the forwarding database", lab: &lab{mode: 1, on: "VMs"}},
	{rule: "SB293", kind: absent, name: "no interfaces", lab: &lab{mode: 1, on: "VMs", edits: []edit{subRE(fdb, `^52:54:.*\n`, ""), drop(ipLink)}}, lowers: true},

	{rule: "SB294", kind: fires, name: "a macvtap on the bridge", lab: &lab{mode: 1, on: "VMs", edits: []edit{add(ipLink, strings.ReplaceAll(strings.ReplaceAll(
		labOwn("macvtap0@br0", "macvtap mode bridge bcqueuelen 1000 usedbcqueuelen 1000"), "6: ", "10: "), "aa:00:01", "aa:00:09"))}}, severity: Info, subject: "bond0 macvtap0: macvtap0", file: ipLink, text: "macvtap0@br0",
		title: "through a device of its own on br0"},
	{rule: "SB294", kind: fires, name: "a patch", host: "ovs-openstack", severity: Info, subject: "bond1 br-int: instance-0000001b", title: "bond1 → br-ex → phy-br-ex → int-br-ex → br-int"},
	{rule: "SB294", kind: near, name: "a macvtap on the bond", host: "macvtap-lacp"},
	{rule: "SB294", kind: near, name: "pods that are routed", host: "ovs-ovnk"},
	{rule: "SB294", kind: absent, name: "no interfaces", lab: &lab{mode: 1, on: "VMs", edits: []edit{drop(ipLink)}}, lowers: true},
}

// slowLink makes eth1 a link of 1 Gb/s; virtualCard makes it one whose driver tells no speed.
var (
	slowLink    = subRE(procBond, `(Slave Interface: eth1\n(?:.*\n)*?Speed: )10000 Mbps`, "${1}1000 Mbps")
	virtualCard = subRE(procBond, `(Slave Interface: eth1\n(?:.*\n)*?)Speed: 10000 Mbps\nDuplex: full`, "${1}Speed: Unknown\nDuplex: Unknown")
)

// TestHealthExplains: of several findings about one fault people see the cause alone.
func TestHealthExplains(t *testing.T) {
	for name, c := range map[string]struct {
		lab  lab
		want map[string]string // who explains whom
	}{
		"a slave that is down": {lab{mode: 1, on: "VMs", edits: []edit{linkDown, flaps("eth1", 4)}}, map[string]string{"SB200": "", "SB148": "SB200", "SB205": "SB200"}},
		"all slaves are down":  {lab{mode: 1, on: "VMs", edits: []edit{linksDown, add(dmesg, noneLeft)}}, map[string]string{"SB201": "", "SB200": "SB201", "SB149": "SB201"}},
		"no slave":             {lab{mode: 1, on: "VMs", edits: []edit{noSlaves, bondDown, labIfcfg("mode=1 miimon=100", "eth0", "eth1")}}, map[string]string{"SB210": "", "SB201": "SB210", "SB206": "SB210"}},
		"one is missing": {lab{mode: 1, on: "VMs", edits: []edit{oneLink, labIfcfg("mode=1 miimon=100 primary=eth1", "eth0", "eth1")}},
			map[string]string{"SB206": "", "SB211": "SB206", "SB218": "SB206"}},
		"links that flap": {lab{mode: 1, on: "VMs", edits: []edit{failures("12"), flaps("eth0", 4)}}, map[string]string{"SB148": "", "SB205": "SB148"}},
	} {
		findings, _ := Run(c.lab.host(t))
		for rule, by := range c.want {
			seen := false
			for _, f := range findings {
				if f.Rule != rule {
					continue
				}
				seen = true
				if f.ExplainedBy != by {
					t.Errorf("%s: %s is explained by %q, want %q", name, rule, f.ExplainedBy, by)
				}
			}
			if !seen {
				t.Errorf("%s: no %s", name, rule)
			}
		}
	}
}

// TestTimeOf reads the time of every form of a log.
func TestTimeOf(t *testing.T) {
	for line, want := range map[string]string{
		"[   24.703038] bond0: x":                           "24 s after the start of the host",
		"<6>[1234567.703038] bond0: x":                      "14 days after the start of the host",
		"[Sun Nov 22 07:24:34 2026] bond0: x":               "Sun Nov 22 07:24:34 2026",
		"Nov  2 07:24:34 hv01 kernel: bond0: x":             "Nov  2 07:24:34",
		"2026-11-22T07:24:34.123456+0100 hv01 kernel: b: x": "2026-11-22T07:24:34",
		"bond0: x": "",
	} {
		if got := timeOf(topology.Source{Text: line}); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// TestTimeOfClock tells dates from the time since the start of the host, and how old lines of every form are.
func TestTimeOfClock(t *testing.T) {
	type fact = topology.Fact[int]
	uptime := topology.Source{File: "sos_commands/host/uptime", Line: 1, Text: " 00:01:00 up 10 days,  0 users"}
	for _, c := range []struct {
		collected, line, want string
		age                   time.Duration
	}{
		{"2026-01-01T23:59:30", "[864000.5] bond0: x", "about 2026-01-02 00:01", 0},
		{"2026-01-02", "[777600.5] bond0: x", "about 2026-01-01 00:01", 24 * time.Hour},
		{"2026-01-02T00:00:30Z", "[0.5] bond0: x", "about 2025-12-23 00:01", 240 * time.Hour},
		{"", "[777600.5] bond0: x", "9 days after the start of the host", 24 * time.Hour},
		{"2026-01-02", "[999999999.5] bond0: x", "11574 days after the start of the host", 0},
		{"2026-01-02", "Dec 31 00:01:00 hv01 kernel: bond0: x", "Dec 31 00:01:00", 48 * time.Hour},
		{"2026-01-02", "[Thu Jan  1 00:01:00 2026] bond0: x", "Thu Jan  1 00:01:00 2026", 24 * time.Hour},
		{"2026-01-02", "2026-01-01 23:01:00 hv01 kernel: bond0: x", "2026-01-01 23:01:00", time.Hour},
	} {
		h := &topology.Host{UpMinutes: fact{Value: 14400, Source: uptime}}
		h.Collected.Value = c.collected
		s := topology.Source{File: dmesg, Line: 1, Text: c.line}
		if got := clockOf(h).of(s); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.collected, c.line, got, c.want)
		}
		if got, ok := clockOf(h).age(s); !ok || got != c.age {
			t.Errorf("%s, %q: age %s %t, want %s", c.collected, c.line, got, ok, c.age)
		}
	}
}
