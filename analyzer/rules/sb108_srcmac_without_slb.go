package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb108 finds the hash policy of balance-slb without balance-slb itself.
var sb108 = Rule{ID: "SB108", Slug: "srcmac_without_slb", Severity: Critical, Family: FamilyTopology, Explains: []string{"SB140", "SB141", "SB142"}, Whole: []topology.Datum{parsers.DatumNFT}, Check: checkSourceMACWithoutSLB}

func checkSourceMACWithoutSLB(h *topology.Host) (hits []Hit) {
	eachGuestBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		wanted, _ := slbWanted(b)
		if !sourceMACHash(b) || wanted || slb(h, b) != No {
			return
		}
		evidence := []Evidence{modeEvidence(b), on(b.HashPolicy.Source, "the hash of balance-slb")}
		if t := slbTable(h, b); t != nil {
			evidence = append(evidence, on(t.Source, "the table of balance-slb lacks some of its chains"))
		}
		for _, c := range b.Configs {
			evidence = append(evidence, on(c.Source, "no balance-slb in this configuration"))
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(append(evidence, pathEvidence(h, a)...)...)})
	}, bonding.BalanceXOR)
	return hits
}
