package layout

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/archive"
)

// maxRootDepth is how many directories may lie above a report's root: a tar file of home/USER/cases/NUMBER/sosreport-... has four.
const maxRootDepth = 6

// space is the input itself, or one archive in it: paths mean something within one only.
type space struct {
	name     string
	outer    *space // the archive around it
	dir      bool   // it is a directory
	hosts    []*host
	byRoot   map[string]*host
	order    order
	problems []archive.Problem // that concern no host known so far
	lost     bool              // there are more of them
	closed   bool
	replaced bool

	// What may be wanted of hosts whose root is not known yet.
	pending     []*candidate
	pendingRoom room
	dropped     string          // why there was no room for some
	bonding     map[string]bool // directories with proc/net/bonding below them
}

// host is a report whose root is known.
type host struct {
	*Tree
	space   *space
	depth   int  // components of the root
	sure    bool // it has sos_commands/
	dropped bool // it lies in another host's report
}

// candidate is a file or link that will be a host's if that has its root in the right place.
type candidate struct {
	parts []string
	kind  archive.Kind
	link  string
	got   content
}

// isReplaced reports whether an archive, or one around it, was replaced by a later one of the same name.
func (s *space) isReplaced() bool {
	for ; s != nil; s = s.outer {
		if s.replaced {
			return true
		}
	}
	return false
}

func (p *candidate) size() int64 {
	size := int64(overhead + len(p.link) + len(p.got.data))
	for _, part := range p.parts {
		size += int64(len(part)) + 16
	}
	return size
}

// setAside keeps a candidate, as long as there is room.
func (c *collector) setAside(s *space, p *candidate) {
	size := p.size()
	switch {
	case !s.pendingRoom.take(size):
		s.dropped = fmt.Sprintf("more than %s of files came before the report's root could be told (raise the limit with %s if you trust it)",
			archive.Bytes(s.pendingRoom.size), FlagKeep)
	case !c.all.take(size):
		s.pendingRoom.give(size)
		s.dropped = tooMuch("all reports", &c.all, FlagKeepAll)
	default:
		s.pending = append(s.pending, p)
	}
}

// hostOf returns the host that a path belongs to.
func (s *space) hostOf(path string) *host {
	if len(s.byRoot) == 0 {
		return nil
	}
	h := s.byRoot[""]
	at := 0
	for range maxRootDepth {
		if h != nil && h.Kind != MustGather {
			return h
		}
		next := strings.IndexByte(path[at:], '/')
		if next < 0 {
			return cmp.Or(s.byRoot[path], h)
		}
		at += next
		h = cmp.Or(s.byRoot[path[:at]], h)
		at++
	}
	return h
}

// discover finds a host's root by the directory sos_commands in the member's path, and that of a must-gather by what `oc adm inspect` writes: the
// directory of a must-gather may hold others, such as those of hosted clusters.
func (c *collector) discover(s *space, m archive.Member, parts []string) *host {
	for k := range min(len(parts), maxRootDepth+1) {
		if parts[k] == commandsDir && (k < len(parts)-1 || m.Kind == archive.Dir) {
			return c.newHost(s, parts[:k], SosReport, true)
		}
	}
	around := s.hostOf(m.Path)
	if around != nil && around.Kind != MustGather {
		return nil
	}
	for k := range min(len(parts), maxRootDepth+1) {
		if isInspected(parts[k:]) {
			if around != nil && k <= around.depth {
				return nil // an object of that one
			}
			return c.newHost(s, parts[:k], MustGather, true)
		}
	}
	return nil
}

// Directories at the top of what an image of must-gather writes.
const (
	clusterScoped = "cluster-scoped-resources"
	namespacesDir = "namespaces"
)

// isInspected reports a path that `oc adm inspect` gives to an object: cluster-scoped-resources/GROUP/..., namespaces/NAME/NAME.yaml,
// namespaces/NAME/{core,pods,GROUP}/....
func isInspected(parts []string) bool {
	switch {
	case len(parts) >= 3 && parts[0] == clusterScoped:
		return true
	case len(parts) == 3 && parts[0] == namespacesDir:
		return parts[2] == parts[1]+".yaml"
	case len(parts) >= 4 && parts[0] == namespacesDir:
		return parts[2] == "core" || parts[2] == "apps" || parts[2] == "pods" || strings.HasSuffix(parts[2], ".io")
	}
	return false
}

