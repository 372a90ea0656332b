package layout

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/archive"
)

// Options of Collect.
type Options struct {
	archive.Options
	Whole   bool  // read everything, even when nothing that is wanted can come any more
	Keep    int64 // memory for the wanted files of each host, in bytes; 0: DefaultKeep
	KeepAll int64 // memory for those of all hosts, and of a must-gather; 0: DefaultKeepAll
	File    int64 // bytes that are kept of one file, at least; 0: what its Want says
	Hosts   int   // reports in the input; 0: DefaultHosts
}

// Found is what Collect found.
type Found struct {
	Trees    []*Tree           // in the order of the input
	Problems []archive.Problem // what was refused or lost, also outside of the trees; at most 200
	Err      error             // *archive.Damaged when the input could be read in part only
	Members  int64             // members that were seen
	Stopped  bool              // an archive was not read to its end because nothing that is wanted could come any more
}

// Collect finds the hosts in an input and collects the wanted files of each. The error is *archive.Refused when the input cannot be read or
// holds no report, *archive.Damaged when nothing of it could be read, ctx's error, or tells of a malformed glob. That an input is damaged is no error: Found.Err says so, and the trees that
// it concerns are marked.
func Collect(ctx context.Context, in archive.Input, wants []Want, opt Options) (*Found, error) {
	c, err := newCollector(wants, opt)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(in.Path); err == nil && info.IsDir() && in.Path != "-" {
		c.dir = true
	}
	err = archive.Walk(ctx, in, c, opt.Options)
	var damaged *archive.Damaged
	if err != nil && !errors.As(err, &damaged) {
		return nil, err
	}
	c.finish(damaged)
	if len(c.found.Trees) == 0 {
		return nil, c.none(in, damaged)
	}
	return &c.found, nil
}

// none is the error for an input without a report.
func (c *collector) none(in archive.Input, damaged *archive.Damaged) error {
	r := &archive.Refused{Input: in.Name(), Why: "holds neither a sosreport nor a must-gather", Fault: archive.FaultNoReport,
		Do: "expected a directory with sos_commands/, with a version.txt written by sos, or with cluster-scoped-resources/, in it or in an archive in it"}
	if damaged != nil && damaged.Members == 0 {
		return damaged
	}
	if damaged != nil {
		r.Why, r.Do, r.Err = "holds neither a sosreport nor a must-gather as far as it could be read", damaged.Reason(), damaged
		r.Fault = archive.FaultOf(damaged)
	} else if len(c.found.Problems) > 0 {
		p := c.found.Problems[0]
		r.Do += "; " + strings.TrimSuffix(p.Text, ".")
		if p.Fault != "" && p.Fault != archive.FaultLeftOut { // a bundle of encrypted reports is encrypted
			r.Fault = p.Fault
		}
	}
	return r
}

// collector is the visitor that collects.
type collector struct {
	wants []Want
	globs map[Kind]*matcher
	opt   Options
	dir   bool // the input is a directory
	found Found
	all   room // for the wanted files of all hosts

	open   []*space          // the archive that is visited, behind those around it
	closed map[string]*space // archives with hosts; of several of the same name the last
	hosts  []*host           // in all of them, in the order in which they were found
	cur    reading           // the file that Visit wants to read

	tooMany  bool              // hosts
	untold   int64             // problems that were lost beside those that are listed
	suspects []archive.Problem // archives whose data are corrupt
}

// reading is what Visit found out about a file, for Read.
type reading struct {
	s        *space
	h        *host // nil when no root is known
	parts    []string
	wants    []int
	evidence bool // its text may tell that its directory is a root
}

func newCollector(wants []Want, opt Options) (*collector, error) {
	globs, err := newMatchers(wants)
	if err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	return &collector{wants: wants, globs: globs, opt: opt, all: room{size: opt.KeepAll}, closed: map[string]*space{}}, nil
}

