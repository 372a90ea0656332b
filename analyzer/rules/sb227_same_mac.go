package rules

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb227 finds two bonds with one address.
var sb227 = Rule{ID: "SB227", Slug: "same_mac", Severity: Error, Family: FamilyHealth, Check: checkSameMAC}

func checkSameMAC(h *topology.Host) (hits []Hit) {
	var owners []macOwner
	for _, b := range h.Bonds {
		if !b.ConfigOnly && b.MAC.Known() && !topology.NullMAC(b.MAC.Value) && !passesNothing(b) {
			owners = append(owners, macOwner{b.Name, []string{b.Name}, b, nil, b.MAC})
		}
	}
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			if a.Kind == topology.KindBridge && a.Bridge != nil && a.Bridge.Link != nil && a.Bridge.Link.MAC.Known() && a.Bridge.Link.Up && !b.ConfigOnly {
				owners = append(owners, macOwner{a.Name, append(basesOf(h, a.Bridge), b.Name), b, a, a.Bridge.Link.MAC})
			}
		}
	}
	told := map[string]bool{} // bonds that were told of: their bridges follow them
	for i, x := range owners {
		pairs := 0
		for _, y := range owners[:i] {
			if pairs == maxPairs || !strings.EqualFold(x.mac.Value, y.mac.Value) || x.name == y.name || x.bond == y.bond || related(x, y) || told[x.bond.Name+"\n"+y.bond.Name] {
				continue
			}
			told[x.bond.Name+"\n"+y.bond.Name], told[y.bond.Name+"\n"+x.bond.Name] = true, true
			pairs++
			hits = append(hits, Hit{Bond: y.bond, Attachment: y.att, Guests: []*topology.GuestNIC{}, Confidence: Likely, Evidence: cite(on(y.mac.Source, "the address of "+y.name), on(x.mac.Source, "the address of "+x.name)),
				Vars: map[string]any{"One": device(y.name), "Two": device(x.name), "MAC": x.mac.Value, "Bonds": x.att == nil && y.att == nil}})
		}
	}
	return hits
}

// macOwner is a bond, or a bridge on one, with its address.
type macOwner struct {
	name  string
	bases []string // the devices with a wire below it
	bond  *topology.Bond
	att   *topology.Attachment
	mac   topology.Fact[string]
}

// related reports two devices of which one sits on the other or that share what is below them.
func related(x, y macOwner) bool {
	if slices.ContainsFunc(x.bases, func(s string) bool { return slices.Contains(y.bases, s) }) {
		return true
	}
	inside := func(a, b *topology.Bond) bool { // a bond of bonds
		return slices.Contains(b.SlaveNames(), a.Name) || a.Link != nil && a.Link.Master.Value == b.Name
	}
	shared := slices.ContainsFunc(x.bond.SlaveNames(), func(s string) bool { return slices.Contains(y.bond.SlaveNames(), s) })
	return inside(x.bond, y.bond) || inside(y.bond, x.bond) || shared
}

func basesOf(h *topology.Host, br *topology.Bridge) (bases []string) {
	for _, p := range br.Ports {
		if p.Link != nil && len(p.Guests) == 0 {
			base, _ := baseOf(h, p.Link)
			bases = append(bases, base)
		}
	}
	return bases
}
