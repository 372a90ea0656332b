package rules

import (
	"time"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb149 finds bonds that had lost all their links.
var sb149 = Rule{ID: "SB149", Slug: "no_active", Severity: Error, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumKernLog}, Check: checkNoActive}

// startup is for how long after the start of the host links come up one by one.
const startup = 2 * time.Minute

func checkNoActive(h *topology.Host) (hits []Hit) {
	c := clockOf(h)
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
		told, quoted := timeline(c, groups)
		n, now := countOf(none), passesNothing(b)
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guestsOf(b), Evidence: cite(append(quoted, on(b.MIIStatus.Source, "the bond at the time of the report"))...)}
		age, known := c.age(lastEvent(none))
		switch {
		case n > 1 || now:
		case c.young(lastEvent(none), startup), known && age > 24*time.Hour:
			hit.Severity = Info
		default:
			hit.Severity = Warning
		}
		hit.Vars = map[string]any{"Count": n, "First": c.of(firstEvent(none)), "Last": c.of(lastEvent(none)), "Timeline": told, "IsDown": now,
			"Probed": b.ARPInterval.Value > 0, "Targets": b.ARPTargets.Value}
		hits = append(hits, hit)
	}
	return hits
}
