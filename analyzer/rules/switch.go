package rules

import (
	"cmp"
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// teams are the teams whose runner is known.
func teams(h *topology.Host) (list []*topology.Bond) {
	for _, b := range h.Bonds {
		if b.Kind == topology.KindTeam && b.Mode.Known() && !b.ConfigOnly && b.Mode.Value != bonding.Unknown {
			list = append(list, b)
		}
	}
	return list
}

// ovsBonds are the bonds of Open vSwitch.
func ovsBonds(h *topology.Host) (list []*topology.Bond) {
	for _, b := range h.Bonds {
		if b.Kind == topology.BondOVS && !b.ConfigOnly {
			list = append(list, b)
		}
	}
	return list
}

// eachOVSAttachment calls f for what sits on each bond of Open vSwitch whose mode is known and that passes something, or would but for LACP.
func eachOVSAttachment(h *topology.Host, f func(*topology.Bond, *topology.Attachment)) {
	for _, b := range ovsBonds(h) {
		if !b.OVSMode.Known() || noMemberWorks(b) && !lacpStops(b) { // nothing passes: SB286
			continue
		}
		for _, a := range b.Attachments {
			f(b, a)
		}
	}
}

// noMemberWorks reports a bond of Open vSwitch all of whose members are disabled.
func noMemberWorks(b *topology.Bond) bool { return len(b.Slaves) > 0 && passesNothing(b) }

// lacpStops reports a bond of Open vSwitch that uses no member because LACP is not negotiated.
func lacpStops(b *topology.Bond) bool {
	status := lacpOfOVS(b)
	return status == lacpConfigured && b.FallbackAB.Value != "true" || status == lacpOff && b.OVSMode.Value == topology.OVSBalanceTCP
}

// fallenBack reports a bond of Open vSwitch that works as active-backup until LACP is negotiated.
func fallenBack(b *topology.Bond) bool {
	return lacpOfOVS(b) == lacpConfigured && b.FallbackAB.Value == "true"
}

// ovsEvidence quotes what tells how a bond of Open vSwitch works.
func ovsEvidence(b *topology.Bond) []Evidence {
	list := []Evidence{on(b.OVSMode.Source, "the mode"), on(b.LACPStatus.Source, "LACP"), on(b.FallbackAB.Source, "what happens without a partner")}
	if o, ok := b.Option("lacp"); ok && !b.LACPStatus.Known() {
		list = append(list, on(o.Source, "LACP as it is configured"))
	}
	return list
}

// memberEvidence quotes the state of the members.
func memberEvidence(b *topology.Bond) (list []Evidence) {
	for _, s := range b.Slaves {
		source := s.MIIStatus.Source
		if !source.Known() {
			source = s.Source
		}
		list = append(list, on(source, "member "+s.Name))
	}
	return list
}

// citePoisoned quotes where the bridge learned guests on the bond's side.
func citePoisoned(list []learned) (evidence []Evidence) {
	for _, l := range list {
		evidence = append(evidence, on(l.bond[0].Source, "the bridge looks for "+l.guest.Guest+" on "+l.bond[0].Dev))
		if len(l.own) > 0 {
			evidence = append(evidence, on(l.own[0].Source, "the guest's own port"))
		}
	}
	return evidence
}

// classNames are the classes of attachments as texts ask for them under .X.Class.
var classNames = map[Class]string{ClassGuests: "guests", ClassOwnMAC: "own", ClassIPVLAN: "ipvlan", ClassEmpty: "empty", ClassHost: "host"}

// runningGuests reports whether a guest of the attachment runs now.
func runningGuests(a *topology.Attachment) bool { return a != nil && len(a.Running()) > 0 }

// clusterVersion is the release of OpenShift that the host belongs to, as its cluster or the node's own system tells it.
func clusterVersion(h *topology.Host) topology.Fact[string] {
	if h.Cluster.Version.Known() {
		return h.Cluster.Version
	}
	if h.OS.Value.OpenShift == "" {
		return topology.Fact[string]{}
	}
	return topology.Fact[string]{Value: h.OS.Value.OpenShift, Source: h.OS.Source}
}

// redHatMajor is the major release of RHEL, or of what is built like it, that the host runs; 0 for another system.
func redHatMajor(h *topology.Host) int {
	os := h.OS.Value
	if os.ID == "fedora" || os.ID == "rhcos" || !redHat(os.ID, os.Like) && !slices.Contains(os.Like, "centos") {
		return 0
	}
	return os.MajorNumber
}

// configSource quotes what makes a bond when the host starts, else what shows that it exists.
func configSource(b *topology.Bond) topology.Source {
	for _, c := range b.Configs {
		if c.Persistent() && c.Source.Known() {
			return c.Source
		}
	}
	return cmp.Or(b.Source, b.Mode.Source)
}
