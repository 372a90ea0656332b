package rules

import (
	"slices"
	"strconv"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
	"github.com/sosbond/sosbond/parsers/kernlog"
)

// sb201 finds a bond that passes nothing.
var sb201 = Rule{ID: "SB201", Slug: "bond_down", Severity: Error, Family: FamilyHealth, Explains: []string{"SB200", "SB149"}, Check: checkBondDown}

func checkBondDown(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if b.ConfigOnly || b.Kind == topology.BondOVS || !passesNothing(b) { // of Open vSwitch: SB286
			continue
		}
		o := outageOf(b)
		guests := guestsOf(b)
		hit := Hit{Bond: b, Attachment: firstGuests(b), Guests: guests, Evidence: o.evidence(h, b)}
		unused := o.unused(h, b)
		switch {
		case slices.ContainsFunc(guests, func(g *topology.GuestNIC) bool { return g.Running }):
			hit.Severity = Critical
		case unused:
			hit.Severity = Info
		}
		carrier := having(o.down, func(s *topology.Slave) bool { return s.Link != nil && s.Link.State == "UP" })
		off := having(o.down, func(s *topology.Slave) bool { return adminDown(s.Link) })
		hit.Vars = map[string]any{
			"Admin": o.admin, "Empty": len(b.Slaves) == 0, "AllDown": o.allDown(b), "Short": o.short, "Unused": unused, "Up": len(b.UpSlaves()),
			"MinLinks": o.minLinks.Value, "InUse": o.inUse, "Probed": b.ARPInterval.Value > 0, "Targets": b.ARPTargets.Value, "Wanted": configuredSlaves(b),
			"Off": deviceNames(off), "Carrier": deviceNames(carrier),
			"Look": deviceNames(having(o.down, func(s *topology.Slave) bool { return !slices.Contains(off, s) })),
			"Dark": deviceNames(having(o.down, func(s *topology.Slave) bool { return !slices.Contains(off, s) && !slices.Contains(carrier, s) })),
		}
		hits = append(hits, hit)
	}
	return hits
}

// outage is why a bond passes nothing, as far as the report tells.
type outage struct {
	admin    bool // the bond itself is administratively down
	down     []*topology.Slave
	minLinks topology.Fact[int]
	inUse    int  // links in the active aggregator
	short    bool // they are fewer than min_links asks for, which 802.3ad alone looks at
}

func outageOf(b *topology.Bond) outage {
	o := outage{admin: adminDown(b.Link), minLinks: minLinks(b), inUse: len(b.UpSlaves())}
	o.down = having(b.Slaves, withoutLink)
	if b.AggregatorPorts.Known() {
		o.inUse = min(o.inUse, b.AggregatorPorts.Value)
	}
	o.short = b.Mode.Value == bonding.LACP && len(b.UpSlaves()) > 0 && o.inUse < o.minLinks.Value
	return o
}

func (o outage) allDown(b *topology.Bond) bool {
	return len(b.Slaves) > 0 && len(o.down) == len(b.Slaves)
}

// unused reports a bond that nothing in the report configures or uses, such as the bond0 that the module makes when it is loaded.
func (o outage) unused(h *topology.Host, b *topology.Bond) bool {
	return o.admin && len(b.Slaves) == 0 && len(b.Configs) == 0 && len(h.Addresses(b)) == 0 &&
		!slices.ContainsFunc(b.Attachments, func(a *topology.Attachment) bool { return a.Kind != topology.AttachedHost })
}

// adminDown reports a link that somebody or some program took down, or never brought up. A link without a state is one whose flags were not
// collected.
func adminDown(l *topology.Link) bool { return l != nil && !l.Up && l.State != "" }

// minLinks is the bond's option min_links as it runs, else as it is configured.
func minLinks(b *topology.Bond) topology.Fact[int] {
	if b.Link != nil {
		f := b.Link.Attrs["min_links"]
		if n, err := strconv.Atoi(f.Value); err == nil {
			return topology.Fact[int]{Value: n, Source: f.Source}
		}
	}
	o, _ := b.Option("min_links")
	n, err := strconv.Atoi(o.Value)
	if err != nil {
		return topology.Fact[int]{}
	}
	return topology.Fact[int]{Value: n, Source: o.Source}
}

func (o outage) evidence(h *topology.Host, b *topology.Bond) []Evidence {
	list := []Evidence{on(b.MIIStatus.Source, "the bond")}
	if b.Link != nil {
		note := "the link of the bond"
		if o.admin {
			note = "the bond is administratively down: its flags lack UP"
		}
		list = append(list, on(b.Link.Source, note))
	}
	for _, s := range b.Slaves {
		list = append(list, on(s.MIIStatus.Source, s.Name))
		switch {
		case adminDown(s.Link):
			list = append(list, on(s.Link.Source, s.Name+" is administratively down: its flags lack UP"))
		case isDown(s.MIIStatus) && s.Link != nil && s.Link.State == "UP":
			list = append(list, on(s.Link.Source, s.Name+" has carrier all the same"))
		}
	}
	if b.ARPInterval.Value > 0 {
		list = append(list, on(b.ARPInterval.Source, "ARP monitoring decides what is down"), on(b.ARPTargets.Source, ""))
	}
	if o.short {
		list = append(list, on(o.minLinks.Source, "min_links"), on(b.AggregatorPorts.Source, "links in the active aggregator"))
	}
	list = append(list, on(b.NoAggregator, ""))
	for _, c := range b.Configs {
		if len(b.Slaves) == 0 && len(c.Slaves) > 0 {
			list = append(list, on(c.Slaves[0].Source, "the configuration names slaves"))
		}
	}
	return cite(append(list, o.lastFailures(h, b)...)...)
}

// lastFailures are the kernel's last messages about the links that are down.
func (o outage) lastFailures(h *topology.Host, b *topology.Bond) (list []Evidence) {
	for _, e := range h.Events {
		isMine := e.Bond == b.Name && slices.ContainsFunc(o.down, func(s *topology.Slave) bool { return s.Name == e.Slave })
		if e.Kind == kernlog.LinkDown && isMine {
			list = append(list, on(e.Last, "the last failure of "+e.Slave))
		}
	}
	return list
}

// configuredSlaves are the slaves that the bond's configuration names.
func configuredSlaves(b *topology.Bond) []string {
	names := []string{}
	for _, c := range b.Configs {
		for _, s := range c.Slaves {
			names = append(names, device(s.Value))
		}
	}
	return uniq(names)
}

// guestsOf are the guests of everything that sits on a bond.
func guestsOf(b *topology.Bond) (guests []*topology.GuestNIC) {
	for _, a := range b.Attachments {
		guests = append(guests, a.Guests...)
	}
	return guests
}
