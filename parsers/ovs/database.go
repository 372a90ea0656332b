package ovs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// maxRows bounds how many rows of a database are kept.
const maxRows = 200_000

// tables are the rows of a database, by table and UUID.
type tables struct {
	rows map[string]map[string]row
	n    int
}

func newTables() *tables { return &tables{rows: map[string]map[string]row{}} }

// insert returns the row with that UUID, which it makes when there is none yet, and nil when there are too many already.
func (t *tables) insert(table, uuid string) row {
	if r, found := t.rows[table][uuid]; found {
		return r
	}
	if t.n >= maxRows {
		return nil
	}
	if t.rows[table] == nil {
		t.rows[table] = map[string]row{}
	}
	t.n++
	r := row{}
	t.rows[table][uuid] = r
	return r
}

func (t *tables) remove(table, uuid string) {
	if _, found := t.rows[table][uuid]; found {
		delete(t.rows[table], uuid)
		t.n--
	}
}

// database puts the bridges together, in the order of their names: neither the rows nor the references between them have an order of
// their own. Rows without a name, of which the text tells too little, are left out.
func (t *tables) database(p *text.Problems) Database {
	db := Database{}
	for _, uuid := range t.uuids("Open_vSwitch") { // it has one row
		t.rows["Open_vSwitch"][uuid].openvSwitch(&db)
	}
	for _, uuid := range t.uuids("Bridge") {
		r := t.rows["Bridge"][uuid]
		bridge := r.bridge(p)
		if bridge.Name == "" {
			continue
		}
		for _, uuid := range r["ports"].keys() {
			if port := t.port(uuid, p); port.Name != "" {
				bridge.Ports = append(bridge.Ports, port)
			}
		}
		slices.SortStableFunc(bridge.Ports, func(a, b Port) int { return cmp.Compare(a.Name, b.Name) })
		db.Bridges = append(db.Bridges, bridge)
	}
	slices.SortStableFunc(db.Bridges, func(a, b Bridge) int { return cmp.Compare(a.Name, b.Name) })
	return db
}

// uuids are those of a table's rows, in order.
func (t *tables) uuids(table string) []string { return slices.Sorted(maps.Keys(t.rows[table])) }

// port returns a port and takes it out of its table: each belongs to one bridge, and each interface to one port.
func (t *tables) port(uuid string, p *text.Problems) Port {
	r := t.rows["Port"][uuid]
	t.remove("Port", uuid)
	port := r.port(p)
	for _, uuid := range r["interfaces"].keys() {
		if i := t.rows["Interface"][uuid].networkInterface(); i.Name != "" {
			port.Interfaces = append(port.Interfaces, i)
		}
		t.remove("Interface", uuid)
	}
	slices.SortStableFunc(port.Interfaces, func(a, b Interface) int { return cmp.Compare(a.Name, b.Name) })
	return port
}

// openvSwitch takes what the row of the table Open_vSwitch tells.
func (r row) openvSwitch(db *Database) {
	db.Version = r["ovs_version"].text()
	db.Mappings = mappings(r["external_ids"].values)
}

// mappings are the pairs of ovn-bridge-mappings, "physnet1:br-ex,physnet2:br-2". One that is meant for this chassis alone goes first
// (ovn-controller(8)).
func mappings(ids map[string]text.At[string]) (list []Mapping) {
	value, found := ids["ovn-bridge-mappings-"+ids["system-id"].Value]
	if !found {
		value = ids["ovn-bridge-mappings"]
	}
	for pair := range strings.SplitSeq(value.Value, ",") {
		network, bridge, found := strings.Cut(strings.TrimSpace(pair), ":")
		if found && network != "" && bridge != "" {
			list = append(list, Mapping{Line: value.Line, Network: network, Bridge: bridge})
		}
	}
	return list
}
