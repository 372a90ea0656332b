// Package join makes one host's topology of the facts that the parsers read. The kernel's own state comes before what tools derive from it,
// newer forms before older ones; what contradicts is kept as a problem, and what refers to nothing stays visible.
package join

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/text"
)

// Host joins the facts of one host, within the default limits.
func Host(f *parsers.Facts) *topology.Host {
	h, _ := Within(f, DefaultBonds)
	return h
}

// Within joins the facts of one host with so many bonds at most, 0 for the default. cut is a sentence on those that it left out, "" for none.
func Within(f *parsers.Facts, bonds int) (h *topology.Host, cut string) {
	j := &joiner{f: f, h: &topology.Host{Complete: f.Complete, Suspect: f.Suspect, Intact: f.Intact, Notes: f.Notes, Node: f.Node, Report: f.Report, Others: f.Others}}
	if j.most = bonds; j.most <= 0 {
		j.most = DefaultBonds
	}
	j.coverage()
	j.identity()
	j.links()
	j.namespaces()
	j.bonds()
	j.teams()
	j.openvswitch()
	j.bridges()
	j.fdb()
	j.domains()
	j.cluster()
	j.places()
	j.configs()
	j.ovsFromConfig()
	j.bound()
	j.guests()
	j.neighbors()
	j.attachments()
	j.unplaced()
	j.events()
	j.filters()
	return j.h, j.cut
}

type joiner struct {
	f *parsers.Facts
	h *topology.Host

	most int    // bonds
	cut  string // what was left out beyond that

	matched     map[string]string       // interfaces by the names that a configuration has for them
	bridgePorts map[string][]bridgePort // ports of all bridges by their names
	mastered    map[string]mastered     // files by the name of the master that they give
}

func (j *joiner) coverage() {
	j.h.Coverage = slices.Clone(j.f.Coverage)
	j.h.Problems = slices.Clone(j.f.Problems)
}

func (j *joiner) problem(s topology.Source, why string) {
	j.h.Problems = append(j.h.Problems, topology.Problem{Source: s, Why: why})
}

// fact makes a fact of a parsed value, unknown when the text did not have it.
func fact[T any](f parsers.File, at text.At[T]) topology.Fact[T] {
	if !at.Found() {
		return topology.Fact[T]{}
	}
	return topology.Fact[T]{Value: at.Value, Source: f.At(at.Line)}
}

// first returns the first known fact.
func first[T any](facts ...topology.Fact[T]) topology.Fact[T] {
	for _, f := range facts {
		if f.Known() {
			return f
		}
	}
	return topology.Fact[T]{}
}
