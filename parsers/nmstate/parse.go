package nmstate

import (
	"net/netip"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// Parse reads YAML or JSON (which is YAML): the output of nmstatectl, a file of /etc/nmstate, or a Kubernetes object that holds a state
// (NodeNetworkState, NodeNetworkConfigurationPolicy, NodeNetworkConfigurationEnactment). Of a text that is cut or damaged it reads what
// stands before the damage, where YAML permits.
func Parse(data []byte) (State, text.Problems) {
	r := reader{Tree: yamltree.New()}
	documents, problems := yamltree.Decode(data)
	r.Problems = problems
	for _, d := range documents {
		r.document(d)
	}
	if len(documents) > 0 && !r.found {
		r.Problem(documents[0], "no interfaces: not a network state")
	}
	return r.state, r.Problems
}

// FromNode reads a state inside a larger document: n is the mapping that holds interfaces. What is wrong with it is recorded in t.
func FromNode(t *yamltree.Tree, n *yaml.Node) State {
	r := reader{Tree: t}
	r.read(n)
	return r.state
}

type reader struct {
	*yamltree.Tree
	state State
	found bool // a key that only states have
}

// wrappers are the keys below which states are found.
var wrappers = [][]string{
	nil, {"desiredState"}, {"currentState"}, {"desired"}, {"status", "currentState"}, {"status", "desiredState"}, {"spec", "desiredState"},
}

func (r *reader) document(d *yaml.Node) {
	for _, path := range wrappers {
		r.read(r.Path(d, path...))
	}
}

// read adds a state to what was read.
func (r *reader) read(n *yaml.Node) {
	if list := r.Get(n, "interfaces"); list != nil {
		r.found = true
		for _, item := range r.Items(list) {
			if item.Kind != yaml.MappingNode {
				r.Problem(item, "not an interface")
				continue
			}
			r.state.Interfaces = append(r.state.Interfaces, r.networkInterface(item))
		}
	}
	if r.Get(n, "routes", "route-rules", "dns-resolver", "ovn", "ovs-db") != nil {
		r.found = true
	}
	r.mappings(n)
}

func (r *reader) networkInterface(n *yaml.Node) Interface {
	i := Interface{
		Line: n.Line,
		Name: r.Text(r.Get(n, "name")).Value, Type: r.Text(r.Get(n, "type")).Value, State: r.Text(r.Get(n, "state")),
		MAC: r.Text(r.Get(n, "mac-address")), PermMAC: r.Text(r.Get(n, "permanent-mac-address")),
		Identifier: r.Text(r.Get(n, "identifier")), Driver: r.Text(r.Get(n, "driver")), MTU: r.Number(r.Get(n, "mtu")),
		Controller: r.Text(r.Get(n, "controller", "master")), Profile: r.Text(r.Get(n, "profile-name")),
		LLDP: r.lldp(r.Get(n, "lldp")),
	}
	if i.Name == "" {
		r.Problem(n, "an interface without a name")
	}
	i.IPv4 = r.addresses(r.Get(n, "ipv4"), &i)
	i.IPv6 = r.addresses(r.Get(n, "ipv6"), &i)
	if b := r.Get(n, "link-aggregation"); b != nil {
		i.Bond = r.bond(b)
	}
	if b := r.Get(n, "bridge"); b != nil {
		i.Bridge = r.bridge(b)
	}
	r.virtual(n, &i)
	return i
}

// addresses adds the addresses of ipv4: or ipv6: and reports whether it gives the host itself one.
func (r *reader) addresses(n *yaml.Node, i *Interface) (addressed bool) {
	if n == nil || !r.Bool(r.Get(n, "enabled")).Value {
		return false
	}
	addressed = r.Bool(r.Get(n, "dhcp")).Value || r.Bool(r.Get(n, "autoconf")).Value
	for _, item := range r.Items(r.Get(n, "address")) {
		a := r.Text(r.Get(item, "ip"))
		ip, err := netip.ParseAddr(a.Value) // one that cannot be read may be obfuscated
		if err != nil || !ip.Is6() || !ip.IsLinkLocalUnicast() {
			addressed = true
		}
		if !a.Found() || err == nil && ip.IsLinkLocalUnicast() {
			continue
		}
		if prefix := r.Text(r.Get(item, "prefix-length")); prefix.Found() {
			a.Value += "/" + prefix.Value
		}
		i.Addrs = append(i.Addrs, a)
	}
	return addressed
}

// bond reads link-aggregation of a bond, or of a port of an ovs-bridge.
func (r *reader) bond(n *yaml.Node) *Bond {
	b := &Bond{Mode: r.Text(r.Get(n, "mode")), Ports: r.Names(r.Get(n, "port", "ports", "slaves"))}
	options := r.Get(n, "options")
	if options == nil {
		return b
	}
	if options.Kind != yaml.MappingNode {
		r.Problem(options, "not the options of a bond")
		return b
	}
	for i := 0; i+1 < len(options.Content); i += 2 {
		key := options.Content[i]
		if v, ok := r.optionValue(options.Content[i+1]); ok && key.Value != "" {
			b.Options = append(b.Options, Option{Line: key.Line, Name: optionName(key.Value), Value: v.Value})
		}
	}
	return b
}

func optionName(s string) string {
	s = strings.ReplaceAll(s, "-", "_")
	if s == "balance_slb" {
		return "balance-slb"
	}
	return s
}
