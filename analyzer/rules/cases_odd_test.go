package rules

import (
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var (
	lacpLab = lab{mode: 4, partner: labPartner, on: "VMs"}
	abLab   = lab{mode: 1, on: "VMs"}
	mtu9000 = all(subRE(ipLink, `^(4: bond0: .*) mtu 1500 `, "$1 mtu 9000 "), subRE(ipLink, `^(\d: eth\d: .*) mtu 1500 `, "$1 mtu 9000 "))
	fast    = all(sub(procBond, "LACP rate: slow", "LACP rate: fast"))
	plainOS = subRE(uname, `^Linux lab.example.com \S+`, "Linux lab.example.com 5.14.0-362.8.1.el9_3.x86_64")
)

func (l lab) with(edits ...edit) lab { l.edits = edits; return l }

// oddCases are about hosts that are compared with others.
var oddCases = []ruleCase{
	{rule: "SB228", kind: fires, name: "mode", lab: &abLab, peers: []lab{lacpLab, lacpLab, lacpLab}, severity: Warning, subject: "bond0 : ", file: procBond,
		text: "Bonding Mode: IEEE 802.3ad", title: "bond0 is the odd one out: mode active-backup, where 3 of the 4 hosts have 802.3ad."},
	{rule: "SB228", kind: fires, name: "the fewest hosts", lab: &abLab, peers: []lab{lacpLab, lacpLab}, severity: Warning, subject: "bond0 : ", title: "where 2 of the 3 hosts"},
	{rule: "SB228", kind: fires, name: "MTU and an option", lab: &lacpLab, peers: []lab{lacpLab.with(mtu9000, fast), lacpLab.with(mtu9000, fast)}, severity: Warning, subject: "bond0 : ",
		file: ipLink, text: "mtu 9000", title: "MTU 1500, where 2 of the 3 hosts have 9000; lacp_rate slow, where 2 of the 3 hosts have fast."},
	{rule: "SB228", kind: fires, name: "an option alone", lab: &lacpLab, peers: []lab{lacpLab.with(fast), lacpLab.with(fast)}, severity: Info, subject: "bond0 : ", file: procBond,
		text: "LACP rate: fast", title: "lacp_rate slow"},
	{rule: "SB228", kind: fires, name: "the bond has another name", lab: &abLab,
		peers: []lab{lacpLab.with(uplink), lacpLab.with(uplink), lacpLab}, severity: Warning, subject: "bond0 : ", title: "3 of the 4"},
	{rule: "SB228", kind: fires, name: "kernel", lab: &abLab, peers: []lab{abLab.with(plainOS), abLab.with(plainOS)}, severity: Info, subject: " : ", file: uname, text: "5.14.0-362.8.1.el9_3",
		title: "The host is the odd one out: kernel 5.14.0-427.31.1.el9_4.x86_64, where 2 of the 3 hosts have 5.14.0-362.8.1.el9_3.x86_64."},
	{rule: "SB228", kind: near, name: "alone", lab: &abLab},
	{rule: "SB228", kind: near, name: "two hosts", lab: &abLab, peers: []lab{lacpLab}},
	{rule: "SB228", kind: near, name: "all alike", lab: &abLab, peers: []lab{abLab, abLab, abLab}},
	{rule: "SB228", kind: near, name: "half and half", lab: &abLab, peers: []lab{abLab, lacpLab, lacpLab}},
	{rule: "SB228", kind: near, name: "no two agree", lab: &abLab, peers: []lab{lacpLab, {mode: 2, on: "VMs"}, {mode: 0, on: "VMs"}}},
	{rule: "SB228", kind: near, name: "the others carry no guests' bridge", lab: &abLab, peers: []lab{{mode: 4, partner: labPartner, on: "host"}, {mode: 4, partner: labPartner, on: "host"}}},
	{rule: "SB228", kind: near, name: "another platform", lab: &abLab, peers: []lab{lacpLab.with(systems["rhv"]), lacpLab.with(systems["rhv"])}},
	{rule: "SB228", kind: near, name: "nodes whose role is not told", lab: &lab{mode: 1, on: "VMs", edits: []edit{systems["nncp"]}}, peers: []lab{lacpLab.with(systems["nncp"]), lacpLab.with(systems["nncp"])}},
	{rule: "SB228", kind: near, name: "most bonds are others", lab: &lab{mode: 1, on: "VMs", edits: []edit{moreBonds}}, peers: []lab{lacpLab, lacpLab}},
	{rule: "SB228", kind: near, name: "options of other modes", lab: &lacpLab, peers: []lab{lacpLab, abLab, abLab}},
	{rule: "SB228", kind: absent, name: "nothing of the bond is told", lab: &lab{mode: 1, on: "VMs", edits: []edit{all(noMode, drop(uname), drop(dmesg), subRE(ipLink, `^(4: bond0: .*) mtu 1500 `, "$1 "))}}, peers: []lab{lacpLab, lacpLab}},
}

// uplink gives the bond another name, under the same bridge.
var uplink = all(subRE(ipLink, `\bbond0\b`, "uplink"), subRE(fdb, `\bbond0\b`, "uplink"), func(_ testing.TB, ar *txtar.Archive) {
	for i, f := range ar.Files {
		ar.Files[i].Name = strings.ReplaceAll(f.Name, "bonding/bond0", "bonding/uplink")
	}
})

// moreBonds adds bonds that the others have not.
var moreBonds = all(add("proc/1/net/bonding/storage0", moreBond), add("proc/1/net/bonding/backup0", moreBond))

const moreBond = "Ethernet Channel Bonding Driver: v5.14.0\n\nBonding Mode: fault-tolerance (active-backup)\nMII Status: up\nMII Polling Interval (ms): 100\n"

// TestOddRoles: nodes of OpenShift are compared with those of their role.
func TestOddRoles(t *testing.T) {
	node := func(i int, l lab, role string) Peer {
		h := l.with(systems["nncp"]).named(i).host(t)
		h.Cluster.Role = role
		return Peer{Host: h, Input: "must-gather.tar"}
	}
	peers := []Peer{node(1, abLab, "master"), node(2, abLab, "master"), node(3, abLab, "master")}
	for i := 4; i < 10; i++ {
		peers = append(peers, node(i, lacpLab, "worker"))
	}
	for i, found := range Across(peers) {
		if len(found) > 0 {
			t.Errorf("%s: %+v", peers[i].Host.Name.Value, found)
		}
	}
	peers[2].Host.Cluster.Role = "worker"
	for i, found := range Across(peers) {
		if (len(found) == 1) != (i == 2) {
			t.Errorf("%s: %+v", peers[i].Host.Name.Value, found)
		}
	}
}

// TestOddCountsMachinesOnce: three reports of one host are no majority.
func TestOddCountsMachinesOnce(t *testing.T) {
	one := func(l lab) Peer { return Peer{Host: l.named(1).host(t), Input: "all.tar"} }
	peers := []Peer{{Host: abLab.host(t), Input: "all.tar"}, one(lacpLab), one(lacpLab), one(lacpLab)}
	if found := Across(peers)[0]; len(found) > 0 {
		t.Errorf("%+v", found)
	}
	peers = append(peers, Peer{Host: lacpLab.named(2).host(t)})
	if found := Across(peers)[0]; len(found) != 1 || !strings.Contains(found[0].Title, "2 of the 3") {
		t.Errorf("%+v", found)
	}
}

// TestOddEvidence: the lines of the other host are told to be its.
func TestOddEvidence(t *testing.T) {
	peers := []Peer{{Host: abLab.host(t)}, {Host: lacpLab.named(1).host(t)}, {Host: lacpLab.named(2).host(t)}}
	found := Across(peers)[0]
	if len(found) != 1 || len(found[0].Evidence) != 2 {
		t.Fatalf("%+v", found)
	}
	if e := found[0].Evidence; e[0].Note != "mode here" || e[0].Source.Text != "Bonding Mode: fault-tolerance (active-backup)" ||
		e[1].Note != "mode on lab1.example.com, as on 2 of the 3 hosts" || !strings.Contains(e[1].Source.Text, "802.3ad") {
		t.Errorf("%+v", e)
	}
	if c := found[0].Cause; !strings.Contains(c, "lab1.example.com and lab2.example.com agree") {
		t.Error(c)
	}
}
