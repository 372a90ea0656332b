package vdsm

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// ParseCapabilities reads the JSON of `vdsm-client Host getCapabilities`, and the text of `vdsClient -s 0 getVdsCaps` that came before it
// ("key = value", values as Python writes them). Of a text that is cut it reads what stands before the cut.
func ParseCapabilities(data []byte) (Capabilities, text.Problems) {
	var r reader
	var root *yaml.Node
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte{'{'}) {
		r, root = newReader(data)
	} else {
		r = reader{yamltree.New()}
		root, r.Problems = decodeText(data)
	}
	if root == nil {
		return Capabilities{}, r.Problems
	}
	o := r.Object(root)
	if o["nics"] == nil && o["bondings"] == nil && o["networks"] == nil && o["software_version"] == nil {
		r.Problem(root, "not the capabilities of a host")
		return Capabilities{}, r.Problems
	}
	c := Capabilities{
		Line: root.Line, Version: r.name(o["software_version"]), Release: r.release(o["operatingSystem"]), Cluster: r.Names(o["clusterLevels"]),
		Bonds: each(r, o["bondings"], r.bond), Bridges: each(r, o["bridges"], r.bridge),
		VLANs: each(r, o["vlans"], r.vlan), NICs: each(r, o["nics"], r.nic),
	}
	below := c.devices()
	c.Networks = each(r, o["networks"], func(key *yaml.Node, o map[string]*yaml.Node) Network { return r.network(key, o, below) })
	return c, r.Problems
}

// each reads the members of an object of objects.
func each[T any](r reader, n *yaml.Node, read func(key *yaml.Node, o map[string]*yaml.Node) T) (all []T) {
	for key, value := range r.Pairs(n) {
		all = append(all, read(key, r.Object(value)))
	}
	return all
}

var productRE = regexp.MustCompile(`(?i)ovirt|rhv|rhev|virtualization`)

// release is the name of an operating system that is the product: oVirt Node, Red Hat Virtualization Host, RHEV Hypervisor.
func (r reader) release(n *yaml.Node) text.At[string] {
	o := r.Object(n)
	for _, key := range []string{"pretty_name", "name"} {
		v := r.name(o[key])
		if !productRE.MatchString(v.Value) {
			continue
		}
		if version := r.name(o["version"]); key == "name" && version.Found() {
			v.Value += " " + version.Value
		}
		return v
	}
	return text.At[string]{}
}

func (r reader) bond(key *yaml.Node, o map[string]*yaml.Node) Bond {
	b := Bond{
		Line: key.Line, Name: key.Value, Slaves: r.Names(o["slaves"]), Active: r.Text(o["active_slave"]), PartnerMAC: r.mac(o["ad_partner_mac"]),
		MAC: r.mac(o["hwaddr"]), Switch: r.name(o["switch"]),
	}
	for option, value := range r.Pairs(o["opts"]) {
		if option.Value != "custom" {
			b.Options = append(b.Options, netconf.Option{Line: option.Line, Name: option.Value, Value: r.Text(value).Value})
		}
	}
	return b
}

func (r reader) bridge(key *yaml.Node, o map[string]*yaml.Node) Bridge {
	return Bridge{Line: key.Line, Name: key.Value, Ports: r.Names(o["ports"]), STP: r.name(o["stp"]), MTU: r.number(o["mtu"])}
}

func (r reader) vlan(key *yaml.Node, o map[string]*yaml.Node) VLAN {
	v := VLAN{Line: key.Line, Name: key.Value, Lower: r.name(o["iface"]), ID: r.number(o["vlanid"]), MTU: r.number(o["mtu"])}
	if dot := strings.LastIndexByte(v.Name, '.'); dot >= 0 && !v.ID.Found() {
		if id, err := strconv.Atoi(v.Name[dot+1:]); err == nil {
			v.ID = text.Of(id, v.Line)
		}
	}
	return v
}

func (r reader) nic(key *yaml.Node, o map[string]*yaml.Node) NIC {
	return NIC{
		Line: key.Line, Name: key.Value,
		MAC: r.mac(o["hwaddr"]), PermMAC: r.mac(o["permhwaddr"]), Speed: r.number(o["speed"]), MTU: r.number(o["mtu"]),
	}
}

// devices are the host's devices that a network may be on, by name.
type devices struct {
	bonds, nics map[string]bool
	vlans       map[string]VLAN
}

func (c Capabilities) devices() devices {
	d := devices{bonds: map[string]bool{}, nics: map[string]bool{}, vlans: map[string]VLAN{}}
	for _, b := range c.Bonds {
		d.bonds[b.Name] = true
	}
	for _, n := range c.NICs {
		d.nics[n.Name] = true
	}
	for _, v := range c.VLANs {
		d.vlans[v.Name] = v
	}
	return d
}

func (d devices) known(name string) bool {
	_, vlan := d.vlans[name]
	return vlan || d.bonds[name] || d.nics[name]
}

func (r reader) network(key *yaml.Node, o map[string]*yaml.Node, d devices) Network {
	n := Network{
		Line: key.Line, Name: key.Value, Bridged: r.Bool(o["bridged"]), MTU: r.number(o["mtu"]), Switch: r.name(o["switch"]),
		Bond: r.name(o["bond"]), VLAN: r.number(o["vlanid"]), Default: r.Bool(o["defaultRoute"]),
	}
	if !n.Default.Found() {
		n.Default = r.Bool(o["ipv4defaultroute"])
	}
	if n.Bridged.Value {
		n.Bridge = r.name(o["iface"])
	}
	if nics := r.Names(o["nics"]); !n.Bond.Found() && len(nics) == 1 { // of an Open vSwitch network
		n.NIC = nics[0]
	}
	n.put(r.southbound(o, n.Bridged.Value, d), d)
	return n
}

// southbound is the device below a network. Older releases do not tell it: it is the port of the bridge that is no virtual machine's.
func (r reader) southbound(o map[string]*yaml.Node, bridged bool, d devices) text.At[string] {
	if v := r.name(o["southbound"]); v.Found() {
		return v
	}
	if !bridged {
		return r.name(o["iface"])
	}
	for _, port := range r.Names(o["ports"]) {
		if d.known(port.Value) {
			return port
		}
	}
	return text.At[string]{}
}

// put sets what netconf would say of a network on this device.
func (n *Network) put(device text.At[string], d devices) {
	if vlan, ok := d.vlans[device.Value]; ok {
		if !n.VLAN.Found() {
			n.VLAN = vlan.ID
		}
		device = vlan.Lower
	}
	switch {
	case d.bonds[device.Value] && !n.Bond.Found():
		n.Bond = device
	case d.nics[device.Value] && !n.NIC.Found():
		n.NIC = device
	}
}
