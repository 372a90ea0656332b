package picture

import (
	"slices"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// guestAt is the place of a guest's interface: the number of its attachment and its number there.
type guestAt struct{ attachment, guest int }

// marks holds what is wrong at each place of a bond's tree.
type marks struct {
	bond        []Mark
	slaves      map[string][]Mark
	devices     map[string][]Mark // between the bond and what sits on it
	attachments map[int][]Mark
	guests      map[guestAt][]Mark
}

// placeMarks puts the findings that are about a bond at the places that they are about: the most exact ones that the tree has. It records those
// that found one in placed.
func placeMarks(b report.Bond, findings []report.Finding, placed map[int]bool) marks {
	m := marks{slaves: map[string][]Mark{}, devices: map[string][]Mark{}, attachments: map[int][]Mark{}, guests: map[guestAt][]Mark{}}
	for i, f := range findings {
		if !render.InFull(f) || f.Subject.Bond != "" && f.Subject.Bond != b.Name {
			continue
		}
		to := Mark{f.Rule, f.Severity, i}
		switch {
		case m.place(b, f.Subject, to):
		case f.Subject.Bond == b.Name, f.Subject.Link == b.Name:
			m.bond = mark(m.bond, to)
		default:
			continue
		}
		placed[i] = true
	}
	return m
}

// elsewhere marks the findings that are about nothing that is drawn.
func elsewhere(findings []report.Finding, placed map[int]bool) (list []Mark) {
	for i, f := range findings {
		if render.InFull(f) && !placed[i] {
			list = append(list, Mark{f.Rule, f.Severity, i})
		}
	}
	return list
}

// place reports whether the tree has a place that is more exact than the bond.
func (m *marks) place(b report.Bond, s report.Subject, to Mark) bool {
	if s.Link != "" && s.Link != b.Name && m.placeLink(b, s.Link, to) {
		return true
	}
	if len(s.Slaves) > 0 && s.Bond == b.Name {
		for _, name := range s.Slaves {
			m.slaves[name] = mark(m.slaves[name], to)
		}
		return true
	}
	placed := false
	for i, a := range b.Attachments {
		switch {
		case s.Bridge != "" && s.Bridge != a.Name, s.Bridge == "" && len(s.Guests) == 0:
			continue
		case m.placeGuests(i, a, s.Guests, to):
			placed = true
		case s.Bridge != "":
			m.attachments[i] = mark(m.attachments[i], to)
			placed = true
		}
	}
	if placed && s.Bridge != "" {
		m.placeRest(b, s, to)
	}
	if !placed && s.Bridge != "" && s.Bridge != b.Name && onPath(b, s.Bridge) {
		m.devices[s.Bridge] = mark(m.devices[s.Bridge], to)
		return true
	}
	return placed
}

// placeRest marks the guests that are named and not on the attachment that is named: several macvlan devices are one finding, about the first.
func (m *marks) placeRest(b report.Bond, s report.Subject, to Mark) {
	rest, kinds := slices.Clone(s.Guests), map[string]bool{}
	for _, a := range b.Attachments {
		if a.Name == s.Bridge {
			kinds[a.Kind] = true
			rest = slices.DeleteFunc(rest, func(name string) bool {
				return slices.ContainsFunc(a.Guests, func(g report.Guest) bool { return g.Name == name })
			})
		}
	}
	for i, a := range b.Attachments {
		if a.Name != s.Bridge && kinds[a.Kind] {
			m.placeGuests(i, a, rest, to)
		}
	}
}

func (m *marks) placeLink(b report.Bond, link string, to Mark) (placed bool) {
	if slices.ContainsFunc(b.Slaves, func(s report.Slave) bool { return s.Name == link }) {
		m.slaves[link] = mark(m.slaves[link], to)
		return true
	}
	for i, a := range b.Attachments {
		if a.Name == link && hasTop(a) {
			m.attachments[i] = mark(m.attachments[i], to)
			placed = true
		}
	}
	if placed {
		return true
	}
	if onPath(b, link) {
		m.devices[link] = mark(m.devices[link], to)
		return true
	}
	for i, a := range b.Attachments {
		for j, g := range a.Guests {
			if g.Interface == link {
				at := guestAt{i, j}
				m.guests[at] = mark(m.guests[at], to)
				placed = true
			}
		}
	}
	return placed
}

// onPath reports whether a device lies between a bond and what sits on it.
func onPath(b report.Bond, name string) bool {
	return slices.ContainsFunc(b.Attachments, func(a report.Attachment) bool { return slices.Contains(a.Path, name) })
}

// placeGuests marks guests when a finding is about some of an attachment's guests. One about all of them is about the attachment.
func (m *marks) placeGuests(i int, a report.Attachment, guests []string, to Mark) bool {
	named := map[string]bool{}
	for _, g := range guests {
		named[g] = true
	}
	var hit []int
	for j, g := range a.Guests {
		if named[g.Name] {
			hit = append(hit, j)
		}
	}
	if len(hit) == 0 {
		return false
	}
	if len(hit) == len(a.Guests) {
		m.attachments[i] = mark(m.attachments[i], to)
		return true
	}
	for _, j := range hit {
		at := guestAt{i, j}
		m.guests[at] = mark(m.guests[at], to)
	}
	return true
}

// mark adds a finding, which is shown once at a place.
func mark(list []Mark, m Mark) []Mark {
	if slices.ContainsFunc(list, func(o Mark) bool { return o.Finding == m.Finding }) {
		return list
	}
	return append(list, m)
}

// mergeMarks joins the marks of one place, in the order of the document.
func mergeMarks(list, more []Mark) []Mark {
	out := slices.Clone(list)
	for _, m := range more {
		out = mark(out, m)
	}
	slices.SortStableFunc(out, func(a, b Mark) int { return a.Finding - b.Finding })
	return out
}

// Rules returns the marks without those whose rule an earlier one names: what there is room to show at a place.
func Rules(marks []Mark) (list []Mark) {
	for _, m := range marks {
		if !slices.ContainsFunc(list, func(o Mark) bool { return o.Rule == m.Rule }) {
			list = append(list, m)
		}
	}
	return list
}
