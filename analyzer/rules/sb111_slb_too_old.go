package rules

import (
	"slices"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/packages"
)

// sb111 finds balance-slb configured on a kernel, a NetworkManager or an nmstate that does not know it.
var sb111 = Rule{ID: "SB111", Slug: "slb_too_old", Severity: Error, Family: FamilyTopology, Explains: []string{"SB108", "SB109"}, Check: checkSLBTooOld}

// The first releases with balance-slb.
var (
	slbNetworkManager = []int{1, 42}
	slbNMState        = []int{2, 2, 1}
)

func checkSLBTooOld(h *topology.Host) (hits []Hit) {
	for _, b := range h.Bonds {
		if wanted, _ := slbWanted(b); b.Kind != topology.BondKernel || !wanted || slb(h, b) == Yes {
			continue
		}
		o, _ := b.Option("balance-slb")
		evidence := []Evidence{on(o.Source, "balance-slb is configured")}
		var old []string
		add := func(source topology.Source, what, note string) {
			old, evidence = append(old, what), append(evidence, on(source, note))
		}
		if v := h.Packages[packages.NetworkManager]; older(v.Value, slbNetworkManager) {
			add(v.Source, "NetworkManager "+v.Value, "balance-slb came with 1.42")
		}
		if v := h.Packages[packages.NMState]; older(v.Value, slbNMState) && byNMState(b) {
			add(v.Source, "nmstate "+v.Value, "balance-slb came with 2.2.1")
		}
		kernel := false
		for _, name := range []string{"vlan-srcmac", "nft-netdev-egress"} {
			kernel = kernel || features[name].in(h.Kernel.Value) == No
		}
		if kernel {
			add(h.Kernel.Source, "kernel "+h.Kernel.Value.Release, "the kernel")
		}
		if len(old) > 0 {
			hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Evidence: cite(evidence...), Vars: map[string]any{"Olds": old, "KernelOld": kernel}})
		}
	}
	return hits
}

// byNMState reports a bond that nmstate sets up.
func byNMState(b *topology.Bond) bool {
	return slices.ContainsFunc(b.Configs, func(c *topology.BondConfig) bool {
		return c.System == topology.ConfigNMState || c.System == topology.ConfigNNCP
	})
}

// older reports a version that is known and comes before the one in numbers.
func older(version string, than []int) bool {
	if version == "" {
		return false
	}
	for _, want := range than {
		n := 0
		i := 0
		for ; i < len(version) && i < 9 && version[i] >= '0' && version[i] <= '9'; i++ {
			n = 10*n + int(version[i]-'0')
		}
		if i == 0 && version != "" { // not a number: nothing that can be compared
			return false
		}
		if n != want {
			return n < want
		}
		version = version[i:]
		if version == "" || version[0] != '.' {
			version = "0"
		} else {
			version = version[1:]
		}
	}
	return false
}