// IsReport reports whether a directory that holds these entries, sorted, is a report: one that was unpacked, or what one image of a must-gather wrote.
func IsReport(names []string) bool { return rootByList(names) != "" }

// IsGather reports whether it is what one image of a must-gather wrote.
func IsGather(names []string) bool { return rootByList(names) == MustGather }

// rootByList tells what kind of root a directory with these entries, sorted, is; "" when it is none.
func rootByList(names []string) Kind {
	has := func(name string) bool { _, ok := slices.BinarySearch(names, name); return ok }
	switch {
	case has(commandsDir):
		return SosReport
	case has(clusterScoped), has(namespacesDir) && (has("nodes") || has("version") || has("host_service_logs")):
		return MustGather
	}
	return ""
}

// isEvidence reports whether a file's text may tell that its directory, or the one above, is a root.
func isEvidence(parts []string) bool {
	n := len(parts)
	return (parts[n-1] == "version.txt" || parts[n-1] == "version") && n-1 <= maxRootDepth ||
		n >= 2 && parts[n-2] == "sos_reports" && parts[n-1] == "manifest.json" && n-2 <= maxRootDepth
}

// rootBy reads the evidence and returns the depth and the kind of the root, "" for none. version.txt is "sosreport: 3.6" up to sos 3, "sos
// report: 4.9.1" since. A manifest of sos collect has "collect" where one of sos report has "report". The file version of an image of
// must-gather names the image: "openshift/must-gather", "kubevirt/must-gather".
func rootBy(parts []string, text []byte) (int, Kind) {
	n := len(parts)
	switch parts[n-1] {
	case "version.txt":
		return n - 1, kindIf(bytes.HasPrefix(text, []byte("sos")), SosReport)
	case "version":
		line, _, _ := bytes.Cut(text, []byte("\n"))
		return n - 1, kindIf(bytes.HasSuffix(bytes.TrimSpace(line), []byte("/must-gather")), MustGather)
	}
	_, rest, _ := bytes.Cut(text, []byte(`"components"`))
	rest = bytes.TrimLeft(rest, ": \t\r\n{")
	return n - 2, kindIf(bytes.HasPrefix(rest, []byte(`"report"`)), SosReport)
}

func kindIf(is bool, k Kind) Kind {
	if is {
		return k
	}
	return ""
}

// newHost makes a host of a root, and gives it what is known of it. It returns nil when there are too many.
func (c *collector) newHost(s *space, root []string, kind Kind, sure bool) *host {
	if len(c.hosts) >= c.opt.Hosts {
		if !c.tooMany {
			c.tooMany = true
			text := fmt.Sprintf("The input holds more than %d reports; the others were left out (raise the limit with %s if you trust it).", c.opt.Hosts, FlagHosts)
			c.found.Problems = append(c.found.Problems, archive.Problem{Archive: s.name, Text: text, Lost: true, Fault: archive.FaultLimit})
		}
		return nil
	}
	h := &host{Tree: newTree(kind, c.globsOf(kind)), space: s, depth: len(root), sure: sure}
	h.room, h.all = &room{size: c.opt.Keep}, &c.all
	if kind == MustGather { // it tells of many hosts
		h.room.size = max(c.opt.Keep, c.opt.KeepAll)
	}
	h.Archive, h.Root = s.name, strings.Join(root, "/")
	c.dropBelow(s, h)
	c.hosts = append(c.hosts, h)
	s.hosts = append(s.hosts, h)
	s.byRoot[h.Root] = h
	s.pending = slices.DeleteFunc(s.pending, func(p *candidate) bool {
		if !below(p.parts, root) || s.hostOf(strings.Join(p.parts, "/")) != h {
			return false
		}
		s.pendingRoom.give(p.size())
		c.all.give(p.size())
		c.adopt(h, p)
		return true
	})
	if s.dropped != "" {
		h.exceed(FlagKeep, "", "Some files were not kept: "+s.dropped+".")
	}
	return h
}

