package join

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/iproute"
)

// stacked are the kinds whose name after "@" is the device below; for others (veth, tun) it is a peer or an accident.
var stacked = []string{topology.KindVLAN, topology.KindMACVLAN, topology.KindMACVTAP, topology.KindIPVLAN, topology.KindIPVTAP, topology.KindVXLAN, topology.KindMACsec}

// links takes the interfaces of the host's own namespace from every form of `ip link` and `ip address`; the first form that has a fact wins.
func (j *joiner) links() {
	for _, r := range j.f.Links {
		for _, l := range r.Value {
			made := j.link(r.File, l, "")
			if have := j.h.Link(l.Name); have != nil {
				fill(have, made)
			} else {
				j.h.Links = append(j.h.Links, made)
			}
		}
	}
	j.linksFromLogs()
	j.linksFromNMState()
	j.kindsFromElsewhere()
	j.kindsOfStacked()
	for _, l := range j.h.Links {
		if l.Lower != "" && !slices.Contains(stacked, l.Kind) {
			l.Lower = ""
		}
		if l.MAC.Known() && strings.HasPrefix(l.MAC.Value, obfuscatedPrefix) && !j.h.Obfuscated.Known() {
			j.h.Obfuscated = l.MAC.Source
		}
	}
}

// obfuscatedPrefix begins each MAC that `sos clean` writes.
const obfuscatedPrefix = "53:4f:53:"

// link makes a link of what one file says of it.
func (j *joiner) link(f parsers.File, l iproute.Link, ns string) *topology.Link {
	t := &topology.Link{
		Name: l.Name, Index: l.Index, Namespace: ns, Kind: l.Kind.Value, Source: f.At(l.Line), KindAt: f.At(l.Kind.Line),
		MAC: fact(f, l.MAC), PermMAC: fact(f, l.PermMAC), Master: fact(f, l.Master), State: l.State,
		Up: len(l.Flags) == 0 || slices.Contains(l.Flags, "UP"), PeerIndex: l.LowerIndex, Attrs: map[string]topology.Fact[string]{}, PortAttrs: map[string]topology.Fact[string]{},
	}
	t.MTU, t.Promiscuity, t.Details = fact(f, l.MTU), fact(f, l.Promiscuity), map[string]topology.Fact[string]{}
	for k, v := range l.Details {
		t.Details[k] = fact(f, v)
	}
	for k, v := range l.Attrs {
		t.Attrs[k] = fact(f, v)
	}
	for k, v := range l.SlaveAttrs {
		t.PortAttrs[k] = fact(f, v)
	}
	t.Received, t.Sent = counters(f, l.RX), counters(f, l.TX)
	for _, v := range l.VFs {
		t.VFs = append(t.VFs, topology.Fact[string]{Value: v.MAC, Source: f.At(v.Line)})
	}
	for _, a := range l.Addrs {
		if a.Scope != "link" && a.Scope != "host" {
			t.Addrs = append(t.Addrs, topology.Fact[string]{Value: a.CIDR, Source: f.At(a.Line)})
		}
	}
	if ns == "" && l.LinkNetNS == "" && l.LinkNetNSID < 0 {
		t.Lower, t.LowerAt = l.Lower, f.At(l.Line)
	}
	t.PeerNS = peerNamespace(l)
	if t.Kind == "" {
		t.Kind = guessKind(l)
	}
	if masked(t.MAC.Value) {
		t.MAC, t.PermMAC = topology.Fact[string]{}, topology.Fact[string]{}
	}
	return t
}

func peerNamespace(l iproute.Link) string {
	switch {
	case l.LinkNetNS != "":
		return l.LinkNetNS
	case l.LinkNetNSID >= 0:
		return netnsID(l.LinkNetNSID)
	case l.LowerIndex > 0:
		return namelessNS // the other end is in a namespace that this iproute does not name
	}
	return ""
}

// What stands for the name of a namespace that has none: the id that `ip` prints after "link-netnsid", or nothing at all.
const (
	netnsIDPrefix = "netnsid "
	namelessNS    = "?"
)

func netnsID(id int) string { return netnsIDPrefix + strconv.Itoa(id) }

var (
	tapName  = regexp.MustCompile(`^(?:vnet|tap)[0-9a-f]`)
	vethName = regexp.MustCompile(`^(?:veth|cali|lxc)[0-9a-zA-Z]`)
	teamName = regexp.MustCompile(`^team[0-9]+$`)
	xenName  = regexp.MustCompile(`^(?:vif|tap)[0-9]+\.[0-9]+`)
)

// guessKind tells a link's kind where `ip` printed no details: from flags that only one driver sets, else from names that only one tool gives.
func guessKind(l iproute.Link) string {
	switch {
	case l.Encap == "loopback":
		return "loopback"
	case slices.Contains(l.Flags, "MASTER") && !slices.Contains(l.Flags, "BROADCAST"):
		return "vrf"
	case slices.Contains(l.Flags, "MASTER"):
		return topology.KindBond
	case xenName.MatchString(l.Name):
		return topology.KindVif
	case tapName.MatchString(l.Name):
		return topology.KindTun
	case teamName.MatchString(l.Name):
		return topology.KindTeam
	case vethName.MatchString(l.Name):
		return topology.KindVeth
	case l.Lower != "" && strings.HasPrefix(l.Name, l.Lower+"."):
		return topology.KindVLAN
	}
	return ""
}

