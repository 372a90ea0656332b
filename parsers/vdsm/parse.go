package vdsm

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// ParseNetwork reads a file of netconf/nets, as netconfpersistence.py and canonicalize.py of vdsm write it.
func ParseNetwork(data []byte) (Network, text.Problems) {
	r, root := newReader(data)
	if root == nil {
		return Network{}, r.Problems
	}
	o := r.Object(root)
	n := Network{
		Line: root.Line,
		Bond: r.name(o["bonding"]), NIC: r.name(o["nic"]), Bridged: r.Bool(o["bridged"]), VLAN: r.number(o["vlan"]),
		MTU: r.number(o["mtu"]), Switch: r.name(o["switch"]), Default: r.Bool(o["defaultRoute"]),
	}
	if nics := r.Names(o["nics"]); !n.NIC.Found() && !n.Bond.Found() && len(nics) == 1 { // as older releases wrote it
		n.NIC = nics[0]
	}
	return n, r.Problems
}

// ParseBond reads a file of netconf/bonds.
func ParseBond(data []byte) (Bond, text.Problems) {
	r, root := newReader(data)
	if root == nil {
		return Bond{}, r.Problems
	}
	o := r.Object(root)
	return Bond{
		Line: root.Line, Slaves: r.Names(o["nics"]), Options: r.split(o["options"]), MAC: r.mac(o["hwaddr"]), Switch: r.name(o["switch"]),
	}, r.Problems
}

type reader struct{ *yamltree.Tree }

// newReader returns the JSON object that a text is, nil when it is none.
func newReader(data []byte) (reader, *yaml.Node) {
	r := reader{yamltree.New()}
	documents, problems := yamltree.DecodeJSON(data)
	r.Problems = problems
	if len(documents) == 0 {
		return r, nil
	}
	if documents[0].Kind != yaml.MappingNode {
		r.Problem(documents[0], "not a JSON object")
		return r, nil
	}
	return r, documents[0]
}

// name is a text that is not empty.
func (r reader) name(n *yaml.Node) text.At[string] {
	if v := r.Text(n); v.Value != "" {
		return v
	}
	return text.At[string]{}
}

// number is a number, or a text that is one: vdsm was not strict about it.
func (r reader) number(n *yaml.Node) text.At[int] {
	if !r.name(n).Found() {
		return text.At[int]{}
	}
	return r.Number(n)
}

func (r reader) mac(n *yaml.Node) text.At[string] {
	v := r.name(n)
	v.Value = strings.ToLower(v.Value)
	return v
}

// split takes "mode=4 miimon=100" apart. custom= is for vdsm's hooks and does not reach the kernel.
func (r reader) split(n *yaml.Node) (options []netconf.Option) {
	v := r.Text(n)
	for _, word := range strings.Fields(v.Value) {
		name, value, ok := strings.Cut(word, "=")
		switch {
		case !ok || name == "":
			r.Problems.Add(v.Line, word, "not an option of a bond")
		case name != "custom":
			options = append(options, netconf.Option{Line: v.Line, Name: name, Value: value})
		}
	}
	return options
}
