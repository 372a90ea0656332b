package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb260 finds a bond that runs in another mode than it is configured for.
var sb260 = Rule{ID: "SB260", Slug: "mode_drift", Severity: Error, Family: FamilyConfiguration, Check: checkModeDrift}

func checkModeDrift(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool { return fromFiles(d) && d.What == "mode" }
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		would := *b
		would.Mode = list[0].Config.Mode
		vars := map[string]any{"Configured": list[0].Configured, "Files": filesOf(list), "Would": "", "Now": ""}
		if a := firstGuests(b); a != nil {
			vars["Would"], vars["Now"] = string(Judge(h, &would, a).Verdict), string(Judge(h, b, a).Verdict)
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: citeDrift(list), Vars: vars})
	})
	return hits
}
