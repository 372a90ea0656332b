package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb209 finds addresses on the bond, or on a VLAN over it, while that device is the port of a bridge.
var sb209 = Rule{ID: "SB209", Slug: "address_on_port", Severity: Error, Family: FamilyHealth, Check: checkAddressOnPort}

func checkAddressOnPort(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		for _, a := range b.Attachments {
			port := h.Link(a.Port)
			if !a.IsBridge() || port == nil || len(port.Addrs) == 0 || !h.Carries(b, a.Port) {
				continue
			}
			var list []Evidence
			for _, addr := range port.Addrs {
				list = append(list, on(addr.Source, "an address on "+a.Port))
			}
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append(list, pathEvidence(h, a)...)...),
				Vars: map[string]any{"Port": device(a.Port), "PortAddrs": addressList(port), "OVS": a.Kind == topology.AttachedOVS, "BridgeIP": a.Bridge != nil && len(a.Bridge.Addrs) > 0}})
		}
	}
	return hits
}
