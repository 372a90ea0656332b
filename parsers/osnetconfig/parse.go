// Package osnetconfig reads the network configuration that TripleO, Red Hat OpenStack Platform and its data plane operator hand to
// os-net-config (/etc/os-net-config/config.yaml and config.json).
package osnetconfig

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/team"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// OVSInterface is an internal port of an Open vSwitch bridge: ovs_interface, and a vlan among a bridge's members, which is no device over
// another one but a port with a tag.
const OVSInterface netconf.Kind = "ovs-interface"

// Parse reads YAML or JSON with a list of objects under network_config. Members are devices of their own after the one that they are in, and
// its Ports. nic1, nic2... are names as they stand: only the host knows the order of its active interfaces. Options of Open vSwitch bonds keep
// their names (bond_mode, lacp, other_config:lacp-time...); a team has the option runner.
func Parse(data []byte) (netconf.Config, text.Problems) {
	r := reader{Tree: yamltree.New()}
	var documents []*yaml.Node
	if trimmed := bytes.TrimSpace(data); bytes.HasPrefix(trimmed, []byte{'{'}) || bytes.HasPrefix(trimmed, []byte{'['}) {
		documents, r.Problems = yamltree.DecodeJSON(data)
	} else {
		documents, r.Problems = yamltree.Decode(data)
	}
	if len(documents) == 0 {
		return r.config, r.Problems
	}
	list := documents[0]
	if list.Kind != yaml.SequenceNode {
		list = r.Get(documents[0], "network_config")
	}
	if list == nil {
		r.Problem(documents[0], "no network_config")
		return r.config, r.Problems
	}
	r.members(list, parent{})
	return r.config, r.Problems
}

type reader struct {
	*yamltree.Tree
	config netconf.Config
	full   bool // maxDevices are there, and it was reported
}

// parent is the device that members are in, the zero value at the top.
type parent struct {
	kind  netconf.Kind
	name  string
	depth int
}

const (
	maxDepth   = 20     // of members; a NIC in a DPDK port in a bond in a bridge is the fourth level
	maxDevices = 10_000 // aliases let a small document stand for any number
)

// object is a mapping with its members; of members of the same name the first, with nil for those that it does not have.
type object map[string]*yaml.Node

func (r *reader) object(n *yaml.Node) object {
	o := object{}
	for key, value := range r.Pairs(n) {
		if _, ok := o[key.Value]; !ok {
			o[key.Value] = value
		}
	}
	return o
}

// member is what a parent wants to know of a member.
type member struct {
	name    text.At[string]
	lower   string
	primary text.At[bool]
}

// members reads a list of objects and adds their devices.
func (r *reader) members(n *yaml.Node, in parent) (all []member) {
	if n.Kind != yaml.SequenceNode {
		r.Problem(n, "not a list of network objects")
		return nil
	}
	if in.depth >= maxDepth {
		r.Problem(n, "nested too deeply")
		return nil
	}
	for _, item := range r.Items(n) {
		if item.Kind != yaml.MappingNode {
			r.Problem(item, "not a network object")
			continue
		}
		if len(r.config.Devices) == maxDevices {
			r.tooMany(item)
			break
		}
		if m, ok := r.add(item, in); ok {
			all = append(all, m)
		}
	}
	return all
}

// tooMany records once that the rest is not read.
func (r *reader) tooMany(n *yaml.Node) {
	if !r.full {
		r.full = true
		r.Problem(n, "too many devices: the rest is not read")
	}
}

// kinds are the types of objects.py; those that no rule decides on keep their names.
var kinds = map[string]netconf.Kind{
	"interface": netconf.Ethernet, "ib_interface": netconf.Ethernet, "sriov_pf": netconf.Ethernet, "vlan": netconf.VLAN,
	"linux_bond": netconf.Bond, "team": netconf.Team, "linux_team": netconf.Team, "linux_bridge": netconf.Bridge,
	"ovs_bridge": netconf.OVSBridge, "ovs_user_bridge": netconf.OVSBridge, "ovs_bond": netconf.OVSBond, "ovs_dpdk_bond": netconf.OVSBond,
	"ovs_interface": OVSInterface, "sriov_vf": "sriov_vf", "ovs_dpdk_port": "ovs_dpdk_port", "ovs_tunnel": "ovs_tunnel",
	"ovs_patch_port": "ovs_patch_port", "ib_child_interface": "ib_child_interface", "linux_tap": "linux_tap",
	"ivs_bridge": "ivs_bridge", "ivs_interface": "ivs_interface", "nfvswitch_bridge": "nfvswitch_bridge",
	"nfvswitch_internal": "nfvswitch_internal", "vpp_interface": "vpp_interface", "vpp_bond": "vpp_bond",
	"contrail_vrouter": "contrail_vrouter", "contrail_vrouter_dpdk": "contrail_vrouter_dpdk",
}

