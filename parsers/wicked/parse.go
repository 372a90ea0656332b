// Package wicked reads /etc/sysconfig/network/ifcfg-NAME of SUSE: ifcfg(5), ifcfg-bonding(5), ifcfg-bridge(5), ifcfg-vlan(5),
// ifcfg-macvlan(5), ifcfg-team(5) and ifcfg-ovs-bridge(5) of wicked, and what the sysconfig scripts of SLES 9 to 11 had before it.
package wicked

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/ifcfg"
	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads the file of the device with this name, with or without the "ifcfg-" of the file's. The result has one Device, or none where
// the file sets no variable.
//
// A file for a device that is known by its hardware, as in SLES 9 and 10 ("eth-id-00:11:22:33:44:55", "eth-bus-pci-0000:02:01.0"), makes a
// Device with Glob.
func Parse(name string, data []byte) (netconf.Config, text.Problems) {
	file, problems := ifcfg.Parse(data)
	if len(file.Vars) == 0 {
		return netconf.Config{}, problems
	}
	r := &reader{vars: file.Vars, problems: problems}
	r.d = netconf.Device{Line: r.firstLine(), Name: strings.TrimPrefix(name, "ifcfg-")}
	r.hardware()
	r.kind(file.Options)
	r.d.MTU = r.number("MTU")
	if v := r.value("LLADDR"); v.Found() {
		r.d.MAC = text.Of(strings.ToLower(v.Value), v.Line)
	}
	mode := strings.ToLower(r.value("STARTMODE").Value)
	r.d.Off = mode == "off" || mode == "manual"
	r.d.Address = r.address()
	return netconf.Config{Devices: []netconf.Device{r.d}}, r.problems
}

type reader struct {
	vars     map[string]text.At[string]
	d        netconf.Device
	problems text.Problems
}

func (r *reader) problem(v text.At[string], why string) {
	r.problems.Add(v.Line, v.Value, why)
}

// value is a variable that is set to something: wicked takes an empty one for none.
func (r *reader) value(name string) (v text.At[string]) {
	if v = r.vars[name]; strings.TrimSpace(v.Value) == "" {
		return text.At[string]{}
	}
	return text.Of(strings.TrimSpace(v.Value), v.Line)
}

func (r *reader) firstLine() (line int) {
	for _, v := range r.vars {
		if line == 0 || v.Line < line {
			line = v.Line
		}
	}
	return line
}

var hardwareRE = regexp.MustCompile(`^[a-z]+-(id-(.+)|bus-.+)$`)

// hardware recognizes the names of getcfg (SLES 9 and 10), which describe a device.
func (r *reader) hardware() {
	m := hardwareRE.FindStringSubmatch(r.d.Name)
	if m == nil {
		return
	}
	r.d.Glob = true
	if m[2] != "" {
		r.d.MAC = text.Of(strings.ToLower(m[2]), r.d.Line)
	}
}

// A kindReader reads the variables of a kind when the one that makes a device one of this kind is set.
type kindReader struct {
	variable string
	isSwitch bool // the variable is yes or no
	kind     netconf.Kind
	read     func(*reader, text.At[string])
}

// kinds are what client/suse/compat-suse.c of wicked tries one after the other; it refuses a file that is of two kinds.
var kinds = []kindReader{
	{"BONDING_MASTER", true, netconf.Bond, (*reader).bond},
	{"TEAM_RUNNER", false, netconf.Team, (*reader).team},
	{"OVS_BRIDGE", true, netconf.OVSBridge, (*reader).ovsBridge},
	{"BRIDGE", true, netconf.Bridge, (*reader).bridge},
	{"ETHERDEVICE", false, netconf.VLAN, (*reader).vlan},
	{"VXLAN", true, "vxlan", (*reader).vxlan},
	{"MACVLAN_DEVICE", false, netconf.MACVLAN, (*reader).lower},
	{"MACVTAP_DEVICE", false, netconf.MACVTAP, (*reader).lower},
	{"IPVLAN_DEVICE", false, netconf.IPVLAN, (*reader).lower},
	{"IPVTAP_DEVICE", false, "ipvtap", (*reader).lower},
	{"DUMMY", true, "dummy", (*reader).nothing},
	{"TUNNEL", false, "", (*reader).tunnel},
}

// kind finds out what the device is. options are those of the bonding variables.
func (r *reader) kind(options []ifcfg.Option) {
	decided := ""
	for _, k := range kinds {
		v := r.value(k.variable)
		if !v.Found() || k.isSwitch && !isTrue(v.Value) {
			continue
		}
		if decided != "" {
			r.problem(v, fmt.Sprintf("%s beside %s: wicked refuses a device of two kinds", k.variable, decided))
			continue
		}
		decided = k.variable
		r.d.Kind = k.kind
		k.read(r, v)
	}
	if r.d.Kind == netconf.Bond {
		r.options(options)
	} else if v := r.anyOf("BONDING_SLAVE", "BONDING_MODULE_OPTS"); v.Found() && decided == "" {
		r.problem(v, "variables of a bond without BONDING_MASTER=yes: wicked makes no bond of it")
	}
}

func (r *reader) anyOf(prefixes ...string) (v text.At[string]) {
	for _, prefix := range prefixes {
		if list := r.indexed(prefix); len(list) > 0 {
			return list[0]
		}
	}
	return v
}

