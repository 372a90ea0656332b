package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb228 finds the host that is not as the others of its kind. Across looks for it: no host shows it alone.
var sb228 = Rule{ID: "SB228", Slug: "odd_one_out", Severity: Warning, Family: FamilyHealth, Check: func(*topology.Host) []Hit { return nil }}

// fewestHosts is the number of hosts from which there can be an odd one: of two that differ, neither is.
const fewestHosts = 3

// oddOnes finds, for each host, where it differs from a clear majority of the hosts like it.
func oddOnes(peers []Peer) [][]Finding {
	found := make([][]Finding, len(peers))
	for i := range peers {
		group := alike(i, peers)
		if len(group) < fewestHosts {
			continue
		}
		me := group[0]
		for _, b := range comparableBonds(me) {
			if hit, ok := oddBond(b, group); ok {
				found[i] = append(found[i], Pages().Write(sb228, me, hit))
			}
		}
		if hit, ok := oddKernel(group); ok {
			found[i] = append(found[i], Pages().Write(sb228, me, hit))
		}
	}
	return found
}

// alike are the hosts that one can be compared with, itself first: of the same platform, of OpenShift in the same role, and with the same bonds for
// the most part. A machine that several reports are of counts once.
func alike(i int, peers []Peer) []*topology.Host {
	group := []*topology.Host{peers[i].Host}
	for k, p := range peers {
		if k == i || !sameKind(group[0], p.Host) || !mostBonds(group[0], p.Host) {
			continue
		}
		if !slices.ContainsFunc(group, func(h *topology.Host) bool { return sameMachine(h, p.Host) }) {
			group = append(group, p.Host)
		}
	}
	return group
}

// sameKind: masters and workers of OpenShift differ on purpose, and a report of a node does not tell which it is.
func sameKind(a, b *topology.Host) bool {
	if a.Platform.Value != b.Platform.Value {
		return false
	}
	return a.Platform.Value != topology.OpenShift || a.Cluster.Role != "" && a.Cluster.Role == b.Cluster.Role
}

// mostBonds reports whether more than half of the bonds of either host have a counterpart on the other.
func mostBonds(a, b *topology.Host) bool {
	mine, theirs := comparableBonds(a), comparableBonds(b)
	n := 0
	for _, x := range mine {
		if counterpart(x, theirs) != nil {
			n++
		}
	}
	return 2*n > max(len(mine), len(theirs))
}

// comparableBonds are those that run.
func comparableBonds(h *topology.Host) (list []*topology.Bond) {
	for _, b := range h.Bonds {
		if !b.ConfigOnly {
			list = append(list, b)
		}
	}
	return list
}

// counterpart is the bond of another host that does the same there: the one under a bridge of the same name, or, where no bridge is on it, the one of
// the same name. nil when there is none.
func counterpart(b *topology.Bond, list []*topology.Bond) *topology.Bond {
	var same *topology.Bond
	on := bridgesOn(b)
	for _, x := range list {
		theirs := bridgesOn(x)
		shared := slices.ContainsFunc(on, func(name string) bool { return slices.Contains(theirs, name) })
		if x.Kind != b.Kind || !shared && (len(on)+len(theirs) > 0 || x.Name != b.Name) {
			continue
		}
		if same == nil || x.Name == b.Name {
			same = x
		}
	}
	return same
}

func bridgesOn(b *topology.Bond) (names []string) {
	for _, a := range b.Attachments {
		if a.IsBridge() {
			names = append(names, a.Name)
		}
	}
	return names
}

// valued is a value of one host with the line that tells it.
type valued struct {
	host   *topology.Host
	value  string
	source topology.Source
}

// oddity is a point in which a host differs from the others.
type oddity struct {
	what   string
	mine   valued
	theirs []valued // those that agree
	of     int      // hosts that tell it, the odd one included
}

// text says "mode active-backup, where 3 of the 4 hosts have 802.3ad".
func (o oddity) text() string {
	return o.what + " " + shown(o.mine.value) + ", where " + strconv.Itoa(len(o.theirs)) + " of the " + strconv.Itoa(o.of) + " hosts have " + shown(o.theirs[0].value)
}

func (o oddity) evidence() []Evidence {
	first := o.theirs[0]
	return []Evidence{on(o.mine.source, o.what+" here"), on(first.source, o.what+" on "+oneLine(first.host.Name.Value)+", as on "+strconv.Itoa(len(o.theirs))+" of the "+strconv.Itoa(o.of)+" hosts")}
}