// settings are types that are no devices.
var settings = map[string]bool{"route_table": true, "route_rule": true, "dcb": true}

// add reads one object and reports whether it is a device.
func (r *reader) add(n *yaml.Node, in parent) (m member, ok bool) {
	o := r.object(n)
	kind := r.Text(o["type"])
	if settings[kind.Value] {
		return m, false
	}
	d := netconf.Device{Line: max(n.Line, 1), Kind: netconf.Kind(kind.Value), MTU: r.number(o["mtu"]), Address: r.addressed(o)}
	switch known := kinds[kind.Value]; {
	case known != "":
		d.Kind = known
	case kind.Found():
		r.Problem(o["type"], "not a type of os-net-config")
	default:
		r.Problem(n, "a network object without a type")
	}
	name := r.place(&d, o, in)
	if d.Name = name.Value; d.Name == "" {
		r.Problem(n, "a network object without a name")
		return m, false
	}
	at := len(r.config.Devices)
	r.config.Devices = append(r.config.Devices, d)
	var members []member
	if list := o["members"]; list != nil && list.Tag != "!!null" {
		members = r.members(list, parent{d.Kind, d.Name, in.depth + 1})
	}
	take(&d, members)
	d.Options = withPrimary(d.Kind, r.options(d, o), members)
	r.config.Devices[at] = d
	return member{name: name, lower: d.Lower.Value, primary: r.Bool(o["primary"])}, true
}

// number leaves out a value that is empty.
func (r *reader) number(n *yaml.Node) text.At[int] {
	if r.Text(n).Value == "" {
		return text.At[int]{}
	}
	return r.Number(n)
}

func (r *reader) addressed(o object) bool {
	return r.Bool(o["use_dhcp"]).Value || r.Bool(o["use_dhcpv6"]).Value || len(r.Items(o["addresses"])) > 0
}

// vlanRE matches the names that make an interface a VLAN.
var vlanRE = regexp.MustCompile(`^(\w+)\.(\d{1,4})$`)

// place finds the name of a device, which many types do not tell but derive, and what is below it.
func (r *reader) place(d *netconf.Device, o object, in parent) (name text.At[string]) {
	name = r.Text(o["name"])
	switch d.Kind {
	case netconf.VLAN:
		return r.vlan(d, o, in)
	case netconf.Ethernet:
		if m := vlanRE.FindStringSubmatch(name.Value); m != nil {
			id, _ := strconv.Atoi(m[2]) // at most four digits
			d.Kind, d.Lower, d.VLANID = netconf.VLAN, text.Of(m[1], name.Line), text.Of(id, name.Line)
		}
	case "sriov_vf":
		return r.virtualFunction(d, o)
	case "ib_child_interface":
		return r.infinibandChild(d, o)
	case "ivs_bridge", "nfvswitch_bridge": // there is one of each on a host
		return text.Of(strings.TrimSuffix(string(d.Kind), "_bridge"), d.Line)
	case "ivs_interface", "nfvswitch_internal":
		return r.internal(d, o, name)
	case "ovs_patch_port":
		d.Master = r.Text(o["bridge_name"])
	}
	return name
}

// vlan is called vlan<ID>. In a bond without a device of its own it is over the bond (ifcfg: PHYSDEV).
func (r *reader) vlan(d *netconf.Device, o object, in parent) (name text.At[string]) {
	d.VLANID = r.number(o["vlan_id"])
	d.Lower = r.Text(o["device"])
	switch {
	case in.kind == netconf.OVSBridge:
		d.Kind, d.Lower = OVSInterface, text.At[string]{}
	case in.kind == netconf.Bond && !d.Lower.Found():
		d.Lower = text.Of(in.name, d.Line)
	}
	if d.VLANID.Found() {
		name = text.Of("vlan"+strconv.Itoa(d.VLANID.Value), d.VLANID.Line)
	}
	return name
}

// virtualFunction has the name that nmstate takes for it: the device's own name only the host knows. Its vlan_id is a tag in the hardware.
func (r *reader) virtualFunction(d *netconf.Device, o object) text.At[string] {
	d.MAC = r.Text(o["macaddr"])
	d.MAC.Value = strings.ToLower(d.MAC.Value)
	device, id := r.Text(o["device"]), r.Text(o["vfid"])
	if name := r.Text(o["name"]); name.Value != "" || !device.Found() || !id.Found() {
		return name
	}
	return text.Of("sriov:"+device.Value+":"+id.Value, device.Line)
}

