package picture

import (
	"cmp"
	"slices"
)

// item is what takes room in a column: a box, many boxes in a grid, or the way of an edge that passes the column.
type item struct {
	layer  int
	key    int // its place in the document
	h      int
	room   int // that it takes in its column: as much as what leads to it alone
	y      int // of its middle
	kind   itemKind
	boxes  []int  // of a box the one, of a grid all
	apart  string // items of one column that differ in it stand further apart
	ends   int    // how many boxes it leads to in the end
	single bool   // it counts for one, whatever it leads to

	in, out []*item
}

type itemKind int

const (
	boxItem itemKind = iota
	gridItem
	wayItem
)

// columns are the items, layer by layer, from top to bottom.
type columns [][]*item

// order arranges each column so that few edges cross. The order of the document is good already but where nodes share what is above them.
func (c columns) order() {
	for _, col := range c {
		slices.SortStableFunc(col, func(a, b *item) int { return cmp.Compare(a.key, b.key) })
	}
	best, fewest := c.clone(), c.crossings()
	for round := 0; round < 12 && fewest > 0 && fewest < mostCrossings; round++ {
		if round%2 == 0 {
			for l := 1; l < len(c); l++ {
				sortByMiddle(c[l], c[l-1], func(i *item) []*item { return i.in })
			}
		} else {
			for l := len(c) - 2; l >= 0; l-- {
				sortByMiddle(c[l], c[l+1], func(i *item) []*item { return i.out })
			}
		}
		if n := c.crossings(); n < fewest {
			best, fewest = c.clone(), n
		}
	}
	for better := true; better && fewest > 0 && len(slices.Concat(best...)) <= fewItems; {
		best, fewest, better = best.swapOne(fewest)
	}
	copy(c, best)
}

// fewItems is up to how many items swaps are tried.
const fewItems = 80

// swapOne looks for two neighbors that are better the other way round, with what is joined to them arranged anew.
func (c columns) swapOne(fewest int) (best columns, n int, better bool) {
	for l := range c {
		for i := range len(c[l]) - 1 {
			tried := c.clone()
			tried[l][i], tried[l][i+1] = tried[l][i+1], tried[l][i]
			for r := l + 1; r < len(c); r++ {
				sortByMiddle(tried[r], tried[r-1], func(i *item) []*item { return i.in })
			}
			if n := tried.crossings(); n < fewest {
				return tried, n, true
			}
		}
	}
	return c, fewest, false
}

func (c columns) clone() columns {
	out := make(columns, len(c))
	for i := range c {
		out[i] = slices.Clone(c[i])
	}
	return out
}

// sortByMiddle puts each item at the middle of those that it is joined to in the next column; one that is joined to none keeps its place.
func sortByMiddle(col, next []*item, joined func(*item) []*item) {
	at := map[*item]int{}
	for i, n := range next {
		at[n] = i
	}
	middle := map[*item]int{}
	for i, it := range col {
		sum := 0
		for _, n := range joined(it) {
			sum += at[n]
		}
		if n := len(joined(it)); n > 0 {
			middle[it] = sum * 1024 / n
		} else {
			middle[it] = i * 1024
		}
	}
	slices.SortStableFunc(col, func(a, b *item) int { return cmp.Compare(middle[a], middle[b]) })
}

// mostCrossings is where counting ends: no order makes such a picture a good one.
const mostCrossings = 1 << 20

func (c columns) crossings() (n int) {
	for l := 0; l+1 < len(c); l++ {
		at := map[*item]int{}
		for i, it := range c[l+1] {
			at[it] = i
		}
		var ends []int
		for _, it := range c[l] {
			first := len(ends)
			for _, o := range it.out {
				ends = append(ends, at[o])
			}
			slices.Sort(ends[first:])
		}
		for i := range ends {
			for _, e := range ends[:i] {
				if e > ends[i] {
					n++
				}
			}
			if n >= mostCrossings {
				return mostCrossings
			}
		}
	}
	return n
}

// reserve lets the NICs of a bond stand beside it without those of the next coming in their way.
func (c columns) reserve() {
	for _, col := range c {
		for _, it := range col {
			var last *item
			for _, from := range it.in {
				if from == last || slices.ContainsFunc(from.out, func(o *item) bool { return o != it }) {
					continue
				}
				if last != nil {
					it.room += space(last, from)
				}
				it.room += max(from.h, from.room)
				last = from
			}
		}
	}
}

// settle gives each item its height on the page: in the middle of what it is joined to, as near as the others of its column let it.
func (c columns) settle() {
	for _, col := range c {
		y := 0
		for i, it := range col {
			if i > 0 {
				y += apart(col[i-1], it)
			}
			it.y = y
		}
	}
	c.count()
	for range 3 {
		for l := len(c) - 1; l >= 0; l-- {
			pull(c[l], amongChildren)
		}
		for l := 1; l < len(c); l++ {
			pull(c[l], amongParents)
		}
	}
	for l := len(c) - 1; l >= 0; l-- {
		pull(c[l], amongChildren)
		straighten(c[l])
	}
	c.closeGaps()
}

