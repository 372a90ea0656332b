// Package ifupdown reads interfaces(5), the files /etc/network/interfaces and /etc/network/interfaces.d/*: of Debian's ifupdown with the options
// of ifenslave, bridge-utils, vlan and openvswitch-switch, of ifupdown2 (Cumulus, Proxmox VE) and of ifupdown-ng.
package ifupdown

import (
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads one file. Each iface stanza makes one Device, or one for each name of a range; an alias (eth0:1) speaks of its device. Options
// of a bond that stand with a port (bond-primary beside bond-master), and commands that make other devices ports, make further Devices.
// Included files are not followed: Sources lists them.
func Parse(data []byte) (netconf.Config, text.Problems) {
	s := split(data)
	p := &parser{problems: s.problems, left: maxExpanded}
	in := newInheritor(s.stanzas)
	for i := range s.stanzas {
		st := &s.stanzas[i]
		if st.keyword != "iface" {
			continue
		}
		options, complete := in.options(st)
		if !complete {
			p.problems.Add(st.line, st.name, "inherits too much, or from itself")
		}
		p.stanza(st, options)
	}
	return p.config, p.problems
}

type parser struct {
	config   netconf.Config
	problems text.Problems
	left     int // names that ranges may still stand for
}

func (p *parser) problem(o option, why string) {
	p.problems.Add(o.line, o.text, why)
}

func (p *parser) stanza(s *stanza, options []option) {
	name, _, _ := strings.Cut(s.name, ":")
	names, isRange := []string{name}, false
	if strings.Contains(name, "[") {
		if list, ok := p.expand(name); ok {
			names, isRange = list, true
		}
	}
	b := &builder{p: p, name: name, places: map[string]int{}, targets: map[int][]string{}, d: netconf.Device{Line: s.line, Glob: !isRange && strings.ContainsAny(name, "*?[$")}}
	for _, o := range options {
		b.read(o)
	}
	b.finish(s)
	for _, name := range names {
		p.config.Devices = append(p.config.Devices, b.device(name))
	}
	p.config.Devices = append(p.config.Devices, b.more...)
}

// builder makes a Device of a stanza.
type builder struct {
	p         *parser
	name      string
	d         netconf.Device
	options   []netconf.Option
	places    map[string]int   // of the options in options, by name
	targets   map[int][]string // addresses that are the value of the option in that place
	primaries []string         // what bond-primary names
	rawID     text.At[int]     // vlan-id
	more      []netconf.Device // others that the stanza speaks of
	address   bool             // has an address that counts
	port      bool             // is a port of a bond by bond-master
}

// mark says of what kind the device is, as far as it is not said yet.
func (b *builder) mark(k netconf.Kind) {
	if b.d.Kind == "" {
		b.d.Kind = k
	}
}

func (b *builder) read(o option) {
	switch o.name {
	case "bond-slaves", "slaves", "bond-ports", "bond-members":
		b.d.Ports = append(b.d.Ports, b.p.portList(o)...)
		b.mark(netconf.Bond)
	case "bridge-ports":
		b.d.Ports = append(b.d.Ports, b.p.portList(o)...)
		b.mark(netconf.Bridge)
	case "bridge-stp", "bridge-fd", "bridge-vlan-aware":
		b.mark(netconf.Bridge)
	case "bond-master":
		b.word(o, &b.d.Master)
		b.port = b.d.Master.Found()
	case "vlan-raw-device":
		b.word(o, &b.d.Lower)
	case "vlan-id":
		b.number(o, &b.rawID)
	case "mtu", "ovs-mtu":
		b.number(o, &b.d.MTU)
	case "hwaddress", "hw-mac-address", "bridge-hw":
		b.hardwareAddress(o)
	case "address":
		b.address = b.address || counts(o.value)
	case "pre-up", "up", "post-up":
		b.command(o)
	default:
		if strings.HasPrefix(o.name, "ovs-") {
			b.ovs(o)
		} else if strings.HasPrefix(o.name, "bond-") {
			b.bondOption(o)
		}
	}
}

// word sets a value that is one word.
func (b *builder) word(o option, v *text.At[string]) {
	words := strings.Fields(o.value)
	if len(words) != 1 {
		b.p.problem(o, "not one name")
	}
	if len(words) > 0 && words[0] != "none" {
		*v = text.Of(words[0], o.line)
	}
}

func (b *builder) number(o option, v *text.At[int]) {
	n, err := strconv.Atoi(o.value)
	if err != nil || n < 0 {
		b.p.problem(o, "not a number")
		return
	}
	*v = text.Of(n, o.line)
}

// hardwareAddress reads "hwaddress [ether] ADDRESS". bridge_hw may name a port, and hwaddress be "random": then none is set.
func (b *builder) hardwareAddress(o option) {
	words := strings.Fields(o.value)
	if len(words) == 0 {
		return
	}
	if hw, err := net.ParseMAC(words[len(words)-1]); err == nil {
		b.d.MAC = text.Of(hw.String(), o.line)
	}
}

// counts reports whether an address makes the host reachable: 0.0.0.0 only brings the device up, and link-local ones are on all devices.
func counts(s string) bool {
	s, _, _ = strings.Cut(s, "/")
	ip, err := netip.ParseAddr(s)
	if err != nil { // one that cannot be read may be obfuscated
		return s != ""
	}
	return !ip.IsUnspecified() && (!ip.Is6() || !ip.IsLinkLocalUnicast())
}

// ovs reads the options of openvswitch-switch's scripts (README.Debian). A port of type OVSPort is of the kind that its other options tell.
func (b *builder) ovs(o option) {
	switch o.name {
	case "ovs-type":
		switch o.value {
		case "OVSBridge":
			b.d.Kind = netconf.OVSBridge
		case "OVSBond":
			b.d.Kind = netconf.OVSBond
		case "OVSPort":
		default:
			b.d.Kind = netconf.Kind(o.value)
		}
	case "ovs-bridge":
		b.word(o, &b.d.Master)
	case "ovs-bonds", "ovs-ports":
		b.d.Ports = append(b.d.Ports, b.p.portList(o)...)
	case "ovs-options":
		b.ovsOptions(o)
	}
}

// addressing are the methods by which a device gets an address without one in the file.
var addressing = []string{"dhcp", "bootp", "auto", "ppp", "wvdial"}

func (b *builder) finish(s *stanza) {
	b.d.Address = b.address || len(s.words) > 1 && slices.Contains(addressing, s.words[1])
	for i, list := range b.targets {
		b.options[i].Value = strings.Join(list, ",")
	}
	b.choosePrimary()
	switch {
	case b.port && (b.d.Kind == "" || b.d.Kind == netconf.Bond):
		b.finishPort()
	case len(b.options) == 0:
	case b.d.Kind == "" || b.d.Kind == netconf.Bond:
		b.d.Kind, b.d.Options = netconf.Bond, b.options
	case b.d.Kind == netconf.OVSBond:
		b.d.Options = b.options
	}
}

// finishPort handles the stanza of a port of a bond. ifenslave does not look at bond-slaves in it, and takes its options for the bond's.
func (b *builder) finishPort() {
	if len(b.d.Ports) > 0 {
		b.p.problems.Add(b.d.Line, b.name, "both bond-master and bond-slaves: the slaves are left out")
	}
	b.d.Kind, b.d.Ports = "", nil
	if len(b.options) > 0 {
		b.more = append(b.more, netconf.Device{
			Line: b.options[0].Line, Name: b.d.Master.Value, Kind: netconf.Bond, Options: b.options,
		})
	}
}

// device is the Device for one of the names of a stanza.
func (b *builder) device(name string) netconf.Device {
	d := b.d
	d.Name = name
	if d.Kind != "" {
		return d
	}
	base, id, _ := cutVLAN(name)
	switch {
	case d.Lower.Found():
		d.Kind = netconf.VLAN
		if id == 0 {
			id, _ = vlanNumber(strings.TrimPrefix(name, "vlan"))
		}
	case id > 0:
		d.Kind, d.Lower = netconf.VLAN, text.Of(base, d.Line)
	}
	if d.Kind == netconf.VLAN && id > 0 {
		d.VLANID = text.Of(id, d.Line)
	}
	if d.Kind == netconf.VLAN && b.rawID.Found() {
		d.VLANID = b.rawID
	}
	return d
}

// cutVLAN takes a name such as eth0.100 apart.
func cutVLAN(name string) (base string, id int, ok bool) {
	i := strings.LastIndexByte(name, '.')
	if i <= 0 {
		return name, 0, false
	}
	id, ok = vlanNumber(name[i+1:])
	return name[:i], id, ok
}

// vlanNumber reads the number in the name of a VLAN, which may have leading zeros.
func vlanNumber(s string) (id int, ok bool) {
	id, err := strconv.Atoi(s)
	if err != nil || id < 1 || id > 4094 || s[0] == '+' {
		return 0, false
	}
	return id, true
}
