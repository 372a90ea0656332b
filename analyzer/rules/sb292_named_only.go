package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb292 tells of ports that are taken for those of containers because of their names alone.
var sb292 = Rule{ID: "SB292", Slug: "named_only", Severity: Info, Family: FamilyData, Check: checkNamedOnly}

func checkNamedOnly(h *topology.Host) (hits []Hit) {
	eachAttachment(h, func(b *topology.Bond, a *topology.Attachment) {
		if a.Bridge == nil {
			return
		}
		var guests []*topology.GuestNIC
		var list []Evidence
		for _, p := range a.Bridge.Ports {
			guessed := p.Link == nil || !p.Link.KindAt.Known()
			for _, g := range p.Guests {
				if guessed && g.Kind == topology.GuestContainer && g.Guest == p.Name {
					guests = append(guests, g)
					list = append(list, on(p.Source, "its name is that of a container's interface"))
				}
			}
		}
		if len(guests) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: a, Guests: guests, Confidence: Likely, Evidence: cite(list...), Vars: map[string]any{"Several": len(names(guests)) > 1}})
		}
	})
	return hits
}
