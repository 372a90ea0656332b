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
	b := builder{
		host: h, opt: opt, pic: Picture{Host: h.Name, Verdict: h.Verdict, Nodes: []Node{}, Edges: []Edge{}},
		ids: map[string]bool{}, at: map[string]int{}, edges: map[link]int{}, bonds: map[string]*report.Bond{}, bridges: map[string]bool{},
	}
	for i := range h.Bonds {
		b.survey(&h.Bonds[i])
	}
	placed := map[int]bool{}
	for i := range h.Bonds {
		b.bond(&h.Bonds[i], placeMarks(h.Bonds[i], h.Findings, placed))
	}
	b.layers()
	b.sortEdges()
	b.words()
	b.pic.Marks = elsewhere(h.Findings, placed)
	return b.pic
}

// words says what each verdict means: that of a bond may hold on conditions, or hide a fault of another kind.
func (b *builder) words() {
	p := &b.pic
	p.Words = render.HostVerdict(b.host).Alone()
	if len(b.host.Bonds) == 0 {
		p.Note = render.NoBond(b.host)
	}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		switch {
		case n.FromBond != nil:
			n.Words, n.Despite = render.BondVerdict(b.host, *n.FromBond).Alone(), render.InTrouble(b.host, *n.FromBond)
			p.Despite = p.Despite || n.Despite && !render.VerdictOf(b.host.Verdict).Wanting
		case n.Verdict != "":
			var conditions []string
			for _, a := range n.Attached {
				conditions = append(conditions, a.Attachment.Conditions...)
			}
			n.Words = render.VerdictOn(n.Verdict, conditions).Short
		}
	}
}

type builder struct {
	host report.Host
	opt  Options
	pic  Picture

	ids   map[string]bool
	at    map[string]int // index of the node by what it stands for
	stage []int          // of each node
	above [][]int        // the nodes that each leads to
	links []link         // of each edge
	edges map[link]int   // index of the edge

	bonds   map[string]*report.Bond
	bridges map[string]bool // the names of all bridges that something is attached to
}

// link is an edge by the indexes of its nodes.
type link struct {
	from, to int
	label    string
}

func (b *builder) survey(bond *report.Bond) {
	if b.bonds[bond.Name] == nil {
		b.bonds[bond.Name] = bond
	}
	for _, a := range bond.Attachments {
		if a.Kind == "bridge" || a.Kind == "ovs-bridge" {
			b.bridges[a.Name] = true
		}
	}
}

// add returns the index of the node for key. There may be one already, as for a bridge that two bonds lead to: what is new is added to it.
func (b *builder) add(key string, n Node) int {
	i, ok := b.at[key]
	if !ok {
		n.ID = b.id(n.Kind, n.Name)
		b.pic.Nodes = append(b.pic.Nodes, n)
		b.stage, b.above = append(b.stage, stages[n.Kind]), append(b.above, nil)
		b.at[key] = len(b.pic.Nodes) - 1
		return b.at[key]
	}
	o := &b.pic.Nodes[i]
	o.Marks = mergeMarks(o.Marks, n.Marks)
	for _, f := range n.Facts {
		if !slices.ContainsFunc(o.Facts, func(g Fact) bool { return g.Label == f.Label && g.Value == f.Value }) {
			o.Facts = append(o.Facts, f)
		}
	}
	o.Verdict = worse(o.Verdict, n.Verdict)
	o.State, o.At = cmp.Or(o.State, n.State), cmp.Or(o.At, n.At)
	if o.FromAttachment == nil && n.FromAttachment != nil { // so far it was a device on the way to something else
		o.FromAttachment, o.Kind, o.Note = n.FromAttachment, n.Kind, n.Note
		b.stage[i] = stages[n.Kind]
	}
	return i
}

// worse returns the worse of two verdicts. One that the contract does not know counts as the worst.
func worse(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	list := render.Verdicts()
	if slices.Index(list, b) < slices.Index(list, a) {
		return b
	}
	return a
}

const idLength = 40

// id makes an id of a name that may hold anything. It has no two dashes in a row, which stand between the ids of an edge.
func (b *builder) id(k Kind, name string) string {
	plain := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' }
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !plain(r) })
	id := strings.Join(append([]string{string(k)}, words...), "-")
	if len(id) > idLength {
		id = strings.TrimRight(id[:idLength], "-")
	}
	unique := id
	for n := 2; b.ids[unique]; n++ {
		unique = id + "-x" + strconv.Itoa(n)
	}
	b.ids[unique] = true
	return unique
}

