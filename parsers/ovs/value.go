package ovs

import (
	"encoding/json"
	"strings"
)

// parseValue reads a value as the tools print it (ovsdb_datum_to_string in lib/ovsdb-data.c): an atom, a set "[a, b]" or a map "{a=b,
// c=\"d\"}". Names of letters alone (and from 2.10 on digits) stand bare, other strings in the quotes and with the escapes of JSON.
func parseValue(s string) (values map[string]string, ok bool) {
	s = strings.TrimSpace(s)
	switch {
	case strings.HasPrefix(s, "["):
		return parseList(s[1:], ']')
	case strings.HasPrefix(s, "{"):
		return parseList(s[1:], '}')
	case strings.HasPrefix(s, `"`):
		atom, rest, ok := parseAtom(s, "")
		return map[string]string{atom: ""}, ok && rest == ""
	}
	return map[string]string{s: ""}, true
}

// parseList reads the elements of a set or the pairs of a map up to the bracket that ends them, which must end the text too.
func parseList(s string, end byte) (values map[string]string, ok bool) {
	values = map[string]string{}
	for s = strings.TrimLeft(s, " "); s != string(end); {
		var key, value string
		if key, s, ok = parseAtom(s, string(end)+",="); !ok {
			return values, false
		}
		if strings.HasPrefix(s, "=") && end == '}' {
			if value, s, ok = parseAtom(s[1:], string(end)+","); !ok {
				return values, false
			}
		}
		values[key] = value
		if strings.HasPrefix(s, ",") {
			s = strings.TrimLeft(s[1:], " ")
		} else if s != string(end) {
			return values, false
		}
	}
	return values, true
}

// parseAtom reads an atom, bare up to one of the ends or in quotes, and returns what follows it.
func parseAtom(s, ends string) (atom, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		i := strings.IndexAny(s, ends)
		if i < 1 {
			return "", s, false
		}
		return s[:i], s[i:], true
	}
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	if i >= len(s) || json.Unmarshal([]byte(s[:i+1]), &atom) != nil {
		return "", s, false
	}
	return atom, s[i+1:], true
}

// unquote resolves the quotes of a name that has some.
func unquote(s string) string {
	if atom, rest, ok := parseAtom(s, ""); ok && rest == "" {
		return atom
	}
	return s
}
