package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb238 finds options of bridge ports that keep frames from passing, or that make them come back.
var sb238 = Rule{ID: "SB238", Slug: "port_flags", Severity: Warning, Family: FamilyBridge, Check: checkPortFlags}

func checkPortFlags(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if hit, ok := portFlags(h, b, a); ok {
			hits = append(hits, hit)
		}
	})
	return hits
}

// cuts are the options of the port towards the bond that stop something, and the value that does.
var cuts = []struct{ name, value, what string }{
	{"bcast_flood", "off", "broadcasts of the guests, ARP among them, do not leave the host"},
	{"flood", "off", "what the guests send to addresses that the bridge has not learned does not leave the host"},
	{"locked", "on", "frames of machines that the bridge was not told of are dropped when they come in"},
	{"hairpin", "on", "broadcasts that come in through the bond go back out through it"},
}

func portFlags(h *topology.Host, b *topology.Bond, a *topology.Attachment) (Hit, bool) {
	p := portOf(a.Bridge, a.Port)
	if p == nil || p.Link == nil {
		return Hit{}, false
	}
	hit := Hit{Bond: b, Attachment: a, Severity: Warning}
	var flags, what []string
	add := func(port *topology.Port, name, value, effect string, s Severity) {
		flags, what = append(flags, name+"="+value+" on "+device(port.Name)), append(what, effect)
		hit.Evidence = append(hit.Evidence, on(port.Link.PortAttrs[name].Source, name+" is "+value+" on "+port.Name))
		if s.AtLeast(hit.Severity) {
			hit.Severity = s
		}
	}
	for _, c := range cuts {
		if p.Link.PortAttrs[c.name].Value == c.value {
			add(p, c.name, c.value, c.what, Error)
		}
	}
	if p.Link.PortAttrs["learning"].Value == "off" && !managedTable(h, a) {
		add(p, "learning", "off", "the bridge does not learn who is behind the bond, and floods what guests send there to all ports", Warning)
	}
	for _, g := range a.Running() {
		port := portOf(a.Bridge, g.Interface)
		if port == nil || port.Link == nil {
			continue
		}
		attrs := port.Link.PortAttrs
		if attrs["isolated"].Value == "on" && p.Link.PortAttrs["isolated"].Value == "on" {
			add(port, "isolated", "on", g.Guest+" cannot exchange frames with the bond, as both ports are isolated", Error)
		}
		if attrs["learning"].Value == "off" && attrs["flood"].Value == "off" && knowsTable(h, a) && !listed(h, g) {
			add(port, "learning", "off", "the bridge neither learns "+g.Guest+" nor floods to it, and no entry was set for it", Error)
		}
	}
	if len(flags) == 0 {
		return Hit{}, false
	}
	hit.Evidence = cite(hit.Evidence...)
	hit.Vars = map[string]any{"Flags": flags, "Effects": what}
	return hit, true
}

// managedTable reports a bridge whose entries somebody sets (macTableManager='libvirt'), so that learning is off on purpose.
func managedTable(h *topology.Host, a *topology.Attachment) bool {
	return slices.ContainsFunc(h.FDB, func(e topology.FDBEntry) bool { return e.Bridge == a.Name && e.Static && !e.Self })
}

func knowsTable(h *topology.Host, a *topology.Attachment) bool {
	return slices.ContainsFunc(h.FDB, func(e topology.FDBEntry) bool { return e.Bridge == a.Name && !e.Self })
}

// listed reports a guest that the forwarding database holds, or whose address is not known.
func listed(h *topology.Host, g *topology.GuestNIC) bool {
	return !g.MAC.Known() || h.Obfuscated.Known() || len(learnedEntries(h, g.MAC.Value)) > 0
}
