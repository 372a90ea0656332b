// Package dracut reads what a kernel command line says of networking: the parameters of dracut.cmdline(7), which dracut's network module,
// NetworkManager's initrd generator and systemd-network-generator read, and the parameters of the bonding module.
package dracut

import (
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads bond=, bridge=, team=, vlan=, ip= and ifname= of a command line such as /proc/cmdline, each as a Device of its own. Defaults
// of missing parts are those of dracut (parse-bond.sh, parse-bridge.sh, parse-team.sh in its modules.d). Other parameters are not looked
// at.
func Parse(data []byte) (netconf.Config, text.Problems) {
	p := &parser{}
	for n, param := range parameters(data) {
		p.line, p.param = n, param
		name, value, _ := strings.Cut(param, "=")
		if read, known := readers[name]; known {
			read(p, value)
		}
	}
	return p.config, p.problems
}

// ModuleOptions are the parameters that the command line gives to the bonding module, "bonding.mode=4": they hold for the bonds that the
// module makes when it is loaded, and are the defaults of all others (kernel, Documentation/networking/bonding.rst).
func ModuleOptions(data []byte) (options []netconf.Option) {
	for n, param := range parameters(data) {
		name, value, _ := strings.Cut(param, "=")
		if option, ok := strings.CutPrefix(name, "bonding."); ok && option != "" {
			// The kernel takes dashes and underscores for the same in the names of parameters.
			options = append(options, netconf.Option{Line: n, Name: strings.ReplaceAll(option, "-", "_"), Value: value})
		}
	}
	return options
}

// parameters yields the parameters with their lines. Blanks in double quotes belong to a parameter, and the quotes are dropped, as in the
// kernel's next_arg (lib/cmdline.c). A kernel has one line; several are read as if they were one.
func parameters(data []byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for n, line := range text.Lines(data) {
			quoted := false
			for param := range strings.FieldsFuncSeq(line, func(r rune) bool {
				if r == '"' {
					quoted = !quoted
				}
				return !quoted && (r == ' ' || r == '\t' || r == '\n')
			}) {
				if !yield(n, strings.ReplaceAll(param, `"`, "")) {
					return
				}
			}
		}
	}
}

type parser struct {
	config   netconf.Config
	line     int
	param    string // that is being read
	problems text.Problems
}

// readers read the value of the parameter that they are named by.
var readers = map[string]func(*parser, string){
	"bond":   (*parser).bond,
	"bridge": (*parser).bridge,
	"team":   (*parser).team,
	"vlan":   (*parser).vlan,
	"ip":     (*parser).ip,
	"ifname": (*parser).ifname,
}

func (p *parser) problem(why string) {
	p.problems.Add(p.line, p.param, why)
}

func (p *parser) add(d netconf.Device) {
	d.Line = p.line
	p.config.Devices = append(p.config.Devices, d)
}

// bond reads NAME[:SLAVES[:OPTIONS[:MTU]]]; without a name it is bond0:eth0,eth1:mode=balance-rr.
func (p *parser) bond(value string) {
	fields := strings.Split(value, ":")
	d := netconf.Device{Name: fields[0], Kind: netconf.Bond}
	switch {
	case d.Name == "":
		d.Name = "bond0"
		d.Ports = p.names("eth0,eth1")
		d.Options = []netconf.Option{{Line: p.line, Name: "mode", Value: "balance-rr"}}
	case len(fields) == 1:
		d.Ports = p.names("eth0,eth1")
	default:
		d.Ports = p.names(fields[1])
	}
	if len(d.Ports) == 0 {
		p.problem("a bond without slaves")
	}
	if len(fields) > 2 {
		d.Options = append(d.Options, p.options(fields[2])...)
	}
	if len(fields) > 3 {
		d.MTU = p.number(fields[3], "the MTU")
	}
	if len(fields) > 4 {
		p.problem("more than four parts: dracut refuses it")
	}
	p.add(d)
}

// options reads the options of a bond. They are separated by commas, and the elements of a list by semicolons.
func (p *parser) options(s string) (options []netconf.Option) {
	for _, part := range list(s) {
		name, value, found := strings.Cut(part, "=")
		if !found || name == "" {
			p.problem("an option without a value: " + strconv.Quote(part))
			continue
		}
		options = append(options, netconf.Option{Line: p.line, Name: name, Value: strings.ReplaceAll(value, ";", ",")})
	}
	return options
}

// bridge reads NAME:PORTS; without a name it is br0:eth0.
func (p *parser) bridge(value string) {
	name, ports, found := strings.Cut(value, ":")
	if value == "" {
		name, ports, found = "br0", "eth0", true
	}
	d := netconf.Device{Name: name, Kind: netconf.Bridge, Ports: p.names(ports)}
	if !found || name == "" || strings.Contains(ports, ":") {
		p.problem("not NAME:PORTS: dracut refuses it")
		return
	}
	if len(d.Ports) == 0 {
		p.problem("a bridge without ports")
	}
	p.add(d)
}

// team reads NAME[:PORTS[:RUNNER]]. Without a name dracut ignores the parameter.
func (p *parser) team(value string) {
	fields := strings.Split(value, ":")
	d := netconf.Device{Name: fields[0], Kind: netconf.Team}
	if d.Name == "" || len(fields) > 3 {
		p.problem("not NAME:PORTS:RUNNER")
		return
	}
	if len(fields) == 1 {
		d.Ports = p.names("eth0,eth1")
	} else {
		d.Ports = p.names(fields[1])
	}
	p.add(d)
}

