package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb233 finds a bridge that leads out of the host twice.
var sb233 = Rule{ID: "SB233", Slug: "several_uplinks", Severity: Error, Family: FamilyBridge, Explains: []string{"SB140", "SB141", "SB142", "SB145"},
	Needs: []topology.Datum{parsers.DatumLinks}, Check: checkSeveralUplinks}

func checkSeveralUplinks(h *topology.Host) (hits []Hit) {
	seen := map[string]bool{}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			if a.Kind != topology.KindBridge || a.Bridge == nil || b.ConfigOnly || seen[a.Name] || a.Bridge.STP.Value || !h.Carries(b, a.Port) {
				continue
			}
			ports := inOneNetwork(h, uplinks(h, a.Bridge))
			if len(ports) < 2 || !slices.ContainsFunc(ports, func(p *topology.Port) bool { return h.Carries(b, p.Name) }) {
				continue
			}
			seen[a.Name] = true
			hits = append(hits, severalUplinks(h, b, a, ports))
		}
	}
	return hits
}

func severalUplinks(h *topology.Host, b *topology.Bond, a *topology.Attachment, ports []*topology.Port) Hit {
	hit := Hit{Bond: b, Attachment: a, Confidence: Likely}
	var list []Evidence
	for _, p := range ports {
		list = append(list, on(p.Source, p.Name+" leads out of the bridge"))
	}
	list = append(list, on(a.Bridge.STP.Source, "spanning tree of the bridge"))
	looped := false
	for _, e := range h.Events {
		if e.Kind == kernlog.OwnAddress && slices.ContainsFunc(ports, func(p *topology.Port) bool { return p.Name == e.Port }) && (e.Bridge == "" || e.Bridge == a.Name) {
			looped = true
			list = append(list, citeLoops([]topology.Event{e})...)
		}
	}
	if looped && !staticMode(b.Mode.Value) { // without a channel those modes make the kernel say so too
		hit.Confidence, hit.Severity = "", Critical
	}
	hit.Evidence = cite(list...)
	hit.Vars = map[string]any{"Uplinks": portNames(ports), "Looped": looped, "STPKnown": a.Bridge.STP.Known()}
	return hit
}

// inOneNetwork keeps the uplinks that may lead to one network: two VLANs with different ids are two networks, and a device with its own VLANs
// has one wire.
func inOneNetwork(h *topology.Host, ports []*topology.Port) (list []*topology.Port) {
	for _, p := range ports {
		if slices.ContainsFunc(ports, func(o *topology.Port) bool { return o != p && mayLoop(h, p.Link, o.Link) }) {
			list = append(list, p)
		}
	}
	return list
}

func mayLoop(h *topology.Host, a, b *topology.Link) bool {
	base, vlans := baseOf(h, a)
	other, others := baseOf(h, b)
	return base != other && (len(vlans) == 0 || len(others) == 0 || slices.Equal(vlans, others))
}
