package layout

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// matcher holds many globs, compiled into one tree over the components of paths: what a path costs depends on its depth, hardly on the
// number of globs.
type matcher struct {
	root  *node
	globs []glob
}

// glob is one pattern of one Want.
type glob struct {
	want   int
	dotted string // the pattern as sos writes a path in a file name: dots for slashes
	// What every path that matches starts with: whole components, and the start of the next one. exact: nothing follows.
	prefix []string
	start  string
	exact  bool
}

// node is where some components of a glob have matched.
type node struct {
	literal map[string]*node
	globbed []edge
	star    *node // after "**"
	loops   bool  // it is the node of a "**": it takes any component and stays
	ends    []int // globs that end here
}

type edge struct {
	pattern string
	to      *node
}

// newMatcher compiles the globs of wants. The only error is a malformed glob.
func newMatcher(wants []Want) (*matcher, error) {
	return matcherFor(wants, func(Kind) bool { return true })
}

// newMatchers compiles the globs of wants by the kind of tree that they are for: MustGather, and SosReport for all others.
func newMatchers(wants []Want) (map[Kind]*matcher, error) {
	cluster, err := matcherFor(wants, func(k Kind) bool { return k == MustGather })
	if err != nil {
		return nil, err
	}
	host, err := matcherFor(wants, func(k Kind) bool { return k != MustGather })
	return map[Kind]*matcher{MustGather: cluster, SosReport: host}, err
}

func matcherFor(wants []Want, kind func(Kind) bool) (*matcher, error) {
	m := &matcher{root: &node{}}
	for i, w := range wants {
		if !kind(w.Kind) {
			continue
		}
		for _, g := range w.Globs {
			if err := m.add(i, g); err != nil {
				return nil, fmt.Errorf("want %q: glob %q: %w", w.Name, g, err)
			}
		}
	}
	return m, nil
}

func (m *matcher) add(want int, pattern string) error {
	if _, err := path.Match(pattern, ""); err != nil {
		return err
	}
	parts := strings.Split(strings.Trim(path.Clean(pattern), "/"), "/")
	at := m.root
	for _, part := range parts {
		at = at.child(part)
	}
	at.ends = append(at.ends, len(m.globs))
	g := glob{want: want, dotted: strings.ReplaceAll(strings.Join(parts, "."), "**", "*")}
	g.prefix, g.start, g.exact = literalPrefix(parts)
	m.globs = append(m.globs, g)
	return nil
}

