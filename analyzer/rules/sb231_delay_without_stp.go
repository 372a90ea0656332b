package rules

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb231 finds a forward delay that only old kernels keep although spanning tree is off.
var sb231 = Rule{ID: "SB231", Slug: "delay_without_stp", Severity: Warning, Family: FamilyBridge, Check: checkDelayWithoutSTP}

func checkDelayWithoutSTP(h *topology.Host) (hits []Hit) {
	at := features["no-delay-without-stp"].in(h.Kernel.Value)
	if at == Yes {
		return nil // a port goes to forwarding at once
	}
	eachLinuxBridge(h, func(b *topology.Bond, a *topology.Attachment) {
		br := a.Bridge
		if br.STP.Value || !br.STP.Known() || !br.ForwardDelay.Known() || br.ForwardDelay.Value < slowDelay {
			return
		}
		hit := Hit{Bond: b, Attachment: a, Evidence: cite(on(br.STP.Source, "spanning tree is off"), on(br.ForwardDelay.Source, fmt.Sprintf("forward delay: %d s", seconds(br.ForwardDelay.Value))), on(h.Kernel.Source, "the kernel")),
			Vars: map[string]any{"STPDelay": seconds(br.ForwardDelay.Value), "Wait": seconds(2 * br.ForwardDelay.Value)}}
		if at == Unknown {
			hit.Severity, hit.Confidence = Info, Possible
		}
		hits = append(hits, hit)
	})
	return hits
}
