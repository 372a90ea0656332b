// Package netplan reads the YAML of netplan (netplan(5)): the files in /etc/netplan, /run/netplan and /usr/lib/netplan.
package netplan

import (
	"net"
	"net/netip"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// Parse reads one file. A definition makes one Device, whose name is set-name, or the name that it matches, or else its ID; where interfaces,
// link and primary refer to the ID of a definition in the same file, they have the name of its Device. A physical device that is matched by
// its address alone has the ID for its name and the address in MAC. A bond or bridge is one of Open vSwitch when netplan makes it one: it has
// openvswitch:, it contains a port of Open vSwitch, or its mode is balance-tcp or balance-slb.
func Parse(data []byte) (netconf.Config, text.Problems) {
	r := reader{Tree: yamltree.New(), names: map[string]name{}, ovs: map[string]bool{}}
	documents, problems := yamltree.Decode(data)
	r.Problems = problems
	var definitions []definition
	for _, d := range documents {
		definitions = append(definitions, r.definitions(d)...)
	}
	for _, d := range definitions {
		r.names[d.id.Value] = r.name(d)
	}
	r.findOVS(definitions)
	var c netconf.Config
	for _, d := range definitions {
		c.Devices = append(c.Devices, r.device(d))
	}
	return c, r.Problems
}

type reader struct {
	*yamltree.Tree
	names map[string]name // by ID
	ovs   map[string]bool // IDs of what is in Open vSwitch
}

// definition is "ID: {...}" below one of the types.
type definition struct {
	id   *yaml.Node
	kind netconf.Kind
	node *yaml.Node
}

// name is what a device is called.
type name struct {
	value string
	glob  bool
}

// kinds are the types of definitions; those of "" tell their kind in their properties, or not at all.
var kinds = map[string]netconf.Kind{
	"ethernets": netconf.Ethernet, "bonds": netconf.Bond, "bridges": netconf.Bridge, "vlans": netconf.VLAN,
	"wifis": "wifi", "modems": "modem", "vrfs": "vrf", "tunnels": "", "dummy-devices": "dummy", "virtual-ethernets": "veth", "nm-devices": "",
}

func (r *reader) definitions(document *yaml.Node) (definitions []definition) {
	network := r.Get(document, "network")
	if network == nil || network.Kind != yaml.MappingNode {
		r.Problem(document, "no network: not a netplan configuration")
		return nil
	}
	for key, list := range r.Pairs(network) {
		kind, known := kinds[key.Value]
		switch {
		case key.Value == "version":
			if list.Value != "2" {
				r.Problem(list, "netplan knows version 2 only")
			}
		case key.Value == "openvswitch":
			r.patchPorts(list)
		case key.Value == "renderer":
		case !known:
			r.Problem(key, "not a type of devices")
		case list.Kind != yaml.MappingNode:
			r.Problem(key, "not a mapping of devices")
		default:
			definitions = append(definitions, r.ofType(kind, list)...)
		}
	}
	return definitions
}

func (r *reader) ofType(kind netconf.Kind, list *yaml.Node) (definitions []definition) {
	for id, node := range r.Pairs(list) {
		if id.Value == "renderer" && node.Kind == yaml.ScalarNode {
			continue
		}
		if node.Kind != yaml.MappingNode || id.Value == "" {
			r.Problem(id, "not a mapping: netplan refuses the file")
		}
		if id.Value != "" {
			definitions = append(definitions, definition{id: id, kind: kind, node: node})
		}
	}
	return definitions
}

// name finds out what a device is called, whose ID need not be its name.
func (r *reader) name(d definition) name {
	if s := r.Text(r.Path(d.node, "networkmanager", "passthrough", "connection.interface-name")); s.Value != "" {
		return name{value: s.Value}
	}
	match := r.Get(d.node, "match")
	if match == nil || !physical(d.kind) {
		return name{value: d.id.Value}
	}
	if s := r.Text(r.Get(d.node, "set-name")); s.Value != "" {
		return name{value: s.Value}
	}
	if s := r.Text(r.Get(match, "name")); s.Value != "" {
		return name{value: s.Value, glob: strings.ContainsAny(s.Value, "*?[")}
	}
	return name{value: d.id.Value, glob: !r.Text(r.Get(match, "macaddress")).Found()}
}

// physical reports whether definitions of a kind match devices instead of making them.
func physical(k netconf.Kind) bool {
	return k == netconf.Ethernet || k == "wifi" || k == "modem" || k == ""
}

// resolve puts the name of a device in the place of its ID.
func (r *reader) resolve(id text.At[string]) text.At[string] {
	if n, ok := r.names[id.Value]; ok {
		id.Value = n.value
	}
	return id
}

func (r *reader) device(d definition) netconf.Device {
	n := r.names[d.id.Value]
	v := netconf.Device{
		Line: max(d.id.Line, 1), Name: n.value, Glob: n.glob, Kind: r.kind(d), MTU: r.Number(r.Get(d.node, "mtu")), MAC: r.mac(d),
		Address: r.addressed(d.node), Options: r.profileOptions(d.node), Master: r.master(d.node),
	}
	switch d.kind {
	case netconf.Bond:
		v.Options = append(r.bondOptions(d.node), v.Options...)
		v.Ports = r.ports(d.node)
	case netconf.Bridge, "vrf":
		v.Ports = r.ports(d.node)
	case netconf.VLAN:
		v.Lower, v.VLANID = r.resolve(r.Text(r.Get(d.node, "link"))), r.Number(r.Get(d.node, "id"))
	}
	return v
}

var uuidRE = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// master is the bond or bridge in a setting that netplan hands through to NetworkManager; netplan itself names ports at their master. One that
// is the UUID of a profile is left out: it is no name.
func (r *reader) master(n *yaml.Node) (master text.At[string]) {
	s := r.Text(r.Get(r.Path(n, "networkmanager", "passthrough"), "connection.controller", "connection.master"))
	if s.Value == "" || uuidRE.MatchString(s.Value) {
		return master
	}
	return s
}

func (r *reader) ports(n *yaml.Node) (ports []text.At[string]) {
	list := r.Get(n, "interfaces")
	if list != nil && list.Kind != yaml.SequenceNode {
		r.Problem(list, "not a list: netplan refuses the file")
	}
	for _, id := range r.Names(list) {
		ports = append(ports, r.resolve(id))
	}
	return ports
}

// kind is the kind of a device: that of its type, or what its properties say.
func (r *reader) kind(d definition) netconf.Kind {
	switch {
	case d.kind == netconf.Bond && r.ovs[d.id.Value]:
		return netconf.OVSBond
	case d.kind == netconf.Bridge && r.ovs[d.id.Value]:
		return netconf.OVSBridge
	case d.kind != "":
		return d.kind
	}
	if s := r.Text(r.Path(d.node, "networkmanager", "passthrough", "connection.type")); s.Found() {
		return netconf.Kind(s.Value)
	}
	return netconf.Kind(r.Text(r.Get(d.node, "mode")).Value) // of a tunnel
}

// mac is the address that a physical device is matched by, or the one that a device is given.
func (r *reader) mac(d definition) (mac text.At[string]) {
	s := r.Text(r.Get(d.node, "macaddress"))
	if matched := r.Text(r.Path(d.node, "match", "macaddress")); matched.Found() {
		s = matched
	}
	hw, err := net.ParseMAC(s.Value)
	if err != nil { // "permanent" or "random", or obfuscated
		return mac
	}
	return text.Of(hw.String(), s.Line)
}

// addressed reports whether the host itself gets an address. Router advertisements count when they are asked for.
func (r *reader) addressed(n *yaml.Node) bool {
	for _, key := range []string{"dhcp4", "dhcp6", "accept-ra"} {
		if r.Bool(r.Get(n, key)).Value {
			return true
		}
	}
	for _, item := range r.Items(r.Get(n, "addresses")) {
		s := r.Text(item).Value
		for key := range r.Pairs(item) { // "10.0.0.1/24": {label: ...}
			s = key.Value
		}
		ip, err := netip.ParseAddr(strings.SplitN(s, "/", 2)[0])
		if err != nil || !ip.Is6() || !ip.IsLinkLocalUnicast() { // one that cannot be read may be obfuscated
			return true
		}
	}
	return false
}
