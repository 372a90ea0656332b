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
func Parse(data []byte) (State, []text.Problem) {
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

type reader struct {
	*yamltree.Tree
	state State
	found bool // an interfaces key
}

// wrappers are the keys below which states are found.
var wrappers = [][]string{
	nil, {"desiredState"}, {"currentState"}, {"desired"}, {"status", "currentState"}, {"status", "desiredState"}, {"spec", "desiredState"},
}

func (r *reader) document(d *yaml.Node) {
	for _, path := range wrappers {
		list := r.Get(r.Path(d, path...), "interfaces")
		if list == nil {
			continue
		}
		r.found = true
		for _, item := range r.Items(list) {
			if item.Kind != yaml.MappingNode {
				r.Problem(item, "not an interface")
				continue
			}
			r.state.Interfaces = append(r.state.Interfaces, r.networkInterface(item))
		}
	}
}

func (r *reader) networkInterface(n *yaml.Node) Interface {
	i := Interface{
		Line: n.Line,
		Name: r.Text(r.Get(n, "name")).Value, Type: r.Text(r.Get(n, "type")).Value,
		State: r.Text(r.Get(n, "state")), MAC: r.Text(r.Get(n, "mac-address")), MTU: r.Number(r.Get(n, "mtu")),
		Controller: r.Text(r.Get(n, "controller", "master")), Profile: r.Text(r.Get(n, "profile-name")),
		IPv4: r.addressed(r.Get(n, "ipv4")), IPv6: r.addressed(r.Get(n, "ipv6")),
	}
	if i.Name == "" {
		r.Problem(n, "an interface without a name")
	}
	if b := r.Get(n, "link-aggregation"); b != nil {
		i.Bond = r.bond(b)
	}
	if b := r.Get(n, "bridge"); b != nil {
		i.Bridge = r.bridge(b)
	}
	if v := r.Get(n, "vlan"); v != nil && i.Type != "linux-bridge" {
		i.VLAN = &VLAN{Base: r.Text(r.Get(v, "base-iface")), ID: r.Number(r.Get(v, "id"))}
	}
	if m := r.Get(n, "mac-vlan", "mac-vtap"); m != nil {
		i.MACVLAN = &MACVLAN{Base: r.Text(r.Get(m, "base-iface")), Mode: r.Text(r.Get(m, "mode"))}
	}
	return i
}

// addressed reports whether ipv4: or ipv6: gives the host itself an address.
func (r *reader) addressed(n *yaml.Node) bool {
	if n == nil || !r.Bool(r.Get(n, "enabled")).Value {
		return false
	}
	if r.Bool(r.Get(n, "dhcp")).Value || r.Bool(r.Get(n, "autoconf")).Value {
		return true
	}
	for _, a := range r.Items(r.Get(n, "address")) {
		ip, err := netip.ParseAddr(r.Text(r.Get(a, "ip")).Value)
		if err != nil || !ip.Is6() || !ip.IsLinkLocalUnicast() { // one that cannot be read may be obfuscated
			return true
		}
	}
	return false
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

func (r *reader) bridge(n *yaml.Node) *Bridge {
	b := &Bridge{}
	stp := r.Get(r.Get(n, "options"), "stp")
	if stp != nil && stp.Kind == yaml.MappingNode { // a plain value in ovs-bridge before nmstate 2.2
		stp = r.Get(stp, "enabled")
	}
	b.STP = r.Bool(stp)
	for _, item := range r.Items(r.Get(n, "port", "ports", "slaves")) {
		p := BridgePort{Line: item.Line, Name: r.Text(item).Value}
		if item.Kind == yaml.MappingNode {
			p.Name = r.Text(r.Get(item, "name")).Value
			if la := r.Get(item, "link-aggregation"); la != nil {
				p.Bond = r.bond(la)
			}
		}
		if p.Name == "" {
			r.Problem(item, "a port without a name")
			continue
		}
		b.Ports = append(b.Ports, p)
	}
	return b
}
