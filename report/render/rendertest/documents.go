// Package rendertest holds documents to test the formats with.
package rendertest

import (
	"fmt"

	"github.com/sosbond/sosbond/report"
)

// Named is a document with a name for golden files.
type Named struct {
	Name string
	Doc  report.Document
}

// Documents returns one document for each shape that a report can have.
func Documents() []Named {
	return []Named{
		{"alb", ALB()},
		{"lacp", LACP()},
		{"hosts", Hosts()},
		{"hostile", Hostile()},
		{"nobond", NoBond()},
		{"vlans", VLANs()},
		{"empty", report.Document{Schema: report.Schema}},
	}
}

func document(hosts ...report.Host) report.Document {
	doc := report.Document{
		Schema: report.Schema, Tool: report.Tool{Name: "sosbond", Version: "1.0.0"}, Hosts: hosts,
		Summary: report.Summary{Hosts: len(hosts), Verdicts: map[string]int{}, Findings: map[string]int{}},
	}
	for _, h := range hosts {
		doc.Summary.Bonds += len(h.Bonds)
		for _, b := range h.Bonds {
			doc.Summary.Verdicts[b.Verdict]++
		}
		for _, f := range h.Findings {
			doc.Summary.Findings[f.Severity]++
		}
	}
	return doc
}

func link(name, status string, active bool, mac string) report.Slave {
	return report.Slave{Name: name, MIIStatus: status, Active: active, PermanentMAC: mac, SpeedMbps: 10000}
}

func vm(name, iface, mac string, running bool) report.Guest {
	return report.Guest{Name: name, Kind: "vm", Interface: iface, MAC: mac, Running: running}
}

func read(data ...string) []report.Coverage {
	var out []report.Coverage
	for _, d := range data {
		out = append(out, report.Coverage{Datum: d, Status: "read", Files: []string{"sos_commands/" + d}, Ask: ""})
	}
	return out
}

// ALB is a host whose guests fail: balance-alb under a bridge.
func ALB() report.Document { return document(albHost()) }

func albHost() report.Host {
	return report.Host{
		Name: "hv01",
		Source: report.Source{Path: "sosreport-hv01-01234567-2026-11-22-ortlxji.tar.xz", Kind: "sosreport",
			Root: "sosreport-hv01-01234567-2026-11-22-ortlxji", Complete: true},
		OS: "CentOS Stream 9", Kernel: "5.14.0-527.el9.x86_64", Platform: "libvirt", Collected: "2026-11-22T05:57:00Z",
		Verdict: "not-working",
		Bonds:   []report.Bond{albBond()},
		Findings: []report.Finding{
			albFinding(), failureFinding(),
			{Rule: "SB118", Title: "`br0` sits on `bond0` directly; no VLAN is between them", Severity: "info",
				Subject: report.Subject{Bond: "bond0", Bridge: "br0"}},
			{Rule: "SB161", Title: "MII monitoring is configured and reports every link", Severity: "ok",
				Subject: report.Subject{Bond: "bond0"}},
		},
		Coverage: append(read("bond status", "ip link", "bridge links", "libvirt XML", "kernel log", "ifcfg files"),
			report.Coverage{Datum: "bridge fdb", Status: "not-collected", Ask: "bridge -s -s -d -t fdb show > fdb.txt"},
			report.Coverage{Datum: "nftables rules", Status: "failed", Ask: "nft -a list ruleset", Note: "the command ended with status 1"},
		),
	}
}

func albBond() report.Bond {
	b := report.Bond{
		Name: "bond0", Kind: "kernel", Mode: "balance-alb", ModeNumber: 6, Monitoring: report.Monitoring{MIIMonMS: 100}, MIIStatus: "up",
		Configured: "ifcfg", Verdict: "not-working",
		Summary: "Guests on `br0` lose traffic when balance-alb sends their frames with the MAC address of another link.",
		Slaves:  []report.Slave{link("eth0", "up", false, "52:53:00:03:03:04"), link("eth1", "up", true, "52:53:00:1a:8f:5a")},
		Attachments: []report.Attachment{{
			Kind: "bridge", Name: "br0", Path: []string{"bond0", "br0"}, Verdict: "not-working",
			Summary: "Guests on `br0` lose traffic when balance-alb sends their frames with the MAC address of another link.",
			Guests:  []report.Guest{vm("web01", "vnet0", "52:54:00:aa:00:01", true), vm("web02", "vnet1", "52:54:00:aa:00:02", false)},
		}},
	}
	b.Slaves[0].LinkFailures = 3
	return b
}

