package rules

import (
	"time"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb148 tells when the links of a bond failed.
var sb148 = Rule{ID: "SB148", Slug: "link_events", Severity: Info, Family: FamilyEvidence, Explains: []string{"SB205"},
	Needs: []topology.Datum{parsers.DatumKernLog}, Check: checkLinkEvents}

// flapping is from how many failures of a link in the log on it is more than a cable that was moved or a switch that was restarted.
const flapping = 3

// dense tells whether n failures came so fast that maintenance does not explain them: within an hour, within a day of the last week, or more than
// one a day up to the end of the log. Of many failures only the times of the first and the last are known; above manyFailures their number is
// enough, as for SB205, and so it is where the log tells no times.
func dense(c clock, n int, first, last topology.Source) bool {
	const day = 24 * time.Hour
	if n < flapping {
		return false
	}
	since, known := c.age(first)
	until, ok := c.age(last)
	if !known || !ok || n > manyFailures {
		return true
	}
	span := since - until
	return span <= time.Hour || span <= day && until <= 7*day || time.Duration(n)*day > since
}

func checkLinkEvents(h *topology.Host) (hits []Hit) {
	c := clockOf(h)
	for _, b := range running(h) {
		outages := countOf(eventsOf(h, kernlog.NoActive, b.Name, ""))
		for _, s := range b.Slaves {
			down, up := eventsOf(h, kernlog.LinkDown, b.Name, s.Name), eventsOf(h, kernlog.LinkUp, b.Name, s.Name)
			n := countOf(down)
			if n == 0 || n <= outages { // all of them are outages of the whole bond: SB149
				continue
			}
			told, quoted := timeline(c, map[string][]topology.Event{"link down": down, "link up": up})
			hit := Hit{Bond: b, Link: s.Name, Attachment: firstGuests(b), Guests: guestsOf(b),
				Evidence: cite(append(quoted, on(s.LinkFailures.Source, "the counter of "+s.Name), modeEvidence(b))...)}
			first, last := firstEvent(down), lastEvent(down)
			flaps := dense(c, n, first, last)
			if flaps {
				hit.Severity = Warning
			}
			hit.Vars = map[string]any{"Slave": device(s.Name), "Count": n, "First": c.of(first), "Last": c.of(last), "Timeline": told,
				"Flaps": flaps, "IsDown": isDown(s.MIIStatus), "OwnMAC": len(bearsGuests(h, b)) > 0}
			hits = append(hits, hit)
		}
	}
	return hits
}
