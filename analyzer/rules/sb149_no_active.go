package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb149 finds bonds that had lost all their links.
var sb149 = Rule{ID: "SB149", Slug: "no_active", Severity: Error, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumKernLog}, Check: checkNoActive}

func checkNoActive(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		none := eventsOf(h, kernlog.NoActive, b.Name, "")
		down := eventsOf(h, kernlog.LinkDown, b.Name, "")
		if len(none) == 0 || len(down) == 0 { // without a failed link the slaves were taken out: the bond was stopped or set up anew
			continue
		}
		groups := map[string][]topology.Event{"no link of " + b.Name + " left": none}
		for _, s := range b.Slaves {
			groups[s.Name+" down"] = eventsOf(h, kernlog.LinkDown, b.Name, s.Name)
			groups[s.Name+" up"] = eventsOf(h, kernlog.LinkUp, b.Name, s.Name)
		}
		told, quoted := timeline(groups)
		n, now := countOf(none), passesNothing(b)
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(append(quoted, on(b.MIIStatus.Source, "the bond at the time of the report"))...)}
		if n == 1 && !now {
			hit.Severity = Warning
		}
		hit.Vars = map[string]any{"Count": n, "First": timeOf(firstEvent(none)), "Last": timeOf(lastEvent(none)), "Timeline": told, "IsDown": now,
			"Probed": b.ARPInterval.Value > 0, "Targets": b.ARPTargets.Value}
		hits = append(hits, hit)
	}
	return hits
}
