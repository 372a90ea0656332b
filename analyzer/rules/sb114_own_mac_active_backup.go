package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb114 warns of what a failover does to macvlan and macvtap devices.
var sb114 = Rule{ID: "SB114", Slug: "own_mac_active_backup", Severity: Warning, Family: FamilyTopology, Check: checkOwnMACActiveBackup}

func checkOwnMACActiveBackup(h *topology.Host) []Hit { return checkOwnMAC(h, bonding.ActiveBackup) }
