package ovs

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sosbond/sosbond/parsers/text"
)

// The lines of `ovs-appctl bond/show` (bond_print_details in ofproto/bond.c) that are read, without their indentation. What is a
// member now was a slave before 2.15.
var (
	heading      = regexp.MustCompile(`^---- (.*\S) ----$`)
	bondMember   = regexp.MustCompile(`^(?:member|slave) (.*\S): (enabled|disabled)$`)
	activeMAC    = regexp.MustCompile(`^(\S+?)\((.*)\)$`)
	noSuchMember = regexp.MustCompile(` \(no such (?:member|slave)\)$`)
	milliseconds = regexp.MustCompile(`^(-?\d{1,18}) ms$`)
	// without a value that is read; a MAC address alone belongs to a hash in versions before 1.2
	bondIgnored = regexp.MustCompile(`^(?:bond may use recirculation|bond-hash-\w+|bond-detect-mode|bond-miimon-interval|lb_output action|` +
		`all (?:member|slave)s active|hash \d+): |^(?:up|down)delay expires in -?\d+ ms$|^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$`)
	// what ovs-appctl says of a port that is no bond
	notABond = regexp.MustCompile(`(?:^no such bond|: not a bond|^ovs-appctl: \S+: server returned an error)$`)
)

// ParseBonds reads `ovs-appctl bond/show`, of all bonds or of one port. That a port is no bond is no problem.
func ParseBonds(data []byte) (bonds []Bond, _ text.Problems) {
	var p text.Problems
	for n, line := range text.Lines(data) {
		line = strings.TrimSpace(line)
		if line == "" || notABond.MatchString(line) {
			continue
		}
		if m := heading.FindStringSubmatch(line); m != nil {
			bonds = append(bonds, Bond{Line: n, Name: m[1]})
			continue
		}
		if len(bonds) == 0 || !bonds[len(bonds)-1].read(n, line, &p) {
			p.Add(n, line, "not a line about a bond or its member")
		}
	}
	return bonds, p
}

// read takes a line below the heading and reports whether it knew it.
func (b *Bond) read(n int, line string, p *text.Problems) bool {
	if m := bondMember.FindStringSubmatch(line); m != nil {
		b.Members = append(b.Members, Member{Line: n, Name: m[1], Enabled: text.Of(m[2] == "enabled", n)})
		return true
	}
	if len(b.Members) > 0 && b.Members[len(b.Members)-1].read(n, line, p) {
		return true
	}
	key, value, found := strings.Cut(line, ":")
	return found && b.value(n, key, strings.TrimSpace(value), p) || bondIgnored.MatchString(line)
}

// value takes a value of the bond and reports whether it knew its name.
func (b *Bond) value(n int, key, value string, p *text.Problems) bool {
	switch key {
	case "bond_mode":
		b.Mode = text.Of(value, n)
	case "lacp_status":
		b.LACPStatus = text.Of(value, n)
	case "lacp_negotiated": // of 1.2 and before, where a bond without LACP has no such line
		b.LACPStatus = text.Of(map[bool]string{true: "negotiated", false: "configured"}[value == "true"], n)
	case "lacp_fallback_ab":
		b.FallbackAB = flag(text.Of(value, n), key, p)
	case "active-backup primary":
		if value != "<none>" {
			b.Primary = text.Of(noSuchMember.ReplaceAllString(value, ""), n)
		}
	case "active member mac", "active slave mac":
		b.active(n, value, p)
	case "updelay":
		b.UpDelay = duration(n, value, p)
	case "downdelay":
		b.DownDelay = duration(n, value, p)
	case "next rebalance":
		b.Rebalance = duration(n, value, p)
	default:
		return false
	}
	return true
}

// active takes "aa:55:aa:55:00:04(p1)"; with no active member the address is zero and the name "none".
func (b *Bond) active(n int, value string, p *text.Problems) {
	m := activeMAC.FindStringSubmatch(value)
	if m == nil {
		p.Add(n, value, "not the address and name of a member")
		return
	}
	b.ActiveMAC, b.ActiveName = text.Of(strings.ToLower(m[1]), n), m[2]
	if m[2] == "none" {
		b.ActiveName = ""
	}
}

func duration(n int, value string, p *text.Problems) (v text.At[int]) {
	m := milliseconds.FindStringSubmatch(value)
	if m == nil {
		p.Add(n, value, "not a number of milliseconds")
		return v
	}
	i, err := strconv.Atoi(m[1])
	if err != nil {
		p.Add(n, value, "the number is too large")
		return v
	}
	return text.Of(i, n)
}

// read takes a line below that of the member and reports whether it knew it.
func (m *Member) read(n int, line string, p *text.Problems) bool {
	if line == "active member" || line == "active slave" {
		m.Active = n
		return true
	}
	value, found := strings.CutPrefix(line, "may_enable: ")
	if found {
		m.MayEnable = flag(text.Of(value, n), "may_enable", p)
	}
	return found
}