// masked reports an address that must-gather-clean or the Insights operator has put out of sight: all are alike, and tell nothing.
func masked(mac string) bool {
	return mac != "" && strings.Trim(strings.ToLower(mac), "x:") == ""
}

func counters(f parsers.File, c *iproute.Counters) topology.Fact[topology.Counters] {
	if c == nil {
		return topology.Fact[topology.Counters]{}
	}
	return topology.Fact[topology.Counters]{Value: topology.Counters{Bytes: c.Bytes, Packets: c.Packets, Multicast: c.Multicast}, Source: f.At(c.Line)}
}

// fill completes a link with what a later file says of it. What it says of the kind comes before a guess.
func fill(have, more *topology.Link) {
	guessed := have.KindAt == (topology.Source{}) && more.KindAt != (topology.Source{}) && more.Kind != ""
	if have.Kind == "" || guessed {
		have.Kind, have.KindAt = more.Kind, more.KindAt
	}
	if have.Lower == "" {
		have.Lower, have.LowerAt = more.Lower, more.LowerAt
	}
	have.MTU, have.Promiscuity = first(have.MTU, more.MTU), first(have.Promiscuity, more.Promiscuity)
	if len(have.Details) == 0 {
		have.Details = more.Details
	}
	have.MAC, have.PermMAC = first(have.MAC, more.MAC), first(have.PermMAC, more.PermMAC)
	have.Master = first(have.Master, more.Master)
	if len(have.Attrs) == 0 {
		have.Attrs = more.Attrs
	}
	if len(have.PortAttrs) == 0 {
		have.PortAttrs = more.PortAttrs
	}
	if len(have.Addrs) == 0 {
		have.Addrs = more.Addrs
	}
	have.Received, have.Sent = first(have.Received, more.Received), first(have.Sent, more.Sent)
	if len(have.VFs) == 0 {
		have.VFs = more.VFs
	}
	if have.PeerNS == "" {
		have.PeerNS = more.PeerNS
	}
}

// kindsFromElsewhere tells bonds, bridges and VLAN devices apart where `ip` did not: from /proc/net/bonding, brctl and /proc/net/vlan/config.
func (j *joiner) kindsFromElsewhere() {
	for _, b := range j.f.Bonds {
		if l := j.h.Link(b.Name); l != nil && l.Kind == "" {
			l.Kind, l.KindAt = topology.KindBond, b.Whole()
		}
	}
	for _, r := range j.f.Brctl {
		for _, b := range r.Value {
			if l := j.h.Link(b.Name); l != nil && l.Kind == "" {
				l.Kind, l.KindAt = topology.KindBridge, r.At(b.Line)
			}
		}
	}
	for _, r := range j.f.ProcVLANs {
		for _, v := range r.Value {
			l := j.h.Link(v.Name)
			if l == nil {
				l = &topology.Link{Name: v.Name, Source: r.At(v.Line)}
				j.h.Links = append(j.h.Links, l)
			}
			if l.Kind == "" || l.Kind == topology.KindVLAN {
				l.Kind = topology.KindVLAN
			}
			if l.Lower == "" {
				l.Lower, l.LowerAt = v.Parent, r.At(v.Line)
			}
		}
	}
}

// kindsOfStacked tells what the devices over another one are where `ip` printed no details. A VLAN device has the address of the device below
// it; a macvlan or macvtap has its own. Two that name one another are a pair of veth.
func (j *joiner) kindsOfStacked() {
	for _, l := range j.h.Links {
		below := j.h.Link(l.Lower)
		if l.Kind != "" || below == nil || below.Lower == l.Name || len(l.MAC.Value) != len(below.MAC.Value) {
			continue // a tunnel has an IP address there
		}
		switch {
		case strings.HasPrefix(l.Name, "macvtap"):
			l.Kind = topology.KindMACVTAP
		case l.MAC.Known() && below.MAC.Known() && l.MAC.Value != below.MAC.Value:
			l.Kind = topology.KindMACVLAN
		default:
			l.Kind = topology.KindVLAN
		}
		l.KindAt = l.LowerAt
	}
}

// namespaces takes the interfaces of other namespaces, and finds which device of the host those with a lower device there sit on.
func (j *joiner) namespaces() {
	for _, r := range j.f.NetnsLinks {
		for _, l := range r.Value {
			t := j.link(r.File, l, r.Name)
			if slices.Contains(stacked, t.Kind) && (l.LinkNetNSID >= 0 || l.LinkNetNS != "") {
				if below := j.h.LinkByIndex(l.LowerIndex); below != nil {
					t.Lower, t.LowerAt = below.Name, t.Source
				}
			}
			j.h.Links = append(j.h.Links, t)
		}
	}
	names := map[string]string{} // "netnsid 2" has a name when `ip netns` lists one with that id
	for _, r := range j.f.Namespaces {
		for _, n := range r.Value {
			if id := netnsID(n.ID); n.ID >= 0 && names[id] == "" {
				names[id] = n.Name
			}
		}
	}
	for _, l := range j.h.Links {
		if name := names[l.PeerNS]; l.Namespace == "" && name != "" {
			l.PeerNS = name
		}
	}
}
