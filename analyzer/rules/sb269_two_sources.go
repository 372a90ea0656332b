package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb269 finds a bond that two systems, or two profiles, configure independently.
var sb269 = Rule{ID: "SB269", Slug: "two_sources", Severity: Warning, Family: FamilyConfiguration, Check: checkTwoSources}

// byHand are the systems that people write files for, and that no other system writes for them on this host: the files of nmstate, vdsm and
// os-net-config become ifcfg files and profiles.
var byHand = []string{topology.ConfigIfcfg, topology.ConfigKeyfile, topology.ConfigNetplan, topology.ConfigNetworkd, topology.ConfigIfupdown, topology.ConfigWicked}

func checkTwoSources(h *topology.Host) (hits []Hit) {
	var names []string
	of := map[string][]*topology.BondConfig{}
	for _, c := range started(h) {
		if slices.Contains(byHand, c.System) {
			names = append(names, c.Name)
			of[c.Name] = append(of[c.Name], c)
		}
	}
	for _, name := range uniq(names) {
		list := of[name]
		if len(list) < 2 || !independent(list) {
			continue
		}
		b := bondOf(h, list[0])
		hit := Hit{Bond: b, Vars: map[string]any{"Files": configNames(list), "Differs": prose(different(list)), "Same": len(different(list)) == 0}}
		var evidence []Evidence
		for _, c := range list {
			evidence = append(evidence, on(c.Source, fileName(c)+" configures "+name))
		}
		if len(different(list)) == 0 {
			hit.Severity = Info
		}
		hit.Evidence = cite(evidence...)
		hits = append(hits, hit)
	}
	return hits
}

// independent reports configurations of which none need be made of another: those of several systems, or two files of one that is read file by
// file. Stanzas of netplan, networkd and interfaces(5) are one configuration.
func independent(list []*topology.BondConfig) bool {
	first := list[0]
	return slices.ContainsFunc(list[1:], func(c *topology.BondConfig) bool {
		return c.System != first.System || c.File != first.File && (c.System == topology.ConfigKeyfile || c.System == topology.ConfigIfcfg)
	})
}

func configNames(list []*topology.BondConfig) (names []string) {
	for _, c := range list {
		names = append(names, fileName(c))
	}
	return uniq(names)
}

// different are the options in which configurations contradict one another, and "slaves".
func different(list []*topology.BondConfig) (names []string) {
	for i, c := range list {
		for _, o := range c.Options {
			for _, other := range list[i+1:] {
				x, ok := other.Option(o.Name)
				if mine, _ := c.Option(o.Name); ok && topology.OptionName(o.Name, x.Value) != topology.OptionName(o.Name, mine.Value) && !sameMode(o.Name, x.Value, mine.Value) {
					names = append(names, o.Name)
				}
			}
		}
	}
	return uniq(names)
}

func sameMode(name, a, b string) bool {
	return name == "mode" && kernelName(name, a) == kernelName(name, b)
}
