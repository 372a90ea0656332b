package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb220 finds a device that sends longer frames than the one below it takes.
var sb220 = Rule{ID: "SB220", Slug: "mtu_chain", Severity: Error, Family: FamilyHealth, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkMTUChain}

func checkMTUChain(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		for _, a := range b.Attachments {
			if a.Kind != topology.KindBridge && a.Kind != topology.AttachedHost || !h.Carries(b, a.Port) {
				continue
			}
			upper, lower := oversized(h, a)
			if upper == nil {
				continue
			}
			hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(on(upper.MTU.Source, mtuNote(upper)), on(lower.MTU.Source, mtuNote(lower))),
				Vars: map[string]any{"Upper": device(upper.Name), "UpperMTU": upper.MTU.Value, "Lower": device(lower.Name), "LowerMTU": lower.MTU.Value, "IsBridge": upper.Kind == topology.KindBridge}})
		}
	}
	return hits
}

func mtuNote(l *topology.Link) string { return fmt.Sprintf("MTU %d of %s", l.MTU.Value, l.Name) }

// oversized finds the first pair of devices on the way down from the bridge of which the upper one has the larger MTU.
func oversized(h *topology.Host, a *topology.Attachment) (upper, lower *topology.Link) {
	l := h.Link(a.Port)
	if a.Bridge != nil && larger(a.Bridge.Link, l) {
		return a.Bridge.Link, l
	}
	for range 16 {
		if l == nil || l.Kind != topology.KindVLAN {
			break
		}
		below := h.Link(l.Lower)
		if larger(l, below) {
			return l, below
		}
		l = below
	}
	return nil, nil
}

func larger(upper, lower *topology.Link) bool {
	return upper != nil && lower != nil && upper.MTU.Known() && lower.MTU.Known() && lower.MTU.Value > 0 && upper.MTU.Value > lower.MTU.Value
}
