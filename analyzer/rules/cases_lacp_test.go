package rules

import (
	"regexp"
	"testing"

	"golang.org/x/tools/txtar"
)

// port changes a line of a slave in /proc/net/bonding: of the block "actor" or "partner" of its details, or "" for the lines before them.
func port(slave, block, key, value string) edit {
	in := ""
	if block != "" {
		in = `details ` + block + ` lacp pdu:\n(?:    [^\n]*\n)*?`
	}
	re := regexp.MustCompile(`(?s)(\nSlave Interface: ` + slave + `\n.*?` + in + `[ ]*` + key + `: )[^\n]*`)
	return func(t testing.TB, ar *txtar.Archive) {
		t.Helper()
		change(t, ar, procBond, slave+" "+key, func(s string) string { return re.ReplaceAllString(s, "${1}"+value) })
	}
}

const (
	lacpA = "ens1f0np0"
	lacpB = "ens1f1np1"
	other = "00:1c:73:0a:5b:22"
	zeros = "00:00:00:00:00:00"
)

// inOther puts the second link of rhel9-lacp-nm into an aggregator of its own.
var inOther = all(sub(procBond, "Number of ports: 2", "Number of ports: 1"), port(lacpB, "", "Aggregator ID", "2"))

// noPartnerOnB takes the partner of the second link away, as the kernel shows one that was never heard.
var noPartnerOnB = all(inOther, port(lacpB, "actor", "port state", "71"), port(lacpB, "partner", "system mac address", zeros),
	port(lacpB, "partner", "oper key", "1"), port(lacpB, "partner", "port state", "1"), port(lacpB, "", "Actor Churn State", "churned"), port(lacpB, "", "Actor Churned Count", "1"))

// noDetails leaves the partner of the active aggregator and drops what is told of each link, as a kernel before 4.2 does.
var noDetails = all(
	subRE(procBond, `^(?:details \w+ lacp pdu|    [a-z ]+|\w+ Churn State|\w+ Churned Count|System priority|System MAC address):.*\n`, ""),
	subRE(ipLink, ` ad_actor_oper_port_state \d+ ad_actor_oper_port_state_str <\S+> ad_partner_oper_port_state \d+ ad_partner_oper_port_state_str <\S+>`, ""),
)

// noStates drops the port states.
var noStates = all(subRE(procBond, `^    port state: .*\n`, ""),
	subRE(ipLink, ` ad_actor_oper_port_state \d+ ad_actor_oper_port_state_str <\S+> ad_partner_oper_port_state \d+ ad_partner_oper_port_state_str <\S+>`, ""))

// inactiveTeamPort takes the partner of the second port of a team away.
var inactiveTeamPort = subRE("sos_commands/teamd/*", `(?s)("ens1f1": \{.*?"actor_lacpdu_info": \{.*?"state": )63(.*?"id": \d+,\s+"selected": )true`+
	`(.*?"partner_lacpdu_info": \{.*?"state": )63(,\s+"system": ")[0-9a-f:]+(".*?"selected": )true(,\s+"state": )"current"`,
	`${1}71${2}false${3}0${4}`+zeros+`${5}false${6}"defaulted"`)