// join adds an edge, once. One that would close a circle is left out: names in a report may lie, and a picture without layers is none.
func (b *builder) join(from, to int, e Edge) {
	l := link{from, to, e.Label}
	if i, ok := b.edges[l]; ok {
		b.pic.Edges[i].Marks = mergeMarks(b.pic.Edges[i].Marks, e.Marks)
		return
	}
	if b.reaches(to, from) {
		return
	}
	e.From, e.To = b.pic.Nodes[from].ID, b.pic.Nodes[to].ID
	b.edges[l] = len(b.pic.Edges)
	b.links, b.above[from] = append(b.links, l), append(b.above[from], to)
	b.pic.Edges = append(b.pic.Edges, e)
}

// reaches reports whether edges lead from one node to another. None lead back to a link or a switch.
func (b *builder) reaches(from, to int) bool {
	if from == to {
		return true
	}
	if b.stage[to] < stages[Bond] && b.stage[from] > b.stage[to] {
		return false
	}
	seen, queue := map[int]bool{from: true}, []int{from}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		for _, next := range b.above[n] {
			if next == to {
				return true
			}
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}

// sortEdges puts the edges in the order of the nodes that they lead to, then of those that they come from.
func (b *builder) sortEdges() {
	order := make([]int, len(b.links))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		return cmp.Or(b.links[i].to-b.links[j].to, b.links[i].from-b.links[j].from)
	})
	edges := make([]Edge, len(order))
	for i, o := range order {
		edges[i] = b.pic.Edges[o]
	}
	b.pic.Edges = edges
}

func (b *builder) bond(bond *report.Bond, m marks) {
	at := b.bondNode(bond)
	b.pic.Nodes[at].Marks = mergeMarks(b.pic.Nodes[at].Marks, m.bond)
	b.slaves(bond, at, m)
	b.attachments(bond, at, m)
}

func (b *builder) bondNode(bond *report.Bond) int {
	return b.add("bond "+bond.Name, Node{Kind: Bond, Name: bond.Name, Note: render.Mode(*bond), State: linkState(bond.MIIStatus), Verdict: bond.Verdict,
		Facts: bondFacts(b.host, *bond), At: bond.At, FromBond: bond})
}

func (b *builder) slaves(bond *report.Bond, to int, m marks) {
	shown, folded := choose(len(bond.Slaves), b.limit(), b.opt.All, func(i int) bool {
		return len(m.slaves[bond.Slaves[i].Name]) > 0 || bond.Slaves[i].MIIStatus != "up"
	})
	for _, i := range shown {
		b.slave(bond, &bond.Slaves[i], to, m.slaves[bond.Slaves[i].Name])
	}
	if len(folded) == 0 {
		return
	}
	n, up := Node{Kind: Fold, Name: "and " + render.Count(len(folded), "more link"), Count: len(folded)}, 0
	for _, i := range folded {
		s := bond.Slaves[i]
		n.Folded, n.Marks = append(n.Folded, s.Name), mergeMarks(n.Marks, m.slaves[s.Name])
		if s.MIIStatus == "up" {
			up++
		}
	}
	n.Note = "up"
	e := Edge{State: "up", Marks: n.Marks}
	if up < len(folded) {
		n.Note, e.State = strconv.Itoa(up)+" up", ""
	}
	at := b.add("links "+strings.Join(n.Folded, "\x00"), n)
	b.stage[at] = stages[NIC]
	b.join(at, to, e)
}

func (b *builder) slave(bond *report.Bond, s *report.Slave, to int, marks []Mark) {
	state := linkState(s.MIIStatus)
	if inner := b.bonds[s.Name]; inner != nil && inner != bond { // a bond of bonds
		at := b.bondNode(inner)
		b.pic.Nodes[at].Marks = mergeMarks(b.pic.Nodes[at].Marks, marks)
		b.join(at, to, Edge{State: state, Marks: marks, FromSlave: s})
		return
	}
	role := render.LinkUse(*bond, *s).Text
	nic := b.add("nic "+s.Name, Node{Kind: NIC, Name: s.Name, Note: slaveNote(s, role), State: state, Active: s.Active && role != NotInUse, Role: role, Facts: slaveFacts(*s), Marks: marks,
		At: s.At, FromSlave: s})
	sw, port := b.wire(bond, s)
	var seen facts
	seen.add("Link", cmp.Or(s.MIIStatus, "state unknown"), s.At)
	cable := Edge{Label: port, State: state, Facts: seen}
	if port != "" {
		cable.Facts = append(cable.Facts, Fact{"Port", port, s.Switch.At})
	}
	b.join(sw, nic, cable)
	if role == Backup || role == NotInUse {
		state = "standby"
	}
	seen.add("Use", role, nil)
	b.join(nic, to, Edge{State: state, Marks: marks, Facts: seen, FromSlave: s})
}

