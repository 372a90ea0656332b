package render

import "reflect"

// Clean returns a deep copy of any value in which no string can do harm, as Sanitize does for a document; every string becomes one line.
func Clean[T any](v T) T { return sanitize(reflect.ValueOf(&v).Elem(), Line).Interface().(T) }

// Verdicts lists the verdicts of the contract, the worst first.
func Verdicts() []string { return verdictNames() }

// VerdictCounts puts numbers of verdicts into words, the worst first.
func VerdictCounts(n map[string]int) string { return counts(n, verdictNames()) }
