package modprobe

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// Parse reads modprobe.conf(5) syntax and returns the lines that concern the bonding driver: its aliases, its options under its own name or
// under that of a bond, and install commands that load it with options. All other lines are left out without a word.
func Parse(data []byte) (lines []Line, problems text.Problems) {
	for _, l := range logicalLines(data) {
		fields := strings.Fields(l.text)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		if !commands[fields[0]] {
			problems.Add(l.line, l.text, "not a modprobe configuration command")
			continue
		}
		line, why := parseLine(fields)
		if line.Module == "" {
			continue
		}
		line.Line, line.Text = l.line, l.text
		lines = append(lines, line)
		if why != "" {
			problems.Add(l.line, l.text, why)
		}
	}
	return lines, problems
}

// commands are those of modprobe.d(5), and those that module-init-tools had before.
var commands = map[string]bool{
	"alias": true, "options": true, "install": true, "remove": true, "blacklist": true, "softdep": true, "weakdep": true, "config": true,
	"include": true, "below": true, "above": true, "post-install": true, "pre-install": true, "post-remove": true, "pre-remove": true,
	"probeall": true, "keep": true, "path": true, "depfile": true, "insmod_opt": true, "binary_indexes": true, "blacklist_file": true,
}

type logicalLine struct {
	line int // the first of its lines
	text string
}

// logicalLines joins the lines that end in a backslash with those that follow.
func logicalLines(data []byte) (all []logicalLine) {
	first := 0 // of the lines of open
	var open []string
	end := func() {
		all = append(all, logicalLine{line: first, text: strings.Join(open, " ")})
		open = nil
	}
	for n, s := range text.Lines(data) {
		part, more := strings.CutSuffix(strings.TrimRight(s, " \t"), `\`)
		if open == nil {
			first = n
		}
		open = append(open, strings.TrimSpace(part))
		if !more {
			end()
		}
	}
	if open != nil {
		end()
	}
	return all
}

// bondRE matches the names that bonds have when modprobe's configuration makes them. Another file may hold the alias.
var bondRE = regexp.MustCompile(`^bond[0-9*?\[]`)

func concernsBonding(module string) bool { return module == "bonding" || bondRE.MatchString(module) }

// parseLine returns a line without a module when it does not concern bonding.
func parseLine(fields []string) (l Line, why string) {
	switch args := fields[1:]; {
	case fields[0] == "alias" && len(args) >= 2 && args[1] == "bonding":
		return Line{Module: args[0], Alias: true}, ""
	case fields[0] == "options" && len(args) >= 1 && concernsBonding(args[0]):
		options, why := parseOptions(args[1:])
		return Line{Module: args[0], Options: options}, why
	case fields[0] == "install" && len(args) >= 2:
		return parseInstall(args[1:])
	}
	return Line{}, ""
}

// parseInstall reads `install bond0 /sbin/modprobe --ignore-install bonding -o bond0 mode=1`: the options are for the name after -o.
func parseInstall(command []string) (l Line, why string) {
	loads := false // after the word modprobe
	for i, word := range command {
		switch {
		case word == "modprobe" || strings.HasSuffix(word, "/modprobe"):
			loads = true
		case isSeparator(word):
			loads = false
		case loads && concernsBonding(word):
			rest := command[i+1:]
			l = Line{Module: word}
			if name := nameOption(rest); name != "" {
				l.Module = name
			}
			if l.Options, why = parseOptions(rest); len(l.Options) == 0 {
				return Line{}, ""
			}
			return l, why
		}
	}
	return Line{}, ""
}

func isSeparator(word string) bool { return strings.Trim(word, "&|;{}()") == "" }

// nameOption is the module name that -o gives to an instance of the driver, "" when it is not given.
func nameOption(args []string) string {
	for i := 0; i+1 < len(args); i++ {
		if args[i] == "-o" {
			return args[i+1]
		}
	}
	return ""
}

func parseOptions(args []string) (options []Option, why string) {
	for i := 0; i < len(args); i++ {
		word := strings.Trim(args[i], `"'`)
		switch {
		case word == "-o":
			i++ // the name of the instance
			continue
		case isSeparator(word) || strings.HasPrefix(word, "#"):
			return options, why
		case word == "" || strings.HasPrefix(word, "-") || strings.HasPrefix(word, "$"):
			continue
		}
		word, last := strings.CutSuffix(word, ";")
		more, bad := splitWord(word)
		options = append(options, more...)
		if bad != "" {
			why = bad
		}
		if last {
			return options, why
		}
	}
	return options, why
}

// splitWord takes NAME=VALUE apart. The driver's list parameters (arp_ip_target) take commas; elsewhere a comma joins what should have been
// two words.
func splitWord(word string) (options []Option, why string) {
	start := 0 // of the value of the last option
	at := 0
	for part := range strings.SplitSeq(word, ",") {
		name, value, found := strings.Cut(part, "=")
		end := at + len(part)
		switch {
		case found && name != "":
			options = append(options, Option{Name: name, Value: value})
			start = end - len(value)
		case len(options) > 0 && !found:
			last := &options[len(options)-1]
			last.Value = word[start:end]
			if last.Name != "arp_ip_target" {
				why = "a comma in the value of an option that is no list"
			}
		default:
			if name != "" {
				options = append(options, Option{Name: name})
				start = end
			}
			why = "an option without a value"
		}
		at = end + 1
	}
	if len(options) > 1 {
		why = "a comma between options: options are separated by blanks, and this is taken for one of them"
	}
	return options, why
}
