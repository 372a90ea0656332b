package topology

import "github.com/sosbond/sosbond/parsers"

// Datum is one kind of fact that a report may hold.
type Datum = parsers.Datum

// Of returns the coverage of a datum; a datum that no parser reads counts as not collected.
func (h *Host) Of(d Datum) Coverage {
	for _, c := range h.Coverage {
		if c.Datum == d {
			return c
		}
	}
	return Coverage{Datum: d, Status: parsers.StatusNotCollected}
}

// Seen reports whether a datum was in the report and could be read; a command that printed nothing counts, as it says that there is nothing.
func (h *Host) Seen(d Datum) bool {
	s := h.Of(d).Status
	return s == parsers.StatusRead || s == parsers.StatusEmpty
}

// Whole reports whether nothing of a datum was lost to damage or to a limit; a report need not have had it.
func (h *Host) Whole(d Datum) bool { return h.Complete || h.Intact[d] }
