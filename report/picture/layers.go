package picture

import "slices"

// stage of a kind: what is nearer to the wire comes first. A stage takes as many layers as its nodes stand above one another.
var stages = map[Kind]int{Switch: 0, NIC: 1, Bond: 2, VLAN: 3, Bridge: 4, Device: 4, Gap: 4, Self: lastStage, Guest: lastStage, Fold: lastStage}

const (
	bridgeStage = 4 // what sits on a bridge, a VLAN too, comes above it
	lastStage   = 5
)

// layers gives each node its column: to the right of all that lies between it and the wire, and in line with its like.
func (b *builder) layers() {
	layer := make([]int, len(b.stage))
	for i := range layer {
		layer[i] = -1
	}
	order, below := b.sorted()
	pure := b.pure(order, below)
	next := 0
	for stage := 0; stage <= lastStage; stage++ {
		floor := next
		for _, n := range order {
			if layer[n] >= 0 || b.stage[n] > stage || stage < bridgeStage && !pure[n] {
				continue
			}
			layer[n] = floor
			for _, m := range below[n] {
				layer[n] = max(layer[n], layer[m]+1)
			}
			next = max(next, layer[n]+1)
		}
	}
	used := slices.Compact(slices.Sorted(slices.Values(layer)))
	for i := range b.pic.Nodes {
		b.pic.Nodes[i].Layer = slices.Index(used, layer[i])
	}
}

// sorted returns the nodes so that each comes after those that it is joined to on the side of the wire, and which these are.
func (b *builder) sorted() (order []int, below [][]int) {
	below = make([][]int, len(b.stage))
	open := make([]int, len(b.stage))
	for _, l := range b.links {
		below[l.to] = append(below[l.to], l.from)
		open[l.to]++
	}
	for n, count := range open {
		if count == 0 {
			order = append(order, n)
		}
	}
	for i := 0; i < len(order); i++ {
		for _, n := range b.above[order[i]] {
			if open[n]--; open[n] == 0 {
				order = append(order, n)
			}
		}
	}
	return order, below
}

// pure tells the nodes below which nothing of a later stage lies. A VLAN on a bridge is none, and neither is what is above it.
func (b *builder) pure(order []int, below [][]int) []bool {
	pure := make([]bool, len(b.stage))
	for _, n := range order {
		pure[n] = !slices.ContainsFunc(below[n], func(m int) bool { return !pure[m] || b.stage[m] > b.stage[n] })
	}
	return pure
}
