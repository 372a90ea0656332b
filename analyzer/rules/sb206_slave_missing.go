package rules

import (
	"path"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb206 finds slaves that the configuration gives to a bond and that are not in it.
var sb206 = Rule{ID: "SB206", Slug: "slave_missing", Severity: Error, Family: FamilyHealth, Explains: []string{"SB211", "SB218"}, Whole: parsers.Configuring(), Check: checkSlaveMissing}

func checkSlaveMissing(h *topology.Host) (hits []Hit) {
	choose := func(d topology.Difference) bool { return fromFiles(d) && len(d.Missing) > 0 }
	eachDrift(h, choose, func(b *topology.Bond, list []topology.Difference) {
		missing, gone := uniq(missingOf(list)), []string{}
		for _, name := range missing {
			if h.Link(name) == nil {
				gone = append(gone, name)
			}
		}
		here := slices.DeleteFunc(slices.Clone(missing), func(n string) bool { return slices.Contains(gone, n) })
		evidence := citeDrift(list)
		for _, name := range here {
			evidence = append(evidence, on(h.Link(name).Source, name+" exists and is no slave of "+b.Name))
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"Absent": missing, "Gone": gone, "Here": here, "Files": placesOf(list)}})
	})
	return hits
}

// placesOf are the files that name the slaves: for most systems not the bond's own.
func placesOf(list []topology.Difference) (names []string) {
	for _, d := range list {
		if d.Config.System == topology.ConfigNmcli || d.Source.File == "" {
			names = append(names, fileName(d.Config))
			continue
		}
		names = append(names, "/"+path.Clean(d.Source.File))
	}
	return uniq(names)
}

func missingOf(list []topology.Difference) (names []string) {
	for _, d := range list {
		names = append(names, d.Missing...)
	}
	return names
}
