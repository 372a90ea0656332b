package rules

import "github.com/sosbond/sosbond/parsers/release"

// Answer is what is known of a kernel feature.
type Answer int

// The answers. Unknown makes a text say both cases.
const (
	Unknown Answer = iota
	Yes
	No
)

// feature is a change in the kernel that decides what a rule says.
type feature struct {
	since [3]int // first mainline release with it
	// rhel says from which minor of which major of RHEL it is there: a major that is missing falls back on the mainline number only where
	// that already has it, and is unknown otherwise. minor -1: no minor has it. minor 99: not known from which.
	rhel map[int]int
	// stable are the stable series that got it later, by "major.minor" with the first patch level.
	stable map[[2]int]int
}

// features by name. Sources: the commits named beside each, read in the kernels' trees; RHEL backports where a tree was read.
var features = map[string]feature{
	// 567b871e5033 "bonding: rlb mode of bond should not alter ARP originating via bridge"
	"alb-leaves-guest-arp": {since: [3]int{3, 8, 0}, rhel: map[int]int{5: -1, 6: 99, 7: 0, 8: 0, 9: 0, 10: 0}},
	// d5410ac7b0ba "net:bonding:support balance-alb interface with vlan to bridge"
	"alb-bridge-over-vlan": {since: [3]int{6, 0, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: 99, 9: 99, 10: 0}},
	// "bonding: support balance-alb with openvswitch"
	"alb-openvswitch": {since: [3]int{6, 6, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: 99, 9: 99, 10: 0}},
	// 14af9963ba1e made mode 6 rewrite the ARP of macvlans
	"alb-breaks-macvlan": {since: [3]int{3, 16, 0}, rhel: map[int]int{5: -1, 6: -1, 7: 99, 8: 0, 9: 0, 10: 0}},
	// e74216b8def3 "bonding: fix macvlan over alb bond support"
	"alb-macvlan-fixed": {since: [3]int{6, 5, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: 99, 9: 99, 10: 0},
		stable: map[[2]int]int{{5, 4}: 255, {5, 10}: 193, {6, 1}: 50}},
	// the rx_handler rewrite: what an inactive slave receives no longer reaches the bridge because an ARP monitor wants to see it
	"inactive-arp-dropped": {since: [3]int{2, 6, 39}, rhel: map[int]int{5: -1, 6: -1, 7: 0, 8: 0, 9: 0, 10: 0}},
	// 7b8fc0103bb5 hash policy vlan+srcmac
	"vlan-srcmac": {since: [3]int{5, 12, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: 99, 9: 0, 10: 0}},
	// nftables egress hook of the netdev family
	"nft-netdev-egress": {since: [3]int{5, 16, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: -1, 9: 99, 10: 0}},
	// "details actor lacp pdu" and "details partner lacp pdu" in /proc/net/bonding
	"lacp-details": {since: [3]int{4, 2, 0}, rhel: map[int]int{5: -1, 6: -1, 7: 99, 8: 0, 9: 0, 10: 0}},
	// sticky FDB entries
	"fdb-sticky": {since: [3]int{4, 20, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: 99, 9: 0, 10: 0}},
	// the ARP monitor finds its source address on a bridge or another device above the bond
	"arp-probe-through-bridge": {since: [3]int{3, 12, 0}, rhel: map[int]int{5: -1, 6: -1, 7: 99, 8: 0, 9: 0, 10: 0}},
	// use_carrier can no longer be switched off
	"use-carrier-always": {since: [3]int{6, 18, 0}, rhel: map[int]int{5: -1, 6: -1, 7: -1, 8: -1, 9: 99, 10: 99}},
	// Linux 2.6.27: a port goes to forwarding at once when STP is off
	"no-delay-without-stp": {since: [3]int{2, 6, 27}, rhel: map[int]int{5: -1, 6: 0, 7: 0, 8: 0, 9: 0, 10: 0}},
}

// in answers for a kernel.
func (f feature) in(k release.Kernel) Answer {
	if !k.Known() {
		return Unknown
	}
	if k.Distro == "el" && k.DistroMajor > 0 {
		minor, ok := f.rhel[k.DistroMajor]
		switch {
		case ok && minor == -1:
			return No
		case ok && minor == 99:
			return Unknown
		case ok && k.DistroMinor < 0 && minor > 0:
			return Unknown
		case ok:
			return answer(k.DistroMinor >= minor || minor == 0)
		}
	}
	since := f.since
	if patch, ok := f.stable[[2]int{k.Major, k.Minor}]; ok {
		since = [3]int{k.Major, k.Minor, patch}
	}
	switch {
	case k.AtLeast(since[0], since[1], since[2]):
		return Yes
	case k.Distro == "el" || !k.Before(since[0], since[1], since[2]): // a backport, or a patch level that the release hides, may have it
		return Unknown
	}
	return No
}

func answer(b bool) Answer {
	if b {
		return Yes
	}
	return No
}