func albFinding() report.Finding {
	return report.Finding{
		Rule: "SB103", Title: "Bond `bond0` runs balance-alb (mode 6) under the bridge `br0` of 2 guests", Severity: "critical",
		Subject: report.Subject{Bond: "bond0", Bridge: "br0", Guests: []string{"web01", "web02"}},
		Cause: "In mode 6 the bond spreads outgoing traffic over its links and rewrites the source MAC of a frame whenever the link that sends\n" +
			"it is not the one that is currently active (`eth1`). The switch and the peers then see a guest's frames with the MAC of `eth0`.\n\n" +
			"On this kernel (`5.14.0-527.el9.x86_64`):\n\n" +
			"- ping works most of the time, because ARP replies of guests are not rewritten;\n" +
			"- flows that are rebalanced (every 10 s with `tlb_dynamic_lb=1`) break when a NIC filters frames that are not for its own MAC or\n" +
			"  when the switch uses port security.",
		Evidence: []report.Evidence{
			{File: "proc/812/net/bonding/bond0", Line: 3, Text: "Bonding Mode: adaptive load balancing"},
			{File: "proc/812/net/bonding/bond0", Line: 5, Text: "Currently Active Slave: eth1",
				Note: "frames of guests that leave on eth0 get its MAC"},
			{File: "sos_commands/networking/bridge_-d_link", Line: 4,
				Text: "5: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 master br0 state forwarding priority 32 cost 2 hairpin off guard off root_block off fastleave off learning on flood on mcast_flood on"},
		},
		Remediation: []report.Remediation{
			{
				Title: "Use active-backup (mode 1)",
				Note:  "The change interrupts the traffic of all guests on `br0`. The switch ports must not be in a channel.",
				Commands: []string{
					`nmcli connection modify bond0 bond.options "mode=active-backup,miimon=100,primary_reselect=better,num_grat_arp=3"`,
					"nmcli connection up bond0",
				},
			},
			{
				Title: "Or use 802.3ad (LACP, mode 4)",
				Note:  "Needs a port channel with LACP on the switch ports of `eth0` and `eth1`.\n\nBoth ends have to change at the same time.",
				Commands: []string{
					`nmcli connection modify bond0 bond.options "mode=802.3ad,miimon=100,xmit_hash_policy=layer2+3,lacp_rate=fast"`,
					"nmcli connection up bond0",
				},
			},
		},
		Verification: []string{
			"cat /proc/net/bonding/bond0",
			"bridge fdb show br br0 | grep -i 52:54:00:aa:00:01     # must be on vnet0, not on bond0",
		},
		References: []report.Reference{
			{Title: "Which bonding modes work when used with a bridge that virtual machine guests or containers connect to?",
				URL: "https://access.redhat.com/solutions/67546"},
			{Title: "Linux kernel, Documentation/networking/bonding.rst"},
		},
	}
}

func failureFinding() report.Finding {
	return report.Finding{
		Rule: "SB205", Title: "Link `eth0` of `bond0` has failed 3 times", Severity: "warning", Subject: report.Subject{Bond: "bond0",
			Link: "eth0"},
		Cause:    "The bond counted 3 losses of the link since it was set up. Cable, transceiver and switch port are the usual suspects.",
		Evidence: []report.Evidence{{File: "proc/812/net/bonding/bond0", Line: 16, Text: "Link Failure Count: 3"}},
		Remediation: []report.Remediation{{
			Title: "Look at the error counters of the link", Commands: []string{"ethtool -S eth0 | grep -iE 'err|drop|crc'"},
		}},
	}
}

// LACP is a healthy host.
func LACP() report.Document { return document(lacpHost("hv02")) }

