package parsers

import (
	"cmp"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/kube"
	"github.com/sosbond/sosbond/parsers/layout"
)

// FromCluster runs the parsers over the trees of one cluster's must-gather, one for each image, and returns the facts of each node, sorted by
// name; what the cluster shows where it names no node, with Node empty. An object that several images hold counts once: the first one.
func FromCluster(trees []*layout.Tree, opt Options) []*Facts {
	c := &cluster{shared: &Facts{Complete: true, Intact: intact(trees, opt)}, nodes: map[string]*Facts{}}
	readers := make([]*reader, len(trees))
	for i, t := range trees {
		readers[i] = &reader{tree: t, files: map[string]File{}, prefix: imagePrefix(trees, t)}
		c.shared.Complete, c.shared.Suspect = c.shared.Complete && t.Complete, c.shared.Suspect || t.Suspect
		c.shared.Notes = append(c.shared.Notes, t.Notes...)
	}
	list := List(opt)
	for i, p := range list {
		if p.Kind == layout.MustGather {
			c.run(i, p, readers)
		}
	}
	return c.finish(list)
}

// ClusterID is the id of the cluster that a must-gather is of, "" when it does not tell.
func ClusterID(t *layout.Tree) string {
	id, at := "", ""
	for _, scanned := range t.Scans {
		s, ok := scanned.Scanner.(*kubeScanner)
		if !ok || !strings.HasPrefix(scanned.Path, clusterVersionDir) {
			continue
		}
		for _, v := range s.objects.Versions {
			if v.ID.Found() && (id == "" || scanned.Path < at) {
				id, at = v.ID.Value, scanned.Path
			}
		}
	}
	return id
}

