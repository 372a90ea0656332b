package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb240 finds the host's address below the bridge that guests use.
var sb240 = Rule{ID: "SB240", Slug: "address_on_port", Severity: Error, Family: FamilyBridge, Explains: []string{"SB209"}, Check: checkAddressBelowBridge}

func checkAddressBelowBridge(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		l := h.Link(a.Port)
		if l == nil || len(l.Addrs) == 0 || portOf(a.Bridge, a.Port) == nil {
			return
		}
		hit := Hit{Bond: b, Attachment: a}
		var list []Evidence
		for _, addr := range l.Addrs {
			list = append(list, on(addr.Source, a.Port+" has the address"))
		}
		hit.Evidence = cite(append(list, pathEvidence(h, a)...)...)
		hit.Vars = map[string]any{"Address": l.Addrs[0].Value, "BridgeToo": len(a.Bridge.Addrs) > 0}
		hits = append(hits, hit)
	})
	return hits
}
