package picture

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// New makes the picture of a host.
func New(h report.Host, opt Options) Picture {
	b := builder{host: h, opt: opt, pic: Picture{Host: h.Name, Verdict: h.Verdict, Nodes: []Node{}, Edges: []Edge{}}, ids: map[string]int{}, at: map[string]int{}}
	for i := range h.Bonds {
		b.bond(&h.Bonds[i])
	}
	b.closeLayers()
	return b.pic
}

type builder struct {
	host report.Host
	opt  Options
	pic  Picture
	ids  map[string]int // how often an id was taken
	at   map[string]int // index of the node by what it stands for
}

// layers of the kinds, before the empty ones are closed up. Devices above one another on a path take the layers between.
var layers = map[Kind]int{Switch: 0, NIC: 1, Bond: 2, VLAN: 3, Bridge: 20, Device: 20, Gap: 20, Self: 40, Guest: 40, Fold: 40}

// add returns the index of the node for key, which it makes when there is none yet.
func (b *builder) add(key string, n Node) int {
	if i, ok := b.at[key]; ok {
		return i
	}
	n.ID = b.id(n.Kind, n.Name)
	if n.Layer == 0 {
		n.Layer = layers[n.Kind]
	}
	b.pic.Nodes = append(b.pic.Nodes, n)
	b.at[key] = len(b.pic.Nodes) - 1
	return len(b.pic.Nodes) - 1
}

// id makes an id of a name that may hold anything.
func (b *builder) id(k Kind, name string) string {
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(string(k)+"-"+name)), "-")
	if len(id) > 40 {
		id = id[:40]
	}
	b.ids[id]++
	if n := b.ids[id]; n > 1 {
		return b.id(k, id[len(k)+1:]+"-x"+strconv.Itoa(n))
	}
	return id
}

func (b *builder) join(from, to int, e Edge) {
	e.From, e.To = b.pic.Nodes[from].ID, b.pic.Nodes[to].ID
	for i, o := range b.pic.Edges {
		if o.From == e.From && o.To == e.To && o.Label == e.Label {
			b.pic.Edges[i].Marks = mergeMarks(o.Marks, e.Marks)
			return
		}
	}
	b.pic.Edges = append(b.pic.Edges, e)
}

func (b *builder) bond(bond *report.Bond) {
	marks := placeMarks(*bond, b.host.Findings)
	at := b.add("bond "+bond.Name, Node{Kind: Bond, Name: bond.Name, Note: render.Mode(*bond), State: bond.MIIStatus, Verdict: bond.Verdict, Facts: bondFacts(*bond),
		Marks: marks.bond, At: bond.At, FromBond: bond})
	for i := range bond.Slaves {
		b.slave(bond, &bond.Slaves[i], at, marks.slaves[i])
	}
	for i := range bond.Attachments {
		b.attachment(bond, i, at, marks)
	}
}

func (b *builder) slave(bond *report.Bond, s *report.Slave, to int, marks []Mark) {
	sw, label := b.wire(bond, s)
	nic := b.add("nic "+s.Name, Node{Kind: NIC, Name: s.Name, Note: render.Speed(s.SpeedMbps), State: linkState(s.MIIStatus), Active: s.Active, Facts: slaveFacts(*s), Marks: marks,
		At: s.At, FromSlave: s})
	b.join(sw, nic, Edge{Label: label, State: linkState(s.MIIStatus)})
	state := linkState(s.MIIStatus)
	if state == "up" && !s.Active {
		state = "standby"
	}
	b.join(nic, to, Edge{State: state})
}

// wire is the node at the other end of a slave's cable: the switch that LLDP names, or that answers by LACP, else one of which nothing is known.
func (b *builder) wire(bond *report.Bond, s *report.Slave) (node int, label string) {
	switch partner := strings.ToLower(s.PartnerMAC); {
	case s.Switch != nil:
		return b.add("switch "+s.Switch.Switch, Node{Kind: Switch, Name: s.Switch.Switch, Note: "by LLDP", At: s.Switch.At}), s.Switch.Port
	case strings.Trim(partner, "0:") != "":
		return b.add("partner "+partner, Node{Kind: Switch, Name: "switch", Note: "LACP partner " + partner, At: s.At,
			Facts: []Fact{{"LACP partner", partner, s.At}, {"Name and ports", "not in the report", nil}}}), ""
	}
	return b.add("beyond "+bond.Name, Node{Kind: Switch, Name: "switch", Note: "not in the report"}), ""
}

