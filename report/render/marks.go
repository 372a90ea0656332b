package render

import (
	"slices"

	"github.com/sosbond/sosbond/report"
)

// guestAt is the place of a guest: the number of its attachment and its number there.
type guestAt struct{ attachment, guest int }

// marks holds what is wrong at each place of a bond's tree.
type marks struct {
	bond        []report.Finding
	slaves      map[int][]report.Finding
	attachments map[int][]report.Finding
	guests      map[guestAt][]report.Finding
}

// findMarks puts the findings that are not folded at the places that they are about: the most exact one that the tree shows.
func findMarks(b report.Bond, findings []report.Finding) marks {
	m := marks{
		slaves:      map[int][]report.Finding{},
		attachments: map[int][]report.Finding{},
		guests:      map[guestAt][]report.Finding{},
	}
	for _, f := range findings {
		if SeverityOf(f.Severity).Folded || f.ExplainedBy != "" || f.Subject.Bond != "" && f.Subject.Bond != b.Name {
			continue
		}
		if !m.place(b, f) && f.Subject.Bond == b.Name {
			m.bond = mark(m.bond, f)
		}
	}
	return m
}

// place reports whether the tree has a place that is more exact than the bond.
func (m *marks) place(b report.Bond, f report.Finding) bool {
	s := f.Subject
	if s.Link != "" && s.Link != b.Name && m.placeLink(b, f) {
		return true
	}
	placed := false
	for i, a := range b.Attachments {
		switch {
		case s.Bridge != "" && s.Bridge != a.Name, s.Bridge == "" && len(s.Guests) == 0:
			continue
		case m.placeGuests(i, a, f):
			placed = true
		case s.Bridge != "":
			m.attachments[i] = mark(m.attachments[i], f)
			placed = true
		}
	}
	return placed
}

func (m *marks) placeLink(b report.Bond, f report.Finding) bool {
	link, placed := f.Subject.Link, false
	for i, s := range b.Slaves {
		if s.Name == link {
			m.slaves[i] = mark(m.slaves[i], f)
			placed = true
		}
	}
	for i, a := range b.Attachments {
		if a.Name == link || slices.Contains(a.Path, link) {
			m.attachments[i] = mark(m.attachments[i], f)
			placed = true
			continue
		}
		for j, g := range a.Guests {
			if g.Interface == link {
				at := guestAt{i, j}
				m.guests[at] = mark(m.guests[at], f)
				placed = true
			}
		}
	}
	return placed
}

// placeGuests marks guests when a finding is about some of an attachment's guests. One about all of them is about the attachment.
func (m *marks) placeGuests(i int, a report.Attachment, f report.Finding) bool {
	named := map[string]bool{}
	for _, g := range f.Subject.Guests {
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
		m.attachments[i] = mark(m.attachments[i], f)
		return true
	}
	for _, j := range hit {
		at := guestAt{i, j}
		m.guests[at] = mark(m.guests[at], f)
	}
	return true
}

// mark adds a finding; a rule is shown once at a place.
func mark(list []report.Finding, f report.Finding) []report.Finding {
	if slices.ContainsFunc(list, func(o report.Finding) bool { return o.Rule == f.Rule }) {
		return list
	}
	return append(list, f)
}

// markCells returns a cell for each finding at a place.
func markCells(findings []report.Finding) []Text {
	var cells []Text
	for _, f := range findings {
		s := SeverityOf(f.Severity)
		cells = append(cells, Of(s.Role, s.Mark+" "+f.Rule))
	}
	return cells
}
