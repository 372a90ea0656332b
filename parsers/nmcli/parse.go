package nmcli

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// propertyRE matches "bond.options:      mode=802.3ad", "IP4.ADDRESS[1]: ...", "802-3-ethernet.mtu:  auto".
var propertyRE = regexp.MustCompile(`^([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+(?:\[\d+\])?):\s*(.*)$`)

// Parse reads one profile. When several profiles have the name that was asked for, nmcli prints them one after the other: the first is
// returned and the others are reported; ParseAll returns them all.
func Parse(data []byte) (Connection, text.Problems) {
	all, problems := ParseAll(data)
	if len(all) == 0 {
		return Connection{}, problems
	}
	for _, c := range all[1:] {
		problems.Add(c.Line, c.Props["connection.id"].Value, "another profile of the same name")
	}
	return all[0], problems
}

// ParseAll reads every profile of the text.
func ParseAll(data []byte) (all []Connection, problems text.Problems) {
	property := ""
	for n, line := range text.Lines(data) {
		m := propertyRE.FindStringSubmatch(line)
		switch {
		case strings.TrimSpace(line) == "":
			property = ""
			continue
		case m == nil && strings.HasSuffix(property, ".config"): // the JSON of team.config takes several lines
			continue
		case m == nil:
			problems.Add(n, line, "not a property of a connection")
			continue
		}
		property = m[1]
		if len(all) == 0 || property == "connection.id" && all[len(all)-1].Props[property].Found() {
			all = append(all, Connection{Line: n, Props: map[string]text.At[string]{}})
		}
		problems.Join(all[len(all)-1].add(n, property, strings.TrimSpace(m[2])))
	}
	return all, problems
}

func (c *Connection) add(n int, property, value string) (problems text.Problems) {
	if value == "--" || value == "" {
		return nil
	}
	if old, found := c.Props[property]; found && property == "bond.options" {
		c.Props[property] = text.Of(old.Value+","+value, old.Line)
	} else {
		c.Props[property] = text.Of(value, n)
	}
	if property == "bond.options" {
		options, bad := splitOptions(n, value)
		c.Options = append(c.Options, options...)
		problems = bad
	}
	return problems
}

// splitOptions splits at the commas between options. Values that are lists have separators of their own, which nmcli has printed as
// blanks, as commas and as "\,": what follows a comma and has no "=" belongs to the list before it.
func splitOptions(n int, value string) (options []Option, problems text.Problems) {
	value = strings.ReplaceAll(value, `\,`, " ")
	for part := range strings.SplitSeq(value, ",") {
		name, v, found := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case found && name != "":
			options = append(options, Option{Line: n, Name: strings.TrimSpace(name), Value: list(name, v)})
		case !found && name != "" && len(options) > 0:
			last := &options[len(options)-1]
			last.Value += "," + list(last.Name, name)
		default:
			problems.Add(n, part, "not an option")
		}
	}
	return options, problems
}

// list writes a list with the commas that every other source of options has.
func list(name, value string) string {
	value = strings.TrimSpace(value)
	if name == "arp_ip_target" || name == "ns_ip6_target" {
		return strings.Join(strings.Fields(value), ",")
	}
	return value
}
