// Package sysctl reads `sysctl -a`: one "name = value" a line.
package sysctl

import (
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// Setting is one value of the kernel.
type Setting struct {
	Line  int
	Name  string
	Value string
}

// prefixes of the settings that are kept; there are thousands of others.
var prefixes = []string{"net.bridge."}

// Parse reads the output. Lines that are no settings are what sysctl says of those that it may not read, and are left out.
func Parse(data []byte) (settings []Setting, problems text.Problems) {
	for n, line := range text.Lines(data) {
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		for _, p := range prefixes {
			if ok && strings.HasPrefix(name, p) {
				settings = append(settings, Setting{Line: n, Name: name, Value: strings.TrimSpace(value)})
			}
		}
	}
	return settings, nil
}
