package rules

import (
	"cmp"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb270 finds ifcfg files on a release that no longer reads them, or not in the way that they ask for.
var sb270 = Rule{ID: "SB270", Slug: "ifcfg_not_read", Severity: Warning, Family: FamilyConfiguration, Check: checkIfcfgNotRead}

// Releases of RHEL: without initscripts' own network service, and without NetworkManager's plugin for ifcfg files.
const (
	withoutInitscripts = 9
	withoutIfcfg       = 10
)

func checkIfcfgNotRead(h *topology.Host) (hits []Hit) {
	os := h.OS.Value
	rhel := slices.Contains([]string{"rhel", "centos", "rocky", "almalinux", "ol"}, os.ID)
	if !rhel || os.MajorNumber < withoutInitscripts || h.Platform.Value == topology.RHV || h.Platform.Value == topology.OpenShift {
		return nil
	}
	for _, c := range started(h) {
		own, slaves := ifcfgOf(h, c.Name)
		if c.System != topology.ConfigIfcfg || slices.ContainsFunc(h.Configs, func(x *topology.BondConfig) bool { return x.Name == c.Name && x.System == topology.ConfigKeyfile }) {
			continue // the profile is what counts: another rule tells of the two
		}
		var evidence []Evidence
		var files []string
		off := false
		for _, f := range append(own, slaves...) {
			nm := f.Vars["NM_CONTROLLED"]
			switch {
			case nm.Known() && !f.Yes("NM_CONTROLLED"):
				off = true
				evidence = append(evidence, on(nm.Source, "NetworkManager is told to leave it alone, and nothing else reads it"))
			case os.MajorNumber >= withoutIfcfg:
				evidence = append(evidence, on(f.Source, "an ifcfg file"))
			default:
				continue
			}
			files = append(files, onHost(f.File))
		}
		if len(files) == 0 {
			continue
		}
		hits = append(hits, Hit{Bond: bondOf(h, c), Evidence: cite(append(evidence, on(h.OS.Source, "the release"))...), Vars: map[string]any{
			"Files": uniq(files), "Off": off, "Release": cmp.Or(os.Name, "this release"), "Gone": os.MajorNumber >= withoutIfcfg,
		}})
	}
	return hits
}
