package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb157 finds delays that the kernel rounds, or that have no effect.
var sb157 = Rule{ID: "SB157", Slug: "delays", Severity: Warning, Family: FamilyMonitoring, Check: checkDelays}

func checkDelays(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		for _, c := range b.Configs {
			if b.Kind != topology.BondKernel || !c.Persistent() {
				continue
			}
			if hit, ok := delaysOf(b, c); ok {
				hits = append(hits, hit)
				break
			}
		}
	}
	return hits
}

// delaysOf compares the delays of a configuration with the interval that they are counted in.
func delaysOf(b *topology.Bond, c *topology.BondConfig) (hit Hit, ok bool) {
	mii := milliseconds(c, "miimon")
	source := b.MIIMon.Source
	switch o, set := c.Option("miimon"); {
	case mii >= 0:
		source = o.Source
	case set: // no number
		return hit, false
	case b.MIIMon.Known() && !b.ConfigOnly:
		mii = b.MIIMon.Value
	default:
		return hit, false
	}
	var delays []string
	var evidence []Evidence
	lost := false
	for _, name := range []string{"updelay", "downdelay"} {
		ms := milliseconds(c, name)
		if ms <= 0 || mii > 0 && ms%mii == 0 {
			continue
		}
		o, _ := c.Option(name)
		effective := 0
		if mii > 0 {
			effective = ms - ms%mii
		}
		lost = lost || effective == 0
		delays = append(delays, fmt.Sprintf("%s %d counts as %d", name, ms, effective))
		evidence = append(evidence, on(o.Source, name))
	}
	if len(delays) == 0 {
		return hit, false
	}
	hit = Hit{Bond: b, Evidence: cite(append(evidence, on(source, "the interval of MII monitoring"), on(b.UpDelay.Source, "as it runs"), on(b.DownDelay.Source, "as it runs"))...),
		Vars: map[string]any{"Delays": delays, "MIIMon": mii}}
	if !lost {
		hit.Severity = Info
	}
	return hit, true
}