const meta = `*?[\`

// literalPrefix is the part of a glob before its first wildcard.
func literalPrefix(parts []string) (whole []string, start string, exact bool) {
	for i, part := range parts {
		if at := strings.IndexAny(part, meta); at >= 0 {
			return parts[:i], part[:at], false
		}
	}
	return parts, "", true
}

// child returns the node behind one component of a glob, and makes it if need be.
func (n *node) child(part string) *node {
	switch {
	case part == "**":
		if n.star == nil {
			n.star = &node{loops: true}
		}
		return n.star
	case strings.ContainsAny(part, meta):
		for _, e := range n.globbed {
			if e.pattern == part {
				return e.to
			}
		}
		to := &node{}
		n.globbed = append(n.globbed, edge{part, to})
		return to
	}
	if n.literal == nil {
		n.literal = map[string]*node{}
	}
	if n.literal[part] == nil {
		n.literal[part] = &node{}
	}
	return n.literal[part]
}

// run follows a path and returns the nodes that it leads to.
func (m *matcher) run(parts []string) []*node {
	at := enter(make([]*node, 0, 8), m.root)
	next := make([]*node, 0, 8)
	for _, part := range parts {
		next = next[:0]
		for _, n := range at {
			next = n.step(next, part)
		}
		if at, next = next, at; len(at) == 0 {
			return nil
		}
	}
	return at
}

func (n *node) step(to []*node, part string) []*node {
	if n.loops {
		to = enter(to, n)
	}
	if next := n.literal[part]; next != nil {
		to = enter(to, next)
	}
	for _, e := range n.globbed {
		if e.matches(part) {
			to = enter(to, e.to)
		}
	}
	return to
}

// enter adds a node to the list and, since "**" may stand for nothing, the one behind it.
func enter(list []*node, n *node) []*node {
	if slices.Contains(list, n) {
		return list
	}
	list = append(list, n)
	if n.star != nil {
		list = enter(list, n.star)
	}
	return list
}

func (e edge) matches(part string) bool {
	if e.pattern == "*" {
		return true
	}
	if rest, ok := strings.CutSuffix(e.pattern, "*"); ok && !strings.ContainsAny(rest, meta) {
		return strings.HasPrefix(part, rest)
	}
	ok, _ := path.Match(e.pattern, part)
	return ok
}

// match returns the wants that a file is for, in their order.
func (m *matcher) match(parts []string) []int {
	var wants []int
	for _, n := range m.run(parts) {
		for _, g := range n.ends {
			wants = append(wants, m.globs[g].want)
		}
	}
	if named, ok := tailedAs(parts); ok {
		wants = append(wants, m.match(named)...)
		if len(parts) == 3 {
			wants = append(wants, m.matchDotted(named[2])...)
		}
	}
	slices.Sort(wants)
	return slices.Compact(wants)
}

// at returns the wants that a file is for, or what lies in it if it is a directory.
func (m *matcher) at(parts []string) []int {
	wants := m.match(parts)
	if parts[0] == stringsDir && len(wants) == 0 { // of any plugin
		for _, g := range m.globs {
			wants = append(wants, g.want)
		}
	}
	for _, n := range m.run(parts) {
		wants = n.below(m, wants)
	}
	return wants
}

// below adds the wants that something behind the node is for.
func (n *node) below(m *matcher, wants []int) []int {
	next := slices.Collect(maps.Values(n.literal))
	for _, e := range n.globbed {
		next = append(next, e.to)
	}
	if n.star != nil {
		next = append(next, n.star)
	}
	for _, to := range next {
		for _, g := range to.ends {
			wants = append(wants, m.globs[g].want)
		}
		wants = to.below(m, wants)
	}
	if n.loops {
		for _, g := range n.ends {
			wants = append(wants, m.globs[g].want)
		}
	}
	return wants
}

// What sos cut to its last part: sos_strings/PLUGIN/NAME.tailed. Of a command's output it has the path with sos_commands exchanged for
// sos_strings; of a file, the name is the file's whole path with dots for slashes (sos/report/plugins/__init__.py, _collect_cmd_output
// and add_copy_spec). A link to it stands in the place of the output or the file.
const (
	stringsDir   = "sos_strings"
	commandsDir  = "sos_commands"
	tailedSuffix = ".tailed"
)

// tailedAs returns the output that a cut one stands for.
func tailedAs(parts []string) ([]string, bool) {
	if len(parts) < 3 || parts[0] != stringsDir {
		return nil, false
	}
	name, ok := strings.CutSuffix(parts[len(parts)-1], tailedSuffix)
	if !ok || name == "" {
		return nil, false
	}
	named := slices.Clone(parts)
	named[0], named[len(parts)-1] = commandsDir, name
	return named, true
}

// matchDotted returns the wants for the file whose path is written with dots. Reports of containers have the path where the host's root
// is mounted in it ("--sysroot /host").
func (m *matcher) matchDotted(name string) []int {
	var wants []int
	sysroot, _ := strings.CutPrefix(name, "host.")
	for _, g := range m.globs {
		for _, n := range []string{name, sysroot} {
			if ok, _ := path.Match(g.dotted, n); ok {
				wants = append(wants, g.want)
				break
			}
		}
	}
	return wants
}

// leads reports whether something below the directory may be wanted.
func (m *matcher) leads(parts []string) bool {
	if parts[0] == stringsDir {
		return true
	}
	for _, n := range m.run(parts) {
		if n.loops || len(n.literal) > 0 || len(n.globbed) > 0 {
			return true
		}
	}
	return false
}

// wantsLink reports whether a symbolic link may be on the way to a wanted file: it is wanted itself, or may be a directory with wanted
// files, or is one of sos's short cuts at the top.
func (m *matcher) wantsLink(parts []string) bool {
	return len(parts) == 1 || len(m.match(parts)) > 0 || m.leads(parts)
}

// candidates are those of the sorted names that start as the glob does. Most globs begin with a path that few files have, and a tree has thousands.
func (g *glob) candidates(names []string) []string {
	start := strings.Join(g.prefix, "/")
	if g.start != "" { // else a "**" may follow, which may stand for nothing, the slash before it included
		start = strings.TrimPrefix(start+"/"+g.start, "/")
	}
	from, _ := slices.BinarySearch(names, start)
	n := 0
	for from+n < len(names) && strings.HasPrefix(names[from+n], start) {
		n++
	}
	return names[from : from+n]
}

// passed reports whether no path from this one on can match the glob, when paths come sorted by components.
func (g *glob) passed(parts []string) bool {
	for i, want := range g.prefix {
		if i == len(parts) {
			return false // parts is a directory above
		}
		if parts[i] != want {
			return parts[i] > want
		}
	}
	switch {
	case g.exact:
		return len(parts) > len(g.prefix)
	case len(parts) == len(g.prefix):
		return false
	}
	at := parts[len(g.prefix)]
	return at > g.start && !strings.HasPrefix(at, g.start)
}
