package procnet

import (
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseVLANs reads /proc/net/vlan/config: two lines of headers, then "bond0.100  | 100  | bond0". Widths and blanks differ between kernels.
func ParseVLANs(data []byte) ([]VLAN, text.Problems) {
	var vlans []VLAN
	var problems text.Problems
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "VLAN Dev name") || strings.HasPrefix(line, "Name-Type:") {
			continue
		}
		if vlan, ok := row(line); ok {
			vlan.Line = n
			vlans = append(vlans, vlan)
		} else {
			problems.Add(n, line, "not a VLAN")
		}
	}
	return vlans, problems
}

func row(line string) (VLAN, bool) {
	columns := strings.Split(line, "|")
	if len(columns) != 3 {
		return VLAN{}, false
	}
	vlan := VLAN{Name: strings.TrimSpace(columns[0]), Parent: strings.TrimSpace(columns[2])}
	id, err := strconv.Atoi(strings.TrimSpace(columns[1]))
	vlan.ID = id
	return vlan, err == nil && id >= 0 && id < 4096 && vlan.Name != "" && vlan.Parent != ""
}
