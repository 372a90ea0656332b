package render

import "reflect"

// Clean returns a deep copy of any value in which no string can do harm, as Sanitize does for a document; every string becomes one line.
func Clean[T any](v T) T { return sanitize(reflect.ValueOf(&v).Elem(), Line).Interface().(T) }
