package brctl

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseShow reads `brctl show`: "br0  8000.525400aabbcc  no  bond0", then a line for each further port. Tabs and blanks are alike.
func ParseShow(data []byte) ([]Bridge, text.Problems) {
	var bridges []Bridge
	var p text.Problems
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0, strings.HasPrefix(strings.TrimSpace(line), "bridge name"):
		case len(fields) == 1 && len(bridges) > 0:
			last := &bridges[len(bridges)-1]
			last.Ports = append(last.Ports, text.Of(fields[0], n))
		case isBridge(fields):
			bridge := Bridge{Line: n, Name: fields[0], ID: fields[1], STP: fields[2] == "yes"}
			if len(fields) == 4 {
				bridge.Ports = []text.At[string]{text.Of(fields[3], n)}
			}
			if len(fields) > 4 { // can't get port info: ...
				p.Add(n, line, "the ports could not be listed")
			}
			bridges = append(bridges, bridge)
		default: // "can't get info Operation not supported" for a bridge of Open vSwitch
			p.Add(n, line, "not a bridge or its port")
		}
	}
	return bridges, p
}

// bridgeID is a priority and a MAC, "8000.525400aabbcc".
var bridgeID = regexp.MustCompile(`^[0-9a-f]{4}\.[0-9a-f]{12}$`)

func isBridge(fields []string) bool {
	return len(fields) >= 3 && bridgeID.MatchString(fields[1]) && (fields[2] == "yes" || fields[2] == "no")
}

// ParseMACs reads `brctl showmacs BRIDGE`. Rows of local addresses repeat where the kernel keeps one entry for each VLAN.
func ParseMACs(data []byte) ([]MAC, text.Problems) {
	var macs []MAC
	var p text.Problems
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		if len(fields) == 0 || len(fields) > 1 && fields[0] == "port" && fields[1] == "no" {
			continue
		}
		mac, ok := macRow(fields)
		if !ok {
			p.Add(n, line, "not a row of a forwarding table")
			continue
		}
		mac.Line = n
		macs = append(macs, mac)
	}
	return macs, p
}

// macRow reads "1  02:00:00:00:02:01  no  1.61".
func macRow(fields []string) (MAC, bool) {
	if len(fields) != 4 || fields[2] != "yes" && fields[2] != "no" {
		return MAC{}, false
	}
	port, errPort := strconv.Atoi(fields[0])
	ageing, errAgeing := strconv.ParseFloat(fields[3], 64)
	if errPort != nil || errAgeing != nil {
		return MAC{}, false
	}
	return MAC{PortNo: port, MAC: strings.ToLower(fields[1]), Local: fields[2] == "yes", Ageing: ageing}, true
}

// The lines of `brctl showstp` that are read (br_dump_info and dump_port_info in brctl/brctl_disp.c). Two values share a line, so
// "forward delay" is taken at the start of the line only: the second one is the bridge's own, which the root bridge overrules.
var (
	portHeader   = regexp.MustCompile(`^(\S+) \((\d+)\)$`)
	portState    = regexp.MustCompile(`^port id\s+\S+\s+state\s+(\S+)`)
	forwardDelay = regexp.MustCompile(`^forward delay\s+(\d+\.\d+)`)
	ageingTime   = regexp.MustCompile(`^ageing time\s+(\d+\.\d+)`)
	stpLine      = regexp.MustCompile(`^(bridge id|designated (root|port|bridge|cost)|root port|max age|hello time|hello timer|topology change timer|` +
		`flags|hairpin mode|port id|forward delay|ageing time)(\s|$)`)
)

// ParseSTP reads `brctl showstp BRIDGE`.
func ParseSTP(data []byte) (STP, text.Problems) {
	var stp STP
	var p text.Problems
	for n, line := range text.Lines(data) {
		trimmed := strings.TrimSpace(line)
		port := portHeader.FindStringSubmatch(trimmed)
		switch {
		case trimmed == "":
		case port != nil:
			number, err := strconv.Atoi(port[2])
			if err != nil {
				p.Add(n, line, "the port number is too large")
				continue
			}
			stp.Ports = append(stp.Ports, STPPort{Line: n, Name: port[1], Number: number})
		case stp.read(n, trimmed):
		case stp.Line == 0 && !strings.ContainsAny(trimmed, " \t\x00\uFFFD"):
			stp.Line, stp.Bridge = n, trimmed
		default:
			p.Add(n, line, "not a line about a bridge or its port")
		}
	}
	return stp, p
}

// read takes a line with values and reports whether it was one.
func (s *STP) read(n int, line string) bool {
	if m := portState.FindStringSubmatch(line); m != nil && len(s.Ports) > 0 {
		s.Ports[len(s.Ports)-1].State = text.Of(m[1], n)
	}
	seconds(&s.ForwardDelay, forwardDelay.FindStringSubmatch(line), n)
	seconds(&s.AgeingTime, ageingTime.FindStringSubmatch(line), n)
	return stpLine.MatchString(line)
}

func seconds(dst *text.At[float64], match []string, n int) {
	if match == nil {
		return
	}
	if value, err := strconv.ParseFloat(match[1], 64); err == nil {
		*dst = text.Of(value, n)
	}
}
