package release

import (
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// ParseCmdline reads the parameters of /proc/cmdline that make bonds, bridges and VLANs.
func ParseCmdline(data []byte) (c Cmdline, problems []text.Problem) {
	for n, line := range text.Lines(data) {
		params := splitParameters(line)
		if len(params) == 0 {
			continue
		}
		if c.Line > 0 {
			problems = append(problems, text.NewProblem(n, line, "a second line"))
			continue
		}
		c.Line = n
		for _, p := range params {
			if why := c.add(p); why != "" {
				problems = append(problems, text.NewProblem(n, p, why))
			}
		}
	}
	return c, problems
}

// splitParameters splits at blanks that are not in double quotes, and drops the quotes, as the kernel does.
func splitParameters(line string) (params []string) {
	quoted := false
	fields := strings.FieldsFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return !quoted && (r == ' ' || r == '\t')
	})
	for _, f := range fields {
		params = append(params, strings.ReplaceAll(f, `"`, ""))
	}
	return params
}

func (c *Cmdline) add(param string) (why string) {
	name, value, _ := strings.Cut(param, "=")
	fields := strings.Split(value, ":")
	switch option, isModule := strings.CutPrefix(name, "bonding."); {
	case isModule && option != "":
		c.Module = append(c.Module, CmdlineOption{Name: option, Value: value})
	case name == "bond":
		c.Bonds = append(c.Bonds, cmdlineBond(fields))
	case name == "bridge":
		b := CmdlineBridge{Name: fields[0]}
		if len(fields) > 1 {
			b.Ports = split(fields[1])
		}
		if b.Name == "" || len(b.Ports) == 0 {
			return "a bridge without a name or ports"
		}
		c.Bridges = append(c.Bridges, b)
	case name == "vlan":
		if len(fields) != 2 || fields[0] == "" || fields[1] == "" {
			return "a VLAN without a name or parent"
		}
		c.VLANs = append(c.VLANs, CmdlineVLAN{Name: fields[0], Parent: fields[1]})
	}
	return ""
}

// cmdlineBond reads NAME[:SLAVES[:OPTIONS[:MTU]]] with the defaults of dracut's parse-bond.sh.
func cmdlineBond(fields []string) CmdlineBond {
	b := CmdlineBond{Name: fields[0], Slaves: []string{"eth0", "eth1"}}
	if b.Name == "" {
		b.Name = "bond0"
	}
	if len(fields) > 1 {
		b.Slaves = split(fields[1])
	}
	for _, f := range fields[min(2, len(fields)):] {
		if strings.Contains(f, "=") {
			b.Options = append(b.Options, cmdlineOptions(f)...)
		} else if n := major(f); n > 0 {
			b.MTU = n
		}
	}
	return b
}

// cmdlineOptions reads the options of a bond. dracut separates the elements of a list by semicolons; a comma within one is accepted.
func cmdlineOptions(s string) (options []CmdlineOption) {
	for _, part := range split(s) {
		name, value, found := strings.Cut(part, "=")
		value = strings.ReplaceAll(value, ";", ",")
		switch {
		case found && name != "":
			options = append(options, CmdlineOption{Name: name, Value: value})
		case !found && len(options) > 0:
			options[len(options)-1].Value += "," + part
		}
	}
	return options
}

func split(s string) []string {
	return slices.DeleteFunc(strings.Split(s, ","), func(s string) bool { return s == "" })
}
