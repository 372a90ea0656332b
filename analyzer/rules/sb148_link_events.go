package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb148 tells when the links of a bond failed.
var sb148 = Rule{ID: "SB148", Slug: "link_events", Severity: Info, Family: FamilyEvidence, Explains: []string{"SB205"},
	Needs: []topology.Datum{parsers.DatumKernLog}, Check: checkLinkEvents}

// flapping is from how many failures of a link in the log on it is more than a cable that was moved or a switch that was restarted.
const flapping = 3

func checkLinkEvents(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		outages := countOf(eventsOf(h, kernlog.NoActive, b.Name, ""))
		for _, s := range b.Slaves {
			down, up := eventsOf(h, kernlog.LinkDown, b.Name, s.Name), eventsOf(h, kernlog.LinkUp, b.Name, s.Name)
			n := countOf(down)
			if n == 0 || n <= outages { // all of them are outages of the whole bond: SB149
				continue
			}
			told, quoted := timeline(map[string][]topology.Event{"link down": down, "link up": up})
			hit := Hit{Bond: b, Link: s.Name, Attachment: firstGuests(b), Guests: guestsOf(b),
				Evidence: cite(append(quoted, on(s.LinkFailures.Source, "the counter of "+s.Name), modeEvidence(b))...)}
			if n >= flapping {
				hit.Severity = Warning
			}
			hit.Vars = map[string]any{"Slave": device(s.Name), "Count": n, "First": timeOf(firstEvent(down)), "Last": timeOf(lastEvent(down)), "Timeline": told,
				"Flaps": n >= flapping, "IsDown": isDown(s.MIIStatus), "OwnMAC": len(bearsGuests(h, b)) > 0}
			hits = append(hits, hit)
		}
	}
	return hits
}
