package parsers

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/sosbond/sosbond/parsers/archive"
)

// FlagRecords is the command line's flag that sets the limit of Bound.
const FlagRecords = "--max-records"

// DefaultRecords is far beyond a host with 5,000 guests: they make 10,000 interfaces and, with a VLAN each, as many entries of a forwarding database.
const DefaultRecords = 20_000

// tables have several records for each guest, which are looked at faster: forwarding databases.
var tables = map[string]bool{"FDB": true, "BrctlMACs": true, "OVSFDB": true}

// Bound leaves out records of a host that are more than so many of their kind: to look at interfaces, guests and addresses takes longer the more there
// are of the others. It returns a sentence on each kind that it cut, which is among the notes too.
func (f *Facts) Bound(limit int) (cut []string) {
	if limit <= 0 {
		limit = DefaultRecords
	}
	v := reflect.ValueOf(f).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if field := v.Field(i); field.Kind() == reflect.Slice && name != "Notes" && name != "Coverage" {
			limit := limit
			if tables[name] {
				limit *= 5
			}
			have := records(field)
			if have <= limit {
				continue
			}
			keep(field, limit)
			err := &archive.LimitError{What: fmt.Sprintf("The report has %d records of a kind (%s), of which %d were looked at", have, name, limit), Flag: FlagRecords}
			cut = append(cut, err.Error()+".")
		}
	}
	if len(cut) > 0 {
		f.Complete = false
		f.Notes = append(f.Notes[:len(f.Notes):len(f.Notes)], cut...)
	}
	return cut
}

// records counts the elements of a list. One that holds what was read of a file counts as what is in that.
func records(list reflect.Value) (n int) {
	for i := range list.Len() {
		n += weight(list.Index(i))
	}
	return n
}

// few is how many parts a record has beside itself that are not counted: a guest has interfaces, a profile options.
const few = 16

func weight(v reflect.Value) int {
	value, ok := valueOf(v)
	switch {
	case !ok:
		return 1
	case value.Kind() == reflect.Slice:
		return max(value.Len(), 1)
	case value.Kind() == reflect.Struct:
		n := 1
		for i := range value.NumField() {
			if f := value.Field(i); f.Kind() == reflect.Slice {
				n += f.Len()
			}
		}
		return max(1, n-few)
	}
	return 1
}

// valueOf is the Value of a Read or Named.
func valueOf(v reflect.Value) (reflect.Value, bool) {
	if v.Kind() != reflect.Struct || !strings.Contains(v.Type().Name(), "[") {
		return v, false
	}
	value := v.FieldByName("Value")
	return value, value.IsValid()
}

// keep shortens a list to so many records. What was read of one file is cut where it is a list, and left out where it is not.
func keep(list reflect.Value, limit int) {
	kept := reflect.MakeSlice(list.Type(), 0, list.Len())
	for i := range list.Len() {
		one := list.Index(i)
		if w := weight(one); w > limit {
			value, ok := valueOf(one)
			if !ok || value.Kind() != reflect.Slice || limit == 0 {
				continue
			}
			short := reflect.New(one.Type()).Elem()
			short.Set(one)
			v, _ := valueOf(short)
			v.Set(value.Slice3(0, limit, limit))
			one = short
		}
		limit -= weight(one)
		kept = reflect.Append(kept, one)
		if limit <= 0 {
			break
		}
	}
	list.Set(kept)
}
