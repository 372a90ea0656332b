package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/report"
)

// Report is an input to compare: its name, as given, and the report on it.
type Report struct {
	Name string
	Doc  report.Document
}

// Compare compares the reports on two inputs. by is the program that does it.
func Compare(before, after Report, by report.Tool) Diff {
	d := Diff{
		Schema: Schema, Tool: by, Old: input(before), New: input(after),
		Notes: []string{}, Hosts: []Host{}, OnlyOld: []Lone{}, OnlyNew: []Lone{},
	}
	pairs, loneOld, loneNew := match(before.Doc.Hosts, after.Doc.Hosts)
	d.Notes = append(d.Notes, inputNotes(before, after, pairs)...)
	for _, p := range pairs {
		c := &comparison{
			old: newSide("old", before.Doc, before.Doc.Hosts[p.old]), new: newSide("new", after.Doc, after.Doc.Hosts[p.new]), pair: p,
			oldPeers: len(loneNew) == 0, newPeers: len(loneOld) == 0,
		}
		d.Hosts = append(d.Hosts, c.host())
	}
	oldNames, newNames := named(before.Doc.Hosts), named(after.Doc.Hosts)
	for _, i := range loneOld {
		d.OnlyOld = append(d.OnlyOld, lone(before.Doc.Hosts[i], oldNames, newNames, after))
	}
	for _, i := range loneNew {
		d.OnlyNew = append(d.OnlyNew, lone(after.Doc.Hosts[i], newNames, oldNames, before))
	}
	d.count()
	d.answer()
	return d
}

func input(r Report) Input {
	in := Input{Name: r.Name, Tool: r.Doc.Tool, Hosts: len(r.Doc.Hosts), Errors: r.Doc.Errors}
	if in.Errors == nil {
		in.Errors = []report.Error{}
	}
	return in
}

// inputNotes tell what limits the comparison as a whole.
func inputNotes(before, after Report, pairs []pair) (notes []string) {
	if a, b := before.Doc.Tool.Version, after.Doc.Tool.Version; a != b {
		notes = append(notes, "The old input was analyzed by sosbond "+cmp.Or(a, "of an unknown version")+", the new one by "+cmp.Or(b, "an unknown version")+
			": what only one of them looks for shows as fixed or new. Analyze both by one version where the inputs are still there.")
	}
	if before.Doc.Filter != nil {
		notes = append(notes, "The old input is a report that was limited to some hosts, rules or severities.")
	}
	if after.Doc.Filter != nil {
		notes = append(notes, "The new input is a report that was limited to some hosts, rules or severities.")
	}
	earlier := 0
	for _, p := range pairs {
		if later(before.Doc.Hosts[p.old].Collected, after.Doc.Hosts[p.new].Collected) {
			earlier++
		}
	}
	if earlier > 0 && earlier == len(pairs) {
		notes = append(notes, "The new input was collected before the old one. Are they the wrong way round?")
	}
	return notes
}

// later reports a time that is surely after another one: reports write the local time, some without its zone.
func later(a, b string) bool {
	const date, clock = len("2006-01-02"), len("2006-01-02T15:04:05")
	if len(a) < date || len(b) < date || a[4] != '-' || b[4] != '-' {
		return false
	}
	if len(a) == len(b) && len(a) >= clock && a[clock:] == b[clock:] {
		return a > b
	}
	return a[:date] > b[:date]
}

// lone tells of a host without a counterpart, and why it may have one all the same.
func lone(h report.Host, mine, theirs map[string]int, other Report) Lone {
	l := Lone{Name: nameOf(h), Source: h.Source.Path, Verdict: h.Verdict, Bonds: len(h.Bonds), NotWorking: []string{}}
	for _, b := range h.Bonds {
		if b.Verdict == notWorking {
			l.NotWorking = append(l.NotWorking, b.Name)
		}
	}
	switch {
	case short(h.Name) != "" && theirs[short(h.Name)] > 0 && mine[short(h.Name)]+theirs[short(h.Name)] > 2:
		l.Why = "several hosts have its name, so which one it is cannot be told"
	case h.Source.Obfuscated != slices.ContainsFunc(other.Doc.Hosts, func(o report.Host) bool { return o.Source.Obfuscated }):
		l.Why = "the names of one input are masked (sos clean) and cannot be compared"
	case other.Doc.Filter != nil && len(other.Doc.Filter.Hosts) > 0:
		l.Why = "the other input is a report that was limited to some hosts"
	case len(other.Doc.Errors) > 0:
		l.Why = "the other input could not be read wholly"
	}
	return l
}

