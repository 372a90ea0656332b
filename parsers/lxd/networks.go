package lxd

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseNetworks reads the table of `lxc network list` (`incus network list`). Its columns differ between releases: 2.0 has NAME, TYPE, MANAGED
// and USED BY, --all-projects adds PROJECT. Titles and YES and NO are in the user's language, names and types are not.
func ParseNetworks(data []byte) (list []Network, problems text.Problems) {
	var t table
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if line == "" || strings.Trim(line, "+-=") == "" {
			continue
		}
		cells, ok := split(line)
		switch {
		case !ok && len(t.titles) == 0:
			problems.Add(n, line, "not a table of networks")
		case !ok:
			problems.Add(n, line, "not a row of the table of networks")
		case len(t.titles) == 0:
			t.titles = cells
		default:
			network, why := t.row(n, cells)
			if why != "" {
				problems.Add(n, line, why)
			}
			if network.Name != "" {
				list = append(list, network)
			}
		}
	}
	return list, problems
}

// split returns the cells of a row. A row that is cut has no bar at its end.
func split(line string) ([]string, bool) {
	inner, ok := strings.CutPrefix(line, "|")
	if !ok || !strings.HasSuffix(inner, "|") {
		return nil, false
	}
	cells := strings.Split(strings.TrimSuffix(inner, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells, true
}

// table knows the titles of the columns.
type table struct{ titles []string }

// types are the kinds of networks that LXD tells (shared/api, and lxd/networks.go for those that it does not manage).
var types = []string{"bridge", "physical", "bond", "vlan", "macvlan", "sriov", "ovn", "loopback", "tun", "unknown"}

// typeColumn is the column with the types: the one of that title, or in another language the first that holds a type; -1 for none. The name
// stands before it and MANAGED behind it.
func (t table) typeColumn(cells []string) int {
	if i := slices.Index(t.titles, "TYPE"); i > 0 {
		return i
	}
	for i := 1; i < len(cells); i++ {
		if slices.Contains(types, cells[i]) {
			return i
		}
	}
	return -1
}

func (t table) row(n int, cells []string) (network Network, why string) {
	if len(cells) != len(t.titles) {
		return network, "not as many columns as titles"
	}
	i := t.typeColumn(cells)
	if i < 0 || i+1 >= len(cells) {
		return network, "no type of network"
	}
	if cells[i-1] == "" && cells[i] == "" && cells[i+1] == "" { // a description of several lines goes on
		return network, ""
	}
	if cells[i-1] == "" {
		return network, "a network without a name"
	}
	network = Network{Line: n, Name: cells[i-1], Type: cells[i]}
	managed, known := answers[strings.ToUpper(cells[i+1])]
	if !known {
		return network, "neither yes nor no"
	}
	network.Managed = managed
	return network, ""
}

// answers are YES and NO in the languages that LXD is translated to most.
var answers = map[string]bool{
	"YES": true, "JA": true, "OUI": true, "SI": true, "SÍ": true, "SÌ": true, "SIM": true, "ДА": true, "はい": true, "是": true,
	"NO": false, "NEIN": false, "NON": false, "NÃO": false, "NEE": false, "NEJ": false, "НЕТ": false, "いいえ": false, "否": false,
}