// NodeNames lists the nodes that a must-gather names, sorted.
func NodeNames(t *layout.Tree) (names []string) {
	for _, file := range t.Glob("nodes/*/*") {
		names = append(names, base(path.Dir(file)))
	}
	for _, scanned := range t.Scans {
		if s, ok := scanned.Scanner.(*kubeScanner); ok {
			for _, n := range s.objects.Nodes {
				names = append(names, n.Name)
			}
			for _, n := range s.objects.States {
				names = append(names, n.Name)
			}
		} else if strings.HasPrefix(scanned.Path, "nodes/") {
			names = append(names, base(path.Dir(scanned.Path)))
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

const clusterVersionDir = "cluster-scoped-resources/config.openshift.io/clusterversions"

// clusterVersions are the files that hold the ClusterVersion.
var clusterVersions = []string{"cluster-scoped-resources/config.openshift.io/clusterversions/*.yaml", "cluster-scoped-resources/config.openshift.io/clusterversions.yaml"}

// imagePrefix is what the paths of a tree's files begin with in sources: the image's directory, where there are several.
func imagePrefix(trees []*layout.Tree, t *layout.Tree) string {
	if len(trees) < 2 || t.Root == "" {
		return ""
	}
	return base(t.Root) + "/"
}

// cluster collects what a must-gather tells of a cluster and of its nodes.
type cluster struct {
	shared *Facts
	nodes  map[string]*Facts
	covers []nodeCoverage
}

// nodeCoverage is the coverage of one parser, for the cluster ("") and for each node.
type nodeCoverage struct {
	parser Parser
	of     map[string]*Coverage
}

func (c *cluster) run(i int, p Parser, readers []*reader) {
	covers := nodeCoverage{parser: p, of: map[string]*Coverage{}}
	for _, r := range readers {
		r.run(i, p, func(path string) (*Facts, *Coverage) {
			name := ""
			if p.Node != nil {
				name = p.Node(c.shared, path)
				if name == "" { // of a node that nothing names: it must not count for the others
					return &Facts{}, &Coverage{}
				}
			}
			if covers.of[name] == nil {
				cov := newCoverage(p)
				covers.of[name] = &cov
			}
			if name == "" {
				return c.shared, covers.of[""]
			}
			return c.node(name), covers.of[name]
		})
	}
	c.covers = append(c.covers, covers)
}

func (c *cluster) node(name string) *Facts {
	if c.nodes[name] == nil {
		c.nodes[name] = &Facts{Node: name}
	}
	return c.nodes[name]
}

// finish gives each node what the cluster knows of it.
func (c *cluster) finish(list []Parser) (nodes []*Facts) {
	c.shared.Kube = once(c.shared.Kube)
	for _, r := range c.shared.Kube {
		for _, n := range r.Value.Nodes {
			if n.Labels["kubernetes.io/os"] != "windows" {
				c.node(n.Name)
			}
		}
		for _, s := range r.Value.States {
			c.node(s.Name)
		}
	}
	if len(c.nodes) == 0 {
		return []*Facts{c.shared}
	}
	for _, name := range slices.Sorted(maps.Keys(c.nodes)) {
		f := c.nodes[name]
		f.AllNADs, f.AllVMs, f.PodNamespaces, f.OVSLogs = c.shared.AllNADs, c.shared.AllVMs, c.shared.PodNamespaces, c.shared.OVSLogs
		f.Kube, f.Complete, f.Suspect, f.Intact = c.shared.Kube, c.shared.Complete && !f.cut, c.shared.Suspect, c.shared.Intact
		f.Problems, f.Notes = append(f.Problems, c.problemsFor(name)...), slices.Concat(c.shared.Notes, f.Notes)
		for _, cov := range c.shared.Coverage {
			f.cover(cov)
		}
		c.cover(f)
		f.fromKube()
		f.askForReport(list)
		nodes = append(nodes, f)
	}
	return nodes
}

// problemsFor are the problems with files about the cluster, and with those about the node.
func (c *cluster) problemsFor(node string) (list []Problem) {
	for _, p := range c.shared.Problems {
		if of := c.nodeOfObject(p.Source.File); of == "" || of == node {
			list = append(list, p)
		}
	}
	return list
}

// nodeOfObject is the node after which the file of an object is named: NODE.yaml, NODE.POLICY.yaml; "" for one that is about the cluster.
func (c *cluster) nodeOfObject(file string) (node string) {
	switch base(path.Dir(file)) {
	case "nodes", "nodenetworkstates", "nodenetworkconfigurationenactments":
		for name := range c.nodes {
			if strings.HasPrefix(base(file), name+".") && len(name) > len(node) {
				node = name
			}
		}
	}
	return node
}

// once drops objects that an earlier file holds too. A NodeNetworkState that shows nothing does not stand in the way of one that does.
func once(files []Read[kube.Objects]) []Read[kube.Objects] {
	type key struct{ kind, namespace, name string }
	seen := map[key]bool{}
	for i := range files {
		o := reflect.ValueOf(&files[i].Value).Elem()
		for k := range o.NumField() {
			list := o.Field(k)
			if list.Kind() != reflect.Slice {
				continue
			}
			kept := reflect.MakeSlice(list.Type(), 0, list.Len())
			for n := range list.Len() {
				m := list.Index(n).FieldByName("Meta").Interface().(kube.Meta)
				at := key{o.Type().Field(k).Name, m.Namespace, m.Name}
				if !seen[at] || m.Name == "" {
					kept = reflect.Append(kept, list.Index(n))
				}
				state, isState := list.Index(n).Interface().(kube.NodeNetworkState)
				seen[at] = seen[at] || !isState || len(state.State.Interfaces) > 0
			}
			list.Set(kept)
		}
	}
	return files
}

// cover tells a node's coverage: of what is about it, and of what is about the cluster.
func (c *cluster) cover(f *Facts) {
	for _, covers := range c.covers {
		cov := newCoverage(covers.parser)
		for _, name := range []string{f.Node, ""} {
			if have := covers.of[name]; have != nil {
				if have.Status == StatusRead {
					cov.read()
				}
				for _, file := range have.Files {
					cov.add(file, have.Status, have.Note)
				}
			}
		}
		if !covers.parser.Optional || cov.Status != StatusNotCollected {
			f.cover(cov)
		}
	}
}

// askForReport names the data of a host that no must-gather holds, with how to get them from the node.
func (f *Facts) askForReport(list []Parser) {
	for _, p := range list {
		if p.Kind == "" && p.Needed {
			f.cover(newCoverage(p))
		}
	}
	for i := range f.Coverage {
		if c := &f.Coverage[i]; c.Status != StatusRead && c.Status != StatusEmpty && c.Ask != "" {
			c.Ask = onNode(f.Node, c.Ask)
		}
	}
}

// onNode is a command as it is run on a node of OpenShift; what is to be asked for there is no command when it names objects.
func onNode(node, ask string) string {
	if strings.HasPrefix(ask, "oc ") {
		return ask
	}
	if strings.HasPrefix(ask, "/") {
		ask = "cat " + ask
	}
	return "oc debug node/" + node + " -- chroot /host " + ask
}

// Merge adds what another collection tells of the same host. What f has counts first; what runs is taken from one of them alone, for a bridge that
// was gone when the report was taken may be in a must-gather of the day before.
func (f *Facts) Merge(more *Facts) {
	own := f.Report && f.showsLinks()
	to, from := reflect.ValueOf(f).Elem(), reflect.ValueOf(more).Elem()
	for i := range to.NumField() {
		if name := to.Type().Field(i).Name; to.Field(i).Kind() == reflect.Slice && name != "Coverage" && !f.shows(name, own) {
			to.Field(i).Set(joined(to.Field(i), from.Field(i)))
		}
	}
	f.Kube, f.NMState = once(f.Kube), f.onceState(own)
	f.Intact = f.intactWith(more, own)
	f.Suspect = f.Suspect || more.Suspect
	f.Complete, f.Report = f.Complete && more.Complete, f.Report || more.Report
	f.AllNADs, f.AllVMs = f.AllNADs || more.AllNADs, f.AllVMs || more.AllVMs
	f.Node, f.Root = cmp.Or(f.Node, more.Node), cmp.Or(f.Root, more.Root)
	for _, c := range more.Coverage {
		if own && slices.Contains(ofRunning, c.Datum) {
			continue
		}
		if c.Status == StatusNotCollected && slices.ContainsFunc(f.Coverage, func(have Coverage) bool { return have.Datum == c.Datum }) {
			continue
		}
		f.cover(c)
	}
}

// ofRunning are the data that a report of the host itself tells alone, where it shows the interfaces.
var ofRunning = []Datum{DatumLinks, DatumBridges, DatumVLANs}

// intactWith are the data of which neither collection lost anything.
func (f *Facts) intactWith(more *Facts, own bool) map[Datum]bool {
	whole := map[Datum]bool{}
	for _, p := range List(Options{}) {
		whole[p.Datum] = f.Whole(p.Datum) && (more.Whole(p.Datum) || own && slices.Contains(ofRunning, p.Datum))
	}
	return whole
}

// joined is a new slice of the elements of both: those of a cluster are shared by its nodes.
func joined(a, b reflect.Value) reflect.Value {
	if a.Len()+b.Len() == 0 {
		return a
	}
	return reflect.AppendSlice(reflect.AppendSlice(reflect.MakeSlice(a.Type(), 0, a.Len()+b.Len()), a), b)
}

// shows reports whether the facts have all of a field that tells what runs. Of a host with a report of its own that shows the interfaces, own, all
// that concerns them is as the report shows it.
func (f *Facts) shows(field string, own bool) bool {
	switch field {
	case "Links":
		return f.showsLinks()
	case "Brctl", "BridgePorts", "BridgeVLANs":
		return own || !reflect.ValueOf(f).Elem().FieldByName(field).IsZero()
	case "NFT", "OVS", "OVSLogs":
		return !reflect.ValueOf(f).Elem().FieldByName(field).IsZero()
	}
	return false
}

// showsLinks reports whether `ip` printed all interfaces: the loopback device is among them.
func (f *Facts) showsLinks() bool {
	return slices.ContainsFunc(f.Links, func(r Read[[]iproute.Link]) bool {
		return slices.ContainsFunc(r.Value, func(l iproute.Link) bool { return l.Name == "lo" })
	})
}

// onceState drops states that another must-gather of the same cluster holds too: the node's own, and that of a policy. The node's own is not needed
// where its own report shows what runs.
func (f *Facts) onceState(own bool) (kept []NetworkState) {
	for _, s := range f.NMState {
		if s.Role == RoleCurrent && own {
			continue
		}
		if (s.Role == RoleCurrent || s.Role == RolePolicy) && slices.ContainsFunc(kept, func(k NetworkState) bool { return k.Role == s.Role && k.Policy == s.Policy }) {
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// nodeInPath takes the node's name from nodes/NAME/FILE.
func nodeInPath(_ *Facts, file string) string {
	_, rest, _ := strings.Cut("/"+file, "/nodes/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}

// nodeOfPod finds the node of namespaces/NAMESPACE/pods/POD/FILE.
func nodeOfPod(cluster *Facts, file string) string {
	pod, namespace := base(path.Dir(file)), base(path.Dir(path.Dir(path.Dir(file))))
	for _, r := range cluster.Kube {
		for _, p := range r.Value.Pods {
			if p.Name == pod && p.Namespace == namespace && p.Node.Found() {
				return p.Node.Value
			}
		}
	}
	return ""
}
