// Package keyfile reads the GKeyFile syntax of NetworkManager's connection profiles (*.nmconnection).
package keyfile

import "github.com/sosbond/sosbond/parsers/text"

// File is one profile.
type File struct {
	Sections []Section
}

// Section is "[name]" with its keys in order.
type Section struct {
	Line int
	Name string
	Keys []Key
}

// Key is one "key=value".
type Key struct {
	Line  int
	Name  string
	Value string
}

// Get returns the last value of a key in the sections of that name.
func (f File) Get(section, key string) (v text.At[string]) {
	for _, s := range f.Sections {
		if s.Name != section {
			continue
		}
		for _, k := range s.Keys {
			if k.Name == key {
				v = text.Of(k.Value, k.Line)
			}
		}
	}
	return v
}

// Section returns the keys of all sections of that name.
func (f File) Section(name string) (keys []Key) {
	for _, s := range f.Sections {
		if s.Name == name {
			keys = append(keys, s.Keys...)
		}
	}
	return keys
}
