package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb192 tells that a transmit hash is configured for a mode that does not use it.
var sb192 = Rule{ID: "SB192", Slug: "hash_unused", Severity: Info, Family: FamilyHash, Check: checkHashUnused}

func checkHashUnused(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		m := b.Mode.Value
		if m == bonding.BalanceXOR || m == bonding.LACP || m == bonding.BalanceTLB && b.TLBDynamic.Value != "1" {
			continue
		}
		for _, c := range b.Configs {
			o, ok := c.Option("xmit_hash_policy")
			slb, wanted := c.Option("balance-slb")
			if !ok || o.Value == "" || !c.Persistent() || wanted && slb.Value != "0" || c.Mode.Known() && c.Mode.Value != m { // which SB110 and SB260 tell
				continue
			}
			hits = append(hits, Hit{Bond: b, Evidence: cite(on(o.Source, "the hash"), modeEvidence(b), on(b.TLBDynamic.Source, "")),
				Vars: map[string]any{"Policy": topology.OptionName("xmit_hash_policy", o.Value), "File": c.File}})
			break
		}
	}
	return hits
}
