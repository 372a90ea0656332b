package ovs

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// parents says in which block of `ovs-vsctl show` (cmd_show_tables in utilities/ovs-vsctl.c) a block stands; "" is the switch itself.
var parents = map[string]string{"Bridge": "", "Port": "Bridge", "Interface": "Port"}

// A block of `ovs-vsctl show`: a bridge, a port or an interface with its columns, or a controller or manager.
type block struct {
	table  string // "" for the switch
	indent int
	row    row
	blocks []*block
}

var (
	blockLine  = regexp.MustCompile(`^(Bridge|Port|Interface|Controller|Manager) (\S.*)$`)
	columnLine = regexp.MustCompile(`^([a-z][a-z_0-9]*): *(.*)$`)
	uuidLine   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
)

// ParseShow reads `ovs-vsctl show`. What belongs to what is told by the indentation alone. Bridges, ports and interfaces stay in the
// order of the text. Before 2.10 names with digits stand in quotes.
func ParseShow(data []byte) (db Database, _ text.Problems) {
	var p text.Problems
	s := showParser{blocks: []*block{{indent: -1, row: row{}}}, p: &p}
	for n, line := range text.Lines(data) {
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			continue
		}
		if !s.line(n, trimmed, indentation(line)) {
			p.Add(n, line, "not a line about a bridge, a port or an interface")
		} else if db.Line == 0 {
			db.Line = n
		}
	}
	root := s.blocks[0]
	db.Version = root.row["ovs_version"].text()
	for _, b := range root.blocks {
		if b.table == "Bridge" {
			db.Bridges = append(db.Bridges, b.bridge(&p))
		}
	}
	return db, p
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// showParser holds the blocks that are open, the innermost last.
type showParser struct {
	blocks []*block
	p      *text.Problems
}

// line takes a line and reports whether it knew it.
func (s *showParser) line(n int, line string, indent int) bool {
	if uuidLine.MatchString(line) { // of the row of the table Open_vSwitch
		return true
	}
	head, column := blockLine.FindStringSubmatch(line), columnLine.FindStringSubmatch(line)
	if head == nil && column == nil {
		return false
	}
	for len(s.blocks) > 1 && s.last().indent >= indent {
		s.blocks = s.blocks[:len(s.blocks)-1]
	}
	if head != nil {
		return s.open(n, head[1], unquote(head[2]), indent)
	}
	return s.column(n, column[1], column[2])
}

func (s *showParser) last() *block { return s.blocks[len(s.blocks)-1] }

// open begins a block and reports whether it stands where it may.
func (s *showParser) open(n int, table, name string, indent int) bool {
	parent, inner := s.last(), &block{table: table, indent: indent, row: row{"name": newCell(map[string]string{name: ""}, n)}}
	if want, known := parents[table]; known && want != parent.table {
		return false
	}
	parent.blocks = append(parent.blocks, inner)
	s.blocks = append(s.blocks, inner)
	return true
}

// column takes a column of the innermost block.
func (s *showParser) column(n int, name, value string) bool {
	last := s.last()
	table := last.table
	switch table {
	case "Controller", "Manager":
		return true
	case "":
		table = "Open_vSwitch"
	}
	if _, known := columns[table][name]; !known {
		return false
	}
	values, ok := parseValue(value)
	if ok {
		last.row[name] = newCell(values, n)
	} else {
		s.p.Add(n, name+": "+value, "the value is cut or damaged")
	}
	return true
}

func (b *block) bridge(p *text.Problems) Bridge {
	bridge := b.row.bridge(p)
	for _, inner := range b.blocks {
		if inner.table == "Port" {
			bridge.Ports = append(bridge.Ports, inner.port(p))
		}
	}
	return bridge
}

func (b *block) port(p *text.Problems) Port {
	port := b.row.port(p)
	for _, inner := range b.blocks {
		if inner.table == "Interface" {
			port.Interfaces = append(port.Interfaces, inner.row.networkInterface())
		}
	}
	return port
}
