package rules

import (
	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
)

// sb141 finds a guest whose place changes between two snapshots of the report.
var sb141 = Rule{ID: "SB141", Slug: "guest_flaps", Severity: Critical, Family: FamilyEvidence, Needs: []topology.Datum{parsers.DatumFDB}, Check: checkGuestFlaps}

func checkGuestFlaps(h *topology.Host) []Hit { return checkLearned(h, learned.flaps) }
