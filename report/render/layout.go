package render

// CellGap is what stands between two cells.
const CellGap = "  "

// Flow lays cells out in lines, two spaces between them, and begins a new line when the next cell does not fit. The first line begins with
// first, the others with rest. A cell is never broken.
func Flow(cells []Text, width int, first, rest Text) []Text {
	var lines []Text
	line, empty := first, true
	for _, c := range cells {
		if len(c) == 0 {
			continue
		}
		if !empty && line.Width()+len(CellGap)+c.Trim().Width() > width {
			lines = append(lines, line.Trim())
			line, empty = rest, true
		}
		if !empty {
			line = Join(line, Of(Plain, CellGap))
		}
		line, empty = Join(line, c), false
	}
	return append(lines, line.Trim())
}

// Columns pads the cells of all rows to the width of their column. A column that is empty in every row is dropped. The last column is not padded.
func Columns(rows [][]Text) [][]Text {
	widths := ColumnWidths(rows)
	out := make([][]Text, len(rows))
	for i, row := range rows {
		for c, cell := range row {
			if widths[c] > 0 {
				out[i] = append(out[i], cell.Pad(widths[c]))
			}
		}
	}
	return out
}

// ColumnWidths returns the width of each column.
func ColumnWidths(rows [][]Text) []int {
	var widths []int
	for _, row := range rows {
		for c, cell := range row {
			if c == len(widths) {
				widths = append(widths, 0)
			}
			widths[c] = max(widths[c], cell.Width())
		}
	}
	return widths
}

// Fill wraps words to a width. The first line begins with first, the others with rest. A word is never broken.
func Fill(words []Text, width int, first, rest Text) []Text {
	var lines []Text
	line, empty := first, true
	for _, w := range words {
		if !empty && line.Width()+1+w.Width() > width {
			lines = append(lines, line.Trim())
			line, empty = rest, true
		}
		if !empty {
			line = Join(line, Of(Plain, " "))
		}
		line, empty = Join(line, w), false
	}
	return append(lines, line.Trim())
}
