package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb226 finds a bridge that took the address of a guest's port, and will take another one.
var sb226 = Rule{ID: "SB226", Slug: "bridge_mac", Severity: Warning, Family: FamilyHealth, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkBridgeMAC}

func checkBridgeMAC(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		l := a.Bridge.Link
		if l == nil || !l.MAC.Known() || strings.EqualFold(l.MAC.Value, b.MAC.Value) {
			return
		}
		for _, p := range a.Bridge.Ports {
			if len(p.Guests) == 0 || p.Link == nil || !p.Link.MAC.Known() || !strings.EqualFold(p.Link.MAC.Value, l.MAC.Value) {
				continue
			}
			hit := Hit{Bond: b, Attachment: a, Guests: p.Guests, Evidence: cite(on(l.MAC.Source, "the address of the bridge"), on(p.Link.MAC.Source, "the address of the guest's port "+p.Name), on(b.MAC.Source, "the address of "+b.Name)),
				Vars: map[string]any{"MAC": l.MAC.Value, "GuestPort": device(p.Name), "Addressed": len(a.Bridge.Addrs) > 0}}
			if len(a.Bridge.Addrs) == 0 {
				hit.Severity = Info
			}
			hits = append(hits, hit)
			return
		}
	})
	return hits
}
