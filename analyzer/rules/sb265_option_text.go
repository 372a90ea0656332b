package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/ifcfg"
)

// sb265 finds BONDING_OPTS that mean something else to those who read it than to who wrote it. The running bond then differs in mode or options.
var sb265 = Rule{ID: "SB265", Slug: "option_text", Severity: Error, Family: FamilyConfiguration, Explains: []string{"SB260", "SB261"}, Check: checkOptionText}

// faultNotes say what becomes of each fault.
var faultNotes = map[ifcfg.FaultKind]string{
	ifcfg.FaultComma:    "options joined by a comma are one option with a value that does not exist: the driver refuses it",
	ifcfg.FaultBlanks:   "blanks around `=` make three words of it, none of which is an option",
	ifcfg.FaultUnquoted: "without quotes the value ends at the first blank, and the options after it are lost",
	ifcfg.FaultQuotes:   "quotes inside of the value, typographic ones among them, become part of a name or value",
	ifcfg.FaultComment:  "inside of the quotes `#` begins no comment: its words are taken for options",
	ifcfg.FaultNoValue:  "an option without a value, or a value without an option",
	ifcfg.FaultNoOption: "a word that is no option",
	ifcfg.FaultPlus:     "`+` belongs before an address, not before the name of the option",
	ifcfg.FaultShell:    "the shell refuses the line, and everything after it in the file is lost",
	ifcfg.FaultAgain:    "the variable is set again later: this value is lost",
}

func checkOptionText(h *topology.Host) (hits []Hit) {
	for _, c := range started(h) {
		if c.System != topology.ConfigIfcfg {
			continue
		}
		var evidence []Evidence
		var notes []string
		for _, f := range c.Faults {
			note := faultNotes[ifcfg.FaultKind(f.Kind)]
			evidence = append(evidence, on(f.Source, plain(note)))
			notes = append(notes, note)
		}
		again, first := twice(c)
		for i, name := range again {
			note := fmt.Sprintf("`%s` stands there twice with different values: the last one counts", name)
			evidence = append(evidence, on(first[i], plain(note)))
			notes = append(notes, note)
		}
		if len(notes) == 0 {
			continue
		}
		b := bondOf(h, c)
		hit := Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"File": fileName(c), "Notes": uniq(notes), "Clean": joinOptions(append(slices.Clone(c.Options), lostOptions(c)...)), "Works": false}}
		if !b.ConfigOnly && len(b.Drift()) == 0 && c.Mode.Known() && c.Mode.Value == b.Mode.Value {
			hit.Severity, hit.Vars["Works"] = Warning, true
		}
		hits = append(hits, hit)
	}
	return hits
}

// lostOptions are those that stand behind the end of a value without quotes.
func lostOptions(c *topology.BondConfig) (list []topology.ConfigOption) {
	for _, f := range c.Faults {
		if f.Kind != string(ifcfg.FaultUnquoted) {
			continue
		}
		for _, word := range strings.Fields(f.Text)[1:] {
			name, value, ok := strings.Cut(strings.Trim(word, "“”„‘’‚«»\"'"), "=")
			if _, set := c.Option(name); ok && !set {
				list = append(list, topology.ConfigOption{Name: name, Value: value, Source: f.Source})
			}
		}
	}
	return list
}

// inFault reports an option that stands in a faulty place, of which SB265 tells.
func inFault(c *topology.BondConfig, o topology.ConfigOption) bool {
	return slices.ContainsFunc(c.Faults, func(f topology.ConfigFault) bool {
		return f.Source.Line == o.Source.Line && f.Kind != string(ifcfg.FaultUnquoted) && f.Kind != string(ifcfg.FaultShell) && strings.Contains(f.Text, o.Name)
	})
}

// twice are the options that a configuration sets to several values, with the line of the first.
func twice(c *topology.BondConfig) (names []string, at []topology.Source) {
	for _, o := range c.Options {
		last, _ := c.Option(o.Name)
		if !isTargets(o.Name) && topology.OptionName(o.Name, last.Value) != topology.OptionName(o.Name, o.Value) && !slices.Contains(names, o.Name) {
			names, at = append(names, o.Name), append(at, o.Source)
		}
	}
	return names, at
}

// toldAsOptions reports a problem of a file that SB265 tells: it is not told twice.
func toldAsOptions(h *topology.Host, p topology.Problem) bool {
	return slices.ContainsFunc(started(h), func(c *topology.BondConfig) bool {
		return c.System == topology.ConfigIfcfg && slices.ContainsFunc(c.Faults, func(f topology.ConfigFault) bool {
			return f.Source.File == p.Source.File && f.Source.Line == p.Source.Line
		})
	})
}
