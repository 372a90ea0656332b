package picture

import (
	"slices"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// guestAt is the place of a guest: the number of its attachment and its number there.
type guestAt struct{ attachment, guest int }

// marks holds what is wrong at each place of a bond's tree.
type marks struct {
	bond        []Mark
	slaves      map[int][]Mark
	attachments map[int][]Mark
	guests      map[guestAt][]Mark
}

// placeMarks puts the findings that are not folded at the places that they are about: the most exact one that the tree shows.
func placeMarks(b report.Bond, findings []report.Finding) marks {
	m := marks{
		slaves:      map[int][]Mark{},
		attachments: map[int][]Mark{},
		guests:      map[guestAt][]Mark{},
	}
	for i, f := range findings {
		if render.SeverityOf(f.Severity).Folded || f.ExplainedBy != "" || f.Subject.Bond != "" && f.Subject.Bond != b.Name {
			continue
		}
		to := Mark{f.Rule, f.Severity, i}
		if !m.place(b, f, to) && f.Subject.Bond == b.Name {
			m.bond = mark(m.bond, to)
		}
	}
	return m
}

// place reports whether the tree has a place that is more exact than the bond.
func (m *marks) place(b report.Bond, f report.Finding, to Mark) bool {
	s := f.Subject
	if s.Link != "" && s.Link != b.Name && m.placeLink(b, f.Subject.Link, to) {
		return true
	}
	placed := false
	for i, a := range b.Attachments {
		switch {
		case s.Bridge != "" && s.Bridge != a.Name, s.Bridge == "" && len(s.Guests) == 0:
			continue
		case m.placeGuests(i, a, f.Subject.Guests, to):
			placed = true
		case s.Bridge != "":
			m.attachments[i] = mark(m.attachments[i], to)
			placed = true
		}
	}
	return placed
}

func (m *marks) placeLink(b report.Bond, link string, to Mark) (placed bool) {
	for i, s := range b.Slaves {
		if s.Name == link {
			m.slaves[i] = mark(m.slaves[i], to)
			placed = true
		}
	}
	for i, a := range b.Attachments {
		if a.Name == link || slices.Contains(a.Path, link) {
			m.attachments[i] = mark(m.attachments[i], to)
			placed = true
			continue
		}
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

// mark adds a finding; a rule is shown once at a place.
func mark(list []Mark, m Mark) []Mark {
	if slices.ContainsFunc(list, func(o Mark) bool { return o.Rule == m.Rule }) {
		return list
	}
	return append(list, m)
}

// mergeMarks joins the marks of one place.
func mergeMarks(list, more []Mark) []Mark {
	for _, m := range more {
		list = mark(list, m)
	}
	return list
}
