package ovs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseListInterface reads `ovs-vsctl list interface`, in the order of the text.
func ParseListInterface(data []byte) (list []Interface, _ text.Problems) {
	var p text.Problems
	for _, r := range listed(data, "Interface", &p) {
		if i := r.row.networkInterface(); i.Name != "" {
			list = append(list, i)
		}
	}
	return list, p
}

// ParseListBridge reads `ovs-vsctl list bridge`, in the order of the text. It names the ports by their UUIDs only, so Ports stays empty.
func ParseListBridge(data []byte) (list []Bridge, _ text.Problems) {
	var p text.Problems
	for _, r := range listed(data, "Bridge", &p) {
		if bridge := r.row.bridge(&p); bridge.Name != "" {
			list = append(list, bridge)
		}
	}
	return list, p
}

// ParseListOpenvSwitch reads `ovs-vsctl list Open_vSwitch`: the version and the mappings of OVN, but no bridges.
func ParseListOpenvSwitch(data []byte) (db Database, _ text.Problems) {
	var p text.Problems
	for _, r := range listed(data, "Open_vSwitch", &p) {
		if db.Line == 0 {
			db.Line = r.line
			r.row.openvSwitch(&db)
		}
	}
	return db, p
}

// ParseDump reads `ovsdb-client -f list dump`: all tables one after the other, each under its name. Bridges, ports and interfaces are in
// the order of their names.
func ParseDump(data []byte) (Database, text.Problems) {
	var p text.Problems
	list, first := parseRows(data, "", &p)
	t := newTables()
	for _, r := range list {
		inserted := t.insert(r.table, r.uuid)
		if inserted == nil {
			p.Lose(r.line, r.uuid, "too many rows: the rest is not read")
			break
		}
		for name, c := range r.row {
			inserted[name] = c
		}
	}
	db := t.database(&p)
	db.Line = first
	return db, p
}

// A listedRow is a row of a list with the line that it begins in.
type listedRow struct {
	line        int
	table, uuid string
	row         row
}

func listed(data []byte, table string, p *text.Problems) []listedRow {
	list, _ := parseRows(data, table, p)
	return list
}

var (
	tableLine = regexp.MustCompile(`^([A-Za-z]\w*) table$`)
	cellLine  = regexp.MustCompile(`^(\w+) *:(?: (.*))?$`)
)

// parseRows reads rows of "column : value" lines (table_print_list__ in lib/table.c) with blank lines between them; of a dump,
// a heading names the table of those below it. first is the first line that was known.
func parseRows(data []byte, table string, p *text.Problems) (list []listedRow, first int) {
	dump := table == ""
	var current *listedRow // nil between rows
	for n, line := range text.Lines(data) {
		heading, column := tableLine.FindStringSubmatch(line), cellLine.FindStringSubmatch(line)
		switch {
		case strings.TrimSpace(line) == "":
			current = nil
			continue
		case heading != nil && dump:
			table, current = heading[1], nil
		case column == nil || table == "":
			p.Add(n, line, "not a column of a row")
			continue
		case columns[table] != nil:
			if current == nil || column[1] == "_uuid" {
				list = append(list, listedRow{line: n, table: table, uuid: "line " + strconv.Itoa(n), row: row{}})
				current = &list[len(list)-1]
			}
			current.column(n, column[1], column[2], p)
		}
		if first == 0 {
			first = n
		}
	}
	return list, first
}

// column takes a column if it is one of those that are read.
func (r *listedRow) column(n int, name, value string, p *text.Problems) {
	if name == "_uuid" {
		r.uuid = strings.TrimSpace(value)
		return
	}
	if _, known := columns[r.table][name]; !known {
		return
	}
	values, ok := parseValue(value)
	if !ok {
		p.Add(n, name+" : "+value, "the value is cut or damaged")
		return
	}
	r.row[name] = newCell(values, n)
}