func lacpHost(name string) report.Host {
	sentence := "Every link of `bond0` may carry frames of any guest on `br0`; the switch agreed by LACP."
	return report.Host{
		Name: name,
		Source: report.Source{Path: "sosreport-" + name + "-2026-11-22-xrcypbp.tar.xz", Kind: "sosreport",
			Root: "sosreport-" + name + "-2026-11-22-xrcypbp", Complete: true},
		OS: "Debian GNU/Linux 13 (trixie)", Kernel: "6.12.107+deb13-cloud-amd64", Platform: "libvirt",
		Collected: "2026-11-22T06:11:40+01:00",
		Verdict:   "recommended",
		Bonds: []report.Bond{{
			Name: "bond0", Kind: "kernel", Mode: "802.3ad", ModeNumber: 4, HashPolicy: "layer2+3",
			Monitoring: report.Monitoring{MIIMonMS: 100},
			MIIStatus:  "up", LACP: &report.LACP{PartnerMAC: "02:1c:73:00:00:99", Ports: 2, Rate: "slow"}, Configured: "keyfile",
			Slaves:  []report.Slave{link("ens1f0np0", "up", true, "52:53:00:03:03:04"), link("ens1f1np1", "up", true, "52:53:00:1a:8f:5a")},
			Verdict: "recommended", Summary: sentence,
			Attachments: []report.Attachment{{
				Kind: "bridge", Name: "br0", Path: []string{"bond0", "br0"}, Verdict: "recommended", Summary: sentence,
				Guests: []report.Guest{
					vm("db01", "vnet0", "52:54:00:bb:00:01", true),
					vm("db02", "vnet1", "52:54:00:bb:00:02", true),
					{Name: "vnet7", Kind: "unknown", Interface: "vnet7", MAC: "52:54:00:bb:00:07", Running: true},
				},
			}},
		}},
		Findings: []report.Finding{
			{Rule: "SB194", Title: "The hash policies of switch and host need not be the same", Severity: "info",
				Subject: report.Subject{Bond: "bond0"}},
			{Rule: "SB100", Title: "Bridge `br0` is on a bond that the switch negotiated by LACP", Severity: "ok",
				Subject: report.Subject{Bond: "bond0", Bridge: "br0"}},
			{Rule: "SB161", Title: "MII monitoring is configured and reports every link", Severity: "ok",
				Subject: report.Subject{Bond: "bond0"}},
		},
		Coverage: read("bond status", "ip link", "bridge links", "bridge fdb", "libvirt XML", "kernel log", "keyfiles", "nftables rules"),
	}
}

// NoBond is a host on which no bond was found, and one on which the data that would show one are missing.
func NoBond() report.Document {
	none := report.Host{
		Name: "app07", Source: report.Source{Path: "sosreport-app07-2026-11-20.tar.xz", Kind: "sosreport", Complete: true},
		OS:     "Red Hat Enterprise Linux 8.10",
		Kernel: "4.18.0-553.el8_10.x86_64", Platform: "plain", Collected: "2026-11-20T10:00:00", Verdict: "not-affected",
		Coverage: read("ip link", "bond status"),
	}
	blind := report.Host{
		Name: "app08", Source: report.Source{Path: "app08.tar.gz", Kind: "sosreport", Root: "app08", Complete: true,
			Notes: []string{"the report was taken without root privileges"}},
		Verdict: "unknown",
		Coverage: []report.Coverage{
			{Datum: "bond status", Status: "not-collected", Ask: "cat /proc/net/bonding/*"},
			{Datum: "ip link", Status: "failed", Ask: "ip -d link show", Note: "the command was not found"},
			{Datum: "kernel log", Status: "empty", Files: []string{"sos_commands/kernel/dmesg"}},
		},
	}
	return document(none, blind)
}

// Hosts is a report on several hosts, with inputs that could not be analyzed.
func Hosts() report.Document {
	xor := xorHost()
	doc := document(albHost(), lacpHost("hypervisor-with-a-long-name-17.prod.dc2.example.com"), xor)
	doc.Errors = []report.Error{
		{Input: "sosreport-hv09.tar.xz.gpg",
			Message: "is encrypted; decrypt it with: gpg --decrypt --output sosreport-hv09.tar.xz sosreport-hv09.tar.xz.gpg"},
		{Input: "notes.pdf", Message: "is no sosreport, sos collect bundle or must-gather"},
	}
	return doc
}