func slaveNote(s *report.Slave, role string) string {
	var words []string
	switch {
	case s.MIIStatus == "":
		words = append(words, "state unknown")
	case linkState(s.MIIStatus) != "up":
		words = append(words, strings.ToUpper(s.MIIStatus))
	default:
		if speed := render.Speed(s.SpeedMbps); speed != "" {
			words = append(words, speed)
		}
	}
	if role != "" {
		words = append(words, role)
	}
	if s.Aggregator > 0 {
		words = append(words, fmt.Sprintf("aggregator %d", s.Aggregator))
	}
	return strings.Join(words, ", ")
}

// wire is the node at the other end of a slave's cable: the switch that LLDP names, or that answers by LACP, else one of which nothing is known.
func (b *builder) wire(bond *report.Bond, s *report.Slave) (node int, port string) {
	partner := partnerOf(bond, s)
	switch {
	case s.Switch != nil:
		n := Node{Kind: Switch, Name: s.Switch.Switch, Note: "by LLDP", At: s.Switch.At, Facts: []Fact{{"Named by", "LLDP on " + s.Name, s.Switch.At}}}
		if heard(partner) {
			n.Facts = append(n.Facts, Fact{"LACP partner", partner, s.At})
		}
		return b.add("switch "+s.Switch.Switch, n), s.Switch.Port
	case heard(partner):
		return b.add("partner "+partner, Node{Kind: Switch, Name: "switch", Note: "LACP partner " + partner, At: s.At,
			Facts: []Fact{{"LACP partner", partner, s.At}, {"Name and ports", "not in the report", nil}}}), ""
	case partner != "" && s.MIIStatus == "up":
		return b.add("silent "+bond.Name, Node{Kind: Switch, Name: "switch", Note: "no LACP answer", At: s.At,
			Facts: []Fact{{"LACP partner", "none was heard on " + s.Name, s.At}}}), ""
	}
	return b.add("beyond "+bond.Name, Node{Kind: Switch, Name: "switch", Note: "not in the report"}), ""
}

// partnerOf is the LACP partner that a slave hears: that of the bond where the slave is known to be in use.
func partnerOf(bond *report.Bond, s *report.Slave) string {
	partner := s.PartnerMAC
	if l := bond.LACP; partner == "" && l != nil && (l.Ports == len(bond.Slaves) || s.Aggregator > 0 && s.Aggregator == l.Aggregator) {
		partner = l.PartnerMAC
	}
	return strings.ToLower(partner)
}

// heard tells a partner from the zeros that LACP shows for one that never answered.
func heard(partner string) bool { return strings.Trim(partner, "0:") != "" }

// limit is how many of a kind are drawn on one node.
func (b *builder) limit() int { return cmp.Or(b.opt.Fold, DefaultFold) }

// attachments adds what sits on a bond. Of many, those that are not as they should be are drawn, and some others.
func (b *builder) attachments(bond *report.Bond, at int, m marks) {
	list := bond.Attachments
	shown, folded := choose(len(list), b.limit(), b.opt.All, func(i int) bool {
		return len(m.all(list[i], i)) > 0 || list[i].Verdict == bond.Verdict && render.VerdictOf(list[i].Verdict).Wanting
	})
	perNode := max(minGuests, folds*b.limit()/max(len(shown), 1))
	for _, i := range shown {
		b.attachment(bond, i, at, m, min(perNode, b.limit()))
	}
	if len(folded) > 0 {
		b.foldAttachments(bond, folded, at, m)
	}
}

const (
	minGuests = 3 // of one attachment are drawn, however many attachments there are
	folds     = 3 // times the limit is how many guests of a bond are drawn
)

// all are the marks of an attachment, its guests, and the devices below it.
func (m *marks) all(a report.Attachment, i int) []Mark {
	list := mergeMarks(nil, m.attachments[i])
	for _, name := range a.Path {
		list = mergeMarks(list, m.devices[name])
	}
	for j := range a.Guests {
		list = mergeMarks(list, m.guests[guestAt{i, j}])
	}
	return list
}