// vlan reads NAME:LOWER. The id of the VLAN is the number that the name ends in: vlan5, vlan0005, eth0.5, eth0.0005.
func (p *parser) vlan(value string) {
	name, lower, _ := strings.Cut(value, ":")
	if name == "" || lower == "" || strings.Contains(lower, ":") {
		p.problem("not NAME:DEVICE: dracut refuses it")
		return
	}
	d := netconf.Device{Name: name, Kind: netconf.VLAN, Lower: text.Of(lower, p.line)}
	id, err := strconv.Atoi(name[len(strings.TrimRight(name, "0123456789")):])
	if err == nil && id <= maxVLAN {
		d.VLANID = text.Of(id, p.line)
	} else {
		p.problem("the name of the VLAN does not end in its id")
	}
	p.add(d)
}

// maxVLAN is the greatest number that the 12 bits of an 802.1Q tag hold.
const maxVLAN = 4095

// ip reads DEVICE:AUTOCONF[:MTU[:MAC]] and ADDRESS:PEER:GATEWAY:NETMASK:HOSTNAME:DEVICE:AUTOCONF[:MTU[:MAC]] or [:DNS[:DNS]], as ip_to_var
// of dracut's net-lib.sh. What holds for no device in particular ("ip=dhcp") makes no Device.
func (p *parser) ip(value string) {
	fields := splitAddresses(value)
	at := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	var d netconf.Device
	if short := len(fields) <= 4 || autoconfigures(at(1)); short {
		d.Name, d.Address = at(0), autoconfigures(at(1))
		p.mtuAndMAC(&d, at(2), at(3), fields[min(3, len(fields)):])
	} else {
		d.Name = at(5)
		d.Address = at(0) != "" || autoconfigures(at(6))
		p.mtuAndMAC(&d, at(7), at(8), fields[min(8, len(fields)):])
	}
	switch {
	case d.Name == "" || len(fields) == 1:
		return
	case dashedMAC.MatchString(d.Name): // NetworkManager matches the device by its address
		d.Glob, d.MAC = true, text.Of(strings.ToLower(strings.ReplaceAll(d.Name, "-", ":")), p.line)
	}
	p.add(d)
}

var (
	dashedMAC = regexp.MustCompile(`^[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){5}$`)
	colonMAC  = regexp.MustCompile(`^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$`)
	digits    = regexp.MustCompile(`^[0-9]+$`)
)

// mtuAndMAC reads the fields after the method. An address of a name server can stand in the place of the MTU. The MAC has colons, which the
// other fields are separated by.
func (p *parser) mtuAndMAC(d *netconf.Device, mtu, mac string, rest []string) {
	if digits.MatchString(mtu) {
		d.MTU = p.number(mtu, "the MTU")
	}
	if len(rest) >= 6 {
		mac = strings.Join(rest[:6], ":")
	}
	if mac = strings.ReplaceAll(mac, "-", ":"); colonMAC.MatchString(mac) {
		d.MAC = text.Of(strings.ToLower(mac), p.line)
	}
}

// autoconfigures reports whether a method of ip= gives an address. "none", "off" and "static" do not, and "" is left to the address.
func autoconfigures(method string) bool {
	methods := []string{"dhcp", "on", "any", "dhcp4", "dhcp6", "auto", "auto6", "either6", "link-local", "link6", "link4",
		"single-dhcp", "both", "ibft", "shared"}
	return slices.Contains(methods, method)
}

// splitAddresses splits at colons that are not in an IPv6 address in brackets. dracut knows one by the colons in it.
func splitAddresses(s string) (fields []string) {
	for {
		if end := strings.IndexByte(s, ']'); strings.HasPrefix(s, "[") && end > 0 {
			if address, err := netip.ParseAddr(strings.SplitN(s[1:end], "/", 2)[0]); err == nil && address.Is6() {
				fields = append(fields, s[1:end])
				rest, more := strings.CutPrefix(s[end+1:], ":")
				if !more {
					return fields
				}
				s = rest
				continue
			}
		}
		field, rest, more := strings.Cut(s, ":")
		fields = append(fields, field)
		if !more {
			return fields
		}
		s = rest
	}
}

// ifname reads NAME:MAC, by which udev names a device.
func (p *parser) ifname(value string) {
	name, mac, _ := strings.Cut(value, ":")
	if name == "" || !colonMAC.MatchString(mac) {
		p.problem("not NAME:MAC")
		return
	}
	p.add(netconf.Device{Name: name, MAC: text.Of(strings.ToLower(mac), p.line)})
}

func (p *parser) names(s string) (names []text.At[string]) {
	for _, name := range list(s) {
		names = append(names, text.Of(name, p.line))
	}
	return names
}

// number reads a number that may be missing.
func (p *parser) number(s, what string) (v text.At[int]) {
	if s == "" {
		return v
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		p.problem(what + " is no number")
		return v
	}
	return text.Of(n, p.line)
}

// list splits at commas and leaves out what is empty.
func list(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(s string) bool { return s == "" })
}
