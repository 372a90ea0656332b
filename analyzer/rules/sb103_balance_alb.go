package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb103 finds guests on a bond that rewrites MAC addresses in both directions.
var sb103 = Rule{ID: "SB103", Slug: "balance_alb", Severity: Critical, Family: FamilyTopology, Explains: []string{"SB143"}, Check: checkBalanceALB}

func checkBalanceALB(h *topology.Host) []Hit { return checkLoadBalancing(h, bonding.BalanceALB) }
