// Package networkd reads the files of systemd-networkd and systemd-udevd that describe network devices: .netdev (systemd.netdev(5)), .network
// (systemd.network(5)) and .link (systemd.link(5)). The sections of a file tell which of them it is.
package networkd

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/netconf"
	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads one file.
//
// A .netdev makes one Device. A .network or .link makes one Device for each name that it matches, or, when it matches hardware addresses and
// no name, one without a name for each address. A Device without name and address, with Glob set, stands for devices that are matched by
// something else (driver, path, type). PrimarySlave= and ActiveSlave= of a port become options of a further Device for the bond.
func Parse(data []byte) (netconf.Config, text.Problems) {
	u := read(data)
	var c netconf.Config
	switch {
	case u.has("NetDev"):
		c.Devices = u.netdev()
	case len(u.sections) > 0:
		c.Devices = u.network()
	}
	return c, once(u.problems)
}

// once removes repeated problems: several questions may be asked of one line.
func once(problems text.Problems) (different text.Problems) {
	seen := map[text.Problem]bool{}
	for _, p := range problems {
		if !seen[p] {
			seen[p] = true
			different = append(different, p)
		}
	}
	return different
}

// first is the line of the file's first section of that name, or of its first section.
func (u *unit) first(name string) int {
	for _, s := range u.sections {
		if s.name == name {
			return s.line
		}
	}
	return u.sections[0].line
}

func (u *unit) netdev() []netconf.Device {
	d := netconf.Device{
		Line: u.first("NetDev"), Name: u.last("NetDev", "Name").Value, Kind: netconf.Kind(u.last("NetDev", "Kind").Value),
		MTU: u.size(u.last("NetDev", "MTUBytes")), MAC: u.setAddress(u.last("NetDev", "MACAddress")),
	}
	if d.Name == "" || d.Kind == "" {
		u.problem(d.Line, "[NetDev]", "no Name= or no Kind=: networkd ignores the file")
	}
	if d.Name == "" {
		return nil
	}
	if d.Kind == netconf.VLAN {
		d.VLANID = u.vlanID(u.last("VLAN", "Id"))
	}
	if d.Kind == netconf.Bond {
		d.Options = u.bondOptions()
	}
	return []netconf.Device{d}
}

func (u *unit) vlanID(v text.At[string]) (id text.At[int]) {
	if !v.Found() {
		return id
	}
	n, err := strconv.Atoi(v.Value)
	if err != nil || n < 0 || n > 4094 {
		u.problem(v.Line, "Id="+v.Value, "not a VLAN ID")
		return id
	}
	return text.Of(n, v.Line)
}

var sizes = map[byte]int{'K': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}

// size reads MTUBytes=, which may have a suffix of base 1024.
func (u *unit) size(v text.At[string]) (size text.At[int]) {
	if !v.Found() {
		return size
	}
	digits, factor := v.Value, 1
	if f, ok := sizes[digits[len(digits)-1]]; ok {
		digits, factor = digits[:len(digits)-1], f
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > 1<<31 {
		u.problem(v.Line, "MTUBytes="+v.Value, "not a number of bytes")
		return size
	}
	return text.Of(n*factor, v.Line)
}

// setAddress reads MACAddress= of a device; "none" leaves the choice to the kernel.
func (u *unit) setAddress(v text.At[string]) (mac text.At[string]) {
	if !v.Found() || v.Value == "none" {
		return mac
	}
	hw, why := address(v.Value)
	if why != "" {
		u.problem(v.Line, v.Value, why)
		return mac
	}
	return text.Of(hw, v.Line)
}

// network reads a .network or .link: what it says of a device, for each device that it matches.
func (u *unit) network() (devices []netconf.Device) {
	common := netconf.Device{
		Kind: u.matchedKind(), MTU: u.size(u.last("Link", "MTUBytes")), MAC: u.setAddress(u.last("Link", "MACAddress")),
		Master: u.master(), Address: u.addressed(),
	}
	for _, key := range []string{"VLAN", "MACVLAN", "MACVTAP", "IPVLAN", "IPVTAP"} {
		common.Uppers = append(common.Uppers, u.list("Network", key)...)
	}
	says := common.MTU.Found() || common.MAC.Found() || common.Master.Found() || common.Address || len(common.Uppers) > 0
	for _, m := range u.matches() {
		if !says && (m.name == "" || m.name == "*") && m.mac == "" {
			continue // a default for all devices, such as 99-default.link, that tells nothing of any
		}
		d := common
		d.Line, d.Name, d.Glob = m.line, m.name, m.glob
		if m.mac != "" {
			d.MAC = text.Of(m.mac, m.macLine)
		}
		devices = append(devices, d)
	}
	return append(devices, u.chosen(common.Master, devices)...)
}

// master is the bond or bridge that a port is put in; networkd refuses a file that names both.
func (u *unit) master() text.At[string] {
	bond, bridge := u.last("Network", "Bond"), u.last("Network", "Bridge")
	if bond.Found() && bridge.Found() {
		u.problem(bridge.Line, "Bridge="+bridge.Value, "a port of a bond cannot be a port of a bridge, too")
	}
	if bond.Found() {
		return bond
	}
	return bridge
}

// chosen makes the Device that says which port the bond prefers.
func (u *unit) chosen(master text.At[string], ports []netconf.Device) (devices []netconf.Device) {
	if !u.last("Network", "Bond").Found() {
		return nil
	}
	for _, c := range []struct{ key, option string }{{"PrimarySlave", "primary"}, {"ActiveSlave", "active_slave"}} {
		v := u.last("Network", c.key)
		if on, ok := truth(v.Value); !on {
			if v.Found() && !ok {
				u.problem(v.Line, c.key+"="+v.Value, "not a truth value")
			}
			continue
		}
		if len(ports) != 1 || ports[0].Glob || ports[0].Name == "" {
			u.problem(v.Line, c.key+"="+v.Value, "which port is meant is not told by a name")
			continue
		}
		devices = append(devices, netconf.Device{
			Line: v.Line, Name: master.Value, Kind: netconf.Bond,
			Options: []netconf.Option{{Line: v.Line, Name: c.option, Value: ports[0].Name}},
		})
	}
	return devices
}

// addressed reports whether the host gets an address. Router advertisements count when they are asked for: what networkd does by default
// depends on its version.
func (u *unit) addressed() bool {
	switch strings.ToLower(u.last("Network", "DHCP").Value) {
	case "", "no", "none", "false", "0", "off", "n", "f":
	default:
		return true
	}
	if on, _ := truth(u.last("Network", "IPv6AcceptRA").Value); on {
		return true
	}
	for _, section := range []string{"Network", "Address"} {
		for _, a := range u.list(section, "Address") {
			ip, err := netip.ParseAddr(strings.SplitN(a.Value, "/", 2)[0])
			if err != nil || !ip.Is6() || !ip.IsLinkLocalUnicast() { // one that cannot be read may be obfuscated
				return true
			}
		}
	}
	return false
}
