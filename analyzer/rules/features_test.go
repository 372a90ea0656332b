package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/sosbond/sosbond/parsers/release"
)

// featureKernels are the kernels of the table below, one for each generation.
var featureKernels = []string{
	"2.6.18-398.el5", "2.6.32-696.el6.x86_64", "3.10.0-1160.el7.x86_64", "4.18.0-513.24.1.el8_9.x86_64", "5.14.0-427.31.1.el9_4.x86_64", "6.12.0-55.9.1.el10_0.x86_64",
	"5.10.0-32-amd64", "5.10.192", "5.10.200", "6.1.49", "6.1.50", "6.4.0", "6.5.0", "",
}

func TestFeatures(t *testing.T) {
	const (
		y = Yes
		n = No
		u = Unknown
	)
	for name, want := range map[string][]Answer{
		//                       el5 el6 el7 el8 el9 el10 deb 5.10.192 .200 6.1.49 .50 6.4 6.5 unknown
		"alb-leaves-guest-arp":     {n, u, y, y, y, y, y, y, y, y, y, y, y, u},
		"alb-bridge-over-vlan":     {n, n, n, u, u, y, n, n, n, y, y, y, y, u},
		"alb-openvswitch":          {n, n, n, u, u, y, n, n, n, n, n, n, n, u},
		"alb-breaks-macvlan":       {n, n, u, y, y, y, y, y, y, y, y, y, y, u},
		"alb-macvlan-fixed":        {n, n, n, u, u, y, u, n, y, n, y, n, y, u},
		"inactive-arp-dropped":     {n, n, y, y, y, y, y, y, y, y, y, y, y, u},
		"vlan-srcmac":              {n, n, n, u, y, y, n, n, n, y, y, y, y, u},
		"nft-netdev-egress":        {n, n, n, n, u, y, n, n, n, y, y, y, y, u},
		"lacp-details":             {n, n, u, y, y, y, y, y, y, y, y, y, y, u},
		"fdb-sticky":               {n, n, n, u, y, y, y, y, y, y, y, y, y, u},
		"arp-probe-through-bridge": {n, n, u, y, y, y, y, y, y, y, y, y, y, u},
		"use-carrier-always":       {n, n, n, n, u, u, n, n, n, n, n, n, n, u},
		"no-delay-without-stp":     {n, y, y, y, y, y, y, y, y, y, y, y, y, u},
	} {
		f, ok := features[name]
		if !ok {
			t.Errorf("no feature %q", name)
			continue
		}
		for i, k := range featureKernels {
			if got := f.in(release.ParseKernel(k)); got != want[i] {
				t.Errorf("%s on %q: %v, want %v", name, k, got, want[i])
			}
		}
	}
	if len(features) != 13 {
		t.Errorf("%d features, the table has 13", len(features))
	}
}

// onKernel is the text of the one finding of a rule on a made-up host with another kernel; "" leaves the kernel unknown.
func onKernel(t *testing.T, l lab, rule, kernel string) (title, cause string, f Finding) {
	t.Helper()
	l.kernel = kernel
	if kernel == "" {
		l.edits = append(slices.Clone(l.edits), drop(uname), subRE(procBond, `^(Ethernet Channel Bonding Driver: ).*$`, "${1}v3.7.1 (April 27, 2011)"))
	}
	findings, _ := Run(l.host(t))
	for _, f := range findings {
		if f.Rule == rule {
			return f.Title, f.Cause, f
		}
	}
	t.Fatalf("%s does not fire on %q", rule, kernel)
	return "", "", Finding{}
}