// Visit is called by archive.Walk for each member.
func (c *collector) Visit(m archive.Member) archive.Action {
	s := c.space(m.Archive)
	parts := strings.Split(m.Path, "/")
	if !s.dir {
		s.order.follow(parts, m.Kind == archive.Dir)
	}
	if m.Path == "." {
		return archive.Skip
	}
	c.found.Members++
	if c.over(s, parts) {
		c.found.Stopped = true
		return archive.Stop
	}
	h := s.hostOf(m.Path)
	if h == nil || h.Kind == MustGather {
		if found := c.discover(s, m, parts); found != nil {
			h = found
		}
	}
	if h == nil {
		return c.visitOutside(s, m, parts)
	}
	return c.visitInside(s, h, m, parts)
}

// over reports whether the rest of an archive need not be read.
func (c *collector) over(s *space, parts []string) bool {
	if c.opt.Whole || s.dir || len(s.hosts) != 1 || !s.hosts[0].sure || s.hosts[0].Kind != SosReport {
		return false
	}
	return s.order.over(c.globs[SosReport], c.wants, s.hosts[0].Tree, parts)
}

// visitInside decides on a member of a host.
func (c *collector) visitInside(s *space, h *host, m archive.Member, parts []string) archive.Action {
	rel := parts[h.depth:]
	if len(rel) == 0 {
		return archive.Skip
	}
	if rel[0] == commandsDir && (len(rel) > 1 || m.Kind == archive.Dir) {
		h.sure = true
	}
	globs := c.globsOf(h.Kind)
	switch m.Kind {
	case archive.Dir:
		if s.dir && !globs.leads(rel) && h.Kind != MustGather { // which may hold reports anywhere
			return archive.Prune
		}
	case archive.Symlink:
		if globs.wantsLink(rel) {
			h.addLink(strings.Join(rel, "/"), m.Link)
		}
	case archive.Hardlink:
		if len(globs.match(rel)) > 0 {
			h.addHardLink(strings.Join(rel, "/"), m.Link)
		}
	case archive.File:
		wants := globs.match(rel)
		needed := c.needed(h.Tree, wants)
		if len(needed) > 0 {
			c.cur = reading{s: s, h: h, parts: rel, wants: needed}
			return archive.Read
		}
		if len(wants) == 0 && mayHoldReport(h, rel) {
			return archive.Descend
		}
	}
	return archive.Skip
}

// globsOf returns the globs for trees of a kind.
func (c *collector) globsOf(k Kind) *matcher {
	if k == MustGather {
		return c.globs[MustGather]
	}
	return c.globs[SosReport]
}

// mayHoldReport reports a file that may be an archive of reports: what looks like a report may be a bundle of them, and reports of nodes lie in
// a must-gather, which is too large to open every archive in it.
func mayHoldReport(h *host, rel []string) bool {
	if h.Kind != MustGather {
		return !h.sure && len(rel) == 1
	}
	name := rel[len(rel)-1]
	return strings.Contains(name, "sosreport") || strings.Contains(name, "sos-collector") || rel[0] == "node_sosreports"
}

// needed leaves out the wants that are not needed any more.
func (c *collector) needed(t *Tree, wants []int) []int {
	return slices.DeleteFunc(slices.Clone(wants), func(i int) bool {
		unless := c.wants[i].Unless
		return unless != nil && unless(t)
	})
}

// visitOutside decides on a member that belongs to no host known so far.
func (c *collector) visitOutside(s *space, m archive.Member, parts []string) archive.Action {
	switch m.Kind {
	case archive.Dir:
		if s.dir && len(parts) > maxRootDepth && !c.mayLead(parts) {
			return archive.Prune
		}
	case archive.Symlink, archive.Hardlink:
		if c.mayWant(m, parts) {
			c.setAside(s, &candidate{parts: parts, kind: m.Kind, link: m.Link})
		}
	case archive.File:
		s.noteBonding(parts)
		wants := c.mayMatch(parts)
		c.cur = reading{s: s, parts: parts, wants: wants, evidence: isEvidence(parts)}
		if c.cur.evidence || len(wants) > 0 {
			return archive.Read
		}
		return archive.Descend
	}
	return archive.Skip
}