// named counts the hosts by their short names.
func named(hosts []report.Host) map[string]int {
	n := map[string]int{}
	for _, h := range hosts {
		n[short(h.Name)]++
	}
	return n
}

// comparison compares one host.
type comparison struct {
	old, new side
	pair     pair
	oldPeers bool // the old input has each host of the new one, and so what shows beside them can be compared
	newPeers bool // the new input has each host of the old one

	faded  map[string]bool   // bonds whose verdict was worse for findings that are not seen any more
	gone   map[string]string // why the bonds that the new report lacks cannot be told to be gone, "" for those that are
	added  map[string]string // the same of those that the old report lacks
	masked bool              // addresses cannot be compared
}

func (c *comparison) host() Host {
	c.masked = c.old.host.Source.Obfuscated || c.new.host.Source.Obfuscated
	c.old.doubts, c.new.doubts = doubted(c.old, c.new), doubted(c.new, c.old)
	c.gone, c.added = missingBonds(c.old, c.new), missingBonds(c.new, c.old)
	h := Host{
		Name: nameOf(c.new.host), Matched: c.pair.by, Old: c.old.side(), New: c.new.side(), Notes: c.notes(), Changes: c.system(),
		Bonds: []Bond{}, Guests: c.guests(),
	}
	if name := nameOf(c.old.host); name != h.Name {
		h.OldName = name
	}
	h.Findings = c.findings()
	h.Bonds = c.bonds()
	h.Verdict = c.hostVerdict(h.Bonds)
	return h
}

func (s side) side() Side {
	src := s.host.Source
	return Side{Source: src.Path, Also: src.Also, Kind: src.Kind, Collected: s.host.Collected, Complete: src.Complete}
}

// notes tell what limits the comparison of the host.
func (c *comparison) notes() []string {
	notes := []string{}
	a, b := c.old.host, c.new.host
	switch {
	case c.pair.by == OnlyHost:
		notes = append(notes, "Nothing tells that "+nameOf(a)+" and "+nameOf(b)+" are one host. They are compared because each input has one.")
	case c.pair.by == ByName && a.MachineID != "" && b.MachineID != "" && a.MachineID != b.MachineID:
		notes = append(notes, "The machine ids differ: the host was installed anew, or another one has its name now.")
	case c.pair.by == ByName && a.Source.Obfuscated:
		notes = append(notes, "The names are masked (sos clean): whether they stand for one host is not certain.")
	}
	if c.masked {
		notes = append(notes, "MAC addresses are masked (sos clean) and were not compared.")
	}
	for _, s := range []side{c.old, c.new} {
		if !s.host.Source.Complete {
			notes = append(notes, "The "+s.which+" report is incomplete.")
		}
	}
	if lost := c.new.lost(c.old.names(), c.old); len(lost) > 0 {
		notes = append(notes, "The new report lacks what the old one has: "+strings.Join(lost, ", ")+".")
	}
	return notes
}

// system compares what the host is.
func (c *comparison) system() []Value {
	a, b := c.old.host, c.new.host
	list := values{}
	list.known("operating system", a.OS, b.OS)
	list.known("kernel", a.Kernel, b.Kernel)
	list.known("platform", a.Platform, b.Platform)
	if a.BootID != "" && b.BootID != "" && a.BootID != b.BootID {
		list.info("host", "", "restarted in between")
	}
	return list
}

// values collects what changed.
type values []Value

func (v *values) add(what, before, after string) {
	if before != after {
		*v = append(*v, Value{What: what, Old: before, New: after})
	}
}

// known adds a value where both reports tell it.
func (v *values) known(what, before, after string) {
	if before != "" && after != "" {
		v.add(what, before, after)
	}
}

func (v *values) info(what, before, after string) {
	if before != after {
		*v = append(*v, Value{What: what, Old: before, New: after, Info: true})
	}
}
