package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb110 finds balance-slb in a configuration that NetworkManager and nmstate refuse.
var sb110 = Rule{ID: "SB110", Slug: "slb_wrong_mode", Severity: Error, Family: FamilyTopology, Check: checkSLBWrongMode}

func checkSLBWrongMode(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		for _, c := range b.Configs {
			o, ok := c.Option("balance-slb")
			if !ok || o.Value == "0" || o.Value == "" {
				continue
			}
			hash, hashed := c.Option("xmit_hash_policy")
			var wrong string
			evidence := []Evidence{on(o.Source, "balance-slb is asked for")}
			switch {
			case c.Mode.Known() && c.Mode.Value != bonding.BalanceXOR:
				wrong = fmt.Sprintf("the mode is %s", c.Mode.Value)
				evidence = append(evidence, on(c.Mode.Source, "the mode"))
			case hashed && bonding.HashPolicyName(hash.Value) != bonding.HashVLANSourceMAC:
				wrong = "the hash policy is " + hash.Value
				evidence = append(evidence, on(hash.Source, "the hash policy"))
			default:
				continue
			}
			hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...), Vars: map[string]any{"Wrong": wrong}})
		}
	}
	return hits
}
