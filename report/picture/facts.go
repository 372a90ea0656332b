package picture

import (
	"strconv"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// facts collects what is known; what is empty is left out.
type facts []Fact

func (f *facts) add(label, value string, at *report.At) {
	if value != "" {
		*f = append(*f, Fact{label, value, at})
	}
}

func (f *facts) number(label string, n int, at *report.At) {
	if n > 0 {
		f.add(label, strconv.Itoa(n), at)
	}
}

func bondFacts(h report.Host, b report.Bond) (list facts) {
	words := render.BondVerdict(h, b).Words
	if render.InTrouble(h, b) {
		words += ", but in trouble"
	}
	list.add("Verdict", words, nil)
	for _, s := range render.BondFacts(b) {
		list.add("", s, b.At)
	}
	for _, s := range render.Configurations(b) {
		list.add("", s, nil)
	}
	return list
}

func slaveFacts(s report.Slave) (list facts) {
	list.add("Link", s.MIIStatus, s.At)
	list.add("Speed", render.Speed(s.SpeedMbps), s.At)
	list.add("Duplex", s.Duplex, s.At)
	list.add("MAC", s.PermanentMAC, s.At)
	list.number("Aggregator", s.Aggregator, s.At)
	list.number("Link failures", s.LinkFailures, s.At)
	list.add("LACP partner", s.PartnerMAC, s.At)
	if p := s.Switch; p != nil {
		list.add("Switch", p.Switch, p.At)
		list.add("Port", p.Port, p.At)
	}
	return list
}

func deviceFacts(d report.Device) (list facts) {
	list.add("Kind", d.Kind, d.At)
	list.number("VLAN", d.VLAN, d.At)
	list.add("State", d.State, d.At)
	list.number("MTU", d.MTU, d.At)
	return list
}

func attachmentFacts(a report.Attachment) (list facts) {
	list.add("Verdict", render.VerdictOn(a.Verdict, a.Conditions).Words, nil)
	list.add("", a.Summary, nil)
	for _, c := range a.Conditions {
		list.add("Needs", c, nil)
	}
	return list
}

func guestFacts(g report.Guest) (list facts) {
	list.add("Interface", g.Interface, g.At)
	list.add("MAC", g.MAC, g.At)
	return list
}
