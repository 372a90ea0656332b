package form

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sosbond/sosbond/report/render"
	"github.com/sosbond/sosbond/report/summary"
)

// columns of the CSV form, which has a line for each host and bond, and one for a host without a bond.
var columns = []string{
	"host", "verdict", "worst", "bond", "mode", "bond_verdict", "conditions", "faults", "guests", "os", "kernel", "platform", "complete", "source", "input",
}

func writeCSV(w io.Writer, s summary.Summary) error {
	out := csv.NewWriter(w) // it keeps the first error for Error
	_ = out.Write(columns)
	for _, r := range s.Table {
		bonds := r.Bonds
		if len(bonds) == 0 {
			bonds = []summary.Bond{{}}
		}
		for _, b := range bonds {
			cells := []string{
				r.Name, r.Verdict, r.Worst, b.Name, b.Mode, b.Verdict, strconv.Itoa(b.Conditions), strings.Join(r.Rules, " "), strconv.Itoa(r.Guests),
				r.OS, r.Kernel, r.Platform, strconv.FormatBool(r.Complete), r.Source, r.Input,
			}
			for i, c := range cells {
				cells[i] = inert(render.Line(c))
			}
			_ = out.Write(cells)
		}
	}
	out.Flush()
	return out.Error()
}

// signs are those that a spreadsheet takes for the start of a formula, in their wide form too.
const signs = "=+-@＝＋－＠"

// inert returns a cell that no spreadsheet takes for a formula: one that begins with a sign of it, after spaces too, gets an apostrophe before it
// (OWASP, CSV injection).
func inert(cell string) string {
	if first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, " ")); strings.ContainsRune(signs, first) {
		return "'" + cell
	}
	return cell
}
