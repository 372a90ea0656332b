package join

import (
	"fmt"

	"github.com/sosbond/sosbond/parsers/archive"
)

// FlagBonds is the command line's flag that sets the most bonds of a host.
const FlagBonds = "--max-bonds"

const (
	// DefaultBonds is twice what the largest hosts have. Rules compare bonds with one another.
	DefaultBonds = 1000
	// pairsOfBond is how many pairs of bond and guest there may be, for each bond of the limit. A guest sits on one bond, or on the few that its bridge
	// has; where a thousand bonds are in one bridge with thousands of guests, there are millions of pairs.
	pairsOfBond = 50
)

// bound leaves out bonds of the host that are more than so many.
func (j *joiner) bound() {
	if len(j.h.Bonds) > j.most {
		j.leaveOut(j.most)
	}
}

// leaveOut leaves out the bonds from that one on, and notes it.
func (j *joiner) leaveOut(from int) {
	err := &archive.LimitError{What: fmt.Sprintf("The report has %d bonds, of which %d were looked at with the guests on them", len(j.h.Bonds), from), Flag: FlagBonds}
	j.cut = err.Error() + "."
	j.h.Bonds = j.h.Bonds[:from:from]
	j.h.Complete = false
	j.h.Notes = append(j.h.Notes[:len(j.h.Notes):len(j.h.Notes)], j.cut)
}