func xorHost() report.Host {
	h := lacpHost("hv05")
	h.Verdict = "partial"
	h.Findings = nil
	h.Bonds[0].LACP = nil
	h.Bonds[0].Mode, h.Bonds[0].ModeNumber = "balance-xor", 2
	h.Bonds[0].Summary = "Works as long as the switch treats the links as one channel."
	h.Bonds[0].Attachments[0].Conditions = []string{
		"the switch ports of `ens1f0np0` and `ens1f1np1` are one static EtherChannel (`channel-group mode on`)",
	}
	storage := report.Bond{
		Name: "bond-storage0", Kind: "kernel", Mode: "active-backup", ModeNumber: 1, Verdict: "partial", MIIStatus: "up",
		Summary: "After a failover guests stay unreachable until they send something.",
		Slaves:  []report.Slave{link("ens2f0", "up", true, "52:53:00:00:00:01"), link("ens2f1", "down", false, "52:53:00:00:00:02")},
		Attachments: []report.Attachment{{
			Kind: "macvtap", Name: "macvtap0", Path: []string{"bond-storage0", "macvtap0"}, Verdict: "partial",
			Guests: []report.Guest{vm("db01", "macvtap0", "52:54:00:cc:00:01", true)},
		}},
	}
	host := report.Bond{
		Name: "team0", Kind: "team", Mode: "loadbalance", ModeNumber: -1, Monitoring: report.Monitoring{MIIMonMS: -1, ARPIntervalMS: -1},
		Verdict: "not-affected", Summary: "Only the host itself uses `team0`.",
		Attachments: []report.Attachment{{Kind: "host", Path: []string{"team0"}, Verdict: "not-affected"}},
	}
	h.Bonds = append(h.Bonds, storage, host)
	h.Findings = []report.Finding{
		{
			Rule: "SB200", Title: "Link `ens2f1` of `bond-storage0` is down", Severity: "error",
			Subject: report.Subject{Bond: "bond-storage0", Link: "ens2f1"},
			Cause:   "One link of two is left.", Evidence: []report.Evidence{{File: "proc/net/bonding/bond-storage0", Line: 17,
				Text: "MII Status: down"}},
		},
		{Rule: "SB130", Title: "The host cannot see whether the switch ports are one channel", Severity: "info",
			Subject: report.Subject{Bond: "bond0"}},
	}
	return h
}

// VLANs is a bond with many VLAN bridges of different verdicts.
func VLANs() report.Document {
	h := lacpHost("rhv-node-3")
	h.Platform, h.Verdict = "rhv", "not-working"
	b := &h.Bonds[0]
	b.Verdict, b.Summary = "not-working", "The bridge `ovirtmgmt` sees its own guests' frames come back."
	b.Attachments = nil
	for i := range 20 {
		vlan := fmt.Sprintf("bond0.%d", 100+i)
		a := report.Attachment{
			Kind: "bridge", Name: fmt.Sprintf("net%d", 100+i), Path: []string{"bond0", vlan, fmt.Sprintf("net%d", 100+i)},
			Verdict: "recommended",
			Summary: "Works.",
			Guests:  []report.Guest{vm(fmt.Sprintf("tenant%d", i), fmt.Sprintf("vnet%d", i), fmt.Sprintf("52:54:00:00:01:%02x", i), true)},
		}
		if i == 17 {
			a.Verdict, a.Summary = "not-working", "A guest's MAC was learned on the port towards the bond, so frames for it leave the host and never reach it."
			a.Guests = append(a.Guests, vm("billing", "vnet99", "52:54:00:00:02:63", true))
		}
		b.Attachments = append(b.Attachments, a)
	}
	b.Attachments = append(b.Attachments, report.Attachment{Kind: "host", Name: "bond0.50", Path: []string{"bond0", "bond0.50"},
		Verdict: "not-affected"})
	h.Findings = []report.Finding{{
		Rule: "SB140", Title: "The MAC of guest `billing` was learned on the bond port `bond0.117` of `net117`", Severity: "critical",
		Subject: report.Subject{Bond: "bond0", Bridge: "net117", Guests: []string{"billing"}},
		Cause:   "The switch returned a frame of the guest.",
		Evidence: []report.Evidence{{File: "sos_commands/networking/bridge_-s_-s_-d_-t_fdb_show", Line: 88,
			Text: "52:54:00:00:02:63 dev bond0.117 used 3/1 master net117"}},
	}}
	return document(h)
}

