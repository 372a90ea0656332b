package html

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/report"
	"github.com/sosbond/sosbond/report/render"
)

// table is a table whose first column names its rows.
type table struct {
	Name string // for who cannot see what it belongs to
	Head []string
	Rows [][]cell
}

type cell struct {
	Text string
	Role render.Role
	Code bool
}

// trim drops the columns in which nothing stands.
func (t table) trim() table {
	for c := len(t.Head) - 1; c > 0; c-- {
		if slices.ContainsFunc(t.Rows, func(r []cell) bool { return r[c].Text != "" }) {
			continue
		}
		t.Head = slices.Delete(t.Head, c, c+1)
		for i := range t.Rows {
			t.Rows[i] = slices.Delete(t.Rows[i], c, c+1)
		}
	}
	return t
}

// bond is how a bond is set up, and its links.
type bond struct {
	Name, At string
	Facts    []string
	Links    table
}

func newBond(b report.Bond) bond {
	out := bond{Name: b.Name, At: render.At(b.At), Facts: slices.Concat(render.BondFacts(b), render.Configurations(b))}
	out.Links = table{Name: "Links of " + b.Name, Head: []string{
		"Link", "State", "Use", "Speed", "Duplex", "MAC", "Link failures", "Aggregator", "LACP partner", "Switch", "Port", "VLANs", "Read at",
	}}
	for _, s := range b.Slaves {
		out.Links.Rows = append(out.Links.Rows, linkRow(b, s))
	}
	out.Links = out.Links.trim()
	return out
}

func linkRow(b report.Bond, s report.Slave) []cell {
	state, use := render.LinkState(s.MIIStatus), render.LinkUse(b, s)
	port := report.Port{}
	if s.Switch != nil {
		port = *s.Switch
	}
	failures := cell{Text: number(s.LinkFailures)}
	if s.LinkFailures > 0 {
		failures.Role = render.Warn
	}
	return []cell{
		{Text: s.Name, Code: true}, {Text: state.Text, Role: state.Role}, {Text: use.Text, Role: use.Role}, {Text: render.Speed(s.SpeedMbps)}, {Text: s.Duplex},
		{Text: s.PermanentMAC, Code: true}, failures, {Text: number(s.Aggregator)}, {Text: s.PartnerMAC, Code: true}, {Text: port.Switch, Code: true},
		{Text: port.Port, Code: true}, {Text: vlans(port.VLANs)}, {Text: render.At(s.At), Code: true, Role: render.Dim},
	}
}

// number is a count, "" for none.
func number(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func vlans(list []int) string {
	var words []string
	for _, v := range list {
		words = append(words, strconv.Itoa(v))
	}
	return strings.Join(words, ", ")
}

// path is how the guests of one attachment reach the wire.
type path struct {
	Name       string
	Steps      []step // from the guests to the wire
	Verdict    render.Verdict
	Summary    string
	Conditions []string
	Guests     table
	Many, Open bool
}

type step struct{ Name, Note string }

func newPath(b report.Bond, a report.Attachment) path {
	p := path{Name: cmp.Or(a.Name, b.Name), Verdict: render.VerdictOn(a.Verdict, a.Conditions), Summary: a.Summary, Conditions: a.Conditions}
	p.Steps = append(p.Steps, step{Note: who(a)})
	for _, name := range slices.Backward(render.Chain(b.Name, a)) {
		p.Steps = append(p.Steps, step{name, deviceNote(a, name)})
	}
	p.Steps = append(p.Steps, step{b.Name, "bond, " + render.Mode(b)})
	p.Steps = append(p.Steps, wire(b)...)
	p.Guests = table{Name: "Guests on " + p.Name, Head: []string{"Guest", "Kind", "Interface", "MAC", "State", "Read at"}}
	for _, g := range a.Guests {
		p.Guests.Rows = append(p.Guests.Rows, guestRow(g))
	}
	p.Guests = p.Guests.trim()
	return p
}

// who uses an attachment.
func who(a report.Attachment) string {
	switch {
	case a.Kind == "host":
		return "the host's own traffic"
	case len(a.Guests) == 0:
		return "no guest"
	}
	return render.Count(render.Guests(a), "guest")
}

func deviceNote(a report.Attachment, name string) string {
	var words []string
	for _, d := range a.Devices {
		if d.Name == name {
			words = append(words, render.DeviceKind(d))
			if d.State != "" && d.State != "up" {
				words = append(words, d.State)
			}
		}
	}
	if name == a.Name && (len(words) == 0 || words[0] == "") {
		words = append([]string{render.AttachmentKind(a.Kind)}, words...)
	}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), ", ")
}

// wire are the links of a bond and, as far as it is known, the switches behind them.
func wire(b report.Bond) []step {
	var links, switches []string
	for _, s := range b.Slaves {
		links = append(links, strings.TrimSpace(s.Name+" "+render.LinkState(s.MIIStatus).Text))
		if s.Switch != nil && !slices.Contains(switches, s.Switch.Switch) {
			switches = append(switches, s.Switch.Switch)
		}
	}
	if len(links) == 0 {
		return []step{{Note: "no links"}}
	}
	if len(switches) == 0 {
		return []step{{Note: strings.Join(links, ", ")}, {Note: "switch, not named in the report"}}
	}
	return []step{{Note: strings.Join(links, ", ")}, {Note: "switch " + strings.Join(switches, ", ")}}
}

func guestRow(g report.Guest) []cell {
	kind, state := g.Kind, cell{Text: "runs"}
	if kind == "vm" {
		kind = render.GuestKind(kind)
	}
	if !g.Running {
		state = cell{Text: "off", Role: render.Fair}
	}
	return []cell{{Text: g.Name, Code: true}, {Text: kind}, {Text: g.Interface, Code: true}, {Text: g.MAC, Code: true}, state, {Text: render.At(g.At), Code: true, Role: render.Dim}}
}
