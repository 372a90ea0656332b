package diff

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/rules"
	"github.com/sosbond/sosbond/report"
)

// Data by the names that coverage has for them.
const (
	bondState   = "bond state"
	links       = "links"
	nodeState   = "network state of nodes"
	kernelLog   = "kernel messages"
	bridgeFDB   = "bridge fdb"
	ovsFDB      = "fdb of open vswitch"
	ovsDatabase = "open vswitch"
	ovsBonds    = "bonds of open vswitch"
	teamState   = "state of teams"
	bridgeVLANs = "bridge vlans"
	nftRules    = "nftables ruleset"
	bridgePorts = "bridge ports"
	lackOfRoot  = "SB302" // the report was not taken as root
	lackOfSense = "SB301" // lines could not be understood
	notWorking  = "not-working"
	notAffected = "not-affected"
	undecided   = "unknown"
)

// guestData tell which guests there are and where they are attached.
var guestData = []string{"guests of libvirt", "networks of libvirt", links, bridgePorts, "network namespaces", "links in namespaces", "docker and podman",
	"pods of the container runtime", "cni networks", "lxd", "qemu processes", ovsDatabase, nodeState, "virtual machines of the cluster",
	"network attachment definitions", "networks of pods"}

// dataOfBond show how a bond of a kind runs.
func dataOfBond(kind string) []string {
	switch kind {
	case "ovs":
		return []string{ovsDatabase, ovsBonds, nodeState}
	case "team":
		return []string{teamState, links, nodeState}
	}
	return []string{bondState, links, nodeState}
}

// side is a host in one of the two reports.
type side struct {
	which  string // old, new
	host   report.Host
	filter *report.Filter
	status map[string]report.Coverage
	ofFile map[string]string // the datum of each file that was read
	bonds  map[string]report.Bond
	states map[string]bool  // bonds of which /proc/net/bonding was read
	cut    []string         // data of which not all files are listed
	doubts []report.Finding // about facts that the other report tells
}

func newSide(which string, doc report.Document, h report.Host) side {
	s := side{which: which, host: h, filter: doc.Filter, status: map[string]report.Coverage{}, ofFile: map[string]string{}, bonds: map[string]report.Bond{}, states: map[string]bool{}}
	for _, b := range h.Bonds {
		s.bonds[b.Name] = b
	}
	for _, c := range h.Coverage {
		s.status[c.Datum] = c
		for _, f := range c.Files {
			s.ofFile[f] = c.Datum
			if c.Datum == bondState {
				s.states[path.Base(f)] = true
			}
		}
		if c.More > 0 {
			s.cut = append(s.cut, c.Datum)
		}
	}
	return s
}

// sees reports whether a datum was read; an empty one counts: it says that there is nothing.
func (s side) sees(datum string) bool {
	status := s.status[datum].Status
	return status == "read" || status == "empty"
}

// names lists the data that were read, in the order of the coverage.
func (s side) names() (list []string) {
	for _, c := range s.host.Coverage {
		if s.sees(c.Datum) {
			list = append(list, c.Datum)
		}
	}
	return list
}

// lost are those of some data that the other report has and this one lacks.
func (s side) lost(data []string, other side) (list []string) {
	for _, d := range data {
		if other.sees(d) && !s.sees(d) && !slices.Contains(list, d) {
			list = append(list, d)
		}
	}
	return list
}

// lacks says that data are missing and how to get them.
func (s side) lacks(data []string) string {
	if len(data) == 0 {
		return ""
	}
	var asks []string
	for _, d := range data {
		if ask := s.status[d].Ask; ask != "" && !slices.Contains(asks, ask) {
			asks = append(asks, ask)
		}
	}
	text := "the " + s.which + " report lacks " + strings.Join(data, ", ")
	if len(asks) > 0 {
		text += " (ask for: " + strings.Join(asks, "; ") + ")"
	}
	return text
}

func (s side) incomplete() string {
	if s.host.Source.Complete {
		return ""
	}
	return "the " + s.which + " report is incomplete"
}

func (s side) bond(name string) (report.Bond, bool) {
	b, ok := s.bonds[name]
	return b, ok
}

// behind are the data that a finding of this report rests on: those of the lines that it quotes, those that its rule needs, and those that show its
// subject. Where a quoted file cannot be attributed, all data count.
//
// Where the mode of the bond is another one now, a finding about the mode rests on nothing else.
func (s side) behind(f report.Finding, other side) []string {
	b, ok := s.bond(f.Subject.Bond)
	x := other.bonds[f.Subject.Bond]
	if ok && x.Mode != "" && b.Mode != "" && x.Mode != b.Mode && aboutMode(f) {
		return dataOfBond(b.Kind)
	}
	data := rules.NeedsOf(f.Rule)
	strange := false
	for _, e := range f.Evidence {
		file, _, _ := strings.Cut(e.File, "#") // a file that an object of the cluster holds
		if d := cmp.Or(s.ofFile[e.File], s.ofFile[file]); d != "" {
			data = append(data, d)
		} else {
			strange = true
		}
	}
	switch {
	case strange && len(s.cut) > 0:
		data = append(data, s.cut...)
	case strange:
		data = append(data, s.names()...)
	}
	if ok {
		data = append(data, dataOfBond(b.Kind)...)
	}
	if f.Subject.Bridge != "" || len(f.Subject.Guests) > 0 {
		data = append(data, guestData...)
	}
	slices.Sort(data)
	return slices.Compact(data)
}

// aboutMode reports a finding that a mode brings with it, whatever else there is: it quotes the mode.
func aboutMode(f report.Finding) bool {
	return rules.FamilyOf(f.Rule) == rules.FamilyTopology && slices.ContainsFunc(f.Evidence, func(e report.Evidence) bool { return e.Note == rules.NoteMode })
}

// stateLost reports that /proc/net/bonding of a bond, which the other report has, is missing though those of other bonds may be there.
func (s side) stateLost(bond string, other side) bool {
	return other.states[bond] && !s.states[bond] && !slices.Contains(s.cut, bondState)
}

// missingBonds are the bonds of one report that the other one does not show, each with the reason for which it may be there all the same.
func missingBonds(have, lack side) map[string]string {
	missing := map[string]string{}
	for _, b := range have.host.Bonds {
		if _, ok := lack.bond(b.Name); !ok {
			missing[b.Name] = unseenBond(b, have, lack)
		}
	}
	return missing
}

func unseenBond(b report.Bond, have, lack side) string {
	if why := lack.incomplete(); why != "" {
		return why
	}
	data := dataOfBond(b.Kind)
	if !runs(b) { // it may be configured only
		for _, c := range b.Configurations {
			data = append(data, have.ofFile[c.File])
		}
		return lack.lacks(lack.lost(data, have))
	}
	if slices.ContainsFunc(data, lack.sees) {
		return ""
	}
	return cmp.Or(lack.lacks(lack.lost(data, have)), "the "+lack.which+" report shows no interfaces")
}

// runs reports a bond whose running state was seen, not only its configuration.
func runs(b report.Bond) bool {
	return b.MIIStatus != "" || b.LACPStatus != "" || b.Kind == "ovs" || slices.ContainsFunc(b.Slaves, func(s report.Slave) bool { return s.MIIStatus != "" })
}

// DataNames are the data that a comparison asks for by name.
func DataNames() []string {
	return slices.Concat(guestData, dataOfBond("kernel"), dataOfBond("team"), dataOfBond("ovs"), []string{kernelLog, bridgeFDB, ovsFDB, bridgeVLANs, nftRules})
}