var lacpCases = []ruleCase{
	{rule: "SB171", kind: fires, name: "one of two links", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB}, severity: Error, subject: "bond0 br100: app01 db01",
		file: procBond, text: "system mac address: " + zeros, title: "ens1f1np1 of bond0 hears no LACP partner, while ens1f0np0 does"},
	{rule: "SB171", kind: fires, name: "the link has just come up", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB, port(lacpB, "", "Actor Churn State", "monitoring")},
		severity: Warning, subject: "bond0 br100: app01 db01", file: procBond, text: "monitoring"},
	{rule: "SB171", kind: fires, name: "told by ip link", host: "rhel9-lacp-nm", severity: Error, subject: "bond0 br100: app01 db01", file: ipLink, text: "ad_actor_oper_port_state 71",
		edits: []edit{drop(procBond), subRE(ipLink, `ad_actor_oper_port_state 63( ad_actor_oper_port_state_str \S+) ad_partner_oper_port_state 61( .*parentdev 0000:17:00.1)`,
			"ad_actor_oper_port_state 71$1 ad_partner_oper_port_state 1$2")}},
	{rule: "SB171", kind: fires, name: "a team", host: "team-lacp", edits: []edit{inactiveTeamPort}, severity: Error, subject: "team0 : app01 app02",
		file: "sos_commands/teamd/*", text: zeros, title: "ens1f1 of team0"},
	{rule: "SB171", kind: near, name: "no link has a partner", host: "lacp-nopartner"},
	{rule: "SB171", kind: near, name: "the link without a partner is down", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB, port(lacpB, "", "MII Status", "down")}},
	{rule: "SB171", kind: near, name: "half duplex", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB, port(lacpB, "", "Duplex", "half")}},
	{rule: "SB171", kind: absent, name: "no details", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB, noDetails}},

	{rule: "SB172", kind: fires, name: "two switches", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "system mac address", other)}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "system mac address: " + other, title: "ens1f0np0 on 00:1c:73:0a:5b:11, ens1f1np1 on " + other},
	{rule: "SB172", kind: fires, name: "meant as a standby", host: "rhel9-lacp-nm", severity: Warning, subject: "bond0 br100: app01 db01", file: procBond, text: "(ad_select): bandwidth",
		edits: []edit{inOther, port(lacpB, "partner", "system mac address", other), sub(procBond, "(ad_select): stable", "(ad_select): bandwidth")}},
	{rule: "SB172", kind: near, name: "upper and lower case", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "partner", "system mac address", "00:1C:73:0A:5B:11")}},
	{rule: "SB172", kind: near, name: "no partner", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB}},
	{rule: "SB172", kind: near, name: "the other link is down", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "system mac address", other),
		port(lacpB, "", "MII Status", "down")}},
	{rule: "SB172", kind: absent, name: "no details", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "system mac address", other), noDetails}},

	{rule: "SB173", kind: fires, name: "two channels", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "oper key", "32775")}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "oper key: 32775", title: "(key 32775 against 32774)"},
	{rule: "SB173", kind: near, name: "one channel", host: "rhel9-lacp-nm", edits: []edit{inOther}},
	{rule: "SB173", kind: near, name: "the host's keys differ too", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "oper key", "32775"), port(lacpB, "actor", "port key", "15")}},
	{rule: "SB173", kind: near, name: "another switch", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "oper key", "1"), port(lacpB, "partner", "system mac address", other)}},
	{rule: "SB173", kind: absent, name: "no details", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "oper key", "32775"), noDetails}},

	{rule: "SB174", kind: fires, name: "two speeds", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "", "Speed", "10000 Mbps"), port(lacpB, "actor", "port key", "15")},
		severity: Error, subject: "bond0 br100: app01 db01", file: procBond, text: "port key: 15", title: "differs in speed"},
	{rule: "SB174", kind: fires, name: "half duplex", host: "rhel9-lacp-nm", edits: []edit{noPartnerOnB, port(lacpB, "", "Duplex", "half")}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "Duplex: half", title: "takes no part in LACP: half duplex"},
	{rule: "SB174", kind: fires, name: "virtual cards", host: "lacp-nopartner", edits: []edit{sub(procBond, "Duplex: full", "Duplex: Unknown"), sub(procBond, "Speed: 10000 Mbps", "Speed: Unknown")},
		severity: Critical, subject: "bond0 br0: guest1 guest2", file: procBond, text: "Duplex: Unknown", title: "the driver does not tell"},
	{rule: "SB174", kind: near, name: "one speed", host: "rhel9-lacp-nm", edits: []edit{inOther}},
	{rule: "SB174", kind: near, name: "a card that tells no duplex and has a partner", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Duplex", "Unknown"), port(lacpB, "", "Speed", "Unknown")}},
	{rule: "SB174", kind: near, name: "the slow link is down", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "", "Speed", "10000 Mbps"), port(lacpB, "actor", "port key", "15"),
		port(lacpB, "", "MII Status", "down")}},
	{rule: "SB174", kind: absent, name: "neither keys nor speeds", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "", "Speed", "10000 Mbps"), noDetails}},

	{rule: "SB175", kind: fires, name: "churned", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Partner Churn State", "churned"), noStates}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "Partner Churn State: churned", title: "(the switch's end: churned)"},
	{rule: "SB175", kind: fires, name: "again and again", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Actor Churned Count", "7")}, severity: Warning,
		subject: "bond0 br100: app01 db01", file: procBond, text: "Actor Churned Count: 7"},
	{rule: "SB175", kind: near, name: "once, as a switch leaves it that was started anew", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "Churned Count: 0", "Churned Count: 1")}},
	{rule: "SB175", kind: near, name: "the word is left standing on a link in use", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "Churn State: none", "Churn State: churned")}},
	{rule: "SB175", kind: near, name: "watched", host: "netplan"},
	{rule: "SB175", kind: near, name: "the link is down", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Partner Churn State", "churned"), port(lacpB, "", "MII Status", "down")}},
	{rule: "SB175", kind: absent, name: "not printed", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Partner Churn State", "churned"), noDetails}},

	{rule: "SB176", kind: fires, name: "the switch holds one link back", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "actor", "port state", "15"), port(lacpB, "partner", "port state", "5")},
		severity: Error, subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 5", title: "the other end holds ens1f1np1 back"},
	{rule: "SB176", kind: fires, name: "the switch holds all links back", host: "rhel9-lacp-nm", severity: Critical, subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 5",
		edits: []edit{sub(procBond, "port state: 63", "port state: 15"), sub(procBond, "port state: 61", "port state: 5")}, title: "nothing passes"},
	{rule: "SB176", kind: fires, name: "the switch sends what the host drops", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "actor", "port state", "15")},
		severity: Critical, subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 15", title: "one end sends on ens1f1np1 what the other end drops"},
	{rule: "SB176", kind: fires, name: "individual", host: "rhel9-lacp-nm", edits: []edit{inOther, port(lacpB, "partner", "port state", "57")}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 57", title: "individual"},
	{rule: "SB176", kind: fires, name: "the switch does not hear the host", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "partner", "port state", "189")}, severity: Error,
		subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 189"},
	{rule: "SB176", kind: near, name: "a passive switch", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "port state: 61", "port state: 60")}},
	{rule: "SB176", kind: near, name: "the link has just come up", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "actor", "port state", "15"), port(lacpB, "partner", "port state", "5"),
		port(lacpB, "", "Partner Churn State", "monitoring")}},
	{rule: "SB176", kind: near, name: "no partner", host: "lacp-nopartner"},
	{rule: "SB176", kind: near, name: "the link is down", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "actor", "port state", "15"), port(lacpB, "", "MII Status", "down")}},
	{rule: "SB176", kind: absent, name: "no details", host: "rhel9-lacp-nm", lowers: true, edits: []edit{port(lacpB, "actor", "port state", "15"), noDetails}},

	{rule: "SB177", kind: fires, name: "no partner", host: "lacp-nopartner", edits: []edit{sub(procBond, "LACP active: on", "LACP active: off")}, severity: Critical,
		subject: "bond0 br0: guest1 guest2", file: procBond, text: "LACP active: off", title: "no switch does"},
	{rule: "SB177", kind: fires, name: "both passive", host: "rhel9-lacp-nm", severity: Error, subject: "bond0 br100: app01 db01", file: procBond, text: "port state: 60",
		edits: []edit{sub(procBond, "LACP active: on", "LACP active: off"), sub(procBond, "port state: 63", "port state: 62"), sub(procBond, "port state: 61", "port state: 60")}},
	{rule: "SB177", kind: near, name: "an active switch", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "LACP active: on", "LACP active: off")}},
	{rule: "SB177", kind: near, name: "a passive switch", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "port state: 61", "port state: 60")}},
	{rule: "SB177", kind: near, name: "an active host without a partner", host: "lacp-nopartner"},
	{rule: "SB177", kind: absent, name: "whether it is active is not told", host: "lacp-nopartner", edits: []edit{drop(ipLinks), subRE(procBond, `^LACP active: on\n`, ""),
		subRE(procBond, `^    port state: .*\n`, "")}},

	{rule: "SB178", kind: fires, name: "slow, and the link was lost before", host: "lacp-libvirt", edits: []edit{port("eth1", "", "Actor Churned Count", "1")}, severity: Info,
		subject: "bond0 br0: web01 web02", file: procBond, text: "LACP rate: slow"},
	{rule: "SB178", kind: fires, name: "fast, the switch asks for slow, lost again and again", host: "rhel9-lacp-nm", edits: []edit{port(lacpB, "", "Actor Churned Count", "9")}, severity: Warning,
		subject: "bond0 br100: app01 db01", file: procBond, text: "LACP rate: fast"},
	{rule: "SB178", kind: near, name: "slow, never lost", host: "lacp-libvirt"},
	{rule: "SB178", kind: near, name: "the rates differ, never lost", host: "rhel9-lacp-nm"},
	{rule: "SB178", kind: absent, name: "no counters", host: "lacp-libvirt", edits: []edit{port("eth1", "", "Actor Churned Count", "1"), subRE(procBond, `^\w+ Churned Count: .*\n`, "")}},

	{rule: "SB179", kind: fires, name: "links that are up", host: "rhel9-lacp-nm", edits: []edit{noActive}, severity: Critical, subject: "bond0 br100: app01 db01", file: procBond,
		text: "bond bond0 has no active aggregator", title: "ens1f0np0 and ens1f1np1 are up: nothing passes"},
	{rule: "SB179", kind: near, name: "no link is up", host: "rhel9-lacp-nm", edits: []edit{noActive, sub(procBond, "MII Status: up", "MII Status: down")}},
	{rule: "SB179", kind: near, name: "taken down", host: "rhel9-lacp-nm", edits: []edit{noActive, subRE(ipLinks, `^(\d+: bond0: <.*?MULTICAST.*?),UP(.*) state UP`, "$1$2 state DOWN")}},
	{rule: "SB179", kind: near, name: "no partner", host: "lacp-nopartner"},
	{rule: "SB179", kind: absent, name: "not taken as root", host: "rhel9-lacp-nm", lowers: true, edits: []edit{noActive, subRE(procBond, `^bond bond0 has no active.*\n`, "")}},

	{rule: "SB181", kind: fires, name: "the bond is off", host: "rhel9-lacp-nm", severity: Critical, subject: "bond0 br100: app01 db01", file: procBond, text: "Min links: 2",
		title: "asks for 2 links and LACP uses 1", edits: []edit{minLinksOf2, port(lacpB, "", "MII Status", "down"), bondOff}},
	{rule: "SB181", kind: fires, name: "all links are wanted", host: "rhel9-lacp-nm", edits: []edit{minLinksOf2}, severity: Warning, subject: "bond0 br100: app01 db01", file: procBond,
		text: "Min links: 2", title: "the first link that fails"},
	{rule: "SB181", kind: near, name: "one link is enough", host: "rhel9-lacp-nm", edits: []edit{sub(procBond, "Min links: 0", "Min links: 1")}},
	{rule: "SB181", kind: absent, name: "not told", host: "rhel9-lacp-nm", edits: []edit{minLinksOf2, all(subRE(procBond, `^Min links: 2\n`, ""), drop(ipLinks))}},

	{rule: "SB182", kind: fires, name: "the kernel logged it", host: "lacp-nopartner", severity: Critical, subject: "bond0 br0: guest1 guest2", file: dmesg, text: "illegal loopback occurred",
		edits: []edit{add(dmesg, "[   99.000000] bond0: (slave eth1): An illegal loopback occurred on slave\n")}, title: "on eth1"},
	{rule: "SB182", kind: fires, name: "before", host: "rhel9-lacp-nm", severity: Warning, subject: "bond0 br100: app01 db01", file: dmesg, text: "illegal loopback occurred",
		edits: []edit{add(dmesg, "[   99.000000] bond0: (slave ens1f1np1): An illegal loopback occurred on slave\n")}, title: "the channel is complete now"},
	{rule: "SB182", kind: fires, name: "the partner is the host itself", host: "rhel9-lacp-nm", severity: Error, subject: "bond0 br100: app01 db01", file: procBond,
		text: "system mac address: b8:3f:d2:11:0a:c0", edits: []edit{inOther, port(lacpB, "partner", "system mac address", "b8:3f:d2:11:0a:c0")}},
	{rule: "SB182", kind: near, name: "another bond", host: "rhel9-lacp-nm", edits: []edit{add(dmesg, "[   99.000000] bond7: (slave eth1): An illegal loopback occurred on slave\n")}},
	{rule: "SB182", kind: absent, name: "no log", host: "lacp-nopartner", edits: []edit{drop(dmesg)}},

	{rule: "SB183", kind: fires, name: "an old kernel", host: "rhel9-lacp-nm", edits: []edit{noDetails}, severity: Info, subject: "bond0 br100: app01 db01", file: procBond,
		text: "Partner Mac Address: 00:1c:73:0a:5b:11", title: "has an LACP partner"},
	{rule: "SB183", kind: near, name: "all is told", host: "rhel9-lacp-nm"},
	{rule: "SB183", kind: near, name: "told by ip link alone", host: "rhel9-lacp-nm", edits: []edit{drop(procBond)}},
	{rule: "SB183", kind: absent, name: "not taken as root: SB302 speaks", host: "rhel9-lacp-nm", edits: []edit{notRoot}},

	{rule: "SB184", kind: fires, name: "an idle link is fed", host: "lacp-nopartner", severity: Critical, subject: "bond0 br0: guest1 guest2", file: ipLink, text: "91000000 90000",
		title: "eth1, which it does not use, receives", edits: []edit{received("eth0", "99000000 100000 0 0 0 10", "80000000 90000 0 0 0 0"), received("eth1", "91000000 90000 0 0 0 10", "4000 40 0 0 0 0")}},
	{rule: "SB184", kind: near, name: "broadcasts alone", host: "lacp-nopartner",
		edits: []edit{received("eth0", "99000000 100000 0 0 0 10", "80000000 90000 0 0 0 0"), received("eth1", "9000000 90000 0 0 0 10", "4000 40 0 0 0 0")}},
	{rule: "SB184", kind: near, name: "the link was in use before", host: "lacp-nopartner",
		edits: []edit{received("eth0", "99000000 100000 0 0 0 10", "80000000 90000 0 0 0 0"), received("eth1", "91000000 90000 0 0 0 10", "80000000 90000 0 0 0 0")}},
	{rule: "SB184", kind: near, name: "little beside the link in use", host: "lacp-nopartner",
		edits: []edit{received("eth0", "99000000000 100000000 0 0 0 10", "80000000 90000 0 0 0 0"), received("eth1", "91000000 90000 0 0 0 10", "4000 40 0 0 0 0")}},
	{rule: "SB184", kind: absent, name: "no counters", host: "lacp-nopartner",
		edits: []edit{received("eth1", "91000000 90000 0 0 0 10", "4000 40 0 0 0 0"), subRE(ipLink, `    [RT]X: .*\n.*\n`, "")}},
}

