package analyzer

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/join"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// Reading is what was read of inputs, before the hosts in it are judged: inputs may complete one another.
type Reading struct {
	hosts  []reading
	Errors []InputError
}

// reading is what one report, or one must-gather, tells of one host.
type reading struct {
	facts   *parsers.Facts
	source  Source
	cluster string // id of the cluster, "" when it is not known
}

// Read reads one input. What could not be read is among the errors; an error is returned only when ctx ended.
func Read(ctx context.Context, in archive.Input, opt Options) (Reading, error) {
	name := inputName(in)
	found, err := parsers.Collect(ctx, in, parsers.Options{Deep: opt.Deep}, opt.Layout)
	if ctx.Err() != nil {
		return Reading{}, ctx.Err()
	}
	if err != nil {
		return Reading{Errors: []InputError{{Input: name, Err: err}}}, nil
	}
	var r Reading
	for _, t := range found.Trees {
		if t.Kind != layout.MustGather {
			r.hosts = append(r.hosts, reading{facts: parsers.FromTree(t, parsers.Options{Deep: opt.Deep}), source: sourceOf(name, t)})
		}
	}
	for _, c := range clusters(found.Trees) {
		for _, facts := range parsers.FromCluster(c.trees, parsers.Options{Deep: opt.Deep}) {
			source := sourceOf(name, c.trees[0])
			source.Complete, source.Notes = facts.Complete, facts.Notes
			r.hosts = append(r.hosts, reading{facts: facts, source: source, cluster: c.id})
		}
	}
	r.Errors = problems(name, found)
	return r, nil
}

func sourceOf(input string, t *layout.Tree) Source {
	return Source{Path: path.Join(input, t.Archive), Kind: string(t.Kind), Root: t.Root, Complete: t.Complete, Notes: t.Notes}
}

// cluster is the must-gather of one cluster: the directories of one or several images.
type cluster struct {
	id    string
	trees []*layout.Tree
}

// clusters sorts the trees of must-gathers by their clusters. A directory that does not tell its cluster belongs to the one beside it, or to the
// only one that there is.
func clusters(trees []*layout.Tree) (list []*cluster) {
	var unknown []*layout.Tree
	for _, t := range trees {
		if t.Kind != layout.MustGather {
			continue
		}
		id := parsers.ClusterID(t)
		if id == "" {
			unknown = append(unknown, t)
			continue
		}
		i := slices.IndexFunc(list, func(c *cluster) bool { return c.id == id })
		if i < 0 {
			list = append(list, &cluster{id: id, trees: []*layout.Tree{t}})
			continue
		}
		list[i].trees = append(list[i].trees, t)
	}
	for _, t := range unknown {
		i := slices.IndexFunc(list, func(c *cluster) bool {
			return slices.ContainsFunc(c.trees, func(x *layout.Tree) bool { return beside(x, t) })
		})
		if i < 0 && len(list) == 1 {
			i = 0
		}
		if i < 0 {
			list = append(list, &cluster{trees: []*layout.Tree{t}})
			continue
		}
		list[i].trees = append(list[i].trees, t)
	}
	return list
}

func beside(a, b *layout.Tree) bool {
	return a.Archive == b.Archive && path.Dir(a.Root) == path.Dir(b.Root)
}

// Join adds what was read of another input.
func (r *Reading) Join(more Reading) {
	r.hosts = append(r.hosts, more.hosts...)
	r.Errors = append(r.Errors, more.Errors...)
}

// Judge gives the verdicts on the hosts that were read. What a must-gather tells of a node completes the node's own report, so that it does not
// stand twice.
func (r *Reading) Judge() Result {
	res := Result{Errors: r.Errors}
	blindNodes := map[string][]string{}
	for _, one := range r.merged() {
		h := Judge(join.Host(one.facts))
		h.Source = one.source
		switch {
		case !blind(h.Topology):
		case h.Topology.Report:
			res.Errors = append(res.Errors, InputError{Input: h.Source.Path, Err: errNoNetwork})
		default:
			blindNodes[h.Source.Path] = append(blindNodes[h.Source.Path], h.Topology.Name.Value)
		}
		res.Hosts = append(res.Hosts, h)
	}
	for _, h := range res.Hosts {
		if nodes := blindNodes[h.Source.Path]; len(nodes) > 0 {
			res.Errors = append(res.Errors, InputError{Input: h.Source.Path, Err: errNoNodeNetwork(nodes)})
			delete(blindNodes, h.Source.Path)
		}
	}
	return res
}

// merged are the hosts with all that was read of each.
func (r *Reading) merged() (list []reading) {
	var nodes []reading
	for _, one := range r.hosts {
		if one.facts.Report {
			list = append(list, one)
			continue
		}
		i := slices.IndexFunc(nodes, func(n reading) bool { return n.facts.Node == one.facts.Node && sameCluster(n, one) })
		if i < 0 {
			nodes = append(nodes, one)
			continue
		}
		nodes[i].facts.Merge(one.facts)
		nodes[i].cluster = cmp.Or(nodes[i].cluster, one.cluster)
		nodes[i].source.also(one.source)
	}
	for _, n := range nodes {
		taken := false
		for i := range list {
			if list[i].facts.Report && sameHost(list[i].facts, n.facts.Node) {
				list[i].facts.Merge(n.facts)
				list[i].source.also(n.source)
				taken = true
			}
		}
		if !taken {
			list = append(list, n)
		}
	}
	return list
}

// also notes a source that completes this one.
func (s *Source) also(more Source) {
	for _, p := range append([]string{more.Path}, more.Also...) {
		if p != s.Path && !slices.Contains(s.Also, p) {
			s.Also = append(s.Also, p)
		}
	}
	s.Complete = s.Complete && more.Complete
	for _, n := range more.Notes {
		if !slices.Contains(s.Notes, n) {
			s.Notes = append(s.Notes, n)
		}
	}
}

func sameCluster(a, b reading) bool {
	return a.cluster == b.cluster || a.cluster == "" || b.cluster == ""
}

// sameHost reports a report of a node, by its name with or without the domain.
func sameHost(f *parsers.Facts, node string) bool {
	short := func(name string) string { s, _, _ := strings.Cut(name, "."); return s }
	for _, r := range f.Hostname {
		name := strings.ToLower(r.Value.Value)
		if name == node || name != "" && short(name) == short(node) && (name == short(name) || node == short(node)) {
			return true
		}
	}
	for _, r := range f.Uname {
		if len(f.Hostname) == 0 && r.Value.Node != "" && (r.Value.Node == node || short(r.Value.Node) == short(node)) {
			return true
		}
	}
	return false
}
