package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb294 tells of guests between whom and the bond's own bridge another hop lies: a patch of Open vSwitch, or a macvtap on the bridge.
var sb294 = Rule{ID: "SB294", Slug: "indirect_guest", Severity: Info, Family: FamilyTopology, Check: checkIndirectGuest}

func checkIndirectGuest(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		below := ""
		for _, hop := range a.Path[1:max(len(a.Path)-1, 1)] {
			if h.Bridge(hop) != nil {
				below = hop
			}
		}
		patch := a.Kind == topology.AttachedOVS && patches(h, a.Path) > 0
		tap := a.Kind == topology.KindMACVTAP || a.Kind == topology.KindMACVLAN
		if below == "" || len(a.Guests) == 0 || routedPods(h, a) || !patch && !tap {
			return
		}
		list := pathEvidence(h, a)
		if a.Link != nil {
			list = append(list, on(a.Link.Source, a.Name+" sits on "+below))
		}
		if br := h.Bridge(below); br != nil {
			for _, p := range br.Ports {
				if h.Carries(b, p.Name) || p.Peer != "" {
					list = append(list, on(p.Source, p.Name+" is a port of "+below))
				}
			}
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(list...), Vars: map[string]any{"Below": device(below), "Tap": tap, "Path": strings.Join(a.Path, " → ")}})
	})
	return hits
}

// patches counts the patch ports of Open vSwitch on a path.
func patches(h *topology.Host, path []string) (n int) {
	for _, br := range h.Bridges {
		for _, p := range br.Ports {
			if p.Peer != "" && slices.Contains(path, p.Name) {
				n++
			}
		}
	}
	return n
}
