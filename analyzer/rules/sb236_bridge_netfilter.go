package rules

import (
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb236 tells that the host's own packet filter sees what guests send across the bridge.
var sb236 = Rule{ID: "SB236", Slug: "bridge_netfilter", Severity: Info, Family: FamilyBridge, Check: checkBridgeNetfilter}

func checkBridgeNetfilter(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		if a.Bridge.Link == nil {
			return
		}
		var list []Evidence
		var names []string
		everywhere := false
		for _, name := range []string{"nf_call_iptables", "nf_call_ip6tables", "nf_call_arptables"} {
			all := h.Sysctl["net.bridge.bridge-"+strings.ReplaceAll(name, "_", "-")]
			switch f := a.Bridge.Link.Attrs[name]; {
			case f.Value == "1":
				names, list = append(names, name), append(list, on(f.Source, name+" is on for the bridge"))
			case all.Value == "1":
				names, list = append(names, name), append(list, on(all.Source, "on for all bridges"))
				everywhere = true
			}
		}
		if len(names) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(list...), Vars: map[string]any{"Calls": names, "Everywhere": everywhere}})
		}
	})
	return hits
}
