// Package jira writes reports in the wiki markup of Jira Server and Data Center, and of those fields of Jira Cloud that still take it. GitHub,
// GitLab and the editor of Jira Cloud understand the Markdown of package markdown as it is.
//
// It is made of that Markdown, of which it knows every construct: what the Markdown tells, this tells too. What came from the input was escaped
// there, and is escaped anew here.
package jira

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/report/render"
)

// Convert writes what another function writes in Markdown of this program.
func Convert(w io.Writer, write func(io.Writer) error) error {
	var b bytes.Buffer
	if err := write(&b); err != nil {
		return err
	}
	_, err := io.WriteString(w, convert(b.String()))
	return err
}

var (
	fenceLine   = regexp.MustCompile("^(`{3,})([a-z]*)$")
	headingLine = regexp.MustCompile(`^(#{1,6}) (.*)$`)
	tableRule   = regexp.MustCompile(`^\|(?: --- \|)+$`)
)

// picture is the language of a fence that only GitHub and GitLab draw.
const picture = "mermaid"

func convert(text string) string {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	var out []string
	for i := 0; i < len(lines); i++ {
		if m := fenceLine.FindStringSubmatch(lines[i]); m != nil {
			end := i + 1
			for end < len(lines) && lines[end] != m[1] {
				end++
			}
			out = append(out, verbatim(m[2], lines[i+1:end])...)
			i = end
			continue
		}
		next := ""
		if i+1 < len(lines) {
			next = lines[i+1]
		}
		if line, ok := convertLine(lines[i], tableRule.MatchString(next)); ok {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n") + "\n"
}

// noFormat is what ends a text that shows as it is.
var noFormat = regexp.MustCompile(`(?i)\{(noformat)`)

// verbatim writes lines that show as they are.
func verbatim(language string, lines []string) []string {
	if language == picture {
		return nil
	}
	out := []string{"{noformat}"}
	for _, l := range lines {
		out = append(out, noFormat.ReplaceAllString(l, "{ $1"))
	}
	return append(out, "{noformat}")
}

// convertLine converts a line outside of fences; a rule below the head of a table has no counterpart.
func convertLine(line string, tableHead bool) (string, bool) {
	if address, ok := strings.CutPrefix(line, "  "); ok && render.IsWebAddress(address) {
		return address, true
	}
	switch {
	case line == "":
		return "", true
	case line == "---":
		return "----", true
	case tableRule.MatchString(line):
		return "", false
	case strings.HasPrefix(line, "| "):
		return row(line, tableHead), true
	}
	if m := headingLine.FindStringSubmatch(line); m != nil {
		return "h" + string(rune('0'+len(m[1]))) + ". " + inline(m[2], false), true
	}
	if rest, item := strings.CutPrefix(line, "- "); item {
		return "* " + inline(rest, false), true
	}
	return inline(line, true), true
}

// row converts a row of a table. Its cells hold no bar but as an escape.
func row(line string, head bool) string {
	bar := "|"
	if head {
		bar = "||"
	}
	var b strings.Builder
	for _, cell := range cells(line) {
		b.WriteString(bar + inline(cell, false))
	}
	return b.String() + bar
}

func cells(line string) (list []string) {
	line = strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |")
	from := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '|':
			list = append(list, strings.TrimSpace(line[from:i]))
			from = i + 1
		}
	}
	return append(list, strings.TrimSpace(line[from:]))
}
