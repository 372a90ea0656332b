package ovs

import (
	"maps"
	"slices"
	"strconv"

	"github.com/sosbond/sosbond/parsers/text"
)

// columns are the columns that are read, by table, with whether they hold several values (a set or a map of vswitch.ovsschema that may
// have more than one element): only of those does a transaction tell the difference, of the others it tells the new value.
var columns = map[string]map[string]bool{
	"Open_vSwitch": {"ovs_version": false, "external_ids": true},
	"Bridge":       {"name": false, "datapath_type": false, "fail_mode": false, "stp_enable": false, "rstp_enable": false, "ports": true},
	"Port": {"name": false, "tag": false, "trunks": true, "vlan_mode": false, "bond_mode": false, "lacp": false, "other_config": true,
		"interfaces": true},
	"Interface": {"name": false, "type": false, "options": true, "mac_in_use": false, "external_ids": true, "error": false},
}

// A cell is the value of a column in a row: the elements of a set, each with the value "", or the pairs of a map. A single value is a
// set of one.
type cell struct {
	line   int // where it was told last
	values map[string]text.At[string]
}

// newCell makes a cell of what line tells.
func newCell(values map[string]string, line int) cell {
	c := cell{line: line, values: make(map[string]text.At[string], len(values))}
	for k, v := range values {
		c.values[k] = text.Of(v, line)
	}
	return c
}

// apply changes the cell by a difference: what it has as well goes, what it lacks or has with another value is taken over
// (ovsdb_datum_apply_diff in lib/ovsdb-data.c).
func (c *cell) apply(difference map[string]string, line int) {
	c.line = line
	if c.values == nil {
		c.values = map[string]text.At[string]{}
	}
	for k, v := range difference {
		if old, found := c.values[k]; found && old.Value == v {
			delete(c.values, k)
		} else {
			c.values[k] = text.Of(v, line)
		}
	}
}

// keys are the elements of a set in order.
func (c cell) keys() []string { return slices.Sorted(maps.Keys(c.values)) }

// pairs are those of a map, nil when it has none.
func (c cell) pairs() map[string]text.At[string] {
	if len(c.values) == 0 {
		return nil
	}
	return c.values
}

// text is a single value, absent for an empty set.
func (c cell) text() (v text.At[string]) {
	if len(c.values) == 1 {
		for k := range c.values {
			v = text.Of(k, c.line)
		}
	}
	return v
}

// A row of a table, by column; columns that were not told are missing.
type row map[string]cell

// number is a column with a whole number.
func (r row) number(column string, p *text.Problems) (v text.At[int]) {
	s := r[column].text()
	if !s.Found() {
		return v
	}
	i, err := strconv.Atoi(s.Value)
	if err != nil {
		p.Add(s.Line, s.Value, column+" is not a number")
		return v
	}
	return text.Of(i, s.Line)
}

// flag is "true" or "false", as the database writes them; another value is recorded as a problem.
func flag(s text.At[string], name string, p *text.Problems) (v text.At[bool]) {
	switch {
	case !s.Found():
	case s.Value == "true" || s.Value == "false":
		return text.Of(s.Value == "true", s.Line)
	default:
		p.Add(s.Line, s.Value, name+" is neither true nor false")
	}
	return v
}

// bridge is a row of the table Bridge without its ports.
func (r row) bridge(p *text.Problems) Bridge {
	name := r["name"].text()
	return Bridge{
		Line:     name.Line,
		Name:     name.Value,
		Datapath: r["datapath_type"].text().Value,
		FailMode: r["fail_mode"].text().Value,
		STP:      flag(r["stp_enable"].text(), "stp_enable", p),
		RSTP:     flag(r["rstp_enable"].text(), "rstp_enable", p),
	}
}

// port is a row of the table Port without its interfaces.
func (r row) port(p *text.Problems) Port {
	name := r["name"].text()
	port := Port{
		Line:       name.Line,
		Name:       name.Value,
		Tag:        r.number("tag", p),
		VLANMode:   r["vlan_mode"].text().Value,
		BondMode:   r["bond_mode"].text(),
		LACP:       r["lacp"].text(),
		FallbackAB: flag(r["other_config"].values["lacp-fallback-ab"], "lacp-fallback-ab", p),
	}
	for _, s := range r["trunks"].keys() {
		vlan, err := strconv.Atoi(s)
		if err != nil {
			p.Add(r["trunks"].values[s].Line, s, "trunks is not a list of numbers")
			continue
		}
		port.Trunks = append(port.Trunks, vlan)
	}
	slices.Sort(port.Trunks)
	return port
}

// networkInterface is a row of the table Interface.
func (r row) networkInterface() Interface {
	name := r["name"].text()
	i := Interface{
		Line:        name.Line,
		Name:        name.Value,
		Type:        r["type"].text().Value,
		Peer:        r["options"].values["peer"],
		MACInUse:    r["mac_in_use"].text(),
		ExternalIDs: r["external_ids"].pairs(),
		Options:     r["options"].pairs(),
		Error:       r["error"].text(),
	}
	return i
}
