// Package sysctl reads `sysctl -a`: one "name = value" a line.
package sysctl

import (
	"regexp"
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

// nameRE is the name of any setting.
var nameRE = regexp.MustCompile(`^[a-z0-9_-]+[./][^\s]+$`)

// Parse reads the output. Lines that are no settings are what sysctl says of those that it may not read, and are left out; a text without any
// setting is another one.
func Parse(data []byte) (settings []Setting, problems text.Problems) {
	any, other, first := false, 0, ""
	for n, line := range text.Lines(data) {
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		any = any || ok && nameRE.MatchString(name)
		if other == 0 && strings.TrimSpace(line) != "" {
			other, first = n, line
		}
		for _, p := range prefixes {
			if ok && strings.HasPrefix(name, p) {
				settings = append(settings, Setting{Line: n, Name: name, Value: strings.TrimSpace(value)})
			}
		}
	}
	if !any && other > 0 {
		problems.Add(other, first, "not the output of sysctl -a")
	}
	return settings, problems
}