// Hostile is an input that was cut short, with strings that try to take over the terminal or the ticket, and a hundred guests.
func Hostile() report.Document {
	const evil = "bond\x1b[2J\x1b]0;owned\a0\u202e\u200bx"
	h := report.Host{
		Name: "hv\x1b[31mevil\x00\u2028`</script>|*_#@everyone",
		Source: report.Source{Path: "sosreport\r\nfake: line.tar", Kind: "sosreport", Root: "../\u009b2Jroot",
			Notes: []string{"the archive ends in the middle of etc/passwd\x1b[0m", "3 links that point outside were not followed"}},
		OS: "OS | with | pipes", Kernel: "6.1.0\n# heading", Platform: "<img src=x>", Collected: "now\t\ttomorrow",
		Verdict: "not-recommended",
	}
	b := report.Bond{
		Name: evil, Kind: "kernel", Mode: "balance-rr", ModeNumber: 0, Verdict: "not-recommended",
		Summary: "**bold** [link](http://evil.example) " + evil,
		Slaves: []report.Slave{link("eth0\xff\xfe", "up", true, "not a mac"),
			link("\u0301\u0301\u0301\u0301\u0301\u0301combining", "going back", false, "")},
	}
	a := report.Attachment{
		Kind: "bridge", Name: "br`0`", Path: []string{evil, "br`0`"}, Verdict: "not-recommended",
		Conditions: []string{"```\nthe switch\n```"},
	}
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprintf("guest-%03d-of-a-customer-who-likes-long-names-%018d", i, i)
		a.Guests = append(a.Guests, vm(names[i], fmt.Sprintf("vnet%d", i), fmt.Sprintf("52:54:00:aa:00:%02x", i), i%3 != 0))
	}
	a.Guests[57].Name = "| cell `` | \u3164"
	names[57] = a.Guests[57].Name
	b.Attachments = []report.Attachment{a}
	h.Bonds = []report.Bond{b}
	h.Findings = []report.Finding{
		{
			Rule: "SB104", Title: "<b>title</b> # not a heading", Severity: "warning", Subject: report.Subject{Bond: evil, Bridge: "br`0`",
				Guests: names},
			Cause: "First.\n\n# no heading\n\n> no quote\n\n1. no list\n\n--- \n\n```\nno fence\n\n- item with `code` and `` a`b ``\n- \\*kept\\* *star* _under_ ~~strike~~ {code} !x! &lt;",
			Evidence: []report.Evidence{
				{File: "var/log/messages", Line: 7,
					Text: "kernel: \x1b[2K\x1b[1Gall is well\x1b[8m ````` end of fence " + "and a line that is far too long for any terminal, because nobody ever thought of the reader at night"},
				{File: "etc/\u2066x", Line: 0, Text: "", Note: "a\u0000note"},
			},
			Remediation: []report.Remediation{{Title: "Do | this", Note: "Note\n\n- one\n- two",
				Commands: []string{"echo '\x1b[31m' | tee /dev/null", "cat > /etc/x <<'EOF'\n  indented: yes\n```\nEOF"}}},
			References: []report.Reference{{Title: "Evil [ref]", URL: "javascript:alert(1)"}, {Title: "Spaces",
				URL: "https://example.com/a b<c>"}},
		},
		{
			Rule: "SB144", Title: "One guest is silent", Severity: "warning", Subject: report.Subject{Bond: evil,
				Guests: []string{names[98]}}, Cause: "It has no entry.",
		},
		{Rule: "SB\x1b999", Title: "unknown severity", Severity: "fatal\x07", Subject: report.Subject{}},
	}
	for i := range 30 {
		h.Findings[1].Evidence = append(h.Findings[1].Evidence, report.Evidence{File: "sos_commands/networking/bridge_fdb", Line: i + 1,
			Text: fmt.Sprintf("port no\tmac addr\t\tis local? %d", i)})
	}
	h.Coverage = []report.Coverage{
		{Datum: "bond\x1bstatus", Status: "unparsed", Ask: "cat /proc/net/bonding/*", Note: "line 3: \u202ebad",
			Files: []string{"proc/net/bonding/a|b"}},
		{Datum: "thing", Status: "stolen"},
	}
	doc := document(h)
	doc.Tool = report.Tool{Name: "sosbond\x1b", Version: "\u202e1.0"}
	doc.Errors = []report.Error{{Input: "\x1b[31mx.tar", Message: "broken\n\nat byte 3"}}
	return doc
}
