package keyfile

import (
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads a profile as GLib's GKeyFile does: "#" starts a comment at the start of a line only, the last of several equal keys counts
// (all are kept), and "\s \n \t \r \\" and "\;" are escapes. GLib refuses a whole file for one bad line; here the others are still read.
func Parse(data []byte) (f File, problems text.Problems) {
	bad := func(n int, line, why string) { problems.Add(n, line, why) }
	for n, line := range text.Lines(data) {
		s := strings.TrimLeft(line, " \t\r\f\v")
		switch {
		case s == "" || s[0] == '#':
		case s[0] == '[':
			name, rest, closed := strings.Cut(s[1:], "]")
			if !closed || strings.TrimSpace(rest) != "" || strings.ContainsAny(name, "[\t") || name == "" {
				bad(n, line, "not a section header")
			}
			f.Sections = append(f.Sections, Section{Line: n, Name: name})
		case len(f.Sections) == 0:
			bad(n, line, "not in any section")
		default:
			k, why := parseKey(n, s)
			if why != "" {
				bad(n, line, why)
			}
			if k.Name != "" {
				last := &f.Sections[len(f.Sections)-1]
				last.Keys = append(last.Keys, k)
			}
		}
	}
	return f, problems
}

func parseKey(n int, s string) (k Key, why string) {
	name, value, found := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	if !found || name == "" {
		return Key{}, "not a key=value line"
	}
	value = strings.TrimLeft(value, " \t")
	trimmed := strings.TrimRight(value, " \t")
	if trimmed != value {
		why = "blanks at the end of the value, which NetworkManager takes as part of it"
	}
	k = Key{Line: n, Name: name}
	var valid bool
	if k.Value, valid = unescape(trimmed); !valid {
		why = "an escape that NetworkManager does not know"
	}
	return k, why
}

var escapes = map[byte]byte{'s': ' ', 'n': '\n', 't': '\t', 'r': '\r', '\\': '\\', ';': ';'}

// unescape resolves the escapes of a value; one that is not known stays as it is written.
func unescape(s string) (value string, valid bool) {
	if !strings.Contains(s, `\`) {
		return s, true
	}
	var b strings.Builder
	valid = true
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			var c byte
			known := false
			if i+1 < len(s) {
				c, known = escapes[s[i+1]]
			}
			if known {
				b.WriteByte(c)
				i++
				continue
			}
			valid = false
		}
		b.WriteByte(s[i])
	}
	return b.String(), valid
}