// mayMatch returns the wants that a file is for if its host's root is one of the directories above it.
func (c *collector) mayMatch(parts []string) []int {
	var wants []int
	for k := range min(len(parts), maxRootDepth+1) {
		for _, globs := range c.globs {
			wants = append(wants, globs.match(parts[k:])...)
		}
	}
	slices.Sort(wants)
	return slices.Compact(wants)
}

func (c *collector) mayWant(m archive.Member, parts []string) bool {
	for k := range min(len(parts), maxRootDepth+1) {
		rel := parts[k:]
		for _, globs := range c.globs {
			if m.Kind == archive.Symlink && globs.wantsLink(rel) || len(globs.match(rel)) > 0 {
				return true
			}
		}
	}
	return false
}

func (c *collector) mayLead(parts []string) bool {
	for k := range min(len(parts), maxRootDepth+1) {
		for _, globs := range c.globs {
			if globs.leads(parts[k:]) {
				return true
			}
		}
	}
	return false
}

// headOfEvidence is how much of a file is looked at to tell who wrote it.
const headOfEvidence = 64 << 10

// Read is called by archive.Walk for a file that Visit wants.
func (c *collector) Read(m archive.Member, r io.Reader) error {
	cur := c.cur
	if cur.evidence {
		buf := bufio.NewReaderSize(r, headOfEvidence)
		head, _ := buf.Peek(headOfEvidence)
		r = buf
		if depth, kind := rootBy(cur.parts, head); kind != "" {
			cur.h = c.newHost(cur.s, cur.parts[:depth], kind, kind == MustGather)
		}
		if cur.h != nil {
			cur.parts = cur.parts[cur.h.depth:]
			cur.wants = c.needed(cur.h.Tree, c.globsOf(cur.h.Kind).match(cur.parts))
		}
	}
	if len(cur.wants) == 0 {
		return nil
	}
	left := min(cur.s.pendingRoom.left(), c.all.left())
	if cur.h != nil {
		left = cur.h.left()
		if left < overhead { // not even an empty one fits
			cur.h.leaveOut(strings.Join(cur.parts, "/"), cur.h.charge(overhead))
			return nil
		}
	}
	got := c.take(cur.wants, r, m.Size, left)
	if cur.h != nil {
		cur.h.store(c.wants, strings.Join(cur.parts, "/"), got)
		return nil
	}
	c.setAside(cur.s, &candidate{parts: cur.parts, kind: archive.File, got: got})
	return nil
}

// List is called by archive.Walk before it visits what a directory holds.
func (c *collector) List(m archive.Member, names []string) {
	kind := rootByList(names)
	if kind == "" {
		return
	}
	var parts []string
	if m.Path != "." {
		parts = strings.Split(m.Path, "/")
	}
	s := c.space("")
	if h := s.hostOf(m.Path); len(parts) <= maxRootDepth && (h == nil || h.Kind == MustGather && (kind == SosReport || h.depth < len(parts))) {
		c.newHost(s, parts, kind, true)
	}
}

// Problem is called by archive.Walk for what was refused or lost.
func (c *collector) Problem(p archive.Problem) {
	for _, s := range c.open {
		if s.name == p.Archive {
			c.blame(s, p)
		}
	}
	if p.Suspect {
		c.suspects = append(c.suspects, p)
	}
	c.tell(p)
}

// tell lists a problem of the input. There are not more of them than somebody reads.
func (c *collector) tell(p archive.Problem) {
	switch {
	case len(c.found.Problems) < maxProblems:
		c.found.Problems = append(c.found.Problems, p)
	case p.Lost:
		c.untold++
	}
}

// suspect marks the hosts in an archive whose data are corrupt, those in archives in it among them.
func (c *collector) suspect(p archive.Problem) {
	for _, h := range c.hosts {
		if p.Archive == "" || h.Archive == p.Archive || strings.HasPrefix(h.Archive, p.Archive+"/") {
			h.Suspect = true
			h.lose("", p.Text)
		}
	}
}

