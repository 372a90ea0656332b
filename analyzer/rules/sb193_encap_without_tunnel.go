package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb193 tells that a hash over the inside of tunnels has no tunnel of this host to look into.
var sb193 = Rule{ID: "SB193", Slug: "encap_without_tunnel", Severity: Info, Family: FamilyHash, Needs: []topology.Datum{parsers.DatumLinks}, Check: checkEncapWithoutTunnel}

// tunnels are the kinds of links that wrap packets in IP.
var tunnels = []string{topology.KindVXLAN, "geneve", "gre", "gretap", "erspan", "ip6gre", "ip6gretap", "ip6erspan", "ipip", "sit", "ip6tnl", "fou", "wireguard", "vti", "vti6",
	"xfrm", "l2tpeth", "gtp", "bareudp"}

func checkEncapWithoutTunnel(h *topology.Host) (hits []Hit) {
	// the fallback devices of these modules (gre0, tunl0, sit0) exist without being used: silence is the safer answer to them too
	if slices.ContainsFunc(h.Links, func(l *topology.Link) bool { return slices.Contains(tunnels, l.Kind) }) ||
		slices.ContainsFunc(h.Bridges, func(b *topology.Bridge) bool { return b.Kind == topology.KindOVS }) {
		return nil
	}
	for _, b := range running(h) {
		hash := b.HashPolicy.Value
		if b.Mode.Value != bonding.BalanceXOR && b.Mode.Value != bonding.LACP || hash != "encap2+3" && hash != "encap3+4" {
			continue
		}
		hits = append(hits, Hit{Bond: b, Confidence: Likely, Evidence: cite(on(b.HashPolicy.Source, "the hash")), Vars: map[string]any{"Plain": map[string]string{"encap2+3": "layer2+3", "encap3+4": "layer3+4"}[hash]}})
	}
	return hits
}