// below reports a path in a directory. The last component tells most apart.
func below(parts, dir []string) bool {
	for i := len(dir) - 1; i >= 0; i-- {
		if i >= len(parts) || parts[i] != dir[i] {
			return false
		}
	}
	return true
}

// dropBelow drops hosts that were found below a host's root before it was known.
func (c *collector) dropBelow(s *space, h *host) {
	for _, other := range s.hosts {
		if other.dropped || h.Kind == MustGather || h.Root != "" && !strings.HasPrefix(other.Root, h.Root+"/") {
			continue
		}
		other.dropped = true
		delete(s.byRoot, other.Root)
		text := fmt.Sprintf("%s lies inside another report and was not taken for a report of its own.", archive.Shown(other.Root))
		c.Problem(archive.Problem{Archive: s.name, Path: other.Root, Text: text})
	}
}

// adopt gives a host a candidate, if it is wanted where it turned out to be.
func (c *collector) adopt(h *host, p *candidate) {
	rel := p.parts[h.depth:]
	if len(rel) == 0 {
		return
	}
	name := strings.Join(rel, "/")
	globs := c.globsOf(h.Kind)
	wants := globs.match(rel)
	switch {
	case p.kind == archive.Symlink && globs.wantsLink(rel):
		h.addLink(name, p.link)
	case p.kind == archive.Hardlink && len(wants) > 0:
		h.addHardLink(name, p.link)
	case p.kind == archive.File && len(wants) > 0:
		h.store(c.wants, name, p.got.only(c.wants, wants, c.opt.File, h.left()))
	}
}

// noteBonding remembers what may be a root if nothing better shows up.
func (s *space) noteBonding(parts []string) {
	root, ok := bondingRoot(parts)
	if !ok || len(s.bonding) >= DefaultHosts {
		return
	}
	if s.bonding == nil {
		s.bonding = map[string]bool{}
	}
	s.bonding[strings.Join(root, "/")] = true
}

// bondingRoot returns the directory above proc/net/bonding/FILE or proc/PID/net/bonding/FILE.
func bondingRoot(parts []string) ([]string, bool) {
	n := len(parts)
	if n < 4 || parts[n-2] != "bonding" || parts[n-3] != "net" {
		return nil, false
	}
	at := n - 4
	if at > 0 && isProcess(parts[at]) {
		at--
	}
	return parts[:at], parts[at] == "proc" && at <= maxRootDepth
}

func isProcess(name string) bool {
	return name == "self" || name == "thread-self" || strings.Trim(name, "0123456789") == ""
}

// fallBack makes hosts of directories that only have bonds to show, in an archive in which nothing else tells a root.
func (c *collector) fallBack(s *space) {
	if len(s.hosts) > 0 {
		return
	}
	for _, root := range slices.Sorted(maps.Keys(s.bonding)) {
		if s.hostOf(root) != nil {
			continue // sorted, the directories above come first
		}
		var parts []string
		if root != "" {
			parts = strings.Split(root, "/")
		}
		c.newHost(s, parts, Unknown, false)
	}
}

// blame marks the hosts that a problem concerns. Where none is known yet, that waits until the archive is closed.
func (c *collector) blame(s *space, p archive.Problem) {
	h := s.hostOf(p.Path)
	switch {
	case p.Path != "" && h != nil:
		c.blameHost(h, p)
	case !s.closed && len(s.problems) < maxProblems:
		s.problems = append(s.problems, p)
	case !s.closed:
		s.lost = s.lost || p.Lost
	case p.Path == "":
		for _, h := range s.hosts {
			c.blameHost(h, p)
		}
	}
}

func (c *collector) blameHost(h *host, p archive.Problem) {
	rel := strings.TrimPrefix(strings.TrimPrefix(p.Path, h.Root), "/")
	if p.Path == "" {
		rel = ""
	}
	if _, cut := h.Cut[rel]; cut {
		return // noted when it was read
	}
	if p.Lost {
		h.Complete = false
		h.miss(rel)
	}
	if rel != "" && len(c.globsOf(h.Kind).match(strings.Split(rel, "/"))) > 0 {
		h.remember(rel, p.Text)
	}
	h.note(p.Text)
}