// space returns the archive of that name. Archives inside archives come in one piece, so the first member of something else ends them.
func (c *collector) space(name string) *space {
	for len(c.open) > 0 {
		last := c.open[len(c.open)-1]
		if last.name == name {
			return last
		}
		if last.name == "" || strings.HasPrefix(name, last.name+"/") {
			break
		}
		c.close()
	}
	if old := c.closed[name]; old != nil {
		old.replaced = true // a second archive of the same name takes the place of the first, as it does when both are extracted
	}
	s := &space{name: name, dir: c.dir && name == "", byRoot: map[string]*host{}, pendingRoom: room{size: c.opt.Keep}}
	if len(c.open) > 0 {
		s.outer = c.open[len(c.open)-1]
	}
	c.open = append(c.open, s)
	return s
}

// close ends the innermost archive that is open.
func (c *collector) close() {
	s := c.open[len(c.open)-1]
	c.open = c.open[:len(c.open)-1]
	s.closed = true
	c.fallBack(s)
	c.all.give(s.pendingRoom.used)
	s.pending, s.bonding, s.pendingRoom = nil, nil, room{}
	for _, p := range s.problems {
		c.blame(s, p)
	}
	if s.lost {
		c.blame(s, archive.Problem{Text: "More problems were met than are listed.", Lost: true})
	}
	for _, h := range s.hosts {
		h.checkLinks()
	}
	if len(s.hosts) > 0 {
		c.closed[s.name] = s
	}
}

// finish closes what is open and sorts out which trees are reports.
func (c *collector) finish(damaged *archive.Damaged) {
	if damaged != nil {
		c.found.Err = damaged
		if len(c.open) > 0 {
			p := archive.Problem{Text: fmt.Sprintf("The input is damaged: %s.", damaged.Reason()), Lost: !damaged.All, Fault: archive.FaultOf(damaged)}
			c.open[0].problems = append(c.open[0].problems, p)
			if damaged.Suspect() {
				c.suspects = append(c.suspects, p)
			}
		}
	}
	for len(c.open) > 0 {
		c.close()
	}
	for _, p := range c.suspects {
		c.suspect(p)
	}
	c.found.Problems = slices.DeleteFunc(c.found.Problems, func(p archive.Problem) bool { return c.inReport(p.Archive) })
	for _, h := range c.hosts {
		if !h.dropped && !h.space.isReplaced() && !c.inReport(h.Archive) && !c.isBundle(h) {
			h.Intact = h.intact(c.wants)
			c.found.Trees = append(c.found.Trees, h.Tree)
			c.tellExceeded(h.Tree)
		}
	}
	if c.untold > 0 {
		c.found.Problems = append(c.found.Problems, archive.Problem{Text: fmt.Sprintf("%d more problems were met than are listed.", c.untold), Lost: true})
	}
}

// tellExceeded lists the limits that took something of a report, which its notes tell too.
func (c *collector) tellExceeded(t *Tree) {
	for _, flag := range slices.Sorted(maps.Keys(t.exceeded)) {
		c.tell(archive.Problem{Archive: path.Join(t.Archive, t.Root), Text: t.exceeded[flag], Lost: true, Fault: archive.FaultLimit})
	}
}

// inReport reports whether an archive lies inside a host's report: it is the host's data then, and no report of its own. That shows late
// when the archive came before what makes the host's root known.
func (c *collector) inReport(name string) bool {
	for outer, inner := range splits(name) {
		if s := c.closed[outer]; s != nil {
			if h := s.hostOf(inner); h != nil && h.sure && h.Kind != MustGather {
				return true
			}
		}
	}
	return false
}

// splits yields the ways to split an archive's name into that of one around it and a path in that.
func splits(name string) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		if name == "" || !yield("", name) {
			return
		}
		for i := range len(name) {
			if name[i] == '/' && !yield(name[:i], name[i+1:]) {
				return
			}
		}
	}
}

// isBundle reports whether a root without sos_commands has reports in it, so that it is no host.
func (c *collector) isBundle(h *host) bool {
	if h.sure || h.Kind != SosReport {
		return false
	}
	return slices.ContainsFunc(c.hosts, func(other *host) bool {
		inner, ok := strings.CutPrefix(other.Archive, h.Archive)
		return ok && other.space != h.space && h.space.hostOf(strings.TrimPrefix(inner, "/")) == h
	})
}
