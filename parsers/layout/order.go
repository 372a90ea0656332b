package layout

import (
	"slices"
	"strings"
)

// sureAfter is the number of members in order from which an archive is believed to be sorted. Directory order, in which sos wrote archives
// on Python before 3.7, breaks it within a few.
const sureAfter = 100

// firstOnes are what sos (since 4.5.3, sos/archive.py) puts at the head of an archive; the rest follows sorted.
var firstOnes = []string{"version.txt", "sos_reports", "sos_logs"}

// order follows an archive's members to tell when all that is wanted has gone by. Only an archive that sos wrote itself qualifies: one root
// directory, members sorted by Python's tarfile, depth first.
type order struct {
	top     string   // the root directory, as the first member tells it
	head    bool     // it starts with one of firstOnes
	last    []string // the last member's path
	sorted  int      // members in order so far
	broken  bool
	left    []int  // globs that something may still match
	checked string // the directory for which left holds
}

// follow takes note of a member.
func (o *order) follow(parts []string, dir bool) {
	switch {
	case o.broken, o.top != "":
	case parts[0] == "." || len(parts) == 1 && !dir:
		o.broken = true // made by hand
	default:
		o.top = parts[0]
		o.head = len(parts) > 1 && slices.Contains(firstOnes, parts[1])
		o.broken = len(parts) > 1 && !o.head
	}
	if !o.broken {
		o.step(parts)
	}
}

func (o *order) step(parts []string) {
	switch {
	case parts[0] != o.top:
		o.broken = true
	case o.last == nil && len(parts) > 1 && slices.Contains(firstOnes, parts[1]):
	case slices.Compare(o.last, parts) > 0:
		o.broken = true
	default:
		o.last = parts
		o.sorted++
	}
}

// over reports whether nothing that is wanted of the host can come any more.
func (o *order) over(m *matcher, wants []Want, t *Tree, parts []string) bool {
	if o.broken || o.sorted < sureAfter || o.top != t.Root || len(parts) < 2 {
		return false
	}
	rel := parts[1:]
	dir := strings.Join(rel[:min(2, len(rel))], "/")
	if dir == o.checked {
		return false
	}
	o.checked = dir
	if o.left == nil {
		o.left = make([]int, len(m.globs))
		for i := range o.left {
			o.left[i] = i
		}
	}
	o.left = slices.DeleteFunc(o.left, func(i int) bool { return o.head && m.globs[i].isFirst() || m.globs[i].passed(rel) })
	if rel[0] <= stringsDir {
		return false
	}
	return !slices.ContainsFunc(o.left, func(i int) bool {
		w := wants[m.globs[i].want]
		return (w.Unless == nil || !w.Unless(t)) && (w.Await == nil || w.Await(t))
	})
}

// isFirst reports whether what the glob matches stands at the head of an archive that starts with firstOnes.
func (g *glob) isFirst() bool { return len(g.prefix) > 0 && slices.Contains(firstOnes, g.prefix[0]) }