// received sets the counters of a link of lacp-nopartner: bytes, packets and multicast received, bytes and packets sent.
func received(link, rx, tx string) edit {
	return subRE(ipLink, `(\d+: `+link+`@\S+ (?:.*\n)+?    RX: .*\n).*(\n    TX: .*\n).*`, "${1}    "+rx+"${2}    "+tx)
}

// noActive is what the kernel prints when it uses no aggregator.
var noActive = all(subRE(procBond, `^Active Aggregator Info:\n(?:\t.*\n)*`, "bond bond0 has no active aggregator\n"), sub(procBond, "Aggregator ID: 1", "Aggregator ID: N/A"),
	subRE(ipLink, `ad_aggregator \d+ ad_num_ports .* ad_partner_mac \S+ `, ""))

// minLinksOf2 asks for two links, bondOff is a bond without carrier.
var (
	minLinksOf2 = all(sub(procBond, "Min links: 0", "Min links: 2"), sub(ipLink, "min_links 0", "min_links 2"))
	bondOff     = all(subRE(procBond, `(?s)(Policy: \S+ \(2\)\nMII Status: )up`, "${1}down"), sub(procBond, "Number of ports: 2", "Number of ports: 1"),
		subRE(ipLinks, `^(\d+: bond0: )<(.*),UP,LOWER_UP>(.*) state UP`, "$1<NO-CARRIER,$2,UP>$3 state DOWN"))
)
