package rules

import "github.com/sosbond/sosbond/analyzer/topology"

// sb284 confirms balance-slb of Open vSwitch, on switch ports that are in no channel.
var sb284 = Rule{ID: "SB284", Slug: "ovs_balance_slb", Severity: OK, Family: FamilyTopology, Check: checkOVSBalanceSLB}

func checkOVSBalanceSLB(h *topology.Host) []Hit { return checkOVSMode(h, topology.OVSBalanceSLB) }
