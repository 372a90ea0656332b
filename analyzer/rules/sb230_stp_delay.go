package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb230 finds a bridge that makes each guest wait before its first frame passes.
var sb230 = Rule{ID: "SB230", Slug: "stp_delay", Severity: Warning, Family: FamilyBridge, Check: checkSTPDelay}

// slowDelay is the forward delay, in ms, from which a starting guest notices: its port listens for one and learns for another.
const slowDelay = 4000

func checkSTPDelay(h *topology.Host) (hits []Hit) {
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		br := a.Bridge
		if !br.STP.Value || !br.STP.Known() || !br.ForwardDelay.Known() || br.ForwardDelay.Value < slowDelay {
			return
		}
		hits = append(hits, Hit{Bond: b, Attachment: a, Evidence: cite(on(br.STP.Source, "spanning tree is on"), on(br.ForwardDelay.Source, fmt.Sprintf("forward delay: %d s", seconds(br.ForwardDelay.Value)))),
			Vars: map[string]any{"STPDelay": seconds(br.ForwardDelay.Value), "Wait": seconds(2 * br.ForwardDelay.Value), "Others": portNames(otherUplinks(a))}})
	})
	return hits
}

// seconds rounds milliseconds: brctl prints 14.99 for 15 s.
func seconds(ms int) int { return (ms + 500) / 1000 }
