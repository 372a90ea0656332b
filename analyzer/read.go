package analyzer

import (
	"cmp"
	"context"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/join"
	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/archive"
	"github.com/sosbond/sosbond/parsers/layout"
)

// Reading is what was read of inputs, before the hosts in it are judged: inputs may complete one another.
type Reading struct {
	hosts  []reading
	bonds  int // most of a host
	Errors []InputError
}

// reading is what one report, or one must-gather, tells of one host; of a must-gather that names no node, what it tells of the cluster.
type reading struct {
	facts   *parsers.Facts
	source  Source
	cluster string // id of the cluster, "" when it is not known

	dirs []string // directories in which the images of the must-gather have theirs
}

// Read reads one input. What could not be read is among the errors; an error is returned only when ctx ended.
func Read(ctx context.Context, in archive.Input, opt Options) (Reading, error) {
	name := inputName(in)
	found, err := parsers.Collect(ctx, in, opt.parsers(), opt.Layout)
	if ctx.Err() != nil {
		return Reading{}, ctx.Err()
	}
	if err != nil {
		return Reading{Errors: []InputError{{Input: name, Err: err}}}, nil
	}
	var r Reading
	for _, t := range found.Trees {
		if t.Kind != layout.MustGather {
			r.add(reading{facts: parsers.FromTree(t, opt.parsers()), source: sourceOf(name, t)}, opt)
		}
		if ctx.Err() != nil {
			return Reading{}, ctx.Err()
		}
	}
	r.Errors = append(problems(name, found), r.Errors...)
	for _, c := range clusters(found.Trees) {
		for _, facts := range parsers.FromCluster(c.trees, opt.parsers()) {
			source := sourceOf(name, c.trees[0])
			source.Root = commonRoot(c.trees)
			r.add(reading{facts: facts, source: source, cluster: c.id, dirs: c.dirs(name)}, opt)
		}
	}
	return r, ctx.Err()
}

// add adds what was read of one host, within the limits.
func (r *Reading) add(one reading, opt Options) {
	r.bonds = opt.Bonds
	for _, text := range one.facts.Bound(opt.Records) {
		r.Errors = append(r.Errors, InputError{Input: path.Join(one.source.Path, one.source.Root), Err: errors.New(text)})
	}
	one.source.Complete, one.source.Notes = one.facts.Complete, one.facts.Notes
	r.hosts = append(r.hosts, one)
}

func sourceOf(input string, t *layout.Tree) Source {
	return Source{Path: path.Join(input, t.Archive), Kind: string(t.Kind), Root: t.Root}
}

// commonRoot is the directory that holds the directories of all images.
func commonRoot(trees []*layout.Tree) string {
	root := trees[0].Root
	for _, t := range trees[1:] {
		for root != "" && t.Root != root && !strings.HasPrefix(t.Root, root+"/") {
			root = strings.TrimPrefix(path.Dir(root), ".")
		}
	}
	return root
}

// cluster is the must-gather of one cluster: the directories of one or several images.
type cluster struct {
	id    string
	trees []*layout.Tree
	nodes []string // those that paths name
}

// clusters sorts the trees of must-gathers by their clusters. A directory that does not tell its cluster belongs to the one beside or around it, to
// the one whose nodes it names, or to the only one that there is.
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
			list = append(list, &cluster{id: id})
			i = len(list) - 1
		}
		list[i].add(t)
	}
	for _, t := range unknown {
		c := clusterOf(t, list)
		if c == nil {
			c = &cluster{}
			list = append(list, c)
		}
		c.add(t)
	}
	return list
}

// dirs are the directories around those of the images.
func (c *cluster) dirs(input string) (list []string) {
	for _, t := range c.trees {
		list = append(list, path.Join(input, t.Archive, path.Dir(t.Root)))
	}
	return list
}

func (c *cluster) add(t *layout.Tree) {
	c.trees = append(c.trees, t)
	c.nodes = append(c.nodes, parsers.NodeNames(t)...)
}

// clusterOf finds the cluster of a directory that does not tell it, nil when it cannot be told.
func clusterOf(t *layout.Tree, list []*cluster) *cluster {
	for _, c := range list {
		if slices.ContainsFunc(c.trees, func(x *layout.Tree) bool { return beside(x, t) }) {
			return c
		}
	}
	names := parsers.NodeNames(t)
	var of []*cluster
	for _, c := range list {
		if slices.ContainsFunc(names, func(n string) bool { return slices.Contains(c.nodes, n) }) {
			of = append(of, c)
		}
	}
	switch {
	case len(of) == 1:
		return of[0]
	case len(list) == 1 && (len(names) == 0 || len(list[0].nodes) == 0):
		return list[0]
	}
	return nil
}

