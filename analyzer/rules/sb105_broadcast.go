package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb105 finds guests on a bond that sends every frame on every link.
var sb105 = Rule{ID: "SB105", Slug: "broadcast", Severity: Warning, Family: FamilyTopology, Explains: []string{"SB140", "SB141", "SB142"}, Check: checkBroadcast}

func checkBroadcast(h *topology.Host) []Hit { return checkStatic(h, bonding.Broadcast) }
