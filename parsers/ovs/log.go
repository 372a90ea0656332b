package ovs

import (
	"bytes"
	"crypto/sha1" // the checksum of the file format, not a secret
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sosbond/sosbond/parsers/text"
	"github.com/sosbond/sosbond/parsers/yamltree"
)

// recordHeader begins a record of a database file (ovsdb(5), ovsdb/log.c): its kind, its length in bytes, line end included, and its
// SHA-1.
var recordHeader = regexp.MustCompile(`^OVSDB ([A-Z]+) ([0-9]{1,18}) ([0-9a-fA-F]{40})$`)

// ParseDB reads the database file conf.db, which is a log: a record with the schema, then one for each transaction, which tells the rows
// that it changed. The records are replayed up to the last one. A record whose checksum is wrong is read nonetheless as long as it is
// JSON, since tools that hide addresses change the text alone; one that is not JSON is left out. Bridges, ports and interfaces are in
// the order of their names. A value has the line of the record that told it last.
func ParseDB(data []byte) (Database, text.Problems) {
	var p text.Problems
	l := logReader{tables: newTables(), p: &p}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if !l.line(n, line) {
			break
		}
	}
	if l.header > 0 {
		p.Add(l.header, l.headerText, "the record is missing")
	}
	if l.mismatches > 0 {
		p.Add(l.mismatch, fmt.Sprintf("%d records, of which this is the first", l.mismatches),
			"length or checksum is wrong, as where a tool hid addresses in them, or they are damaged: what could be read was used all the same")
	}
	db := l.tables.database(&p)
	db.Line = l.first
	return db, p
}

// logReader replays the records of a log.
type logReader struct {
	tables     *tables
	p          *text.Problems
	first      int // line of the first record that was read
	header     int // line of the header whose record comes next, 0 when a header comes next
	headerText string
	length     string
	sum        string
	mismatch   int // line of the first record that does not fit its header
	mismatches int
	full       bool // there were too many rows
}

// line takes the next line with its line end and reports whether more are wanted.
func (l *logReader) line(n int, line []byte) bool {
	trimmed := strings.ToValidUTF8(string(bytes.TrimRight(line[:min(len(line), 200)], "\r\n")), "\uFFFD")
	m := recordHeader.FindStringSubmatch(trimmed)
	switch {
	case m != nil && m[1] != "JSON":
		l.p.Add(n, trimmed, "a clustered database, or one of a kind that is not known: it is not read")
		l.header = 0
		return false
	case m != nil:
		if l.header > 0 {
			l.p.Add(l.header, l.headerText, "the record is missing")
		}
		l.header, l.headerText, l.length, l.sum = n, trimmed, m[2], m[3]
	case l.header > 0:
		l.header = 0
		l.record(n, line, trimmed)
	case trimmed != "":
		l.p.Add(n, trimmed, "not the header of a record")
	}
	return true
}

// maxElements bounds the elements of one record, and so the memory that reading it takes.
const maxElements = 500_000

// record takes the line with the JSON of a record.
func (l *logReader) record(n int, line []byte, start string) {
	if sum := sha1.Sum(line); l.length != strconv.Itoa(len(line)) || !strings.EqualFold(hex.EncodeToString(sum[:]), l.sum) {
		l.mismatches++
		if l.mismatch == 0 {
			l.mismatch = n
		}
	}
	elements := 0
	for _, mark := range []string{",", "[", "{"} {
		elements += bytes.Count(line, []byte(mark))
	}
	if elements > maxElements {
		l.p.Lose(n, start, "the record is too large: it is not read")
		return
	}
	documents, bad := yamltree.DecodeJSON(line)
	if len(bad) > 0 {
		l.p.Add(n, start, "the record is cut or damaged: "+bad[0].Why)
		if l.tables.n > 0 { // of the first rows some are better than none; later on half a transaction would mislead
			return
		}
	}
	if len(documents) == 0 || documents[0].Kind != yaml.MappingNode {
		if len(bad) == 0 {
			l.p.Add(n, start, "the record is not an object")
		}
		return
	}
	if l.first == 0 {
		l.first = n
	}
	l.object(n, documents[0], start)
}

// object takes the schema or a transaction.
func (l *logReader) object(n int, record *yaml.Node, start string) {
	tree := yamltree.New()
	if name := tree.Text(tree.Get(record, "name")); name.Found() && tree.Get(record, "tables") != nil {
		if name.Value != "Open_vSwitch" {
			l.p.Add(n, start, "the schema of another database: "+name.Value)
		}
		return
	}
	difference := tree.Text(tree.Get(record, "_is_diff")).Value == "true"
	for table, rows := range tree.Pairs(record) {
		if columns[table.Value] == nil {
			continue
		}
		for uuid, changed := range tree.Pairs(rows) {
			l.change(n, table.Value, uuid.Value, changed, difference)
		}
	}
	if len(tree.Problems) > 0 {
		l.p.Add(n, start, tree.Problems[0].Why)
	}
}

// change takes what a transaction tells of a row: null for one that is deleted, else the columns that changed.
func (l *logReader) change(n int, table, uuid string, changed *yaml.Node, difference bool) {
	tree := yamltree.New() // its bound is for one row: maxElements is that of the record
	if changed.Tag == "!!null" {
		l.tables.remove(table, uuid)
		return
	}
	r := l.tables.insert(table, uuid)
	if r == nil {
		if !l.full {
			l.full = true
			l.p.Lose(n, table+" "+uuid, "too many rows: the rest is not read")
		}
		return
	}
	for name, node := range tree.Pairs(changed) {
		several, known := columns[table][name.Value]
		if !known {
			continue
		}
		values, ok := datum(tree, node)
		if !ok {
			l.p.Add(n, table+" "+name.Value, "not a value of a database")
			continue
		}
		if c, found := r[name.Value]; found && several && difference {
			c.apply(values, n)
			r[name.Value] = c
		} else {
			r[name.Value] = newCell(values, n)
		}
	}
}

// datum reads a value in the notation of RFC 7047 section 5.1: an atom, ["set", [...]] or ["map", [[key, value], ...]].
func datum(tree *yamltree.Tree, node *yaml.Node) (values map[string]string, ok bool) {
	items := tree.Items(node)
	kind := ""
	if len(items) == 2 {
		kind = tree.Text(items[0]).Value
	}
	values = map[string]string{}
	switch kind {
	case "set":
		for _, item := range tree.Items(items[1]) {
			element, ok := atom(tree, item)
			if !ok {
				return nil, false
			}
			values[element] = ""
		}
		return values, items[1].Kind == yaml.SequenceNode
	case "map":
		for _, item := range tree.Items(items[1]) {
			pair := tree.Items(item)
			if len(pair) != 2 {
				return nil, false
			}
			key, okKey := atom(tree, pair[0])
			value, okValue := atom(tree, pair[1])
			if !okKey || !okValue {
				return nil, false
			}
			values[key] = value
		}
		return values, items[1].Kind == yaml.SequenceNode
	}
	element, ok := atom(tree, node)
	values[element] = ""
	return values, ok
}

// atom reads a string, a number, a truth value or ["uuid", "..."].
func atom(tree *yamltree.Tree, node *yaml.Node) (string, bool) {
	if items := tree.Items(node); len(items) == 2 && tree.Text(items[0]).Value == "uuid" {
		node = items[1]
	}
	s := tree.Text(node)
	return s.Value, s.Found()
}
