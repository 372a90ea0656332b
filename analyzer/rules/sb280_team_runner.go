package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb280 says what the runner of a team means for what sits on it: each does what a bonding mode does, but for the LACP of teamd, which uses no
// port before the switch answers.
var sb280 = Rule{ID: "SB280", Slug: "team_runner", Severity: Warning, Family: FamilyTopology, Check: checkTeamRunner}

func checkTeamRunner(h *topology.Host) (hits []Hit) {
	for _, b := range teams(h) {
		for _, a := range b.Attachments {
			if a.Kind != topology.AttachedUnknown && (ClassOf(a) != ClassGuests || !routedPods(h, a)) {
				hits = append(hits, teamRunner(h, b, a))
			}
		}
	}
	return hits
}

func teamRunner(h *topology.Host, b *topology.Bond, a *topology.Attachment) Hit {
	class := ClassOf(a)
	loop := class == ClassGuests && hasLoop(h, b, a)
	hit := Hit{Bond: b, Attachment: a, Severity: teamSeverity(b, a, loop)}
	list := []Evidence{on(b.Runner.Source, "the runner"), modeEvidence(b)}
	ports, up := -1, len(b.UpSlaves())
	if b.Mode.Value == bonding.LACP {
		list = append(list, on(b.PartnerMAC.Source, "the LACP partner"))
		for _, s := range b.Slaves {
			list = append(list, on(s.PartnerMAC.Source, "what "+s.Name+" heard"), on(s.PartnerState.Source, ""))
		}
		if b.AggregatorPorts.Known() {
			ports = b.AggregatorPorts.Value
		}
	}
	if loop {
		list = append(append(list, citePoisoned(poisoned(h, b, a))...), citeLoops(loops(h, b, a))...)
	}
	hit.Evidence = cite(append(list, pathEvidence(h, a)...)...)
	hit.Vars = map[string]any{
		"Runner": b.Runner.Value, "Class": classNames[class], "Loop": loop, "Ports": ports, "Up": up, "Incomplete": incompleteAggregator(b),
		"Partner": map[Answer]string{Yes: "yes", No: "no", Unknown: "unknown"}[partner(b)], "Namespace": inNamespace(a), "Act": hit.Severity.AtLeast(Info) && (class != ClassEmpty && class != ClassHost || hit.Severity.AtLeast(Warning)),
		"Ask": h.Command("teamdctl " + b.Name + " state dump"),
	}
	return hit
}

// inNamespace reports a device of a container: when the team announces its own addresses, the container's are not among them.
func inNamespace(a *topology.Attachment) bool { return a.Link != nil && a.Link.Namespace != "" }

func teamSeverity(b *topology.Bond, a *topology.Attachment, loop bool) Severity {
	class := ClassOf(a)
	alone := class == ClassHost || class == ClassEmpty
	switch mode := b.Mode.Value; {
	case loop:
		return Critical
	case mode == bonding.LACP:
		return teamLACPSeverity(b, a)
	case alone || mode == bonding.BalanceXOR:
		return Info
	case mode == bonding.ActiveBackup && class == ClassIPVLAN && !inNamespace(a):
		return OK
	}
	return Warning
}

func teamLACPSeverity(b *topology.Bond, a *topology.Attachment) Severity {
	switch partner(b) {
	case No:
		if runningGuests(a) {
			return Critical
		}
		return Error
	case Unknown:
		return Info
	}
	if incompleteAggregator(b) {
		return Warning
	}
	return OK
}