func (b *builder) foldAttachments(bond *report.Bond, folded []int, below int, m marks) {
	n := Node{Kind: Fold, Count: len(folded)}
	noun := "bridge"
	var attachments []report.Attachment
	for _, i := range folded {
		a := bond.Attachments[i]
		if a.Kind != "bridge" && a.Kind != "ovs-bridge" {
			noun = "attachment"
		}
		n.Folded = append(n.Folded, a.Name)
		n.Attached = append(n.Attached, Attached{b.pic.Nodes[below].ID, &bond.Attachments[i]})
		n.Verdict, n.Marks = worse(n.Verdict, a.Verdict), mergeMarks(n.Marks, m.all(a, i))
		attachments = append(attachments, a)
	}
	n.Name, n.Note = "and "+render.Count(len(folded), "more "+noun), render.Count(render.Guests(attachments...), "guest")
	at := b.add("attachments "+strings.Join(n.Folded, "\x00"), n)
	b.stage[at] = bridgeStage
	b.join(below, at, Edge{Marks: n.Marks})
}

// hasTop reports whether an attachment is a device, and not the host's own traffic or what is not known.
func hasTop(a report.Attachment) bool { return a.Kind != "host" && a.Kind != "unknown" && a.Name != "" }

func (b *builder) attachment(bond *report.Bond, i, below int, m marks, limit int) {
	a := &bond.Attachments[i]
	below, way := b.path(bond, a, below, m)
	n := Node{Verdict: a.Verdict, Facts: attachmentFacts(*a), Marks: m.attachments[i], At: a.At, FromAttachment: a}
	var key string
	switch {
	case hasTop(*a):
		d := device(*a, a.Name)
		n.Kind, n.Name, n.Note, n.State = Bridge, a.Name, render.AttachmentKind(a.Kind), deviceState(d)
		n.Facts, n.At = append(n.Facts, deviceFacts(d)...), cmp.Or(d.At, a.At)
		if a.Kind != "bridge" && a.Kind != "ovs-bridge" {
			n.Kind = Device
		}
		key = "device " + a.Name
	case a.Kind == "host":
		n.Kind, n.Name, n.Note = Self, "this host", "its own traffic"
		key = "host " + b.pic.Nodes[below].ID
	default:
		n.Kind, n.Name, n.Note = Gap, "not in the report", "what sits here"
		key = "unknown " + b.pic.Nodes[below].ID
	}
	at := b.add(key, n)
	b.pic.Nodes[at].Attached = append(b.pic.Nodes[at].Attached, Attached{b.pic.Nodes[b.at["bond "+bond.Name]].ID, a})
	b.join(below, at, way)
	b.guests(a, i, at, m, limit)
}

// path adds the devices between a bond and what sits on it. It returns the last of them, and the edge that leads on.
func (b *builder) path(bond *report.Bond, a *report.Attachment, below int, m marks) (last int, way Edge) {
	path := slices.DeleteFunc(slices.Clone(a.Path), func(name string) bool { return name == bond.Name || name == a.Name && hasTop(*a) })
	bridged := false
	for i, name := range path {
		if other := b.bonds[name]; other != nil {
			at := b.bondNode(other)
			b.pic.Nodes[at].Marks = mergeMarks(b.pic.Nodes[at].Marks, m.devices[name])
			b.join(below, at, way)
			below, way = at, Edge{}
			continue
		}
		d := device(*a, name)
		n := Node{Kind: VLAN, Name: name, Note: render.DeviceKind(d), State: deviceState(d), Facts: deviceFacts(d), Marks: m.devices[name], At: d.At}
		if b.isBridge(d) {
			n.Kind, bridged = Bridge, true
		} else if bridged && plumbing(d) && b.leadsToBridge(a, path[i+1:]) {
			way = through(way, n)
			continue
		}
		at := b.add("device "+name, n)
		b.join(below, at, way)
		below, way = at, Edge{}
	}
	return below, way
}

func (b *builder) isBridge(d report.Device) bool {
	return d.Kind == "bridge" || d.Kind == "openvswitch" || d.Kind == "" && b.bridges[d.Name]
}

// plumbing tells the ports that join two bridges, pairs of veth or of patch ports, which are drawn as the edge that they are.
func plumbing(d report.Device) bool {
	return d.Kind == "" || d.Kind == "veth" || d.Kind == "ovs-interface"
}

func (b *builder) leadsToBridge(a *report.Attachment, rest []string) bool {
	if a.Kind == "bridge" || a.Kind == "ovs-bridge" {
		return true
	}
	return slices.ContainsFunc(rest, func(name string) bool { return b.isBridge(device(*a, name)) })
}