// beside reports whether a directory lies beside or in that of an image.
func beside(image, t *layout.Tree) bool {
	return image.Archive == t.Archive && (path.Dir(image.Root) == path.Dir(t.Root) || image.Root == "" || strings.HasPrefix(t.Root, image.Root+"/"))
}

// Join adds what was read of another input.
func (r *Reading) Join(more Reading) {
	r.hosts, r.bonds = append(r.hosts, more.hosts...), more.bonds
	r.Errors = append(r.Errors, more.Errors...)
}

// Judge gives the verdicts on the hosts that were read. What a must-gather tells of a node completes the node's own report, so that it does not
// stand twice.
func (r *Reading) Judge() Result {
	hosts := r.merged()
	res := Result{Errors: r.Errors}
	blindNodes := map[string][]string{}
	for _, one := range hosts {
		made, cut := join.Within(one.facts, r.bonds)
		if cut != "" {
			one.source.Complete, one.source.Notes = false, made.Notes
			res.Errors = append(res.Errors, InputError{Input: path.Join(one.source.Path, one.source.Root), Err: errors.New(cut)})
		}
		h := Judge(made)
		h.Source = one.source
		switch {
		case !blind(h.Topology), !h.Source.Complete && slices.ContainsFunc(r.Errors, func(e InputError) bool { return e.Input == h.Source.Path }):
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
	across(res.Hosts)
	return res
}

// across adds to each host what shows only beside the others.
func across(hosts []Host) {
	var peers []rules.Peer
	for _, h := range hosts {
		peers = append(peers, rules.Peer{Host: h.Topology, Input: h.Source.Path})
	}
	for i, found := range rules.Across(peers) {
		if len(found) > 0 {
			hosts[i].Findings = append(hosts[i].Findings, found...)
			rules.Sort(hosts[i].Findings)
		}
	}
}

// merged are the hosts with all that was read of each.
func (r *Reading) merged() (list []reading) {
	var nodes, clusters []reading
	for _, one := range r.hosts {
		if one.facts.Report {
			list = append(list, one)
			continue
		}
		if one.facts.Node == "" {
			clusters = append(clusters, one)
			continue
		}
		i := slices.IndexFunc(nodes, func(n reading) bool { return n.facts.Node == one.facts.Node && sameCluster(n, one) })
		if i < 0 {
			nodes = append(nodes, one)
			continue
		}
		nodes[i].facts.Merge(one.facts)
		nodes[i].cluster, nodes[i].dirs = cmp.Or(nodes[i].cluster, one.cluster), append(nodes[i].dirs, one.dirs...)
		nodes[i].source.also(one.source)
	}
	r.spread(clusters, nodes)
	taken := make([]bool, len(nodes))
	for i := range list {
		if k := nodeOf(list[i], nodes); k >= 0 {
			list[i].facts.Merge(nodes[k].facts)
			list[i].source.also(nodes[k].source)
			taken[k] = true
		} else if !slices.ContainsFunc(nodes, func(n reading) bool { return sameHost(list[i].facts, n.facts.Node) }) {
			list[i].facts.Others = names(nodes)
		}
	}
	for k, n := range nodes {
		if !taken[k] {
			list = append(list, n)
		}
	}
	return list
}

// names are the names of nodes, sorted.
func names(nodes []reading) (list []string) {
	for _, n := range nodes {
		list = append(list, n.facts.Node)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// spread adds what was inspected without nodes to the nodes of the cluster that it is of: where it does not tell, to those of the only one.
func (r *Reading) spread(clusters, nodes []reading) {
	ids := map[string]bool{}
	for _, n := range nodes {
		ids[n.cluster] = true
	}
	for _, c := range clusters {
		found := false
		for i := range nodes {
			if n := &nodes[i]; c.cluster == n.cluster || c.cluster == "" && len(ids) == 1 {
				found = true
				n.facts.Merge(c.facts)
				n.source.also(c.source)
			}
		}
		if !found {
			r.Errors = append(r.Errors, InputError{Input: c.source.Path, Err: errNoNodes})
		}
	}
}

// nodeOf finds the node that a report is of, -1 when there is none. Where nodes of several clusters have its name, it is the one of the must-gather
// that the report was packed with.
func nodeOf(report reading, nodes []reading) int {
	var same, packed []int
	for k, n := range nodes {
		if !sameHost(report.facts, n.facts.Node) {
			continue
		}
		same = append(same, k)
		at := path.Join(report.source.Path, report.source.Root) + "/"
		if slices.ContainsFunc(n.dirs, func(dir string) bool { return strings.HasPrefix(at, dir+"/") }) {
			packed = append(packed, k)
		}
	}
	switch {
	case len(same) == 1:
		return same[0]
	case len(packed) == 1:
		return packed[0]
	}
	return -1
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
