package rules

import (
	"fmt"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
)

// sb184 finds what speaks for a static channel on the switch while the host runs LACP and hears nobody: a link that the bond does not use receives
// what is meant for somebody on this host. With plain switch ports it would see broadcasts and little else.
var sb184 = Rule{ID: "SB184", Slug: "static_channel", Severity: Critical, Family: FamilyLACP, Explains: []string{"SB170", "SB175"}, Check: checkStaticChannel}

// What an idle link must have received to tell: so many frames that were no multicast, of so many bytes on average (broadcasts are small), and
// so much in proportion to the link in use. What it sent must be little beside that: a link that was in use before sent as well.
const (
	idleFrames     = 10000
	idleFrameBytes = 300
	idleShare      = 5  // at least a 5th of what the link in use received
	idleSent       = 20 // at most a 20th of what it received
)

func checkStaticChannel(h *topology.Host) (hits []Hit) {
	for _, b := range lacpBonds(h) {
		if partner(b) != No || noAggregator(b) || young(h) {
			continue
		}
		fed := having(leftOut(b), func(s *topology.Slave) bool { return silent(s) && fedWhileIdle(b, s) })
		if len(fed) == 0 {
			continue
		}
		list := []Evidence{on(b.PartnerMAC.Source, "no partner was ever heard")}
		var shares []string
		for _, s := range fed {
			list = append(list, on(s.AggregatorID.Source, s.Name+" is not in the active aggregator"), on(s.Link.Received.Source, "what "+s.Name+" received"),
				on(s.Link.Sent.Source, "what "+s.Name+" sent"))
			shares = append(shares, fmt.Sprintf("%s received %d frames that were no multicast (%d MB) and sent %d", device(s.Name), unicasts(s), s.Link.Received.Value.Bytes>>20, s.Link.Sent.Value.Packets))
		}
		for _, s := range inActive(b) {
			if s.Link != nil {
				list = append(list, on(s.Link.Received.Source, "what "+s.Name+" received, the link in use"))
			}
		}
		hit := lacpHit(b, worse(b), list, map[string]any{"Fed": deviceNames(fed), "Shares": shares})
		hit.Confidence = Likely
		hits = append(hits, hit)
	}
	return hits
}

func unicasts(s *topology.Slave) uint64 {
	r := s.Link.Received.Value
	return r.Packets - min(r.Multicast, r.Packets)
}

// fedWhileIdle reports a link outside of the active aggregator that received what only a member of a channel does.
func fedWhileIdle(b *topology.Bond, s *topology.Slave) bool {
	if s.Link == nil || !s.Link.Received.Known() || !s.Link.Sent.Known() {
		return false
	}
	r := s.Link.Received.Value
	used := slices.ContainsFunc(inActive(b), func(x *topology.Slave) bool {
		return x.Link != nil && x.Link.Received.Known() && x.Link.Received.Value.Bytes/idleShare <= r.Bytes
	})
	return used && unicasts(s) >= idleFrames && r.Bytes/r.Packets >= idleFrameBytes && s.Link.Sent.Value.Bytes <= r.Bytes/idleSent
}
