// Package nmcli reads `nmcli connection show id NAME`: one "setting.property: value" a line.
package nmcli

import "github.com/sosbond/sosbond/parsers/text"

// Connection is one profile. "--" (unset) is not kept.
type Connection struct {
	Line    int // of its first property
	Props   map[string]text.At[string]
	Options []Option // bond.options split at the commas between options
}

// Option is one option of bond.options.
type Option struct {
	Line  int
	Name  string
	Value string
}
