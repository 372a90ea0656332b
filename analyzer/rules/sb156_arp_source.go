package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb156 finds ARP monitoring on a kernel that does not find the address that its probes need, because a bridge over the bond has it.
var sb156 = Rule{ID: "SB156", Slug: "arp_source", Severity: Error, Family: FamilyMonitoring, Check: checkARPSource}

func checkARPSource(h *topology.Host) (hits []Hit) {
	if features["arp-probe-through-bridge"].in(h.Kernel.Value) != No {
		return nil
	}
	for _, b := range running(h) {
		if b.ARPInterval.Value <= 0 || len(h.Addresses(b)) > 0 {
			continue
		}
		for _, a := range b.Attachments {
			if !a.IsBridge() || a.Bridge == nil || len(a.Bridge.Addrs) == 0 {
				continue
			}
			addr := a.Bridge.Addrs[0]
			hit := Hit{Bond: b, Attachment: a, Confidence: Likely, Vars: arpVars(b)}
			evidence := []Evidence{on(b.ARPInterval.Source, "ARP monitoring is on"), on(addr.Source, "the address is on "+a.Name), on(h.Kernel.Source, "the kernel")}
			for _, e := range h.Events {
				if e.Kind == kernlog.ARPNoRoute && e.Bond == b.Name {
					hit.Confidence = ""
					evidence = append(evidence, on(e.Source, "the kernel says so"))
				}
			}
			hit.Vars["Address"], hit.Vars["Said"] = addr.Value, hit.Confidence == ""
			hit.Evidence = cite(evidence...)
			hits = append(hits, hit)
			break
		}
	}
	return hits
}
