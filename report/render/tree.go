package render

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
)

const (
	foldAt      = 12 // more nodes of one kind than this are folded
	guestsShown = 36 // for a whole bond, so that the findings below the tree stay in sight
	minShown    = 3  // guests of one attachment
	minName     = 16 // columns that a guest's name keeps
)

// TreeOptions says how a tree is drawn.
type TreeOptions struct {
	Width int
	All   bool // neither fold nor shorten
}

// Tree draws a bond from the wire (its links, on top) to the guests (at the bottom), with the findings that are not folded marked at the
// places that they are about.
func Tree(b report.Bond, findings []report.Finding, opt TreeOptions) []Text {
	t := tree{bond: b, marks: findMarks(b, findings), opt: opt}
	t.links()
	t.bondLine()
	t.attachments()
	return t.lines
}

type tree struct {
	bond  report.Bond
	marks marks
	opt   TreeOptions
	lines []Text
}

// node adds a node's lines: its cells after the branch, what does not fit below them.
func (t *tree) node(branch, below string, cells []Text, marked []report.Finding) {
	cells = append(slices.Clone(cells), markCells(marked)...)
	if !t.opt.All {
		room := t.opt.Width - max(Width(branch), Width(below)+len(gap))
		for i, c := range cells {
			cells[i] = c.shorten(room)
		}
	}
	t.lines = append(t.lines, Flow(cells, t.opt.Width, Of(Dim, branch), Of(Dim, below+gap))...)
}

// shorten cuts a text that is too wide; it keeps the role of its first span.
func (t Text) shorten(width int) Text {
	trimmed := t.Trim()
	if trimmed.Width() <= width {
		return t // with its padding, which Flow drops where it does not fit
	}
	return Of(trimmed[0].Role, Shorten(trimmed.String(), width))
}

func (t *tree) links() {
	shown, folded := t.choose(len(t.bond.Slaves), foldAt, func(i int) bool {
		return len(t.marks.slaves[i]) > 0 || t.bond.Slaves[i].MIIStatus != "up"
	})
	var rows [][]Text
	for _, i := range shown {
		rows = append(rows, t.slaveCells(t.bond.Slaves[i]))
	}
	branch := "┌─ "
	for i, row := range Columns(rows) {
		t.node(branch, "│  ", row, t.marks.slaves[shown[i]])
		branch = "├─ "
	}
	if folded > 0 {
		t.node(branch, "│  ", []Text{Of(Dim, fmt.Sprintf("… and %d more", folded))}, nil)
	}
}

func (t *tree) slaveCells(s report.Slave) []Text {
	failures := Text{}
	if s.LinkFailures > 0 {
		failures = Of(Warn, Count(s.LinkFailures, "link failure"))
	}
	return []Text{
		Of(Strong, s.Name), linkState(s.MIIStatus), Of(Plain, Speed(s.SpeedMbps)), t.activity(s), Of(Dim, s.PermanentMAC), failures,
	}
}

func linkState(status string) Text {
	switch status {
	case "up":
		return Of(Good, "up")
	case "down":
		return Of(Bad, "DOWN")
	case "":
		return Of(Unsure, "state unknown")
	default:
		return Of(Warn, status)
	}
}

// activity says which link of modes 1, 5 and 6 is the active one, and in the other modes which one is up but not in use.
func (t *tree) activity(s report.Slave) Text {
	switch n := t.bond.ModeNumber; {
	case s.Active && (n == 1 || n == 5 || n == 6):
		return Of(Good, "active")
	case !s.Active && n == 1 && s.MIIStatus == "up":
		return Of(Plain, "backup")
	case !s.Active && (n == 0 || n == 2 || n == 3 || n == 4) && s.MIIStatus == "up":
		return Of(Warn, "not in use")
	default:
		return nil
	}
}

// Speed returns a link speed in words; "" when it is unknown.
func Speed(mbps int) string {
	switch {
	case mbps <= 0:
		return ""
	case mbps >= 1000:
		return strconv.FormatFloat(float64(mbps)/1000, 'f', -1, 64) + " Gb/s"
	default:
		return strconv.Itoa(mbps) + " Mb/s"
	}
}

func (t *tree) bondLine() {
	cells := []Text{Of(Strong, t.bond.Name)}
	for _, s := range BondFacts(t.bond) {
		cells = append(cells, Of(Plain, s))
	}
	below := "   "
	if len(t.bond.Attachments) > 0 {
		below = "│  "
	}
	// The marks follow the name: facts may wrap, what is wrong shall not be lost among them.
	cells = slices.Insert(cells, 1, markCells(t.marks.bond)...)
	t.node("", below, cells, nil)
	limit := configurationsShown
	if t.opt.All {
		limit = 0
	}
	shown, more := Head(Configurations(t.bond), limit)
	for _, s := range shown {
		t.node(below, below+"  ", []Text{Of(Dim, s)}, nil)
	}
	if more > 0 {
		t.node(below, below+"  ", []Text{Of(Dim, fmt.Sprintf("… and %s more", Count(more, "configuration")))}, nil)
	}
}

