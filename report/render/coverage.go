package render

import (
	"slices"

	"github.com/sosbond/sosbond/report"
)

// Gap is data that a report lacks for one and the same reason and that one and the same command brings.
type Gap struct {
	Data   []string
	Status string // in words
	Ask    string // "" when there is nothing to ask for
	Note   string
	Files  []string
}

var statusWords = map[string]string{
	"read": "read", "empty": "empty", "not-collected": "not collected", "failed": "collection failed", "unparsed": "could not be read",
}

// StatusWords returns a coverage status in words.
func StatusWords(status string) string {
	if w, ok := statusWords[status]; ok {
		return w
	}
	return orUnknown(status)
}

// Coverage splits what a report holds from what it lacks. What was read, and what was empty with nothing to ask for, is there.
func Coverage(coverage []report.Coverage) (there []report.Coverage, gaps []Gap) {
	for _, c := range coverage {
		if c.Status == "read" || c.Status == "empty" && c.Ask == "" {
			there = append(there, c)
			continue
		}
		g := Gap{Status: StatusWords(c.Status), Ask: c.Ask, Note: c.Note}
		i := slices.IndexFunc(gaps, func(o Gap) bool { return o.Status == g.Status && o.Ask == g.Ask && o.Note == g.Note })
		if i < 0 {
			i, gaps = len(gaps), append(gaps, g)
		}
		gaps[i].Data = append(gaps[i].Data, c.Datum)
		gaps[i].Files = append(gaps[i].Files, c.Files...)
	}
	return there, gaps
}

// DatumName returns the name of a datum; one that is empty says so.
func DatumName(c report.Coverage) string {
	if c.Status == "empty" {
		return c.Datum + " (empty)"
	}
	return c.Datum
}
