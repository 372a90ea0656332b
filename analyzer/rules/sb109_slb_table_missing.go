package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb109 finds balance-slb that is configured and not in force.
var sb109 = Rule{ID: "SB109", Slug: "slb_table_missing", Severity: Critical, Family: FamilyTopology, Explains: []string{"SB108"},
	Needs: []topology.Datum{parsers.DatumNFT}, Whole: []topology.Datum{parsers.DatumNFT}, Check: checkSLBTableMissing}

func checkSLBTableMissing(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		wanted, _ := slbWanted(b)
		if !wanted || !sourceMACHash(b) || slb(h, b) == Yes {
			continue
		}
		o, _ := b.Option("balance-slb")
		evidence := []Evidence{on(o.Source, "balance-slb is configured"), modeEvidence(b), on(b.HashPolicy.Source, "")}
		if t := slbTable(h, b); t != nil {
			evidence = append(evidence, on(t.Source, "the table lacks some of its chains"))
		} else {
			for _, f := range h.Of(parsers.DatumNFT).Files {
				evidence = append(evidence, on(topology.Source{File: f}, "no table netdev nm-mlag-"+b.Name+" in this ruleset"))
			}
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...)})
	}
	return hits
}

// firstGuests is the first attachment of a bond with guests, nil when there is none.
func firstGuests(b *topology.Bond) *topology.Attachment {
	for _, a := range b.Attachments {
		if a.OwnMAC() {
			return a
		}
	}
	return nil
}
