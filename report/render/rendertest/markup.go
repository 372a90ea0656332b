package rendertest

import (
	"regexp"
	"strings"
	"testing"
)

// The shape of what the report writes itself, outside fences and code spans and without escaped characters.
var (
	heading   = regexp.MustCompile(`^#{1,4} `)
	tableRow  = regexp.MustCompile(`^\|.*\|$`)
	tableRule = regexp.MustCompile(`^\|( --- \|)+$`)
	address   = regexp.MustCompile(`^  https?://\S+$`)
	bold      = regexp.MustCompile(`\*\*([^*]*)\*\*`)
	escaped   = regexp.MustCompile("\\\\[!-/:-@\\[-`{-~]")
)

// CheckMarkup fails when the text holds markup that the report itself does not write: what came from the input would be alive.
func CheckMarkup(t *testing.T, out string) {
	t.Helper()
	columns := 0
	for _, line := range outsideFences(t, out) {
		if strings.HasPrefix(line, "    ") {
			t.Errorf("indented like code: %q", line)
		}
		if address.MatchString(line) || line == "---" {
			continue
		}
		text := withoutCode(t, line)
		columns = checkRow(t, text, columns)
		if heading.MatchString(text) {
			text = strings.TrimLeft(text, "#")
		}
		if columns > 0 {
			text = strings.ReplaceAll(text, "|", "")
		}
		text = strings.TrimPrefix(text, "- ")
		text = strings.Replace(text, "~ ", "", 1) // the mark of a verdict; with a space behind it strikes nothing
		text = bold.ReplaceAllString(text, "$1")
		if i := strings.IndexAny(text, "*_<>[]#|~{}\\@"); i >= 0 && !tableRule.MatchString(line) {
			t.Errorf("%q is alive in %q", text[i], line)
		}
		if strings.Contains(text, "://") || strings.HasPrefix(text, "=") || strings.HasPrefix(text, "+") {
			t.Errorf("alive: %q", line)
		}
	}
}

// checkRow checks that all rows of a table have the same number of cells.
func checkRow(t *testing.T, text string, columns int) int {
	t.Helper()
	if !tableRow.MatchString(text) {
		return 0
	}
	n := strings.Count(text, "|")
	if columns != 0 && n != columns {
		t.Errorf("%d bars, the rows above have %d: %q", n, columns, text)
	}
	return n
}

func outsideFences(t *testing.T, out string) []string {
	t.Helper()
	var lines []string
	fence := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence != "":
			if len(ticks) >= len(fence) && strings.TrimSpace(line) == ticks {
				fence = ""
			}
		case len(ticks) >= 3 && !strings.Contains(line[len(ticks):], "`"):
			fence = ticks
		default:
			lines = append(lines, line)
		}
	}
	if fence != "" {
		t.Errorf("a fence is open at the end")
	}
	return lines
}

// withoutCode drops escaped characters and code spans, as CommonMark reads them.
func withoutCode(t *testing.T, line string) string {
	t.Helper()
	var b strings.Builder
	for line != "" {
		if loc := escaped.FindStringIndex(line); loc != nil && loc[0] == 0 {
			b.WriteByte('x') // it stands for itself, and what follows it is not at the start of the line
			line = line[2:]
			continue
		}
		if line[0] != '`' {
			b.WriteByte(line[0])
			line = line[1:]
			continue
		}
		ticks := len(line) - len(strings.TrimLeft(line, "`"))
		end := regexp.MustCompile("(^|[^`])(`{" + string(rune('0'+ticks%10)) + "})([^`]|$)").FindStringSubmatchIndex(line[ticks:])
		if ticks > 9 {
			return b.String() // longer than this helper counts
		}
		if end == nil {
			t.Errorf("a code span is open: %q", line)
			return b.String()
		}
		line = line[ticks+end[5]:]
	}
	return b.String()
}