const nearlyLevel = 10 // pixels

// straighten makes the main edge of an item level where it nearly is, and its neighbors leave room.
func straighten(col []*item) {
	for i, it := range col {
		main := it.main()
		if main == nil {
			continue
		}
		y := main.y
		if d := y - it.y; d > nearlyLevel || d < -nearlyLevel || i > 0 && y-col[i-1].y < need(col[i-1], it) || i+1 < len(col) && col[i+1].y-y < need(it, col[i+1]) {
			continue
		}
		it.y = y
	}
}

// main is the child that leads to more than any other; nil where there is none.
func (it *item) main() *item {
	var best *item
	tie := false
	for _, o := range it.out {
		if best == nil || o.ends > best.ends {
			best, tie = o, false
		} else if o.ends == best.ends {
			tie = true
		}
	}
	if tie {
		return nil
	}
	return best
}

const mostGap = 26 // pixels; no two items have to be further apart

// closeGaps takes away what is empty from the first column to the last.
func (c columns) closeGaps() {
	all := slices.Concat(c...)
	slices.SortStableFunc(all, func(a, b *item) int { return cmp.Compare(a.y-(a.h+1)/2, b.y-(b.h+1)/2) })
	bottom, up := 0, 0
	for i, it := range all {
		top := it.y - (it.h+1)/2
		if i > 0 {
			up += max(top-bottom-mostGap, 0)
		}
		bottom = max(bottom, it.y+(it.h+1)/2)
		if i == 0 {
			bottom = it.y + (it.h+1)/2
		}
		it.y -= up
	}
}

// count tells each item how many boxes it leads to.
func (c columns) count() {
	for l := len(c) - 1; l >= 0; l-- {
		for _, it := range c[l] {
			it.ends = 0
			for _, o := range it.out {
				it.ends += o.ends
			}
			if it.ends = min(it.ends, mostEnds); len(it.out) == 0 || it.single {
				it.ends = max(len(it.boxes), 1)
			}
		}
	}
}

const mostEnds = 1000

// amongChildren is the middle of what an item leads to. Children that lead to much count for more, so that the main way runs straight.
func amongChildren(it *item) int {
	sum, weight := 0, 0
	for _, o := range it.out {
		sum, weight = sum+o.y*o.ends*o.ends, weight+o.ends*o.ends
	}
	if weight == 0 {
		return it.y
	}
	return floorDiv(sum, weight)
}

// amongParents is the middle of what leads to an item.
func amongParents(it *item) int {
	if len(it.in) == 0 {
		return it.y
	}
	low, high := it.in[0].y, it.in[0].y
	for _, o := range it.in[1:] {
		low, high = min(low, o.y), max(high, o.y)
	}
	return floorDiv(low+high, 2)
}

// apart is the distance that the middles of two neighbors should have at least, and need the one that they have to have.
func apart(a, b *item) int {
	return (max(a.h, a.room)+1)/2 + space(a, b) + (max(b.h, b.room)+1)/2
}

func need(a, b *item) int { return (a.h+1)/2 + space(a, b) + (b.h+1)/2 }

// space is what is left free between two neighbors.
func space(a, b *item) int {
	gap := 14
	switch {
	case a.kind == wayItem && b.kind == wayItem:
		gap = 12
	case a.kind == wayItem || b.kind == wayItem:
		gap = 10
	case a.apart != b.apart:
		gap = 22
	case a.apart != "":
		gap = 7
	}
	return gap
}

// pull moves the items of a column to where they want to be, together as little as keeps them apart: the least squares of the ways, by joining
// neighbors that would overlap to blocks. Whole numbers give the same picture on every machine.
func pull(col []*item, wanted func(*item) int) {
	type block struct{ sum, weight, n int }
	var blocks []block
	offset, offsets := 0, make([]int, len(col))
	for i, it := range col {
		if i > 0 {
			offset += apart(col[i-1], it)
		}
		offsets[i] = offset
		weight := 1
		if it.kind == wayItem {
			weight = 2
		}
		blocks = append(blocks, block{(wanted(it) - offset) * weight, weight, 1})
		for n := len(blocks); n > 1 && blocks[n-2].sum*blocks[n-1].weight > blocks[n-1].sum*blocks[n-2].weight; n = len(blocks) {
			a, b := blocks[n-2], blocks[n-1]
			blocks = append(blocks[:n-2], block{a.sum + b.sum, a.weight + b.weight, a.n + b.n})
		}
	}
	i := 0
	for _, b := range blocks {
		at := floorDiv(b.sum, b.weight)
		for range b.n {
			col[i].y = at + offsets[i]
			i++
		}
	}
}

func floorDiv(a, b int) int {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
