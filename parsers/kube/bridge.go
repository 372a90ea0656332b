package kube

import (
	"bytes"
	"strings"

	"github.com/sosbond/sosbond/parsers/brctl"
	"github.com/sosbond/sosbond/parsers/iproute"
	"github.com/sosbond/sosbond/parsers/text"
)

// fdbTitle is the section of the first lines, too: at first the file was the output of `bridge fdb show` alone, without titles.
const fdbTitle = "bridge fdb show:"

// ParseBridgeText reads PODNAME.bridge.txt of kubevirt/must-gather (collection-scripts/gather_vms_details): the output of several commands, each
// below a title between two lines of "#".
func ParseBridgeText(data []byte) (t BridgeText, problems text.Problems) {
	sections := map[string]*section{"bridge link show:": {}, fdbTitle: {}, "bridge vlan show:": {}, "brctl show:": {}}
	current := sections[fdbTitle]
	const body, above, below = 0, 1, 2 // in a section; after the line of "#" above a title, which comes now; after the title
	state := body
	for n, line := range text.Lines(data) {
		trimmed := strings.TrimSpace(line)
		switch {
		case isRule(trimmed) && state == below:
			state = body
		case isRule(trimmed):
			state = above
		case state == above && trimmed != "":
			state = below
			if current = sections[trimmed]; current == nil {
				problems.Add(n, line, "the title of a section that is not known")
			}
		case current != nil:
			state = body
			current.add(n, line)
		}
	}
	var p [4]text.Problems
	t.Links, p[0] = iproute.ParseBridgeLinks(sections["bridge link show:"].data)
	t.FDB, p[1] = iproute.ParseFDB(sections[fdbTitle].data)
	t.VLANs, p[2] = iproute.ParseVLANs(sections["bridge vlan show:"].data)
	t.Bridges, p[3] = brctl.ParseShow(sections["brctl show:"].data)
	for _, more := range p {
		problems.Join(more)
	}
	return t, problems
}

// isRule reports whether s is a line of "#".
func isRule(s string) bool { return strings.HasPrefix(s, "###") && strings.Trim(s, "#") == "" }

// A section is the output of a command, with empty lines before and between its lines, so that they keep their numbers.
type section struct {
	data  []byte
	lines int
}

func (s *section) add(n int, line string) {
	s.data = append(s.data, bytes.Repeat([]byte{'\n'}, n-1-s.lines)...)
	s.data = append(append(s.data, line...), '\n')
	s.lines = n
}
