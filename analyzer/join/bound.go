package join

import (
	"fmt"

	"github.com/sosbond/sosbond/analyzer/topology"
	"github.com/sosbond/sosbond/parsers/archive"
)

// FlagBonds is the command line's flag that sets the most bonds of a host.
const FlagBonds = "--max-bonds"

// DefaultBonds is twice what the largest hosts have. Rules compare bonds with one another.
const DefaultBonds = 1000

// bound leaves out bonds of a host that are more than so many. It returns a sentence on what it left out, which is among the host's notes too.
func bound(h *topology.Host, limit int) (cut string) {
	if limit <= 0 {
		limit = DefaultBonds
	}
	have := len(h.Bonds)
	if have <= limit {
		return ""
	}
	err := &archive.LimitError{What: fmt.Sprintf("The report has %d bonds, of which %d were looked at", have, limit), Flag: FlagBonds}
	cut = err.Error() + "."
	h.Bonds = h.Bonds[:limit:limit]
	h.Complete = false
	h.Notes = append(h.Notes[:len(h.Notes):len(h.Notes)], cut)
	return cut
}
