package rules

import (
	"strings"
	"testing"
)

// oldLoop is one complaint of the bridge 16 seconds after the start of a host that is up for 400 days.
var oldLoop = all(
	add(dmesg, "[   16.123456] br0: received packet on bond0 with own address as source address (addr:b8:3f:d2:11:0a:c0, vlan:0)\n"),
	add("sos_commands/host/uptime", " 10:12:33 up 400 days,  2:03,  1 user,  load average: 0.00, 0.01, 0.05\n"),
)

// deadLink takes the link of eth1 away from a bond that does not look.
var deadLink = all(sub(ipLinks, "eth1@if3: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP>", "eth1@if3: <NO-CARRIER,BROADCAST,MULTICAST,SLAVE,UP>"),
	subRE(ipLinks, `^(\d+: eth1@if3: .*) state UP `, "$1 state DOWN "))

// TestEvidenceInVerdict: what a finding says to be broken is no good verdict, and what is over long since is no bad one.
func TestEvidenceInVerdict(t *testing.T) {
	for _, c := range []struct {
		name, host string
		edits      []edit
		want       Verdict
		says       string
	}{
		{"no slave is promiscuous", "rhel9-lacp-nm", []edit{sub(ipLink, "promiscuity 1", "promiscuity 0")}, NotWorking, "drop"},
		{"one of two is not", "rhel9-lacp-nm", []edit{sub(ipLink, "permaddr b8:3f:d2:11:0a:c1 promiscuity 1", "permaddr b8:3f:d2:11:0a:c1 promiscuity 0")}, Partial, "ens1f1np1"},
		{"the VLAN of one guest stops at the bridge", "slb-active", []edit{vlans(strings.Replace(vlansOfBr0, "                  100\n", "", 1))}, Partial, "web31"},
		{"the VLANs pass", "slb-active", []edit{vlans(vlansOfBr0)}, Recommended, ""},
		{"LACP is still being negotiated", "lacp-nopartner", []edit{subRE(procBond, `(Actor|Partner) Churn State: \w+`, "$1 Churn State: monitoring")}, Undecided, "still being negotiated"},
		{"a dead link that the bond does not notice", "xor-nomon", []edit{deadLink}, NotWorking, "goes on sending on eth1, without link"},
		{"messages of the start", "bc-static", []edit{oldLoop}, NotRecommended, ""},
		{"no forwarding database that shows the guests at home", "xor-nomon", []edit{oldLoop}, NotWorking, "come back"},
		{"a message of now", "bc-static", []edit{oldLoop, add(dmesg, "[ 34561000.123456] br0: received packet on bond0 with own address as source address (addr:02:00:00:00:10:01, vlan:0)\n")}, NotWorking, "come back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := host(t, c.host, c.edits...)
			b := h.Bonds[0]
			got := Judge(h, b, b.Attachments[0])
			if got.Verdict != c.want || !strings.Contains(got.Summary, c.says) {
				t.Errorf("%s: %s, want %s (%s)", got.Verdict, got.Summary, c.want, c.says)
			}
		})
	}
}