// infinibandChild is called after its parent and its partition key, with the bit of full membership.
func (r *reader) infinibandChild(d *netconf.Device, o object) (name text.At[string]) {
	d.Lower = r.Text(o["parent"])
	key, err := strconv.ParseUint(r.Text(o["pkey_id"]).Value, 0, 15)
	if d.Lower.Found() && err == nil {
		name = text.Of(fmt.Sprintf("%s.%04x", d.Lower.Value, 0x8000|key), d.Lower.Line)
	}
	return name
}

// internal is a port of Indigo Virtual Switch or NFVSwitch: its name with the VLAN.
func (r *reader) internal(d *netconf.Device, o object, name text.At[string]) text.At[string] {
	d.VLANID = r.number(o["vlan_id"])
	if !name.Found() || !d.VLANID.Found() {
		return text.At[string]{}
	}
	return text.Of(name.Value+strconv.Itoa(d.VLANID.Value), name.Line)
}

// take makes members ports. A VLAN over a bond is no slave of it, though it stands among them.
func take(d *netconf.Device, members []member) {
	for _, m := range members {
		if m.lower == d.Name {
			d.Uppers = append(d.Uppers, m.name)
			continue
		}
		d.Ports = append(d.Ports, m.name)
	}
}

// withPrimary adds the option that os-net-config makes of "primary: true" of a member when it configures the host by nmstate. By ifcfg it gives
// a Linux bond the member's MAC address only, and makes the member of an Open vSwitch bond its active one once.
func withPrimary(kind netconf.Kind, options []netconf.Option, members []member) []netconf.Option {
	name := ""
	switch mode := value(options, "mode"); {
	case kind == netconf.Bond && (mode == "active-backup" || mode == "1"):
		name = "primary"
	case kind == netconf.OVSBond:
		name = "other_config:bond-primary"
	}
	if name == "" || value(options, name) != "" || value(options, strings.Replace(name, "_", "-", 1)) != "" {
		return options
	}
	for _, m := range members {
		if m.primary.Value {
			return append(options, netconf.Option{Line: m.primary.Line, Name: name, Value: m.name.Value})
		}
	}
	return options
}

// value is that of the last option of the name, as the kernel and ovs-vsctl take it, "" when there is none.
func value(options []netconf.Option, name string) (v string) {
	for _, o := range options {
		if o.Name == name {
			v = o.Value
		}
	}
	return v
}

// options reads those of a bond, or the runner of a team.
func (r *reader) options(d netconf.Device, o object) (options []netconf.Option) {
	switch d.Kind {
	case netconf.Bond:
		return r.split(o["bonding_options"])
	case netconf.OVSBond:
		return append(r.split(o["ovs_options"]), r.extra(d.Name, o["ovs_extra"])...)
	case netconf.Team:
		v := r.Text(o["bonding_options"])
		if !v.Found() {
			return nil
		}
		c, problems := team.ParseConfig([]byte(v.Value))
		for _, p := range problems {
			r.Problems.Add(v.Line, p.Text, p.Why)
		}
		if c.Runner.Found() {
			return []netconf.Option{{Line: v.Line, Name: "runner", Value: c.Runner.Value}}
		}
	}
	return nil
}

// split takes "mode=802.3ad miimon=100" apart, or a list of such texts.
func (r *reader) split(n *yaml.Node) (options []netconf.Option) {
	for _, v := range r.texts(n) {
		for _, word := range strings.Fields(v.Value) {
			name, value, ok := strings.Cut(word, "=")
			if !ok || name == "" {
				r.Problems.Add(v.Line, word, "not an option of a bond")
				continue
			}
			options = append(options, netconf.Option{Line: v.Line, Name: name, Value: value})
		}
	}
	return options
}

// texts are the scalars of a list, or the one that a node is.
func (r *reader) texts(n *yaml.Node) (all []text.At[string]) {
	if n == nil {
		return nil
	}
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.Items(n)
	}
	for _, item := range items {
		if item.Kind == yaml.MappingNode {
			r.Problem(item, "not options of a bond")
			continue
		}
		if v := r.Text(item); v.Found() {
			all = append(all, v)
		}
	}
	return all
}

// extra reads the options that a bond is given by arguments of ovs-vsctl: "set port bond1 bond_mode=balance-slb". Other ones are left out.
func (r *reader) extra(name string, n *yaml.Node) (options []netconf.Option) {
	for _, v := range r.texts(n) {
		words := strings.Fields(v.Value)
		if len(words) < 4 || words[0] != "set" || !strings.EqualFold(words[1], "port") || words[2] != name && words[2] != "{name}" {
			continue
		}
		for _, word := range words[3:] {
			if option, value, ok := strings.Cut(word, "="); ok && option != "" {
				options = append(options, netconf.Option{Line: v.Line, Name: option, Value: value})
			}
		}
	}
	return options
}