// configurationsShown is how many sources of a bond's configuration are listed.
const configurationsShown = 3

// BondFacts returns how a bond is set up, in words, without its name and verdict.
func BondFacts(b report.Bond) []string {
	facts := []string{Mode(b)}
	if b.HashPolicy != "" {
		facts = append(facts, "hash "+b.HashPolicy)
	}
	facts = append(facts, monitoring(b.Monitoring)...)
	if b.MIIStatus != "" && b.MIIStatus != "up" {
		facts = append(facts, "bond is "+strings.ToUpper(b.MIIStatus))
	}
	if l := b.LACP; l != nil {
		facts = append(facts, lacp(*l))
	}
	if b.LACPStatus != "" && b.LACPStatus != "off" {
		facts = append(facts, "LACP "+b.LACPStatus)
	}
	if b.Configured != "" && len(b.Configurations) == 0 {
		facts = append(facts, "set up by "+SystemName(b.Configured))
	}
	return facts
}

// systemNames are the names of configuration systems for people.
var systemNames = map[string]string{
	"ifcfg": "ifcfg file", "keyfile": "NetworkManager", "nmcli": "NetworkManager", "nmstate": "nmstate", "nncp": "NodeNetworkConfigurationPolicy", "vdsm": "vdsm",
	"vdsm-running": "vdsm", "networkd": "systemd-networkd", "ifupdown": "ifupdown", "dracut": "kernel command line", "ovsdb": "Open vSwitch database",
}

// SystemName returns the name of a configuration system for people.
func SystemName(system string) string { return cmp.Or(systemNames[system], system) }

// Configurations returns in words what configures a bond: the sources that are in use, or else the first of the others.
func Configurations(b report.Bond) (list []string) {
	for _, c := range b.Configurations {
		if c.InUse {
			list = append(list, configuration(c))
		}
	}
	for _, c := range b.Configurations {
		if len(list) == 0 && c.System != "applied" && c.System != "current" {
			list = append(list, configuration(c))
		}
	}
	return list
}

func configuration(c report.Configuration) string {
	at := c.File
	if c.Line > 0 {
		at += fmt.Sprintf(":%d", c.Line)
	}
	s := "set up by " + SystemName(c.System) + " in " + at
	for i, d := range c.Differs {
		sep := ", "
		if i == 0 {
			sep = " (differs from what runs: "
		}
		s += sep + d.What + " " + d.Configured + " there, " + d.Running + " here"
	}
	if len(c.Differs) > 0 {
		s += ")"
	}
	return s
}

func monitoring(m report.Monitoring) []string {
	var facts []string
	if m.MIIMonMS > 0 {
		facts = append(facts, fmt.Sprintf("miimon %d ms", m.MIIMonMS))
	}
	if m.ARPIntervalMS > 0 {
		facts = append(facts, fmt.Sprintf("ARP monitoring every %d ms", m.ARPIntervalMS))
	}
	if m.MIIMonMS == 0 && m.ARPIntervalMS == 0 {
		facts = append(facts, "no link monitoring")
	}
	return facts
}

// lacp names the partner and, in brackets, what was agreed with it.
func lacp(l report.LACP) string {
	fact := "LACP partner " + cmp.Or(l.PartnerMAC, "not shown")
	if l.PartnerMAC != "" && strings.Trim(l.PartnerMAC, "0:") == "" { // what LACP prints for a partner that was never heard
		fact = "no LACP partner"
	}
	var agreed []string
	if l.Ports >= 0 {
		agreed = append(agreed, Count(l.Ports, "port"))
	}
	if l.Rate != "" {
		agreed = append(agreed, "rate "+l.Rate)
	}
	if len(agreed) > 0 {
		fact += " (" + strings.Join(agreed, ", ") + ")"
	}
	return fact
}

func (t *tree) attachments() {
	list := t.bond.Attachments
	shown, folded := t.choose(len(list), foldAt, func(i int) bool {
		return t.marked(i) || list[i].Verdict == t.bond.Verdict && VerdictOf(list[i].Verdict).Wanting
	})
	perNode := max(minShown, guestsShown/max(len(shown), 1))
	for n, i := range shown {
		branch, below := "├─ ", "│  "
		if n == len(shown)-1 && folded == 0 {
			branch, below = "└─ ", "   "
		}
		inner := below
		if len(list[i].Guests) > 0 {
			inner += "│  "
		}
		t.node(branch, inner, t.attachmentCells(list[i]), t.marks.attachments[i])
		t.note(inner, list[i])
		t.guests(below, i, min(perNode, foldAt))
	}
	if folded > 0 {
		t.node("└─ ", "   ", []Text{Of(Dim, fmt.Sprintf("… and %d more: %s", folded, tally(list, shown)))}, nil)
	}
}

