package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb208 finds slaves that something beside the bond uses.
var sb208 = Rule{ID: "SB208", Slug: "slave_in_use", Severity: Error, Family: FamilyHealth, Check: checkSlaveInUse}

func checkSlaveInUse(h *topology.Host) (hits []Hit) {
	for _, b := range running(h) {
		for _, s := range b.Slaves {
			var list []Evidence
			addrs, bridge := []string{}, ""
			if s.Link != nil {
				addrs = append(addrs, addressList(s.Link)...)
				for _, a := range s.Link.Addrs {
					list = append(list, on(a.Source, "an address on the slave "+s.Name))
				}
			}
			for _, br := range h.Bridges {
				for _, p := range br.Ports {
					if p.Name == s.Name && p.Source.Known() {
						bridge = device(br.Name)
						list = append(list, on(p.Source, s.Name+" is a port of "+br.Name))
					}
				}
			}
			if len(list) == 0 {
				continue
			}
			hits = append(hits, Hit{Bond: b, Link: s.Name, Evidence: cite(append(list, on(s.Source, s.Name+" is a slave of "+b.Name))...),
				Vars: map[string]any{"Slave": device(s.Name), "SlaveAddrs": addrs, "SlaveBridge": bridge}})
		}
	}
	return hits
}