// between stands between the names of the ports that an edge passes.
const between = " – "

// through lets an edge pass a port.
func through(e Edge, n Node) Edge {
	if e.Label != "" {
		e.Label += between
	}
	e.Label += n.Name
	if e.State == "" || n.State == "down" || n.State == "off" && e.State == "up" {
		e.State = n.State
	}
	e.Marks = mergeMarks(e.Marks, n.Marks)
	e.Facts = append(e.Facts, Fact{"Through", n.Name, n.At})
	e.Facts = append(e.Facts, n.Facts...)
	return e
}

// guest is a guest of an attachment with the interfaces that it has there.
type guest struct {
	kind, name string
	interfaces []int
}

func (g guest) key() string { return "guest " + g.kind + " " + g.name }

func guestsOf(a *report.Attachment) (list []guest) {
	at := map[string]int{}
	for j, g := range a.Guests {
		one := guest{g.Kind, g.Name, []int{j}}
		if i, ok := at[one.key()]; ok {
			list[i].interfaces = append(list[i].interfaces, j)
			continue
		}
		at[one.key()] = len(list)
		list = append(list, one)
	}
	return list
}

// guests adds the guests of an attachment. A guest is one node, whatever its interfaces and the bridges that they are on.
func (b *builder) guests(a *report.Attachment, i, below int, m marks, limit int) {
	list := guestsOf(a)
	shown, folded := choose(len(list), limit, b.opt.All, func(n int) bool {
		return slices.ContainsFunc(list[n].interfaces, func(j int) bool { return len(m.guests[guestAt{i, j}]) > 0 })
	})
	for _, n := range shown {
		for _, j := range list[n].interfaces {
			g, marks := &a.Guests[j], m.guests[guestAt{i, j}]
			at := b.add(list[n].key(), Node{Kind: Guest, Name: g.Name, Note: guestNote(*g), State: guestState(*g), Facts: guestFacts(*g), Marks: marks, At: g.At, FromGuest: g})
			b.join(below, at, Edge{Label: g.Interface, State: guestState(*g), Marks: marks, FromGuest: g})
		}
	}
	for _, kind := range []string{"vm", "container", ""} {
		n, off := Node{Kind: Fold}, 0
		for _, f := range folded {
			g := list[f]
			if g.kind != kind && (kind != "" || g.kind == "vm" || g.kind == "container") {
				continue
			}
			n.Folded = append(n.Folded, g.name)
			for _, j := range g.interfaces {
				n.Marks = mergeMarks(n.Marks, m.guests[guestAt{i, j}])
			}
			if !a.Guests[g.interfaces[0]].Running {
				off++
			}
		}
		if len(n.Folded) > 0 {
			b.foldGuests(kind, n, off, below)
		}
	}
}

// foldGuests adds one node for many guests; two bridges that have the same ones share it.
func (b *builder) foldGuests(kind string, n Node, off, below int) {
	n.Count = len(n.Folded)
	n.Name = "and " + render.Count(n.Count, "more "+render.GuestKind(kind))
	if off > 0 {
		n.Note = strconv.Itoa(off) + " off"
	}
	b.join(below, b.add("fold "+kind+" "+strings.Join(n.Folded, "\x00"), n), Edge{Marks: n.Marks})
}

// choose says which of n are drawn and which are folded. Those that count are drawn before others, and in up to twice the room: of a hundred guests
// with one fault some are enough, and the fold has the mark too. A fold of one would take the room of the one.
func choose(n, limit int, all bool, counts func(int) bool) (shown, folded []int) {
	var rest []int
	for j := range n {
		if all || n <= limit+1 || len(shown) < 2*limit && counts(j) {
			shown = append(shown, j)
		} else {
			rest = append(rest, j)
		}
	}
	room := min(max(limit-len(shown), 0), len(rest))
	if len(rest)-room == 1 {
		room++
	}
	shown = append(shown, rest[:room]...)
	slices.Sort(shown)
	return shown, rest[room:]
}

func linkState(status string) string {
	switch status {
	case "up", "down":
		return status
	case "going down", "going back":
		return "down"
	}
	return ""
}

func guestState(g report.Guest) string {
	if !g.Running {
		return "off"
	}
	return "up"
}

func guestNote(g report.Guest) string {
	note := render.GuestKind(g.Kind)
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

// deviceState of a bridge of Open vSwitch is not known from the link of its name: that is a port of the host, which the bridge does without.
func deviceState(d report.Device) string {
	if d.Kind == "openvswitch" {
		return ""
	}
	return d.State
}