// tally counts the verdicts of the attachments that are not shown.
func tally(list []report.Attachment, shown []int) string {
	n := map[string]int{}
	for i, a := range list {
		if !slices.Contains(shown, i) {
			n[a.Verdict]++
		}
	}
	return counts(n, verdictNames())
}

// marked reports whether a finding is about an attachment or one of its guests.
func (t *tree) marked(attachment int) bool {
	if len(t.marks.attachments[attachment]) > 0 {
		return true
	}
	for at := range t.marks.guests {
		if at.attachment == attachment {
			return true
		}
	}
	return false
}

var kindWords = map[string]string{"ovs-bridge": "Open vSwitch bridge", "host": "the host's own traffic"}

func (t *tree) attachmentCells(a report.Attachment) []Text {
	var cells []Text
	if chain := t.chain(a); chain != "" {
		cells = append(cells, Of(Strong, chain))
	}
	kind := a.Kind
	if w, ok := kindWords[kind]; ok {
		kind = w
	}
	if kind != "" {
		cells = append(cells, Of(Plain, kind))
	}
	if n := len(a.Guests); n > 0 {
		cells = append(cells, Of(Plain, Count(n, "guest")))
	}
	if len(t.bond.Attachments) > 1 {
		cells = append(cells, VerdictOf(a.Verdict).Text())
	}
	return cells
}

// chain names the devices between the bond and an attachment, and the attachment; "" for the host on the bond itself.
func (t *tree) chain(a report.Attachment) string {
	path := a.Path
	if len(path) > 0 && path[0] == t.bond.Name {
		path = path[1:]
	}
	if a.Name != "" && a.Name != t.bond.Name && !slices.Contains(path, a.Name) {
		path = append(slices.Clone(path), a.Name)
	}
	return strings.Join(path, " ── ")
}

// note adds the sentence about an attachment where it says more than the one about the bond.
func (t *tree) note(below string, a report.Attachment) {
	if len(t.bond.Attachments) < 2 || a.Summary == "" || a.Summary == t.bond.Summary || !VerdictOf(a.Verdict).Wanting {
		return
	}
	words := Words(Sentence(a.Summary), Dim)
	prefix := Of(Dim, below)
	t.lines = append(t.lines, Fill(words, t.opt.Width, prefix, prefix)...)
}

func (t *tree) guests(below string, attachment, limit int) {
	list := t.bond.Attachments[attachment].Guests
	shown, folded := t.choose(len(list), limit, func(j int) bool { return len(t.marks.guests[guestAt{attachment, j}]) > 0 })
	rows := make([][]Text, len(shown))
	for n, j := range shown {
		rows[n] = guestCells(list[j])
	}
	t.fitNames(rows, Width(below)+3)
	for n, row := range Columns(rows) {
		branch, inner := "├─ ", "│  "
		if n == len(shown)-1 && folded == 0 {
			branch, inner = "└─ ", "   "
		}
		t.node(below+branch, below+inner, row, t.marks.guests[guestAt{attachment, shown[n]}])
	}
	if folded > 0 {
		t.node(below+"└─ ", below+"   ", []Text{Of(Dim, fmt.Sprintf("… and %d more", folded))}, nil)
	}
}

func guestCells(g report.Guest) []Text {
	kind, iface, state := g.Kind, g.Interface, Text{}
	switch kind {
	case "vm":
		kind = "VM"
	case "unknown":
		kind = "guest"
	}
	if iface == g.Name {
		iface = ""
	}
	if !g.Running {
		state = Of(Fair, "off")
	}
	return []Text{Of(Plain, g.Name), Of(Dim, kind), Of(Dim, iface), Of(Dim, g.MAC), state}
}

// fitNames shortens the names of guests as far as the rest of the row needs the room.
func (t *tree) fitNames(rows [][]Text, indent int) {
	if t.opt.All {
		return
	}
	const marksRoom = 9 // one mark and its gap: "  ✗ SB103"
	room := t.opt.Width - indent - marksRoom
	for c, w := range columnWidths(rows) {
		if c > 0 && w > 0 {
			room -= w + len(gap)
		}
	}
	for _, row := range rows {
		row[0] = row[0].shorten(max(room, minName))
	}
}

// choose returns which of n nodes to show, about limit in their order, and how many to fold. What is important is chosen first.
func (t *tree) choose(n, limit int, important func(int) bool) (shown []int, folded int) {
	if t.opt.All || n <= limit+1 { // the line that says "1 more" would take the room of the one
		for i := range n {
			shown = append(shown, i)
		}
		return shown, 0
	}
	var rest []int
	for i := range n {
		if important(i) {
			shown = append(shown, i)
		} else {
			rest = append(rest, i)
		}
	}
	shown = append(shown, rest...)[:limit]
	slices.Sort(shown)
	return shown, n - limit
}
