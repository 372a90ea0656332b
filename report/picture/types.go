// Package picture draws how the guests of a host reach the wire: one model, laid out once, written as SVG, Mermaid, DOT, a text tree or JSON.
// Layers run from the switch to the guests: switch, NIC, bond, VLAN, bridge, guest.
package picture

import "github.com/sosbond/sosbond/report"

// Kind of a node.
type Kind string

// The kinds of node, in the order of their layers.
const (
	Switch Kind = "switch"
	NIC    Kind = "nic"
	Bond   Kind = "bond"
	VLAN   Kind = "vlan"   // and other devices between a bond and what sits on it
	Bridge Kind = "bridge" // of Open vSwitch too
	Device Kind = "device" // a macvlan, macvtap or ipvlan device: a guest has it for its own
	Guest  Kind = "guest"
	Fold   Kind = "fold"    // guests, or links, or bridges with their guests, that are not drawn one by one
	Self   Kind = "host"    // the host's own traffic
	Gap    Kind = "unknown" // what the report does not tell
)

// Picture is what is drawn of one host. It holds the names as the document has them: who writes it makes them safe for the form.
type Picture struct {
	Host    string `json:"host"`
	Verdict string `json:"verdict"`
	Words   string `json:"words"`             // the verdict in words
	Despite bool   `json:"despite,omitempty"` // the verdict is good, and yet a bond is in trouble: it is not shown as a good one
	Note    string `json:"note,omitempty"`    // why there is nothing to draw
	Nodes   []Node `json:"nodes"`             // by bond, from the wire to the guests, in the order of the document
	Edges   []Edge `json:"edges"`             // in the order of the nodes that they lead to; they run from the wire to the guests, never in a circle
	Marks   []Mark `json:"marks,omitempty"`   // the findings about the host as a whole, or about what is not drawn
}

// Node is a box. IDs are unique within a picture and the same for the same input; they are made of lower-case letters, digits and "-".
type Node struct {
	ID      string     `json:"id"`
	Kind    Kind       `json:"kind"`
	Layer   int        `json:"layer"` // the column, counted from the wire; none is empty
	Name    string     `json:"name"`
	Note    string     `json:"note,omitempty"`    // a few words: "802.3ad (mode 4)", "10 Gb/s, active", "VLAN 100", "VM, off"
	State   string     `json:"state,omitempty"`   // up, down, off; "" when unknown
	Active  bool       `json:"active,omitempty"`  // a NIC that carries the bond's traffic
	Role    string     `json:"role,omitempty"`    // of a NIC whose bond does not use all alike: Active, Backup, NotInUse
	Verdict string     `json:"verdict,omitempty"` // of a bond, and of what sits on it
	Words   string     `json:"words,omitempty"`   // the verdict in words
	Despite bool       `json:"despite,omitempty"` // of a bond: the verdict is good, and yet the bond is in trouble
	Facts   []Fact     `json:"facts,omitempty"`   // for who asks more
	Marks   []Mark     `json:"marks,omitempty"`   // the findings that are about it, in the order of the document
	Count   int        `json:"count,omitempty"`   // of a Fold: how many it stands for
	Folded  []string   `json:"folded,omitempty"`  // of a Fold: their names
	At      *report.At `json:"at,omitempty"`      // what tells that it is there

	// What it was made of, where there is one such part of the document.
	FromBond       *report.Bond       `json:"-"`
	FromSlave      *report.Slave      `json:"-"`
	FromAttachment *report.Attachment `json:"-"`
	FromGuest      *report.Guest      `json:"-"`
	Attached       []Attached         `json:"-"` // all that it was made of: a bridge may be one of several bonds, or of one by several ways
}

// The roles of a NIC, as render.LinkUse calls them.
const (
	Active   = "active"     // the one that the bond calls so
	Backup   = "backup"     // in active-backup
	NotInUse = "not in use" // it is up, but the bond leaves it out: it may be in another aggregator
)

// Fact is one line on a node or an edge, with the place in the report that tells it where that is known.
type Fact struct {
	Label string     `json:"label"`
	Value string     `json:"value"`
	At    *report.At `json:"at,omitempty"`
}

// Mark ties a finding to its place. Several findings of one rule may have the same place; Rules leaves one of them.
type Mark struct {
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Finding  int    `json:"finding"` // index in the findings of the host
}

// Edge joins two nodes; the one nearer to the wire comes first.
type Edge struct {
	From  string `json:"from"`
	To    string `json:"to"`
	Label string `json:"label,omitempty"` // a switch's port, a guest's interface, the ports that join two bridges
	State string `json:"state,omitempty"` // up, down, off, standby; "" when unknown
	Marks []Mark `json:"marks,omitempty"` // those at the node that it leads to or comes from among them
	Facts []Fact `json:"facts,omitempty"`

	// What it was made of: an edge that leads from a link to its bond, or to a guest.
	FromSlave *report.Slave `json:"-"`
	FromGuest *report.Guest `json:"-"`
}

// Attached is an attachment of the bond whose node has that ID.
type Attached struct {
	Bond       string
	Attachment *report.Attachment
}

// Options of a picture.
type Options struct {
	Fold int  // a bridge with more guests than this has the rest folded by kind; 0 is DefaultFold
	All  bool // nothing is folded
}

// DefaultFold is the default of Options.Fold.
const DefaultFold = 12
