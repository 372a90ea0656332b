package join

import "github.com/sosbond/sosbond/analyzer/topology"

// neighbors takes what switches say by LLDP of the ports that slaves are plugged into. Only nmstate shows it, where it was asked to listen.
func (j *joiner) neighbors() {
	for _, s := range j.running() {
		for _, i := range s.Value.Interfaces {
			if i.LLDP == nil {
				continue
			}
			for _, b := range j.h.Bonds {
				for _, slave := range b.Slaves {
					if slave.Name != i.Name || len(slave.LLDP) > 0 {
						continue
					}
					for _, n := range i.LLDP.Neighbors {
						t := topology.Neighbor{Chassis: fact(s.File, n.Chassis), Port: fact(s.File, n.Port), System: fact(s.File, n.System), PortDescription: fact(s.File, n.PortDescription)}
						t.Description = fact(s.File, n.Description)
						for _, v := range n.VLANs {
							t.VLANs = append(t.VLANs, fact(s.File, v))
						}
						slave.LLDP = append(slave.LLDP, t)
					}
				}
			}
		}
	}
}
