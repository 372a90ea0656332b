package iproute

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseBridgeLinks reads `bridge link show` with any of the options -s and -d (print_linkinfo in bridge/link.c). The line that
// a bridge has about itself, with itself as the master, is no port and is left out.
func ParseBridgeLinks(data []byte) ([]BridgePort, text.Problems) {
	var ports []BridgePort
	var p text.Problems
	skipping := true // lines of details, because no port stands before them
	for n, line := range text.Lines(data) {
		trimmed := strings.TrimSpace(line)
		index, rest, isHeader := cutIndex(trimmed)
		switch {
		case trimmed == "":
		case isHeader:
			port, ok := bridgePort(n, index, rest)
			skipping = !ok || port.Name == port.Master
			if !ok {
				p.Add(n, line, "not a bridge port")
			} else if !skipping {
				ports = append(ports, port)
			}
		case indentOf(line) == 0:
			p.Add(n, line, "not a bridge port")
		case !skipping:
			c := cursor(words(line))
			ports[len(ports)-1].details(&c, n)
		}
	}
	return ports, p
}

// bridgePort reads a port without its index: "vnet0@eth1: <UP> mtu 1500 master br0 state forwarding priority 32 cost 2", or with
// the link state before the flags, as versions before 4.18 have it: "vnet0 state UP @eth1: <UP> mtu ...".
func bridgePort(line, index int, s string) (BridgePort, bool) {
	head, rest, found := strings.Cut(s, "<")
	_, rest, closed := strings.Cut(rest, ">")
	fields := strings.Fields(head)
	if !found || !closed || len(fields) == 0 {
		return BridgePort{}, false
	}
	name, _, _ := splitName(strings.TrimSuffix(fields[0], ":"))
	port := BridgePort{Line: line, Index: index, Name: name, Attrs: map[string]text.At[string]{}}
	c := cursor(words(rest))
	port.details(&c, line)
	delete(port.Attrs, "mtu")
	if master, ok := port.Attrs["master"]; ok {
		port.Master = master.Value
		delete(port.Attrs, "master")
	}
	return port, true
}

// details reads "state forwarding priority 32 cost 2 hairpin off ...". VLANs, which some versions list here, are left out.
func (b *BridgePort) details(c *cursor, line int) {
	if _, _, isVLAN := vlanRange(c.peek()); isVLAN {
		return
	}
	grammars["bridge_slave"].read(c, line, b.Attrs)
	if state, ok := b.Attrs["state"]; ok {
		b.State = state
		delete(b.Attrs, "state")
	}
}

// ParseVLANs reads `bridge vlan show`: the columns "port" and "vlan ids" (before 5.0) or "vlan-id", a VLAN or range on each line, the port on
// its first line only. Lines of options and statistics, which -d and -s add, are left out. It reads `bridge -j vlan show` too.
func ParseVLANs(data []byte) ([]PortVLAN, text.Problems) {
	if isJSON(data) {
		return parseVLANsJSON(data)
	}
	var vlans []PortVLAN
	var p text.Problems
	port, margin := "", 0
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
			continue
		case len(fields) > 1 && fields[0] == "port" && strings.HasPrefix(fields[1], "vlan"):
			margin = indentOf(line)
			continue
		case indentOf(line) <= margin:
			if !startsPort(fields) {
				p.Add(n, line, "not a port and its VLANs")
				port = ""
				continue
			}
			port, fields = fields[0], fields[1:]
		}
		if len(fields) == 0 {
			continue
		}
		first, last, ok := vlanRange(fields[0])
		switch {
		case ok && port == "":
			p.Add(n, line, "a VLAN without a port")
		case ok:
			vlan := PortVLAN{Line: n, Port: port, First: first, Last: last}
			vlan.flags(fields[1:])
			vlans = append(vlans, vlan)
		}
	}
	return vlans, p
}

// startsPort reports whether the fields are a port's name and its first VLAN, or "None".
func startsPort(fields []string) bool {
	if !printable(fields[0]) {
		return false
	}
	if len(fields) == 1 {
		return !strings.HasSuffix(fields[0], ":")
	}
	_, _, ok := vlanRange(fields[1])
	return ok || fields[1] == "None"
}

func (v *PortVLAN) flags(fields []string) {
	for _, field := range fields {
		switch field {
		case "PVID":
			v.PVID = true
		case "Untagged":
			v.Untagged = true
		}
	}
}

// vlanRange reads "100" or "100-199".
func vlanRange(s string) (first, last int, ok bool) {
	a, b, isRange := strings.Cut(s, "-")
	if !isRange {
		b = a
	}
	first, errFirst := strconv.Atoi(a)
	last, errLast := strconv.Atoi(b)
	return first, last, errFirst == nil && errLast == nil && first >= 0 && first <= last && last < 4096
}