// odd compares the first value with the others: it is odd where at least two of three hosts, itself counted, agree on another one.
func odd(what string, values []valued) (oddity, bool) {
	if len(values) < fewestHosts {
		return oddity{}, false
	}
	o := oddity{what: what, mine: values[0], of: len(values)}
	for _, v := range values[1:] {
		agree := agreeing(values, v.value)
		if v.value != o.mine.value && 3*len(agree) >= 2*len(values) {
			o.theirs = agree
			return o, true
		}
	}
	return oddity{}, false
}

func agreeing(values []valued, value string) (list []valued) {
	for _, v := range values {
		if v.value == value {
			list = append(list, v)
		}
	}
	return list
}

// oddBond compares a bond of the first host with its counterparts: mode and MTU, and the options with those that run in its mode.
func oddBond(b *topology.Bond, group []*topology.Host) (Hit, bool) {
	bonds := map[*topology.Host]*topology.Bond{group[0]: b}
	for _, h := range group[1:] {
		if x := counterpart(b, comparableBonds(h)); x != nil {
			bonds[h] = x
		}
	}
	collect := func(read func(*topology.Bond) (string, topology.Source)) (values []valued) {
		for _, h := range group {
			if bonds[h] == nil {
				continue
			}
			if value, at := read(bonds[h]); at.Known() {
				values = append(values, valued{h, value, at})
			} else if h == group[0] {
				return nil
			}
		}
		return values
	}
	hit := Hit{Bond: b, Severity: Info}
	var list []oddity
	for _, point := range []struct {
		what string
		read func(*topology.Bond) (string, topology.Source)
	}{{"mode", modeOf}, {"MTU", mtuOf}} {
		if o, ok := odd(point.what, collect(point.read)); ok {
			hit.Severity = Warning
			list = append(list, o)
		}
	}
	mode, _ := modeOf(b)
	for _, option := range b.Running() {
		o, ok := odd(option.Name, collect(func(x *topology.Bond) (string, topology.Source) {
			if other, _ := modeOf(x); other != mode {
				return "", topology.Source{} // options mean something else in another mode
			}
			return runningOption(x, option.Name)
		}))
		if ok {
			list = append(list, o)
		}
	}
	return oddHit(hit, list)
}

func modeOf(b *topology.Bond) (string, topology.Source) {
	if b.Kind == topology.BondOVS {
		return b.OVSMode.Value, b.OVSMode.Source
	}
	if !modeKnown(b) {
		return "", topology.Source{}
	}
	return b.Mode.Value.String(), b.Mode.Source
}

// mtuOf: the ports of Open vSwitch have MTUs of their own.
func mtuOf(b *topology.Bond) (string, topology.Source) {
	if b.Kind == topology.BondOVS || b.Link == nil || b.Link.MTU.Value <= 0 {
		return "", topology.Source{}
	}
	return strconv.Itoa(b.Link.MTU.Value), b.Link.MTU.Source
}

func runningOption(b *topology.Bond, name string) (string, topology.Source) {
	for _, o := range b.Running() {
		if o.Name == name {
			return o.Value, o.Source
		}
	}
	return "", topology.Source{}
}

func oddKernel(group []*topology.Host) (Hit, bool) {
	var values []valued
	for i, h := range group {
		if k := h.Kernel; k.Known() && k.Value.Release != "" {
			values = append(values, valued{h, k.Value.Release, k.Source})
		} else if i == 0 {
			return Hit{}, false
		}
	}
	o, ok := odd("kernel", values)
	if !ok {
		return Hit{}, false
	}
	return oddHit(Hit{Severity: Info}, []oddity{o})
}

func oddHit(hit Hit, list []oddity) (Hit, bool) {
	if len(list) == 0 {
		return Hit{}, false
	}
	var points, names []string
	for _, o := range list {
		points = append(points, o.text())
		hit.Evidence = append(hit.Evidence, o.evidence()...)
		for _, v := range o.theirs {
			names = append(names, v.host.Name.Value)
		}
	}
	hit.Evidence = cite(hit.Evidence...)
	hit.Vars = map[string]any{"Points": strings.Join(points, "; "), "Peers": uniq(names), "Kernel": hit.Bond == nil, "Mode": strings.HasPrefix(points[0], "mode ")}
	return hit, true
}