// TestWording: what a text claims fits the kernel, and where the kernel is not known it tells both cases.
func TestWording(t *testing.T) {
	bridgeIP := add("sos_commands/networking/ip_-d_address", "5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n"+
		"    link/ether 02:00:00:00:10:01 brd ff:ff:ff:ff:ff:ff\n    inet 10.0.0.1/24 scope global br0\n")
	const (
		arpBad    = "This kernel rewrites the ARP replies of guests"
		arpGood   = "This kernel leaves the ARP of guests alone"
		arpBoth   = "Kernels before about Linux 3.8"
		hostBad   = "The host's own address on `br0` is affected too"
		hostMay   = "The host's own address on `br0` can be affected too"
		mvGood    = "This kernel knows macvlan on balance-alb"
		mvBad     = "they do not function. The fault"
		mvOld     = "This kernel is older than the change"
		mvBoth    = "From about Linux 3.16 until 6.4"
		arpMonBad = "On kernels of this age ARP monitoring and"
		arpMonOK  = "does not occur on this one"
		arpMonAny = "On old kernels (up to 2.6.38: RHEL 5 and 6)"
	)
	alb := lab{mode: 6, on: "VMs"}
	albVLAN := lab{mode: 6, on: "VLAN", edits: []edit{bridgeIP}}
	mv := lab{mode: 6, on: "macvlan"}
	arp := lab{mode: 1, arp: true, on: "VMs"}
	for _, c := range []struct {
		rule    string
		lab     lab
		kernels []string
		has     string
		hasNot  []string
	}{
		{"SB103", alb, []string{"2.6.18-398.el5", "3.7.10"}, arpBad, []string{arpGood, arpBoth}},
		{"SB103", alb, []string{"3.10.0-1160.el7.x86_64", "4.18.0-513.24.1.el8_9.x86_64", labKernel, "6.12.0-55.9.1.el10_0.x86_64", "5.10.0-32-amd64", "3.8.0"}, arpGood, []string{arpBad, arpBoth}},
		{"SB103", alb, []string{"2.6.32-696.el6.x86_64", ""}, arpBoth, []string{arpBad, arpGood}},
		{"SB103", albVLAN, []string{"3.10.0-1160.el7.x86_64", "5.10.0-32-amd64", "5.19.17"}, hostBad, []string{hostMay}},
		{"SB103", albVLAN, []string{"4.18.0-513.24.1.el8_9.x86_64", labKernel, ""}, hostMay, []string{hostBad}},
		{"SB103", albVLAN, []string{"6.0.0", "6.12.0-55.9.1.el10_0.x86_64"}, arpGood, []string{hostBad, hostMay}},
		{"SB103", alb, []string{"3.10.0-1160.el7.x86_64", ""}, "", []string{hostBad, hostMay}}, // without a VLAN and an address on the bridge
		{"SB112", mv, []string{"6.5.0", "6.1.50", "5.10.200", "6.12.0-55.9.1.el10_0.x86_64"}, mvGood, []string{mvBad, mvOld, mvBoth}},
		{"SB112", mv, []string{"6.4.0", "6.1.49", "5.10.192", "5.4.254"}, mvBad, []string{mvGood, mvOld, mvBoth}},
		{"SB112", mv, []string{"2.6.18-398.el5", "2.6.32-696.el6.x86_64", "3.15.0"}, mvOld, []string{mvGood, mvBad, mvBoth}},
		{"SB112", mv, []string{"3.10.0-1160.el7.x86_64", labKernel, "4.18.0-513.24.1.el8_9.x86_64", "5.10.0-32-amd64", ""}, mvBoth, []string{mvGood, mvBad, mvOld}},
		{"SB112", lab{mode: 5, on: "macvlan"}, []string{"6.4.0", "6.5.0", "2.6.32-696.el6.x86_64", ""}, "carries that slave's MAC", []string{mvGood, mvBad, mvOld, mvBoth}},
		{"SB151", arp, []string{"2.6.18-398.el5", "2.6.32-696.el6.x86_64", "2.6.38"}, arpMonBad, []string{arpMonOK, arpMonAny}},
		{"SB151", arp, []string{"3.10.0-1160.el7.x86_64", "4.18.0-513.24.1.el8_9.x86_64", labKernel, "6.12.0-55.9.1.el10_0.x86_64", "2.6.39"}, arpMonOK, []string{arpMonBad, arpMonAny}},
		{"SB151", arp, []string{""}, arpMonAny, []string{arpMonBad, arpMonOK}},
	} {
		for _, k := range c.kernels {
			_, cause, _ := onKernel(t, c.lab, c.rule, k)
			if !strings.Contains(cause, c.has) {
				t.Errorf("%s on %q does not say %q:\n%s", c.rule, k, c.has, cause)
			}
			for _, not := range c.hasNot {
				if strings.Contains(cause, not) {
					t.Errorf("%s on %q says %q:\n%s", c.rule, k, not, cause)
				}
			}
		}
	}
}

// TestIntermittent: modes 5 and 6 fail guests at times. No text may promise that they have no network at all.
func TestIntermittent(t *testing.T) {
	for _, c := range []struct {
		rule string
		mode int
	}{{"SB102", 5}, {"SB103", 6}} {
		for _, k := range featureKernels {
			title, cause, _ := onKernel(t, lab{mode: c.mode, on: "VMs"}, c.rule, k)
			if !strings.Contains(title, "intermittently") {
				t.Errorf("%s on %q: %s", c.rule, k, title)
			}
			for _, claim := range []string{"no connectivity", "no network", "cannot reach", "unreachable"} {
				if strings.Contains(title+cause, claim) {
					t.Errorf("%s on %q claims %q", c.rule, k, claim)
				}
			}
		}
	}
}

// TestRemediesFitTheKernel: balance-slb is offered where the kernel has the hash and the egress hook, or may have them.
func TestRemediesFitTheKernel(t *testing.T) {
	for kernel, want := range map[string]bool{
		"2.6.32-696.el6.x86_64": false, "3.10.0-1160.el7.x86_64": false, "4.18.0-513.24.1.el8_9.x86_64": false, "5.10.200": false,
		labKernel: true, "6.12.0-55.9.1.el10_0.x86_64": true, "6.1.50": true, "": true,
	} {
		for _, c := range []struct {
			rule string
			mode int
		}{{"SB102", 5}, {"SB103", 6}} {
			_, _, f := onKernel(t, lab{mode: c.mode, on: "VMs"}, c.rule, kernel)
			offered := slices.ContainsFunc(f.Remediation, func(m Remedy) bool {
				return strings.Contains(m.Title, "balance-slb") && len(m.Commands) > 1 && !strings.HasPrefix(m.Title, "Switch")
			})
			if offered != want {
				t.Errorf("%s on %q: balance-slb offered: %v", c.rule, kernel, offered)
			}
		}
	}
}
