package rendertest

import (
	"reflect"

	"github.com/sosbond/sosbond/report"
)

// vocabulary are the words of the contract that steer a format; a fuzzed document uses them now and then instead of its own strings.
var vocabulary = []string{
	"", "not-working", "recommended", "partial", "unknown", "critical", "ok", "info", "warning", "read", "not-collected", "empty", "host", "bridge",
	"vm", "unknown", "up", "down", "bond0", "kernel", "ovs",
}

// Fill makes a document out of any bytes: they decide how long each list is and what each string holds.
func Fill(data []byte) report.Document {
	f := &filler{data: data}
	var doc report.Document
	f.fill(reflect.ValueOf(&doc).Elem())
	return doc
}

type filler struct{ data []byte }

func (f *filler) byte() byte {
	if len(f.data) == 0 {
		return 0
	}
	b := f.data[0]
	f.data = f.data[1:]
	return b
}

func (f *filler) string() string {
	n := int(f.byte())
	if n >= 128 {
		return vocabulary[n%len(vocabulary)]
	}
	n = min(n, len(f.data))
	s := string(f.data[:n])
	f.data = f.data[n:]
	return s
}

func (f *filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.string())
	case reflect.Int:
		v.SetInt(int64(int8(f.byte())))
	case reflect.Bool:
		v.SetBool(f.byte()%2 == 1)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		for range f.byte() % 4 {
			e := reflect.New(v.Type().Elem()).Elem()
			f.fill(e)
			v.Set(reflect.Append(v, e))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range f.byte() % 4 {
			v.SetMapIndex(reflect.ValueOf(f.string()), reflect.ValueOf(int(f.byte())))
		}
	case reflect.Pointer:
		if f.byte()%2 == 1 {
			v.Set(reflect.New(v.Type().Elem()))
			f.fill(v.Elem())
		}
	}
}
