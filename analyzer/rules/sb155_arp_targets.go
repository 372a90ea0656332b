package rules

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb155 finds ARP monitoring that has nothing to ask, or asks what cannot answer.
var sb155 = Rule{ID: "SB155", Slug: "arp_targets", Severity: Error, Family: FamilyMonitoring, Check: checkARPTargets}

// mostTargets is BOND_MAX_ARP_TARGETS of the kernel.
const mostTargets = 16

func checkARPTargets(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.Kind != topology.BondKernel {
			continue
		}
		hit, ok := targetsRunning(h, b)
		if !ok {
			hit, ok = targetsConfigured(b)
		}
		if ok {
			hit.Bond, hit.Attachment = b, firstGuests(b)
			hits = append(hits, hit)
		}
	}
	return hits
}

// targetsRunning looks at the bond as it runs.
func targetsRunning(h *topology.Host, b *topology.Bond) (hit Hit, ok bool) {
	if b.ConfigOnly || b.ARPInterval.Value <= 0 || b.Mode.Value > bonding.Broadcast || strings.Trim(b.NSTargets.Value, " ,") != "" {
		return hit, false
	}
	interval := on(b.ARPInterval.Source, "ARP monitoring is on")
	targets := addresses(b.ARPTargets.Value)
	if len(targets) == 0 && strings.Trim(b.ARPTargets.Value, " ,") == "" && (b.ARPTargets.Known() || b.Link != nil && b.Link.Kind == topology.KindBond && b.Link.Attrs["arp_interval"].Known()) {
		return Hit{Evidence: cite(interval, on(b.ARPTargets.Source, "no target")), Vars: targetVars("none", "", b.ARPInterval.Value)}, true
	}
	if h.Obfuscated.Known() { // the networks of addresses that were replaced need not be what they were
		return hit, false
	}
	own, nets := onTheBond(h, b)
	for _, t := range targets {
		if at, is := own[t]; is {
			return Hit{Evidence: cite(interval, on(b.ARPTargets.Source, "the targets"), on(at, "an address of this host")), Vars: targetVars("own", t.String(), b.ARPInterval.Value)}, true
		}
	}
	if len(targets) == 0 || len(nets) == 0 || slices.ContainsFunc(targets, func(t netip.Addr) bool {
		return slices.ContainsFunc(nets, func(n topology.Fact[netip.Prefix]) bool { return n.Value.Contains(t) })
	}) {
		return hit, false
	}
	evidence := []Evidence{interval, on(b.ARPTargets.Source, "the targets")}
	for _, n := range nets {
		evidence = append(evidence, on(n.Source, "a network on the bond"))
	}
	hit = Hit{Severity: Warning, Confidence: Likely, Evidence: cite(evidence...), Vars: targetVars("outside", targets[0].String(), b.ARPInterval.Value)}
	if slices.ContainsFunc(b.Slaves, func(s *topology.Slave) bool { return isDown(s.MIIStatus) }) {
		hit.Severity = Error
	}
	return hit, true
}

// targetsConfigured looks at the files.
func targetsConfigured(b *topology.Bond) (hit Hit, ok bool) {
	for _, c := range b.Configs {
		interval := milliseconds(c, "arp_interval")
		if !c.Persistent() || interval <= 0 || !monitorsByARP(b, c) || milliseconds(c, "miimon") > 0 {
			continue
		}
		o, _ := c.Option("arp_interval")
		list, has := c.Option("arp_ip_target")
		ns, hasNS := c.Option("ns_ip6_target")
		switch n := len(strings.FieldsFunc(list.Value, func(r rune) bool { return r == ',' || r == ' ' })); {
		case (!has || n == 0) && (!hasNS || ns.Value == ""):
			return Hit{Evidence: cite(on(o.Source, "ARP monitoring"), on(list.Source, "no target")), Vars: targetVars("none", "", interval)}, true
		case n > mostTargets:
			return Hit{Evidence: cite(on(o.Source, "ARP monitoring"), on(list.Source, fmt.Sprintf("%d targets", n))), Vars: targetVars("many", fmt.Sprint(n), interval)}, true
		}
	}
	return hit, false
}

func targetVars(what, target string, interval int) map[string]any {
	return map[string]any{"Case": what, "Target": target, "Interval": interval}
}

// addresses reads a list of IPv4 addresses.
func addresses(s string) (list []netip.Addr) {
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if a, err := netip.ParseAddr(word); err == nil && a.Is4() {
			list = append(list, a)
		}
	}
	return list
}

// onTheBond are the IPv4 addresses of the host, and the networks of those on the bond and on what is stacked on it.
func onTheBond(h *topology.Host, b *topology.Bond) (own map[netip.Addr]topology.Source, nets []topology.Fact[netip.Prefix]) {
	own = map[netip.Addr]topology.Source{}
	above := map[string]bool{b.Name: true}
	for _, a := range b.Attachments {
		for _, name := range a.Path {
			above[name] = true
		}
	}
	for _, l := range h.Links {
		if l.Namespace != "" {
			continue
		}
		mine := above[l.Name] || above[l.Lower] || h.Carries(b, l.Name)
		for _, addr := range l.Addrs {
			p, err := netip.ParsePrefix(addr.Value)
			if err != nil || !p.Addr().Is4() {
				continue
			}
			own[p.Addr()] = addr.Source
			if mine {
				nets = append(nets, topology.Fact[netip.Prefix]{Value: p.Masked(), Source: addr.Source})
			}
		}
	}
	return own, nets
}