func (b *builder) attachment(bond *report.Bond, i, below int, marks marks) {
	a := &bond.Attachments[i]
	path := slices.DeleteFunc(slices.Clone(a.Path), func(name string) bool { return name == bond.Name })
	top := ""
	switch a.Kind {
	case "host", "unknown":
	default:
		top = a.Name
		path = slices.DeleteFunc(path, func(name string) bool { return name == a.Name })
	}
	for _, name := range path {
		d := device(*a, name)
		n := Node{Kind: VLAN, Name: name, Layer: b.pic.Nodes[below].Layer + 1, Note: deviceNote(d), State: d.State, Facts: deviceFacts(d), At: d.At}
		if d.Kind == "bridge" {
			n.Kind = Bridge
		}
		at := b.add("device "+name, n)
		b.join(below, at, Edge{})
		below = at
	}
	switch {
	case top != "":
		d := device(*a, top)
		n := Node{Kind: Bridge, Name: top, Note: kindWords(a.Kind), State: d.State, Verdict: a.Verdict, Facts: append(attachmentFacts(*a), deviceFacts(d)...),
			Marks: marks.attachments[i], At: cmp.Or(d.At, a.At), FromAttachment: a}
		if a.Kind == "macvlan" || a.Kind == "macvtap" || a.Kind == "ipvlan" {
			n.Kind = Device
		}
		at := b.add("device "+top, n)
		b.pic.Nodes[at].Marks = mergeMarks(b.pic.Nodes[at].Marks, n.Marks)
		b.join(below, at, Edge{})
		below = at
	case a.Kind == "host":
		at := b.add("host "+b.pic.Nodes[below].ID, Node{Kind: Self, Name: "this host", Note: "its own traffic", Verdict: a.Verdict, Facts: attachmentFacts(*a),
			Marks: marks.attachments[i], At: a.At, FromAttachment: a})
		b.join(below, at, Edge{})
		return
	default:
		at := b.add("unknown "+b.pic.Nodes[below].ID, Node{Kind: Gap, Name: "not in the report", Note: "what sits here", Verdict: a.Verdict, Facts: attachmentFacts(*a),
			Marks: marks.attachments[i], At: a.At, FromAttachment: a})
		b.join(below, at, Edge{})
		below = at
	}
	b.guests(a, i, below, marks)
}

// guests adds the guests of an attachment. One with several interfaces on it is one node with several edges.
func (b *builder) guests(a *report.Attachment, i, below int, marks marks) {
	on := b.pic.Nodes[below].ID
	marked := func(j int) bool { return len(marks.guests[guestAt{i, j}]) > 0 }
	shown, folded := choose(len(a.Guests), cmp.Or(b.opt.Fold, DefaultFold), b.opt.All, marked)
	for _, j := range shown {
		g := &a.Guests[j]
		at := b.add("guest "+on+" "+g.Kind+" "+g.Name, Node{Kind: Guest, Name: g.Name, Note: guestNote(*g), State: guestState(*g), At: g.At, FromGuest: g})
		n := &b.pic.Nodes[at]
		n.Facts = append(n.Facts, guestFacts(*g)...)
		m := marks.guests[guestAt{i, j}]
		n.Marks = mergeMarks(n.Marks, m)
		b.join(below, at, Edge{Label: g.Interface, State: guestState(*g), Marks: m})
	}
	byKind := map[string][]string{}
	for _, j := range folded {
		byKind[a.Guests[j].Kind] = append(byKind[a.Guests[j].Kind], a.Guests[j].Name)
	}
	for _, kind := range []string{"vm", "container", "unknown"} {
		if names := byKind[kind]; len(names) > 0 {
			at := b.add("fold "+on+" "+kind, Node{Kind: Fold, Name: "and " + render.Count(len(names), "more "+guestWords(kind)), Count: len(names), Folded: names})
			b.join(below, at, Edge{})
		}
	}
}

// choose says which of n guests are drawn, the marked ones first, and which are folded. A fold of one would take the room of the one.
func choose(n, limit int, all bool, marked func(int) bool) (shown, folded []int) {
	var rest []int
	for j := range n {
		switch {
		case all || n <= limit+1 || marked(j):
			shown = append(shown, j)
		default:
			rest = append(rest, j)
		}
	}
	if room := max(limit-len(shown), 0); len(rest) > 0 {
		shown, rest = append(shown, rest[:min(room, len(rest))]...), rest[min(room, len(rest)):]
	}
	slices.Sort(shown)
	return shown, rest
}

// closeLayers numbers the layers that have nodes.
func (b *builder) closeLayers() {
	var used []int
	for _, n := range b.pic.Nodes {
		used = append(used, n.Layer)
	}
	slices.Sort(used)
	used = slices.Compact(used)
	for i := range b.pic.Nodes {
		b.pic.Nodes[i].Layer = slices.Index(used, b.pic.Nodes[i].Layer)
	}
}

func linkState(status string) string {
	switch status {
	case "up", "down", "":
		return status
	default: // "going down", "going back"
		return "down"
	}
}

func guestState(g report.Guest) string {
	if !g.Running {
		return "off"
	}
	return "up"
}

func guestWords(kind string) string {
	switch kind {
	case "vm":
		return "VM"
	case "container":
		return "container"
	}
	return "guest"
}

func guestNote(g report.Guest) string {
	note := guestWords(g.Kind)
	if !g.Running {
		note += ", off"
	}
	return note
}

// device is what the report tells of a device of a path.
func device(a report.Attachment, name string) report.Device {
	for _, d := range a.Devices {
		if d.Name == name {
			return d
		}
	}
	return report.Device{Name: name}
}

func deviceNote(d report.Device) string {
	if d.VLAN > 0 {
		return fmt.Sprintf("VLAN %d", d.VLAN)
	}
	return d.Kind
}

func kindWords(kind string) string {
	if kind == "ovs-bridge" {
		return "Open vSwitch bridge"
	}
	return kind
}
