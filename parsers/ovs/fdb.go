package ovs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// localPort is OFPP_LOCAL of OpenFlow 1.0, the bridge's own port, which the tools print as LOCAL.
const localPort = 65534

// parsePort reads a port number of OpenFlow, with -1 for that of the bridge itself.
func parsePort(s string) (number int, ok bool) {
	if s == "LOCAL" {
		return -1, true
	}
	number, err := strconv.Atoi(s)
	if number == localPort {
		number = -1
	} else if number < 0 {
		return 0, false
	}
	return number, err == nil
}

// ParseFDB reads `ovs-appctl fdb/show BRIDGE` (ofproto_unixctl_fdb_show in ofproto/ofproto-dpif.c). Of a bond it names the first port,
// whichever member the address was seen on.
func ParseFDB(data []byte) (list []MAC, _ text.Problems) {
	var p text.Problems
	for n, line := range text.Lines(data) {
		fields := strings.Fields(line)
		if len(fields) == 0 || len(fields) == 4 && fields[0] == "port" && fields[1] == "VLAN" {
			continue
		}
		mac, ok := macRow(fields)
		if !ok {
			p.Add(n, line, "not a row of a forwarding table")
			continue
		}
		mac.Line = n
		list = append(list, mac)
	}
	return list, p
}

// macRow reads "1  0  50:54:00:00:00:01  55" or, of an entry that does not age, "8  0  50:54:00:00:00:99  static".
func macRow(fields []string) (m MAC, ok bool) {
	if len(fields) != 4 {
		return m, false
	}
	if m.Port, ok = parsePort(fields[0]); !ok {
		return m, false
	}
	var err error
	if m.VLAN, err = strconv.Atoi(fields[1]); err != nil || m.VLAN < 0 {
		return m, false
	}
	m.MAC = strings.ToLower(fields[2])
	if fields[3] == "static" {
		m.Age, m.Fixed = -1, true
		return m, true
	}
	m.Age, err = strconv.Atoi(fields[3])
	return m, err == nil && m.Age >= 0
}

// The lines of `ovs-ofctl show` and `dump-ports-desc` (ofp_print_switch_features and ofputil_phy_port_format in lib/ofp-print.c and
// lib/ofp-port.c). Those of a port are indented deeper than its first one.
var (
	portLine    = regexp.MustCompile(`^ *(LOCAL|\d{1,10})\((.*)\): addr:(\S{17,})$`)
	portIgnored = regexp.MustCompile(`^(?:OFP[TS]T?_|features_reply|get_config_reply|n_tables:|features:|capabilities:|actions:|` +
		` +(?:config|state|current|advertised|supported|peer|speed): )`)
)

// ParsePorts reads `ovs-ofctl show BRIDGE` and `ovs-ofctl dump-ports-desc BRIDGE`. Names are those of OpenFlow, cut to 15 bytes.
func ParsePorts(data []byte) (list []PortNumber, _ text.Problems) {
	var p text.Problems
	for n, line := range text.Lines(data) {
		if m := portLine.FindStringSubmatch(line); m != nil {
			if number, ok := parsePort(m[1]); ok {
				list = append(list, PortNumber{Line: n, Number: number, Name: unquote(m[2]), MAC: strings.ToLower(m[3])})
				continue
			}
		}
		if strings.TrimSpace(line) != "" && !portIgnored.MatchString(line) {
			p.Add(n, line, "not a line about a port")
		}
	}
	return list, p
}
