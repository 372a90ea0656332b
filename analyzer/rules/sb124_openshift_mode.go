package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers"
	"github.com/sosbond/sosbond/parsers/bonding"
)

// sb124 compares the mode of a bond with the list in the documents of the cluster's release.
var sb124 = Rule{ID: "SB124", Slug: "openshift_mode", Severity: Error, Family: FamilyTopology, Whole: []topology.Datum{parsers.DatumCluster}, Check: checkOpenShiftMode}

// The lists of bonding modes in the documents of OpenShift: those of 4.4 and 4.5, of 4.6 to about 4.15, and of 4.20. Between the last two the
// statement changed.
var (
	openShiftFirst  = []topology.Mode{bonding.ActiveBackup, bonding.BalanceTLB, bonding.BalanceALB}
	openShiftSecond = []topology.Mode{bonding.ActiveBackup, bonding.BalanceXOR, bonding.LACP, bonding.BalanceTLB, bonding.BalanceALB}
	openShiftThird  = []topology.Mode{bonding.ActiveBackup, bonding.BalanceXOR, bonding.LACP}
)

// Eras of the documents, as the text asks for them under .X.Era.
const (
	eraFirst   = "first"
	eraSecond  = "second"
	eraBetween = "between"
	eraThird   = "third"
	eraUnknown = "unknown"
)

func checkOpenShiftMode(h *topology.Host) (hits []Hit) {
	if h.Platform.Value != topology.OpenShift {
		return nil
	}
	version := clusterVersion(h)
	era := openShiftEra(version.Value)
	for _, b := range running(h) {
		severity := openShiftSeverity(era, b.Mode.Value)
		if severity == OK {
			continue
		}
		hits = append(hits, Hit{Bond: b, Attachment: firstGuests(b), Severity: severity, Vars: map[string]any{"Version": version.Value, "Era": era},
			Evidence: cite(modeEvidence(b), on(version.Source, "the release of OpenShift"), on(h.Platform.Source, "a node of OpenShift"))})
	}
	return hits
}

// openShiftEra tells which list is that of a release such as 4.14.3.
func openShiftEra(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return eraUnknown
	}
	major, err := strconv.Atoi(parts[0])
	minor, err2 := strconv.Atoi(parts[1])
	switch {
	case err != nil || err2 != nil || major < 4:
		return eraUnknown
	case major > 4 || minor >= 20:
		return eraThird
	case minor >= 16:
		return eraBetween
	case minor >= 6:
		return eraSecond
	}
	return eraFirst
}

// openShiftSeverity is OK where the release's documents list the mode. One that the documents of that time lack, but those of later releases
// have, is only to be known.
func openShiftSeverity(era string, m topology.Mode) Severity {
	switch {
	case era == eraThird && !slices.Contains(openShiftThird, m):
		return Error
	case era == eraFirst && !slices.Contains(openShiftFirst, m) && slices.Contains(openShiftSecond, m):
		return Info
	case era == eraFirst && slices.Contains(openShiftFirst, m), era == eraSecond && slices.Contains(openShiftSecond, m), slices.Contains(openShiftThird, m):
		return OK
	case era == eraBetween && !slices.Contains(openShiftSecond, m):
		return Error
	}
	return Warning
}