// isTrue is ni_parse_boolean of wicked.
func isTrue(s string) bool {
	return slices.Contains([]string{"yes", "true", "on", "1"}, strings.ToLower(s))
}

// indexed are the variables whose names begin so, as "BONDING_SLAVE0" and "BONDING_SLAVE_0", in the order of the file. Empty ones are left
// out.
func (r *reader) indexed(prefix string) (list []text.At[string]) {
	for name := range r.vars {
		if strings.HasPrefix(name, prefix) {
			if v := r.value(name); v.Found() {
				list = append(list, v)
			}
		}
	}
	slices.SortFunc(list, func(a, b text.At[string]) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Value, b.Value))
	})
	return list
}

// ports reads one device of each variable.
func (r *reader) ports(prefix string) {
	seen := map[string]bool{}
	for _, v := range r.indexed(prefix) {
		if seen[v.Value] {
			r.problem(v, "twice a port")
			continue
		}
		seen[v.Value] = true
		r.d.Ports = append(r.d.Ports, v)
	}
}

func (r *reader) bond(text.At[string]) {
	r.ports("BONDING_SLAVE")
}

// options keeps those of BONDING_MODULE_OPTS, which ifcfg splits like BONDING_OPTS. Only the former is read by wicked.
func (r *reader) options(options []ifcfg.Option) {
	if v := r.value("BONDING_OPTS"); v.Found() {
		r.problem(v, "BONDING_OPTS: SUSE reads BONDING_MODULE_OPTS")
		if r.value("BONDING_MODULE_OPTS").Found() {
			// What ifcfg read of BONDING_OPTS stands on other lines than the variable that counts.
			options = slices.DeleteFunc(slices.Clone(options), func(o ifcfg.Option) bool { return o.Line == v.Line })
		} else {
			options = nil
		}
	}
	for _, o := range options {
		r.d.Options = append(r.d.Options, netconf.Option(o))
	}
}

func (r *reader) team(text.At[string]) {
	r.ports("TEAM_PORT_DEVICE")
}

// ovsBridge reads also a "fake bridge", which is one VLAN of another bridge.
func (r *reader) ovsBridge(text.At[string]) {
	r.ports("OVS_BRIDGE_PORT_DEVICE")
	r.d.Lower = r.value("OVS_BRIDGE_VLAN_PARENT")
	r.d.VLANID = r.vlanID("OVS_BRIDGE_VLAN_TAG")
}

func (r *reader) bridge(text.At[string]) {
	v := r.value("BRIDGE_PORTS")
	for _, port := range strings.Fields(v.Value) {
		r.d.Ports = append(r.d.Ports, text.Of(port, v.Line))
	}
}

// vlan takes the id from VLAN_ID, else from the number at the end of the device's name.
func (r *reader) vlan(device text.At[string]) {
	r.d.Lower = device
	if r.value("VLAN_ID").Found() {
		r.d.VLANID = r.vlanID("VLAN_ID")
		return
	}
	id, err := strconv.Atoi(r.d.Name[len(strings.TrimRight(r.d.Name, "0123456789")):])
	if err != nil || id > maxVLAN {
		r.problem(device, "a VLAN without an id: there is no VLAN_ID, and the name does not end in one")
		return
	}
	r.d.VLANID = text.Of(id, device.Line)
}

func (r *reader) vxlan(text.At[string]) { r.d.Lower = r.value("VXLAN_DEVICE") }

func (r *reader) lower(device text.At[string]) { r.d.Lower = device }

func (r *reader) nothing(text.At[string]) {}

// tunnel reads TUNNEL=tap, TUNNEL=gre, ...: the kind is the value.
func (r *reader) tunnel(v text.At[string]) {
	r.d.Kind = netconf.Kind(strings.ToLower(v.Value))
	r.d.Lower = r.value("TUNNEL_DEVICE")
}

func (r *reader) number(name string) (n text.At[int]) {
	v := r.value(name)
	if !v.Found() {
		return n
	}
	i, err := strconv.Atoi(v.Value)
	if err != nil || i < 0 {
		r.problem(v, name+" is no number")
		return n
	}
	return text.Of(i, v.Line)
}

// maxVLAN is the greatest number that the 12 bits of an 802.1Q tag hold.
const maxVLAN = 4095

func (r *reader) vlanID(name string) text.At[int] {
	n := r.number(name)
	if n.Value > maxVLAN {
		r.problem(r.value(name), name+" is no VLAN id")
		return text.At[int]{}
	}
	return n
}

// address reports whether the file gives the device an address: BOOTPROTO names a protocol, or an IPADDR variable of any suffix holds one.
// BOOTPROTO=none, for the slaves of bonds, leaves out the whole IP configuration.
func (r *reader) address() bool {
	switch proto := strings.ToLower(r.value("BOOTPROTO").Value); proto {
	case "none":
		return false
	case "", "static":
		return slices.ContainsFunc(r.indexed("IPADDR"), func(v text.At[string]) bool {
			address, _, _ := strings.Cut(v.Value, "/")
			return address != "0.0.0.0" // how SLES 10 wrote "no address"
		})
	}
	return true
}
