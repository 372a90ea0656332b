package ovsconf

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/text"
)

// Bounds of what is kept of a file: a block of a node with a thousand pods has some ten thousand lines, and OpenShift ends at 2,000 nodes.
const (
	maxNodes = 10_000
	maxBlock = 200_000 // lines
)

// Parse reads the journal of the unit ovs-configuration, as `journalctl` and `oc adm node-logs` print it, whose lines may be of several
// nodes in any mixture. The script runs with `set -x`: a line with "+" tells a command before its output, and what follows up to the next
// such line of the same shell is the output. print_state of configure-ovs.sh (machine-config-operator) shows the links before the script's
// work and after it.
func Parse(data []byte) ([]Log, text.Problems) {
	r := &reader{nodes: map[string]*node{}}
	for n, line := range text.Lines(data) {
		r.read(n, line)
	}
	var logs []Log
	for _, node := range r.order {
		r.cut(node)
		if node.last != nil {
			node.log.Links = r.links(node.last)
		}
		logs = append(logs, node.log)
	}
	return logs, r.problems
}

type reader struct {
	nodes    map[string]*node
	order    []*node
	problems text.Problems
}

type node struct {
	log  Log
	open *block // whose end has not come
	last *block // that is complete
}

// block is the output of one `ip -d address show`.
type block struct {
	n       int    // line of the command
	command string // that line
	pid     string // of the shell
	lines   []int  // numbers of the lines of its output
	text    []string
}

func (r *reader) problem(line int, s, why string) {
	r.problems.Add(line, s, why)
}

const identifier = "configure-ovs.sh"

var (
	traceRE   = regexp.MustCompile(`^\++ `)
	addressRE = regexp.MustCompile(`^\++ ip (-\S+ )*a(ddr(ess)?)?( show| list)?$`)
)

func (r *reader) read(n int, line string) {
	e, ok := parseEntry(line)
	if !ok {
		if !isRemark(line) {
			r.problem(n, line, "not a line of the journal")
		}
		return
	}
	node := r.node(n, e.node)
	if node == nil || e.identifier != identifier {
		return
	}
	switch {
	case traceRE.MatchString(e.message):
		if node.open != nil && node.open.pid == e.pid {
			node.last, node.open = node.open, nil
		}
		r.cut(node)
		if addressRE.MatchString(strings.TrimSpace(e.message)) {
			node.open = &block{n: n, command: line, pid: e.pid}
		}
	case node.open != nil:
		node.open.lines = append(node.open.lines, n)
		node.open.text = append(node.open.text, e.message)
		if len(node.open.lines) > maxBlock {
			r.cut(node)
		}
	}
}

// isRemark reports whether journalctl says something of its own: "-- Logs begin at ...", "-- Reboot --", "-- No entries --".
func isRemark(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "-- ") || strings.HasPrefix(line, "No journal files were")
}

// node returns what is known of a node, nil when there are too many.
func (r *reader) node(n int, name string) *node {
	known := r.nodes[name]
	if known == nil && len(r.order) < maxNodes {
		known = &node{log: Log{Node: name, Line: n}}
		r.nodes[name] = known
		r.order = append(r.order, known)
	}
	return known
}

// cut drops a block that has no end: the script was killed in it, or the log ends there.
func (r *reader) cut(n *node) {
	if n.open != nil {
		r.problem(n.open.n, n.open.command, "the output of this command is not complete, and is not read")
		n.open = nil
	}
}

// links reads a block as a text of its own and gives what came of it the lines of the file.
func (r *reader) links(b *block) []iproute.Link {
	links, problems := iproute.ParseLinks([]byte(strings.Join(b.text, "\n")))
	for _, p := range problems {
		r.problem(b.line(p.Line), p.Text, p.Why)
	}
	for i := range links {
		b.renumber(&links[i])
	}
	return links
}

// line is the line of the file for one of the block, which are counted from 1; 0 stays 0.
func (b *block) line(n int) int {
	if n < 1 || n > len(b.lines) {
		return 0
	}
	return b.lines[n-1]
}

func (b *block) renumber(l *iproute.Link) {
	l.Line = b.line(l.Line)
	for _, v := range []*text.At[int]{&l.MTU, &l.Promiscuity} {
		v.Line = b.line(v.Line)
	}
	for _, v := range []*text.At[string]{&l.Master, &l.MAC, &l.PermMAC, &l.Kind, &l.SlaveKind} {
		v.Line = b.line(v.Line)
	}
	for _, attrs := range []map[string]text.At[string]{l.Details, l.Attrs, l.SlaveAttrs} {
		for name, v := range attrs {
			attrs[name] = text.Of(v.Value, b.line(v.Line))
		}
	}
	for i := range l.Addrs {
		l.Addrs[i].Line = b.line(l.Addrs[i].Line)
	}
}
