package cri

import (
	"regexp"
	"slices"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// gapRE separates the columns of a table of crictl, which pads them with three blanks at least; "2 hours ago" has single ones. The positions of
// the columns are no guide: obfuscation changes the length of names.
var gapRE = regexp.MustCompile(` {2,}|\t+`)

// ParsePods reads the table of `crictl pods`. The columns are found by their titles.
func ParsePods(data []byte) (pods []Pod, problems text.Problems) {
	var header []string
	for n, line := range text.Lines(data) {
		fields := gapRE.Split(strings.TrimSpace(line), -1)
		switch {
		case fields[0] == "POD ID":
			header = fields
		case len(fields) == 1 && fields[0] == "":
		case header == nil:
			problems.Add(n, line, "not a table of pods")
		default:
			p, ok := row(n, header, fields)
			if !ok {
				problems.Add(n, line, "not a row of the table of pods")
				continue
			}
			pods = append(pods, p)
		}
	}
	return pods, problems
}

func row(n int, header, fields []string) (Pod, bool) {
	cell := func(title string) string {
		if i := slices.Index(header, title); i >= 0 && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	p := Pod{Line: n, ID: cell("POD ID"), Name: cell("NAME"), Namespace: cell("NAMESPACE")}
	state := cell("STATE")
	if p.Name == "" || p.Namespace == "" || state != "Ready" && state != "NotReady" {
		return p, false
	}
	p.Ready = text.Of(state == "Ready", n)
	return p, true
}
