package ovs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// The lines of `ovs-appctl lacp/show` (lacp_print_details in lib/lacp.c) that are read, without their indentation. What is a member now
// was a slave before 2.15.
var (
	lacpMember  = regexp.MustCompile(`^(?:member|slave): (.*\S): (\S+) (attached|detached)$`)
	lacpStatus  = regexp.MustCompile(`^(active|passive)( negotiated)?$`)
	lacpIgnored = regexp.MustCompile(`^(?:(?:actor |partner )?(?:sys_id|sys_priority|port_id|port_priority|key)|aggregation key|lacp_time|` +
		`may_enable):`)
)

// ParseLACP reads `ovs-appctl lacp/show`.
func ParseLACP(data []byte) (list []LACP, _ text.Problems) {
	var p text.Problems
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		// "---- bond0 statistics ----" is of lacp/show-stats
		if m := heading.FindStringSubmatch(line); m != nil && !strings.HasSuffix(m[1], " statistics") {
			list = append(list, LACP{Line: n, Name: m[1]})
			continue
		}
		if len(list) == 0 || !list[len(list)-1].read(n, line, &p) {
			p.Add(n, line, "not a line about LACP on a bond or its member")
		}
	}
	return list, p
}

// read takes a line below the heading and reports whether it knew it.
func (l *LACP) read(n int, line string, p *text.Problems) bool {
	if m := lacpMember.FindStringSubmatch(line); m != nil {
		l.Members = append(l.Members, LACPMember{Line: n, Name: m[1], Status: m[2], Attached: m[3] == "attached"})
		return true
	}
	key, value, found := strings.Cut(line, ":")
	if !found {
		return false
	}
	value = strings.TrimSpace(value)
	known := lacpIgnored.MatchString(line)
	if len(l.Members) > 0 {
		return l.Members[len(l.Members)-1].value(n, key, value, p) || known
	}
	switch key {
	case "status":
		m := lacpStatus.FindStringSubmatch(value)
		if m == nil {
			return false
		}
		l.Active, l.Negotiated = m[1] == "active", text.Of(m[2] != "", n)
		return true
	case "sys_id":
		l.SysID = text.Of(strings.ToLower(value), n)
	}
	return known
}

// value takes a value of the member and reports whether it knew its name.
func (m *LACPMember) value(n int, key, value string, p *text.Problems) bool {
	switch key {
	case "partner sys_id":
		m.PartnerSysID = text.Of(strings.ToLower(value), n)
	case "partner key":
		i, err := strconv.Atoi(value)
		if err != nil {
			p.Add(n, value, "partner key is not a number")
			break
		}
		m.PartnerKey = text.Of(i, n)
	case "actor state":
		m.ActorState = text.Of(strings.Fields(value), n)
	case "partner state":
		m.PartnerState = text.Of(strings.Fields(value), n)
	default:
		return false
	}
	return true
}
