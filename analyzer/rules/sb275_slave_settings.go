package rules

import (
	"strconv"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb275 finds settings in the ifcfg files of slaves that only the bond's file can make.
var sb275 = Rule{ID: "SB275", Slug: "slave_settings", Severity: Info, Family: FamilyConfiguration, Check: checkSlaveSettings}

func checkSlaveSettings(h *topology.Host) (hits []Hit) {
	for _, c := range started(h) {
		own, slaves := ifcfgOf(h, c.Name)
		if c.System != topology.ConfigIfcfg || len(own) != 1 {
			continue
		}
		b := bondOf(h, c)
		var evidence []Evidence
		var files []string
		mtu, options := 0, false
		for _, s := range slaves {
			n, err := strconv.Atoi(s.Get("MTU"))
			bond, _ := strconv.Atoi(own[0].Get("MTU"))
			runs := b.Link != nil && b.Link.MTU.Known() && b.Link.MTU.Value == n
			if err == nil && n != bond && !runs && !s.OnDemand() {
				mtu = n
				evidence = append(evidence, on(s.Vars["MTU"].Source, "the MTU of the slave"))
				files = append(files, onHost(s.File))
			}
			if o := s.Vars["BONDING_OPTS"]; o.Value != "" {
				options = true
				evidence = append(evidence, on(o.Source, "options of a bond in the file of a slave"))
				files = append(files, onHost(s.File))
			}
		}
		if len(files) == 0 {
			continue
		}
		if m := own[0].Vars["MTU"]; m.Known() {
			evidence = append(evidence, on(m.Source, "the MTU of the bond"))
		} else {
			evidence = append(evidence, on(own[0].Source, "the bond's file sets none of it"))
		}
		hits = append(hits, Hit{Bond: b, Evidence: cite(evidence...), Vars: map[string]any{"Size": mtu, "Options": options, "Files": uniq(files), "File": onHost(own[0].File)}})
	}
	return hits
}
