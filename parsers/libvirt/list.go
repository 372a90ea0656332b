package libvirt

import (
	"regexp"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

var (
	// listHeaderRE matches " Id   Name    State" and the dashes below it.
	listHeaderRE = regexp.MustCompile(`^\s*(?:Id\s+Name\s+State.*|-{5,})$`)
	// listRE matches a row. Names may have blanks; the states are those of virshDomainStateToString in virsh-domain-monitor.c.
	listRE = regexp.MustCompile(`^\s*(-|\d+)\s+(\S.*?)\s+(running|idle|paused|in shutdown|shut off|crashed|pmsuspended|dying|no state|blocked)$`)
	// listOtherRE matches a row in another language, whose columns are two blanks or more apart.
	listOtherRE = regexp.MustCompile(`^\s*(-|\d+)\s+(\S.*?)\s{2,}(\S.*)$`)
)

// ParseList reads `virsh list --all`.
func ParseList(data []byte) (rows []Listed, problems text.Problems) {
	for n, line := range text.Lines(data) {
		s := strings.TrimRight(line, " \t")
		if s == "" || listHeaderRE.MatchString(s) {
			continue
		}
		m := listRE.FindStringSubmatch(s)
		if m == nil {
			m = listOtherRE.FindStringSubmatch(s)
		}
		if m == nil {
			problems.Add(n, line, "not a row of virsh list")
			continue
		}
		rows = append(rows, Listed{Line: n, ID: m[1], Name: m[2], State: m[3]})
	}
	return rows, problems
}
