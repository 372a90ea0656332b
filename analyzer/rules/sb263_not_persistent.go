package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb263 finds a running bond that no file of the host configures.
var sb263 = Rule{ID: "SB263", Slug: "not_persistent", Severity: Error, Family: FamilyConfiguration, Check: checkNotPersistent}

func checkNotPersistent(h *topology.Host) (hits []Hit) {
	if !h.Complete || h.Platform.Value == topology.OpenShift || h.Platform.Value == topology.RHV || h.Node != "" {
		return nil // scripts of those platforms make bonds anew at each start
	}
	for _, b := range running(h) {
		var profile *topology.BondConfig
		unknown := len(b.Slaves) == 0 // the driver makes a bond of its own when it is loaded
		for _, c := range b.Configs {
			switch c.System {
			case topology.ConfigNmcli:
				profile = c
			case topology.ConfigApplied, topology.ConfigCurrent:
			default:
				unknown = true
			}
		}
		others := otherConfiguration(h, b)
		if unknown || others == "" || profile == nil && !profilesSeen(h) {
			continue
		}
		vars := map[string]any{"Memory": "", "Other": others}
		evidence := []Evidence{on(b.Source, "it runs")}
		if profile != nil {
			vars["Memory"] = profile.Connection
			evidence = append(evidence, on(profile.Source, "a profile that stands in the memory of NetworkManager alone"))
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(append(evidence, modeEvidence(b))...), Vars: vars})
	}
	return hits
}

// profilesSeen reports that NetworkManager's own list of profiles would show one of the bond: it does not run, or its profiles were collected.
func profilesSeen(h *topology.Host) bool {
	return !h.Managers.NetworkManager.Known() || slices.ContainsFunc(h.Of(parsers.DatumNmcli).Files, func(f string) bool {
		return strings.Contains(f, "_show_id_") || strings.Contains(f, "_show_conf_")
	})
}

// otherConfiguration is a file that configures something else than the bond in the way of this host, "" where the files were not collected,
// or do not show that it is done so.
func otherConfiguration(h *topology.Host, b *topology.Bond) string {
	os := h.OS.Value
	var data []topology.Datum
	switch {
	case redHat(os.ID, os.Like):
		data = []topology.Datum{parsers.DatumIfcfg, parsers.DatumKeyfile}
	case slices.Contains([]string{"sles", "suse", "opensuse-leap"}, os.ID) || slices.Contains(os.Like, "suse"):
		data = []topology.Datum{parsers.DatumWicked}
	case os.ID == "ubuntu":
		data = []topology.Datum{parsers.DatumNetplan}
	default:
		return ""
	}
	for _, d := range data {
		for _, f := range h.Of(d).Files {
			name := path.Base(f)
			if h.Of(d).Status == parsers.StatusRead && strings.HasPrefix(f, "etc/") && name != "ifcfg-lo" && !strings.Contains(name, b.Name) {
				return f
			}
		}
	}
	return ""
}
